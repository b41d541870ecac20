//! The files: pieces of a size that importers take, each whole by itself.

use super::journal::Journal;
use super::records::attachment;
use super::rows::{CommentRow, MediaRow, PostRow, Row, Rows, TermRow};
use super::threads::{self, Said};
use super::{Settings, written};
use crate::wire::wxr::write::{Channel, Writer};
use crate::wire::wxr::{Author, Category, Item, Term};
use blog::ItemRef;
use blog::doors::{SiteWishes, WriteError};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Writes every file that is to read otherwise; each appears whole or not at all.
pub(super) fn write(
    settings: &Settings,
    rows: &Rows,
    journal: &mut Journal,
    wishes: &SiteWishes,
) -> Result<(), WriteError> {
    let mut pieces = Pieces {
        settings,
        head: String::new(),
        body: Writer::default(),
        written: 0,
        pages: BTreeSet::new(),
    };
    let blog = Blog::gather(journal, rows)?;
    pieces.head = blog.head(settings, wishes);
    for (id, mark) in &blog.posts {
        let mut parcel = Writer::default();
        let Row::Post(post) = journal.row(mark)? else {
            continue;
        };
        // The pictures of a post come before it, so that they are there when its addresses are looked at.
        for (picture, file) in blog.pictures_of(&post, rows) {
            parcel.item(&attachment(picture, file, rows, 0));
        }
        let comments = blog.comments_of(mark, journal)?;
        parcel.item(&blog.post(*id, &post, comments, rows));
        let mut above = Vec::new();
        for page in blog.pages_above(mark).into_iter().rev() {
            above.push((page.clone(), blog.once_more(page, journal, rows)?));
        }
        let bytes: usize = above.iter().map(|(_, text)| text.len()).sum();
        pieces.make_room(parcel.text.len() + bytes, journal)?;
        for (page, text) in above {
            if pieces.pages.insert(page) {
                pieces.body.text.push_str(&text);
            }
        }
        pieces.pages.insert(mark.clone());
        pieces.body.text.push_str(&parcel.text);
    }
    for (id, mark) in blog.pictures.iter().filter(|(id, _)| !blog.is_shown(*id)) {
        let Row::Media(media) = journal.row(mark)? else {
            continue;
        };
        let mut parcel = Writer::default();
        parcel.item(&attachment(*id, &media, rows, 0));
        pieces.make_room(parcel.text.len(), journal)?;
        pieces.body.text.push_str(&parcel.text);
    }
    pieces.flush(journal)?;
    written::take_away_from(pieces.written + 1, settings, journal)
}

/// What has to be known of the whole blog.
pub(super) struct Blog {
    pub(super) terms: BTreeMap<ItemRef, (u64, TermRow)>,
    posts: Vec<(u64, ItemRef)>,
    pictures: Vec<(u64, ItemRef)>,
    media: BTreeMap<u64, MediaRow>,
    by_address: HashMap<String, u64>,
    pub(super) by_mark: HashMap<ItemRef, u64>,
    comments: HashMap<ItemRef, Vec<(u64, ItemRef)>>,
    authors: BTreeSet<String>,
    /// The page above a page.
    above: HashMap<ItemRef, ItemRef>,
    shown: std::cell::RefCell<BTreeSet<u64>>,
}

/// The login of posts that belong to nobody in particular.
pub(super) const NOBODY: &str = "admin";

impl Blog {
    fn gather(journal: &mut Journal, rows: &Rows) -> Result<Self, WriteError> {
        let mut blog = Self {
            terms: BTreeMap::new(),
            posts: Vec::new(),
            pictures: Vec::new(),
            media: BTreeMap::new(),
            by_address: HashMap::new(),
            by_mark: HashMap::new(),
            comments: HashMap::new(),
            authors: BTreeSet::new(),
            above: HashMap::new(),
            shown: std::cell::RefCell::default(),
        };
        for (id, mark) in journal.marks() {
            match journal.row(&mark)? {
                Row::Term(term) => {
                    blog.terms.insert(mark, (id, term));
                }
                Row::Media(media) => {
                    blog.by_mark.insert(mark.clone(), id);
                    blog.by_address.insert(rows.file_address(&media.file), id);
                    blog.media.insert(id, media);
                    blog.pictures.push((id, mark));
                }
                Row::Post(post) => {
                    if let Some(parent) = post.parent {
                        blog.above.insert(mark.clone(), parent);
                    }
                    blog.by_mark.insert(mark.clone(), id);
                    blog.authors
                        .insert(post.author.unwrap_or_else(|| NOBODY.to_owned()));
                    blog.posts.push((id, mark));
                }
                Row::Comment(comment) => {
                    blog.by_mark.insert(mark.clone(), id);
                    blog.comments
                        .entry(comment.post)
                        .or_default()
                        .push((id, mark));
                }
            }
        }
        let depths: HashMap<ItemRef, usize> = blog
            .above
            .keys()
            .map(|mark| (mark.clone(), blog.pages_above(mark).len()))
            .collect();
        // Pages after those above them; the rest as it came.
        blog.posts
            .sort_by_key(|(_, mark)| depths.get(mark).copied().unwrap_or(0));
        Ok(blog)
    }

    /// The pages above a page, the nearest first.
    fn pages_above(&self, mark: &ItemRef) -> Vec<&ItemRef> {
        let mut above = Vec::new();
        let mut next = self.above.get(mark);
        while let Some(page) = next.filter(|page| !above.contains(page) && *page != mark) {
            above.push(page);
            next = self.above.get(page);
        }
        above
    }

    /// A page that stands in an earlier file, once more: an importer looks for the page above a page in the file at hand, and knows
    /// those that are there already by title and date. It would add comments and custom fields to them all the same, so those stay
    /// where they were.
    fn once_more(
        &self,
        mark: &ItemRef,
        journal: &mut Journal,
        rows: &Rows,
    ) -> Result<String, WriteError> {
        let mut again = Writer::default();
        if let Some(id) = self.by_mark.get(mark)
            && let Row::Post(page) = journal.row(mark)?
        {
            let whole = self.post(*id, &page, Vec::new(), rows);
            again.item(&Item {
                meta: Vec::new(),
                ..whole
            });
        }
        Ok(again.text)
    }

    /// The beginning of every file: importers take pieces one by one, so each names the authors and terms.
    fn head(&self, settings: &Settings, wishes: &SiteWishes) -> String {
        let mut head = Writer::default();
        head.begin(&Channel {
            title: wishes
                .title
                .clone()
                .unwrap_or_else(|| settings.title.clone()),
            link: settings.home.trim_end_matches('/').to_owned(),
            description: wishes.tagline.clone().unwrap_or_default(),
            language: wishes.language.clone().unwrap_or_default(),
        });
        for login in &self.authors {
            let user = settings.users.iter().find(|user| user.login == *login);
            head.author(&Author {
                login: login.into(),
                display_name: user.map_or(login, |user| &user.name).into(),
                ..Author::default()
            });
        }
        for (id, term) in self.terms_in_order() {
            if term.tag {
                head.tag(
                    id,
                    &Term {
                        slug: (&term.slug).into(),
                        name: (&term.name).into(),
                        description: (&term.description).into(),
                        ..Term::default()
                    },
                );
            } else {
                head.category(
                    id,
                    &Category {
                        slug: (&term.slug).into(),
                        parent: self.slug_of(term.parent.as_ref()).into(),
                        name: (&term.name).into(),
                        description: (&term.description).into(),
                        ..Category::default()
                    },
                );
            }
        }
        head.text
    }

    /// Parents before their children.
    fn terms_in_order(&self) -> Vec<(u64, &TermRow)> {
        let depth = |term: &TermRow| {
            let mut depth = 0;
            let mut parent = term.parent.as_ref();
            while let Some((_, above)) = parent.and_then(|mark| self.terms.get(mark)) {
                depth += 1;
                if depth > 100 {
                    break;
                }
                parent = above.parent.as_ref();
            }
            depth
        };
        let mut terms: Vec<_> = self.terms.values().map(|(id, term)| (*id, term)).collect();
        terms.sort_by_key(|(id, term)| (depth(term), *id));
        terms
    }

    fn slug_of(&self, mark: Option<&ItemRef>) -> String {
        let term = mark.and_then(|mark| self.terms.get(mark));
        term.map(|(_, term)| term.slug.clone()).unwrap_or_default()
    }

    /// The pictures that a post shows and no post before it.
    fn pictures_of<'a>(&'a self, post: &PostRow, rows: &Rows) -> Vec<(u64, &'a MediaRow)> {
        let featured = post
            .featured
            .as_ref()
            .and_then(|mark| self.by_mark.get(mark))
            .copied();
        let mut shown = self.shown.borrow_mut();
        let mut found = Vec::new();
        let base = rows.file_address("");
        let named: BTreeSet<&str> = post
            .content
            .match_indices(&base)
            .map(|(at, _)| {
                let rest = &post.content[at..];
                &rest[..rest
                    .find(['"', '\'', ' ', '<', '?', ')', '\\'])
                    .unwrap_or(rest.len())]
            })
            .collect();
        let named = named
            .iter()
            .filter_map(|address| self.by_address.get(*address))
            .copied();
        for id in named.chain(featured) {
            if let Some(media) = self.media.get(&id).filter(|_| shown.insert(id)) {
                found.push((id, media));
            }
        }
        found
    }

    fn is_shown(&self, id: u64) -> bool {
        self.shown.borrow().contains(&id)
    }

    /// The comments of a post with their numbers and those of what they answer, in the order of the file.
    fn comments_of(
        &self,
        post: &ItemRef,
        journal: &mut Journal,
    ) -> Result<Vec<(u64, u64, CommentRow)>, WriteError> {
        let marks = self.comments.get(post).map_or(&[][..], Vec::as_slice);
        let (mut said, mut rows) = (Vec::new(), HashMap::new());
        for (id, mark) in marks {
            if let Row::Comment(comment) = journal.row(mark)? {
                said.push(Said {
                    id: *id,
                    mark: mark.clone(),
                    parent: comment.parent.clone(),
                });
                rows.insert(mark.clone(), comment);
            }
        }
        let numbered = threads::numbered(said).into_iter();
        Ok(numbered
            .filter_map(|said| Some((said.number, said.parent, rows.remove(&said.mark)?)))
            .collect())
    }
}

struct Pieces<'a> {
    settings: &'a Settings,
    head: String,
    body: Writer,
    written: usize,
    /// Posts and pages in the file at hand.
    pages: BTreeSet<ItemRef>,
}

impl Pieces<'_> {
    /// Begins the next file where a post with all that belongs to it does not fit into the one at hand.
    fn make_room(&mut self, more: usize, journal: &mut Journal) -> Result<(), WriteError> {
        let bytes = self.head.len() + self.body.text.len() + more + 64;
        if bytes > self.settings.piece_bytes && !self.body.text.is_empty() {
            self.flush(journal)?;
        }
        Ok(())
    }

    /// Writes the file at hand. A blog without anything in it is a file as well.
    fn flush(&mut self, journal: &mut Journal) -> Result<(), WriteError> {
        if self.body.text.is_empty() && self.written > 0 {
            return Ok(());
        }
        let mut file = Writer {
            text: format!("{}{}", self.head, self.body.text),
            left_out: 0,
        };
        file.end();
        self.written += 1;
        written::write(&self.settings.piece(self.written), &file.text, journal)?;
        self.body.text.clear();
        self.pages.clear();
        Ok(())
    }
}
