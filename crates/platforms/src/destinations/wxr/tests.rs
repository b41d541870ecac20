//! What is written reads back through our own source as the same blog, and keeps the promises of a destination.

mod looked_at;
mod pieces;
mod taken_away;

use super::{PIECE_BYTES, Settings, Wxr};
use crate::fetch::{FetchSettings, Fetcher};
use crate::input::{self, Options};
use crate::sources::wordpress_export::WordPressExport;
use crate::wire::wxr::write::is_xml;
use blog::doors::{
    CommentThing, Depth, Destination, FindDepth, Halt, Intake, MediaThing, Original, Outcome,
    Placement, PostThing, Source, Status, TermThing, Thing,
};
use blog::{
    Audience, Category, Comment, CommentKind, CommentState, Field, Finding, Item, ItemRef, Kind,
    Media, Post, PostKind, PostState, Profile, Reach,
};
use blog::{body::plain_text, post::FORMATS};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const HOME: &str = "https://new.example";

#[derive(Default)]
struct Desk {
    profile: Option<Profile>,
    posts: Vec<Post>,
    comments: Vec<Comment>,
    media: BTreeMap<String, Media>,
    categories: Vec<Category>,
}

impl Intake for Desk {
    fn depth(&self) -> Depth {
        Depth::Full
    }
    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        self.profile = Some(profile);
        Ok(())
    }
    fn item(&mut self, item: Item, _: Original<'_>) -> Result<(), Halt> {
        match item {
            Item::Post(post) => self.posts.push(post),
            Item::Comment(comment) => self.comments.push(comment),
            Item::Media(media) => match self.media.get_mut(&media.id) {
                Some(known) => known.merge(media),
                None => {
                    self.media.insert(media.id.clone(), media);
                }
            },
            Item::Category(category) => self.categories.push(category),
            _ => {}
        }
        Ok(())
    }
    fn finding(&mut self, _: Finding) -> Result<(), Halt> {
        Ok(())
    }
    fn progress(&mut self, _: u64, _: Option<u64>) -> Result<(), Halt> {
        Ok(())
    }
}

fn read(folder: &Path) -> Desk {
    let options = Options {
        values: BTreeMap::new(),
        secrets: BTreeMap::new(),
        now: Timestamp::UNIX_EPOCH,
    };
    let fetcher = Arc::new(Fetcher::new(FetchSettings::default()));
    let mut input =
        input::open(folder.to_str().expect("Unicode"), fetcher, options).expect("an input");
    let mut desk = Desk::default();
    WordPressExport.read(&mut input, &mut desk).expect("read");
    desk
}

fn wxr(folder: &Path, piece_bytes: usize) -> Wxr {
    Wxr::new(Settings {
        file: folder.join("out/blog.xml"),
        home: HOME.to_owned(),
        title: "Ana's <garden>".to_owned(),
        users: Vec::new(),
        pictures: None,
        copies: true,
        time_zone: "Europe/Berlin".to_owned(),
        journal: folder.join("files.journal"),
        piece_bytes,
    })
}

fn placement(mark: ItemRef, thing: Thing) -> Placement {
    let fingerprint = blake3::hash(format!("{thing:?}").as_bytes())
        .to_hex()
        .to_string();
    Placement {
        mark,
        fingerprint,
        thing,
    }
}

fn mark(kind: Kind, id: usize) -> ItemRef {
    ItemRef::new(kind, id.to_string())
}

fn open() -> blog::audience::Open {
    Reach::of(Audience::Everyone, Audience::Everyone)
        .open()
        .expect("everyone")
}

fn post(id: usize, title: &str, date: i64) -> PostThing {
    PostThing {
        page: false,
        status: Status::published(open()),
        title: title.to_owned(),
        content: format!("<!-- wp:paragraph -->\n<p>Text {id} ]]> end</p>\n<!-- /wp:paragraph -->"),
        excerpt: String::new(),
        slug: None,
        date_utc: Some(Timestamp::from_second(date).expect("a time")),
        modified_utc: None,
        author_login: Some("ana".to_owned()),
        password: None,
        sticky: id == 1,
        comments_open: true,
        pings_open: false,
        terms: vec![mark(Kind::Category, 1), mark(Kind::Tag, 1)],
        format: None,
        parent: None,
        order: None,
        fields: Vec::new(),
        featured: None,
    }
}

fn posted(id: usize, thing: PostThing) -> Placement {
    placement(mark(Kind::Post, id), Thing::Post(Box::new(thing)))
}

fn comment(id: usize, post: usize, parent: Option<usize>) -> Placement {
    placement(
        mark(Kind::Comment, id),
        Thing::Comment(CommentThing {
            post: mark(Kind::Post, post),
            parent: parent.map(|parent| mark(Kind::Comment, parent)),
            kind: CommentKind::Comment,
            author: format!("Reader {id}"),
            url: String::new(),
            date_utc: Timestamp::from_second(1_300_000_000).ok(),
            content: format!("<p>word {id}</p>"),
            state: [
                CommentState::Approved,
                CommentState::Held,
                CommentState::Spam,
            ][id % 3],
        }),
    )
}

fn term(kind: Kind, id: usize, name: &str, parent: Option<usize>) -> Placement {
    placement(
        mark(kind, id),
        Thing::Term(TermThing {
            open: open(),
            name: name.to_owned(),
            slug: None,
            parent: parent.map(|parent| mark(kind, parent)),
            description: String::new(),
        }),
    )
}

fn picture(folder: &Path, id: usize, leave: bool) -> Placement {
    let file = folder.join(format!("{id}.bin"));
    let bytes = format!("picture {id}");
    std::fs::write(&file, &bytes).expect("written");
    placement(
        mark(Kind::Media, id),
        Thing::Media(MediaThing {
            file,
            hash: blake3::hash(bytes.as_bytes()).to_hex().to_string(),
            media_type: "image/jpeg".to_owned(),
            bytes: 9,
            file_name: "röse.jpg".to_owned(),
            title: String::new(),
            caption: "A <em>rose</em>".to_owned(),
            alt: "red".to_owned(),
            date_utc: Timestamp::from_second(1_300_000_000).expect("a time"),
            open: leave.then(open),
        }),
    )
}

#[test]
fn equal_titles_and_dates_are_told_apart_and_the_change_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = wxr(folder.path(), PIECE_BYTES);
    files.open("site:old.example").expect("open");
    let same: Vec<_> = [("Same", 7), ("same", 7), ("", 7), ("", 7), ("Same", 8)]
        .iter()
        .enumerate()
        .map(|(at, (title, second))| posted(at + 1, post(at + 1, title, 1_300_000_000 + second)))
        .collect();
    let placed = files.place(&same).expect("placed");
    let remarks: Vec<bool> = placed
        .iter()
        .map(|placed| placed.remark.is_some())
        .collect();
    assert_eq!(remarks, [false, true, true, true, true]);
    files.finish().expect("written");
    let mut pairs: Vec<_> = read(&folder.path().join("out"))
        .posts
        .into_iter()
        .map(|post| {
            (
                post.title.to_lowercase(),
                post.published.expect("a date").to_string(),
            )
        })
        .collect();
    pairs.sort();
    let count = pairs.len();
    pairs.dedup();
    assert_eq!((pairs.len(), count), (5, 5));
}

#[test]
fn categories_of_one_name_below_different_ones_stay_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let slugged = |id: usize, parent| {
        let placed = term(Kind::Category, id, "Garden", parent);
        let Thing::Term(mut thing) = placed.thing else {
            unreachable!("a term")
        };
        thing.slug = Some("garden".to_owned());
        placement(placed.mark, Thing::Term(thing))
    };
    let long = "生活".repeat(20);
    let terms = [
        term(Kind::Category, 1, "Home", None),
        term(Kind::Category, 2, "Work", None),
        slugged(3, Some(1)),
        slugged(4, Some(2)),
        term(Kind::Category, 5, "Garden", None),
        term(Kind::Tag, 5, "garden", None),
        term(Kind::Category, 6, "!!", None),
        term(Kind::Category, 7, "??", None),
        // The importer cuts what is longer than the column.
        term(Kind::Category, 8, &format!("{long}一"), None),
        term(Kind::Category, 9, &format!("{long}二"), None),
    ];
    let mut first = post(1, "One", 1_300_000_000);
    first.terms = vec![mark(Kind::Category, 4)];
    let batch: Vec<_> = terms.iter().cloned().chain([posted(1, first)]).collect();
    let mut files = wxr(folder.path(), PIECE_BYTES);
    files.open("site:old.example").expect("open");
    let placed = files.place(&batch).expect("placed");
    let addresses: Vec<_> = placed.iter().map(|one| one.address.clone()).collect();
    let remarked: Vec<_> = placed.iter().map(|one| one.remark.is_some()).collect();
    files.finish().expect("written");
    // Only the slug that somebody chose and did not get is worth a word.
    assert_eq!(remarked.iter().filter(|remarked| **remarked).count(), 1);
    assert!(remarked[3], "{remarked:?}");
    let unique: std::collections::BTreeSet<_> = addresses.iter().collect();
    assert_eq!(unique.len(), addresses.len(), "{addresses:?}");
    let blog = read(&folder.path().join("out"));
    let slugs: std::collections::BTreeSet<_> = blog
        .categories
        .iter()
        .map(|category| category.slug.clone().unwrap_or_default())
        .collect();
    assert_eq!(slugs.len(), 9, "{slugs:?}");
    assert!(
        slugs
            .iter()
            .all(|slug| !slug.is_empty() && slug.len() <= 200)
    );
    let mut below: Vec<_> = blog
        .categories
        .iter()
        .filter(|category| category.name == "Garden")
        .map(|category| category.parent.is_some())
        .collect();
    below.sort_unstable();
    assert_eq!(below, [false, true, true]);
    // A later run knows which slugs are taken.
    drop(files);
    let mut again = wxr(folder.path(), PIECE_BYTES);
    again.open("site:old.example").expect("open");
    let more = term(Kind::Category, 10, "Garden", None);
    let batch: Vec<_> = batch.into_iter().chain([more]).collect();
    let placed = again.place(&batch).expect("placed");
    let now: Vec<_> = placed.iter().map(|one| one.address.clone()).collect();
    assert_eq!(now[..addresses.len()], addresses);
    assert!(!addresses.contains(&now[addresses.len()]), "{now:?}");
}

#[test]
fn a_second_run_changes_nothing_and_a_crash_costs_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let batch = [
        term(Kind::Category, 1, "Roses", None),
        posted(1, post(1, "One", 1_300_000_000)),
        comment(1, 1, None),
    ];
    let outcomes = |files: &mut Wxr| {
        files.open("site:old.example").expect("open");
        let placed = files.place(&batch).expect("placed");
        files.finish().expect("written");
        placed
            .into_iter()
            .map(|placed| (placed.outcome, placed.id))
            .collect::<Vec<_>>()
    };
    let first = outcomes(&mut wxr(folder.path(), PIECE_BYTES));
    assert!(
        first
            .iter()
            .all(|(outcome, _)| *outcome == Outcome::Created)
    );
    let written = std::fs::read(folder.path().join("out/blog.xml")).expect("a file");
    let again = outcomes(&mut wxr(folder.path(), PIECE_BYTES));
    assert!(
        again
            .iter()
            .all(|(outcome, _)| *outcome == Outcome::Unchanged)
    );
    assert_eq!(
        std::fs::read(folder.path().join("out/blog.xml")).expect("a file"),
        written
    );

    let journal = folder.path().join("files.journal");
    // The last line tells of the file, the one before it of the comment.
    let text = std::fs::read_to_string(&journal).expect("a journal");
    let last = text.trim_end().rfind('\n').expect("lines");
    std::fs::write(&journal, &text[..last - 10]).expect("cut");
    let after: Vec<_> = outcomes(&mut wxr(folder.path(), PIECE_BYTES));
    assert_eq!(
        after
            .iter()
            .map(|(outcome, _)| *outcome)
            .collect::<Vec<_>>(),
        [Outcome::Unchanged, Outcome::Unchanged, Outcome::Created]
    );
    assert_eq!(
        std::fs::read(folder.path().join("out/blog.xml")).expect("a file"),
        written
    );
    assert!(
        wxr(folder.path(), PIECE_BYTES)
            .open("site:other.example")
            .is_err(),
        "another blog's journal"
    );
}

#[test]
fn what_is_taken_away_is_in_no_file_any_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = wxr(folder.path(), PIECE_BYTES);
    files.open("site:old.example").expect("open");
    files
        .place(&[posted(1, post(1, "One", 1)), posted(2, post(2, "Two", 2))])
        .expect("placed");
    files
        .remove(&[mark(Kind::Post, 1), mark(Kind::Post, 9)])
        .expect("removed");
    files.finish().expect("written");
    let titles: Vec<_> = read(&folder.path().join("out"))
        .posts
        .into_iter()
        .map(|post| post.title)
        .collect();
    assert_eq!(titles, ["Two"]);
    assert_eq!(
        files
            .find(&[mark(Kind::Post, 1)], FindDepth::Mark)
            .expect("an answer"),
        [None]
    );
}

/// A plain field and a serialised one.
fn fields(words: &str) -> Vec<Field> {
    let words: String = words.chars().filter(|letter| is_xml(*letter)).collect();
    let inside = format!("a:1:{{i:0;s:{}:\"{words}\";}}", words.len());
    let named = [("mood", words), ("_settings", inside)];
    let fields = named.map(|(name, value)| Field {
        name: name.to_owned(),
        value,
    });
    fields.into_iter().filter(Field::is_harmless).collect()
}

fn status(at: usize) -> Status {
    [
        Status::published(open()),
        Status::PRIVATE,
        Status::DRAFT,
        Status::planned(open()),
    ][at % 4]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_blog_written_and_read_again_is_the_same(
        titles in prop::collection::vec("\\PC{0,20}", 1..8),
        words in "(\\PC|]]>|<!\\[CDATA\\[|\n){0,30}",
        states in prop::collection::vec(0..4_usize, 8),
        parents in prop::collection::vec(prop::option::of(1..12_usize), 12),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut files = wxr(folder.path(), 20_000);
        files.open("site:old.example").expect("open");
        files.place(&[term(Kind::Category, 1, "Roses & more", None), term(Kind::Category, 2, "Red", Some(1)), term(Kind::Tag, 1, "thorns", None)]).expect("placed");
        let posts: Vec<PostThing> = titles.iter().enumerate().map(|(at, title)| {
            let mut thing = post(at + 1, &plain_text(title), 1_300_000_000 + 100 * at as i64);
            thing.content = format!("<!-- wp:paragraph -->\n<p>{}</p>\n<!-- /wp:paragraph -->", words.replace('<', "&lt;"));
            thing.status = status(states[at]);
            thing.format = FORMATS.get(at * 2).copied();
            thing.fields = fields(&plain_text(title));
            thing.password = (at == 3).then(|| "open sesame".to_owned());
            thing
        }).collect();
        let batch: Vec<Placement> = posts.iter().enumerate().map(|(at, thing)| posted(at + 1, thing.clone())).collect();
        let placed = files.place(&batch).expect("placed");
        let comments: Vec<Placement> = parents.iter().enumerate().map(|(at, parent)| comment(at + 1, at % posts.len() + 1, *parent)).collect();
        files.place(&comments).expect("placed");
        files.finish().expect("written");

        let desk = read(&folder.path().join("out"));
        prop_assert_eq!(desk.posts.len(), posts.len());
        for (placed, thing) in placed.iter().zip(&posts) {
            let id = placed.id.expect("a number").to_string();
            let back = desk.posts.iter().find(|post| post.id == id).expect("the post");
            let title: String = thing.title.chars().filter(|letter| is_xml(*letter)).collect();
            prop_assert_eq!(back.title.trim(), title.trim());
            prop_assert_eq!(&back.body, &thing.content.chars().filter(|letter| is_xml(*letter)).collect::<String>());
            prop_assert_eq!(&back.password, &thing.password);
            prop_assert_eq!(back.sticky, thing.sticky);
            prop_assert_eq!(back.format.as_deref(), thing.format);
            prop_assert_eq!(&back.fields, &thing.fields, "byte for byte");
            prop_assert_eq!(back.published, thing.date_utc.map(blog::Moment::Instant));
            prop_assert_eq!(&back.categories, &["roses-more".to_owned()]);
            prop_assert_eq!(&back.tags, &["thorns".to_owned()]);
            prop_assert_eq!(back.kind, PostKind::Post);
            let (state, audience) = match thing.status.as_str() {
                "publish" => (PostState::Published, Audience::Everyone),
                "future" => (PostState::Scheduled, Audience::Everyone),
                "private" => (PostState::Published, Audience::Owner),
                _ => (PostState::Draft, Audience::Owner),
            };
            prop_assert_eq!((back.state, back.audience), (state, audience), "never wider");
            if state == PostState::Published && audience == Audience::Everyone {
                prop_assert_eq!(back.addresses.first(), placed.address.as_ref(), "links lead where the post will be");
            }
        }
        prop_assert_eq!(desk.comments.len(), comments.len());
        let name = |comment: &Comment| comment.author.name.clone();
        let by_id: BTreeMap<&str, &Comment> = desk.comments.iter().map(|comment| (comment.id.as_str(), comment)).collect();
        for (at, parent) in parents.iter().enumerate() {
            let back = desk.comments.iter().find(|comment| name(comment) == format!("Reader {}", at + 1)).expect("the comment");
            let above = back.parent.as_deref().and_then(|parent| by_id.get(parent)).map(|above| name(above));
            // An answer to a comment under another post, or one in a ring, stands by itself.
            if let Some(above) = above {
                prop_assert_eq!(Some(above), parent.map(|parent| format!("Reader {parent}")));
                let number = |id: &str| id.parse::<u64>().expect("a number");
                prop_assert!(number(back.parent.as_deref().expect("a parent")) < number(&back.id), "parents first");
            }
        }
        prop_assert_eq!(desk.categories.iter().find(|category| category.name == "Red").and_then(|red| red.parent.clone()), Some("roses-more".to_owned()));
    }
}
