//! What a body refers to: pictures, links, files. A linear scan over tags, no tree; also the rewriter.

use super::characters::{Within, decode, escape_value};
use super::scan::{Attribute, Piece, Scanner};
use std::borrow::Cow;

/// What describes an address (`alt`, `title`, `rel`, the link around) is copied to each address it describes; longer ones are
/// left out, so that no body grows beyond measure while it is read.
const DESCRIPTION_BYTES_MAX: usize = 4096;

/// One `srcset` or `style` names at most this many addresses; browsers know no more than a dozen sizes either.
const ADDRESSES_PER_VALUE_MAX: usize = 64;

/// At most this many pictures in one link are told about it.
const PICTURES_PER_LINK_MAX: usize = 256;

/// One address in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// How it is used.
    pub kind: ReferenceKind,
    /// The address as written, character references decoded once.
    pub address: String,
    /// Name of the element, lower case (`img`, `a`, …).
    pub element: String,
    /// For a picture: the `href` of the link around it.
    pub link_around: Option<String>,
    /// `rel` of the element, or of the link around a picture.
    pub rel: Option<String>,
    /// `alt`.
    pub alt: Option<String>,
    /// `title`.
    pub title: Option<String>,
}

/// How an address is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceKind {
    /// `img src` (also `input type=image`, `data-src`, `background`).
    Picture,
    /// One candidate of a `srcset`.
    SourceSet,
    /// `a href`, `area href`.
    Link,
    /// `video poster`.
    Poster,
    /// `audio`, `video`, `source`, `embed`, `object data`, `iframe src`.
    Embed,
    /// `url(…)` in a `style` attribute.
    Style,
}

/// Everything `html` refers to, in document order.
#[must_use]
pub fn references(html: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    walk(html, None, &mut |reference| {
        found.push(reference.clone());
        None
    });
    found
}

/// Replaces addresses: `change` answers the new address or `None` to leave one as it is. All bytes outside changed attribute
/// values stay as they are.
#[must_use]
pub fn rewrite(html: &str, change: &mut dyn FnMut(&Reference) -> Option<String>) -> String {
    let mut written = String::with_capacity(html.len());
    walk(html, Some(&mut written), change);
    written
}

/// The link that is open around the place the scan has reached.
struct OpenLink {
    href: Option<String>,
    rel: Option<String>,
    uses: usize,
}

fn walk(
    html: &str,
    mut written: Option<&mut String>,
    change: &mut dyn FnMut(&Reference) -> Option<String>,
) {
    let mut scanner = Scanner::new(html);
    let mut link: Option<OpenLink> = None;
    let mut copied = 0;
    while let Some(piece) = scanner.next_piece() {
        let Piece::Tag(tag) = piece else { continue };
        let name = &html[tag.name];
        if tag.closing {
            if name.eq_ignore_ascii_case("a") {
                link = None;
            }
            continue;
        }
        let element = lower(name);
        if element == "a" {
            link = Some(OpenLink {
                href: describing(html, &scanner, "href"),
                rel: describing(html, &scanner, "rel"),
                uses: 0,
            });
        }
        let mut seen: Vec<Cow<str>> = Vec::new();
        for attribute in scanner.attributes() {
            let attribute_name = lower(&html[attribute.name.clone()]);
            if attribute.value.is_empty() || seen.contains(&attribute_name) {
                continue;
            }
            let Some(shape) = shape(&element, &attribute_name, html, &scanner) else {
                continue;
            };
            let described = describe(html, &scanner, &element, shape, link.as_mut());
            seen.push(attribute_name);
            let value = decode(&html[attribute.value.clone()], Within::Attribute);
            let Some(new) = changed(&value, described, change) else {
                continue;
            };
            if let Some(written) = written.as_deref_mut() {
                written.push_str(&html[copied..attribute.value.start]);
                push_value(written, &new, attribute);
                copied = attribute.value.end;
            }
        }
    }
    if let Some(written) = written {
        written.push_str(&html[copied..]);
    }
}

/// How `attribute` of `element` refers to something, if it does.
fn shape(element: &str, attribute: &str, html: &str, scanner: &Scanner) -> Option<ReferenceKind> {
    use ReferenceKind::{Embed, Link, Picture, Poster, SourceSet, Style};
    Some(match (element, attribute) {
        ("img" | "image", "src" | "data-src" | "lowsrc") | (_, "background") => Picture,
        ("input", "src") => {
            let kind = value_of(html, scanner, "type")?;
            kind.trim()
                .eq_ignore_ascii_case("image")
                .then_some(Picture)?
        }
        ("img" | "image" | "source", "srcset" | "data-srcset") => SourceSet,
        ("a" | "area", "href") => Link,
        ("video", "poster") => Poster,
        ("audio" | "video" | "source" | "embed" | "iframe" | "frame" | "track", "src")
        | ("object", "data") => Embed,
        (_, "style") => Style,
        _ => return None,
    })
}

/// A reference of this element with everything but the address.
fn describe(
    html: &str,
    scanner: &Scanner,
    element: &str,
    kind: ReferenceKind,
    link: Option<&mut OpenLink>,
) -> Reference {
    let around = link.filter(|link| element != "a" && link.uses < PICTURES_PER_LINK_MAX);
    let (link_around, link_rel) = around.map_or((None, None), |link| {
        link.uses += 1;
        (link.href.clone(), link.rel.clone())
    });
    Reference {
        kind,
        address: String::new(),
        element: element.to_owned(),
        link_around,
        rel: describing(html, scanner, "rel").or(link_rel),
        alt: describing(html, scanner, "alt"),
        title: describing(html, scanner, "title"),
    }
}

/// An attribute that describes an address, unless it is too long to be copied along.
fn describing(html: &str, scanner: &Scanner, name: &str) -> Option<String> {
    let attribute = scanner.attribute(name)?;
    (attribute.value.len() <= DESCRIPTION_BYTES_MAX)
        .then(|| decode(&html[attribute.value.clone()], Within::Attribute).into_owned())
}

/// The whole decoded value with changed addresses, or `None` where nothing changed.
fn changed(
    value: &str,
    mut reference: Reference,
    change: &mut dyn FnMut(&Reference) -> Option<String>,
) -> Option<String> {
    let (places, clean): (_, fn(&str) -> String) = match reference.kind {
        ReferenceKind::SourceSet => (source_set(value), clean_candidate),
        ReferenceKind::Style => (style_addresses(value), clean_style_address),
        _ => {
            reference.address = value.to_owned();
            return change(&reference);
        }
    };
    let mut new = String::new();
    let mut copied = 0;
    for place in places.into_iter().take(ADDRESSES_PER_VALUE_MAX) {
        reference.address.clear();
        reference.address.push_str(&value[place.clone()]);
        if let Some(address) = change(&reference) {
            new.push_str(&value[copied..place.start]);
            new.push_str(&clean(&address));
            copied = place.end;
        }
    }
    (copied > 0).then(|| new + &value[copied..])
}

/// Where the addresses of a `srcset` stand: each candidate is an address, white space, a descriptor and a comma.
fn source_set(value: &str) -> Vec<std::ops::Range<usize>> {
    let mut places = Vec::new();
    let mut at = 0;
    while at < value.len() {
        let rest = &value[at..];
        let start = at + (rest.len() - rest.trim_start_matches(is_gap_or_comma).len());
        let length = value[start..]
            .find(|character: char| character.is_ascii_whitespace())
            .unwrap_or(value.len() - start);
        let address = value[start..start + length].trim_end_matches(',');
        let ended = address.len() < length;
        if !address.is_empty() {
            places.push(start..start + address.len());
        }
        at = start + length;
        if !ended {
            at = value[at..]
                .find(',')
                .map_or(value.len(), |comma| at + comma + 1);
        }
    }
    places
}

fn is_gap_or_comma(character: char) -> bool {
    character.is_ascii_whitespace() || character == ','
}

/// A `srcset` has no quotes: what would end the address is percent-encoded.
fn clean_candidate(address: &str) -> String {
    let mut clean = String::with_capacity(address.len());
    let outer = address.trim_matches(',').len() != address.len();
    for character in address.chars() {
        match character {
            ',' if outer => clean.push_str("%2C"),
            ' ' | '\t' | '\n' | '\r' | '\x0c' => clean.push_str("%20"),
            other => clean.push(other),
        }
    }
    clean
}

/// Where the addresses of `url(…)` stand in a style, without quotes.
fn style_addresses(style: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = style.as_bytes();
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'(', &bytes[at..]) {
        let open = at + found;
        at = open + 1;
        if open < 3 || !bytes[open - 3..open].eq_ignore_ascii_case(b"url") {
            continue;
        }
        let start = at
            + bytes[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
        let (start, end) = match bytes.get(start) {
            Some(&quote @ (b'"' | b'\'')) => {
                let from = start + 1;
                let Some(length) = memchr::memchr(quote, &bytes[from..]) else {
                    return places;
                };
                (from, from + length)
            }
            _ => {
                let Some(length) = memchr::memchr(b')', &bytes[start..]) else {
                    return places;
                };
                let address = style[start..start + length].trim_end();
                (start, start + address.len())
            }
        };
        if end > start {
            places.push(start..end);
        }
        at = end;
    }
    places
}

/// Quotes, brackets and gaps would end an address in a style: they are percent-encoded.
fn clean_style_address(address: &str) -> String {
    let mut clean = String::with_capacity(address.len());
    for character in address.chars() {
        match character {
            '"' | '\'' | '(' | ')' | '\\' | ' ' | '\t' | '\n' | '\r' | '\x0c' => {
                clean.push_str(&format!("%{:02X}", u32::from(character)));
            }
            other => clean.push(other),
        }
    }
    clean
}

/// Writes a new value for `attribute`, with quotes where it had none.
fn push_value(written: &mut String, value: &str, attribute: &Attribute) {
    match attribute.quote {
        Some(quote) => written.push_str(&escape_value(value, char::from(quote))),
        None => {
            written.push('"');
            written.push_str(&escape_value(value, '"'));
            written.push('"');
        }
    }
}

/// The decoded value of the attribute `name` of the tag scanned last.
fn value_of<'a>(html: &'a str, scanner: &Scanner, name: &str) -> Option<Cow<'a, str>> {
    let attribute = scanner.attribute(name)?;
    Some(decode(&html[attribute.value.clone()], Within::Attribute))
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reference, ReferenceKind, references, rewrite};
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn addresses(html: &str) -> Vec<(ReferenceKind, String)> {
        references(html)
            .into_iter()
            .map(|reference| (reference.kind, reference.address))
            .collect()
    }

    #[test]
    fn a_picture_in_a_link_knows_the_link_and_its_join() {
        let html = r#"<a href="http://x/full" rel="WLPP;url=http://x/full;cnsid=cns&#033;4F1B&#033;200"><IMG alt=Rose SRC=http://x/thumb></a><img src=b>"#;
        let found = references(html);
        assert_eq!(found.len(), 3);
        assert_eq!(found[1].link_around.as_deref(), Some("http://x/full"));
        assert_eq!(
            found[1].rel.as_deref(),
            Some("WLPP;url=http://x/full;cnsid=cns!4F1B!200")
        );
        assert_eq!(found[1].alt.as_deref(), Some("Rose"));
        assert_eq!(found[2].link_around, None);
    }

    #[test]
    fn every_kind_of_address_is_found() {
        use ReferenceKind::{Embed, Link, Picture, Poster, SourceSet, Style};
        let html = "<table background='bg.gif'><img data-src=l.png src=s.png srcset='a,b.png 1x, c.png 2x'>\
            <p style=\"background:URL( 'u v.png' ) , url(w.png)\"><video poster=p.jpg src=v.mp4><object data=o.swf>\
            <input type=IMAGE src=i.gif><input src=no><area href=ar><script>'<img src=no>'</script><!--<img src=no>-->";
        assert_eq!(
            addresses(html),
            [
                (Picture, "bg.gif".into()),
                (Picture, "l.png".into()),
                (Picture, "s.png".into()),
                (SourceSet, "a,b.png".into()),
                (SourceSet, "c.png".into()),
                (Style, "u v.png".into()),
                (Style, "w.png".into()),
                (Poster, "p.jpg".into()),
                (Embed, "v.mp4".into()),
                (Embed, "o.swf".into()),
                (Picture, "i.gif".into()),
                (Link, "ar".into()),
            ]
        );
    }

    #[test]
    fn only_the_changed_value_is_written_anew() {
        let html = "<A HREF=old  Title='x'>é</a > <img src='old' alt=\"a'b\"> & <a href=other>";
        let new = rewrite(html, &mut |reference: &Reference| {
            (reference.address == "old").then(|| "n?a=1&b='\"".to_owned())
        });
        assert_eq!(
            new,
            "<A HREF=\"n?a=1&amp;b='&quot;\"  Title='x'>é</a > <img src='n?a=1&amp;b=&#039;\"' alt=\"a'b\"> & <a href=other>"
        );
    }

    #[test]
    fn an_attribute_without_value_is_left_alone() {
        let html = "<a href>x</a><img src= >";
        assert_eq!(rewrite(html, &mut |_| Some("new".into())), html);
    }

    #[test]
    fn one_candidate_of_a_source_set_can_change_alone() {
        let html = r#"<img srcset="a.png 1x,b.png 2x, c.png">"#;
        let new = rewrite(html, &mut |reference| {
            (reference.address == "b.png").then(|| "x y.png".to_owned())
        });
        assert_eq!(new, r#"<img srcset="a.png 1x,x%20y.png 2x, c.png">"#);
    }

    #[test]
    fn hostile_markup_costs_no_more_than_its_length() {
        let count = 1 << 20;
        let bodies = [
            "<".repeat(count),
            "\"'".repeat(count / 2),
            "<a \"".repeat(count / 4),
            "<a href='".repeat(count / 9),
            "<!--".repeat(count / 4),
            "<script>".repeat(count / 8),
            format!(
                "<img {}{}>",
                "x=1 ".repeat(count / 8),
                "style=a ".repeat(count / 16)
            ),
            format!(
                "<a href={}>{}",
                "x".repeat(count / 2),
                "<img src=a>".repeat(count / 22)
            ),
            format!(
                "<img title={} srcset='{}'>",
                "x".repeat(count / 2),
                "a 1x,".repeat(count / 10)
            ),
            "&".repeat(count),
            format!("<p style='{}'>", "url(".repeat(count / 4)),
            format!("<p style='{}'>", "url('".repeat(count / 5)),
        ];
        for body in bodies {
            let start = Instant::now();
            let found = references(&body);
            let same = rewrite(&body, &mut |_| None);
            assert_eq!(same, body);
            assert!(
                start.elapsed() < Duration::from_secs(4),
                "{:.20} took {:?}, {} found",
                body,
                start.elapsed(),
                found.len()
            );
        }
    }

    const SOUP: &str = "(<(a|img|p|A|video|script|/a|/script|!--|td|source|!\\[CDATA\\[)( (href|src|srcset|style|title|rel|background|poster)(='[^']{0,12}'|=\"[^\"]{0,12}\"|=[a-z./]{0,8}|))*[ /]?>?|[a-z<>é中&;\"' -]{0,6}){0,12}";

    proptest! {
        #[test]
        fn leaving_everything_as_it_is_changes_no_byte(html in SOUP) {
            prop_assert_eq!(rewrite(&html, &mut |_| None), html);
        }

        #[test]
        fn what_is_rewritten_reads_back(html in SOUP, tail in "[a-z0-9&=;?#./%-]{0,20}") {
            let new = format!("http://new.example/{tail}x");
            let rewritten = rewrite(&html, &mut |_| Some(new.clone()));
            let before = references(&html);
            let after = references(&rewritten);
            prop_assert_eq!(before.len(), after.len());
            for (before, after) in before.iter().zip(&after) {
                prop_assert_eq!(&after.address, &new);
                prop_assert_eq!(before.kind, after.kind);
            }
        }
    }
}
