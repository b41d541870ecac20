//! Findings of the area `place`.
use crate::Code;

/// The codes of this area.
pub const ALL: &[&Code] = &[];
