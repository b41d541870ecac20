//! Is what stands at the new home what we sent? Both bodies are parsed; what no reader sees (white space, quotes, attribute order,
//! spelling of references, attributes that WordPress adds) is set aside, and the rest is compared element by element.

use super::characters::{Within, decode};
use super::delimiter;
use super::text::fold;
use super::tree::{self, Node};
use crate::tidy::{declarations, limits};
use std::collections::BTreeMap;

/// How two bodies differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Equal after normalisation.
    Same,
    /// White space, attribute order, added `rel`, quotes: nothing a reader sees. Each as a phrase.
    Cosmetic(Vec<String>),
    /// Something is missing: elements, attributes, text. Each as a phrase naming the element.
    Loss(Vec<String>),
}

/// At most this many phrases name what differs; the rest is counted.
const PHRASES_MAX: usize = 12;

/// Text quoted in a phrase is cut here.
const QUOTE_CHARACTERS_MAX: usize = 60;

/// Compares what was `sent` with what is `seen` at the new home (raw content, not rendered).
#[must_use]
pub fn compare(sent: &str, seen: &str) -> Difference {
    if sent == seen {
        return Difference::Same;
    }
    let (Some(mine), Some(theirs)) = (Outline::of(sent), Outline::of(seen)) else {
        return plain_difference(sent, seen);
    };
    let mut losses = Vec::new();
    let mut cosmetic = Vec::new();
    compare_counts(&mine.elements, &theirs.elements, &mut losses, &mut cosmetic);
    compare_attributes(
        &mine.attributes,
        &theirs.attributes,
        &mut losses,
        &mut cosmetic,
    );
    compare_counts(&mine.comments, &theirs.comments, &mut losses, &mut cosmetic);
    losses.extend(text_difference(&mine.text, &theirs.text));
    if losses.is_empty() && cosmetic.is_empty() && mine.order != theirs.order {
        cosmetic.push("elements stand in another order".to_owned());
    }
    match (losses.is_empty(), cosmetic.is_empty()) {
        (true, true) => Difference::Same,
        (true, false) => Difference::Cosmetic(limited(cosmetic)),
        (false, _) => Difference::Loss(limited(losses)),
    }
}

/// A short name of what a body says, equal for bodies that [`compare`] calls the same.
#[must_use]
pub fn fingerprint(html: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    match Outline::of(html) {
        Some(outline) => {
            for part in &outline.order {
                hasher.update(part.as_bytes());
                hasher.update(b"\0");
            }
            hasher.update(outline.text.as_bytes());
        }
        None => {
            hasher.update(fold(html).as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// What a body consists of, order of attributes and spelling aside.
#[derive(Default)]
struct Outline {
    /// How often each element occurs, as a phrase (`iframe`).
    elements: BTreeMap<String, usize>,
    /// How often each attribute with each value occurs: (`onclick` of `<a>`, value).
    attributes: BTreeMap<(String, String), usize>,
    /// Remarks that mean something: breaks and block delimiters.
    comments: BTreeMap<String, usize>,
    /// Start tags in document order, attributes sorted.
    order: Vec<String>,
    /// The visible text, folded; the text of `pre` as it is.
    text: String,
}

impl Outline {
    fn of(html: &str) -> Option<Self> {
        let mut outline = Self::default();
        for piece in limits::bound(html)? {
            outline.read(&tree::parse(&piece.html), false);
        }
        outline.text = outline.text.trim().to_owned();
        Some(outline)
    }

    fn read(&mut self, nodes: &[Node], in_code: bool) {
        for node in nodes {
            match node {
                Node::Text(text) if in_code => self.text.push_str(&text.replace("\r\n", "\n")),
                Node::Text(text) => self.push_folded(text),
                Node::Comment(text) => {
                    let text = match delimiter::read(text) {
                        Some(delimiter) => delimiter.folded(),
                        None => fold(&decode(text, Within::Text)),
                    };
                    *self
                        .comments
                        .entry(format!("the mark <!--{text}-->"))
                        .or_default() += 1;
                    self.order.push(format!("!{text}"));
                }
                Node::Element(element) => {
                    *self
                        .elements
                        .entry(format!("<{}>", element.name))
                        .or_default() += 1;
                    let mut attributes: Vec<(String, String)> = element
                        .attributes
                        .iter()
                        .filter_map(|(name, value)| normal(&element.name, name, value))
                        .collect();
                    attributes.sort();
                    let mut start = element.name.clone();
                    for (name, value) in attributes {
                        start.push_str(&format!(" {name}={value}"));
                        let key = (format!("{name} of <{}>", element.name), value);
                        *self.attributes.entry(key).or_default() += 1;
                    }
                    self.order.push(start);
                    let block = crate::tidy::paragraphs::BLOCKS.contains(&element.name.as_str())
                        || element.name == "br";
                    if block {
                        self.push_folded(" ");
                    }
                    self.read(&element.children, in_code || element.name == "pre");
                    if block {
                        self.push_folded(" ");
                    }
                }
            }
        }
    }

    fn push_folded(&mut self, text: &str) {
        for character in text.chars() {
            if character.is_whitespace() {
                if !self.text.ends_with([' ', '\n']) {
                    self.text.push(' ');
                }
            } else {
                self.text.push(character);
            }
        }
    }
}

/// An attribute in normal form; `None` where it says nothing a reader would miss.
fn normal(element: &str, name: &str, value: &str) -> Option<(String, String)> {
    let value = match name {
        "loading" | "decoding" | "fetchpriority" | "srcset" | "sizes" if element == "img" => {
            return None;
        }
        "style" => {
            let mut all: Vec<String> = declarations(value)
                .into_iter()
                .map(|(property, value)| format!("{property}:{}", fold(&value).replace(", ", ",")))
                .collect();
            all.sort();
            all.join(";")
        }
        "class" => {
            let mut all: Vec<&str> = value.split_ascii_whitespace().collect();
            all.sort_unstable();
            all.dedup();
            all.join(" ")
        }
        "rel" => {
            let mut all: Vec<String> = value
                .split_ascii_whitespace()
                .map(str::to_ascii_lowercase)
                .filter(|word| {
                    !matches!(
                        word.as_str(),
                        "nofollow" | "noopener" | "noreferrer" | "ugc"
                    )
                })
                .collect();
            all.sort();
            if all.is_empty() {
                return None;
            }
            all.join(" ")
        }
        "width" | "height" => value.trim().trim_end_matches("px").to_owned(),
        "href" | "src" | "cite" | "poster" => value.trim().replace(' ', "%20"),
        _ => fold(value),
    };
    if value.is_empty() && matches!(name, "class" | "style") {
        return None;
    }
    Some((name.to_owned(), value))
}

/// What the first has more of is a loss, what the second has more of an addition.
fn compare_counts(
    mine: &BTreeMap<String, usize>,
    theirs: &BTreeMap<String, usize>,
    losses: &mut Vec<String>,
    cosmetic: &mut Vec<String>,
) {
    for (what, count) in mine {
        let kept = theirs.get(what).copied().unwrap_or_default();
        if kept < *count {
            losses.push(times(&format!("{what} removed"), count - kept));
        }
    }
    for (what, count) in theirs {
        let had = mine.get(what).copied().unwrap_or_default();
        if had < *count {
            cosmetic.push(times(&format!("{what} added"), count - had));
        }
    }
}

fn compare_attributes(
    mine: &BTreeMap<(String, String), usize>,
    theirs: &BTreeMap<(String, String), usize>,
    losses: &mut Vec<String>,
    cosmetic: &mut Vec<String>,
) {
    let surplus = |of: &BTreeMap<(String, String), usize>,
                   over: &BTreeMap<(String, String), usize>| {
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for (key, count) in of {
            let other = over.get(key).copied().unwrap_or_default();
            if other < *count {
                *by_name.entry(key.0.clone()).or_default() += count - other;
            }
        }
        by_name
    };
    let missing = surplus(mine, theirs);
    let added = surplus(theirs, mine);
    for (what, count) in &missing {
        let changed = added.get(what).copied().unwrap_or_default().min(*count);
        if changed > 0 {
            losses.push(times(&format!("attribute {what} changed"), changed));
        }
        if *count > changed {
            losses.push(times(&format!("attribute {what} removed"), count - changed));
        }
    }
    for (what, count) in &added {
        let changed = missing.get(what).copied().unwrap_or_default().min(*count);
        if *count > changed {
            cosmetic.push(times(&format!("attribute {what} added"), count - changed));
        }
    }
}

/// What became of the text, found from its common beginning and end.
fn text_difference<'a>(mine: &'a str, theirs: &'a str) -> Option<String> {
    // Blocks part words, so a difference in white space alone is none.
    let letters = |text: &'a str| text.chars().filter(|character| !character.is_whitespace());
    if letters(mine).eq(letters(theirs)) {
        return None;
    }
    let mine: Vec<char> = mine.chars().collect();
    let theirs: Vec<char> = theirs.chars().collect();
    let start = mine.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
    let rest = mine.len().min(theirs.len()) - start;
    let end = mine
        .iter()
        .rev()
        .zip(theirs.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let gone: String = mine[start..mine.len() - end].iter().collect();
    let come: String = theirs[start..theirs.len() - end].iter().collect();
    Some(match (gone.is_empty(), come.is_empty()) {
        (false, true) => format!(
            "text shortened by {} characters: \"{}\"",
            gone.chars().count(),
            quoted(&gone)
        ),
        (true, false) => format!(
            "text lengthened by {} characters: \"{}\"",
            come.chars().count(),
            quoted(&come)
        ),
        _ => format!(
            "text changed: \"{}\" became \"{}\"",
            quoted(&gone),
            quoted(&come)
        ),
    })
}

/// Bodies too large or too broken to be parsed are compared as text.
fn plain_difference(sent: &str, seen: &str) -> Difference {
    let words = |html: &str| super::plain_text(html);
    match text_difference(&words(sent), &words(seen)) {
        Some(phrase) => Difference::Loss(vec![phrase]),
        None if fold(sent) == fold(seen) => Difference::Same,
        None => Difference::Cosmetic(vec![
            "markup differs in a body too large to compare".to_owned(),
        ]),
    }
}

fn quoted(text: &str) -> String {
    if text.chars().count() <= QUOTE_CHARACTERS_MAX {
        return text.to_owned();
    }
    text.chars()
        .take(QUOTE_CHARACTERS_MAX)
        .chain(['…'])
        .collect()
}

fn times(phrase: &str, count: usize) -> String {
    if count == 1 {
        phrase.to_owned()
    } else {
        format!("{phrase} ({count} times)")
    }
}

fn limited(mut phrases: Vec<String>) -> Vec<String> {
    if phrases.len() > PHRASES_MAX {
        let more = phrases.len() - PHRASES_MAX;
        phrases.truncate(PHRASES_MAX);
        phrases.push(format!("and {more} more"));
    }
    phrases
}

#[cfg(test)]
mod tests {
    use super::{Difference, compare, fingerprint};
    use crate::tidy::{For, tidy};
    use proptest::prelude::*;

    fn losses(sent: &str, seen: &str) -> Vec<String> {
        match compare(sent, seen) {
            Difference::Loss(phrases) => phrases,
            other => vec![format!("{other:?}")],
        }
    }

    #[test]
    fn spelling_is_no_difference() {
        let sent = "<p class=\"b a\" style=\"color: red;\">x &#8217;y&#8217;&nbsp;z<br />\n<img src='a b.png' alt=\"\" width=10></p>\n\n<p><a href=\"h\">l</a></p>";
        let seen = "<p style='color:red' class='a b'>x ’y’\u{a0}z<br><img width=\"10px\" src=\"a%20b.png\" alt='' loading=\"lazy\" decoding=async></p><p><a rel=\"nofollow noopener\" href=\"h\">l</a></p>";
        assert_eq!(compare(sent, seen), Difference::Same);
        assert_eq!(fingerprint(sent), fingerprint(seen));
    }

    #[test]
    fn a_loss_is_named_by_element() {
        assert_eq!(
            losses(
                "<p onclick=\"x\">a</p><iframe src=\"y\"></iframe>",
                "<p>a</p>"
            ),
            [
                "<iframe> removed",
                "attribute onclick of <p> removed",
                "attribute src of <iframe> removed"
            ]
        );
        assert_eq!(
            losses("<p>The long end of it</p>", "<p>The end</p>"),
            ["text changed: \"long end of it\" became \"end\""]
        );
        assert_eq!(
            losses("<p>abc</p><p>def</p>", "<p>abc</p><p></p>"),
            ["text shortened by 4 characters: \" def\""]
        );
        assert_eq!(
            losses("<p><a href=\"x\">a</a></p>", "<p><a href=\"y\">a</a></p>"),
            ["attribute href of <a> changed"]
        );
        assert_eq!(
            losses("<p>a</p><!--more-->", "<p>a</p>"),
            ["the mark <!--more--> removed"]
        );
    }

    #[test]
    fn wordpress_may_escape_what_blocks_say() {
        let block = |and: &str| format!("<!-- wp:x {{\"url\":\"?a\\u0026{and}b\"}} /-->");
        let found = compare(&block(""), &block("amp;"));
        assert!(!matches!(found, Difference::Loss(_)), "{found:?}");
    }

    #[test]
    fn an_addition_is_cosmetic() {
        assert_eq!(
            compare(
                "<p>a <a href=\"x\">b</a></p>",
                "<p>a <a href=\"x\" target=\"_blank\">b</a></p>"
            ),
            Difference::Cosmetic(vec!["attribute target of <a> added".into()])
        );
    }

    #[test]
    fn code_keeps_its_line_ends() {
        assert_eq!(
            compare("<pre>a\n b</pre>", "<pre>a\r\n b</pre>"),
            Difference::Same
        );
        assert_ne!(
            fingerprint("<pre>a\n b</pre>"),
            fingerprint("<pre>a b</pre>")
        );
    }

    proptest! {
        #[test]
        fn a_body_written_otherwise_is_the_same(html in "(<(/?)(p|b|i|ul|li|pre|img|a|br)( (href|class|style|alt)='[a-z:; &]{0,8}')*>|&(nbsp|amp|#8217);|[a-z中 \\n]{1,5}){0,20}") {
            let tidied = tidy(&html, For::Post).html;
            let otherwise = tidied.replace(" />", ">").replace("&nbsp;", "\u{a0}").replace(">\n<", "><");
            prop_assert_eq!(compare(&tidied, &otherwise), Difference::Same);
        }

        #[test]
        fn taking_out_a_word_is_a_loss(before in "[a-z]{1,8}", word in "[A-Z]{1,8}", after in "[a-z]{1,8}") {
            let sent = format!("<p>{before} <b>{word}</b> {after}</p>");
            let seen = format!("<p>{before} <b></b> {after}</p>");
            prop_assert!(matches!(compare(&sent, &seen), Difference::Loss(_)));
        }
    }
}
