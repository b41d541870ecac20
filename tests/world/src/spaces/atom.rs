//! The Atom interface by which the migration of 2010 fetched a blog with a key in the address.
//!
//! The addresses are known from the traces they left; the elements of an entry are not, and are plain Atom here. Folders and
//! files are those of the same family's client for SkyDrive, where albums lay; whether the grant opened them is not known
//! ([`Faults::no_folders`]).

use super::addresses::addresses;
use super::answer::Answer;
use super::asked::Asked;
use super::faults::Faults;
use super::host::World;
use super::html::{escape, in_query};
use super::routes;
use super::space::{Album, Comment, Entry, Photo, Space};
use super::view::View;

const ENTRIES_PER_PAGE: usize = 20;

/// `/Users(N)/Blogs('CID!102')/Entries`, `/Entries('CID!n')`, `/Entries('CID!n')/Comments`, `/Users(N)/Folders`,
/// `/Folders('CID!n')/Files`.
pub(super) fn answer(world: &World, faults: &Faults, space: &Space, asked: &Asked) -> Answer {
    if space.authkey.is_none() || asked.parameter("authkey") != space.authkey.as_deref() {
        return Answer::plain(403, "Access is denied.");
    }
    if faults.closed || faults.moved_to.is_some() {
        return Answer::plain(410, "Windows Live Spaces has closed.");
    }
    let view = View {
        insider: true,
        ..routes::view(world, faults, space, asked)
    };
    let parts: Vec<(String, Option<String>)> = asked
        .path
        .trim_matches('/')
        .split('/')
        .map(segment)
        .collect();
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    let entry_named = || {
        let number: u64 = parts.get(2)?.1.as_ref()?.rsplit('!').next()?.parse().ok()?;
        view.entries()
            .into_iter()
            .find(|entry| entry.number == number)
    };
    let answer = match (
        names.as_slice(),
        parts.get(2).is_some_and(|(_, key)| key.is_some()),
    ) {
        (["users", "blogs", "entries"], false) => Some(entries(&view, asked)),
        (["users", "blogs", "entries"], true) => {
            entry_named().map(|entry| document(&entry_element(&view, entry)))
        }
        (["users", "blogs", "entries", "comments"], true) => {
            entry_named().map(|entry| comments(&view, asked, entry))
        }
        (["users", "folders", ..], _) if faults.no_folders => {
            return Answer::plain(403, "Access is denied.");
        }
        (["users", "folders"], _) => Some(folders(&view, asked)),
        (["users", "folders", "files"], _) => parts[1]
            .1
            .as_ref()
            .and_then(|key| key.rsplit('!').next()?.parse::<u64>().ok())
            .and_then(|number| space.albums.iter().find(|album| album.number == number))
            .map(|album| files(&view, asked, album)),
        (["users", "blogs"], _) => Some(document(&blog_element(&view))),
        _ => None,
    };
    answer.map_or_else(Answer::not_found, |xml| {
        Answer::new(200, "application/atom+xml; charset=utf-8", xml)
    })
}

/// `Entries('CID!963')` is `entries` with its key.
fn segment(text: &str) -> (String, Option<String>) {
    match text.split_once('(') {
        Some((name, key)) => {
            let key = key.trim_end_matches(')').trim_matches('\'').to_owned();
            (name.to_ascii_lowercase(), Some(key))
        }
        None => (text.to_ascii_lowercase(), None),
    }
}

fn user(view: &View<'_>) -> String {
    let space = view.space;
    format!(
        "http://cid-{:016x}.users.api.live.net/Users({})",
        space.account(),
        space.signed_account(),
    )
}

fn root(view: &View<'_>) -> String {
    let space = view.space;
    format!(
        "{}/Blogs('{}!{}')",
        user(view),
        space.cid,
        space.blog_number
    )
}

fn key(view: &View<'_>) -> String {
    format!(
        "authkey={}",
        in_query(view.space.authkey.as_deref().unwrap_or(""))
    )
}

fn document(element: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{element}")
}

const NAMESPACES: &str =
    "xmlns=\"http://www.w3.org/2005/Atom\" xmlns:live=\"http://api.live.com/schemas\"";

fn collection(
    view: &View<'_>,
    title: &str,
    address: &str,
    asked: &Asked,
    count: usize,
    element: impl Fn(usize) -> String,
) -> String {
    let start = asked
        .parameter("skip")
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(0)
        .min(count);
    let end = (start + ENTRIES_PER_PAGE).min(count);
    let next = if end < count {
        format!(
            "<link rel=\"next\" type=\"application/atom+xml\" href=\"{address}?skip={end}&amp;{}\" />",
            key(view)
        )
    } else {
        String::new()
    };
    let elements: String = (start..end).map(element).collect();
    document(&format!(
        "<feed {NAMESPACES}><title type=\"text\">{title}</title><id>{address}</id><updated>{}</updated><link rel=\"self\" href=\"{address}?{}\" />{next}{elements}</feed>",
        view.now,
        key(view)
    ))
}

fn entries(view: &View<'_>, asked: &Asked) -> String {
    let entries = view.entries();
    let address = format!("{}/Entries", root(view));
    collection(
        view,
        &escape(&view.space.title),
        &address,
        asked,
        entries.len(),
        |at| entry_element(view, entries[at]),
    )
}

fn comments(view: &View<'_>, asked: &Asked, entry: &Entry) -> String {
    let comments = entry.comments_newest_first();
    let address = format!(
        "{}/Entries('{}!{}')/Comments",
        root(view),
        view.space.cid,
        entry.number
    );
    collection(view, "Comments", &address, asked, comments.len(), |at| {
        comment_element(view, &address, comments[at])
    })
}

fn folders(view: &View<'_>, asked: &Asked) -> String {
    let albums = &view.space.albums;
    let address = format!("{}/Folders", user(view));
    collection(view, "Folders", &address, asked, albums.len(), |at| {
        let album = &albums[at];
        let audience = view.space.audience;
        format!(
            "<entry {NAMESPACES}><id>{address}('{id}')</id><title type=\"text\">{title}</title><updated>{date}</updated>\
             <live:id>{id}</live:id><live:audience>{audience:?}</live:audience></entry>",
            id = format_args!("{}!{}", view.space.cid, album.number),
            title = escape(&album.title),
            date = album.date,
        )
    })
}

fn files(view: &View<'_>, asked: &Asked, album: &Album) -> String {
    let id = format!("{}!{}", view.space.cid, album.number);
    let address = format!("{}/Folders('{id}')/Files", user(view));
    let title = escape(&album.title);
    collection(view, &title, &address, asked, album.photos.len(), |at| {
        file_element(view, &address, &album.photos[at])
    })
}

fn file_element(view: &View<'_>, address: &str, photo: &Photo) -> String {
    let kind = if photo.is_png() {
        "image/png"
    } else {
        "image/jpeg"
    };
    format!(
        "<entry {NAMESPACES}><id>{address}('{id}')</id><title type=\"text\">{name}</title><summary type=\"html\">{caption}</summary>\
         <published>{date}</published><link rel=\"enclosure\" type=\"{kind}\" href=\"{original}\" /><live:id>{id}</live:id></entry>",
        id = format_args!("{}!{}", view.space.cid, photo.number),
        name = escape(&photo.name),
        caption = escape(&escape(&photo.caption)),
        date = photo.date,
        original = escape(&addresses(view.space, photo).original),
    )
}

fn blog_element(view: &View<'_>) -> String {
    format!(
        "<entry {NAMESPACES}><id>{root}</id><title type=\"text\">{}</title><updated>{}</updated><link rel=\"Entries\" href=\"{root}/Entries?{}\" /></entry>",
        escape(&view.space.title),
        view.now,
        key(view),
        root = root(view)
    )
}

fn entry_element(view: &View<'_>, entry: &Entry) -> String {
    let space = view.space;
    let address = format!("{}/Entries('{}!{}')", root(view), space.cid, entry.number);
    let categories: String = entry
        .categories
        .iter()
        .map(|name| format!("<category term=\"{}\" />", escape(name)))
        .collect();
    let body = format!(
        "<div id=\"msg{}\" class=\"bvMsg\">{}</div>",
        space.handle(entry.number),
        entry.body
    );
    // An entry without an audience of its own has that of its Space.
    let audience = entry.audience.unwrap_or(space.audience);
    format!(
        "<entry {NAMESPACES}><id>{address}</id><title type=\"html\">{title}</title><published>{date}</published><updated>{date}</updated>\
         <author><name>{author}</name></author>{categories}<link rel=\"alternate\" type=\"text/html\" href=\"{page}\" />\
         <link rel=\"self\" href=\"{address}?{key}\" /><link rel=\"replies\" type=\"application/atom+xml\" href=\"{address}/Comments?{key}\" />\
         <content type=\"html\">{body}</content><live:id>{cid}!{number}</live:id><live:audience>{audience:?}</live:audience>\
         <live:commentCount>{count}</live:commentCount></entry>",
        title = escape(&entry.title),
        date = entry.date,
        author = escape(&space.owner_name),
        page = space.entry_address(entry.number),
        key = key(view),
        body = escape(&body),
        cid = space.cid,
        number = entry.number,
        count = entry.comments.len(),
    )
}

fn comment_element(view: &View<'_>, address: &str, comment: &Comment) -> String {
    let uri = comment
        .url
        .as_ref()
        .map(|url| format!("<uri>{}</uri>", escape(url)))
        .unwrap_or_default();
    format!(
        "<entry {NAMESPACES}><id>{address}('{cid}!{number}')</id><title type=\"text\" /><published>{date}</published><updated>{date}</updated>\
         <author><name>{author}</name>{uri}</author><content type=\"html\">{body}</content><live:id>{cid}!{number}</live:id></entry>",
        cid = view.space.cid,
        number = comment.number,
        date = comment.date,
        author = escape(&comment.author),
        body = escape(&comment.body),
    )
}
