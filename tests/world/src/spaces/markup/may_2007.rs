//! May 2007. Footers are `div.footer` with the time in a span, the older entry is the arrow `~Left~` of the left toolbar, a
//! comment is a bare row of author, text and date, and its author's link holds an e-mail address.

use super::{CommentPage, Part, pieces};
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
        } => format!(
            "{}{}{}{}{}",
            toolbar(view, *older, *newer),
            block(view, entry),
            comment_list(view, entry, comments),
            pieces::comment_form(view, entry),
            pieces::trackbacks(view, entry)
        ),
    }
}

fn block(view: &View<'_>, entry: &Entry) -> String {
    format!(
        "<div class=\"bvEntry\"><h3 id=\"{}\">{}</h3><h4 class=\"beTitle\" id=\"{}\">{}</h4>{}\
         <div class=\"footer\"><span>{}</span>{} {}</div></div>",
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

fn toolbar(view: &View<'_>, older: Option<&Entry>, newer: Option<&Entry>) -> String {
    let arrow = |entry: Option<&Entry>, side: &str| {
        let image =
            format!("<img src=\"http://shared.live.com/xyz/Toolbar~{side}~arrow.gif\" alt=\"\">");
        entry
            .map(|entry| pieces::toolbar_link(view, entry, &image))
            .unwrap_or_default()
    };
    format!(
        "<ul id=\"ctl00_MainContentPlaceholder_ctl00_Toolbar_Internal_LeftToolbarList\">{}{}</ul>",
        arrow(older, "Left"),
        arrow(newer, "Right")
    )
}

pub(super) fn comment_list(view: &View<'_>, entry: &Entry, page: &CommentPage<'_>) -> String {
    let rows: String = page
        .comments
        .iter()
        .map(|row| comment(view, entry, row, page.later))
        .collect();
    let next = pieces::next_comments(view, entry, page).map_or(String::new(), |address| {
        format!("<a title=\"Click to view next 20 comments\" href=\"{address}\">Next 20</a>")
    });
    format!(
        "<a name=\"comment\"></a><h5>Comments ({})</h5><div class=\"bvComments\">{rows}</div>{next}",
        page.total
    )
}

pub(super) fn comment(view: &View<'_>, _entry: &Entry, comment: &Comment, later: bool) -> String {
    row(view, comment, later, "bvCommentText bvwordwrap")
}

/// The row of 2007: author, text, date, web address. Pages after the first wrap the author in a span.
pub(super) fn row(view: &View<'_>, comment: &Comment, later: bool, class: &str) -> String {
    let mut author = pieces::author_with_mail(view, comment, "mailto: ");
    if later {
        author = format!("<span>{author}</span>");
    }
    format!(
        "<div class=\"{class}\">{author}<div>{}</div>{}{}</div>",
        comment.body,
        view.date_and_time(comment.date),
        pieces::author_web_link(comment)
    )
}
