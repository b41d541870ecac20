//! `redirects-old`: the server is started again and again on a folder that is 0 to 20 generations old, cut, flipped, mixed or not whole
//! (goal G20 of the plan). It may say that it cannot answer; it may not lead anybody for good to where something was once.

use super::served::{Server, ask, connect};
use super::{BLOGS, ENTRIES, build, record, right_status, target};
use crate::labs::Lab;
use crate::{Goal, Wish, chance::Chance, mover::scratch};
use anyhow::Result;
use points::Bug;
use redirects::publish;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub(in crate::labs) const LAB: Lab = Lab {
    name: "redirects-old",
    about: "no wrong permanent redirect after a start with an old or damaged index",
    short: 8,
    long: 60,
    wordpress: false,
    catches: &[Bug::TakeAnOlderIndex, Bug::TakeTheNeighbour],
    run,
};

const RESTARTS: u64 = 200;
const GENERATIONS: u64 = 21;
/// Blogs that changed after the last generation.
const CHANGED: u64 = 3;
/// Addresses that are asked for after a start.
const ASKED: u64 = 120;

/// What came of all starts.
#[derive(Default)]
struct Told {
    restarts: u64,
    /// Permanent redirects to where nothing is now.
    wrong: u64,
    /// The same, but for the moment.
    wrong_shortly: u64,
    led: u64,
    refused: u64,
    slowest: Duration,
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let folder = scratch()?;
    let history = History::make(folder.path())?;
    let mut chance = Chance::new(wish.seed);
    let (mut told, began) = (Told::default(), Instant::now());
    while began.elapsed() < wish.time || (wish.long && told.restarts < RESTARTS) {
        let index = folder.path().join("restarted");
        copy(&history.now, &index)?;
        // The first one is sound: what is refused from then on is refused for its harm.
        let harm = if told.restarts == 0 {
            "none"
        } else {
            history.harm(&index, &mut chance)?
        };
        told.restart(wish, &index, harm, &mut chance)?;
        fs::remove_dir_all(&index)?;
    }
    println!(
        "  {} starts, {} with nothing to answer from; {} redirects",
        told.restarts, told.refused, told.led
    );
    let least = if wish.long { RESTARTS as f64 } else { 1.0 };
    Ok(vec![
        Goal::never("wrong permanent redirects", told.wrong),
        Goal::never("wrong redirects for the moment", told.wrong_shortly),
        Goal::at_least(
            "starts with an old or damaged index",
            told.restarts as f64,
            least,
        ),
        Goal::at_least("right redirects", told.led as f64, 1.0),
        Goal::at_most("seconds until ready", told.slowest.as_secs_f64(), 1.0),
    ])
}

impl Told {
    fn restart(
        &mut self,
        wish: &Wish,
        index: &Path,
        harm: &str,
        chance: &mut Chance,
    ) -> Result<()> {
        let server = Server::start(&wish.rehome, index, "127.0.0.1:0")?;
        self.restarts += 1;
        self.slowest = self.slowest.max(server.ready);
        let mut stream = connect(server.at);
        let mut led = 0;
        for _ in 0..ASKED {
            let blog = chance.below(BLOGS as usize) as u64;
            let number = 1 + chance.below(ENTRIES as usize) as u32;
            let answer = stream.as_mut().and_then(|stream| ask(stream, blog, number));
            let Some((status, location)) = answer else {
                anyhow::bail!("a server with this harm did not answer: {harm}");
            };
            let is_right =
                location == target(blog, number, version(blog)) && status == right_status(blog);
            match status {
                301 | 302 if is_right => led += 1,
                301 | 308 => self.wrong += 1,
                302 | 307 => self.wrong_shortly += 1,
                _ => (),
            }
            if matches!(status, 301 | 302 | 307 | 308) && !is_right {
                println!("  wrong: entry {number} of blog {blog}: {status} to {location}: {harm}");
            }
        }
        self.refused += u64::from(led == 0);
        self.led += led;
        Ok(())
    }
}

/// What is right now.
fn version(blog: u64) -> u64 {
    if blog < CHANGED {
        GENERATIONS + 1
    } else {
        GENERATIONS
    }
}

/// Each generation as it was when it was the newest, and the folder as it is after the last one and what changed since.
struct History {
    generations: Vec<PathBuf>,
    now: PathBuf,
}

impl History {
    fn make(folder: &Path) -> Result<Self> {
        let now = folder.join("now");
        fs::create_dir_all(&now)?;
        let mut generations = Vec::new();
        for number in 1..=GENERATIONS {
            build(&now, number)?;
            let kept = folder.join(format!("kept{number}"));
            copy(&now.join(name(number)), &kept)?;
            generations.push(kept);
        }
        for blog in 0..CHANGED {
            publish(&now, &record(blog, GENERATIONS + 1))?;
        }
        Ok(Self { generations, now })
    }

    /// Does one kind of harm to a copy of the folder of now, and says which.
    fn harm(&self, folder: &Path, chance: &mut Chance) -> Result<&'static str> {
        let newest = folder.join(name(GENERATIONS));
        let old = chance.below(GENERATIONS as usize - 1);
        let files = files(folder)?;
        let file = &files[chance.below(files.len())];
        let mut bytes = fs::read(file)?;
        Ok(match chance.below(7) {
            0 => {
                fs::remove_dir_all(&newest)?;
                copy(&self.generations[old], &folder.join(name(old as u64 + 1)))?;
                "the newest generation is gone and an older one is there"
            }
            1 => {
                fs::remove_dir_all(&newest)?;
                copy(&self.generations[old], &newest)?;
                "an older generation stands under the newest name"
            }
            2 => {
                let changes = folder.join(format!("changes-{GENERATIONS:010}.log"));
                let kept = fs::read(&changes)?;
                fs::write(&changes, &kept[..chance.below(kept.len())])?;
                "changes are cut"
            }
            3 => {
                // One segment of another time among those of now.
                let files = self::files(&self.generations[old])?;
                let other = &files[chance.below(files.len())];
                if let Some(name) = other.file_name() {
                    fs::copy(other, newest.join(name))?;
                }
                "a file of an older generation is among those of the newest"
            }
            4 if !bytes.is_empty() => {
                let at = chance.below(bytes.len());
                bytes[at] ^= 1 << chance.below(8);
                fs::write(file, bytes)?;
                "a bit is flipped"
            }
            5 if file.file_name().is_some_and(|name| name != "highest") => {
                fs::remove_file(file)?;
                "a file is gone"
            }
            _ => {
                bytes.truncate(chance.below(bytes.len().max(1)));
                fs::write(file, bytes)?;
                "a file is cut"
            }
        })
    }
}

fn name(generation: u64) -> String {
    format!("generation-{generation:010}")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &place)?;
        } else {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}

/// All files but those that only keep others out.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            all.extend(files(&path)?);
        } else if path.file_name().is_some_and(|name| name != "lock") {
            all.push(path);
        }
    }
    all.sort();
    Ok(all)
}
