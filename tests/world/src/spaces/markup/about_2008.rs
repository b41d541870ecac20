//! About 2008, as a scraper from China met it: entries as in June 2008, but a theme whose footer shows the whole date with
//! seconds.

use super::{Part, february_2008, june_2008, october_2007, pieces};
use crate::spaces::space::Entry;
use crate::spaces::view::View;

pub(super) fn write(view: &View<'_>, part: &Part<'_>) -> String {
    match part {
        Part::Entries(entries) => entries.iter().map(|entry| block(view, entry)).collect(),
        Part::Entry {
            entry,
            comments,
            older,
            newer,
        } => {
            let rows: String = comments
                .comments
                .iter()
                .map(|comment| june_2008::comment(view, entry, comment, comments.later))
                .collect();
            format!(
                "{}{}{}{}{}",
                october_2007::toolbar(view, *older, *newer),
                block(view, entry),
                february_2008::comment_box(view, entry, comments, &rows),
                pieces::comment_form(view, entry),
                pieces::trackbacks(view, entry)
            )
        }
    }
}

fn block(view: &View<'_>, entry: &Entry) -> String {
    let whole = view.market.date_and_time(view.local(entry.date), true);
    june_2008::block(view, entry, &whole)
}
