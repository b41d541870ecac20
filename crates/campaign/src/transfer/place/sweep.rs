//! Looking again: at what an earlier run left unknown, before anything is sent, and at everything that ever was in doubt, at the
//! end of the blog.

use super::Placer;
use crate::{
    Error,
    bundle::{Row, State},
    transfer::{compose::Composer, patience::patiently, settle::settle, steps},
};
use blog::{
    Finding, ItemRef, codes,
    doors::{FindDepth, Observed},
};

/// Marks looked for in one call.
const MARKS_A_CALL: usize = 200;

/// Rounds of the sweep in one run; what is still in doubt then is looked at by the next run.
const ROUNDS_MAX: u32 = 8;

impl Placer<'_> {
    /// Looks for what an earlier run may or may not have placed, before anything is sent again.
    pub(super) fn settle_unknown(&mut self) -> Result<(), Error> {
        if self.bundle.count_ledger_in(&[State::Unknown])? == 0 {
            return Ok(());
        }
        self.wait_out_doubt()?;
        loop {
            let rows = self
                .bundle
                .ledger_page(&[State::Unknown], None, MARKS_A_CALL)?;
            if rows.is_empty() {
                return Ok(());
            }
            let found = self.find(&marks(&rows), FindDepth::Mark)?;
            self.remove_twins(&marks(&rows), &found)?;
            let bundle = self.bundle;
            let write = || {
                for (row, observed) in rows.iter().zip(&found) {
                    match observed.as_ref().filter(|observed| as_sent(row, observed)) {
                        Some(observed) => bundle.adopt(&row.item, observed)?,
                        None => bundle.set_state(&row.item, State::Intended, "")?,
                    }
                }
                Ok(())
            };
            steps::SETTLED.run(|| bundle.together(write))?;
        }
    }

    /// Looks at every mark that ever was in doubt: a request that no settle time covered may have arrived late, made a twin, or
    /// written something old over something new. What was lost in this run is looked at again by the next.
    pub(super) fn sweep(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        if !self.bundle.is_in_doubt()? {
            return Ok(());
        }
        self.sweep_all(composer, 1)?;
        for _ in 0..ROUNDS_MAX {
            if self.bundle.doubtful(2, None, 1)?.is_empty() {
                break;
            }
            self.sweep_all(composer, 2)?;
        }
        Ok(())
    }

    fn sweep_all(&mut self, composer: &Composer<'_>, sweeps: u8) -> Result<(), Error> {
        self.wait_out_doubt()?;
        let mut after = None;
        loop {
            let rows = self.bundle.doubtful(sweeps, after.as_ref(), MARKS_A_CALL)?;
            let Some(last) = rows.last() else { break };
            after = Some(last.item.clone());
            self.sweep_some(composer, &rows)?;
        }
        self.flush()
    }

    fn sweep_some(&mut self, composer: &Composer<'_>, rows: &[Row]) -> Result<(), Error> {
        let marks = marks(rows);
        let found = self.find(&marks, FindDepth::Mark)?;
        self.remove_twins(&marks, &found)?;
        let mut again = Vec::new();
        let mut risen = Vec::new();
        let bundle = self.bundle;
        let write = || {
            for (row, observed) in rows.iter().zip(&found) {
                match judge(row, observed.as_ref()) {
                    Judgement::Right => {}
                    Judgement::Arrived(observed) => bundle.adopt(&row.item, observed)?,
                    Judgement::Again => {
                        bundle.set_state(&row.item, State::Intended, "")?;
                        again.push(row.item.clone());
                    }
                    Judgement::Risen => risen.push(row.item.clone()),
                }
            }
            Ok(())
        };
        steps::SETTLED.run(|| bundle.together(write))?;
        self.take_away_again(&risen)?;
        steps::SWEPT.run(|| bundle.trust(&marks))?;
        for item in again {
            if let Some(composed) = composer.whatever(&item)? {
                self.push(composed)?;
            }
        }
        Ok(())
    }

    fn wait_out_doubt(&mut self) -> Result<(), Error> {
        let last = self.bundle.last_doubt()?;
        settle(self.destination, self.home.settle_seconds, last, self.watch)
    }

    /// Where two things carry one mark, the younger goes.
    pub(super) fn remove_twins(
        &mut self,
        marks: &[ItemRef],
        found: &[Option<Observed>],
    ) -> Result<(), Error> {
        let doubled = |(mark, observed): (&ItemRef, &Option<Observed>)| {
            let twins = observed.as_ref().map_or(0, |observed| observed.twins);
            (twins > 0).then(|| mark.clone())
        };
        let doubled: Vec<ItemRef> = marks.iter().zip(found).filter_map(doubled).collect();
        if doubled.is_empty() {
            return Ok(());
        }
        patiently(self.watch, || {
            steps::TWINS.run(|| self.destination.remove_twins(&doubled))
        })?;
        for mark in doubled {
            let sentence =
                "It had arrived twice, as an answer was lost; the second one was taken away.";
            let finding = Finding::new(&codes::transfer::TWIN_REMOVED, sentence);
            self.keep_finding(finding.about(mark))?;
        }
        Ok(())
    }
}

/// What the sweep makes of one effect.
enum Judgement<'a> {
    /// It is as the ledger says.
    Right,
    /// It is there after all.
    Arrived(&'a Observed),
    /// It is not there, or something old overtook it: sent once more.
    Again,
    /// It was taken away and came back with a late request.
    Risen,
}

fn judge<'a>(row: &Row, observed: Option<&'a Observed>) -> Judgement<'a> {
    match (row.state, observed) {
        (State::Removed, Some(_)) => Judgement::Risen,
        (State::Placed, None) => Judgement::Again,
        (State::Placed | State::Verified, Some(observed))
            if !as_sent(row, observed) && !observed.edited =>
        {
            Judgement::Again
        }
        (state, Some(observed)) if as_sent(row, observed) && !state.is_there() => {
            Judgement::Arrived(observed)
        }
        _ => Judgement::Right,
    }
}

fn as_sent(row: &Row, observed: &Observed) -> bool {
    observed.fingerprint == row.fingerprint
}

fn marks(rows: &[Row]) -> Vec<ItemRef> {
    rows.iter().map(|row| row.item.clone()).collect()
}
