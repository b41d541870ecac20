//! Old addresses served by us, by nginx with a `map` of the same addresses, and by nginx with one constant answer, which is what any
//! answer costs it. One process that answers each, the same addresses, the same visitors, in turns within one run.

mod cores;
mod load;
mod servers;
mod turn;

// The addresses that the index's own measure uses.
#[path = "../../../../crates/redirects/examples/measure/urls.rs"]
mod urls;

use super::figures::{Figure, Figures};
use super::meter::{Spent, forget_file, held_bytes, own_peak_mib};
use super::{Wishes, empty_folder, median, say};
use anyhow::{Context, Result, ensure};
use cores::Apart;
use load::{Asked, closed_loop, open_loop};
use redirects::{Builder, Entry, Fate, Index, Key, Listener, Name, Record, Target, Thing, publish};
use servers::Server;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use turn::Turn;

const BENCH: &str = "redirects";
/// How long visitors come in one turn.
const TURN: Duration = Duration::from_secs(4);
/// Different addresses that visitors ask for in a turn, by chance out of all.
const ASKED: u64 = 200_000;
/// Requests in a second of visitors who do not wait for each other.
const OPEN_RATE: u32 = 10_000;
/// The same at a rate that no platform has seen.
const FAST_RATE: u32 = 20_000;
/// More addresses than this are not asked one by one to touch every page.
const TOUCHED_MAX: u64 = 2_000_000;
const PUBLISHED: &str = "published-meanwhile";

pub(super) fn run(wishes: &Wishes, figures: &mut Figures) -> Result<()> {
    let work = empty_folder(&wishes.work, BENCH)?;
    let set = Set::build(&work, wishes.size, figures)?;
    let small = Set::build_quietly(&empty_folder(&work, "small")?, 1)?;
    let base_of_ours = Server::ours(&wishes.program, &small.index)?.held();
    ready_cold(wishes, figures, &set)?;
    let constant = Server::nginx_constant(&work)?;
    say("our server with every page touched");
    let ours = Server::ours(&wishes.program, &set.index)?;
    let chance = set.by_chance(ASKED);
    let every = if set.addresses <= TOUCHED_MAX {
        set.all()
    } else {
        set.by_chance(TOUCHED_MAX)
    };
    let load = closed_loop(ours.port, &every, None)?;
    ensure!(
        load.wrong == 0,
        "{} of {} answers were wrong",
        load.wrong,
        load.done
    );
    figures
        .add(Figure::new(BENCH, "ours: wrong targets", load.wrong as f64, "answers").at_most(0.0));
    let per_url = |held: u64, base: u64| held.saturating_sub(base) as f64 / set.addresses as f64;
    let our_bytes = per_url(ours.held(), base_of_ours);
    let map = (!wishes.without_loop)
        .then(|| Server::nginx_map(&work, &set.map))
        .transpose()?;
    memory(
        figures,
        our_bytes,
        &map,
        per_url(map.as_ref().map_or(0, Server::held), constant.held()),
    );
    ready(figures, &ours, map.as_ref());
    let turn = Turn::take(wishes.turn.as_deref())?;
    processor(wishes, figures, &chance, &ours, &constant, map.as_ref())?;
    latency(wishes, figures, &chance, &ours, map.as_ref())?;
    drop(turn);
    change(figures, &set.index, &ours)
}

/// Addresses, their index and the map of nginx.
struct Set {
    index: std::path::PathBuf,
    map: std::path::PathBuf,
    blogs: u64,
    addresses: u64,
}

impl Set {
    fn build(work: &Path, addresses: u64, figures: &mut Figures) -> Result<Self> {
        say(&format!("an index and a map of {addresses} addresses"));
        let started = Instant::now();
        let set = Self::build_quietly(work, addresses)?;
        figures.add(
            Figure::new(
                BENCH,
                format!("index of {} addresses", set.addresses),
                started.elapsed().as_secs_f64(),
                "s",
            )
            .at_most(60.0),
        );
        figures.add(
            Figure::new(BENCH, "memory while it is built", own_peak_mib(), "MiB").at_most(1024.0),
        );
        let bytes: u64 = Index::open_still(&set.index)?
            .manifest()
            .files
            .iter()
            .map(|part| part.bytes)
            .sum();
        let per_url = bytes as f64 / set.addresses as f64;
        figures.add(Figure::new(BENCH, "on disk for an address", per_url, "B").at_most(20.0));
        set.write_map()?;
        Ok(set)
    }

    fn build_quietly(work: &Path, addresses: u64) -> Result<Self> {
        let index = work.join("index");
        fs::create_dir_all(&index)?;
        let (mut listener, mut blogs, mut left) = (Listener::default(), 0, addresses as i64);
        while left > 0 {
            let record = urls::blog(blogs);
            left -= record.entries.len() as i64;
            listener.hear(&record);
            blogs += 1;
        }
        let mut builder = Builder::begin(&index, listener)?;
        for number in 0..blogs {
            builder.add(&urls::blog(number))?;
        }
        let addresses = builder.finish()?.addresses;
        Ok(Self {
            index,
            map: work.join("map.conf"),
            blogs,
            addresses,
        })
    }

    fn write_map(&self) -> Result<()> {
        let mut file = BufWriter::new(fs::File::create(&self.map)?);
        for number in 0..self.blogs {
            let record = urls::blog(number);
            for at in 0..record.entries.len() {
                let (host, path, target) = address(&record, at)?;
                writeln!(file, "\"{host}{path}\" \"{target}\";")?;
            }
        }
        Ok(file.flush()?)
    }

    fn all(&self) -> Arc<[Asked]> {
        let records = (0..self.blogs).map(urls::blog);
        records
            .flat_map(|record| {
                (0..record.entries.len())
                    .filter_map(|at| asked(&record, at).ok())
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// At least `count` addresses of blogs by chance, in no order.
    fn by_chance(&self, count: u64) -> Arc<[Asked]> {
        let mut chance = urls::Chance(7);
        let mut drawn = Vec::new();
        while (drawn.len() as u64) < count {
            let record = urls::blog(chance.below(self.blogs));
            drawn.extend((0..record.entries.len()).filter_map(|at| asked(&record, at).ok()));
        }
        for at in (1..drawn.len()).rev() {
            drawn.swap(at, chance.below(at as u64 + 1) as usize);
        }
        drawn.into()
    }
}

/// An entry as it is asked for.
fn asked(record: &Record, at: usize) -> Result<Asked> {
    let (host, path, target) = address(record, at)?;
    Ok(Asked::new(&host, &path, target))
}

/// Host and path of an entry's old address, and where it leads.
fn address(record: &Record, at: usize) -> Result<(String, String, &str)> {
    let [Name::Alias(alias), Name::Cid(cid)] = &record.names[..] else {
        anyhow::bail!("a blog has an alias and a number");
    };
    let entry = &record.entries[at];
    let (Key::Number(number, _), Target::At(target)) = (&entry.key, &entry.target) else {
        anyhow::bail!("an entry has a number and a target");
    };
    Ok((
        format!("{alias}.spaces.live.com"),
        format!("/blog/cns!{cid:X}!{number}.entry"),
        target,
    ))
}

fn memory(figures: &mut Figures, ours: f64, map: &Option<Server>, of_map: f64) {
    let figure = Figure::new(
        BENCH,
        "memory for an address, every page touched",
        ours,
        "B",
    );
    match map {
        Some(_) => figures.add(figure.against("nginx map", of_map).at_most_one(25.0)),
        None => figures.add(figure.at_most(20.0)),
    }
}

/// A start with nothing of the index in memory. It lasts until the server listens, and it listens once every byte was read and hashed.
fn ready_cold(wishes: &Wishes, figures: &mut Figures, set: &Set) -> Result<()> {
    let generation = set.index.join(format!(
        "generation-{:010}",
        Index::open_still(&set.index)?.manifest().number
    ));
    for file in fs::read_dir(generation)? {
        forget_file(&file?.path())?;
    }
    let seconds = Server::ours(&wishes.program, &set.index)?.ready_seconds;
    figures.add(
        Figure::new(
            BENCH,
            "from start to the first answer, index on disk only",
            seconds,
            "s",
        )
        .at_most(1.0),
    );
    Ok(())
}

fn ready(figures: &mut Figures, ours: &Server, map: Option<&Server>) {
    let mut figure = Figure::new(
        BENCH,
        "from start to the first answer",
        ours.ready_seconds,
        "s",
    );
    if let Some(map) = map {
        figure = figure.against("nginx map", map.ready_seconds);
    }
    figures.add(figure.at_most(1.0));
}

/// Microseconds of the server's processor time for a request, in turns.
fn processor(
    wishes: &Wishes,
    figures: &mut Figures,
    asked: &Arc<[Asked]>,
    ours: &Server,
    constant: &Server,
    map: Option<&Server>,
) -> Result<()> {
    let mut of = [Vec::new(), Vec::new(), Vec::new()];
    let rounds = wishes.rounds.max(1);
    for round in 1..=rounds {
        say(&format!("processor time, round {round} of {rounds}"));
        for (server, figures) in [Some(ours), Some(constant), map].into_iter().zip(&mut of) {
            let Some(server) = server else { continue };
            let before = Spent::by_process(server.id());
            let load = closed_loop(server.port, asked, Some(TURN))?;
            let spent = Spent::by_process(server.id()).since(before);
            ensure!(
                load.wrong == 0 || server.is_constant,
                "{} answers of {} were wrong",
                load.wrong,
                server.name
            );
            figures.push(spent * 1e6 / load.done as f64);
        }
    }
    let [ours, constant, map_of] = of.map(|figures| median(&figures));
    figures.add(
        Figure::new(BENCH, "processor time of a request", ours, "us")
            .against("nginx return 301", constant)
            .at_most_times(1.45),
    );
    if map.is_some() {
        let most = if wishes.size >= 5_000_000 { 0.7 } else { 1.0 };
        figures.add(
            Figure::new(BENCH, "processor time of a request", ours, "us")
                .against("nginx map", map_of)
                .at_most_times(most),
        );
    }
    Ok(())
}

/// What visitors wait who do not wait for each other, in turns.
fn latency(
    wishes: &Wishes,
    figures: &mut Figures,
    asked: &Arc<[Asked]>,
    ours: &Server,
    map: Option<&Server>,
) -> Result<()> {
    let mut of = [Vec::new(), Vec::new()];
    let mut fast = Vec::new();
    let rounds = wishes.rounds.max(1);
    for round in 1..=rounds {
        say(&format!(
            "visitors who do not wait, round {round} of {rounds}"
        ));
        for (server, figures) in [Some(ours), map].into_iter().zip(&mut of) {
            let Some(server) = server else { continue };
            let apart = Apart::from(server.id());
            let waits = open_loop(server.port, asked, OPEN_RATE, TURN)?;
            drop(apart);
            ensure!(
                waits.load.wrong == 0,
                "{}: wrong answers: {:?}",
                server.name,
                waits.load
            );
            figures.push(waits.of_thousand(990));
        }
        let _apart = Apart::from(ours.id());
        let waits = open_loop(ours.port, asked, FAST_RATE, TURN)?;
        fast.push((waits.of_thousand(990), waits.of_thousand(999)));
    }
    let [ours, map_of] = of.map(|figures| median(&figures));
    let figure = Figure::new(BENCH, "99th of 100 requests, open loop", ours, "ms");
    match map {
        None => figures.add(figure),
        Some(_) => figures.add(figure.against("nginx map", map_of).at_most_times(1.0)),
    }
    let (hundred, thousand): (Vec<f64>, Vec<f64>) = fast.into_iter().unzip();
    let name = |which: &str| format!("{which} requests, {FAST_RATE} a second");
    figures.add(Figure::new(BENCH, name("99th of 100"), median(&hundred), "ms").at_most(10.0));
    let slow = Figure::new(BENCH, name("999th of 1000"), median(&thousand), "ms");
    figures.add(slow.at_most(50.0));
    Ok(())
}

/// How long after its publication a blog is answered, and what that costs in memory.
fn change(figures: &mut Figures, index: &Path, ours: &Server) -> Result<()> {
    let base = format!("https://{PUBLISHED}.example.org/");
    let target = format!("{base}2010/10/01/hello/");
    let record = Record {
        names: vec![Name::Alias(PUBLISHED.to_owned())],
        fate: Fate::Final,
        base,
        entries: vec![Entry {
            key: Key::Number(7, Thing::Entry),
            target: Target::At(target.clone()),
        }],
    };
    let host = format!("{PUBLISHED}.spaces.live.com");
    let asked: Arc<[Asked]> = Arc::from([Asked::new(&host, "/blog/cns!A1!7.entry", &target)]);
    let before = held_bytes(ours.id());
    let started = Instant::now();
    publish(index, &record).context("could not publish")?;
    let mut peak = before;
    while closed_loop(ours.port, &asked, None)?.wrong > 0 {
        ensure!(
            started.elapsed() < Duration::from_secs(30),
            "a published blog was never seen"
        );
        peak = peak.max(held_bytes(ours.id()));
    }
    let seconds = started.elapsed().as_secs_f64();
    figures
        .add(Figure::new(BENCH, "a published blog is answered after", seconds, "s").at_most(1.0));
    let peak = peak.max(held_bytes(ours.id())) as f64 / before.max(1) as f64;
    figures.add(Figure::new(BENCH, "memory while it is taken in", peak, "x").at_most(1.2));
    Ok(())
}
