//! Bodies that are blocks already, as a WordPress wrote them: they stay what they are. They are not parsed into a tree and not
//! wrapped again; what the new home would strip is taken out byte by byte, and what names a picture of the old home by number or
//! address names the new one.

use super::blocks::written;
use super::characters::{Within, decode};
use super::delimiter;
use super::scan::{Attribute, Piece, Scanner, VOID_ELEMENTS};
use crate::codes::tidy::{ACTIVE, ADDRESS, ATTRIBUTE, ELEMENT, EVENT, REMARK};
use crate::tidy::{Notes, REMOVED, is_accepted, is_break};
use serde_json::Value;

/// Schemes that an address in a body may have.
const SCHEMES: &[&str] = &[
    "http", "https", "ftp", "mailto", "tel", "sms", "news", "irc", "feed", "webcal", "xmpp",
    "input",
];

/// Whether `html` is made of blocks.
#[must_use]
pub fn is_blocks(html: &str) -> bool {
    html.contains("<!-- wp:") && (html.contains("<!-- /wp:") || html.contains("/-->"))
}

/// Takes out of blocks what the new home strips when it saves; every other byte stays. `clean(clean(x)) == clean(x)`.
pub(crate) fn clean(html: &str, notes: &mut Notes) -> String {
    let mut out = String::with_capacity(html.len());
    let mut scanner = Scanner::new(html);
    // The removed element that is open, and how often.
    let mut inside: Option<(String, usize)> = None;
    while let Some(piece) = scanner.next_piece() {
        let before = out.len();
        match piece {
            Piece::Text(range) if inside.is_none() => out.push_str(&html[range]),
            Piece::Other(range) if inside.is_none() => remark(&html[range], &mut out, notes),
            Piece::Text(_) | Piece::Other(_) | Piece::Raw(_) => {}
            Piece::Tag(tag) => {
                let name = html[tag.name.clone()].to_ascii_lowercase();
                if let Some((open, depth)) = &mut inside {
                    if *open == name {
                        *depth = if tag.closing { *depth - 1 } else { *depth + 1 };
                    }
                    if *depth == 0 {
                        inside = None;
                    }
                } else if REMOVED.contains(&name.as_str())
                    || matches!(name.as_str(), "svg" | "math")
                {
                    if !tag.closing {
                        notes.name(&ACTIVE, format!("<{name}>"));
                        let ends = VOID_ELEMENTS.contains(&name.as_str())
                            || html[tag.range.clone()].ends_with("/>");
                        inside = (!ends).then_some((name, 1));
                    }
                } else if !is_accepted(&name, "class") {
                    notes.name(&ELEMENT, format!("<{name}>"));
                } else if tag.closing {
                    out.push_str(&html[tag.range]);
                } else {
                    copy_tag(
                        html,
                        tag.range,
                        &name,
                        scanner.attributes(),
                        &mut out,
                        notes,
                    );
                }
            }
        }
        if out.len() == before {
            part(&mut out);
        }
    }
    out
}

/// Where something was left out, what stood before it must not become markup with what stands behind it: `<<!---->script>`.
fn part(out: &mut String) {
    if out.ends_with('<') {
        out.pop();
        out.push_str("&lt;");
    }
}

/// Delimiters of blocks and breaks stay, remarks go.
fn remark(text: &str, out: &mut String, notes: &mut Notes) {
    let inner = text
        .strip_prefix("<!--")
        .and_then(|text| text.strip_suffix("-->"));
    match inner {
        Some(inner) if is_delimiter(inner) || is_break(inner) => out.push_str(text),
        _ => notes.count(&REMARK),
    }
}

fn is_delimiter(inner: &str) -> bool {
    let inner = inner.trim_start();
    inner.starts_with("wp:") || inner.starts_with("/wp:")
}

fn copy_tag(
    html: &str,
    tag: std::ops::Range<usize>,
    element: &str,
    attributes: &[Attribute],
    out: &mut String,
    notes: &mut Notes,
) {
    let mut copied = tag.start;
    for attribute in attributes {
        let name = html[attribute.name.clone()].to_ascii_lowercase();
        let value = decode(&html[attribute.value.clone()], Within::Attribute);
        let download = element == "a" && name == "download";
        let code = if name.starts_with("on") {
            &EVENT
        } else if !download && !is_accepted(element, &name) {
            &ATTRIBUTE
        } else if is_address(&name) && !has_good_scheme(&value) || is_active_style(&name, &value) {
            &ADDRESS
        } else {
            continue;
        };
        notes.name(code, format!("{name} of <{element}>"));
        out.push_str(html[copied..attribute.name.start].trim_end());
        let end = attribute.value.end.max(attribute.name.end);
        copied = end + usize::from(attribute.quote.is_some());
    }
    out.push_str(&html[copied.min(tag.end)..tag.end]);
}

fn is_address(name: &str) -> bool {
    matches!(
        name,
        "href" | "src" | "cite" | "longdesc" | "poster" | "background" | "usemap"
    )
}

fn has_good_scheme(value: &str) -> bool {
    let bare: String = value
        .chars()
        .filter(|letter| !letter.is_whitespace() && !letter.is_control())
        .collect();
    match bare.find([':', '/', '?', '#']) {
        Some(at) if bare.as_bytes()[at] == b':' => {
            SCHEMES.contains(&bare[..at].to_ascii_lowercase().as_str())
        }
        _ => true,
    }
}

fn is_active_style(name: &str, value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    name == "style" && (value.contains("expression") || value.contains("javascript:"))
}

/// What a number or an address of the old home means at the new one.
pub trait Pictures {
    /// The number of the attachment that had `number`.
    fn number(&mut self, number: u64) -> Option<u64>;
    /// The new address of a page or file; `None` where it stays.
    fn address(&mut self, address: &str) -> Option<String>;
}

/// Numbers and addresses in the delimiters of blocks, in classes (`wp-image-12`) and in `data-id`, as the new home has them. A
/// number that means nothing there is taken out: it would mean somebody else's picture. Addresses in tags are not its business.
#[must_use]
pub fn remap(html: &str, pictures: &mut dyn Pictures) -> String {
    let mut out = String::with_capacity(html.len());
    let mut scanner = Scanner::new(html);
    let mut copied = 0;
    while let Some(piece) = scanner.next_piece() {
        match piece {
            Piece::Other(range) => {
                if let Some(new) = renumbered(&html[range.clone()], pictures) {
                    out.push_str(&html[copied..range.start]);
                    out.push_str(&new);
                    copied = range.end;
                }
            }
            Piece::Tag(_) => {
                let range_of = |name| Some(scanner.attribute(name)?.value.clone());
                let class = range_of("class").map(|range| (range, classes as Change));
                let data_id = range_of("data-id").map(|range| (range, data_id as Change));
                let mut changes = [class, data_id];
                // In the order in which they stand.
                changes.sort_by_key(|change| change.as_ref().map(|(range, _)| range.start));
                for (range, change) in changes.into_iter().flatten() {
                    if let Some(new) = change(&html[range.clone()], pictures) {
                        out.push_str(&html[copied..range.start]);
                        out.push_str(&new);
                        copied = range.end;
                    }
                }
            }
            Piece::Text(_) | Piece::Raw(_) => {}
        }
    }
    out.push_str(&html[copied..]);
    out
}

/// What becomes of the value of an attribute; `None` where it stays.
type Change = fn(&str, &mut dyn Pictures) -> Option<String>;

fn data_id(value: &str, pictures: &mut dyn Pictures) -> Option<String> {
    let new = pictures.number(value.trim().parse().ok()?);
    Some(new.map_or_else(String::new, |new| new.to_string()))
}

fn classes(value: &str, pictures: &mut dyn Pictures) -> Option<String> {
    value.contains("wp-image-").then(|| {
        let new: Vec<String> = value
            .split_ascii_whitespace()
            .filter_map(
                |class| match class.strip_prefix("wp-image-").map(str::parse::<u64>) {
                    Some(Ok(number)) => {
                        pictures.number(number).map(|new| format!("wp-image-{new}"))
                    }
                    _ => Some(class.to_owned()),
                },
            )
            .collect();
        new.join(" ")
    })
}

/// A delimiter with attributes, written anew where something in it changed.
fn renumbered(text: &str, pictures: &mut dyn Pictures) -> Option<String> {
    let inner = text.strip_prefix("<!--")?.strip_suffix("-->")?;
    let before = delimiter::read(inner)?;
    let mut entries = before.attributes.clone();
    if before.shows_media() {
        for key in ["id", "mediaId", "ids", "images"] {
            renumber(key, &mut entries, pictures);
        }
    }
    for value in entries.values_mut() {
        readdress(value, pictures);
    }
    if entries == before.attributes {
        return None;
    }
    // WordPress writes no empty attributes.
    let attributes = match entries.is_empty() {
        true => String::new(),
        false => format!(" {}", written(&Value::Object(entries))),
    };
    let (front, end) = (before.front, before.end);
    Some(format!("<!--{front}{attributes} {end}-->"))
}

fn renumber(key: &str, entries: &mut serde_json::Map<String, Value>, pictures: &mut dyn Pictures) {
    let mut new = |value: &Value| {
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
        pictures.number(number)
    };
    match entries.get_mut(key) {
        Some(Value::Array(list))
            if list.iter().all(|value| value.is_u64() || value.is_string()) =>
        {
            *list = list
                .iter()
                .filter_map(|value| new(value).map(Value::from))
                .collect();
        }
        Some(Value::Array(list)) => {
            for value in list.iter_mut().filter_map(Value::as_object_mut) {
                renumber("id", value, pictures);
            }
        }
        Some(value @ (Value::Number(_) | Value::String(_))) => match new(value) {
            Some(number) => *value = Value::from(number),
            None => {
                entries.remove(key);
            }
        },
        _ => {}
    }
}

fn readdress(value: &mut Value, pictures: &mut dyn Pictures) {
    match value {
        Value::String(text) if text.contains("://") => {
            if let Some(new) = pictures.address(text) {
                *text = new;
            }
        }
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| readdress(value, pictures)),
        Value::Object(entries) => {
            entries
                .values_mut()
                .for_each(|value| readdress(value, pictures));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Pictures, clean, is_blocks, remap};
    use crate::tidy::{For, Notes, tidy};
    use proptest::prelude::*;

    struct Hundred;

    impl Pictures for Hundred {
        fn number(&mut self, number: u64) -> Option<u64> {
            (number < 10).then_some(number + 100)
        }
        fn address(&mut self, address: &str) -> Option<String> {
            let rest = address.strip_prefix("http://old.example/")?;
            Some(format!("http://new.example/{rest}?a=1&b=--"))
        }
    }

    #[test]
    fn blocks_stay_byte_for_byte() {
        let body = "<!-- wp:paragraph {\"align\":\"center\"} -->\n<p class='x'>a  <b>b</b><br>c</p>\n<!-- /wp:paragraph -->\n\n\n<!-- wp:latest-posts /-->\n<!--more-->";
        assert!(is_blocks(body));
        assert_eq!(tidy(body, For::Post).html, body);
        assert!(tidy(body, For::Post).findings.is_empty());
        assert_eq!(crate::body::to_blocks(body, &|_| None), body);
    }

    #[test]
    fn active_content_leaves_blocks_and_is_named() {
        let body = "<!-- wp:html -->\n<p onclick=\"x()\" class=\"k\">a<script>bad('<p>')</script></p><a href=' java\nscript:x'>l</a><iframe src=x>y</iframe><form><input>t</form><!-- mine -->\n<!-- /wp:html -->";
        let tidied = tidy(body, For::Post);
        assert_eq!(
            tidied.html,
            "<!-- wp:html -->\n<p class=\"k\">a</p><a>l</a>t\n<!-- /wp:html -->"
        );
        let codes: Vec<_> = tidied
            .findings
            .iter()
            .map(|finding| &finding.code)
            .collect();
        assert_eq!(codes.len(), 5, "{codes:?}");
    }

    #[test]
    fn numbers_and_addresses_of_pictures_become_those_of_the_new_home() {
        let body = "<!-- wp:gallery {\"ids\":[1,2,77],\"linkTo\":\"none\"} --><figure><!-- wp:image {\"id\":2,\"sizeSlug\":\"large\"} -->\
            <figure class=\"wp-block-image\"><img class=\"wp-image-2 x\" data-id=\"2\" src=\"s\"/></figure><!-- /wp:image --></figure><!-- /wp:gallery -->\
            <!-- wp:cover {\"url\":\"http://old.example/a.jpg\",\"id\":77} --><!-- /wp:cover --><!-- wp:media-text {\"mediaId\":3} --><!-- /wp:media-text -->\
            <!-- wp:block {\"ref\":5} /--><!-- wp:image {\"id\":77} --><img class='wp-image-77'>";
        let new = remap(body, &mut Hundred);
        assert_eq!(
            new,
            "<!-- wp:gallery {\"ids\":[101,102],\"linkTo\":\"none\"} --><figure><!-- wp:image {\"id\":102,\"sizeSlug\":\"large\"} -->\
            <figure class=\"wp-block-image\"><img class=\"wp-image-102 x\" data-id=\"102\" src=\"s\"/></figure><!-- /wp:image --></figure><!-- /wp:gallery -->\
            <!-- wp:cover {\"url\":\"http://new.example/a.jpg?a=1\\u0026b=\\u002d\\u002d\"} --><!-- /wp:cover --><!-- wp:media-text {\"mediaId\":103} --><!-- /wp:media-text -->\
            <!-- wp:block {\"ref\":5} /--><!-- wp:image --><img class=''>"
        );
        assert_eq!(
            remap("<img data-id=\"2\" class=\"wp-image-2\">", &mut Hundred),
            "<img data-id=\"102\" class=\"wp-image-102\">"
        );
    }

    #[test]
    fn what_is_left_out_makes_no_markup_of_its_neighbours() {
        for (html, clean_html) in [
            ("<<!---->script>x</script>", "&lt;script>x"),
            (
                "<<script></script>img onerror=x src=y>",
                "&lt;img onerror=x src=y>",
            ),
            ("1 < 2<!-- remark --> b", "1 < 2 b"),
        ] {
            assert_eq!(clean(html, &mut Notes::default()), clean_html, "{html}");
        }
    }

    const SOUP: &str = "(<(p|a|img|script|/script|/p|svg|iframe|!--|!-- wp:image|!-- /wp:image)( (href|onx|class|src|data-id)(=\"[^\"]{0,8}\"|='[^']{0,8}'|=[a-z:]{0,5}|))*[ /]?(-->|>)?|[a-z<>é&;\"' {}:0-9-]{0,6}){0,12}";

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(html in SOUP) {
            let once = clean(&html, &mut Notes::default());
            prop_assert_eq!(clean(&once, &mut Notes::default()), once);
        }

        #[test]
        fn no_text_makes_it_fall(html in SOUP) {
            let _ = remap(&html, &mut Hundred);
        }
    }
}
