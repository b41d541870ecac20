//! Home, blog view, months, categories, and the page of one entry.

use super::frame;
use crate::spaces::asked::{Asked, decoded, handle, parameters};
use crate::spaces::html::in_query;
use crate::spaces::markup::{self, CommentPage, Part};
use crate::spaces::space::Entry;
use crate::spaces::view::View;

const ENTRIES_PER_PAGE: usize = 20;

/// What a list page is narrowed to.
enum Selection {
    All,
    Month { year: i16, month: i8 },
    Category(String),
}

/// A page of up to twenty entries, newest first.
pub(in crate::spaces) fn list(view: &View<'_>, asked: &Asked) -> String {
    let partqs = asked.parameter("partqs").unwrap_or("");
    let selection = selection(partqs);
    let entries: Vec<&Entry> = view
        .entries()
        .into_iter()
        .filter(|entry| selection.takes(view, entry))
        .collect();
    let page = window(asked, entries.len(), |number| {
        entries.iter().position(|entry| entry.number == number)
    });
    let shown = &entries[page.clone()];
    let inner = format!(
        "<div class=\"bvBlog\" id=\"blogPart\">{}</div>{}",
        markup::write(view, &Part::Entries(shown)),
        paging(view, partqs, &entries, page.start, page.end)
    );
    frame::page(view, "", &inner)
}

/// The page of one entry with one page of comments.
pub(in crate::spaces) fn entry(view: &View<'_>, entry: &Entry, after: Option<u64>) -> String {
    let inner = entry_part(view, entry, CommentPage::of(entry, after));
    frame::page(
        view,
        &format!("{} - ", view.title(entry)),
        &format!("<div class=\"bvBlog\" id=\"blogPart\">{inner}</div>"),
    )
}

/// One entry with `comments`, without the page around it.
pub(in crate::spaces) fn entry_part(
    view: &View<'_>,
    entry: &Entry,
    comments: CommentPage<'_>,
) -> String {
    let entries = view.entries();
    let position = entries
        .iter()
        .position(|other| other.number == entry.number);
    let older = position
        .and_then(|position| entries.get(position + 1))
        .copied();
    let newer = position
        .and_then(|position| position.checked_sub(1))
        .and_then(|position| entries.get(position))
        .copied();
    markup::write(
        view,
        &Part::Entry {
            entry,
            comments,
            older,
            newer,
        },
    )
}

/// `amonth=4&ayear=2010`, `cat=WPF` and, as the feeds write it, `catWPF`.
fn selection(partqs: &str) -> Selection {
    let inner = parameters(partqs);
    let value = |name: &str| {
        inner
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    let number = |name: &str| value(name).and_then(|text| text.trim().parse::<i16>().ok());
    if let (Some(year), Some(month)) = (number("ayear"), number("amonth")) {
        return Selection::Month {
            year,
            month: i8::try_from(month).unwrap_or(0),
        };
    }
    if let Some(name) = value("cat") {
        return Selection::Category(name);
    }
    match partqs.get(..3) {
        Some(start) if start.eq_ignore_ascii_case("cat") => {
            Selection::Category(decoded(&partqs[3..].replace('+', " ")))
        }
        _ => Selection::All,
    }
}

impl Selection {
    fn takes(&self, view: &View<'_>, entry: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Month { year, month } => {
                let local = view.local(entry.date);
                (local.year(), local.month()) == (*year, *month)
            }
            Self::Category(name) => entry
                .categories
                .iter()
                .any(|category| category.eq_ignore_ascii_case(name)),
        }
    }
}

/// Which entries a page shows: after a handle, before a handle, the last twenty, or the first.
fn window(
    asked: &Asked,
    count: usize,
    position: impl Fn(u64) -> Option<usize>,
) -> std::ops::Range<usize> {
    let at = asked
        .parameter("handle")
        .and_then(handle)
        .and_then(|(_, number)| position(number));
    let direction = asked
        .parameter("pagedir")
        .unwrap_or("")
        .to_ascii_lowercase();
    let start = match (direction.as_str(), at) {
        ("next", Some(at)) => at + 1,
        ("previous", Some(at)) => at.saturating_sub(ENTRIES_PER_PAGE),
        ("last", _) => count.saturating_sub(ENTRIES_PER_PAGE),
        _ => 0,
    };
    let end = match (direction.as_str(), at) {
        ("previous", Some(at)) => at,
        _ => (start + ENTRIES_PER_PAGE).min(count),
    };
    start.min(count)..end
}

fn paging(view: &View<'_>, partqs: &str, entries: &[&Entry], start: usize, end: usize) -> String {
    let narrowed = if partqs.is_empty() {
        String::new()
    } else {
        format!("&amp;partqs={}", in_query(partqs))
    };
    let link = |direction: &str, entry: &Entry, word: &str| {
        format!(
            "<a href=\"{}/?_c11_BlogPart_pagedir={direction}&amp;_c11_BlogPart_handle={}&amp;_c11_BlogPart_BlogPart=blogview&amp;_c=BlogPart{narrowed}\">{word}</a> ",
            view.space.home(),
            view.space.handle(entry.number)
        )
    };
    let mut links = String::new();
    if start > 0
        && let Some(first) = entries.get(start)
    {
        links.push_str(&link("Previous", first, view.market.next));
    }
    if end < entries.len() && end > 0 {
        links.push_str(&link("Next", entries[end - 1], view.market.previous));
    }
    format!("<div class=\"bvPaging\">{links}</div>")
}
