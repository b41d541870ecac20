//! July 2010, the last one. Comments are `div.cc2_cmt`; the name links to the profile, the age starts with ` - ` and shows a
//! year where it would otherwise mislead.

use super::{Part, december_2008, pieces};
use crate::spaces::html::escape;
use crate::spaces::space::{Comment, Entry};
use crate::spaces::view::View;

pub(super) fn write(view: &View<'_>, part: &Part<'_>) -> String {
    december_2008::write_with(view, part, comment)
}

pub(super) fn comment(view: &View<'_>, entry: &Entry, comment: &Comment, _later: bool) -> String {
    let name = view.author(comment);
    let name = match &comment.url {
        Some(url) => format!("<a href=\"{}\">{name}</a>", escape(url)),
        None => format!("<span>{name}</span>"),
    };
    format!(
        "<div class=\"cc2_cmt\" id=\"{}\"><span class=\"cc2_dnm\"><span class=\"cc2_dnmmain\">{name}</span></span>\
         <span class=\"cc2_ts\"><span class=\"cc2_tsmain\"> - {}</span></span><div class=\"cc2_txt\">{}</div></div>",
        pieces::id(view, "cmt", comment.number),
        view.ago(comment.date, entry.date, true),
        comment.body
    )
}
