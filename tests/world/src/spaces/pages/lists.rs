//! The page of one list.

use super::frame;
use crate::spaces::html::escape;
use crate::spaces::space::{List, ListItem};
use crate::spaces::view::View;

/// A list with its items.
pub(in crate::spaces) fn list(view: &View<'_>, list: &List) -> String {
    let rows: String = list.items.iter().map(row).collect();
    let inner = format!(
        "<div class=\"listPart {kind}List\" id=\"list{handle}\"><h3 class=\"listTitle\">{title}</h3><ul class=\"listItems\">{rows}</ul></div>",
        kind = escape(&list.kind),
        handle = view.space.handle(list.number),
        title = escape(&list.title)
    );
    frame::page(view, &format!("{} - ", escape(&list.title)), &inner)
}

fn row(item: &ListItem) -> String {
    let title = escape(&item.title);
    let title = match &item.url {
        Some(url) => format!(
            "<a class=\"listItemTitle\" href=\"{}\">{title}</a>",
            escape(url)
        ),
        None => format!("<span class=\"listItemTitle\">{title}</span>"),
    };
    let author = item
        .author
        .as_ref()
        .map(|name| format!(" <span class=\"listItemAuthor\">{}</span>", escape(name)));
    let note = if item.note.is_empty() {
        String::new()
    } else {
        format!("<div class=\"listItemNote\">{}</div>", escape(&item.note))
    };
    format!(
        "<li class=\"listItem\">{title}{}{note}</li>",
        author.unwrap_or_default()
    )
}
