//! How many calls to one host at a time: a few to begin with, more while its answers come as quickly as before, fewer as soon as
//! they come later, and half as many where it refuses or falls silent. No clock in here: whoever asks says how long it waited.

use std::{ops::RangeInclusive, time::Duration};

/// Waits differ by as much on any line; more than half as long again besides is a queue at the host.
const SLACK: Duration = Duration::from_millis(20);

/// The calls that one host gets at the same time.
#[derive(Debug)]
pub(super) struct Window {
    /// Calls to begin with. A host that answers at all is asked as many at a time, however slow it is.
    start: usize,
    most: usize,
    limit: usize,
    /// Changes with the limit.
    era: u32,
    /// Waits for answers since the limit changed, or since as many came as it allows.
    waits: Vec<Duration>,
    /// The middle wait of the quickest round.
    quickest: Option<Duration>,
    /// Whether there was a sign of strain: from then on it grows by ones.
    careful: bool,
}

impl Window {
    /// `range`: to begin with, and at most.
    pub(super) fn new(range: &RangeInclusive<usize>) -> Self {
        let start = (*range.start()).max(1);
        Self {
            start,
            most: start.max(*range.end()),
            limit: start,
            era: 0,
            waits: Vec::new(),
            quickest: None,
            careful: false,
        }
    }

    /// Calls at the same time, now.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Calls of an earlier era tell nothing of the present limit: what becomes of them is not to be told here.
    pub(super) fn era(&self) -> u32 {
        self.era
    }

    /// An answer came after `wait`, while as many calls as allowed were on their way.
    pub(super) fn answered(&mut self, wait: Duration) {
        self.waits.push(wait);
        if self.waits.len() < self.limit {
            return;
        }
        let round = std::mem::take(&mut self.waits);
        // The middle one: new connections wait longer, and so do single dear answers.
        let middle = middle(round);
        let quickest = self.quickest.map_or(middle, |known| known.min(middle));
        self.quickest = Some(quickest);
        if middle > quickest + quickest / 2 + SLACK {
            self.strained();
        } else {
            let more = if self.careful {
                1
            } else {
                self.limit.div_ceil(2)
            };
            self.set((self.limit + more).min(self.most));
        }
    }

    /// The host takes longer than it did, or fails.
    pub(super) fn strained(&mut self) {
        self.careful = true;
        let floor = self.start.min(self.limit);
        self.set((self.limit * 3 / 4).max(floor));
    }

    /// The host asked for patience, or gave no answer. As many calls at a time as it refused are not tried again.
    pub(super) fn refused(&mut self) {
        self.careful = true;
        self.most = self.most.min((self.limit * 3 / 4).max(self.start));
        self.set((self.limit / 2).max(1));
    }

    fn set(&mut self, limit: usize) {
        if limit != self.limit {
            self.limit = limit;
            self.era = self.era.wrapping_add(1);
            self.waits.clear();
        }
    }
}

fn middle(mut waits: Vec<Duration>) -> Duration {
    let at = waits.len() / 2;
    *waits.select_nth_unstable(at).1
}

#[cfg(test)]
mod tests {
    use super::Window;
    use std::{collections::VecDeque, time::Duration};

    /// A host in made-up time: `workers` answer one call in 100 ms each, more calls than `room` are refused at once.
    struct Slow {
        workers: usize,
        room: usize,
    }

    /// What a run of calls saw.
    struct Seen {
        most_at_a_time: usize,
        at_the_end: usize,
        refused: usize,
        milliseconds: u64,
    }

    impl Slow {
        /// Sends `calls`, as many at a time as the window allows.
        fn asked(&self, calls: usize) -> Seen {
            let mut window = Window::new(&(4..=16));
            // Calls on their way: begun, answered at, era, whether all places were taken. Answers come in the order of the calls.
            let mut away: VecDeque<(u64, u64, u32, bool)> = VecDeque::new();
            let (mut now, mut left) = (0, calls);
            let mut free_at: Vec<u64> = vec![0; self.workers];
            let mut seen = Seen {
                most_at_a_time: 0,
                at_the_end: 0,
                refused: 0,
                milliseconds: 0,
            };
            while left > 0 || !away.is_empty() {
                while left > 0 && away.len() < window.limit() {
                    if away.len() >= self.room {
                        seen.refused += 1;
                        window.refused();
                        now += 1;
                        continue;
                    }
                    left -= 1;
                    let worker = free_at.iter_mut().min().expect("a worker");
                    *worker = (*worker).max(now) + 100;
                    away.push_back((now, *worker, window.era(), false));
                    let full = away.len() == window.limit();
                    away.back_mut().expect("just sent").3 = full;
                    seen.most_at_a_time = seen.most_at_a_time.max(away.len());
                }
                let Some((begun, answered, era, full)) = away.pop_front() else {
                    continue;
                };
                now = now.max(answered);
                if full && era == window.era() {
                    window.answered(Duration::from_millis(answered - begun));
                }
            }
            seen.at_the_end = window.limit();
            seen.milliseconds = now;
            seen
        }
    }

    #[test]
    fn a_host_that_only_answers_late_gets_more_calls_at_a_time() {
        let seen = Slow {
            workers: 1000,
            room: 1000,
        }
        .asked(500);
        assert_eq!((seen.most_at_a_time, seen.at_the_end), (16, 16));
        // Four at a time would take 12.5 s, sixteen 3.2 s.
        assert!(seen.milliseconds < 4500, "{} ms", seen.milliseconds);
    }

    #[test]
    fn a_host_whose_answers_queue_gets_no_more_than_it_can_work_on() {
        let seen = Slow {
            workers: 4,
            room: 1000,
        }
        .asked(500);
        assert!(seen.at_the_end <= 8, "{} at a time", seen.at_the_end);
        assert!(
            seen.most_at_a_time <= 9,
            "{} at a time",
            seen.most_at_a_time
        );
    }

    #[test]
    fn a_host_that_refuses_is_not_tried_with_as_many_again() {
        let seen = Slow {
            workers: 1000,
            room: 8,
        }
        .asked(500);
        assert_eq!(seen.refused, 1);
        assert!(seen.at_the_end <= 8, "{} at a time", seen.at_the_end);
    }

    #[test]
    fn a_host_that_refuses_on_is_asked_once_at_a_time_and_recovers() {
        let mut window = Window::new(&(4..=16));
        for _ in 0..5 {
            window.refused();
        }
        assert_eq!(window.limit(), 1);
        for _ in 0..100 {
            window.answered(Duration::from_millis(100));
        }
        assert_eq!(window.limit(), 4);
    }

    #[test]
    fn failures_never_take_more_than_the_calls_it_began_with() {
        let mut window = Window::new(&(4..=16));
        for _ in 0..4 {
            window.answered(Duration::from_millis(100));
        }
        assert_eq!(window.limit(), 6);
        for _ in 0..9 {
            window.strained();
        }
        assert_eq!(window.limit(), 4);
    }
}
