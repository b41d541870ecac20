//! Notes that visitors left in a guestbook.

use crate::{Moment, Person};
use serde::{Deserialize, Serialize};

/// One note in the guestbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GuestbookEntry {
    /// Stable id at the source.
    pub id: String,
    /// Who left it.
    pub author: Person,
    /// When.
    pub written: Option<Moment>,
    /// HTML as the source delivered it.
    pub body: String,
}
