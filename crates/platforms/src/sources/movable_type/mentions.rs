//! What a body mentions: a quick look at the few tags that carry addresses, over borrowed text. Surveys of gigabytes use it,
//! and the move uses the same, so that both count the same pictures. Rare forms (`srcset`, `style`) are left to
//! `blog::body::references`.

use super::text::unescape_attribute;
use blog::body::{ReferenceKind, references};
use std::borrow::Cow;

/// A longer value is no address; a quote that is never closed must not cost a look at the whole text each time.
const VALUE_BYTES: usize = 8 * 1024;

/// One address in a body that may be a picture or file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources) struct Mention<'a> {
    pub(in crate::sources) address: Cow<'a, str>,
    pub(in crate::sources) use_as: Use,
    pub(in crate::sources) alt: Option<Cow<'a, str>>,
    pub(in crate::sources) title: Option<Cow<'a, str>>,
}

/// How an address is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sources) enum Use {
    /// Shown in the text.
    Picture,
    /// `audio`, `video`, `source`.
    Player,
    /// `embed`, `object`.
    Embed,
    /// A link around words.
    Link,
    /// A link around a picture.
    LinkAroundPicture,
}

/// Puts what `html` mentions into `found`, in document order.
pub(in crate::sources) fn collect<'a>(html: &'a str, found: &mut Vec<Mention<'a>>) {
    let bytes = html.as_bytes();
    let mut open_link: Option<usize> = None;
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'<', &bytes[at..]) {
        let start = at + next + 1;
        at = start;
        let Some(first) = bytes.get(start) else { break };
        match first.to_ascii_lowercase() {
            b'!' if html[start..].starts_with("!--") => at = after(bytes, start + 3, b"-->"),
            b'/' if matches!(name(bytes, start + 1), b"a" | b"A") => open_link = None,
            b'a' | b'i' | b'v' | b's' | b'e' | b'o' => {
                let name = name(bytes, start);
                let Some(use_as) = use_of(name) else {
                    if name.eq_ignore_ascii_case(b"script") || name.eq_ignore_ascii_case(b"style") {
                        at = after_close(bytes, start, name);
                    }
                    continue;
                };
                let Some((mention, end)) = tag(html, start + name.len(), use_as) else {
                    at = start;
                    continue;
                };
                at = end;
                if use_as == Use::Link {
                    open_link = mention.is_some().then_some(found.len());
                } else if let Some(link) = open_link.filter(|_| use_as == Use::Picture) {
                    found[link].use_as = Use::LinkAroundPicture;
                }
                found.extend(mention);
            }
            _ => {}
        }
    }
    rare_forms(html, found);
}

fn use_of(name: &[u8]) -> Option<Use> {
    const NAMES: [(&[u8], Use); 10] = [
        (b"img", Use::Picture),
        (b"a", Use::Link),
        (b"image", Use::Picture),
        (b"area", Use::Link),
        (b"input", Use::Picture),
        (b"video", Use::Player),
        (b"audio", Use::Player),
        (b"source", Use::Player),
        (b"embed", Use::Embed),
        (b"object", Use::Embed),
    ];
    NAMES
        .iter()
        .find(|(known, _)| name.eq_ignore_ascii_case(known))
        .map(|(_, use_as)| *use_as)
}

/// Reads the attributes of a tag; answers what it mentions and where it ends. `None` where it never ends.
fn tag(html: &str, from: usize, use_as: Use) -> Option<(Option<Mention<'_>>, usize)> {
    let bytes = html.as_bytes();
    let wanted: &[u8] = match use_as {
        Use::Link | Use::LinkAroundPicture => b"href",
        _ => b"src",
    };
    let (mut address, mut lazy, mut alt, mut title, mut image_button) =
        (None, None, None, None, true);
    let is_input = bytes[..from]
        .last_chunk::<5>()
        .is_some_and(|name| name.eq_ignore_ascii_case(b"input"));
    let mut at = from;
    loop {
        while bytes
            .get(at)
            .is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/')
        {
            at += 1;
        }
        match bytes.get(at)? {
            b'>' => {
                at += 1;
                break;
            }
            b'<' => break,
            _ => {}
        }
        let (name, value, end) = attribute(html, at)?;
        at = end;
        let name = name.as_bytes();
        let slot = if name.eq_ignore_ascii_case(wanted)
            || (use_as == Use::Embed && name.eq_ignore_ascii_case(b"data"))
        {
            &mut address
        } else if name.eq_ignore_ascii_case(b"data-src") {
            &mut lazy
        } else if name.eq_ignore_ascii_case(b"alt") {
            &mut alt
        } else if name.eq_ignore_ascii_case(b"title") {
            &mut title
        } else {
            if is_input && name.eq_ignore_ascii_case(b"type") {
                image_button = value.eq_ignore_ascii_case("image");
            }
            continue;
        };
        if slot.is_none() && !value.trim().is_empty() {
            *slot = Some(value);
        }
    }
    let address = lazy
        .filter(|_| use_as == Use::Picture)
        .or(address)
        .filter(|_| image_button);
    let mention = address.map(|address| Mention {
        address: unescape_attribute(address.trim()),
        use_as,
        alt: alt.map(unescape_attribute),
        title: title.map(unescape_attribute),
    });
    Some((mention, at))
}

/// One attribute: name, value as written, where it ends.
fn attribute(html: &str, from: usize) -> Option<(&str, &str, usize)> {
    let bytes = html.as_bytes();
    let length = bytes[from..]
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'>' | b'/' | b'<'));
    // A stray `=` is read as a name, as browsers do, so that the scan always moves on.
    let name_end = from + length?.max(1);
    let name_end = (name_end..=bytes.len()).find(|end| html.is_char_boundary(*end))?;
    let mut at = name_end;
    while bytes.get(at)?.is_ascii_whitespace() {
        at += 1;
    }
    if bytes[at] != b'=' {
        return Some((&html[from..name_end], "", name_end));
    }
    at += 1;
    while bytes.get(at)?.is_ascii_whitespace() {
        at += 1;
    }
    let quote = bytes[at];
    if quote == b'"' || quote == b'\'' {
        let reach = bytes.len().min(at + 1 + VALUE_BYTES);
        let end = at + 1 + memchr::memchr(quote, &bytes[at + 1..reach])?;
        return Some((&html[from..name_end], &html[at + 1..end], end + 1));
    }
    let length = bytes[at..]
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || *byte == b'>')?;
    Some((&html[from..name_end], &html[at..at + length], at + length))
}

fn name(bytes: &[u8], start: usize) -> &[u8] {
    let length = bytes[start..]
        .iter()
        .take(16)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    &bytes[start..start + length]
}

fn after(bytes: &[u8], from: usize, mark: &[u8]) -> usize {
    bytes
        .get(from..)
        .and_then(|rest| memchr::memmem::find(rest, mark))
        .map_or(bytes.len(), |at| from + at + mark.len())
}

fn after_close(bytes: &[u8], from: usize, name: &[u8]) -> usize {
    memchr::memmem::find_iter(&bytes[from..], b"</")
        .map(|at| from + at + 2)
        .find(|at| {
            bytes
                .get(*at..at + name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name))
        })
        .unwrap_or(bytes.len())
}

/// `srcset`, `poster`, `background` and `url(…)` are rare in these exports and are read by the careful scanner.
fn rare_forms(html: &str, found: &mut Vec<Mention<'_>>) {
    let rare = [&b"srcset"[..], b"url(", b"poster", b"background="];
    if !rare
        .iter()
        .any(|word| memchr::memmem::find(html.as_bytes(), word).is_some())
    {
        return;
    }
    for reference in references(html) {
        let picture = !matches!(reference.kind, ReferenceKind::Link | ReferenceKind::Embed);
        if picture
            && !found
                .iter()
                .any(|mention| mention.address == reference.address)
        {
            found.push(Mention {
                address: Cow::Owned(reference.address),
                use_as: Use::Picture,
                alt: reference.alt.map(Cow::Owned),
                title: None,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Use, collect};
    use proptest::prelude::*;

    fn seen(html: &str) -> Vec<(String, Use)> {
        let mut found = Vec::new();
        collect(html, &mut found);
        found
            .into_iter()
            .map(|mention| (mention.address.into_owned(), mention.use_as))
            .collect()
    }

    #[test]
    fn pictures_links_and_players_are_seen_in_every_spelling() {
        let html = r#"<p><A class=x HREF='a.jpg'><IMG alt="a > b" src = "t.jpg" /></A> <a href=b.pdf>b</a>
            <video src=v.mp4></video><object data="o.swf"><img data-src=real.png src=blank.gif><img src="x?a&amp;b=1">"#;
        assert_eq!(
            seen(html),
            [
                ("a.jpg".to_owned(), Use::LinkAroundPicture),
                ("t.jpg".to_owned(), Use::Picture),
                ("b.pdf".to_owned(), Use::Link),
                ("v.mp4".to_owned(), Use::Player),
                ("o.swf".to_owned(), Use::Embed),
                ("real.png".to_owned(), Use::Picture),
                ("x?a&b=1".to_owned(), Use::Picture),
            ]
        );
    }

    #[test]
    fn comments_and_scripts_mention_nothing() {
        assert!(
            seen("<!-- <img src=a> --><script>'<img src=b>'</script><style><img src=c></style>")
                .is_empty()
        );
    }

    #[test]
    fn a_tag_that_never_ends_hides_nothing_behind_it() {
        assert_eq!(
            seen("<a href=\"x <img src=y>"),
            [("y".to_owned(), Use::Picture)]
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(html in "[a-z<>/='\" é!-]{0,200}|(<img |<a |href=|src=|\"|'|>|</a>|é|<!--|-->|=){0,40}") {
            seen(&html);
        }
    }
}
