//! Work that may kill the process. An input that is too much for the memory or the stack takes the whole run with it and cannot say
//! so: what is worked on is noted before the work begins, and the note outlives the process.
//!
//! Notes are small files beside the store, one for each hand that works. They are written to the system and not to the disk: what an
//! input kills is a process, not a machine, so a note costs microseconds and may be made for every item. Who opens the bundle next
//! finds the notes and counts the deaths, durably, in the store.

use super::Bundle;
use crate::Error;
use blog::ItemRef;
use points::Bug;
use rusqlite::Connection;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Seek, Write},
    path::{Path, PathBuf},
};

/// Deaths after which something is handled aside, without the work that kills.
pub const DEATHS_MAX: u32 = 2;

/// The folder of the notes.
const FOLDER: &str = "at-work";

/// The note of a run that somebody ended at once: nothing that it was at is to blame.
const ENDED: &str = "ended-from-outside";

/// The kind of work that reading is.
const READ: &str = "read";

/// The kind of work of the row that names the program whose runs died. Another version may live through the same.
const PROGRAM: &str = "program";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A piece of work, named the same way in every run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Task {
    work: String,
    id: String,
}

impl Task {
    /// Reading what stands at a place of the input, in this version of it: the same place in a file that was mended is another task.
    #[must_use]
    pub fn reading(place: &str, version: &str) -> Self {
        match version {
            "" => Self::new(READ, place),
            version => Self::new(READ, &format!("{place} ({version})")),
        }
    }

    /// Fetching a picture.
    #[must_use]
    pub fn fetching(media: &str) -> Self {
        Self::new("fetch", media)
    }

    /// Repairing a text.
    #[must_use]
    pub fn tidying(item: &ItemRef) -> Self {
        Self::new(&format!("tidy {}", item.kind), &item.id)
    }

    /// Making an item ready for its new home.
    #[must_use]
    pub fn composing(item: &ItemRef) -> Self {
        Self::new(&format!("compose {}", item.kind), &item.id)
    }

    /// Comparing an item with what stands at the new home.
    #[must_use]
    pub fn comparing(item: &ItemRef) -> Self {
        Self::new(&format!("verify {}", item.kind), &item.id)
    }

    fn new(work: &str, id: &str) -> Self {
        Self {
            work: work.to_owned(),
            id: id.to_owned(),
        }
    }

    fn note(&self) -> String {
        serde_json::json!([self.work, self.id]).to_string()
    }

    fn of_note(note: &str) -> Option<Self> {
        let line = note.lines().next()?;
        let (work, id) = serde_json::from_str::<(String, String)>(line).ok()?;
        Some(Self { work, id })
    }
}

/// Somebody who works, one thing after the other.
#[derive(Debug)]
pub struct Hand {
    note: File,
    at: Option<Task>,
    file: Option<Task>,
    /// Which version of the input it reads.
    version: String,
}

/// Says that a run ends because somebody outside wants it to.
#[derive(Debug, Clone)]
pub struct Ending {
    note: PathBuf,
}

impl Ending {
    /// The run ends now, whatever it is at. From any thread. Where this cannot be written, what was at work is suspected as if it had
    /// killed the run.
    pub fn from_outside(&self) {
        let _ = File::create(&self.note);
    }
}

impl Hand {
    /// Notes that work on `task` begins.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub fn begin(&mut self, task: &Task) -> Result<(), Error> {
        self.at = Some(task.clone());
        self.write(&task.note())
    }

    /// Notes that a file or an answer begins to be read, which may have parts: its task. `version` tells it from others of its name.
    pub(crate) fn opens(&mut self, place: &str, version: Option<String>) -> Task {
        self.version = version.unwrap_or_default();
        let task = Task::reading(place, &self.version);
        self.file = Some(task.clone());
        task
    }

    /// The reading of a part of what was opened last.
    pub(crate) fn part(&self, place: &str) -> Task {
        Task::reading(place, &self.version)
    }

    /// Notes that a part is passed over; what kills from here to the next one is not that part.
    pub(crate) fn passes_over(&mut self) -> Result<(), Error> {
        match self.file.clone() {
            Some(file) => self.begin(&file),
            None => self.rest(),
        }
    }

    /// Does what is no work on the task, as writing to the disk is: who is killed from outside is likelier there than anywhere.
    pub(crate) fn meanwhile<T>(&mut self, other: impl FnOnce() -> T) -> Result<T, Error> {
        self.waits()?;
        let done = other();
        self.works()?;
        Ok(done)
    }

    /// Notes that work on the task pauses until it [`works`](Self::works) again.
    pub(crate) fn waits(&mut self) -> Result<(), Error> {
        match self.at {
            Some(_) => self.write(""),
            None => Ok(()),
        }
    }

    /// Notes that work on the task goes on.
    pub(crate) fn works(&mut self) -> Result<(), Error> {
        match self.at.as_ref().map(Task::note) {
            Some(note) => self.write(&note),
            None => Ok(()),
        }
    }

    /// Notes that nothing is worked on.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub fn rest(&mut self) -> Result<(), Error> {
        self.at = None;
        self.write("")
    }

    /// One line; what stands behind it is of longer lines before.
    fn write(&mut self, line: &str) -> Result<(), Error> {
        self.note.rewind()?;
        Ok(self.note.write_all(format!("{line}\n").as_bytes())?)
    }
}

impl Bundle {
    /// A hand of this name. Hands that work at the same time have different names.
    ///
    /// # Errors
    /// When its note cannot be made.
    pub fn hand(&self, name: &str) -> Result<Hand, Error> {
        let folder = self.folder.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let note = File::create(folder.join(name))?;
        Ok(Hand {
            note,
            at: None,
            file: None,
            version: String::new(),
        })
    }

    /// Who says that the run is ended from outside.
    ///
    /// # Errors
    /// When there is no room for notes.
    pub fn ending(&self) -> Result<Ending, Error> {
        let folder = self.folder.join(FOLDER);
        fs::create_dir_all(&folder)?;
        Ok(Ending {
            note: folder.join(ENDED),
        })
    }

    /// How many runs died of `task` and of nothing else; `None` where no run is known to have died while somebody was at it. What
    /// one of many hands was at when a run died is known with no deaths: it is to be worked on alone.
    #[must_use]
    pub fn deaths(&self, task: &Task) -> Option<u32> {
        self.dead.borrow().get(task).copied()
    }

    /// Writes down that a whole reading came to its end: what an earlier one was at when it died is not to blame. A part is looked at
    /// several times in one reading, so that this is not known earlier.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(super) fn survived_reading(&self) -> Result<(), Error> {
        let read = |(task, deaths): (&Task, &u32)| {
            (task.work == READ && *deaths < DEATHS_MAX).then(|| task.clone())
        };
        let read: Vec<Task> = self.dead.borrow().iter().filter_map(read).collect();
        read.iter().try_for_each(|task| self.survived(task))
    }

    /// Writes down that an item is another one now, which may be harmless.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(super) fn forgive(&self, item: &ItemRef) -> Result<(), Error> {
        self.survived(&Task::tidying(item))?;
        self.survived(&Task::composing(item))?;
        self.survived(&Task::comparing(item))
    }

    /// Writes down that `task` came to its end: it is not to blame. May be part of a larger transaction.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn survived(&self, task: &Task) -> Result<(), Error> {
        if self.dead.borrow_mut().remove(task).is_some() {
            self.store
                .prepare_cached("DELETE FROM work WHERE kind = ?1 AND id = ?2")?
                .execute((&task.work, &task.id))?;
        }
        Ok(())
    }
}

/// Counts the deaths of the run before, and answers everything that is known of such.
pub(super) fn mourn(folder: &Path, store: &Connection) -> Result<BTreeMap<Task, u32>, Error> {
    let (notes, mut tasks) = notes(&folder.join(FOLDER));
    if notes.iter().any(|note| note.ends_with(ENDED)) {
        tasks.clear();
    }
    forget_other_versions(store)?;
    if !tasks.is_empty() && !points::planted(Bug::ForgetTheDead) {
        let transaction = store.unchecked_transaction()?;
        store.execute(
            "INSERT OR IGNORE INTO work (kind, id, at_it, deaths) VALUES (?1, ?2, 0, 0)",
            (PROGRAM, VERSION),
        )?;
        // Of many that were worked on together none is blamed.
        let blame = u32::from(tasks.len() == 1);
        for task in &tasks {
            store
                .prepare_cached(
                    "INSERT INTO work (kind, id, at_it, deaths) VALUES (?1, ?2, 0, ?3)
                     ON CONFLICT (kind, id) DO UPDATE SET deaths = deaths + excluded.deaths",
                )?
                .execute((&task.work, &task.id, blame))?;
        }
        transaction.commit()?;
    }
    for note in notes {
        fs::remove_file(note)?;
    }
    let mut statement = store.prepare("SELECT kind, id, deaths FROM work WHERE kind <> ?1")?;
    let rows = statement.query_map([PROGRAM], |row| {
        let (work, id) = (row.get(0)?, row.get(1)?);
        Ok((Task { work, id }, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What runs of another version of the program died of is tried again: texts that were set aside unrepaired, too.
fn forget_other_versions(store: &Connection) -> Result<(), Error> {
    let other = "NOT EXISTS (SELECT 1 FROM work WHERE kind = ?1 AND id = ?2)";
    let transaction = store.unchecked_transaction()?;
    store.execute(
        &format!(
            "DELETE FROM tidied WHERE {other} AND EXISTS
             (SELECT 1 FROM work WHERE kind = 'tidy ' || tidied.kind AND id = tidied.id AND deaths >= {DEATHS_MAX})"
        ),
        (PROGRAM, VERSION),
    )?;
    store.execute(
        &format!("DELETE FROM work WHERE {other}"),
        (PROGRAM, VERSION),
    )?;
    Ok(transaction.commit()?)
}

/// The files of the notes, and what stands in them.
fn notes(folder: &Path) -> (Vec<PathBuf>, Vec<Task>) {
    let files: Vec<PathBuf> = fs::read_dir(folder)
        .map(|listing| listing.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    let read = |file: &PathBuf| Task::of_note(&fs::read_to_string(file).ok()?);
    let tasks = files.iter().filter_map(read).collect();
    (files, tasks)
}

#[cfg(test)]
mod tests;
