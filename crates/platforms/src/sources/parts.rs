//! The entries of a file, one after the other: each may be one that earlier runs died of.

use blog::doors::{Halt, Intake, Original};

/// Whether entry `number` of a file may be read. One that may not is kept aside as it stands, where `keeps`: who reads a file several
/// times keeps it once.
pub(super) fn may_read(
    intake: &mut dyn Intake,
    file: &str,
    number: usize,
    text: &dyn Fn() -> String,
    keeps: bool,
) -> Result<bool, Halt> {
    let place = format!("{file} › entry {number}");
    if intake.may_read(&place)? {
        points::met("read", text);
        return Ok(true);
    }
    if keeps {
        intake.aside(Original {
            bytes: text().as_bytes(),
            media_type: "text/plain",
            place: &place,
        })?;
    }
    Ok(false)
}
