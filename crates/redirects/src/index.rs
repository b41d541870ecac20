//! The index of old addresses.

use crate::known::{Know, Known};
use std::path::{Path, PathBuf};

/// Why the index could not answer.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// A file of the index could not be read or written.
    #[error("could not read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// Something in the index is not what was written.
    #[error("the index is damaged: {0}")]
    Damaged(&'static str),
}

/// The index of old addresses, open for reading. Answers from many threads; sees what is published while it is open.
#[derive(Debug)]
pub struct Index {
    generation: u64,
}

impl Index {
    /// Opens the index in `folder`.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        std::fs::read_dir(folder).map_err(|source| IndexError::Read {
            path: folder.to_owned(),
            source,
        })?;
        Ok(Self { generation: 0 })
    }
}

impl Know for Index {
    fn know(&self, _host: &str, _path_and_query: &str) -> Result<Known, IndexError> {
        Ok(Known::Foreign)
    }

    fn serves(&self, _host: &str) -> Result<bool, IndexError> {
        Ok(false)
    }

    fn generation(&self) -> u64 {
        self.generation
    }
}
