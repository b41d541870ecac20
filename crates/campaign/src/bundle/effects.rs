//! Effects on their way: what has left for the new home, what became of it, and what is still in doubt. Each is one durable write.

use super::{
    Bundle, Fact, Row, State,
    ledger::{COLUMNS, line},
};
use crate::Error;
use blog::ItemRef;
use jiff::Timestamp;

/// One effect about to leave for the new home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving<'a> {
    /// The item.
    pub item: &'a ItemRef,
    /// Fingerprint of what is sent.
    pub fingerprint: &'a str,
    /// Own links in it that have no new address yet.
    pub open_links: u32,
}

impl Bundle {
    /// Counts a run of placing and answers its number, from 1.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_run(&self) -> Result<i64, Error> {
        let run = self.fact::<i64>(Fact::Run)?.unwrap_or(0) + 1;
        self.set_fact(Fact::Run, &run)?;
        Ok(run)
    }

    /// Writes down, as one, that effects are intended and leave now: a run that finds them later knows that they may have arrived,
    /// and that everything else never left.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn send(&self, leaving: &[Leaving<'_>], now: Timestamp, run: i64) -> Result<(), Error> {
        self.together(|| {
            let mut statement = self.store.prepare_cached(
                "INSERT INTO ledger (kind, id, state, fingerprint, remark, open_links, sent_at, attempt, run)
                 VALUES (?1, ?2, 'sent', ?3, '', ?4, ?5, 1, ?6)
                 ON CONFLICT (kind, id) DO UPDATE SET state = 'sent', fingerprint = excluded.fingerprint,
                 open_links = excluded.open_links, sent_at = excluded.sent_at, attempt = attempt + 1, run = excluded.run",
            )?;
            for leaving in leaving {
                statement.execute((
                    leaving.item.kind.as_str(),
                    &leaving.item.id,
                    leaving.fingerprint,
                    leaving.open_links,
                    now.as_millisecond(),
                    run,
                ))?;
            }
            Ok(())
        })
    }

    /// Writes down that the answer about effects was lost: they may or may not have arrived.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn lose(&self, items: &[ItemRef]) -> Result<(), Error> {
        self.each(
            "UPDATE ledger SET state = 'unknown', doubtful = 2 WHERE kind = ?1 AND id = ?2",
            items,
        )
    }

    /// What an earlier run sent and never heard of again is unknown. Answers how many effects are.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn lose_what_was_sent(&self) -> Result<u64, Error> {
        self.store.execute(
            "UPDATE ledger SET state = 'unknown', doubtful = 2 WHERE state = 'sent'",
            [],
        )?;
        self.count_ledger_in(&[State::Unknown])
    }

    /// Writes down that effects are certainly not there: the destination never got them, or it was looked for them in vain.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn call_back(&self, items: &[ItemRef]) -> Result<(), Error> {
        self.each(
            "UPDATE ledger SET state = 'intended' WHERE kind = ?1 AND id = ?2",
            items,
        )
    }

    /// Counts a failure of one effect by itself and answers how many there are since it was last taken.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn count_failure(&self, item: &ItemRef) -> Result<u32, Error> {
        Ok(self
            .store
            .prepare_cached("UPDATE ledger SET failures = failures + 1 WHERE kind = ?1 AND id = ?2 RETURNING failures")?
            .query_row((item.kind.as_str(), &item.id), |row| row.get(0))?)
    }

    /// Writes down how visible effects are that the new home has taken.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_width(&self, item: &ItemRef, width: u8) -> Result<(), Error> {
        self.store
            .prepare_cached("UPDATE ledger SET width = ?3 WHERE kind = ?1 AND id = ?2")?
            .execute((item.kind.as_str(), &item.id, width))?;
        Ok(())
    }

    /// Effects about which an answer was lost at any time and at which `sweeps` sweeps have still to look (1 or 2), after the item
    /// `after`, in the order of kinds and ids, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn doubtful(
        &self,
        sweeps: u8,
        after: Option<&ItemRef>,
        limit: usize,
    ) -> Result<Vec<Row>, Error> {
        let (kind, id) = after.map_or(("", ""), |item| (item.kind.as_str(), item.id.as_str()));
        let mut statement = self.store.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM ledger WHERE doubtful = ?4 AND doubtful > 0 AND (kind, id) > (?1, ?2) ORDER BY kind, id LIMIT ?3"
        ))?;
        let rows = statement
            .query_map((kind, id, limit as i64, sweeps), line)?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().collect()
    }

    /// When the last of the effects in doubt left. `None` when there is none, or it is not known of one of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_doubt(&self) -> Result<Option<Timestamp>, Error> {
        let (unknown, last): (bool, Option<i64>) = self
            .store
            .prepare_cached(
                "SELECT coalesce(max(sent_at IS NULL), 0), max(sent_at) FROM ledger WHERE doubtful",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(last
            .filter(|_| !unknown)
            .and_then(|last| Timestamp::from_millisecond(last).ok()))
    }

    /// Whether an effect is in doubt.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_in_doubt(&self) -> Result<bool, Error> {
        Ok(self
            .store
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM ledger WHERE doubtful > 0)")?
            .query_row([], |row| row.get(0))?)
    }

    /// Writes down that a sweep has looked at these. The next run's looks once more: a host gives no upper bound.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn trust(&self, items: &[ItemRef]) -> Result<(), Error> {
        self.each(
            "UPDATE ledger SET doubtful = max(doubtful - 1, 0) WHERE kind = ?1 AND id = ?2",
            items,
        )
    }

    /// Lets everything that was taken away from the new home be placed again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_removals(&self) -> Result<(), Error> {
        self.store
            .execute("DELETE FROM ledger WHERE state = 'removed'", [])?;
        Ok(())
    }

    /// Lets be placed again what was taken away because it was gone at the source, and is back there.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_deletions_taken_back(&self, remark: &str) -> Result<(), Error> {
        let Some(whole) = self.fact::<i64>(Fact::WholeReading)? else {
            return Ok(());
        };
        self.store.execute(
            "DELETE FROM ledger WHERE state = 'removed' AND remark = ?1 AND EXISTS
             (SELECT 1 FROM item WHERE item.kind = ledger.kind AND item.id = ledger.id AND item.reading >= ?2)",
            (remark, whole),
        )?;
        Ok(())
    }

    fn each(&self, sql: &str, items: &[ItemRef]) -> Result<(), Error> {
        self.together(|| {
            let mut statement = self.store.prepare_cached(sql)?;
            for item in items {
                statement.execute((item.kind.as_str(), &item.id))?;
            }
            Ok(())
        })
    }
}
