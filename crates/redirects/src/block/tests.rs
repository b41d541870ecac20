//! Damage is noticed.

use super::*;
use crate::{
    name::Name,
    name::Sought,
    record::{Entry, Fate, Key, Record, Target, Thing},
    words::{Words, Writer},
};
use proptest::prelude::*;

fn record(entries: u64) -> Record {
    let entry = |number| Entry {
        key: Key::Number(number, Thing::Entry),
        target: Target::At(format!("https://ana.example/2010/10/31/rose-{number}/")),
    };
    Record {
        names: vec![Name::Alias("ana".to_owned()), Name::Cid(5)],
        fate: Fate::Final,
        base: "https://ana.example/".to_owned(),
        entries: (0..entries).map(entry).collect(),
    }
}

fn pairs(entries: u64) -> Vec<Pair> {
    write(&record(entries), &Writer::new(&Words::default()))
}

#[test]
fn many_pages_lie_in_chunks_that_fill_a_page_of_the_store() {
    let pairs = pairs(2000);
    assert!(pairs.len() > 20);
    assert!(
        pairs
            .iter()
            .all(|(key, value)| key.len() + value.len() < 1100)
    );
    assert!(pairs.is_sorted(), "chunks follow their head");
}

#[test]
fn every_flipped_bit_and_every_cut_is_noticed() {
    for (key, value) in pairs(200) {
        let key = Sought::of(&key);
        assert!(open(&key, &value).is_some());
        for at in 0..value.len() * 8 {
            let mut flipped = value.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(open(&key, &flipped).is_none(), "bit {at}");
        }
        for length in 0..value.len() {
            assert!(open(&key, &value[..length]).is_none(), "cut to {length}");
        }
        assert!(
            open(&Sought::of(b"aother"), &value).is_none(),
            "under another key"
        );
    }
}

proptest! {
    /// A sound checksum over bytes that no program wrote.
    #[test]
    fn bytes_that_nobody_wrote_do_no_harm(kind in 0..7_u8, body in prop::collection::vec(any::<u8>(), 0..200)) {
        read_block(&[&[kind], &body[..]].concat());
    }
}
