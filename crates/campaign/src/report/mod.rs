//! The account: what moved, what changed, what stayed behind and why. Made from ledger and findings, never from memory.

mod html;
mod readable;
mod verdict;
mod work;

pub use html::html;
pub use verdict::{Verdict, account, lines};
pub use work::{Labels, Work};

use crate::{Bundle, Error, survey::Counts};
use blog::{Finding, Kind, Profile};
use jiff::Timestamp;
use serde::Serialize;

/// The whole account of one transfer. `docs/report.schema.json` describes its JSON.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Version of this shape.
    pub schema: &'static str,
    /// The account as a whole.
    #[serde(flatten)]
    pub account: Account,
    /// One line for each item of the source.
    pub items: Vec<Line>,
}

impl Report {
    /// Makes the report of a bundle.
    ///
    /// # Errors
    /// When nothing was read into the bundle yet, or it cannot be read.
    pub fn of(bundle: &Bundle) -> Result<Self, Error> {
        let mut items = Vec::new();
        lines(bundle, |line| {
            items.push(line);
            Ok(())
        })?;
        Ok(Self {
            schema: "rehome-report/1",
            account: account(bundle)?,
            items,
        })
    }
}

/// The account as a whole.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// What it is of.
    #[serde(skip)]
    pub work: Work,
    /// One sentence that says how the move ended.
    pub sentence: String,
    /// The same as a word.
    pub verdict: Verdict,
    /// Name of the source.
    pub source: String,
    /// The input as the owner typed it.
    pub input: String,
    /// The blog.
    pub profile: Profile,
    /// Front page of the new home, if there is one yet.
    pub new_home: Option<String>,
    /// What runs there.
    pub software: Option<String>,
    /// When the new home was last read back whole.
    pub verified_at: Option<Timestamp>,
    /// How many of each kind.
    pub counts: Tally,
    /// How many old addresses lead to items.
    pub old_addresses: u64,
    /// What a person should know, the gravest first.
    pub findings: Vec<Finding>,
}

/// How many of each kind, at each step. `source = verified + left + open`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Read from the source.
    pub source: Counts,
    /// Taken by the new home.
    pub placed: Counts,
    /// Read back there (or left as somebody changed it there).
    pub verified: Counts,
    /// Stayed behind, with a reason.
    pub left: Counts,
    /// Neither: what makes a move incomplete.
    pub open: Counts,
}

/// One item of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its kind.
    pub kind: Kind,
    /// Its id at the source.
    pub id: String,
    /// How a person names it.
    pub title: String,
    /// Every address the old home answered for it.
    pub old_addresses: Vec<String>,
    /// Its address at the new home.
    pub new_address: Option<String>,
    /// A [`State`](crate::bundle::State) of the ledger, else `left` or `open`.
    pub state: String,
    /// Why, when it is not simply there.
    pub reason: Option<String>,
}
