//! Kills `rehome move` at random moments, again and again until it ends, on blog after blog, and compares source, ledger and home
//! (goal G1 of the plan). The home is slow, so that requests of killed runs act after the next run began.

use super::Lab;
use crate::{
    Goal, Wish,
    blogs::SmallBlog,
    check::Wrongs,
    mover::{Mover, kill, scratch, wait_until},
};
use anyhow::{Context, Result};
use points::Bug;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use world::{
    dice::Dice,
    plugin_home::{Faults, PluginHome},
};

pub(super) const LAB: Lab = Lab {
    name: "crash",
    about: "SIGKILL at random moments of a real move, until it ends: nothing lost, doubled or seen",
    short: 10,
    long: 300,
    wordpress: false,
    catches: &[Bug::ReverseTwoWrites, Bug::WidenOneAudience],
    run,
};

/// Slowest answer of the home.
const DELAY_MS: u64 = 30;

/// Kills that a long run must come to.
const KILLS_A_LONG_RUN: f64 = 5000.0;

/// Kills of one blog, after which it may end in peace.
const KILLS_A_BLOG_MAX: u64 = 40;

#[derive(Default)]
struct Sum {
    kills: AtomicU64,
    blogs: AtomicU64,
    late: AtomicU64,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    wrongs: Wrongs,
    slowest_resume: Duration,
    /// How long an undisturbed run takes at present.
    usual: Duration,
}

impl Sum {
    fn found(&self) -> std::sync::MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn goes_on(&self, wish: &Wish, begun: Instant) -> bool {
        let kills = self.kills.load(Ordering::Relaxed) as f64;
        wish.goes_on(begun, kills, KILLS_A_LONG_RUN)
    }
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let sum = Sum::default();
    sum.found().usual = usual_time(wish)?;
    let begun = Instant::now();
    let next = AtomicU64::new(0);
    let workers = thread::available_parallelism().map_or(2, usize::from) + 1;
    thread::scope(|scope| {
        let hands: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while sum.goes_on(wish, begun) {
                        let blog = wish.seed + next.fetch_add(1, Ordering::Relaxed);
                        one_blog(wish, blog, begun, &sum)
                            .with_context(|| format!("blog {blog}"))?;
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
    let found = sum.found();
    found
        .wrongs
        .sentences()
        .for_each(|wrong| println!("  {wrong}"));
    let kills = sum.kills.load(Ordering::Relaxed) as f64;
    println!(
        "  {} blogs; {} requests of killed runs came too late and were shut out; an undisturbed run takes {} ms",
        sum.blogs.load(Ordering::Relaxed),
        sum.late.load(Ordering::Relaxed),
        found.usual.as_millis()
    );
    Ok(vec![
        Goal::at_least("kills", kills, wish.due(KILLS_A_LONG_RUN)),
        Goal::never("lost items", found.wrongs.lost.len() as u64),
        Goal::never("doubled items", found.wrongs.doubled.len() as u64),
        Goal::never("private words seen", found.wrongs.wider.len() as u64),
        Goal::at_most(
            "seconds until resumed",
            found.slowest_resume.as_secs_f64(),
            wish.at_leisure(10.0),
        ),
    ])
}

/// How long a move takes that nobody disturbs.
fn usual_time(wish: &Wish) -> Result<Duration> {
    let folder = scratch()?;
    let blog = SmallBlog::write(&folder.path().join("input"), wish.seed)?;
    let home = PluginHome::start(0, wish.seed, Faults::slow(DELAY_MS))?;
    Mover::to(&wish.rehome, &blog, folder.path(), &home).finish()
}

fn one_blog(wish: &Wish, seed: u64, begun: Instant, sum: &Sum) -> Result<()> {
    let folder = scratch()?;
    let blog = SmallBlog::write(&folder.path().join("input"), seed)?;
    let home = PluginHome::start(0, seed, faults(seed))?;
    home.site().secret_words = blog.secret_words();
    let mover = Mover::to(&wish.rehome, &blog, folder.path(), &home);
    let mut dice = Dice::from_words(&["kills", &seed.to_string()]);
    let (mut kills, mut ended) = (0, false);
    while !ended && kills < KILLS_A_BLOG_MAX && sum.goes_on(wish, begun) {
        ended = !killed(&mover, &home, &mut dice, sum)?;
        kills += u64::from(!ended);
    }
    home.set_faults(Faults::slow(DELAY_MS));
    if !ended {
        mover.finish()?;
    }
    anyhow::ensure!(
        home.is_quiet_within(Duration::from_secs(10)),
        "the home does not come to rest"
    );
    let wrongs = mover.judge(&home)?;
    sum.blogs.fetch_add(1, Ordering::Relaxed);
    sum.late.fetch_add(home.site().shut_out, Ordering::Relaxed);
    if !wrongs.is_empty() {
        println!("  --seed {seed} after {kills} kills:\n{}", mover.said());
        sum.found().wrongs.add(wrongs);
    }
    Ok(())
}

/// Half of the homes are only slow, some so slow that requests of killed runs act after the next run began; the others also fail now
/// and then.
fn faults(seed: u64) -> Faults {
    match seed % 4 {
        0 | 2 => Faults::slow(DELAY_MS),
        1 => Faults::all(DELAY_MS, 300, 15),
        _ => Faults {
            late: 100,
            late_ms: 500,
            ..Faults::slow(DELAY_MS)
        },
    }
}

/// Starts a run and kills it at a random moment; `false` when it came to its end before.
fn killed(mover: &Mover<'_>, home: &PluginHome, dice: &mut Dice, sum: &Sum) -> Result<bool> {
    let usual = sum.found().usual;
    let reach = if dice.below(4) == 0 { usual * 2 } else { usual };
    let moment = Duration::from_micros(1000 + dice.below(reach.as_micros() as u64));
    home.site().first_write_asked = None;
    let started = Instant::now();
    let mut run = mover.start(&[])?;
    let ended = wait_until(&mut run, started + moment)?;
    if ended.is_none() {
        kill(&mut run)?;
        sum.kills.fetch_add(1, Ordering::Relaxed);
    }
    let acted = home
        .site()
        .first_write_asked
        .map(|at| at.saturating_duration_since(started));
    let mut found = sum.found();
    let whole = ended.map(|_| started.elapsed());
    if let Some(resumed) = acted.or(whole) {
        found.slowest_resume = found.slowest_resume.max(resumed);
    }
    match ended.map(|status| status.code()) {
        None => Ok(true),
        Some(Some(0 | 1)) => {
            found.usual = (found.usual * 7 + started.elapsed()) / 8;
            Ok(false)
        }
        // It gave up by itself, as it may where a home fails too often; the next run goes on.
        Some(_) => Ok(true),
    }
}
