//! Every address of a text that stands in a WordPress, not only those in tags: those in the attributes of blocks ([`in_blocks`]) and
//! those that WordPress itself makes a link or a card of ([`plain`]). Texts that are changed in their place must not keep half of them.

mod in_blocks;
mod plain;

use super::references::{self, Reference};

/// What a text is: WordPress makes links of other addresses in a post than in a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextOf {
    /// A post, page, menu or pattern: an address alone on its line becomes a card.
    Post,
    /// A comment: every address becomes a link.
    Comment,
    /// No text but one address, such as that of an entry in a menu.
    Address,
}

/// Everything that `text` refers to: tags first, then blocks, then plain addresses. What stands in a block is told as an element named
/// after it (`wp:cover`), a plain address as one without a name.
#[must_use]
pub fn references_everywhere(text: &str, of: TextOf) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut keep = |reference: &Reference| {
        found.push(reference.clone());
        None
    };
    let _ = rewrite_everywhere(text, of, &mut keep);
    found
}

/// Replaces addresses as [`super::rewrite`] does, in all these places. The attributes of blocks are written as WordPress writes them.
#[must_use]
pub fn rewrite_everywhere(
    text: &str,
    of: TextOf,
    change: &mut dyn FnMut(&Reference) -> Option<String>,
) -> String {
    if of == TextOf::Address {
        return plain::address(text, change);
    }
    let text = references::rewrite(text, change);
    let text = in_blocks::rewrite(&text, change);
    plain::rewrite(&text, of, change)
}

/// A text with some places replaced; they rise.
fn replaced(text: &str, places: Vec<(std::ops::Range<usize>, String)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (place, new) in places {
        out.push_str(&text[copied..place.start]);
        out.push_str(&new);
        copied = place.end;
    }
    out + &text[copied..]
}

#[cfg(test)]
mod tests;
