//! Kills a move at every named point: at its first, a middle and its last time, once and twice in a row (goal G2 of the plan). Most
//! points come in pairs, before a durable write or a call and after it: twelve ways for each. A point of the source that no run
//! comes by fails the lab, and so does a move that does not end whole.

use super::Lab;
use crate::{
    Goal, Wish,
    blogs::SmallBlog,
    check::Wrongs,
    mover::{Mover, scratch, wait},
};
use anyhow::{Context, Result, ensure};
use points::Bug;
use campaign::transfer::STEPS;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use world::plugin_home::{Faults, PluginHome};

pub(super) const LAB: Lab = Lab {
    name: "killpoints",
    about: "a kill at every named point, first, middle and last time, once and twice in a row",
    short: 40,
    long: 300,
    wordpress: false,
    catches: &[Bug::ReverseTwoWrites],
    run,
};

/// Slowest answer of the home.
const DELAY_MS: u64 = 2;

/// Twins exist only at homes where a mark is not unique; the lab `exactly-once` has such homes.
const ELSEWHERE: [&str; 1] = ["place.twins"];

/// One way to die: at the n-th time of a point, and whether the next run dies there too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    point: String,
    time: u64,
    twice: bool,
    seed: u64,
}

#[derive(Default)]
struct Sum {
    died: BTreeSet<String>,
    seen: BTreeSet<String>,
    ways: u64,
    kills: u64,
    wrongs: Wrongs,
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let named = points_of_the_source();
    let sum = Mutex::new(Sum::default());
    let ways = all_ways(wish, &sum)?;
    let (next, end) = (AtomicUsize::new(0), Instant::now() + wish.time);
    let workers = thread::available_parallelism().map_or(2, usize::from) + 1;
    thread::scope(|scope| {
        let hands: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while let Some(way) = ways.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if Instant::now() > end {
                            return Ok(());
                        }
                        die(wish, way, &sum).with_context(|| format!("{way:?}"))?;
                    }
                    Ok(())
                })
            })
            .collect();
        hands.into_iter().try_for_each(|hand| {
            hand.join()
                .unwrap_or_else(|_| anyhow::bail!("a worker panicked"))
        })
    })?;
    let sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    sum.wrongs
        .sentences()
        .for_each(|wrong| println!("  {wrong}"));
    let unseen: Vec<&String> = named.difference(&sum.seen).collect();
    unseen
        .iter()
        .for_each(|point| println!("  no run comes by {point}"));
    println!("  {} points, {} kills", sum.seen.len(), sum.kills);
    Ok(vec![
        Goal::at_least("ways of dying", sum.ways as f64, ways.len() as f64),
        Goal::at_least(
            "points at which a run died",
            sum.died.len() as f64,
            named.len() as f64,
        ),
        Goal::never("points of the source never reached", unseen.len() as u64),
        Goal::never("lost items", sum.wrongs.lost.len() as u64),
        Goal::never("doubled items", sum.wrongs.doubled.len() as u64),
        Goal::never("private words seen", sum.wrongs.wider.len() as u64),
    ])
}

/// Every named point of the engine, but those that no WordPress with the plugin brings about.
fn points_of_the_source() -> BTreeSet<String> {
    let all = STEPS.iter().flat_map(|step| [step.before, step.after]);
    all.filter(|point| !ELSEWHERE.iter().any(|word| point.starts_with(word))).map(str::to_owned).collect()
}

/// Every way of dying, from runs that nobody kills: two blogs, so that both kinds of input and all kinds of items come by.
fn all_ways(wish: &Wish, sum: &Mutex<Sum>) -> Result<Vec<Way>> {
    let mut ways = BTreeSet::new();
    for seed in seeds(wish.seed)? {
        let times = undisturbed(wish, seed)?;
        let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
        for (point, times) in times {
            sum.seen.insert(point.clone());
            for time in BTreeSet::from([1, times.div_ceil(2), times]) {
                for twice in [false, true] {
                    ways.insert(Way {
                        point: point.clone(),
                        time,
                        twice,
                        seed,
                    });
                }
            }
        }
    }
    // Dealt out like cards, so that a short run sees every point once before any of them twice.
    let mut dealt: Vec<Way> = ways.into_iter().collect();
    dealt.sort_by_key(|way| (way.twice, way.time, way.seed));
    Ok(dealt)
}

/// The first seeds from `seed` on whose blogs are an export and an archive.
fn seeds(seed: u64) -> Result<Vec<u64>> {
    let folder = scratch()?;
    let mut found: BTreeMap<bool, u64> = BTreeMap::new();
    for seed in seed..seed + 200 {
        let blog = SmallBlog::write(&folder.path().join(seed.to_string()), seed)?;
        let is_rich = blog
            .wanted
            .iter()
            .any(|wanted| wanted.sort == world::plugin_home::Sort::Media)
            && blog.wanted.len() >= 4;
        let is_archive = blog.input.extension().is_some_and(|end| end == "zip");
        if is_rich {
            found.entry(is_archive).or_insert(seed);
        }
        if found.len() == 2 {
            break;
        }
    }
    Ok(found.into_values().collect())
}

/// How often each point comes by.
fn undisturbed(wish: &Wish, seed: u64) -> Result<BTreeMap<String, u64>> {
    let folder = scratch()?;
    let blog = SmallBlog::write(&folder.path().join("input"), seed)?;
    let home = PluginHome::start(0, seed, Faults::slow(DELAY_MS))?;
    let mover = Mover::to(&wish.rehome, &blog, folder.path(), &home);
    let points = folder.path().join("points.txt");
    let environment = [("REHOME_POINTS", points.to_str().unwrap_or_default())];
    let ended = wait(&mut mover.start(&environment)?)?;
    ensure!(
        matches!(ended.code(), Some(0 | 1)),
        "a run that nobody disturbs fails:\n{}",
        mover.said()
    );
    Ok(tally(&points))
}

fn tally(points: &Path) -> BTreeMap<String, u64> {
    let mut times = BTreeMap::new();
    for name in fs::read_to_string(points).unwrap_or_default().lines() {
        *times.entry(name.to_owned()).or_default() += 1;
    }
    times
}

fn die(wish: &Wish, way: &Way, sum: &Mutex<Sum>) -> Result<()> {
    let folder = scratch()?;
    let blog = SmallBlog::write(&folder.path().join("input"), way.seed)?;
    let home = PluginHome::start(0, way.seed, Faults::slow(DELAY_MS))?;
    home.site().secret_words = blog.secret_words();
    let mover = Mover::to(&wish.rehome, &blog, folder.path(), &home);
    let points = folder.path().join("points.txt");
    let note = ("REHOME_POINTS", points.to_str().unwrap_or_default());
    let mut kills = 0;
    for time in std::iter::once(way.time).chain(way.twice.then_some(1)) {
        let at = format!("{}:{time}", way.point);
        let ended = wait(&mut mover.start(&[("REHOME_KILL", &at), note])?)?;
        kills += u64::from(ended.code().is_none());
    }
    // The run after the kills notes its points too: some lie only on the way back.
    let ended = wait(&mut mover.start(&[note])?)?;
    if !matches!(ended.code(), Some(0 | 1)) {
        mover.finish()?;
    }
    ensure!(
        home.is_quiet_within(Duration::from_secs(10)),
        "the home does not come to rest"
    );
    let wrongs = mover.judge(&home)?;
    let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
    sum.ways += 1;
    sum.kills += kills;
    sum.seen.extend(tally(&points).into_keys());
    if kills > 0 {
        sum.died.insert(way.point.clone());
    }
    if !wrongs.is_empty() {
        println!("  {way:?}");
        sum.wrongs.add(wrongs);
    }
    Ok(())
}
