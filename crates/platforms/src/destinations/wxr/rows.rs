//! Things as the rows of the journal, with what only the whole blog decides: slugs that no other has, and titles that are unique
//! together with their date.

use super::Settings;
use crate::wire::wxr::write::is_xml;
use blog::doors::{TermThing, Thing};
use blog::{CommentKind, CommentState, Field, ItemRef, when};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Longest slug that is made of a title. WordPress cuts what is longer than 200 bytes; a number may still follow.
const SLUG_BYTES: usize = 190;

/// One thing as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "kebab-case")]
pub(super) enum Row {
    Term(TermRow),
    Media(MediaRow),
    Post(Box<PostRow>),
    Comment(CommentRow),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct TermRow {
    pub(super) tag: bool,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) parent: Option<ItemRef>,
    pub(super) description: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct MediaRow {
    /// Path inside the folder of pictures.
    pub(super) file: String,
    pub(super) media_type: String,
    /// Of its bytes (blake3, hex).
    #[serde(default)]
    pub(super) hash: String,
    pub(super) title: String,
    pub(super) caption: String,
    pub(super) alt: String,
    pub(super) date: Timestamp,
    pub(super) open: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PostRow {
    pub(super) mark: ItemRef,
    pub(super) page: bool,
    pub(super) status: String,
    pub(super) title: String,
    pub(super) content: String,
    pub(super) excerpt: String,
    pub(super) slug: String,
    /// The date that was asked for.
    pub(super) wished: Option<Timestamp>,
    /// The date in the file: some seconds later where another post has the same title and date.
    pub(super) date: Option<Timestamp>,
    /// What a page without a date is known again by.
    #[serde(default)]
    pub(super) known_by: Option<Timestamp>,
    pub(super) modified: Option<Timestamp>,
    pub(super) author: Option<String>,
    pub(super) password: Option<String>,
    pub(super) sticky: bool,
    pub(super) comments_open: bool,
    pub(super) pings_open: bool,
    pub(super) terms: Vec<ItemRef>,
    pub(super) format: Option<String>,
    #[serde(default)]
    pub(super) parent: Option<ItemRef>,
    #[serde(default)]
    pub(super) order: i32,
    #[serde(default)]
    pub(super) fields: Vec<Field>,
    pub(super) featured: Option<ItemRef>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct CommentRow {
    pub(super) post: ItemRef,
    pub(super) parent: Option<ItemRef>,
    pub(super) kind: String,
    pub(super) author: String,
    pub(super) url: String,
    pub(super) date: Option<Timestamp>,
    pub(super) content: String,
    pub(super) state: String,
}

impl Row {
    /// The texts that hold addresses.
    pub(super) fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Self::Post(post) => vec![&mut post.content, &mut post.excerpt],
            Self::Comment(comment) => vec![&mut comment.content],
            Self::Media(media) => vec![&mut media.caption],
            Self::Term(_) => Vec::new(),
        }
    }
}

/// A page, as far as the addresses of those below it are concerned.
#[derive(Debug, Clone)]
struct Page {
    slug: String,
    parent: Option<ItemRef>,
}

/// What the rows decide together.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    pub(super) home: String,
    pictures: String,
    /// Whether pictures stand in folders by year and month.
    dated: bool,
    zone: TimeZone,
    /// Slugs, files and title-date pairs in use, with the number that has them.
    slugs: BTreeMap<String, u64>,
    /// Slugs of terms behind their taxonomy: the importer takes two of one slug for one, wherever they stand in the tree.
    term_slugs: BTreeMap<String, u64>,
    /// Pages, with the names that the addresses of those below them hold.
    pages: BTreeMap<ItemRef, Page>,
    files: BTreeMap<String, u64>,
    moments: BTreeSet<(i64, String)>,
    moment_of: BTreeMap<u64, (i64, String)>,
}

impl Rows {
    pub(super) fn new(settings: &Settings) -> Self {
        let home = settings.home.trim_end_matches('/').to_owned();
        Self {
            pictures: settings.pictures_address(),
            home,
            dated: settings.copies,
            zone: when::zone(&settings.time_zone).unwrap_or(TimeZone::UTC),
            slugs: BTreeMap::new(),
            term_slugs: BTreeMap::new(),
            pages: BTreeMap::new(),
            files: BTreeMap::new(),
            moments: BTreeSet::new(),
            moment_of: BTreeMap::new(),
        }
    }

    /// Takes note of a row of an earlier run.
    pub(super) fn learn(&mut self, id: u64, row: &Row) {
        match row {
            Row::Post(post) => {
                let wish = self.within(post.parent.as_ref(), &post.slug);
                self.slugs.insert(wish.to_lowercase(), id);
                self.note_page(post);
                if let Some(date) = post.date.or(post.known_by) {
                    self.note_moment(id, (date.as_second(), post.title.trim().to_lowercase()));
                }
            }
            Row::Media(media) => {
                self.files.insert(media.file.to_lowercase(), id);
            }
            Row::Term(term) => {
                let wish = slug_in(base_of(term.tag), &term.slug);
                self.term_slugs.insert(wish.to_lowercase(), id);
            }
            Row::Comment(_) => {}
        }
    }

    /// The row of a thing, and what had to be changed. `None` for what only a living home can take.
    pub(super) fn row(
        &mut self,
        id: u64,
        mark: &ItemRef,
        thing: &Thing,
    ) -> Option<(Row, Option<String>)> {
        let mut remarks = BTreeSet::new();
        let row = match thing {
            Thing::Term(term) => {
                let tag = mark.kind == blog::Kind::Tag;
                Row::Term(TermRow {
                    tag,
                    name: clean(&term.name, &mut remarks),
                    slug: self.term_slug(id, tag, term, &mut remarks),
                    parent: term.parent.clone(),
                    description: clean(&term.description, &mut remarks),
                })
            }
            Thing::Media(media) => {
                let month = media.date_utc.to_zoned(self.zone.clone());
                let month = month.strftime("%Y/%m/").to_string();
                let folder = if self.dated { &month } else { "" };
                let wish = format!("{folder}{}", media.file_name);
                let file = unique(&wish, id, &mut self.files);
                Row::Media(MediaRow {
                    file,
                    media_type: media.media_type.clone(),
                    hash: media.hash.clone(),
                    title: clean(&media.title, &mut remarks),
                    caption: clean(&media.caption, &mut remarks),
                    alt: clean(&media.alt, &mut remarks),
                    date: media.date_utc,
                    open: media.open.is_some(),
                })
            }
            Thing::Post(post) => {
                let wish = post.slug.clone().filter(|slug| !slug.is_empty());
                let wish = wish.unwrap_or_else(|| slug_of(&post.title));
                let wish = if wish.is_empty() {
                    format!("post-{id}")
                } else {
                    wish
                };
                let title = clean(&post.title, &mut remarks);
                let date = post.date_utc.map(|date| self.free_moment(&title, date, id));
                if date != post.date_utc {
                    remarks.insert("another post has the same title and date, which the importer would take for the same; its date was moved by seconds");
                }
                // Pages stand in several files, and the importer knows them again by title and date.
                let known_by = (post.page && date.is_none()).then(|| {
                    let date = post.modified_utc.unwrap_or(Timestamp::UNIX_EPOCH);
                    self.free_moment(&title, date, id)
                });
                let wish = self.within(post.parent.as_ref(), &wish);
                let slug = unique(&wish, id, &mut self.slugs);
                let row = PostRow {
                    mark: mark.clone(),
                    page: post.page,
                    status: post.status.as_str().to_owned(),
                    content: clean(&post.content, &mut remarks),
                    excerpt: clean(&post.excerpt, &mut remarks),
                    slug: slug.rsplit('/').next().unwrap_or(&slug).to_owned(),
                    wished: post.date_utc,
                    date,
                    known_by,
                    title,
                    modified: post.modified_utc,
                    author: post.author_login.clone(),
                    password: post.password.clone(),
                    sticky: post.sticky,
                    comments_open: post.comments_open,
                    pings_open: post.pings_open,
                    terms: post.terms.clone(),
                    format: post.format.map(str::to_owned),
                    parent: post.parent.clone().filter(|_| post.page),
                    order: post.order.unwrap_or(0),
                    fields: post.fields.clone(),
                    featured: post.featured.clone(),
                };
                self.note_page(&row);
                Row::Post(Box::new(row))
            }
            Thing::Comment(comment) => Row::Comment(CommentRow {
                post: comment.post.clone(),
                parent: comment.parent.clone(),
                kind: match comment.kind {
                    CommentKind::Comment => "comment",
                    CommentKind::Trackback => "trackback",
                    CommentKind::Pingback => "pingback",
                }
                .to_owned(),
                author: clean(&comment.author, &mut remarks),
                url: clean(&comment.url, &mut remarks),
                date: comment.date_utc,
                content: clean(&comment.content, &mut remarks),
                state: match comment.state {
                    CommentState::Approved => "approved",
                    CommentState::Held => "held",
                    CommentState::Spam => "spam",
                }
                .to_owned(),
            }),
            Thing::Amend(_) => return None,
        };
        let remark = remarks.into_iter().collect::<Vec<_>>().join("; ");
        Some((row, Some(remark).filter(|remark| !remark.is_empty())))
    }

    /// The slug of a term, which no other of its taxonomy has. One that somebody chose and that does not stay is told, as the address of
    /// its page shows it.
    fn term_slug(
        &mut self,
        id: u64,
        tag: bool,
        term: &TermThing,
        remarks: &mut BTreeSet<&'static str>,
    ) -> String {
        let base = base_of(tag);
        let chosen = term.slug.as_deref().filter(|slug| !slug.is_empty());
        let mut wish = chosen.map_or_else(|| slug_of(&term.name), str::to_owned);
        if wish.is_empty() {
            wish = format!("{base}-{id}");
        }
        let wish = slug_in(base, &wish);
        let slug = unique(&wish, id, &mut self.term_slugs);
        if chosen.is_some() && slug != wish {
            remarks.insert("another category or tag has the same slug, and the importer would take the two for one; the address of its page has another one");
        }
        slug.rsplit('/').next().unwrap_or(&slug).to_owned()
    }

    fn note_page(&mut self, post: &PostRow) {
        if post.page {
            let page = Page {
                slug: post.slug.clone(),
                parent: post.parent.clone(),
            };
            self.pages.insert(post.mark.clone(), page);
        }
    }

    /// The slug behind those of the pages above: WordPress wants it to be unique among its neighbours only.
    fn within(&self, parent: Option<&ItemRef>, slug: &str) -> String {
        let mut path = slug.replace('/', "-");
        let mut above = parent.and_then(|mark| self.pages.get(mark));
        let mut depth = 0;
        while let Some(page) = above.filter(|_| depth < 100) {
            path = format!("{}/{path}", page.slug);
            above = page.parent.as_ref().and_then(|mark| self.pages.get(mark));
            depth += 1;
        }
        path
    }

    /// The date, moved by seconds until no other post has the same title then. The importer looks at the date alone where there is no title.
    fn free_moment(&mut self, title: &str, date: Timestamp, id: u64) -> Timestamp {
        if let Some(before) = self.moment_of.remove(&id) {
            self.moments.remove(&before);
        }
        let title = title.trim().to_lowercase();
        let mut date = date;
        loop {
            let key = (date.as_second(), title.clone());
            let same_second =
                (date.as_second(), String::new())..(date.as_second() + 1, String::new());
            let taken = if title.is_empty() {
                self.moments.range(same_second).next().is_some()
            } else {
                self.moments.contains(&key)
            };
            match date.checked_add(SignedDuration::from_secs(1)) {
                Ok(later) if taken => date = later,
                _ => {
                    self.note_moment(id, key);
                    return date;
                }
            }
        }
    }

    fn note_moment(&mut self, id: u64, key: (i64, String)) {
        self.moments.insert(key.clone());
        self.moment_of.insert(id, key);
    }

    /// The address that a thing will have: permalinks with day and name.
    pub(super) fn address(&self, id: u64, row: &Row) -> Option<String> {
        let home = &self.home;
        match row {
            Row::Post(post) if post.status == "publish" && post.page => {
                let path = self.within(post.parent.as_ref(), &post.slug);
                Some(format!("{home}/{path}/"))
            }
            Row::Post(post) => match (post.status.as_str(), post.date) {
                ("publish", Some(date)) => {
                    let day = date
                        .to_zoned(self.zone.clone())
                        .strftime("%Y/%m/%d")
                        .to_string();
                    Some(format!("{home}/{day}/{}/", post.slug))
                }
                _ => Some(format!("{home}/?p={id}")),
            },
            Row::Media(media) => Some(self.file_address(&media.file)),
            Row::Term(term) => {
                let base = base_of(term.tag);
                Some(format!("{home}/{base}/{}/", term.slug))
            }
            Row::Comment(_) => None,
        }
    }

    /// Where a picture will be on the web.
    pub(super) fn file_address(&self, file: &str) -> String {
        let parts: Vec<String> = file
            .split('/')
            .map(|part| {
                percent_encoding::utf8_percent_encode(part, percent_encoding::NON_ALPHANUMERIC)
                    .to_string()
                    .replace("%2E", ".")
                    .replace("%2D", "-")
                    .replace("%5F", "_")
            })
            .collect();
        format!(
            "{}/{}",
            self.pictures.trim_end_matches('/'),
            parts.join("/")
        )
    }

    /// The instant at which the wall of the new home shows a time.
    pub(super) fn instant(&self, wall: DateTime) -> Option<Timestamp> {
        let zoned = wall.to_zoned(self.zone.clone()).ok()?;
        Some(zoned.timestamp())
    }

    /// The clock on the wall of the new home, as WXR writes it.
    pub(super) fn wall(&self, date: Timestamp) -> String {
        date.to_zoned(self.zone.clone())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string()
    }
}

/// The text without what XML cannot hold.
fn clean(text: &str, remarks: &mut BTreeSet<&'static str>) -> String {
    if text.chars().all(is_xml) {
        return text.to_owned();
    }
    remarks.insert("invisible characters that the file format cannot hold were left out");
    text.chars().filter(|letter| is_xml(*letter)).collect()
}

/// `wish`, or `wish-2` and so on where another number has it.
fn unique(wish: &str, id: u64, taken: &mut BTreeMap<String, u64>) -> String {
    let (stem, ending) = match wish.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && !ending.contains('/') => {
            (stem, format!(".{ending}"))
        }
        _ => (wish, String::new()),
    };
    let mut name = wish.to_owned();
    let mut number = 1;
    while taken
        .get(&name.to_lowercase())
        .is_some_and(|other| *other != id)
    {
        number += 1;
        name = format!("{stem}-{number}{ending}");
    }
    taken.insert(name.to_lowercase(), id);
    name
}

/// The folder in which the pages of terms stand.
fn base_of(tag: bool) -> &'static str {
    if tag { "tag" } else { "category" }
}

/// The slug of a term behind its taxonomy.
fn slug_in(base: &str, slug: &str) -> String {
    format!("{base}/{}", slug.replace('/', "-"))
}

/// A slug as WordPress makes one of a title: letters and digits of any script, lower case, joined by dashes, as far as there is room.
fn slug_of(title: &str) -> String {
    let words: Vec<String> = title
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let (mut slug, mut bytes) = (String::new(), 0);
    for letter in words.join("-").chars().take(60) {
        // A letter beyond ASCII is written in three bytes for each one.
        bytes += if letter.is_ascii() {
            1
        } else {
            3 * letter.len_utf8()
        };
        if bytes > SLUG_BYTES {
            break;
        }
        slug.push(letter);
    }
    percent_encoding::utf8_percent_encode(slug.trim_end_matches('-'), percent_encoding::CONTROLS)
        .to_string()
        .to_lowercase()
}
