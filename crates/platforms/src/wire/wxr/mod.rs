//! WXR, WordPress's own export format: RSS 2.0 with elements of its own, versions 1.0 to 1.2.
//!
//! * [`cut`]: a file of any size into the children of its channel, and a piece into its children
//! * [`record`]: the children as plain records: items, comments, terms, authors
//! * [`write`]: the same records as text that WordPress's importer reads

pub mod cut;
pub mod record;
pub mod write;

pub use cut::{Piece, Splitter};
pub use record::{Author, Category, Comment, Item, Meta, Term, moment, number};

#[cfg(test)]
mod tests;
