//! A parsed body as plain owned data: elements, text, comments. Parsing is the browsers' algorithm (html5ever through
//! `dom_query`); writing is ours, in the spelling WordPress keeps. Callers bound depth and size first (`tidy::limits`).

use super::characters::{escape_text, escape_value};
use dom_query::{Document, NodeData, NodeRef};

/// Deeper elements are dissolved into their ancestors while the tree is built. Below the pre-pass's bound, because the parser
/// adds elements of its own (`tbody`).
const DEPTH_MAX: usize = 200;

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Element(Element),
    /// Decoded text.
    Text(String),
    /// What stands between `<!--` and `-->`.
    Comment(String),
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    /// Lower case. Elements of other languages (SVG, MathML) have their language in front: `svg:path`.
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
}

impl Element {
    pub(crate) fn new(name: &str, children: Vec<Node>) -> Self {
        Self {
            name: name.to_owned(),
            attributes: Vec::new(),
            children,
        }
    }

    /// The value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute in its place, or adds it.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        match self.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value.into(),
            None => self.attributes.push((name.to_owned(), value.into())),
        }
    }

    /// Takes an attribute away.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self
            .attributes
            .iter()
            .position(|(known, _)| known == name)?;
        Some(self.attributes.remove(at).1)
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.get("class")
            .is_some_and(|classes| classes.split_ascii_whitespace().any(|known| known == class))
    }
}

impl Node {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn as_element(&self) -> Option<&Element> {
        match self {
            Self::Element(element) => Some(element),
            _ => None,
        }
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.as_element()
            .is_some_and(|element| element.name == name)
    }

    /// White space (without the non-breaking kind) only.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.bytes().all(|byte| byte.is_ascii_whitespace()))
    }
}

/// Parses a body.
pub(crate) fn parse(html: &str) -> Vec<Node> {
    let document = Document::fragment(html);
    let mut nodes = Vec::new();
    for child in document.html_root().children() {
        convert(&child, 0, &mut nodes);
    }
    nodes
}

fn convert(node: &NodeRef, depth: usize, into: &mut Vec<Node>) {
    enum Made {
        Node(Node),
        Nothing,
    }
    let made = node.query_or(Made::Nothing, |inner| match &inner.data {
        NodeData::Text { contents } => Made::Node(Node::Text(contents.to_string())),
        NodeData::Comment { contents } => Made::Node(Node::Comment(contents.to_string())),
        NodeData::Element(element) => Made::Node(Node::Element(Element {
            name: qualified(&element.name.ns, &element.name.local),
            attributes: element
                .attrs
                .iter()
                .map(|attribute| {
                    (
                        attribute.name.local.to_string(),
                        attribute.value.to_string(),
                    )
                })
                .collect(),
            children: Vec::new(),
        })),
        _ => Made::Nothing,
    });
    match made {
        Made::Node(Node::Element(mut element)) => {
            if depth >= DEPTH_MAX {
                for child in node.children() {
                    convert(&child, depth, into);
                }
                return;
            }
            for child in node.children() {
                convert(&child, depth + 1, &mut element.children);
            }
            into.push(Node::Element(element));
        }
        Made::Node(Node::Text(text)) => match into.last_mut() {
            Some(Node::Text(before)) => before.push_str(&text),
            _ => into.push(Node::Text(text)),
        },
        Made::Node(comment) => into.push(comment),
        Made::Nothing => {}
    }
}

fn qualified(namespace: &str, local: &str) -> String {
    match namespace {
        "http://www.w3.org/2000/svg" => format!("svg:{local}"),
        "http://www.w3.org/1998/Math/MathML" => format!("math:{local}"),
        _ => local.to_owned(),
    }
}

/// Writes nodes as HTML.
pub(crate) fn write(nodes: &[Node]) -> String {
    let mut html = String::new();
    write_into(nodes, &mut html);
    html
}

/// Writes nodes behind what `html` holds already.
pub(crate) fn write_into(nodes: &[Node], html: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => push_text(text, html),
            Node::Comment(text) => {
                html.push_str("<!--");
                html.push_str(text);
                html.push_str("-->");
            }
            Node::Element(element) => {
                open_tag(element, html);
                if is_void(&element.name) {
                    continue;
                }
                // The parser swallows one line end behind `<pre>`.
                if element.name == "pre"
                    && matches!(element.children.first(), Some(Node::Text(text)) if text.starts_with('\n'))
                {
                    html.push('\n');
                }
                write_into(&element.children, html);
                html.push_str("</");
                html.push_str(&element.name);
                html.push('>');
            }
        }
    }
}

/// Writes the start tag.
pub(crate) fn open_tag(element: &Element, html: &mut String) {
    html.push('<');
    html.push_str(&element.name);
    for (name, value) in &element.attributes {
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        push_guarded(&escape_value(value, '"'), html);
        html.push('"');
    }
    html.push_str(if is_void(&element.name) { " />" } else { ">" });
}

fn push_text(text: &str, html: &mut String) {
    let mut escaped = escape_text(text);
    if escaped.contains('\u{a0}') {
        escaped = escaped.replace('\u{a0}', "&nbsp;");
    }
    push_guarded(&escaped, html);
}

pub(crate) fn is_void(name: &str) -> bool {
    super::scan::VOID_ELEMENTS.contains(&name)
}

/// Writes the bracket of text that could be executed at the new home as a character reference. Readers see the same. WordPress runs
/// what its plugins registered, today or next year, so every word in brackets counts; only numbers (`[1]`) are nobody's name.
fn push_guarded(escaped: &str, html: &mut String) {
    let mut copied = 0;
    for at in memchr::memchr_iter(b'[', escaped.as_bytes()) {
        if is_shortcode(&escaped[at + 1..]) {
            html.push_str(&escaped[copied..at]);
            html.push_str("&#91;");
            copied = at + 1;
        }
    }
    html.push_str(&escaped[copied..]);
}

/// Escaped text with its shortcodes protected.
pub(crate) fn guarded(escaped: &str) -> String {
    let mut html = String::with_capacity(escaped.len());
    push_guarded(escaped, &mut html);
    html
}

/// Whether `rest`, behind a bracket, starts with what can be the name of a shortcode.
fn is_shortcode(rest: &str) -> bool {
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    rest.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        .any(|byte| byte.is_ascii_alphabetic())
}

/// Calls `change` on each list of siblings, innermost first.
pub(crate) fn each_list(nodes: &mut Vec<Node>, change: &mut dyn FnMut(&mut Vec<Node>)) {
    for node in nodes.iter_mut() {
        if let Node::Element(element) = node {
            each_list(&mut element.children, change);
        }
    }
    change(nodes);
}

/// Calls `change` on each element, outermost first.
pub(crate) fn each_element(nodes: &mut [Node], change: &mut dyn FnMut(&mut Element)) {
    for node in nodes {
        if let Node::Element(element) = node {
            change(element);
            each_element(&mut element.children, change);
        }
    }
}

/// Replaces elements: `with` answers what stands in an element's place, or gives the element back. Innermost first.
pub(crate) fn replace(
    nodes: &mut Vec<Node>,
    with: &mut dyn FnMut(Element) -> Result<Vec<Node>, Element>,
) {
    let old = std::mem::take(nodes);
    for node in old {
        match node {
            Node::Element(mut element) => {
                replace(&mut element.children, with);
                match with(element) {
                    Ok(instead) => instead.into_iter().for_each(|node| push(nodes, node)),
                    Err(kept) => nodes.push(Node::Element(kept)),
                }
            }
            other => push(nodes, other),
        }
    }
}

/// Adds a node; neighbouring texts become one.
pub(crate) fn push(nodes: &mut Vec<Node>, node: Node) {
    match (nodes.last_mut(), node) {
        (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
        (_, node) => nodes.push(node),
    }
}

/// All text below, scripts and styles included, as it stands.
pub(crate) fn text_of(nodes: &[Node]) -> String {
    let mut text = String::new();
    collect_text(nodes, &mut text);
    text
}

fn collect_text(nodes: &[Node], text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(own) => text.push_str(own),
            Node::Element(element) => collect_text(&element.children, text),
            Node::Comment(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, write};

    #[test]
    fn what_is_written_parses_to_the_same_tree() {
        let html =
            "<p class=\"a&quot;b\">x &lt; y &amp;&nbsp;{z}<br /></p><pre>\n\n  a</pre><!--more-->";
        assert_eq!(write(&parse(html)), html);
    }

    #[test]
    fn text_that_looks_like_a_shortcode_is_not_executed() {
        for (written, guarded) in [
            ("[gallery]", "&#91;gallery]"),
            ("[/CODE]", "&#91;/CODE]"),
            ("[[caption x]]", "[&#91;caption x]]"),
            (
                "[unheard_of-plugin a=\"b\"]x[/unheard_of-plugin]",
                "&#91;unheard_of-plugin a=\"b\"]x&#91;/unheard_of-plugin]",
            ),
            ("[2col]", "&#91;2col]"),
            ("[b <i>x</i>]", "&#91;b <i>x</i>]"),
            (
                "<i title=\"[caption x]\">y</i>",
                "<i title=\"&#91;caption x]\">y</i>",
            ),
            (
                "a[0] [1] [ x] [] [&amp;] [中文]",
                "a[0] [1] [ x] [] [&amp;] [中文]",
            ),
        ] {
            assert_eq!(write(&parse(written)), guarded);
            assert_eq!(write(&parse(guarded)), guarded);
        }
    }
}
