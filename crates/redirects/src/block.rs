//! How one blog lies in the index: a head with its fate, its base and its first pages, and further chunks of pages where they are
//! many. Every value carries a checksum over its key and itself, so a value under a wrong key is noticed too.

mod anybodys;
mod pages;
mod read;
mod write;

pub use anybodys::{blocks_of, read_block};
pub(crate) use pages::{Page, Pages};
pub(crate) use read::{Head, Value, is_chunk, open};
pub(crate) use write::{Pair, host_mark, see, texts_of, tombstone, write};

use crate::name::Sought;

/// Bytes of the checksum before every value.
const CHECKSUM_BYTES: usize = 4;
/// A chunk is closed when its pages have come to this; four chunks fill a page of the store.
const CHUNK_BYTES: usize = 960;

/// What a value is; the byte after the checksum.
const HEAD: u8 = 1;
const SEE: u8 = 2;
const HOST: u8 = 3;
const TOMBSTONE: u8 = 4;
const CHUNK: u8 = 5;

/// What stands between the name of a blog and the first page of a chunk.
pub(crate) const CHUNK_SIGN: u8 = 0;

/// A number that no key reaches; the order puts texts behind all numbers.
pub(crate) const NUMBERS_END: u64 = 1 << 63;

/// How a new address is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Base, day, slug: `2010/10/31/slug/`.
    Day = 0,
    /// Base, slug: `slug/`.
    Slug = 1,
    /// Base, month, slug: `2010/10/slug/`.
    Month = 2,
    /// Base, and the rest spelled out.
    Below = 3,
    /// Spelled out.
    Whole = 4,
    /// The base.
    Home = 5,
    /// Deleted.
    Gone = 6,
}

impl Form {
    fn of(number: u8) -> Option<Self> {
        use Form::{Below, Day, Gone, Home, Month, Slug, Whole};
        const FORMS: [Form; 7] = [Day, Slug, Month, Below, Whole, Home, Gone];
        FORMS.get(usize::from(number)).copied()
    }

    fn has_day(self) -> bool {
        matches!(self, Self::Day | Self::Month)
    }

    fn has_text(self) -> bool {
        !matches!(self, Self::Home | Self::Gone)
    }
}

/// Of a key and what stands under it, one behind the other.
fn checksum(key: &Sought<'_>, rest: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut hasher = crc32fast::Hasher::new_with_initial(key.sum);
    hasher.update(rest);
    hasher.finalize().to_le_bytes()
}

/// Where a text stands among the texts of a blog.
fn text_order(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

/// The part of a chunk's key that says where in the blog it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Number(u64),
    Text(u32),
}

impl Order {
    pub(crate) fn of_text(text: &str) -> Self {
        Self::Text(text_order(text))
    }

    /// Appends its bytes; their order is that of numbers, then texts.
    pub(crate) fn push(self, key: &mut Vec<u8>) {
        match self {
            Self::Number(number) => key.extend(number.to_be_bytes()),
            Self::Text(order) => {
                key.push(0xFF);
                key.extend(order.to_be_bytes());
            }
        }
    }
}

fn push_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Bytes that are read from the front; `None` where they end too early.
#[derive(Debug, Clone, Copy)]
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Nearly all are of one byte.
    #[inline]
    fn varint(&mut self) -> Option<u64> {
        match self.0.split_first() {
            Some((first, rest)) if *first < 0x80 => {
                self.0 = rest;
                Some(u64::from(*first))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    #[inline]
    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    /// Bytes with their length before them.
    #[inline]
    fn run(&mut self) -> Option<&'a [u8]> {
        let length = self.varint()?;
        self.take(length)
    }
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests;
