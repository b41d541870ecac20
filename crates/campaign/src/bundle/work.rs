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
    /// Reading what stands at a place of the input.
    #[must_use]
    pub fn reading(place: &str) -> Self {
        Self::new(READ, place)
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

    /// Does what is no work on the task, as writing to the disk is: who is killed from outside is likelier there than anywhere.
    pub(super) fn meanwhile<T>(&mut self, other: impl FnOnce() -> T) -> Result<T, Error> {
        let task = self.at.take();
        if task.is_some() {
            self.write("")?;
        }
        let done = other();
        if let Some(task) = task {
            self.begin(&task)?;
        }
        Ok(done)
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
        Ok(Hand { note, at: None })
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
    let (notes, tasks) = notes(&folder.join(FOLDER));
    store.execute(
        "DELETE FROM work WHERE NOT EXISTS (SELECT 1 FROM work WHERE kind = ?1 AND id = ?2)",
        (PROGRAM, VERSION),
    )?;
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
mod tests {
    use super::{Bundle, DEATHS_MAX, Task};
    use crate::{bundle::BundleIntake, watch::Blind};
    use blog::{ItemRef, Kind, doors::Intake};

    fn post(id: &str) -> Task {
        Task::composing(&ItemRef::new(Kind::Post, id))
    }

    #[test]
    fn what_kills_run_after_run_is_known_after_the_second_time_and_its_neighbours_are_not_blamed() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || Bundle::create(folder.path()).expect("a bundle");
        let run = |tasks: &[&Task]| {
            let bundle = open();
            let known: Vec<_> = tasks.iter().map(|task| bundle.deaths(task)).collect();
            // The run dies: nobody takes the notes away.
            for (number, task) in tasks.iter().enumerate() {
                let mut hand = bundle.hand(&format!("hand-{number}")).expect("a hand");
                hand.begin(task).expect("noted");
            }
            known
        };
        let (good, killer) = (post("good"), post("killer"));
        assert_eq!(run(&[&good, &killer]), [None, None]);
        // The next one takes each by itself.
        let bundle = open();
        assert_eq!(bundle.deaths(&good), Some(0));
        let mut hand = bundle.hand("one").expect("a hand");
        hand.begin(&good).expect("noted");
        hand.rest().expect("noted");
        bundle.survived(&good).expect("written");
        assert_eq!(bundle.deaths(&good), None);
        drop((hand, bundle));
        // It dies of the killer alone, twice.
        assert_eq!(run(&[&killer]), [Some(0)]);
        assert_eq!(run(&[&killer]), [Some(1)]);
        let bundle = open();
        assert_eq!(bundle.deaths(&killer), Some(DEATHS_MAX));
        assert_eq!(bundle.deaths(&good), None);
        // Another version of the program may live through it.
        let other = "UPDATE work SET id = '0.0.0' WHERE kind = 'program'";
        bundle.store.execute(other, []).expect("written");
        drop(bundle);
        assert_eq!(open().deaths(&killer), None);
    }

    #[test]
    fn a_part_is_not_to_blame_for_two_kills_with_a_whole_reading_between_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let (read, open) = (Task::reading("page"), || {
            Bundle::create(folder.path()).expect("a bundle")
        });
        for _ in 0..3 {
            let bundle = open();
            let mut intake = BundleIntake::start(&bundle, &Blind).expect("a reading");
            assert!(intake.may_read("page").expect("noted"));
            // It is killed.
            drop(intake);
            drop(bundle);
            let bundle = open();
            assert_eq!(bundle.deaths(&read), Some(1));
            let mut intake = BundleIntake::start(&bundle, &Blind).expect("a reading");
            assert!(intake.may_read("page").expect("noted"));
            intake.end(true).expect("read");
            assert_eq!(bundle.deaths(&read), None);
        }
    }

    #[test]
    fn what_is_written_meanwhile_is_no_work_on_the_task() {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut hand = bundle.hand("one").expect("a hand");
        hand.begin(&post("1")).expect("noted");
        let note = folder.path().join("at-work/one");
        let told = || std::fs::read_to_string(&note).expect("a note");
        assert!(told().starts_with("[\"compose"), "{}", told());
        let meanwhile = hand.meanwhile(told).expect("done");
        assert!(meanwhile.starts_with('\n'), "{meanwhile}");
        assert!(told().starts_with("[\"compose"), "{}", told());
    }

    #[test]
    fn what_its_source_changed_is_tried_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let item = ItemRef::new(Kind::Post, "1");
        for _ in 0..2 {
            let bundle = Bundle::create(folder.path()).expect("a bundle");
            let mut hand = bundle.hand("one").expect("a hand");
            hand.begin(&Task::composing(&item)).expect("noted");
        }
        let read = |body: &str| {
            let bundle = Bundle::create(folder.path()).expect("a bundle");
            let mut intake = BundleIntake::start(&bundle, &Blind).expect("a reading");
            let mut post = blog::Post::new("1");
            post.body = body.to_owned();
            let original = blog::doors::Original::NONE;
            intake.item(blog::Item::Post(post), original).expect("kept");
            intake.end(true).expect("read");
            bundle.deaths(&Task::composing(&item))
        };
        assert_eq!(read("one"), Some(DEATHS_MAX));
        assert_eq!(read("one"), Some(DEATHS_MAX));
        assert_eq!(read("two"), None);
    }

    #[test]
    fn a_run_that_ends_leaves_nothing_to_count_and_kinds_of_work_are_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let item = ItemRef::new(Kind::Comment, "7\n\"x\"");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut hand = bundle.hand("one").expect("a hand");
        for task in [
            Task::reading(&"a long place ".repeat(9)),
            Task::tidying(&item),
        ] {
            hand.begin(&task).expect("noted");
        }
        drop(bundle);
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        assert_eq!(bundle.deaths(&Task::tidying(&item)), Some(1));
        assert_eq!(bundle.deaths(&Task::composing(&item)), None);
        let mut hand = bundle.hand("one").expect("a hand");
        hand.begin(&Task::fetching("x")).expect("noted");
        hand.rest().expect("noted");
        drop((hand, bundle));
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        assert_eq!(bundle.deaths(&Task::fetching("x")), None);
        assert_eq!(bundle.deaths(&Task::tidying(&item)), Some(1));
    }
}
