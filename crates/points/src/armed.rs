//! What an armed run does at its points.

use crate::Bug;
use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    io::Write,
    sync::{Mutex, OnceLock},
};

static SEEN: Mutex<BTreeMap<&'static str, u64>> = Mutex::new(BTreeMap::new());

pub(crate) fn reached(name: &'static str) {
    let mut seen = SEEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let times = seen.entry(name).or_default();
    *times += 1;
    note(name);
    if kill()
        .as_ref()
        .is_some_and(|(at, when)| at == name && *when == *times)
    {
        die();
    }
}

pub(crate) fn met(work: &str, words: impl FnOnce() -> String) {
    static KILLER: OnceLock<Option<(String, String, String)>> = OnceLock::new();
    let killer = KILLER.get_or_init(|| {
        let wish = std::env::var("REHOME_KILLER").ok()?;
        let mut parts = wish.splitn(3, ':').map(str::to_owned);
        Some((parts.next()?, parts.next()?, parts.next()?))
    });
    if let Some((how, at, word)) = killer
        && at == work
        && words().contains(word.as_str())
    {
        match how.as_str() {
            "panic" => panic!("a planted killer"),
            "stack" => drop(deeper(0)),
            _ => die(),
        }
    }
}

/// Ends when the stack does.
#[allow(unconditional_recursion)]
fn deeper(depth: u64) -> u64 {
    std::hint::black_box(deeper(std::hint::black_box(depth + 1))) + 1
}

pub(crate) fn planted(bug: Bug) -> bool {
    static PLANTED: OnceLock<Option<String>> = OnceLock::new();
    PLANTED
        .get_or_init(|| std::env::var("REHOME_PLANT").ok())
        .as_deref()
        .is_some_and(|names| names.split(',').any(|name| name == bug.name()))
}

fn kill() -> &'static Option<(String, u64)> {
    static KILL: OnceLock<Option<(String, u64)>> = OnceLock::new();
    KILL.get_or_init(|| {
        let wish = std::env::var("REHOME_KILL").ok()?;
        let (name, times) = wish.rsplit_once(':')?;
        Some((name.to_owned(), times.parse().ok()?))
    })
}

fn note(name: &str) {
    let Ok(path) = std::env::var("REHOME_POINTS") else {
        return;
    };
    if let Ok(mut file) = OpenOptions::new().create(true).append(true).open(path) {
        let _ = writeln!(file, "{name}");
    }
}

/// Dies without unwinding, without flushing, as SIGKILL would have it.
fn die() -> ! {
    std::process::abort()
}
