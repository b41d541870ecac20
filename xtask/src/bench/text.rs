//! Posts and comments: a whole blog placed by our destination, and the very same rows by a loop of `wp_insert_post()` and
//! `wp_insert_comment()` in one PHP process, in turn on the same site.

use super::exports::{self, Blog, LARGE, MEDIUM, SMALL, Shape};
use super::figures::{Figure, Figures};
use super::site::{Cost, Site};
use super::{Wishes, empty_folder, median, say};
use anyhow::Result;
use blog::ItemRef;
use blog::doors::{
    Destination, DestinationCard, FindDepth, NewHome, Observed, Placed, Placement, Removed,
    SiteWishes, Thing, Visitor, WriteError,
};
use campaign::transfer::{self, PackSettings};
use campaign::{Bundle, Choices, watch::Blind};
use jiff::Timestamp;
use platforms::fetch::{FetchSettings, Fetcher};
use platforms::input::{self, Options};
use serde_json::json;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

const BENCH: &str = "text";

/// PHP's memory for one request, whatever the blog's size.
const PHP_MEMORY_MIB: f64 = 32.0;

/// The large blog takes PHP's loop minutes.
const LARGE_ROUNDS: usize = 3;

pub(super) fn run(wishes: &Wishes, figures: &mut Figures) -> Result<()> {
    let site = Site::open(&wishes.site)?;
    for blog in &wishes.blogs {
        let (shape, goal, rounds) = match blog {
            Blog::Small => (SMALL, None, wishes.rounds),
            Blog::Medium => (MEDIUM, Some(10.0), wishes.rounds),
            Blog::Large => (LARGE, Some(20.0), LARGE_ROUNDS.min(wishes.rounds)),
        };
        compare(wishes, figures, &site, shape, goal, rounds)?;
    }
    Ok(())
}

fn compare(
    wishes: &Wishes,
    figures: &mut Figures,
    site: &Site,
    shape: Shape,
    goal: Option<f64>,
    rounds: usize,
) -> Result<()> {
    let name = shape.name;
    let work = empty_folder(&wishes.work, &format!("text-{name}"))?;
    let export = exports::movable_type(&work, shape)?;
    let rows = work.join("rows.jsonl");
    let (mut ours, mut loops, mut starts) = (Vec::new(), Vec::new(), Vec::new());
    let (mut memory, mut requests) = (0.0_f64, 0);
    for round in 1..=rounds.max(1) {
        say(&format!("text, {name}: our destination, round {round}"));
        let bundle = packed(&empty_folder(&work, "bundle")?, &export)?;
        site.reset()?;
        let (recorded, cost) = site.measure(|| place(&bundle, site))?;
        ours.push(cost);
        let (peak, count) = site.peak_memory()?;
        memory = memory.max(peak);
        requests = count;
        write_rows(&rows, &recorded)?;
        drop(recorded);
        if wishes.without_loop {
            continue;
        }
        say(&format!("text, {name}: PHP's loop, round {round}"));
        site.reset()?;
        let (cost, start) = site.measure_loop("text.php", &rows)?;
        loops.push(cost);
        starts.push(start);
    }
    let entities = (shape.posts + shape.comments) as f64;
    let middle =
        |costs: &[Cost], of: fn(&Cost) -> f64| median(&costs.iter().map(of).collect::<Vec<_>>());
    let server = middle(&ours, |cost| cost.server);
    let wall = middle(&ours, |cost| cost.wall);
    let figure =
        |what: &str, value, unit| Figure::new(BENCH, format!("{name}: {what}"), value, unit);
    let mut compared = figure("server", server, "CPU s");
    let mut clock = figure("by the clock", wall, "s");
    if !loops.is_empty() {
        let loop_server = middle(&loops, |cost| cost.server);
        compared = compared.against("PHP's loop", loop_server);
        clock = clock.against("PHP's loop", middle(&loops, |cost| cost.wall));
        figures.add(
            figure(
                "server, the loop counted without its start",
                server,
                "CPU s",
            )
            .against("PHP's loop", loop_server - median(&starts)),
        );
        if let Some(goal) = goal {
            compared = compared.at_most_one(goal);
        }
    }
    figures.add(compared);
    figures.add(clock);
    let more = [
        (
            "server, per post or comment",
            server * 1000.0 / entities,
            "CPU ms",
        ),
        (
            "server, its database alone",
            middle(&ours, |cost| cost.database),
            "CPU s",
        ),
        ("our own process", middle(&ours, |cost| cost.own), "CPU s"),
        ("requests", requests as f64, "requests"),
    ];
    for (what, value, unit) in more {
        figures.add(figure(what, value, unit));
    }
    figures.add(figure("PHP memory at most", memory, "MiB").at_most(PHP_MEMORY_MIB));
    Ok(())
}

/// A bundle of the export, read and tidied. No pictures are fetched.
pub(super) fn packed(folder: &Path, export: &Path) -> Result<Bundle> {
    let bundle = Bundle::create(folder)?;
    let fetcher = Arc::new(Fetcher::new(FetchSettings::default()));
    let options = Options {
        values: std::collections::BTreeMap::new(),
        secrets: std::collections::BTreeMap::new(),
        now: Timestamp::now(),
    };
    let mut input = input::open(&export.to_string_lossy(), fetcher, options)?;
    let source = platforms::sources::named("movable-type")
        .ok_or_else(|| anyhow::anyhow!("there is no source named movable-type"))?;
    let shelf = input.media_shelf().offline();
    let settings = PackSettings::default();
    transfer::pack(&bundle, source, &mut input, &shelf, settings, &Blind)?;
    transfer::tidy(&bundle, &Blind)?;
    Ok(bundle)
}

fn place(bundle: &Bundle, site: &Site) -> Result<Vec<Placement>> {
    let mut recorder = Recorder {
        inner: site.destination(),
        placements: Vec::new(),
    };
    let home = recorder.open(&bundle.profile()?.identity.name())?;
    let choices = Choices::default();
    transfer::place(
        bundle,
        &mut recorder,
        &home,
        &choices,
        Timestamp::now(),
        &Blind,
    )?;
    Ok(recorder.placements)
}

/// The rows for PHP's loop, one a line; a row that was sent twice (its links were completed) only the first time.
fn write_rows(path: &Path, placements: &[Placement]) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut seen = HashSet::new();
    for placement in placements {
        if !seen.insert(&placement.mark) {
            continue;
        }
        let (kind, thing) = match &placement.thing {
            Thing::Term(term) => ("term", serde_json::to_value(term)?),
            Thing::Post(post) => ("post", serde_json::to_value(post)?),
            Thing::Comment(comment) => ("comment", serde_json::to_value(comment)?),
            Thing::Media(_) | Thing::Amend(_) => continue,
        };
        let line = json!({ "row": kind, "mark": placement.mark, "thing": thing });
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}

/// A destination that remembers what was placed through it.
struct Recorder<D> {
    inner: D,
    placements: Vec<Placement>,
}

impl<D: Destination> Destination for Recorder<D> {
    fn card(&self) -> DestinationCard {
        self.inner.card()
    }
    fn open(&mut self, blog: &str) -> Result<NewHome, WriteError> {
        self.inner.open(blog)
    }
    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError> {
        self.placements.extend_from_slice(batch);
        self.inner.place(batch)
    }
    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        self.inner.find(marks, depth)
    }
    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        self.inner.remove(marks)
    }
    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError> {
        self.inner.settle(wishes)
    }
    fn finish(&mut self) -> Result<(), WriteError> {
        self.inner.finish()
    }
    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError> {
        self.inner.visitor()
    }
}
