//! Processor time: what a thread or a process has worked, whoever else uses the machine. A clock on the wall also counts the time in
//! which it was paused or waited for its turn.

use rustix::time::{ClockId, clock_gettime};
use std::{fs, path::PathBuf, time::Duration};

/// Ticks of `/proc` in a second; the same on every Linux that Rust runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// What this thread has worked so far.
pub(crate) fn of_this_thread() -> Duration {
    let worked = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(worked.tv_sec).unwrap_or_default();
    let nanoseconds = u64::try_from(worked.tv_nsec).unwrap_or_default();
    Duration::from_secs(seconds) + Duration::from_nanos(nanoseconds)
}

/// Where the system says what this thread has worked, for others that watch it.
pub(crate) fn place_of_this_thread() -> PathBuf {
    let own = fs::read_link("/proc/thread-self").unwrap_or_default();
    PathBuf::from("/proc").join(own).join("stat")
}

/// The state of a process or thread, and the seconds it has worked, out of its `stat`.
pub(crate) fn state_and_seconds(stat: &str) -> Option<(&str, f64)> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((
        fields.first()?,
        (ticks(11)? + ticks(12)?) / TICKS_PER_SECOND,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_sleeps_does_not_work_and_one_that_counts_does() {
        let before = of_this_thread();
        std::thread::sleep(Duration::from_millis(60));
        let slept = of_this_thread() - before;
        assert!(slept < Duration::from_millis(40), "{slept:?}");
        let mut number = 1_u64;
        while of_this_thread() - before < Duration::from_millis(200) {
            number = std::hint::black_box(number.wrapping_mul(3));
        }
        let told = fs::read_to_string(place_of_this_thread()).expect("a stat");
        let (_, seconds) = state_and_seconds(&told).expect("its work");
        assert!(seconds >= 0.15, "{seconds}");
    }
}
