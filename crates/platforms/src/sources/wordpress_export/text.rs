//! Texts inside the elements of an export.

use crate::wire::wxr::cut::children;
use std::borrow::Cow;

/// The text of an element that has no children.
pub(super) fn words_of(element: &str) -> String {
    let wrapped = format!("<w>{element}</w>");
    children(&wrapped)
        .next()
        .map(|child| child.text().into_owned())
        .unwrap_or_default()
}

/// The text without signs that no database takes.
pub(super) fn without_controls<'a>(text: &'a Cow<'a, str>) -> Cow<'a, str> {
    let bad = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    if !text.as_bytes().iter().any(bad) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .filter(|letter| crate::wire::wxr::write::is_xml(*letter))
            .collect(),
    )
}
