//! Whole exports: the two real ones where they are here, and our own with every oddity.
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
fn kitchen_notes_is_read_with_everything_in_it() {
    let desk = read(&fixture("kitchen-notes.txt"));
    assert_eq!((desk.posts.len(), desk.comments.len()), (12, 6));
    check_promises_of_fixture(&desk);
    let flours = desk.post("A table of flours");
    assert!(
        flours
            .body
            .contains("TITLE: not a title, only a line of the calendar")
    );
    assert!(
        flours
            .body
            .ends_with("Eight dashes, and still the same post.</p>")
    );
    assert_eq!(
        (flours.categories.as_slice(), flours.comments_open),
        (["Baking".to_owned()].as_slice(), false)
    );
    let soup = desk.post("Leek & potato soup – the short way");
    assert!(
        soup.body
            .starts_with("<p>Three leeks, four potatoes, a spoon of butter.<br />\nWash"),
        "{}",
        soup.body
    );
    assert!(
        soup.body.contains("</li>\n\n<p>It keeps") || soup.body.contains("</ul>\n\n<p>It keeps"),
        "{}",
        soup.body
    );
    assert!(soup.body.contains("<!--more-->\n<p>The long way takes"));
    assert_eq!(soup.tags, ["leek", "potato", "quick things"]);
    assert_eq!(soup.slug.as_deref(), Some("leek-potato-soup-the-short-way"));
    assert_eq!(
        soup.addresses,
        ["https://kitchen-notes.typepad.com/blog/2007/02/leek-potato-soup-the-short-way.html"]
    );
    assert_eq!(
        soup.published,
        Some(Moment::Wall(jiff::civil::date(2007, 2, 18).at(12, 5, 0, 0)))
    );
    assert!(
        desk.post("Sourdough, day by day")
            .body
            .contains("<h2>The days</h2>")
    );
    assert!(
        desk.post("Jam for the neighbours")
            .body
            .contains("“One jar each,” I said – and")
    );
    assert_eq!(
        desk.post("A new stove, and a blog").excerpt.as_deref(),
        Some("The old stove went out with a bang.")
    );
}

fn check_promises_of_fixture(desk: &Desk) {
    assert_eq!(
        desk.profiles[0].identity.name(),
        "site:kitchen-notes.typepad.com/blog"
    );
    assert_eq!(desk.profiles[0].title, "Kitchen notes");
    let page = desk.post("About this kitchen");
    assert_eq!(page.kind, PostKind::Page);
    let draft = desk.post("Not yet: plum cake");
    assert_eq!(
        (draft.state, draft.audience),
        (PostState::Draft, Audience::Owner)
    );
    assert_eq!(
        desk.post("For the day the stove turns eighty").state,
        PostState::Scheduled
    );
    // Two honest equal comments stay two; the pings are pings.
    let ids: BTreeSet<&str> = desk
        .comments
        .iter()
        .map(|comment| comment.id.as_str())
        .collect();
    assert_eq!(ids.len(), 6);
    let ping = desk
        .comments
        .iter()
        .find(|comment| comment.kind == CommentKind::Trackback)
        .expect("a ping");
    assert_eq!(
        (ping.author.name.as_str(), ping.title.as_deref()),
        ("The Other Kitchen", Some("Soup week"))
    );
    assert!(desk.comments.iter().any(|comment| {
        comment
            .body
            .ends_with("-----</p>\n\n<p>(that was my line, not yours)</p>")
    }));
    assert!(
        desk.comments
            .iter()
            .any(|comment| comment.body.starts_with("<p>URL: is that how"))
    );
    assert_eq!(desk.media.len(), 6);
}

#[test]
fn every_picture_of_kitchen_notes_is_in_its_folder_in_the_best_size() {
    let desk = read(&fixture("kitchen-notes.txt"));
    let options = Options {
        values: BTreeMap::new(),
        secrets: BTreeMap::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let fetcher = Arc::new(Fetcher::new(FetchSettings::default()));
    let input = input::open(
        fixture("kitchen-notes.txt").to_str().expect("Unicode"),
        fetcher,
        options,
    )
    .expect("an input");
    let shelf = input
        .media_shelf()
        .with_saved_media(&fixture("kitchen-notes-media"))
        .expect("a folder")
        .offline();
    for media in desk.media.values() {
        let fetched = blog::doors::MediaFetch::fetch(&shelf, &media.candidates[0], &mut Vec::new())
            .expect("saved");
        if media.id.ends_with("b2e2970b") {
            assert_eq!(fetched.width, Some(800));
        }
    }
}

#[test]
fn a_folder_of_exports_and_media_is_one_blog() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(fixture("kitchen-notes.txt")).expect("there");
    let middle = text
        .match_indices("--------\nAUTHOR:")
        .nth(5)
        .expect("twelve entries")
        .0
        + 9;
    std::fs::write(folder.path().join("part-1.txt"), &text[..middle]).expect("written");
    std::fs::write(folder.path().join("part-2.txt"), &text[middle..]).expect("written");
    std::fs::write(folder.path().join("shopping.txt"), "milk\nyeast\n").expect("written");
    std::fs::write(
        folder.path().join("6a00d8341c9a1053ef0120a5c3b1d1970b.jpg"),
        "x",
    )
    .expect("written");
    let whole = read(&fixture("kitchen-notes.txt"));
    let parts = read(folder.path());
    assert_eq!(parts.posts, whole.posts);
    assert_eq!(parts.comments, whole.comments);
    assert_eq!(parts.profiles.last(), whole.profiles.last());
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

#[test]
fn another_alphabet_is_recognised_and_told() {
    let desk = read(&fixture("odd-latin-1.txt"));
    assert_eq!(
        desk.post("Créme brûlée").body,
        "<p>Où est passée la cuillère? Elle était là, près du thé, à côté de la crème.</p>"
    );
    assert_eq!(desk.codes(), BTreeSet::from(["INP-004"]));
    let desk = read(&fixture("odd-mixed-encodings.txt"));
    assert!(desk.post("One").body.contains("味噌汁"));
    assert_eq!(
        desk.post("Two").body,
        "<p>Une crème brûlée, déjà mangée, à côté du thé.</p>"
    );
    assert!(desk.post("Three").body.contains("борщ"));
    assert_eq!(desk.findings.len(), 1);
    assert_eq!(
        desk.findings[0].item.as_ref().map(|item| item.id.as_str()),
        Some("two@2008-03-04")
    );
}

#[test]
fn windows_line_ends_cut_files_and_missing_ends_lose_no_whole_entry() {
    let desk = read(&fixture("odd-crlf.txt"));
    assert_eq!(
        (
            desk.post("One").body.as_str(),
            desk.comments[0].body.as_str()
        ),
        ("<p>first</p>\n\n<p>line</p>", "<p>Good.</p>")
    );
    assert!(desk.findings.is_empty(), "{:?}", desk.findings);
    let desk = read(&fixture("odd-no-last-separator.txt"));
    assert_eq!((desk.posts.len(), desk.comments.len()), (2, 1));
    let desk = read(&fixture("odd-cut.txt"));
    assert_eq!(
        desk.post("Two").body,
        "<p>a longer text that breaks off here"
    );
    assert_eq!(desk.codes(), BTreeSet::from(["MT-003"]));
}

#[test]
fn invisible_signs_are_taken_out_of_the_text_and_stay_in_the_original() {
    let desk = read(&fixture("odd-nul-bytes.txt"));
    assert_eq!(desk.post("One").body, "<p>before and after</p>");
    assert!(desk.originals[0].contains(&0));
    assert_eq!(desk.codes(), BTreeSet::from(["MT-010"]));
}

#[test]
fn what_heads_do_not_say_is_told_and_never_made_public() {
    let desk = read(&fixture("odd-missing-heads.txt"));
    let state = |title: &str| (desk.post(title).state, desk.post(title).audience);
    assert_eq!(state("No status"), (PostState::Draft, Audience::Owner));
    assert_eq!(state("Late future"), (PostState::Draft, Audience::Owner));
    assert_eq!(state("Elsewhere"), (PostState::Draft, Audience::Owner));
    assert_eq!(state("No date"), (PostState::Published, Audience::Everyone));
    assert_eq!(desk.post("Thirtieth of February").published, None);
    assert_eq!(desk.posts.len(), 7);
    assert_eq!(
        desk.comments[1].post,
        desk.post("In Textile").id,
        "comments find the entry that came before"
    );
    assert_eq!(
        desk.codes(),
        BTreeSet::from(["MT-001", "MT-005", "MT-006", "MT-007", "MT-008", "MT-012"])
    );
}

#[test]
fn a_line_of_ten_megabytes_is_only_a_long_line() {
    let line = "soup ".repeat(2 << 20);
    let desk = read_text(format!("AUTHOR: Ana\nTITLE: Long\nSTATUS: Publish\nDATE: 03/04/2008\n-----\nBODY:\n{line}\n-----\n--------\nTITLE: Next\nSTATUS: Publish\nDATE: 03/04/2008\n-----\nBODY:\nx\n-----\n--------\n").as_bytes());
    assert_eq!(desk.posts.len(), 2);
    assert!(desk.post("Long").body.len() >= line.trim().len());
    assert!(desk.findings.is_empty());
}

#[test]
fn utf_16_is_read_like_anything_else() {
    let text = std::fs::read_to_string(fixture("kitchen-notes.txt")).expect("there");
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let posts = read(&fixture("kitchen-notes.txt")).posts;
    assert!(read_text(&bytes).posts == posts);
    assert!(
        read_text(text.replace('\n', "\r").as_bytes()).posts == posts,
        "and so are the line ends of old Macs"
    );
}

#[test]
fn what_is_no_export_is_refused_with_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear Ana,\nTITLE: no\n").expect("written");
    let options = Options {
        values: BTreeMap::new(),
        secrets: BTreeMap::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut input = input::open(
        path.to_str().expect("Unicode"),
        Arc::new(Fetcher::new(FetchSettings::default())),
        options,
    )
    .expect("a file");
    assert_eq!(
        MovableType.recognise(&input.peek().expect("a peek").lend()),
        Likeness::No
    );
    let error = MovableType
        .read(&mut input, &mut Desk::default())
        .expect_err("not ours");
    assert!(matches!(error, ReadError::NotOurs { .. }));
}
