//! Whatever bytes come through a door, the reader does not fall: it answers with items, findings or an error.

use super::*;
use proptest::prelude::*;

/// Pieces that pages and feeds are made of: put together at random they reach what arbitrary bytes never do.
const PIECES: [&str; 40] = [
    "<div id=\"msgcns!A1!12\" class=\"bvMsg\">",
    "<div id=\"msgcns!1pU-rgQVTuuWM1TX8W8PfmDA!7\">",
    "<h4 id=\"subjcns!A1!12\">",
    "<h5 id=\"LastMDatecns!A1!12\">4/5/2008",
    "<div class=\"footerLinks\"><nobr>9:03 PM",
    "<a id=\"blogCategory0\">&#26085;",
    "<div class=\"bvCommentText bvwordwrap\">",
    "<div class=\"ccCommentBox\">",
    "<div class=\"cc2_cmt\" id=\"cmtcns!A1!13\">",
    "<span class=\"cc2_tsmain\"> - 99999999999 days ago",
    "<div class=\"Comment\"><div class=\"ccDateBox\"><span>Nov. 31",
    "<ul bv:lastcns=\"cns!A1!13\" bv:cns=\"cns!A1!12\" bv:commentcount=\"99999999999999999999\">",
    "<a title=\"Click to view next\" href=\"?commentPH=cns!A1!13\">",
    "<a href=\"http://a.spaces.live.com/photos/cns!A1!20/cns!A1!21\"><img src=\"x:thumbnail\">",
    "<div id=\"photocns!A1!21\"><a href=\"http://byfiles.storage.live.com/y1p\"><img src=y>",
    "<h3 class=\"albumTitle\" id=\"albumcns!A1!20\">",
    "<div class=\"listPart bookList\" id=\"listcns!A1!30\"><ul><li>",
    "<div id=\"guestbook\">",
    "<a href=\"http://a.spaces.live.com/Lists/cns!A1!31/\" rel=\"WLPP;url=;cnsid=cns&amp;#033;A1&amp;#033;\">",
    "<!-- saved from url=(0041)http://a.spaces.live.com/Lists/cns!A1!30/ -->",
    "<a href=\"/web/20071117124343/http://a.spaces.live.com/\">",
    "<form action=\"https://login.live.com/\">",
    "<table><td><p><li>",
    "</div></ul></a>",
    "<rss><channel>",
    "<feed xmlns=\"http://www.w3.org/2005/Atom\">",
    "<item><title>&lt;b",
    "<entry><id>http://x/Entries('A1!12')</id><live:id>A1!12</live:id>",
    "<link rel=\"next\" href=\"?skip=20&amp;authkey=x\"/>",
    "<pubDate>Sat, 05 Apr 2008 21:03:12 GMT</pubDate>",
    "<enclosure url=\"http://x/y1p\"/>",
    "<![CDATA[",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>&b;",
    "</item></entry></channel></rss>",
    "\\u003c\\ud83d\\x3",
    "<ul>\\\"\\/</ul>\"cns!A1!13",
    "charset=utf-16",
    "日本\u{feff}\u{0}",
    "authkey=Qx!7%24",
    "&#1114112;&#xD800;",
];

/// A few pieces, with arbitrary bytes between them.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => (0..PIECES.len()).prop_map(|at| PIECES[at].as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..24),
        1 => "\\PC{0,12}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

fn host_of(bytes: &[u8], paths: &[&str]) -> Made {
    let home = "http://cid-00000000000000a1.spaces.live.com";
    let mut input = Made::host(home, Vec::new());
    for path in paths {
        let address = if path.starts_with("http") {
            (*path).to_owned()
        } else {
            format!("{home}{path}")
        };
        input.pages.insert(address, (200, bytes.to_vec()));
    }
    input
}

/// Reads and forgets: what counts is that there is an answer, and that no key is in it.
fn survives(input: &mut Made) {
    let mut taken = Taken::default();
    let error = LiveSpaces.read(input, &mut taken).err();
    let kept = format!("{:?}{:?}{:?}", taken.items, taken.originals, taken.findings);
    assert!(!kept.contains("Qx!7"), "a key was kept");
    assert!(!format!("{error:?}").contains("Qx!7"), "a key was told");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn any_bytes_as_saved_pages(page in bytes(), name in "[a-z!%/. ]{1,12}|img/x|cns!A1!12", other in bytes()) {
        let name = format!("{name}.html");
        survives(&mut Made::folder(&[(&name, &page), ("second.htm", &other)]));
    }

    #[test]
    fn any_bytes_as_the_pages_of_a_host(page in bytes()) {
        survives(&mut host_of(&page, &[
            "/",
            "/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart",
            "/blog/cns!A1!12.entry",
            "/photos/",
            "/photos/cns!A1!20/",
            "/photos/cns!A1!20/cns!A1!21",
            "/Lists/cns!A1!30/",
            "/guestbook",
        ]));
    }

    #[test]
    fn any_bytes_as_feeds(feed in bytes()) {
        let mut input = host_of(&feed, &[
            "/feed.rss",
            "/blog/feed.rss",
            "/photos/feed.rss",
            "/photos/cns!A1!20/feed.rss",
            "/blog/cns!A1!74/comments/feed.rss",
        ]);
        let home = "http://cid-00000000000000a1.spaces.live.com";
        let page = MARKUPS[6].1.replace("A1B2C3D4E5F60718", "A1");
        for path in ["/", "/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart", "/blog/cns!A1!74.entry"] {
            input.pages.insert(format!("{home}{path}"), (200, page.clone().into_bytes()));
        }
        survives(&mut input);
    }

    #[test]
    fn any_bytes_as_the_interface_of_a_private_space(answer in bytes()) {
        let user = "http://cid-00000000000000a1.users.api.live.net/Users(161)";
        let key = "?authkey=k";
        let paths = [
            format!("{user}/Blogs('A1!102')/Entries{key}"),
            format!("{user}/Blogs('A1!102')/Entries('A1!12')/Comments{key}"),
            format!("{user}/Folders{key}"),
            format!("{user}/Folders('A1!12')/Files{key}"),
        ];
        let mut input = host_of(&answer, &paths.each_ref().map(String::as_str));
        let home = "http://cid-00000000000000a1.spaces.live.com/".to_owned();
        input.pages.insert(home, (200, SIGN_IN.as_bytes().to_vec()));
        input.secrets.insert("authkey".to_owned(), Secret::new("k"));
        survives(&mut input);
    }

    #[test]
    fn any_text_as_the_answer_of_a_comment_script(script in bytes()) {
        let text = String::from_utf8_lossy(&script);
        let (comments, _) = crate::sources::spaces::comments::comments_of_script(&text, Some(12));
        prop_assert!(comments.len() <= script.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn cut_and_changed_pages_never_make_the_reader_fall(which in 0_usize..7, at in 0_usize..4000, with in "\\PC{0,6}", cut: bool) {
        let html = MARKUPS[which].1;
        let at = (0..=at.min(html.len())).rev().find(|i| html.is_char_boundary(*i)).unwrap_or(0);
        let mut changed = format!("{}{with}", &html[..at]);
        if !cut {
            changed.push_str(&html[at..]);
        }
        let mut input = Made::folder(&[("page.html", changed.as_bytes())]);
        let _ = LiveSpaces.read(&mut input, &mut Taken::default());
    }
}
