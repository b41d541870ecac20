//! October 2007. The footer is `div.footerLinks` and begins with the time itself, the older entry has moved to the right
//! toolbar, permalinks carry `#permalinkcns!..`, comments lose the class `bvwordwrap`.

use super::{Part, may_2007, pieces};
use crate::spaces::space::{Comment, Entry};
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
                .map(|row| comment(view, entry, row, comments.later))
                .collect();
            let next =
                pieces::next_comments(view, entry, comments).map_or(String::new(), |address| {
                    format!(
                        "<a title=\"Click to view next 20 comments\" href=\"{address}\">Next 20</a>"
                    )
                });
            format!(
                "{}{}<a name=\"comment\"></a><h5>Comments ({})</h5><div class=\"bvComments\">{rows}</div>{next}{}{}",
                toolbar(view, *older, *newer),
                block(view, entry),
                comments.total,
                pieces::comment_form(view, entry),
                pieces::trackbacks(view, entry)
            )
        }
    }
}

pub(super) fn block(view: &View<'_>, entry: &Entry) -> String {
    format!(
        "<div class=\"bvEntry\"><h3 class=\"bvDate\" id=\"{}\">{}</h3><h4 class=\"beTitle\" id=\"{}\">{}</h4>{} \
         <div class=\"footerLinks\"><nobr>{}</nobr>{}<div class=\"bvCategories\">{}</div></div></div>",
        pieces::id(view, "LastMDate", entry.number),
        view.date(entry.date),
        pieces::id(view, "subj", entry.number),
        view.title(entry),
        pieces::body(view, entry),
        view.time(entry.date),
        pieces::footer_links(view, entry),
        pieces::categories(view, entry),
    )
}

pub(super) fn toolbar(view: &View<'_>, older: Option<&Entry>, newer: Option<&Entry>) -> String {
    let arrow = |entry: Option<&Entry>, side: &str, word: &str| {
        let image = format!(
            "<img src=\"http://shared.live.com/abc/Toolbar~{side}~arrow.gif\" alt=\"\"> {word}"
        );
        entry
            .map(|entry| pieces::toolbar_link(view, entry, &image))
            .unwrap_or_default()
    };
    format!(
        "<ul id=\"ctl00_MainContentPlaceholder_ctl01_Toolbar_Internal_RightToolbarList\">{}{}</ul>",
        arrow(older, "Left", view.market.previous),
        arrow(newer, "Right", view.market.next)
    )
}

pub(super) fn comment(view: &View<'_>, _entry: &Entry, comment: &Comment, later: bool) -> String {
    may_2007::row(view, comment, later, "bvCommentText")
}
