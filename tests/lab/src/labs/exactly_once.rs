//! A million items through a line on which every tenth call goes wrong, lost and late answers among them, with runs that die in the
//! middle, in simulated time: nothing twice, nothing missing (goal G4 of the plan).

use super::Lab;
use crate::{
    Goal, Wish,
    check::{Standing, Wanted, Wrongs, compare},
    mover::scratch,
    simulated::{BadLine, Chances, run as run_once},
};
use anyhow::{Context, Result, bail};
use blog::{
    Audience, Comment, CommentKind, CommentState, Identity, Item, Person, Post, Profile,
    doors::{Intake, Original, Thing},
};
use campaign::{
    Bundle, Choices, Style,
    bundle::{BundleIntake, State},
    transfer,
    watch::Blind,
};
use points::Bug;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};
use world::{dice::Dice, home::MemoryHome, plugin_home::Sort};

pub(super) const LAB: Lab = Lab {
    name: "exactly-once",
    about: "a million items, every tenth call lost, late, cut or refused, runs that die: nothing twice, nothing missing",
    short: 10,
    long: 240,
    wordpress: false,
    catches: &[
        Bug::DropSettleWait,
        Bug::ReverseTwoWrites,
        Bug::TrustTheAnswer,
        Bug::WidenOneAudience,
    ],
    run,
};

/// Items that a long run must come to.
const ITEMS_A_LONG_RUN: f64 = 1_000_000.0;

const POSTS_A_BLOG: u64 = 120;
const COMMENTS_A_POST: u64 = 4;
const ITEMS_A_BLOG: u64 = POSTS_A_BLOG * (1 + COMMENTS_A_POST);

/// Runs of one blog, after which it is stuck.
const RUNS_MAX: u32 = 400;

/// One blog of so many is behind a home that says it took what it lost; it is read back and placed again.
const LIARS: u64 = 8;

#[derive(Default)]
struct Sum {
    items: AtomicU64,
    runs: AtomicU64,
    calls: AtomicU64,
    wrongs: Mutex<Wrongs>,
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let (sum, next, started) = (Sum::default(), AtomicU64::new(0), Instant::now());
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        let hands: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while wish.goes_on(
                        started,
                        sum.items.load(Ordering::Relaxed) as f64,
                        ITEMS_A_LONG_RUN,
                    ) {
                        let seed = wish.seed + next.fetch_add(1, Ordering::Relaxed);
                        let wrongs =
                            one_blog(seed, &sum).with_context(|| format!("blog {seed}"))?;
                        if !wrongs.is_empty() {
                            println!("  wrong with --seed {seed}");
                            sum.wrongs
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .add(wrongs);
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
    let wrongs = sum
        .wrongs
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    wrongs
        .sentences()
        .take(20)
        .for_each(|wrong| println!("  {wrong}"));
    let items = sum.items.into_inner() as f64;
    println!(
        "  {} runs, {} calls, {:.0} items/s",
        sum.runs.into_inner(),
        sum.calls.into_inner(),
        items / started.elapsed().as_secs_f64()
    );
    Ok(vec![
        Goal::at_least("items", items, wish.due(ITEMS_A_LONG_RUN)),
        Goal::never("twins left", wrongs.doubled.len() as u64),
        Goal::never("missing items", wrongs.lost.len() as u64),
        Goal::never("items wider than at the source", wrongs.wider.len() as u64),
    ])
}

fn one_blog(seed: u64, sum: &Sum) -> Result<Wrongs> {
    let mut dice = Dice::from_words(&["exactly once", &seed.to_string()]);
    let folder = scratch()?;
    let bundle = Bundle::create(&folder.path().join("bundle"))?;
    let wanted = read_in(&bundle, &mut dice)?;
    transfer::tidy(&bundle, &Blind)?;
    let lies = dice.below(LIARS) == 0;
    // A thing that is gone before it was read back looks as if its owner had removed it; so nothing else goes wrong with liars.
    let chances = match lies {
        true => Chances {
            lie: 30,
            ..Chances::default()
        },
        false => Chances {
            fault: 100,
            death: 5,
            lie: 0,
        },
    };
    let mut line = BadLine::new(&mut dice, chances, 20);
    let choices = Choices {
        style: Style::Classic,
        ..Choices::default()
    };
    let mut runs = 0;
    while !(run_once(&bundle, &mut line, &choices, lies)? && is_whole(&bundle)?) {
        runs += 1;
        if runs > RUNS_MAX {
            bail!("it does not come to its end in {RUNS_MAX} runs");
        }
    }
    line.come_to_rest();
    sum.items.fetch_add(ITEMS_A_BLOG, Ordering::Relaxed);
    sum.runs.fetch_add(u64::from(runs) + 1, Ordering::Relaxed);
    sum.calls.fetch_add(line.home.calls, Ordering::Relaxed);
    Ok(compare(
        &wanted,
        &bundle.ledger_in(&State::ALL)?,
        &standing(&line.home),
    ))
}

/// Whether nothing is parked or missing.
fn is_whole(bundle: &Bundle) -> Result<bool> {
    Ok(bundle.count_ledger_in(&[State::Parked, State::Missing, State::Intended])? == 0)
}

/// What stands at a home in memory, twins among it.
pub(super) fn standing(home: &MemoryHome) -> Vec<Standing> {
    home.kept
        .values()
        .chain(&home.twins)
        .map(|kept| {
            let (sort, text, open) = match &kept.placement.thing {
                Thing::Term(term) => (Sort::Term, &term.name, true),
                Thing::Media(media) => (Sort::Media, &media.alt, media.open.is_some()),
                Thing::Post(post) => (Sort::Post, &post.title, post.status.is_published()),
                Thing::Comment(comment) => (Sort::Comment, &comment.author, false),
                Thing::Amend(amended) => (Sort::Post, &amended.content, false),
            };
            Standing {
                mark: kept.placement.mark.clone(),
                id: kept.id,
                sort,
                text: text.clone(),
                open,
            }
        })
        .collect()
}

/// Reads a made-up blog into the bundle.
fn read_in(bundle: &Bundle, dice: &mut Dice) -> Result<Vec<Wanted>> {
    let mut intake = BundleIntake::start(bundle, &Blind)?;
    let mut wanted = Vec::new();
    intake.profile(profile())?;
    for number in 0..POSTS_A_BLOG {
        let post = post(number, dice);
        let hidden = post.audience != Audience::Everyone;
        wanted.push(Wanted {
            sort: Sort::Post,
            token: post.title.clone(),
            hidden,
        });
        let id = post.id.clone();
        intake.item(Item::Post(post), original())?;
        for place in 0..COMMENTS_A_POST {
            let said = comment(&id, place);
            wanted.push(Wanted {
                sort: Sort::Comment,
                token: said.author.name.clone(),
                hidden: false,
            });
            intake.item(Item::Comment(said), original())?;
        }
    }
    intake.end(true)?;
    Ok(wanted)
}

pub(super) fn original() -> Original<'static> {
    Original {
        bytes: b"as it was",
        media_type: "text/plain",
        place: "here",
    }
}

pub(super) fn profile() -> Profile {
    Profile {
        identity: Identity::Site {
            roots: vec!["old.example/blog".to_owned()],
        },
        title: "Letters".to_owned(),
        tagline: String::new(),
        language: None,
        time_zone: Some("UTC".to_owned()),
        home: Some("http://old.example/blog/".to_owned()),
        owner: None,
        audience: Audience::Everyone,
    }
}

fn post(number: u64, dice: &mut Dice) -> Post {
    let audiences = [
        Audience::Everyone,
        Audience::Everyone,
        Audience::Friends,
        Audience::Owner,
    ];
    let mut post = Post::new(number.to_string());
    post.title = format!("letter {number};");
    post.body = format!("<p>Letter number {number}.</p>");
    post.audience = audiences[dice.below(4) as usize];
    post.addresses = vec![format!("http://old.example/blog/{number}.html")];
    if dice.below(10) == 0 {
        let other = (number + 1) % POSTS_A_BLOG;
        post.body.push_str(&format!(
            "<p><a href=\"http://old.example/blog/{other}.html\">on</a></p>"
        ));
    }
    post
}

fn comment(post: &str, place: u64) -> Comment {
    Comment {
        id: format!("{post}-{place}"),
        post: post.to_owned(),
        parent: None,
        kind: CommentKind::Comment,
        author: Person::named(format!("reader {place} of letter {post};")),
        written: None,
        body: "<p>Thank you.</p>".to_owned(),
        state: CommentState::Approved,
        title: None,
        ip: None,
    }
}
