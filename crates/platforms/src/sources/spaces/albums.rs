//! Albums and their photos: from feeds where the Space is open, from pages where a feed is missing.

use super::comments::{first, name_text};
use super::living::Space;
use super::pictures;
use crate::wire::feeds::FeedItem;
use blog::{
    Album, Finding, Item, ItemRef, Kind, Media, Moment,
    address::spaces::{self, Owner, What},
    codes,
    doors::{Intake, Original, ReadError},
};
use dom_query::Document;

/// What the title of an album's feed item starts with; readers of the time cut at the first `": "`.
const TITLE_MARK: &str = ": ";

/// An album with more photos than this is cut off; albums held 500.
const MOST_PHOTOS: usize = 20_000;

/// What is known of an album before it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    owner: Option<Owner>,
    title: Option<String>,
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
    pub(super) fn owner(&mut self, owner: Owner) {
        self.owner = self.owner.take().or(Some(owner));
    }
}

/// One photo, as a feed or page gives it.
#[derive(Debug, Clone, Default)]
struct Photo {
    number: Option<u64>,
    address: String,
    thumbnail: Option<String>,
    page: Option<String>,
    file_name: Option<String>,
    caption: Option<String>,
    taken: Option<Moment>,
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
        for (handle, title) in albums_on_page(&html) {
            let known = space.albums.entry(handle.number).or_default();
            known.owner(handle.owner);
            known.title = known.title.take().or(title);
        }
    }
    Ok(())
}

/// Links to albums with the text that names them.
fn albums_on_page(html: &str) -> Vec<(spaces::Handle, Option<String>)> {
    let document = Document::from(html);
    let mut found: Vec<(spaces::Handle, Option<String>)> = Vec::new();
    for link in document.select("a[href]").nodes() {
        let Some(address) = spaces::parse(&link.attr_or("href", "")) else {
            continue;
        };
        let (What::Album(number), Some(owner)) = (address.what, address.owner) else {
            continue;
        };
        let title = Some(name_text(link)).filter(|title| !title.is_empty());
        match found.iter_mut().find(|(handle, _)| handle.number == number) {
            Some((_, known)) => *known = known.take().or(title),
            None => found.push((spaces::Handle { owner, number }, title)),
        }
    }
    found
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
    let mut title = known.title;
    let mut of_page = Vec::new();
    if let Some(html) = space.host.optional_page(&address, intake)? {
        let document = Document::from(html.as_str());
        title = title.or_else(|| {
            document
                .select(".albumTitle")
                .nodes()
                .first()
                .map(name_text)
        });
        of_page = photos_of_page(&document, &address);
    }
    let photos = with_page(space, of_feed, of_page, intake)?;
    let reference = ItemRef::new(Kind::Album, number.to_string());
    if photos.is_empty() {
        let finding = Finding::new(
            &codes::spaces::ALBUM_INCOMPLETE,
            format!(
                "The album '{}' gave no photos; it is kept empty.",
                title.as_deref().unwrap_or("without a name")
            ),
        );
        intake.finding(finding.about(reference.clone()).at(&address))?;
    }
    let mut ids = Vec::new();
    for photo in photos.iter().take(MOST_PHOTOS) {
        let media = media(photo, &reference, space);
        if !ids.contains(&media.id) {
            ids.push(media.id.clone());
        }
        intake.item(Item::Media(media), Original::NONE)?;
    }
    let album = Album {
        id: number.to_string(),
        title: title.unwrap_or_default(),
        description: None,
        photos: ids,
        addresses: space.names.album_addresses(number, &owner),
        updated: known.updated,
        audience: space.audience,
    };
    intake.item(Item::Album(album), Original::NONE)?;
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
            && let Some(original) = original_on_page(&html, &page)
        {
            photo.address = original;
        }
        photos.push(photo);
    }
    if page_shows_all {
        photos.sort_by_key(place);
    }
    Ok(photos)
}

/// The best address of the first picture of a photo's page that leads to something better than itself.
fn original_on_page(html: &str, page: &str) -> Option<String> {
    let shown = pictures::Shown {
        base: page,
        by: ItemRef::new(Kind::Media, ""),
        at: None,
        audience: blog::Audience::default(),
    };
    pictures::of_body(html, &shown)
        .into_iter()
        .find(|media| media.candidates.len() > 1)
        .and_then(|media| media.candidates.into_iter().next())
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
    Ok(items.into_iter().filter_map(photo_of_item).collect())
}

/// The enclosure is the picture, `:thumbnail` behind it the small one; the title is the caption or the file name.
fn photo_of_item(item: FeedItem) -> Option<Photo> {
    let address = item.enclosures.first()?.clone();
    let page = item.link.clone();
    let number = match page
        .as_deref()
        .and_then(spaces::parse)
        .map(|address| address.what)
    {
        Some(What::Photo { photo, .. }) => Some(photo),
        _ => item
            .guid
            .as_deref()
            .and_then(spaces::handle_within)
            .map(|handle| handle.number),
    };
    let title = item.title.trim().to_owned();
    let is_name = pictures::file_name(&title).is_some_and(|name| name == title);
    let shown = Document::fragment(item.body.as_str());
    let caption = Some(name_text(&shown.root())).filter(|text| !text.is_empty() && *text != title);
    Some(Photo {
        number,
        file_name: is_name
            .then(|| title.clone())
            .or_else(|| pictures::file_name(&address)),
        caption: caption.or_else(|| (!is_name && !title.is_empty()).then_some(title)),
        thumbnail: shown
            .select("img[src]")
            .attr("src")
            .map(|src| src.trim().to_owned()),
        taken: item.published,
        address,
        page,
    })
}

/// Thumbnails that lead to photo pages.
fn photos_of_page(document: &Document, base: &str) -> Vec<Photo> {
    let mut photos: Vec<Photo> = Vec::new();
    for link in document.select("a[href]").nodes() {
        let href = link.attr_or("href", "");
        let Some(What::Photo { photo, .. }) = spaces::parse(&href).map(|address| address.what)
        else {
            continue;
        };
        let Some(img) = first(link, "img[src]") else {
            continue;
        };
        let Some(src) = img
            .attr("src")
            .and_then(|src| blog::body::resolve(&src, Some(base)))
        else {
            continue;
        };
        let caption = link
            .parent()
            .and_then(|row| first(&row, ".photoCaption"))
            .map(|node| name_text(&node))
            .filter(|caption| !caption.is_empty());
        let name = img
            .attr("alt")
            .map(|alt| alt.trim().to_owned())
            .filter(|alt| !alt.is_empty());
        if photos.iter().all(|known| known.number != Some(photo)) {
            photos.push(Photo {
                number: Some(photo),
                address: src.strip_suffix(":thumbnail").unwrap_or(&src).to_owned(),
                thumbnail: Some(src),
                page: blog::body::resolve(&href, Some(base)),
                file_name: name,
                caption,
                taken: None,
            });
        }
    }
    photos
}

fn media(photo: &Photo, album: &ItemRef, space: &Space<'_>) -> Media {
    let mut candidates = vec![photo.address.clone()];
    candidates.extend(
        photo
            .thumbnail
            .clone()
            .filter(|address| *address != photo.address),
    );
    let mut stands_for = candidates.clone();
    stands_for.push(format!("{}:thumbnail", photo.address));
    stands_for.extend(photo.page.clone());
    Media {
        id: photo.number.map_or_else(
            || pictures::normal(&photo.address),
            |number| number.to_string(),
        ),
        candidates,
        stands_for,
        file_name: photo.file_name.clone(),
        title: None,
        caption: photo.caption.clone(),
        alt: None,
        taken: photo.taken,
        used_by: Some(album.clone()),
        audience: space.audience,
    }
}
