//! Comments and trackbacks as pages and script answers show them, in any of the five markups.

use super::markups::{COMMENT_MARKUPS, CommentMarkup, Date, Pieces};
use blog::address::spaces::handle_within;
use dom_query::{Document, NodeRef};

/// What a page says of one comment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CommentPart {
    /// Its own number, when the markup has it.
    pub(super) number: Option<u64>,
    /// Name as plain text.
    pub(super) author: String,
    /// Web address or profile of the author.
    pub(super) author_url: Option<String>,
    /// E-mail address of the author; pages of 2007 showed it.
    pub(super) author_email: Option<String>,
    /// The date as shown.
    pub(super) date: Option<String>,
    /// HTML.
    pub(super) body: String,
}

/// What a page says of one trackback.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TrackbackPart {
    /// The page that linked here.
    pub(super) url: Option<String>,
    /// Its title.
    pub(super) title: String,
    /// The blog it stands in.
    pub(super) blog: String,
    /// The date as shown.
    pub(super) date: Option<String>,
    /// What it says.
    pub(super) excerpt: String,
}

/// Every comment of a page, in the order of the page (newest first).
pub(super) fn comments(document: &Document, entry: Option<u64>) -> Vec<CommentPart> {
    for markup in COMMENT_MARKUPS {
        let blocks = document.select(markup.block);
        let is_this = blocks
            .nodes()
            .iter()
            .any(|block| markup.mark.is_empty() || first(block, markup.mark).is_some());
        if is_this {
            return read(document, markup, blocks.nodes(), entry);
        }
    }
    Vec::new()
}

/// The comments inside the script text that the comment services of 2007 and 2008 answered, and the handle behind the list:
/// that of its last comment, which rows of that time do not carry themselves.
pub(super) fn comments_of_script(
    text: &str,
    entry: Option<u64>,
) -> (Vec<CommentPart>, Option<String>) {
    let markup = unescape_script(text);
    let start = markup.find("<ul").unwrap_or(0);
    let end = markup.rfind("</ul>").map_or(markup.len(), |at| at + 5);
    let Some(list) = markup.get(start..end.max(start)) else {
        return (Vec::new(), None);
    };
    if super::text::is_too_deep(list) {
        return (Vec::new(), None);
    }
    let last = markup
        .get(end.max(start)..)
        .and_then(handle_within)
        .filter(|handle| Some(handle.number) != entry)
        .map(|handle| super::page::handle_text(&handle));
    (comments(&Document::from(list), entry), last)
}

/// Every trackback of a page, in the order of the page.
pub(super) fn trackbacks(document: &Document) -> Vec<TrackbackPart> {
    document
        .select(".bvTrackback, .tbTrackback, .trackbacks li")
        .nodes()
        .iter()
        .map(|row| {
            let link = first(row, "a[href]");
            let piece = |selector: &str| {
                first(row, selector)
                    .map(|node| node.text().trim().to_owned())
                    .unwrap_or_default()
            };
            TrackbackPart {
                url: link
                    .as_ref()
                    .and_then(|a| a.attr("href"))
                    .map(|href| href.trim().to_owned()),
                title: link.map(|a| a.text().trim().to_owned()).unwrap_or_default(),
                blog: piece(".tbBlog"),
                date: Some(piece(".tbDate")).filter(|date| !date.is_empty()),
                excerpt: first(row, ".tbExcerpt")
                    .map(|node| node.inner_html().trim().to_owned())
                    .unwrap_or_default(),
            }
        })
        .filter(|ping| ping.url.is_some() || !ping.title.is_empty())
        .collect()
}

/// The first element inside `node` that `selector` names.
pub(super) fn first<'a>(node: &NodeRef<'a>, selector: &str) -> Option<NodeRef<'a>> {
    dom_query::Selection::from(*node)
        .select(selector)
        .nodes()
        .first()
        .copied()
}

/// Text in which a smiley stands as the word it replaced.
pub(super) fn name_text(node: &NodeRef<'_>) -> String {
    let mut name = String::new();
    for part in std::iter::once(*node).chain(node.descendants_it()) {
        if part.is_text() {
            name.push_str(&part.text());
        } else if part.has_name("img")
            && let Some(alt) = part.attr("alt").or_else(|| part.attr("title"))
        {
            name.push_str(&alt);
        }
    }
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(
    document: &Document,
    markup: &CommentMarkup,
    blocks: &[NodeRef<'_>],
    entry: Option<u64>,
) -> Vec<CommentPart> {
    let dates = match &markup.pieces {
        Pieces::Named {
            date: Date::Following(selector),
            ..
        } => following_dates(document, markup.block, selector),
        _ => Vec::new(),
    };
    blocks
        .iter()
        .enumerate()
        .map(|(at, block)| {
            let mut part = match &markup.pieces {
                Pieces::InOrder => in_order(block),
                Pieces::Named {
                    author,
                    body,
                    date,
                    web,
                } => named(block, author, body, date, web),
            };
            if part.date.is_none() {
                part.date = dates.get(at).cloned().flatten();
            }
            part.number = number(block, entry);
            part
        })
        .collect()
}

fn named(block: &NodeRef<'_>, author: &str, body: &str, date: &Date, web: &str) -> CommentPart {
    let name = if author.is_empty() {
        block.first_element_child()
    } else {
        first(block, author)
    };
    let body_node = first(block, body);
    let link = first(block, web).and_then(|a| a.attr("href"));
    let date = match date {
        Date::Inside(selector) => first(block, selector).map(|node| node.text().trim().to_owned()),
        Date::BesideBody => body_node.as_ref().and_then(beside),
        Date::Following(_) => None,
    };
    CommentPart {
        number: None,
        author: name.as_ref().map(name_text).unwrap_or_default(),
        author_url: link
            .filter(|href| is_web(href))
            .map(|href| href.trim().to_owned()),
        author_email: name.as_ref().and_then(mail_of),
        date: date.filter(|text| !text.is_empty()),
        body: body_node
            .map(|node| node.inner_html().trim().to_owned())
            .unwrap_or_default(),
    }
}

/// 2007: author, text, date and link follow each other; from the second page on the author is wrapped in a `span`.
fn in_order(block: &NodeRef<'_>) -> CommentPart {
    let mut children = block
        .children()
        .into_iter()
        .filter(|child| child.is_element() || !child.text().trim().is_empty());
    let mut part = CommentPart::default();
    if let Some(author) = children.next() {
        part.author = name_text(&author);
        part.author_email = mail_of(&author);
    }
    if let Some(body) = children.next() {
        part.body = if body.is_element() {
            body.inner_html().trim().to_owned()
        } else {
            body.html().trim().to_owned()
        };
    }
    for child in children {
        let link = if child.has_name("a") {
            Some(child)
        } else {
            first(&child, "a[href]")
        };
        match link.and_then(|a| a.attr("href")) {
            Some(href) if is_web(&href) => part.author_url = Some(href.trim().to_owned()),
            _ if part.date.is_none() => {
                part.date = Some(child.text().trim().to_owned()).filter(|text| !text.is_empty());
            }
            _ => {}
        }
    }
    part
}

/// February 2008: the date is the neighbour of the body that holds a digit.
fn beside(body: &NodeRef<'_>) -> Option<String> {
    [body.next_element_sibling(), body.prev_element_sibling()]
        .into_iter()
        .flatten()
        .filter(|node| !node.has_class("ccViewAuthorUrl"))
        .map(|node| node.text().trim().to_owned())
        .find(|text| text.chars().any(char::is_numeric) && text.len() <= 128)
}

/// December 2008: for each block the next date box before the next block.
fn following_dates(document: &Document, block: &str, date: &str) -> Vec<Option<String>> {
    let mut dates: Vec<Option<String>> = Vec::new();
    let date_class = date.trim_start_matches('.');
    for node in document.select(&format!("{block}, {date}")).nodes() {
        if node.has_class(date_class) {
            if let Some(open @ None) = dates.last_mut() {
                *open = Some(node.text().trim().to_owned()).filter(|text| !text.is_empty());
            }
        } else {
            dates.push(None);
        }
    }
    dates
}

/// The number of the comment: in its id, or in an id or `bv:cns` inside. The entry's own number is not it.
fn number(block: &NodeRef<'_>, entry: Option<u64>) -> Option<u64> {
    std::iter::once(*block)
        .chain(block.descendants_it())
        .filter(NodeRef::is_element)
        .flat_map(|node| [node.attr("id"), node.attr("bv:cns"), node.attr("name")])
        .flatten()
        .filter_map(|text| handle_within(&text))
        .map(|handle| handle.number)
        .find(|number| Some(*number) != entry)
}

/// The e-mail address behind a name; programs of the time dropped `mailto:` and one more character.
fn mail_of(node: &NodeRef<'_>) -> Option<String> {
    let link = if node.has_name("a") {
        Some(*node)
    } else {
        first(node, "a[href]")
    }?;
    let href = link.attr("href")?;
    let address = href.trim().strip_prefix("mailto:")?.trim();
    address.contains('@').then(|| address.to_owned())
}

fn is_web(href: &str) -> bool {
    let href = href.trim();
    ["http://", "https://"].iter().any(|scheme| {
        href.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })
}

/// Undoes the escapes of a script string: `\"`, `\/`, `\n`, `\u003c`, `\x3c`.
fn unescape_script(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(kind) = rest.chars().next() else {
            break;
        };
        rest = &rest[kind.len_utf8()..];
        match kind {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' | 'x' => {
                let length = if kind == 'u' { 4 } else { 2 };
                let unit = rest
                    .get(..length)
                    .and_then(|hex| u32::from_str_radix(hex, 16).ok());
                let Some(unit) = unit else {
                    continue;
                };
                rest = &rest[length..];
                out.push(
                    astral(unit, &mut rest)
                        .or_else(|| char::from_u32(unit))
                        .unwrap_or('\u{fffd}'),
                );
            }
            other => out.push(other),
        }
    }
    out.push_str(rest);
    out
}

/// The second half of a pair `\ud83d\ude00`.
fn astral(high: u32, rest: &mut &str) -> Option<char> {
    if !(0xd800..0xdc00).contains(&high) {
        return None;
    }
    let low = rest.strip_prefix("\\u")?.get(..4)?;
    let low = u32::from_str_radix(low, 16)
        .ok()
        .filter(|low| (0xdc00..0xe000).contains(low))?;
    *rest = &rest[6..];
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
}
