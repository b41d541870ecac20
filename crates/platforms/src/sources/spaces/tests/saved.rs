//! Saved pages.

use super::*;

#[test]
fn the_same_entry_is_read_from_every_dated_markup() {
    for (name, html) in MARKUPS {
        let taken = taken(&mut Made::folder(&[("page.html", html.as_bytes())]));
        let posts = taken.posts();
        assert_eq!(posts.len(), 1, "{name}");
        let post = posts[0];
        assert_eq!(post.id, "74", "{name}");
        assert_eq!(post.title, "The first rose 日记", "{name}");
        assert!(
            post.body
                .starts_with("<div dir=\"ltr\">Today the <b>first</b> rose &amp; a thorn."),
            "{name}: {}",
            post.body
        );
        assert!(
            post.body.ends_with("the spring</a>.</p></div>"),
            "{name}: {}",
            post.body
        );
        assert_eq!(
            post.categories,
            ["Garden & Balcony", "Computer und Internet"],
            "{name}"
        );
        assert_eq!(
            post.published.map(|m| m.to_string()).as_deref(),
            Some("2008-04-05T21:03:00"),
            "{name}"
        );
        assert_eq!(post.base.as_deref(), Some("input:/page.html"));
        assert_eq!(
            post.addresses,
            [
                "http://ana-garden.spaces.live.com/blog/cns!A1B2C3D4E5F60718!74.entry",
                "http://cid-a1b2c3d4e5f60718.spaces.live.com/blog/cns!A1B2C3D4E5F60718!74.entry",
            ],
            "{name}"
        );
        assert_eq!(post.audience, Audience::Owner, "{name}");
        let media = taken.media();
        assert_eq!(media.len(), 1, "{name}");
        assert_eq!(media[0].id, "44", "{name}");
        assert_eq!(
            media[0].candidates[0], "http://blufiles.storage.live.com/y1pFull",
            "{name}"
        );
        let profile = taken.profile.as_ref().expect("a profile");
        assert_eq!(profile.title, "Ana's garden", "{name}");
        assert_eq!(profile.tagline, "What grows", "{name}");
        assert_eq!(profile.identity.name(), "space:A1B2C3D4E5F60718", "{name}");
        assert!(
            !taken.codes().contains(&"SP-002"),
            "{name}: {:?}",
            taken.findings
        );
        assert!(
            !taken.codes().contains(&"SP-006"),
            "{name}: {:?}",
            taken.findings
        );
    }
}

#[test]
fn comments_of_every_markup_come_oldest_first_with_names_dates_and_addresses() {
    for (name, html) in MARKUPS {
        let taken = taken(&mut Made::folder(&[("page.html", html.as_bytes())]));
        let comments: Vec<&Comment> = taken
            .comments()
            .into_iter()
            .filter(|c| c.kind == CommentKind::Comment)
            .collect();
        assert_eq!(comments.len(), 2, "{name}");
        assert_eq!(comments[0].author.name, "李 wei", "{name}");
        assert_eq!(comments[0].body, "First<br>line", "{name}");
        assert_eq!(comments[1].author.name, "Bob ;-)", "{name}");
        assert_eq!(
            comments[1].author.url.as_deref(),
            Some("http://bob.example/"),
            "{name}"
        );
        assert_eq!(comments[1].body, "Lovely &amp; red!", "{name}");
        let days: Vec<String> = comments
            .iter()
            .map(|c| {
                c.written
                    .map(|m| m.to_string()[..10].to_owned())
                    .unwrap_or_default()
            })
            .collect();
        // A day without a clock that lies before the post's own evening stays the day of the post.
        assert_eq!(days, ["2008-04-05", "2008-04-06"], "{name}");
        assert_ne!(comments[0].id, comments[1].id, "{name}");
        let pings: Vec<&Comment> = taken
            .comments()
            .into_iter()
            .filter(|c| c.kind == CommentKind::Trackback)
            .collect();
        assert_eq!(pings.len(), 1, "{name}");
        assert_eq!(pings[0].author.name, "Roses", "{name}");
        assert_eq!(
            pings[0].author.url.as_deref(),
            Some("http://roses.example/2008/04/answer"),
            "{name}"
        );
    }
}

#[test]
fn reading_twice_gives_the_same_items() {
    for (_, html) in MARKUPS {
        let once = taken(&mut Made::folder(&[("page.html", html.as_bytes())]));
        let twice = taken(&mut Made::folder(&[("page.html", html.as_bytes())]));
        assert_eq!(once.items, twice.items);
    }
}

#[test]
fn of_many_saved_pages_of_one_entry_the_richest_wins_and_the_guestbook_comes_along() {
    let (_, page) = MARKUPS[6];
    let list = page.replace("cc2_cmt", "gone").replace("<b>first</b>", "");
    let mut input = Made::folder(&[
        ("a/list.html", list.as_bytes()),
        ("a/entry.html", page.as_bytes()),
        ("guestbook.html", GUESTBOOK.as_bytes()),
        ("img/rose.jpg", b"not a page"),
    ]);
    let taken = taken(&mut input);
    assert_eq!(taken.posts().len(), 1);
    assert_eq!(
        taken.posts()[0].base.as_deref(),
        Some("input:/a/entry.html")
    );
    let notes = taken
        .items
        .iter()
        .filter(|item| matches!(item, Item::GuestbookEntry(_)))
        .count();
    assert_eq!(notes, 1);
}

#[test]
fn what_the_owner_says_of_the_audience_holds_for_saved_pages() {
    let mut input = Made::folder(&[("page.html", MARKUPS[0].1.as_bytes())]);
    input
        .options
        .insert("audience".to_owned(), "everyone".to_owned());
    let taken = taken(&mut input);
    assert_eq!(taken.posts()[0].audience, Audience::Everyone);
    assert!(!taken.codes().contains(&"SP-010"));
}

#[test]
fn keys_are_kept_nowhere() {
    let html = MARKUPS[6].1.replace(
        "http://ana-garden.spaces.live.com/blog/cns!A1B2C3D4E5F60718!12.entry",
        "http://cid-a1b2c3d4e5f60718.users.api.live.net/Users(1)/Blogs('A1!102')/Entries('A1!12')?authkey=Ab1!x*Zk9Qq%24",
    );
    let taken = taken(&mut Made::folder(&[("page.html", html.as_bytes())]));
    let kept = format!(
        "{:?}{:?}{:?}{:?}",
        taken.items, taken.originals, taken.findings, taken.profile
    );
    assert!(kept.contains("authkey=struck-out"));
    assert!(!kept.contains("Zk9Qq"));
}

#[test]
fn a_folder_without_pages_of_a_space_is_not_ours() {
    let mut input = Made::folder(&[("index.html", b"<html><body>hello</body></html>")]);
    let result = LiveSpaces.read(&mut input, &mut Taken::default());
    assert!(matches!(result, Err(ReadError::NotOurs { .. })));
}

#[test]
fn a_page_nested_without_end_costs_that_page_and_no_more() {
    let deep = format!("{}x{}", "<div>".repeat(30_000), "</div>".repeat(30_000));
    let bad = MARKUPS[6].1.replace("<b>first</b>", &deep);
    let good = MARKUPS[6].1.replace("!74", "!75");
    let taken = taken(&mut Made::folder(&[
        ("bad.html", bad.as_bytes()),
        ("good.html", good.as_bytes()),
    ]));
    assert_eq!(taken.posts().len(), 1);
    assert_eq!(taken.posts()[0].id, "75");
    let finding = taken
        .findings
        .iter()
        .find(|f| f.code == "SP-012")
        .expect("a finding");
    assert_eq!(finding.place.as_deref(), Some("bad.html"));
}

/// A page of an album as it was when captions held links, saved with the page of one of its photos.
const ALBUM: &str = "<!-- saved from url=(0072)http://ana-garden.spaces.live.com/photos/cns!A1B2C3D4E5F60718!40/ --><html><body>\
    <h3 class=\"albumTitle\" id=\"albumcns!A1B2C3D4E5F60718!40\">Roses &amp; thorns</h3><ul>\
    <li><a href=\"http://ana-garden.spaces.live.com/photos/cns!A1B2C3D4E5F60718!40/cns!A1B2C3D4E5F60718!44\"><img src=\"album_files/44.jpg\" alt=\"a.jpg\"></a>\
    <div class=\"photoCaption\">By <a href=\"http://bob.example/\" class=\"x\">Bob</a>, <i>in May</i><script>x()</script></div></li>\
    <li><a href=\"http://ana-garden.spaces.live.com/photos/cns!A1B2C3D4E5F60718!40/cns!A1B2C3D4E5F60718!45\"><img src=\"http://byfiles.storage.live.com/y1pB:thumbnail\"></a></li></ul></body></html>";

const PHOTO: &str = "<html><body><div id=\"photocns!A1B2C3D4E5F60718!44\"><h3><a href=\"http://ana-garden.spaces.live.com/photos/cns!A1B2C3D4E5F60718!40/\">Roses</a></h3>\
    <a href=\"http://byfiles.storage.live.com/y1pA\" rel=\"WLPP\"><img src=\"photo_files/web.jpg\"></a></div></body></html>";

#[test]
fn an_album_saved_by_hand_keeps_its_order_its_originals_and_the_html_of_its_captions() {
    let taken = taken(&mut Made::folder(&[
        ("entry.html", MARKUPS[6].1.as_bytes()),
        ("album.html", ALBUM.as_bytes()),
        ("photo.html", PHOTO.as_bytes()),
    ]));
    let album = taken.items.iter().find_map(|item| match item {
        Item::Album(album) => Some(album),
        _ => None,
    });
    let album = album.expect("an album");
    assert_eq!(album.title, "Roses & thorns");
    assert_eq!(album.photos, ["44", "45"]);
    assert!(album.addresses[0].ends_with("/photos/cns!A1B2C3D4E5F60718!40/"));
    let photo = |id: &str| {
        let media = taken.media();
        media
            .into_iter()
            .rfind(|media| media.id == id)
            .cloned()
            .expect("a photo")
    };
    assert_eq!(
        photo("44").caption.as_deref(),
        Some("By <a href=\"http://bob.example/\">Bob</a>, <em>in May</em>")
    );
    assert_eq!(
        photo("44").candidates,
        [
            "http://byfiles.storage.live.com/y1pA",
            "input:/photo_files/web.jpg",
            "input:/album_files/44.jpg",
        ]
    );
    assert_eq!(
        photo("45").candidates[0],
        "http://byfiles.storage.live.com/y1pB"
    );
    assert!(!taken.codes().contains(&"SP-021"), "{:?}", taken.findings);
}

#[test]
fn a_list_is_known_by_the_address_it_was_saved_from() {
    let list = "<!-- saved from url=(0070)http://ana-garden.spaces.live.com/Lists/cns!A1B2C3D4E5F60718!41/ --><html><body>\
        <div class=\"listPart bookList\"><h3>Books</h3><ul><li><a href=\"http://books.example/1\">On weeds</a></li></ul></div></body></html>";
    let taken = taken(&mut Made::folder(&[
        ("entry.html", MARKUPS[6].1.as_bytes()),
        ("books.html", list.as_bytes()),
    ]));
    let list = taken.items.iter().find_map(|item| match item {
        Item::List(list) => Some(list),
        _ => None,
    });
    let list = list.expect("a list");
    assert_eq!((list.id.as_str(), list.title.as_str()), ("41", "Books"));
    assert_eq!(list.topic.as_deref(), Some("book"));
    assert_eq!(list.entries[0].title, "On weeds");
}

#[test]
fn pages_of_the_guestbook_are_put_together_newest_first_whatever_their_names() {
    let older = GUESTBOOK.replace("!91", "!90").replace("Hello!", "Earlier");
    let taken = taken(&mut Made::folder(&[
        ("a.html", older.as_bytes()),
        ("b.html", GUESTBOOK.as_bytes()),
        ("entry.html", MARKUPS[6].1.as_bytes()),
    ]));
    let notes: Vec<&str> = taken
        .items
        .iter()
        .filter_map(|item| match item {
            Item::GuestbookEntry(note) => Some(note.body.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(notes, ["Earlier", "Hello!"]);
}
