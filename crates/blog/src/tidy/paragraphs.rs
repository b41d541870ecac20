//! Bare text, line breaks and boxes become paragraphs; line ends of the source become blanks, because WordPress would show them.
//! Code (`pre`) stays as it is, byte for byte.

use super::{For, notes::Notes, videos};
use crate::body::tree::{Element, Node, each_list, push};
use crate::codes::tidy::{EMPTY, PARAGRAPHS};

/// Formatting that stands around blocks is copied into each of them, at most this often in one body.
const COPIES_MAX: usize = 20_000;

/// Elements that are blocks of their own.
pub(crate) const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "audio",
    "blockquote",
    "caption",
    "col",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "video",
];

/// Blocks whose children may be a line of text as well as blocks: text alone in them needs no paragraph.
const LOOSE: &[&str] = &[
    "li",
    "td",
    "th",
    "dd",
    "dt",
    "figcaption",
    "caption",
    "summary",
    "address",
    "figure",
];

/// Blocks that hold blocks only.
const CONTAINERS: &[&str] = &[
    "div",
    "blockquote",
    "article",
    "aside",
    "section",
    "header",
    "footer",
    "main",
    "nav",
    "details",
    "hgroup",
];

/// Boxes whose attributes say nothing once the box is gone.
const PLAIN_BOXES: &[&str] = &[
    "div", "article", "aside", "section", "header", "footer", "main", "nav", "hgroup",
];

pub(crate) fn run(nodes: &mut Vec<Node>, _purpose: For, notes: &mut Notes) {
    fold_line_ends(nodes);
    let mut arranger = Arranger { notes, copies: 0 };
    let flow = arranger.flatten(std::mem::take(nodes));
    *nodes = arranger.blocks(flow, None);
    single_spacers(nodes, notes);
}

/// Whether a node is a block, or holds one and therefore cannot stand in a line.
pub(crate) fn is_block(node: &Node) -> bool {
    match node {
        Node::Element(element) => is_block_element(element),
        Node::Comment(_) => true,
        Node::Text(_) => false,
    }
}

fn is_block_element(element: &Element) -> bool {
    BLOCKS.contains(&element.name.as_str())
        || is_embed(element)
        || element.children.iter().any(is_block)
}

fn is_embed(element: &Element) -> bool {
    element.name == "a" && element.has_class(videos::EMBED_CLASS)
}

fn fold_line_ends(nodes: &mut [Node]) {
    for node in nodes {
        match node {
            Node::Text(text) if text.contains(['\n', '\r']) => {
                *text = text.replace("\r\n", " ").replace(['\n', '\r'], " ");
            }
            Node::Element(element) if element.name != "pre" => {
                fold_line_ends(&mut element.children)
            }
            _ => {}
        }
    }
}

struct Arranger<'a> {
    notes: &'a mut Notes,
    copies: usize,
}

impl Arranger<'_> {
    /// Brings each child in order. What comes out is lines (text, formatting) and finished blocks.
    fn flatten(&mut self, nodes: Vec<Node>) -> Vec<Node> {
        let mut flow = Vec::new();
        for node in nodes {
            match node {
                Node::Element(element) => self.element(element, &mut flow),
                other => push(&mut flow, other),
            }
        }
        flow
    }

    fn element(&mut self, mut element: Element, flow: &mut Vec<Node>) {
        let name = element.name.as_str();
        if is_embed(&element) {
            flow.push(embed_paragraph(element));
        } else if name == "p" {
            self.paragraph(element, flow);
        } else if CONTAINERS.contains(&name) {
            self.container(element, flow);
        } else if LOOSE.contains(&name) {
            self.loose(&mut element);
            flow.push(Node::Element(element));
        } else if STRUCTURES.contains(&name) {
            let children = std::mem::take(&mut element.children);
            element.children = self.flatten(
                children
                    .into_iter()
                    .filter(|child| !child.is_blank())
                    .collect(),
            );
            flow.push(Node::Element(element));
        } else if HEADINGS.contains(&name) {
            element.children = lines_only(std::mem::take(&mut element.children));
            flow.push(Node::Element(element));
        } else if !BLOCKS.contains(&name) && is_block_element(&element) {
            self.notes.count(&PARAGRAPHS);
            for node in self.inside_out(element) {
                match node {
                    Node::Element(element) => self.element(element, flow),
                    other => push(flow, other),
                }
            }
        } else {
            flow.push(Node::Element(element));
        }
    }

    /// A paragraph holds lines only; blocks in it, and two line breaks in a row, end it.
    fn paragraph(&mut self, mut element: Element, flow: &mut Vec<Node>) {
        if element.has_class(videos::EMBED_CLASS) {
            flow.push(Node::Element(element));
            return;
        }
        let children = std::mem::take(&mut element.children);
        let only_breaks = !children.is_empty()
            && children
                .iter()
                .all(|child| child.is("br") || child.is_blank())
            && children.iter().any(|child| child.is("br"));
        let children = if only_breaks {
            vec![Node::text("\u{a0}")]
        } else {
            children
        };
        let inner = self.flatten(children);
        if inner.iter().all(Node::is_blank) {
            self.notes.count(&EMPTY);
            return;
        }
        let blocks = self.blocks(inner, Some(&element));
        flow.extend(blocks);
    }

    /// A box with lines only is a paragraph; a box around blocks stays where its attributes say something.
    fn container(&mut self, mut element: Element, flow: &mut Vec<Node>) {
        let children = std::mem::take(&mut element.children);
        let plain_box = PLAIN_BOXES.contains(&element.name.as_str());
        if plain_box && !children.iter().any(is_block) {
            self.notes.count(&PARAGRAPHS);
            element.name = "p".to_owned();
            element.children = children;
            self.paragraph(element, flow);
            return;
        }
        let inner = self.flatten(children);
        let blocks = if element.name == "details" {
            inner
        } else {
            self.blocks(inner, None)
        };
        if plain_box && (element.attributes.is_empty() || blocks.is_empty()) {
            self.notes.count(&PARAGRAPHS);
            flow.extend(blocks);
        } else if blocks.is_empty() {
            self.notes.count(&EMPTY);
        } else {
            element.children = blocks;
            flow.push(Node::Element(element));
        }
    }

    /// A list item or a cell: lines stay bare, and so does a single plain paragraph.
    fn loose(&mut self, element: &mut Element) {
        let children = std::mem::take(&mut element.children);
        let mut inner = self.flatten(children);
        let plain = |node: &Node| {
            node.as_element()
                .is_some_and(|only| only.name == "p" && only.attributes.is_empty())
        };
        let mut solid = inner
            .iter()
            .enumerate()
            .filter(|(_, node)| !node.is_blank());
        if let (Some((at, only)), None) = (solid.next(), solid.next())
            && plain(only)
            && let Node::Element(only) = inner.swap_remove(at)
        {
            inner = only.children;
        }
        element.children = inner;
    }

    /// `<b><p>x</p>y</b>` as `<p><b>x</b></p><b>y</b>`: formatting stands inside blocks, not around them.
    fn inside_out(&mut self, element: Element) -> Vec<Node> {
        let shell = Element {
            children: Vec::new(),
            ..element
        };
        let mut children = Vec::new();
        for child in element.children {
            match child {
                Node::Element(inner)
                    if !BLOCKS.contains(&inner.name.as_str())
                        && !is_embed(&inner)
                        && is_block_element(&inner) =>
                {
                    children.extend(self.inside_out(inner));
                }
                other => children.push(other),
            }
        }
        let mut outside = Vec::new();
        let mut line = Vec::new();
        for child in children {
            if !is_block(&child) {
                line.push(child);
                continue;
            }
            self.close(&shell, &mut line, &mut outside);
            let Node::Element(mut block) = child else {
                outside.push(child);
                continue;
            };
            if TAKES_FORMATTING.contains(&block.name.as_str()) && !block.children.is_empty() {
                let mut inner = std::mem::take(&mut block.children);
                self.close(&shell, &mut inner, &mut block.children);
            }
            outside.push(Node::Element(block));
        }
        self.close(&shell, &mut line, &mut outside);
        outside
    }

    /// Puts `line` into a copy of `shell`.
    fn close(&mut self, shell: &Element, line: &mut Vec<Node>, outside: &mut Vec<Node>) {
        let children = std::mem::take(line);
        if children.iter().all(Node::is_blank) || self.copies >= COPIES_MAX {
            outside.extend(children);
            return;
        }
        self.copies += 1;
        outside.push(Node::Element(Element {
            children,
            ..shell.clone()
        }));
    }

    /// Lines become paragraphs between the blocks; `shell` lends them its attributes.
    fn blocks(&mut self, flow: Vec<Node>, shell: Option<&Element>) -> Vec<Node> {
        let mut blocks = Vec::new();
        let mut line = Vec::new();
        for node in flow {
            if is_block(&node) {
                self.end_line(&mut line, shell, &mut blocks);
                blocks.push(node);
            } else {
                push(&mut line, node);
            }
        }
        self.end_line(&mut line, shell, &mut blocks);
        blocks
    }

    fn end_line(&mut self, line: &mut Vec<Node>, shell: Option<&Element>, blocks: &mut Vec<Node>) {
        let parts = split_at_breaks(std::mem::take(line));
        if parts.len() > 1 || (shell.is_none() && !parts.is_empty()) {
            self.notes.count(&PARAGRAPHS);
        }
        for (index, part) in parts.into_iter().enumerate() {
            let mut paragraph = shell.map_or_else(
                || Element::new("p", Vec::new()),
                |shell| Element {
                    children: Vec::new(),
                    ..shell.clone()
                },
            );
            if index > 0 {
                paragraph.take("id");
            }
            paragraph.children = part;
            blocks.push(Node::Element(paragraph));
        }
    }
}

/// Elements whose children are blocks of fixed kinds; white space between them means nothing.
const STRUCTURES: &[&str] = &[
    "table", "tbody", "thead", "tfoot", "tr", "ul", "ol", "dl", "colgroup",
];

const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];

/// Blocks that formatting may move into.
const TAKES_FORMATTING: &[&str] = &[
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "li",
    "td",
    "th",
];

/// Blocks inside a heading are dissolved; each starts a line.
fn lines_only(nodes: Vec<Node>) -> Vec<Node> {
    let mut lines = Vec::new();
    for node in nodes {
        match node {
            Node::Element(element)
                if BLOCKS.contains(&element.name.as_str()) && element.name != "hr" =>
            {
                if !lines.is_empty() {
                    lines.push(Node::Element(Element::new("br", Vec::new())));
                }
                lines.extend(lines_only(element.children));
            }
            Node::Element(mut element) => {
                element.children = lines_only(element.children);
                lines.push(Node::Element(element));
            }
            Node::Comment(_) => {}
            text => push(&mut lines, text),
        }
    }
    lines
}

/// Cuts a line at two or more breaks in a row, and takes blanks and breaks off both ends. Empty parts vanish.
fn split_at_breaks(line: Vec<Node>) -> Vec<Vec<Node>> {
    let mut parts = vec![Vec::new()];
    let mut waiting: Vec<Node> = Vec::new();
    for node in line {
        if node.is("br") || (node.is_blank() && !waiting.is_empty()) {
            waiting.push(node);
            continue;
        }
        let breaks = waiting.iter().filter(|node| node.is("br")).count();
        if breaks >= 2 {
            waiting.clear();
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.append(&mut waiting);
            part.push(node);
        }
    }
    parts
        .into_iter()
        .map(trimmed)
        .filter(|part| !part.is_empty())
        .collect()
}

fn trimmed(mut part: Vec<Node>) -> Vec<Node> {
    let is_edge = |node: &Node| node.is("br") || node.is_blank();
    while part.last().is_some_and(is_edge) {
        part.pop();
    }
    let lead = part.iter().take_while(|node| is_edge(node)).count();
    part.drain(..lead);
    if let Some(Node::Text(text)) = part.first_mut() {
        *text = text
            .trim_start_matches(|character: char| character.is_ascii_whitespace())
            .to_owned();
    }
    if let Some(Node::Text(text)) = part.last_mut() {
        *text = text
            .trim_end_matches(|character: char| character.is_ascii_whitespace())
            .to_owned();
    }
    part
}

fn embed_paragraph(mut link: Element) -> Node {
    link.take("class");
    let mut paragraph = Element::new("p", vec![Node::Element(link)]);
    paragraph.set("class", videos::EMBED_CLASS);
    Node::Element(paragraph)
}

/// A paragraph that holds nothing but blanks: an empty line its author wanted.
fn is_spacer(node: &Node) -> bool {
    fn empty(nodes: &[Node]) -> bool {
        nodes.iter().all(|node| match node {
            Node::Text(text) => text.chars().all(char::is_whitespace),
            Node::Element(element) => {
                element.name == "br" || (element.name == "span" && empty(&element.children))
            }
            Node::Comment(_) => false,
        })
    }
    node.as_element()
        .is_some_and(|element| element.name == "p" && empty(&element.children))
}

/// Of several empty lines one stays; at both ends of a box none.
fn single_spacers(nodes: &mut Vec<Node>, notes: &mut Notes) {
    each_list(nodes, &mut |list| {
        if !list.iter().any(is_spacer) {
            return;
        }
        let mut kept: Vec<Node> = Vec::with_capacity(list.len());
        for node in std::mem::take(list) {
            let needless = kept.last().is_none_or(is_spacer);
            match node {
                node if !is_spacer(&node) => kept.push(node),
                Node::Element(mut spacer) if !needless => {
                    spacer.children = vec![Node::text("\u{a0}")];
                    kept.push(Node::Element(spacer));
                }
                _ => notes.count(&EMPTY),
            }
        }
        if kept.last().is_some_and(is_spacer) {
            notes.count(&EMPTY);
            kept.pop();
        }
        *list = kept;
    });
}

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    fn post(html: &str) -> String {
        tidy(html, For::Post).html
    }

    #[test]
    fn bare_text_breaks_and_boxes_become_paragraphs() {
        assert_eq!(
            post("one<br>two<br><br>three<div>four</div><div><div>five<p>six</div></div>"),
            "<p>one<br />two</p>\n<p>three</p>\n<p>four</p>\n<p>five</p>\n<p>six</p>"
        );
    }

    #[test]
    fn of_many_empty_lines_one_stays() {
        assert_eq!(
            post(
                "<p>&nbsp;</p><p>a</p><div>&nbsp;</div><p><br></p><div> </div><p>b</p><p>&nbsp;</p>"
            ),
            "<p>a</p>\n<p>&nbsp;</p>\n<p>b</p>"
        );
    }

    #[test]
    fn formatting_around_blocks_moves_into_them() {
        assert_eq!(
            post("<b>a<p>b</p><div>c</div></b>"),
            "<p><b>a</b></p>\n<p><b>b</b></p>\n<p><b>c</b></p>"
        );
    }

    #[test]
    fn code_tables_and_direction_stay_as_they_are() {
        let html = "<pre>a\n  b\t{c}</pre>\n<table border=\"1\"><tbody><tr><td dir=\"rtl\">שלום</td><td>中  文</td></tr></tbody></table>\n<p dir=\"rtl\">مرحبا</p>";
        assert_eq!(post(html), html);
    }

    #[test]
    fn line_ends_of_the_source_are_no_line_ends_for_readers() {
        assert_eq!(post("<p>one\r\ntwo</p>"), "<p>one two</p>");
    }

    #[test]
    fn items_and_cells_hold_bare_lines() {
        assert_eq!(
            post("<ul>\n<li><p>a</p></li>\n<li>b<ul><li><div>c</div></ul></ul>"),
            "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"
        );
    }
}
