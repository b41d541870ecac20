//! `cargo xtask bench`: what a move costs the destination, ourselves and the owner's patience. Measured, never a test: nothing
//! fails because it was slow, a goal is only met or not.
//!
//! * `figures`: one measured figure, the table, the JSON lines
//! * `meter`: processor time and memory of other processes
//! * `site`: the WordPress that is measured, and PHP's own loops in it
//! * `exports`: blogs and photos of any size
//! * `text`, `media`, `survey`, `wxr`, `feeds`, `memory`, `download`, `stages`, `redirects`: one bench each

mod download;
mod exports;
mod feeds;
mod figures;
mod media;
mod memory;
mod meter;
mod redirects;
mod site;
mod stages;
mod survey;
mod text;
mod wxr;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use figures::Figures;
use std::path::{Path, PathBuf};

/// What shall be measured.
#[derive(Args)]
pub(crate) struct Wishes {
    /// What to measure; everything when nothing is named
    #[arg(value_enum)]
    benches: Vec<Bench>,
    /// One JSON object a line: bench, metric, value, unit, against, ratio, goal, met
    #[arg(long)]
    json: bool,
    /// Times that short measurements are repeated; their medians count
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// File with the line that `site.sh up` printed
    #[arg(long, default_value = ".rehome/bench/site.json")]
    site: PathBuf,
    /// The program to measure as a whole
    #[arg(long, default_value = "target/shipped/rehome")]
    program: PathBuf,
    /// Folder for generated blogs, photos and bundles
    #[arg(long, default_value = ".rehome/bench/work")]
    work: PathBuf,
    /// Blogs that the text bench moves
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "small,medium,large"
    )]
    blogs: Vec<exports::Blog>,
    /// Old addresses that the redirects bench serves
    #[arg(long, default_value_t = 1_000_000)]
    size: u64,
    /// Megabytes of the export and of each feed that the wxr and feeds benches read
    #[arg(long, default_value_t = 2048)]
    megabytes: u64,
    /// A program that runs another one when nobody else works: the redirects bench measures inside it, and prepares before
    #[arg(long)]
    turn: Option<String>,
    /// Our side only, in a minute instead of ten: nothing to compare with
    #[arg(long)]
    without_loop: bool,
}

/// One bench.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bench {
    /// Posts and comments into WordPress against PHP's own loop
    Text,
    /// Photos with their smaller copies into WordPress against PHP with GD
    Media,
    /// Reading a 1 GB export
    Survey,
    /// Reading a 2 GB WordPress export
    Wxr,
    /// Reading a Blogger export, an RSS feed and a JSON Feed of 2 GB each
    Feeds,
    /// Memory of our own process
    Memory,
    /// Pictures from a host that answers late
    Download,
    /// The stages of one large move by the clock
    Stages,
    /// Old addresses against nginx with a map and with a constant answer; needs no WordPress
    Redirects,
}

impl Bench {
    const ALL: [Self; 9] = [
        Self::Text,
        Self::Media,
        Self::Survey,
        Self::Wxr,
        Self::Feeds,
        Self::Memory,
        Self::Download,
        Self::Stages,
        Self::Redirects,
    ];
}

/// Measures what is wished and prints it.
pub(crate) fn run(wishes: &Wishes) -> Result<()> {
    std::fs::create_dir_all(&wishes.work)
        .with_context(|| format!("could not make {}", wishes.work.display()))?;
    let benches: &[Bench] = if wishes.benches.is_empty() {
        &Bench::ALL
    } else {
        &wishes.benches
    };
    let mut figures = Figures::new(wishes.json);
    for bench in benches {
        match bench {
            Bench::Text => text::run(wishes, &mut figures),
            Bench::Media => media::run(wishes, &mut figures),
            Bench::Survey => survey::run(wishes, &mut figures),
            Bench::Wxr => wxr::run(wishes, &mut figures),
            Bench::Feeds => feeds::run(wishes, &mut figures),
            Bench::Memory => memory::run(wishes, &mut figures),
            Bench::Download => download::run(wishes, &mut figures),
            Bench::Stages => stages::run(wishes, &mut figures),
            Bench::Redirects => redirects::run(wishes, &mut figures),
        }?;
    }
    figures.conclude();
    Ok(())
}

/// An empty folder `name` inside `work`.
fn empty_folder(work: &Path, name: &str) -> Result<PathBuf> {
    let folder = work.join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("could not empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(std::path::absolute(folder)?)
}

/// The middle of some values; 0 of none.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        length if length.is_multiple_of(2) => {
            f64::midpoint(sorted[length / 2 - 1], sorted[length / 2])
        }
        length => sorted[length / 2],
    }
}

/// Says what is being done, on standard error, so that a pipe gets figures only.
fn say(what: &str) {
    eprintln!("  {what}");
}
