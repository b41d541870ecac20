//! A body as plain text, and addresses relative to a page.

use super::characters::{Within, decode};
use super::scan::{Piece, Scanner};
use url::Url;

/// Longer addresses are no addresses: servers and browsers give up far below.
const ADDRESS_BYTES_MAX: usize = 16 * 1024;

/// Elements that stand in a line; every other tag parts words.
const INLINE_ELEMENTS: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "o:p", "label",
    "blink",
];

/// Elements whose raw content a reader never sees.
const UNSEEN_ELEMENTS: &[&str] = &["script", "style", "title", "iframe", "noembed", "noframes"];

/// The text a reader sees, on one line: character references decoded once, elements that part lines part words, white space
/// folded, scripts and styles left out.
#[must_use]
pub fn plain_text(html: &str) -> String {
    fold(&loose_text(html))
}

/// The text a reader sees, one line for each paragraph, list item, table cell or `<br>`; empty lines are left out.
#[must_use]
pub fn plain_lines(html: &str) -> Vec<String> {
    loose_text(html)
        .split(LINE_END)
        .map(fold)
        .filter(|line| !line.is_empty())
        .collect()
}

/// Resolves `address` against `base` (an `http…` or `input:/…` address); surrounding white space and broken escapes are tolerated.
/// `None` for what is no fetchable address (`#x`, `javascript:`, `mailto:`, `data:`).
///
/// The answer is in normal form: brackets, blanks and letters beyond ASCII in the path are percent-encoded, so two spellings of
/// one address are equal. Readers of `input:/…` decode the path before they open a file.
#[must_use]
pub fn resolve(address: &str, base: Option<&str>) -> Option<String> {
    let address =
        address.trim_matches(|character: char| character.is_whitespace() || character.is_control());
    if address.is_empty() || address.starts_with('#') || address.len() > ADDRESS_BYTES_MAX {
        return None;
    }
    let base = base.and_then(|base| Url::parse(base.trim()).ok());
    let clean = mend(address, base.as_ref());
    let url = Url::options().base_url(base.as_ref()).parse(&clean).ok()?;
    let fetchable = match url.scheme() {
        "http" | "https" => url.has_host(),
        "input" => !url.cannot_be_a_base(),
        _ => false,
    };
    fetchable.then(|| encode_brackets(url))
}

/// Stands for the end of a line while text is collected; white space of the source becomes a blank.
const LINE_END: char = '\n';

/// The visible text with `LINE_END` where a block or line ends, otherwise white space as written except line ends.
fn loose_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    let mut scanner = Scanner::new(html);
    let mut seen = true;
    while let Some(piece) = scanner.next_piece() {
        match piece {
            Piece::Text(range) => push_words(&mut text, &html[range]),
            Piece::Raw(range) if seen => push_words(&mut text, &html[range]),
            Piece::Raw(_) | Piece::Other(_) => {}
            Piece::Tag(tag) => {
                let name = html[tag.name].to_ascii_lowercase();
                if !INLINE_ELEMENTS.contains(&name.as_str()) && name != "img" {
                    text.push(LINE_END);
                }
                seen = !UNSEEN_ELEMENTS.contains(&name.as_str());
            }
        }
    }
    text
}

fn push_words(text: &mut String, written: &str) {
    text.extend(decode(written, Within::Text).chars().map(|character| {
        if character == LINE_END {
            ' '
        } else {
            character
        }
    }));
}

/// Folds white space, non-breaking blanks included, and trims.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Makes an address readable for the parser: broken escapes are escaped, backslashes turned, a missing scheme added.
fn mend(address: &str, base: Option<&Url>) -> String {
    let mut clean = String::with_capacity(address.len() + 8);
    if address.starts_with("//") && base.is_none_or(|base| base.scheme() == "input") {
        clean.push_str("http:");
    }
    let bytes = address.as_bytes();
    let tail = address.find(['?', '#']).unwrap_or(address.len());
    for (place, character) in address.char_indices() {
        match character {
            '%' if !is_escape(&bytes[place..]) => clean.push_str("%25"),
            '\\' if place < tail => clean.push('/'),
            other => clean.push(other),
        }
    }
    clean
}

fn is_escape(bytes: &[u8]) -> bool {
    bytes.len() > 2 && bytes[1].is_ascii_hexdigit() && bytes[2].is_ascii_hexdigit()
}

/// The parser leaves `[4]` in a path as it is; many servers and tools do not.
fn encode_brackets(mut url: Url) -> String {
    if url.path().contains(['[', ']']) {
        let path = url.path().replace('[', "%5B").replace(']', "%5D");
        url.set_path(&path);
    }
    url.into()
}

#[cfg(test)]
mod tests {
    use super::{plain_lines, plain_text, resolve};
    use proptest::prelude::*;

    #[test]
    fn text_is_what_a_reader_sees() {
        assert_eq!(
            plain_text(
                "<p>One<b>&amp;lt;</b></p><p>two&nbsp;&nbsp;<br>three</p><script>x</script><style>y</style>"
            ),
            "One&lt; two three"
        );
        assert_eq!(plain_text("中<b>文</b>&#23383;"), "中文字");
    }

    #[test]
    fn lines_end_where_blocks_end() {
        assert_eq!(
            plain_lines("<ul><li>a\nb<li>c</ul><p> </p>d<br/>e"),
            ["a b", "c", "d", "e"]
        );
    }

    #[test]
    fn addresses_resolve_as_browsers_do_it() {
        let base = Some("http://x.spaces.live.com/blog/cns!1!2.entry");
        for (address, expected) in [
            (
                " a b[3].png\n",
                Some("http://x.spaces.live.com/blog/a%20b%5B3%5D.png"),
            ),
            ("//h.example/%zz", Some("http://h.example/%25zz")),
            ("http:\\\\h.example\\a", Some("http://h.example/a")),
            ("/中", Some("http://x.spaces.live.com/%E4%B8%AD")),
            ("#top", None),
            ("javascript:alert(1)", None),
            ("mailto:someone", None),
            ("data:image/gif;base64,AA", None),
            ("file:///c:/x.jpg", None),
            ("C:\\x.jpg", None),
            ("http://", None),
            ("", None),
        ] {
            assert_eq!(resolve(address, base).as_deref(), expected, "{address}");
        }
        assert_eq!(resolve("a.png", None), None);
        assert_eq!(
            resolve("//h.example/a", None).as_deref(),
            Some("http://h.example/a")
        );
    }

    #[test]
    fn files_beside_the_input_resolve_and_stay_inside() {
        let base = Some("input:/posts/one.html");
        assert_eq!(
            resolve("img\\a.jpg", base).as_deref(),
            Some("input:/posts/img/a.jpg")
        );
        assert_eq!(resolve("../../../etc", base).as_deref(), Some("input:/etc"));
        assert_eq!(
            resolve("http://h.example/a", base).as_deref(),
            Some("http://h.example/a")
        );
    }

    proptest! {
        #[test]
        fn resolving_twice_is_resolving_once(address in "\\PC{0,40}") {
            let base = Some("http://h.example/a/b");
            if let Some(once) = resolve(&address, base) {
                prop_assert_eq!(resolve(&once, base), Some(once));
            }
        }
    }
}
