//! `rehome survey` of a Blogger export, an RSS feed and a JSON Feed of 2 GB each: how fast one core reads, and what memory it takes. The
//! export is read three times, for its settings, its posts and its comments; the feeds twice.

use super::figures::{Figure, Figures};
use super::meter::watch_program;
use super::{Wishes, say};
use anyhow::{Context, Result};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::Command;
use world::generate::{Feed, feed_of_bytes};

const BENCH: &str = "feeds";

pub(super) fn run(wishes: &Wishes, figures: &mut Figures) -> Result<()> {
    let feeds = [
        ("Blogger", Feed::Blogger, "feed.xml"),
        ("RSS", Feed::Rss, "feed.xml"),
        ("JSON", Feed::Json, "feed.json"),
    ];
    for (name, feed, file) in feeds {
        let path = wishes.work.join(file);
        say(&format!("writing {} MB of {name}", wishes.megabytes));
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        feed_of_bytes(&mut out, feed, 1, wishes.megabytes << 20)?;
        out.flush()
            .with_context(|| format!("could not write {}", path.display()))?;
        drop(out);
        let bytes = path.metadata()?.len() as f64;
        let mut survey = Command::new(&wishes.program);
        survey.args(["--quiet", "--json", "survey"]).arg(&path);
        let needed = watch_program(&mut survey, &[0])?;
        std::fs::remove_file(&path)?;
        let read = format!("{name}: read by one core");
        let speed = Figure::new(BENCH, &read, bytes / 1e6 / needed.cpu, "MB/s");
        figures.add(speed.at_least(super::wxr::GOAL_MB_PER_SECOND));
        let clock = format!("{name}: {} MB by the clock", wishes.megabytes);
        figures.add(Figure::new(BENCH, &clock, needed.wall, "s"));
        let memory = Figure::new(BENCH, format!("{name}: memory"), needed.peak_mib, "MiB");
        figures.add(memory.at_most(super::memory::GOAL_MIB));
    }
    Ok(())
}
