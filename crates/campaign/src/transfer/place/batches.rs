//! Batches: the intention is written before one is sent, the result after it; what is placed and unchanged is not even sent.

use super::Placer;
use crate::{
    Error,
    transfer::{Stage, compose::Composed, patience::patiently},
};
use blog::{
    Finding, codes,
    doors::{Outcome, Placed, Placement, Thing},
};

/// Bytes of media files sent in one batch, so that progress is seen and little is repeated.
const MEDIA_BATCH_BYTES: u64 = 24 * 1024 * 1024;

/// Composed placements waiting to be sent together.
#[derive(Default)]
pub(super) struct Batch {
    composed: Vec<Composed>,
    bytes: usize,
    media_bytes: u64,
}

impl Placer<'_> {
    /// Takes one placement into the batch, unless the ledger says that it is there already.
    pub(super) fn push(&mut self, composed: Composed) -> Result<(), Error> {
        for finding in &composed.findings {
            self.keep_finding(finding.clone())?;
        }
        let row = self.bundle.ledger(&composed.placement.mark)?;
        if row.is_some_and(|row| {
            row.state.is_there() && row.fingerprint == composed.placement.fingerprint
        }) {
            self.done.unchanged += 1;
            return Ok(());
        }
        self.batch.bytes += weight(&composed.placement.thing);
        if let Thing::Media(media) = &composed.placement.thing {
            self.batch.media_bytes += media.bytes;
        }
        self.batch.composed.push(composed);
        let full = self.batch.composed.len() >= self.home.batch_items
            || self.batch.bytes >= self.home.batch_bytes
            || self.batch.media_bytes >= MEDIA_BATCH_BYTES;
        if full {
            self.flush()?;
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<(), Error> {
        let batch = std::mem::take(&mut self.batch);
        if batch.composed.is_empty() {
            return Ok(());
        }
        self.bundle.together(|| {
            for composed in &batch.composed {
                self.bundle.intend(
                    &composed.placement.mark,
                    &composed.placement.fingerprint,
                    composed.open_links,
                )?;
            }
            Ok(())
        })?;
        let placements: Vec<Placement> = batch
            .composed
            .into_iter()
            .map(|composed| composed.placement)
            .collect();
        let placed = patiently(self.watch, || self.destination.place(&placements))?;
        self.bundle.together(|| {
            placed
                .iter()
                .try_for_each(|placed| self.bundle.settle(placed))
        })?;
        for placed in &placed {
            self.count(placed)?;
        }
        self.watch.done(self.seen);
        if self.watch.stop_asked() {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }

    fn count(&mut self, placed: &Placed) -> Result<(), Error> {
        let remark = placed.remark.as_deref().unwrap_or("no reason given");
        let finding = match placed.outcome {
            Outcome::Created => {
                self.done.created += 1;
                return Ok(());
            }
            Outcome::Updated => {
                self.done.updated += 1;
                return Ok(());
            }
            Outcome::Unchanged => {
                self.done.unchanged += 1;
                return Ok(());
            }
            Outcome::Conflict => {
                self.done.conflicts += 1;
                Finding::new(
                    &codes::transfer::CHANGED_AT_HOME,
                    "It was changed at the new home since it was placed there; it was left as it is.",
                )
            }
            Outcome::Refused => {
                self.done.refused += 1;
                Finding::new(
                    &codes::transfer::REFUSED,
                    format!("The new home did not take it: {remark}."),
                )
            }
        };
        self.keep_finding(finding.about(placed.mark.clone()))
    }

    pub(super) fn keep_finding(&self, finding: Finding) -> Result<(), Error> {
        if self.bundle.keep_finding(Stage::Place, &finding)? {
            self.watch.finding(&finding);
        }
        Ok(())
    }

    pub(super) fn begin(&mut self, what: &str, total: u64) {
        self.seen = 0;
        self.watch.begin(what, Some(total));
    }

    pub(super) fn end(&mut self) -> Result<(), Error> {
        self.flush()?;
        self.watch.done(self.seen);
        self.watch.end();
        Ok(())
    }
}

/// Bytes a placement adds to a request, near enough.
fn weight(thing: &Thing) -> usize {
    match thing {
        Thing::Term(term) => 200 + term.name.len() + term.description.len(),
        Thing::Media(_) => 0,
        Thing::Post(post) => 600 + post.title.len() + post.content.len() + post.excerpt.len(),
        Thing::Comment(comment) => 300 + comment.content.len(),
    }
}
