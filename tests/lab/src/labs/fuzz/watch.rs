//! The watchman: ends the process when one input takes for ever, as there is no other way out of a loop.

use super::keep;
use crate::work;
use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// After so much work on one input the process ends and says which it was.
pub(super) const HANG_TIME: Duration = Duration::from_secs(60);
/// The watchman looks so often. He sleeps when the process is paused, so his looks measure time in which it could run.
const ROUND: Duration = Duration::from_millis(200);
/// An input at which nobody works, for one waits for what never comes, hangs after so many looks: ten minutes.
const ROUNDS_MOST: u32 = 3000;

/// The input that one hand reads at the moment.
#[derive(Default)]
pub(super) struct Watched(Mutex<Hand>);

#[derive(Default)]
struct Hand {
    /// Where the system says what its thread has worked.
    stat: PathBuf,
    /// Inputs begun so far.
    begun: u64,
    now: Option<(&'static str, Vec<u8>)>,
}

impl Watched {
    /// The calling thread is this hand from now on.
    pub(super) fn take_place(&self) {
        if let Ok(mut hand) = self.0.lock() {
            hand.stat = work::place_of_this_thread();
        }
    }

    pub(super) fn begin(&self, target: &'static str, input: &[u8]) {
        if let Ok(mut hand) = self.0.lock() {
            hand.begun += 1;
            hand.now = Some((target, input.to_vec()));
        }
    }

    pub(super) fn end(&self) {
        if let Ok(mut hand) = self.0.lock() {
            hand.now = None;
        }
    }
}

/// What the watchman knows about one hand.
#[derive(Default)]
struct Known {
    begun: u64,
    seconds_before: f64,
    rounds: u32,
}

impl Known {
    /// Whether the hand is at one input for too long.
    fn hangs(&mut self, hand: &Hand) -> bool {
        let stat = fs::read_to_string(&hand.stat).unwrap_or_default();
        let seconds = work::state_and_seconds(&stat).map_or(0.0, |(_, seconds)| seconds);
        if hand.now.is_none() || hand.begun != self.begun {
            *self = Self {
                begun: hand.begun,
                seconds_before: seconds,
                rounds: 0,
            };
            return false;
        }
        self.rounds += 1;
        seconds - self.seconds_before > HANG_TIME.as_secs_f64() || self.rounds > ROUNDS_MOST
    }
}

/// Watches until all is over.
pub(super) fn watch(watched: Arc<[Watched]>, ended: Arc<AtomicBool>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut known: Vec<Known> = watched.iter().map(|_| Known::default()).collect();
        while !ended.load(Ordering::Relaxed) {
            thread::sleep(ROUND);
            for (watched, known) in watched.iter().zip(&mut known) {
                if let Ok(hand) = watched.0.lock()
                    && known.hangs(&hand)
                    && let Some((target, input)) = &hand.now
                    && !ended.load(Ordering::Relaxed)
                {
                    keep(target, input, "hangs");
                    std::process::exit(1);
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hand(seconds: u64, begun: u64) -> (tempfile::NamedTempFile, Hand) {
        let stat = tempfile::NamedTempFile::new().expect("a file");
        let ticks = seconds * 100;
        let told = format!("7 (a b) R 1 1 1 0 -1 0 0 0 0 0 {ticks} 0 0 0 20 0 1");
        fs::write(stat.path(), told).expect("written");
        let hand = Hand {
            stat: stat.path().to_owned(),
            begun,
            now: Some(("dates", b"x".to_vec())),
        };
        (stat, hand)
    }

    #[test]
    fn work_on_one_input_counts_and_time_between_two_looks_does_not() {
        let mut known = Known::default();
        let looks = [
            (10, 1, false),
            (69, 1, false),
            (71, 1, true),
            (71, 2, false),
            (130, 2, false),
        ];
        for (seconds, begun, hangs) in looks {
            let (_stat, hand) = hand(seconds, begun);
            assert_eq!(known.hangs(&hand), hangs, "{seconds} {begun}");
        }
    }

    #[test]
    fn an_input_that_nobody_works_at_hangs_after_many_looks() {
        let (mut known, (_stat, hand)) = (Known::default(), hand(1, 1));
        let looks = (0..ROUNDS_MOST + 5).position(|_| known.hangs(&hand));
        assert_eq!(looks, Some(ROUNDS_MOST as usize + 1));
    }
}
