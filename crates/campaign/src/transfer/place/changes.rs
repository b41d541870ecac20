//! Changes: what the owner changed or removed at the new home, what was deleted or made more private at the old one.

use super::{
    Placer,
    batches::{narrowing, width},
};
use crate::{
    Error,
    bundle::{Row, State},
    transfer::{compose::Composed, order::children_first, patience::patiently, steps},
};
use blog::{
    Finding, ItemRef, Kind,
    body::{self, Difference},
    codes::transfer as codes,
    doors::{
        FindDepth, Narrowing, Observed, ObservedWhole, Outcome, Placed, Removal, Removed, Thing,
    },
};
use points::Bug;

/// Why an item was taken away: it is gone at the source, and the owner wished that to be followed.
pub(super) const DELETED_AT_SOURCE: &str = "deleted at the source";

/// Why an item is not there any more: somebody removed it there.
pub(in crate::transfer) const REMOVED_AT_HOME: &str = "removed at the new home";

/// Marks sent in one call that takes away.
const MARKS_A_CALL: usize = 100;

/// How visible what everyone sees is, and what nobody wrote down how visible it was placed.
pub(super) const WIDEST: u8 = 3;

impl Placer<'_> {
    /// Looks at what an earlier run placed and this one would change: what somebody removed there is not placed again, what
    /// somebody changed there is not overwritten. Answers what may be sent.
    pub(super) fn look_before_updates(
        &mut self,
        batch: Vec<Composed>,
    ) -> Result<Vec<Composed>, Error> {
        let (mut fresh, mut known) = (Vec::new(), Vec::new());
        for composed in batch {
            match self.bundle.ledger(&composed.placement.mark)? {
                Some(row) if row.new_id.is_some() && row.run != self.run => {
                    known.push((composed, row));
                }
                _ => fresh.push(composed),
            }
        }
        if known.is_empty() {
            return Ok(fresh);
        }
        let marks: Vec<ItemRef> = known.iter().map(|(_, row)| row.item.clone()).collect();
        let found = self.find(&marks, FindDepth::Mark)?;
        let (mut removed, mut edited) = (Vec::new(), Vec::new());
        for ((composed, row), observed) in known.into_iter().zip(found) {
            match observed {
                None if row.state != State::Missing && !points::planted(Bug::ForgetTombstone) => {
                    removed.push(row.item);
                }
                Some(observed) if observed.edited && !points::planted(Bug::OverwriteEdits) => {
                    edited.push((composed, row, observed));
                }
                _ => fresh.push(composed),
            }
        }
        self.bury(&removed)?;
        self.leave_edited(edited)?;
        Ok(fresh)
    }

    /// Writes down that the owner removed these.
    fn bury(&mut self, items: &[ItemRef]) -> Result<(), Error> {
        if items.is_empty() {
            return Ok(());
        }
        let bundle = self.bundle;
        let bury = |item| bundle.set_state(item, State::Removed, REMOVED_AT_HOME);
        steps::CONFIRMED.run(|| bundle.together(|| items.iter().try_for_each(bury)))?;
        items.iter().try_for_each(|item| self.name_removed(item))
    }

    fn name_removed(&mut self, item: &ItemRef) -> Result<(), Error> {
        self.done.removed += 1;
        let sentence =
            "It was removed at the new home since it was placed there; it was not placed again.";
        self.keep_finding(Finding::new(&codes::REMOVED_AT_HOME, sentence).about(item.clone()))
    }

    /// An item with a tombstone stays away.
    pub(super) fn stays_removed(&mut self, row: &Row) -> Result<(), Error> {
        if row.remark == REMOVED_AT_HOME {
            return self.name_removed(&row.item);
        }
        self.done.removed += 1;
        Ok(())
    }

    /// What would hang on a post that was removed at the new home stays away with it.
    pub(super) fn hangs_on_something_removed(
        &mut self,
        composed: &Composed,
    ) -> Result<bool, Error> {
        let Thing::Comment(comment) = &composed.placement.thing else {
            return Ok(false);
        };
        let post = self.bundle.ledger(&comment.post)?;
        let Some(post) = post.filter(|post| post.state == State::Removed) else {
            return Ok(false);
        };
        let (mark, bundle) = (&composed.placement.mark, self.bundle);
        let write = || {
            bundle.intend(mark, &composed.placement.fingerprint, 0)?;
            bundle.set_state(mark, State::Removed, &post.remark)
        };
        steps::SHARED.run(|| bundle.together(write))?;
        self.done.removed += 1;
        Ok(true)
    }

    /// What somebody changed there is a conflict, and is not even sent.
    fn leave_edited(&mut self, edited: Vec<(Composed, Row, Observed)>) -> Result<(), Error> {
        let bundle = self.bundle;
        let (mut batch, mut placed, mut before) = (Vec::new(), Vec::new(), Vec::new());
        for (composed, row, observed) in edited {
            placed.push(Placed {
                mark: row.item.clone(),
                outcome: Outcome::Conflict,
                id: Some(observed.id),
                address: observed.address,
                picture: observed.picture,
                remark: None,
            });
            batch.push(composed);
            before.push(Some(row));
        }
        if batch.is_empty() {
            return Ok(());
        }
        let write = || {
            for (composed, placed) in batch.iter().zip(&placed) {
                let fingerprint = &composed.placement.fingerprint;
                bundle.intend(&placed.mark, fingerprint, composed.open_links)?;
                bundle.settle(placed)?;
            }
            Ok(())
        };
        steps::CONFIRMED.run(|| bundle.together(write))?;
        self.done.conflicts += batch.len() as u64;
        self.conflicts(&batch, &placed, &before)
    }

    /// Names each conflict with what differs, and makes less visible what the source made less visible: that is followed even
    /// where the text is left alone. `before` are the rows as they were.
    pub(super) fn conflicts(
        &mut self,
        batch: &[Composed],
        placed: &[Placed],
        before: &[Option<Row>],
    ) -> Result<(), Error> {
        let conflict = |placed: &Placed| placed.outcome == Outcome::Conflict;
        let marks: Vec<ItemRef> = placed
            .iter()
            .filter(|placed| conflict(placed))
            .map(|placed| placed.mark.clone())
            .collect();
        if marks.is_empty() {
            return Ok(());
        }
        let mut found = self.find(&marks, FindDepth::Whole)?.into_iter();
        let mut narrower = Vec::new();
        for ((composed, placed), before) in batch.iter().zip(placed).zip(before) {
            if !conflict(placed) {
                continue;
            }
            let thing = &composed.placement.thing;
            let whole = found.next().flatten().and_then(|observed| observed.whole);
            let sentence = conflict_sentence(thing, whole.as_ref());
            let finding = Finding::new(&codes::CHANGED_AT_HOME, sentence);
            self.keep_finding(finding.about(placed.mark.clone()))?;
            let known = before.as_ref().and_then(|row| row.width);
            if known.unwrap_or(WIDEST) > width(thing) {
                self.bundle
                    .set_width(&placed.mark, known.unwrap_or(WIDEST))?;
                narrower.push(narrowing(&placed.mark, thing));
            }
        }
        self.narrow(&narrower)
    }

    /// Makes things less visible at the new home, their text left alone.
    pub(super) fn narrow(&mut self, wishes: &[Narrowing]) -> Result<(), Error> {
        if wishes.is_empty() {
            return Ok(());
        }
        let done = patiently(self.watch, || {
            steps::NARROW.run(|| self.destination.narrow(wishes))
        })?;
        let bundle = self.bundle;
        let write = || {
            for (wish, done) in wishes.iter().zip(&done) {
                if *done {
                    bundle.set_width(&wish.mark, wish.status.width())?;
                }
            }
            Ok(())
        };
        steps::NARROWED.run(|| bundle.together(write))?;
        for (at, wish) in wishes.iter().enumerate() {
            let finding = if done.get(at) == Some(&true) {
                let sentence = "Fewer people may see it at the old home than before. Its text at the new home is yours and was left alone, but it is as private there now.";
                Finding::new(&codes::NARROWED, sentence)
            } else {
                let sentence = "Fewer people may see it at the old home than before, and it could not be made as private at the new home, where you changed it.";
                Finding::new(&codes::NOT_NARROWED, sentence)
            };
            self.keep_finding(finding.about(wish.mark.clone()))?;
        }
        Ok(())
    }

    /// What an earlier reading saw and the latest did not: named, or taken away where the owner wished that.
    pub(super) fn gone_at_source(&mut self, follow: bool) -> Result<(), Error> {
        let mut gone = Vec::new();
        for item in self.bundle.gone()? {
            let row = self.bundle.ledger(&item)?;
            if row.is_none_or(|row| row.state != State::Removed) {
                gone.push(item);
            }
        }
        if follow {
            gone.sort_by_key(|item| children_first(item.kind));
            return self.take_away(&gone);
        }
        for item in gone {
            let title = self.bundle.title(&item)?.unwrap_or_default();
            let sentence =
                format!("“{title}” is no longer at the source; it was left at the new home.");
            self.keep_finding(Finding::new(&codes::GONE_AT_SOURCE, sentence).about(item))?;
        }
        Ok(())
    }

    fn take_away(&mut self, items: &[ItemRef]) -> Result<(), Error> {
        let items: Vec<ItemRef> = items
            .iter()
            .filter(|item| item.kind != Kind::Link)
            .cloned()
            .collect();
        for marks in items.chunks(MARKS_A_CALL) {
            let removed = patiently(self.watch, || {
                steps::DELETE.run(|| self.destination.remove(marks))
            })?;
            let bundle = self.bundle;
            let write = || {
                for removed in &removed {
                    if removed.outcome != Removal::Kept {
                        bundle.intend(&removed.mark, "", 0)?;
                        bundle.set_state(&removed.mark, State::Removed, DELETED_AT_SOURCE)?;
                    }
                }
                Ok(())
            };
            steps::DELETED.run(|| bundle.together(write))?;
            for removed in removed {
                self.keep_finding(taken_away(&removed))?;
            }
            if self.watch.stop_asked() {
                return Err(Error::Interrupted);
            }
        }
        Ok(())
    }

    /// Takes away what came back with a late request after it had been taken away.
    pub(super) fn take_away_again(&mut self, items: &[ItemRef]) -> Result<(), Error> {
        for marks in items.chunks(MARKS_A_CALL) {
            patiently(self.watch, || {
                steps::DELETE.run(|| self.destination.remove(marks))
            })?;
        }
        Ok(())
    }
}

fn taken_away(removed: &Removed) -> Finding {
    let finding = if removed.outcome == Removal::Kept {
        let reason = removed.remark.as_deref().unwrap_or("it is in use there");
        let sentence =
            format!("It is no longer at the source, but was left at the new home: {reason}.");
        Finding::new(&codes::GONE_AT_SOURCE, sentence)
    } else {
        let sentence =
            "It is no longer at the source and was taken away from the new home, as you asked.";
        Finding::new(&codes::DELETION_FOLLOWED, sentence)
    };
    finding.about(removed.mark.clone())
}

fn conflict_sentence(thing: &Thing, there: Option<&ObservedWhole>) -> String {
    let left = "It was changed at the new home since it was placed there; it was left as it is.";
    match there.map(|there| differences(thing, there)) {
        Some(parts) if !parts.is_empty() => {
            format!("{left} Other at the old home: {}.", parts.join(", "))
        }
        _ => left.to_owned(),
    }
}

/// What of a thing is other at the new home than it would be after an update, in words.
fn differences(thing: &Thing, there: &ObservedWhole) -> Vec<&'static str> {
    let mut parts = Vec::new();
    let mut differ = |is_other: bool, word| {
        if is_other {
            parts.push(word);
        }
    };
    let text = |sent: &str| body::compare(sent, &there.content) != Difference::Same;
    match thing {
        Thing::Post(post) => {
            differ(post.title != there.title, "its title");
            differ(text(&post.content), "its text");
            let second = |date: Option<jiff::Timestamp>| date.map(|date| date.as_second());
            differ(second(post.date_utc) != second(there.date_utc), "its date");
            differ(post.status.as_str() != there.status, "who may see it");
        }
        Thing::Comment(comment) => {
            differ(comment.author != there.title, "its author");
            differ(text(&comment.content), "its text");
        }
        Thing::Amend(amended) => differ(text(&amended.content), "its text"),
        Thing::Term(term) => differ(term.name != there.title, "its name"),
        Thing::Media(media) => differ(media.title != there.title, "its title"),
    }
    parts
}
