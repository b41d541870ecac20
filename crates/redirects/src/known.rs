//! What the index knows of an old address, in the words the server answers with.

use crate::IndexError;
use http::StatusCode;

/// What is known of one old address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// It has a new address.
    Moved(Moved),
    /// It was deleted.
    Gone {
        /// What of it.
        what: Closure,
        /// Whether the move of its blog may still be undone, and with it this answer.
        standing: Standing,
    },
    /// Its blog is to move and has not moved yet: the old home still answers, or will again.
    Waiting,
    /// It stands on a host of a platform that closed, and its blog did not move.
    Closed,
    /// Its blog moved, and there never was such an address in it, as far as the ledger knows.
    Unknown {
        /// The new address of what lies nearest to it: the entry with the next number, or the blog.
        nearest: Option<String>,
    },
    /// A host that is not served here.
    Foreign,
}

/// Where something lives now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its new address: absolute, `http` or `https`, ASCII without blanks and control characters. Always one that a ledger
    /// published, or a feed of one.
    pub target: String,
    /// Whether the move may still be undone.
    pub standing: Standing,
    /// Whether the old address was a feed.
    pub feed: bool,
}

/// Whether a move may still be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It stands for good.
    Final,
    /// Its undo is still open.
    Undoable,
}

impl Standing {
    /// The status of a redirect to what stands so, for a request that only `reads` or for another one. Pages and feeds alike: a
    /// permanent answer is remembered, and nobody could take it back.
    #[must_use]
    pub fn status(self, reads: bool) -> StatusCode {
        match (self, reads) {
            (Self::Final, true) => StatusCode::MOVED_PERMANENTLY,
            (Self::Final, false) => StatusCode::PERMANENT_REDIRECT,
            (Self::Undoable, true) => StatusCode::FOUND,
            (Self::Undoable, false) => StatusCode::TEMPORARY_REDIRECT,
        }
    }
}

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Closure {
    /// The whole blog.
    Blog,
    /// One item of a blog that lives on.
    Item,
}

/// How it stands with what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// As it should be.
    Sound,
    /// What was known before is answered; what came later cannot be taken, and why.
    Behind(String),
    /// Nothing can be answered, and why.
    Absent(String),
}

/// Knows old addresses. The server asks through this door, so that its tests need no index on disk.
pub trait Know: Send + Sync {
    /// What is known of the address of `host` (as in a Host header, port allowed) and `path_and_query` (as in a request line).
    ///
    /// # Errors
    /// When what is known cannot be read or is damaged; to be answered with 503, never with a redirect.
    fn know(&self, host: &str, path_and_query: &str) -> Result<Known, IndexError>;

    /// Whether addresses of `host` are answered here, so that a certificate may be asked for.
    ///
    /// # Errors
    /// When what is known cannot be read or is damaged.
    fn serves(&self, host: &str) -> Result<bool, IndexError>;

    /// The number of the generation that answers, for metrics and readiness.
    fn generation(&self) -> u64;

    /// How it stands, for the operator and for balancers.
    fn condition(&self) -> Condition {
        Condition::Sound
    }
}
