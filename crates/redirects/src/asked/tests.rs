//! The quick reading and `blog::address` agree.

use super::*;
use proptest::prelude::*;

/// Who is named, the owner, the page, and whether it is a feed.
type Seen = (Option<Vec<u8>>, Option<Vec<u8>>, Page, bool);

/// What an address asks for, by the quick way and by the long one.
fn both(host: &str, path: &str) -> [Seen; 2] {
    [asked(host, path), in_spaces(host, path)].map(|asked| {
        let bytes = |key: Option<NameKey>| key.map(|key| key.as_bytes().to_vec());
        match asked.whose {
            Whose::Space { named, owner } => (bytes(named), bytes(owner), asked.page, asked.feed),
            Whose::Site { .. } | Whose::Nobodys => (None, None, asked.page, asked.feed),
        }
    })
}

#[test]
fn the_usual_form_is_read_without_the_long_way() {
    for path in [
        "/blog/cns!2DB0770EAE61F13!1073.entry",
        "/Blog/CNS%212db0770eae61f13%211073.Entry?sa=1#comment",
        "/blog/cns!1pU-rgQVTuuWM1TX8W8PfmDA!1073.entry",
    ] {
        assert_eq!(entry::read(path).map(|(_, number)| number), Some(1073));
        let [quick, long] = both("Ana-Garden.spaces.live.com", path);
        assert_eq!(quick, long, "{path}");
        assert_eq!(quick.0, Some(b"aana-garden".to_vec()));
    }
}

#[test]
fn sections_and_feeds_are_told_apart() {
    for (path, page, feed) in [
        (
            "/category/Rob's+Posts/feed.rss",
            Page::Text("category:rob's posts".to_owned()),
            true,
        ),
        ("/photos/cns!1!22/feed.rss", Page::Number(22), true),
        (
            "/photos/cns!1!22/cns!1!23",
            Page::Photo {
                photo: 23,
                album: 22,
            },
            false,
        ),
        ("/Lists/cns!1!9/", Page::Number(9), false),
        ("/migration/space.zip", Page::Home, false),
        ("/mmm2007-02-10_13.26/user.asp?act=view", Page::Never, false),
        ("/?authkey=s3cret", Page::Home, false),
    ] {
        let asked = asked("ana.spaces.live.com", path);
        assert_eq!((asked.page, asked.feed), (page, feed), "{path}");
    }
}

proptest! {
    #[test]
    fn both_ways_agree(
        label in "(ana-garden|CID-0{0,2}[0-9a-fA-F]{1,17}|www\\.ana|www|home|[a-zA-Z0-9_-]{1,12})",
        root in "spaces(-f1)?\\.(live|msn|live-int|msn-int)\\.com\\.?(:80)?",
        path in "(/mmm2007-02-10_13\\.26)?/[bB]log/(cns|CNS|)(!|%21|%2)([0-9a-fA-F]{1,17}|1p[A-Za-z0-9_-]{21,23})(!|%21)[0-9]{0,21}(\\.entry|\\.ENTRY|\\.trak|\\.entr|\\.entryx|)(/|/comments/feed\\.rss|\\?[a-z!%21&=]{0,9}|#[a-z]{0,3})?",
    ) {
        let [quick, long] = both(&format!("{label}.{root}"), &path);
        prop_assert_eq!(quick, long);
    }

    #[test]
    fn any_text_may_be_asked_for(host in "\\PC{0,80}", path in "\\PC{0,200}") {
        let _ = asked(&host, &path);
        let _ = asked("garden.example", &path);
        let _ = asked("ana.spaces.live.com", &path);
        let _ = host_name(&host);
    }
}
