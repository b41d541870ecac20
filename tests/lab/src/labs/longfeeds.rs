//! `longfeeds`: an export of Blogger, an RSS feed and a JSON Feed that no memory would hold, read entry by entry.

use super::Lab;
use super::bigzip::{Counts, forget_peak, memory_mib};
use crate::reading;
use crate::{Goal, Wish};
use anyhow::{Context, Result};
use platforms::{input, sources};
use std::fs::File;
use std::io::{BufWriter, Write};
use world::generate::{Feed, feed_of_bytes};

pub(super) const LAB: Lab = Lab {
    name: "longfeeds",
    about: "an export of Blogger, RSS and a JSON Feed of 2 GB each, within 128 MiB of memory; a tenth of it in a short run",
    short: 10,
    long: 300,
    wordpress: false,
    catches: &[points::Bug::HoldAnEntry],
    run,
};

const BYTES: u64 = 2 << 30;
/// How much smaller the short form is; the limit stays, and a feed that is held whole does not keep it.
const SHORT_FORM: u64 = 10;
const MEMORY_MIB: f64 = 128.0;

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let bytes = if wish.long { BYTES } else { BYTES / SHORT_FORM };
    let mut goals = Vec::new();
    for (name, feed) in [
        ("Blogger", Feed::Blogger),
        ("RSS", Feed::Rss),
        ("JSON", Feed::Json),
    ] {
        goals.extend(read(name, feed, wish.seed, bytes)?);
    }
    Ok(goals)
}

fn read(name: &str, feed: Feed, seed: u64, bytes: u64) -> Result<[Goal; 2]> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("feed.xml");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
    let written = feed_of_bytes(&mut out, feed, seed, bytes)?;
    out.flush()?;
    drop(out);
    forget_peak();
    let mut opened = input::open(
        path.to_str().context("a path")?,
        reading::fetcher(),
        reading::options(),
    )?;
    let peek = opened.peek()?;
    let source = sources::recognise(&peek.lend()).context("the feed was not recognised")?;
    drop(peek);
    let mut counts = Counts::default();
    source.read(&mut opened, &mut counts)?;
    let peak = memory_mib("VmHWM:")?;
    eprintln!("longfeeds: {name}: {written} posts, {peak:.0} MiB at most");
    Ok([
        Goal::never(&format!("{name}: posts not read"), written - counts.posts),
        Goal::at_most(&format!("{name}: peak memory, MiB"), peak, MEMORY_MIB),
    ])
}
