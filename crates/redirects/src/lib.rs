//! Old addresses and their answers, for years. Runs with everything else switched off.
//!
//! [`Index`] knows what became of every old address of every moved blog. What a visitor is answered, and by which server, is built
//! on what it knows.

pub mod answer;
mod index;
mod known;
mod limit;
mod metrics;
pub mod pages;
pub mod server;
mod tls;

pub use index::{Index, IndexError};
pub use known::{Closure, Know, Known, Moved, Standing};
