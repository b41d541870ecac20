//! What the move from Live Spaces to WordPress in 2010 left in posts: a custom field `spaces_<hash>_permalink` with the address the
//! move pulled an entry from (and the key it did it with), the box of the Space around the body, addresses of the Space.
//!
//! From them follows which post was which entry, so that links from one post of the Space to another lead somewhere again.

use crate::address::spaces::{self, What};
use crate::address::{self, AddressKey, Meaning};
use crate::body::{
    Reference, ReferenceKind, TextOf, edits, own_blocks, references, references_everywhere,
};
use crate::{Identity, Media, field};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Names of a Space that are kept; a blog had one or two.
const ALIASES_MAX: usize = 20;

/// Words that stand in every post, excerpt or custom field that the move left something in.
pub const WORDS: &[&str] = &[
    "spaces.live.com",
    "spaces.msn.com",
    "livefilestore.com",
    "storage.msn.com",
    "storage.live.com",
    "users.api.live.net",
    "authkey=",
    "msgcns!",
];

/// The Space that a blog once was.
#[derive(Debug, Default)]
pub struct FormerSpace {
    /// Account numbers and how often each was seen: somebody else's post may have been pasted.
    accounts: BTreeMap<String, usize>,
    aliases: BTreeSet<String>,
    /// Entry numbers and the addresses of their posts.
    entries: BTreeMap<u64, String>,
}

/// Which entry of which Space a post was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Account number, upper-case hex.
    pub cid: String,
    /// Number of the entry.
    pub number: u64,
}

impl Trace {
    /// The trace in a post's custom fields (name and value), or in its body.
    pub fn find<'a>(
        mut fields: impl Iterator<Item = (&'a str, &'a str)>,
        content: &str,
    ) -> Option<Self> {
        let field =
            fields.find_map(|(name, value)| is_field(name).then(|| Self::of_field(value))?);
        field.or_else(|| {
            let at = content.find("msgcns!")? + 3;
            let mut end = (at + 77).min(content.len());
            while !content.is_char_boundary(end) {
                end -= 1;
            }
            let handle = spaces::handle_within(&content[at..end])?;
            match handle.owner {
                spaces::Owner::Cid(cid) => Some(Self {
                    cid,
                    number: handle.number,
                }),
                spaces::Owner::Token(_) => None,
            }
        })
    }

    /// Account and number of `…/Entries('6E7B9216726D07B8!338')?authkey=…`.
    fn of_field(value: &str) -> Option<Self> {
        let rest = &value[value.find("Entries(")? + 8..];
        let inner = rest
            .trim_start_matches(['\'', '"'])
            .split(['\'', '"', ')'])
            .next()?;
        let (cid, number) = inner.split_once('!')?;
        Some(Self {
            cid: spaces::cid(cid)?,
            number: number.parse().ok()?,
        })
    }

    /// The address that the entry had in the Space.
    #[must_use]
    pub fn address(&self) -> String {
        let cid = &self.cid;
        format!(
            "http://cid-{:0>16}.spaces.live.com/blog/cns!{cid}!{}.entry",
            cid.to_ascii_lowercase(),
            self.number
        )
    }
}

/// Whether a custom field of this name holds the address that the move pulled an entry from.
#[must_use]
pub fn is_field(name: &str) -> bool {
    name.starts_with("spaces_") && name.ends_with("_permalink")
}

impl FormerSpace {
    /// Takes in what a post at `link` tells of the Space.
    pub fn learn(&mut self, trace: &Trace, link: &str, content: &str) {
        for reference in references(content) {
            let Some(parsed) = spaces::parse(&reference.address) else {
                continue;
            };
            let own =
                matches!(&parsed.owner, Some(spaces::Owner::Cid(owner)) if *owner == trace.cid);
            if let (true, Some(spaces::SpaceName::Alias(alias))) = (own, parsed.space)
                && self.aliases.len() < ALIASES_MAX
            {
                self.aliases.insert(alias);
            }
        }
        *self.accounts.entry(trace.cid.clone()).or_default() += 1;
        let link = link.trim();
        if link.starts_with("http") {
            self.entries
                .entry(trace.number)
                .or_insert_with(|| link.to_owned());
        }
    }

    /// The Space that most posts came from.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        let (cid, _) = self.accounts.iter().max_by_key(|(_, posts)| **posts)?;
        Some(Identity::Space {
            cid: Some(cid.clone()),
            aliases: self.aliases.iter().cloned().collect(),
            owner_tokens: Vec::new(),
        })
    }

    /// Entry numbers and the addresses of their posts.
    #[must_use]
    pub fn entries(&self) -> &BTreeMap<u64, String> {
        &self.entries
    }
}

/// A page of the Space that a blog has to this day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnPage {
    /// The entry of this number.
    Entry(u64),
    /// The page that the Space began with.
    Front,
}

/// The page of this Space that an address led to.
#[must_use]
pub fn own_page(address: &str, identity: &Identity) -> Option<OwnPage> {
    match spaces::meaning(address, identity) {
        Meaning::Own(AddressKey(key)) if key == "home" => Some(OwnPage::Front),
        Meaning::Own(AddressKey(key)) => {
            Some(OwnPage::Entry(key.strip_prefix("entry:")?.parse().ok()?))
        }
        Meaning::Bogus | Meaning::Foreign => None,
    }
}

/// The number of the entry of this Space that an address led to.
#[must_use]
pub fn entry_number(address: &str, identity: &Identity) -> Option<u64> {
    match own_page(address, identity)? {
        OwnPage::Entry(number) => Some(number),
        OwnPage::Front => None,
    }
}

/// The pages of this Space that a text leads its readers to, in tags, blocks, cards and plain words, each as often as readers meet it.
#[must_use]
pub fn own_links(text: &str, of: TextOf, identity: &Identity) -> Vec<(String, OwnPage)> {
    // A card of a block is said twice: in its attributes and as text.
    let once = own_blocks::is_blocks(text);
    references_everywhere(text, of)
        .into_iter()
        .filter(|link| link.kind == ReferenceKind::Link && !(once && link.element.is_empty()))
        .filter_map(|link| {
            let page = own_page(&link.address, identity)?;
            Some((link.address, page))
        })
        .collect()
}

/// Whether a text holds keys, in the attributes of its blocks as well.
#[must_use]
pub fn holds_keys(text: &str, of: TextOf) -> bool {
    let has_key = |link: &Reference| matches!(without_keys(&link.address), Cow::Owned(_));
    text_without_keys(text) != text || references_everywhere(text, of).iter().any(has_key)
}

/// Whether a picture is on a host of Microsoft that was switched off.
#[must_use]
pub fn is_dead_picture(address: &str) -> bool {
    let named = [
        "livefilestore.com/",
        "storage.msn.com/",
        "storage.live.com/",
    ];
    named.iter().any(|host| address.contains(host))
        && spaces::parse(address).is_some_and(|parsed| parsed.what == What::Picture)
}

/// Whether a place of a text shows such a picture, or leads to one. A card is no picture, and an address that stands as text in a post is
/// words.
#[must_use]
pub fn means_dead_picture(reference: &Reference, of: TextOf) -> bool {
    let element = reference.element.as_str();
    let is_words = element.is_empty() && of != TextOf::Comment;
    let is_card = element == "wp:embed" || element.starts_with("wp:core-embed/");
    !is_words && !is_card && is_dead_picture(&reference.address)
}

/// The pictures of a text that stand on such hosts, each once. The move kept thumbnails; what they linked to was the picture itself,
/// so that is its name and what is looked for first.
#[must_use]
pub fn dead_pictures(text: &str, of: TextOf) -> Vec<Media> {
    let mut pictures: Vec<Media> = Vec::new();
    for reference in references_everywhere(text, of) {
        if reference.kind == ReferenceKind::Embed || !means_dead_picture(&reference, of) {
            continue;
        }
        // The attributes of a block say what its tags said.
        let is_said = |known: &Media| known.stands_for.contains(&reference.address);
        if reference.element.starts_with("wp:") && pictures.iter().any(is_said) {
            continue;
        }
        let full = reference
            .link_around
            .as_deref()
            .filter(|link| is_dead_picture(link))
            .unwrap_or(&reference.address);
        let mut media = Media::at(full);
        let mut mean = |address: &str| {
            for list in [&mut media.candidates, &mut media.stands_for] {
                if !list.iter().any(|known| known == address) {
                    list.push(address.to_owned());
                }
            }
        };
        mean(&reference.address);
        mean(&without_keys(&reference.address));
        mean(&without_keys(full));
        let alt = reference.alt.as_deref().map(str::trim);
        media.alt = alt.filter(|alt| !alt.is_empty()).map(str::to_owned);
        match pictures.iter_mut().find(|known| known.id == media.id) {
            Some(known) => known.merge(media),
            None => pictures.push(media),
        }
    }
    pictures
}

/// An address of the service, or with a key of it, without keys and session residue. Everybody else's addresses stay as they are: a
/// living blog may show pictures by addresses that hold a key.
#[must_use]
pub fn without_keys(address: &str) -> Cow<'_, str> {
    if WORDS.iter().any(|word| address.contains(word)) {
        address::without_keys(address)
    } else {
        Cow::Borrowed(address)
    }
}

/// A text with every such address in it without keys.
#[must_use]
pub fn text_without_keys(text: &str) -> Cow<'_, str> {
    let (mut out, mut done) = (String::new(), 0);
    for (start, end) in edits::addresses(text) {
        if let Cow::Owned(clean) = without_keys(&text[start..end]) {
            out.push_str(&text[done..start]);
            out.push_str(&clean);
            done = end;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The value of a custom field without keys. What is no address stays as it is.
#[must_use]
pub fn field_without_keys(value: &str) -> Cow<'_, str> {
    if field::is_address(value) {
        return without_keys(value);
    }
    text_without_keys(value)
}

#[cfg(test)]
mod tests {
    use super::{OwnPage, Trace, dead_pictures, field_without_keys, holds_keys, own_links};
    use crate::{Identity, body::TextOf};

    const FIELD: &str = "http://cid-6e7b9216726d07b8.users.api.live.net/Users(7961117391414167480)/Blogs('6E7B9216726D07B8!242')/Entries('6E7B9216726D07B8!338')?authkey=Ab1!x*cdefg%24";

    #[test]
    fn the_field_of_2010_tells_account_and_number() {
        let find = |value| Trace::find([("spaces_0a_permalink", value)].into_iter(), "");
        let trace = find(FIELD).expect("a trace");
        assert_eq!(
            (trace.cid.as_str(), trace.number),
            ("6E7B9216726D07B8", 338)
        );
        for odd in [
            "",
            "Entries(",
            "Entries('x!1')",
            "Entries('6E7B9216726D07B8!')",
        ] {
            assert_eq!(find(odd), None);
        }
        let body = "<div id=\"msgcns!6E7B9216726D07B8!338\" class=\"bvMsg\">中文中文中文中文中文中文中文中文中文中文中文中文</div>";
        assert_eq!(Trace::find([].into_iter(), body), Some(trace));
    }

    #[test]
    fn a_field_loses_its_key_and_nothing_else() {
        let kept = field_without_keys(FIELD);
        assert_eq!(kept, FIELD.split("?authkey").next().expect("a front"));
        assert_eq!(
            field_without_keys("words, and http://a.example/?authkey=x."),
            "words, and http://a.example/"
        );
    }

    #[test]
    fn a_thumbnail_is_the_picture_that_it_linked_to() {
        let (full, small) = (
            "http://storage.live.com/items/6E7B9216726D07B8!4711:Scaled",
            "http://blufiles.storage.msn.com/y1pT?PARTNER=WRITER",
        );
        let html = format!(
            "<!-- wp:cover {{\"url\":\"{small}\"}} --><a href=\"{full}\"><img src=\"{small}\"></a><!-- /wp:cover -->"
        );
        let found = dead_pictures(&html, TextOf::Post);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].candidates, [full, small]);
        let block = format!("<!-- wp:cover {{\"url\":\"{small}\"}} /-->\n{full}\n");
        let found = dead_pictures(&block, TextOf::Post);
        assert_eq!(found.len(), 1, "an address alone is no picture: {found:?}");
        assert_eq!(found[0].candidates, [small]);
    }

    #[test]
    fn keys_in_the_attributes_of_a_block_are_seen() {
        let block =
            "<!-- wp:embed {\"url\":\"http:\\/\\/ana.spaces.live.com/?x=1\\u0026authkey=K\"} /-->";
        assert!(holds_keys(block, TextOf::Post));
        assert!(!holds_keys(
            &block.replace("authkey", "other"),
            TextOf::Post
        ));
    }

    #[test]
    fn links_to_the_space_are_seen_wherever_readers_meet_them() {
        let identity = Identity::Space {
            cid: Some("6E7B9216726D07B8".to_owned()),
            aliases: vec!["ana".to_owned()],
            owner_tokens: Vec::new(),
        };
        let entry = "http://ana.spaces.live.com/blog/cns!6E7B9216726D07B8!338.entry";
        let pages = |text: &str, of| -> Vec<OwnPage> {
            let links = own_links(text, of, &identity);
            links.into_iter().map(|(_, page)| page).collect()
        };
        let (entry_page, front) = (OwnPage::Entry(338), OwnPage::Front);
        let card = format!(
            "<!-- wp:embed {{\"url\":\"{entry}\"}} --><div>\n{entry}\n</div><!-- /wp:embed -->"
        );
        assert_eq!(pages(&card, TextOf::Post), [entry_page]);
        assert_eq!(pages(&format!("a\n{entry}\nb"), TextOf::Post), [entry_page]);
        assert_eq!(
            pages(&format!("see {entry}."), TextOf::Comment),
            [entry_page]
        );
        assert_eq!(
            pages("http://ana.spaces.live.com/", TextOf::Address),
            [front]
        );
        assert_eq!(pages("http://bob.spaces.live.com/", TextOf::Address), []);
    }
}
