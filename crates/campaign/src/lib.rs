//! The engine: one transfer's stages, its bundle, its ledger, its report.
//!
//! What is absent here on purpose: platform names, HTTP, the clock. Sources, destinations, the time and the watcher are
//! passed in; foreign HTML is left to `blog`.
//!
//! * [`bundle`]: one transfer's belongings on disk
//! * [`survey`]: count without keeping
//! * [`transfer`]: the stages, each a module
//! * [`report`]: the account, for people and machines
//! * [`mod@archive`]: a blog kept whole, without a new home
//! * [`watch`]: what the engine tells while it works

pub mod archive;
pub mod bundle;
pub mod error;
pub mod report;
pub mod survey;
pub mod transfer;
pub mod watch;

pub use bundle::Bundle;
pub use error::Error;
pub use transfer::{Choices, Stage, Style};
pub use watch::Watch;
