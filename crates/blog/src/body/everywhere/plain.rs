//! Addresses that stand as text, of which WordPress makes a link or a card when it shows them. What an author wrote between the tags of
//! a link, or as code, is words and stays.

use super::{TextOf, replaced};
use crate::body::characters::{Within, decode};
use crate::body::edits;
use crate::body::references::{Reference, ReferenceKind};
use crate::body::scan::{Piece, Scanner};
use std::ops::Range;

/// Elements in which WordPress makes no links.
const WORDS_STAY: &[&str] = &["a", "pre", "code"];

/// Elements that a card may be alone in.
const BOXES: &[&str] = &["p", "div", "figure", "br"];

/// What ends a sentence and not an address.
const SENTENCE: &[char] = &['.', ',', ';', ':', '!', '?', ')'];

/// As [`super::rewrite_everywhere`], for a text that is one address.
pub(super) fn address(text: &str, change: &mut dyn FnMut(&Reference) -> Option<String>) -> String {
    change(&reference(text.trim().to_owned())).unwrap_or_else(|| text.to_owned())
}

/// As [`super::rewrite_everywhere`], for what stands as text.
pub(super) fn rewrite(
    text: &str,
    of: TextOf,
    change: &mut dyn FnMut(&Reference) -> Option<String>,
) -> String {
    let mut places = Vec::new();
    for place in places_of(text, of) {
        let address = decode(&text[place.clone()], Within::Text).into_owned();
        if let Some(new) = change(&reference(address)) {
            places.push((place, new.replace('&', "&amp;")));
        }
    }
    replaced(text, places)
}

fn reference(address: String) -> Reference {
    Reference {
        kind: ReferenceKind::Link,
        address,
        element: String::new(),
        link_around: None,
        rel: None,
        alt: None,
        title: None,
    }
}

/// Where such addresses stand.
fn places_of(text: &str, of: TextOf) -> Vec<Range<usize>> {
    if !text.contains("://") {
        return Vec::new();
    }
    let (mut found, mut inside, mut boxed) = (Vec::new(), 0_usize, true);
    // A line that ends at a tag: whether it is alone is known once that tag is.
    let mut waiting: Option<Range<usize>> = None;
    let mut scanner = Scanner::new(text);
    while let Some(piece) = scanner.next_piece() {
        match piece {
            Piece::Tag(tag) => {
                let name = text[tag.name.clone()].to_ascii_lowercase();
                if WORDS_STAY.contains(&name.as_str()) {
                    inside = if tag.closing {
                        inside.saturating_sub(1)
                    } else {
                        inside + 1
                    };
                }
                boxed = BOXES.contains(&name.as_str());
                found.extend(waiting.take().filter(|_| boxed));
            }
            Piece::Text(range) if inside == 0 && of == TextOf::Comment => {
                let words = edits::addresses(&text[range.clone()]);
                found.extend(words.into_iter().map(|(start, end)| {
                    let word =
                        text[range.start + start..range.start + end].trim_end_matches(SENTENCE);
                    range.start + start..range.start + start + word.len()
                }));
            }
            Piece::Text(range) if inside == 0 => {
                let (mut alone, last) = lines(text, range.clone(), boxed);
                found.append(&mut alone);
                waiting = last;
            }
            Piece::Other(_) => {
                boxed = true;
                found.extend(waiting.take());
            }
            Piece::Text(_) | Piece::Raw(_) => waiting = None,
        }
    }
    found.extend(waiting);
    found
}

/// The lines of a piece of text that are an address and nothing else; the last one apart, as a tag stands behind it. `boxed`: the first
/// one begins its line.
fn lines(
    text: &str,
    range: Range<usize>,
    boxed: bool,
) -> (Vec<Range<usize>>, Option<Range<usize>>) {
    let (mut found, mut last) = (Vec::new(), None);
    let mut start = range.start;
    for line in text[range.clone()].split_inclusive('\n') {
        let trimmed = line.trim();
        let place = start + (line.len() - line.trim_start().len());
        let is_address = edits::addresses(trimmed) == [(0, trimmed.len())];
        if is_address && (start > range.start || boxed) {
            let place = place..place + trimmed.len();
            if line.ends_with('\n') {
                found.push(place);
            } else {
                last = Some(place);
            }
        }
        start += line.len();
    }
    (found, last)
}
