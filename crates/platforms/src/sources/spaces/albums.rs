//! Albums and their photos as items; of a living Space from feeds where it is open, from pages where a feed is missing.

use super::album_pages::{self, Photo};
use super::living::Space;
use super::names::Names;
use super::pictures;
use super::{page, page_links};
use crate::wire::feeds::FeedItem;
use blog::{
    Album, Audience, Finding, Item, ItemRef, Kind, Media, Moment,
    address::spaces::{self, Owner, What},
    codes,
    doors::{Halt, Intake, Original, ReadError},
};

/// What the title of an album's feed item starts with; readers of the time cut at the first `": "`.
const TITLE_MARK: &str = ": ";

/// An album with more photos than this is cut off; albums held 500.
const MOST_PHOTOS: usize = 20_000;

/// What is known of an album before it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    owner: Option<Owner>,
    title: Option<String>,
    /// The words of links to it, for albums whose name nothing else says.
    words: Option<String>,
    updated: Option<Moment>,
}

impl Known {
    /// What a feed item says.
    pub(super) fn learn(&mut self, item: &FeedItem, owner: Option<Owner>) {
        let title = item
            .title
            .split_once(TITLE_MARK)
            .map_or(item.title.as_str(), |(_, title)| title);
        self.title = self.title.take().or_else(|| Some(title.to_owned()));
        self.updated = self.updated.or(item.published);
        self.owner = self.owner.take().or(owner);
    }

    /// What a link says.
    pub(super) fn link(&mut self, link: &page_links::Linked) {
        self.owner = self.owner.take().or(Some(link.handle.owner.clone()));
        self.words = self.words.take().or_else(|| link.title.clone());
    }
}

/// An album with its photos, ready to be emitted.
#[derive(Debug)]
pub(super) struct Ready {
    /// Its number.
    pub(super) number: u64,
    /// The owner in its handle.
    pub(super) owner: Owner,
    /// Its name.
    pub(super) title: Option<String>,
    /// When it was last changed.
    pub(super) updated: Option<Moment>,
    /// Its photos in order.
    pub(super) photos: Vec<Photo>,
    /// Who may see it.
    pub(super) audience: Audience,
    /// Where it was read, for people.
    pub(super) place: String,
}

/// Emits an album and its photos; one without photos is told.
pub(super) fn emit(album: Ready, names: &Names, intake: &mut dyn Intake) -> Result<(), Halt> {
    let id = album.number.to_string();
    let reference = ItemRef::new(Kind::Album, &id);
    if album.photos.is_empty() {
        let finding = Finding::new(
            &codes::spaces::ALBUM_INCOMPLETE,
            format!(
                "The album '{}' gave no photos; it is kept empty.",
                album.title.as_deref().unwrap_or("without a name")
            ),
        );
        intake.finding(finding.about(reference.clone()).at(&album.place))?;
    }
    let mut ids = Vec::new();
    for photo in album.photos.into_iter().take(MOST_PHOTOS) {
        let Some(media) = media(photo, &reference, album.audience) else {
            continue;
        };
        if !ids.contains(&media.id) {
            ids.push(media.id.clone());
        }
        intake.item(Item::Media(media), Original::NONE)?;
    }
    let album = Album {
        id,
        title: album.title.unwrap_or_default(),
        description: None,
        photos: ids,
        addresses: names.album_addresses(album.number, &album.owner),
        updated: album.updated,
        audience: album.audience,
    };
    intake.item(Item::Album(album), Original::NONE)
}

fn media(photo: Photo, album: &ItemRef, audience: Audience) -> Option<Media> {
    let best = photo.candidates.first()?;
    let id = photo
        .number
        .map_or_else(|| pictures::normal(best), |number| number.to_string());
    let thumbnail = (!best.starts_with("input:")).then(|| format!("{best}:thumbnail"));
    let stands_for = photo
        .candidates
        .iter()
        .cloned()
        .chain(thumbnail)
        .chain(photo.page);
    Some(Media {
        id,
        stands_for: pictures::distinct(stands_for),
        candidates: photo.candidates,
        file_name: photo.file_name,
        title: None,
        caption: photo.caption,
        alt: None,
        taken: photo.taken,
        used_by: Some(album.clone()),
        audience,
    })
}

/// Reads every album of a living Space.
pub(super) fn read(space: &mut Space<'_>, intake: &mut dyn Intake) -> Result<(), ReadError> {
    find_albums(space, intake)?;
    for (number, known) in std::mem::take(&mut space.albums) {
        read_album(space, number, known, intake)?;
    }
    Ok(())
}

fn find_albums(space: &mut Space<'_>, intake: &mut dyn Intake) -> Result<(), ReadError> {
    let feed = space.host.at("/photos/feed.rss");
    if let Some((_, items)) = space.host.feed(&feed, intake)? {
        for item in items {
            let address = item.link.as_deref().and_then(spaces::parse);
            let handle = item.guid.as_deref().and_then(spaces::handle_within);
            let number = match address.map(|address| address.what) {
                Some(What::Album(number)) => Some(number),
                _ => handle.as_ref().map(|handle| handle.number),
            };
            if let Some(number) = number {
                space
                    .albums
                    .entry(number)
                    .or_default()
                    .learn(&item, handle.map(|handle| handle.owner));
            }
        }
    }
    let page = space.host.at("/photos/");
    if let Some(html) = space.host.optional_page(&page, intake)? {
        for link in page::read(&html).linked_albums {
            space
                .albums
                .entry(link.handle.number)
                .or_default()
                .link(&link);
        }
    }
    Ok(())
}

fn read_album(
    space: &mut Space<'_>,
    number: u64,
    known: Known,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let owner = known
        .owner
        .or_else(|| space.names.cid.clone().map(Owner::Cid));
    let Some(owner) = owner else {
        return Ok(());
    };
    let (Owner::Cid(spelled) | Owner::Token(spelled)) = &owner;
    let address = space.host.at(&format!("/photos/cns!{spelled}!{number}/"));
    let of_feed = photos_of_feed(space, &format!("{address}feed.rss"), intake)?;
    let html = space.host.optional_page(&address, intake)?;
    let on_page = html.and_then(|html| {
        let albums = page::read(&html).albums;
        albums.into_iter().find(|part| part.number == number)
    });
    let mut on_page = on_page.unwrap_or_default();
    for photo in &mut on_page.photos {
        photo.resolve(&address);
    }
    let album = Ready {
        number,
        owner,
        title: known.title.or(on_page.title).or(known.words),
        updated: known.updated,
        photos: with_page(space, of_feed, on_page.photos, intake)?,
        audience: space.audience,
        place: address,
    };
    emit(album, &space.names, intake)?;
    Ok(())
}

/// The photos of the feed, and those that only the page shows: nobody knows how many items a feed carried. The page's order
/// holds when it shows them all. A photo without a feed item is asked for on its own page, where its original is linked.
fn with_page(
    space: &mut Space<'_>,
    of_feed: Vec<Photo>,
    of_page: Vec<Photo>,
    intake: &mut dyn Intake,
) -> Result<Vec<Photo>, ReadError> {
    let place = |photo: &Photo| {
        of_page
            .iter()
            .position(|other| other.number == photo.number)
    };
    let page_shows_all = of_feed
        .iter()
        .all(|photo| photo.number.is_some() && place(photo).is_some());
    let mut photos = of_feed;
    let missing: Vec<Photo> = of_page
        .iter()
        .filter(|photo| photos.iter().all(|known| known.number != photo.number))
        .cloned()
        .collect();
    for mut photo in missing {
        if let Some(page) = photo.page.clone()
            && let Some(html) = space.host.optional_page(&page, intake)?
        {
            photo.learn(&html, &page);
        }
        photos.push(photo);
    }
    if page_shows_all {
        photos.sort_by_key(place);
    }
    Ok(photos)
}

fn photos_of_feed(
    space: &mut Space<'_>,
    address: &str,
    intake: &mut dyn Intake,
) -> Result<Vec<Photo>, ReadError> {
    let items = space
        .host
        .feed(address, intake)?
        .map(|(_, items)| items)
        .unwrap_or_default();
    Ok(items
        .into_iter()
        .filter_map(album_pages::photo_of_item)
        .collect())
}
