//! A feed entry by entry: cut where its items begin and end, while it comes, so that no feed is too long. Text in CDATA is passed
//! over; an item that never ends reaches to the next one.

use super::{BadItem, Broken, FeedHead, FeedPiece, LONGEST_ITEM_BYTES, head, is_feed, item};
use crate::wire::encodings::{self, Pieces};
use blog::doors::Halt;
use memchr::{memchr, memmem};
use points::Bug;
use std::borrow::Cow;
use std::io::{self, Read};

/// What is read at once.
const READ_BYTES: usize = 256 << 10;
/// Bytes that tell what a tag is.
const TAG_BYTES: usize = 64;
/// A closing tag whose end is not in so many bytes is none.
const CLOSING_TAG_BYTES: usize = 1 << 10;
/// What stands around the items of a feed. Real ones have some KiB there.
pub(in crate::wire) const OUTSIDE_BYTES: usize = 4 << 20;

/// Reads a feed piece by piece.
pub struct FeedReader<'a> {
    cutter: Cutter<'a>,
    pieces: Pieces,
    number: usize,
}

impl<'a> FeedReader<'a> {
    /// Begins to read; `None` where it is no feed. `declared` is what somebody said of its letters, if the feed does not say it.
    ///
    /// # Errors
    /// When the first bytes cannot be read.
    pub fn open(reader: Box<dyn Read + 'a>, declared: Option<&str>) -> io::Result<Option<Self>> {
        let mut first = Vec::new();
        let mut reader = encodings::as_utf_8(reader, declared)?;
        if points::planted(Bug::HoldAnEntry) {
            let mut whole = Vec::new();
            reader.read_to_end(&mut whole)?;
            reader = Box::new(io::Cursor::new(whole));
        }
        reader
            .by_ref()
            .take(READ_BYTES as u64)
            .read_to_end(&mut first)?;
        let said = encodings::in_prolog(&first);
        let pieces = Pieces::new(&first, said.as_deref().or(declared));
        Ok(is_feed(&first).then(|| Self {
            cutter: Cutter::new(first, reader),
            pieces,
            number: 0,
        }))
    }

    /// The same for a text that was decoded already.
    #[must_use]
    pub fn of_text(text: &'a str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').as_bytes();
        is_feed(text).then(|| Self {
            cutter: Cutter::new(Vec::new(), Box::new(text)),
            pieces: Pieces::new(b"", Some("utf-8")),
            number: 0,
        })
    }

    /// The next item of those that `wanted` is for: it is asked with the number and the text of each, before that is read.
    ///
    /// # Errors
    /// When reading fails, or whoever takes the items wants no more; what was read until then was delivered.
    pub fn next(
        &mut self,
        wanted: &mut dyn FnMut(usize, &str) -> Result<bool, Halt>,
    ) -> Result<Option<FeedPiece>, Broken> {
        while let Some(cut) = self.cutter.next().map_err(Broken::Reading)? {
            self.number += 1;
            let read = match cut {
                Cut::Whole(bytes) => {
                    let (text, _, _) = self.pieces.read(bytes);
                    if !wanted(self.number, &text).map_err(Broken::Halt)? {
                        continue;
                    }
                    item(&text)
                }
                Cut::TooLong => Err("it is too long".to_owned()),
            };
            return Ok(Some(match read {
                Ok(item) => FeedPiece::Item(Box::new(item)),
                Err(what) => FeedPiece::Bad(BadItem {
                    number: self.number,
                    what,
                }),
            }));
        }
        Ok(None)
    }

    /// Bytes that were passed so far.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.cutter.passed
    }

    /// What stands around the items, once the last one was read.
    #[must_use]
    pub fn head(&self) -> FeedHead {
        let outside: Cow<'_, str> = self.pieces.read(&self.cutter.outside).0;
        head(&outside)
    }
}

enum Cut<'a> {
    Whole(&'a [u8]),
    TooLong,
}

enum Edge {
    Opens,
    Closes,
}

struct Cutter<'a> {
    reader: Box<dyn Read + 'a>,
    buffer: Vec<u8>,
    /// Up to here everything belongs to what was delivered, or stands outside of items.
    from: usize,
    /// Where to look on.
    at: usize,
    /// Whether what begins at `from` is an item.
    inside: bool,
    /// Whether the beginning of that item was dropped, as it is too long.
    dropped: bool,
    in_cdata: bool,
    ended: bool,
    outside: Vec<u8>,
    /// Bytes that are in the buffer no more.
    passed: u64,
}

impl<'a> Cutter<'a> {
    fn new(first: Vec<u8>, reader: Box<dyn Read + 'a>) -> Self {
        Self {
            reader,
            buffer: first,
            from: 0,
            at: 0,
            inside: false,
            dropped: false,
            in_cdata: false,
            ended: false,
            outside: Vec::new(),
            passed: 0,
        }
    }

    fn next(&mut self) -> io::Result<Option<Cut<'_>>> {
        loop {
            if self.in_cdata {
                self.leave_cdata()?;
                continue;
            }
            let Some(found) = memchr(b'<', &self.buffer[self.at..]) else {
                self.at = self.buffer.len();
                if self.ended {
                    return Ok(self.last());
                }
                self.fill()?;
                continue;
            };
            let tag = self.at + found;
            if self.buffer.len() - tag < TAG_BYTES && !self.ended {
                self.at = tag;
                self.fill()?;
                continue;
            }
            self.at = tag + 1;
            if self.buffer[tag..].starts_with(b"<![CDATA[") {
                self.in_cdata = true;
                continue;
            }
            match item_tag(&self.buffer[tag..]) {
                Some(Edge::Opens) => {
                    if self.inside {
                        return Ok(Some(self.deliver(tag, true)));
                    }
                    self.pass_outside(tag);
                    self.inside = true;
                }
                Some(Edge::Closes) if self.inside => {
                    let most = self.buffer.len().min(tag + CLOSING_TAG_BYTES);
                    match memchr(b'>', &self.buffer[tag..most]) {
                        Some(end) => return Ok(Some(self.deliver(tag + end + 1, false))),
                        None if most - tag == CLOSING_TAG_BYTES => {}
                        None if self.ended => return Ok(Some(self.deliver(most, false))),
                        None => {
                            self.at = tag;
                            self.fill()?;
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Goes on behind the end of a CDATA section, or as far as there is anything.
    fn leave_cdata(&mut self) -> io::Result<()> {
        match memmem::find(&self.buffer[self.at..], b"]]>") {
            Some(end) => {
                self.at += end + 3;
                self.in_cdata = false;
            }
            None if self.ended => {
                self.at = self.buffer.len();
                self.in_cdata = false;
            }
            None => {
                self.at = self.at.max(self.buffer.len().saturating_sub(2));
                self.fill()?;
            }
        }
        Ok(())
    }

    /// The item up to `end`; another one begins there if `more`.
    fn deliver(&mut self, end: usize, more: bool) -> Cut<'_> {
        let from = std::mem::replace(&mut self.from, end);
        self.at = self.at.max(end);
        self.inside = more;
        if more {
            self.at = end + 1;
        }
        if std::mem::take(&mut self.dropped) || end - from > LONGEST_ITEM_BYTES {
            return Cut::TooLong;
        }
        Cut::Whole(&self.buffer[from..end])
    }

    /// What the feed ends in the middle of.
    fn last(&mut self) -> Option<Cut<'_>> {
        let end = self.buffer.len();
        if self.inside {
            return Some(self.deliver(end, false));
        }
        self.pass_outside(end);
        None
    }

    fn pass_outside(&mut self, end: usize) {
        let room = OUTSIDE_BYTES - self.outside.len();
        let bytes = &self.buffer[self.from..end];
        self.outside
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.from = end;
    }

    fn fill(&mut self) -> io::Result<()> {
        if !self.inside {
            self.pass_outside(self.at);
        } else if self.at - self.from > LONGEST_ITEM_BYTES {
            self.dropped = true;
            self.from = self.at;
        }
        self.buffer.drain(..self.from);
        self.passed += self.from as u64;
        self.at -= self.from;
        self.from = 0;
        let before = self.buffer.len();
        self.reader
            .by_ref()
            .take(READ_BYTES as u64)
            .read_to_end(&mut self.buffer)?;
        self.ended = self.buffer.len() == before;
        Ok(())
    }
}

/// `<item>`, `<entry>`, with a prefix or not.
fn item_tag(bytes: &[u8]) -> Option<Edge> {
    let (edge, rest) = match bytes.get(1)? {
        b'/' => (Edge::Closes, &bytes[2..]),
        _ => (Edge::Opens, &bytes[1..]),
    };
    let end = rest
        .iter()
        .take(24)
        .position(|b| b.is_ascii_whitespace() || *b == b'>' || *b == b'/')?;
    let name = &rest[..end];
    let local = name.rsplit(|b| *b == b':').next()?;
    // `live:entry` and `atom:entry` are entries; `cf:item` is no element that a feed has.
    (local == b"item" || local == b"entry").then_some(edge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives at most so many bytes at once.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(buffer.len());
            self.0.read(&mut buffer[..most])
        }
    }

    fn all(bytes: &[u8], at_once: usize) -> Option<(Vec<FeedPiece>, FeedHead)> {
        let mut reader =
            FeedReader::open(Box::new(Slow(bytes, at_once)), None).expect("readable")?;
        let mut pieces = Vec::new();
        while let Some(piece) = reader.next(&mut |_, _| Ok(true)).expect("readable") {
            pieces.push(piece);
        }
        Some((pieces, reader.head()))
    }

    fn titles(pieces: &[FeedPiece]) -> Vec<String> {
        let title = |piece: &FeedPiece| match piece {
            FeedPiece::Item(item) => item.title.clone(),
            FeedPiece::Bad(bad) => format!("{}: {}", bad.number, bad.what),
        };
        pieces.iter().map(title).collect()
    }

    /// The pieces of a feed, its head, and the most bytes that were held at once.
    fn streamed(feed: &str) -> (Vec<FeedPiece>, FeedHead, usize) {
        let mut reader = FeedReader::open(Box::new(feed.as_bytes()), None)
            .expect("readable")
            .expect("a feed");
        let (mut pieces, mut most) = (Vec::new(), 0);
        while let Some(piece) = reader.next(&mut |_, _| Ok(true)).expect("readable") {
            most = most.max(reader.cutter.buffer.capacity());
            pieces.push(piece);
        }
        (pieces, reader.head(), most)
    }

    #[test]
    fn an_item_longer_than_the_limit_costs_itself_and_no_memory() {
        let long = "x".repeat(3 * LONGEST_ITEM_BYTES);
        let feed = format!(
            "<rss><channel><title>T</title><item><title>A</title></item><item><title>{long}</title></item>\
             <item><title>C</title></item></channel></rss>"
        );
        let (pieces, head, most) = streamed(&feed);
        assert_eq!(titles(&pieces), ["A", "2: it is too long", "C"]);
        assert_eq!(head.title, "T");
        assert!(most < 3 * LONGEST_ITEM_BYTES, "{most} bytes at once");
    }

    #[test]
    fn a_closing_tag_without_end_costs_its_item_and_no_memory() {
        let blanks = " ".repeat(3 * LONGEST_ITEM_BYTES);
        let feed = format!(
            "<rss><channel><title>T</title><item><title>A</title></item{blanks}<item><title>B</title></item></channel></rss>"
        );
        let (pieces, _, most) = streamed(&feed);
        assert_eq!(titles(&pieces), ["1: it is too long", "B"]);
        assert!(most < 3 * LONGEST_ITEM_BYTES, "{most} bytes at once");
    }

    #[test]
    fn letters_of_any_encoding_come_through() {
        for (encoding, text) in [
            ("windows-1251", "Привет"),
            ("gb18030", "花园"),
            ("iso-2022-jp", "日記"),
            ("utf-16le", "Ünï"),
        ] {
            let feed = format!(
                "<?xml version=\"1.0\" encoding=\"{encoding}\"?><rss><channel><item><title>{text}</title></item></channel></rss>"
            );
            let bytes = if encoding == "utf-16le" {
                feed.encode_utf16().flat_map(u16::to_le_bytes).collect()
            } else {
                let named = encodings::named(encoding).expect("known");
                named.encode(&feed).0.into_owned()
            };
            let (pieces, _) = all(&bytes, 7).expect("a feed");
            assert_eq!(titles(&pieces), [text], "{encoding}");
        }
    }

    proptest! {
        #[test]
        fn however_it_comes_it_reads_the_same(
            parts in proptest::collection::vec("(<item>|</item>|<a:entry x='1'>|</a:entry>|<!\\[CDATA\\[|\\]\\]>|<title>|</title>|<|>|[a-z ]{1,80}){0,3}", 0..24),
            at_once in 1_usize..40,
        ) {
            let feed = format!("<rss><channel>{}</channel></rss>", parts.concat());
            let slow = all(feed.as_bytes(), at_once);
            prop_assert!(slow.is_some());
            prop_assert_eq!(slow, all(feed.as_bytes(), usize::MAX));
        }
    }
}
