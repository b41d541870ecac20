//! The list of labs. A new one is a file, a `mod` line and a line in [`LABS`]: `crash::LAB`.

mod bigzip;
mod bombs;
mod canary;
mod crash;
mod crash_wordpress;
mod drift;
mod exactly_once;
mod fuzz;
mod hostile;
mod killers;
mod killpoints;
mod longfeeds;
mod odd;
pub(crate) mod privacy;
mod readback;
mod redirects;
mod rerun;
mod truncate;

use crate::{Goal, Wish};
use anyhow::Result;
pub use bombs::handle as handle_bomb;

/// One lab.
pub struct Lab {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it looks for, as a sentence.
    pub about: &'static str,
    /// Seconds in `./test`; 0 where less than the long run shows nothing, and `all` leaves it to `--long`.
    pub short: u64,
    /// Seconds in `./test --long`.
    pub long: u64,
    /// Whether it needs a real WordPress.
    pub wordpress: bool,
    /// Bugs it must catch.
    pub catches: &'static [points::Bug],
    /// Looks.
    pub run: fn(&Wish) -> Result<Vec<Goal>>,
}

/// All labs, in the order of the goals of the plan.
pub const LABS: &[Lab] = &[
    crash::LAB,
    crash_wordpress::LAB,
    killpoints::LAB,
    killers::LAB,
    exactly_once::LAB,
    rerun::LAB,
    drift::LAB,
    fuzz::LAB,
    truncate::LAB,
    odd::LAB,
    bigzip::LAB,
    longfeeds::LAB,
    bombs::LAB,
    hostile::LAB,
    privacy::LAB,
    canary::LAB,
    canary::WITHOUT_PLUGIN,
    readback::LAB,
    redirects::LAB,
    redirects::OLD,
];
