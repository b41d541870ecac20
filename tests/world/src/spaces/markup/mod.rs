//! The dated markups of entries and comments, each one function in one list.
//!
//! What is known of them was read off programs that moved Spaces blogs between May 2007 and July 2010; each file's first
//! paragraph says what its period changed.

mod about_2008;
mod december_2008;
mod february_2008;
mod july_2010;
mod june_2008;
mod may_2007;
mod october_2007;
pub(super) mod pieces;

use super::space::{Comment, Entry};
use super::view::View;

/// The markup of a host that nobody told otherwise.
pub const NEWEST: &str = "2010-07";

/// One dated markup.
pub struct Markup {
    /// Its name: year and month.
    pub name: &'static str,
    pub(super) write: fn(&View<'_>, &Part<'_>) -> String,
}

/// All markups, oldest first.
pub const MARKUPS: &[Markup] = &[
    Markup {
        name: "2007-05",
        write: may_2007::write,
    },
    Markup {
        name: "2007-10",
        write: october_2007::write,
    },
    Markup {
        name: "2008-02",
        write: february_2008::write,
    },
    Markup {
        name: "2008-06",
        write: june_2008::write,
    },
    Markup {
        name: "about-2008",
        write: about_2008::write,
    },
    Markup {
        name: "2008-12",
        write: december_2008::write,
    },
    Markup {
        name: "2010-07",
        write: july_2010::write,
    },
];

/// The blog part of a page: home and entry page are the same part, once with many entries, once with one and its comments.
pub(super) enum Part<'a> {
    /// Some entries under each other.
    Entries(&'a [&'a Entry]),
    /// One entry with a page of its comments.
    Entry {
        entry: &'a Entry,
        comments: CommentPage<'a>,
        older: Option<&'a Entry>,
        newer: Option<&'a Entry>,
    },
}

/// Up to twenty comments of one entry, newest first.
pub(super) struct CommentPage<'a> {
    pub(super) comments: Vec<&'a Comment>,
    /// How many the entry has in all.
    pub(super) total: usize,
    /// Not the page that the entry's own address shows.
    pub(super) later: bool,
    /// The last comment of this page, when older ones follow.
    pub(super) continues_after: Option<u64>,
}

pub(super) const COMMENTS_PER_PAGE: usize = 20;

impl<'a> CommentPage<'a> {
    /// The page that follows comment `after`; the first page when there is none such.
    pub(super) fn of(entry: &'a Entry, after: Option<u64>) -> Self {
        let all = entry.comments_newest_first();
        let start = after
            .and_then(|number| all.iter().position(|comment| comment.number == number))
            .map_or(0, |position| position + 1);
        let comments: Vec<&Comment> = all
            .iter()
            .skip(start)
            .take(COMMENTS_PER_PAGE)
            .copied()
            .collect();
        let more = start + comments.len() < all.len();
        let continues_after = comments
            .last()
            .filter(|_| more)
            .map(|comment| comment.number);
        Self {
            comments,
            total: all.len(),
            later: start > 0,
            continues_after,
        }
    }

    /// Every comment on one page, as the download archive has them.
    pub(super) fn whole(entry: &'a Entry) -> Self {
        let comments = entry.comments_newest_first();
        Self {
            total: comments.len(),
            comments,
            later: false,
            continues_after: None,
        }
    }
}

/// The blog part in the markup that the visitor gets.
pub(super) fn write(view: &View<'_>, part: &Part<'_>) -> String {
    let newest = &MARKUPS[MARKUPS.len() - 1];
    let markup = MARKUPS
        .iter()
        .find(|markup| markup.name == view.markup)
        .unwrap_or(newest);
    (markup.write)(view, part)
}

/// The rows of a page of comments alone, as the script services of 2007 and 2008 answered them.
pub(super) fn comment_rows(view: &View<'_>, entry: &Entry, page: &CommentPage<'_>) -> String {
    let row: fn(&View<'_>, &Entry, &Comment, bool) -> String = match view.markup {
        "2007-05" => may_2007::comment,
        "2007-10" => october_2007::comment,
        "2008-02" => february_2008::comment,
        "2008-06" | "about-2008" => june_2008::comment,
        "2008-12" => december_2008::comment,
        _ => july_2010::comment,
    };
    let rows = page
        .comments
        .iter()
        .map(|comment| format!("<li>{}</li>", row(view, entry, comment, true)));
    format!(
        "<ul class=\"bvCommentList\">{}</ul>",
        rows.collect::<String>()
    )
}
