//! A quick look for a run that brought nothing new: is everything that was read back before still there, and untouched?

use super::readback::stand_in;
use crate::{
    Bundle, Error, Watch,
    bundle::{Fact, State},
    transfer::{patience::patiently, steps},
};
use blog::doors::{Destination, FindDepth};
use jiff::Timestamp;

/// Items asked for in one call: marks are small.
const ITEMS_A_CALL: usize = 500;

/// When everything in the ledger was read back whole by an earlier run and the new home still has it as it was sent: how many
/// items that are, and when they were read back. Asks by mark, so a large blog costs few calls and no page is visited.
///
/// # Errors
/// When the destination does not answer for long, the bundle cannot be read, or the owner asked to stop.
pub(crate) fn untouched(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    watch: &dyn Watch,
) -> Result<Option<(u64, Timestamp)>, Error> {
    let open = [
        State::Intended,
        State::Sent,
        State::Unknown,
        State::Placed,
        State::Missing,
    ];
    let read_back: Option<Timestamp> = bundle.fact(Fact::Verified)?;
    let Some(when) = read_back else {
        return Ok(None);
    };
    if bundle.count_ledger_in(&open)? > 0 {
        return Ok(None);
    }
    let (mut after, mut count) = (None, 0);
    loop {
        let rows = bundle.ledger_page(&[State::Verified], after.as_ref(), ITEMS_A_CALL)?;
        let Some(last) = rows.last() else {
            return Ok((count > 0).then_some((count, when)));
        };
        after = Some(last.item.clone());
        let marks = rows
            .iter()
            .map(|row| stand_in(bundle, &row.item))
            .collect::<Result<Vec<_>, _>>()?;
        let found = patiently(watch, || {
            steps::READ_BACK.run(|| destination.find(&marks, FindDepth::Mark))
        })?;
        let as_sent = rows
            .iter()
            .zip(&marks)
            .zip(&found)
            .all(|((row, mark), found)| {
                found.as_ref().is_some_and(|seen| {
                    !seen.edited && (*mark != row.item || seen.fingerprint == row.fingerprint)
                })
            });
        if !as_sent {
            return Ok(None);
        }
        count += rows.len() as u64;
        if watch.stop_asked() {
            return Err(Error::Interrupted);
        }
    }
}
