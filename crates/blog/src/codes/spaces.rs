//! Findings of the area `spaces`.
use crate::Code;

/// The codes of this area.
pub const ALL: &[&Code] = &[];
