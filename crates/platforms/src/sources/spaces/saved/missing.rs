//! What saved pages do not hold, one finding for each kind: nothing stays behind without a word.

use super::index::{Index, Shown};
use blog::{
    Code, Finding, Severity, codes,
    doors::{Halt, Intake},
};
use std::collections::BTreeMap;

/// How many names a sentence gives.
const MOST_NAMES: usize = 10;

/// Tells what stays behind.
pub(super) fn tell(index: &Index, intake: &mut dyn Intake) -> Result<(), Halt> {
    let shows = |handle: &&blog::address::spaces::Handle| index.best.contains_key(&handle.number);
    let entries = index.linked.iter().filter(|handle| !shows(handle)).count();
    if entries > 0 {
        let code = &codes::spaces::ENTRIES_NOT_SAVED;
        intake.finding(Finding::new(
            code,
            format!(
                "{} linked from saved pages, but no page shows {}; {} behind.",
                counted(entries, "entry is", "entries are"),
                if entries == 1 { "it" } else { "them" },
                if entries == 1 {
                    "it stays"
                } else {
                    "they stay"
                },
            ),
        ))?;
    }
    things(
        &codes::spaces::ALBUMS_NOT_SAVED,
        ("album", "albums"),
        &index.albums,
        intake,
    )?;
    things(
        &codes::spaces::LISTS_NOT_SAVED,
        ("list", "lists"),
        &index.lists,
        intake,
    )?;
    if index.guestbook.is_empty() {
        let mut finding = Finding::new(
            &codes::spaces::GUESTBOOK_NOT_SAVED,
            "The Space links to its guestbook, but none of the saved pages shows a note; the guestbook stays behind.",
        );
        if !index.links_guestbook {
            "No page of a guestbook is among the saved pages; if the Space had one, it stays behind."
                .clone_into(&mut finding.sentence);
            finding.severity = Severity::Note;
        }
        intake.finding(finding)?;
    }
    intake.finding(Finding::new(
        &codes::spaces::DRAFTS_NOT_SAVED,
        "Saved pages hold no drafts; if the Space had some, they stay behind.",
    ))
}

/// Albums or lists: those that are linked and not shown, or a word that there are none at all.
fn things(
    code: &Code,
    (one, many): (&str, &str),
    things: &BTreeMap<u64, Shown>,
    intake: &mut dyn Intake,
) -> Result<(), Halt> {
    let missing: Vec<&Shown> = things.values().filter(|t| t.files.is_empty()).collect();
    if missing.is_empty() && !things.is_empty() {
        return Ok(());
    }
    if missing.is_empty() {
        let mut finding = Finding::new(
            code,
            format!(
                "No page of {} is among the saved pages; if the Space had {many}, they stay behind.",
                if one.starts_with('a') {
                    format!("an {one}")
                } else {
                    format!("a {one}")
                }
            ),
        );
        finding.severity = Severity::Note;
        return intake.finding(finding);
    }
    let names: Vec<String> = missing
        .iter()
        .filter_map(|thing| thing.title.as_ref())
        .take(MOST_NAMES)
        .map(|title| format!("'{title}'"))
        .collect();
    let named = if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", names.join(", "))
    };
    let count = missing.len();
    intake.finding(Finding::new(
        code,
        format!(
            "{} linked from saved pages{named}, but {} not among them; {} behind.",
            counted(count, &format!("{one} is"), &format!("{many} are")),
            if count == 1 {
                "its page is"
            } else {
                "their pages are"
            },
            if count == 1 { "it stays" } else { "they stay" },
        ),
    ))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("One {one}"),
        count => format!("{count} {many}"),
    }
}
