//! Which host and path leads to which page.

use super::answer::Answer;
use super::asked::{Asked, handle};
use super::faults::Faults;
use super::host::World;
use super::markup::MARKUPS;
use super::pages::{blog, guestbook, lists, people, photos, sign_in};
use super::space::{Audience, Space};
use super::view::View;
use super::{ajax, archive, atom, contact_card, control, feeds, market, metaweblog};

/// Whether a request is for the simulator itself and not for the world it simulates.
pub(super) fn is_control(asked: &Asked) -> bool {
    is_loopback(&asked.host) && asked.path.starts_with("/__")
}

/// Answers what [`is_control`] recognised.
pub(super) fn control(world: &World, asked: &Asked) -> Answer {
    control::answer(world, asked)
}

/// Answers a request to one of the old hosts.
pub(super) fn answer(world: &World, asked: &Asked) -> Answer {
    let faults = world.faults();
    let host = asked.host.as_str();
    if host == "storage.msn.com" && asked.plain_path() == "storageservice/metaweblog.rpc" {
        return metaweblog::answer(world, &faults, asked);
    }
    if is_picture_host(host) {
        return world.gallery.answer(&asked.path, &faults);
    }
    if let Some(cid) = host
        .strip_prefix("cid-")
        .and_then(|rest| rest.strip_suffix(".users.api.live.net"))
    {
        return find(world, &format!("cid-{cid}")).map_or_else(Answer::not_found, |space| {
            atom::answer(world, &faults, space, asked)
        });
    }
    if host == "cc.services.spaces.live.com" {
        return contact_card::answer(world, &faults, asked);
    }
    if let Some(emoticon) = emoticon(&asked.path) {
        return emoticon;
    }
    if is_loopback(host) && asked.path == "/" {
        return control::welcome(world);
    }
    match space_and_path(world, asked) {
        Some((space, path)) => in_space(
            world,
            &faults,
            space,
            &Asked {
                path,
                ..asked.clone()
            },
        ),
        None => Answer::not_found(),
    }
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "localhost")
}

fn is_picture_host(host: &str) -> bool {
    host == "storage.msn.com"
        || [
            ".storage.msn.com",
            ".storage.live.com",
            ".livefilestore.com",
        ]
        .iter()
        .any(|end| host.ends_with(end))
}

/// The Space that host and path name, and the path inside it.
fn space_and_path<'a>(world: &'a World, asked: &Asked) -> Option<(&'a Space, String)> {
    if asked.host == "spaces.msn.com" {
        let path = asked.path.trim_start_matches('/');
        let path = match path.get(.."members/".len()) {
            Some(start) if start.eq_ignore_ascii_case("members/") => &path["members/".len()..],
            _ => path,
        };
        let (name, inside) = path.split_once('/').unwrap_or((path, ""));
        return Some((find(world, name)?, format!("/{inside}")));
    }
    let name = [".spaces.live.com", ".spaces.msn.com"]
        .iter()
        .find_map(|end| asked.host.strip_suffix(end))?;
    Some((find(world, name)?, asked.path.clone()))
}

/// The Space called by its alias or as `cid-HEX`.
pub(super) fn find<'a>(world: &'a World, name: &str) -> Option<&'a Space> {
    let account = name
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("cid-"))
        .and_then(|_| u64::from_str_radix(&name[4..], 16).ok());
    world.spaces.iter().find(|space| match account {
        Some(account) => space.account() == account,
        None => space
            .alias
            .as_deref()
            .is_some_and(|alias| alias.eq_ignore_ascii_case(name)),
    })
}

/// The view of whoever asked: market, markup and key come with the request.
pub(super) fn view<'a>(
    world: &World,
    faults: &'a Faults,
    space: &'a Space,
    asked: &Asked,
) -> View<'a> {
    let mut view = View::new(space, faults, world.now());
    if let Some(market) = asked.parameter("mkt").and_then(market::known) {
        view.market = market;
    }
    if let Some(markup) = asked
        .parameter("__markup")
        .and_then(|name| MARKUPS.iter().find(|markup| markup.name == name))
    {
        view.markup = markup.name;
    }
    view.insider =
        space.authkey.is_some() && asked.parameter("authkey") == space.authkey.as_deref();
    view
}

fn in_space(world: &World, faults: &Faults, space: &Space, asked: &Asked) -> Answer {
    if let Some(home) = &faults.moved_to {
        return Answer::redirect(home);
    }
    if faults.closed {
        return Answer::new(
            410,
            "text/html; charset=utf-8",
            "<html><body>Windows Live Spaces has closed.</body></html>",
        );
    }
    let view = view(world, faults, space, asked);
    let path = asked.plain_path();
    if path.ends_with("feed.rss") {
        return feed(&view, &path).map_or_else(Answer::not_found, Answer::feed);
    }
    if faults.private || (space.audience != Audience::Everyone && !view.insider) {
        return Answer::page(sign_in::page(&view));
    }
    page(world, &view, asked, &path).unwrap_or_else(Answer::not_found)
}

fn feed(view: &View<'_>, path: &str) -> Option<String> {
    if !feeds::has_feeds(view.space) || view.faults.private {
        return None;
    }
    // A feed was the same for everyone: a key widens nothing here.
    let view = &View {
        insider: false,
        zone: view.zone.clone(),
        ..*view
    };
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["feed.rss"] => Some(feeds::whole_space(view)),
        ["blog", "feed.rss"] => Some(feeds::blog(view)),
        ["category", name, "feed.rss"] => feeds::category(view, &name.replace('+', " ")),
        ["photos", "feed.rss"] => Some(feeds::albums(view)),
        ["photos", album, "feed.rss"] => {
            let number = handle(album)?.1;
            view.space
                .albums
                .iter()
                .find(|album| album.number == number)
                .map(|album| feeds::album(view, album))
        }
        ["blog", entry, "comments", "feed.rss"] => {
            let number = handle(entry)?.1;
            view.entries()
                .into_iter()
                .find(|entry| entry.number == number)
                .map(|entry| feeds::comments(view, entry))
        }
        _ => None,
    }
}

fn page(world: &World, view: &View<'_>, asked: &Asked, path: &str) -> Option<Answer> {
    let space = view.space;
    if ajax::is_service(path) {
        return ajax::comments(view, asked)
            .map(|script| Answer::new(200, "text/javascript; charset=utf-8", script));
    }
    let parts: Vec<&str> = path.split('/').collect();
    let html = match parts.as_slice() {
        ["" | "default.aspx" | "personalspace.aspx"] => return home(view, asked),
        ["blog"] => blog::list(view, asked),
        ["blog", name] if name.ends_with(".entry") => return entry(view, asked, handle(name)?.1),
        ["blog", name] if name.ends_with(".trak") => return Some(trackback(view, handle(name)?.1)),
        ["photos"] => photos::albums(view),
        ["photos", album, rest @ ..] => {
            let number = handle(album)?.1;
            let album = space.albums.iter().find(|album| album.number == number)?;
            match rest {
                [] => photos::album(view, album),
                [photo] => {
                    let number = handle(photo)?.1;
                    photos::photo(
                        view,
                        album,
                        album.photos.iter().find(|photo| photo.number == number)?,
                    )
                }
                _ => return None,
            }
        }
        ["lists", list] => {
            let number = handle(list)?.1;
            lists::list(view, space.lists.iter().find(|list| list.number == number)?)
        }
        ["guestbook"] => guestbook::page(view, asked),
        ["friends"] => people::friends(view),
        ["profile" | "profile.aspx"] => people::profile(view),
        ["migration"] => control::migration_page(view),
        ["migration", "space.zip"] => {
            let bytes = archive::write(view, &world.gallery).ok()?;
            return Some(Answer::new(200, "application/x-zip-compressed", bytes));
        }
        _ => return None,
    };
    Some(Answer::page(html))
}

/// The front page shows whatever part the query asks for: an entry, or the blog.
fn home(view: &View<'_>, asked: &Asked) -> Option<Answer> {
    let wants_entry = asked
        .parameter("blogpart")
        .is_some_and(|part| part.eq_ignore_ascii_case("blogentry"));
    if wants_entry && let Some((_, number)) = asked.parameter("handle").and_then(handle) {
        return entry(view, asked, number);
    }
    Some(Answer::page(blog::list(view, asked)))
}

/// The owner in a handle is not looked at: host or alias have named the Space, the number names the entry.
fn entry(view: &View<'_>, asked: &Asked, number: u64) -> Option<Answer> {
    let entry = view.space.entry(number).filter(|entry| !entry.draft)?;
    if !view.insider && !view.space.shows_to_all(entry) {
        return Some(Answer::page(sign_in::page(view)));
    }
    let after = asked
        .parameter("commentph")
        .and_then(handle)
        .map(|(_, number)| number);
    Some(Answer::page(blog::entry(view, entry, after)))
}

fn trackback(view: &View<'_>, number: u64) -> Answer {
    let error = u8::from(view.space.entry(number).is_none());
    Answer::feed(format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><response><error>{error}</error></response>"
    ))
}

/// `/rte/emoticons/NAME.gif`: a picture of one pixel, on every host.
fn emoticon(path: &str) -> Option<Answer> {
    let lower = path.to_ascii_lowercase();
    let name = lower
        .strip_prefix("/rte/emoticons/")?
        .strip_suffix(".gif")?;
    let known = name
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let pixel = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xe0\0\0\0\0!\xf9\x04\x01\0\0\x01\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    known.then(|| Answer::new(200, "image/gif", pixel.to_vec()))
}
