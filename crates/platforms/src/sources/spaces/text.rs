//! Bytes of a page as text, and pages freed of what an archive wrapped around them.

use crate::wire::encodings;
use memchr::memmem;

/// A page is judged by at most this many bytes where it declares its encoding and says where it was saved from.
const DECLARATION_BYTES: usize = 4096;

/// Bytes of an answer or file as text. `media_type` is what a header said; else the page's own word is heard.
pub(super) fn decode(bytes: &[u8], media_type: Option<&str>) -> String {
    let declared = media_type
        .and_then(|header| after(header.as_bytes(), b"charset="))
        .or_else(|| {
            let head = &bytes[..bytes.len().min(DECLARATION_BYTES)];
            // What could be read as plain letters is not written in pairs of bytes, whatever it says.
            after(head, b"charset=").filter(|label| !label.starts_with("utf-16"))
        });
    encodings::decode(bytes, declared.as_deref()).text
}

/// The address that a browser wrote into a page it saved: `<!-- saved from url=(0042)http://… -->`.
pub(super) fn saved_from(html: &str) -> Option<&str> {
    let at = memmem::find(
        &html.as_bytes()[..html.len().min(DECLARATION_BYTES)],
        b"saved from url=(",
    )?;
    let (length, rest) = html.get(at + 16..)?.split_once(')')?;
    let address = rest.split("-->").next()?.trim();
    let is_length = (1..=8).contains(&length.len()) && length.bytes().all(|b| b.is_ascii_digit());
    is_length.then_some(address).filter(|a| !a.is_empty())
}

/// Elements nested deeper than this make the tree builder slow beyond measure; pasted Word text reaches some 60.
const DEEPEST_NESTING: usize = 2_000;

/// Whether more elements are open at once than any page of a Space has. Elements that need no end tag are not counted.
pub(super) fn is_too_deep(html: &str) -> bool {
    let bytes = html.as_bytes();
    let mut open = 0_usize;
    for at in memchr::memchr_iter(b'<', bytes) {
        let rest = &bytes[at + 1..];
        match rest.first() {
            Some(b'/') => open = open.saturating_sub(usize::from(needs_end(&rest[1..]))),
            Some(b) if b.is_ascii_alphabetic() => open += usize::from(needs_end(rest)),
            _ => {}
        }
        if open > DEEPEST_NESTING {
            return true;
        }
    }
    false
}

fn needs_end(tag: &[u8]) -> bool {
    const WITHOUT_END: [&[u8]; 22] = [
        b"br", b"img", b"hr", b"p", b"li", b"meta", b"link", b"input", b"td", b"tr", b"th", b"dd",
        b"dt", b"option", b"col", b"area", b"base", b"embed", b"param", b"tbody", b"o:p", b"wbr",
    ];
    let end = tag
        .iter()
        .take(12)
        .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
        .unwrap_or(tag.len().min(12));
    !WITHOUT_END
        .iter()
        .any(|name| name.eq_ignore_ascii_case(&tag[..end]))
}

/// Takes off what an archive put around a page: its toolbar, its scripts' prefixes in front of addresses.
pub(super) fn unarchived(html: &str) -> String {
    if !html.contains("web.archive.org") && !html.contains("/web/") {
        return html.to_owned();
    }
    let html = without_between(
        html,
        "<!-- BEGIN WAYBACK TOOLBAR INSERT -->",
        "<!-- END WAYBACK TOOLBAR INSERT -->",
    );
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(at) = rest.find("/web/") {
        let (before, tail) = rest.split_at(at);
        match wrapped(&tail[5..]) {
            Some(inner) => {
                out.push_str(without_archive_host(before));
                rest = inner;
            }
            None => {
                out.push_str(before);
                out.push_str(&tail[..5]);
                rest = &tail[5..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The original address behind `20071117124343im_/`, when there is one.
fn wrapped(tail: &str) -> Option<&str> {
    let stamp = tail.bytes().take_while(u8::is_ascii_digit).count();
    if !(4..=14).contains(&stamp) {
        return None;
    }
    let flag = tail[stamp..]
        .bytes()
        .take(4)
        .take_while(|b| b.is_ascii_lowercase() || *b == b'_')
        .count();
    let inner = tail[stamp + flag..].strip_prefix('/')?;
    (inner.starts_with("http://") || inner.starts_with("https://")).then_some(inner)
}

fn without_archive_host(before: &str) -> &str {
    [
        "https://web.archive.org",
        "http://web.archive.org",
        "//web.archive.org",
    ]
    .iter()
    .find_map(|host| before.strip_suffix(host))
    .unwrap_or(before)
}

fn without_between(html: &str, start: &str, end: &str) -> String {
    let Some(from) = html.find(start) else {
        return html.to_owned();
    };
    let to = html[from..]
        .find(end)
        .map_or(from + start.len(), |at| from + at + end.len());
    format!("{}{}", &html[..from], &html[to..])
}

/// The label behind `mark`, quotes dropped.
fn after(bytes: &[u8], mark: &[u8]) -> Option<String> {
    let lower = bytes.to_ascii_lowercase();
    let at = memmem::find(&lower, mark)? + mark.len();
    let label: String = lower[at..]
        .iter()
        .map(|byte| char::from(*byte))
        .skip_while(|letter| matches!(letter, '"' | '\'' | ' '))
        .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ':'))
        .collect();
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn undeclared_chinese_is_recognised_and_declared_cyrillic_is_believed() {
        let text = "我们昨天去了公园，看见很多花。今天下雨，所以在家写日记。";
        let (bytes, _, _) = encoding_rs::GB18030.encode(text);
        assert_eq!(decode(&bytes, None), text);
        let (bytes, _, _) = encoding_rs::KOI8_R.encode("Привет");
        assert_eq!(decode(&bytes, Some("text/html; charset=koi8-r")), "Привет");
    }

    #[test]
    fn a_saved_page_says_where_it_was_saved_from() {
        assert_eq!(
            saved_from(
                "<!DOCTYPE html>\r\n<!-- saved from url=(0036)http://ana.spaces.live.com/guestbook -->\r\n<html>"
            ),
            Some("http://ana.spaces.live.com/guestbook")
        );
        for none in [
            "",
            "saved from url=(x)http://a -->",
            "saved from url=(",
            "saved from url=(12)-->",
        ] {
            assert_eq!(saved_from(none), None, "{none}");
        }
    }

    #[test]
    fn an_archived_page_gets_its_own_addresses_back() {
        let html = "<a href=\"https://web.archive.org/web/20071117124343/http://a.spaces.live.com/\"><img src=\"/web/20071117124343im_/http://storage.msn.com/x1p\">\
            <!-- BEGIN WAYBACK TOOLBAR INSERT --><b>toolbar</b><!-- END WAYBACK TOOLBAR INSERT --><a href=\"/web/guide\">";
        assert_eq!(
            unarchived(html),
            "<a href=\"http://a.spaces.live.com/\"><img src=\"http://storage.msn.com/x1p\"><a href=\"/web/guide\">"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fall(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unarchived(&decode(&bytes, None));
        }
    }
}
