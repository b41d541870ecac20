//! Surveys and whole moves of the smaller sources, into a home in memory.

use crate::program::{rehome, repository};
use blog::doors::{Destination, Thing};
use campaign::{Bundle, Choices, report, transfer, watch::Blind};
use jiff::Timestamp;
use world::home::MemoryHome;

/// Packs `input` with `more` options, moves it twice, and answers what the home keeps.
fn moved(input: &str, more: &[&str]) -> (MemoryHome, report::Account) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bundle");
    let input = repository(input);
    let mut arguments = vec![
        "pack",
        input.to_str().expect("a path"),
        "--bundle",
        path.to_str().expect("a path"),
    ];
    // Nothing listens there: what is not in the input is named as missing at once.
    arguments.extend(["--connect-to", "127.0.0.1:9"]);
    arguments.extend(more);
    let packed = rehome(&arguments);
    assert_eq!(packed.status, 0, "{}", packed.err);
    let bundle = Bundle::open(&path).expect("the bundle");
    transfer::tidy(&bundle, &Blind).expect("tidied");
    let mut home = MemoryHome::default();
    let opened = home.open("blog").expect("a home");
    let (choices, now) = (Choices::default(), Timestamp::now());
    let mut arrive =
        || transfer::arrive(&bundle, &mut home, &opened, &choices, now, &Blind).expect("arrived");
    assert!(arrive().created > 0);
    let again = arrive();
    assert_eq!(
        (again.created, again.updated),
        (0, 0),
        "the second run writes nothing"
    );
    (home, report::account(&bundle).expect("an account"))
}

fn posts(home: &MemoryHome) -> Vec<(String, &'static str, String)> {
    let post = |kept: &world::home::Kept| match &kept.placement.thing {
        Thing::Post(post) => Some((
            post.title.clone(),
            post.status.as_str(),
            post.content.clone(),
        )),
        _ => None,
    };
    home.kept.values().filter_map(post).collect()
}

#[test]
fn a_takeout_moves_with_its_drafts_private_and_its_links_led_home() {
    let (home, account) = moved("fixtures/blogger/takeout", &[]);
    assert_eq!(account.counts.open.total(), 0, "{}", account.sentence);
    let posts = posts(&home);
    let of = |title: &str| {
        posts
            .iter()
            .find(|(name, ..)| name == title)
            .expect("the post")
    };
    assert_eq!(of("Not yet warm").1, "draft");
    let (_, status, content) = of("First boil");
    assert_eq!(*status, "publish");
    assert!(
        content.contains("http://home.example/files/") && !content.contains("blogspot.com"),
        "{content}"
    );
    let comments = home
        .kept
        .values()
        .filter(|kept| matches!(kept.placement.thing, Thing::Comment(_)));
    assert_eq!(comments.count(), 4);
}

#[test]
fn a_saved_feed_moves_as_private_until_its_owner_says_who_could_see_it() {
    let (home, account) = moved("fixtures/feeds/journal.atom", &[]);
    assert_eq!(account.counts.open.total(), 0, "{}", account.sentence);
    assert!(
        posts(&home)
            .iter()
            .all(|(_, status, _)| matches!(*status, "private" | "draft"))
    );
    let (home, _) = moved(
        "fixtures/feeds/journal.atom",
        &["--set", "audience=everyone"],
    );
    let mut shown: Vec<_> = posts(&home)
        .into_iter()
        .map(|(title, status, _)| (title, status))
        .collect();
    shown.sort();
    assert_eq!(
        shown,
        [
            ("Entwurf".to_owned(), "draft"),
            ("Erster".to_owned(), "publish")
        ]
    );
}

#[test]
fn surveys_of_feeds_and_of_blogger_for_people() {
    let mut all = String::new();
    for input in [
        "fixtures/blogger/larder.xml",
        "fixtures/feeds/harbour.rss",
        "fixtures/feeds/notes.json",
    ] {
        let path = repository(input);
        let said = rehome(&["survey", path.to_str().expect("a path"), "--for", "rest"]);
        all.push_str(&format!("==== {input} ({})\n{}\n", said.status, said.out));
    }
    insta::assert_snapshot!(all);
}
