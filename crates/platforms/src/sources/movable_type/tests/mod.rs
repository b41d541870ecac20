//! Whole exports: the two real ones where they are here, and our own.

mod damaged;
mod kitchen_notes;

use super::*;
use crate::fetch::{FetchSettings, Fetcher};
use crate::input::{self, Options};
use blog::doors::{Depth, Halt, Original};
use blog::{
    Audience, Comment, CommentKind, Finding, Identity, Item, Media, Moment, Post, PostKind,
    PostState, Profile,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Keeps everything that is read.
#[derive(Default)]
struct Desk {
    counts_only: bool,
    profiles: Vec<Profile>,
    posts: Vec<Post>,
    comments: Vec<Comment>,
    media: BTreeMap<String, Media>,
    categories: Vec<String>,
    tags: Vec<String>,
    findings: Vec<Finding>,
    originals: Vec<Vec<u8>>,
    done: u64,
}

impl Intake for Desk {
    fn depth(&self) -> Depth {
        if self.counts_only {
            Depth::Counts
        } else {
            Depth::Full
        }
    }

    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        self.profiles.push(profile);
        Ok(())
    }

    fn item(&mut self, item: Item, original: Original<'_>) -> Result<(), Halt> {
        assert!(!self.profiles.is_empty(), "the profile comes first");
        match item {
            Item::Post(post) => {
                self.originals.push(original.bytes.to_vec());
                self.posts.push(post);
            }
            Item::Comment(comment) => self.comments.push(comment),
            Item::Media(media) => match self.media.get_mut(&media.id) {
                Some(known) => known.merge(media),
                None => {
                    self.media.insert(media.id.clone(), media);
                }
            },
            Item::Category(category) => self.categories.push(category.name),
            Item::Tag(tag) => self.tags.push(tag.name),
            other => panic!("a Movable Type export has no {}", other.kind()),
        }
        Ok(())
    }

    fn finding(&mut self, finding: Finding) -> Result<(), Halt> {
        self.findings.push(finding);
        Ok(())
    }

    fn progress(&mut self, done: u64, total: Option<u64>) -> Result<(), Halt> {
        assert!(total.is_none_or(|total| done <= total));
        self.done = done;
        Ok(())
    }
}

impl Desk {
    fn post(&self, title: &str) -> &Post {
        self.posts
            .iter()
            .find(|post| post.title == title)
            .unwrap_or_else(|| panic!("no post titled {title}"))
    }

    fn codes(&self) -> BTreeSet<&str> {
        self.findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect()
    }
}

fn read_as(path: &Path, counts_only: bool, values: &[(&str, &str)]) -> Desk {
    let values = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let options = Options {
        values,
        secrets: BTreeMap::new(),
        now: "2026-01-01T00:00:00Z".parse().expect("a time"),
    };
    let fetcher = Arc::new(Fetcher::new(FetchSettings::default()));
    let mut input =
        input::open(path.to_str().expect("Unicode"), fetcher, options).expect("an input");
    let peek = input.peek().expect("a peek");
    assert_eq!(
        crate::sources::recognise(&peek.lend())
            .expect("recognised")
            .card()
            .name,
        "movable-type"
    );
    let mut desk = Desk {
        counts_only,
        ..Desk::default()
    };
    MovableType.read(&mut input, &mut desk).expect("read");
    desk
}

fn read(path: &Path) -> Desk {
    read_as(path, false, &[])
}

fn read_text(bytes: &[u8]) -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("export.txt");
    std::fs::write(&path, bytes).expect("written");
    read(&path)
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/movable-type")
        .join(name)
}

fn sample(name: &str) -> Option<PathBuf> {
    let samples = std::env::var_os("REHOME_SAMPLES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
        PathBuf::from,
    );
    let path = samples.join("typepad").join(name);
    if !path.exists() {
        println!("skipped: samples are not here");
        return None;
    }
    Some(path)
}

/// What an independent script counted in a sample.
struct Truth {
    entries: usize,
    pages: usize,
    drafts: usize,
    comments: usize,
    categories: usize,
    tags: usize,
    assets: usize,
    /// Pictures on other hosts.
    others: usize,
    /// Attachments under `/files/` of Typepad.
    files: usize,
    root: &'static str,
}

fn check_sample(name: &str, truth: &Truth) {
    let Some(path) = sample(name) else { return };
    let desk = read(&path);
    let count = |kind| desk.posts.iter().filter(|post| post.kind == kind).count();
    assert_eq!(desk.posts.len(), truth.entries);
    assert_eq!(count(PostKind::Page), truth.pages);
    assert_eq!(
        desk.posts
            .iter()
            .filter(|post| post.state == PostState::Draft)
            .count(),
        truth.drafts
    );
    assert_eq!(desk.comments.len(), truth.comments);
    assert_eq!(desk.categories.len(), truth.categories);
    assert_eq!(desk.tags.len(), truth.tags);
    assert_eq!(
        desk.media.keys().filter(|id| id.starts_with("6a")).count(),
        truth.assets
    );
    let files = desk
        .media
        .keys()
        .filter(|id| id.contains("typepad.com") && id.contains("/files/"))
        .count();
    assert_eq!(files, truth.files);
    let others = desk
        .media
        .values()
        .filter(|media| media.candidates.len() == 1 && !media.id.contains("typepad.com"))
        .count();
    assert!(
        (truth.others..truth.others + 5).contains(&others),
        "{others}: links around pictures may add a few"
    );
    assert_eq!(
        desk.done,
        std::fs::metadata(&path).expect("there").len(),
        "every byte is accounted for"
    );
    let last = desk.profiles.last().expect("a profile");
    assert_eq!(
        last.identity,
        Identity::Site {
            roots: vec![truth.root.to_owned()]
        }
    );
    check_addresses(&path, &desk);
    check_promises(&desk);
    // A survey counts the same as the move.
    let survey = read_as(&path, true, &[]);
    assert_eq!(
        survey.media.keys().collect::<Vec<_>>(),
        desk.media.keys().collect::<Vec<_>>()
    );
    assert_eq!(
        (survey.posts.len(), survey.comments.len()),
        (desk.posts.len(), desk.comments.len())
    );
    assert_eq!(survey.findings, desk.findings);
}

fn check_addresses(path: &Path, desk: &Desk) {
    let text = std::fs::read_to_string(path).expect("UTF-8");
    let written: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("UNIQUE URL: "))
        .map(str::trim)
        .collect();
    let read: BTreeSet<&str> = desk
        .posts
        .iter()
        .flat_map(|post| &post.addresses)
        .map(String::as_str)
        .collect();
    assert_eq!(read, written);
}

fn check_promises(desk: &Desk) {
    let ids: BTreeSet<&str> = desk.posts.iter().map(|post| post.id.as_str()).collect();
    assert_eq!(ids.len(), desk.posts.len(), "ids are unique");
    let comment_ids: BTreeSet<&str> = desk
        .comments
        .iter()
        .map(|comment| comment.id.as_str())
        .collect();
    assert_eq!(
        comment_ids.len(),
        desk.comments.len(),
        "ids of comments are unique"
    );
    for post in &desk.posts {
        let public = post.audience == Audience::Everyone;
        assert_eq!(public, post.state == PostState::Published, "{}", post.title);
        assert!(post.published.is_some(), "{}", post.title);
        assert!(
            !post.title.contains("&amp;") && !post.title.contains("&ndash;"),
            "{}",
            post.title
        );
    }
    for comment in &desk.comments {
        assert!(ids.contains(comment.post.as_str()));
        assert!(!comment.body.is_empty() && comment.written.is_some());
    }
    for media in desk.media.values() {
        assert!(
            !media.candidates.is_empty()
                && media
                    .candidates
                    .iter()
                    .all(|address| !address.contains("-popup"))
        );
    }
}

#[test]
fn the_first_real_export_is_read_whole() {
    check_sample(
        "getcoreinterface.mtif.txt",
        &Truth {
            entries: 57,
            pages: 3,
            drafts: 1,
            comments: 2,
            categories: 21,
            tags: 27,
            assets: 57,
            others: 19,
            files: 2,
            root: "getcoreinterface.typepad.com/blog",
        },
    );
}

#[test]
fn the_second_real_export_is_read_whole() {
    check_sample(
        "infrastructure-modeling.mtif.txt",
        &Truth {
            entries: 353,
            pages: 8,
            drafts: 5,
            comments: 328,
            categories: 38,
            tags: 42,
            assets: 563,
            others: 5,
            files: 29,
            root: "adndevblog.typepad.com/infrastructure",
        },
    );
}

#[test]
fn the_owner_s_word_on_the_blog_holds() {
    let set = [
        ("title", "Marta cooks"),
        ("time-zone", "Europe/Vienna"),
        ("language", "en"),
        ("home", "https://marta.example/"),
    ];
    let desk = read_as(&fixture("kitchen-notes.txt"), false, &set);
    let profile = desk.profiles.last().expect("a profile");
    assert_eq!(
        (
            profile.title.as_str(),
            profile.time_zone.as_deref(),
            profile.language.as_deref()
        ),
        ("Marta cooks", Some("Europe/Vienna"), Some("en"))
    );
    assert_eq!(
        profile.identity,
        Identity::Site {
            roots: vec![
                "marta.example".into(),
                "kitchen-notes.typepad.com/blog".into()
            ]
        }
    );
}
