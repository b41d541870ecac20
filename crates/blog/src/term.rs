//! Categories and tags.

use serde::{Deserialize, Serialize};

/// A category. Sources may name the same category many times; the intake merges by `id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Stable id at the source. Where the platform has none, the name itself.
    pub id: String,
    /// The name, decoded exactly once, in the blog's own language.
    pub name: String,
    /// Id of the parent category.
    pub parent: Option<String>,
    /// The last part of the old address, where the platform had one.
    pub slug: Option<String>,
    /// A sentence about the category.
    pub description: Option<String>,
    /// Whether the old home showed its name to everyone, also while nothing is filed under it, and nothing that was hidden from readers
    /// is.
    #[serde(default, skip_serializing_if = "is_not")]
    pub listed: bool,
}

fn is_not(listed: &bool) -> bool {
    !*listed
}

impl Category {
    /// A category of a platform that knows only names.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            parent: None,
            slug: None,
            description: None,
            listed: false,
        }
    }
}

/// A tag. Its id is its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The name, decoded exactly once.
    pub name: String,
    /// As of a category.
    #[serde(default, skip_serializing_if = "is_not")]
    pub listed: bool,
}

impl Tag {
    /// A tag that is known by what carries it.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            listed: false,
        }
    }
}
