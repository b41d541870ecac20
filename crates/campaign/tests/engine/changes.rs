//! Changes while a blog moves: at the old home until the cut-over, and at the new home by its owner.

use super::choices;
use blog::{
    Audience, Finding, Item, ItemRef, Kind, Reach,
    doors::{Destination, Status, Thing},
};
use campaign::{
    Bundle, Choices, Error,
    bundle::State,
    report::{Report, Verdict},
    transfer::{self, Done, PackSettings},
    watch::Blind,
};
use world::{
    home::MemoryHome,
    small::{Given, NoInput, Shelf, comment, now, post, small_blog},
};

/// A bundle and its new home.
struct Move {
    _folder: tempfile::TempDir,
    bundle: Bundle,
    home: MemoryHome,
    choices: Choices,
}

impl Move {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            bundle: Bundle::create(folder.path()).expect("a bundle"),
            _folder: folder,
            home: MemoryHome::default(),
            choices: choices(),
        }
    }

    fn try_go(&mut self, source: &Given) -> Result<Done, Error> {
        let (bundle, home) = (&self.bundle, &mut self.home);
        let settings = PackSettings::default();
        transfer::pack(bundle, source, &mut NoInput, &Shelf, settings, &Blind)?;
        transfer::tidy(bundle, &Blind)?;
        let opened = home.open("small")?;
        let done = transfer::place(bundle, home, &opened, &self.choices, now(), &Blind)?;
        transfer::verify(bundle, home, &opened, &self.choices, now(), &Blind)?;
        Ok(done)
    }

    fn go(&mut self, source: &Given) -> Done {
        self.try_go(source).expect("the move")
    }

    fn undo(&mut self) -> transfer::Undone {
        transfer::undo(&self.bundle, &mut self.home, &Blind).expect("the undo")
    }

    fn has(&self, id: &str) -> bool {
        self.home.kept.contains_key(&mark(id))
    }

    fn status(&self, id: &str) -> Status {
        match &self.home.kept[&mark(id)].placement.thing {
            Thing::Post(post) => post.status,
            other => unreachable!("a post was placed as {other:?}"),
        }
    }

    fn content(&self, id: &str) -> &str {
        match &self.home.kept[&mark(id)].placement.thing {
            Thing::Post(post) => &post.content,
            other => unreachable!("a post was placed as {other:?}"),
        }
    }

    fn state(&self, id: &str) -> Option<State> {
        let row = self.bundle.ledger(&mark(id)).expect("read");
        row.map(|row| row.state)
    }

    fn findings(&self, code: &str) -> Vec<Finding> {
        let findings = Report::of(&self.bundle).expect("a report").account.findings;
        let with_code = |finding: &Finding| finding.code == code;
        findings.into_iter().filter(with_code).collect()
    }

    fn open_items(&self) -> u64 {
        let report = Report::of(&self.bundle).expect("a report");
        report.account.counts.open.total()
    }
}

fn mark(id: &str) -> ItemRef {
    ItemRef::new(Kind::Post, id)
}

/// The small blog with one post changed.
fn with(id: &str, change: impl Fn(&mut blog::Post)) -> Given {
    let mut source = small_blog();
    for item in &mut source.items {
        if let Item::Post(post) = item
            && post.id == id
        {
            change(post);
        }
    }
    source
}

fn without(id: &str) -> Given {
    let mut source = small_blog();
    source.items.retain(|item| item.id() != id);
    source
}

// ------------------------------------------------------------ at the old home

#[test]
fn a_second_run_carries_only_what_is_new_or_changed_at_the_source() {
    let mut to = Move::new();
    to.go(&small_blog());
    let mut later = with("three", |post| post.body.push_str("<p>And more.</p>"));
    later.items.push(Item::Post(post("four", "<p>New.</p>")));
    later.items.push(comment("c3", "two", None));
    let done = to.go(&later);
    assert_eq!((done.created, done.updated, done.conflicts), (2, 1, 0));
    assert!(to.content("three").contains("And more"));
    assert_eq!(to.go(&later).writes(), 0, "a quiet pass");
    assert_eq!(to.open_items(), 0);
}

fn published() -> Status {
    let leave = Reach::of(Audience::Everyone, Audience::Everyone).open();
    Status::published(leave.expect("the leave of what everyone could see"))
}

#[test]
fn what_became_more_private_at_the_source_is_narrowed_within_one_run() {
    let mut to = Move::new();
    to.go(&small_blog());
    assert_eq!(to.status("three"), published());
    to.go(&with("three", |post| post.audience = Audience::Owner));
    assert_eq!(to.status("three"), Status::PRIVATE);
}

#[test]
fn narrowing_is_followed_even_where_the_owner_changed_the_text_and_the_text_is_left_alone() {
    let mut to = Move::new();
    to.go(&small_blog());
    to.home.edit(&mark("three"));
    let private = with("three", |post| {
        post.audience = Audience::Owner;
        post.body = "<p>Other.</p>".to_owned();
    });
    let done = to.go(&private);
    assert_eq!(done.conflicts, 1);
    assert_eq!(to.status("three"), Status::PRIVATE);
    assert!(to.content("three").contains("By the owner"));
    assert_eq!(to.findings("MOV-018").len(), 1);
    let conflict = &to.findings("MOV-012")[0].sentence;
    assert!(conflict.contains("its text, who may see it"), "{conflict}");
}

#[test]
fn a_home_that_cannot_narrow_what_somebody_changed_makes_the_move_incomplete() {
    let mut to = Move::new();
    to.go(&small_blog());
    to.home.edit(&mark("three"));
    to.home.cannot_narrow = true;
    let private = with("three", |post| post.audience = Audience::Owner);
    to.go(&private);
    assert_eq!(to.findings("MOV-019").len(), 1);
    let verdict = |to: &Move| Report::of(&to.bundle).expect("a report").account.verdict;
    assert_eq!(verdict(&to), Verdict::Incomplete);
    to.home.cannot_narrow = false;
    to.go(&private);
    assert_eq!(
        to.status("three"),
        Status::PRIVATE,
        "the next run tries again"
    );
    assert_eq!(verdict(&to), Verdict::CompleteWithFindings);
}

#[test]
fn what_the_owner_published_at_the_new_home_stays_public_while_the_source_says_nothing_new_about_it()
 {
    let mut to = Move::new();
    let private = |more: &'static str| {
        with("three", move |post| {
            post.audience = Audience::Owner;
            post.body.push_str(more);
        })
    };
    to.go(&private(""));
    to.home.edit(&mark("three"));
    if let Some(kept) = to.home.kept.get_mut(&mark("three"))
        && let Thing::Post(post) = &mut kept.placement.thing
    {
        post.status = published();
    }
    to.go(&private("<p>Another word.</p>"));
    assert_eq!(to.status("three"), published());
    assert!(to.findings("MOV-018").is_empty());
}

#[test]
fn a_deletion_at_the_source_is_named_and_followed_only_where_that_is_wished() {
    let mut to = Move::new();
    to.go(&small_blog());
    to.go(&without("three"));
    assert!(to.has("three"));
    assert_eq!(to.findings("MOV-015").len(), 1);
    to.choices.follow_deletions = true;
    to.go(&without("three"));
    assert!(!to.has("three"));
    assert_eq!(to.findings("MOV-020").len(), 1);
    assert_eq!(to.open_items(), 0);
    to.choices.follow_deletions = false;
    to.go(&without("three"));
    assert!(!to.has("three"), "it stays away");
    to.go(&small_blog());
    assert!(to.has("three"), "it came back at the source");
}

#[test]
fn a_deletion_is_not_followed_where_the_owner_changed_the_thing() {
    let mut to = Move::new();
    to.go(&small_blog());
    to.home.edit(&mark("three"));
    to.choices.follow_deletions = true;
    to.go(&without("three"));
    assert!(to.content("three").contains("By the owner"));
}

// ------------------------------------------------------------ at the new home

#[test]
fn what_the_owner_removed_is_not_brought_back_until_that_is_asked_for() {
    let mut to = Move::new();
    to.go(&small_blog());
    to.home.kept.remove(&mark("three"));
    to.go(&small_blog());
    assert_eq!(
        to.state("three"),
        Some(State::Removed),
        "found by the reading back"
    );
    let changed = with("three", |post| post.body.push_str("<p>More.</p>"));
    let done = to.go(&changed);
    assert!(!to.has("three"));
    assert_eq!(done.removed, 1);
    assert_eq!(to.findings("MOV-016").len(), 1);
    assert_eq!(to.open_items(), 0, "it stayed behind, with its reason");
    to.choices.again = true;
    to.go(&changed);
    assert!(to.has("three"));
}

#[test]
fn what_the_owner_removed_is_not_brought_back_by_a_change_at_the_source_either() {
    let mut to = Move::new();
    to.go(&small_blog());
    to.home.kept.remove(&mark("one"));
    let mut changed = with("one", |post| post.body.push_str("<p>More.</p>"));
    changed.items.push(comment("c3", "one", None));
    to.go(&changed);
    assert!(!to.has("one"), "found before it was sent");
    to.go(&changed);
    assert_eq!(to.open_items(), 0, "a new comment on it stays away with it");
}

#[test]
fn what_a_home_lost_before_it_was_ever_read_back_is_placed_again() {
    let mut to = Move::new();
    let bundle = &to.bundle;
    let settings = PackSettings::default();
    transfer::pack(
        bundle,
        &small_blog(),
        &mut NoInput,
        &Shelf,
        settings,
        &Blind,
    )
    .expect("packed");
    transfer::tidy(bundle, &Blind).expect("tidied");
    let opened = to.home.open("small").expect("opened");
    transfer::place(bundle, &mut to.home, &opened, &to.choices, now(), &Blind).expect("placed");
    to.home.kept.remove(&mark("three"));
    transfer::verify(bundle, &mut to.home, &opened, &to.choices, now(), &Blind).expect("verified");
    assert_eq!(to.state("three"), Some(State::Missing));
    to.go(&small_blog());
    assert!(to.has("three"));
    assert_eq!(to.open_items(), 0);
}

// ------------------------------------------------------------ undo

#[test]
fn after_an_undo_nothing_is_placed_again_until_that_is_asked_for() {
    let mut to = Move::new();
    to.go(&small_blog());
    to.home.edit(&mark("two"));
    let undone = to.undo();
    assert_eq!((undone.removed, undone.kept), (6, 1));
    let again = to.undo();
    assert_eq!((again.removed, again.kept), (0, 1), "safe to repeat");
    assert!(matches!(to.try_go(&small_blog()), Err(Error::Undone)));
    assert_eq!(to.home.kept.len(), 1);
    to.choices.again = true;
    to.go(&small_blog());
    assert_eq!(to.home.kept.len(), 7);
    assert_eq!(to.open_items(), 0);
    to.choices.again = false;
    assert_eq!(to.go(&small_blog()).writes(), 0);
}

#[test]
fn title_and_tagline_of_a_blog_that_not_everyone_saw_are_not_carried() {
    for (audience, friends_become_public, carried) in [
        (Audience::Everyone, false, true),
        (Audience::Unlisted, false, false),
        (Audience::Friends, false, false),
        (Audience::Friends, true, true),
        (Audience::Owner, true, false),
    ] {
        let mut moving = Move::new();
        moving.choices.carry_site = true;
        moving.choices.friends_become_public = friends_become_public;
        let mut source = small_blog();
        source.profile.audience = audience;
        source.profile.tagline = "words about home".to_owned();
        moving.go(&source);
        let wishes = moving.home.wishes.clone().expect("a wish");
        assert_eq!(wishes.title.is_some(), carried, "{audience:?}");
        assert_eq!(wishes.tagline.is_some(), carried, "{audience:?}");
        let told = moving.findings("MOV-031").len();
        assert_eq!(told, usize::from(!carried), "{audience:?}");
    }
}
