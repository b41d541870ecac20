//! The files read back as an importer reads them: each whole and by the rules of XML, then item by item. The journal says whose
//! number is whose; what a thing says, when, and who may see it, is the files' own word.
//!
//! What was read waits in a file that has no name, so a blog may be larger than the memory.

mod numbers;
mod reading;

use super::journal::Journal;
use super::rows::Rows;
use super::{Settings, written};
use blog::doors::{ObservedWhole, WriteError};
use blog::{Code, Finding, ItemRef, Kind};
use numbers::Numbers;
pub(super) use numbers::marks_in;
use reading::Reading;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// What the files say of a thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) sort: Sort,
    pub(super) whole: ObservedWhole,
    /// Where it will be; of a picture, where the importer looks for it.
    pub(super) address: Option<String>,
}

/// What sort of thing it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Sort {
    Term,
    Media {
        /// Path inside the folder of pictures, where the importer will look for it there.
        file: Option<String>,
    },
    Post,
    Comment,
}

/// Everything that stands in the files.
#[derive(Debug)]
pub(super) struct Back {
    spool: File,
    length: u64,
    things: HashMap<ItemRef, At>,
    by_address: HashMap<String, ItemRef>,
    faults: Vec<Finding>,
}

#[derive(Debug)]
struct At {
    at: u64,
    bytes: usize,
    /// In how many files it is told.
    tellings: usize,
    /// Whether it reads as it was written.
    as_written: bool,
}

impl Back {
    /// Reads every file that was written.
    pub(super) fn read(
        settings: &Settings,
        rows: &Rows,
        journal: &mut Journal,
    ) -> Result<Self, WriteError> {
        let mut reading = Reading {
            rows,
            numbers: Numbers::of(journal)?,
            journal,
            files: 0,
            back: Self {
                spool: tempfile::tempfile().map_err(lost)?,
                length: 0,
                things: HashMap::new(),
                by_address: HashMap::new(),
                faults: Vec::new(),
            },
        };
        for path in written::pieces(settings, reading.journal.files()) {
            reading.file(&path)?;
        }
        let mut back = reading.back;
        // An importer takes one file after the other; each has to name every category and tag.
        let files = reading.files;
        let is_term = |mark: &ItemRef| matches!(mark.kind, Kind::Category | Kind::Tag);
        back.things
            .retain(|mark, at| !is_term(mark) || at.tellings == files);
        for mark in back.things.keys().cloned().collect::<Vec<_>>() {
            let address = back.told(&mark)?.and_then(|told| told.address);
            let id = reading.journal.known(&mark).map(|(id, _)| id);
            let short = id.map(|id| format!("{}/?p={id}", rows.home));
            for address in [address, short].into_iter().flatten() {
                back.by_address.insert(address, mark.clone());
            }
        }
        Ok(back)
    }

    /// What the files say of a thing; `None` where it is in none of them.
    pub(super) fn told(&mut self, mark: &ItemRef) -> Result<Option<Told>, WriteError> {
        let Some(at) = self.things.get(mark) else {
            return Ok(None);
        };
        let mut text = vec![0; at.bytes];
        self.spool.seek(SeekFrom::Start(at.at)).map_err(lost)?;
        self.spool.read_exact(&mut text).map_err(lost)?;
        serde_json::from_slice(&text).map_err(lost)
    }

    /// The thing at an address of the future home.
    pub(super) fn at_address(&self, address: &str) -> Option<&ItemRef> {
        self.by_address.get(address)
    }

    /// What is to be said of files as such.
    pub(super) fn faults(&self) -> &[Finding] {
        &self.faults
    }

    fn keep(&mut self, mark: ItemRef, told: &Told, as_written: bool) -> Result<(), WriteError> {
        let text = serde_json::to_vec(told).map_err(lost)?;
        self.spool
            .seek(SeekFrom::Start(self.length))
            .map_err(lost)?;
        self.spool.write_all(&text).map_err(lost)?;
        let tellings = self.things.get(&mark).map_or(0, |at| at.tellings) + 1;
        let at = At {
            at: self.length,
            bytes: text.len(),
            tellings,
            as_written,
        };
        self.length += text.len() as u64;
        self.things.insert(mark, at);
        Ok(())
    }

    fn fault(&mut self, code: &'static Code, path: &Path, sentence: String) {
        let finding = Finding::new(code, sentence).at(path.display().to_string());
        self.faults.push(finding);
    }
}

fn lost(error: impl std::fmt::Display) -> WriteError {
    WriteError::NotDone(format!("the import files could not be read back: {error}"))
}
