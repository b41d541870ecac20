//! February 2008. Comments come from a shared control: author one level deeper, text in `.ccViewComment`, web address in
//! `.ccViewAuthorUrl.ltrText`; further pages are fetched by script, with `bv:commentcount`, `bv:cns` and `bv:lastcns` as its
//! only help.

use super::{CommentPage, Part, june_2008, pieces};
use crate::spaces::space::{Comment, Entry};
use crate::spaces::view::View;

pub(super) fn write(view: &View<'_>, part: &Part<'_>) -> String {
    june_2008::write_with(view, part, comment)
}

/// The box around the comments, with the attributes that scripts read.
pub(super) fn comment_box(
    view: &View<'_>,
    entry: &Entry,
    page: &CommentPage<'_>,
    rows: &str,
) -> String {
    let last = page
        .comments
        .last()
        .map(|comment| view.space.handle(comment.number))
        .unwrap_or_default();
    format!(
        "<a name=\"comment\"></a><h5>Comments ({total})</h5><div class=\"ccComments\" bv:commentcount=\"{total}\" \
         bv:cns=\"{entry}\" bv:lastcns=\"{last}\">{rows}</div>",
        total = page.total,
        entry = view.space.handle(entry.number),
    )
}

pub(super) fn comment(view: &View<'_>, _entry: &Entry, comment: &Comment, later: bool) -> String {
    let mut author = pieces::author_with_mail(view, comment, "mailto:");
    if later {
        author = format!("<span>{author}</span>");
    }
    let web = match &comment.url {
        Some(_) => format!(
            "<div class=\"ccViewAuthorUrl ltrText\">{}</div>",
            pieces::author_web_link(comment)
        ),
        None => String::new(),
    };
    format!(
        "<div class=\"bvCommentText\"><div>{author}</div><div>{}</div><div class=\"ccViewComment\">{}</div>{web}</div>",
        view.date_and_time(comment.date),
        comment.body
    )
}
