//! `truncate`: exports cut at every byte, and every byte changed once. Nothing may fall, and whatever word is still whole in the
//! bytes must be moved, kept aside or refused with a reason.

use super::Lab;
use crate::chance::Chance;
use crate::reading::{self, Fate, word};
use crate::{Goal, Wish, samples};
use anyhow::Result;
use blog::doors::Input;
use platforms::wire::{feeds, xmlrpc};
use std::{
    collections::BTreeMap,
    io::Read as _,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

pub(super) const LAB: Lab = Lab {
    name: "truncate",
    about: "exports cut at every byte and every byte changed once: nothing falls, nothing is lost in silence",
    short: 10,
    long: 240,
    wordpress: false,
    catches: &[points::Bug::DropDuplicateName, points::Bug::CutALetter],
    run,
};

/// What is wrong after one change. Empty when all is well.
type Check = fn(&Sample, &[u8], Change) -> Vec<String>;

struct Sample {
    name: &'static str,
    bytes: Vec<u8>,
    /// Entries of a zip: content by name, and where its bytes end.
    entries: Vec<(Vec<u8>, usize)>,
    check: Check,
}

/// What was done to the bytes.
#[derive(Debug, Clone, Copy)]
enum Change {
    Cut(usize),
    Flip(usize, u8),
}

impl Change {
    fn made(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Cut(at) => bytes[..at].to_vec(),
            Self::Flip(at, with) => {
                let mut bytes = bytes.to_vec();
                bytes[at] ^= with;
                bytes
            }
        }
    }
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let mut samples = samples();
    samples.retain(|sample| {
        wish.target
            .as_deref()
            .is_none_or(|name| name == sample.name)
    });
    let changes: usize = samples.iter().map(|sample| 2 * sample.bytes.len()).sum();
    let mut tally = Tally::default();
    let begun = Instant::now();
    crate::quiet_panics(|| {
        let mut chance = Chance::new(wish.seed);
        for sample in &samples {
            tally.look(
                sample,
                sample.bytes.as_slice(),
                Change::Cut(sample.bytes.len()),
            );
        }
        // In an order by chance, so that a short look sees all parts of all samples.
        let mut rounds: Vec<(usize, usize)> = samples
            .iter()
            .enumerate()
            .flat_map(|(at, sample)| (0..2 * sample.bytes.len()).map(move |place| (at, place)))
            .collect();
        for at in (1..rounds.len()).rev() {
            rounds.swap(at, chance.below(at + 1));
        }
        for (at, place) in rounds {
            if !wish.goes_on(begun, tally.looked as f64, changes as f64) {
                break;
            }
            let sample = &samples[at];
            let change = if place < sample.bytes.len() {
                Change::Cut(place)
            } else {
                Change::Flip(place - sample.bytes.len(), 1 << chance.below(8))
            };
            tally.look(sample, &change.made(&sample.bytes), change);
        }
    });
    for (what, count) in &tally.wrong {
        eprintln!("truncate: {count} x {what}");
    }
    Ok(vec![
        Goal::never("inputs that made a reader fall", tally.fallen),
        Goal::never("inputs with something lost in silence", tally.lost),
        Goal::at_least(
            "share of all cuts and changes looked at, %",
            100.0 * tally.looked as f64 / changes as f64,
            if wish.long { 100.0 } else { 0.0 },
        ),
        Goal::at_least("inputs", tally.looked as f64, 100.0),
    ])
}

#[derive(Default)]
struct Tally {
    looked: u64,
    fallen: u64,
    lost: u64,
    wrong: BTreeMap<String, u64>,
}

impl Tally {
    fn look(&mut self, sample: &Sample, bytes: &[u8], change: Change) {
        self.looked += 1;
        match catch_unwind(AssertUnwindSafe(|| (sample.check)(sample, bytes, change))) {
            Ok(wrong) if wrong.is_empty() => {}
            Ok(wrong) => {
                self.lost += 1;
                let first = wrong.first().map_or("", String::as_str);
                self.tell(format!("{}: {first}", sample.name), change);
            }
            Err(_) => {
                self.fallen += 1;
                self.tell(format!("{}: it fell", sample.name), change);
            }
        }
    }

    /// Tells the first of its kind at once, with what repeats it.
    fn tell(&mut self, what: String, change: Change) {
        let count = self.wrong.entry(what.clone()).or_default();
        *count += 1;
        if *count == 1 && self.wrong.len() < 20 {
            eprintln!("truncate: {what} ({change:?})");
        }
    }
}

fn samples() -> Vec<Sample> {
    let plain = |name, bytes, check| Sample {
        name,
        bytes,
        entries: Vec::new(),
        check,
    };
    let zipped = |name, entries: &[(&str, Vec<u8>)], deflate| {
        let (bytes, places) = samples::zip(entries, deflate);
        Sample {
            name,
            bytes,
            entries: ending(entries, &places, 0).collect(),
            check: check_zip,
        }
    };
    let pages = samples::pages();
    let mut samples = vec![
        plain("export.txt", samples::export(40, 3), check_words as Check),
        plain(
            "windows.txt",
            samples::in_windows(samples::export(8, 1)),
            check_words,
        ),
        plain("one.txt", samples::export(1, 0), check_words),
        plain("to-quote.txt", samples::to_quote(), check_words),
        plain("rss.xml", samples::rss(12), check_feed),
        plain("atom.xml", samples::atom(12), check_feed),
        plain("answer.xml", samples::answer(), check_answer),
        zipped("stored.zip", &samples::with_a_twin(6), false),
        zipped("deflated.zip", &samples::with_a_twin(6), true),
        zipped("space.zip", &pages, true),
        zip_in_zip(&pages),
    ];
    for (name, page) in pages {
        // A page has one article; what of it stands where is for its reader to know.
        samples.push(plain(
            if name.contains("body") {
                "page.html"
            } else {
                "saved.html"
            },
            page,
            check_page,
        ));
    }
    samples
}

/// The contents of entries, and where the bytes of each end.
fn ending(
    entries: &[(&str, Vec<u8>)],
    places: &[Range<usize>],
    shift: usize,
) -> impl Iterator<Item = (Vec<u8>, usize)> {
    let contents = entries.iter().map(|(_, content)| content.clone());
    contents
        .zip(places)
        .map(move |(content, place)| (content, place.end + shift))
}

/// A zip with a zip in it. Both it and what is in it are there to be read.
fn zip_in_zip(pages: &[(&'static str, Vec<u8>)]) -> Sample {
    let (inner, inner_places) = samples::zip(pages, true);
    let outer = [("x.zip", inner), ("y.jpg", b"not looked into".to_vec())];
    let (bytes, places) = samples::zip(&outer, false);
    let entries = ending(&outer, &places, 0).chain(ending(pages, &inner_places, places[0].start));
    Sample {
        name: "inner.zip",
        entries: entries.collect(),
        bytes,
        check: check_zip,
    }
}

/// Every word that is whole must have a fate.
fn check_words(sample: &Sample, bytes: &[u8], _change: Change) -> Vec<String> {
    let reading = reading::read(sample.name, bytes);
    let moved = reading.moved_text();
    let mut wrong: Vec<String> = samples::words_in(bytes)
        .into_iter()
        .filter(|number| reading.fate(&word(*number), &moved) == Fate::Lost)
        .map(|_| "a word was lost".to_owned())
        .collect();
    if reading.items.is_empty() && reading.refused.is_none() && reading.findings.is_empty() {
        wrong.push("nothing was read and nothing said".to_owned());
    }
    let unplaced = reading
        .findings
        .iter()
        .find(|finding| finding.code == "MT-003" && finding.place.is_none());
    wrong.extend(unplaced.map(|_| "a cut is told without its place".to_owned()));
    wrong
}

/// Every entry is read as it was, or named; an archive that is refused as a whole says why.
fn check_zip(sample: &Sample, bytes: &[u8], change: Change) -> Vec<String> {
    let Ok(mut input) = reading::open(sample.name, bytes) else {
        // Without one whole entry there is nothing to save.
        let first_end = sample.entries.iter().map(|(_, end)| *end).min();
        return match change {
            Change::Cut(at) if first_end.is_some_and(|end| at >= end) => {
                vec!["refused with whole entries in it".to_owned()]
            }
            _ => Vec::new(),
        };
    };
    let mut contents: Vec<Vec<u8>> = Vec::new();
    for entry in input.entries().unwrap_or_default() {
        let mut content = Vec::new();
        if let Ok(mut reader) = input.open(&entry.name) {
            let _ = reader.read_to_end(&mut content);
        }
        contents.push(content);
    }
    // Reading on as a source must not fall either, and may be what refuses the whole.
    let refused = reading::read(sample.name, bytes).refused.is_some();
    let told = refused || !input.findings().is_empty();
    let mut wrong = Vec::new();
    for (content, end) in &sample.entries {
        let there = match contents.iter().position(|read| read == content) {
            Some(at) => {
                contents.swap_remove(at);
                true
            }
            None => false,
        };
        match change {
            Change::Cut(at) if !there && at >= *end => {
                wrong.push("an entry that is whole was not read".to_owned());
            }
            Change::Flip(..) if !there && !told => {
                wrong.push("an entry is gone or changed and nothing is said".to_owned());
            }
            Change::Cut(at) if !told && at < sample.bytes.len() => {
                wrong.push("the cut is not told".to_owned());
            }
            _ => {}
        }
    }
    wrong
}

/// Items before the cut stay as they were.
fn check_feed(sample: &Sample, bytes: &[u8], change: Change) -> Vec<String> {
    let whole = feeds::read_all(&String::from_utf8_lossy(&sample.bytes));
    let Some((_, items, bad)) = feeds::read_all(&String::from_utf8_lossy(bytes)) else {
        return Vec::new();
    };
    let Some((_, whole, _)) = whole else {
        return vec!["the sample itself is no feed".to_owned()];
    };
    let ends: Vec<usize> = memchr::memmem::find_iter(&sample.bytes, b"</item>")
        .chain(memchr::memmem::find_iter(&sample.bytes, b"</entry>"))
        .collect();
    match change {
        Change::Cut(at) => {
            let complete = ends.iter().filter(|end| **end + 8 < at).count();
            if items.len() < complete || items[..complete] != whole[..complete] {
                return vec!["an item before the cut is not as it was".to_owned()];
            }
        }
        Change::Flip(..) => {
            // Damage in one item may take its neighbour along, not more.
            if items.len() + bad.len() + 2 < whole.len() {
                return vec!["one changed byte cost more than two items".to_owned()];
            }
        }
    }
    Vec::new()
}

fn check_answer(_sample: &Sample, bytes: &[u8], change: Change) -> Vec<String> {
    match (xmlrpc::read_answer(bytes), change) {
        (Ok(_), Change::Cut(at)) if at < bytes.len() => {
            vec!["half an answer was believed".to_owned()]
        }
        _ => Vec::new(),
    }
}

fn check_page(sample: &Sample, bytes: &[u8], _change: Change) -> Vec<String> {
    let reading = reading::read(sample.name, bytes);
    if reading.items.is_empty() && reading.findings.is_empty() && reading.refused.is_none() {
        return vec!["nothing was read and nothing said".to_owned()];
    }
    Vec::new()
}
