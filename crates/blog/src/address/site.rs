//! Exact addresses under a blog's roots (Typepad, Movable Type and others without structure).
use super::Meaning;

/// What `address` means for the blog under `roots`.
#[must_use]
pub fn meaning(_address: &str, _roots: &[String]) -> Meaning {
    Meaning::Foreign
}
