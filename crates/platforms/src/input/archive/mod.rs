//! A zip as an input. The list at its end is read by us, because archives in the wild hold two entries of one name, names in
//! the encoding of somebody's old Windows, and sizes that lie; unpacking is flate2's. Nothing is ever unpacked to a path.
//!
//! * [`record`]: the records as they stand in the file
//! * [`directory`]: the list at the end; [`salvage`]: entries without it
//! * [`names`]: alphabets, and two entries of one name
//! * [`refuse`]: which entries are not read, and why
//! * [`unpack`]: counted and checked

mod directory;
mod names;
mod record;
mod refuse;
mod salvage;
mod unpack;
mod words;

#[cfg(test)]
mod tests;

use super::{
    Bytes, ENTRY_BYTES, InMemory,
    bytes::{Scratch, Section},
    unreadable,
};
use blog::doors::{Entry, ReadError};
use blog::{Finding, codes::input as codes};
use flate2::read::DeflateDecoder;
use record::{Member, Names};
use std::{
    io::{self, BufReader, Read, Seek, SeekFrom},
    sync::Arc,
};
use unpack::{Checked, Expected, Unpacked};

pub(crate) use unpack::Trust;

/// What all names together may take. 200,000 pictures with long names take a tenth of it.
const NAMES_BYTES: usize = 128 << 20;
/// A zip inside the zip is unpacked into memory up to here, beyond it into a file that goes away by itself.
const INNER_IN_MEMORY_BYTES: u64 = 8 << 20;
/// Zips inside a zip that are looked into.
const INNER_ARCHIVES: usize = 16;

const IN_PARTS: &str = "it is one part of a zip that was split; put all parts into one folder and join them (`zip -s 0 part.zip --out whole.zip`, or 7-Zip), then give the whole zip";

/// Whether a file starts as zips do.
pub(crate) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
        || head.starts_with(b"PK\x05\x06")
        || head.starts_with(b"PK\x07\x08")
}

/// Why an archive is not read.
#[derive(Debug)]
enum Trouble {
    /// Its list cannot be read; the entries may be.
    Damaged(String),
    /// It may not be read.
    Refused(String),
    /// The file cannot be read.
    Io(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Damaged(error.to_string()),
            io::ErrorKind::UnexpectedEof => {
                Self::Damaged("the list of its entries is cut".to_owned())
            }
            _ => Self::Io(error),
        }
    }
}

/// A zip, listed.
#[derive(Debug)]
pub(crate) struct Archive {
    label: String,
    bytes: Arc<dyn Bytes>,
    names: Names,
    members: Vec<Member>,
    findings: Vec<Finding>,
    set_aside: Vec<Part>,
    /// Where the entries end and the list begins.
    entries_end: u64,
    /// Whether something that should be there is not: then every byte is accounted for.
    lossy: bool,
    unpacked: Arc<Unpacked>,
    /// Zips inside this one, by the name of their entry.
    inner: Vec<(String, Archive)>,
}

/// A part of the archive that is kept as it is.
#[derive(Debug, Clone)]
struct Part {
    name: String,
    start: u64,
    end: u64,
}

impl Archive {
    /// Lists a zip.
    pub(crate) fn list(label: &str, bytes: Arc<dyn Bytes>) -> Result<Self, ReadError> {
        let mut archive = Self::list_alone(label, bytes)?;
        archive.look_inside()?;
        Ok(archive)
    }

    fn list_alone(label: &str, bytes: Arc<dyn Bytes>) -> Result<Self, ReadError> {
        let unreadable = |what: String| ReadError::Unreadable {
            place: label.to_owned(),
            what,
        };
        let mut archive = Self {
            label: label.to_owned(),
            bytes,
            names: Names::default(),
            members: Vec::new(),
            findings: Vec::new(),
            set_aside: Vec::new(),
            entries_end: 0,
            lossy: false,
            unpacked: Arc::default(),
            inner: Vec::new(),
        };
        archive.find_members().map_err(|trouble| {
            unreadable(match trouble {
                Trouble::Damaged(what) => {
                    format!(
                        "the zip is damaged or was not downloaded whole ({what}); download it again"
                    )
                }
                Trouble::Refused(what) => what,
                Trouble::Io(error) => error.to_string(),
            })
        })?;
        archive.refuse_members().map_err(|trouble| match trouble {
            Trouble::Damaged(what) | Trouble::Refused(what) => unreadable(what),
            Trouble::Io(error) => unreadable(error.to_string()),
        })?;
        names::settle(
            &mut archive.names,
            &mut archive.members,
            &mut archive.findings,
        );
        names::tell_apart(
            &mut archive.names,
            &mut archive.members,
            &mut archive.findings,
        );
        archive.names.shrink();
        archive.members.shrink_to_fit();
        for finding in &mut archive.findings {
            finding.place.get_or_insert_with(|| label.to_owned());
        }
        archive.unpacked = Arc::new(Unpacked::of(archive.members.len()));
        Ok(archive)
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        let own = self.members.iter().map(|member| Entry {
            name: self.names.text(member),
            bytes: member.bytes,
        });
        if self.inner.is_empty() {
            return own.collect();
        }
        let mut all: Vec<Entry> = own.collect();
        for (prefix, inner) in &self.inner {
            all.extend(inner.entries().into_iter().map(|entry| Entry {
                name: format!("{prefix}/{}", entry.name),
                ..entry
            }));
        }
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// What was noticed while listing, and in the entries that were read since.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        for (at, noticed) in self.unpacked.noticed() {
            if let Some(member) = self.members.get(at) {
                findings.push(words::noticed(
                    &self.label,
                    &self.names.text(member),
                    &noticed,
                ));
            }
        }
        for (_, inner) in &self.inner {
            findings.extend(inner.findings());
        }
        findings
    }

    /// Opens an entry; `None` when there is none of this name.
    pub(crate) fn open(
        &self,
        name: &str,
        trust: Trust,
    ) -> Result<Option<Box<dyn Read>>, ReadError> {
        for (prefix, inner) in &self.inner {
            let rest = name.strip_prefix(prefix.as_str());
            if let Some(name) = rest.and_then(|rest| rest.strip_prefix('/')) {
                return inner.open(name, trust);
            }
        }
        let Some(at) = self.position(name) else {
            return Ok(None);
        };
        let reader = self
            .unpack(at, trust)
            .map_err(|error| unreadable(&self.place(name), &error))?;
        Ok(Some(Box::new(reader)))
    }

    /// The bytes of an entry, to be gone through in any order: where they stand when they are not packed, a copy otherwise.
    pub(crate) fn bytes_of(&self, name: &str) -> Result<Arc<dyn Bytes>, ReadError> {
        let unreadable = |error: io::Error| unreadable(&self.place(name), &error);
        let member = self.position(name).map(|at| &self.members[at]);
        let Some(member) = member.filter(|member| member.method == 0) else {
            return self.unpack_whole(name);
        };
        let data = self
            .bytes
            .handle()
            .and_then(|mut file| record::data_start(&mut file, member.header))
            .map_err(unreadable)?
            .ok_or_else(|| {
                unreadable(record::damaged(
                    "an entry does not stand where the list says",
                ))
            })?;
        Ok(Arc::new(Section {
            whole: Arc::clone(&self.bytes),
            start: data,
            bytes: member.packed,
        }))
    }

    /// What is kept aside: names, and the bytes as they stand in the archive. Entries that proved damaged are among them.
    pub(crate) fn set_aside(&self) -> Vec<(String, Box<dyn Read>)> {
        let mut parts = self.set_aside.clone();
        parts.extend(
            self.members
                .iter()
                .filter(|member| member.cut)
                .map(|member| self.part(member)),
        );
        for (at, noticed) in self.unpacked.noticed() {
            let broken = matches!(
                noticed,
                unpack::Noticed::Broken { .. } | unpack::Noticed::OtherChecksum { .. }
            );
            if let Some(member) = self.members.get(at).filter(|member| broken && !member.cut) {
                parts.push(self.part(member));
            }
        }
        let mut aside: Vec<(String, Box<dyn Read>)> = Vec::new();
        for part in parts {
            if let Ok(mut file) = self.bytes.handle()
                && file.seek(SeekFrom::Start(part.start)).is_ok()
            {
                let bytes = file.take(part.end.saturating_sub(part.start));
                aside.push((self.place(&part.name), Box::new(bytes)));
            }
        }
        for (_, inner) in &self.inner {
            aside.extend(inner.set_aside());
        }
        aside
    }

    /// An entry with the record before it, so that a zip tool can still make something of it.
    fn part(&self, member: &Member) -> Part {
        let data = self
            .bytes
            .handle()
            .and_then(|mut file| record::data_start(&mut file, member.header));
        let data = data.ok().flatten().unwrap_or(member.header);
        Part {
            name: self.names.text(member),
            start: member.header,
            end: data.saturating_add(member.packed),
        }
    }

    fn place(&self, name: &str) -> String {
        format!("{} › {name}", self.label)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.members
            .binary_search_by(|member| self.names.of(member).cmp(name.as_bytes()))
            .ok()
    }

    fn unpack(&self, at: usize, trust: Trust) -> io::Result<Checked> {
        let member = &self.members[at];
        let mut file = self.bytes.handle()?;
        let data = record::data_start(&mut file, member.header)?
            .ok_or_else(|| record::damaged("an entry does not stand where the list says"))?;
        file.seek(SeekFrom::Start(data))?;
        let packed = BufReader::with_capacity(128 * 1024, file.take(member.packed));
        let inner: Box<dyn Read> = match member.method {
            0 => Box::new(packed),
            _ => Box::new(DeflateDecoder::new(packed)),
        };
        let expected = Expected {
            at,
            crc: member.crc,
            bytes: member.bytes,
            packed: member.packed,
            cut: member.cut,
        };
        let unpacked = Arc::clone(&self.unpacked);
        Ok(Checked::new(inner, expected, trust, unpacked))
    }

    /// Finds the entries: by the list, and where that is missing or wrong, by the bytes.
    fn find_members(&mut self) -> Result<(), Trouble> {
        match directory::read(&*self.bytes) {
            Ok(directory) => {
                self.tell_strays(&directory);
                self.entries_end = directory.list_start;
                self.lossy = directory.lost_front > 0;
                (self.names, self.members) = (directory.names, directory.members);
                Ok(())
            }
            Err((Trouble::Damaged(why), partial)) => self.salvage(&why, partial),
            Err((trouble, _)) => Err(trouble),
        }
    }

    fn tell_strays(&mut self, directory: &directory::Directory) {
        let (before, behind) = (directory.before, directory.behind);
        if before > 0 || behind > 0 {
            let sentence = format!(
                "There are {before} bytes before the zip and {behind} behind it that do not belong to it; the zip was read."
            );
            self.findings
                .push(Finding::new(&codes::STRAY_BYTES, sentence));
        }
    }

    fn salvage(&mut self, why: &str, partial: directory::Directory) -> Result<(), Trouble> {
        let found = salvage::scan(&*self.bytes)?;
        if found.members.is_empty() {
            return Err(Trouble::Damaged(why.to_owned()));
        }
        if self.is_first_part()? {
            return Err(Trouble::Refused(IN_PARTS.to_owned()));
        }
        (self.entries_end, self.lossy) = (found.entries_end, true);
        (self.names, self.members) = (found.names, found.members);
        self.findings
            .push(words::salvaged(why, &self.members, &self.names));
        let mut known: Vec<&[u8]> = self
            .members
            .iter()
            .map(|member| self.names.of(member))
            .collect();
        known.sort_unstable();
        let missing: Vec<String> = partial
            .members
            .iter()
            .filter(|member| known.binary_search(&partial.names.of(member)).is_err())
            .map(|member| partial.names.text(member))
            .collect();
        self.findings
            .extend(missing.iter().map(|name| words::missing(&self.label, name)));
        Ok(())
    }

    /// The first part of a split archive says so in its first bytes.
    fn is_first_part(&self) -> io::Result<bool> {
        let mut head = Vec::new();
        self.bytes.handle()?.take(4).read_to_end(&mut head)?;
        Ok(head == b"PK\x07\x08")
    }

    /// Looks into the zips inside a zip that holds nothing else to read: people pack the archive they were given once more.
    fn look_inside(&mut self) -> Result<(), ReadError> {
        let ends = |name: &str, ends: &[&str]| {
            let name = name.to_ascii_lowercase();
            ends.iter().any(|end| name.ends_with(end))
        };
        let mut inside = Vec::new();
        for member in &self.members {
            let name = self.names.text(member);
            if ends(&name, super::READABLE) {
                return Ok(());
            }
            if ends(&name, &[".zip"]) {
                inside.push(name);
            }
        }
        for name in inside.into_iter().take(INNER_ARCHIVES) {
            let label = self.place(&name);
            let listed = self
                .unpack_whole(&name)
                .and_then(|bytes| Self::list_alone(&label, bytes));
            match listed {
                Ok(inner) => {
                    self.findings.push(words::inner(&self.label, &name));
                    self.findings.extend(inner.archives_inside());
                    self.inner.push((name, inner));
                }
                Err(error) => self.findings.push(words::inner_unreadable(&label, &error)),
            }
        }
        Ok(())
    }

    /// The third zip inside one another is not opened.
    fn archives_inside(&self) -> Vec<Finding> {
        self.members
            .iter()
            .map(|member| self.names.text(member))
            .filter(|name| name.to_ascii_lowercase().ends_with(".zip"))
            .map(|name| words::too_deep(&self.place(&name)))
            .collect()
    }

    /// One entry as bytes that can be gone through in any order.
    fn unpack_whole(&self, name: &str) -> Result<Arc<dyn Bytes>, ReadError> {
        let place = self.place(name);
        let Some(mut reader) = self.open(name, Trust::Prefix)? else {
            return Err(unreadable(&place, &io::ErrorKind::NotFound.into()));
        };
        let mut copy = || -> io::Result<Arc<dyn Bytes>> {
            let mut head = Vec::new();
            reader
                .by_ref()
                .take(INNER_IN_MEMORY_BYTES)
                .read_to_end(&mut head)?;
            if (head.len() as u64) < INNER_IN_MEMORY_BYTES {
                return Ok(Arc::new(InMemory(head.into())));
            }
            let mut file = tempfile::NamedTempFile::new()?;
            io::copy(
                &mut head.as_slice().chain(reader.by_ref().take(ENTRY_BYTES)),
                &mut file,
            )?;
            Ok(Arc::new(Scratch(file)))
        };
        copy().map_err(|error| unreadable(&place, &error))
    }
}
