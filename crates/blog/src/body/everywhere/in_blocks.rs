//! Addresses in the attributes of blocks: `<!-- wp:cover {"url":"http:…"} -->`. The JSON is not written anew: only the strings that
//! change are, so that every other byte stays and a block whose JSON nobody can read stays alone.

use super::replaced;
use crate::body::blocks::written;
use crate::body::delimiter::{self, Delimiter};
use crate::body::references::{Reference, ReferenceKind};
use crate::body::scan::{Piece, Scanner};
use serde_json::Value;
use std::ops::Range;

/// Attributes of blocks that show media, which lead to what is shown, in full.
const LEAD: &[&str] = &["href", "link", "fullUrl", "mediaLink", "linkDestination"];

/// As [`super::rewrite_everywhere`], in the attributes of blocks.
pub(super) fn rewrite(text: &str, change: &mut dyn FnMut(&Reference) -> Option<String>) -> String {
    let mut places = Vec::new();
    let mut scanner = Scanner::new(text);
    while let Some(piece) = scanner.next_piece() {
        let Piece::Other(range) = piece else { continue };
        let inner = text[range.clone()]
            .strip_prefix("<!--")
            .and_then(|text| text.strip_suffix("-->"));
        let Some(block) = inner.and_then(delimiter::read) else {
            continue;
        };
        let from = range.start + "<!--".len();
        let json = from + block.written.start..from + block.written.end;
        for (key, place) in strings(&text[json.clone()]) {
            let place = json.start + place.start..json.start + place.end;
            let Some(address) = address(&text[place.clone()]) else {
                continue;
            };
            let reference = reference(&block, &key, address);
            if let Some(new) = change(&reference) {
                let new = written(&Value::String(new));
                places.push((place, new[1..new.len() - 1].to_owned()));
            }
        }
    }
    replaced(text, places)
}

/// The strings of a JSON object that are values, without their quotes, each with the name before it.
fn strings(json: &str) -> Vec<(String, Range<usize>)> {
    let bytes = json.as_bytes();
    let (mut found, mut key, mut at) = (Vec::new(), String::new(), 0);
    while let Some(open) = memchr::memchr(b'"', &bytes[at..]) {
        let start = at + open + 1;
        let mut end = start;
        while bytes.get(end).is_some_and(|byte| *byte != b'"') {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(json.len());
        at = (end + 1).min(json.len());
        if json[at..].trim_start().starts_with(':') {
            json[start..end].clone_into(&mut key);
        } else {
            found.push((key.clone(), start..end));
        }
    }
    found
}

/// The web address that a string of JSON is.
fn address(raw: &str) -> Option<String> {
    if !raw.starts_with("http") {
        return None;
    }
    let text: String = serde_json::from_str(&format!("\"{raw}\"")).ok()?;
    let is_address = text.contains("://") && !text.contains(char::is_whitespace);
    is_address.then_some(text)
}

fn reference(block: &Delimiter<'_>, key: &str, address: String) -> Reference {
    Reference {
        kind: if block.shows_media() && !LEAD.contains(&key) {
            ReferenceKind::Picture
        } else {
            ReferenceKind::Link
        },
        address,
        element: format!("wp:{}", block.name),
        link_around: None,
        rel: None,
        alt: None,
        title: None,
    }
}
