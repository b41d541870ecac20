//! Findings of the area `verify`.
use crate::Code;

/// The codes of this area.
pub const ALL: &[&Code] = &[];
