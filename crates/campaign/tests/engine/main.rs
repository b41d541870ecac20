//! The engine against a home in memory: whole transfers, repeated, interrupted, faulty.

mod carried;
mod changes;
mod effects;
mod foreseen;
mod guestbook;
mod killed;
mod pictures;
mod tree;
mod visits;

use blog::{
    Audience, Identity, Item, ItemRef, Kind, PostState,
    doors::{Destination, Status, Thing},
};
use campaign::{
    Bundle, Choices, Error, Style, Watch,
    report::{Report, Verdict},
    transfer::{self, Done, PackSettings},
    watch::Blind,
};
use proptest::prelude::*;
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use world::{
    home::{HomeFaults, MemoryHome},
    small::{Given, NoInput, Shelf, now, post, profile, small_blog},
};

// ------------------------------------------------------------ a small blog

fn choices() -> Choices {
    Choices {
        style: Style::Classic,
        ..Choices::default()
    }
}

fn go(
    bundle: &Bundle,
    source: &Given,
    home: &mut MemoryHome,
    watch: &dyn Watch,
) -> Result<Done, Error> {
    go_with(bundle, source, home, &choices(), watch)
}

fn go_with(
    bundle: &Bundle,
    source: &Given,
    home: &mut MemoryHome,
    choices: &Choices,
    watch: &dyn Watch,
) -> Result<Done, Error> {
    transfer::pack(
        bundle,
        source,
        &mut NoInput,
        &Shelf,
        PackSettings::default(),
        watch,
    )?;
    transfer::tidy(bundle, watch)?;
    let opened = home.open("small")?;
    let done = transfer::place(bundle, home, &opened, choices, now(), watch)?;
    transfer::verify(bundle, home, &opened, choices, now(), watch)?;
    Ok(done)
}

fn status_of(home: &MemoryHome, id: &str) -> Status {
    match &home.kept[&ItemRef::new(Kind::Post, id)].placement.thing {
        Thing::Post(post) => post.status,
        other => unreachable!("a post was placed as {other:?}"),
    }
}

fn content_of(home: &MemoryHome, id: &str) -> String {
    match &home.kept[&ItemRef::new(Kind::Post, id)].placement.thing {
        Thing::Post(post) => post.content.clone(),
        other => unreachable!("a post was placed as {other:?}"),
    }
}

// ------------------------------------------------------------ stories

#[test]
fn everything_arrives_and_the_account_adds_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    go(&bundle, &small_blog(), &mut home, &Blind).expect("the move");
    let report = Report::of(&bundle).expect("a report");
    let counts = report.account.counts;
    assert_eq!(counts.source.total(), 8);
    assert_eq!(counts.verified.total(), 7);
    assert_eq!(
        counts.left.media, 1,
        "the picture that is gone stays behind with its reason"
    );
    assert_eq!(counts.open.total(), 0);
    assert_eq!(report.account.verdict, Verdict::CompleteWithFindings);
    let gone = report
        .items
        .iter()
        .find(|line| line.id.contains("gone"))
        .expect("the picture has a line");
    assert!(
        gone.reason
            .as_deref()
            .is_some_and(|reason| reason.contains("404") && reason.contains("Post two")),
        "{gone:?}"
    );
}

#[test]
fn links_between_own_posts_lead_to_their_new_places_in_both_directions() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    go(&bundle, &small_blog(), &mut home, &Blind).expect("the move");
    for id in ["one", "two"] {
        assert!(
            !content_of(&home, id).contains("old.example/blog"),
            "{}",
            content_of(&home, id)
        );
        assert!(content_of(&home, id).contains(world::home::ADDRESS));
    }
    assert!(content_of(&home, "one").contains("/files/a.png"));
    assert!(
        content_of(&home, "two").contains("http://old.example/gone.png"),
        "a missing picture keeps its address"
    );
}

#[test]
fn a_link_to_a_month_leads_to_its_archive_and_one_to_a_month_without_open_posts_stays() {
    let month = |number: u8| {
        format!(
            "http://ana-garden.spaces.live.com/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=amonth%3d{number}%26ayear%3d2008"
        )
    };
    let body = format!(
        "<p><a href=\"{}\">April</a> <a href=\"{}\">May</a> <a href=\"{}\">June</a></p>",
        month(4).replace('&', "&amp;"),
        month(5).replace('&', "&amp;"),
        month(6).replace('&', "&amp;")
    );
    // The clock of the new home is what WordPress sorts by: the last evening of June in New York is July there.
    let mut late = post("late", "<p>Good night.</p>");
    late.published = Some("2008-06-30T21:00:00-04:00".parse().expect("a moment"));
    let mut secret = post("secret", "<p>For me.</p>");
    secret.published = Some("2008-05-05T12:00:00Z".parse().expect("a moment"));
    secret.audience = Audience::Owner;
    let mut source = Given {
        profile: profile(Audience::Everyone),
        items: [post("links", &body), late, secret].map(Item::Post).into(),
    };
    source.profile.identity = Identity::Space {
        cid: Some("2DB0770EAE61F13".to_owned()),
        aliases: vec!["ana-garden".to_owned()],
        owner_tokens: Vec::new(),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    go(&bundle, &source, &mut home, &Blind).expect("the move");
    let content = content_of(&home, "links");
    assert!(content.contains("/?m=200804\""), "{content}");
    assert!(!content.contains("m=200805"), "{content}");
    assert!(!content.contains("m=200806"), "{content}");
    assert_eq!(content.matches("ana-garden").count(), 2, "{content}");
    let findings = Report::of(&bundle).expect("a report").account.findings;
    let dead = findings.iter().find(|finding| finding.code == "MOV-008");
    assert!(dead.is_some(), "{findings:#?}");
}

#[test]
fn a_second_move_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    go(&bundle, &small_blog(), &mut home, &Blind).expect("the move");
    let (writes, batches) = (home.writes, home.batches);
    let done = go(&bundle, &small_blog(), &mut home, &Blind).expect("the second move");
    assert_eq!(home.writes, writes);
    assert_eq!(
        home.batches, batches,
        "what is placed and unchanged is not even sent"
    );
    assert_eq!(done.writes(), 0);
}

#[test]
fn a_new_bundle_for_the_same_blog_finds_everything_in_place() {
    let mut home = MemoryHome::default();
    let first = tempfile::tempdir().expect("a folder");
    go(
        &Bundle::create(first.path()).expect("a bundle"),
        &small_blog(),
        &mut home,
        &Blind,
    )
    .expect("the move");
    let before = home.kept.len();
    let second = tempfile::tempdir().expect("a folder");
    go(
        &Bundle::create(second.path()).expect("a bundle"),
        &small_blog(),
        &mut home,
        &Blind,
    )
    .expect("the move from elsewhere");
    assert_eq!(home.kept.len(), before, "nothing was doubled");
}

#[test]
fn a_picture_without_its_end_moves_where_no_address_has_a_whole_one() {
    for (candidates, arrives, code) in [
        (["cut.png", "whole.png"], "whole.png", "MOV-002"),
        (["cut.png", "gone.png"], "cut.png", "MOV-032"),
        (["gone.png", "cut.png"], "cut.png", "MOV-032"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut blog = small_blog();
        for item in &mut blog.items {
            if let Item::Media(media) = item {
                media.candidates = candidates
                    .map(|name| format!("http://old.example/{name}"))
                    .into();
            }
        }
        let mut home = MemoryHome::default();
        go(&bundle, &blog, &mut home, &Blind).expect("the move");
        let placed = home
            .kept
            .values()
            .find_map(|kept| match &kept.placement.thing {
                Thing::Media(media) => Some(media.file.clone()),
                _ => None,
            });
        let bytes = std::fs::read(placed.expect("a picture")).expect("its file");
        assert_eq!(bytes, arrives.as_bytes(), "{candidates:?}");
        let findings = bundle.findings().expect("findings");
        assert!(
            findings.iter().any(|finding| finding.code.as_str() == code),
            "{candidates:?}: {findings:?}"
        );
    }
}

#[test]
fn a_poorer_second_source_does_not_take_pictures_away() {
    let mut home = MemoryHome::default();
    let first = tempfile::tempdir().expect("a folder");
    go(
        &Bundle::create(first.path()).expect("a bundle"),
        &small_blog(),
        &mut home,
        &Blind,
    )
    .expect("the move");
    assert!(content_of(&home, "one").contains("/files/a.png"));
    let second = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(second.path()).expect("a bundle");
    let mut poorer = small_blog();
    for item in &mut poorer.items {
        if let Item::Media(media) = item {
            media.candidates = vec!["http://old.example/now-gone.png".to_owned()];
        }
    }
    go(&bundle, &poorer, &mut home, &Blind).expect("the move from the poorer source");
    assert!(
        content_of(&home, "one").contains("/files/a.png"),
        "{}",
        content_of(&home, "one")
    );
}

#[test]
fn a_reply_is_placed_after_its_parent_even_when_told_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    go(&bundle, &small_blog(), &mut home, &Blind).expect("the move");
    let id = |id: &str| home.kept[&ItemRef::new(Kind::Comment, id)].id;
    assert!(id("c1") < id("c2"));
}

#[test]
fn lost_and_refused_answers_double_nothing_and_lose_nothing() {
    for (lose_answer_every, refuse_every) in [(2, 0), (3, 2), (1, 0)] {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut home = MemoryHome::default();
        home.faults = HomeFaults {
            lose_answer_every,
            refuse_every,
            ..HomeFaults::default()
        };
        go(&bundle, &small_blog(), &mut home, &Blind).expect("what had arrived is found");
        assert_eq!(home.kept.len(), 7);
        assert_eq!(
            Report::of(&bundle)
                .expect("a report")
                .account
                .counts
                .open
                .total(),
            0
        );
    }
}

/// Asks to stop at the n-th opportunity.
struct StopAt {
    left: AtomicU32,
}

impl Watch for StopAt {
    fn stage(&self, _: campaign::Stage) {}
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn done(&self, _: u64) {}
    fn end(&self) {}
    fn finding(&self, _: &blog::Finding) {}
    fn say(&self, _: &str) {}
    fn stop_asked(&self) -> bool {
        self.left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            })
            .is_err()
    }
    fn wait(&self, _: Duration) {}
}

#[test]
fn a_move_stopped_anywhere_and_resumed_ends_identical() {
    let whole = {
        let folder = tempfile::tempdir().expect("a folder");
        let mut home = MemoryHome::default();
        go(
            &Bundle::create(folder.path()).expect("a bundle"),
            &small_blog(),
            &mut home,
            &Blind,
        )
        .expect("the move");
        home
    };
    let things = |home: &MemoryHome| -> Vec<(ItemRef, Option<Status>)> {
        let status = |thing: &Thing| {
            if let Thing::Post(post) = thing {
                Some(post.status)
            } else {
                None
            }
        };
        home.kept
            .iter()
            .map(|(mark, kept)| (mark.clone(), status(&kept.placement.thing)))
            .collect()
    };
    let mut stopped = 0;
    for opportunity in 0..200 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut home = MemoryHome::default();
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let watch = StopAt {
            left: AtomicU32::new(opportunity),
        };
        match go(&bundle, &small_blog(), &mut home, &watch) {
            Err(Error::Interrupted) => stopped += 1,
            other => {
                other.expect("no other error");
                break;
            }
        }
        go(&bundle, &small_blog(), &mut home, &Blind).expect("the resumed move");
        assert_eq!(
            things(&home),
            things(&whole),
            "stopped at opportunity {opportunity}"
        );
        assert_eq!(
            Report::of(&bundle)
                .expect("a report")
                .account
                .counts
                .open
                .total(),
            0
        );
    }
    assert!(
        stopped > 10,
        "the move was stopped at {stopped} places only"
    );
}

#[test]
fn what_the_owner_changed_at_the_new_home_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    go(&bundle, &small_blog(), &mut home, &Blind).expect("the move");
    let mark = ItemRef::new(Kind::Post, "three");
    home.kept.get_mut(&mark).expect("it is there").edited = true;
    let mut changed = small_blog();
    for item in &mut changed.items {
        if let Item::Post(post) = item
            && post.id == "three"
        {
            post.body = "<p>Changed at the old home, too.</p>".to_owned();
        }
    }
    let done = go(&bundle, &changed, &mut home, &Blind).expect("the second move");
    assert_eq!(done.conflicts, 1);
    assert!(content_of(&home, "three").contains("quite alone"));
}

#[test]
fn undo_takes_away_what_was_placed_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    go(&bundle, &small_blog(), &mut home, &Blind).expect("the move");
    home.kept
        .get_mut(&ItemRef::new(Kind::Post, "two"))
        .expect("it is there")
        .edited = true;
    let undone = transfer::undo(&bundle, &mut home, &Blind).expect("the undo");
    assert_eq!((undone.removed, undone.kept), (6, 1));
    assert_eq!(
        home.kept
            .keys()
            .map(|mark| mark.id.as_str())
            .collect::<Vec<_>>(),
        ["two"]
    );
}

#[test]
fn what_is_gone_from_the_source_stays_and_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    go(&bundle, &small_blog(), &mut home, &Blind).expect("the move");
    let mut fewer = small_blog();
    fewer.items.retain(|item| item.id() != "three");
    go(&bundle, &fewer, &mut home, &Blind).expect("the second move");
    assert!(home.kept.contains_key(&ItemRef::new(Kind::Post, "three")));
    let findings = Report::of(&bundle).expect("a report").account.findings;
    assert!(
        findings.iter().any(|finding| finding.code == "MOV-015"),
        "{findings:#?}"
    );
}

// ------------------------------------------------------------ privacy

fn audiences() -> impl Strategy<Value = Audience> {
    prop_oneof![
        Just(Audience::Owner),
        Just(Audience::Named),
        Just(Audience::Friends),
        Just(Audience::Members),
        Just(Audience::Unlisted),
        Just(Audience::Everyone)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_becomes_more_visible(blog in audiences(), of_post in audiences(), draft: bool) {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut only = post("only", "<p>Nobody but those who may shall read this.</p>");
        only.audience = of_post;
        only.state = if draft { PostState::Draft } else { PostState::Published };
        let source = Given { profile: profile(blog), items: vec![Item::Post(only)] };
        let mut home = MemoryHome::default();
        go(&bundle, &source, &mut home, &Blind).expect("the move");
        let everyone = blog == Audience::Everyone && of_post == Audience::Everyone && !draft;
        prop_assert_eq!(status_of(&home, "only").is_published(), everyone);
    }
}
