//! Inputs that take the whole program with them, while they are read, fetched, repaired, made ready or compared, by an abort, a panic
//! or the end of the stack: after the second death they are handled aside with a reason, and the rest of the blog arrives.

use super::Lab;
use crate::{
    Goal, Wish,
    blogs::SmallBlog,
    check::{self, Wanted, Wrongs},
    feeds,
    mover::{Mover, scratch, wait},
};
use anyhow::{Context, Result, bail};
use campaign::{Bundle, bundle::State};
use points::Bug;
use std::{
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};
use world::plugin_home::{Faults, PluginHome, Sort};

pub(super) const LAB: Lab = Lab {
    name: "killers",
    about: "inputs that kill the program: set aside after the second death, with a reason, and the rest arrives",
    short: 8,
    long: 60,
    wordpress: false,
    catches: &[Bug::ForgetTheDead],
    run,
};

/// Kinds of work that meet the killer.
const WORKS: [&str; 5] = ["read", "fetch", "tidy", "compose", "verify"];
/// Ways of dying.
const HOWS: [&str; 3] = ["abort", "panic", "stack"];
/// In the address of every first picture of an export.
const PICTURES: &str = "6a00d8341c9a1053ef";
/// Runs after which a blog that has not arrived never will.
const RUNS_MOST: u64 = 20;

/// What is killed by, and in which blog.
struct Case {
    work: &'static str,
    how: &'static str,
    of: Of,
}

/// What the blog is moved from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Export,
    Pages,
    Feed,
    Blogger,
}

#[derive(Default)]
struct Sum {
    cases: u64,
    endless: u64,
    unnamed: u64,
    most_deaths: u64,
    wrongs: Wrongs,
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let cases = cases();
    let (next, begun, sum) = (AtomicUsize::new(0), Instant::now(), Mutex::default());
    let workers = thread::available_parallelism().map_or(2, usize::from) + 1;
    thread::scope(|scope| {
        let work = || -> Result<()> {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(case) = cases.get(at) else {
                    return Ok(());
                };
                if !wish.goes_on(begun, at as f64, cases.len() as f64) {
                    return Ok(());
                }
                look(wish, case, &sum)
                    .with_context(|| format!("{} while it is to {}", case.how, case.work))?;
            }
        };
        let hands: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        hands
            .into_iter()
            .try_for_each(|hand| hand.join().unwrap_or_else(|_| bail!("a worker panicked")))
    })?;
    let sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    sum.wrongs
        .sentences()
        .for_each(|wrong| println!("  {wrong}"));
    Ok(vec![
        Goal::at_least("cases", sum.cases as f64, wish.due(cases.len() as f64)),
        Goal::never("blogs that never come to an end", sum.endless),
        Goal::at_most(
            "deaths of one killer, the most",
            sum.most_deaths as f64,
            3.0,
        ),
        Goal::never("killers that no finding names", sum.unnamed),
        Goal::never("other items lost", sum.wrongs.lost.len() as u64),
        Goal::never("doubled items", sum.wrongs.doubled.len() as u64),
        Goal::never("private words seen", sum.wrongs.wider.len() as u64),
    ])
}

/// Every kind of work once before any dies in a second way. Every form is read; what comes then is the same for all.
fn cases() -> Vec<Case> {
    let each = |how| {
        let exports = WORKS.map(|work| Case {
            work,
            how,
            of: Of::Export,
        });
        let others = [Of::Pages, Of::Feed, Of::Blogger].map(|of| Case {
            work: "read",
            how,
            of,
        });
        exports.into_iter().chain(others)
    };
    HOWS.into_iter().flat_map(each).collect()
}

fn look(wish: &Wish, case: &Case, sum: &Mutex<Sum>) -> Result<()> {
    let folder = scratch()?;
    let blog = blog(wish.seed, case, folder.path())?;
    let (group, said) = victim(&blog.wanted, case).context("a blog without a victim")?;
    let (killers, word) = match case.work {
        "fetch" => (group.len() as u64, PICTURES),
        _ => (1, said),
    };
    let home = PluginHome::start(0, wish.seed, Faults::slow(1))?;
    home.site().secret_words = blog.secret_words();
    let mover = Mover::to(&wish.rehome, &blog, folder.path(), &home);
    let killer = format!("{}:{}:{word}", case.how, case.work);
    let mut deaths = 0;
    let ended = loop {
        let status = wait(&mut mover.start(&[("REHOME_KILLER", &killer)])?)?;
        match status.code() {
            // What stays behind leaves the move incomplete.
            Some(0 | 1 | 3) => break true,
            _ if deaths == RUNS_MOST => break false,
            _ => deaths += 1,
        }
    };
    let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
    sum.cases += 1;
    if !ended {
        sum.endless += 1;
        return Ok(());
    }
    anyhow::ensure!(deaths >= 2, "nothing was killed:\n{}", mover.said());
    sum.most_deaths = sum.most_deaths.max(deaths.div_ceil(killers));
    let bundle = Bundle::open(&mover.bundle())?;
    let findings = bundle.findings()?;
    let names = |code: &str| findings.iter().any(|finding| finding.code == code);
    sum.unnamed += u64::from(!names(match case.work {
        "fetch" => "MOV-001",
        _ => "MOV-021",
    }));
    let rest: Vec<Wanted> = blog
        .wanted
        .iter()
        .filter(|wanted| !group.contains(wanted))
        .cloned()
        .collect();
    let found = check::compare(
        &rest,
        &bundle.ledger_in(&State::ALL)?,
        &check::standing(&home.site()),
    );
    if !found.is_empty() {
        println!("  {killer}, after {deaths} deaths: {}", mover.said());
    }
    sum.wrongs.add(found);
    Ok(())
}

/// The first blog of its kind from a seed on that has more than one post, and comments.
fn blog(seed: u64, case: &Case, folder: &Path) -> Result<SmallBlog> {
    if matches!(case.of, Of::Feed | Of::Blogger) {
        return feeds::write(folder, seed, case.of == Of::Blogger);
    }
    for seed in seed..seed + 500 {
        if seed.is_multiple_of(3) != (case.of == Of::Pages) {
            continue;
        }
        let blog = SmallBlog::write(&folder.join(seed.to_string()), seed)?;
        let posts = blog
            .wanted
            .iter()
            .filter(|wanted| wanted.sort == Sort::Post);
        if posts.count() > 1 && victim(&blog.wanted, case).is_some() {
            return Ok(blog);
        }
    }
    bail!("five hundred seeds and no blog with a victim")
}

/// What may be missing afterwards, and the word that kills.
fn victim<'a>(wanted: &'a [Wanted], case: &Case) -> Option<(Vec<&'a Wanted>, &'a str)> {
    if case.work == "fetch" {
        let pictures = wanted.iter().filter(|wanted| wanted.sort == Sort::Media);
        let pictures: Vec<&Wanted> = pictures.collect();
        return (!pictures.is_empty()).then_some((pictures, PICTURES));
    }
    if matches!(case.of, Of::Feed | Of::Blogger) {
        let killer = wanted.get(1)?;
        return Some((vec![killer], &killer.token));
    }
    let at = wanted
        .iter()
        .position(|wanted| wanted.sort == Sort::Comment)?;
    let said = wanted[at].token.as_str();
    let group = match case.work {
        "compose" => vec![&wanted[at]],
        // The whole entry: from its picture to its last comment.
        "read" => {
            let post = wanted[..at]
                .iter()
                .rposition(|wanted| wanted.sort == Sort::Post)?;
            let is_next = |wanted: &Wanted| wanted.sort != Sort::Comment;
            let end = wanted[at..]
                .iter()
                .position(is_next)
                .map_or(wanted.len(), |n| at + n);
            let picture = post
                .checked_sub(1)
                .filter(|at| wanted[*at].sort == Sort::Media);
            wanted[picture.unwrap_or(post)..end].iter().collect()
        }
        _ => Vec::new(),
    };
    Some((group, said))
}
