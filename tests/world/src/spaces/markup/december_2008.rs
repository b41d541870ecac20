//! December 2008. Comments are boxes with relative dates and never a year; the date stands after its box, not always as its
//! sibling; further pages are plain links `a#sn_ccpgNextCommentControl`.

use super::{CommentPage, Part, june_2008, pieces};
use crate::spaces::space::{Comment, Entry};
use crate::spaces::view::View;

pub(super) fn write(view: &View<'_>, part: &Part<'_>) -> String {
    write_with(view, part, comment)
}

/// The page of December 2008 and later around comments of `row`'s kind.
pub(super) fn write_with(
    view: &View<'_>,
    part: &Part<'_>,
    row: fn(&View<'_>, &Entry, &Comment, bool) -> String,
) -> String {
    match part {
        Part::Entries(entries) => entries
            .iter()
            .map(|entry| june_2008::block(view, entry, &view.time(entry.date)))
            .collect(),
        Part::Entry {
            entry,
            comments,
            older,
            newer,
        } => {
            let rows: String = comments
                .comments
                .iter()
                .map(|comment| row(view, entry, comment, comments.later))
                .collect();
            format!(
                "{}{}{}{}{}",
                toolbar(view, *older, *newer),
                june_2008::block(view, entry, &view.time(entry.date)),
                comment_box(view, entry, comments, &rows),
                pieces::comment_form(view, entry),
                pieces::trackbacks(view, entry)
            )
        }
    }
}

fn toolbar(view: &View<'_>, older: Option<&Entry>, newer: Option<&Entry>) -> String {
    let link = |entry: Option<&Entry>, inside: String| {
        entry
            .map(|entry| pieces::toolbar_link(view, entry, &inside))
            .unwrap_or_default()
    };
    format!(
        "<ul id=\"ctl00_MainContentPlaceholder_ctl01_Toolbar_Internal_RightToolbarList\">{}{}</ul>",
        link(older, format!("&lt; {}", view.market.previous)),
        link(newer, format!("{} &gt;", view.market.next))
    )
}

fn comment_box(view: &View<'_>, entry: &Entry, page: &CommentPage<'_>, rows: &str) -> String {
    let next = pieces::next_comments(view, entry, page).map_or(String::new(), |address| {
        format!("<a id=\"sn_ccpgNextCommentControl\" href=\"{address}\">Next</a>")
    });
    format!(
        "<a name=\"comment\"></a><h5>Comments ({})</h5><div class=\"ccComments\">{rows}</div><div class=\"ccPaging\">{next}</div>",
        page.total
    )
}

pub(super) fn comment(view: &View<'_>, entry: &Entry, comment: &Comment, _later: bool) -> String {
    let class = if comment.url.is_some() {
        "cxp_ic_name"
    } else {
        "ccName"
    };
    let written = format!(
        "<div class=\"ccCommentBox\"><span class=\"{class}\">{}</span><div class=\"Comment\">{}</div></div>",
        view.author(comment),
        comment.body
    );
    let date = format!(
        "<div class=\"ccDateBox\"><span>{}</span></div>",
        view.ago(comment.date, entry.date, false)
    );
    if comment.number.is_multiple_of(5) {
        return format!(
            "<div class=\"ccRow\"><div class=\"ccInner\">{written}</div><div class=\"ccFoot\">{date}</div></div>"
        );
    }
    format!("<div class=\"ccRow\">{written}{date}</div>")
}
