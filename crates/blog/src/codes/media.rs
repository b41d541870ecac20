//! Findings of the area `media`.
use crate::Code;

/// The codes of this area.
pub const ALL: &[&Code] = &[];
