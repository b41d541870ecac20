//! An index that may not be there yet, or not be one to answer from: asked meanwhile, it says that it cannot answer, and the first sound
//! one that comes is taken.

use super::Index;
use crate::{
    IndexError,
    known::{Condition, Know, Known},
    tls::Say,
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak},
    time::{Duration, Instant},
};

/// Shortest pause between two tries.
const PAUSE: Duration = Duration::from_millis(500);
/// A pause is so many times as long as the last try: to try means to hash all of it.
const PAUSE_FOR_TRY: u32 = 4;

/// The index in a folder, as soon as there is a sound one.
#[derive(Debug, Clone)]
pub struct Awaited {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    /// Once it is open, it looks for what is newer by itself.
    index: OnceLock<Index>,
    trouble: Mutex<String>,
}

impl Awaited {
    /// Opens the index in `folder`, now or as soon as it can be opened; `say` hears why not, and when.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn open(folder: &Path, say: Say) -> Result<Self, IndexError> {
        folder
            .read_dir()
            .map_err(|source| IndexError::read(folder, source))?;
        let inner = Arc::new(Inner {
            folder: folder.to_owned(),
            index: OnceLock::new(),
            trouble: Mutex::default(),
        });
        if !inner.has_opened(&say) {
            let waiting = Arc::downgrade(&inner);
            std::thread::Builder::new()
                .name("awaiting".to_owned())
                .spawn(move || wait(&waiting, &say))
                .map_err(|source| IndexError::read(folder, source))?;
        }
        Ok(Self { inner })
    }

    fn index(&self) -> Result<&Index, IndexError> {
        self.inner.index.get().ok_or_else(|| IndexError::Awaited)
    }
}

impl Inner {
    /// Tries once. A reason is said when it is another one than before.
    fn has_opened(&self, say: &Say) -> bool {
        match Index::open(&self.folder) {
            Ok(index) => {
                if !self.trouble().is_empty() {
                    say(&format!("the index is there: {}", index.position()));
                }
                // Nobody else sets it.
                let _ = self.index.set(index);
                true
            }
            Err(error) => {
                let why = error.to_string();
                let mut known = self.trouble();
                if *known != why {
                    say(&format!(
                        "503 is answered until there is a sound index: {why}"
                    ));
                    *known = why;
                }
                false
            }
        }
    }

    fn trouble(&self) -> std::sync::MutexGuard<'_, String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tries until it is open, or nobody waits any more.
fn wait(inner: &Weak<Inner>, say: &Say) {
    let mut pause = PAUSE;
    loop {
        std::thread::sleep(pause);
        let Some(inner) = inner.upgrade() else { return };
        let began = Instant::now();
        if inner.has_opened(say) {
            return;
        }
        pause = PAUSE.max(began.elapsed() * PAUSE_FOR_TRY);
    }
}

impl Know for Awaited {
    fn know(&self, host: &str, path_and_query: &str) -> Result<Known, IndexError> {
        self.index()?.know(host, path_and_query)
    }

    fn serves(&self, host: &str) -> Result<bool, IndexError> {
        self.index()?.serves(host)
    }

    fn generation(&self) -> u64 {
        self.index().map_or(0, Know::generation)
    }

    fn condition(&self) -> Condition {
        match self.index() {
            Ok(index) => index.condition(),
            Err(_) => Condition::Absent(self.inner.trouble().clone()),
        }
    }
}
