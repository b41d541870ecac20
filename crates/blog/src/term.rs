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
        }
    }
}

/// A tag. Its id is its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The name, decoded exactly once.
    pub name: String,
}
