//! The guestbook: the same control as comments, under no entry.

use super::comments::CommentPart;
use super::emit::{self, Setting};
use blog::{
    GuestbookEntry, Item,
    doors::{Halt, Intake},
};
use dom_query::Document;

/// Whether a page is one of the guestbook, by the control that shows it.
pub(super) fn is_guestbook(document: &Document) -> bool {
    document
        .select("[id^=\"guestbook\" i], [class*=\"guestbookpart\" i]")
        .exists()
}

/// Emits the guestbook's notes, given newest first.
pub(super) fn emit(
    notes: &[CommentPart],
    setting: Setting<'_>,
    intake: &mut dyn Intake,
) -> Result<(), Halt> {
    let moment = |note: &CommentPart| {
        note.date
            .as_deref()
            .and_then(|text| setting.dating.comment(text, None))
            .map(|(moment, _)| moment)
    };
    let notes = emit::oldest_first(notes.to_vec(), moment);
    for (position, note) in notes.iter().enumerate() {
        let body = setting.body(&note.body);
        let item = GuestbookEntry {
            id: emit::comment_id("guestbook", position + 1, note),
            author: emit::person(note),
            written: moment(note),
            body,
        };
        intake.item(Item::GuestbookEntry(item), setting.original(&note.body))?;
    }
    Ok(())
}
