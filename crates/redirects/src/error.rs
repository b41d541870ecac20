//! Why the index could not answer or be written.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why the index could not answer or be written.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// A file of the index could not be read or written.
    #[error("could not read or write {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// There is no index in the folder.
    #[error("there is no index in {0}")]
    None(PathBuf),
    /// There is no sound index yet. To be answered with 503.
    #[error("there is no sound index yet")]
    Awaited,
    /// Something in the index is not what was written. To be answered with 503; to be mended with a sound copy.
    #[error("the index is damaged: {0}")]
    Damaged(&'static str),
    /// The index is older than one that was served here before. To be mended with a copy of the newest one.
    #[error("the index is old: it is at {found}, and {seen} was seen here before")]
    Old {
        /// What is there.
        found: Position,
        /// The newest that was seen.
        seen: Position,
    },
    /// Where generations are handed on did not do its part.
    #[error("could not hand on or take {what}")]
    Place {
        /// What, and why.
        what: String,
    },
    /// The store failed.
    #[error("the store of the index failed: {0}")]
    Store(#[from] heed::Error),
}

impl IndexError {
    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }
}

/// How new an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Number of the generation, from 1.
    pub generation: u64,
    /// How many changes were published since the generation was built.
    pub change: u64,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "generation {}, change {}", self.generation, self.change)
    }
}
