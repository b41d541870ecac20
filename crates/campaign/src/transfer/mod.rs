//! One transfer: a blog going to one new home, stage by stage. Every stage may be stopped anywhere and run again.

mod arrive;
mod body_links;
mod compose;
mod file_names;
mod guestbook;
mod links;
mod order;
mod pack;
mod patience;
mod place;
pub mod repair;
mod settle;
mod steps;
mod tidy;
mod undo;
pub mod verify;

pub use arrive::arrive;
pub(crate) use compose::public_url;
pub(crate) use file_names::extension;
pub use links::GUESTBOOK_PAGE;
pub use pack::{PackSettings, pack};
pub use place::{Done, place};
pub use steps::{STEPS, Step};
pub use tidy::tidy;
pub use undo::{Undone, undo};
pub use verify::{verify, verify_imported};

use blog::{audience::Reach, doors::SiteWishes};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// In [`Choices::custom_fields`]: every custom field.
pub const ALL_FIELDS: &str = "all";

/// Part of a transfer and the unit of its findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Count without keeping.
    Survey,
    /// Read everything into the bundle, pictures included.
    Pack,
    /// Repair the bodies.
    Tidy,
    /// Put everything into the new home.
    Place,
    /// Rewrite links between own posts.
    Relink,
    /// Read the new home back and compare.
    Verify,
    /// Take away what was placed.
    Undo,
}

impl Stage {
    /// The word in the bundle and on the terminal.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Survey => "survey",
            Self::Pack => "pack",
            Self::Tidy => "tidy",
            Self::Place => "place",
            Self::Relink => "relink",
            Self::Verify => "verify",
            Self::Undo => "undo",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the owner chose for the move. Kept in the bundle, so that a second run does the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// Classic HTML or blocks.
    pub style: Style,
    /// Whether the owner said that what friends could see may be public at the new home.
    pub friends_become_public: bool,
    /// Author's name at the old home -> login at the new one.
    pub authors: BTreeMap<String, String>,
    /// Time zone for dates whose zone the source does not say; overrules the source's own word.
    pub time_zone: Option<String>,
    /// Custom fields of posts that may stand where everyone can come to see them, by name; [`ALL_FIELDS`] means all.
    pub custom_fields: BTreeSet<String>,
    /// Whether title and tagline, language and time zone of the old home become those of the new one.
    pub carry_site: bool,
    /// Whether what is gone at the source goes at the new home, too. For one run: it is asked each time.
    #[serde(skip)]
    pub follow_deletions: bool,
    /// Whether what was taken away from the new home, by its owner or by undo, is placed again. For one run.
    #[serde(skip)]
    pub again: bool,
}

impl Choices {
    /// Whether title and tagline may stand where everyone reads them.
    #[must_use]
    pub fn names_are_open(&self, profile: &blog::Profile) -> bool {
        Reach::of(profile.audience, profile.audience)
            .on_the_owners_word(self.friends_become_public)
            .open()
            .is_some()
    }

    /// Whether the owner named a custom field.
    #[must_use]
    pub fn names_field(&self, name: &str) -> bool {
        [name, ALL_FIELDS]
            .iter()
            .any(|named| self.custom_fields.contains(*named))
    }

    /// What the new home shall be told about the blog as a whole. WordPress shows title and tagline to everyone, so those of a
    /// restricted blog are not among it.
    #[must_use]
    pub fn site_wishes(&self, profile: &blog::Profile) -> Option<SiteWishes> {
        let open = self.names_are_open(profile);
        let name = |words: &str| (open && !words.is_empty()).then(|| words.to_owned());
        self.carry_site.then(|| SiteWishes {
            title: name(&profile.title),
            tagline: name(&profile.tagline),
            language: profile.language.clone(),
            time_zone: self.time_zone.clone().or_else(|| profile.time_zone.clone()),
        })
    }
}

/// How bodies are written at the new home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Blocks for what maps cleanly, a classic block for the rest.
    #[default]
    Blocks,
    /// Classic HTML.
    Classic,
}
