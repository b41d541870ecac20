//! `rehome survey` of a 2 GB WordPress export: how fast one core reads, and what memory it takes. It is read twice.

use super::figures::{Figure, Figures};
use super::meter::watch_program;
use super::{Wishes, say};
use anyhow::{Context, Result};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::Command;

const BENCH: &str = "wxr";

/// Megabytes of the file that one core shall read in a second, both passes together.
pub(super) const GOAL_MB_PER_SECOND: f64 = 100.0;

pub(super) fn run(wishes: &Wishes, figures: &mut Figures) -> Result<()> {
    let export = wishes.work.join("export.xml");
    say(&format!(
        "writing a WordPress export of {} MB",
        wishes.megabytes
    ));
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&export)?);
    world::generate::wxr_of_bytes(&mut out, 1, wishes.megabytes << 20)?;
    out.flush()
        .with_context(|| format!("could not write {}", export.display()))?;
    drop(out);
    let bytes = export.metadata()?.len() as f64;
    let mut survey = Command::new(&wishes.program);
    survey.args(["--quiet", "--json", "survey"]).arg(&export);
    let needed = watch_program(&mut survey, &[0])?;
    std::fs::remove_file(&export)?;
    let speed = Figure::new(BENCH, "read by one core", bytes / 1e6 / needed.cpu, "MB/s");
    figures.add(speed.at_least(GOAL_MB_PER_SECOND));
    let clock = format!("{} MB by the clock", wishes.megabytes);
    figures.add(Figure::new(BENCH, &clock, needed.wall, "s"));
    let memory = Figure::new(BENCH, "memory", needed.peak_mib, "MiB");
    figures.add(memory.at_most(super::memory::GOAL_MIB));
    Ok(())
}
