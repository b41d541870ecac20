//! Source `archive`: an archive that Rehome wrote (`rehome archive`), as a zip or unpacked, with or without its private part.
//!
//! Both parts have their records in the order of the first reading, and each private record says behind how many open ones it
//! stands: so the blog is read as it was. What is absent: unlocking the private part (`crate::input` does, where it has the
//! passphrase).

use crate::{
    destinations::archive::{locked::LOCKED, records_file},
    sources::parts::may_read,
};
use blog::{
    Finding, Item, Kind, Profile, codes,
    doors::{
        Input, InputForm, Intake, Likeness, OptionCard, Original, Peek, ReadError, Source,
        SourceCard,
        archiving::{FORMAT, Line, Part, Record},
    },
};
use std::{
    collections::{BTreeSet, VecDeque},
    io::Read,
};

/// The setting with the passphrase.
pub(crate) const PASSPHRASE: &str = "passphrase";

/// A file of records, unpacked. The writer ends one at 4 MiB and a line: the longest item and its original fit in many times.
const RECORDS_BYTES: u64 = 1 << 30;

/// What was set aside in one piece.
const ASIDE_BYTES: u64 = 1 << 30;

/// See the card.
pub struct OwnArchive;

impl Source for OwnArchive {
    fn card(&self) -> SourceCard {
        SourceCard {
            name: "archive",
            title: "Archive written by Rehome",
            reads: &[
                "the zip that `rehome archive` wrote",
                "the folder it was unpacked into",
            ],
            delivers: &Kind::ALL,
            options: &[OptionCard {
                name: PASSPHRASE,
                help: "Opens the private part of the archive.",
                secret: true,
            }],
        }
    }

    fn recognise(&self, peek: &Peek<'_>) -> Likeness {
        let has_records = peek
            .names
            .iter()
            .any(|name| *name == records_file(Part::Open, 1));
        match peek.form {
            InputForm::Zip | InputForm::Folder if has_records => Likeness::Surely,
            _ => Likeness::No,
        }
    }

    fn read(&self, input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
        let entries = input.entries()?;
        let names: BTreeSet<String> = entries.into_iter().map(|entry| entry.name).collect();
        let mut open = Records::new(Part::Open, &names);
        let mut private = Records::new(Part::Private, &names);
        if names.contains(LOCKED) && !private.is_there() {
            let sentence = "The private part of the archive was not opened: no passphrase was given. Only what everyone could see was read.";
            intake.finding(Finding::new(&codes::archive::LOCKED, sentence).at(LOCKED))?;
        }
        let mut reading = Reading {
            is_known: false,
            done: 0,
            total: open.files + private.files,
        };
        let mut count = 0;
        while let Some(line) = reading.next(&mut open, input, intake)? {
            // Behind how many records a private one stands is not known any more where a file of them is missing.
            count += u64::from(!open.misses_some);
            reading.open_record(line, count, &mut private, input, intake)?;
        }
        // Only a damaged archive has private records behind ones that are not there.
        while let Some(line) = reading.next(&mut private, input, intake)? {
            if let Some(line) = line {
                reading.say(line.record, &mut private, input, intake)?;
            }
        }
        // Nothing was read where the one file there is was left out.
        match open.left_out.or(private.left_out) {
            Some(error) if !reading.is_known => Err(error),
            _ => Ok(()),
        }
    }
}

struct Reading {
    is_known: bool,
    done: u64,
    total: u64,
}

impl Reading {
    fn next(
        &mut self,
        records: &mut Records,
        input: &mut dyn Input,
        intake: &mut dyn Intake,
    ) -> Result<Option<Option<Line>>, ReadError> {
        if records.waiting.is_empty() {
            records.fill(input, intake)?;
            self.done += 1;
            intake.progress(self.done.min(self.total), Some(self.total))?;
        }
        Ok(records.waiting.pop_front())
    }

    /// The record that stands next, if it belongs behind the open record `count`.
    fn next_behind(
        &mut self,
        count: u64,
        private: &mut Records,
        input: &mut dyn Input,
        intake: &mut dyn Intake,
        wanted: impl Fn(&Line) -> bool,
    ) -> Result<Option<Record>, ReadError> {
        if private.waiting.is_empty() {
            private.fill(input, intake)?;
        }
        let is_next = |line: &Line| line.after.unwrap_or(0) <= count && wanted(line);
        let next = private.waiting.front().and_then(Option::as_ref);
        if !next.is_some_and(is_next) {
            return Ok(None);
        }
        Ok(private
            .waiting
            .pop_front()
            .flatten()
            .map(|line| line.record))
    }

    /// An open record, or the private one that says it whole, even where the open one cannot be read; then the private ones that stand
    /// behind it.
    fn open_record(
        &mut self,
        line: Option<Line>,
        count: u64,
        private: &mut Records,
        input: &mut dyn Input,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let is_whole = |line: &Line| line.whole;
        let whole = self.next_behind(count, private, input, intake, is_whole)?;
        if let Some(record) = whole.or(line.map(|line| line.record)) {
            self.say(record, private, input, intake)?;
        }
        let is_other = |line: &Line| !line.whole;
        while let Some(record) = self.next_behind(count, private, input, intake, is_other)? {
            self.say(record, private, input, intake)?;
        }
        Ok(())
    }

    fn say(
        &mut self,
        record: Record,
        private: &mut Records,
        input: &mut dyn Input,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        match record {
            Record::Blog { format, profile } => self.profile(format, profile, input, intake)?,
            Record::Item(item) => self.item(item, private, input, intake)?,
            Record::Finding(finding) => intake.finding(finding)?,
            Record::Aside { place, file } => aside(&place, &file, input, intake)?,
            // Its item was damaged: what it was is kept all the same.
            Record::Original { place, bytes, .. } => {
                let bytes = bytes.bytes().unwrap_or_default();
                intake.aside(original(&bytes, &place, ""))?;
            }
        }
        Ok(())
    }

    fn profile(
        &mut self,
        format: u32,
        profile: Profile,
        input: &dyn Input,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        if format > FORMAT {
            return Err(ReadError::Unreadable {
                place: input.label().to_owned(),
                what: format!(
                    "it was written by a newer Rehome (records {format}, this one reads {FORMAT})"
                ),
            });
        }
        if !self.is_known {
            self.is_known = true;
            intake.profile(profile)?;
        }
        Ok(())
    }

    /// An item, with its original where that stands next.
    fn item(
        &mut self,
        item: Item,
        private: &mut Records,
        input: &mut dyn Input,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let reference = item.reference();
        let is_its = |line: &Line| matches!(&line.record, Record::Original { kind, id, .. } if (*kind, id) == (reference.kind, &reference.id));
        let next = self.next_behind(u64::MAX, private, input, intake, is_its)?;
        let Some(Record::Original {
            media_type,
            place,
            bytes,
            ..
        }) = next
        else {
            return Ok(intake.item(item, Original::NONE)?);
        };
        let bytes = bytes.bytes().unwrap_or_default();
        Ok(intake.item(item, original(&bytes, &place, &media_type))?)
    }
}

fn aside(
    place: &str,
    file: &str,
    input: &mut dyn Input,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let mut bytes = Vec::new();
    let reader = match input.open(file) {
        // A finding is told.
        Err(ReadError::LeftOut { .. }) => return Ok(()),
        reader => reader?,
    };
    reader
        .take(ASIDE_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(file, &error.to_string()))?;
    Ok(intake.aside(original(&bytes, place, ""))?)
}

fn original<'a>(bytes: &'a [u8], place: &'a str, media_type: &str) -> Original<'a> {
    const KNOWN: &[&str] = &[
        "text/html",
        "text/plain",
        "text/xml",
        "application/xml",
        "application/atom+xml",
        "application/rss+xml",
        "application/json",
    ];
    Original {
        bytes,
        media_type: KNOWN
            .iter()
            .find(|known| **known == media_type)
            .unwrap_or(&"application/octet-stream"),
        place,
    }
}

/// The records of one part; one of its files is in memory at a time.
struct Records {
    part: Part,
    files: u64,
    read: u64,
    /// In order; `None` for one that cannot be read. Of the private ones only those that can.
    waiting: VecDeque<Option<Line>>,
    /// Whether a file of them was left out, and why.
    misses_some: bool,
    left_out: Option<ReadError>,
}

impl Records {
    fn new(part: Part, names: &BTreeSet<String>) -> Self {
        let files = (1..)
            .take_while(|number| names.contains(&records_file(part, *number)))
            .count();
        Self {
            part,
            files: files as u64,
            read: 0,
            waiting: VecDeque::new(),
            misses_some: false,
            left_out: None,
        }
    }

    fn is_there(&self) -> bool {
        self.files > 0
    }

    /// Reads the next file that holds a record.
    fn fill(&mut self, input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
        while self.waiting.is_empty() && self.read < self.files {
            self.read += 1;
            let name = records_file(self.part, self.read as usize);
            let mut bytes = Vec::new();
            match input.open(&name) {
                Ok(reader) => reader
                    .take(RECORDS_BYTES)
                    .read_to_end(&mut bytes)
                    .map_err(|error| unreadable(&name, &error.to_string()))?,
                Err(error @ ReadError::LeftOut { .. }) => {
                    self.misses_some = true;
                    self.left_out.get_or_insert(error);
                    continue;
                }
                Err(error) => return Err(error),
            };
            for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
                if !line.is_empty() {
                    self.line(line, &name, number + 1, intake)?;
                }
            }
            // What is done with the records is no work on the last one of them.
            intake.may_read(&name)?;
        }
        Ok(())
    }

    fn line(
        &mut self,
        line: &[u8],
        file: &str,
        number: usize,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let text = || String::from_utf8_lossy(line).into_owned();
        let read = match may_read(intake, file, number, &text, true)? {
            true => serde_json::from_slice(line).ok(),
            false => None,
        };
        if read.is_none() {
            // What it says may be private: only where it stands is told.
            let sentence = "A record of the archive cannot be read; the others were.";
            let place = format!("{file}, line {number}");
            intake.finding(Finding::new(&codes::archive::RECORD, sentence).at(place))?;
        }
        if read.is_some() || self.part == Part::Open {
            self.waiting.push_back(read);
        }
        Ok(())
    }
}

fn unreadable(place: &str, what: &str) -> ReadError {
    ReadError::Unreadable {
        place: place.to_owned(),
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests;
