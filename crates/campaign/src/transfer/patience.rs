//! Patience with a destination: waits, repeats, and at last gives up and says so.

use crate::{Error, Watch};
use blog::doors::WriteError;
use std::time::Duration;

/// Times a batch is tried before the move stops and says how to go on.
const TRIES: u32 = 8;

/// Longest pause between two tries; a destination may ask for more.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Longest wait a destination may ask for before we stop instead and let the owner come back.
const LONGEST_ASKED_WAIT: Duration = Duration::from_secs(15 * 60);

/// Calls a destination until it answers: waits as it asks, backs off where it fails, and gives up only after many tries.
/// Repeating is safe because [`Destination`] calls are: a batch that had arrived after all is answered as unchanged.
pub(super) fn patiently<T>(
    watch: &dyn Watch,
    mut call: impl FnMut() -> Result<T, WriteError>,
) -> Result<T, Error> {
    let mut tries = 0;
    loop {
        let error = match call() {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        tries += 1;
        let pause = match &error {
            WriteError::NotAHome(_) | WriteError::Refused(_) | WriteError::Busy(_) => {
                return Err(error.into());
            }
            _ if tries >= TRIES => return Err(error.into()),
            WriteError::Later {
                wait_seconds: Some(seconds),
                ..
            } => {
                let asked = Duration::from_secs(*seconds);
                if asked > LONGEST_ASKED_WAIT {
                    return Err(error.into());
                }
                asked
            }
            _ => LONGEST_PAUSE.min(Duration::from_secs(1 << tries.min(6))),
        };
        watch.say(&format!("{error}; trying again in {} s", pause.as_secs()));
        watch.wait(pause);
        if watch.stop_asked() {
            return Err(Error::Interrupted);
        }
    }
}
