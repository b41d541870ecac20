//! Politeness: only so many calls to one host at a time, and a pause between their starts.

use std::{
    collections::HashMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Hosts remembered before idle ones are forgotten; a blog may link to many.
const HOSTS: usize = 4096;

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
                hosts.retain(|_, host| host.active > 0);
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
