//! The laboratory behind `cargo xtask lab NAME [--seconds N] [--seed S]`.
//!
//! Each lab looks for one kind of broken promise for as long as it is given, and ends with one line a goal:
//! `goal value limit pass|fail` and the seed that repeats it. A lab proves that it is awake by planting known bugs
//! ([`points::Bug`]): `cargo xtask lab NAME --awake` runs it with each bug that it must catch.

mod blogs;
mod chance;
mod check;
mod feeds;
mod goal;
mod labs;
mod mover;
mod reading;
mod samples;
mod simulated;
mod virtual_zip;
mod work;

pub use goal::{Goal, Limit};
pub use labs::{LABS, Lab, handle_bomb};

use std::time::{Duration, Instant};

/// How many times its length a release check may take to come to its amounts.
const OVERTIME: u32 = 4;

/// How many times slower than a quiet machine a short run may be.
const LEISURE: f64 = 10.0;

/// What a lab is asked to do.
#[derive(Debug, Clone)]
pub struct Wish {
    /// How long it looks.
    pub time: Duration,
    /// Whether this is a release check: amounts are due, and it goes on beyond `time` until it has come to them.
    pub long: bool,
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
    /// What a run comes to at least: `amount` in a release check, something in a shorter one. How much a machine gets done in
    /// seconds depends on what else it does, and is no promise.
    fn due(&self, amount: f64) -> f64 {
        if self.long { amount } else { 1.0 }
    }

    /// What a figure may be that depends on how quick the machine is: `limit` in a release check, which has a machine to itself,
    /// and so many times that in a shorter one, which only has to notice what runs away.
    fn at_leisure(&self, limit: f64) -> f64 {
        if self.long { limit } else { LEISURE * limit }
    }

    /// Whether to go on, with `done` of `amount` done since `begun`. A release check on a slow machine takes longer, up to
    /// [`OVERTIME`] times its length.
    fn goes_on(&self, begun: Instant, done: f64, amount: f64) -> bool {
        let so_far = begun.elapsed();
        so_far < self.time || (self.long && done < amount && so_far < OVERTIME * self.time)
    }
}
