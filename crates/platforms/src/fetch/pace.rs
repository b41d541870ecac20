//! Politeness: only so many calls to one host at a time ([`window`](super::window)), a pause between their starts, and none for a
//! while at a host that asked for quiet, or that is silent: a blog can show a thousand pictures of a host that is gone.

use super::{
    stopping::{self, LOOK, Stopped},
    window::Window,
};
use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Hosts remembered before idle ones are forgotten; a blog may link to many.
const HOSTS: usize = 4096;

/// Calls in a row without any answer after which a host counts as silent.
pub(super) const SILENT_AFTER: u32 = 6;

/// How long a silent host is left alone before it is asked again.
const SILENCE: Duration = Duration::from_secs(120);

/// Who is being asked, and when last.
#[derive(Debug)]
pub(super) struct Pace {
    parallel: RangeInclusive<usize>,
    delay: Duration,
    /// The longest that a call waits for a host that asked for quiet.
    longest_wait: Duration,
    stop_asked: fn() -> bool,
    hosts: Mutex<HashMap<String, Host>>,
    freed: Condvar,
}

#[derive(Debug)]
struct Host {
    window: Window,
    active: usize,
    next_start: Option<Instant>,
    unanswered: u32,
    silent_until: Option<Instant>,
    closed_until: Option<Instant>,
}

/// The right to ask a host; given back when dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pace: &'a Pace,
    host: String,
    era: u32,
    /// Whether it was the last one that the host is allowed at the moment.
    is_last: bool,
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// An answer with this status, after this time.
    Answer(u16, Duration),
    /// No answer.
    Nothing,
    /// Something that says nothing of the host.
    Else,
}

/// Why a host is not asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shut {
    /// It gave no answer many times in a row.
    Silent,
    /// It asked to be left alone for longer than we wait.
    Closed(Duration),
    /// Nobody is asked any more: the owner wants to stop.
    Stopped,
}

impl From<Stopped> for Shut {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl Pace {
    /// `parallel`: calls to one host at the same time, to begin with and at most. No wait outlasts a wish to stop.
    pub(super) fn new(
        parallel: RangeInclusive<usize>,
        delay: Duration,
        longest_wait: Duration,
        stop_asked: fn() -> bool,
    ) -> Self {
        Self {
            parallel,
            delay,
            longest_wait,
            stop_asked,
            hosts: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// Waits until `host` may be asked.
    pub(super) fn turn(&self, host: &str) -> Result<Turn<'_>, Shut> {
        let mut hosts = self.lock();
        loop {
            stopping::check(self.stop_asked)?;
            let now = Instant::now();
            if hosts.len() > HOSTS {
                hosts.retain(|_, host| host.matters(now));
            }
            let state = hosts
                .entry(host.to_owned())
                .or_insert_with(|| Host::new(&self.parallel));
            if state.silent_until.is_some_and(|until| now < until) {
                return Err(Shut::Silent);
            }
            let quiet = state.quiet(now);
            if quiet > self.longest_wait {
                return Err(Shut::Closed(quiet));
            }
            if !quiet.is_zero() {
                drop(hosts);
                stopping::sleep(quiet, self.stop_asked)?;
                hosts = self.lock();
                continue;
            }
            if state.active >= state.window.limit() {
                hosts = self
                    .freed
                    .wait_timeout(hosts, LOOK)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0;
                continue;
            }
            let start = state.next_start.map_or(now, |next| next.max(now));
            state.active += 1;
            state.next_start = Some(start + self.delay);
            let turn = Turn {
                pace: self,
                host: host.to_owned(),
                era: state.window.era(),
                is_last: state.active == state.window.limit(),
            };
            drop(hosts);
            stopping::sleep(start - now, self.stop_asked)?;
            return Ok(turn);
        }
    }

    /// Remembers that `host` asked for quiet.
    pub(super) fn close(&self, host: &str, wait: Duration) {
        if let Some(state) = self.lock().get_mut(host) {
            let until = Instant::now() + wait;
            state.closed_until = Some(state.closed_until.map_or(until, |known| known.max(until)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        // Nothing is left half done under this lock.
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    fn new(parallel: &RangeInclusive<usize>) -> Self {
        Self {
            window: Window::new(parallel),
            active: 0,
            next_start: None,
            unanswered: 0,
            silent_until: None,
            closed_until: None,
        }
    }

    /// Remembers whether it gave any answer.
    fn answered(&mut self, answered: bool) {
        if answered {
            self.unanswered = 0;
            self.silent_until = None;
        } else {
            self.unanswered += 1;
            if self.unanswered >= SILENT_AFTER {
                self.silent_until = Some(Instant::now() + SILENCE);
            }
        }
    }

    /// How long it still asked to be left alone.
    fn quiet(&self, now: Instant) -> Duration {
        self.closed_until
            .map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    fn matters(&self, now: Instant) -> bool {
        self.active > 0
            || self.silent_until.is_some_and(|until| now < until)
            || !self.quiet(now).is_zero()
    }
}

impl Turn<'_> {
    /// Whose turn it is.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Remembers what came of the call: it decides how many are made at a time.
    pub(super) fn heard(&self, heard: Heard) {
        let mut hosts = self.pace.lock();
        let Some(state) = hosts.get_mut(&self.host) else {
            return;
        };
        state.answered(heard != Heard::Nothing);
        if state.window.era() != self.era {
            return;
        }
        match heard {
            Heard::Nothing | Heard::Answer(429 | 503, _) => state.window.refused(),
            Heard::Answer(500.., _) => state.window.strained(),
            // With fewer calls on their way than allowed, a quick answer does not say that more could be.
            Heard::Answer(_, wait) if self.is_last => state.window.answered(wait),
            Heard::Answer(..) | Heard::Else => {}
        }
        drop(hosts);
        self.pace.freed.notify_all();
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

#[cfg(test)]
mod tests {
    use super::{
        super::stopping::tests::{ask_at_look, asked},
        Heard, Pace, SILENT_AFTER, Shut,
    };
    use std::time::Duration;

    fn pace() -> Pace {
        Pace::new(1..=1, Duration::ZERO, HOUR, asked)
    }

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_wait_for_a_host_that_asked_for_quiet_ends_when_a_stop_is_asked() {
        let pace = pace();
        drop(pace.turn("h.example").expect("open"));
        pace.close("h.example", HOUR);
        ask_at_look(4);
        assert_eq!(pace.turn("h.example").err(), Some(Shut::Stopped));
    }

    #[test]
    fn a_wait_for_the_pause_between_two_calls_ends_when_a_stop_is_asked_and_gives_the_turn_back() {
        let pace = Pace::new(1..=1, HOUR, HOUR, asked);
        drop(pace.turn("h.example").expect("open"));
        ask_at_look(4);
        assert_eq!(pace.turn("h.example").err(), Some(Shut::Stopped));
        assert_eq!(pace.lock()["h.example"].active, 0);
    }

    #[test]
    fn a_wait_for_the_calls_of_others_ends_when_a_stop_is_asked() {
        let pace = pace();
        let _held = pace.turn("h.example").expect("open");
        ask_at_look(4);
        assert_eq!(pace.turn("h.example").err(), Some(Shut::Stopped));
    }

    #[test]
    fn a_host_that_asked_for_more_quiet_than_we_wait_is_not_asked() {
        let pace = pace();
        drop(pace.turn("h.example").expect("open"));
        pace.close("h.example", 2 * HOUR);
        assert!(matches!(pace.turn("h.example"), Err(Shut::Closed(_))));
        assert!(pace.turn("other.example").is_ok());
    }

    #[test]
    fn a_host_is_silent_after_so_many_calls_and_not_one_earlier() {
        let pace = pace();
        for _ in 0..SILENT_AFTER {
            let turn = pace.turn("h.example").expect("not silent yet");
            turn.heard(Heard::Nothing);
        }
        assert_eq!(pace.turn("h.example").expect_err("silent"), Shut::Silent);
    }
}
