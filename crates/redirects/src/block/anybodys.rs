//! Doors for the laboratory: blocks as we write them, and bytes of anybody's under a sound checksum, so that what lies behind it is
//! reached.

use super::{Pages, Value, checksum, open, pages::spelled, write};
use crate::{
    name::Sought,
    record::Record,
    words::{Words, Writer},
};

const KEY: &[u8] = b"aana";
const BASE: &str = "https://ana.example/";

fn words() -> Words {
    Words::of_bytes(b"\x05-rose\x06-entry\x05.html\x05found").unwrap_or_default()
}

/// What stands in an index for a blog, without checksums.
#[doc(hidden)]
#[must_use]
pub fn blocks_of(record: &Record) -> Vec<Vec<u8>> {
    write(record, &Writer::new(&words()))
        .into_iter()
        .filter_map(|(_, value)| Some(value.split_at_checked(super::CHECKSUM_BYTES)?.1.to_vec()))
        .collect()
}

/// Reads `bytes` in every way in which a block is read.
#[doc(hidden)]
pub fn read_block(bytes: &[u8]) {
    let words = words();
    let key = Sought::of(KEY);
    let value = [&checksum(&key, bytes)[..], bytes].concat();
    match open(&key, &value) {
        Some(Value::Head(head)) => {
            let _ = (head.base(&words), head.names().count());
            read_pages(head.pages, &words);
        }
        Some(Value::Chunk(pages)) => read_pages(pages, &words),
        _ => (),
    }
}

fn read_pages(pages: Pages<'_>, words: &Words) {
    for number in [0, 7, 300, u64::MAX] {
        let found = pages.find(number).and_then(|found| found.page);
        let nearest = pages.nearest(number).flatten();
        for page in [found, nearest].into_iter().flatten() {
            let _ = page.address(spelled(BASE), words);
        }
    }
    let _ = (pages.find_text("photos", words), pages.has_month(2010, 10));
    let _ = (pages.count(), pages.entries(BASE, words));
}
