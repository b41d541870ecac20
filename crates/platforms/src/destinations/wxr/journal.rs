//! What was placed, one JSON line each, the last word on a thing at the end. Only where a line stands is kept in memory, so a blog
//! may be larger than that. A line that a crash cut off is not there. Lines about files say what bytes were about to be written to
//! them, so that a file that somebody changed is told from our own.

use super::rows::Row;
use blog::ItemRef;
use blog::doors::WriteError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The journal of one blog.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    known: BTreeMap<ItemRef, Known>,
    files: Files,
    write: BufWriter<File>,
    read: File,
    length: u64,
    last_id: u64,
}

#[derive(Debug, Clone)]
struct Known {
    id: u64,
    fingerprint: String,
    at: u64,
    bytes: usize,
}

#[derive(Serialize, Deserialize)]
struct Line {
    mark: ItemRef,
    id: u64,
    fingerprint: String,
    /// `None` when it was taken away.
    row: Option<Row>,
}

/// Names of files with the hashes (blake3, hex) of what was written to each, the latest at the end.
pub(super) type Files = BTreeMap<String, Vec<String>>;

#[derive(Serialize, Deserialize)]
struct FileLine {
    file: String,
    /// `None` when it was taken away.
    hash: Option<String>,
}

/// How a line about a file begins.
const FILE_LINE: &str = "{\"file\":";

fn note_file(files: &mut Files, line: FileLine) {
    match line.hash {
        Some(hash) => {
            let hashes = files.entry(line.file).or_default();
            hashes.retain(|known| *known != hash);
            hashes.push(hash);
        }
        None => {
            files.remove(&line.file);
        }
    }
}

/// The files of a journal that nobody opens yet; none where there is no journal.
///
/// # Errors
/// When it cannot be read.
pub(super) fn files_of(path: &Path) -> std::io::Result<Files> {
    let mut files = Files::new();
    let lines = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(files),
        file => BufReader::new(file?).lines(),
    };
    for line in lines {
        let line = line?;
        if let Some(line) = line
            .starts_with(FILE_LINE)
            .then(|| serde_json::from_str(&line).ok())
            .flatten()
        {
            note_file(&mut files, line);
        }
    }
    Ok(files)
}

fn broken(path: &Path, what: impl std::fmt::Display) -> WriteError {
    WriteError::NotDone(format!("{}: {what}", path.display()))
}

impl Journal {
    /// Opens the journal of `blog`, or begins one.
    pub(super) fn open(path: &Path, blog: &str) -> Result<Self, WriteError> {
        let error = |error: std::io::Error| broken(path, error);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(error)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(error)?;
        let mut journal = Self {
            path: path.to_owned(),
            known: BTreeMap::new(),
            files: Files::new(),
            write: BufWriter::new(file),
            read: File::open(path).map_err(error)?,
            length: 0,
            last_id: 0,
        };
        journal.replay(blog)?;
        Ok(journal)
    }

    fn replay(&mut self, blog: &str) -> Result<(), WriteError> {
        let path = self.path.clone();
        let error = |error: std::io::Error| broken(&path, error);
        let mut lines = BufReader::new(File::open(&path).map_err(error)?);
        let mut line = String::new();
        loop {
            line.clear();
            let bytes = lines.read_line(&mut line).map_err(error)?;
            if bytes == 0 {
                break;
            }
            if !line.ends_with('\n') {
                // A crash cut it off; what follows begins where it began.
                self.write.get_ref().set_len(self.length).map_err(error)?;
                break;
            }
            if self.length == 0 {
                if line.trim_end() != blog {
                    return Err(WriteError::Refused(format!(
                        "{} belongs to the blog {}",
                        path.display(),
                        line.trim_end()
                    )));
                }
            } else if line.starts_with(FILE_LINE) {
                let read = serde_json::from_str(&line).map_err(|error| broken(&path, error))?;
                note_file(&mut self.files, read);
            } else {
                let read: Line =
                    serde_json::from_str(&line).map_err(|error| broken(&path, error))?;
                self.note(&read, bytes);
            }
            self.length += bytes as u64;
        }
        if self.length == 0 {
            writeln!(self.write, "{blog}").map_err(error)?;
            self.length = blog.len() as u64 + 1;
            self.flush()?;
        }
        Ok(())
    }

    fn note(&mut self, line: &Line, bytes: usize) {
        self.last_id = self.last_id.max(line.id);
        let known = Known {
            id: line.id,
            fingerprint: line.fingerprint.clone(),
            at: self.length,
            bytes,
        };
        match &line.row {
            Some(_) => self.known.insert(line.mark.clone(), known),
            None => self.known.remove(&line.mark),
        };
    }

    /// Number and fingerprint of what was placed.
    pub(super) fn known(&self, mark: &ItemRef) -> Option<(u64, &str)> {
        self.known
            .get(mark)
            .map(|known| (known.id, known.fingerprint.as_str()))
    }

    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Keeps the last word on a thing.
    pub(super) fn keep(
        &mut self,
        mark: &ItemRef,
        id: u64,
        fingerprint: &str,
        row: &Row,
    ) -> Result<(), WriteError> {
        self.append(Line {
            mark: mark.clone(),
            id,
            fingerprint: fingerprint.to_owned(),
            row: Some(row.clone()),
        })
    }

    /// Takes a thing away; answers whether it was there.
    pub(super) fn forget(&mut self, mark: &ItemRef) -> Result<bool, WriteError> {
        let Some(known) = self.known.get(mark).cloned() else {
            return Ok(false);
        };
        self.append(Line {
            mark: mark.clone(),
            id: known.id,
            fingerprint: known.fingerprint,
            row: None,
        })?;
        Ok(true)
    }

    fn append(&mut self, line: Line) -> Result<(), WriteError> {
        let bytes = self.write_line(&line)?;
        self.note(&line, bytes);
        self.length += bytes as u64;
        Ok(())
    }

    fn write_line(&mut self, line: &impl Serialize) -> Result<usize, WriteError> {
        let mut text = serde_json::to_string(line).map_err(|error| broken(&self.path, error))?;
        text.push('\n');
        self.write
            .write_all(text.as_bytes())
            .map_err(|error| broken(&self.path, error))?;
        Ok(text.len())
    }

    /// Files with the hashes of what was written to each.
    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    /// Writes down, durably, what a file is about to hold; `None` that it was taken away.
    pub(super) fn note_bytes(&mut self, file: &str, hash: Option<&str>) -> Result<(), WriteError> {
        let known = self.files.get(file);
        if known.and_then(|hashes| hashes.last()).map(String::as_str) == hash {
            return Ok(());
        }
        let line = FileLine {
            file: file.to_owned(),
            hash: hash.map(str::to_owned),
        };
        self.length += self.write_line(&line)? as u64;
        note_file(&mut self.files, line);
        self.flush()
    }

    /// Whether anything was ever kept here.
    pub(super) fn ever_held(&self) -> bool {
        self.last_id > 0
    }

    /// Makes sure of everything kept so far.
    pub(super) fn flush(&mut self) -> Result<(), WriteError> {
        self.write
            .flush()
            .and_then(|()| self.write.get_ref().sync_data())
            .map_err(|error| broken(&self.path, error))
    }

    /// The row of a thing that is known.
    pub(super) fn row(&mut self, mark: &ItemRef) -> Result<Row, WriteError> {
        let known = self
            .known
            .get(mark)
            .cloned()
            .ok_or_else(|| broken(&self.path, "a line is missing"))?;
        self.write
            .flush()
            .map_err(|error| broken(&self.path, error))?;
        let mut text = vec![0; known.bytes];
        self.read
            .seek(SeekFrom::Start(known.at))
            .and_then(|_| self.read.read_exact(&mut text))
            .map_err(|error| broken(&self.path, error))?;
        let line: Line =
            serde_json::from_slice(&text).map_err(|error| broken(&self.path, error))?;
        line.row
            .ok_or_else(|| broken(&self.path, "a line is missing"))
    }

    /// Every mark with its number, in the order of numbers.
    pub(super) fn marks(&self) -> Vec<(u64, ItemRef)> {
        let mut marks: Vec<_> = self
            .known
            .iter()
            .map(|(mark, known)| (known.id, mark.clone()))
            .collect();
        marks.sort();
        marks
    }

    /// Shows every row with its number, for rules that look at all of them.
    pub(super) fn each(
        &mut self,
        mut show: impl FnMut(u64, ItemRef, Row),
    ) -> Result<(), WriteError> {
        for (id, mark) in self.marks() {
            let row = self.row(&mark)?;
            show(id, mark, row);
        }
        Ok(())
    }
}
