//! Old addresses and their answers, for years. Runs with everything else switched off.
//!
//! [`Index`] knows what became of every old address of every moved blog. What a visitor is answered, and by which server, is built
//! on what it knows.
//!
//! * `asked`: what an old address asks for
//! * `record`, [`Builder`], [`publish`]: how blogs come into the index
//! * `block`, `words`, `target`: how a blog is written
//! * `segment`, `generation`, `changes`, `folder`: what lies on disk
//! * `index`: open, and answering
//! * [`answer`], [`pages`]: what a visitor is answered
//! * [`server`], `tls`, `limit`, `metrics`: the server

pub mod answer;
mod asked;
mod block;
mod build;
mod carry;
mod changes;
mod error;
pub mod export;
mod folder;
mod generation;
mod index;
mod known;
mod limit;
mod metrics;
mod name;
pub mod pages;
mod place;
mod record;
mod scan;
mod segment;
pub mod server;
mod target;
mod tls;
mod words;

#[doc(hidden)]
pub use block::{blocks_of, read_block};
pub use build::{Builder, Listener};
pub use carry::{Receiver, receive, send};
pub use changes::publish;
pub use error::{IndexError, Position};
pub use generation::{Manifest, Part};
pub use index::{Awaited, Index, Rule, Stats};
pub use known::{Closure, Condition, Know, Known, Moved, Standing};
pub use name::Name;
pub use place::{BucketPlace, BucketSettings, Place};
pub use record::{Entry, Fate, Key, NO_DAY, Record, Target, Thing};
