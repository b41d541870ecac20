//! `/migration/space.zip`, made on request: a page for each entry in the markup of 2010, a folder `img`, and what else
//! [`Download`] says.
//!
//! That there were HTML pages and a folder `img` is known, and that photos on SkyDrive were not in it; the names of the pages
//! and the index are not.

use super::html::escape;
use super::markup::{CommentPage, NEWEST};
use super::pages::{blog, guestbook, lists, photos};
use super::pictures::Gallery;
use super::space::{Download, Entry};
use super::view::View;
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::sync::Arc;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The bytes of the archive.
pub(super) fn write(view: &View<'_>, gallery: &Gallery) -> Result<Vec<u8>, zip::result::ZipError> {
    let view = View {
        markup: NEWEST,
        zone: view.zone.clone(),
        ..*view
    };
    let mut pictures = BTreeMap::new();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let entries = view.entries();
    let names = Names::of(&view, &entries);
    if view.space.download != Download::Numbered {
        let index = index(&view, &entries, &names);
        put(&mut zip, "index.html", index.as_bytes())?;
    }
    for entry in &entries {
        let mut local = (*entry).clone();
        local.body = with_local_pictures(&entry.body, gallery, &mut pictures);
        let part = blog::entry_part(&view, &local, CommentPage::whole(entry));
        let page = format!(
            "<html><head><title>{}</title></head><body>{part}</body></html>",
            view.title(entry)
        );
        put(&mut zip, names.file(entry), names.local(page).as_bytes())?;
    }
    if view.space.download == Download::Whole {
        put_others(&mut zip, &view)?;
    }
    for (name, bytes) in &pictures {
        put(&mut zip, &format!("img/{name}"), bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Albums with their photo pages, lists, the guestbook.
fn put_others(
    zip: &mut ZipWriter<Cursor<Vec<u8>>>,
    view: &View<'_>,
) -> Result<(), zip::result::ZipError> {
    let handle = |number: u64| view.space.handle(number);
    for album in &view.space.albums {
        let folder = format!("photos/{}", handle(album.number));
        let page = photos::album(view, album);
        put(zip, &format!("{folder}.html"), page.as_bytes())?;
        for photo in &album.photos {
            let page = photos::photo(view, album, photo);
            let name = format!("{folder}/{}.html", handle(photo.number));
            put(zip, &name, page.as_bytes())?;
        }
    }
    for list in &view.space.lists {
        let name = format!("lists/{}.html", handle(list.number));
        put(zip, &name, lists::list(view, list).as_bytes())?;
    }
    if !view.space.guestbook.is_empty() {
        put(zip, "guestbook.html", guestbook::whole(view).as_bytes())?;
    }
    Ok(())
}

/// The names of the entries' files, and whether links between entries are written as such.
struct Names {
    by_number: BTreeMap<u64, String>,
    /// Addresses of entries, each with the file that replaces it in links.
    replaced: Vec<(String, String)>,
}

impl Names {
    fn of(view: &View<'_>, entries: &[&Entry]) -> Self {
        let numbered = view.space.download == Download::Numbered;
        let name = |at: usize, entry: &Entry| {
            if numbered {
                format!("{:04}.html", at + 1)
            } else {
                format!("{}.html", view.space.handle(entry.number))
            }
        };
        let by_number: BTreeMap<u64, String> = entries
            .iter()
            .enumerate()
            .map(|(at, entry)| (entry.number, name(at, entry)))
            .collect();
        let address = |number: u64| format!("href=\"{}\"", view.space.entry_address(number));
        let replaced = by_number
            .iter()
            .filter(|_| numbered)
            .map(|(number, name)| (address(*number), format!("href=\"{name}\"")))
            .collect();
        Self {
            by_number,
            replaced,
        }
    }

    fn file(&self, entry: &Entry) -> &str {
        self.by_number
            .get(&entry.number)
            .map_or("entry.html", String::as_str)
    }

    /// A page with its links to other entries as file names, where this download writes them so.
    fn local(&self, page: String) -> String {
        self.replaced
            .iter()
            .fold(page, |page, (address, file)| page.replace(address, file))
    }
}

fn put(
    zip: &mut ZipWriter<Cursor<Vec<u8>>>,
    name: &str,
    bytes: &[u8],
) -> Result<(), zip::result::ZipError> {
    zip.start_file(name, SimpleFileOptions::default())?;
    zip.write_all(bytes)?;
    Ok(())
}

fn index(view: &View<'_>, entries: &[&Entry], names: &Names) -> String {
    let rows: String = entries
        .iter()
        .map(|entry| {
            let title = if entry.title.is_empty() {
                "(no title)".to_owned()
            } else {
                view.title(entry)
            };
            format!(
                "<li>{} <a href=\"{}\">{title}</a></li>",
                view.date(entry.date),
                names.file(entry)
            )
        })
        .collect();
    format!(
        "<html><head><title>{title}</title></head><body><h1 id=\"navTitle\"><span>{title}</span></h1><p id=\"navTagline\">{tagline}</p><p><a href=\"{home}/\">{home}/</a></p><ul>{rows}</ul></body></html>",
        title = escape(&view.space.title),
        tagline = escape(&view.space.tagline),
        home = view.space.home()
    )
}

/// Turns the addresses of our pictures in `src` and `href` into `img/NAME` and collects the bytes.
fn with_local_pictures(
    body: &str,
    gallery: &Gallery,
    pictures: &mut BTreeMap<String, Arc<Vec<u8>>>,
) -> String {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((start, value)) = next_address(rest) {
        let end = value.find('"').unwrap_or(value.len());
        text.push_str(&rest[..start]);
        match gallery.original_behind(&value[..end]) {
            Some((photo, bytes)) => {
                let name = format!("{}_{}", photo.number, photo.name);
                text.push_str(&format!("img/{name}"));
                pictures.insert(name, bytes);
            }
            None => text.push_str(&value[..end]),
        }
        rest = &value[end..];
    }
    text.push_str(rest);
    text
}

/// Where the next `src="` or `href="` ends, and what follows.
fn next_address(text: &str) -> Option<(usize, &str)> {
    let starts = ["src=\"", "href=\""].map(|mark| text.find(mark).map(|at| at + mark.len()));
    let start = starts.into_iter().flatten().min()?;
    Some((start, &text[start..]))
}
