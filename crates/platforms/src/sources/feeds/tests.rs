//! Whole feeds, on a host made of the fixtures.

use super::Feeds;
use crate::sources;
use blog::doors::{
    Answer, Call, Depth, Entry, Halt, Input, InputForm, Intake, Likeness, Original, Peek,
    ReadError, Source,
};
use blog::{Audience, Comment, Finding, Item, Media, Post, PostState, Profile, Secret};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::Read;

const HARBOUR: &str = include_str!("../../../../../fixtures/feeds/harbour.rss");
const HARBOUR_2: &str = include_str!("../../../../../fixtures/feeds/harbour-2.rss");
const COMMENTS: &str = include_str!("../../../../../fixtures/feeds/harbour-comments.rss");
const LAMP: &str = include_str!("../../../../../fixtures/feeds/lamp.rdf");
const JOURNAL: &str = include_str!("../../../../../fixtures/feeds/journal.atom");
const NOTES: &str = include_str!("../../../../../fixtures/feeds/notes.json");

/// A host, or a file, made of what a test says.
#[derive(Default)]
pub(in crate::sources) struct Made {
    pub(in crate::sources) label: String,
    pub(in crate::sources) files: BTreeMap<String, Vec<u8>>,
    pub(in crate::sources) pages: BTreeMap<String, String>,
    pub(in crate::sources) options: BTreeMap<String, String>,
    /// Of what stands here, earlier runs died.
    pub(in crate::sources) deadly: &'static [&'static str],
}

/// As the engine says it.
fn left_out(place: &str) -> ReadError {
    ReadError::LeftOut {
        place: place.to_owned(),
        what: "the program died twice while it read it, so it is left out".to_owned(),
    }
}

impl Made {
    fn host(label: &str, pages: &[(&str, &str)]) -> Self {
        Self {
            label: label.to_owned(),
            pages: pages
                .iter()
                .map(|(at, body)| ((*at).to_owned(), (*body).to_owned()))
                .collect(),
            ..Self::default()
        }
    }

    pub(in crate::sources) fn file(name: &str, body: &[u8]) -> Self {
        Self {
            label: name.to_owned(),
            files: BTreeMap::from([(name.to_owned(), body.to_vec())]),
            ..Self::default()
        }
    }
}

impl Input for Made {
    fn label(&self) -> &str {
        &self.label
    }
    fn form(&self) -> InputForm {
        match self.files.len() {
            0 => InputForm::Address,
            1 => InputForm::File,
            _ => InputForm::Folder,
        }
    }
    fn now(&self) -> Timestamp {
        "2010-10-01T12:00:00Z".parse().expect("a time")
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        let entry = |(name, bytes): (&String, &Vec<u8>)| Entry {
            name: name.clone(),
            bytes: bytes.len() as u64,
        };
        Ok(self.files.iter().map(entry).collect())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        if self.deadly.contains(&name) {
            return Err(left_out(name));
        }
        Ok(Box::new(self.files[name].as_slice()))
    }
    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        if self.deadly.contains(&call.address) {
            return Err(left_out(call.address));
        }
        let body = self.pages.get(call.address);
        Ok(Answer {
            status: if body.is_some() { 200 } else { 404 },
            address: call.address.to_owned(),
            media_type: None,
            body: body.cloned().unwrap_or_default().into_bytes(),
        })
    }
    fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }
    fn secret(&self, _: &str) -> Option<&Secret> {
        None
    }
}

/// Keeps everything that is read.
#[derive(Default, Debug)]
pub(in crate::sources) struct Desk {
    pub(in crate::sources) profile: Option<Profile>,
    pub(in crate::sources) posts: Vec<Post>,
    pub(in crate::sources) comments: Vec<Comment>,
    pub(in crate::sources) media: Vec<Media>,
    pub(in crate::sources) terms: Vec<String>,
    pub(in crate::sources) findings: Vec<Finding>,
    /// Of these parts, earlier runs died.
    pub(in crate::sources) deadly: &'static [&'static str],
    /// What was kept aside: where it stood, and what it was.
    pub(in crate::sources) aside: Vec<(String, String)>,
}

impl Desk {
    pub(in crate::sources) fn codes(&self) -> Vec<&str> {
        self.findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect()
    }

    /// What a person would look at.
    pub(in crate::sources) fn seen(&self) -> serde_json::Value {
        serde_json::json!({
            "profile": self.profile, "posts": self.posts, "comments": self.comments, "media": self.media, "terms": self.terms,
            "findings": self.findings.iter().map(|finding| format!("{} {}", finding.code, finding.sentence)).collect::<Vec<_>>(),
        })
    }
}

impl Intake for Desk {
    fn depth(&self) -> Depth {
        Depth::Full
    }
    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        self.profile = Some(profile);
        Ok(())
    }
    fn may_read(&mut self, place: &str) -> Result<bool, Halt> {
        Ok(!self.deadly.contains(&place))
    }
    fn aside(&mut self, original: Original<'_>) -> Result<(), Halt> {
        let text = String::from_utf8_lossy(original.bytes).into_owned();
        self.aside.push((original.place.to_owned(), text));
        Ok(())
    }
    fn item(&mut self, item: Item, _: Original<'_>) -> Result<(), Halt> {
        match item {
            Item::Post(post) => self.posts.push(post),
            Item::Comment(comment) => self.comments.push(comment),
            Item::Media(media) => self.media.push(media),
            other => self.terms.push(other.id().to_owned()),
        }
        Ok(())
    }
    fn finding(&mut self, finding: Finding) -> Result<(), Halt> {
        self.findings.push(finding);
        Ok(())
    }
    fn progress(&mut self, _: u64, _: Option<u64>) -> Result<(), Halt> {
        Ok(())
    }
}

fn read(mut input: Made) -> Desk {
    let mut desk = Desk::default();
    Feeds.read(&mut input, &mut desk).expect("a feed");
    desk
}

fn harbour() -> Made {
    Made::host(
        "http://harbour.example/",
        &[
            (
                "http://harbour.example/",
                "<html><head><link rel='alternate' type='application/rss+xml' href='/feed/'></head></html>",
            ),
            ("http://harbour.example/feed/", HARBOUR),
            ("http://harbour.example/feed/?paged=2", HARBOUR_2),
            ("http://harbour.example/2010/09/the-pier/feed/", COMMENTS),
        ],
    )
}

#[test]
fn a_blog_is_read_from_its_address_through_all_pages_of_its_feed_with_comments() {
    let desk = read(harbour());
    insta::assert_json_snapshot!(desk.seen());
}

/// The same host as a crawler took it into a web archive.
fn crawled(mut host: Made, more: &[&str]) -> Made {
    host.label = "crawl.warc.gz".to_owned();
    host.pages.remove("http://harbour.example/feed/?paged=2");
    let all = host.pages.keys().cloned();
    let all = all.chain(more.iter().map(|name| (*name).to_owned()));
    host.files = all.map(|name| (name, Vec::new())).collect();
    host
}

#[test]
fn a_web_archive_gives_the_feed_that_was_captured_and_names_the_pages_it_does_not_tell() {
    let more = [
        "http://harbour.example/2010/09/the-pier",
        "http://www.harbour.example/2009/02/the-hill/",
        "http://elsewhere.example/feed/",
    ];
    let input = crawled(harbour(), &more);
    let names: Vec<String> = input.files.keys().cloned().collect();
    let peek = Peek {
        label: &input.label,
        form: InputForm::Folder,
        head: &[],
        names: &names,
    };
    let source = sources::recognise(&peek).expect("a source");
    assert_eq!(source.card().name, "feed");
    let desk = read(input);
    let living = read(harbour());
    assert_eq!(desk.posts.first(), living.posts.first());
    assert_eq!(desk.posts[0].audience, Audience::Everyone);
    assert!(!desk.comments.is_empty());
    // Nobody captured the second page, so nobody knows that there is no more.
    assert!(desk.codes().contains(&"FD-001"), "{:?}", desk.codes());
    let told: Vec<&str> = desk
        .findings
        .iter()
        .filter(|finding| finding.code == "FD-009")
        .map(|finding| finding.sentence.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "1 further pages of the blog were captured that are not in its feed: \"http://www.harbour.example/2009/02/the-hill/\"."
        ]
    );
    let mut other = crawled(harbour(), &[]);
    let site = ("site".to_owned(), "elsewhere.example".to_owned());
    other.options.extend([site]);
    let refused = Feeds.read(&mut other, &mut Desk::default());
    assert!(matches!(refused, Err(ReadError::NotOurs { .. })));
}

#[test]
fn every_kind_of_feed_is_read_and_an_atom_thread_stays_one() {
    let mut all = Vec::new();
    for (name, feed) in [
        ("lamp.rdf", LAMP),
        ("journal.atom", JOURNAL),
        ("notes.json", NOTES),
    ] {
        let mut input = Made::file(name, feed.as_bytes());
        input
            .options
            .insert("audience".to_owned(), "everyone".to_owned());
        all.push(read(input).seen());
    }
    insta::assert_json_snapshot!(all);
}

#[test]
fn what_is_not_known_to_be_public_moves_as_private() {
    let saved = read(Made::file("notes.json", NOTES.as_bytes()));
    assert!(
        saved
            .posts
            .iter()
            .all(|post| post.audience == Audience::Owner)
    );
    assert!(saved.codes().contains(&"FD-006"));
    let keyed = "http://lamp.example/feed?authkey=abc123";
    let keyed = read(Made::host(keyed, &[(keyed, LAMP)]));
    assert_eq!(keyed.profile.expect("a profile").audience, Audience::Owner);
    let draft = {
        let mut input = Made::file("journal.atom", JOURNAL.as_bytes());
        input
            .options
            .insert("audience".to_owned(), "everyone".to_owned());
        read(input)
    };
    let draft = draft
        .posts
        .iter()
        .find(|post| post.state == PostState::Draft)
        .expect("the draft");
    assert_eq!(draft.audience, Audience::Owner);
}

#[test]
fn a_folder_of_saved_feeds_is_one_blog_and_comments_find_their_post() {
    let mut input = Made::file("a/comments.xml", COMMENTS.as_bytes());
    input
        .files
        .insert("b/feed.xml".to_owned(), HARBOUR.as_bytes().to_vec());
    input
        .files
        .insert("c/feed2.xml".to_owned(), HARBOUR_2.as_bytes().to_vec());
    input
        .files
        .insert("d/feed.xml".to_owned(), HARBOUR.as_bytes().to_vec());
    let desk = read(input);
    assert_eq!(desk.posts.len(), 3, "the same item twice is one post");
    assert_eq!(desk.comments.len(), 2);
    assert_eq!(desk.comments[0].post, "http://harbour.example/?p=31");
    assert_eq!(desk.comments[1].parent.as_ref(), Some(&desk.comments[0].id));
}

#[test]
fn a_feed_that_leads_to_itself_ends() {
    let round = JOURNAL.replace(
        "rel=\"self\" href=\"http://journal.example/atom.xml\"",
        "rel=\"next\" href=\"?page=2\"",
    );
    let desk = read(Made::host(
        "http://journal.example/atom.xml",
        &[
            ("http://journal.example/atom.xml", &round),
            ("http://journal.example/atom.xml?page=2", &round),
        ],
    ));
    assert_eq!(desk.posts.len(), 2);
}

#[test]
fn a_feed_is_known_and_steals_nobody_else_s() {
    let peek = |label: &str, form, head: &str| {
        let peek = Peek {
            label,
            form,
            head: head.as_bytes(),
            names: &[],
        };
        sources::recognise(&peek).map(|source| source.card().name)
    };
    for feed in [HARBOUR, LAMP, JOURNAL, NOTES] {
        assert_eq!(peek("a", InputForm::File, feed), Some("feed"));
    }
    assert_eq!(
        peek("http://harbour.example/", InputForm::Address, ""),
        Some("feed")
    );
    assert_eq!(
        peek(
            "http://ana.spaces.live.com/feed.rss",
            InputForm::Address,
            ""
        ),
        Some("spaces")
    );
    let wxr = "<?xml version='1.0'?><rss version='2.0' xmlns:wp='http://wordpress.org/export/1.2/'><channel>";
    let peek = Peek {
        label: "a",
        form: InputForm::File,
        head: wxr.as_bytes(),
        names: &[],
    };
    assert_eq!(Feeds.recognise(&peek), Likeness::No);
}

#[test]
fn a_feed_cut_or_changed_anywhere_keeps_what_is_whole_and_never_falls() {
    for feed in [HARBOUR, LAMP, JOURNAL, NOTES] {
        for at in 0..feed.len() {
            let mut input = Made::file("cut.xml", &feed.as_bytes()[..at]);
            let _ = Feeds.read(&mut input, &mut Desk::default());
            let mut changed = feed.as_bytes().to_vec();
            changed[at] ^= 0x15;
            let _ = Feeds.read(
                &mut Made::file("changed.xml", &changed),
                &mut Desk::default(),
            );
        }
    }
    let cut = HARBOUR.find("No title").expect("the second item");
    let desk = read(Made::file("cut.xml", &HARBOUR.as_bytes()[..cut]));
    assert_eq!(desk.posts.len(), 1);
    assert!(desk.codes().contains(&"FD-003"), "the cut item is named");
}

fn titles(desk: &Desk) -> Vec<&str> {
    desk.posts.iter().map(|post| post.title.as_str()).collect()
}

fn folder(files: &[(&str, &str)]) -> Made {
    let files = files.iter();
    Made {
        label: "feeds".to_owned(),
        files: files
            .map(|(name, body)| ((*name).to_owned(), body.as_bytes().to_vec()))
            .collect(),
        ..Made::default()
    }
}

#[test]
fn an_item_that_killed_the_program_is_kept_aside_once_and_the_others_are_read() {
    for (name, body, entry) in [
        ("harbour.rss", HARBOUR, "harbour.rss › entry 1"),
        ("notes.json", NOTES, "notes.json › entry 1"),
    ] {
        let all = read(Made::file(name, body.as_bytes()));
        let mut desk = Desk {
            deadly: &["harbour.rss › entry 1", "notes.json › entry 1"],
            ..Desk::default()
        };
        let mut input = Made::file(name, body.as_bytes());
        Feeds.read(&mut input, &mut desk).expect("the others");
        assert!(titles(&all).len() > 1, "{name}");
        assert_eq!(titles(&desk), titles(&all)[1..], "{name}");
        assert_eq!(desk.aside.len(), 1, "{name}");
        let beginning: String = titles(&all)[0].chars().take(8).collect();
        assert_eq!(desk.aside[0].0, entry);
        assert!(desk.aside[0].1.contains(&beginning), "{:?}", desk.aside);
    }
}

#[test]
fn an_item_of_a_living_feed_that_killed_the_program_is_kept_aside() {
    let all = read(harbour());
    let mut desk = Desk {
        deadly: &["http://harbour.example/feed/ › entry 2"],
        ..Desk::default()
    };
    Feeds.read(&mut harbour(), &mut desk).expect("the others");
    let mut expected = titles(&all);
    let killer = expected.remove(1);
    assert_eq!(titles(&desk), expected);
    assert!(desk.aside[0].1.contains(killer), "{:?}", desk.aside);
}

#[test]
fn a_feed_that_is_left_out_leaves_the_others_of_its_folder() {
    let both = [("a.rss", HARBOUR), ("b.rss", HARBOUR_2)];
    let mut input = folder(&both);
    input.deadly = &["a.rss"];
    let alone = read(folder(&[both[1], ("c.rss", HARBOUR_2)]));
    assert_eq!(titles(&read(input)), titles(&alone));
    let mut input = folder(&both);
    input.deadly = &["a.rss", "b.rss"];
    let nothing = Feeds.read(&mut input, &mut Desk::default());
    assert!(
        matches!(nothing, Err(ReadError::LeftOut { .. })),
        "{nothing:?}"
    );
}
