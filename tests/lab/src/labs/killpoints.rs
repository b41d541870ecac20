//! Kills runs at every named point of the engine: at its first, a middle and its last time, once and twice in a row (goal G2 of the
//! plan). Points come in pairs, before a durable write or a call and after it: twelve ways for each step. A blog's whole life is run:
//! a move, a second one after both homes changed, an undo; and a move in which answers are lost. A point that no run comes by fails
//! the lab. A repair of a blog where it stands has a life of its own, in which it dies at every point that it comes by ([`repairs`]).

mod repairs;

use super::Lab;
use crate::{
    Goal, Wish,
    blogs::SmallBlog,
    check::Wrongs,
    mover::{Mover, scratch, wait},
};
use anyhow::{Context, Result, bail, ensure};
use campaign::transfer::STEPS;
use points::Bug;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Child,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use world::plugin_home::{Faults, PluginHome, Sort};

pub(super) const LAB: Lab = Lab {
    name: "killpoints",
    about: "a death at every named point, first, middle and last time, once and twice in a row",
    short: 15,
    long: 300,
    wordpress: false,
    catches: &[Bug::ReverseTwoWrites, Bug::WidenOneAudience],
    run,
};

/// Slowest answer of the home.
const DELAY_MS: u64 = 2;

/// How often the first batch of a troubled move fails: as a whole, again, and in its half, which is one of two terms. Chance would
/// leave out the points that this comes by in some runs, and set an item aside in others.
const FAILURES: u64 = 3;

/// Steps that no WordPress with the plugin brings about: marks are unique there, so there are no twins; and an item is set aside
/// only after minutes. The tests of the engine die at these points in simulated time.
const ELSEWHERE: [&str; 2] = ["place.twins", "place.park"];

/// Part of a blog's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    /// The first move.
    Move,
    /// A move whose first requests fail, and the next acts late and its answer is lost.
    Troubled,
    /// A second move: a post was hidden and another deleted at the source, the hidden one was edited at the new home.
    Changed,
    /// Everything is taken away.
    Undo,
    /// What stands at the home is put right.
    Repair,
    /// The same, with a bad beginning.
    TroubledRepair,
    /// Put right again, after its owner changed something.
    RepairAgain,
    /// All of that is put back.
    PutBack,
}

/// One way to die.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    twice: bool,
    time: u64,
    phase: Phase,
    point: String,
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
    let named = points_of_the_engine();
    let sum = Mutex::new(Sum::default());
    let ways = all_ways(wish, &sum)?;
    let (next, begun) = (AtomicUsize::new(0), Instant::now());
    let workers = thread::available_parallelism().map_or(2, usize::from) + 1;
    thread::scope(|scope| {
        let hands: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(way) = ways.get(at) else {
                            return Ok(());
                        };
                        if !wish.goes_on(begun, at as f64, ways.len() as f64) {
                            return Ok(());
                        }
                        die(wish, way, &sum).with_context(|| format!("{way:?}"))?;
                    }
                })
            })
            .collect();
        hands
            .into_iter()
            .try_for_each(|hand| hand.join().unwrap_or_else(|_| bail!("a worker panicked")))
    })?;
    let sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    sum.wrongs
        .sentences()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .take(20)
        .for_each(|wrong| println!("  {wrong}"));
    let unseen: Vec<&String> = named.difference(&sum.seen).collect();
    unseen
        .iter()
        .for_each(|point| println!("  no run comes by {point}"));
    println!(
        "  {} points, {} ways of {}, {} kills",
        sum.seen.len(),
        sum.ways,
        ways.len(),
        sum.kills
    );
    Ok(vec![
        Goal::at_least(
            "ways of dying",
            sum.ways as f64,
            wish.due(ways.len() as f64),
        ),
        Goal::at_least(
            "points at which a run died",
            sum.died.len() as f64,
            wish.due((named.len() - unseen.len()) as f64),
        ),
        Goal::never("points that no run comes by", unseen.len() as u64),
        Goal::never("lost items", sum.wrongs.lost.len() as u64),
        Goal::never("doubled items", sum.wrongs.doubled.len() as u64),
        Goal::never("private words seen", sum.wrongs.wider.len() as u64),
    ])
}

fn points_of_the_engine() -> BTreeSet<String> {
    let all = STEPS.iter().flat_map(|step| [step.before, step.after]);
    all.filter(|point| !ELSEWHERE.iter().any(|step| point.starts_with(step)))
        .map(str::to_owned)
        .collect()
}

/// Every way of dying, learnt from lives that nobody cuts short. A point dies in the first phase that comes by it.
fn all_ways(wish: &Wish, sum: &Mutex<Sum>) -> Result<Vec<Way>> {
    let mut ways = BTreeSet::new();
    let (export, archive) = seeds(wish.seed)?;
    let mut seen = BTreeSet::new();
    let mut known = BTreeSet::new();
    for (seed, phases) in lives(export, archive) {
        if phases == repairs::LIFE {
            // What died in a move dies in a repair as well.
            seen.append(&mut known);
        }
        let folder = scratch()?;
        let mut life = Life::begin(wish, seed, folder.path())?;
        for phase in phases {
            life.live(phase, &[])?;
            let times = tally(&life.notes(phase));
            for (point, times) in times.iter().filter(|(point, _)| !known.contains(*point)) {
                for time in BTreeSet::from([1, times.div_ceil(2), *times]) {
                    for twice in [false, true] {
                        ways.insert(Way {
                            twice,
                            time,
                            phase,
                            point: point.clone(),
                            seed,
                        });
                    }
                }
            }
            known.extend(times.into_keys());
        }
        let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.wrongs.add(std::mem::take(&mut life.wrongs));
    }
    sum.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .seen
        .extend(known.into_iter().chain(seen));
    // In the order of their fields: a short run sees every point die once before any dies twice.
    Ok(ways.into_iter().collect())
}

fn lives(export: u64, archive: u64) -> [(u64, Vec<Phase>); 5] {
    [
        (export, vec![Phase::Move, Phase::Changed, Phase::Undo]),
        (archive, vec![Phase::Move]),
        (export, vec![Phase::Troubled]),
        (export, repairs::LIFE.to_vec()),
        (export, vec![Phase::TroubledRepair]),
    ]
}

/// The first seeds whose blogs are an export that can change, and an archive for friends, each with a picture.
fn seeds(seed: u64) -> Result<(u64, u64)> {
    let folder = scratch()?;
    let (mut export, mut archive) = (None, None);
    for seed in seed..seed + 500 {
        let blog = SmallBlog::write(&folder.path().join(seed.to_string()), seed)?;
        let has_picture = blog.wanted.iter().any(|wanted| wanted.sort == Sort::Media);
        if blog.input.extension().is_some_and(|end| end == "zip") {
            let is_restricted = blog.words.contains(&"audience=friends".to_owned());
            archive = archive.or((has_picture && is_restricted).then_some(seed));
        } else if has_picture && blog.changed()?.is_some() {
            export = export.or(Some(seed));
        }
        if let (Some(export), Some(archive)) = (export, archive) {
            return Ok((export, archive));
        }
    }
    bail!("five hundred seeds and no blog that can change")
}

fn tally(notes: &Path) -> BTreeMap<String, u64> {
    let mut times = BTreeMap::new();
    for name in fs::read_to_string(notes).unwrap_or_default().lines() {
        *times.entry(name.to_owned()).or_default() += 1;
    }
    times
}

fn die(wish: &Wish, way: &Way, sum: &Mutex<Sum>) -> Result<()> {
    let folder = scratch()?;
    let mut life = Life::begin(wish, way.seed, folder.path())?;
    let phases: &[Phase] = match way.phase {
        Phase::Move => &[Phase::Move],
        Phase::Troubled => &[Phase::Troubled],
        Phase::Changed => &[Phase::Move, Phase::Changed],
        Phase::Undo => &[Phase::Move, Phase::Undo],
        Phase::Repair => &[Phase::Repair],
        Phase::TroubledRepair => &[Phase::TroubledRepair],
        Phase::RepairAgain => &[Phase::Repair, Phase::RepairAgain],
        Phase::PutBack => &[Phase::Repair, Phase::PutBack],
    };
    for phase in phases {
        let deaths: Vec<String> = match *phase == way.phase {
            true => std::iter::once(way.time)
                .chain(way.twice.then_some(1))
                .map(|time| format!("{}:{time}", way.point))
                .collect(),
            false => Vec::new(),
        };
        life.live(*phase, &deaths)?;
    }
    let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
    sum.ways += 1;
    sum.kills += life.kills;
    if life.kills > 0 {
        sum.died.insert(way.point.clone());
    }
    phases
        .iter()
        .for_each(|phase| sum.seen.extend(tally(&life.notes(*phase)).into_keys()));
    if !life.wrongs.is_empty() {
        println!("  {way:?}");
        sum.wrongs.add(life.wrongs);
    }
    Ok(())
}

fn bad_start() -> Faults {
    Faults {
        bad_start: FAILURES,
        late_ms: 3000,
        ..Faults::slow(DELAY_MS)
    }
}

/// One blog, one home, and what becomes of them.
struct Life<'a> {
    wish: &'a Wish,
    folder: &'a Path,
    blog: SmallBlog,
    home: PluginHome,
    kills: u64,
    wrongs: Wrongs,
}

impl<'a> Life<'a> {
    fn begin(wish: &'a Wish, seed: u64, folder: &'a Path) -> Result<Self> {
        let mut blog = SmallBlog::write(&folder.join("input"), seed)?;
        blog.words.push("--carry-site".to_owned());
        let home = PluginHome::start(0, seed, Faults::slow(DELAY_MS))?;
        home.site().secret_words = blog.secret_words();
        Ok(Self {
            wish,
            folder,
            blog,
            home,
            kills: 0,
            wrongs: Wrongs::default(),
        })
    }

    fn notes(&self, phase: Phase) -> std::path::PathBuf {
        self.folder.join(format!("{phase:?}.txt"))
    }

    /// Lives through a phase, dying on the way as told, and looks at what came of it.
    fn live(&mut self, phase: Phase, deaths: &[String]) -> Result<()> {
        self.prepare(phase)?;
        for death in deaths {
            let ended = wait(&mut self.start(phase, Some(death))?)?;
            self.kills += u64::from(ended.code().is_none());
        }
        for attempt in 0.. {
            let ended = wait(&mut self.start(phase, None)?)?;
            if matches!(ended.code(), Some(0 | 1)) {
                break;
            }
            ensure!(
                attempt < 20,
                "{phase:?} does not come to its end:\n{}",
                self.mover().said()
            );
            self.home.set_faults(Faults::slow(DELAY_MS));
        }
        self.home.set_faults(Faults::slow(DELAY_MS));
        ensure!(
            self.home.is_quiet_within(Duration::from_secs(10)),
            "the home does not come to rest"
        );
        let found = match phase {
            Phase::Undo => self.what_is_left(),
            Phase::Repair | Phase::TroubledRepair | Phase::RepairAgain => {
                repairs::judge(&self.mover(), &self.home)?
            }
            Phase::PutBack => repairs::judge_put_back(&self.home),
            _ => self.mover().judge(&self.home)?,
        };
        self.wrongs.add(found);
        Ok(())
    }

    fn mover(&self) -> Mover<'_> {
        Mover::to(&self.wish.rehome, &self.blog, self.folder, &self.home)
    }

    fn start(&self, phase: Phase, death: Option<&String>) -> Result<Child> {
        let notes = self.notes(phase);
        let mut environment = vec![("REHOME_POINTS", notes.to_str().unwrap_or_default())];
        environment.extend(death.map(|death| ("REHOME_KILL", death.as_str())));
        match phase {
            Phase::Undo | Phase::PutBack => self.mover().start_undo(&environment),
            Phase::Repair | Phase::TroubledRepair | Phase::RepairAgain => {
                repairs::start(&self.mover(), &environment)
            }
            _ => self.mover().start(&environment),
        }
    }

    fn prepare(&mut self, phase: Phase) -> Result<()> {
        match phase {
            Phase::Move | Phase::Undo | Phase::PutBack => {}
            Phase::Repair => repairs::furnish(self.folder, &self.home)?,
            Phase::TroubledRepair => {
                repairs::furnish(self.folder, &self.home)?;
                self.home.set_faults(bad_start());
            }
            Phase::RepairAgain => repairs::edit(&self.home),
            Phase::Troubled => self.home.set_faults(bad_start()),
            Phase::Changed => {
                let before = self
                    .blog
                    .wanted
                    .iter()
                    .find(|wanted| wanted.sort == Sort::Post)
                    .map(|wanted| wanted.token.clone());
                let mut site = self.home.site();
                let id = site
                    .things
                    .values()
                    .find(|thing| thing.sent["title"].as_str() == before.as_deref())
                    .map(|thing| thing.id);
                site.edit(id.context("the first post is not there")?, "By the owner.");
                drop(site);
                self.blog = self.blog.changed()?.context("this blog cannot change")?;
            }
        }
        Ok(())
    }

    /// After an undo only what somebody edited is left.
    fn what_is_left(&self) -> Wrongs {
        let site = self.home.site();
        let left = site.things.values().filter(|thing| !thing.edited);
        Wrongs {
            doubled: left
                .map(|thing| format!("{} {} is left after an undo", thing.kind, thing.mark))
                .collect(),
            ..Wrongs::default()
        }
    }
}
