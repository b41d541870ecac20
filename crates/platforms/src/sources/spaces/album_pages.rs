//! Albums and photos as pages and feed items show them. How albums were marked up is in no source, so their addresses are
//! what counts: a thumbnail that leads to `/photos/…ALBUM/…PHOTO` is that photo of that album.

use super::comments::{first, name_text};
use super::page_links::is_in_body;
use super::pictures;
use crate::wire::feeds::FeedItem;
use blog::{
    ItemRef, Kind, Moment,
    address::spaces::{self, Owner, What},
    body, tidy,
};
use dom_query::{Document, NodeRef};

/// What a page shows of one album.
#[derive(Debug, Clone, Default)]
pub(super) struct AlbumPart {
    /// Its number.
    pub(super) number: u64,
    /// The owner in its handle.
    pub(super) owner: Option<Owner>,
    /// Its name, where the page is about it.
    pub(super) title: Option<String>,
    /// The date shown under its name.
    pub(super) date: Option<String>,
    /// Its photos in the order of the page, addresses as written.
    pub(super) photos: Vec<Photo>,
}

/// One photo, as a feed or page gives it.
#[derive(Debug, Clone, Default)]
pub(super) struct Photo {
    /// Its number.
    pub(super) number: Option<u64>,
    /// Where its bytes may be had, best first.
    pub(super) candidates: Vec<String>,
    /// Its own page.
    pub(super) page: Option<String>,
    /// Its file name.
    pub(super) file_name: Option<String>,
    /// Caption, simple HTML.
    pub(super) caption: Option<String>,
    /// When it was put up.
    pub(super) taken: Option<Moment>,
    /// The same, as a page shows it.
    pub(super) date: Option<String>,
}

impl Photo {
    /// Addresses as they follow from where the page stands.
    pub(super) fn resolve(&mut self, base: &str) {
        self.candidates = self
            .candidates
            .iter()
            .filter_map(|address| body::resolve(address, Some(base)))
            .collect();
        self.page = self
            .page
            .take()
            .and_then(|page| body::resolve(&page, Some(base)));
    }

    /// Takes in what the photo's own page, which stands at `base`, says better.
    pub(super) fn learn(&mut self, html: &str, base: &str) {
        let own = own_page(html, base);
        for address in own.candidates.into_iter().rev() {
            self.candidates.retain(|known| *known != address);
            self.candidates.insert(0, address);
        }
        self.caption = self.caption.take().or(own.caption);
        self.date = self.date.take().or(own.date);
    }
}

/// The albums whose photos a page shows.
pub(super) fn albums(document: &Document) -> Vec<AlbumPart> {
    let mut albums: Vec<AlbumPart> = Vec::new();
    for link in document.select("a[href]").nodes() {
        let href = link.attr_or("href", "");
        let Some(address) = spaces::parse(&href) else {
            continue;
        };
        let What::Photo { album, photo } = address.what else {
            continue;
        };
        let Some(shown) = thumbnail(link, photo).filter(|_| !is_in_body(link)) else {
            continue;
        };
        let at = albums.iter().position(|part| part.number == album);
        let at = at.unwrap_or_else(|| {
            albums.push(AlbumPart {
                number: album,
                owner: address.owner,
                ..AlbumPart::default()
            });
            albums.len() - 1
        });
        let photos = &mut albums[at].photos;
        if photos.iter().all(|known| known.number != Some(photo)) {
            photos.push(shown);
        }
    }
    if let [album] = albums.as_mut_slice() {
        let text = |selector: &str| {
            let node = document.select(selector).nodes().first().map(name_text);
            node.filter(|text| !text.is_empty())
        };
        album.title = text(".albumTitle");
        album.date = text(".albumDate");
    }
    albums
}

/// The picture inside a link to a photo's page.
fn thumbnail(link: &NodeRef<'_>, number: u64) -> Option<Photo> {
    let img = first(link, "img[src]")?;
    let src = img.attr("src")?.trim().to_owned();
    let row = link.parent();
    let below = row.and_then(|row| first(&row, ".photoCaption"));
    let whole = src.strip_suffix(":thumbnail").map(str::to_owned);
    Some(Photo {
        number: Some(number),
        candidates: whole.into_iter().chain([src]).collect(),
        page: link.attr("href").map(|href| href.trim().to_owned()),
        file_name: img
            .attr("alt")
            .map(|alt| alt.trim().to_owned())
            .filter(|alt| !alt.is_empty()),
        caption: below.and_then(|node| caption(&node.inner_html())),
        ..Photo::default()
    })
}

/// The number of the photo whose own page this is.
pub(super) fn photo_number(document: &Document) -> Option<u64> {
    let blocks = document.select("[id^=\"photo\"]");
    let block = blocks.nodes().iter().find(|block| {
        let leads_on = |a: &NodeRef<'_>| {
            let what = spaces::parse(&a.attr_or("href", "")).map(|address| address.what);
            matches!(what, Some(What::Photo { .. } | What::Album(_)))
        };
        let around = first(block, "a[href] img[src]")
            .and_then(|img| img.ancestors_it(Some(4)).find(|node| node.has_name("a")));
        around.is_some_and(|a| !leads_on(&a))
    })?;
    let id = block.attr("id")?.replace("%21", "!");
    spaces::handle_within(&id).map(|handle| handle.number)
}

/// A photo's own page: its best address, caption and date.
fn own_page(html: &str, base: &str) -> Photo {
    let document = Document::from(html);
    let first_of = |selector: &str| document.select(selector).nodes().first().copied();
    Photo {
        candidates: original_on_page(html, base),
        caption: first_of(".photoPage .photoCaption, .photoCaption")
            .and_then(|node| caption(&node.inner_html())),
        date: first_of(".photoDate")
            .map(|node| node.text().trim().to_owned())
            .filter(|text| !text.is_empty()),
        ..Photo::default()
    }
}

/// The addresses of the first picture of a photo's page that leads to something better than itself.
fn original_on_page(html: &str, base: &str) -> Vec<String> {
    let shown = pictures::Shown {
        base,
        by: ItemRef::new(Kind::Media, ""),
        at: None,
        audience: blog::Audience::default(),
    };
    pictures::of_body(html, &shown)
        .into_iter()
        .find(|media| media.candidates.len() > 1)
        .map(|media| media.candidates)
        .unwrap_or_default()
}

/// The enclosure is the picture, `:thumbnail` behind it the small one; the title is the caption or the file name.
pub(super) fn photo_of_item(item: FeedItem) -> Option<Photo> {
    let address = item.enclosures.first()?.clone();
    let page = item.link.clone();
    let number = match page
        .as_deref()
        .and_then(spaces::parse)
        .map(|address| address.what)
    {
        Some(What::Photo { photo, .. }) => Some(photo),
        _ => item
            .ids
            .iter()
            .find_map(|id| spaces::handle(id).or_else(|| spaces::handle_within(id)))
            .map(|handle| handle.number),
    };
    let title = item.title.trim().to_owned();
    let is_name = pictures::file_name(&title).is_some_and(|name| name == title);
    let shown = Document::fragment(item.body.as_str());
    let small = shown.select("img[src]").attr("src");
    let said = Some(name_text(&shown.root())).filter(|text| !text.is_empty() && *text != title);
    // The body is the picture and the caption; the title repeats the caption without its HTML.
    shown.select("img").remove();
    let of_body = caption(&shown.root().inner_html());
    let of_title = (!is_name && !title.is_empty()).then(|| caption(&title));
    Some(Photo {
        number,
        file_name: is_name
            .then(|| title.clone())
            .or_else(|| pictures::file_name(&address)),
        caption: of_body
            .filter(|_| said.is_some() || !is_name)
            .or(of_title.flatten()),
        candidates: pictures::distinct(
            std::iter::once(address).chain(small.map(|src| src.trim().to_owned())),
        ),
        taken: item.published,
        date: None,
        page,
    })
}

fn caption(html: &str) -> Option<String> {
    Some(tidy::caption(html)).filter(|caption| !caption.is_empty())
}
