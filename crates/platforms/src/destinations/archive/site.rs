//! The pages: one for each thing, and those that gather them by date, month, category, tag and old address.

mod templates;

use super::{address, body, dates, words::Words};
use askama::Template;
use blog::{
    Kind,
    body::plain_text,
    doors::archiving::{About, Page, Part, Photo, Said, Target},
};
use jiff::{Zoned, civil::Date};
use std::{
    collections::{BTreeMap, HashSet},
    io,
};
use templates::{
    Albums, Chapter, Frame, Front, List, Old, PageTemplate, Plain, Search, Shown, Spoken,
};

/// The one style sheet.
pub(super) const STYLE: &str = include_str!("../../../templates/archive/style.css");
const SCRIPT: &str = include_str!("../../../templates/archive/search.js");

/// Cards on one page of the front.
const CARDS: usize = 12;
/// Characters of a card's text.
const EXCERPT: usize = 240;
/// Pages that stand in the menu; the others stand in the archive.
const MENU: usize = 6;
/// Deepest thread that is still moved inwards.
const DEPTH: usize = 6;

/// The pages of one part.
pub(super) struct Site {
    part: Part,
    about: About,
    words: &'static Words,
    key: &'static str,
    cards: Vec<Card>,
    old: Vec<(String, Target)>,
    has_report: bool,
}

/// A page as others show it.
struct Card {
    kind: Kind,
    target: Target,
    date: Option<Date>,
    excerpt: String,
    picture: Option<String>,
    pictures: usize,
    comments: usize,
    sticky: bool,
    terms: Vec<Target>,
}

impl Site {
    pub(super) fn new(part: Part, about: &About) -> Self {
        Self {
            part,
            about: about.clone(),
            words: Words::of(about.language.as_deref()),
            key: Words::language(about.language.as_deref()),
            cards: Vec::new(),
            old: Vec::new(),
            has_report: false,
        }
    }

    /// A file that pages may lead to is in the archive.
    pub(super) fn has_file(&mut self, path: &str) {
        self.has_report |= path == "report.html";
    }

    /// The file of a page: its name and what stands in it.
    pub(super) fn page(&mut self, page: &Page) -> io::Result<(String, String)> {
        let here = &page.path;
        let photos = page
            .photos
            .iter()
            .enumerate()
            .map(|(at, photo)| self.shown(here, at + 1, photo))
            .collect();
        let comments = page
            .comments
            .iter()
            .map(|said| self.spoken(here, said))
            .collect();
        let rendered = PageTemplate {
            frame: self.frame(here, self.titled(&page.title)),
            html: body::on_page(&page.html, here, 1, self.words),
            date: page.date.as_ref().map(Zoned::date),
            page,
            photos,
            comments,
        }
        .render()
        .map_err(io::Error::other)?;
        self.keep(page);
        Ok((address::file(here), rendered))
    }

    fn shown<'a>(&self, here: &str, number: usize, photo: &'a Photo) -> Shown<'a> {
        let words = plain_text(&photo.caption);
        let said = [photo.alt.trim(), words.as_str()]
            .into_iter()
            .find(|said| !said.is_empty())
            .map_or_else(|| format!("{} {number}", self.words.picture), str::to_owned);
        Shown {
            number,
            source: photo
                .path
                .as_deref()
                .map(|path| address::relative(here, path)),
            alt: said,
            caption: body::on_page(&photo.caption, here, 1, self.words),
            words,
            photo,
        }
    }

    fn spoken<'a>(&self, here: &str, said: &'a Said) -> Spoken<'a> {
        let url = said.url.trim();
        let is_web = ["http://", "https://"].iter().any(|start| {
            url.get(..start.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(start))
        });
        Spoken {
            depth: said.depth.min(DEPTH),
            date: said.date.as_ref().map(Zoned::date),
            clock: said
                .date
                .as_ref()
                .map(|date| date.strftime("%H:%M").to_string())
                .unwrap_or_default(),
            link: is_web.then_some(url),
            html: body::on_page(&said.html, here, 2, self.words),
            said,
        }
    }

    fn keep(&mut self, page: &Page) {
        let target = Target {
            title: self.titled(&page.title).to_owned(),
            path: page.path.clone(),
        };
        let leads = page.old_addresses.iter();
        self.old
            .extend(leads.map(|address| (address.clone(), target.clone())));
        let text = match plain_text(&page.excerpt) {
            empty if empty.is_empty() => plain_text(&page.html),
            text => text,
        };
        let in_text = blog::body::references(&page.html)
            .into_iter()
            .filter(|reference| reference.element == "img")
            .find_map(|reference| {
                let (path, _) = address::path(&reference.address)?;
                path.contains("media/").then(|| path.to_owned())
            });
        let in_album = page.photos.iter().find_map(|photo| photo.path.clone());
        self.cards.push(Card {
            kind: page.kind,
            target,
            date: page.date.as_ref().map(Zoned::date),
            excerpt: cut(&text, EXCERPT),
            picture: in_album.or(in_text),
            pictures: page.photos.len(),
            comments: page.comments.len(),
            sticky: page.sticky,
            terms: page.categories.iter().chain(&page.tags).cloned().collect(),
        });
    }

    /// The pages that gather others, and what all of them need. Asked for once, at the end.
    pub(super) fn gather(&mut self) -> io::Result<Vec<(String, String)>> {
        self.old.sort();
        let mut files = self.fronts()?;
        let mut add = |here: &str, html: Result<String, askama::Error>| {
            let name = address::file(&format!("{}{here}", self.part.prefix()));
            files.push((name, html.map_err(io::Error::other)?));
            Ok::<(), io::Error>(())
        };
        add("archive", self.archive())?;
        for (year, month) in self.months() {
            let here = format!("months/{year}-{month:02}");
            add(&here, self.month(&here, year, month))?;
        }
        for (term, _) in self.terms("") {
            let here = term
                .path
                .strip_prefix(self.part.prefix())
                .unwrap_or(&term.path);
            add(here, self.term(here, &term))?;
        }
        if self.about.albums {
            add("albums", self.albums())?;
        }
        let search = Search {
            frame: self.own_frame("search", self.words.search),
        };
        add("search", search.render())?;
        let old = Old {
            frame: self.own_frame("old-addresses", self.words.old_addresses),
            rows: &self.old,
        };
        add("old-addresses", old.render())?;
        if self.part == Part::Open {
            let not_public = Plain {
                frame: self.own_frame("not-public", self.words.not_public),
                text: self.words.not_public_text,
            };
            add("not-public", not_public.render())?;
        }
        let prefix = self.part.prefix();
        files.push((format!("{prefix}assets/style.css"), STYLE.to_owned()));
        files.push((format!("{prefix}assets/search.js"), SCRIPT.to_owned()));
        Ok(files)
    }

    /// The newest posts, some on each page; what stays on top stands on top of the first.
    fn fronts(&self) -> io::Result<Vec<(String, String)>> {
        let mut cards = self.of(&[Kind::Post]);
        if cards.is_empty() {
            cards = self.of(&[
                Kind::Album,
                Kind::Page,
                Kind::List,
                Kind::Guestbook,
                Kind::Link,
            ]);
        }
        cards.sort_by_key(|card| !card.sticky);
        if cards.is_empty() {
            let frame = self.own_frame("index", self.blog());
            let text = if self.is_nobodys() {
                self.words.nothing_public
            } else {
                ""
            };
            let html = Plain { frame, text }.render().map_err(io::Error::other)?;
            return Ok(vec![(format!("{}index.html", self.part.prefix()), html)]);
        }
        let pages: Vec<&[&Card]> = cards.chunks(CARDS).collect();
        let path = |number: usize| match number {
            0 => "index".to_owned(),
            number => format!("more/{}", number + 1),
        };
        let mut files = Vec::new();
        for (number, cards) in pages.iter().enumerate() {
            let front = Front {
                frame: self.own_frame(&path(number), self.blog()),
                cards: cards.to_vec(),
                newer: number.checked_sub(1).map(path),
                older: (number + 1 < pages.len()).then(|| path(number + 1)),
            };
            let name = format!("{}{}.html", self.part.prefix(), path(number));
            files.push((name, front.render().map_err(io::Error::other)?));
        }
        Ok(files)
    }

    fn archive(&self) -> Result<String, askama::Error> {
        let posts = self.of(&[Kind::Post]);
        let mut chapters: Vec<Chapter<'_>> = Vec::new();
        for card in posts {
            let title = match card.date {
                Some(date) => date.year().to_string(),
                None => self.words.undated.to_owned(),
            };
            match chapters.iter_mut().find(|chapter| chapter.title == title) {
                Some(chapter) => chapter.cards.push(card),
                None => chapters.push(Chapter {
                    title,
                    months: self.months_of(card.date),
                    cards: vec![card],
                }),
            }
        }
        List {
            frame: self.own_frame("archive", self.words.archive),
            chapters,
            terms: [
                (self.words.categories, "categories/"),
                (self.words.tags, "tags/"),
            ]
            .into_iter()
            .map(|(title, folder)| (title, self.terms(folder)))
            .filter(|(_, terms)| !terms.is_empty())
            .collect(),
            pages: &self.about.pages,
        }
        .render()
    }

    /// The months with a post in the year of a date, the newest first.
    fn months_of(&self, date: Option<Date>) -> Vec<Target> {
        let year = date.map(Date::year);
        self.months()
            .into_iter()
            .filter(|(of, _)| Some(*of) == year)
            .map(|(year, month)| Target {
                title: dates::month(year, month, self.key),
                path: format!("{}months/{year}-{month:02}", self.part.prefix()),
            })
            .collect()
    }

    fn month(&self, here: &str, year: i16, month: i8) -> Result<String, askama::Error> {
        let is_in = |card: &&Card| {
            card.date
                .is_some_and(|date| (date.year(), date.month()) == (year, month))
        };
        let title = dates::month(year, month, self.key);
        self.gathered(
            here,
            &title,
            self.of(&[Kind::Post]).into_iter().filter(is_in).collect(),
        )
    }

    fn term(&self, here: &str, term: &Target) -> Result<String, askama::Error> {
        let carries = |card: &&Card| card.terms.contains(term);
        let cards = self.of(&[Kind::Post, Kind::Page]);
        self.gathered(
            here,
            self.titled(&term.title),
            cards.into_iter().filter(carries).collect(),
        )
    }

    fn gathered(
        &self,
        here: &str,
        title: &str,
        cards: Vec<&Card>,
    ) -> Result<String, askama::Error> {
        List {
            frame: self.own_frame(here, title),
            chapters: vec![Chapter {
                title: String::new(),
                months: Vec::new(),
                cards,
            }],
            terms: Vec::new(),
            pages: &[],
        }
        .render()
    }

    fn albums(&self) -> Result<String, askama::Error> {
        Albums {
            frame: self.own_frame("albums", self.words.albums),
            cards: self.of(&[Kind::Album]),
        }
        .render()
    }

    fn of(&self, kinds: &[Kind]) -> Vec<&Card> {
        self.cards
            .iter()
            .filter(|card| kinds.contains(&card.kind))
            .collect()
    }

    /// Months with a post, the newest first.
    fn months(&self) -> Vec<(i16, i8)> {
        let mut seen = HashSet::new();
        let dates = self
            .of(&[Kind::Post])
            .into_iter()
            .filter_map(|card| card.date);
        let mut months: Vec<(i16, i8)> = dates
            .map(|date| (date.year(), date.month()))
            .filter(|month| seen.insert(*month))
            .collect();
        months.sort_by(|one, other| other.cmp(one));
        months
    }

    /// Terms of one folder, or of all, with how many posts carry each, by name.
    fn terms(&self, folder: &str) -> Vec<(Target, usize)> {
        let start = format!("{}{folder}", self.part.prefix());
        let mut terms: BTreeMap<&Target, usize> = BTreeMap::new();
        for term in self.cards.iter().flat_map(|card| &card.terms) {
            if term.path.starts_with(&start) {
                *terms.entry(term).or_default() += 1;
            }
        }
        terms
            .into_iter()
            .map(|(term, count)| (term.clone(), count))
            .collect()
    }

    fn frame(&self, here: &str, title: &str) -> Frame<'_> {
        Frame {
            site: self,
            here: here.to_owned(),
            title: title.to_owned(),
        }
    }

    fn own_frame(&self, here: &str, title: &str) -> Frame<'_> {
        self.frame(&format!("{}{here}", self.part.prefix()), title)
    }

    /// The open part of a blog that was not everyone's.
    fn is_nobodys(&self) -> bool {
        self.part == Part::Open && self.about.name.is_empty()
    }

    fn blog(&self) -> &str {
        match self.about.title.trim() {
            "" if self.is_nobodys() => self.words.not_public,
            "" => self.words.untitled,
            title => title,
        }
    }

    fn titled<'a>(&self, title: &'a str) -> &'a str {
        match title.trim() {
            "" => self.words.untitled,
            title => title,
        }
    }
}

/// The beginning of a text, ended where a word ends.
fn cut(text: &str, characters: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(characters) else {
        return text.to_owned();
    };
    let start = &text[..end];
    let whole = start
        .rfind(char::is_whitespace)
        .filter(|at| *at > end / 2)
        .map_or(start, |at| &start[..at]);
    format!("{}…", whole.trim_end())
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_between_words_where_it_has_any() {
        assert_eq!(cut("one two three", 9), "one two…");
        assert_eq!(cut("春天来了花开了", 3), "春天来…");
        assert_eq!(cut("short", 9), "short");
    }
}
