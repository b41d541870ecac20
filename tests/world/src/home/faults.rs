//! What goes wrong at a new home, and the time in which it does.

use blog::{ItemRef, doors::Placement};
use jiff::Timestamp;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

/// Simulated time, shared by a home and whoever waits for it. It stands still until somebody lets it pass.
#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<AtomicI64>);

/// When simulated time begins.
const BEGINNING_MILLIS: i64 = 1_795_262_400_000;

impl Clock {
    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(BEGINNING_MILLIS + self.0.load(Ordering::SeqCst))
            .unwrap_or(Timestamp::MAX)
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4);
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

/// What goes wrong. Batches are counted from 1; 0 means never.
#[derive(Debug, Clone, Default)]
pub struct HomeFaults {
    /// Every n-th batch is applied, but its answer is lost.
    pub lose_answer_every: u32,
    /// Every n-th batch is applied, but its answer lacks its end.
    pub cut_answer_every: u32,
    /// Every n-th batch gets no answer and is applied later, after other calls perhaps.
    pub late_every: u32,
    /// How much later, in seconds.
    pub late_seconds: u64,
    /// Every n-th batch is refused before it is applied.
    pub refuse_every: u32,
    /// Every n-th batch is asked to come back later (429).
    pub busy_every: u32,
    /// `Retry-After` of that answer.
    pub busy_seconds: Option<u64>,
    /// Batches with one of these in them fail as a whole, each time (500).
    pub poison: BTreeSet<ItemRef>,
}

/// What goes wrong with one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mishap {
    Poisoned,
    Busy,
    Refused,
    Late,
    Lost,
    Cut,
}

impl HomeFaults {
    /// What goes wrong with the batch number `count`.
    pub(super) fn of(&self, count: u32, batch: &[Placement]) -> Option<Mishap> {
        let every = |n: u32| n > 0 && count.is_multiple_of(n);
        let poisoned = |placement: &Placement| self.poison.contains(&placement.mark);
        [
            (batch.iter().any(poisoned), Mishap::Poisoned),
            (every(self.busy_every), Mishap::Busy),
            (every(self.refuse_every), Mishap::Refused),
            (every(self.late_every), Mishap::Late),
            (every(self.lose_answer_every), Mishap::Lost),
            (every(self.cut_answer_every), Mishap::Cut),
        ]
        .into_iter()
        .find_map(|(happens, mishap)| happens.then_some(mishap))
    }
}

/// A batch that arrives late.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) due: Timestamp,
    /// The fence under which it was sent.
    pub(super) fence: u64,
    pub(super) batch: Vec<Placement>,
    /// What was not there when it was sent: its request has looked already, and will create.
    pub(super) absent: BTreeSet<ItemRef>,
}
