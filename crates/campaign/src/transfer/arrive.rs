//! Place and verify, and once more where something is gone when it is looked for: a hosting can lose what it said it took.
//! Where a run brings nothing new, asking for what is there is enough; `rehome verify` reads everything back again.

use super::{Choices, Done, Stage, guestbook, place, verify, verify::untouched};
use crate::{Bundle, Error, Watch, bundle::State};
use blog::{
    Finding, codes,
    doors::{Destination, NewHome},
};
use jiff::Timestamp;

/// Places everything in `bundle` and verifies it; places what is missing then a second time, and verifies again. A run that wrote
/// nothing, over a blog that was read back before, only asks whether all of it is there and untouched.
///
/// # Errors
/// As [`place`] and [`verify()`].
pub fn arrive(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    choices: &Choices,
    now: Timestamp,
    watch: &dyn Watch,
) -> Result<Done, Error> {
    let mut done = place(bundle, destination, home, choices, now, watch)?;
    if done.writes() > 0 {
        let more = guestbook::make_seen(bundle, destination, home, choices, now, watch)?;
        done.updated += more.updated;
    }
    if done.writes() == 0
        && let Some((items, when)) = untouched(bundle, destination, watch)?
    {
        watch.say(&format!(
            "nothing is new: the {items} items that were read back on {} are there, and untouched",
            when.strftime("%Y-%m-%d")
        ));
        return Ok(done);
    }
    verify(bundle, destination, home, choices, now, watch)?;
    let missing = bundle.count_ledger_in(&[State::Missing])?;
    if missing == 0 {
        return Ok(done);
    }
    watch.say(&format!(
        "{missing} of the items placed are not at the new home; placing them once more"
    ));
    let again = place(bundle, destination, home, choices, now, watch)?;
    verify(bundle, destination, home, choices, now, watch)?;
    done.created += again.created;
    done.updated += again.updated;
    let sentence = match missing {
        1 => "1 item was not at the new home when it was looked for; it was placed once more."
            .to_owned(),
        many => format!(
            "{many} items were not at the new home when they were looked for; they were placed once more."
        ),
    };
    let finding = Finding::new(&codes::verify::PLACED_TWICE, sentence);
    if bundle.keep_finding(Stage::Verify, &finding)? {
        watch.finding(&finding);
    }
    Ok(done)
}
