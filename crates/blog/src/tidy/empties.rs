//! Empty formatting, formatting without effect, empty lists and headings.

use super::{For, notes::Notes};
use crate::body::tree::{Element, Node, replace};
use crate::codes::tidy::EMPTY;

/// Elements that show nothing when they hold nothing.
const VANISHING: &[&str] = &[
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "cite",
    "code",
    "del",
    "dl",
    "em",
    "figure",
    "figcaption",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "ins",
    "kbd",
    "mark",
    "ol",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "thead",
    "tfoot",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
];

pub(super) fn run(nodes: &mut Vec<Node>, _purpose: For, notes: &mut Notes) {
    replace(nodes, &mut |mut element| {
        if is_smart_content(&element) {
            for name in ["class", "id", "style"] {
                element.take(name);
            }
        }
        let is_anchor = element.get("id").or_else(|| element.get("name")).is_some();
        if VANISHING.contains(&element.name.as_str()) && element.children.is_empty() && !is_anchor {
            notes.count(&EMPTY);
            return Ok(Vec::new());
        }
        // A span without attributes formats nothing.
        if element.name == "span" && element.attributes.is_empty() {
            return Ok(element.children);
        }
        Err(element)
    });
}

/// Live Writer's boxes around inserted things.
fn is_smart_content(element: &Element) -> bool {
    element.has_class("wlWriterSmartContent") || element.has_class("wlWriterEditableSmartContent")
}

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    #[test]
    fn empty_formatting_vanishes_and_anchors_stay() {
        assert_eq!(
            tidy(
                "<p><span><b></b></span>x<a name=\"y\"></a><span>z</span></p><h2></h2>",
                For::Post
            )
            .html,
            "<p>x<a name=\"y\"></a>z</p>"
        );
    }
}
