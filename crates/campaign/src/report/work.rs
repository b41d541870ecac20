//! What an account is of, and the words for it: a move, files that somebody has still to import, a repair.

use crate::{Bundle, Error, bundle::Fact, transfer::repair::is_repair};
use blog::doors::NewHome;

/// What an account is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A blog went to a new home.
    Move,
    /// Files were written for WordPress's importer.
    Files,
    /// A blog was put right where it stands.
    Repair,
}

/// How the account speaks.
pub struct Labels {
    /// What it is of.
    pub of: &'static str,
    /// Before the address of the home.
    pub at: &'static str,
    /// Whether the input is another place than the home.
    pub came_from: bool,
    /// Before the day of the last reading back.
    pub read_back: &'static str,
    /// The columns of the table: what there was, what is there now, what is not, and what is still to be done.
    pub columns: [&'static str; 4],
    /// What the second column means.
    pub means: &'static str,
    /// Heading of what was lost.
    pub lost: &'static str,
    /// Heading of what changed.
    pub changed: &'static str,
}

const MOVE: Labels = Labels {
    of: "move",
    at: "to",
    came_from: true,
    read_back: "; the new home was read back on",
    columns: ["Old home", "Arrived", "Stayed behind", "Open"],
    means: "Arrived means read back at the new home and compared.",
    lost: "What did not come along, and why",
    changed: "What changed",
};

const FILES: Labels = Labels {
    of: "writing into import files",
    at: "for",
    read_back: "; the files were read back on",
    columns: ["Old home", "In the files", "Stayed behind", "Open"],
    means: "In the files means read back from them and compared; nothing has been imported by that.",
    ..MOVE
};

const REPAIR: Labels = Labels {
    of: "repair",
    at: "at",
    came_from: false,
    read_back: "; it was read back on",
    columns: ["Broken", "Put right", "Stays so", "Open"],
    means: "Put right means read back there and compared.",
    lost: "What could not be put right, and why",
    changed: "What to look at",
};

impl Work {
    pub(super) fn of(bundle: &Bundle) -> Result<Self, Error> {
        let home: Option<NewHome> = bundle.fact(Fact::Home)?;
        Ok(if is_repair(bundle)? {
            Self::Repair
        } else if home.is_some_and(|home| home.is_files()) {
            Self::Files
        } else {
            Self::Move
        })
    }

    /// Its words.
    #[must_use]
    pub fn labels(self) -> &'static Labels {
        match self {
            Self::Move => &MOVE,
            Self::Files => &FILES,
            Self::Repair => &REPAIR,
        }
    }
}
