//! Small inputs that want to be large: each is handled by a process of its own, which may take 2 seconds of work and 64 MiB, and says
//! what it met.

mod made;
mod ways;

use crate::{Goal, Wish, labs::Lab, work::state_and_seconds};
use anyhow::{Context, Result, bail};
use made::Bomb;
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub use ways::handle;

/// See the top of this file.
pub(super) const LAB: Lab = Lab {
    name: "bombs",
    about: "inputs that unpack, nest or multiply: bounded work, bounded memory, the right words",
    short: 8,
    long: 60,
    wordpress: false,
    catches: &[points::Bug::HoldAnEntry],
    run,
};

/// Says in the environment of a process of ours which bomb it is to handle, `WAY:FILE`.
const VARIABLE: &str = "REHOME_BOMB";
/// Processor time of one bomb.
const CPU_SECONDS: f64 = 2.0;
/// Memory of one bomb, the program itself included.
const MEMORY_MIB: f64 = 64.0;
/// By the clock, on a busy machine; whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What handling a bomb took.
struct Cost {
    cpu_seconds: f64,
    memory_mib: f64,
    ended: bool,
    words: String,
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let room = tempfile::tempdir()?;
    let bombs = made::all();
    let (mut slowest, mut largest) = ((0.0, ""), (0.0, ""));
    let (mut fallen, mut wordless) = (0, 0);
    for bomb in &bombs {
        let cost = set_off(bomb, wish, room.path()).with_context(|| bomb.name.to_owned())?;
        if cost.cpu_seconds > slowest.0 {
            slowest = (cost.cpu_seconds, bomb.name);
        }
        if cost.memory_mib > largest.0 {
            largest = (cost.memory_mib, bomb.name);
        }
        let is_over = cost.cpu_seconds > CPU_SECONDS || cost.memory_mib > MEMORY_MIB;
        let is_silent = !cost.words.contains(bomb.says);
        fallen += u64::from(!cost.ended);
        wordless += u64::from(is_silent);
        if is_over || is_silent || !cost.ended {
            let words: String = cost.words.chars().take(300).collect();
            eprintln!(
                "{}: {:.2} s, {:.0} MiB, ended well: {}, wanted “{}”, said: {words}",
                bomb.name, cost.cpu_seconds, cost.memory_mib, cost.ended, bomb.says
            );
        }
    }
    eprintln!("most work: {}; most memory: {}", slowest.1, largest.1);
    Ok(vec![
        Goal::at_least("bombs", bombs.len() as f64, 40.0),
        Goal::never("bombs that ended the process", fallen),
        Goal::never("bombs without the right words", wordless),
        Goal::at_most(
            "most work, CPU seconds",
            slowest.0,
            wish.at_leisure(CPU_SECONDS),
        ),
        Goal::at_most("most memory, MiB", largest.0, MEMORY_MIB),
    ])
}

fn set_off(bomb: &Bomb, wish: &Wish, room: &Path) -> Result<Cost> {
    let input = room.join(format!("bomb.{}", bomb.way.extension()));
    fs::write(&input, (bomb.make)())?;
    let output = room.join("words");
    let words = fs::File::create(&output)?;
    let mut command = if bomb.way.is_survey() {
        let mut command = Command::new(&wish.rehome);
        command.args(["survey", "--json"]).arg(&input);
        command
    } else {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .env(VARIABLE, format!("{}:{}", bomb.way.name(), input.display()))
            .env("REHOME_ARMED", &wish.rehome);
        command
    };
    let child = command
        .stdin(Stdio::null())
        .stdout(words.try_clone()?)
        .stderr(words)
        .spawn()?;
    let (cpu_seconds, memory_mib, ended) = watch(child)?;
    let words = String::from_utf8_lossy(&fs::read(&output)?).into_owned();
    fs::remove_file(&input)?;
    Ok(Cost {
        cpu_seconds,
        memory_mib,
        ended,
        words,
    })
}

/// Follows a process to its end: work, the most memory, and whether it ended by itself (with any answer, but no panic).
fn watch(mut child: Child) -> Result<(f64, f64, bool)> {
    let folder = format!("/proc/{}", child.id());
    let begun = Instant::now();
    let mut memory_mib = 0.0_f64;
    loop {
        let stat = fs::read_to_string(format!("{folder}/stat")).context("needs /proc")?;
        let (state, cpu_seconds) = state_and_seconds(&stat).context("an odd /proc")?;
        if state == "Z" {
            let status = child.wait()?;
            // 101 is a panic; no code at all is a signal.
            let ended = status.code().is_some_and(|code| code != 101);
            return Ok((cpu_seconds, memory_mib, ended));
        }
        let status = fs::read_to_string(format!("{folder}/status")).unwrap_or_default();
        if let Some(peak) = peak_kib(&status) {
            memory_mib = memory_mib.max(peak / 1024.0);
        }
        if begun.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            bail!("it hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn peak_kib(status: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
