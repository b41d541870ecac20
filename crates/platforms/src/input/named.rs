//! What a file is that nobody here reads, so that its owner is told by name and knows what to give instead.

use super::probe;
use blog::doors::ReadError;

/// Files that begin so. What is said completes "it is …".
const HEADS: &[(&[u8], &str)] = &[
    (
        b"\x1f\x8b",
        "a gzip archive (often .tar.gz); unpack it and give the folder",
    ),
    (
        b"Rar!\x1a\x07",
        "a RAR archive; unpack it and give the folder",
    ),
    (
        b"7z\xbc\xaf\x27\x1c",
        "a 7-Zip archive; unpack it and give the folder",
    ),
    (b"BZh", "a bzip2 archive; unpack it and give the folder"),
    (
        b"\xfd7zXZ\0",
        "an XZ archive; unpack it and give the folder",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        "a Zstandard archive; unpack it and give the folder",
    ),
    (
        b"!BDN",
        "a mailbox of Outlook (.pst), which holds mail and no blog",
    ),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "a document of an older Microsoft Office, which is no export of a blog",
    ),
    (b"%PDF-", "a PDF document, which is no export of a blog"),
    (b"{\\rtf", "an RTF document, which is no export of a blog"),
    (
        b"SQLite format 3\0",
        "a database, which is no export of a blog",
    ),
    (b"MZ", "a program for Windows"),
    (b"\x7fELF", "a program for Linux"),
    (
        b"\xff\xd8\xff",
        "a picture; give the folder or export it belongs to",
    ),
    (
        b"\x89PNG",
        "a picture; give the folder or export it belongs to",
    ),
    (
        b"GIF8",
        "a picture; give the folder or export it belongs to",
    ),
];

/// What is said of a file that is refused before any source sees it. `None` for everything that may be a blog.
pub(super) fn refusal(name: &str, head: &[u8]) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if probe::is_web_page(head)
        && [".zip", ".xml", ".txt", ".mtif"]
            .iter()
            .any(|end| lower.ends_with(end))
    {
        return Some(web_page(
            head,
            "not the file its name promises; sign in to the old home in a browser and download it again",
        ));
    }
    if let Some((_, what)) = HEADS.iter().find(|(start, _)| head.starts_with(start)) {
        return Some(format!("it is {what}"));
    }
    if head.len() > 262 && head.get(257..262) == Some(b"ustar") {
        return Some("it is a tar archive; unpack it and give the folder".to_owned());
    }
    if !head.is_empty() && head.iter().take(4096).all(|byte| *byte == 0) {
        return Some("it begins with nothing but zeros: the download or the disk it lay on failed; download it again".to_owned());
    }
    None
}

/// What is said of a file that is called a zip and is none.
pub(super) fn no_zip(head: &[u8], error: &ReadError) -> String {
    by_text(head).unwrap_or_else(|| match error {
        ReadError::Unreadable { what, .. } => what.clone(),
        other => other.to_string(),
    })
}

/// What is said of an input that no source knows. `None` where nothing is known of it either.
pub(super) fn stranger(head: &[u8], names: &[String]) -> Option<String> {
    if probe::is_web_page(head) {
        return Some(web_page(
            head,
            "and shows no blog of a platform that can be read",
        ));
    }
    if let Some(what) = by_text(head) {
        return Some(what);
    }
    let has = |name: &str| {
        names
            .iter()
            .any(|found| found == name || found.starts_with(name))
    };
    let what = if has("[Content_Types].xml") || has("META-INF/manifest.xml") {
        "a document of an office program (such as .docx or .odt), which is no export of a blog"
    } else if has("META-INF/MANIFEST.MF") {
        "a program (.jar or .apk)"
    } else if names
        .iter()
        .any(|name| name.ends_with("Takeout") || name.starts_with("Takeout/"))
    {
        "a Google Takeout archive, which this program does not read yet"
    } else {
        return None;
    };
    Some(format!(
        "it is {what}; `rehome sources` lists what can be read"
    ))
}

fn web_page(head: &[u8], what: &str) -> String {
    let title = probe::page_title(head)
        .map(|title| format!(" titled \"{title}\""))
        .unwrap_or_default();
    format!("it is a web page{title}, {what}")
}

/// Formats of text that are known by name and not read yet.
fn by_text(head: &[u8]) -> Option<String> {
    let start = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = start.trim_ascii_start();
    let start = &start[..start.len().min(16 * 1024)];
    let has = |word: &str| memchr::memmem::find(start, word.as_bytes()).is_some();
    let is_xml = start.starts_with(b"<?xml")
        || start.starts_with(b"<rss")
        || start.starts_with(b"<feed")
        || start.starts_with(b"<rdf:RDF");
    let what = if is_xml && (has("wordpress.org/export/") || has("xmlns:wp=")) {
        "a WordPress export (WXR), which this program does not read yet; WordPress itself imports it (Tools, Import)"
    } else if is_xml && (has("tag:blogger.com") || has("schemas.google.com/blogger")) {
        "a Blogger export, which this program does not read yet; WordPress has an importer for it"
    } else if is_xml && (has("<rss") || has("<feed") || has("<rdf:RDF")) {
        "a feed, not an export: it holds only the newest posts; give the address of the blog or its export"
    } else if is_xml {
        "an XML file of a kind this program does not know; give the export or download that the old home handed out"
    } else if start.starts_with(b"From ") && has("\nSubject:") {
        "a mailbox (mbox), which holds mail and no blog"
    } else if has("MIME-Version:") && has("multipart/related") {
        "a web page saved with all its parts in one file (MHTML), which this program does not read yet; save it as \"web page, complete\" and give the folder"
    } else if start.starts_with(b"{") || start.starts_with(b"[{") {
        "a JSON file, which this program does not read"
    } else if start.starts_with(b"-- MySQL dump")
        || start.starts_with(b"-- phpMyAdmin")
        || start.starts_with(b"-- MariaDB dump")
    {
        "a dump of a database, which this program does not read"
    } else {
        return None;
    };
    Some(format!("it is {what}"))
}
