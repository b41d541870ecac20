//! Why a transfer cannot go on.

use blog::{
    Remedy,
    doors::{Halt, ReadError, WriteError},
};

/// Why a transfer cannot go on. A piece that fails alone is a finding, not an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The new home did not do what it was asked.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The bundle on disk is not usable.
    #[error("could not use the bundle {folder}: {what}")]
    Bundle {
        /// Its folder.
        folder: String,
        /// What is wrong.
        what: String,
    },
    /// A row of the bundle could not be read or written.
    #[error("could not read or write the bundle")]
    Store(#[from] rusqlite::Error),
    /// What a row holds is not what this version writes.
    #[error("could not read a row of the bundle")]
    Row(#[from] serde_json::Error),
    /// A file of the bundle could not be read or written.
    #[error("could not read or write a file of the bundle")]
    File(#[from] std::io::Error),
    /// The move was taken back by undo, and nobody asked for it afresh.
    #[error("this was taken back by undo; nothing is placed again unless it is asked for")]
    Undone,
    /// The owner asked to stop. Everything done so far is kept.
    #[error("stopped on request")]
    Interrupted,
}

impl Error {
    /// What the error asks for.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Read(error) => error.remedy(),
            Self::Write(error) => error.remedy(),
            Self::Bundle { .. } | Self::Undone => Remedy::AskOwner,
            Self::Store(_) | Self::Row(_) | Self::File(_) => Remedy::Stop,
            Self::Interrupted => Remedy::Retry,
        }
    }
}

impl Error {
    /// Tells a stop on request from a failure, wherever it was noticed first.
    #[must_use]
    pub fn normalised(self) -> Self {
        match self {
            Self::Read(ReadError::Halt(Halt::Asked)) => Self::Interrupted,
            other => other,
        }
    }
}
