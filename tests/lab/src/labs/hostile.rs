//! Hostile servers and addresses against the fetcher: nothing that is not public is ever connected to, and no server gets more of our
//! time or memory than was set.
//!
//! Every address here leads, if it were followed, to a trap: a listener on this machine that counts. The bounds of the fetcher are
//! scaled down, so that hundreds of cases need no minutes.

mod servers;
mod spellings;

use crate::{Goal, Wish, labs::Lab};
use anyhow::{Context, Result};
use blog::doors::{Call, MediaError, ReadError};
use platforms::fetch::{FetchSettings, Fetcher, Patience, names::Names};
use std::{
    io::{self, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// See the top of this file.
pub(super) const LAB: Lab = Lab {
    name: "hostile",
    about: "hostile addresses and servers: nothing private is asked, nothing takes more than it may",
    short: 5,
    long: 120,
    wordpress: false,
    catches: &[points::Bug::FollowUnchecked],
    run,
};

/// Bytes of a body that are wanted here.
const CAP_BYTES: u64 = 256 * 1024;
/// Beyond the cap a client may have read what was on its way.
const SLACK_BYTES: f64 = 65_536.0;
/// How often an address is asked where nothing answers in time.
const TRIES: usize = 3;
/// Cases looked at together.
const THREADS: usize = 6;
/// Ports that a trap may have: those that are asked at all.
const TRAP_PORTS: [u16; 2] = [8080, 80];

fn patience() -> Patience {
    Patience {
        connect: Duration::from_millis(250),
        first_byte: Duration::from_millis(400),
        whole: Duration::from_millis(800),
        window: Duration::from_millis(600),
        quiet: Duration::from_millis(300),
    }
}

/// What one case may end as.
enum Case {
    /// An address that must not be asked.
    Address { address: String, by_redirect: bool },
    /// A name with what it resolves to, time after time.
    Name { answers: Vec<Vec<String>> },
    /// A path at the hostile server, as media or as an answer in memory.
    Server { path: &'static str, in_memory: bool },
}

/// What was seen over all cases.
#[derive(Default)]
struct Seen {
    cases: AtomicU64,
    spellings: AtomicU64,
    unrefused: Mutex<Vec<String>>,
    most_bytes: AtomicU64,
    longest_overrun: Mutex<(Duration, String)>,
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let begun = Instant::now();
    let trap = Trap::set().context("a trap needs port 8080 or 80 of this machine")?;
    let host = servers::start()?;
    let seen = Seen::default();
    loop {
        round(&trap, &host, &seen);
        if begun.elapsed() >= wish.time {
            break;
        }
    }
    let unrefused = seen.unrefused.lock().unwrap_or_else(|bad| bad.into_inner());
    for address in unrefused.iter().take(20) {
        eprintln!("not refused: {address}");
    }
    let overrun = seen
        .longest_overrun
        .lock()
        .unwrap_or_else(|bad| bad.into_inner());
    eprintln!("longest overrun: {:?} at {}", overrun.0, overrun.1);
    Ok(vec![
        Goal::at_least("cases", seen.cases.load(Ordering::Relaxed) as f64, 120.0),
        Goal::at_least(
            "spellings of private addresses",
            seen.spellings.load(Ordering::Relaxed) as f64,
            40.0,
        ),
        Goal::never(
            "connections to addresses that are not public",
            trap.caught(),
        ),
        Goal::never("private addresses not refused", unrefused.len() as u64),
        Goal::at_most(
            "bytes beyond the cap",
            seen.most_bytes.load(Ordering::Relaxed) as f64 - CAP_BYTES as f64,
            SLACK_BYTES,
        ),
        Goal::at_most(
            "seconds beyond the cap",
            overrun.0.as_secs_f64(),
            wish.at_leisure(1.0),
        ),
    ])
}

fn round(trap: &Trap, host: &str, seen: &Seen) {
    let cases = cases(trap.port);
    let next = AtomicUsize::new(0);
    let late = Lateness::watch();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    look(case, host, trap.port, seen, &late);
                    seen.cases.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
}

fn cases(port: u16) -> Vec<Case> {
    let addresses = spellings::of_private(port);
    let direct = addresses.iter().map(|address| (address.clone(), false));
    let redirected = addresses.iter().map(|address| (address.clone(), true));
    let mut cases: Vec<Case> = direct
        .chain(redirected)
        .map(|(address, by_redirect)| Case::Address {
            address,
            by_redirect,
        })
        .collect();
    cases.extend(
        spellings::names()
            .into_iter()
            .map(|answers| Case::Name { answers }),
    );
    for path in servers::PATHS {
        cases.extend([false, true].map(|in_memory| Case::Server { path, in_memory }));
    }
    cases
}

fn look(case: &Case, host: &str, trap_port: u16, seen: &Seen, late: &Lateness) {
    let settings = FetchSettings {
        allow_private_hosts: vec![host.to_owned()],
        pause: Duration::from_millis(1),
        patience: patience(),
        ..FetchSettings::default()
    };
    match case {
        Case::Address {
            address,
            by_redirect,
        } => {
            let fetcher = Fetcher::new(settings);
            let asked = if *by_redirect {
                format!("http://{host}/to?{}", hex(address))
            } else {
                address.clone()
            };
            seen.spellings.fetch_add(1, Ordering::Relaxed);
            let ask = || fetcher.download(&asked, &mut io::sink(), CAP_BYTES);
            // On a busy machine our own server may not come to its redirect in time.
            let result = (0..TRIES)
                .map(|_| ask())
                .find(|result| !matches!(result, Err(MediaError::Unreachable(_))))
                .unwrap_or_else(ask);
            // A name may be unknown here; an odd `Location` may lead back to the server itself, or be no header at all.
            let is_harmless = match result {
                Err(MediaError::Gone(_)) => true,
                Err(MediaError::NotMedia(_)) => *by_redirect,
                _ => false,
            };
            if !is_harmless && !matches!(result, Err(MediaError::Refused(_))) {
                note(
                    seen,
                    format!("{address} (by redirect: {by_redirect}): {result:?}"),
                );
            }
        }
        Case::Name { answers } => {
            let fetcher = Fetcher::new(FetchSettings {
                names: Some(Arc::new(Script(Mutex::new(answers.clone())))),
                ..settings
            });
            let asked = format!("http://name.example:{trap_port}/");
            let result = fetcher.download(&asked, &mut io::sink(), CAP_BYTES);
            if result.is_ok() {
                note(seen, format!("a name with {answers:?}"));
            }
        }
        Case::Server { path, in_memory } => {
            let fetcher = Fetcher::new(settings);
            let asked = format!("http://{host}{path}");
            let begun = Instant::now();
            let lateness = late.so_far();
            let bytes = if *in_memory {
                match fetcher.ask(&Call::get(&asked), CAP_BYTES) {
                    Ok(answer) => answer.body.len() as u64,
                    Err(ReadError::Unreadable { .. } | ReadError::Unreachable { .. }) => 0,
                    Err(_) => 0,
                }
            } else {
                let mut count = Count(0);
                let _ = fetcher.download(&asked, &mut count, CAP_BYTES);
                count.0
            };
            seen.most_bytes.fetch_max(bytes, Ordering::Relaxed);
            let allowed =
                patience().whole + patience().quiet + late.so_far().saturating_sub(lateness);
            let overrun = begun.elapsed().saturating_sub(allowed);
            let mut longest = seen
                .longest_overrun
                .lock()
                .unwrap_or_else(|bad| bad.into_inner());
            if overrun > longest.0 {
                *longest = (overrun, asked);
            }
        }
    }
}

fn note(seen: &Seen, what: String) {
    let mut unrefused = seen.unrefused.lock().unwrap_or_else(|bad| bad.into_inner());
    unrefused.push(what);
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Counts bytes.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0 += piece.len() as u64;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Names that answer by a script; the last list for ever.
#[derive(Debug)]
struct Script(Mutex<Vec<Vec<String>>>);

impl Names for Script {
    fn look_up(&self, _host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let mut lists = self.0.lock().unwrap_or_else(|bad| bad.into_inner());
        let list = if lists.len() > 1 {
            lists.remove(0)
        } else {
            lists.first().cloned().unwrap_or_default()
        };
        list.iter()
            .map(|ip| Ok(SocketAddr::new(ip.parse().map_err(io::Error::other)?, port)))
            .collect()
    }
}

/// A listener on every address of this machine, on a port that would be asked.
struct Trap {
    port: u16,
    caught: Arc<AtomicU64>,
}

impl Trap {
    fn set() -> io::Result<Self> {
        let mut last = io::Error::other("no port");
        for port in TRAP_PORTS {
            let bound =
                TcpListener::bind(("::", port)).or_else(|_| TcpListener::bind(("0.0.0.0", port)));
            match bound {
                Ok(listener) => {
                    let caught = Arc::new(AtomicU64::new(0));
                    let counter = Arc::clone(&caught);
                    std::thread::spawn(move || {
                        for stream in listener.incoming() {
                            counter.fetch_add(1, Ordering::Relaxed);
                            drop(stream);
                        }
                    });
                    return Ok(Self { port, caught });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn caught(&self) -> u64 {
        self.caught.load(Ordering::Relaxed)
    }
}

/// How late this machine wakes its sleepers, summed up: a busy machine is not the fetcher's fault.
struct Lateness {
    sum_micros: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
}

impl Lateness {
    fn watch() -> Self {
        let sum_micros = Arc::new(AtomicU64::new(0));
        let over = Arc::new(AtomicBool::new(false));
        let (sum, end) = (Arc::clone(&sum_micros), Arc::clone(&over));
        std::thread::spawn(move || {
            let nap = Duration::from_millis(5);
            while !end.load(Ordering::Relaxed) {
                let begun = Instant::now();
                std::thread::sleep(nap);
                let late = begun.elapsed().saturating_sub(nap);
                sum.fetch_add(late.as_micros() as u64, Ordering::Relaxed);
            }
        });
        Self { sum_micros, over }
    }

    fn so_far(&self) -> Duration {
        Duration::from_micros(self.sum_micros.load(Ordering::Relaxed))
    }
}

impl Drop for Lateness {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}
