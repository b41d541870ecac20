//! Bodies of the classic editor as HTML: its paragraphs are blank lines, its captions and galleries are shortcodes. Bodies that are
//! blocks stay as they are.

use super::index::Index;
use super::posts::number;
use crate::sources::movable_type::text::Breaks;
use blog::{
    body::own_blocks::{self, is_blocks},
    render::GALLERY_CLASS,
};

/// Tags that are paragraphs of their own: WordPress puts a blank line before and behind each.
const BLOCKS: &[&str] = &[
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "div",
    "blockquote",
    "ul",
    "ol",
    "dl",
    "table",
    "pre",
    "hr",
    "address",
    "section",
    "article",
    "form",
    "details",
    "aside",
    "header",
    "footer",
];

/// A shortcode longer than this is none.
const SHORTCODE_BYTES: usize = 8 * 1024;

/// A body as HTML, and what could not be put in it.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) html: String,
    /// Galleries none of whose pictures are in the export.
    pub(super) empty_galleries: usize,
}

/// The HTML of a body as it was saved; `post` is the number of its post.
pub(super) fn to_html(content: &str, post: Option<u64>, index: &Index) -> Body {
    if is_blocks(content) {
        return Body {
            html: content.to_owned(),
            empty_galleries: 0,
        };
    }
    let mut empty_galleries = 0;
    let text = with_shortcodes(content, &mut |name, attributes, inner| match name {
        "caption" | "wp_caption" => Some(caption(attributes, inner)),
        "gallery" => {
            let figures = gallery(attributes, post, index);
            empty_galleries += usize::from(figures.is_none());
            Some(figures.unwrap_or_default())
        }
        "embed" => Some(format!("\n\n{}\n\n", inner.trim())),
        "audio" | "video" => player(name, attributes),
        _ => None,
    });
    let html = Breaks::Lines.to_html(&apart(&text));
    Body {
        html: own_blocks::remap(&html, &mut Nameless),
        empty_galleries,
    }
}

/// A picture of a classic body is known by its address. Its number (`wp-image-12`) would be somebody else's at the new home.
struct Nameless;

impl own_blocks::Pictures for Nameless {
    fn number(&mut self, _: u64) -> Option<u64> {
        None
    }

    fn address(&mut self, _: &str) -> Option<String> {
        None
    }
}

/// The numbers that the galleries of a body name.
pub(super) fn gallery_ids(content: &str) -> Vec<u64> {
    let mut ids = Vec::new();
    if content.contains("[gallery") {
        with_shortcodes(content, &mut |name, attributes, _| {
            if name == "gallery" {
                ids.extend(named_ids(attributes));
            }
            None
        });
    }
    ids
}

fn named_ids(attributes: &str) -> Vec<u64> {
    ["ids", "include"]
        .iter()
        .find_map(|name| attribute(attributes, name))
        .map(|list| list.split(',').filter_map(number).collect())
        .unwrap_or_default()
}

/// The pictures that a gallery names, or those attached to its post.
fn gallery(attributes: &str, post: Option<u64>, index: &Index) -> Option<String> {
    let named = named_ids(attributes);
    let of = attribute(attributes, "id")
        .and_then(|id| number(&id))
        .or(post);
    let left_out: Vec<u64> = attribute(attributes, "exclude")
        .map(|list| list.split(',').filter_map(number).collect())
        .unwrap_or_default();
    let ids: Vec<u64> = if named.is_empty() {
        of.map(|of| {
            index
                .pictures_of(of)
                .filter(|id| !left_out.contains(id))
                .collect()
        })
        .unwrap_or_default()
    } else {
        named
            .into_iter()
            .filter(|id| index.has_attachment(*id))
            .collect()
    };
    let figures: String = ids
        .iter()
        .map(|id| {
            format!(
                "<figure><img src=\"{}\"></figure>",
                escaped(&index.attachment_address(*id))
            )
        })
        .collect();
    (!figures.is_empty())
        .then(|| format!("\n\n<figure class=\"{GALLERY_CLASS}\">{figures}</figure>\n\n"))
}

/// A picture with its caption: old ones in an attribute, newer ones behind the picture.
fn caption(attributes: &str, inner: &str) -> String {
    let inner = inner.trim();
    let end = ["</a>", "/>", ">"]
        .iter()
        .find_map(|end| {
            let picture = inner.find("<img")?;
            let at = inner[picture..].find(end)? + picture + end.len();
            (*end != "</a>" || inner.starts_with("<a")).then_some(at)
        })
        .unwrap_or(0);
    let (picture, behind) = inner.split_at(end);
    let words = match attribute(attributes, "caption") {
        Some(words) => words,
        None => behind.trim().to_owned(),
    };
    let align = attribute(attributes, "align").unwrap_or_default();
    let class: String = align
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .collect();
    let class = if class.is_empty() {
        String::new()
    } else {
        format!(" class=\"{class}\"")
    };
    format!("\n\n<figure{class}>{picture}<figcaption>{words}</figcaption></figure>\n\n")
}

/// `[audio src=…]`, `[audio mp3=…]`, `[video mp4=…]`.
fn player(name: &str, attributes: &str) -> Option<String> {
    let address = [
        "src", "mp3", "m4a", "ogg", "wav", "mp4", "m4v", "webm", "ogv", "wmv", "flv",
    ]
    .iter()
    .find_map(|kind| attribute(attributes, kind))
    .filter(|address| address.starts_with("http"))?;
    Some(format!(
        "\n\n<figure><{name} controls src=\"{}\"></{name}></figure>\n\n",
        escaped(&address)
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

/// The text with shortcodes replaced where `change` answers; `[[…]]` is one that was escaped and stays.
fn with_shortcodes(
    text: &str,
    change: &mut dyn FnMut(&str, &str, &str) -> Option<String>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('[')) {
        let open = at + found;
        at = open + 1;
        let Some(code) = shortcode(text, open) else {
            continue;
        };
        at = code.end;
        if let Some(new) = change(code.name, code.attributes, code.inner) {
            out.push_str(&text[copied..open]);
            out.push_str(&new);
            copied = code.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

struct Shortcode<'a> {
    name: &'a str,
    attributes: &'a str,
    inner: &'a str,
    end: usize,
}

fn shortcode(text: &str, open: usize) -> Option<Shortcode<'_>> {
    let rest = &text[open + 1..];
    let length = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        .count();
    let name = &rest[..length];
    let known = [
        "caption",
        "wp_caption",
        "gallery",
        "embed",
        "audio",
        "video",
    ];
    if !known.contains(&name) || text[..open].ends_with('[') {
        return None;
    }
    let close = rest.as_bytes()[length..]
        .iter()
        .take(SHORTCODE_BYTES)
        .position(|byte| *byte == b']')?
        + length;
    let attributes = &rest[length..close];
    let behind = open + 1 + close + 1;
    let wraps = matches!(name, "caption" | "wp_caption" | "embed") && !attributes.ends_with('/');
    if !wraps {
        // A player may be closed right behind; nothing stands between.
        let closing = format!("[/{name}]");
        let end = if text[behind..].starts_with(&closing) {
            behind + closing.len()
        } else {
            behind
        };
        return Some(Shortcode {
            name,
            attributes,
            inner: "",
            end,
        });
    }
    let closing = format!("[/{name}]");
    let inner = text[behind..].find(&closing)?;
    Some(Shortcode {
        name,
        attributes,
        inner: &text[behind..behind + inner],
        end: behind + inner + closing.len(),
    })
}

/// The value of an attribute of a shortcode.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut from = 0;
    while let Some(found) = attributes[from..].find(name) {
        let start = from + found;
        from = start + name.len();
        let begins = attributes[..start]
            .chars()
            .next_back()
            .is_some_and(|before| before.is_whitespace());
        let Some(value) = attributes[from..].trim_start().strip_prefix('=') else {
            continue;
        };
        if !begins {
            continue;
        }
        let value = value.trim_start();
        let quote = value.chars().next()?;
        let value = if quote == '"' || quote == '\'' {
            value[1..].split(quote).next()?
        } else {
            value.split_whitespace().next()?
        };
        return Some(value.to_owned());
    }
    None
}

/// The text with blocks on lines of their own, as WordPress does it before it makes paragraphs.
fn apart(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(text.len() + 64);
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let open = at + found;
        at = open + 1;
        let rest = &text[at..];
        let closing = rest.starts_with('/');
        let name: String = rest[usize::from(closing)..]
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        if !BLOCKS.contains(&name.as_str()) {
            continue;
        }
        let Some(end) = rest.find('>').map(|end| at + end + 1) else {
            break;
        };
        if closing || name == "hr" {
            out.push_str(&text[copied..end]);
            out.push_str("\n\n");
            copied = end;
            at = end;
        } else {
            out.push_str(&text[copied..open]);
            out.push_str("\n\n");
            copied = open;
            // What stands in `pre` is nobody's paragraph.
            at = match (name.as_str(), rest.find("</pre>")) {
                ("pre", Some(close)) => at + close,
                _ => end,
            };
        }
    }
    out.push_str(&text[copied..]);
    out
}
