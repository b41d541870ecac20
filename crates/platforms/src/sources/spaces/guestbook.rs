//! The guestbook: the same control as comments, under no entry.

use super::comments::CommentPart;
use super::emit::{self, Setting};
use blog::{
    GuestbookEntry, Item,
    doors::{Halt, Intake, Original},
};

/// Whether a saved page without entries is one of the guestbook.
pub(super) fn is_guestbook(html: &str) -> bool {
    let lower = html.to_ascii_lowercase();
    lower.contains("id=\"guestbook") || lower.contains("guestbookpart")
}

/// Emits the notes of `notes`, given newest first; `before` older ones have been emitted already.
pub(super) fn emit(
    notes: &[CommentPart],
    before: usize,
    setting: Setting<'_>,
    intake: &mut dyn Intake,
) -> Result<usize, Halt> {
    let moment = |note: &CommentPart| {
        note.date
            .as_deref()
            .and_then(|text| setting.dating.comment(text, None))
            .map(|(moment, _)| moment)
    };
    let notes = emit::oldest_first(notes.to_vec(), moment);
    for (position, note) in notes.iter().enumerate() {
        let body = super::keys::strike_out(&note.body);
        let original = body.clone();
        let item = GuestbookEntry {
            id: emit::comment_id("guestbook", before + position + 1, note),
            author: emit::person(note),
            written: moment(note),
            body,
        };
        intake.item(
            Item::GuestbookEntry(item),
            Original {
                bytes: original.as_bytes(),
                media_type: "text/html",
                place: setting.place,
            },
        )?;
    }
    Ok(notes.len())
}
