//! What an old address asks for: whose it is, and which page of theirs.
//!
//! The meanings are those of `blog::address`, which knows every form that was ever used. The one form that nearly all requests have
//! is read here without allocating; that both agree is tested.

mod entry;
mod hosts;

use crate::name::NameKey;
use blog::address::{
    AddressKey, Meaning, site,
    spaces::{self, FeedOf, Owner, SpaceName, What},
};
use hosts::Host;

/// What an old address asks for.
pub(crate) struct Asked {
    /// Whose page it is.
    pub(crate) whose: Whose,
    /// Which page.
    pub(crate) page: Page,
    /// Whether it is a feed of that page.
    pub(crate) feed: bool,
}

/// Whose page is asked for. The names lie on the stack: a box for them would cost every look-up an allocation.
#[expect(clippy::large_enum_variant)]
pub(crate) enum Whose {
    /// Somebody's on the hosts of Live Spaces.
    Space {
        /// As the host or the folder names it.
        named: Option<NameKey>,
        /// As the handle names its owner. An account number there is the owner's wherever it stands.
        owner: Option<NameKey>,
    },
    /// Whoever's root the path lies under.
    Site {
        /// Host without `www.`, and the whole path in its normal form; without a slash at the end.
        place: String,
        /// How long the host is, in bytes.
        host: usize,
        /// The number that a query names (`/?p=12`); it counts at the root of a blog only.
        number: Option<u64>,
    },
    /// A host that is no old home of any platform with hosts of its own.
    Nobodys,
}

/// Which page of a blog is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// Its front page, or one that has no counterpart but the front page.
    Home,
    /// The thing with a number: entry, album, list, photo. One counter numbers them all.
    Number(u64),
    /// A photo, and the album it is in.
    Photo {
        /// The photo's own number.
        photo: u64,
        /// The album's number.
        album: u64,
    },
    /// What is named by a text: `category:wpf`, `photos`, `path:/2010/10/x.html`.
    Text(String),
    /// The entries of one month.
    Month {
        /// Year, four digits.
        year: u16,
        /// 1 to 12.
        month: u8,
    },
    /// It never was a page.
    Never,
}

/// What the address of `host` and `path_and_query` asks for.
pub(crate) fn asked(host: &str, path_and_query: &str) -> Asked {
    if path_and_query.len() > spaces::LONGEST_ADDRESS_BYTES {
        return nobodys();
    }
    match hosts::read(host) {
        Host::Nobodys => nobodys(),
        Host::Space(named) => match entry::read(path_and_query) {
            Some((owner, number)) => Asked {
                whose: Whose::Space {
                    named: Some(named),
                    owner: Some(owner),
                },
                page: Page::Number(number),
                feed: false,
            },
            None => in_spaces(host, path_and_query),
        },
        Host::Spaces => in_spaces(host, path_and_query),
        Host::Site(bare) => in_site(bare, path_and_query),
    }
}

fn nobodys() -> Asked {
    Asked {
        whose: Whose::Nobodys,
        page: Page::Never,
        feed: false,
    }
}

/// Any form on a host of Spaces.
fn in_spaces(host: &str, path_and_query: &str) -> Asked {
    let path_and_query = origin_form(path_and_query);
    let Some(parsed) = spaces::parse(&format!("http://{host}{path_and_query}")) else {
        return nobodys();
    };
    let named = parsed.space.and_then(|space| match space {
        SpaceName::Alias(alias) => NameKey::of_alias(alias.as_bytes()),
        SpaceName::Cid(hex) => of_cid(&hex),
    });
    let owner = parsed.owner.and_then(|owner| match owner {
        Owner::Cid(hex) => of_cid(&hex),
        Owner::Token(token) => NameKey::of(b't', token.as_bytes()),
    });
    let (page, feed) = page(parsed.what);
    Asked {
        whose: Whose::Space { named, owner },
        page,
        feed,
    }
}

/// A path that starts with a slash: proxies send none, or a whole address.
fn origin_form(path_and_query: &str) -> String {
    if path_and_query.starts_with('/') {
        return path_and_query.to_owned();
    }
    let rest = path_and_query
        .split_once("://")
        .map_or(path_and_query, |(_, rest)| {
            &rest[rest.find(['/', '?']).unwrap_or(rest.len())..]
        });
    format!("/{}", rest.trim_start_matches('/'))
}

fn of_cid(hex: &str) -> Option<NameKey> {
    let number = u64::from_str_radix(hex, 16).ok()?;
    NameKey::of(b'c', &number.to_be_bytes())
}

fn page(what: What) -> (Page, bool) {
    let page = match what {
        What::Home
        | What::Blog
        | What::BlogManagement
        | What::Profile
        | What::Friends
        | What::Settings
        | What::Migration => Page::Home,
        What::Entry(number)
        | What::Trackback(number)
        | What::Album(number)
        | What::List(number) => Page::Number(number),
        What::Photo { album, photo } => Page::Photo { photo, album },
        What::Category(name) => category(&name),
        What::Month { year, month } => Page::Month { year, month },
        What::Photos => Page::Text("photos".to_owned()),
        What::Lists => Page::Text("lists".to_owned()),
        What::Guestbook => Page::Text("guestbook".to_owned()),
        What::Feed(feed) => return (feed_page(feed), true),
        What::Emoticon(_)
        | What::Service
        | What::Picture
        | What::SkyDrive
        | What::MigratedPost
        | What::MigratedPicture
        | What::Bogus => Page::Never,
    };
    (page, false)
}

fn feed_page(feed: FeedOf) -> Page {
    match feed {
        FeedOf::Space | FeedOf::Blog => Page::Home,
        FeedOf::Category(name) => category(&name),
        FeedOf::Photos => Page::Text("photos".to_owned()),
        FeedOf::Album(number) | FeedOf::Comments(number) | FeedOf::List(number) => {
            Page::Number(number)
        }
    }
}

/// Spaces found a category whatever the case of its name.
pub(crate) fn category(name: &str) -> Page {
    Page::Text(format!("category:{}", name.trim().to_lowercase()))
}

/// The files that blogs of exact paths gave their feeds.
const FEEDS: &[&str] = &[
    "atom.xml",
    "rss.xml",
    "index.xml",
    "index.rdf",
    "rss2.xml",
    "feed",
    "feeds/posts/default",
];

/// An exact address.
fn in_site(bare: &str, path_and_query: &str) -> Asked {
    let host = bare.to_ascii_lowercase();
    let path_and_query = origin_form(path_and_query);
    let address = format!("http://{host}{path_and_query}");
    let key = |root: String| match site::meaning(&address, &[root]) {
        Meaning::Own(AddressKey(key)) => Some(key),
        Meaning::Bogus | Meaning::Foreign => None,
    };
    let Some(path) = key(host.clone()) else {
        return nobodys();
    };
    let path = path.strip_prefix("path:").unwrap_or("");
    let number = path_and_query
        .contains('?')
        .then(|| key(format!("{host}{path}")))
        .flatten()
        .and_then(|key| key.strip_prefix("number:")?.parse().ok());
    let feed = FEEDS.iter().find_map(|file| {
        let front = path.strip_suffix(file)?;
        front.strip_suffix('/')
    });
    let path_of_page = feed.unwrap_or(path);
    Asked {
        page: Page::Text(format!("path:{path_of_page}")),
        whose: Whose::Site {
            place: format!("{host}{path_of_page}"),
            host: host.len(),
            number,
        },
        feed: feed.is_some(),
    }
}

/// The name of the host's own Space, or of the host itself, for certificates.
pub(crate) fn host_name(host: &str) -> HostName {
    match hosts::read(host) {
        Host::Nobodys => HostName::Nobodys,
        Host::Space(name) => HostName::Space(name),
        Host::Spaces => HostName::Spaces,
        Host::Site(bare) => {
            let lower = bare.to_ascii_lowercase();
            NameKey::of(b'h', lower.as_bytes()).map_or(HostName::Nobodys, HostName::Site)
        }
    }
}

/// Whose host it is.
pub(crate) enum HostName {
    /// It cannot be anybody's.
    Nobodys,
    /// One Space's own.
    Space(NameKey),
    /// A host that all Spaces share.
    Spaces,
    /// Any other, as the key of its mark in the index.
    Site(NameKey),
}

#[cfg(test)]
mod tests;
