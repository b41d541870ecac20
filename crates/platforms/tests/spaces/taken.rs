//! What a reader gave, and how it compares with what the host was given.

use blog::{
    CommentKind, Finding, Item, Kind, Post, PostState, Profile,
    doors::{Depth, Halt, Input, Intake, Original, Source},
};
use jiff::tz::TimeZone;
use platforms::sources::spaces::LiveSpaces;
use std::collections::HashSet;
use world::spaces::{Entry, Space};

#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) profile: Option<Profile>,
    pub(crate) items: Vec<Item>,
    pub(crate) kept: Vec<u8>,
    pub(crate) findings: Vec<Finding>,
}

impl Intake for Taken {
    fn depth(&self) -> Depth {
        Depth::Full
    }
    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        self.profile = Some(profile);
        Ok(())
    }
    fn item(&mut self, item: Item, original: Original<'_>) -> Result<(), Halt> {
        self.items.push(item);
        self.kept.extend_from_slice(original.bytes);
        self.kept.extend_from_slice(original.place.as_bytes());
        Ok(())
    }
    fn finding(&mut self, finding: Finding) -> Result<(), Halt> {
        self.findings.push(finding);
        Ok(())
    }
    fn progress(&mut self, _done: u64, _total: Option<u64>) -> Result<(), Halt> {
        Ok(())
    }
}

impl Taken {
    pub(crate) fn post(&self, number: u64) -> &Post {
        let id = number.to_string();
        self.items
            .iter()
            .find_map(|item| match item {
                Item::Post(post) if post.id == id => Some(post),
                _ => None,
            })
            .unwrap_or_else(|| panic!("entry {id} is missing"))
    }
    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.items.iter().filter(|item| item.kind() == kind).count()
    }
    pub(crate) fn distinct(&self, kind: Kind) -> usize {
        self.items
            .iter()
            .filter(|item| item.kind() == kind)
            .map(Item::id)
            .collect::<HashSet<_>>()
            .len()
    }
    pub(crate) fn codes(&self) -> Vec<&str> {
        self.findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect()
    }
}

pub(crate) fn read(input: &mut dyn Input) -> Taken {
    let mut taken = Taken::default();
    LiveSpaces
        .read(input, &mut taken)
        .expect("the Space is read");
    taken
}

pub(crate) fn sample(name: &str) -> Space {
    Space::sample(name).expect("a sample Space")
}

pub(crate) fn text(html: &str) -> String {
    dom_query::Document::fragment(html)
        .text()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// What the host was given, compared with what was taken in.
pub(crate) fn compare(space: &Space, taken: &Taken, what: &str) {
    let zone = TimeZone::get(&space.time_zone).expect("a zone");
    let visible: Vec<_> = space
        .entries
        .iter()
        .filter(|e| {
            !e.draft
                && e.audience
                    .is_none_or(|a| a == world::spaces::Audience::Everyone)
        })
        .collect();
    let published = taken
        .items
        .iter()
        .filter(|item| matches!(item, Item::Post(post) if post.state == PostState::Published))
        .count();
    assert_eq!(published, visible.len(), "{what}: entries");
    let mut comments = 0;
    let mut pings = 0;
    for entry in &visible {
        let post = taken.post(entry.number);
        assert_eq!(
            post.title,
            text(&entry.title),
            "{what}: title of {}",
            entry.number
        );
        assert_eq!(
            text(&post.body),
            text(&entry.body),
            "{what}: body of {}",
            entry.number
        );
        assert_eq!(
            post.categories, entry.categories,
            "{what}: categories of {}",
            entry.number
        );
        let published = post
            .published
            .unwrap_or_else(|| panic!("{what}: {} has no date", entry.number))
            .instant(&zone);
        assert!(
            (published.as_second() - entry.date.as_second()).abs() < 60,
            "{what}: {} is of {published}, not of {}",
            entry.number,
            entry.date
        );
        compare_comments(entry, taken, what);
        comments += entry.comments.len();
        pings += entry.trackbacks.len();
    }
    assert_eq!(
        taken.distinct(Kind::Comment),
        comments,
        "{what}: ids of comments"
    );
    assert_eq!(taken.distinct(Kind::Trackback), pings, "{what}: trackbacks");
}

/// The comments of one entry, oldest first.
fn compare_comments(entry: &Entry, taken: &Taken, what: &str) {
    let post = taken.post(entry.number);
    let mut wanted: Vec<_> = entry.comments.iter().collect();
    wanted.sort_by_key(|comment| (comment.date, comment.number));
    let found: Vec<_> = taken
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Comment(comment)
                if comment.post == post.id && comment.kind == CommentKind::Comment =>
            {
                Some(comment)
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        found.len(),
        wanted.len(),
        "{what}: comments of {}",
        entry.number
    );
    for (found, wanted) in found.iter().zip(&wanted) {
        assert_eq!(
            text(&found.body),
            text(&wanted.body),
            "{what}: a comment of {}",
            entry.number
        );
        assert!(
            found.written.is_some(),
            "{what}: a comment of {} has no date",
            entry.number
        );
    }
}

/// Albums with their photos, lists with their entries, the guestbook.
pub(crate) fn compare_others(space: &Space, taken: &Taken, what: &str) {
    compare_albums(space, taken, what);
    assert_eq!(taken.count(Kind::List), space.lists.len(), "{what}: lists");
    assert_eq!(
        taken.count(Kind::Guestbook),
        space.guestbook.len(),
        "{what}: guestbook"
    );
    for wanted in &space.lists {
        let id = wanted.number.to_string();
        let list = taken.items.iter().find_map(|item| match item {
            Item::List(list) if list.id == id => Some(list),
            _ => None,
        });
        let list = list.unwrap_or_else(|| panic!("{what}: list {id}"));
        let titles: Vec<&str> = list.entries.iter().map(|e| e.title.as_str()).collect();
        let wanted: Vec<&str> = wanted.items.iter().map(|i| i.title.as_str()).collect();
        assert_eq!(titles, wanted, "{what}: list {}", list.title);
    }
}

/// Albums with their photos in order and their captions.
pub(crate) fn compare_albums(space: &Space, taken: &Taken, what: &str) {
    assert_eq!(
        taken.count(Kind::Album),
        space.albums.len(),
        "{what}: albums"
    );
    for wanted in &space.albums {
        let id = wanted.number.to_string();
        let album = taken.items.iter().find_map(|item| match item {
            Item::Album(album) if album.id == id => Some(album),
            _ => None,
        });
        let album = album.unwrap_or_else(|| panic!("{what}: album {id}"));
        assert_eq!(album.title, wanted.title, "{what}");
        let numbers: Vec<String> = wanted.photos.iter().map(|p| p.number.to_string()).collect();
        assert_eq!(album.photos, numbers, "{what}: photos of {}", wanted.title);
        for photo in &wanted.photos {
            let caption = taken.items.iter().find_map(|item| match item {
                Item::Media(media) if media.id == photo.number.to_string() => {
                    media.caption.as_deref()
                }
                _ => None,
            });
            assert_eq!(
                text(caption.unwrap_or_default()),
                photo.caption,
                "{what}: caption of {}",
                photo.name
            );
        }
    }
}
