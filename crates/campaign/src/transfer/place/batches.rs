//! Batches: what has to be sent at all, gathered. What is placed and unchanged is not even asked about.

use super::{Placer, changes::WIDEST};
use crate::{
    Error,
    bundle::{Row, State},
    transfer::{Stage, compose::Composed},
};
use blog::{
    CommentState, Finding, ItemRef,
    doors::{Narrowing, Status, Thing},
};
use points::Bug;

/// Bytes of media files sent in one batch, so that progress is seen and little is repeated.
const MEDIA_BATCH_BYTES: u64 = 24 * 1024 * 1024;

/// Composed placements waiting to be sent together.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) composed: Vec<Composed>,
    bytes: usize,
    media_bytes: u64,
}

impl Placer<'_> {
    /// Takes one placement into the batch, unless the ledger says that it is there already or shall not be.
    pub(super) fn push(&mut self, composed: Composed) -> Result<(), Error> {
        for finding in &composed.findings {
            self.keep_finding(finding.clone())?;
        }
        let row = self.bundle.ledger(&composed.placement.mark)?;
        if let Some(row) = &row {
            if row.state == State::Removed && !points::planted(Bug::ForgetTombstone) {
                return self.stays_removed(row);
            }
            let is_there =
                row.state.is_there() && row.fingerprint == composed.placement.fingerprint;
            if is_there && !points::planted(Bug::ForgetThePlaced) {
                self.done.unchanged += 1;
                return self.keep_width(row, &composed);
            }
        }
        if self.hangs_on_something_removed(&composed)? {
            return Ok(());
        }
        if row.is_some_and(|row| row.state == State::Parked) {
            self.flush()?;
            return self.send(vec![composed]);
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

    /// What is there as it was sent may still be more visible than it should: a run that was killed before it narrowed it.
    fn keep_width(&mut self, row: &Row, composed: &Composed) -> Result<(), Error> {
        let width = width(&composed.placement.thing);
        match row.width {
            Some(known) if row.state == State::Conflict && known > width => {
                self.narrow(&[narrowing(
                    &composed.placement.mark,
                    &composed.placement.thing,
                )])
            }
            known if row.state != State::Conflict && known != Some(width) => {
                self.bundle.set_width(&row.item, width)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn flush(&mut self) -> Result<(), Error> {
        let batch = std::mem::take(&mut self.batch);
        if batch.composed.is_empty() {
            return Ok(());
        }
        self.send(batch.composed)?;
        self.watch.done(self.seen);
        if self.watch.stop_asked() {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
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
        Thing::Post(post) => {
            let fields = post.fields.iter();
            let fields = fields.map(|field| 40 + field.name.len() + field.value.len());
            let texts = post.title.len() + post.content.len() + post.excerpt.len();
            600 + texts + fields.sum::<usize>()
        }
        Thing::Comment(comment) => 300 + comment.content.len(),
        Thing::Amend(amended) => 600 + amended.content.len() + amended.excerpt.len(),
    }
}

/// How visible a thing is: 0 draft, 1 private, 2 future, 3 public.
pub(super) fn width(thing: &Thing) -> u8 {
    match thing {
        Thing::Term(term) => Status::published(term.open).width(),
        Thing::Comment(comment) if comment.state == CommentState::Approved => WIDEST,
        // Who may see what stood there before us is not ours to say.
        Thing::Amend(_) => WIDEST,
        _ => at_most(thing).width(),
    }
}

/// The wish that a thing be no more visible than it was composed; for one that is less visible than it was placed.
pub(super) fn narrowing(mark: &ItemRef, thing: &Thing) -> Narrowing {
    Narrowing {
        mark: mark.clone(),
        status: at_most(thing),
    }
}

fn at_most(thing: &Thing) -> Status {
    match thing {
        Thing::Post(post) => post.status,
        Thing::Media(media) => media.open.map_or(Status::PRIVATE, Status::published),
        Thing::Term(_) | Thing::Comment(_) | Thing::Amend(_) => Status::PRIVATE,
    }
}
