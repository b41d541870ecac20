//! Undo: take away what the ledger says was placed and nobody touched since, nothing else.

use super::{Stage, links::LINKS_PAGE, patience::patiently};
use crate::{
    Bundle, Error, Watch,
    bundle::{Row, State},
};
use blog::{
    Finding, ItemRef, Kind, codes,
    doors::{Destination, Removal, Removed},
};

/// Marks sent in one call.
const MARKS_A_CALL: usize = 100;

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

/// Takes away what was placed: comments first, then posts, pictures and terms.
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
    let states = [
        State::Intended,
        State::Placed,
        State::Verified,
        State::Missing,
        State::Conflict,
        State::Refused,
    ];
    let mut rows = bundle.ledger_in(&states)?;
    rows.sort_by_key(|row| order(row.item.kind));
    watch.begin("taking away", Some(rows.len() as u64));
    let (mut undone, mut done) = (Undone::default(), 0);
    for rows in rows.chunks(MARKS_A_CALL) {
        take_away(bundle, destination, rows, &mut undone, watch)?;
        done += rows.len() as u64;
        watch.done(done);
        if watch.stop_asked() {
            return Err(Error::Interrupted);
        }
    }
    destination.finish()?;
    watch.end();
    Ok(undone)
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
    let removed = patiently(watch, || destination.remove(&marks))?;
    bundle.together(|| {
        for removed in &removed {
            write_down(bundle, removed, undone, watch)?;
        }
        for link in rows.iter().filter(|row| row.item.kind == Kind::Link) {
            if bundle
                .ledger(&ItemRef::new(Kind::Page, LINKS_PAGE))?
                .is_none()
            {
                bundle.strike(&link.item)?;
            }
        }
        Ok(())
    })
}

fn write_down(
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
    bundle.strike(&removed.mark)
}

/// Children before what they hang on; the links page before the links that share its fate.
fn order(kind: Kind) -> u8 {
    match kind {
        Kind::Comment | Kind::Trackback | Kind::Guestbook => 0,
        Kind::Post | Kind::Page | Kind::Album | Kind::List => 1,
        Kind::Link => 2,
        Kind::Media => 3,
        Kind::Category | Kind::Tag => 4,
    }
}
