//! Findings of the area `tidy`.
use crate::Code;

/// The codes of this area.
pub const ALL: &[&Code] = &[];
