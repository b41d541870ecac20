//! Blocks that hold others or keep their shape: lists, quotes, code, tables.

use super::{Lookup, block, classes, delimited, is_plain_class, tag};
use crate::body::text::fold;
use crate::body::tree::{self, Element, Node};
use crate::tidy::{declarations, paragraphs};
use serde_json::{Map, json};

pub(super) fn list(element: &Element) -> Option<String> {
    let mut attributes = Map::new();
    let mut class = String::new();
    let mut start = String::new();
    for (name, value) in &element.attributes {
        match name.as_str() {
            "class" if is_plain_class(value) => {
                class = fold(value);
                attributes.insert("className".to_owned(), json!(class));
            }
            "start" if element.name == "ol" => {
                let number: i64 = value.trim().parse().ok()?;
                attributes.insert("start".to_owned(), json!(number));
                start = number.to_string();
            }
            _ => return None,
        }
    }
    if element.name == "ol" {
        attributes.insert("ordered".to_owned(), json!(true));
    }
    let items: Vec<String> = element
        .children
        .iter()
        .filter(|child| !child.is_blank())
        .map(list_item)
        .collect::<Option<_>>()?;
    let opening = tag(
        &element.name,
        &[
            ("start", start),
            ("class", classes(&["wp-block-list", &class])),
        ],
    );
    Some(delimited(
        "list",
        attributes,
        &format!("{opening}{}</{}>", items.join("\n\n"), element.name),
    ))
}

/// An item holds a line of text and then lists.
fn list_item(node: &Node) -> Option<String> {
    let item = node
        .as_element()
        .filter(|item| item.name == "li" && item.attributes.is_empty())?;
    let lists_start = item
        .children
        .iter()
        .position(|child| child.is("ul") || child.is("ol"))
        .unwrap_or(item.children.len());
    let (text, lists) = item.children.split_at(lists_start);
    if text.iter().any(paragraphs::is_block) {
        return None;
    }
    let nested: Vec<String> = lists
        .iter()
        .filter(|child| !child.is_blank())
        .map(|child| {
            child
                .as_element()
                .filter(|inner| matches!(inner.name.as_str(), "ul" | "ol"))
                .and_then(list)
        })
        .collect::<Option<_>>()?;
    let inner = format!(
        "<li>{}{}</li>",
        tree::write(text).trim_end(),
        nested.join("\n\n")
    );
    Some(delimited("list-item", Map::new(), &inner))
}

pub(super) fn quote(element: &Element, picture: Lookup) -> Option<String> {
    if !element.attributes.is_empty() {
        return None;
    }
    let inner: Vec<String> = element
        .children
        .iter()
        .filter(|child| !child.is_blank())
        .map(|child| block(child, picture))
        .collect::<Option<_>>()?;
    let inner = format!(
        "<blockquote class=\"wp-block-quote\">{}</blockquote>",
        inner.join("\n\n")
    );
    Some(delimited("quote", Map::new(), &inner))
}

pub(super) fn code(element: &Element) -> Option<String> {
    let plain = element
        .attributes
        .iter()
        .all(|(name, value)| name == "style" && is_font_only(value));
    if !plain || element.children.iter().any(paragraphs::is_block) {
        return None;
    }
    match element.children.as_slice() {
        [Node::Element(only)] if only.name == "code" && only.attributes.is_empty() => {
            let inner = tree::write(&only.children);
            Some(delimited(
                "code",
                Map::new(),
                &format!("<pre class=\"wp-block-code\"><code>{inner}</code></pre>"),
            ))
        }
        _ => {
            let mut inner = tree::write(&element.children);
            // The parser swallows one line end behind `<pre>`.
            if inner.starts_with('\n') {
                inner.insert(0, '\n');
            }
            Some(delimited(
                "preformatted",
                Map::new(),
                &format!("<pre class=\"wp-block-preformatted\">{inner}</pre>"),
            ))
        }
    }
}

/// Whether a style names a font and nothing else. Code gives its own font up for the one that the new home has for code: only
/// as a block its long lines wrap on a phone.
fn is_font_only(style: &str) -> bool {
    declarations(style)
        .iter()
        .all(|(property, _)| matches!(property.as_str(), "font-family" | "font-size"))
}

/// A table of plain cells. Borders, widths and colours of old tables have no counterpart: such tables stay as they are.
pub(super) fn table(element: &Element) -> Option<String> {
    if !element.attributes.is_empty() {
        return None;
    }
    let mut sections = String::new();
    let mut order = 0;
    for child in element.children.iter().filter(|child| !child.is_blank()) {
        let section = child
            .as_element()
            .filter(|section| section.attributes.is_empty())?;
        let place = ["thead", "tbody", "tfoot"]
            .iter()
            .position(|name| *name == section.name)?
            + 1;
        if place <= order {
            return None;
        }
        order = place;
        let rows: String = section
            .children
            .iter()
            .filter(|row| !row.is_blank())
            .map(row)
            .collect::<Option<_>>()?;
        sections.push_str(&format!("<{0}>{rows}</{0}>", section.name));
    }
    let attributes = Map::from_iter([("hasFixedLayout".to_owned(), json!(false))]);
    let inner = format!("<figure class=\"wp-block-table\"><table>{sections}</table></figure>");
    (!sections.is_empty()).then(|| delimited("table", attributes, &inner))
}

fn row(node: &Node) -> Option<String> {
    let row = node
        .as_element()
        .filter(|row| row.name == "tr" && row.attributes.is_empty())?;
    let cells: String = row
        .children
        .iter()
        .filter(|cell| !cell.is_blank())
        .map(|cell| {
            let cell = cell
                .as_element()
                .filter(|cell| matches!(cell.name.as_str(), "td" | "th"))?;
            let plain = cell.attributes.iter().all(|(name, value)| {
                matches!(name.as_str(), "colspan" | "rowspan")
                    && value.bytes().all(|byte| byte.is_ascii_digit())
            });
            (plain && !cell.children.iter().any(paragraphs::is_block))
                .then(|| tree::write(&[Node::Element(cell.clone())]))
        })
        .collect::<Option<_>>()?;
    Some(format!("<tr>{cells}</tr>"))
}
