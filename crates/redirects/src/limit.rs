//! How often one visitor may miss. Hits are never limited: a feed reader behind a large network must not be shut out because of
//! its neighbours. No address is kept: what is counted is a hash with keys that change each day and are never written down, in
//! a table of fixed size, where two visitors may share a cell (two rows make that rare; the smaller count is believed).

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Cells of a row; 1 MiB for both rows.
const CELLS: usize = 1 << 16;
/// Seconds in which misses are counted together.
pub(crate) const WINDOW_SECONDS: u64 = 10;
const DAY_SECONDS: u64 = 86_400;

/// Counts misses by visitor.
#[derive(Debug)]
pub(crate) struct MissLimit {
    rows: [Box<[AtomicU64]>; 2],
    keys: RwLock<Keys>,
}

#[derive(Debug)]
struct Keys {
    day: u64,
    hashers: [RandomState; 2],
}

impl Keys {
    fn of(day: u64) -> Self {
        Self {
            day,
            hashers: [RandomState::new(), RandomState::new()],
        }
    }
}

impl Default for MissLimit {
    fn default() -> Self {
        let row = || (0..CELLS).map(|_| AtomicU64::new(0)).collect();
        Self {
            rows: [row(), row()],
            keys: RwLock::new(Keys::of(0)),
        }
    }
}

impl MissLimit {
    /// Counts a miss of `visitor` at `now` (seconds of any clock that goes forward) and says whether it is still among the first
    /// `most` of its window.
    pub(crate) fn allows(&self, visitor: IpAddr, now: u64, most: u64) -> bool {
        let cells = self.cells(network(visitor), now);
        let window = now / WINDOW_SECONDS;
        let mut fewest = u64::MAX;
        for (row, cell) in self.rows.iter().zip(cells) {
            fewest = fewest.min(count(&row[cell], window));
        }
        fewest <= most
    }

    fn cells(&self, network: u64, now: u64) -> [usize; 2] {
        let day = now / DAY_SECONDS;
        let stale = self.keys.read().is_ok_and(|keys| keys.day != day);
        if stale && let Ok(mut keys) = self.keys.write() {
            *keys = Keys::of(day);
        }
        match self.keys.read() {
            Ok(keys) => [0, 1]
                .map(|row: usize| (keys.hashers[row].hash_one(network) % CELLS as u64) as usize),
            Err(_) => [0, 0],
        }
    }
}

/// Adds one to the cell's count of this window: the window stands in the upper half, the count in the lower.
fn count(cell: &AtomicU64, window: u64) -> u64 {
    let window = (window & u64::from(u32::MAX)) << 32;
    let next = |held: u64| {
        let counted = held & u64::from(u32::MAX);
        if held & !u64::from(u32::MAX) == window {
            window | (counted + 1).min(u64::from(u32::MAX))
        } else {
            window | 1
        }
    };
    let held = cell
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
            Some(next(held))
        })
        .unwrap_or_default();
    next(held) & u64::from(u32::MAX)
}

/// The address of IPv4; the /64 of IPv6, as one visitor owns all of it.
fn network(visitor: IpAddr) -> u64 {
    match visitor.to_canonical() {
        IpAddr::V4(address) => u64::from(address.to_bits()),
        IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_who_misses_too_often_waits_for_the_next_window() {
        let limit = MissLimit::default();
        let visitor: IpAddr = "192.0.2.7".parse().expect("an address");
        let allowed = (0..30).filter(|_| limit.allows(visitor, 100, 20)).count();
        assert_eq!(allowed, 20);
        assert!(limit.allows("192.0.2.8".parse().expect("an address"), 100, 20));
        assert!(limit.allows(visitor, 100 + WINDOW_SECONDS, 20));
    }

    #[test]
    fn all_of_a_visitors_ipv6_network_counts_together() {
        let limit = MissLimit::default();
        let allowed = (0..30u128)
            .filter(|last| {
                let address = (0x2001_0db8_u128 << 96) | last;
                limit.allows(IpAddr::V6(address.into()), 5, 20)
            })
            .count();
        assert_eq!(allowed, 20);
    }

    #[test]
    fn the_keys_of_a_day_are_forgotten_the_next() {
        let limit = MissLimit::default();
        let today = limit.cells(1, DAY_SECONDS);
        assert_eq!(limit.cells(1, DAY_SECONDS + 5), today);
        // Sixteen days that all fall on the same two cells out of 65,536 would be no chance.
        assert!((2..18).any(|day| limit.cells(1, day * DAY_SECONDS) != today));
    }
}
