//! Feeds: Atom with the newest posts for readers, JSON Feed with everything for programs. Their addresses are relative, as nobody
//! knows where an archive will stand.

use super::{address, body, words::Words};
use askama::Template;
use blog::doors::archiving::{About, Page, Part};
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

/// Posts in the Atom feed.
const ATOM_POSTS: usize = 30;

/// The feeds of one part, while its pages pass.
pub(super) struct Feed {
    part: Part,
    about: About,
    atom: Vec<Entry>,
    json: BufWriter<File>,
    first: bool,
}

struct Entry {
    id: String,
    link: String,
    title: String,
    published: Option<String>,
    updated: String,
    author: String,
    terms: Vec<String>,
    html: String,
}

#[derive(Template)]
#[template(path = "archive/feed.xml")]
struct Atom<'a> {
    about: &'a About,
    title: &'a str,
    id: String,
    updated: String,
    language: String,
    entries: &'a [Entry],
}

impl Feed {
    pub(super) fn new(part: Part, about: &About) -> io::Result<Self> {
        let mut json = BufWriter::new(tempfile::tempfile()?);
        let words = Words::of(about.language.as_deref());
        let head = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": titled(about, words),
            "description": about.tagline,
            "language": super::words::tag(about.language.as_deref()),
            "home_page_url": about.home,
            "authors": about.owner.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        });
        let head = head.to_string();
        json.write_all(head[..head.len() - 1].as_bytes())?;
        json.write_all(b",\n\"items\": [")?;
        Ok(Self {
            part,
            about: about.clone(),
            atom: Vec::new(),
            json,
            first: true,
        })
    }

    pub(super) fn page(&mut self, page: &Page) -> io::Result<()> {
        let words = Words::of(self.about.language.as_deref());
        let here = format!("{}feed", self.part.prefix());
        let mut html = body::on_page(&page.html, &here, 1, words);
        for photo in &page.photos {
            if let Some(path) = &photo.path {
                let source = address::relative(&here, path);
                let caption = body::on_page(&photo.caption, &here, 1, words);
                html.push_str(&format!(
                    "<figure><img src=\"{source}\" alt=\"{}\"><figcaption>{caption}</figcaption></figure>",
                    body::escape(&photo.alt)
                ));
            }
        }
        let separator: &[u8] = if self.first { b"\n" } else { b",\n" };
        self.first = false;
        self.json.write_all(separator)?;
        let item = self.item(page, &here, &html, words);
        serde_json::to_writer(&mut self.json, &item)?;
        let in_feed = page.path.contains("posts/") || page.path.contains("albums/");
        if in_feed && self.atom.len() < ATOM_POSTS {
            self.atom.push(self.entry(page, &here, html));
        }
        Ok(())
    }

    fn item(&self, page: &Page, here: &str, html: &str, words: &Words) -> Value {
        let comments: Vec<Value> = page
            .comments
            .iter()
            .map(|said| {
                json!({
                    "id": said.anchor, "depth": said.depth, "author": said.author, "url": said.url,
                    "date": said.date.as_ref().map(instant),
                    "content_html": body::on_page(&said.html, here, 2, words),
                })
            })
            .collect();
        let tags: Vec<&str> = page
            .categories
            .iter()
            .chain(&page.tags)
            .map(|term| term.title.as_str())
            .collect();
        let mut item = json!({
            "id": self.id(&page.name),
            "url": address::relative(here, &page.path),
            "title": page.title,
            "content_html": html,
            "tags": tags,
            "_rehome": {
                "kind": page.kind.as_str(),
                "old_addresses": page.old_addresses,
                "not_for_everyone": page.private,
                "comments": comments,
            },
        });
        if let Some(date) = &page.date {
            item["date_published"] = json!(instant(date));
        }
        if let Some(date) = &page.modified {
            item["date_modified"] = json!(instant(date));
        }
        if let Some(author) = &page.author {
            item["authors"] = json!([{ "name": author }]);
        }
        item
    }

    fn entry(&self, page: &Page, here: &str, html: String) -> Entry {
        let updated = page.modified.as_ref().max(page.date.as_ref());
        Entry {
            id: self.id(&page.name),
            link: address::relative(here, &page.path),
            title: xml(&page.title),
            published: page.date.as_ref().map(instant),
            updated: updated.map_or_else(|| epoch(), instant),
            author: xml(page
                .author
                .as_ref()
                .or(self.about.owner.as_ref())
                .map_or("", String::as_str)),
            terms: page
                .categories
                .iter()
                .chain(&page.tags)
                .map(|term| xml(&term.title))
                .collect(),
            html: xml(&html),
        }
    }

    /// Ends both: the Atom feed as text, the JSON Feed as a file at its beginning.
    pub(super) fn end(&mut self) -> io::Result<(String, File)> {
        let words = Words::of(self.about.language.as_deref());
        let atom = Atom {
            title: titled(&self.about, words),
            about: &self.about,
            id: self.id("feed"),
            updated: self
                .atom
                .iter()
                .map(|entry| entry.updated.clone())
                .max()
                .unwrap_or_else(epoch),
            language: super::words::tag(self.about.language.as_deref()),
            entries: &self.atom,
        };
        let atom = atom.render().map_err(io::Error::other)?;
        self.json.write_all(b"\n]}\n")?;
        self.json.flush()?;
        let mut json = self.json.get_ref().try_clone()?;
        json.seek(SeekFrom::Start(0))?;
        Ok((atom, json))
    }

    /// The same for a thing in each archive of its blog, and of no other.
    fn id(&self, name: &str) -> String {
        let hash = blake3::hash(format!("{}\n{name}", self.about.name).as_bytes());
        let hex = hash.to_hex();
        // A UUID of version 8: made by a rule of one's own.
        format!(
            "urn:uuid:{}-{}-8{}-a{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..15],
            &hex[15..18],
            &hex[18..30]
        )
    }
}

fn titled<'a>(about: &'a About, words: &'a Words) -> &'a str {
    match about.title.trim() {
        "" => words.untitled,
        title => title,
    }
}

fn instant(date: &Zoned) -> String {
    date.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn epoch() -> String {
    Timestamp::UNIX_EPOCH.to_string()
}

/// Text without the characters that XML does not take.
fn xml(text: &str) -> String {
    text.chars()
        .filter(|character| {
            matches!(character, '\t' | '\n' | '\r')
                || (!character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}'))
        })
        .collect()
}
