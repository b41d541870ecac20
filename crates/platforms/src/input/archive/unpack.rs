//! Unpacking one entry, counted and checked.

use super::super::{ENTRY_BYTES, TOTAL_BYTES};
use super::record::damaged;
use flate2::Crc;
use std::{
    collections::BTreeMap,
    io::{self, Read},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// Deflate packs at most 1,032 to 1, and pages of a blog 20 to 1. Honest text may reach this.
const RATIO: u64 = 200;
/// Below this no ratio is worth a word.
const RATIO_BYTES: u64 = 16 << 20;

/// What was noticed while entries were unpacked, by entry: told once, however often an entry is read.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    /// How far each entry was ever read, and the sum: an archive may be read twice, but not be a bomb.
    furthest: Vec<AtomicU64>,
    total: AtomicU64,
    noticed: Mutex<BTreeMap<usize, Noticed>>,
}

/// What is odd about one entry's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Noticed {
    /// It ends, or breaks, after so many unpacked bytes.
    Broken { at: u64, what: String },
    /// All came, but its checksum is another.
    OtherChecksum { bytes: u64 },
    /// It is longer or shorter than the list says.
    OtherSize { bytes: u64, stated: u64 },
    /// It unpacks to more than a text does.
    Tight { bytes: u64, packed: u64 },
}

/// What is known of an entry before it is unpacked.
pub(super) struct Expected {
    pub(super) at: usize,
    pub(super) crc: Option<u32>,
    pub(super) bytes: u64,
    pub(super) packed: u64,
    /// Whether the bytes of the entry end too early in the file.
    pub(super) cut: bool,
}

/// What happens to an entry that turns out to be damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// What came before the damage is read, and the damage told: for text.
    Prefix,
    /// Reading fails: for pictures.
    Whole,
}

impl Unpacked {
    pub(super) fn of(members: usize) -> Self {
        Self {
            furthest: (0..members).map(|_| AtomicU64::new(0)).collect(),
            ..Self::default()
        }
    }

    /// As if so much had been read already, of the first entry and of all.
    #[cfg(test)]
    pub(super) fn already(entry: u64, total: u64) -> Self {
        Self {
            furthest: vec![AtomicU64::new(entry)],
            total: AtomicU64::new(total),
            ..Self::default()
        }
    }

    pub(super) fn noticed(&self) -> BTreeMap<usize, Noticed> {
        match self.noticed.lock() {
            Ok(noticed) => noticed.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    fn notice(&self, at: usize, noticed: Noticed) {
        let mut all = match self.noticed.lock() {
            Ok(all) => all,
            Err(poisoned) => poisoned.into_inner(),
        };
        all.entry(at).or_insert(noticed);
    }
}

/// Counts and checks what is unpacked.
pub(super) struct Checked {
    inner: Box<dyn Read>,
    crc: Crc,
    read: u64,
    ended: bool,
    expected: Expected,
    trust: Trust,
    unpacked: Arc<Unpacked>,
}

impl Checked {
    pub(super) fn new(
        inner: Box<dyn Read>,
        expected: Expected,
        trust: Trust,
        unpacked: Arc<Unpacked>,
    ) -> Self {
        Self {
            inner,
            crc: Crc::new(),
            read: 0,
            ended: false,
            expected,
            trust,
            unpacked,
        }
    }

    #[cfg(test)]
    pub(super) fn already(&mut self, read: u64) {
        self.read = read;
    }

    fn end(&mut self) -> io::Result<usize> {
        self.ended = true;
        let bytes = self.read;
        let (stated, packed) = (self.expected.bytes, self.expected.packed);
        if self.expected.cut {
            return self.broken("the zip ends in the middle of it");
        }
        if self.expected.crc.is_some_and(|crc| crc != self.crc.sum()) {
            return match self.trust {
                Trust::Whole => Err(damaged(
                    "the zip is damaged here: the checksum of the entry is wrong",
                )),
                Trust::Prefix => {
                    self.notice(Noticed::OtherChecksum { bytes });
                    Ok(0)
                }
            };
        }
        if bytes != stated {
            self.notice(Noticed::OtherSize { bytes, stated });
        } else if bytes > RATIO_BYTES && bytes / RATIO > packed {
            self.notice(Noticed::Tight { bytes, packed });
        }
        Ok(0)
    }

    fn broken(&mut self, what: &str) -> io::Result<usize> {
        self.ended = true;
        let noticed = Noticed::Broken {
            at: self.read,
            what: what.to_owned(),
        };
        match self.trust {
            Trust::Whole => Err(damaged(&format!("the zip is damaged here: {what}"))),
            Trust::Prefix => {
                self.notice(noticed);
                Ok(0)
            }
        }
    }

    fn notice(&self, noticed: Noticed) {
        self.unpacked.notice(self.expected.at, noticed);
    }

    /// Counts what came; answers whether it is more than an honest archive holds.
    fn is_too_much(&mut self, read: usize) -> bool {
        self.read += read as u64;
        let before = self
            .unpacked
            .furthest
            .get(self.expected.at)
            .map_or(0, |furthest| {
                furthest.fetch_max(self.read, Ordering::Relaxed)
            });
        let more = self.read.saturating_sub(before);
        let total = self.unpacked.total.fetch_add(more, Ordering::Relaxed) + more;
        self.read > ENTRY_BYTES || total > TOTAL_BYTES
    }
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.ended {
            return Ok(0);
        }
        match self.inner.read(buffer) {
            Ok(0) => self.end(),
            Ok(read) => {
                self.crc.update(&buffer[..read]);
                if self.is_too_much(read) {
                    self.read -= read as u64;
                    return self.broken("it unpacks to more than an honest archive holds");
                }
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(_) if self.expected.cut => self.broken("the zip ends in the middle of it"),
            Err(_) => self.broken("its packed bytes are broken"),
        }
    }
}
