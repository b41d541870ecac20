//! The source as a whole, on saved pages of every dated markup and on a host made of them.

use super::*;
use blog::{
    Audience, Comment, CommentKind, Finding, Item, Media, Post, PostState, Profile, Secret,
    doors::{Answer, Call, Depth, Entry, Halt, Original},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;

/// An input made of what a test says.
#[derive(Default)]
pub(super) struct Made {
    label: String,
    form: Option<InputForm>,
    files: BTreeMap<String, Vec<u8>>,
    pages: HashMap<String, (u16, Vec<u8>)>,
    options: HashMap<String, String>,
    secrets: HashMap<String, Secret>,
    asked: Vec<String>,
}

impl Made {
    fn folder(files: &[(&str, &[u8])]) -> Self {
        Self {
            label: "my-space".to_owned(),
            form: Some(InputForm::Folder),
            files: files
                .iter()
                .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
                .collect(),
            ..Self::default()
        }
    }

    fn host(label: &str, pages: Vec<(String, u16, String)>) -> Self {
        Self {
            label: label.to_owned(),
            form: Some(InputForm::Address),
            pages: pages
                .into_iter()
                .map(|(address, status, body)| (address, (status, body.into_bytes())))
                .collect(),
            ..Self::default()
        }
    }
}

impl Input for Made {
    fn label(&self) -> &str {
        &self.label
    }
    fn form(&self) -> InputForm {
        self.form.unwrap_or(InputForm::Folder)
    }
    fn now(&self) -> Timestamp {
        "2010-10-01T12:00:00Z".parse().expect("a time")
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(self
            .files
            .iter()
            .map(|(name, bytes)| Entry {
                name: name.clone(),
                bytes: bytes.len() as u64,
            })
            .collect())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        match self.files.get(name) {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => Err(ReadError::Unreadable {
                place: name.to_owned(),
                what: "there is no such file".to_owned(),
            }),
        }
    }
    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        self.asked.push(call.address.to_owned());
        let (status, body) = self
            .pages
            .get(call.address)
            .cloned()
            .unwrap_or((404, b"not here".to_vec()));
        Ok(Answer {
            status,
            address: call.address.to_owned(),
            media_type: None,
            body,
        })
    }
    fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }
    fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(name)
    }
}

/// Everything that was taken in.
#[derive(Default)]
pub(super) struct Taken {
    profile: Option<Profile>,
    items: Vec<Item>,
    originals: Vec<String>,
    findings: Vec<Finding>,
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
        self.originals
            .push(String::from_utf8_lossy(original.bytes).into_owned());
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
    fn posts(&self) -> Vec<&Post> {
        self.items
            .iter()
            .filter_map(|item| {
                if let Item::Post(post) = item {
                    Some(post)
                } else {
                    None
                }
            })
            .collect()
    }
    fn comments(&self) -> Vec<&Comment> {
        self.items
            .iter()
            .filter_map(|item| {
                if let Item::Comment(comment) = item {
                    Some(comment)
                } else {
                    None
                }
            })
            .collect()
    }
    fn media(&self) -> Vec<&Media> {
        self.items
            .iter()
            .filter_map(|item| {
                if let Item::Media(media) = item {
                    Some(media)
                } else {
                    None
                }
            })
            .collect()
    }
    fn codes(&self) -> Vec<&str> {
        self.findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect()
    }
}

fn taken(input: &mut Made) -> Taken {
    let mut taken = Taken::default();
    LiveSpaces
        .read(input, &mut taken)
        .expect("the input is a Space");
    taken
}

const MARKUPS: [(&str, &str); 7] = [
    (
        "2007-05",
        include_str!("../../../../../fixtures/spaces-pages/2007-05.html"),
    ),
    (
        "2007-10",
        include_str!("../../../../../fixtures/spaces-pages/2007-10.html"),
    ),
    (
        "2008-02",
        include_str!("../../../../../fixtures/spaces-pages/2008-02.html"),
    ),
    (
        "2008-06",
        include_str!("../../../../../fixtures/spaces-pages/2008-06.html"),
    ),
    (
        "about-2008",
        include_str!("../../../../../fixtures/spaces-pages/about-2008.html"),
    ),
    (
        "2008-12",
        include_str!("../../../../../fixtures/spaces-pages/2008-12.html"),
    ),
    (
        "2010-07",
        include_str!("../../../../../fixtures/spaces-pages/2010-07.html"),
    ),
];

const GUESTBOOK: &str = include_str!("../../../../../fixtures/spaces-pages/guestbook.html");
const SIGN_IN: &str = include_str!("../../../../../fixtures/spaces-pages/sign-in.html");

#[test]
fn the_same_entry_is_read_from_every_dated_markup() {
    for (name, html) in MARKUPS {
        let taken = taken(&mut Made::folder(&[("page.html", html.as_bytes())]));
        let posts = taken.posts();
        assert_eq!(posts.len(), 1, "{name}");
        let post = posts[0];
        assert_eq!(post.id, "74", "{name}");
        assert_eq!(post.title, "The first rose 日记", "{name}");
        assert!(
            post.body
                .starts_with("<div dir=\"ltr\">Today the <b>first</b> rose &amp; a thorn."),
            "{name}: {}",
            post.body
        );
        assert!(
            post.body.ends_with("the spring</a>.</p></div>"),
            "{name}: {}",
            post.body
        );
        assert_eq!(
            post.categories,
            ["Garden & Balcony", "Computer und Internet"],
            "{name}"
        );
        assert_eq!(
            post.published.map(|m| m.to_string()).as_deref(),
            Some("2008-04-05T21:03:00"),
            "{name}"
        );
        assert_eq!(post.base.as_deref(), Some("input:/page.html"));
        assert_eq!(
            post.addresses,
            [
                "http://ana-garden.spaces.live.com/blog/cns!A1B2C3D4E5F60718!74.entry",
                "http://cid-a1b2c3d4e5f60718.spaces.live.com/blog/cns!A1B2C3D4E5F60718!74.entry",
            ],
            "{name}"
        );
        assert_eq!(post.audience, Audience::Owner, "{name}");
        let media = taken.media();
        assert_eq!(media.len(), 1, "{name}");
        assert_eq!(media[0].id, "44", "{name}");
        assert_eq!(
            media[0].candidates[0], "http://blufiles.storage.live.com/y1pFull",
            "{name}"
        );
        let profile = taken.profile.as_ref().expect("a profile");
        assert_eq!(profile.title, "Ana's garden", "{name}");
        assert_eq!(profile.tagline, "What grows", "{name}");
        assert_eq!(profile.identity.name(), "space:A1B2C3D4E5F60718", "{name}");
        assert!(
            !taken.codes().contains(&"SP-002"),
            "{name}: {:?}",
            taken.findings
        );
        assert!(
            !taken.codes().contains(&"SP-006"),
            "{name}: {:?}",
            taken.findings
        );
    }
}

#[test]
fn comments_of_every_markup_come_oldest_first_with_names_dates_and_addresses() {
    for (name, html) in MARKUPS {
        let taken = taken(&mut Made::folder(&[("page.html", html.as_bytes())]));
        let comments: Vec<&Comment> = taken
            .comments()
            .into_iter()
            .filter(|c| c.kind == CommentKind::Comment)
            .collect();
        assert_eq!(comments.len(), 2, "{name}");
        assert_eq!(comments[0].author.name, "李 wei", "{name}");
        assert_eq!(comments[0].body, "First<br>line", "{name}");
        assert_eq!(comments[1].author.name, "Bob ;-)", "{name}");
        assert_eq!(
            comments[1].author.url.as_deref(),
            Some("http://bob.example/"),
            "{name}"
        );
        assert_eq!(comments[1].body, "Lovely &amp; red!", "{name}");
        let days: Vec<String> = comments
            .iter()
            .map(|c| {
                c.written
                    .map(|m| m.to_string()[..10].to_owned())
                    .unwrap_or_default()
            })
            .collect();
        // A day without a clock that lies before the post's own evening stays the day of the post.
        assert_eq!(days, ["2008-04-05", "2008-04-06"], "{name}");
        assert_ne!(comments[0].id, comments[1].id, "{name}");
        let pings: Vec<&Comment> = taken
            .comments()
            .into_iter()
            .filter(|c| c.kind == CommentKind::Trackback)
            .collect();
        assert_eq!(pings.len(), 1, "{name}");
        assert_eq!(pings[0].author.name, "Roses", "{name}");
        assert_eq!(
            pings[0].author.url.as_deref(),
            Some("http://roses.example/2008/04/answer"),
            "{name}"
        );
    }
}

#[test]
fn reading_twice_gives_the_same_items() {
    for (_, html) in MARKUPS {
        let once = taken(&mut Made::folder(&[("page.html", html.as_bytes())]));
        let twice = taken(&mut Made::folder(&[("page.html", html.as_bytes())]));
        assert_eq!(once.items, twice.items);
    }
}

#[test]
fn of_many_saved_pages_of_one_entry_the_richest_wins_and_the_guestbook_comes_along() {
    let (_, page) = MARKUPS[6];
    let list = page.replace("cc2_cmt", "gone").replace("<b>first</b>", "");
    let mut input = Made::folder(&[
        ("a/list.html", list.as_bytes()),
        ("a/entry.html", page.as_bytes()),
        ("guestbook.html", GUESTBOOK.as_bytes()),
        ("img/rose.jpg", b"not a page"),
    ]);
    let taken = taken(&mut input);
    assert_eq!(taken.posts().len(), 1);
    assert_eq!(
        taken.posts()[0].base.as_deref(),
        Some("input:/a/entry.html")
    );
    let notes = taken
        .items
        .iter()
        .filter(|item| matches!(item, Item::GuestbookEntry(_)))
        .count();
    assert_eq!(notes, 1);
}

#[test]
fn what_the_owner_says_of_the_audience_holds_for_saved_pages() {
    let mut input = Made::folder(&[("page.html", MARKUPS[0].1.as_bytes())]);
    input
        .options
        .insert("audience".to_owned(), "everyone".to_owned());
    let taken = taken(&mut input);
    assert_eq!(taken.posts()[0].audience, Audience::Everyone);
    assert!(!taken.codes().contains(&"SP-010"));
}

#[test]
fn keys_are_kept_nowhere() {
    let html = MARKUPS[6].1.replace(
        "http://ana-garden.spaces.live.com/blog/cns!A1B2C3D4E5F60718!12.entry",
        "http://cid-a1b2c3d4e5f60718.users.api.live.net/Users(1)/Blogs('A1!102')/Entries('A1!12')?authkey=Ab1!x*Zk9Qq%24",
    );
    let taken = taken(&mut Made::folder(&[("page.html", html.as_bytes())]));
    let kept = format!(
        "{:?}{:?}{:?}{:?}",
        taken.items, taken.originals, taken.findings, taken.profile
    );
    assert!(kept.contains("authkey=struck-out"));
    assert!(!kept.contains("Zk9Qq"));
}

#[test]
fn a_folder_without_pages_of_a_space_is_not_ours() {
    let mut input = Made::folder(&[("index.html", b"<html><body>hello</body></html>")]);
    let result = LiveSpaces.read(&mut input, &mut Taken::default());
    assert!(matches!(result, Err(ReadError::NotOurs { .. })));
}

#[test]
fn a_private_space_without_a_key_is_locked_although_its_page_says_200() {
    let mut input = Made::host(
        "http://ana-garden.spaces.live.com",
        vec![(
            "http://ana-garden.spaces.live.com/".to_owned(),
            200,
            SIGN_IN.to_owned(),
        )],
    );
    let mut taken = Taken::default();
    let result = LiveSpaces.read(&mut input, &mut taken);
    assert!(
        matches!(result, Err(ReadError::Locked { .. })),
        "{result:?}"
    );
    assert!(taken.items.is_empty());
}

#[test]
fn a_living_space_without_a_feed_is_not_for_everyone() {
    let home = "http://ana-garden.spaces.live.com";
    let entry = format!("{home}/blog/cns!A1B2C3D4E5F60718!74.entry");
    let page = MARKUPS[6].1.to_owned();
    let mut input = Made::host(
        "ana-garden.spaces.live.com",
        vec![
            (format!("{home}/"), 200, page.clone()),
            (
                format!("{home}/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart"),
                200,
                page.clone(),
            ),
            (entry.clone(), 200, page),
        ],
    );
    let taken = taken(&mut input);
    assert_eq!(taken.posts().len(), 1);
    assert_ne!(taken.posts()[0].audience, Audience::Everyone);
    assert!(taken.codes().contains(&"SP-004"));
    assert_eq!(taken.posts()[0].base.as_deref(), Some(entry.as_str()));
    let asked: std::collections::HashSet<&String> = input.asked.iter().collect();
    assert_eq!(
        asked.len(),
        input.asked.len(),
        "a page was asked twice: {:?}",
        input.asked
    );
}

#[test]
fn drafts_come_through_the_editors_interface_and_the_secret_word_stays_there() {
    let home = "http://ana-garden.spaces.live.com";
    let page = MARKUPS[6].1.to_owned();
    let answer = "\u{feff}<?xml version=\"1.0\"?><methodResponse><params><param><value><array><data><value><struct>\
        <member><name>postid</name><value>A1B2C3D4E5F60718!99</value></member><member><name>title</name><value>Not yet</value></member>\
        <member><name>description</name><value>&lt;p&gt;half&lt;/p&gt;</value></member><member><name>publish</name><value><boolean>0</boolean></value></member>\
        <member><name>dateCreated</name><value><dateTime.iso8601>20100901T10:00:00</dateTime.iso8601></value></member></struct></value></data></array></value></param></params></methodResponse>";
    let mut input = Made::host(
        home,
        vec![
            (format!("{home}/"), 200, page.clone()),
            (
                format!("{home}/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart"),
                200,
                page.clone(),
            ),
            (
                format!("{home}/blog/cns!A1B2C3D4E5F60718!74.entry"),
                200,
                page,
            ),
            (
                "https://storage.msn.com/storageservice/MetaWeblog.rpc".to_owned(),
                200,
                answer.to_owned(),
            ),
        ],
    );
    input
        .secrets
        .insert("secret-word".to_owned(), Secret::new("opensesame"));
    let taken = taken(&mut input);
    let draft = taken
        .posts()
        .into_iter()
        .find(|post| post.state == PostState::Draft)
        .expect("a draft");
    assert_eq!(draft.id, "99");
    assert_eq!(draft.audience, Audience::Owner);
    assert_eq!(
        draft.published.map(|m| m.to_string()).as_deref(),
        Some("2010-09-01T10:00:00Z")
    );
    let kept = format!("{:?}{:?}{:?}", taken.items, taken.originals, taken.findings);
    assert!(!kept.contains("opensesame"));
}

#[test]
fn inputs_are_recognised_and_others_are_not() {
    let peek = |label: &str, form: InputForm, head: &[u8], names: &[String]| {
        LiveSpaces.recognise(&Peek {
            label,
            form,
            head,
            names,
        })
    };
    for label in [
        "ana-garden.spaces.live.com",
        "http://spaces.msn.com/members/ana",
        "https://cid-a1b2c3d4e5f60718.spaces.live.com/blog/",
    ] {
        assert_eq!(
            peek(label, InputForm::Address, b"", &[]),
            Likeness::Surely,
            "{label}"
        );
    }
    for label in [
        "https://ana.typepad.com/",
        "http://spaces.live.com/",
        "http://storage.msn.com/x1p",
    ] {
        assert_eq!(
            peek(label, InputForm::Address, b"", &[]),
            Likeness::No,
            "{label}"
        );
    }
    assert_eq!(
        peek("space.zip", InputForm::Zip, b"", &["index.html".to_owned()]),
        Likeness::Surely
    );
    assert_eq!(
        peek("x", InputForm::Folder, b"", &["notes.txt".to_owned()]),
        Likeness::No
    );
    assert_eq!(
        peek("p.html", InputForm::File, MARKUPS[0].1.as_bytes(), &[]),
        Likeness::Surely
    );
    assert_eq!(
        peek(
            "export.txt",
            InputForm::File,
            b"AUTHOR: Ana\nTITLE: x\n-----\n",
            &[]
        ),
        Likeness::No
    );
}

#[test]
fn a_page_nested_without_end_costs_that_page_and_no_more() {
    let deep = format!("{}x{}", "<div>".repeat(30_000), "</div>".repeat(30_000));
    let bad = MARKUPS[6].1.replace("<b>first</b>", &deep);
    let good = MARKUPS[6].1.replace("!74", "!75");
    let taken = taken(&mut Made::folder(&[
        ("bad.html", bad.as_bytes()),
        ("good.html", good.as_bytes()),
    ]));
    assert_eq!(taken.posts().len(), 1);
    assert_eq!(taken.posts()[0].id, "75");
    let finding = taken
        .findings
        .iter()
        .find(|f| f.code == "SP-012")
        .expect("a finding");
    assert_eq!(finding.place.as_deref(), Some("bad.html"));
}

#[test]
fn comment_pages_that_lead_in_circles_are_left() {
    let home = "http://ana-garden.spaces.live.com";
    let entry = format!("{home}/blog/cns!A1B2C3D4E5F60718!74.entry");
    let circle = MARKUPS[0].1.replace(
        "<a name=\"trackback\">",
        &format!("<a title=\"Click to view next 20 comments\" href=\"{entry}?commentPH=cns!A1B2C3D4E5F60718!80\">Next</a><a name=\"trackback\">"),
    );
    let mut input = Made::host(
        home,
        vec![
            (format!("{home}/"), 200, circle.clone()),
            (
                format!("{home}/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart"),
                200,
                circle.clone(),
            ),
            (entry.clone(), 200, circle.clone()),
            (
                format!("{entry}?commentPH=cns!A1B2C3D4E5F60718!80"),
                200,
                circle,
            ),
        ],
    );
    let taken = taken(&mut input);
    assert_eq!(taken.posts().len(), 1);
    assert!(taken.codes().contains(&"SP-002"));
    assert!(input.asked.len() < 20, "{:?}", input.asked);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn cut_and_changed_pages_never_make_the_reader_fall(which in 0_usize..7, at in 0_usize..4000, with in "\\PC{0,6}", cut: bool) {
        let html = MARKUPS[which].1;
        let at = (0..=at.min(html.len())).rev().find(|i| html.is_char_boundary(*i)).unwrap_or(0);
        let mut changed = format!("{}{with}", &html[..at]);
        if !cut {
            changed.push_str(&html[at..]);
        }
        let mut input = Made::folder(&[("page.html", changed.as_bytes())]);
        let _ = LiveSpaces.read(&mut input, &mut Taken::default());
    }
}
