//! Reading a value: what it is, whether it is whole, and the head of a blog.

use super::{CHECKSUM_BYTES, CHUNK, Cursor, HEAD, HOST, Pages, SEE, TOMBSTONE, checksum};
use crate::{name::Sought, record::Fate, words::Words};

/// What stands under a key.
pub(crate) enum Value<'a> {
    /// A blog.
    Head(Head<'a>),
    /// The key under which the blog stands.
    See(&'a [u8]),
    /// Blogs stand on this host.
    Host,
    /// Nobody has this name any more.
    Tombstone,
    /// More pages of a blog.
    Chunk(Pages<'a>),
}

/// Whether a value holds more pages of a blog, as far as it says so itself.
pub(crate) fn is_chunk(value: &[u8]) -> bool {
    value.get(CHECKSUM_BYTES) == Some(&CHUNK)
}

/// The head of a blog.
#[derive(Clone, Copy)]
pub(crate) struct Head<'a> {
    /// What became of the blog.
    pub(crate) fate: Fate,
    /// Whether there are chunks beside the head.
    pub(crate) more: bool,
    /// The names beside the one it is kept under: how many, and their bytes.
    names: (u64, Cursor<'a>),
    base: &'a [u8],
    /// The first pages.
    pub(crate) pages: Pages<'a>,
}

/// Opens the value of `key`. `None` where it is damaged.
pub(crate) fn open<'a>(key: &Sought<'_>, value: &'a [u8]) -> Option<Value<'a>> {
    let (sum, rest) = value.split_at_checked(CHECKSUM_BYTES)?;
    if checksum(key, rest) != sum {
        return None;
    }
    let (kind, body) = rest.split_first()?;
    Some(match *kind {
        HEAD => Value::Head(head(Cursor(body))?),
        SEE => Value::See(body),
        HOST => Value::Host,
        TOMBSTONE => Value::Tombstone,
        CHUNK => Value::Chunk(Pages::of(Cursor(body))?),
        _ => return None,
    })
}

fn head(mut cursor: Cursor<'_>) -> Option<Head<'_>> {
    let first = cursor.varint()?;
    let fate = match first >> 1 {
        0 => Fate::Final,
        1 => Fate::UndoableUntil(u32::try_from(cursor.varint()?).ok()?),
        2 => Fate::Waiting,
        3 => Fate::Gone,
        _ => return None,
    };
    let names = cursor.varint()?;
    let names_at = cursor;
    for _ in 0..names {
        cursor.run()?;
    }
    let base = cursor.run()?;
    Some(Head {
        fate,
        more: first & 1 == 1,
        names: (names, names_at),
        base,
        pages: Pages::of(cursor)?,
    })
}

impl<'a> Head<'a> {
    /// The new home.
    pub(crate) fn base(&self, words: &Words) -> Option<String> {
        let mut base = Vec::with_capacity(64);
        self.push_base(words, &mut base)?;
        String::from_utf8(base).ok()
    }

    /// Writes the new home.
    pub(crate) fn push_base(&self, words: &Words, out: &mut Vec<u8>) -> Option<()> {
        words.read(self.base, out)
    }

    /// Whether there is a new home.
    pub(crate) fn has_base(&self) -> bool {
        !self.base.is_empty()
    }

    /// The keys of its names beside the one it is kept under.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a [u8]> {
        let (count, mut cursor) = self.names;
        (0..count).map_while(move |_| cursor.run())
    }
}
