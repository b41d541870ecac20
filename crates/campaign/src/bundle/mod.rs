//! One transfer's belongings on disk: `blog.sqlite` (items, untouched originals, findings, ledger) and `media/`, stored once
//! by content hash. One process at a time holds a bundle.

mod addresses;
mod aside;
mod carriers;
mod effects;
mod findings;
mod intake;
mod items;
mod ledger;
mod media;
mod schema;
mod work;

pub use addresses::OldAddress;
pub(crate) use carriers::Carrier;
pub use effects::Leaving;
pub(crate) use findings::stays_behind;
pub use intake::BundleIntake;
pub use items::{Stored, Tidy};
pub use ledger::{Row, State};
pub use media::{MediaState, StoredMedia, WantedMedia};
pub use work::{DEATHS_MAX, Ending, Hand, Task};

use crate::Error;
use blog::{Identity, Profile, doors::NewHome};
use rusqlite::{Connection, OptionalExtension};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    rc::Rc,
};

/// A bundle, opened and locked.
pub struct Bundle {
    folder: PathBuf,
    store: Connection,
    /// Whose addresses are its own, from the profile: asked for with every item that is read.
    identity: RefCell<Option<Rc<Identity>>>,
    /// What earlier runs may have died of.
    dead: RefCell<BTreeMap<Task, u32>>,
    _lock: File,
}

impl Bundle {
    /// Opens the bundle in `folder`, making it when it is not there.
    ///
    /// # Errors
    /// When another process holds it, or what is there is no bundle of this version.
    pub fn create(folder: &Path) -> Result<Self, Error> {
        fs::create_dir_all(folder.join("media"))?;
        Self::open_in(folder)
    }

    /// Opens the bundle in `folder`, which must be there.
    ///
    /// # Errors
    /// As [`Bundle::create`], and when there is none.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        if !folder.join("blog.sqlite").is_file() {
            return Err(unusable(
                folder,
                "there is no blog.sqlite in it; `rehome pack` or `rehome move` makes a bundle",
            ));
        }
        Self::open_in(folder)
    }

    fn open_in(folder: &Path) -> Result<Self, Error> {
        let lock = File::create(folder.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(unusable(
                    folder,
                    "another rehome works on it; wait for it to end, or name another folder",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let store = Connection::open(folder.join("blog.sqlite"))?;
        schema::prepare(&store).map_err(|what| unusable(folder, &what))?;
        let dead = work::mourn(folder, &store)?;
        Ok(Self {
            folder: folder.to_owned(),
            store,
            identity: RefCell::default(),
            dead: RefCell::new(dead),
            _lock: lock,
        })
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs `work` in one durable transaction: all of it is kept, or nothing.
    ///
    /// # Errors
    /// Those of `work`, and of the commit.
    pub fn together<T>(&self, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let transaction = self.store.unchecked_transaction()?;
        let outcome = work()?;
        transaction.commit()?;
        Ok(outcome)
    }

    /// What the bundle is about. See [`Fact`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn fact<T: DeserializeOwned>(&self, fact: Fact) -> Result<Option<T>, Error> {
        let text: Option<String> = self
            .store
            .prepare_cached("SELECT value FROM about WHERE name = ?1")?
            .query_row([fact.name()], |row| row.get(0))
            .optional()?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// Writes down what the bundle is about.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_fact<T: Serialize>(&self, fact: Fact, value: &T) -> Result<(), Error> {
        if fact == Fact::Profile {
            self.identity.take();
        }
        self.store
            .prepare_cached("INSERT INTO about (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")?
            .execute((fact.name(), serde_json::to_string(value)?))?;
        Ok(())
    }

    /// The blog's profile.
    ///
    /// # Errors
    /// When nothing was read into the bundle yet.
    pub fn profile(&self) -> Result<Profile, Error> {
        self.fact(Fact::Profile)?.ok_or_else(|| {
            unusable(
                &self.folder,
                "nothing was read into it yet; run `rehome pack` or `rehome move`",
            )
        })
    }

    /// A secret of this bundle, drawn once: what must not be guessed follows from it.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(crate) fn secret(&self) -> Result<[u8; 32], Error> {
        if let Some(secret) = self.fact(Fact::Secret)? {
            return Ok(secret);
        }
        let drawn: [u8; 32] = self
            .store
            .query_row("SELECT randomblob(32)", [], |row| row.get(0))?;
        self.set_fact(Fact::Secret, &drawn)?;
        Ok(drawn)
    }

    /// Whose addresses are this blog's own.
    fn identity(&self) -> Result<Rc<Identity>, Error> {
        if let Some(identity) = &*self.identity.borrow() {
            return Ok(Rc::clone(identity));
        }
        let identity = Rc::new(self.profile()?.identity);
        *self.identity.borrow_mut() = Some(Rc::clone(&identity));
        Ok(identity)
    }

    /// The new home, once it was opened.
    ///
    /// # Errors
    /// When the blog was not moved anywhere yet.
    pub fn home(&self) -> Result<NewHome, Error> {
        self.fact(Fact::Home)?.ok_or_else(|| {
            unusable(
                &self.folder,
                "its blog was not moved anywhere yet; run `rehome move`",
            )
        })
    }
}

/// Facts about the bundle as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// The blog's [`Profile`].
    Profile,
    /// Name of the source that read it (text).
    Source,
    /// The input as the owner typed it (text).
    Input,
    /// Number of the latest reading (integer, from 1).
    Reading,
    /// Number of the latest reading that came to its end.
    WholeReading,
    /// When the bundle was made (timestamp).
    Made,
    /// When the latest stage ended (timestamp).
    Touched,
    /// The address that the owner gave for the new home (text).
    Destination,
    /// The user we sign in as (text).
    User,
    /// The way by which the new home is written, as the program names it (text). It stays: each way knows only its own marks.
    Way,
    /// The name under which this bundle writes at its new home (text).
    Writer,
    /// The [`NewHome`].
    Home,
    /// Number of the latest run of placing (integer, from 1).
    Run,
    /// Whether the move was taken back since it was last asked for (boolean).
    Undone,
    /// Where import files are written and for which home, in the program's own words.
    Files,
    /// The owner's [`crate::Choices`].
    Choices,
    /// What file names of restricted pictures follow from (32 bytes).
    Secret,
    /// What a repair in place knows of its blog; only its bundles have it.
    Repair,
    /// Whether the theme of the new home shows no comments on pages, so that the guestbook has to show its notes itself (boolean).
    NotesUnseen,
    /// Whether the latest verification came to its end (timestamp).
    Verified,
}

impl Fact {
    fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Source => "source",
            Self::Input => "input",
            Self::Reading => "reading",
            Self::WholeReading => "whole-reading",
            Self::Made => "made",
            Self::Touched => "touched",
            Self::Destination => "destination",
            Self::User => "user",
            Self::Way => "way",
            Self::Writer => "writer",
            Self::Home => "home",
            Self::Run => "run",
            Self::Undone => "undone",
            Self::Files => "files",
            Self::Choices => "choices",
            Self::Secret => "secret",
            Self::Repair => "repair",
            Self::NotesUnseen => "notes-unseen",
            Self::Verified => "verified",
        }
    }
}

fn unusable(folder: &Path, what: &str) -> Error {
    Error::Bundle {
        folder: folder.display().to_string(),
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Bundle;

    #[test]
    fn two_processes_cannot_hold_one_bundle() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Bundle::create(folder.path()).expect("the first holds it");
        let refused = Bundle::open(folder.path())
            .err()
            .expect("the second is refused")
            .to_string();
        assert!(refused.contains("another rehome works on it"), "{refused}");
        drop(first);
        Bundle::open(folder.path()).expect("free again");
    }

    #[test]
    fn a_folder_without_a_bundle_is_said_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = Bundle::open(folder.path())
            .err()
            .expect("refused")
            .to_string();
        assert!(refused.contains("there is no blog.sqlite"), "{refused}");
    }
}
