//! Cuts WXR where its elements end. Linear, tolerant, and never more of a file in memory than one piece.
//!
//! Only what stands in `CDATA` can hide the end of an element, so nothing else is looked at. A piece that is too long comes as its
//! beginning, marked; the rest of it is passed over and counted.

use crate::wire::xml;
use memchr::{memchr, memmem};
use std::borrow::Cow;
use std::io::{self, Read};

/// The longest piece that is read whole: a post with its comments. Posts with pasted pictures reach some MiB.
pub const PIECE_BYTES: usize = 32 << 20;
/// What is read from the file at once.
const READ_BYTES: usize = 1 << 20;
/// A tag longer than this is none.
const TAG_BYTES: usize = 64 * 1024;

/// Cuts a file into the children of `channel`.
pub struct Splitter<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    offset: u64,
    inside: bool,
    /// The closing tag of a piece that was too long, until it is found.
    lost: Option<Vec<u8>>,
}

/// One child of the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The whole element, from `<` to behind `>`.
    pub bytes: &'a [u8],
    /// Its name with the prefix: `item`, `wp:author`.
    pub name: &'a str,
    /// Where it begins, in bytes from the start of the file.
    pub offset: u64,
    /// What is missing, where it did not come whole.
    pub cut: Option<Cut>,
}

/// Why a piece is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The file ends before it does.
    FileEnds,
    /// It is longer than [`PIECE_BYTES`]; only its beginning is in the piece.
    TooLong,
}

enum Found {
    /// The piece is `start + from..start + to`.
    Whole { from: usize, name: usize, to: usize },
    /// More is needed.
    More,
    /// Passed over `0` bytes that are no child.
    Skip(usize),
}

impl<R: Read> Splitter<R> {
    /// Reads from `reader`.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: vec![0; 2 * READ_BYTES],
            start: 0,
            end: 0,
            ended: false,
            offset: 0,
            inside: false,
            lost: None,
        }
    }

    /// The first bytes of the file, at most 1 MiB, without consuming them.
    ///
    /// # Errors
    /// When reading fails.
    pub fn head(&mut self) -> io::Result<&[u8]> {
        while !self.ended && self.end - self.start < READ_BYTES {
            self.fill()?;
        }
        Ok(&self.buffer[self.start..self.end.min(self.start + READ_BYTES)])
    }

    /// Bytes of the file that were cut so far.
    pub fn done(&self) -> u64 {
        self.offset
    }

    /// The next child.
    ///
    /// # Errors
    /// When reading fails; what was read until then was delivered.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece<'_>>> {
        self.pass_the_lost()?;
        loop {
            let text = &self.buffer[self.start..self.end];
            let found = if self.inside {
                child_at(text)
            } else {
                self.inside = enters_channel(text);
                match (self.inside, memmem::find(text, b"<channel")) {
                    (true, Some(at)) => Found::Skip(
                        at + memchr(b'>', &text[at..]).map_or(text.len() - at, |end| end + 1),
                    ),
                    _ => Found::More,
                }
            };
            match found {
                Found::Whole { from, name, to } => {
                    return Ok(Some(self.take(from, name, to, None)));
                }
                Found::Skip(bytes) => self.pass(bytes),
                Found::More if self.ended => return Ok(self.rest()),
                Found::More if self.end - self.start >= PIECE_BYTES => match begun(text) {
                    Some((from, name)) => return Ok(Some(self.too_long(from, name))),
                    // A comment without end, say: no piece begins with it.
                    None => self.pass(READ_BYTES),
                },
                Found::More => self.fill()?,
            }
        }
    }

    /// What the file ends in the middle of.
    fn rest(&mut self) -> Option<Piece<'_>> {
        let text = &self.buffer[self.start..self.end];
        match self.inside.then(|| begun(text)).flatten() {
            Some((from, name)) => {
                let to = text.len();
                Some(self.take(from, name, to, Some(Cut::FileEnds)))
            }
            None => {
                self.pass(self.end - self.start);
                None
            }
        }
    }

    /// Passes over the rest of a piece that was too long, to behind its closing tag.
    fn pass_the_lost(&mut self) -> io::Result<()> {
        while let Some(close) = self.lost.take() {
            let text = &self.buffer[self.start..self.end];
            let found = memmem::find(text, &close);
            let bytes = found.map_or(text.len().saturating_sub(close.len()), |at| {
                at + close.len()
            });
            self.pass(bytes);
            if found.is_none() && !self.ended {
                self.lost = Some(close);
                self.fill()?;
            } else if found.is_none() {
                self.pass(self.end - self.start);
            }
        }
        Ok(())
    }

    /// The beginning of a piece that has no end in sight.
    fn too_long(&mut self, from: usize, name: usize) -> Piece<'_> {
        let text = &self.buffer[self.start..self.end];
        let to = text.len();
        let close = [b"</", &text[from + 1..=from + name], b">"].concat();
        self.lost = Some(close);
        self.take(from, name, to, Some(Cut::TooLong))
    }

    fn take(&mut self, from: usize, name: usize, to: usize, cut: Option<Cut>) -> Piece<'_> {
        let at = self.start;
        let offset = self.offset + from as u64;
        self.pass(to);
        let bytes = &self.buffer[at + from..at + to];
        Piece {
            bytes,
            name: std::str::from_utf8(&bytes[1..=name]).unwrap_or_default(),
            offset,
            cut,
        }
    }

    fn pass(&mut self, bytes: usize) {
        let bytes = bytes.min(self.end - self.start);
        self.start += bytes;
        self.offset += bytes as u64;
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.buffer.len() - self.end < READ_BYTES {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if self.buffer.len() - self.end < READ_BYTES {
                self.buffer.resize(self.end + 2 * READ_BYTES, 0);
            }
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }
}

/// Where a piece begins after white space, and how long its name is.
fn begun(text: &[u8]) -> Option<(usize, usize)> {
    let from = text.iter().position(|byte| !byte.is_ascii_whitespace())?;
    Some((from, name_of(&text[from..])?))
}

fn enters_channel(text: &[u8]) -> bool {
    memmem::find(text, b"<channel").is_some_and(|at| memchr(b'>', &text[at..]).is_some())
}

/// The child that begins here, after white space.
fn child_at(text: &[u8]) -> Found {
    let Some(from) = text.iter().position(|byte| !byte.is_ascii_whitespace()) else {
        return match text.len() {
            0 => Found::More,
            blanks => Found::Skip(blanks),
        };
    };
    let rest = &text[from..];
    if rest[0] != b'<' {
        return memchr(b'<', rest).map_or(Found::Skip(text.len()), |at| Found::Skip(from + at));
    }
    let Some(second) = rest.get(1) else {
        return Found::More;
    };
    match second {
        b'/' => skip_to(text, from, b">"),
        b'!' if b"<!--".starts_with(&rest[..rest.len().min(4)]) => skip_to(text, from, b"-->"),
        b'!' | b'?' => skip_to(text, from, b">"),
        _ => match name_of(rest) {
            None if rest.len() > TAG_BYTES => Found::Skip(from + 1),
            None => match rest[1].is_ascii_alphabetic() {
                true => Found::More,
                false => Found::Skip(from + 1),
            },
            Some(name) => match element_end(rest, name) {
                Some(to) => Found::Whole {
                    from,
                    name,
                    to: from + to,
                },
                None => Found::More,
            },
        },
    }
}

fn skip_to(text: &[u8], from: usize, mark: &[u8]) -> Found {
    memmem::find(&text[from..], mark).map_or(Found::More, |at| Found::Skip(from + at + mark.len()))
}

/// The length of the name behind `<`, where one is complete.
fn name_of(text: &[u8]) -> Option<usize> {
    let name = text.get(1..)?.iter().take(TAG_BYTES);
    let length = name
        .clone()
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.')
        })
        .count();
    (text[0] == b'<' && length > 0 && text.len() > length + 1).then_some(length)
}

/// Where the element ends that begins `text` and whose name has `name` bytes. `None` where that is not in sight.
fn element_end(text: &[u8], name: usize) -> Option<usize> {
    let open = tag_end(text, name)?;
    if text[open - 2] == b'/' {
        return Some(open);
    }
    let name = &text[1..=name];
    let mut at = open;
    loop {
        let rest = &text[at + memchr(b'<', &text[at..])?..];
        at = text.len() - rest.len();
        if rest.starts_with(b"<![CDATA[") {
            at += 9 + hidden_end(&rest[9..])?;
            continue;
        }
        at += 1;
        let behind = rest
            .strip_prefix(b"</")
            .and_then(|rest| rest.strip_prefix(name));
        if let Some(behind) = behind {
            // `</item` must not end `</items`.
            let gap = behind.iter().position(|byte| !byte.is_ascii_whitespace())?;
            if behind[gap] == b'>' {
                return Some(text.len() - behind.len() + gap + 1);
            }
        }
    }
}

/// Where `CDATA` ends, behind its `]]>`.
fn hidden_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr(b']', &text[at..])?;
        if text[at..].starts_with(b"]]>") {
            return Some(at + 3);
        }
        at += 1;
    }
}

/// Where the opening tag ends; quotes may hide a `>`.
fn tag_end(text: &[u8], name: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.iter().enumerate().take(TAG_BYTES).skip(name + 1) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), _) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

/// One element inside a piece, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child<'a> {
    /// Its name with the prefix.
    pub name: &'a str,
    /// The opening tag.
    pub tag: &'a str,
    /// What stands between the tags.
    pub inner: &'a str,
}

/// The elements directly inside `piece` (a whole element, or the beginning of one), in order. One without end reaches to the end.
pub fn children(piece: &str) -> impl Iterator<Item = Child<'_>> {
    let start = name_of(piece.as_bytes())
        .and_then(|name| tag_end(piece.as_bytes(), name))
        .unwrap_or(piece.len());
    elements(piece.get(start..).unwrap_or_default())
}

/// The elements of a text that stands between two tags.
pub(super) fn elements(inner: &str) -> impl Iterator<Item = Child<'_>> {
    let mut rest = inner;
    std::iter::from_fn(move || {
        loop {
            match child_at(rest.as_bytes()) {
                Found::Skip(bytes) => rest = rest.get(bytes..).unwrap_or_default(),
                Found::Whole { from, name, to } => {
                    let whole = rest.get(from..to)?;
                    rest = &rest[to..];
                    return child(whole, name);
                }
                Found::More => {
                    let whole = rest.trim_start();
                    rest = "";
                    return child(whole, name_of(whole.as_bytes())?);
                }
            }
        }
    })
}

fn child(whole: &str, name: usize) -> Option<Child<'_>> {
    let open = tag_end(whole.as_bytes(), name)?;
    let tag = &whole[..open];
    let inner = if tag.ends_with("/>") {
        ""
    } else {
        let close = whole
            .rfind("</")
            .filter(|at| *at >= open && whole[*at + 2..].starts_with(&whole[1..=name]));
        &whole[open..close.unwrap_or(whole.len())]
    };
    Some(Child {
        name: &whole[1..=name],
        tag,
        inner,
    })
}

impl<'a> Child<'a> {
    /// Its text: one `CDATA` as it stands, anything else decoded once.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        let inner = self.inner;
        let bare = inner.trim_start();
        if let Some(rest) = bare.strip_prefix("<![CDATA[")
            && let Some(end) = memmem::find(rest.as_bytes(), b"]]>")
            && rest[end + 3..].trim().is_empty()
        {
            return Cow::Borrowed(&rest[..end]);
        }
        if memchr::memchr2(b'<', b'&', inner.as_bytes()).is_none() {
            return Cow::Borrowed(inner);
        }
        Cow::Owned(mixed(inner))
    }

    /// An attribute, references decoded.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<String> {
        if !self.tag.contains(name) {
            return None;
        }
        let tag = self.tag.trim_end_matches('>').trim_end_matches('/');
        let root = xml::read(&format!("{tag}/>")).ok()?;
        root.children.first()?.attribute(name).map(str::to_owned)
    }
}

/// Text, references and several `CDATA` in a row, as exports split `]]>`.
fn mixed(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find("<![CDATA[") {
        out.push_str(&plain(&rest[..at]));
        let hidden = &rest[at + 9..];
        let Some(end) = hidden.find("]]>") else {
            out.push_str(hidden);
            return out;
        };
        out.push_str(&hidden[..end]);
        rest = &hidden[end + 3..];
    }
    out.push_str(&plain(rest));
    out
}

/// Text outside `CDATA`: references decoded once; tags that somebody forgot to escape stay as they were written.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.bytes().take(33).position(|byte| byte == b';');
        match end.filter(|end| *end > 0) {
            Some(end)
                if rest[..end]
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'#') =>
            {
                out.push_str(&xml::decoded_reference(&rest[..end]));
                rest = &rest[end + 1..];
            }
            _ => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}
