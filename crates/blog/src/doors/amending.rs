//! What stands at a home and was there before us, and how it is put right in its place.

use crate::body::TextOf;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is asked for of what stands at a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingOf {
    /// Posts, pages, menus and their entries, patterns.
    Posts,
    /// Comments.
    Comments,
}

/// A post, page, entry of a menu or comment as it stands at a home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Its id there.
    pub id: u64,
    /// Whether it is a page.
    pub page: bool,
    /// Whether it is an entry of a menu: its content is the address that it leads to.
    #[serde(default)]
    pub menu_entry: bool,
    /// For a comment, the post that it stands under.
    #[serde(default)]
    pub comment_on: Option<u64>,
    /// Its state in WordPress's words: `publish`, `future`, `private`, `draft`, `pending`. A shown comment has that of its post.
    pub status: String,
    /// Whether a password stands before it.
    pub locked: bool,
    /// When it was published.
    pub date_utc: Option<Timestamp>,
    /// Title; of a comment the name of its author.
    pub title: String,
    /// Permalink; empty where it has no page of its own.
    pub address: String,
    /// Raw content.
    pub content: String,
    /// Raw excerpt.
    pub excerpt: String,
    /// The home's hash of content and excerpt.
    pub hash: String,
    /// Custom fields that hold one of the words asked for.
    pub fields: Vec<Field>,
    /// Whether we amended it before, and whether somebody changed it since.
    pub left: Left,
}

/// What became of our amendment since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Left {
    /// It was never amended.
    Never,
    /// It reads as we left it.
    AsLeft,
    /// Somebody changed it.
    Edited,
}

/// A custom field of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its id there: a post may have several of one name.
    pub id: u64,
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

impl Standing {
    /// What its content and excerpt are.
    #[must_use]
    pub fn text_of(&self) -> TextOf {
        match (self.menu_entry, self.comment_on) {
            (true, _) => TextOf::Address,
            (false, Some(_)) => TextOf::Comment,
            (false, None) => TextOf::Post,
        }
    }

    /// Whether its owner keeps it from readers. What only waits (a draft, a held comment) is read by everyone once it is let through, and
    /// nobody looks at its addresses again then.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.status == "private"
    }

    /// Whether everyone sees it now.
    #[must_use]
    pub fn is_public(&self) -> bool {
        !self.locked && self.status == "publish"
    }
}

/// A post or comment that stood at the home before us, as it shall read: other addresses in the same text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AmendThing {
    /// Its id there.
    pub id: u64,
    /// The home's hash of what was read: another one means that somebody changed it meanwhile, and it is left.
    #[serde(skip)]
    pub was: String,
    /// Content.
    pub content: String,
    /// Excerpt.
    pub excerpt: String,
    /// Custom fields with other values.
    pub fields: Vec<FieldChange>,
}

/// A custom field that gets another value, as long as it has the one that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Its id there.
    pub id: u64,
    /// The value that was read.
    pub was: String,
    /// The value it shall have.
    pub value: String,
}
