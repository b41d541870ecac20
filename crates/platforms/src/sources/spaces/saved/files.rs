//! The files that may be pages, opened and read one at a time.

use super::web;
use crate::sources::spaces::page::{self, Page};
use crate::sources::spaces::text;
use blog::doors::{Entry, Input, ReadError};
use jiff::Timestamp;
use std::io::Read;

/// A page larger than this is no page of a Space: with 3,000 comments one reached some 5 MB.
const LARGEST_PAGE_BYTES: u64 = 32 << 20;

/// Endings of files that may be pages. Files without an ending are looked into as well.
const PAGE_ENDINGS: [&str; 7] = ["html", "htm", "xhtml", "aspx", "entry", "mht", "php"];

/// The pages among the files of an input.
pub(super) struct Files<'a> {
    input: &'a mut dyn Input,
    pages: Vec<Entry>,
    others: Vec<String>,
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

    /// Names of the files that are no pages.
    pub(super) fn others(&self) -> &[String] {
        &self.others
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
        self.input
            .open(&self.pages[file].name)
            .ok()?
            .take(LARGEST_PAGE_BYTES + 1)
            .read_to_end(&mut bytes)
            .ok()?;
        if bytes.len() as u64 > LARGEST_PAGE_BYTES {
            return None;
        }
        let html = text::unarchived(&text::decode(&bytes, None));
        (!text::is_too_deep(&html)).then_some(html)
    }
}

fn is_page(entry: &Entry) -> bool {
    let name = entry.name.rsplit('/').next().unwrap_or(&entry.name);
    if name.starts_with('.') || entry.name.starts_with("__MACOSX/") {
        return false;
    }
    match name.rsplit_once('.') {
        Some((_, ending)) => PAGE_ENDINGS.contains(&ending.to_ascii_lowercase().as_str()),
        None => true,
    }
}
