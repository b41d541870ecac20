//! Traces of the move from Live Spaces to WordPress.com in 2010: a custom field `spaces_<hash>_permalink` with the address the move
//! pulled an entry from (and the key it did it with), and the box of the Space around the body.
//!
//! From them follows which post was which entry, so that links from one post of the Space to another lead somewhere again.

use crate::wire::wxr::Item;
use blog::body::{ReferenceKind, rewrite};
use blog::former_space::{self, Trace};
use blog::{Finding, Identity, codes::wordpress_export as codes};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Links without a post that are told one by one.
const DEAD_TOLD: usize = 20;

/// The Space that a blog once was, and what became of its links.
#[derive(Debug, Default)]
pub(super) struct FormerSpace {
    space: former_space::FormerSpace,
    keys: usize,
    identity: Option<Identity>,
    repaired: usize,
    dead: BTreeMap<u64, usize>,
    left_pictures: usize,
}

/// The account and entry number that an item had.
fn trace(item: &Item<'_>) -> Option<Trace> {
    let fields = item
        .meta
        .iter()
        .map(|meta| (meta.key.as_ref(), meta.value.as_ref()));
    Trace::find(fields, &item.content)
}

impl FormerSpace {
    /// Takes in what an item tells of the Space.
    pub(super) fn learn(&mut self, item: &Item<'_>) {
        let keys = item
            .meta
            .iter()
            .filter(|meta| former_space::is_field(&meta.key) && meta.value.contains("authkey="));
        self.keys += keys.count();
        if let Some(trace) = trace(item) {
            self.space.learn(&trace, &item.link, &item.content);
        }
    }

    /// Makes ready for questions.
    pub(super) fn seal(&mut self) {
        self.identity = self.space.identity();
    }

    /// The address that an item had in the Space.
    pub(super) fn address_of(&self, item: &Item<'_>) -> Option<String> {
        self.identity.as_ref()?;
        trace(item).map(|trace| trace.address())
    }

    /// The body with links to entries of the Space leading to their posts. Others stay and are counted.
    pub(super) fn repair<'a>(&mut self, html: &'a str) -> Cow<'a, str> {
        let named = html.contains("spaces.live.com") || html.contains("spaces.msn.com");
        let Some(identity) = self.identity.clone().filter(|_| named) else {
            return Cow::Borrowed(html);
        };
        Cow::Owned(rewrite(html, &mut |reference| {
            if reference.kind != ReferenceKind::Link {
                return None;
            }
            let number = former_space::entry_number(&reference.address, &identity)?;
            let Some(link) = self.space.entries().get(&number) else {
                *self.dead.entry(number).or_default() += 1;
                return None;
            };
            self.repaired += 1;
            Some(link.clone())
        }))
    }

    /// Counts pictures that stand on dead hosts.
    pub(super) fn left_pictures(&mut self, count: usize) {
        self.left_pictures += count;
    }

    /// What the owner should know at the end.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let entries = self.space.entries().len();
        if entries > 0 {
            let keys = match self.keys {
                0 => String::new(),
                keys => format!(" {keys} keys of that move were struck out."),
            };
            let sentence =
                format!("{entries} posts came from a Space; their old numbers are known.{keys}");
            findings.push(Finding::new(&codes::WAS_A_SPACE, sentence));
        }
        if self.repaired > 0 {
            let sentence = format!(
                "{} links between posts of the former Space lead to the posts again.",
                self.repaired
            );
            findings.push(Finding::new(&codes::SELF_LINKS_REPAIRED, sentence));
        }
        for (number, count) in self.dead.iter().take(DEAD_TOLD) {
            let sentence = format!(
                "{count} links lead to entry {number} of the former Space, which no post of the export was."
            );
            findings.push(Finding::new(&codes::SELF_LINK_DEAD, sentence));
        }
        if self.left_pictures > 0 {
            let sentence = format!(
                "{} pictures were left on hosts of Microsoft that are gone; they come along where a copy is found.",
                self.left_pictures
            );
            findings.push(Finding::new(&codes::DEAD_PICTURE, sentence));
        }
        findings
    }
}

/// The bytes of an item without the keys of the move of 2010; everything else byte for byte.
pub(super) fn without_move_keys(bytes: &[u8]) -> Cow<'_, [u8]> {
    const NAME: &[u8] = b"authkey=";
    if memchr::memmem::find(bytes, NAME).is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut copied = 0;
    for found in memchr::memmem::find_iter(bytes, NAME) {
        let start = found + NAME.len();
        let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"!*%$-_.".contains(byte);
        let length = bytes[start..]
            .iter()
            .take_while(|byte| is_key(byte))
            .count();
        out.extend_from_slice(&bytes[copied..start]);
        copied = start + length;
    }
    out.extend_from_slice(&bytes[copied..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::without_move_keys;

    #[test]
    fn the_key_goes_and_nothing_else() {
        let bytes = b"a?authkey=Ab1!x*c%24]]>b authkey=<";
        assert_eq!(
            without_move_keys(bytes).as_ref(),
            b"a?authkey=]]>b authkey=<"
        );
    }
}
