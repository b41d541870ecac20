//! Processor time and memory of other processes, from `/proc` (Linux).

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// Ticks of `/proc/ID/stat` in a second; the same on every Linux that Rust runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// Where the sum of a process's threads is further off from its ticks than this, a thread has ended and its time is lost.
const LOST_SECONDS: f64 = 0.03;

/// How often a running program is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Processor seconds so far of some processes: by the scheduler's nanoseconds, and by ticks that ended threads count in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    fine: f64,
    ticks: f64,
}

impl Spent {
    /// Of the process groups whose first process stands in `NAME.pid` of `folder`, and all below them.
    pub(super) fn by_servers(folder: &Path, names: &[&str]) -> Self {
        let mut spent = Self::default();
        for name in names {
            let id = fs::read_to_string(folder.join(format!("{name}.pid")));
            if let Some(id) = id.ok().and_then(|id| id.trim().parse().ok()) {
                spent.add_family(id);
            }
        }
        spent
    }

    /// Of a process and all below it.
    pub(super) fn by_process(id: u32) -> Self {
        let mut spent = Self::default();
        spent.add_family(id);
        spent
    }

    /// Of this process.
    pub(super) fn by_ourselves() -> Self {
        let mut spent = Self::default();
        spent.add("self");
        spent
    }

    /// Seconds since `earlier`, as finely as can be trusted.
    pub(super) fn since(self, earlier: Self) -> f64 {
        let (fine, ticks) = (self.fine - earlier.fine, self.ticks - earlier.ticks);
        if (fine - ticks).abs() > LOST_SECONDS.max(ticks * 0.05) {
            ticks
        } else {
            fine
        }
    }

    fn add_family(&mut self, id: u32) {
        for id in family(id) {
            self.add(&id.to_string());
        }
    }

    fn add(&mut self, id: &str) {
        for thread in threads(id) {
            let stat = fs::read_to_string(format!("/proc/{id}/task/{thread}/schedstat"));
            let nanoseconds = stat
                .ok()
                .and_then(|stat| stat.split_whitespace().next()?.parse::<f64>().ok());
            self.fine += nanoseconds.unwrap_or_default() / 1e9;
        }
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        self.ticks += ticks(&stat, 11) + ticks(&stat, 12);
    }
}

/// Most memory that this process held at one time so far, in MiB.
pub(super) fn own_peak_mib() -> f64 {
    peak_of(std::process::id()).unwrap_or_default()
}

/// Seconds in which the machine's processors worked for anybody, and seconds that passed on all of them together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Machine {
    busy: f64,
    all: f64,
}

impl Machine {
    /// Since the machine was started.
    pub(super) fn now() -> Self {
        Self::of(&fs::read_to_string("/proc/stat").unwrap_or_default())
    }

    /// The first line of `/proc/stat`: user, nice, system, idle, waiting for a disk, interrupts, soft interrupts, stolen.
    fn of(stat: &str) -> Self {
        let first = stat.lines().next().unwrap_or_default();
        let times: Vec<f64> = first
            .split_whitespace()
            .skip(1)
            .take(8)
            .filter_map(|word| word.parse::<f64>().ok())
            .map(|ticks| ticks / TICKS_PER_SECOND)
            .collect();
        let all = times.iter().sum();
        let idle: f64 = times.iter().skip(3).take(2).sum();
        Self {
            busy: all - idle,
            all,
        }
    }

    /// Cores that worked at a time since `earlier`, on average.
    pub(super) fn cores_busy_since(self, earlier: Self) -> f64 {
        let cores = thread::available_parallelism().map_or(1, usize::from) as f64;
        let all = self.all - earlier.all;
        if all > 0.0 {
            (self.busy - earlier.busy) / all * cores
        } else {
            0.0
        }
    }
}

/// Takes a file out of the memory of the system, as after a start of the machine.
pub(super) fn forget_file(path: &Path) -> Result<()> {
    // What was not written to the disk yet cannot be forgotten.
    fs::File::open(path)?.sync_all()?;
    let status = Command::new("dd")
        .arg(format!("if={}", path.display()))
        .args(["iflag=nocache", "count=0", "status=none"])
        .status()
        .context("could not run dd")?;
    if !status.success() {
        bail!("dd could not forget {}", path.display());
    }
    Ok(())
}

/// Bytes that a process and all below it hold in memory, shared pages counted once.
pub(super) fn held_bytes(id: u32) -> u64 {
    let own = |id: u32| {
        let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
        text.lines().find_map(|line| {
            let kib = line.strip_prefix("Pss:")?.trim().strip_suffix(" kB")?;
            kib.trim().parse::<u64>().ok()
        })
    };
    family(id).into_iter().filter_map(own).sum::<u64>() * 1024
}

/// A process and all below it.
pub(super) fn family(id: u32) -> Vec<u32> {
    let mut family = vec![id];
    for thread in threads(&id.to_string()) {
        let children = fs::read_to_string(format!("/proc/{id}/task/{thread}/children"));
        for child in children.unwrap_or_default().split_whitespace() {
            family.extend(child.parse().map(self::family).unwrap_or_default());
        }
    }
    family
}

/// What a program needed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needed {
    /// Seconds by the clock.
    pub(super) wall: f64,
    /// Processor seconds.
    pub(super) cpu: f64,
    /// Most memory it held at one time, in MiB.
    pub(super) peak_mib: f64,
}

/// Runs a program to its end and looks at it meanwhile. Statuses in `fine` are not an error.
pub(super) fn watch_program(command: &mut Command, fine: &[i32]) -> Result<Needed> {
    let before = waited_for();
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start {}", command.get_program().display()))?;
    let words = child.stderr.take();
    let listener = std::thread::spawn(move || words.map(std::io::read_to_string));
    let mut peak_mib = 0.0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak_mib = peak_of(child.id()).unwrap_or(peak_mib);
        sleep(LOOK);
    };
    let wall = started.elapsed().as_secs_f64();
    let words = listener.join().ok().flatten().transpose()?;
    if !status.code().is_some_and(|code| fine.contains(&code)) {
        bail!(
            "{} ended with {status}: {}",
            command.get_program().display(),
            words.unwrap_or_default().trim()
        );
    }
    Ok(Needed {
        wall,
        cpu: waited_for() - before,
        peak_mib,
    })
}

fn threads(id: &str) -> Vec<String> {
    fs::read_dir(format!("/proc/{id}/task"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|thread| thread.file_name().to_string_lossy().into_owned())
        .collect()
}

/// The field `at` of a `stat` line, counted from behind the name, in seconds.
fn ticks(stat: &str, at: usize) -> f64 {
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let word = after_name.split_whitespace().nth(at);
    word.and_then(|word| word.parse::<f64>().ok())
        .unwrap_or_default()
        / TICKS_PER_SECOND
}

/// Processor seconds of all children that have ended and were waited for.
fn waited_for() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    ticks(&stat, 13) + ticks(&stat, 14)
}

fn peak_of(id: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::{Machine, Spent, ticks, watch_program};
    use std::process::Command;

    #[test]
    fn the_time_of_a_process_stands_behind_its_name() {
        let stat = "17 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 50 7 1";
        assert!((ticks(stat, 11) - 2.5).abs() < 1e-9);
        assert!((ticks(stat, 12) - 0.5).abs() < 1e-9);
        assert!(ticks("", 11).abs() < 1e-9);
    }

    #[test]
    fn a_core_that_waits_for_a_disk_is_not_busy() {
        let earlier = Machine::of("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2 3 4\n");
        let later = Machine::of("cpu  150 0 75 850 75 0 0 0 7 7\n");
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as f64;
        // 75 of 150 ticks.
        assert!((later.cores_busy_since(earlier) - cores / 2.0).abs() < 1e-9);
        assert!(later.cores_busy_since(later).abs() < 1e-9);
    }

    #[test]
    fn an_ended_thread_leaves_only_the_ticks_to_be_trusted() {
        let earlier = Spent {
            fine: 5.0,
            ticks: 5.0,
        };
        let near = Spent {
            fine: 5.204,
            ticks: 5.21,
        };
        let lost = Spent {
            fine: 4.0,
            ticks: 5.21,
        };
        assert!((near.since(earlier) - 0.204).abs() < 1e-9);
        assert!((lost.since(earlier) - 0.21).abs() < 1e-9);
    }

    #[test]
    fn a_program_that_fails_is_an_error_with_its_own_words() {
        let mut failing = Command::new("sh");
        failing.args(["-c", "echo out of luck >&2; exit 3"]);
        let error = watch_program(&mut failing, &[0]).expect_err("status 3");
        assert!(error.to_string().contains("out of luck"), "{error}");
        assert!(watch_program(Command::new("sh").args(["-c", "exit 3"]), &[0, 3]).is_ok());
    }
}
