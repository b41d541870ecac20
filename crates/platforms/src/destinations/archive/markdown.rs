//! HTML as Markdown, where Markdown says exactly the same; HTML where it does not. Every piece is rendered again and compared with
//! what it was made from, so nothing gets lost on the way: a piece that comes back otherwise stays HTML, which Markdown takes.

use blog::body::{Difference, compare};
use dom_query::{Document, NodeRef};
use pulldown_cmark::{Options, Parser, html};

/// A body as Markdown.
pub(super) fn from_html(html: &str) -> String {
    let document = Document::fragment(html);
    let root = document.select("html");
    let Some(root) = root.nodes().first() else {
        return String::new();
    };
    let mut pieces = Vec::new();
    for node in root.children() {
        let written = if node.is_text() {
            escape(&folded(&node.text()))
        } else {
            block(&node)
        };
        if !written.trim().is_empty() {
            pieces.push(guarded(written.trim_end()));
        }
    }
    pieces.join("\n\n")
}

fn block(node: &NodeRef<'_>) -> String {
    let source = node.html().to_string();
    let same = |written: &String| matches!(compare(&source, &rendered(written)), Difference::Same);
    markdown(node)
        .filter(same)
        .unwrap_or_else(|| raw(node, &source))
}

/// What a generator makes of Markdown.
pub(super) fn rendered(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(markdown, options));
    out
}

/// A block in Markdown; `None` for what has no counterpart.
fn markdown(node: &NodeRef<'_>) -> Option<String> {
    if !node.attrs().is_empty() {
        return None;
    }
    let name = node.node_name()?;
    match &*name {
        "p" => Some(lines(&inline(node))),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            let level = name[1..].parse().ok()?;
            let text = inline(node);
            (!text.contains('\n')).then(|| format!("{} {}", "#".repeat(level), text.trim()))
        }
        "ul" => items(node, &|_| "- ".to_owned()),
        "ol" => items(node, &|number| format!("{number}. ")),
        "blockquote" => quote(node),
        "hr" => Some("---".to_owned()),
        _ => None,
    }
}

fn items(node: &NodeRef<'_>, mark: &dyn Fn(usize) -> String) -> Option<String> {
    let mut items = Vec::new();
    for child in node.children() {
        if child.is_text() && child.text().trim().is_empty() {
            continue;
        }
        let text = lines(&inline(&child));
        let simple = child.node_name().as_deref() == Some("li") && child.attrs().is_empty();
        if !simple || text.is_empty() || text.contains('\n') {
            return None;
        }
        items.push(format!("{}{text}", mark(items.len() + 1)));
    }
    (!items.is_empty()).then(|| items.join("\n"))
}

fn quote(node: &NodeRef<'_>) -> Option<String> {
    let mut paragraphs = Vec::new();
    for child in node.children() {
        if child.is_text() && child.text().trim().is_empty() {
            continue;
        }
        if child.node_name().as_deref() != Some("p") || !child.attrs().is_empty() {
            return None;
        }
        let text = lines(&inline(&child));
        let quoted: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
        paragraphs.push(quoted.join("\n"));
    }
    (!paragraphs.is_empty()).then(|| paragraphs.join("\n>\n"))
}

/// The inside of a block on lines of Markdown.
fn inline(node: &NodeRef<'_>) -> String {
    let mut out = String::new();
    for child in node.children() {
        if child.is_text() {
            out.push_str(&escape(&folded(&child.text())));
        } else if child.is_element() {
            out.push_str(&phrase(&child));
        }
    }
    out
}

fn phrase(node: &NodeRef<'_>) -> String {
    let name = node.node_name().unwrap_or_default();
    let attributes = node.attrs();
    let inner = inline(node);
    let bare = attributes.is_empty();
    let tight = !inner.is_empty() && inner.trim() == inner;
    let only = |allowed: &[&str]| {
        attributes
            .iter()
            .all(|attribute| allowed.contains(&&*attribute.name.local))
    };
    match &*name {
        "br" if bare => "  \n".to_owned(),
        "strong" if bare && tight => format!("**{inner}**"),
        "em" if bare && tight => format!("*{inner}*"),
        "a" if only(&["href"]) && tight && !inner.contains('\n') => {
            let href = node.attr_or("href", "");
            format!("[{inner}]({})", destination(&href))
        }
        "img" if only(&["src", "alt"]) => {
            let (src, alt) = (node.attr_or("src", ""), node.attr_or("alt", ""));
            format!("![{}]({})", escape(&folded(&alt)), destination(&src))
        }
        _ => tagged(node, &name, &inner),
    }
}

/// An element as a tag within Markdown, its inside as Markdown.
fn tagged(node: &NodeRef<'_>, name: &str, inner: &str) -> String {
    let html = node.html();
    let end = format!("</{name}>");
    if !html.ends_with(&end) {
        return html.to_string();
    }
    let inside = node.inner_html();
    let start = &html[..html.len() - end.len() - inside.len()];
    format!("{start}{inner}{end}")
}

fn destination(address: &str) -> String {
    let address = address.replace('&', "&amp;");
    let plain = |character: char| !character.is_whitespace() && !"()<>\\*_[]`".contains(character);
    if !address.is_empty() && address.chars().all(plain) {
        address
    } else {
        let safe = address
            .replace('\\', "%5C")
            .replace('<', "%3C")
            .replace('>', "%3E");
        format!("<{}>", safe.replace(['\n', '\r'], ""))
    }
}

/// Text whose characters mean themselves.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '$' | '#' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\u{a0}' => escaped.push_str("&nbsp;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// What begins a line must not look like the beginning of a list or rule.
fn lines(text: &str) -> String {
    let text = text.trim();
    let mut written = Vec::new();
    for line in text.split('\n') {
        let line = line.trim_start();
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let numbered = digits > 0 && line[digits..].starts_with(['.', ')']);
        written.push(if numbered {
            format!("{}\\{}", &line[..digits], &line[digits..])
        } else if line.starts_with(['-', '+', '=', ':', '%']) {
            format!("\\{line}")
        } else {
            line.to_owned()
        });
    }
    written.join("\n")
}

/// HTML on lines that Markdown leaves alone: an empty line would end it.
fn raw(node: &NodeRef<'_>, source: &str) -> String {
    let is_kept = |node: &NodeRef<'_>| node.node_name().as_deref() == Some("pre");
    let keeps = is_kept(node) || node.descendants().iter().any(is_kept);
    if keeps {
        return source.replace("\r\n", "\n").replace('\n', "&#10;");
    }
    source
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Nothing that a generator takes for a command of its own (`{{ … }}`, `{% … %}`, `{# … #}`).
fn guarded(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let command = character == '{' && matches!(characters.peek(), Some('{' | '%' | '#'));
        if command {
            guarded.push_str("&#123;");
        } else {
            guarded.push(character);
        }
    }
    guarded
}

fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        let space = matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c');
        if !space {
            folded.push(character);
        } else if !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::{from_html, rendered};
    use blog::body::{Difference, compare};
    use proptest::prelude::*;

    #[test]
    fn plain_things_become_plain_markdown() {
        for (html, markdown) in [
            (
                "<p>A <strong>bold</strong> <em>word</em>.<br>Next</p>",
                "A **bold** *word*.  \nNext",
            ),
            ("<h2>Two # words</h2>", "## Two \\# words"),
            (
                "<ul><li>one</li><li><a href=\"http://a.example/?x=1\">two</a></li></ul>",
                "- one\n- [two](http://a.example/?x=1)",
            ),
            ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
            (
                "<blockquote><p>said</p><p>twice</p></blockquote>",
                "> said\n>\n> twice",
            ),
            (
                "<p><img src=\"/media/a.jpg\" alt=\"a hill\"></p>",
                "![a hill](/media/a.jpg)",
            ),
            ("<p>1. no list</p>", "1\\. no list"),
            (
                "<p>{{ site.title }} {% raw %}</p>",
                "&#123;{ site.title }} &#123;% raw %}",
            ),
        ] {
            assert_eq!(from_html(html), markdown);
        }
    }

    #[test]
    fn what_markdown_cannot_say_stays_html() {
        for html in [
            "<p style=\"text-align:right\">right</p>",
            "<table><tbody><tr><td>a</td></tr></tbody></table>",
            "<div><p>a</p></div>",
        ] {
            assert_eq!(from_html(html), html);
        }
        assert_eq!(
            from_html("<pre>a\n\n  b</pre>"),
            "<pre>a&#10;&#10;  b</pre>"
        );
    }

    #[test]
    fn whatever_is_written_is_read_back_the_same() {
        let piece = prop_oneof![
            "[ -~äö中\u{a0}]{1,12}"
                .prop_map(|text| text.replace('&', "&amp;").replace('<', "&lt;")),
            Just("<br>".to_owned()),
            "[a-z*_ ]{1,6}".prop_map(|text| format!("<strong>{text}</strong>")),
            "[a-z*_ ]{1,6}".prop_map(|text| format!("<em>{text}</em>")),
            "[a-z()&*_ ]{1,8}".prop_map(|text| format!(
                "<a href=\"http://a.example/{}\">x</a>",
                text.replace('&', "&amp;")
            )),
            "[a-z*`]{1,6}".prop_map(|text| format!("<code>{text}</code>")),
        ];
        let body = prop::collection::vec(
            (
                prop::sample::select(vec!["p", "h2", "li", "blockquote", "pre"]),
                prop::collection::vec(piece, 1..5),
            ),
            1..4,
        )
        .prop_map(|blocks| {
            blocks
                .into_iter()
                .map(|(name, pieces)| match (name, pieces.concat()) {
                    ("li", inner) => format!("<ul><li>{inner}</li></ul>"),
                    ("blockquote", inner) => format!("<blockquote><p>{inner}</p></blockquote>"),
                    (name, inner) => format!("<{name}>{inner}</{name}>"),
                })
                .collect::<String>()
        });
        proptest!(|(html in body)| {
            let markdown = from_html(&html);
            let seen = rendered(&markdown);
            prop_assert!(
                !matches!(compare(&html, &seen), Difference::Loss(_)),
                "{html}\n{markdown}\n{seen}"
            );
        });
    }
}
