//! What goes into which part, and under which path. Names are given in reading order and for each part by itself, so that nothing
//! private shows in the name of anything open.

use super::pictures::Pictures;
use super::tree::{Leaf, in_tree_order};
use crate::{Bundle, Error, bundle::Stored, survey::Counts};
use blog::{
    Audience, Comment, CommentState, Identity, Item, ItemRef, Kind, Moment, Post, PostKind,
    PostState, Profile, Reach,
    doors::archiving::{About, Chapter, Part, Target},
    render,
    slug::slug,
    when,
};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Longest slug in a path. With folder, date and ending it stays far below what any file system takes.
const SLUG_BYTES: usize = 60;

/// The pages that gather what has no page of its own.
pub(super) const GUESTBOOK: &str = "guestbook";
/// See [`GUESTBOOK`].
pub(super) const BLOGROLL: &str = "links";
/// Comments that readers did not see.
pub(super) const UNSEEN: &str = "comments";

/// Where something stands.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) part: Part,
    pub(super) target: Target,
}

/// What of a blog goes where.
pub(super) struct Plan {
    pub(super) profile: Profile,
    pub(super) zone: TimeZone,
    pub(super) pictures: Pictures,
    now: Timestamp,
    places: HashMap<ItemRef, Place>,
    /// Categories and tags by part: those that something in it carries.
    terms: BTreeMap<Part, BTreeMap<ItemRef, Target>>,
    /// The categories among them, with what is above them.
    chapters: BTreeMap<Part, Vec<Chapter>>,
    /// Posts, then albums, then pages; each newest first or in reading order.
    streams: BTreeMap<Part, Vec<ItemRef>>,
    /// Months with a post, as `2008-05`.
    months: BTreeSet<(Part, String)>,
    abouts: BTreeMap<Part, About>,
    unseen_comments: bool,
}

/// What is collected for one part while planning.
#[derive(Default)]
struct Shelf {
    used: HashSet<String>,
    posts: Vec<(Timestamp, i64, ItemRef)>,
    albums: Vec<(Timestamp, i64, ItemRef)>,
    pages: Vec<ItemRef>,
    menu: Vec<Target>,
    /// Of each page the one above it, and its place.
    tree: Vec<Leaf>,
}

impl Shelf {
    /// Puts pages in the order of a menu.
    fn as_tree(&mut self) {
        let order = in_tree_order(&self.pages, &self.tree);
        self.pages = order.iter().map(|at| self.pages[*at].clone()).collect();
        self.menu = order.iter().map(|at| self.menu[*at].clone()).collect();
    }
}

impl Plan {
    pub(super) fn of(bundle: &Bundle, zone: Option<&str>, now: Timestamp) -> Result<Self, Error> {
        let mut profile = bundle.profile()?;
        // What is read again shall show the same clocks.
        if let Some(zone) = zone.filter(|zone| when::zone(zone).is_some()) {
            profile.time_zone = Some(zone.to_owned());
        }
        let zone = profile.time_zone.as_deref().and_then(when::zone);
        let mut plan = Self {
            zone: zone.unwrap_or(TimeZone::UTC),
            profile,
            pictures: Pictures::default(),
            now,
            places: HashMap::new(),
            terms: BTreeMap::new(),
            chapters: BTreeMap::new(),
            streams: BTreeMap::new(),
            months: BTreeSet::new(),
            abouts: BTreeMap::new(),
            unseen_comments: false,
        };
        let mut shelves = BTreeMap::from([
            (Part::Open, Shelf::default()),
            (Part::Private, Shelf::default()),
        ]);
        plan.place_items(bundle, &mut shelves)?;
        shelves.values_mut().for_each(Shelf::as_tree);
        plan.place_terms(bundle)?;
        plan.gather(bundle, &mut shelves)?;
        plan.pictures = Pictures::of(bundle, &plan)?;
        for (part, shelf) in shelves {
            plan.settle(part, shelf);
        }
        Ok(plan)
    }

    /// Whether the blog as such was everyone's.
    pub(super) fn is_open(&self) -> bool {
        self.reach(Audience::Everyone).open().is_some()
    }

    pub(super) fn reach(&self, stated: Audience) -> Reach {
        Reach::of(stated, self.profile.audience)
    }

    /// What the open part may say of the blog: nothing where the blog was not everyone's.
    pub(super) fn open_profile(&self) -> Profile {
        let mut open = self.profile.clone();
        if let Some(owner) = &mut open.owner {
            owner.email = None;
        }
        if !self.is_open() {
            open = Profile {
                title: String::new(),
                tagline: String::new(),
                home: None,
                owner: None,
                time_zone: None,
                identity: Identity::Site { roots: Vec::new() },
                ..open
            };
        }
        open
    }

    pub(super) fn about(&self, part: Part) -> About {
        self.abouts.get(&part).cloned().unwrap_or_default()
    }

    pub(super) fn place(&self, item: &ItemRef) -> Option<&Place> {
        self.places.get(item)
    }

    pub(super) fn stream(&self, part: Part) -> &[ItemRef] {
        self.streams.get(&part).map_or(&[], Vec::as_slice)
    }

    pub(super) fn term(&self, part: Part, term: &ItemRef) -> Option<&Target> {
        self.terms.get(&part)?.get(term)
    }

    pub(super) fn has_month(&self, part: Part, month: &str) -> bool {
        self.months.contains(&(part, month.to_owned()))
    }

    pub(super) fn zoned(&self, moment: Option<&Moment>) -> Option<Zoned> {
        moment.map(|moment| moment.instant(&self.zone).to_zoned(self.zone.clone()))
    }

    /// The part that an item goes into.
    pub(super) fn part_of(&self, item: &Item) -> Part {
        let open = match item {
            Item::Post(post) => self.is_post_open(post),
            Item::Album(album) => self.reach(album.audience).open().is_some(),
            Item::List(list) => self.reach(list.audience).open().is_some(),
            Item::Comment(comment) => self.is_comment_open(comment),
            Item::Media(media) => self.pictures.part_of(&media.id) == Some(Part::Open),
            Item::GuestbookEntry(_) | Item::Link(_) => self.is_open(),
            Item::Category(_) | Item::Tag(_) => self.term(Part::Open, &item.reference()).is_some(),
        };
        if open { Part::Open } else { Part::Private }
    }

    /// Whether everyone could read a post: published, without a password, not waiting for its date.
    fn is_post_open(&self, post: &Post) -> bool {
        post.state == PostState::Published
            && !self.waits(post)
            && post.password.is_none()
            && self.reach(post.audience).open().is_some()
    }

    /// Whether a post waits for its date.
    pub(super) fn waits(&self, post: &Post) -> bool {
        post.published
            .is_some_and(|moment| moment.instant(&self.zone) > self.now)
    }

    /// Why a post is in the private part.
    pub(super) fn why_private(&self, post: &Post) -> &'static str {
        match post.state {
            PostState::Draft => "a draft",
            PostState::Scheduled => "planned for later",
            PostState::Published if post.password.is_some() => "behind a password",
            PostState::Published if self.reach(post.audience).open().is_some() => {
                "planned for later"
            }
            PostState::Published => post.audience.narrower(self.profile.audience).as_words(),
        }
    }

    fn is_comment_open(&self, comment: &Comment) -> bool {
        comment.state == CommentState::Approved
            && self
                .post_of(comment)
                .is_some_and(|post| post.part == Part::Open)
    }

    /// Where the post or page stands that a comment is under.
    pub(super) fn post_of(&self, comment: &Comment) -> Option<&Place> {
        let at = |kind| self.places.get(&ItemRef::new(kind, &comment.post));
        at(Kind::Page).or_else(|| at(Kind::Post))
    }

    fn place_items(
        &mut self,
        bundle: &Bundle,
        shelves: &mut BTreeMap<Part, Shelf>,
    ) -> Result<(), Error> {
        let kinds = [Kind::Post, Kind::Page, Kind::Album, Kind::List];
        each(bundle, &kinds, |stored| {
            let post = match &stored.item {
                Item::Post(post) => post.clone(),
                Item::Album(album) => {
                    render::album_in(album, &[], self.profile.language.as_deref())
                }
                Item::List(list) => render::list_in(list, self.profile.language.as_deref()),
                _ => return Ok(()),
            };
            let part = self.part_of(&stored.item);
            if let Some(shelf) = shelves.get_mut(&part) {
                self.shelve(bundle, &stored, &post, part, shelf)?;
            }
            Ok(())
        })
    }

    fn shelve(
        &mut self,
        bundle: &Bundle,
        stored: &Stored,
        post: &Post,
        part: Part,
        shelf: &mut Shelf,
    ) -> Result<(), Error> {
        let reference = stored.item.reference();
        let date = self.zoned(post.published.as_ref());
        let sorted_by = match (&date, bundle.dated_neighbour(stored.seq)?) {
            (Some(date), _) => date.timestamp(),
            (None, Some(moment)) => moment.instant(&self.zone),
            (None, None) => Timestamp::UNIX_EPOCH,
        };
        let folder = match &stored.item {
            Item::Album(_) => "albums",
            Item::List(_) => "lists",
            _ if post.kind == PostKind::Page => "pages",
            _ => "posts",
        };
        let day = match (&date, folder) {
            (Some(date), "posts") => date.strftime("%Y-%m-%d-").to_string(),
            _ => String::new(),
        };
        let path = unused(
            &mut shelf.used,
            &format!("{}{folder}/{day}", part.prefix()),
            &slug_of(post),
        );
        let target = Target {
            title: post.title.clone(),
            path,
        };
        match folder {
            "posts" => {
                if let Some(date) = date {
                    self.months
                        .insert((part, date.strftime("%Y-%m").to_string()));
                }
                shelf.posts.push((sorted_by, stored.seq, reference.clone()));
            }
            "albums" => shelf
                .albums
                .push((sorted_by, stored.seq, reference.clone())),
            _ => {
                shelf.menu.push(target.clone());
                shelf.pages.push(reference.clone());
                shelf.tree.push(Leaf {
                    above: post.parent.as_ref().map(|id| ItemRef::new(Kind::Page, id)),
                    place: post.order.unwrap_or(0),
                });
            }
        }
        self.places.insert(reference, Place { part, target });
        Ok(())
    }

    /// A term stands in each part where something carries it; its name is everyone's only where that is the open one.
    fn place_terms(&mut self, bundle: &Bundle) -> Result<(), Error> {
        let mut carried: BTreeMap<Part, BTreeSet<ItemRef>> = BTreeMap::new();
        each(bundle, &[Kind::Post, Kind::Page], |stored| {
            if let Item::Post(post) = &stored.item {
                let terms = terms_of(bundle, &stored, post)?;
                carried
                    .entry(self.part_of(&stored.item))
                    .or_default()
                    .extend(terms);
            }
            Ok(())
        })?;
        for (part, terms) in carried {
            let mut used = HashSet::new();
            let mut placed = BTreeMap::new();
            let mut above = Vec::new();
            for term in terms {
                let (title, wished) = match bundle.row(&term)?.map(|stored| stored.item) {
                    Some(Item::Category(category)) => {
                        above.push((term.clone(), category.parent, category.description));
                        (
                            category.name.clone(),
                            category.slug.unwrap_or(category.name),
                        )
                    }
                    _ => (term.id.clone(), term.id.clone()),
                };
                let folder = if term.kind == Kind::Tag {
                    "tags"
                } else {
                    "categories"
                };
                let path = unused(
                    &mut used,
                    &format!("{}{folder}/", part.prefix()),
                    &slug(&wished, SLUG_BYTES),
                );
                placed.insert(term, Target { title, path });
            }
            let chapter =
                |(term, parent, description): (ItemRef, Option<String>, Option<String>)| {
                    let parent = parent.map(|parent| ItemRef::new(Kind::Category, parent));
                    Some(Chapter {
                        target: placed.get(&term)?.clone(),
                        parent: parent.and_then(|parent| Some(placed.get(&parent)?.path.clone())),
                        description: description.unwrap_or_default(),
                    })
                };
            let chapters = above.into_iter().filter_map(chapter).collect();
            self.chapters.insert(part, chapters);
            self.terms.insert(part, placed);
        }
        Ok(())
    }

    /// The pages that gather notes, links and unseen comments.
    fn gather(
        &mut self,
        bundle: &Bundle,
        shelves: &mut BTreeMap<Part, Shelf>,
    ) -> Result<(), Error> {
        let language = self.profile.language.clone();
        let counts: Counts = bundle.counts()?;
        let blogs_own = if self.is_open() {
            Part::Open
        } else {
            Part::Private
        };
        let mut gathered = Vec::new();
        if counts.guestbook > 0 {
            let title = render::guestbook(language.as_deref()).title;
            gathered.push((Kind::Guestbook, GUESTBOOK, title, blogs_own));
        }
        if counts.link > 0 {
            let title = render::links(&[], language.as_deref()).title;
            gathered.push((Kind::Link, BLOGROLL, title, blogs_own));
        }
        each(bundle, &[Kind::Comment, Kind::Trackback], |stored| {
            if let Item::Comment(comment) = &stored.item {
                self.unseen_comments |=
                    comment.state != CommentState::Approved || self.post_of(comment).is_none();
            }
            Ok(())
        })?;
        if self.unseen_comments {
            let title = "Comments that readers did not see".to_owned();
            gathered.push((Kind::Comment, UNSEEN, title, Part::Private));
        }
        for (kind, path, title, part) in gathered {
            let item = ItemRef::new(kind, path);
            let target = Target {
                title,
                path: format!("{}{path}", part.prefix()),
            };
            if let Some(shelf) = shelves.get_mut(&part) {
                shelf.menu.push(target.clone());
                shelf.pages.push(item.clone());
            }
            self.places.insert(item, Place { part, target });
        }
        Ok(())
    }

    fn settle(&mut self, part: Part, mut shelf: Shelf) {
        let profile = match part {
            Part::Open => self.open_profile(),
            Part::Private => self.profile.clone(),
        };
        let about = About {
            name: if part == Part::Open && !self.is_open() {
                String::new()
            } else {
                profile.identity.name()
            },
            title: profile.title,
            tagline: profile.tagline,
            language: profile.language,
            home: profile.home,
            owner: profile.owner.map(|owner| owner.name),
            albums: !shelf.albums.is_empty(),
            posts: !shelf.posts.is_empty(),
            pages: shelf.menu,
            categories: self.chapters.remove(&part).unwrap_or_default(),
            time_zone: profile.time_zone,
        };
        self.abouts.insert(part, about);
        let mut stream = Vec::new();
        for list in [&mut shelf.posts, &mut shelf.albums] {
            list.sort_by_key(|(date, seq, _)| (std::cmp::Reverse(*date), *seq));
            stream.extend(list.drain(..).map(|(_, _, item)| item));
        }
        stream.append(&mut shelf.pages);
        self.streams.insert(part, stream);
    }
}

/// Walks over every item of some kinds, in reading order.
pub(super) fn each(
    bundle: &Bundle,
    kinds: &[Kind],
    mut visit: impl FnMut(Stored) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let page = bundle.page(kinds, after, 256)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.seq;
        page.into_iter().try_for_each(&mut visit)?;
    }
}

/// The terms that a post carries, those found in its body included.
pub(super) fn terms_of(
    bundle: &Bundle,
    stored: &Stored,
    post: &Post,
) -> Result<Vec<ItemRef>, Error> {
    let found = bundle
        .tidied(&stored.item.reference(), &stored.hash)?
        .map_or_else(Vec::new, |tidy| tidy.tags);
    let category = |id: &String| ItemRef::new(Kind::Category, id);
    let tag = |name: &String| ItemRef::new(Kind::Tag, name);
    let mut terms: Vec<ItemRef> = post
        .categories
        .iter()
        .map(category)
        .chain(post.tags.iter().chain(&found).map(tag))
        .collect();
    let mut seen = HashSet::new();
    terms.retain(|term| seen.insert(term.clone()));
    Ok(terms)
}

fn slug_of(post: &Post) -> String {
    [
        post.slug.as_deref().unwrap_or_default(),
        &post.title,
        &post.id,
    ]
    .into_iter()
    .map(|text| slug(text, SLUG_BYTES))
    .find(|slug| !slug.is_empty())
    .unwrap_or_default()
}

/// A path that nothing has yet. What is called `index` would be what a server shows for the folder, and a site generator for all of it.
fn unused(used: &mut HashSet<String>, folder: &str, slug: &str) -> String {
    let slug = if slug.is_empty() { "untitled" } else { slug };
    let mut path = format!("{folder}{slug}");
    let mut number = 1;
    while path == format!("{folder}index") || !used.insert(path.clone()) {
        number += 1;
        path = format!("{folder}{slug}-{number}");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::unused;
    use std::collections::HashSet;

    #[test]
    fn a_post_called_index_is_not_the_page_of_its_folder() {
        let mut used = HashSet::new();
        let mut path = |slug| unused(&mut used, "posts/", slug);
        assert_eq!(path("index"), "posts/index-2");
        assert_eq!(path("index"), "posts/index-3");
        assert_eq!(path("other"), "posts/other");
        assert_eq!(path("other"), "posts/other-2");
    }
}
