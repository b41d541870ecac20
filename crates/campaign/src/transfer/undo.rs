//! Undo: take away what the ledger says was placed and nobody touched since, nothing else.

use super::{
    Stage,
    links::LINKS_PAGE,
    order::children_first,
    patience::patiently,
    repair::{is_repair, put_back},
    settle::settle,
    steps,
};
use crate::{
    Bundle, Error, Watch,
    bundle::{Fact, Row, State},
};
use blog::{
    Finding, ItemRef, Kind, codes,
    doors::{Destination, Removal, Removed},
};

/// Marks sent in one call.
const MARKS_A_CALL: usize = 100;

/// Why an item is not at the new home any more.
const TAKEN_BACK: &str = "taken away by undo";

/// What an undo did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Undone {
    /// Gone from the new home.
    pub removed: u64,
    /// Left there, with a finding each.
    pub kept: u64,
    /// Were not there any more.
    pub absent: u64,
}

/// Takes away what was placed: comments first, then posts, pictures and terms. Safe to repeat and to kill: what is gone is gone, the
/// rest is taken away by the next run. Nothing is placed again until it is asked for afresh.
///
/// # Errors
/// When the destination does not answer for long, the bundle cannot be written, or the owner asked to stop.
pub fn undo(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    watch: &dyn Watch,
) -> Result<Undone, Error> {
    watch.stage(Stage::Undo);
    bundle.forget_findings(Stage::Undo)?;
    let unknown = steps::UNDO_BEGUN.run(|| begin(bundle))?;
    if unknown {
        // What is on its way would arrive behind our back.
        let seconds = bundle.home()?.settle_seconds;
        settle(destination, seconds, bundle.last_doubt()?, watch)?;
    }
    let mut rows = bundle.ledger_in(&State::ALL)?;
    rows.retain(|row| row.state != State::Removed);
    rows.sort_by_key(|row| children_first(row.item.kind));
    let mut undone = Undone::default();
    watch.begin("taking away", Some(rows.len() as u64));
    let all = rows.len();
    if is_repair(bundle)? {
        rows = put_back(bundle, destination, rows, &mut undone, watch)?;
    }
    let mut done = (all - rows.len()) as u64;
    for rows in rows.chunks(MARKS_A_CALL) {
        take_away(bundle, destination, rows, &mut undone, watch)?;
        done += rows.len() as u64;
        watch.done(done);
        if watch.stop_asked() {
            return Err(Error::Interrupted);
        }
    }
    patiently(watch, || steps::UNDO_FINISH.run(|| destination.finish()))?;
    watch.end();
    Ok(undone)
}

/// Writes down that the move is taken back, and answers whether effects of it may still be on their way.
fn begin(bundle: &Bundle) -> Result<bool, Error> {
    bundle.together(|| {
        bundle.set_fact(Fact::Undone, &true)?;
        bundle.lose_what_was_sent()?;
        bundle.is_in_doubt()
    })
}

fn take_away(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    rows: &[Row],
    undone: &mut Undone,
    watch: &dyn Watch,
) -> Result<(), Error> {
    let marks: Vec<ItemRef> = rows
        .iter()
        .map(|row| row.item.clone())
        .filter(|item| item.kind != Kind::Link)
        .collect();
    let removed = patiently(watch, || steps::REMOVE.run(|| destination.remove(&marks)))?;
    let write = || {
        for removed in &removed {
            write_down(bundle, removed, undone, watch)?;
        }
        for link in rows.iter().filter(|row| row.item.kind == Kind::Link) {
            let page = bundle.ledger(&ItemRef::new(Kind::Page, LINKS_PAGE))?;
            if page.is_none_or(|page| page.state == State::Removed) {
                bundle.set_state(&link.item, State::Removed, TAKEN_BACK)?;
            }
        }
        Ok(())
    };
    steps::REMOVED.run(|| bundle.together(write))
}

pub(super) fn write_down(
    bundle: &Bundle,
    removed: &Removed,
    undone: &mut Undone,
    watch: &dyn Watch,
) -> Result<(), Error> {
    match removed.outcome {
        Removal::Removed => undone.removed += 1,
        Removal::Absent => undone.absent += 1,
        Removal::Kept => {
            undone.kept += 1;
            let reason = removed.remark.as_deref().unwrap_or("it is in use there");
            let finding = Finding::new(
                &codes::transfer::KEPT_BY_UNDO,
                format!("It was left at the new home: {reason}."),
            );
            let finding = finding.about(removed.mark.clone());
            watch.finding(&finding);
            bundle.keep_finding(Stage::Undo, &finding)?;
            return bundle.set_state(&removed.mark, State::Conflict, reason);
        }
    }
    bundle.set_state(&removed.mark, State::Removed, TAKEN_BACK)
}
