//! The index of old addresses, open for reading.

pub use awaited::Awaited;
pub use records::Stats;
pub use rules::Rule;

mod answer;
mod awaited;
mod reading;
mod records;
mod rules;

use crate::{
    IndexError,
    changes::{Bookmark, Changes},
    error::Position,
    folder::{self, Stamp},
    generation::{self, Generation, MANIFEST, Manifest},
    known::{Condition, Know, Known},
};
use crossbeam_utils::sync::{ShardedLock, ShardedLockReadGuard, ShardedLockWriteGuard};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// How often it is looked whether something was published.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// After a look the next one waits so many times as long as it took: a generation that is refused is hashed at each look.
const PAUSE_FOR_LOOK: u32 = 4;
/// Changes that are taken while visitors wait; between two such lots they are answered.
const TAKEN_AT_ONCE: usize = 32;

/// The index of old addresses, open for reading. Answers from many threads; sees what is published while it is open.
#[derive(Debug, Clone)]
pub struct Index {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    /// Each thread that answers takes a lock of its own, so that they do not wait for each other's caches.
    open: ShardedLock<Open>,
    /// Held by whoever looks for news: one at a time.
    looking: Mutex<()>,
    /// What was wrong when it was last looked for news.
    trouble: Mutex<Option<String>>,
}

#[derive(Debug)]
struct Open {
    generation: Generation,
    changes: Changes,
    /// Days since 1970-01-01: moves become final by themselves.
    today: u32,
    /// Of the manifest, before it was read.
    stamp: Option<Stamp>,
}

impl Index {
    /// Opens the index in `folder` and goes on looking for what is published there, five times a second.
    ///
    /// # Errors
    /// When there is none, it is damaged, or it is older than one that was seen here before.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        let index = Self::open_still(folder)?;
        folder::remember_if_free(folder, index.position());
        let inner = Arc::downgrade(&index.inner);
        let looking = std::thread::Builder::new().name("redirects".to_owned());
        looking
            .spawn(move || look(&inner))
            .map_err(|source| IndexError::read(folder, source))?;
        Ok(index)
    }

    /// Opens the index in `folder` as it is now; news are seen when [`Index::refresh`] is called.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn open_still(folder: &Path) -> Result<Self, IndexError> {
        let open = Open::newest(folder)?;
        Ok(Self {
            inner: Arc::new(Inner {
                folder: folder.to_owned(),
                open: ShardedLock::new(open),
                looking: Mutex::default(),
                trouble: Mutex::default(),
            }),
        })
    }

    /// Looks whether something was published. What is damaged or old is not taken; what was known before goes on being answered.
    ///
    /// # Errors
    /// When what is new cannot be read, or is damaged or old.
    pub fn refresh(&self) -> Result<(), IndexError> {
        self.inner.refresh()
    }

    /// How new it is.
    #[must_use]
    pub fn position(&self) -> Position {
        self.inner.read().position()
    }

    /// What the generation that answers is made of.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        self.with(|generation, _| generation.manifest.clone())
    }

    /// What was wrong when it was last looked for news, for the operator.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        lock(&self.inner.trouble).clone()
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.inner.folder
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&Generation, &Changes) -> T) -> T {
        let open = self.inner.read();
        work(&open.generation, &open.changes)
    }
}

impl Open {
    /// The newest generation and its changes.
    fn newest(folder: &Path) -> Result<Self, IndexError> {
        let number = match folder::newest(folder) {
            Ok(Some(number)) => number,
            Ok(None) => return Err(IndexError::None(folder.to_owned())),
            Err(error) => return Err(error),
        };
        let found = Found::of(folder, number)?;
        Ok(Self {
            stamp: found.stamp,
            changes: found.changes,
            generation: found.generation.open()?,
            today: today(),
        })
    }

    fn position(&self) -> Position {
        Position {
            generation: self.generation.manifest.number,
            change: self.changes.read.count,
        }
    }
}

/// A generation and its changes, sound and new enough, before it is opened.
struct Found {
    stamp: Option<Stamp>,
    generation: generation::Checked,
    changes: Changes,
}

impl Found {
    fn of(folder: &Path, number: u64) -> Result<Self, IndexError> {
        let stamp = stamp(folder, number);
        let generation = generation::Checked::of(folder, number)?;
        let mut changes = Changes::none(generation.seal);
        changes.read_on(&folder::changes(folder, number))?;
        let found = Self {
            stamp,
            generation,
            changes,
        };
        found.check_age(folder)?;
        Ok(found)
    }

    /// Refuses what is older than the newest that was seen here.
    fn check_age(&self, folder: &Path) -> Result<(), IndexError> {
        let seen = folder::highest(folder)?;
        let found = Position {
            generation: self.generation.manifest.number,
            change: self.changes.read.count,
        };
        if found < seen && !points::planted(points::Bug::TakeAnOlderIndex) {
            return Err(IndexError::Old { found, seen });
        }
        Ok(())
    }
}

impl Inner {
    fn read(&self) -> ShardedLockReadGuard<'_, Open> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Visitors wait as long as this is held.
    fn write(&self) -> ShardedLockWriteGuard<'_, Open> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn refresh(&self) -> Result<(), IndexError> {
        let _alone = lock(&self.looking);
        // First: the day comes also for an index that cannot be renewed.
        let today = today();
        if self.read().today != today {
            self.write().today = today;
        }
        let (at, stamp, read) = {
            let open = self.read();
            (open.position(), open.stamp, open.changes.read)
        };
        let newest = folder::newest(&self.folder)?.unwrap_or(0);
        let is_other = |now: Option<Stamp>| now.is_some() && now != stamp;
        if newest > at.generation && !points::planted(points::Bug::KeepTheOlderGeneration) {
            let new = Open::newest(&self.folder)?;
            folder::remember_if_free(&self.folder, new.position());
            let old = std::mem::replace(&mut *self.write(), new);
            // To close it takes longer than to put it aside, and nobody waits for it any more.
            drop(old);
            Ok(())
        } else if is_other(self::stamp(&self.folder, at.generation)) {
            self.take_again(at.generation)
        } else {
            self.read_on(read, &folder::changes(&self.folder, at.generation))
        }
    }

    /// Learns where names stand in one more segment of the generation that answers. Nobody waits for it, and between two of them news
    /// are taken in.
    fn learn(&self) -> Result<(), IndexError> {
        // Until it is done, no segment may be closed.
        let _alone = lock(&self.looking);
        let unlearned = self.read().generation.unlearned();
        unlearned.map_or(Ok(()), |segment| segment.learn())
    }

    /// Reads and checks changes while the old ones answer, and then takes them.
    fn read_on(&self, read: Bookmark, path: &Path) -> Result<(), IndexError> {
        if !read.has_more(path) {
            return Ok(());
        }
        let news = read.news(path)?;
        let mut changes = news.changes.into_iter().peekable();
        while changes.peek().is_some() {
            let lot = changes.by_ref().take(TAKEN_AT_ONCE);
            self.write().changes.take(lot);
        }
        news.trouble.map_or(Ok(()), Err)
    }

    /// Opens the generation that answers once more, as its folder was replaced, by a sound copy of a damaged one for example. LMDB
    /// opens no two files under one name, so the old one is closed first; until the new one is open nothing is answered.
    fn take_again(&self, number: u64) -> Result<(), IndexError> {
        let found = Found::of(&self.folder, number)?;
        let mut open = self.write();
        open.generation.close();
        // Tried again until it is open.
        open.stamp = None;
        open.generation = found.generation.open()?;
        open.changes = found.changes;
        open.stamp = found.stamp;
        Ok(())
    }
}

/// Of the manifest of a generation.
fn stamp(folder: &Path, number: u64) -> Option<Stamp> {
    folder::stamp(&folder::generation(folder, number).join(MANIFEST))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks for news until nobody needs them any more.
fn look(inner: &Weak<Inner>) {
    let mut pause = LOOK_EVERY;
    loop {
        std::thread::sleep(pause);
        let Some(inner) = inner.upgrade() else { return };
        let began = Instant::now();
        let trouble = inner.refresh().and_then(|()| inner.learn()).err();
        let trouble = trouble.map(|error| error.to_string());
        *lock(&inner.trouble) = trouble;
        pause = LOOK_EVERY.max(began.elapsed() * PAUSE_FOR_LOOK);
    }
}

fn today() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    u32::try_from(seconds / 86_400).unwrap_or(u32::MAX)
}

impl Know for Index {
    fn know(&self, host: &str, path_and_query: &str) -> Result<Known, IndexError> {
        answer::know(&self.inner.read(), host, path_and_query)
    }

    fn serves(&self, host: &str) -> Result<bool, IndexError> {
        answer::serves(&self.inner.read(), host)
    }

    fn generation(&self) -> u64 {
        self.position().generation
    }

    fn condition(&self) -> Condition {
        self.trouble().map_or(Condition::Sound, Condition::Behind)
    }
}

#[cfg(test)]
mod tests;
