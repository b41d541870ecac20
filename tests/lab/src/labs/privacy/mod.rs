//! Never wider (G13): blogs of every audience go the whole way into a home in memory, with faults and ends of runs anywhere. After
//! every call an anonymous reader looks for words that not everyone may read. Then the source becomes narrower, and the home must
//! follow.

mod eyes;
pub(crate) mod told;

use crate::{Goal, Lab, Wish};
use anyhow::{Context, Result, bail};
use blog::{
    Audience, Finding, Item, Secret,
    doors::{Answer, Call, Destination, Entry, Input, InputForm, ReadError},
};
use campaign::{
    Bundle, Choices, Error, Stage, Watch,
    transfer::{self, PackSettings},
};
use eyes::Eyes;
use jiff::Timestamp;
use std::{
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use told::{Plan, Told, words};

pub(super) const LAB: Lab = Lab {
    name: "privacy",
    about: "nothing is seen by more people at the new home than at the old one, at any moment of a move (G13)",
    short: 10,
    long: 240,
    wordpress: false,
    catches: &[points::Bug::WidenOneAudience, points::Bug::LogATitle],
    run,
};

/// Items of every length of run that G13 asks for.
const CASES: f64 = 1_000_000.0;

/// Posts in each blog. With their pictures, comments and terms they are some 500 items.
const POSTS: u64 = 100;

/// Runs until a blog must have arrived, whatever fails.
const RUNS_MAX: u32 = 60;

#[derive(Default)]
struct Seen {
    cases: AtomicU64,
    looks: AtomicU64,
    leaks: Mutex<Vec<String>>,
    logged: Mutex<Vec<String>>,
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let seen = Seen::default();
    let begun = Instant::now();
    let next = AtomicU64::new(wish.seed);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let working: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while wish.goes_on(begun, seen.cases.load(Ordering::Relaxed) as f64, CASES) {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        one_blog(seed, &seen).with_context(|| format!("blog {seed}"))?;
                    }
                    Ok(())
                })
            })
            .collect();
        working.into_iter().try_for_each(|work| match work.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })?;
    let (leaks, logged) = (inner(seen.leaks), inner(seen.logged));
    for leak in leaks.iter().chain(&logged).take(10) {
        println!("  {leak}");
    }
    let cases = seen.cases.into_inner() as f64;
    let least = wish.due(CASES);
    Ok(vec![
        Goal::at_least("generated items", cases, least),
        Goal::at_least(
            "looks of an anonymous reader",
            seen.looks.into_inner() as f64,
            least,
        ),
        Goal::never("words seen that not everyone may read", leaks.len() as u64),
        Goal::never("restricted words said while working", logged.len() as u64),
    ])
}

fn inner(list: Mutex<Vec<String>>) -> Vec<String> {
    list.into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn one_blog(seed: u64, seen: &Seen) -> Result<()> {
    let plan = Plan {
        posts: POSTS,
        blog: None,
        friends_become_public: seed.is_multiple_of(4),
        picture_side: 2,
    };
    let told = Told::new(seed, plan);
    let narrower = narrowed(seed, plan);
    let folder = scratch()?;
    let mut eyes = Eyes::new(&told, seed);
    let log = Log::default();
    whole(folder.path(), &told, plan, &mut eyes, &log, true)?;
    let mut eyes = eyes.now(&narrower);
    whole(folder.path(), &narrower, plan, &mut eyes, &log, false)?;
    let place = |leak: String| format!("blog {seed}: {leak}");
    seen.cases.fetch_add(
        (told.items.len() + narrower.items.len()) as u64,
        Ordering::Relaxed,
    );
    seen.looks.fetch_add(eyes.looks, Ordering::Relaxed);
    let mut leaks = seen
        .leaks
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    leaks.extend(eyes.leaks.into_iter().map(place));
    let said = inner(log.said);
    let mut logged = seen
        .logged
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    logged.extend(said.iter().flat_map(|line| told.leaks(line)).map(place));
    Ok(())
}

/// The blog of the same seed, after its owner closed the whole of it: every word in it is restricted now.
fn narrowed(seed: u64, plan: Plan) -> Told {
    let mut told = Told::new(seed, plan);
    if !seed.is_multiple_of(3) {
        return told;
    }
    for item in &mut told.items {
        match item {
            Item::Post(post) => post.audience = Audience::Owner,
            Item::Media(media) => media.audience = Audience::Owner,
            Item::Album(album) => album.audience = Audience::Owner,
            Item::List(list) => list.audience = Audience::Owner,
            _ => {}
        }
    }
    told.profile.audience = Audience::Owner;
    told.secret.append(&mut told.open);
    told
}

/// Runs the whole way again and again until it ends well; at its end nothing restricted may be seen. Where the home is `new`, nothing
/// may at any moment; where the source became narrower, the home follows with the run.
fn whole(
    folder: &Path,
    told: &Told,
    plan: Plan,
    eyes: &mut Eyes<'_>,
    log: &Log,
    new: bool,
) -> Result<()> {
    for run in 0..RUNS_MAX {
        eyes.faults = run + 1 < RUNS_MAX;
        match once(folder, told, plan, eyes, log) {
            Ok(()) => {
                eyes.look_at_all();
                return Ok(());
            }
            // A killed run: what stands there must be fit to be seen for as long as it takes to start again.
            Err(Error::Write(_)) if new => eyes.look_at_all(),
            Err(Error::Write(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    bail!("the blog did not arrive in {RUNS_MAX} runs")
}

fn once(
    folder: &Path,
    told: &Told,
    plan: Plan,
    eyes: &mut Eyes<'_>,
    log: &Log,
) -> Result<(), Error> {
    let bundle = Bundle::create(folder)?;
    let choices = Choices {
        friends_become_public: plan.friends_become_public,
        ..Choices::default()
    };
    let home = eyes.open("told")?;
    transfer::pack(
        &bundle,
        told,
        &mut NoInput,
        told,
        PackSettings::default(),
        log,
    )?;
    transfer::tidy(&bundle, log)?;
    transfer::place(&bundle, eyes, &home, &choices, now(), log)?;
    Ok(())
}

/// A folder in memory, where there is one.
pub(crate) fn scratch() -> Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    tempfile::Builder::new()
        .prefix("rehome-lab-")
        .tempdir_in(place)
        .context("no place for the lab's files")
}

/// The time at the lab.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_795_262_400).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Everything that a run says while it works, findings apart: those are kept for the account and printed by code only.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) said: Mutex<Vec<String>>,
}

impl Log {
    fn keep(&self, line: &str) {
        if words(line).next().is_some() {
            self.said
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .push(line.to_owned());
        }
    }
}

impl Watch for Log {
    fn stage(&self, _: Stage) {}
    fn begin(&self, what: &str, _: Option<u64>) {
        self.keep(what);
    }
    fn done(&self, _: u64) {}
    fn end(&self) {}
    fn finding(&self, _: &Finding) {}
    fn say(&self, sentence: &str) {
        self.keep(sentence);
    }
    fn stop_asked(&self) -> bool {
        false
    }
    fn wait(&self, _: Duration) {}
}

/// The input of a blog that is told rather than read.
pub(crate) struct NoInput;

impl Input for NoInput {
    fn label(&self) -> &str {
        "told"
    }
    fn form(&self) -> InputForm {
        InputForm::File
    }
    fn now(&self) -> Timestamp {
        now()
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(Vec::new())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn std::io::Read + '_>, ReadError> {
        Err(ReadError::Unreadable {
            place: name.to_owned(),
            what: "nothing here".to_owned(),
        })
    }
    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        Err(ReadError::Unreachable {
            place: call.address.to_owned(),
            what: "no network".to_owned(),
        })
    }
    fn option(&self, _: &str) -> Option<&str> {
        None
    }
    fn secret(&self, _: &str) -> Option<&Secret> {
        None
    }
}
