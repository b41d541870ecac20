//! The source as a whole.
