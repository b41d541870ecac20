//! The index as a whole.

mod answers;
mod properties;
mod support;
