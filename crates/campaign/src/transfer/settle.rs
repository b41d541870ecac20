//! Waiting until nothing that was sent can act any more.
//!
//! A killed run's last request may still be on its way, or be worked on by a host that does not notice that nobody listens. Who
//! looks at once sees nothing there, repeats, and has two. So before looking, either the destination shuts every earlier call out
//! (its fence is checked in the transaction that writes, so a late call of an older fence is refused), which takes one call; or
//! the time passes in which the destination can still be working on it.

use super::{patience::patiently, steps};
use crate::{Error, Watch};
use blog::doors::Destination;
use jiff::Timestamp;
use points::Bug;
use std::time::Duration;

/// Waits until no call made so far can act at the destination any more. `last` is when the last doubtful call left; `None` when
/// nobody knows.
pub(super) fn settle(
    destination: &mut dyn Destination,
    settle_seconds: u64,
    last: Option<Timestamp>,
    watch: &dyn Watch,
) -> Result<(), Error> {
    if points::planted(Bug::DropSettleWait) || shut_out(destination, watch)? {
        return Ok(());
    }
    let left = time_left(settle_seconds, last, watch.now());
    if !left.is_zero() {
        watch.say(&format!(
            "an answer was lost; waiting {} s until the new home cannot be working on it any more",
            left.as_secs_f32().ceil()
        ));
        watch.wait(left);
    }
    if watch.stop_asked() {
        return Err(Error::Interrupted);
    }
    Ok(())
}

/// Shuts out every call made so far, and answers whether the destination can do that.
pub(super) fn shut_out(
    destination: &mut dyn Destination,
    watch: &dyn Watch,
) -> Result<bool, Error> {
    patiently(watch, || steps::FENCE.run(|| destination.fence()))
}

/// A clock that was turned back, or that nobody has, shortens nothing.
fn time_left(settle_seconds: u64, last: Option<Timestamp>, now: Timestamp) -> Duration {
    let gone = last.map(|last| now.duration_since(last));
    let gone = gone.and_then(|gone| Duration::try_from(gone).ok());
    Duration::from_secs(settle_seconds).saturating_sub(gone.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::time_left;
    use jiff::Timestamp;
    use std::time::Duration;

    #[test]
    fn the_wait_counts_from_the_moment_sent_and_no_clock_shortens_it_wrongly() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let left = |last: Option<i64>, now| time_left(60, last.map(at), at(now)).as_secs();
        assert_eq!(left(Some(1000), 1000), 60);
        assert_eq!(left(Some(1000), 1045), 15);
        assert_eq!(left(Some(1000), 9000), 0);
        assert_eq!(left(Some(1000), 400), 60, "the clock was turned back");
        assert_eq!(left(None, 9000), 60, "nobody knows when it was sent");
        assert_eq!(Duration::from_secs(left(Some(0), 0)).as_secs(), 60);
    }
}
