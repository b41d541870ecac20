//! A linear scanner over markup: text, tags with their attributes, and the rest (comments, declarations, raw text of `script`
//! and `style`). It cuts where browsers cut, keeps every byte's place and never looks back, so hostile input costs no more than
//! its length. It builds no tree.

use std::ops::Range;

/// One piece of markup. All ranges are bytes of the scanned text; the pieces of a text lie one after the other without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text between tags.
    Text(Range<usize>),
    /// A start or end tag; its attributes are in [`Scanner::attributes`].
    Tag(Tag),
    /// A comment, declaration or processing instruction.
    Other(Range<usize>),
    /// The content of a raw-text element, e.g. what stands between `<script>` and `</script>`.
    Raw(Range<usize>),
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    /// From `<` to behind `>`.
    pub(crate) range: Range<usize>,
    /// Where the name stands.
    pub(crate) name: Range<usize>,
    /// `</…>`.
    pub(crate) closing: bool,
}

/// An attribute of the tag scanned last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// Where its name stands.
    pub(crate) name: Range<usize>,
    /// Where its value stands, without quotes; empty where it has none.
    pub(crate) value: Range<usize>,
    /// `"`, `'` or nothing.
    pub(crate) quote: Option<u8>,
}

/// Elements whose content is not markup.
const RAW_ELEMENTS: &[&str] = &[
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
];

/// Elements without content.
pub(crate) const VOID_ELEMENTS: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img",
    "input", "keygen", "link", "meta", "param", "source", "track", "wbr",
];

/// Walks over markup.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    raw: Option<&'static str>,
    attributes: Vec<Attribute>,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            raw: None,
            attributes: Vec::new(),
        }
    }

    /// The attributes of the tag that `next` gave last.
    pub(crate) fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The first attribute called `name` (lower case), as browsers see it.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| self.text[attribute.name.clone()].eq_ignore_ascii_case(name))
    }

    /// The next piece.
    pub(crate) fn next_piece(&mut self) -> Option<Piece> {
        let bytes = self.text.as_bytes();
        if self.at >= bytes.len() {
            return None;
        }
        if let Some(name) = self.raw.take() {
            let end = raw_end(self.text, self.at, name);
            if end > self.at {
                let range = self.at..end;
                self.at = end;
                return Some(Piece::Raw(range));
            }
        }
        if bytes[self.at] == b'<'
            && let Some(piece) = self.markup()
        {
            return Some(piece);
        }
        let start = self.at;
        let mut from = start;
        if bytes[start] == b'<' {
            from += 1;
        }
        self.at = next_opening(bytes, from);
        Some(Piece::Text(start..self.at))
    }

    /// Markup at `<`, or `None` where the `<` is text.
    fn markup(&mut self) -> Option<Piece> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        match bytes.get(start + 1)? {
            b'!' if bytes[start..].starts_with(b"<!--") => {
                self.at = comment_end(bytes, start);
                Some(Piece::Other(start..self.at))
            }
            b'!' | b'?' => {
                self.at = after(bytes, start, b'>');
                Some(Piece::Other(start..self.at))
            }
            b'/' if bytes.get(start + 2).is_some_and(u8::is_ascii_alphabetic) => {
                Some(self.tag(start + 2, true))
            }
            b'/' if bytes.get(start + 2).is_some() => {
                self.at = after(bytes, start, b'>');
                Some(Piece::Other(start..self.at))
            }
            byte if byte.is_ascii_alphabetic() => Some(self.tag(start + 1, false)),
            _ => None,
        }
    }

    /// The tag whose name starts at `name_start`. A tag that the text ends in the middle of is no tag: browsers drop it; here it
    /// is `Other`, so that nothing in it is taken for an address.
    fn tag(&mut self, name_start: usize, closing: bool) -> Piece {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = skip(bytes, name_start, |byte| {
            !byte.is_ascii_whitespace() && byte != b'/' && byte != b'>'
        });
        let name = name_start..at;
        self.attributes.clear();
        loop {
            at = skip(bytes, at, |byte| byte.is_ascii_whitespace() || byte == b'/');
            match bytes.get(at) {
                None => {
                    self.at = bytes.len();
                    self.attributes.clear();
                    return Piece::Other(start..self.at);
                }
                Some(b'>') => break,
                Some(_) => at = self.read_attribute(at),
            }
        }
        self.at = at + 1;
        if !closing {
            let written = &self.text[name.clone()];
            self.raw = RAW_ELEMENTS
                .iter()
                .copied()
                .find(|raw| raw.eq_ignore_ascii_case(written));
        }
        Piece::Tag(Tag {
            range: start..self.at,
            name,
            closing,
        })
    }

    /// Reads the attribute at `start`; answers the place behind it.
    fn read_attribute(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        // A leading `=` belongs to the name, as in browsers; this also makes every step advance.
        let name_end = skip(bytes, start + 1, |byte| {
            !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'=')
        });
        let name = start..name_end;
        let equals = skip(bytes, name_end, |byte| byte.is_ascii_whitespace());
        if bytes.get(equals) != Some(&b'=') {
            self.attributes.push(Attribute {
                name,
                value: name_end..name_end,
                quote: None,
            });
            return name_end;
        }
        let value_start = skip(bytes, equals + 1, |byte| byte.is_ascii_whitespace());
        let (value, quote, end) = match bytes.get(value_start) {
            Some(&quote @ (b'"' | b'\'')) => {
                let from = value_start + 1;
                let end =
                    memchr::memchr(quote, &bytes[from..]).map_or(bytes.len(), |found| from + found);
                (from..end, Some(quote), (end + 1).min(bytes.len()))
            }
            _ => {
                let end = skip(bytes, value_start, |byte| {
                    !byte.is_ascii_whitespace() && byte != b'>'
                });
                (value_start..end, None, end)
            }
        };
        self.attributes.push(Attribute { name, value, quote });
        end
    }
}

fn skip(bytes: &[u8], from: usize, wanted: impl Fn(u8) -> bool) -> usize {
    bytes[from.min(bytes.len())..]
        .iter()
        .position(|byte| !wanted(*byte))
        .map_or(bytes.len(), |found| from + found)
}

fn after(bytes: &[u8], from: usize, byte: u8) -> usize {
    memchr::memchr(byte, &bytes[from..]).map_or(bytes.len(), |found| from + found + 1)
}

fn next_opening(bytes: &[u8], from: usize) -> usize {
    memchr::memchr(b'<', &bytes[from..]).map_or(bytes.len(), |found| from + found)
}

/// Behind the comment that starts at `start`: `-->`, `--!>`, and at once for `<!-->` and `<!--->`.
fn comment_end(bytes: &[u8], start: usize) -> usize {
    let inside = start + 4;
    if bytes[inside..].starts_with(b">") {
        return inside + 1;
    }
    if bytes[inside..].starts_with(b"->") {
        return inside + 2;
    }
    let mut from = inside;
    while let Some(found) = memchr::memmem::find(&bytes[from..], b"--") {
        let dashes = from + found;
        if bytes[dashes + 2..].starts_with(b">") {
            return dashes + 3;
        }
        if bytes[dashes + 2..].starts_with(b"!>") {
            return dashes + 4;
        }
        from = dashes + 1;
    }
    bytes.len()
}

/// Where the end tag of the raw-text element `name` starts, or the end of the text.
fn raw_end(text: &str, from: usize, name: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = memchr::memmem::find(&bytes[at..], b"</") {
        let slash = at + found;
        let behind = slash + 2 + name.len();
        let same = bytes
            .get(slash + 2..behind)
            .is_some_and(|written| written.eq_ignore_ascii_case(name.as_bytes()));
        let ends = bytes
            .get(behind)
            .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
        if same && ends {
            return slash;
        }
        at = slash + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{Piece, Scanner};
    use proptest::prelude::*;

    fn pieces(text: &str) -> Vec<String> {
        let mut scanner = Scanner::new(text);
        let mut found = Vec::new();
        while let Some(piece) = scanner.next_piece() {
            found.push(match piece {
                Piece::Text(range) => format!("text {}", &text[range]),
                Piece::Raw(range) => format!("raw {}", &text[range]),
                Piece::Other(range) => format!("other {}", &text[range]),
                Piece::Tag(tag) => format!(
                    "{} {}",
                    if tag.closing { "end" } else { "start" },
                    &text[tag.name]
                ),
            });
        }
        found
    }

    #[test]
    fn markup_is_cut_where_browsers_cut_it() {
        assert_eq!(
            pieces("a < b <B>c</B><!-- <i> --><![CDATA[x]]>d"),
            [
                "text a ",
                "text < b ",
                "start B",
                "text c",
                "end B",
                "other <!-- <i> -->",
                "other <![CDATA[x]]>",
                "text d"
            ]
        );
    }

    #[test]
    fn a_greater_sign_in_quotes_does_not_end_a_tag() {
        assert_eq!(pieces("<a title='>' x>t"), ["start a", "text t"]);
    }

    #[test]
    fn the_content_of_a_script_is_no_markup() {
        assert_eq!(
            pieces("<script>'<b>' </scrip></SCRIPT >x"),
            ["start script", "raw '<b>' </scrip>", "end SCRIPT", "text x"]
        );
    }

    #[test]
    fn a_tag_cut_off_by_the_end_is_no_tag() {
        assert_eq!(pieces("x<a href=\"y>z"), ["text x", "other <a href=\"y>z"]);
    }

    proptest! {
        #[test]
        fn pieces_cover_every_byte_once(text in "[<>/!?a\\-\"'= &;sxé中]{0,200}") {
            let mut scanner = Scanner::new(&text);
            let mut end = 0;
            while let Some(piece) = scanner.next_piece() {
                let range = match piece {
                    Piece::Text(range) | Piece::Raw(range) | Piece::Other(range) => range,
                    Piece::Tag(tag) => tag.range,
                };
                prop_assert_eq!(range.start, end);
                prop_assert!(range.end > range.start);
                end = range.end;
            }
            prop_assert_eq!(end, text.len());
        }
    }
}
