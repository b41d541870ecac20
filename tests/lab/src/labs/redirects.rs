//! Visitors ask old addresses all the time, while blogs are published, generations change and the server is killed: no answer ever
//! leads to an address that was not published, and none to an older one than was published a second ago (goal G19 of the plan,
//! without its speed, which `./bench redirects` measures).

mod old;
mod served;

pub(super) use old::LAB as OLD;

use super::Lab;
use crate::{Goal, Wish, chance::Chance, mover::scratch};
use anyhow::Result;
use points::Bug;
use redirects::{
    Builder, Entry, Fate, Key, Listener, NO_DAY, Name, Record, Target, Thing, publish,
};
use served::{Server, ask, connect};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

pub(super) const LAB: Lab = Lab {
    name: "redirects",
    about: "no wrong redirect while blogs are published, generations change and the server is killed",
    short: 8,
    long: 120,
    wordpress: false,
    catches: &[
        Bug::KeepTheOlderGeneration,
        Bug::TakeTheNeighbour,
        Bug::FinalWhileUndoIsOpen,
    ],
    run,
};

const BLOGS: u64 = 60;
const ENTRIES: u32 = 40;
const VISITORS: u64 = 4;
const SWAPS: u64 = 10;
const KILLS: u64 = 5;
/// What is published may stay unseen for so long.
const SEEN_WITHIN: Duration = Duration::from_secs(1);
/// The move of each so-manieth blog can be undone.
const UNDOABLE: u64 = 3;

/// What visitors may be told of: versions of all blogs. A new one is `begun` before it is published and `seen` once everybody must
/// have it.
#[derive(Default)]
struct Truth {
    begun: AtomicU64,
    seen: AtomicU64,
    over: AtomicBool,
    answers: AtomicU64,
    wrong: AtomicU64,
    /// Permanent where undo is open.
    hasty: AtomicU64,
    other: AtomicU64,
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let folder = scratch()?;
    let index = folder.path().join("index");
    std::fs::create_dir_all(&index)?;
    let truth = Truth::default();
    build(&index, 0)?;
    let mut server = Server::start(&wish.rehome, &index, "127.0.0.1:0")?;
    let at = server.at;
    let pause = wish.time / (SWAPS + KILLS) as u32;
    let mut slowest = Duration::ZERO;
    thread::scope(|scope| -> Result<()> {
        for visitor in 0..VISITORS {
            let truth = &truth;
            scope.spawn(move || visit(at, truth, wish.seed ^ visitor));
        }
        let worked = (|| {
            let every = (SWAPS + KILLS) / KILLS;
            for turn in 0..SWAPS + KILLS {
                let began = Instant::now();
                if turn % every == every - 1 {
                    server.kill()?;
                    server = Server::start(&wish.rehome, &index, &at.to_string())?;
                    slowest = slowest.max(server.ready);
                } else {
                    swap(&index, &truth, turn)?;
                }
                thread::sleep(pause.saturating_sub(began.elapsed()));
            }
            Ok(())
        })();
        truth.over.store(true, SeqCst);
        worked
    })?;
    server.kill()?;
    println!(
        "  {} answers during {SWAPS} swaps and {KILLS} kills",
        truth.answers.load(SeqCst)
    );
    Ok(vec![
        Goal::never("wrong targets", truth.wrong.load(SeqCst)),
        Goal::never(
            "permanent answers while undo is open",
            truth.hasty.load(SeqCst),
        ),
        Goal::never("answers that were no redirect", truth.other.load(SeqCst)),
        Goal::at_least("answers", truth.answers.load(SeqCst) as f64, 1000.0),
        Goal::at_most("seconds until ready", slowest.as_secs_f64(), 1.0),
    ])
}

/// All blogs get a new version: as a whole new generation, or blog by blog.
fn swap(index: &Path, truth: &Truth, turn: u64) -> Result<()> {
    let version = truth.begun.fetch_add(1, SeqCst) + 1;
    if turn.is_multiple_of(2) {
        build(index, version)?;
    } else {
        for blog in 0..BLOGS {
            publish(index, &record(blog, version))?;
        }
    }
    thread::sleep(SEEN_WITHIN);
    truth.seen.store(version, SeqCst);
    Ok(())
}

fn build(index: &Path, version: u64) -> Result<()> {
    let mut listener = Listener::default();
    (0..BLOGS).for_each(|blog| listener.hear(&record(blog, version)));
    let mut builder = Builder::begin(index, listener)?;
    for blog in 0..BLOGS {
        builder.add(&record(blog, version))?;
    }
    builder.finish()?;
    Ok(())
}

/// The status of the answers of a blog.
fn right_status(blog: u64) -> u16 {
    if blog.is_multiple_of(UNDOABLE) {
        302
    } else {
        301
    }
}

fn owner(blog: u64) -> u64 {
    1 << 60 | blog
}

fn record(blog: u64, version: u64) -> Record {
    let fate = match right_status(blog) {
        302 => Fate::UndoableUntil(NO_DAY),
        _ => Fate::Final,
    };
    let entries = (1..=ENTRIES).map(|number| Entry {
        key: Key::Number(number.into(), Thing::Entry),
        target: Target::At(target(blog, number, version)),
    });
    Record {
        names: vec![Name::Alias(format!("blog{blog}")), Name::Cid(owner(blog))],
        fate,
        base: format!("https://blog{blog}.example.org/"),
        entries: entries.collect(),
    }
}

fn target(blog: u64, number: u32, version: u64) -> String {
    format!("https://blog{blog}.example.org/2007/02/entry-{number}-of-version-{version}/")
}

/// Asks one address after the other until it is over; a connection that is gone is opened again.
fn visit(at: SocketAddr, truth: &Truth, seed: u64) {
    let mut chance = Chance::new(seed);
    let mut open = None;
    while !truth.over.load(SeqCst) {
        let Some(stream) = &mut open else {
            open = connect(at);
            if open.is_none() {
                thread::sleep(Duration::from_millis(5));
            }
            continue;
        };
        let blog = chance.below(BLOGS as usize) as u64;
        let number = 1 + chance.below(ENTRIES as usize) as u32;
        let oldest = truth.seen.load(SeqCst);
        let Some((status, location)) = ask(stream, blog, number) else {
            open = None;
            continue;
        };
        let newest = truth.begun.load(SeqCst);
        truth.answers.fetch_add(1, SeqCst);
        let right = right_status(blog);
        if status == 301 && right == 302 {
            truth.hasty.fetch_add(1, SeqCst);
        } else if status != right {
            truth.other.fetch_add(1, SeqCst);
        } else if !(oldest..=newest).any(|version| target(blog, number, version) == location) {
            println!(
                "  wrong: entry {number} of blog {blog} led to {location}, versions {oldest} to {newest}"
            );
            truth.wrong.fetch_add(1, SeqCst);
        }
    }
}
