//! Lists: books, music, films, blogs, anything.

use crate::{Audience, Moment};
use serde::{Deserialize, Serialize};

/// A list of a Space.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// Stable id at the source.
    pub id: String,
    /// Title as plain text.
    pub title: String,
    /// The platform's word for what it holds (`book`, `music`, `blog`, `custom`).
    pub topic: Option<String>,
    /// The entries in order.
    pub entries: Vec<ListEntry>,
    /// Every address the old home answered for this list.
    pub addresses: Vec<String>,
    /// When it was last changed.
    pub updated: Option<Moment>,
    /// Who may see it.
    pub audience: Audience,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListEntry {
    /// Title as plain text.
    pub title: String,
    /// The owner's note as plain text.
    pub note: Option<String>,
    /// Where it leads.
    pub address: Option<String>,
    /// Author, artist or director.
    pub by: Option<String>,
}
