//! Findings of the area `input`.
use crate::Code;

/// The codes of this area.
pub const ALL: &[&Code] = &[];
