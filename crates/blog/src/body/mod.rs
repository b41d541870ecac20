//! HTML bodies: find what they refer to, rewrite it, turn them into blocks, compare them.

pub mod blocks;
pub(crate) mod characters;
mod comments;
pub mod compare;
mod delimiter;
pub mod edits;
pub mod everywhere;
pub mod own_blocks;
mod pictures;
pub mod references;
pub(crate) mod scan;
pub mod text;
pub(crate) mod tree;

pub use blocks::{to_blocks, to_classic};
pub use comments::to_comment;
pub use compare::{Difference, compare, fingerprint};
pub use edits::{Edit, address_edits};
pub use everywhere::{TextOf, references_everywhere, rewrite_everywhere};
pub use references::{Reference, ReferenceKind, references, rewrite};
pub use text::{plain_lines, plain_text, resolve};
