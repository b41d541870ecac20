//! Paths: what a page of a Space is called.

use super::hosts::{Parts, is_alias};
use super::queries::{self, decoded};
use super::{
    FeedOf, Handle, Owner, SpaceAddress, SpaceName, What, cid, handle, handle_within, nameless,
};

/// Paths with more folders than this are nobody's; real ones have six after the build stamps.
const MOST_FOLDERS: usize = 40;

/// A page on one Space's own host.
pub(super) fn of_space(space: Option<SpaceName>, parts: &Parts<'_>) -> SpaceAddress {
    let mut folders = folders(parts.path);
    let stamps = drop_build_stamps(&mut folders);
    let (what, owner) = if parts.mangled {
        (What::Bogus, None)
    } else {
        page(&folders, parts.query, stamps)
    };
    SpaceAddress { space, what, owner }
}

/// A page on `spaces.msn.com` or `spaces.live.com`: the first folder names the Space, unless the page is the service's own.
pub(super) fn of_all_spaces(parts: &Parts<'_>) -> SpaceAddress {
    let mut folders = folders(parts.path);
    let stamps = drop_build_stamps(&mut folders);
    if let Some(name) = emoticon(&folders) {
        return nameless(What::Emoticon(name));
    }
    let is_member = folders.first().is_some_and(|first| first.is("members"));
    let alias = decoded(folders.get(usize::from(is_member)).map_or("", |f| f.raw));
    let Some(first) = folders.first() else {
        return nameless(if stamps > 0 {
            What::Bogus
        } else {
            What::Service
        });
    };
    if !is_member && (first.lower.ends_with(".aspx") || first.is("rte")) {
        return service(first, parts.query);
    }
    if !is_alias(&alias) {
        return nameless(if is_member {
            What::Service
        } else {
            What::Bogus
        });
    }
    folders.drain(..=usize::from(is_member));
    let stamps = drop_build_stamps(&mut folders);
    let (what, owner) = page(&folders, parts.query, stamps);
    // `spaces.msn.com/library/en-us/…` names no Space "library": it is a pasted relative link.
    let space =
        (is_member || what != What::Bogus).then(|| SpaceName::Alias(alias.to_ascii_lowercase()));
    SpaceAddress { space, what, owner }
}

/// A page of the service itself; a profile page names its Space by the account number.
fn service(first: &Folder<'_>, query: &str) -> SpaceAddress {
    if !first.is("profile.aspx") {
        return nameless(What::Service);
    }
    SpaceAddress {
        space: queries::profile_cid(query).map(SpaceName::Cid),
        what: What::Profile,
        owner: None,
    }
}

/// A storage host: pictures, and one endpoint of the editors' interface.
pub(super) fn of_storage(parts: &Parts<'_>) -> SpaceAddress {
    let folders = folders(parts.path);
    match folders.first() {
        Some(first) if !first.is("storageservice") => nameless(What::Picture),
        _ => nameless(What::Service),
    }
}

/// The interface of 2010: `/Users(N)/Blogs('CID!102')/Entries('CID!963')`.
pub(super) fn of_api(parts: &Parts<'_>) -> Option<SpaceAddress> {
    let hex = parts.host.split('.').next()?;
    let space = hex.get(4..).and_then(cid).map(SpaceName::Cid);
    let path = decoded(parts.path);
    let entry = super::find_no_case(&path, "entries('")
        .and_then(|at| path[at + 9..].split('\'').next())
        .and_then(handle);
    let (what, owner) = match entry {
        Some(Handle { owner, number }) => (What::Entry(number), Some(owner)),
        None => (What::Blog, None),
    };
    Some(SpaceAddress { space, what, owner })
}

/// WordPress.com: `/2010/02/25/slug` is a post that a migration may have put there.
pub(super) fn of_wordpress(parts: &Parts<'_>) -> Option<SpaceAddress> {
    let folders = folders(parts.path);
    let dated = folders.len() >= 4
        && folders[..3]
            .iter()
            .all(|f| f.raw.bytes().all(|b| b.is_ascii_digit()));
    dated.then(|| nameless(What::MigratedPost))
}

/// A host outside the Spaces world, or none: only a handle makes it one of ours.
pub(super) fn of_stranger(parts: &Parts<'_>) -> Option<SpaceAddress> {
    let mut folders = folders(parts.path);
    let at = folders
        .iter()
        .position(|f| handle_within(&f.text).is_some());
    if let Some(at) = at {
        let is_known_folder =
            |f: &Folder<'_>| ["blog", "photos", "lists"].iter().any(|name| f.is(name));
        let start = if at > 0 && is_known_folder(&folders[at - 1]) {
            at - 1
        } else {
            at
        };
        folders.drain(..start);
    } else if !queries::names_handle(parts.query) {
        return None;
    } else {
        folders.clear();
    }
    let (what, owner) = page(&folders, parts.query, 0);
    (what != What::Bogus).then_some(SpaceAddress {
        space: None,
        what,
        owner,
    })
}

/// One folder or file name of a path.
struct Folder<'a> {
    /// As written.
    raw: &'a str,
    /// Escapes decoded.
    text: String,
    /// Decoded, lower case.
    lower: String,
}

impl Folder<'_> {
    fn is(&self, name: &str) -> bool {
        self.lower == name
    }
}

fn folders(path: &str) -> Vec<Folder<'_>> {
    path.split(['/', '\\'])
        .filter(|raw| !raw.is_empty())
        .take(MOST_FOLDERS)
        .map(|raw| {
            let text = decoded(raw).into_owned();
            let lower = text.to_ascii_lowercase();
            Folder { raw, text, lower }
        })
        .collect()
}

/// Drops the folders `mmmYYYY-MM-DD_HH.MM` in front; five in a row stand in one real link. Answers how many there were.
fn drop_build_stamps(folders: &mut Vec<Folder<'_>>) -> usize {
    let stamps = folders
        .iter()
        .take_while(|folder| is_build_stamp(&folder.lower))
        .count();
    folders.drain(..stamps);
    stamps
}

pub(super) fn is_build_stamp(folder: &str) -> bool {
    folder.strip_prefix("mmm").is_some_and(|stamp| {
        stamp.len() >= 8
            && stamp
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'))
    })
}

fn emoticon(folders: &[Folder<'_>]) -> Option<String> {
    match folders {
        [rte, kind, name, ..] if rte.is("rte") && kind.is("emoticons") => Some(name.lower.clone()),
        _ => None,
    }
}

/// What the page of one Space is, `folders` starting behind everything that names the Space.
fn page(folders: &[Folder<'_>], query: &str, stamps: usize) -> (What, Option<Owner>) {
    if let Some(name) = emoticon(folders) {
        return (What::Emoticon(name), None);
    }
    let Some(first) = folders.first() else {
        return home(query, stamps);
    };
    let rest = &folders[1..];
    match first.lower.as_str() {
        "default.aspx" | "personalspace.aspx" => home(query, 0),
        "blog" => in_blog(rest, query),
        "photos" | "photo" => in_photos(rest, query),
        "lists" | "list" => in_lists(rest),
        "category" => in_category(rest),
        "feed.rss" => (What::Feed(FeedOf::Space), None),
        "guestbook" | "guestbook.aspx" => (What::Guestbook, None),
        "friends" => (What::Friends, None),
        "profile" | "profile.aspx" => (What::Profile, None),
        "settings" => (What::Settings, None),
        "migration" => (What::Migration, None),
        "blogit.aspx" | "api.aspx" | "stringtable.aspx" | "rtecode.aspx" => (What::Service, None),
        _ => bare_handle(first).unwrap_or((What::Bogus, None)),
    }
}

/// A page without a path of its own: the parameters say what it shows.
fn home(query: &str, stamps: usize) -> (What, Option<Owner>) {
    match queries::what(query) {
        Some(found) => found,
        // Only a pasted relative link ends in an editor's folder.
        None if stamps > 0 => (What::Bogus, None),
        None => (What::Home, None),
    }
}

fn in_blog(rest: &[Folder<'_>], query: &str) -> (What, Option<Owner>) {
    let Some(first) = rest.first() else {
        return queries::what(query).unwrap_or((What::Blog, None));
    };
    if first.is("feed.rss") {
        return (What::Feed(FeedOf::Blog), None);
    }
    if first.is("default.aspx") {
        return queries::what(query).unwrap_or((What::Blog, None));
    }
    let Some(found) = bare_handle(first) else {
        return (What::Bogus, None);
    };
    match (found, rest.get(1)) {
        ((What::Entry(number), owner), Some(second)) if second.is("comments") => {
            (What::Feed(FeedOf::Comments(number)), owner)
        }
        ((What::Entry(number), owner), Some(second)) if second.is("feed.rss") => {
            (What::Feed(FeedOf::Comments(number)), owner)
        }
        (found, _) => found,
    }
}

/// `cns!O!N.entry`, `cns!O!N.trak`, `cns!O!N`.
fn bare_handle(folder: &Folder<'_>) -> Option<(What, Option<Owner>)> {
    let (name, ending) = match folder.text.rsplit_once('.') {
        Some((name, ending)) => (name, ending),
        None => (folder.text.as_str(), ""),
    };
    super::strip_prefix_no_case(name, "cns")?;
    let Handle { owner, number } = handle(name)?;
    let what = if ending
        .get(..4)
        .is_some_and(|e| e.eq_ignore_ascii_case("trak"))
    {
        What::Trackback(number)
    } else {
        What::Entry(number)
    };
    Some((what, Some(owner)))
}

fn in_photos(rest: &[Folder<'_>], query: &str) -> (What, Option<Owner>) {
    let Some(first) = rest.first() else {
        return queries::what(query).unwrap_or((What::Photos, None));
    };
    if first.is("feed.rss") {
        return (What::Feed(FeedOf::Photos), None);
    }
    let Some(album) = handle(&first.text) else {
        return (What::Bogus, None);
    };
    let what = match rest.get(1) {
        Some(second) if second.is("feed.rss") => What::Feed(FeedOf::Album(album.number)),
        Some(second) => match handle(&second.text) {
            Some(photo) => What::Photo {
                album: album.number,
                photo: photo.number,
            },
            None => What::Album(album.number),
        },
        None => What::Album(album.number),
    };
    (what, Some(album.owner))
}

fn in_lists(rest: &[Folder<'_>]) -> (What, Option<Owner>) {
    let Some(first) = rest.first() else {
        return (What::Lists, None);
    };
    let Some(list) = handle(&first.text) else {
        return (What::Bogus, None);
    };
    let what = match rest.get(1) {
        Some(second) if second.is("feed.rss") => What::Feed(FeedOf::List(list.number)),
        _ => What::List(list.number),
    };
    (what, Some(list.owner))
}

/// `/category/NAME/feed.rss`, a plus sign standing for a blank.
fn in_category(rest: &[Folder<'_>]) -> (What, Option<Owner>) {
    let Some(first) = rest.first() else {
        return (What::Bogus, None);
    };
    let name = queries::form_decoded(first.raw).trim().to_owned();
    let what = match rest.get(1) {
        Some(second) if second.is("feed.rss") => What::Feed(FeedOf::Category(name)),
        _ => What::Category(name),
    };
    (what, None)
}
