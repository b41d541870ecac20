//! `/migration/space.zip`, made on request: an index, a page for each entry in the markup of 2010, a folder `img`.
//!
//! That there were HTML pages and a folder `img` is known; the names of the pages and the index are not, so this is one
//! likely shape of several.

use super::html::escape;
use super::markup::{CommentPage, NEWEST};
use super::pages::blog;
use super::pictures::Gallery;
use super::space::Entry;
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
    put(&mut zip, "index.html", index(&view, &entries).as_bytes())?;
    for entry in &entries {
        let mut local = (*entry).clone();
        local.body = with_local_pictures(&entry.body, gallery, &mut pictures);
        let part = blog::entry_part(&view, &local, CommentPage::whole(entry));
        let page = format!(
            "<html><head><title>{}</title></head><body>{part}</body></html>",
            view.title(entry)
        );
        put(&mut zip, &page_name(&view, entry), page.as_bytes())?;
    }
    for (name, bytes) in &pictures {
        put(&mut zip, &format!("img/{name}"), bytes)?;
    }
    Ok(zip.finish()?.into_inner())
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

fn page_name(view: &View<'_>, entry: &Entry) -> String {
    format!("{}.html", view.space.handle(entry.number))
}

fn index(view: &View<'_>, entries: &[&Entry]) -> String {
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
                page_name(view, entry)
            )
        })
        .collect();
    format!(
        "<html><head><title>{title}</title></head><body><h1 id=\"navTitle\"><span>{title}</span></h1><p><a href=\"{home}/\">{home}/</a></p><ul>{rows}</ul></body></html>",
        title = escape(&view.space.title),
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
