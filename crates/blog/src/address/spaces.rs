//! Addresses of Live Spaces: what one names, and whether it is this Space's own.
//!
//! The product had five years of address forms, and all of them stayed in use as links inside posts. [`parse`] turns any of
//! them into a [`SpaceAddress`]; [`meaning`] decides with the blog's identity whether it is its own. The key of a thing is its
//! number: who owned it is said by the host or the alias, and the owner part of the handle changed over the years.
//!
//! Not here: fetching, and addresses of platforms without structure (`site`).

mod hosts;
mod paths;
mod queries;

use super::{AddressKey, Meaning};
use crate::Identity;

/// Longest address that is looked at, in bytes. Browsers of the time stopped at 2,083; twice that leaves room for escapes.
pub const LONGEST_ADDRESS_BYTES: usize = 4096;

/// What an address of the Spaces world names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceAddress {
    /// The Space, when the host or the path names it.
    pub space: Option<SpaceName>,
    /// What it points at.
    pub what: What,
    /// The owner part of the handle, when there is a handle.
    pub owner: Option<Owner>,
}

/// How an address names a Space.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SpaceName {
    /// By its chosen name, lower case.
    Alias(String),
    /// By its account number: hex, upper case, no leading zeros.
    Cid(String),
}

/// The owner part of a handle.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The account number: hex, upper case, no leading zeros.
    Cid(String),
    /// The opaque token of 2004-2006, 24 characters, as written.
    Token(String),
}

/// A handle `cns!OWNER!NUMBER`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Handle {
    /// Who owns the object.
    pub owner: Owner,
    /// The object's number, unique in the account.
    pub number: u64,
}

/// What an address points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The Space's home page.
    Home,
    /// The blog's list of entries, or a page of it.
    Blog,
    /// The owner's view of the blog's list of entries.
    BlogManagement,
    /// One entry, its edit form, its comments, or its place on the page.
    Entry(u64),
    /// The trackback address of an entry.
    Trackback(u64),
    /// The entries of one category.
    Category(String),
    /// The entries of one month.
    Month {
        /// Year, four digits.
        year: u16,
        /// Month, 1 to 12.
        month: u8,
    },
    /// All albums.
    Photos,
    /// One album.
    Album(u64),
    /// One photo of an album.
    Photo {
        /// The album's number.
        album: u64,
        /// The photo's number.
        photo: u64,
    },
    /// All lists.
    Lists,
    /// One list.
    List(u64),
    /// The guestbook.
    Guestbook,
    /// The friends page.
    Friends,
    /// The owner's profile.
    Profile,
    /// Settings and statistics, for the owner only.
    Settings,
    /// The download page of 2010 and what lies below it.
    Migration,
    /// A feed.
    Feed(FeedOf),
    /// A built-in smiley, by its file name.
    Emoticon(String),
    /// A page of the service, of no Space.
    Service,
    /// A picture on one of the storage hosts.
    Picture,
    /// Something on SkyDrive.
    SkyDrive,
    /// A post that a migration put on WordPress.com.
    MigratedPost,
    /// A picture that a migration put on WordPress.com.
    MigratedPicture,
    /// It stands on a Spaces host and never was a page there: a relative link resolved against the editor's folder.
    Bogus,
}

/// What a feed carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedOf {
    /// Everything in the Space.
    Space,
    /// The entries.
    Blog,
    /// The entries of a category.
    Category(String),
    /// The albums.
    Photos,
    /// The photos of one album.
    Album(u64),
    /// The comments of one entry.
    Comments(u64),
    /// One list.
    List(u64),
}

/// Reads an address of the Spaces world. `None` for everybody else's.
#[must_use]
pub fn parse(address: &str) -> Option<SpaceAddress> {
    if address.len() > LONGEST_ADDRESS_BYTES {
        return None;
    }
    // Texts that went through Markdown have their underscores escaped; a backslash means nothing else in these addresses.
    let unescaped = address.contains('\\').then(|| address.replace("\\_", "_"));
    let address = unescaped.as_deref().unwrap_or(address);
    let parts = hosts::split(hosts::unwrap_archive(address.trim()))?;
    match hosts::place(parts.host) {
        hosts::Place::Space(space) => Some(paths::of_space(Some(space), &parts)),
        hosts::Place::AllSpaces => Some(paths::of_all_spaces(&parts)),
        hosts::Place::Storage => Some(paths::of_storage(&parts)),
        hosts::Place::Api => paths::of_api(&parts),
        hosts::Place::Fixed(what) => Some(nameless(what)),
        hosts::Place::WordPress => paths::of_wordpress(&parts),
        hosts::Place::Elsewhere => paths::of_stranger(&parts),
    }
}

/// Reads a handle `cns!OWNER!NUMBER` (or `OWNER!NUMBER`, as the interfaces wrote it). Escapes must be decoded.
#[must_use]
pub fn handle(text: &str) -> Option<Handle> {
    let text = strip_prefix_no_case(text.trim(), "cns!").unwrap_or(text.trim());
    let (owner, number) = text.split_once('!')?;
    if number.is_empty() || number.len() > 19 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Handle {
        owner: owner_of(owner)?,
        number: number.parse().ok()?,
    })
}

/// The first handle that stands anywhere in `text`: in an `id` such as `msgcns!X!12`, in a link, in a `rel`.
#[must_use]
pub fn handle_within(text: &str) -> Option<Handle> {
    let mut rest = text;
    while let Some(at) = find_no_case(rest, "cns!") {
        let tail = &rest[at + 4..];
        let end = tail
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '!' | '_' | '-')))
            .unwrap_or(tail.len());
        if let Some(handle) = handle(&tail[..end]) {
            return Some(handle);
        }
        rest = tail;
    }
    None
}

/// An account number in the spelling of handles: upper case, no leading zeros. `None` where `hex` is no account number.
#[must_use]
pub fn cid(hex: &str) -> Option<String> {
    let digits = hex.trim_start_matches('0');
    let fits = (1..=16).contains(&digits.len()) && hex.len() <= 16;
    (fits && digits.bytes().all(|b| b.is_ascii_hexdigit())).then(|| digits.to_ascii_uppercase())
}

/// An account number from its signed decimal spelling (`-5863621987198436459`).
#[must_use]
pub fn cid_from_decimal(decimal: &str) -> Option<String> {
    let number: i64 = decimal.trim().parse().ok()?;
    (number != 0).then(|| format!("{:X}", number.cast_unsigned()))
}

/// The signed decimal spelling of an account number.
#[must_use]
pub fn cid_to_decimal(hex: &str) -> Option<i64> {
    u64::from_str_radix(hex, 16).ok().map(u64::cast_signed)
}

/// What `address` means for the Space known as `identity`.
#[must_use]
pub fn meaning(address: &str, identity: &Identity) -> Meaning {
    let Identity::Space {
        cid,
        aliases,
        owner_tokens,
    } = identity
    else {
        return Meaning::Foreign;
    };
    let Some(parsed) = parse(address) else {
        return Meaning::Foreign;
    };
    let own_cid = |hex: &String| cid.as_ref() == Some(hex);
    let named_own = match &parsed.space {
        Some(SpaceName::Alias(alias)) => {
            Some(aliases.iter().any(|a| a.eq_ignore_ascii_case(alias)))
        }
        Some(SpaceName::Cid(hex)) => Some(own_cid(hex)),
        None => None,
    };
    // An account number in the handle is the owner's wherever it stands (a Space that changed its alias); a token counts only
    // where nothing better names the Space.
    let owned = match &parsed.owner {
        Some(Owner::Cid(hex)) => own_cid(hex),
        Some(Owner::Token(token)) => named_own.is_none() && owner_tokens.contains(token),
        None => false,
    };
    match (named_own.unwrap_or(false) || owned, key(&parsed.what)) {
        (true, Some(key)) => Meaning::Own(AddressKey(key)),
        (own, None) if parsed.what == What::Bogus && (own || parsed.space.is_none()) => {
            Meaning::Bogus
        }
        _ => Meaning::Foreign,
    }
}

/// The key of a thing within its blog; `None` for what is no page of a blog.
fn key(what: &What) -> Option<String> {
    Some(match what {
        What::Home | What::Blog | What::BlogManagement => "home".to_owned(),
        What::Entry(number) | What::Trackback(number) => format!("entry:{number}"),
        What::Category(name) => format!("category:{name}"),
        What::Month { year, month } => format!("month:{year:04}-{month:02}"),
        What::Photos => "photos".to_owned(),
        What::Album(number) => format!("album:{number}"),
        What::Photo { photo, .. } => format!("photo:{photo}"),
        What::Lists => "lists".to_owned(),
        What::List(number) => format!("list:{number}"),
        What::Guestbook => "guestbook".to_owned(),
        What::Friends => "friends".to_owned(),
        What::Profile => "profile".to_owned(),
        What::Settings | What::Migration => "settings".to_owned(),
        What::Feed(feed) => feed_key(feed),
        What::Emoticon(_)
        | What::Service
        | What::Picture
        | What::SkyDrive
        | What::MigratedPost
        | What::MigratedPicture
        | What::Bogus => return None,
    })
}

fn feed_key(feed: &FeedOf) -> String {
    match feed {
        FeedOf::Space | FeedOf::Blog => "feed".to_owned(),
        FeedOf::Category(name) => format!("feed:category:{name}"),
        FeedOf::Photos => "feed:photos".to_owned(),
        FeedOf::Album(number) => format!("feed:album:{number}"),
        FeedOf::Comments(number) => format!("feed:entry:{number}"),
        FeedOf::List(number) => format!("feed:list:{number}"),
    }
}

fn nameless(what: What) -> SpaceAddress {
    SpaceAddress {
        space: None,
        what,
        owner: None,
    }
}

/// A token of 2004-2006 has 24 characters and starts `1p`; everything else must be an account number.
fn owner_of(text: &str) -> Option<Owner> {
    let is_token = text.len() == 24
        && text.starts_with("1p")
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if is_token {
        return Some(Owner::Token(text.to_owned()));
    }
    cid(text).map(Owner::Cid)
}

fn strip_prefix_no_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

fn find_no_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes()
        .windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

#[cfg(test)]
mod tests;
