//! From what an author typed to HTML: the ways of `CONVERT BREAKS`, and text that has been escaped once.

use pulldown_cmark::{Options, Parser, html};
use std::borrow::Cow;

/// Tags that are paragraphs of their own; Movable Type leaves them and what is in them alone.
const BLOCKS: [&str; 33] = [
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "ol",
    "dl",
    "ul",
    "li",
    "menu",
    "dir",
    "p",
    "pre",
    "center",
    "form",
    "fieldset",
    "select",
    "blockquote",
    "address",
    "div",
    "hr",
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "figure",
    "section",
    "article",
    "video",
    "audio",
];
/// Blocks whose inside is never touched, blank lines or not.
const VERBATIM: [&str; 4] = ["pre", "script", "style", "textarea"];

/// What an entry asks to be done with its line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sources) enum Breaks {
    /// The text is HTML.
    AsIs,
    /// Blank lines make paragraphs, line ends make breaks.
    Lines,
    /// Markdown, perhaps with typographic quotes.
    Markdown { smart: bool },
    /// A way that is not known here; read as `Lines`.
    Unknown,
}

impl Breaks {
    /// Reads the value of `CONVERT BREAKS`. Without one the text decides: HTML with paragraphs stays, the rest has lines.
    pub(super) fn from_value(value: Option<&str>, text: &str) -> Self {
        match value.map(str::to_ascii_lowercase).as_deref() {
            Some("0" | "wysiwyg" | "richtext" | "html" | "none") => Self::AsIs,
            Some("1" | "__default__" | "default" | "convert_breaks") => Self::Lines,
            Some("markdown") => Self::Markdown { smart: false },
            Some("markdown_with_smartypants") => Self::Markdown { smart: true },
            None | Some("") if text.contains("<p") || text.contains("<br") => Self::AsIs,
            None | Some("") => Self::Lines,
            Some(_) => Self::Unknown,
        }
    }

    /// The text as HTML.
    pub(in crate::sources) fn to_html(self, text: &str) -> String {
        match self {
            Self::AsIs => text.to_owned(),
            // Typepad rendered Markdown before it exported, and kept the word.
            Self::Markdown { .. } if is_html_already(text) => text.to_owned(),
            Self::Markdown { smart } => from_markdown(text, smart),
            Self::Lines | Self::Unknown => from_lines(text),
        }
    }
}

/// Body and extended body as one, with the break between them.
pub(super) fn join(body: String, extended: &str) -> String {
    if extended.trim().is_empty() {
        return body;
    }
    format!("{body}\n<!--more-->\n{extended}")
}

/// Text that was escaped once for HTML, as titles and names are: references decoded exactly once, tags taken off.
pub(in crate::sources) fn unescape(text: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'&', b'<', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let plain = dom_query::Document::fragment(text).text().trim().to_owned();
    // Something like "<3" alone must not vanish.
    if plain.is_empty() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(plain)
    }
}

/// An attribute's value with the references decoded that addresses are written with.
pub(super) fn unescape_attribute(value: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', value.as_bytes()).is_none() {
        return Cow::Borrowed(value);
    }
    let mut plain = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((reference(&rest[1..end])?, end))) {
            Some((character, end)) => {
                plain.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(number).filter(|character| *character != '\0')
        }
    }
}

fn from_markdown(text: &str, smart: bool) -> String {
    let mut options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    options.set(Options::ENABLE_SMART_PUNCTUATION, smart);
    let mut written = String::with_capacity(text.len() * 5 / 4);
    html::push_html(&mut written, Parser::new_ext(text, options));
    written.trim_end().to_owned()
}

/// Whether every paragraph is a block of HTML: then there is no Markdown left to render.
fn is_html_already(text: &str) -> bool {
    let mut pieces = pieces(text)
        .filter(|piece| !piece.text.trim().is_empty())
        .peekable();
    pieces.peek().is_some() && pieces.all(|piece| piece.verbatim || starts_with_block(piece.text))
}

/// Movable Type's own way: what blank lines separate is a paragraph unless it begins with a block; line ends inside are breaks.
fn from_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut written = String::with_capacity(text.len() + text.len() / 8);
    for piece in pieces(&text) {
        let trimmed = piece.text.trim_matches('\n');
        if trimmed.trim().is_empty() {
            continue;
        }
        if !written.is_empty() {
            written.push_str("\n\n");
        }
        if piece.verbatim || starts_with_block(trimmed) {
            written.push_str(trimmed);
        } else {
            written.push_str("<p>");
            written.push_str(&trimmed.trim().replace('\n', "<br />\n"));
            written.push_str("</p>");
        }
    }
    written
}

struct Piece<'a> {
    text: &'a str,
    /// Whether it holds a verbatim block, which may have blank lines in it.
    verbatim: bool,
}

/// The pieces between blank lines; a verbatim block is never cut.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches('\n');
        if rest.is_empty() {
            return None;
        }
        let mut end = blank_line(rest, 0);
        let mut verbatim = false;
        let mut from = 0;
        while let Some((open, close)) = verbatim_block(rest, from, end) {
            verbatim |= open == 0 || rest[..open].ends_with('\n');
            from = close;
            if close > end {
                end = blank_line(rest, close);
            }
        }
        let text = &rest[..end];
        rest = &rest[end..];
        Some(Piece { text, verbatim })
    })
}

/// Where the next blank line begins, or the end.
fn blank_line(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = memchr::memchr(b'\n', &bytes[at..]) {
        let end = at + found;
        let line = bytes[end + 1..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(bytes.len(), |next| end + 1 + next);
        if bytes[end + 1..line]
            .iter()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
        {
            return end;
        }
        at = end + 1;
    }
    text.len()
}

/// The next verbatim block that opens before `end`: where its tag opens and where it is closed.
fn verbatim_block(text: &str, from: usize, end: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while let Some(found) = text
        .as_bytes()
        .get(at..end)
        .and_then(|part| memchr::memchr(b'<', part))
    {
        let open = at + found;
        let name = tag_name(&text[open + 1..]);
        if let Some(verbatim) = VERBATIM
            .iter()
            .find(|verbatim| name.eq_ignore_ascii_case(verbatim))
        {
            let close =
                find_close(&text[open..], verbatim).map_or(text.len(), |close| open + close);
            return Some((open, close));
        }
        at = open + 1;
    }
    None
}

fn find_close(text: &str, name: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, b"</")
        .find(|at| {
            bytes
                .get(at + 2..at + 2 + name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        })
        .map(|at| at + 2 + name.len())
}

fn starts_with_block(text: &str) -> bool {
    let Some(tag) = text.trim_start().strip_prefix('<') else {
        return false;
    };
    if tag.starts_with("!--") {
        return true;
    }
    let name = tag_name(tag.strip_prefix('/').unwrap_or(tag));
    BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block))
}

fn tag_name(tag: &str) -> &str {
    let end = tag
        .bytes()
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(tag.len());
    &tag[..end]
}

#[cfg(test)]
mod tests {
    use super::{Breaks, join, unescape, unescape_attribute};
    use proptest::prelude::*;

    #[test]
    fn line_ends_become_paragraphs_and_breaks_but_blocks_stay() {
        let html = Breaks::Lines.to_html("one\r\ntwo\r\n\r\n<ul>\n<li>x</li>\n</ul>\n\n\nthree");
        assert_eq!(
            html,
            "<p>one<br />\ntwo</p>\n\n<ul>\n<li>x</li>\n</ul>\n\n<p>three</p>"
        );
    }

    #[test]
    fn blank_lines_inside_code_make_no_paragraphs() {
        let code = "<pre>\na\n\n  b\n\nc</pre>";
        assert_eq!(
            Breaks::Lines.to_html(&format!("see\n\n{code}\n\nend")),
            format!("<p>see</p>\n\n{code}\n\n<p>end</p>")
        );
    }

    #[test]
    fn html_is_left_as_it_is() {
        assert_eq!(Breaks::AsIs.to_html("a\n\nb"), "a\n\nb");
        assert_eq!(Breaks::from_value(Some("wysiwyg"), ""), Breaks::AsIs);
        assert_eq!(Breaks::from_value(Some("0"), ""), Breaks::AsIs);
    }

    #[test]
    fn markdown_is_rendered_unless_it_was_already() {
        let markdown = Breaks::from_value(Some("markdown"), "");
        assert_eq!(
            markdown.to_html("# Soup\n\nwith *salt*"),
            "<h1>Soup</h1>\n<p>with <em>salt</em></p>"
        );
        let rendered =
            "<h1>Soup</h1>\n\n<p>2 * 3 * 4 and a_b_c</p>\n\n<pre><code>x\n\n    y\n</code></pre>";
        assert_eq!(markdown.to_html(rendered), rendered);
        let smart = Breaks::from_value(Some("markdown_with_smartypants"), "");
        assert_eq!(smart.to_html("\"so\""), "<p>“so”</p>");
    }

    #[test]
    fn an_extended_body_follows_a_more_break() {
        assert_eq!(join("a".into(), "b"), "a\n<!--more-->\nb");
        assert_eq!(join("a".into(), " \n"), "a");
    }

    #[test]
    fn titles_are_decoded_exactly_once() {
        assert_eq!(
            unescape("Quick &ndash; &amp; &quot;easy&quot; &amp;amp;"),
            "Quick – & \"easy\" &amp;"
        );
        assert_eq!(unescape("a <b>bold</b> word"), "a bold word");
        assert_eq!(unescape("plain & simple"), "plain & simple");
        assert_eq!(unescape_attribute("a?b&amp;c&#61;d&x;&"), "a?b&c=d&x;&");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_ways_panic(text in "[a-z<>/\n\r é&;#*_`-]{0,200}|.{0,60}") {
            for breaks in [Breaks::Lines, Breaks::AsIs, Breaks::Markdown { smart: true }, Breaks::Unknown] {
                breaks.to_html(&text);
            }
            unescape(&text);
            unescape_attribute(&text);
        }

        #[test]
        fn no_word_is_lost_between_lines(words in proptest::collection::vec("[a-z]{1,8}", 1..30), gaps in proptest::collection::vec(prop_oneof![" ", "\n", "\n\n", "\r\n\r\n"], 30)) {
            let text: String = words.iter().zip(&gaps).map(|(word, gap)| format!("{word}{gap}")).collect();
            let html = Breaks::Lines.to_html(&text).replace("<p>", " ").replace("</p>", " ").replace("<br />", " ");
            prop_assert_eq!(html.split_whitespace().collect::<Vec<_>>(), words);
        }
    }
}
