//! June 2008. Author and date of a comment carry ids: `ccNamecns!..` and `ccDatecns!..`.

use super::{Part, february_2008, october_2007, pieces};
use crate::spaces::space::{Comment, Entry};
use crate::spaces::view::View;

pub(super) fn write(view: &View<'_>, part: &Part<'_>) -> String {
    write_with(view, part, comment)
}

/// Entries as in June 2008 around comments of `row`'s kind.
pub(super) fn write_with(
    view: &View<'_>,
    part: &Part<'_>,
    row: fn(&View<'_>, &Entry, &Comment, bool) -> String,
) -> String {
    match part {
        Part::Entries(entries) => entries
            .iter()
            .map(|entry| block(view, entry, &view.time(entry.date)))
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
                october_2007::toolbar(view, *older, *newer),
                block(view, entry, &view.time(entry.date)),
                february_2008::comment_box(view, entry, comments, &rows),
                pieces::comment_form(view, entry),
                pieces::trackbacks(view, entry)
            )
        }
    }
}

/// An entry of 2008: from `entrycns!CID!N` to `N.entry#post`, `bv:cat` just before the title.
pub(super) fn block(view: &View<'_>, entry: &Entry, moment: &str) -> String {
    let address = view.entry_address(entry);
    format!(
        "<div class=\"bvEntryOuter\"><h3 class=\"bvDate\" id=\"{date_id}\">{date}</h3>\
         <div class=\"bvEntry\" id=\"{entry_id}\" bv:cat=\"{cat}\"><h4 class=\"beTitle\" id=\"{subject_id}\">\
         <a href=\"{address}\">{title}</a></h4>{body} <div class=\"footerLinks\"><nobr>{moment}</nobr>{links}\
         <span class=\"bvCategories\">{categories}</span> <a href=\"{address}#post\">&nbsp;</a></div></div></div>",
        date_id = pieces::id(view, "LastMDate", entry.number),
        date = view.date(entry.date),
        entry_id = pieces::id(view, "entry", entry.number),
        cat = pieces::category_attribute(view, entry),
        subject_id = pieces::id(view, "subj", entry.number),
        title = view.title(entry),
        body = pieces::body(view, entry),
        links = pieces::footer_links(view, entry),
        categories = pieces::categories(view, entry),
    )
}

pub(super) fn comment(view: &View<'_>, _entry: &Entry, comment: &Comment, later: bool) -> String {
    let name_id = pieces::id(view, "ccName", comment.number);
    let date_id = pieces::id(view, "ccDate", comment.number);
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
        "<div class=\"bvCommentText\"><div><span id=\"{name_id}\">{author}</span></div>\
         <div id=\"{date_id}\">{}</div><div class=\"ccViewComment\">{}</div>{web}</div>",
        view.date_and_time(comment.date),
        comment.body
    )
}
