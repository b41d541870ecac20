//! The blogroll.

use serde::{Deserialize, Serialize};

/// One link of the blogroll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Stable id: the address.
    pub id: String,
    /// What it says.
    pub title: String,
    /// Where it leads.
    pub address: String,
    /// The owner's note.
    pub note: Option<String>,
    /// The group it stands in.
    pub group: Option<String>,
}
