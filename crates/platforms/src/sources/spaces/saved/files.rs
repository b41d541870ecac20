//! The files that may be pages, opened and read one at a time.

use super::web;
use crate::input::probe;
use crate::sources::spaces::page::{self, Page};
use crate::sources::spaces::text;
use blog::doors::{Entry, Input, ReadError};
use jiff::Timestamp;
use std::{io::Read, sync::Arc};

/// A page larger than this is no page of a Space: with 3,000 comments one reached some 5 MB.
const LARGEST_PAGE_BYTES: u64 = 32 << 20;

/// So much of a file shows what it is.
const HEAD_BYTES: u64 = 1024;

/// Endings of files that may be pages. Files without an ending are looked into as well.
const PAGE_ENDINGS: [&str; 7] = ["html", "htm", "xhtml", "aspx", "entry", "mht", "php"];

/// The pages among the files of an input.
pub(super) struct Files<'a> {
    input: &'a mut dyn Input,
    pages: Vec<Entry>,
    others: Arc<[String]>,
}

impl<'a> Files<'a> {
    /// Of `input`.
    pub(super) fn of(input: &'a mut dyn Input) -> Result<Self, ReadError> {
        let entries = input.entries()?;
        let (pages, others) = if entries.iter().any(|entry| web::is_address(&entry.name)) {
            let own = web::of_one_space(input.label(), entries, input.option("site"))?;
            (own, Vec::new())
        } else {
            entries.into_iter().partition(is_page)
        };
        Ok(Self {
            input,
            pages,
            others: others.into_iter().map(|entry| entry.name).collect(),
        })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.pages.len()
    }

    /// The name of one.
    pub(super) fn name(&self, file: usize) -> &str {
        &self.pages[file].name
    }

    /// Names of the files that are no pages, in order.
    pub(super) fn others(&self) -> Arc<[String]> {
        Arc::clone(&self.others)
    }

    /// Where addresses on one start from.
    pub(super) fn base(&self, file: usize) -> String {
        let name = &self.pages[file].name;
        if web::is_address(name) {
            name.clone()
        } else {
            format!("input:/{name}")
        }
    }

    /// When one was taken from the web, where that is known.
    pub(super) fn captured(&self, file: usize) -> Option<Timestamp> {
        self.input.captured(&self.pages[file].name)
    }

    /// What the owner gave.
    pub(super) fn input(&self) -> &dyn Input {
        self.input
    }

    /// The text of a file and what it says. `None` for a file that cannot be read, is too large or nested beyond measure.
    pub(super) fn page(&mut self, file: usize) -> Option<(String, Page)> {
        let html = self.text(file)?;
        let page = page::read(&html);
        Some((html, page))
    }

    fn text(&mut self, file: usize) -> Option<String> {
        let mut bytes = Vec::new();
        let name = &self.pages[file].name;
        let mut reader = self.input.open(name).ok()?;
        reader
            .by_ref()
            .take(HEAD_BYTES)
            .read_to_end(&mut bytes)
            .ok()?;
        // Photos were saved without an ending too, and there may be a hundred thousand of them.
        if !has_page_ending(name) && is_media(&bytes) {
            return Some(String::new());
        }
        let rest = LARGEST_PAGE_BYTES + 1 - bytes.len() as u64;
        reader.take(rest).read_to_end(&mut bytes).ok()?;
        if bytes.len() as u64 > LARGEST_PAGE_BYTES {
            return None;
        }
        points::met("read", || String::from_utf8_lossy(&bytes).into_owned());
        let html = text::unarchived(&text::decode(&bytes, None));
        (!text::is_too_deep(&html)).then_some(html)
    }
}

fn is_page(entry: &Entry) -> bool {
    let name = entry.name.rsplit('/').next().unwrap_or(&entry.name);
    if name.starts_with('.') || entry.name.starts_with("__MACOSX/") {
        return false;
    }
    !name.contains('.') || has_page_ending(name)
}

fn is_media(head: &[u8]) -> bool {
    probe::media_type(head).is_some() && !probe::is_web_page(head)
}

fn has_page_ending(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| PAGE_ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}
