//! How often an authority is asked: so many orders in an hour over all hosts, and after a failure a pause that doubles for that
//! host. Anybody can name any host in a handshake, and authorities close their door to whoever knocks too often.

use std::collections::{HashMap, VecDeque};

const HOUR_SECONDS: i64 = 3600;
/// The first pause after a failure; it doubles up to the last.
const PAUSE_SECONDS: i64 = 300;
const PAUSE_SECONDS_MAX: i64 = 86_400;
/// One of so many orders in an hour is kept for hosts that had a certificate: whoever names new hosts must not let old ones run out.
const KEPT_FOR_RENEWALS: usize = 4;
/// Hosts whose failures are remembered.
const FAILED_MAX: usize = 10_000;

/// Remembers orders and failures.
#[derive(Debug)]
pub(super) struct Orders {
    per_hour: usize,
    begun: VecDeque<i64>,
    failed: HashMap<Box<str>, Failure>,
}

#[derive(Debug)]
struct Failure {
    times: u32,
    until: i64,
}

impl Orders {
    pub(super) fn of(per_hour: u32) -> Self {
        Self {
            per_hour: per_hour as usize,
            begun: VecDeque::new(),
            failed: HashMap::new(),
        }
    }

    /// Whether an order for `host` may begin at `now` (seconds); if so, it counts as begun.
    pub(super) fn begin(&mut self, host: &str, now: i64, is_renewal: bool) -> bool {
        if self
            .failed
            .get(host)
            .is_some_and(|failure| now < failure.until)
        {
            return false;
        }
        while self
            .begun
            .front()
            .is_some_and(|begun| now - begun >= HOUR_SECONDS)
        {
            self.begun.pop_front();
        }
        let kept = self.per_hour / KEPT_FOR_RENEWALS;
        if self.begun.len() >= self.per_hour - if is_renewal { 0 } else { kept } {
            return false;
        }
        self.begun.push_back(now);
        true
    }

    pub(super) fn done(&mut self, host: &str) {
        self.failed.remove(host);
    }

    pub(super) fn failed(&mut self, host: &str, now: i64) {
        if self.failed.len() >= FAILED_MAX {
            self.failed.retain(|_, failure| now < failure.until);
        }
        if self.failed.len() >= FAILED_MAX {
            return;
        }
        let failure = self.failed.entry(host.into()).or_insert(Failure {
            times: 0,
            until: now,
        });
        let pause = PAUSE_SECONDS << failure.times.min(16);
        failure.times += 1;
        failure.until = now + pause.min(PAUSE_SECONDS_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_leave_room_for_renewals() {
        let mut orders = Orders::of(8);
        let mut begun = |host: &str, is_renewal| orders.begin(host, 0, is_renewal);
        let new = (0..20).filter(|at| begun(&format!("new{at}"), false));
        assert_eq!(new.count(), 6);
        let renewed = (0..20).filter(|at| begun(&format!("old{at}"), true));
        assert_eq!(renewed.count(), 2);
    }

    #[test]
    fn an_hour_holds_so_many_orders() {
        let mut orders = Orders::of(2);
        assert!(orders.begin("a", 0, false) && orders.begin("b", 10, false));
        assert!(!orders.begin("c", 20, false));
        assert!(orders.begin("c", HOUR_SECONDS, false) && !orders.begin("d", HOUR_SECONDS, false));
    }

    #[test]
    fn a_host_that_fails_waits_longer_each_time() {
        let mut orders = Orders::of(1000);
        let mut now = 0;
        for pause in [300, 600, 1200] {
            orders.failed("a", now);
            assert!(
                !orders.begin("a", now + pause - 1, false) && orders.begin("a", now + pause, false)
            );
            assert!(orders.begin("b", now, false), "others do not wait");
            now += pause;
        }
        for _ in 0..40 {
            orders.failed("a", now);
        }
        assert!(orders.begin("a", now + PAUSE_SECONDS_MAX, false));
        orders.done("a");
        orders.failed("a", now);
        assert!(orders.begin("a", now + 300, false));
    }
}
