//! `rehome survey` of a 1 GB export: how fast one core reads, and what an owner waits.

use super::figures::{Figure, Figures};
use super::meter::{Needed, watch_program};
use super::{Wishes, exports, median, say};
use anyhow::Result;
use std::process::Command;

const BENCH: &str = "survey";

const BYTES: u64 = 1 << 30;

/// Megabytes that one core shall read in a second.
const GOAL_MB_PER_SECOND: f64 = 150.0;

/// Runs; each takes some seconds.
const ROUNDS_MAX: usize = 3;

pub(super) fn run(wishes: &Wishes, figures: &mut Figures) -> Result<()> {
    let export = exports::large_file(&wishes.work, BYTES)?;
    let bytes = export.metadata()?.len() as f64;
    let mut runs: Vec<Needed> = Vec::new();
    for round in 1..=wishes.rounds.clamp(1, ROUNDS_MAX) {
        say(&format!("survey of {:.0} MB, round {round}", bytes / 1e6));
        let mut survey = Command::new(&wishes.program);
        survey.args(["--quiet", "--json", "survey"]).arg(&export);
        runs.push(watch_program(&mut survey, &[0])?);
    }
    let middle = |of: fn(&Needed) -> f64| median(&runs.iter().map(of).collect::<Vec<_>>());
    figures.add(
        Figure::new(
            BENCH,
            "read by one core",
            bytes / 1e6 / middle(|run| run.cpu),
            "MB/s",
        )
        .at_least(GOAL_MB_PER_SECOND),
    );
    figures.add(Figure::new(
        BENCH,
        "1 GB by the clock",
        middle(|run| run.wall),
        "s",
    ));
    figures.add(
        Figure::new(BENCH, "memory", middle(|run| run.peak_mib), "MiB")
            .at_most(super::memory::GOAL_MIB),
    );
    Ok(())
}
