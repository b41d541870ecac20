//! Small exports of every form, written by code, with words in them that can be looked for.

use crate::reading::word;
use std::{
    fs,
    io::{Cursor, Write as _},
    ops::Range,
    path::Path,
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// An export of `posts` posts with `comments` comments each.
pub(crate) fn export(posts: usize, comments: usize) -> Vec<u8> {
    let mut out = String::new();
    let mut number = 0;
    let mut next = || {
        number += 1;
        word(number)
    };
    for post in 0..posts {
        let day = 1 + post % 28;
        out.push_str(&format!(
            "AUTHOR: Ana {}\nTITLE: A title {}\nSTATUS: Publish\nALLOW COMMENTS: 1\nCONVERT BREAKS: 0\nBASENAME: post-{post}\n\
             UNIQUE URL: https://garden.example.net/blog/2008/05/post-{post}.html\nCATEGORY: {}\nDATE: 05/{day:02}/2008 03:51:19 AM\n-----\n\
             BODY:\n<p>Grüße {} 中文</p>\n--------\nand more {}\n-----\nEXTENDED BODY:\n<p>{}</p>\n-----\nEXCERPT:\n{}\n-----\nKEYWORDS:\n{}\n-----\n",
            next(), next(), next(), next(), next(), next(), next(), next(),
        ));
        for comment in 0..comments {
            out.push_str(&format!(
                "COMMENT:\nAUTHOR: Ben {}\nEMAIL: ben@example.org\nIP: 192.0.2.1\nURL: http://ben.example/\nDATE: 06/{:02}/2008 10:00:00 PM\nA comment {}\n-----\n",
                next(), 1 + comment, next(),
            ));
        }
        out.push_str("--------\n");
    }
    out.into_bytes()
}

/// An export that its reader has to quote from: a status, a date, a way of breaking lines and an address that it does not know, and a
/// part that is no entry. All are too long for a sentence, and no round number of bytes ends between two of their letters.
pub(crate) fn to_quote() -> Vec<u8> {
    let long = |number| format!("a{}{}", "中文".repeat(20), word(number));
    format!(
        "TITLE: Grüße {}\nSTATUS: {}\nCONVERT BREAKS: {}\nDATE: {}\n-----\nBODY:\n<p><img src=\"file:///{}.jpg\"></p>\n-----\n--------\n\
         {}\n--------\n",
        word(1), long(2), long(3), long(4), long(5), long(6),
    )
    .into_bytes()
}

/// An export with the line ends of Windows.
pub(crate) fn in_windows(bytes: Vec<u8>) -> Vec<u8> {
    String::from_utf8_lossy(&bytes)
        .replace('\n', "\r\n")
        .into_bytes()
}

/// Numbers of the words that stand whole in `bytes`.
pub(crate) fn words_in(bytes: &[u8]) -> Vec<usize> {
    memchr::memmem::find_iter(bytes, b"zq")
        .filter_map(|at| {
            let word = bytes.get(at..at + 7)?;
            (word[6] == b'z').then_some(())?;
            std::str::from_utf8(&word[2..6]).ok()?.parse().ok()
        })
        .collect()
}

/// A zip, and where the bytes of each entry begin and end.
pub(crate) fn zip(entries: &[(&str, Vec<u8>)], deflate: bool) -> (Vec<u8>, Vec<Range<usize>>) {
    let method = if deflate {
        CompressionMethod::Deflated
    } else {
        CompressionMethod::Stored
    };
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (at, (name, content)) in entries.iter().enumerate() {
        let options = SimpleFileOptions::default().compression_method(method);
        let _ = writer.start_file(placeholder(at, name), options);
        let _ = writer.write_all(content);
    }
    let mut bytes = writer.finish().map(Cursor::into_inner).unwrap_or_default();
    let places = places(&bytes);
    for (at, (name, _)) in entries.iter().enumerate() {
        let placed = placeholder(at, name).into_bytes();
        let found: Vec<usize> = memchr::memmem::find_iter(&bytes, &placed).collect();
        for from in found {
            bytes[from..from + name.len()].copy_from_slice(name.as_bytes());
        }
    }
    (bytes, places)
}

fn places(zip: &[u8]) -> Vec<Range<usize>> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(zip)) else {
        return Vec::new();
    };
    (0..archive.len())
        .filter_map(|at| {
            let entry = archive.by_index_raw(at).ok()?;
            let start = usize::try_from(entry.data_start()?).ok()?;
            Some(start..start + usize::try_from(entry.compressed_size()).ok()?)
        })
        .collect()
}

/// The library refuses two entries of one name, so each gets one of its own first.
fn placeholder(at: usize, name: &str) -> String {
    format!("{at:~<width$}", width = name.len())
}

/// Exports in a zip, two of them under one name.
pub(crate) fn with_a_twin(files: usize) -> Vec<(&'static str, Vec<u8>)> {
    const NAMES: [&str; 6] = [
        "export-1.txt",
        "export-2.txt",
        "export-3.txt",
        "img/a.bin",
        "notes.md.",
        "export-4.txt",
    ];
    let mut entries: Vec<(&str, Vec<u8>)> = NAMES
        .iter()
        .take(files)
        .enumerate()
        .map(|(at, name)| (*name, export(2 + at, 1)))
        .collect();
    entries.push(("export-1.txt", export(1, 4)));
    entries
}

/// Pages of a Space as a browser saved them.
pub(crate) fn pages() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "cns!2DB0770EAE61F13!101.entry.html",
            include_bytes!("../../../fixtures/spaces-pages/2008-06.html").to_vec(),
        ),
        (
            "cns!2DB0770EAE61F13!102.body.html",
            include_bytes!("../../../fixtures/spaces-pages/2010-07.html").to_vec(),
        ),
        (
            "guestbook.html",
            include_bytes!("../../../fixtures/spaces-pages/guestbook.html").to_vec(),
        ),
    ]
}

/// Every saved page among the fixtures.
pub(crate) fn every_page() -> Vec<Vec<u8>> {
    pages_under("spaces-pages")
}

/// Every body among the fixtures that is a file of its own.
pub(crate) fn every_body() -> Vec<Vec<u8>> {
    pages_under("spaces")
}

/// Files of HTML in a folder of the fixtures, in the order of their names.
fn pages_under(folder: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let (mut open, mut files) = (vec![root.join(folder)], Vec::new());
    while let Some(path) = open.pop() {
        match fs::read_dir(&path) {
            Ok(listing) => open.extend(listing.flatten().map(|entry| entry.path())),
            Err(_) => files.push(path),
        }
    }
    files.retain(|path| path.extension().is_some_and(|end| end == "html"));
    files.sort();
    files.iter().flat_map(fs::read).collect()
}

/// A feed in RSS.
pub(crate) fn rss(items: usize) -> Vec<u8> {
    let mut out = "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" xmlns:live=\"http://schemas.microsoft.com/live/spaces/2006/rss\"><channel><title>Garden</title><link>http://garden.spaces.live.com/</link><live:identity><live:id>205823483746951955</live:id></live:identity>".to_owned();
    for item in 0..items {
        out.push_str(&format!(
            "<item><title>Post {item} {}</title><link>http://garden.spaces.live.com/blog/cns!2DB0770EAE61F13!{item}.entry</link><guid isPermaLink=\"false\">cns!2DB0770EAE61F13!{item}</guid><pubDate>Thu, 07 Aug 2008 02:04:50 GMT</pubDate><description><![CDATA[<p>Body {}</p>]]></description><category>a &amp; b</category></item>",
            word(2 * item), word(2 * item + 1),
        ));
    }
    out.push_str("</channel></rss>");
    out.into_bytes()
}

/// A feed in Atom.
pub(crate) fn atom(items: usize) -> Vec<u8> {
    let mut out =
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Garden</title>"
            .to_owned();
    for item in 0..items {
        out.push_str(&format!(
            "<entry><title>Post {item}</title><id>urn:{item}</id><link rel=\"alternate\" href=\"http://x.example/{item}\"/><published>2008-08-07T02:04:50Z</published><content type=\"html\">&lt;p&gt;{}&lt;/p&gt;</content></entry>",
            word(item),
        ));
    }
    out.push_str("</feed>");
    out.into_bytes()
}

/// An answer of the editors' interface.
pub(crate) fn answer() -> Vec<u8> {
    let mut out =
        "<?xml version=\"1.0\"?><methodResponse><params><param><value><array><data>".to_owned();
    for post in 0..8 {
        out.push_str(&format!(
            "<value><struct><member><name>postid</name><value><string>{post}</string></value></member><member><name>dateCreated</name><value><dateTime.iso8601>20080807T02:04:50</dateTime.iso8601></value></member><member><name>description</name><value>&lt;p&gt;{}&lt;/p&gt;</value></member></struct></value>",
            word(post),
        ));
    }
    out.push_str("</data></array></value></param></params></methodResponse>");
    out.into_bytes()
}
