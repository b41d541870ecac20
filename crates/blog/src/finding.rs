//! What a person should know: lost, changed, repaired, doubtful.

use crate::{ItemRef, address::text_without_keys};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

/// A kind of finding. All of them stand in [`crate::codes`]; each has a page in `docs/errors/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Short and stable: area and number, e.g. `MED-001`.
    pub name: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The heading of its page.
    pub title: &'static str,
    /// What it means and why it happens, for the page.
    pub meaning: &'static str,
    /// What is asked for.
    pub remedy: Remedy,
    /// The next step for the owner, as a sentence. Empty where there is nothing to do.
    pub advice: &'static str,
}

/// How much a finding matters. The derived order runs from light to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know; nothing was lost.
    Note,
    /// Something looks different at the new home.
    Changed,
    /// Something stays behind or could not be read; it is named and kept aside.
    Lost,
    /// The move cannot be called complete until this is settled.
    Blocking,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Changed => "changed",
            Self::Lost => "lost",
            Self::Blocking => "blocking",
        })
    }
}

/// What an error or a finding asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// Nothing to do.
    Nothing,
    /// Try again later; repeating the command is enough.
    Retry,
    /// The owner decides or repairs.
    AskOwner,
    /// The operator of the platform or the server decides or repairs.
    AskOperator,
    /// The piece was skipped; the rest goes on.
    Skip,
    /// Nothing may go on before this is settled.
    Stop,
}

/// One finding about one move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Name of the [`Code`].
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// The item it is about.
    pub item: Option<ItemRef>,
    /// Where: file, entry, line, address. Never a secret, never a person's address.
    pub place: Option<String>,
    /// What happened and what was done, as a whole sentence.
    pub sentence: String,
    /// What to do next, as a sentence; empty where there is nothing to do.
    pub remedy: String,
}

impl Finding {
    /// A finding of `code` with its sentence.
    #[must_use]
    pub fn new(code: &Code, sentence: impl Into<String>) -> Self {
        Self {
            code: code.name.to_owned(),
            severity: code.severity,
            item: None,
            place: None,
            sentence: keyless(sentence.into()),
            remedy: code.advice.to_owned(),
        }
    }

    /// Names the item.
    #[must_use]
    pub fn about(mut self, item: ItemRef) -> Self {
        self.item = Some(item);
        self
    }

    /// Names the place.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(keyless(place.into()));
        self
    }
}

/// Findings are read by many; no key of an address stands in them.
fn keyless(text: String) -> String {
    match text_without_keys(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(clean) => clean,
    }
}
