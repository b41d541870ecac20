//! Photo albums.

use crate::{Audience, Moment};
use serde::{Deserialize, Serialize};

/// An album: an ordered set of photos.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Album {
    /// Stable id at the source (a Space's object number).
    pub id: String,
    /// Title as plain text.
    pub title: String,
    /// Description as plain text.
    pub description: Option<String>,
    /// Ids of `Media`, in the album's own order.
    pub photos: Vec<String>,
    /// Every address the old home answered for this album.
    pub addresses: Vec<String>,
    /// When it was last changed.
    pub updated: Option<Moment>,
    /// Who may see it.
    pub audience: Audience,
}
