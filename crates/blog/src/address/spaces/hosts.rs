//! Hosts: which of them belong to the Spaces world, and how an address is cut into host, path and query.
//!
//! Addresses were written by people and by programs that cut them: the scheme may be missing or mutilated, an archive may be
//! wrapped around, a parameter may follow the host without a slash. So this does not go through a strict parser.

use super::{SpaceName, What, cid, strip_prefix_no_case};

/// Addresses wrapped in more archives than this are nobody's.
const MOST_WRAPPINGS: usize = 4;

/// Host labels that look like an alias and are not one.
const RESERVED: [&str; 6] = ["www", "mobile", "home", "shared", "services", "login"];

/// An address in pieces, still escaped.
pub(super) struct Parts<'a> {
    /// Host without port; empty for a bare path or handle.
    pub(super) host: &'a str,
    /// From the first `/` to `?` or `#`.
    pub(super) path: &'a str,
    /// Between `?` and `#`.
    pub(super) query: &'a str,
    /// Text stood where only a host may stand.
    pub(super) mangled: bool,
}

/// Whose host it is.
pub(super) enum Place {
    /// One Space's own host.
    Space(SpaceName),
    /// `spaces.msn.com`, `spaces.live.com`: the Space, if any, is named in the path.
    AllSpaces,
    /// A storage host of pictures.
    Storage,
    /// The interface of 2010.
    Api,
    /// A host of one meaning.
    Fixed(What),
    /// WordPress.com, where migrated things went.
    WordPress,
    /// Not a host of the Spaces world.
    Elsewhere,
}

/// Takes `https://web.archive.org/web/20061117124343/` (with any flag such as `id_`) off, however often it stands there.
pub(super) fn unwrap_archive(address: &str) -> &str {
    let mut rest = address;
    for _ in 0..MOST_WRAPPINGS {
        let bare = without_scheme(rest);
        let Some(tail) = [
            "web.archive.org/web/",
            "wayback.archive.org/web/",
            "archive.org/web/",
        ]
        .iter()
        .find_map(|prefix| strip_prefix_no_case(bare, prefix)) else {
            break;
        };
        match tail.split_once('/') {
            Some((stamp, inner)) if stamp.starts_with(|c: char| c.is_ascii_digit() || c == '*') => {
                rest = inner;
            }
            _ => break,
        }
    }
    rest
}

/// Cuts an address into pieces. `None` where nothing is left of it.
pub(super) fn split(address: &str) -> Option<Parts<'_>> {
    let bare = without_scheme(address);
    if bare.is_empty() {
        return None;
    }
    // A bare handle or a path has no host; everything else starts with one.
    let has_host = !bare.starts_with('/') && strip_prefix_no_case(bare, "cns").is_none();
    let authority_end = if has_host {
        bare.find(['/', '?', '#', '\\']).unwrap_or(bare.len())
    } else {
        0
    };
    let authority = &bare[..authority_end];
    let host_end = authority
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))
        .unwrap_or(authority.len());
    let after = &bare[authority_end..];
    let before_fragment = after.split('#').next().unwrap_or("");
    let (path, query) = before_fragment
        .split_once('?')
        .unwrap_or((before_fragment, ""));
    Some(Parts {
        host: &authority[..host_end],
        path,
        query,
        mangled: host_end < authority.len() && !is_port(&authority[host_end..]),
    })
}

/// Whose host it is.
pub(super) fn place(host: &str) -> Place {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some(label) = spaces_label(&host) {
        return match label {
            None => Place::AllSpaces,
            Some(label) => space(label),
        };
    }
    if is_storage(&host) {
        return Place::Storage;
    }
    if host.ends_with(".users.api.live.net") {
        return Place::Api;
    }
    if host == "skydrive.live.com" || host.ends_with(".skydrive.live.com") {
        return Place::Fixed(What::SkyDrive);
    }
    if host.ends_with(".files.wordpress.com") {
        return Place::Fixed(What::MigratedPicture);
    }
    if host.ends_with(".wordpress.com") {
        return Place::WordPress;
    }
    Place::Elsewhere
}

/// The hosts that Spaces kept pictures on.
fn is_storage(host: &str) -> bool {
    ["storage.msn.com", "storage.live.com", "livefilestore.com"]
        .iter()
        .any(|root| {
            host.strip_suffix(root)
                .is_some_and(|front| front.is_empty() || front.ends_with('.'))
        })
}

/// What stands before `spaces.live.com` and its sisters: `Some(None)` for the bare host, `None` for another host.
fn spaces_label(host: &str) -> Option<Option<&str>> {
    const ROOTS: [&str; 4] = ["msn.com", "msn-int.com", "live.com", "live-int.com"];
    let front = ROOTS.iter().find_map(|root| host.strip_suffix(root))?;
    let front = front
        .strip_suffix("spaces.")
        .or_else(|| front.strip_suffix("spaces-f1."))?;
    match front.strip_suffix('.') {
        Some(label) => Some(Some(label)),
        None if front.is_empty() => Some(None),
        None => None,
    }
}

fn space(label: &str) -> Place {
    let label = label.strip_prefix("www.").unwrap_or(label);
    if let Some(hex) = label.strip_prefix("cid-").and_then(cid) {
        return Place::Space(SpaceName::Cid(hex));
    }
    if RESERVED.contains(&label) || !is_alias(label) {
        return Place::Fixed(What::Service);
    }
    Place::Space(SpaceName::Alias(label.to_owned()))
}

/// Whether `text` can be the name that an owner chose.
pub(super) fn is_alias(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Drops the scheme, also a cut one (`ttp://`), and the slashes of an address relative to the scheme.
fn without_scheme(address: &str) -> &str {
    match address.split_once("://") {
        Some((scheme, rest))
            if scheme.len() <= 8 && scheme.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            rest
        }
        _ => address.strip_prefix("//").unwrap_or(address),
    }
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':')
        .is_some_and(|port| port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit()))
}
