//! Odd feeds and pages, and formats that are known by name but not read yet.

use super::{Case, Odd, case};
use crate::{reading::word, samples};

fn feed(kind: u8, name: &'static str, words: usize, text: String) -> Case {
    case(kind, name, words, Odd::Feed(text.into_bytes()))
}

fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Garden</title>{items}</channel></rss>"
    )
}

fn item(number: usize, inside: &str) -> String {
    format!(
        "<item><title>{}</title><guid>{number}</guid>{inside}</item>",
        word(number)
    )
}

fn file(kind: u8, name: &'static str, file: &'static str, bytes: &str) -> Case {
    case(kind, name, 0, Odd::File(file, bytes.as_bytes().to_vec()))
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = feeds();
    cases.extend(not_read_yet());
    cases.extend(saved());
    cases
}

fn feeds() -> Vec<Case> {
    let good = |inside: &str| rss(&(item(1, "") + &item(2, inside) + &item(3, "")));
    let text = |inside: &str| good(&format!("<description>{inside}</description>"));
    vec![
        feed(18, "item-that-is-not-well-formed", 2, rss(&(item(1, "") + "<item><title>x</a></item>" + &item(2, "")))),
        feed(19, "feed-cut-in-an-item", 1, rss(&(item(1, "") + &item(2, "<description>abc"))).split("abc").next().unwrap_or_default().to_owned()),
        feed(20, "feed-with-control-characters", 3, text("a\u{1}b\u{b}c")),
        feed(21, "feed-with-unknown-references", 3, text("a&nbsp;b &unknown; & < c")),
        feed(22, "feed-with-entities-that-grow", 3, text("&b; &f;").replacen("?>", "?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>", 1)),
        feed(22, "feed-that-includes", 3, text("<xi:include href=\"file:///etc/passwd\"/>")),
        feed(23, "cdata-split-inside", 3, text("<![CDATA[a ]]]]><![CDATA[> b]]>")),
        feed(23, "feed-escaped-twice", 3, text("&amp;lt;p&amp;gt;x")),
        feed(24, "undeclared-prefixes", 3, good("<wp:post_id>7</wp:post_id><content:encoded><![CDATA[<p>x</p>]]></content:encoded>")),
        feed(25, "two-feeds-joined", 2, rss(&item(1, "")) + &rss(&item(2, ""))),
        feed(25, "declaration-not-first", 3, format!("\u{FEFF}\n{}", text("x"))),
        feed(26, "atom", 0, String::from_utf8_lossy(&samples::atom(2)).into_owned()),
        feed(26, "rdf", 1, format!("<?xml version=\"1.0\"?><rdf:RDF xmlns:rdf=\"x\"><channel><title>Garden</title></channel>{}</rdf:RDF>", item(1, ""))),
        feed(27, "feed-without-items", 0, rss("")),
        feed(31, "no-guid", 1, rss(&format!("<item><title>{}</title></item>", word(1)))),
        feed(31, "equal-guids", 2, rss(&format!("<item><title>{}</title><guid>1</guid></item><item><title>{}</title><guid>1</guid></item>", word(1), word(2)))),
        feed(35, "attribute-flood", 2, rss(&(item(1, "") + &format!("<item {}><title>x</title></item>", (0..300).map(|n| format!("a{n}=\"\" ")).collect::<String>()) + &item(2, "")))),
        feed(35, "elements-a-thousand-deep", 2, rss(&(item(1, "") + &format!("<item>{}{}</item>", "<a>".repeat(1000), "</a>".repeat(1000)) + &item(2, "")))),
        feed(35, "text-of-seventeen-mebibytes", 2, rss(&(item(1, "") + &format!("<item><title>{}</title></item>", "t".repeat(17 << 20)) + &item(2, "")))),
        feed(47, "feed-dates-that-are-none", 3, good("<pubDate>Thu, 30 Feb 2008 25:61:00 GMT</pubDate>")),
        feed(49, "feed-date-without-zone", 3, good("<pubDate>07 Aug 2008 02:04</pubDate>")),
        feed(45, "sign-in-page-for-a-feed", 0, "<html><title>Sign in</title></html>".to_owned()),
    ]
}

fn not_read_yet() -> Vec<Case> {
    vec![
        file(
            28,
            "feed-given-as-an-export",
            "feed.xml",
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>x</title></channel></rss>",
        ),
        file(
            30,
            "wordpress-export",
            "wxr.xml",
            "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel/></rss>",
        ),
        file(
            26,
            "blogger-export",
            "blogger.xml",
            "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><id>tag:blogger.com,1999:blog-1.archive</id></feed>",
        ),
        file(
            81,
            "mhtml",
            "page.mht",
            "From: <Saved by Windows Internet Explorer 8>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"x\"\n\n--y\n",
        ),
        file(
            82,
            "warc",
            "site.warc",
            "WARC/1.0\r\nWARC-Type: warcinfo\r\n\r\n",
        ),
        file(36, "json", "export.json", "{\"posts\": []}"),
        file(
            37,
            "database-dump",
            "blog.sql",
            "-- MySQL dump 10.13\nINSERT INTO wp_posts VALUES (1);\n",
        ),
        file(
            60,
            "opml",
            "links.opml",
            "<?xml version=\"1.0\"?><opml version=\"1.1\"/>",
        ),
        file(0, "plain-text", "notes.txt", "Just some notes.\n"),
        file(
            0,
            "web-page-of-nobody",
            "page.html",
            "<html><head><title>My page</title></head><body>x</body></html>",
        ),
    ]
}

fn saved() -> Vec<Case> {
    let pages = samples::pages();
    let page = |at: usize| {
        pages
            .get(at)
            .map(|(_, bytes)| bytes.clone())
            .unwrap_or_default()
    };
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let saved = |kind, name, bytes| {
        case(
            kind,
            name,
            0,
            Odd::File("cns!2DB0770EAE61F13!101.entry.html", bytes),
        )
    };
    let toolbar = b"<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id=\"wm-ipp\">x</div><!-- END WAYBACK TOOLBAR INSERT -->";
    vec![
        saved(83, "saved-page", page(0)),
        saved(83, "saved-page-cut", half(page(0))),
        saved(
            83,
            "saved-page-with-an-archive's-toolbar",
            [toolbar.as_slice(), &page(0)].concat(),
        ),
        saved(
            61,
            "saved-page-twenty-thousand-deep",
            [page(0), b"<div>".repeat(20_000)].concat(),
        ),
        case(
            83,
            "saved-page-twice",
            0,
            Odd::Folder(vec![
                ("page.html", page(0)),
                ("page(1).html", page(0)),
                ("guestbook.html", page(2)),
            ]),
        ),
        case(
            1,
            "space-zip-cut",
            0,
            Odd::File("space.zip", {
                let whole = samples::zip(&pages, true).0;
                whole[..whole.len() * 2 / 3].to_vec()
            }),
        ),
        case(
            71,
            "page-in-place-of-a-picture",
            0,
            Odd::Folder(vec![
                ("page.html", page(0)),
                ("img/a.jpg", b"<html>gone</html>".to_vec()),
            ]),
        ),
    ]
}
