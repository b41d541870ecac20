//! Pauses that end when the owner asks to stop: a host may ask for a quiet of minutes, and nobody who pressed Ctrl-C waits for it.

use std::{
    thread,
    time::{Duration, Instant},
};

/// How often a wait looks whether a stop is asked.
pub(super) const LOOK: Duration = Duration::from_millis(50);

/// The owner asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stopped;

/// Says so where a stop is asked.
pub(super) fn check(stop_asked: fn() -> bool) -> Result<(), Stopped> {
    if stop_asked() { Err(Stopped) } else { Ok(()) }
}

/// Waits for `pause`, or until a stop is asked.
pub(super) fn sleep(pause: Duration, stop_asked: fn() -> bool) -> Result<(), Stopped> {
    let begun = Instant::now();
    loop {
        check(stop_asked)?;
        let left = pause.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(LOOK));
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        /// How many more looks for a stop on this thread find none.
        static LOOKS_LEFT: Cell<u32> = const { Cell::new(u32::MAX) };
    }

    /// Whether a stop is asked, for tests: it is from a certain look on.
    pub(in super::super) fn asked() -> bool {
        LOOKS_LEFT.set(LOOKS_LEFT.get().saturating_sub(1));
        LOOKS_LEFT.get() == 0
    }

    /// A stop is asked when this thread looks for one the so manieth time from now. No look comes while a wait does not look.
    pub(in super::super) fn ask_at_look(look: u32) {
        LOOKS_LEFT.set(look);
    }

    #[test]
    fn a_pause_of_an_hour_ends_when_a_stop_is_asked() {
        ask_at_look(3);
        assert_eq!(sleep(Duration::from_secs(3600), asked), Err(Stopped));
    }

    #[test]
    fn a_pause_that_nobody_ends_comes_to_its_end() {
        let begun = Instant::now();
        let pause = Duration::from_millis(120);
        assert_eq!(sleep(pause, || false), Ok(()));
        assert!(begun.elapsed() >= pause);
    }
}
