//! Findings of the area `movable_type`.
use crate::Code;

/// The codes of this area.
pub const ALL: &[&Code] = &[];
