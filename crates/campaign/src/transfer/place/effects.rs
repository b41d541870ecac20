//! Sending, and what may become of an effect on the way.
//!
//! A batch is written down as sent (durably, with its fingerprints) before it leaves, and its answer after it came. An answer that
//! never came leaves its effects *unknown*: nothing is repeated before they were looked for, and nothing is looked for before the
//! destination cannot be working on them any more. A batch that keeps failing is halved until the item that spoils it is alone;
//! that one is set aside in the end, and the blog goes on.

use super::{Placer, batches::width};
use crate::{
    Error,
    bundle::{Leaving, Row, State},
    transfer::{compose::Composed, settle::settle, steps},
};
use blog::{
    Finding, ItemRef, codes,
    doors::{FindDepth, Observed, Outcome, Placed, Placement, WriteError},
};
use points::Bug;

/// Times a batch may fail as a whole before it is halved.
const TRIES_TOGETHER: u32 = 2;

/// Times one item may fail by itself before it is set aside.
const TRIES_ALONE: u32 = 8;

/// Items set aside in a row, with nothing taken in between, before the destination itself is suspected.
const PARKED_IN_A_ROW: u32 = 3;

impl Placer<'_> {
    /// Sends what shall be there, once it is clear that nobody took it away or changed it meanwhile.
    pub(super) fn send(&mut self, batch: Vec<Composed>) -> Result<(), Error> {
        let batch = self.look_before_updates(batch)?;
        self.deliver(batch)
    }

    fn deliver(&mut self, mut batch: Vec<Composed>) -> Result<(), Error> {
        let mut failures = 0;
        while !batch.is_empty() {
            let error = match self.attempt(&batch)? {
                Ok(placed) => return self.confirm(&batch, &placed),
                Err(error) => error,
            };
            let reason = error.to_string();
            let (closed, lost) = (
                matches!(error, WriteError::Later { .. }),
                !matches!(error, WriteError::NotDone(_)),
            );
            self.put_by(&batch, error, failures)?;
            if lost {
                batch = self.look_again(batch)?;
            } else {
                self.find(&marks(&batch)[..1], FindDepth::Mark)?;
            }
            // It reads: the host is alive, and what fails is what was sent.
            self.patience.alive();
            if closed {
                continue;
            }
            failures += 1;
            if batch.len() == 1 {
                let mark = batch[0].placement.mark.clone();
                if self.count_failure(&mark)? >= TRIES_ALONE {
                    return self.park(&mark, &reason);
                }
            } else if failures >= TRIES_TOGETHER {
                let rest = batch.split_off(batch.len() / 2);
                self.deliver(batch)?;
                return self.deliver(rest);
            }
        }
        Ok(())
    }

    fn count_failure(&self, mark: &ItemRef) -> Result<u32, Error> {
        steps::FAILED.run(|| self.bundle.count_failure(mark))
    }

    /// Writes down that a batch leaves, and sends it.
    fn attempt(&mut self, batch: &[Composed]) -> Result<Result<Vec<Placed>, WriteError>, Error> {
        let leaving: Vec<Leaving<'_>> = batch
            .iter()
            .map(|composed| Leaving {
                item: &composed.placement.mark,
                fingerprint: &composed.placement.fingerprint,
                open_links: composed.open_links,
            })
            .collect();
        let (now, run, bundle) = (self.watch.now(), self.run, self.bundle);
        steps::SENT.run(|| bundle.send(&leaving, now, run))?;
        if points::planted(Bug::LogATitle) {
            let title = bundle.title(&batch[0].placement.mark)?;
            self.watch.say(&title.unwrap_or_default());
        }
        if points::planted(Bug::ReverseTwoWrites) {
            let as_if =
                |composed: &Composed| bundle.set_state(&composed.placement.mark, State::Placed, "");
            bundle.together(|| batch.iter().try_for_each(as_if))?;
        }
        let placements: Vec<Placement> = batch
            .iter()
            .map(|composed| composed.placement.clone())
            .collect();
        Ok(steps::PLACE
            .run(|| self.destination.place(&placements))
            .and_then(|placed| answers_for(&placements, placed)))
    }

    /// Writes down what the destination answered.
    fn confirm(&mut self, batch: &[Composed], placed: &[Placed]) -> Result<(), Error> {
        self.patience.rewarded();
        self.parked_in_a_row = 0;
        let bundle = self.bundle;
        let before = |placed: &Placed| bundle.ledger(&placed.mark);
        let before: Vec<Option<Row>> = placed.iter().map(before).collect::<Result<_, _>>()?;
        let write = || {
            for (composed, placed) in batch.iter().zip(placed) {
                bundle.settle(placed)?;
                match placed.outcome {
                    Outcome::Created | Outcome::Updated | Outcome::Unchanged => {
                        bundle.set_width(&placed.mark, width(&composed.placement.thing))?;
                    }
                    Outcome::Conflict | Outcome::Refused => {}
                }
            }
            Ok(())
        };
        steps::CONFIRMED.run(|| bundle.together(write))?;
        for placed in placed {
            self.count(placed)?;
        }
        self.conflicts(batch, placed, &before)
    }

    fn count(&mut self, placed: &Placed) -> Result<(), Error> {
        match placed.outcome {
            Outcome::Created => self.done.created += 1,
            Outcome::Updated => self.done.updated += 1,
            Outcome::Unchanged => self.done.unchanged += 1,
            Outcome::Conflict => self.done.conflicts += 1,
            Outcome::Refused => {
                self.done.refused += 1;
                let remark = placed.remark.as_deref().unwrap_or("no reason given");
                let sentence = format!("The new home did not take it: {remark}.");
                let finding = Finding::new(&codes::transfer::REFUSED, sentence);
                self.keep_finding(finding.about(placed.mark.clone()))?;
            }
        }
        Ok(())
    }

    /// Writes down that a batch was not answered, and waits until it makes sense to go on.
    fn put_by(
        &mut self,
        batch: &[Composed],
        error: WriteError,
        failures: u32,
    ) -> Result<(), Error> {
        let (marks, bundle) = (marks(batch), self.bundle);
        let lost = matches!(error, WriteError::Later { .. } | WriteError::Unknown(_));
        let write = || {
            if lost {
                bundle.lose(&marks)
            } else {
                bundle.call_back(&marks)
            }
        };
        steps::LOST.run(write)?;
        self.patience.after(error, failures, self.watch)
    }

    /// Looks for the effects of a batch whose answer was lost, once nobody can be working on them any more. Answers what still has
    /// to be sent.
    fn look_again(&mut self, batch: Vec<Composed>) -> Result<Vec<Composed>, Error> {
        let last = self.bundle.last_doubt()?;
        settle(self.destination, self.home.settle_seconds, last, self.watch)?;
        let marks = marks(&batch);
        let found = self.find(&marks, FindDepth::Mark)?;
        self.remove_twins(&marks, &found)?;
        let arrived = |(composed, observed): (&Composed, &Option<Observed>)| {
            let fingerprint = &composed.placement.fingerprint;
            observed
                .as_ref()
                .is_some_and(|observed| observed.fingerprint == *fingerprint)
        };
        let arrived: Vec<bool> = batch.iter().zip(&found).map(arrived).collect();
        let bundle = self.bundle;
        let write = || {
            for ((composed, observed), arrived) in batch.iter().zip(&found).zip(&arrived) {
                let mark = &composed.placement.mark;
                match observed.as_ref().filter(|_| *arrived) {
                    Some(observed) => {
                        bundle.adopt(mark, observed)?;
                        bundle.set_width(mark, width(&composed.placement.thing))?;
                    }
                    None => bundle.set_state(mark, State::Intended, "")?,
                }
            }
            Ok(())
        };
        steps::SETTLED.run(|| bundle.together(write))?;
        let mut left = Vec::new();
        for (composed, arrived) in batch.into_iter().zip(arrived) {
            if arrived {
                self.done.created += 1;
                self.parked_in_a_row = 0;
            } else {
                left.push(composed);
            }
        }
        Ok(left)
    }

    /// Sets an item aside that keeps failing. Where everything fails it is the destination that is ill, and asking on would set
    /// a whole blog aside.
    fn park(&mut self, mark: &ItemRef, reason: &str) -> Result<(), Error> {
        let bundle = self.bundle;
        steps::PARKED.run(|| bundle.set_state(mark, State::Parked, reason))?;
        self.done.parked += 1;
        self.parked_in_a_row += 1;
        let sentence = format!("It kept failing and was set aside: {reason}.");
        let finding = Finding::new(&codes::transfer::PARKED, sentence);
        self.keep_finding(finding.about(mark.clone()))?;
        if self.parked_in_a_row >= PARKED_IN_A_ROW {
            return Err(WriteError::NotDone(reason.to_owned()).into());
        }
        Ok(())
    }
}

fn marks(batch: &[Composed]) -> Vec<ItemRef> {
    batch
        .iter()
        .map(|composed| composed.placement.mark.clone())
        .collect()
}

/// An answer that is short, or about other things, says nothing about any of them.
fn answers_for(batch: &[Placement], placed: Vec<Placed>) -> Result<Vec<Placed>, WriteError> {
    let same = batch.len() == placed.len()
        && batch
            .iter()
            .zip(&placed)
            .all(|(sent, placed)| sent.mark == placed.mark);
    if same {
        Ok(placed)
    } else {
        Err(WriteError::Unknown(
            "the new home answered for other items than it was sent".to_owned(),
        ))
    }
}
