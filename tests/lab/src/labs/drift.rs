//! Both sides change while a blog is moved: the owner edits, adds, hides and deletes at the old home, edits and removes at the new
//! one, and runs come in between, faulty ones and ones that die (goal G17 of the plan). In the end both sides hold the same, no edit
//! of either side is lost, and nothing is wider than its source.

use super::{
    Lab,
    exactly_once::{original, profile, standing},
};
use crate::{
    Goal, Wish,
    check::{Wrongs, compare},
    mover::scratch,
    simulated::{BadLine, Chances, run as run_once},
};
use anyhow::{Context, Result, bail};
use blog::{
    Audience, Item, ItemRef, Kind, Post,
    doors::{Intake, Thing},
};
use campaign::{
    Bundle, Choices, Style,
    bundle::{BundleIntake, State},
    transfer,
    watch::Blind,
};
use points::Bug;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};
use world::dice::Dice;

pub(super) const LAB: Lab = Lab {
    name: "drift",
    about: "both homes change while a blog is moved: final sets equal, no edit of either side lost",
    short: 10,
    long: 180,
    wordpress: false,
    catches: &[
        Bug::ForgetTombstone,
        Bug::OverwriteEdits,
        Bug::WidenOneAudience,
        Bug::DropSettleWait,
    ],
    run,
};

/// Interleavings that a long run must come to.
const INTERLEAVINGS_A_LONG_RUN: f64 = 10_000.0;

/// Runs until a blog is at rest, after which it is stuck.
const RUNS_MAX: u32 = 60;

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let (done, next, started) = (AtomicU64::new(0), AtomicU64::new(0), Instant::now());
    let wrongs = Mutex::new(Wrongs::default());
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        let hands: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while wish.goes_on(
                        started,
                        done.load(Ordering::Relaxed) as f64,
                        INTERLEAVINGS_A_LONG_RUN,
                    ) {
                        let seed = wish.seed + next.fetch_add(1, Ordering::Relaxed);
                        let found =
                            interleave(seed).with_context(|| format!("interleaving {seed}"))?;
                        done.fetch_add(1, Ordering::Relaxed);
                        if !found.is_empty() {
                            println!("  wrong with --seed {seed}");
                            wrongs
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .add(found);
                        }
                    }
                    Ok(())
                })
            })
            .collect();
        hands
            .into_iter()
            .try_for_each(|hand| hand.join().unwrap_or_else(|_| bail!("a worker panicked")))
    })?;
    let wrongs = wrongs.into_inner().unwrap_or_else(PoisonError::into_inner);
    wrongs
        .sentences()
        .take(20)
        .for_each(|wrong| println!("  {wrong}"));
    Ok(vec![
        Goal::at_least(
            "interleavings",
            done.into_inner() as f64,
            wish.due(INTERLEAVINGS_A_LONG_RUN),
        ),
        Goal::never(
            "edits and items lost on either side",
            wrongs.lost.len() as u64,
        ),
        Goal::never(
            "items doubled or risen from the dead",
            wrongs.doubled.len() as u64,
        ),
        Goal::never("items wider than at the source", wrongs.wider.len() as u64),
    ])
}

/// A post as its owner has it at the old home, and what the owner did to it at the new one.
#[derive(Debug, Clone, Default)]
struct Known {
    version: u64,
    hidden: bool,
    /// Whether a run has read that it is hidden. What was deleted before that is not known to have been hidden.
    hidden_when_read: bool,
    deleted: bool,
    edited_at_home: bool,
    removed_at_home: bool,
}

struct Drift {
    dice: Dice,
    posts: BTreeMap<u64, Known>,
    bundle: Bundle,
    line: BadLine,
}

fn mark(number: u64) -> ItemRef {
    ItemRef::new(Kind::Post, number.to_string())
}

fn interleave(seed: u64) -> Result<Wrongs> {
    let mut dice = Dice::from_words(&["drift", &seed.to_string()]);
    let folder = scratch()?;
    let bundle = Bundle::create(&folder.path().join("bundle"))?;
    let line = BadLine::new(&mut dice, Chances::default(), 3);
    let mut drift = Drift {
        dice,
        posts: BTreeMap::new(),
        bundle,
        line,
    };
    for _ in 0..1 + drift.dice.below(3) {
        drift.add();
    }
    for _ in 0..4 + drift.dice.below(6) {
        drift.step()?;
    }
    drift.come_to_rest()?;
    drift.judge()
}

impl Drift {
    fn add(&mut self) {
        let number = self.posts.len() as u64;
        let hidden = self.dice.below(4) == 0;
        self.posts.insert(
            number,
            Known {
                version: 1,
                hidden,
                ..Known::default()
            },
        );
    }

    /// One thing happens, at either side or in between.
    fn step(&mut self) -> Result<()> {
        let number = self.dice.below(self.posts.len() as u64);
        match self.dice.below(9) {
            0 => self.add(),
            1 => self.change(number, |post| post.version += 1),
            2 => self.change(number, |post| post.hidden = true),
            3 => self.change(number, |post| post.deleted = true),
            4 => self.edit_at_home(number),
            5 => self.remove_at_home(number),
            _ => {
                let bad = Chances {
                    fault: 150,
                    death: 40,
                    lie: 0,
                };
                self.line.chances = if self.dice.below(2) == 0 {
                    bad
                } else {
                    Chances::default()
                };
                self.move_once(false)?;
            }
        }
        Ok(())
    }

    fn change(&mut self, number: u64, how: impl FnOnce(&mut Known)) {
        if let Some(post) = self.posts.get_mut(&number) {
            how(post);
        }
    }

    fn edit_at_home(&mut self, number: u64) {
        if self.line.home.kept.contains_key(&mark(number)) {
            self.line.home.edit(&mark(number));
            self.change(number, |post| post.edited_at_home = true);
        }
    }

    fn remove_at_home(&mut self, number: u64) {
        // What a lost answer put there is not known to be there yet: its owner cannot have meant it.
        let known = self
            .bundle
            .ledger(&mark(number))
            .ok()
            .flatten()
            .is_some_and(|row| row.state.is_there());
        if known && self.line.home.kept.remove(&mark(number)).is_some() {
            self.change(number, |post| {
                (post.removed_at_home, post.edited_at_home) = (true, false)
            });
        }
    }

    /// Reads the old home and places; `false` when the run died or gave up.
    fn move_once(&mut self, follow_deletions: bool) -> Result<bool> {
        let mut intake = BundleIntake::start(&self.bundle, &Blind)?;
        intake.profile(profile())?;
        for (number, known) in self.posts.iter_mut().filter(|(_, known)| !known.deleted) {
            known.hidden_when_read = known.hidden;
            intake.item(Item::Post(post(*number, known)), original())?;
        }
        intake.end(true)?;
        transfer::tidy(&self.bundle, &Blind)?;
        let choices = Choices {
            style: Style::Classic,
            follow_deletions,
            ..Choices::default()
        };
        Ok(run_once(&self.bundle, &mut self.line, &choices, false)?)
    }

    /// The line heals and runs follow until one comes through.
    fn come_to_rest(&mut self) -> Result<()> {
        self.line.chances = Chances::default();
        for _ in 0..RUNS_MAX {
            if self.move_once(true)? {
                self.line.come_to_rest();
                let calm = self.move_once(true)?;
                self.line.come_to_rest();
                if calm {
                    return Ok(());
                }
            }
        }
        bail!("it does not come to rest in {RUNS_MAX} runs")
    }

    fn judge(&self) -> Result<Wrongs> {
        // What its owner removed there is not asked about before it changes at the source.
        let removed: BTreeSet<ItemRef> = self
            .posts
            .iter()
            .filter(|(_, known)| known.removed_at_home)
            .map(|(number, _)| mark(*number))
            .collect();
        let ledger: Vec<_> = self
            .bundle
            .ledger_in(&State::ALL)?
            .into_iter()
            .filter(|row| !removed.contains(&row.item))
            .collect();
        let mut wrongs = compare(&[], &ledger, &standing(&self.line.home));
        let mut seen = BTreeSet::new();
        for (number, known) in &self.posts {
            seen.insert(mark(*number));
            self.judge_post(*number, known, &mut wrongs);
        }
        for (stranger, _) in self
            .line
            .home
            .kept
            .iter()
            .filter(|(mark, _)| mark.kind == Kind::Post && !seen.contains(mark))
        {
            wrongs
                .doubled
                .push(format!("{stranger} is at the new home and nowhere else"));
        }
        Ok(wrongs)
    }

    fn judge_post(&self, number: u64, known: &Known, wrongs: &mut Wrongs) {
        let here = self.line.home.kept.get(&mark(number));
        let Some(Thing::Post(there)) = here.map(|kept| &kept.placement.thing) else {
            if !(known.deleted || known.removed_at_home) {
                wrongs
                    .lost
                    .push(format!("post {number} is not at the new home: {known:?}"));
            }
            return;
        };
        if known.removed_at_home {
            wrongs.doubled.push(format!(
                "post {number} was removed there and is back: {known:?}"
            ));
        }
        if known.deleted && !known.edited_at_home {
            wrongs
                .doubled
                .push(format!("post {number} was deleted and stays: {known:?}"));
        }
        if known.edited_at_home && !there.content.contains("By the owner.") {
            wrongs.lost.push(format!(
                "the edit of post {number} at the new home is gone: {known:?}"
            ));
        }
        if !known.edited_at_home
            && !known.deleted
            && !there.content.contains(&words(number, known.version))
        {
            wrongs.lost.push(format!(
                "post {number} is old at the new home: {known:?}: {}",
                there.content
            ));
        }
        if known.hidden_when_read && there.status.is_published() {
            wrongs
                .wider
                .push(format!("post {number} is public: {known:?}"));
        }
    }
}

fn words(number: u64, version: u64) -> String {
    format!("Letter {number}, version {version}.")
}

fn post(number: u64, known: &Known) -> Post {
    let mut post = Post::new(number.to_string());
    post.title = format!("letter {number}");
    post.body = format!("<p>{}</p>", words(number, known.version));
    post.audience = if known.hidden {
        Audience::Friends
    } else {
        Audience::Everyone
    };
    post
}
