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
    changes::Changes,
    error::Position,
    folder,
    generation::{Generation, Manifest},
    known::{Condition, Know, Known},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock, Weak},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// How often it is looked whether something was published.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// After a look the next one waits so many times as long as it took: a generation that is refused is hashed at each look.
const PAUSE_FOR_LOOK: u32 = 4;

/// The index of old addresses, open for reading. Answers from many threads; sees what is published while it is open.
#[derive(Debug, Clone)]
pub struct Index {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    open: RwLock<Open>,
}

#[derive(Debug)]
struct Open {
    generation: Generation,
    changes: Changes,
    /// Days since 1970-01-01: moves become final by themselves.
    today: u32,
    /// What was wrong when it was last looked for news.
    trouble: Option<String>,
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
                open: RwLock::new(open),
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
        self.with(|generation, changes| Position {
            generation: generation.manifest.number,
            change: changes.count,
        })
    }

    /// What the generation that answers is made of.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        self.with(|generation, _| generation.manifest.clone())
    }

    /// What was wrong when it was last looked for news, for the operator.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        let open = self.inner.open.read();
        open.unwrap_or_else(PoisonError::into_inner).trouble.clone()
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.inner.folder
    }

    pub(crate) fn with<T>(&self, work: impl FnOnce(&Generation, &Changes) -> T) -> T {
        let open = self.inner.open.read();
        let open = open.unwrap_or_else(PoisonError::into_inner);
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
        let generation = Generation::open(folder, number)?;
        let mut changes = Changes::none(&generation);
        changes.read_on(&folder::changes(folder, number))?;
        let open = Self {
            generation,
            changes,
            today: today(),
            trouble: None,
        };
        open.check_age(folder)?;
        Ok(open)
    }

    /// Refuses what is older than the newest that was seen here.
    fn check_age(&self, folder: &Path) -> Result<(), IndexError> {
        let seen = folder::highest(folder)?;
        let found = self.position();
        if found < seen && !points::planted(points::Bug::TakeAnOlderIndex) {
            return Err(IndexError::Old { found, seen });
        }
        Ok(())
    }

    fn position(&self) -> Position {
        Position {
            generation: self.generation.manifest.number,
            change: self.changes.count,
        }
    }
}

impl Inner {
    fn refresh(&self) -> Result<(), IndexError> {
        let (number, more, day) = {
            let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
            let number = open.generation.manifest.number;
            let path = folder::changes(&self.folder, number);
            (number, open.changes.has_more(&path), open.today)
        };
        let newest = folder::newest(&self.folder)?.unwrap_or(0);
        if newest > number && !points::planted(points::Bug::KeepTheOlderGeneration) {
            let open = Open::newest(&self.folder)?;
            folder::remember_if_free(&self.folder, open.position());
            *self.open.write().unwrap_or_else(PoisonError::into_inner) = open;
        } else if more {
            let path = folder::changes(&self.folder, number);
            let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
            open.changes.read_on(&path)?;
        }
        if day != today() {
            self.open
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .today = today();
        }
        Ok(())
    }
}

/// Looks for news until nobody needs them any more.
fn look(inner: &Weak<Inner>) {
    let mut pause = LOOK_EVERY;
    loop {
        std::thread::sleep(pause);
        let Some(inner) = inner.upgrade() else { return };
        let began = Instant::now();
        let trouble = inner.refresh().err().map(|error| error.to_string());
        let same = {
            let open = inner.open.read().unwrap_or_else(PoisonError::into_inner);
            open.trouble == trouble
        };
        if !same {
            let mut open = inner.open.write().unwrap_or_else(PoisonError::into_inner);
            open.trouble = trouble;
        }
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
        let open = self.inner.open.read();
        answer::know(
            &open.unwrap_or_else(PoisonError::into_inner),
            host,
            path_and_query,
        )
    }

    fn serves(&self, host: &str) -> Result<bool, IndexError> {
        let open = self.inner.open.read();
        answer::serves(&open.unwrap_or_else(PoisonError::into_inner), host)
    }

    fn generation(&self) -> u64 {
        self.position().generation
    }

    fn condition(&self) -> Condition {
        self.trouble().map_or(Condition::Sound, Condition::Behind)
    }
}
