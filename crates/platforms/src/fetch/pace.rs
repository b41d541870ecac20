//! Politeness: only so many calls to one host at a time, a pause between their starts, and none for a while at a host that
//! is silent: a blog can show a thousand pictures of a host that is gone.

use std::{
    collections::HashMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Hosts remembered before idle ones are forgotten; a blog may link to many.
const HOSTS: usize = 4096;

/// Calls in a row without any answer after which a host counts as silent.
const SILENT_AFTER: u32 = 6;

/// How long a silent host is left alone before it is asked again.
const SILENCE: Duration = Duration::from_secs(120);

/// Who is being asked, and when last.
#[derive(Debug)]
pub(super) struct Pace {
    parallel: usize,
    delay: Duration,
    hosts: Mutex<HashMap<String, Host>>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Host {
    active: usize,
    next_start: Option<Instant>,
    unanswered: u32,
    silent_until: Option<Instant>,
}

/// The right to ask a host; given back when dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pace: &'a Pace,
    host: String,
}

impl Pace {
    pub(super) fn new(parallel: usize, delay: Duration) -> Self {
        Self {
            parallel: parallel.max(1),
            delay,
            hosts: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// Waits until `host` may be asked.
    pub(super) fn turn(&self, host: &str) -> Turn<'_> {
        let mut hosts = self.lock();
        loop {
            if hosts.len() > HOSTS {
                hosts.retain(|_, host| host.active > 0 || host.silent_until.is_some());
            }
            let state = hosts.entry(host.to_owned()).or_default();
            if state.active >= self.parallel {
                hosts = self
                    .freed
                    .wait(hosts)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let now = Instant::now();
            let start = state.next_start.map_or(now, |next| next.max(now));
            state.active += 1;
            state.next_start = Some(start + self.delay);
            drop(hosts);
            std::thread::sleep(start - now);
            return Turn {
                pace: self,
                host: host.to_owned(),
            };
        }
    }

    /// Whether `host` gave no answer so often that it is left alone for now.
    pub(super) fn is_silent(&self, host: &str) -> bool {
        let hosts = self.lock();
        let until = hosts.get(host).and_then(|host| host.silent_until);
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Remembers whether `host` gave any answer.
    pub(super) fn heard(&self, host: &str, answered: bool) {
        let mut hosts = self.lock();
        let Some(state) = hosts.get_mut(host) else {
            return;
        };
        if answered {
            state.unanswered = 0;
            state.silent_until = None;
        } else {
            state.unanswered += 1;
            if state.unanswered >= SILENT_AFTER {
                state.silent_until = Some(Instant::now() + SILENCE);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        // Nothing is left half done under this lock.
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(state) = self.pace.lock().get_mut(&self.host) {
            state.active = state.active.saturating_sub(1);
        }
        self.pace.freed.notify_all();
    }
}
