//! The laboratory's command line; `cargo xtask lab` builds it with kill points armed and calls it.

use anyhow::{Context, Result, bail};
use clap::Parser;
use lab::{LABS, Lab, Wish};
use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

/// Where chance begins when nobody says: a check of every change must not fail today and pass tomorrow.
const USUAL_SEED: u64 = 20_261_121;

/// What to look for, and for how long.
#[derive(Parser)]
#[command(name = "cargo xtask lab")]
struct Wishes {
    /// The lab; without one, they are listed. `all` runs every lab for which there is what it needs
    name: Option<String>,
    /// How long to look; each lab has its own short length
    #[arg(long)]
    seconds: Option<u64>,
    /// The length of a release check instead of the short one
    #[arg(long)]
    long: bool,
    /// Where chance begins. Without one, a release check draws a new seed and everything else takes the same one every time
    #[arg(long)]
    seed: Option<u64>,
    /// Run with each bug planted that the lab must catch, one after the other; passes when every one is caught
    #[arg(long)]
    awake: bool,
    /// The JSON line of a WordPress (`site.sh up`), for labs that need a real one
    #[arg(long, env = "REHOME_TEST_SITE")]
    site: Option<PathBuf>,
    /// The one reader to feed, for `fuzz`
    #[arg(long)]
    target: Option<String>,
    /// The executable of Rehome with its points armed
    #[arg(long, env = "REHOME_ARMED", hide = true)]
    rehome: PathBuf,
}

fn main() -> Result<ExitCode> {
    if lab::handle_bomb()? {
        return Ok(ExitCode::SUCCESS);
    }
    let wishes = Wishes::parse();
    let Some(name) = &wishes.name else {
        for lab in LABS {
            println!("{:<14} {}", lab.name, lab.about);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let chosen: Vec<&Lab> = LABS
        .iter()
        .filter(|lab| {
            lab.name == name
                || (name == "all"
                    && (!lab.wordpress || wishes.site.is_some())
                    && (wishes.long || lab.short > 0))
        })
        .collect();
    if chosen.is_empty() {
        bail!("there is no lab `{name}`; `cargo xtask lab` lists them");
    }
    let failed = if name == "all" {
        in_two_rows(&chosen)?
    } else if wishes.awake {
        failed(&chosen, |lab| awake(lab, &wishes))?
    } else {
        failed(&chosen, |lab| look(lab, &wishes))?
    };
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("failed: {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// Those that wait for a WordPress beside those that work.
fn in_two_rows(labs: &[&Lab]) -> Result<Vec<&'static str>> {
    let (waiting, working): (Vec<_>, Vec<_>) = labs.iter().partition(|lab| lab.wordpress);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| failed(&waiting, alone));
        let mut all = failed(&working, alone)?;
        let waiting = waiting.join();
        all.extend(waiting.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        Ok(all)
    })
}

/// The names of those that do not pass.
fn failed(labs: &[&Lab], pass: impl Fn(&Lab) -> Result<bool>) -> Result<Vec<&'static str>> {
    let mut failed = Vec::new();
    for lab in labs {
        if !pass(lab)? {
            failed.push(lab.name);
        }
    }
    Ok(failed)
}

/// One of all labs, in a process of its own: memory is measured, and one that dies is one that fails. What it says is said when it
/// ends, for another one is at work beside it.
fn alone(lab: &Lab) -> Result<bool> {
    let words = std::env::args_os().skip(1);
    let words = words.map(|word| if word == "all" { lab.name.into() } else { word });
    let begun = Instant::now();
    let ended = Command::new(std::env::current_exe()?)
        .args(words)
        .output()?;
    print!("{}", String::from_utf8_lossy(&ended.stdout));
    println!("{:<12} took {} s", lab.name, begun.elapsed().as_secs());
    eprint!("{}", String::from_utf8_lossy(&ended.stderr));
    Ok(ended.status.success())
}

fn look(lab: &Lab, wishes: &Wishes) -> Result<bool> {
    if lab.wordpress && wishes.site.is_none() {
        bail!(
            "`{}` needs a real WordPress: lay one out with tests/world/wordpress/site.sh and name its JSON with --site",
            lab.name
        );
    }
    let usual = if wishes.long { lab.long } else { lab.short };
    let wish = Wish {
        time: Duration::from_secs(wishes.seconds.unwrap_or(usual)),
        long: wishes.long,
        seed: wishes.seed.unwrap_or_else(|| match wishes.long {
            true => any_seed(),
            false => USUAL_SEED,
        }),
        rehome: wishes.rehome.clone(),
        site: wishes.site.clone(),
        target: wishes.target.clone(),
    };
    let goals = (lab.run)(&wish).with_context(|| format!("{} --seed {}", lab.name, wish.seed))?;
    for goal in &goals {
        println!("{:<12} {goal}  seed {}", lab.name, wish.seed);
    }
    // With a bug planted, only a broken promise counts: to get less done is no catch.
    let planted = std::env::var_os("REHOME_PLANT").is_some();
    let counts = |goal: &&lab::Goal| !planted || matches!(goal.limit, lab::Limit::AtMost(_));
    Ok(!goals.is_empty() && goals.iter().filter(counts).all(lab::Goal::passes))
}

/// Bugs are planted by the environment, so each run with one is a process of its own.
fn awake(lab: &Lab, wishes: &Wishes) -> Result<bool> {
    if !look(lab, wishes)? {
        println!("{:<12} fails without any planted bug", lab.name);
        return Ok(false);
    }
    let own = std::env::current_exe()?;
    let mut all = true;
    for bug in lab.catches {
        let caught = !with_bug(&own, lab, *bug, wishes)?;
        let word = if caught { "caught" } else { "MISSED" };
        println!("{:<12} {word} {}", lab.name, bug.name());
        all &= caught;
    }
    Ok(all)
}

fn with_bug(own: &Path, lab: &Lab, bug: points::Bug, wishes: &Wishes) -> Result<bool> {
    let mut run = Command::new(own);
    run.arg(lab.name)
        .arg("--rehome")
        .arg(&wishes.rehome)
        .env("REHOME_PLANT", bug.name());
    if let Some(seconds) = wishes.seconds {
        run.arg("--seconds").arg(seconds.to_string());
    }
    if let Some(seed) = wishes.seed {
        run.arg("--seed").arg(seed.to_string());
    }
    if let Some(site) = &wishes.site {
        run.arg("--site").arg(site);
    }
    Ok(run.status()?.success())
}

fn any_seed() -> u64 {
    let now = jiff::Timestamp::now().as_nanosecond();
    u64::try_from(now % 1_000_000_007).unwrap_or(1)
}
