//! Repeats that a host may cost: some to begin with, and one more for each good answer. One address may be tried three times, but a
//! host that fails more often than not is not asked thrice for every picture of a large blog: what it fails at then is a finding,
//! and another run asks again. Others call this a retry budget.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Repeats that a host has at first, and the most it can save up.
pub(super) const REPEATS: u32 = 40;

/// Hosts remembered; those beyond begin anew.
const HOSTS: usize = 4096;

/// Repeats left, by host.
#[derive(Debug, Default)]
pub(super) struct Budget(Mutex<HashMap<String, u32>>);

impl Budget {
    /// `host` gave an answer that was good.
    pub(super) fn earned(&self, host: &str) {
        self.change(host, |left| *left = (*left + 1).min(REPEATS));
    }

    /// Whether `host` may be asked once more for what it fails at.
    pub(super) fn has(&self, host: &str) -> bool {
        self.change(host, |left| *left > 0)
    }

    /// `host` is asked once more.
    pub(super) fn spend(&self, host: &str) {
        self.change(host, |left| *left = left.saturating_sub(1));
    }

    fn change<T>(&self, host: &str, how: impl FnOnce(&mut u32) -> T) -> T {
        // Nothing is left half done under this lock.
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= HOSTS && !hosts.contains_key(host) {
            hosts.clear();
        }
        how(hosts.entry(host.to_owned()).or_insert(REPEATS))
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, REPEATS};

    #[test]
    fn a_host_that_only_fails_is_repeated_so_often_and_another_is_not_the_poorer() {
        let budget = Budget::default();
        for _ in 0..REPEATS {
            assert!(budget.has("h.example"));
            budget.spend("h.example");
        }
        assert!(!budget.has("h.example"));
        assert!(budget.has("other.example"));
    }

    #[test]
    fn good_answers_earn_repeats_up_to_a_bound() {
        let budget = Budget::default();
        for _ in 0..REPEATS {
            budget.spend("h.example");
        }
        budget.earned("h.example");
        assert!(budget.has("h.example"));
        for _ in 0..10 * REPEATS {
            budget.earned("h.example");
        }
        for _ in 0..REPEATS {
            budget.spend("h.example");
        }
        assert!(!budget.has("h.example"));
    }
}
