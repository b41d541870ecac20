//! `fuzz`: readers fed with samples that chance has changed: bytes and whole pieces, words of the formats, numbers at the edges.
//!
//! What it is: a mutator without knowledge of the code's branches, with a fixed list of samples, in one process. It finds falls,
//! slowness and hunger for memory; it does not prove that every branch was reached. An input that is found goes to
//! `fixtures/odd/found/TARGET-….bin`, where a test reads it for ever.

mod living;
mod old;
mod targets;
mod watch;

use super::Lab;
use crate::chance::Chance;
use crate::{Goal, Wish, work};
use anyhow::{Result, bail};
pub(crate) use targets::{TARGETS, Target};
use watch::{Watched, watch};

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

pub(super) const LAB: Lab = Lab {
    name: "fuzz",
    about: "readers fed with samples changed by chance: no fall, no hang, no memory without end",
    short: 10,
    long: 600,
    wordpress: false,
    catches: &[points::Bug::CutALetter],
    run,
};

/// So much work may be in one input, on a slow machine.
const CASE_TIME: Duration = Duration::from_secs(5);
/// What the inputs of one target may add to the memory.
const MEMORY_BYTES: u64 = 256 << 20;
/// A batch of slow inputs is cut short.
const BATCH_TIME: Duration = Duration::from_millis(500);
/// How often a long run says how far it is.
const WORD_TIME: Duration = Duration::from_secs(60);
const BATCH: u64 = 1024;
/// The longest input that grows by mutation; most stay as short as their target wants, because a short one says as much in less
/// time.
const LONGEST: usize = 256 * 1024;
/// One input of so many may grow to [`LONGEST`], for what only length brings out.
const LONG_ONES: usize = 500;
/// What a release check executes for each line of a reader.
const EXECUTIONS_A_LINE: f64 = 1000.0;
/// Words that mean something to one of the formats.
const WORDS: &[&[u8]] = &[
    b"--------\n",
    b"-----\n",
    b"BODY:\n",
    b"COMMENT:\n",
    b"DATE: ",
    b"TITLE: ",
    b"NO ENTRY: 1\n",
    b"\r\n",
    b"\n\n",
    b"\0",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"PK\x06\x06",
    b"\xff\xff\xff\xff",
    b"\x08\x08",
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE x [<!ENTITY a \"b\">]>",
    b"&a;",
    b"&#0;",
    b"&#x110000;",
    b"<item>",
    b"</item>",
    b"<entry>",
    b"<div>",
    b"</div>",
    b"<p>",
    b"<table><tr><td>",
    b"<a href=\"",
    b"<img src=\"data:",
    b"<!--",
    b"-->",
    b"<script>",
    b"<pre>",
    b"<svg>",
    b"<math>",
    b"<template>",
    b"<select>",
    b" style=\"",
    b"javascript:",
    b"http://",
    b"cns!",
    b"!1.entry",
    b"%2e%2e/",
    b"AM",
    b"PM",
    b"99999999999999999999",
    b"-1",
    b"30/02/2008",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1b$B",
    b"\xf0\x9f\x92\xa9",
    b"\xed\xa0\x80",
];

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let wanted = wish.target.as_deref();
    let chosen: Vec<&Target> = TARGETS
        .iter()
        .filter(|target| wanted.is_none_or(|name| name == target.name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        bail!("there is no such target; there are: {}", names.join(", "));
    }
    let hands = thread::available_parallelism().map_or(2, usize::from);
    let watched: Arc<[Watched]> = (0..hands).map(|_| Watched::default()).collect();
    let ended = Arc::new(AtomicBool::new(false));
    let watchman = watch(Arc::clone(&watched), Arc::clone(&ended));
    let share = Wish {
        time: wish.time / chosen.len() as u32,
        ..wish.clone()
    };
    let mut goals = Vec::new();
    let (mut fallen, mut slow, mut hungry, mut least) = (0, 0, 0, f64::MAX);
    for target in chosen {
        let (begun, lines) = (Instant::now(), target.lines() as f64);
        // A sample that cannot be made is no find, and is heard.
        let corpus = (target.corpus)();
        let found = crate::quiet_panics(|| fuzz(target, &corpus, lines, &share, &watched));
        let each = found.executions as f64 / lines;
        eprintln!(
            "fuzz: {:<14} {:>9} executions, {:>6.0} a second, {each:>8.1} a line of {lines}",
            target.name,
            found.executions,
            found.executions as f64 / begun.elapsed().as_secs_f64(),
        );
        fallen += found.fallen;
        slow += found.slow;
        hungry += found.hungry;
        least = least.min(each);
    }
    ended.store(true, Ordering::Relaxed);
    let _ = watchman.join();
    goals.push(Goal::never("inputs that made a reader fall", fallen));
    goals.push(Goal::never("inputs with more than 5 s of work", slow));
    goals.push(Goal::never("batches that took more than 256 MiB", hungry));
    goals.push(Goal::at_least(
        "executions a line of reader code, the least target",
        least,
        if wish.long { EXECUTIONS_A_LINE } else { 0.0 },
    ));
    Ok(goals)
}

#[derive(Default)]
struct Found {
    executions: u64,
    fallen: u64,
    slow: u64,
    hungry: u64,
}

impl Found {
    fn add(&mut self, other: &Found) {
        self.fallen += other.fallen;
        self.slow += other.slow;
        self.hungry += other.hungry;
    }
}

/// Feeds one reader from all hands.
fn fuzz(
    target: &'static Target,
    corpus: &[Vec<u8>],
    lines: f64,
    share: &Wish,
    watched: &[Watched],
) -> Found {
    let (begun, executions) = (Instant::now(), AtomicU64::new(0));
    let memory_most = memory_bytes() + MEMORY_BYTES;
    let goes_on = || {
        let is_enough = executions.load(Ordering::Relaxed) as f64 >= EXECUTIONS_A_LINE * lines;
        begun.elapsed() < share.time || (share.long && !is_enough)
    };
    let mut all = Found::default();
    thread::scope(|scope| {
        let hands: Vec<_> = (0_u64..)
            .zip(watched)
            .map(|(hand, watched)| {
                let (executions, goes_on) = (&executions, &goes_on);
                scope.spawn(move || {
                    let mut chance = Chance::new(share.seed ^ hand << 32);
                    let (mut found, mut said) = (Found::default(), Instant::now());
                    watched.take_place();
                    while goes_on() {
                        if hand == 0 && said.elapsed() > WORD_TIME {
                            let so_far = executions.load(Ordering::Relaxed);
                            eprintln!(
                                "fuzz: {} {so_far} of {:.0}",
                                target.name,
                                EXECUTIONS_A_LINE * lines
                            );
                            said = Instant::now();
                        }
                        batch(
                            target,
                            corpus,
                            &mut chance,
                            &mut found,
                            watched,
                            executions,
                            memory_most,
                        );
                    }
                    found
                })
            })
            .collect();
        for hand in hands {
            match hand.join() {
                Ok(found) => all.add(&found),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    all.executions = executions.into_inner();
    all
}

/// One after the other, quick ones more than slow ones.
fn batch(
    target: &'static Target,
    corpus: &[Vec<u8>],
    chance: &mut Chance,
    found: &mut Found,
    watched: &Watched,
    executions: &AtomicU64,
    memory_most: u64,
) {
    let (begun, first) = (Instant::now(), chance.clone());
    for _ in 0..BATCH {
        let input = mutated(corpus, target.longest, chance);
        one(target, &input, found, watched);
        executions.fetch_add(1, Ordering::Relaxed);
        if begun.elapsed() > BATCH_TIME {
            break;
        }
    }
    if memory_peak() > memory_most {
        found.hungry += 1;
        eprintln!("fuzz: {} needs much memory after {first:?}", target.name);
        memory_bytes();
    }
}

fn one(target: &'static Target, input: &[u8], found: &mut Found, watched: &Watched) {
    let before = work::of_this_thread();
    watched.begin(target.name, input);
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.read)(input)));
    watched.end();
    if outcome.is_err() {
        found.fallen += 1;
        keep(target.name, input, "fell");
    } else if work::of_this_thread() - before > CASE_TIME {
        found.slow += 1;
        keep(target.name, input, "slow");
    }
}

/// Keeps a found input beside the others that a test reads.
fn keep(target: &str, input: &[u8], what: &str) {
    let hash = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let folder = crate::found_folder();
    let file = folder.join(format!("{target}-{what}-{hash:016x}.bin"));
    let kept = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, input));
    match kept {
        Ok(()) => eprintln!("fuzz: {target} {what}: {}", file.display()),
        Err(error) => eprintln!("fuzz: {target} {what}, and the input could not be kept: {error}"),
    }
}

/// A sample with up to eight changes; a long one is a piece of it first.
fn mutated(corpus: &[Vec<u8>], longest: usize, chance: &mut Chance) -> Vec<u8> {
    let mut input = corpus
        .get(chance.below(corpus.len()))
        .cloned()
        .unwrap_or_default();
    if input.len() > longest {
        let from = chance.below(input.len() - longest);
        input = input[from..from + longest].to_vec();
    }
    for _ in 0..=chance.below(8) {
        change(&mut input, corpus, chance);
    }
    let may_be_long = chance.below(LONG_ONES) == 0;
    input.truncate(if may_be_long { LONGEST } else { longest });
    input
}

fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(input.len() + 1);
    let length = 1 + chance.below(64.min(input.len() + 1));
    let end = (at + length).min(input.len());
    match chance.below(10) {
        0 if at < input.len() => input[at] ^= 1 << chance.below(8),
        1 if at < input.len() => input[at] = chance.number() as u8,
        2 => {
            let word = chance.one(WORDS).unwrap_or(b"");
            input.splice(at..at, word.iter().copied());
        }
        3 => {
            let word = chance.one(WORDS).unwrap_or(b"");
            let end = (at + word.len()).min(input.len());
            input.splice(at..end, word.iter().copied());
        }
        4 => drop(input.drain(at..end)),
        5 => {
            let piece = input[at..end].to_vec();
            let times = 1 + chance.below(200);
            input.splice(at..at, piece.repeat(times));
        }
        6 => {
            if let Some(other) = corpus.get(chance.below(corpus.len())) {
                let from = chance.below(other.len() + 1);
                let piece = &other[from..(from + 16 * length).min(other.len())];
                input.splice(at..end, piece.iter().copied());
            }
        }
        7 => input.truncate(at),
        8 => {
            let numbers: [u64; 8] = [0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, u64::MAX];
            let number = numbers[chance.below(numbers.len())].to_le_bytes();
            let width = [2, 4, 8][chance.below(3)];
            let end = (at + width).min(input.len());
            input.splice(at..end, number[..width].iter().copied());
        }
        _ => {
            if let Some(digit) = input.iter().skip(at).position(u8::is_ascii_digit) {
                input[at + digit] = b"0123456789"[chance.below(10)];
            }
        }
    }
}

/// The memory now; the peak is counted from here on.
fn memory_bytes() -> u64 {
    let _ = fs::write("/proc/self/clear_refs", "5");
    status("VmRSS:")
}

fn memory_peak() -> u64 {
    status("VmHWM:")
}

/// A figure of the system about this process in bytes; 0 where it says nothing.
fn status(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .and_then(|rest| rest.split_ascii_whitespace().next()?.parse::<u64>().ok())
        .map_or(0, |kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::{watch::HANG_TIME, *};

    #[test]
    fn every_input_that_was_found_once_is_read_now() {
        let Ok(listing) = fs::read_dir(crate::found_folder()) else {
            return;
        };
        for file in listing.flatten().map(|entry| entry.path()) {
            let name = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let target = TARGETS
                .iter()
                .find(|target| name.starts_with(&format!("{}-", target.name)));
            let input = fs::read(&file).expect("an input can be read");
            if let Some(target) = target {
                let before = work::of_this_thread();
                (target.read)(&input);
                assert!(work::of_this_thread() - before < HANG_TIME, "{name}");
            }
        }
    }
}
