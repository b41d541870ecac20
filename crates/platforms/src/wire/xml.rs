//! A small tree for small pieces of XML: one feed item, one answer of an interface.
//!
//! Names are local names: whoever wrote `cf:itemRSS` once may write `live:itemRSS` next year. References are decoded exactly
//! once; an unknown one stays as it was written. Big documents are cut into pieces before they come here.

use quick_xml::{Reader, events::Event};

/// Elements nested deeper than this are an attack, not an answer: real ones reach 12.
const DEEPEST: usize = 64;

/// Attributes of one element. Pages pasted into feeds reach 30.
const MOST_ATTRIBUTES: usize = 256;

/// Bytes of a name.
const LONGEST_NAME_BYTES: usize = 1024;

/// Bytes of one text. The parser knows no such limit of its own.
const LONGEST_TEXT_BYTES: usize = 32 << 20;

/// A piece with more elements than this is no item and no answer of ours.
const MOST_ELEMENTS: usize = 150_000;

/// One element.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// Local name, as written.
    pub(crate) name: String,
    /// Attributes by local name, references decoded.
    pub(crate) attributes: Vec<(String, String)>,
    /// Text directly inside, references decoded once.
    pub(crate) text: String,
    /// Elements inside, in order.
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// The first child with this local name, letters of either case.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(name))
    }

    /// Every child with this local name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.is(name))
    }

    /// The trimmed text of the first child of this name, when there is any.
    pub(crate) fn text_of(&self, name: &str) -> Option<String> {
        self.child(name)
            .map(|child| child.text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// An attribute by local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether it has this local name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Text as it stands inside an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

/// Reads a piece into a tree whose root has no name. What is wrong comes back as a phrase with its byte.
///
/// A document type is passed over: nothing it declares is ever looked up or expanded.
pub(crate) fn read(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    read_events(&mut reader)
        .map_err(|what| format!("{what} (at byte {})", reader.buffer_position()))
}

/// What keeps a strict reader from taking a document, as a phrase; `None` where it is well-formed. Programs in other languages read
/// what we write, and most of them take a document whole or not at all.
pub(crate) fn fault(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    let what = strictly(&mut reader).err()?;
    Some(format!("{what} (at byte {})", reader.buffer_position()))
}

fn strictly(reader: &mut Reader<&[u8]>) -> Result<(), String> {
    let (mut depth, mut elements) = (0_usize, 0_usize);
    let attributes = |start: &quick_xml::events::BytesStart<'_>| {
        let mut all = start.attributes();
        all.find_map(|attribute| attribute.err().map(|error| error.to_string()))
    };
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                (depth, elements) = (depth + 1, elements + 1);
                attributes(&start).map_or(Ok(()), Err)?;
            }
            Event::Empty(start) => {
                elements += 1;
                attributes(&start).map_or(Ok(()), Err)?;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::GeneralRef(name) if !is_known_everywhere(&name) => {
                return Err(format!("&{}; means nothing", &*name));
            }
            Event::Eof if depth > 0 => return Err("it ends in the middle".to_owned()),
            Event::Eof if elements == 0 => return Err("there is no element in it".to_owned()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Whether every reader of XML knows a reference, without a document type.
fn is_known_everywhere(name: &str) -> bool {
    matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") || name.starts_with('#')
}

fn read_events(reader: &mut Reader<&[u8]>) -> Result<Element, String> {
    let mut open = vec![Element::default()];
    let mut count = 0_usize;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        if event.len() > LONGEST_TEXT_BYTES {
            return Err("a text is longer than 32 MiB".to_owned());
        }
        match event {
            Event::Start(start) => {
                count += 1;
                if open.len() > DEEPEST || count > MOST_ELEMENTS {
                    return Err("nested too deep or too long".to_owned());
                }
                open.push(started(&start)?);
            }
            Event::Empty(start) => {
                count += 1;
                if count > MOST_ELEMENTS {
                    return Err("too long".to_owned());
                }
                if let Some(parent) = open.last_mut() {
                    parent.children.push(started(&start)?);
                }
            }
            Event::End(_) => close(&mut open),
            Event::Text(text) => push(&mut open, &text.xml10_content()),
            Event::CData(text) => push(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                push(&mut open, &decoded_reference(&reference.into_inner()));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if open.len() > 1 {
        return Err("it ends in the middle".to_owned());
    }
    Ok(open.pop().unwrap_or_default())
}

/// One reference without `&` and `;`, decoded; an unknown one as it was written.
pub(crate) fn decoded_reference(name: &str) -> String {
    let named = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => name.strip_prefix('#').and_then(|number| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            };
            code.and_then(char::from_u32).filter(|c| *c != '\0')
        }),
    };
    named.map_or_else(|| html_reference(name), String::from)
}

/// A reference that HTML knows and XML does not; one that neither knows stays as it was written.
fn html_reference(name: &str) -> String {
    let written = format!("&{name};");
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_name || name.len() > 32 {
        return written;
    }
    dom_query::Document::fragment(written.as_str())
        .text()
        .to_string()
}

/// `<` that begins nothing, as people write it between numbers, as a reference.
pub(crate) fn literal_less_than(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let begins = rest[at + 1..].chars().next().is_some_and(|next| {
            next.is_alphabetic() || matches!(next, '/' | '!' | '?' | '_' | ':')
        });
        out.push_str(&rest[..at]);
        out.push_str(if begins { "<" } else { "&lt;" });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out
}

fn started(start: &quick_xml::events::BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element {
        name: start.local_name().as_ref().to_owned(),
        ..Element::default()
    };
    for attribute in start.attributes().with_checks(false).flatten() {
        if element.attributes.len() == MOST_ATTRIBUTES {
            return Err(format!(
                "an element has more than {MOST_ATTRIBUTES} attributes"
            ));
        }
        let local = attribute.key.local_name();
        let name: &str = local.as_ref();
        if name.len() > LONGEST_NAME_BYTES {
            return Err(too_long_a_name());
        }
        element
            .attributes
            .push((name.to_owned(), decoded(&attribute.value)));
    }
    if element.name.len() > LONGEST_NAME_BYTES {
        return Err(too_long_a_name());
    }
    Ok(element)
}

fn too_long_a_name() -> String {
    format!("a name is longer than {LONGEST_NAME_BYTES} bytes")
}

/// References in an attribute value, decoded once and leniently.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.find(';') {
            Some(end) if end <= 32 => {
                out.push_str(&decoded_reference(&rest[..end]));
                rest = &rest[end + 1..];
            }
            _ => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

fn push(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn close(open: &mut Vec<Element>) {
    if open.len() > 1
        && let Some(done) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(done);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn references_are_decoded_exactly_once() {
        let root = read("<a b=\"1 &amp;amp; 2\">&amp;lt;p&gt; &#26085;&#x8BB0; &unknown; R&D</a>")
            .expect("a tree");
        let a = root.child("a").expect("the element");
        assert_eq!(a.text, "&lt;p> 日记 &unknown; R&D");
        assert_eq!(a.attribute("b"), Some("1 &amp; 2"));
    }

    #[test]
    fn a_cut_piece_is_an_error_and_not_half_an_item() {
        assert!(read("<a><b>text").is_err());
        assert!(read(&"<a>".repeat(10_000)).is_err());
    }

    #[test]
    fn what_is_at_a_limit_is_read_and_one_more_is_not() {
        let deep = |levels: usize| "<a>".repeat(levels) + &"</a>".repeat(levels);
        let attributes = |count: usize| format!("<a {}/>", "b=\"\" ".repeat(count));
        let name = |bytes: usize| format!("<{0}></{0}>", "n".repeat(bytes));
        let text = |bytes: usize| format!("<a>{}</a>", "t".repeat(bytes));
        let elements = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count - 1));
        for (make, limit, what) in [
            (&deep as &dyn Fn(usize) -> String, DEEPEST, "too deep"),
            (&attributes, MOST_ATTRIBUTES, "attributes"),
            (&name, LONGEST_NAME_BYTES, "a name"),
            (&text, LONGEST_TEXT_BYTES, "a text"),
            (&elements, MOST_ELEMENTS, "too long"),
        ] {
            assert!(read(&make(limit)).is_ok(), "{what}");
            let error = read(&make(limit + 1)).expect_err(what);
            assert!(error.contains(what) && error.contains("byte"), "{error}");
        }
    }

    #[test]
    fn nothing_of_a_document_type_is_looked_up_or_expanded() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]><a>&c; &f;</a>";
        let root = read(bomb).expect("a tree");
        assert_eq!(root.child("a").expect("the element").text, "&c; &f;");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall(text in "[<>&;#/a-z\"'= \u{80}-\u{4ff}\\[\\]!-]{0,200}") {
            let _ = read(&text);
        }
    }
}
