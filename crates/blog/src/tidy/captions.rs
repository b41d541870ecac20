//! Captions: one run of text below a picture. Of what the new home accepts in a comment, links, emphasis and line breaks stay;
//! everything else is its words.

use super::{For, tidy};
use crate::body::tree::{self, Element, Node};

/// `html` as a caption: text with `a` (its `href` alone), `em`, `strong` and `br`. Empty where nothing is said.
/// `caption(caption(x)) == caption(x)`.
#[must_use]
pub fn caption(html: &str) -> String {
    let mut line = Vec::new();
    flatten(tree::parse(&tidy(html, For::Comment).html), &mut line);
    while line.last().is_some_and(is_gap) {
        line.pop();
    }
    tree::write(&line).trim().to_owned()
}

fn flatten(nodes: Vec<Node>, line: &mut Vec<Node>) {
    for node in nodes {
        match node {
            Node::Element(element) => flatten_element(element, line),
            // Between blocks there is only the line end that parts them in the source.
            Node::Text(text) if text.trim().is_empty() && line.last().is_none_or(is_gap) => {}
            Node::Text(text) => tree::push(line, Node::Text(text)),
            Node::Comment(_) => {}
        }
    }
}

fn flatten_element(element: Element, line: &mut Vec<Node>) {
    let name = match element.name.as_str() {
        "a" => "a",
        "em" | "i" | "cite" => "em",
        "strong" | "b" => "strong",
        "br" => return push_break(line),
        "p" | "blockquote" | "div" | "li" => {
            push_break(line);
            flatten(element.children, line);
            return push_break(line);
        }
        _ => return flatten(element.children, line),
    };
    let mut inside = Vec::new();
    let address = element.get("href").map(str::to_owned);
    flatten(element.children, &mut inside);
    if tree::text_of(&inside).trim().is_empty() {
        return;
    }
    let mut kept = Element::new(name, inside);
    match (name, address) {
        ("a", Some(address)) => kept.set("href", address),
        ("a", None) => return line.append(&mut kept.children),
        _ => {}
    }
    line.push(Node::Element(kept));
}

/// A break, unless nothing stands before it or there is one already.
fn push_break(line: &mut Vec<Node>) {
    if line.last().is_some_and(|last| !last.is("br")) {
        line.push(Node::Element(Element::new("br", Vec::new())));
    }
}

fn is_gap(node: &Node) -> bool {
    node.is("br") || node.is_blank()
}

#[cfg(test)]
mod tests {
    use super::caption;
    use proptest::prelude::*;

    #[test]
    fn links_emphasis_and_breaks_stay_and_the_rest_is_its_words() {
        assert_eq!(
            caption(
                "<font size=2>The <b>first</b> <i>rose</i>, <a href=\"http://x.example/a?b=1&amp;c=2\" onclick=\"f()\" class=z>by Ana</a>\
                 <br>in May</font><script>alert(1)</script>"
            ),
            "The <strong>first</strong> <em>rose</em>, <a href=\"http://x.example/a?b=1&amp;c=2\">by Ana</a><br />in May"
        );
        assert_eq!(
            caption("Newt \"Isaac\" &amp; duckweed"),
            "Newt \"Isaac\" &amp; duckweed"
        );
        assert_eq!(
            caption("<div>one</div><div>two</div><div> </div>"),
            "one<br />two"
        );
        assert_eq!(caption("<a href=\"javascript:x()\">look</a>"), "look");
        assert_eq!(caption(" <br> "), "");
    }

    proptest! {
        #[test]
        fn a_caption_of_a_caption_is_the_same(html in "(<(b|i|a href='http://x/'|p|br|div)>|</(b|i|a|p|div)>|[a-z &<]{0,6}){0,12}") {
            let once = caption(&html);
            prop_assert_eq!(caption(&once), once);
        }
    }
}
