//! What the templates of the pages are filled with.

use super::super::{
    address, dates,
    words::{self, Words},
};
use super::{Card, MENU, Site};
use askama::Template;
use blog::{
    Kind,
    doors::archiving::{Page, Part, Photo, Said, Target},
};
use jiff::civil::Date;

/// What every page has around it.
pub(super) struct Frame<'a> {
    pub(super) site: &'a Site,
    pub(super) here: String,
    pub(super) title: String,
}

impl Frame<'_> {
    fn to(&self, path: &str) -> String {
        address::relative(&self.here, path)
    }

    /// A page of this part.
    fn own(&self, path: &str) -> String {
        self.to(&format!("{}{path}", self.site.part.prefix()))
    }

    fn blog(&self) -> &str {
        self.site.blog()
    }

    fn lang(&self) -> String {
        words::tag(self.site.about.language.as_deref())
    }

    fn dir(&self) -> &'static str {
        words::direction(self.site.about.language.as_deref())
    }

    fn is_open(&self) -> bool {
        self.site.part == Part::Open
    }

    fn words(&self) -> &'static Words {
        self.site.words
    }

    fn titled<'a>(&'a self, target: &'a Target) -> &'a str {
        self.site.titled(&target.title)
    }

    fn day(&self, date: &Date) -> String {
        dates::day(*date, self.site.key)
    }

    fn menu(&self) -> &[Target] {
        let pages = &self.site.about.pages;
        &pages[..pages.len().min(MENU)]
    }

    fn is_here(&self, path: &str) -> bool {
        self.here == path || self.here == format!("{}{path}", self.site.part.prefix())
    }
}

#[derive(Template)]
#[template(path = "archive/page.html")]
pub(super) struct PageTemplate<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) page: &'a Page,
    pub(super) html: String,
    pub(super) date: Option<Date>,
    pub(super) photos: Vec<Shown<'a>>,
    pub(super) comments: Vec<Spoken<'a>>,
}

impl PageTemplate<'_> {
    /// The picture before another one.
    fn before(&self, number: usize) -> Option<usize> {
        let numbers = self.kept();
        numbers.rev().find(|other| *other < number)
    }

    /// The picture behind another one.
    fn behind(&self, number: usize) -> Option<usize> {
        self.kept().find(|other| *other > number)
    }

    fn kept(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.photos
            .iter()
            .filter(|shown| shown.source.is_some())
            .map(|shown| shown.number)
    }
}

pub(super) struct Shown<'a> {
    pub(super) number: usize,
    pub(super) photo: &'a Photo,
    pub(super) source: Option<String>,
    pub(super) alt: String,
    pub(super) caption: String,
    pub(super) words: String,
}

pub(super) struct Spoken<'a> {
    pub(super) said: &'a Said,
    pub(super) depth: usize,
    pub(super) date: Option<Date>,
    pub(super) clock: String,
    pub(super) link: Option<&'a str>,
    pub(super) html: String,
}

#[derive(Template)]
#[template(path = "archive/front.html")]
pub(super) struct Front<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) cards: Vec<&'a Card>,
    pub(super) newer: Option<String>,
    pub(super) older: Option<String>,
}

#[derive(Template)]
#[template(path = "archive/list.html")]
pub(super) struct List<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) chapters: Vec<Chapter<'a>>,
    pub(super) terms: Vec<(&'static str, Vec<(Target, usize)>)>,
    pub(super) pages: &'a [Target],
}

pub(super) struct Chapter<'a> {
    pub(super) title: String,
    pub(super) months: Vec<Target>,
    pub(super) cards: Vec<&'a Card>,
}

#[derive(Template)]
#[template(path = "archive/albums.html")]
pub(super) struct Albums<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) cards: Vec<&'a Card>,
}

#[derive(Template)]
#[template(path = "archive/search.html")]
pub(super) struct Search<'a> {
    pub(super) frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "archive/said.html")]
pub(super) struct Plain<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) text: &'a str,
}

#[derive(Template)]
#[template(path = "archive/old.html")]
pub(super) struct Old<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) rows: &'a [(String, Target)],
}
