//! Blocks of tags below a text (`Windows Live Tags: <a rel="clubhouseTag">…`, `Technorati Tags: …`) become real tags.

use super::{For, notes::Notes};
use crate::body::text::fold;
use crate::body::tree::{Element, Node, each_list, text_of};
use crate::codes::tidy::TAGS;

/// Services whose tag pages such links led to.
const SERVICES: &[&str] = &[
    "technorati.com/tag",
    "windows.live.com/connect/tag",
    "clubhouse.live.com/tag",
    "del.icio.us/",
    "delicious.com/",
    "flickr.com/photos/tags",
    "icerocket.com/",
    "livejournal.com/interests",
    "43things.com/",
    "buzznet.com/",
    "clubhouse.spaces.live.com/",
];

/// How the line in front of the links starts.
const LABELS: &[&str] = &[
    "windows live tags",
    "technorati tags",
    "technorati profile",
    "del.icio.us tags",
    "flickr tags",
    "icerocket tags",
    "livejournal tags",
    "43 things tags",
    "buzznet tags",
    "clubhouse tags",
    "technorati",
    "windows live",
];

/// A label longer than this is prose.
const LABEL_CHARACTERS_MAX: usize = 40;

pub(super) fn run(nodes: &mut Vec<Node>, _purpose: For, notes: &mut Notes) {
    each_list(nodes, &mut |list| {
        let mut at = 0;
        while at < list.len() {
            match block_at(list, at) {
                Some(end) => take_out(list, at, end, notes),
                None => at += 1,
            }
        }
    });
}

/// Where the run of tag links that starts at `start` ends, if it is a block of tags and no prose.
fn block_at(list: &[Node], start: usize) -> Option<usize> {
    let first = tag_link(list.get(start)?)?;
    let mut count = 1;
    let mut certain = is_clubhouse(first);
    let mut end = start + 1;
    let mut next = end;
    while let Some(node) = list.get(next) {
        match node {
            Node::Text(text) if is_separator(text) => {}
            Node::Element(element) if element.name == "br" => break,
            _ => match tag_link(node) {
                Some(link) => {
                    count += 1;
                    certain |= is_clubhouse(link);
                    end = next + 1;
                }
                None => break,
            },
        }
        next += 1;
    }
    let labelled =
        start > 0 && matches!(&list[start - 1], Node::Text(text) if label(text).is_some());
    (certain || labelled || count > 1).then_some(end)
}

fn take_out(list: &mut Vec<Node>, start: usize, end: usize, notes: &mut Notes) {
    for node in list.drain(start..end) {
        let Node::Element(link) = node else { continue };
        let name = fold(&text_of(&link.children));
        if !name.is_empty() {
            notes.tag(name);
        }
    }
    notes.count(&TAGS);
    if let Some(Node::Text(text)) = start.checked_sub(1).and_then(|before| list.get_mut(before))
        && let Some(from) = label(text)
    {
        text.truncate(from);
    }
    if let Some(Node::Text(text)) = list.get(start)
        && is_separator(text)
    {
        list.remove(start);
    }
}

fn tag_link(node: &Node) -> Option<&Element> {
    let element = node.as_element().filter(|element| element.name == "a")?;
    let href = element.get("href").unwrap_or_default().to_ascii_lowercase();
    let is_tag = is_clubhouse(element)
        || (has_rel(element, "tag") && SERVICES.iter().any(|service| href.contains(service)));
    is_tag.then_some(element)
}

fn is_clubhouse(element: &Element) -> bool {
    has_rel(element, "clubhousetag")
}

fn has_rel(element: &Element, wanted: &str) -> bool {
    element.get("rel").is_some_and(|rel| {
        rel.split_ascii_whitespace()
            .any(|word| word.eq_ignore_ascii_case(wanted))
    })
}

fn is_separator(text: &str) -> bool {
    text.chars().all(|character| {
        character.is_whitespace() || matches!(character, ',' | ';' | '|' | '、' | '，' | '·')
    })
}

/// Where the label at the end of `text` starts.
fn label(text: &str) -> Option<usize> {
    let trimmed = text.trim_end();
    if !trimmed.ends_with([':', '：']) {
        return None;
    }
    let lower = trimmed.to_ascii_lowercase();
    if let Some(from) = LABELS
        .iter()
        .filter_map(|label| lower.rfind(label))
        .filter(|from| lower[*from..].chars().count() <= LABEL_CHARACTERS_MAX)
        .min()
    {
        return Some(from);
    }
    (trimmed.trim_start().chars().count() <= LABEL_CHARACTERS_MAX).then_some(0)
}

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    #[test]
    fn lines_of_tags_become_tags_and_the_text_before_them_stays() {
        let html = "<p>Text</p><div class=\"wlWriterSmartContent\">Technorati Tags: <a href=\"http://technorati.com/tags/a%20b\" rel=\"tag\">a b</a>,<a href=\"http://technorati.com/tags/c\" rel=\"tag\">C</a></div>\
            Windows Live Tags: <a href=\"http://windows.live.com/connect/tag/c\" rel=\"clubhouseTag\">c</a>, <a href=\"#\" rel=\"clubhouseTag\">d</a>";
        let tidied = tidy(html, For::Post);
        assert_eq!(tidied.html, "<p>Text</p>");
        assert_eq!(tidied.tags, ["a b", "C", "d"]);
    }

    #[test]
    fn one_link_to_a_tag_page_in_a_sentence_is_prose() {
        let html =
            "<p>See <a href=\"http://technorati.com/tags/rust\" rel=\"tag\">rust</a> there.</p>";
        let tidied = tidy(html, For::Post);
        assert_eq!(tidied.html, html);
        assert!(tidied.tags.is_empty());
    }
}
