//! The first pass over saved pages: which file shows what best, and the names, language and dates of the Space.

use super::files::Files;
use crate::sources::spaces::names::Names;
use crate::sources::spaces::page::Page;
use crate::sources::spaces::page_links::Linked;
use blog::{
    Finding,
    address::spaces::{self, Handle, Owner, SpaceName, What},
    codes,
    doors::{Intake, ReadError},
};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What the first pass learned. Only numbers and names are kept, so the memory does not grow with the texts.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Names of the Space.
    pub(super) names: Names,
    /// Its title.
    pub(super) title: String,
    /// Its tagline.
    pub(super) tagline: String,
    /// Its language or market.
    pub(super) language: Option<String>,
    /// Every date as shown.
    pub(super) dates: Vec<String>,
    /// For each entry the file that shows it best.
    pub(super) best: BTreeMap<u64, Best>,
    /// Files that show comments of one entry.
    pub(super) comments: BTreeMap<u64, Vec<usize>>,
    /// Files that are pages of the guestbook.
    pub(super) guestbook: Vec<usize>,
    /// Albums that pages show or link to.
    pub(super) albums: BTreeMap<u64, Shown>,
    /// Lists that pages show or link to.
    pub(super) lists: BTreeMap<u64, Shown>,
    /// Files that are a photo's own page, by the photo.
    pub(super) photos: BTreeMap<u64, usize>,
    /// Entries that pages link to outside bodies.
    pub(super) linked: HashSet<Handle>,
    /// A page links to the guestbook.
    pub(super) links_guestbook: bool,
    mentioned: HashSet<(Mention, Option<SpaceName>, Option<Owner>)>,
    fallback_title: String,
    fallback_tagline: String,
}

/// What a body links to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Mention {
    Entry,
    Album(u64),
    List(u64),
    Guestbook,
}

/// How well a file shows an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Best {
    /// A page of its own beats a list; then the richest page wins.
    pub(super) alone: bool,
    richness: usize,
    /// The file's place in the list of files.
    pub(super) file: usize,
}

/// An album or list.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    /// The owner in its handle.
    pub(super) owner: Option<Owner>,
    /// Its name.
    pub(super) title: Option<String>,
    /// Files that show what is in it, each with how much: photos of an album.
    pub(super) files: Vec<(usize, usize)>,
}

impl Shown {
    fn link(&mut self, link: &Linked) {
        self.owner = self.owner.take().or(Some(link.handle.owner.clone()));
        self.title = self.title.take().or_else(|| link.title.clone());
    }
}

impl Index {
    /// Reads every page once.
    pub(super) fn of(files: &mut Files<'_>, intake: &mut dyn Intake) -> Result<Self, ReadError> {
        let mut index = Self::default();
        for file in 0..files.len() {
            match files.page(file) {
                Some((_, page)) => index.learn(file, &page),
                None => {
                    let name = files.name(file);
                    let sentence =
                        format!("The file '{name}' could not be read; it was passed over.");
                    intake.finding(
                        Finding::new(&codes::spaces::UNREADABLE_PAGE, sentence).at(name),
                    )?;
                }
            }
            intake.progress(file as u64, Some(2 * files.len() as u64))?;
        }
        index.settle();
        Ok(index)
    }

    /// Whether nothing of a Space was found.
    pub(super) fn is_empty(&self) -> bool {
        let shows = |things: &BTreeMap<u64, Shown>| things.values().any(|t| !t.files.is_empty());
        self.best.is_empty()
            && self.guestbook.is_empty()
            && !shows(&self.albums)
            && !shows(&self.lists)
    }

    fn learn(&mut self, file: usize, page: &Page) {
        self.learn_entries(file, page);
        self.learn_space(page);
        for part in &page.albums {
            let known = self.albums.entry(part.number).or_default();
            known.owner = known.owner.take().or_else(|| part.owner.clone());
            // The heading of the album's own page is its name; links may say something else.
            known.title = part.title.clone().or(known.title.take());
            known.files.push((file, part.photos.len()));
            self.dates.extend(part.date.clone());
        }
        for handle in &page.lists {
            let known = self.lists.entry(handle.number).or_default();
            known.owner = known.owner.take().or(Some(handle.owner.clone()));
            known.files.push((file, 1));
        }
        if let Some(photo) = page.photo {
            self.photos.entry(photo).or_insert(file);
        }
        if page.is_guestbook && !page.comments.is_empty() {
            self.guestbook.push(file);
            self.dates
                .extend(page.comments.iter().filter_map(|note| note.date.clone()));
        }
    }

    fn learn_entries(&mut self, file: usize, page: &Page) {
        let alone = page.entries.len() == 1;
        for part in &page.entries {
            self.names.owner(&part.handle.owner);
            self.dates
                .extend(part.heading.iter().chain(&part.time).cloned());
            let best = Best {
                alone,
                richness: part.body.len() + page.comments.len() * usize::from(alone),
                file,
            };
            let number = part.handle.number;
            let known = self.best.entry(number).or_insert(best);
            if (best.alone, best.richness) > (known.alone, known.richness) {
                *known = best;
            }
            if alone {
                self.comments.entry(number).or_default().push(file);
                self.dates
                    .extend(page.comments.iter().filter_map(|c| c.date.clone()));
            }
        }
    }

    /// Title, language, names, and where links outside bodies lead.
    fn learn_space(&mut self, page: &Page) {
        let named = |slot: &mut String, text: &str| {
            if slot.is_empty() {
                text.clone_into(slot);
            }
        };
        let shows_more = !page.albums.is_empty() || !page.lists.is_empty() || page.is_guestbook;
        if !page.entries.is_empty() {
            named(&mut self.title, &page.title);
            named(&mut self.tagline, &page.tagline);
            self.language = self.language.take().or_else(|| page.language.clone());
            self.learn_names(page);
        } else if shows_more || !page.linked_entries.is_empty() {
            named(&mut self.fallback_title, &page.title);
            named(&mut self.fallback_tagline, &page.tagline);
        } else {
            return;
        }
        self.linked.extend(page.linked_entries.iter().cloned());
        self.links_guestbook |= page.links_guestbook;
        for link in &page.linked_albums {
            self.albums
                .entry(link.handle.number)
                .or_default()
                .link(link);
        }
        for link in &page.linked_lists {
            self.lists.entry(link.handle.number).or_default().link(link);
        }
        for address in &page.mentioned {
            let mention = match address.what {
                What::Album(number) | What::Photo { album: number, .. } => Mention::Album(number),
                What::List(number) => Mention::List(number),
                What::Entry(_) => Mention::Entry,
                _ => Mention::Guestbook,
            };
            self.mentioned
                .insert((mention, address.space.clone(), address.owner.clone()));
        }
    }

    /// Aliases are learned from links to the blog's own entries: the owner of the handle tells whose page it is.
    fn learn_names(&mut self, page: &Page) {
        let own = |handle: &spaces::Handle| {
            page.entries
                .iter()
                .any(|part| part.handle.number == handle.number)
        };
        if page.linked_entries.iter().any(own) {
            for alias in &page.aliases {
                self.names.alias(alias);
            }
        }
        self.names.tokens_under_own_names(&page.linked_tokens);
    }

    /// What could be told only when every page was seen: what is this Space's own.
    fn settle(&mut self) {
        if self.title.is_empty() {
            self.title = std::mem::take(&mut self.fallback_title);
        }
        if self.tagline.is_empty() {
            self.tagline = std::mem::take(&mut self.fallback_tagline);
        }
        if self.names.cid.is_none() && self.best.is_empty() {
            let things = self.albums.values().chain(self.lists.values());
            let owner = things
                .filter(|thing| !thing.files.is_empty())
                .find_map(|thing| thing.owner.clone());
            if let Some(owner) = owner {
                self.names.owner(&owner);
            }
        }
        let mentioned = std::mem::take(&mut self.mentioned);
        // A name under which the account's own handles stand is one of its names.
        let named: BTreeSet<&String> = mentioned
            .iter()
            .filter_map(|(_, space, owner)| match (space, owner) {
                (Some(SpaceName::Alias(alias)), Some(Owner::Cid(cid)))
                    if self.names.cid.as_ref() == Some(cid) =>
                {
                    Some(alias)
                }
                _ => None,
            })
            .collect();
        for alias in named {
            self.names.alias(alias);
        }
        for (mention, space, owner) in mentioned {
            if !owner.is_some_and(|owner| is_own(&self.names, &owner))
                && !space.is_some_and(|space| is_own_name(&self.names, &space))
            {
                continue;
            }
            match mention {
                Mention::Album(number) => _ = self.albums.entry(number).or_default(),
                Mention::List(number) => _ = self.lists.entry(number).or_default(),
                Mention::Guestbook => self.links_guestbook = true,
                Mention::Entry => {}
            }
        }
        let names = std::mem::take(&mut self.names);
        let own = |owner: &Owner| is_own(&names, owner);
        self.albums
            .retain(|_, album| album.owner.as_ref().is_none_or(own));
        self.lists
            .retain(|_, list| list.owner.as_ref().is_none_or(own));
        self.linked.retain(|handle| own(&handle.owner));
        self.names = names;
    }
}

fn is_own(names: &Names, owner: &Owner) -> bool {
    match owner {
        Owner::Cid(cid) => names.cid.as_ref() == Some(cid),
        Owner::Token(token) => names.tokens.contains(token),
    }
}

fn is_own_name(names: &Names, space: &SpaceName) -> bool {
    match space {
        SpaceName::Alias(alias) => names.aliases.contains(alias),
        SpaceName::Cid(cid) => names.cid.as_ref() == Some(cid),
    }
}
