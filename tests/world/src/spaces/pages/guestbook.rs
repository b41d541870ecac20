//! The guestbook, twenty notes a page, newest first, in the comment boxes of the period.

use super::frame;
use crate::spaces::asked::{Asked, handle};
use crate::spaces::markup;
use crate::spaces::space::{Comment, Entry, Note};
use crate::spaces::view::View;

/// One page of the guestbook; `commentPH=` names the note after which it starts.
pub(in crate::spaces) fn page(view: &View<'_>, asked: &Asked) -> String {
    let book = as_entry(&view.space.guestbook);
    let after = asked
        .parameter("commentph")
        .and_then(handle)
        .map(|(_, number)| number);
    let page = markup::CommentPage::of(&book, after);
    shown(view, &book, &page)
}

/// Every note on one page, as the download may have them.
pub(in crate::spaces) fn whole(view: &View<'_>) -> String {
    let book = as_entry(&view.space.guestbook);
    shown(view, &book, &markup::CommentPage::whole(&book))
}

fn shown(view: &View<'_>, book: &Entry, page: &markup::CommentPage<'_>) -> String {
    let rows = markup::comment_rows(view, book, page);
    let next = page.continues_after.map_or(String::new(), |last| {
        format!(
            "<a id=\"sn_ccpgNextCommentControl\" title=\"Click to view next 20 comments\" href=\"{}/guestbook?commentPH={}&amp;\">Next</a>",
            view.space.home(),
            view.space.handle(last)
        )
    });
    let inner = format!(
        "<div id=\"guestbook\" class=\"guestbookPart\"><h3>Guestbook ({})</h3>{rows}{next}</div>",
        page.total
    );
    frame::page(view, "Guestbook - ", &inner)
}

/// The guestbook as an entry without text whose comments are the notes; the same control showed both.
fn as_entry(notes: &[Note]) -> Entry {
    let comments = notes.iter().map(|note| Comment {
        number: note.number,
        author: note.author.clone(),
        url: note.url.clone(),
        email: None,
        date: note.date,
        body: note.body.clone(),
    });
    let comments: Vec<Comment> = comments.collect();
    Entry {
        date: notes.iter().map(|note| note.date).max().unwrap_or_default(),
        comments,
        ..Entry::default()
    }
}
