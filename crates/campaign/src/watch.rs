//! What the engine tells while it works, and how it learns that it should stop.

use crate::transfer::Stage;
use blog::Finding;
use jiff::Timestamp;
use std::time::Duration;

/// Whoever watches a transfer: a terminal, a log, a test.
pub trait Watch: Sync {
    /// A stage begins.
    fn stage(&self, stage: Stage);
    /// A piece of work begins: what is counted, and how many there are, if that is known.
    fn begin(&self, what: &str, total: Option<u64>);
    /// So many of the current piece are done, in all.
    fn done(&self, count: u64);
    /// The current piece of work is over.
    fn end(&self);
    /// A finding arose.
    fn finding(&self, finding: &Finding);
    /// A sentence worth saying now (a retry, a wait).
    fn say(&self, sentence: &str);
    /// Whether the owner asked to stop.
    fn stop_asked(&self) -> bool;
    /// Waits; returns early when the owner asked to stop.
    fn wait(&self, pause: Duration);
    /// The time, for waits that may outlast a run. Who does not know it says the epoch, and such waits are never shortened.
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
    /// How long a destination that asks for it is waited for in one go. Beyond that the run stops and says when to come back.
    fn patience(&self) -> Duration {
        Duration::from_secs(15 * 60)
    }
}

/// Watches nothing. For tests and for callers that do not care.
pub struct Blind;

impl Watch for Blind {
    fn stage(&self, _: Stage) {}
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn done(&self, _: u64) {}
    fn end(&self) {}
    fn finding(&self, _: &Finding) {}
    fn say(&self, _: &str) {}
    fn stop_asked(&self) -> bool {
        false
    }
    fn wait(&self, _: Duration) {}
}
