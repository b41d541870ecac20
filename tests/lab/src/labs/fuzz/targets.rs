//! What is fed: one reader each, with its samples and the files it is written in.

use super::{living, old};
use crate::{reading, samples};
use blog::doors::Input as _;
use blog::{Identity, address, body, tidy};
use platforms::wire::{
    dates::{self, markets, page, relative},
    encodings, feeds, movable_type, xmlrpc,
};
use std::{fs, io::Read as _, path::PathBuf};

/// One reader.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) corpus: fn() -> Vec<Vec<u8>>,
    /// Bytes that most inputs stay below.
    pub(crate) longest: usize,
    pub(crate) read: fn(&[u8]),
    /// Its code, relative to the repository: files and folders.
    code: &'static [&'static str],
}

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "movable-type",
        longest: 2 * 1024,
        corpus: || {
            vec![
                samples::export(2, 2),
                samples::export(1, 0),
                samples::in_windows(samples::export(1, 1)),
            ]
        },
        read: |bytes| drop(reading::read("export.txt", bytes)),
        code: &[
            "crates/platforms/src/wire/movable_type.rs",
            "crates/platforms/src/sources/movable_type",
        ],
    },
    Target {
        name: "zip",
        longest: 8 * 1024,
        corpus: zips,
        read: zip,
        code: &["crates/platforms/src/input/archive"],
    },
    Target {
        name: "dates",
        longest: 128,
        corpus: || {
            texts(&[
                "Thu, 07 Aug 2008 02:04:50 GMT",
                "2009-01-02T03:04:05+08:00",
                "05/30/2025 03:51:19 AM",
                "2008年5月6日 上午 10:11:12",
                "6 мая 2008 г. 10:11",
                "4 hours ago",
                "Nov. 6",
                "الثلاثاء 6 مايو 2008",
                "6/5/2551 10:11",
            ])
        },
        read: all_dates,
        code: &["crates/platforms/src/wire/dates"],
    },
    Target {
        name: "addresses",
        longest: 256,
        corpus: || {
            texts(&[
                "http://garden.spaces.live.com/blog/cns!2DB0770EAE61F13!123.entry?wa=wsignin1.0#comment",
                "http://cid-02db0770eae61f13.spaces.live.com/default.aspx",
                "http://spaces.msn.com/members/garden/PersonalSpace.aspx?_c11_blogpart_handle=cns%211pU!1",
                "https://x.typepad.com/blog/2008/05/a-title.html",
                "http://xn--bcher-kva.example:8080/%2e%2e/a b",
                "http://0x7f.1/",
            ])
        },
        read: addresses,
        code: &["crates/blog/src/address"],
    },
    Target {
        name: "xml-rpc",
        longest: 4 * 1024,
        corpus: || {
            vec![samples::answer(), b"<?xml version=\"1.0\"?><methodCall><methodName>a.b</methodName><params><param><value><i4>1</i4></value></param></params></methodCall>".to_vec()]
        },
        read: |bytes| {
            let _ = xmlrpc::read_answer(bytes);
            let _ = xmlrpc::read_call(bytes);
        },
        code: &[
            "crates/platforms/src/wire/xmlrpc.rs",
            "crates/platforms/src/wire/xml.rs",
        ],
    },
    Target {
        name: "feeds",
        longest: 4 * 1024,
        corpus: || vec![samples::rss(2), samples::atom(2)],
        read: |bytes| drop(feeds::read_all(&String::from_utf8_lossy(bytes))),
        code: &[
            "crates/platforms/src/wire/feeds.rs",
            "crates/platforms/src/wire/xml.rs",
        ],
    },
    Target {
        name: "pages",
        longest: 1024,
        corpus: pieces_of_pages,
        read: page,
        code: &[
            "crates/platforms/src/sources/spaces/album_pages.rs",
            "crates/platforms/src/sources/spaces/comments.rs",
            "crates/platforms/src/sources/spaces/dating.rs",
            "crates/platforms/src/sources/spaces/emit.rs",
            "crates/platforms/src/sources/spaces/guestbook.rs",
            "crates/platforms/src/sources/spaces/names.rs",
            "crates/platforms/src/sources/spaces/page.rs",
            "crates/platforms/src/sources/spaces/page_links.rs",
            "crates/platforms/src/sources/spaces/pictures.rs",
            "crates/platforms/src/sources/spaces/saved",
            "crates/platforms/src/sources/spaces/text.rs",
        ],
    },
    Target {
        name: "living-space",
        longest: 16 * 1024,
        corpus: living::corpus,
        read: living::read,
        code: &[
            "crates/platforms/src/sources/spaces/albums.rs",
            "crates/platforms/src/sources/spaces/category_feeds.rs",
            "crates/platforms/src/sources/spaces/comment_pages.rs",
            "crates/platforms/src/sources/spaces/drafts.rs",
            "crates/platforms/src/sources/spaces/grant.rs",
            "crates/platforms/src/sources/spaces/host.rs",
            "crates/platforms/src/sources/spaces/keyed.rs",
            "crates/platforms/src/sources/spaces/keys.rs",
            "crates/platforms/src/sources/spaces/lists.rs",
            "crates/platforms/src/sources/spaces/living.rs",
        ],
    },
    Target {
        name: "tidy",
        longest: 1024,
        corpus: bodies,
        read: tidied,
        code: &["crates/blog/src/tidy"],
    },
    Target {
        name: "bodies",
        longest: 768,
        corpus: bodies,
        read: handled,
        code: &["crates/blog/src/body"],
    },
    Target {
        name: "old-addresses",
        longest: 256,
        corpus: old::corpus,
        read: old::address,
        code: &[
            "crates/redirects/src/asked",
            "crates/redirects/src/asked.rs",
            "crates/redirects/src/index/answer.rs",
            "crates/redirects/src/index/reading.rs",
        ],
    },
    Target {
        name: "requests",
        longest: 512,
        corpus: old::requests,
        read: old::request,
        code: &[
            "crates/redirects/src/server/short.rs",
            "crates/redirects/src/server/plain.rs",
            "crates/redirects/src/server/rewound.rs",
            "crates/redirects/src/server/conversation.rs",
            "crates/redirects/src/answer/mod.rs",
            "crates/redirects/src/answer/asking.rs",
            "crates/redirects/src/answer/pen.rs",
            "crates/redirects/src/answer/target.rs",
        ],
    },
    Target {
        name: "redirect-blocks",
        longest: 1024,
        corpus: old::blocks,
        read: old::block,
        code: &[
            "crates/redirects/src/block",
            "crates/redirects/src/words.rs",
            "crates/redirects/src/target.rs",
        ],
    },
    Target {
        name: "encodings",
        longest: 1024,
        corpus: || {
            vec![
                "Grüße 中文 日本語 и так далее".into(),
                b"\xff\xfea\0b\0c\0d\0".to_vec(),
                b"\x1b$B$3$s\x1b(B".to_vec(),
                b"\xc4\xe3\xba\xc3 \x82\xa0 caf\xe9".to_vec(),
            ]
        },
        read: encoded,
        code: &["crates/platforms/src/wire/encodings.rs"],
    },
];

impl Target {
    /// Lines of its code, without tests, comments and blank lines.
    pub(crate) fn lines(&self) -> u64 {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut open: Vec<PathBuf> = self.code.iter().map(|path| root.join(path)).collect();
        let mut lines = 0;
        while let Some(path) = open.pop() {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if let Ok(listing) = fs::read_dir(&path) {
                open.extend(listing.flatten().map(|entry| entry.path()));
            } else if name.ends_with(".rs") && !name.contains("tests") {
                lines += lines_in(&fs::read_to_string(&path).unwrap_or_default());
            }
        }
        lines.max(1)
    }
}

fn lines_in(code: &str) -> u64 {
    code.lines()
        .map(str::trim)
        .take_while(|line| *line != "mod tests {")
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count() as u64
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn zips() -> Vec<Vec<u8>> {
    let small = [
        ("a.txt", samples::export(1, 0)),
        ("b.html", b"<p>hello hello hello</p>".to_vec()),
        ("a.txt", b"second".to_vec()),
    ];
    let inner = samples::zip(&small, true).0;
    vec![
        samples::zip(&small, false).0,
        inner.clone(),
        samples::zip(&[("inner.zip", inner)], false).0,
    ]
}

fn zip(bytes: &[u8]) {
    let Ok(mut input) = reading::open("x.zip", bytes) else {
        return;
    };
    for entry in input.entries().unwrap_or_default() {
        if let Ok(reader) = input.open(&entry.name) {
            let mut content = Vec::new();
            let _ = reader.take(1 << 20).read_to_end(&mut content);
        }
    }
    let _ = input.findings();
    for (_, reader) in input.set_aside() {
        let mut content = Vec::new();
        let _ = reader.take(1 << 20).read_to_end(&mut content);
    }
}

fn all_dates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = dates::rfc822(&text);
    let _ = dates::iso(&text);
    let _ = dates::movable_type(&text);
    let _ = movable_type::date(&text);
    let now = reading::options().now;
    for name in [
        "en-us", "en-gb", "zh-cn", "ja-jp", "ru-ru", "ar-sa", "th-th", "de-de",
    ] {
        if let Some(market) = markets::named(name) {
            let _ = page::date_time(&text, market);
            let _ = relative::moment(&text, None, now, market);
        }
    }
    let _ = page::proven_order([text.as_ref()]);
}

fn addresses(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = address::spaces::parse(&text);
    let _ = address::spaces::handle(&text);
    let _ = address::spaces::handle_within(&text);
    let space = Identity::Space {
        cid: Some("2DB0770EAE61F13".to_owned()),
        aliases: vec!["garden".to_owned()],
        owner_tokens: Vec::new(),
    };
    let site = Identity::Site {
        roots: vec!["x.typepad.com/blog".to_owned()],
    };
    for identity in [space, site] {
        let _ = address::meaning(&text, &identity);
    }
    let _ = body::resolve(&text, Some("http://x.example/a/b.html"));
}

/// Pages, and their parts by themselves: an input of a part is read ten times as fast.
fn pieces_of_pages() -> Vec<Vec<u8>> {
    const BEGINNINGS: [&[u8]; 8] = [
        b"<div id=\"header\"",
        b"<div class=\"bvEntryOuter\"",
        b"<div id=\"msgcns",
        b"<div class=\"footer",
        b"<div class=\"ccComments\"",
        b"<div class=\"bvCommentText\"",
        b"<a name=\"trackback\"",
        b"<div id=\"side\"",
    ];
    let mut pieces = Vec::new();
    for page in samples::every_page() {
        let mut cuts: Vec<usize> = BEGINNINGS
            .iter()
            .flat_map(|beginning| memchr::memmem::find_iter(&page, beginning))
            .collect();
        cuts.sort_unstable();
        let ends = cuts.iter().skip(1).copied().chain([page.len()]);
        pieces.extend(
            cuts.iter()
                .zip(ends)
                .map(|(from, to)| page[*from..to].to_vec()),
        );
        pieces.push([b"<meta charset=\"utf-8\">", page.as_slice()].concat());
    }
    pieces
}

/// A piece of a page is one of a Space only by the words of its markup. How its letters are written is said, for guessing takes half of
/// the time and is fed by itself.
fn page(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let page = format!("<meta charset=\"utf-8\"><!--msgcns!-->{text}");
    drop(reading::read("page.html", page.as_bytes()));
}

fn bodies() -> Vec<Vec<u8>> {
    let mut bodies = texts(&[
        "<p class=\"MsoNormal\" style=\"margin:0\">a <o:p></o:p><b>b</b></p><!--[if gte mso 9]><xml></xml><![endif]-->",
        "<div><div><span style=\"font-size:10pt;color:red\">x</span><br><br>y<img src=\"http://x.example/a.jpg\" width=10></div></div>",
        "<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table><iframe src=\"http://www.youtube.com/embed/x\"></iframe>",
        "<embed src=\"http://www.youtube.com/v/x\"><object><param name=movie value=a></object><a href=\"javascript:x\">x</a>",
    ]);
    bodies.extend(samples::every_body());
    bodies
}

fn tidied(bytes: &[u8]) {
    let html = String::from_utf8_lossy(bytes);
    // A body is one or the other; which, is for its bytes to say, so that each is fed half of the time.
    let purpose = match bytes.len() % 2 {
        0 => tidy::For::Post,
        _ => tidy::For::Comment,
    };
    let _ = tidy::tidy(&html, purpose);
}

/// What is done with a body that is tidy, and with one that somebody else has.
fn handled(bytes: &[u8]) {
    let html = String::from_utf8_lossy(bytes);
    if bytes.len().is_multiple_of(2) {
        let blocks = body::to_blocks(&html, &|_| None);
        let _ = body::compare(&html, &blocks);
    } else {
        let _ = body::to_classic(&html, &|_| None);
        let _ = body::to_comment(&html);
    }
    let _ = body::rewrite(&html, &mut |reference| Some(reference.address.clone()));
    let _ = body::plain_text(&html);
    let _ = body::fingerprint(&html);
}

fn encoded(bytes: &[u8]) {
    for declared in [
        None,
        Some("gbk"),
        Some("utf-16"),
        Some("iso-2022-jp"),
        Some("x-user-defined"),
    ] {
        let _ = encodings::decode(bytes, declared);
        let pieces = encodings::Pieces::new(bytes, declared);
        let _ = pieces.read(bytes);
    }
    if let Ok(mut lines) = encodings::in_lines(Box::new(bytes)) {
        let _ = lines.read_to_end(&mut Vec::new());
    }
}
