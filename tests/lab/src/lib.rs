//! The laboratory behind `cargo xtask lab NAME [--seconds N] [--seed S]`.
//!
//! Each lab looks for one kind of broken promise for as long as it is given, and ends with one line a goal:
//! `goal value limit pass|fail` and the seed that repeats it. A lab proves that it is awake by planting known bugs
//! ([`points::Bug`]): `cargo xtask lab NAME --awake` runs it with each bug that it must catch.

mod blogs;
mod chance;
mod check;
mod goal;
mod labs;
mod mover;
mod reading;
mod samples;
mod simulated;
mod virtual_zip;

pub use goal::{Goal, Limit};
pub use labs::{LABS, Lab, handle_bomb};

use std::time::Duration;

/// What a lab is asked to do.
#[derive(Debug, Clone)]
pub struct Wish {
    /// How long it may look.
    pub time: Duration,
    /// Where its chance begins; the same seed gives the same run, as far as the machine allows.
    pub seed: u64,
    /// An executable of Rehome with kill points armed, for labs that run the real thing.
    pub rehome: std::path::PathBuf,
    /// The JSON line of a real WordPress (`site.sh up`), for labs that need one.
    pub site: Option<std::path::PathBuf>,
    /// The one thing to look at, for labs that look at several.
    pub target: Option<String>,
}

/// Runs `work` without a word about panics: labs count them.
pub(crate) fn quiet_panics<T>(work: impl FnOnce() -> T) -> T {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let done = work();
    std::panic::set_hook(before);
    done
}

/// Where inputs lie that `fuzz` found once.
pub(crate) fn found_folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/odd/found")
}

impl Wish {
    /// What a run comes to at least: `amount` at the length of a release check, something in a shorter one. How much a machine
    /// gets done in seconds depends on what else it does, and is no promise.
    fn due(&self, amount: f64, long_seconds: u64) -> f64 {
        if self.time.as_secs() >= long_seconds {
            amount
        } else {
            1.0
        }
    }
}
