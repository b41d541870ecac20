//! Albums, one album, one photo. Their markup is not documented by anyone; ids and links follow the addresses that are.

use super::frame;
use crate::spaces::addresses::addresses;
use crate::spaces::html::escape;
use crate::spaces::space::{Album, Photo};
use crate::spaces::view::View;

/// All albums.
pub(in crate::spaces) fn albums(view: &View<'_>) -> String {
    let rows: String = view
        .space
        .albums
        .iter()
        .map(|album| {
            let address = album_address(view, album);
            let cover = album.photos.first().map(|photo| addresses(view.space, photo).thumbnail).unwrap_or_default();
            format!(
                "<div class=\"albumCover\" id=\"album{}\"><a href=\"{address}\"><img src=\"{}\" alt=\"\"></a>\
                 <a class=\"albumTitle\" href=\"{address}\">{}</a> <span class=\"albumCount\">{}</span> \
                 <span class=\"albumDate\">{}</span></div>",
                view.space.handle(album.number),
                escape(&cover),
                escape(&album.title),
                album.photos.len(),
                view.date(album.date)
            )
        })
        .collect();
    frame::page(
        view,
        "Photos - ",
        &format!("<div id=\"photoAlbums\">{rows}</div>"),
    )
}

/// One album: thumbnails that lead to the photo pages.
pub(in crate::spaces) fn album(view: &View<'_>, album: &Album) -> String {
    let rows: String = album
        .photos
        .iter()
        .map(|photo| {
            format!(
                "<li class=\"photoThumb\" id=\"photo{}\"><a href=\"{}\"><img src=\"{}\" alt=\"{}\"></a>\
                 <div class=\"photoCaption\">{}</div></li>",
                view.space.handle(photo.number),
                photo_address(view, album, photo),
                escape(&addresses(view.space, photo).thumbnail),
                escape(&photo.name),
                escape(&photo.caption)
            )
        })
        .collect();
    let inner = format!(
        "<h3 class=\"albumTitle\" id=\"album{}\">{}</h3><div class=\"albumDate\">{}</div><ul id=\"albumPhotos\">{rows}</ul>",
        view.space.handle(album.number),
        escape(&album.title),
        view.date(album.date)
    );
    frame::page(view, &format!("{} - ", escape(&album.title)), &inner)
}

/// One photo: web size on the page, the original behind a link, its neighbours.
pub(in crate::spaces) fn photo(view: &View<'_>, album: &Album, photo: &Photo) -> String {
    let places = addresses(view.space, photo);
    let position = album
        .photos
        .iter()
        .position(|other| other.number == photo.number)
        .unwrap_or(0);
    let neighbour = |other: Option<&Photo>, word: &str| {
        other
            .map(|other| {
                format!(
                    "<a class=\"slide{word}\" href=\"{}\">{word}</a> ",
                    photo_address(view, album, other)
                )
            })
            .unwrap_or_default()
    };
    let inner = format!(
        "<div class=\"photoPage\" id=\"photo{handle}\"><h3><a href=\"{album_address}\">{album_title}</a></h3>\
         <a id=\"photoOriginal\" href=\"{original}\" rel=\"WLPP\"><img id=\"photoWeb\" src=\"{web}\" alt=\"{name}\"></a>\
         <div class=\"photoName\">{name}</div><div class=\"photoCaption\">{caption}</div><div class=\"photoDate\">{date}</div>\
         {previous}{next}</div>",
        handle = view.space.handle(photo.number),
        album_address = album_address(view, album),
        album_title = escape(&album.title),
        original = escape(&places.original),
        web = escape(&places.web),
        name = escape(&photo.name),
        caption = escape(&photo.caption),
        date = view.date_and_time(photo.date),
        previous = neighbour(
            position
                .checked_sub(1)
                .and_then(|before| album.photos.get(before)),
            "Previous"
        ),
        next = neighbour(album.photos.get(position + 1), "Next"),
    );
    frame::page(view, "", &inner)
}

/// The address of an album's page.
pub(in crate::spaces) fn album_address(view: &View<'_>, album: &Album) -> String {
    format!(
        "{}/photos/{}/",
        view.space.home(),
        view.space.handle(album.number)
    )
}

/// The address of a photo's page.
pub(in crate::spaces) fn photo_address(view: &View<'_>, album: &Album, photo: &Photo) -> String {
    format!(
        "{}{}",
        album_address(view, album),
        view.space.handle(photo.number)
    )
}
