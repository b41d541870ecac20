//! The script services that fetched further comments in 2007 and 2008: script text with an escaped list inside.

use super::asked::{Asked, handle};
use super::markup::{self, COMMENTS_PER_PAGE, CommentPage};
use super::view::View;

/// Whether a path is one of the two services.
pub(super) fn is_service(path: &str) -> bool {
    path.ends_with("blogservice.fpp") || path.ends_with("commentsservice.fpp")
}

/// The answer to `mn=get_comments`: the rows after the named comment, or after the first page when only the entry is
/// named; behind them the handle of the last row and whether more follow.
pub(super) fn comments(view: &View<'_>, asked: &Asked) -> Option<String> {
    let numbers: Vec<u64> = asked
        .parameter("d")?
        .split([',', '"'])
        .filter_map(|word| handle(word).map(|(_, number)| number))
        .collect();
    let entries = view.entries();
    let holds = |number: u64| {
        entries.iter().find(|entry| {
            entry.number == number
                || entry
                    .comments
                    .iter()
                    .any(|comment| comment.number == number)
        })
    };
    let entry = *numbers.iter().find_map(|number| holds(*number))?;
    let named = numbers
        .iter()
        .copied()
        .find(|number| *number != entry.number);
    let all = entry.comments_newest_first();
    let after = named.or_else(|| all.get(COMMENTS_PER_PAGE - 1).map(|comment| comment.number))?;
    let page = CommentPage::of(entry, Some(after));
    let rows = markup::comment_rows(view, entry, &page);
    let last = page
        .comments
        .last()
        .map(|comment| view.space.handle(comment.number))
        .unwrap_or_default();
    Some(format!(
        "var r=[[\"get_comments\",[\"{}\",\"{last}\",20,{}]],0,\"\",\"\"];",
        escaped(&rows),
        page.continues_after.is_some()
    ))
}

fn escaped(html: &str) -> String {
    html.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('/', "\\/")
        .replace(['\r', '\n'], " ")
}
