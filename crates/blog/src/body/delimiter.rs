//! The delimiter of a block: `<!-- wp:image {"id":12} -->`. The one reader of what it says.

use serde_json::{Map, Value};
use std::ops::Range;

/// Blocks that show the media that their attributes name.
const SHOW: &[&str] = &[
    "image",
    "cover",
    "media-text",
    "gallery",
    "file",
    "audio",
    "video",
    "site-logo",
    "slideshow",
    "tiled-gallery",
];

/// A delimiter that has attributes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Delimiter<'a> {
    /// What stands before the attributes, from behind `<!--`.
    pub(super) front: &'a str,
    /// `image`, `core/image`, `jetpack/slideshow`.
    pub(super) name: &'a str,
    pub(super) attributes: Map<String, Value>,
    /// Where the attributes stand, from behind `<!--`.
    pub(super) written: Range<usize>,
    /// What stands behind the attributes, up to `-->`: `/` for a block without content.
    pub(super) end: &'a str,
}

/// Reads what stands between `<!--` and `-->`.
pub(super) fn read(inner: &str) -> Option<Delimiter<'_>> {
    let start = inner.find('{')?;
    let end = inner.rfind('}')? + 1;
    let front = inner[..start].trim_end();
    let name = front.trim_start().strip_prefix("wp:")?;
    let name = name.split_ascii_whitespace().next()?;
    Some(Delimiter {
        front,
        name,
        attributes: serde_json::from_str(inner.get(start..end)?).ok()?,
        written: start..end,
        end: inner[end..].trim(),
    })
}

impl Delimiter<'_> {
    /// Whether the block shows media that its attributes name.
    pub(super) fn shows_media(&self) -> bool {
        let name = self.name.rsplit('/').next().unwrap_or(self.name);
        SHOW.contains(&name)
    }

    /// In the one form that all spellings have in common: WordPress writes the attributes anew when it saves, with `&amp;` for `&`.
    pub(super) fn folded(&self) -> String {
        let mut attributes = Value::Object(self.attributes.clone());
        unescape(&mut attributes);
        let name = self.name.strip_prefix("core/").unwrap_or(self.name);
        format!("wp:{name} {attributes} {}", self.end)
            .trim_end()
            .to_owned()
    }
}

fn unescape(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace("&amp;", "&"),
        Value::Array(values) => values.iter_mut().for_each(unescape),
        Value::Object(entries) => {
            entries.values_mut().for_each(unescape);
            // Its order says nothing.
            entries.sort_keys();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn spellings_of_one_delimiter_are_one() {
        let folded = |inner: &str| read(inner).map(|found| found.folded());
        let plain = folded(" wp:image {\"id\":1,\"alt\":\"a & b — c\"} ");
        assert!(plain.is_some());
        for other in [
            " wp:image {\"alt\":\"a \\u0026amp; b \\u2014 c\",\"id\":1}  ",
            "wp:core/image { \"id\" : 1, \"alt\": \"a &amp; b \\u2014 c\" }",
        ] {
            assert_eq!(folded(other), plain, "{other}");
        }
        for different in [
            " wp:image {\"id\":2,\"alt\":\"a & b — c\"} ",
            " wp:image {\"id\":1,\"alt\":\"a & b — c\"} /",
            " wp:cover {\"id\":1,\"alt\":\"a & b — c\"} ",
        ] {
            assert_ne!(folded(different), plain, "{different}");
        }
        for none in [" wp:image ", "more {}", " wp:image {\"id\":} "] {
            assert_eq!(folded(none), None, "{none}");
        }
    }
}
