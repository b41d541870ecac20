//! How fast an export is read and how much memory that takes: a measurement on data that is made while it is read.
use super::*;
use blog::doors::{Depth, Halt, Original};
use blog::{Finding, Item, Profile};

/// An export of any size that needs no disk: the same entries again and again, each under an address of its own.
struct Endless {
    entry: Vec<u8>,
    number: u64,
    current: Vec<u8>,
    at: usize,
    left: u64,
}

impl std::io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.current.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.number += 1;
            let digits = format!("{:08}", self.number);
            let mut from = 0;
            self.current.clone_from(&self.entry);
            while let Some(found) = memchr::memmem::find(&self.current[from..], b"@@@@@@@@") {
                self.current[from + found..from + found + 8].copy_from_slice(digits.as_bytes());
                from += found + 8;
            }
            self.left = self.left.saturating_sub(self.current.len() as u64);
            self.at = 0;
        }
        let give = buffer.len().min(self.current.len() - self.at);
        buffer[..give].copy_from_slice(&self.current[self.at..self.at + give]);
        self.at += give;
        Ok(give)
    }
}

struct EndlessInput(u64);

impl EndlessInput {
    fn reader(&self) -> Endless {
        let paragraph = "<p>Stir the soup until it is done — naïve cooks stop too early. <a href=\"http://x.typepad.com/blog/2011/01/a.html\">As I said</a>, wait.</p>\n";
        let picture = "<p><a class=\"asset-img-link\" href=\"http://x.typepad.com/.a/6a0153920ea609@@@@@@@@970c-popup\"><img alt=\"Soup\" src=\"http://x.typepad.com/.a/6a0153920ea609@@@@@@@@970c-500wi\" title=\"Soup\" /></a></p>\n";
        let comment = "COMMENT:\nAUTHOR: Ben\nEMAIL: ben@example.org\nIP: 192.0.2.1\nURL: http://ben.example\nDATE: 06/01/2025 12:00:00 PM\nI tried it and it is good.\n-----\n";
        let entry = format!(
            "AUTHOR: Ana\nAUTHOR EMAIL: ana@example.org\nTITLE: Soup &amp; bread @@@@@@@@\nSTATUS: Publish\nALLOW COMMENTS: 1\nCONVERT BREAKS: wysiwyg\nALLOW PINGS: 0\nBASENAME: soup-@@@@@@@@\nCATEGORY: Soup\n\nUNIQUE URL: https://x.typepad.com/blog/2025/05/soup-@@@@@@@@.html \nDATE: 05/30/2025 03:51:19 AM\n-----\nBODY:\n{}{picture}{}-----\nEXTENDED BODY:\n\n-----\nEXCERPT:\n\n-----\nKEYWORDS:\nsoup, bread\n-----\n{comment}--------\n",
            paragraph.repeat(25),
            paragraph.repeat(25),
        );
        Endless {
            entry: entry.into_bytes(),
            number: 0,
            current: Vec::new(),
            at: 0,
            left: self.0,
        }
    }
}

impl Input for EndlessInput {
    fn label(&self) -> &str {
        "endless.txt"
    }
    fn form(&self) -> InputForm {
        InputForm::File
    }
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }
    fn entries(&mut self) -> Result<Vec<blog::doors::Entry>, ReadError> {
        Ok(vec![blog::doors::Entry {
            name: "endless.txt".to_owned(),
            bytes: u64::MAX,
        }])
    }
    fn open(&mut self, _name: &str) -> Result<Box<dyn std::io::Read + '_>, ReadError> {
        Ok(Box::new(self.reader()))
    }
    fn ask(&mut self, call: &blog::doors::Call<'_>) -> Result<blog::doors::Answer, ReadError> {
        Err(ReadError::Unreachable {
            place: call.address.to_owned(),
            what: "no network here".to_owned(),
        })
    }
    fn option(&self, _name: &str) -> Option<&str> {
        None
    }
    fn secret(&self, _name: &str) -> Option<&blog::Secret> {
        None
    }
}

/// Counts and forgets, as a survey does.
struct Counter {
    depth: Depth,
    posts: u64,
    others: u64,
}

impl Intake for Counter {
    fn depth(&self) -> Depth {
        self.depth
    }
    fn profile(&mut self, _profile: Profile) -> Result<(), Halt> {
        Ok(())
    }
    fn item(&mut self, item: Item, _original: Original<'_>) -> Result<(), Halt> {
        if matches!(item, Item::Post(_)) {
            self.posts += 1;
        } else {
            self.others += 1;
        }
        Ok(())
    }
    fn finding(&mut self, _finding: Finding) -> Result<(), Halt> {
        Ok(())
    }
    fn progress(&mut self, _done: u64, _total: Option<u64>) -> Result<(), Halt> {
        Ok(())
    }
}

/// Processor seconds of this process, which other work on the machine does not lengthen.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |at: usize| {
        after_name
            .split_whitespace()
            .nth(at)
            .and_then(|word| word.parse::<f64>().ok())
            .unwrap_or_default()
    };
    (ticks(11) + ticks(12)) / 100.0
}

/// `cargo test --release -p platforms survey_speed -- --ignored --nocapture` prints the rate and the memory used (Linux).
#[test]
#[ignore = "a measurement, not a test"]
fn survey_speed() {
    for (depth, bytes) in [(Depth::Counts, 2_u64 << 30), (Depth::Full, 512 << 20)] {
        let begun = processor_seconds();
        std::io::copy(&mut EndlessInput(bytes).reader(), &mut std::io::sink()).expect("no disk");
        let making = processor_seconds() - begun;
        let mut counter = Counter {
            depth,
            posts: 0,
            others: 0,
        };
        let (begun, clock) = (processor_seconds(), std::time::Instant::now());
        MovableType
            .read(&mut EndlessInput(bytes), &mut counter)
            .expect("read");
        let reading = processor_seconds() - begun - making;
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or("peak unknown");
        println!(
            "{depth:?}: {} posts, {} others, {:.0} MB a processor second ({:.1} s on the clock, making the data included), {peak}",
            counter.posts,
            counter.others,
            bytes as f64 / 1e6 / reading,
            clock.elapsed().as_secs_f64()
        );
    }
}
