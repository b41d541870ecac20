//! Traces of the move from Live Spaces to WordPress.com in 2010: a custom field `spaces_<hash>_permalink` with the address the move
//! pulled an entry from (and the key it did it with), and the box of the Space around the body.
//!
//! From them follows which post was which entry, so that links from one post of the Space to another lead somewhere again.

use crate::wire::wxr::Item;
use blog::address::spaces::{self, What};
use blog::address::{AddressKey, Meaning};
use blog::body::{ReferenceKind, references, rewrite};
use blog::{Finding, Identity, codes::wordpress_export as codes};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Names of a Space that are kept; a blog had one or two.
const ALIASES_MAX: usize = 20;
/// Links without a post that are told one by one.
const DEAD_TOLD: usize = 20;

/// The Space that a blog once was.
#[derive(Debug, Default)]
pub(super) struct FormerSpace {
    /// Account numbers and how often each was seen: somebody else's post may have been pasted.
    accounts: BTreeMap<String, usize>,
    aliases: BTreeSet<String>,
    /// Entry numbers and the addresses of their posts.
    entries: HashMap<u64, String>,
    keys: usize,
    identity: Option<Identity>,
    repaired: usize,
    dead: BTreeMap<String, usize>,
    left_pictures: usize,
}

/// Whether a picture is on a host of Microsoft that was switched off.
pub(super) fn is_dead_picture(address: &str) -> bool {
    let named = [
        "livefilestore.com/",
        "storage.msn.com/",
        "storage.live.com/",
    ];
    named.iter().any(|host| address.contains(host))
        && spaces::parse(address).is_some_and(|parsed| parsed.what == What::Picture)
}

/// The account and entry number that an item had.
fn trace(item: &Item<'_>) -> Option<(String, u64)> {
    let field = item
        .meta
        .iter()
        .filter(|meta| is_trace(&meta.key))
        .find_map(|meta| entry_of(&meta.value));
    field.or_else(|| {
        let at = item.content.find("msgcns!")?;
        let handle = spaces::handle_within(
            item.content
                .get(at + 3..(at + 80).min(item.content.len()))?,
        )?;
        match handle.owner {
            spaces::Owner::Cid(cid) => Some((cid, handle.number)),
            spaces::Owner::Token(_) => None,
        }
    })
}

pub(super) fn is_trace(key: &str) -> bool {
    key.starts_with("spaces_") && key.ends_with("_permalink")
}

/// Account and number of `…/Entries('6E7B9216726D07B8!338')?authkey=…`.
fn entry_of(value: &str) -> Option<(String, u64)> {
    let rest = &value[value.find("Entries(")? + 8..];
    let inner = rest
        .trim_start_matches(['\'', '"'])
        .split(['\'', '"', ')'])
        .next()?;
    let (cid, number) = inner.split_once('!')?;
    Some((spaces::cid(cid)?, number.parse().ok()?))
}

impl FormerSpace {
    /// Takes in what an item tells of the Space.
    pub(super) fn learn(&mut self, item: &Item<'_>) {
        let keys = item
            .meta
            .iter()
            .filter(|meta| is_trace(&meta.key) && meta.value.contains("authkey="));
        self.keys += keys.count();
        let Some((cid, number)) = trace(item) else {
            return;
        };
        for reference in references(&item.content) {
            let Some(parsed) = spaces::parse(&reference.address) else {
                continue;
            };
            let own = matches!(&parsed.owner, Some(spaces::Owner::Cid(owner)) if *owner == cid);
            if let (true, Some(spaces::SpaceName::Alias(alias))) = (own, parsed.space)
                && self.aliases.len() < ALIASES_MAX
            {
                self.aliases.insert(alias);
            }
        }
        *self.accounts.entry(cid).or_default() += 1;
        let link = item.link.trim();
        if link.starts_with("http") {
            self.entries
                .entry(number)
                .or_insert_with(|| link.to_owned());
        }
    }

    /// Makes ready for questions.
    pub(super) fn seal(&mut self) {
        let most = self.accounts.iter().max_by_key(|(_, posts)| **posts);
        self.identity = most.map(|(cid, _)| Identity::Space {
            cid: Some(cid.clone()),
            aliases: self.aliases.iter().cloned().collect(),
            owner_tokens: Vec::new(),
        });
    }

    /// The address that an item had in the Space.
    pub(super) fn address_of(&self, item: &Item<'_>) -> Option<String> {
        self.identity.as_ref()?;
        let (cid, number) = trace(item)?;
        Some(format!(
            "http://cid-{:0>16}.spaces.live.com/blog/cns!{cid}!{number}.entry",
            cid.to_ascii_lowercase()
        ))
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
            let Meaning::Own(AddressKey(key)) = spaces::meaning(&reference.address, &identity)
            else {
                return None;
            };
            let number: u64 = key.strip_prefix("entry:")?.parse().ok()?;
            let Some(link) = self.entries.get(&number) else {
                *self.dead.entry(key).or_default() += 1;
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
        if !self.entries.is_empty() {
            let keys = match self.keys {
                0 => String::new(),
                keys => format!(" {keys} keys of that move were struck out."),
            };
            let sentence = format!(
                "{} posts came from a Space; their old numbers are known.{keys}",
                self.entries.len()
            );
            findings.push(Finding::new(&codes::WAS_A_SPACE, sentence));
        }
        if self.repaired > 0 {
            let sentence = format!(
                "{} links between posts of the former Space lead to the posts again.",
                self.repaired
            );
            findings.push(Finding::new(&codes::SELF_LINKS_REPAIRED, sentence));
        }
        for (key, count) in self.dead.iter().take(DEAD_TOLD) {
            let number = key.trim_start_matches("entry:");
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
    use super::{entry_of, without_move_keys};

    #[test]
    fn the_field_of_2010_tells_account_and_number() {
        let value = "http://cid-6e7b9216726d07b8.users.api.live.net/Users(7961117391414167480)/Blogs('6E7B9216726D07B8!242')/Entries('6E7B9216726D07B8!338')?authkey=Ab1!x*cdefg%24";
        assert_eq!(entry_of(value), Some(("6E7B9216726D07B8".to_owned(), 338)));
        for odd in [
            "",
            "Entries(",
            "Entries('x!1')",
            "Entries('6E7B9216726D07B8!')",
        ] {
            assert_eq!(entry_of(odd), None);
        }
    }

    #[test]
    fn the_key_goes_and_nothing_else() {
        let bytes = b"a?authkey=Ab1!x*c%24]]>b authkey=<";
        assert_eq!(
            without_move_keys(bytes).as_ref(),
            b"a?authkey=]]>b authkey=<"
        );
    }
}
