//! Patience with a destination: waits, repeats, and at last gives up and says so.

use crate::{Error, Watch};
use blog::doors::WriteError;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Failures in a row after which the run stops and says how to go on.
const TRIES: u32 = 8;

/// Longest pause between two tries that nobody asked for.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// Longest wait a destination may ask for; more is a mistake of its own.
const LONGEST_ASKED_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How often a destination that is closed and does not say for how long is asked again.
const PROBE_PAUSE: Duration = Duration::from_secs(60);

/// Calls a destination until it answers: waits as it asks, backs off where it fails, and gives up only after many tries.
/// For calls that may be repeated. What is placed is not repeated blindly: see `place::effects`.
pub(super) fn patiently<T>(
    watch: &dyn Watch,
    mut call: impl FnMut() -> Result<T, WriteError>,
) -> Result<T, Error> {
    let mut patience = Patience::default();
    loop {
        match call() {
            Ok(answer) => return Ok(answer),
            Err(error) => patience.after(error, 0, watch)?,
        }
    }
}

/// What is left of the patience with one host.
#[derive(Debug, Default)]
pub(super) struct Patience {
    /// Failures in a row.
    failures: u32,
    /// Waited in a row because the host asked for it.
    waited: Duration,
}

impl Patience {
    /// The host did what it was asked: patience begins anew.
    pub(super) fn rewarded(&mut self) {
        *self = Self::default();
    }

    /// The host answers questions, if not the one that matters.
    pub(super) fn alive(&mut self) {
        self.failures = 0;
    }

    /// Waits after a failure until it is time for the next try; what is tried has failed `failures` times before. That the host is
    /// closed for a while (429, 503) is no failure.
    ///
    /// # Errors
    /// When there is no use in trying again now, with the reason; or the owner asked to stop.
    pub(super) fn after(
        &mut self,
        error: WriteError,
        failures: u32,
        watch: &dyn Watch,
    ) -> Result<(), Error> {
        let pause = match &error {
            WriteError::NotAHome(_) | WriteError::Refused(_) | WriteError::Busy(_) => {
                return Err(error.into());
            }
            WriteError::Later { what, wait_seconds } => {
                let asked = wait_seconds.map_or(PROBE_PAUSE, Duration::from_secs);
                let asked = asked.clamp(Duration::from_secs(1), LONGEST_ASKED_WAIT);
                self.waited += asked;
                if self.waited > watch.patience() {
                    return Err(come_back(what, asked, watch.now()).into());
                }
                asked
            }
            WriteError::NotDone(_) | WriteError::Unknown(_) => {
                self.failures += 1;
                if self.failures >= TRIES {
                    return Err(error.into());
                }
                jittered(self.failures.max(failures + 1), watch.now())
            }
        };
        watch.say(&format!(
            "{error}; trying again in {} s",
            pause.as_secs_f32().ceil()
        ));
        watch.wait(pause);
        if watch.stop_asked() {
            return Err(Error::Interrupted);
        }
        Ok(())
    }
}

fn come_back(what: &str, asked: Duration, now: Timestamp) -> WriteError {
    let minutes = asked.as_secs().div_ceil(60);
    let when = match SignedDuration::try_from(asked) {
        Ok(asked) if now > Timestamp::UNIX_EPOCH => {
            format!(", after {}", (now + asked).strftime("%Y-%m-%d %H:%M UTC"))
        }
        _ => String::new(),
    };
    WriteError::Later {
        what: format!("{what}; come back in {minutes} min{when}"),
        wait_seconds: Some(asked.as_secs()),
    }
}

/// Full jitter: anything from nothing to the pause that doubles with each failure, so that those who failed together do not come
/// back together. The chance is in the moment.
fn jittered(failures: u32, now: Timestamp) -> Duration {
    let longest = LONGEST_PAUSE.min(Duration::from_secs(1 << failures.min(16)));
    let mut seed = now.as_nanosecond().to_le_bytes().to_vec();
    seed.extend(failures.to_le_bytes());
    let hash = blake3::hash(&seed);
    longest.mul_f64(f64::from(hash.as_bytes()[0]) / 255.0)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_PAUSE, jittered, patiently};
    use crate::{Error, Stage, Watch};
    use blog::{Finding, doors::WriteError};
    use jiff::Timestamp;
    use std::{sync::Mutex, time::Duration};

    /// Lets as long be waited as it is told, and remembers the waits.
    struct Waits(Duration, Mutex<Vec<Duration>>);

    impl Watch for Waits {
        fn stage(&self, _: Stage) {}
        fn begin(&self, _: &str, _: Option<u64>) {}
        fn done(&self, _: u64) {}
        fn end(&self) {}
        fn finding(&self, _: &Finding) {}
        fn say(&self, _: &str) {}
        fn stop_asked(&self) -> bool {
            false
        }
        fn wait(&self, pause: Duration) {
            self.1.lock().expect("unbroken").push(pause);
        }
        fn now(&self) -> Timestamp {
            "2026-11-21T12:00:00Z".parse().expect("a time")
        }
        fn patience(&self) -> Duration {
            self.0
        }
    }

    fn later(wait_seconds: Option<u64>) -> WriteError {
        WriteError::Later {
            what: "closed".to_owned(),
            wait_seconds,
        }
    }

    fn waits(patience: u64, errors: Vec<WriteError>) -> (Result<(), Error>, Vec<Duration>) {
        let watch = Waits(Duration::from_secs(patience), Mutex::default());
        let mut errors = errors.into_iter();
        let outcome = patiently(&watch, || errors.next().map_or(Ok(()), Err));
        (outcome, watch.1.into_inner().expect("unbroken"))
    }

    #[test]
    fn a_closed_host_is_obeyed_asked_once_a_minute_and_never_taken_for_a_failing_one() {
        let hour = 3600;
        let many = (0..20).map(|_| later(None)).collect();
        let (outcome, waited) = waits(hour, many);
        outcome.expect("twenty refusals are no failure");
        assert_eq!(waited, [Duration::from_secs(60); 20]);
        let (outcome, waited) = waits(hour, vec![later(Some(0)), later(Some(90))]);
        outcome.expect("obeyed");
        assert_eq!(waited, [Duration::from_secs(1), Duration::from_secs(90)]);
    }

    #[test]
    fn above_the_patience_it_stops_with_the_time_to_come_back_and_absurd_waits_are_a_day() {
        for (asked, says) in [
            (7200, "come back in 120 min, after 2026-11-21 14:00 UTC"),
            (
                u64::MAX,
                "come back in 1440 min, after 2026-11-22 12:00 UTC",
            ),
        ] {
            let (outcome, waited) = waits(900, vec![later(Some(asked))]);
            let error = outcome.expect_err("too long").to_string();
            assert!(error.contains(says), "{error}");
            assert!(waited.is_empty());
        }
    }

    #[test]
    fn eight_failures_in_a_row_end_the_run() {
        let failures = |count| {
            (0..count)
                .map(|_| WriteError::NotDone("no".to_owned()))
                .collect()
        };
        assert!(waits(0, failures(7)).0.is_ok());
        let (outcome, waited) = waits(0, failures(8));
        assert!(matches!(outcome, Err(Error::Write(WriteError::NotDone(_)))));
        assert_eq!(waited.len(), 7);
    }

    #[test]
    fn pauses_grow_never_beyond_their_end_and_fall_differently() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        for failures in 1..40 {
            assert!(jittered(failures, at(1)) <= LONGEST_PAUSE);
        }
        let pauses: Vec<Duration> = (0..50).map(|second| jittered(10, at(second))).collect();
        assert!(pauses.iter().any(|pause| *pause < LONGEST_PAUSE / 4));
        assert!(pauses.iter().any(|pause| *pause > LONGEST_PAUSE / 4 * 3));
    }
}
