//! Links between own posts are right the first time where the new home says how it makes addresses, and right in the end where it said so wrongly.

use super::{choices, content_of, go};
use blog::{
    Audience, Item, ItemRef, Kind,
    doors::{Destination, Thing},
};
use campaign::{
    Bundle,
    transfer::{self, Done},
    watch::Blind,
};
use world::{
    home::{HomeFaults, MemoryHome},
    small::{Given, now, post, profile},
};

fn linked(id: &str, to: &str) -> Item {
    let mut post = post(
        id,
        &format!("<p>See <a href=\"http://old.example/blog/{to}.html\">that</a>.</p>"),
    );
    post.slug = Some(id.to_owned());
    Item::Post(post)
}

/// Each post links to the next one; the last one to the first.
fn ring() -> Given {
    let names = ["first", "second", "third", "fourth"];
    let next = names.iter().cycle().skip(1);
    Given {
        profile: profile(Audience::Everyone),
        items: names
            .iter()
            .zip(next)
            .map(|(id, to)| linked(id, to))
            .collect(),
    }
}

fn home() -> MemoryHome {
    let mut home = MemoryHome::default();
    home.says_addresses = true;
    home
}

fn moved(source: &Given, home: &mut MemoryHome) -> (tempfile::TempDir, Bundle, Done) {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let done = go(&bundle, source, home, &Blind).expect("the move");
    (folder, bundle, done)
}

#[test]
fn a_link_to_a_post_that_comes_later_is_written_once() {
    let mut home = home();
    let (_folder, bundle, done) = moved(&ring(), &mut home);
    assert_eq!((done.created, done.updated), (4, 0));
    assert!(content_of(&home, "first").contains("http://home.example/2008/second/"));
    assert!(content_of(&home, "fourth").contains("http://home.example/2008/first/"));
    let open = bundle.with_open_links().expect("the ledger");
    assert!(open.is_empty(), "{open:?}");
    let writes = home.writes;
    go(&bundle, &ring(), &mut home, &Blind).expect("the second move");
    assert_eq!(home.writes, writes);
}

#[test]
fn a_slug_that_somebody_had_first_is_put_right_in_the_same_run() {
    let mut home = home();
    home.slugs_taken = vec!["third".to_owned()];
    let (_folder, bundle, done) = moved(&ring(), &mut home);
    assert_eq!((done.created, done.updated), (4, 1));
    assert!(content_of(&home, "second").contains("http://home.example/2008/third-2/"));
    let writes = home.writes;
    go(&bundle, &ring(), &mut home, &Blind).expect("the second move");
    assert_eq!(home.writes, writes);
}

#[test]
fn a_link_in_an_excerpt_counts_like_one_in_the_body() {
    let mut source = ring();
    source.items.truncate(2);
    for item in &mut source.items {
        let Item::Post(post) = item else { continue };
        // Only the excerpt of the first leads to the second, and only that of the second somewhere that is gone.
        let link = std::mem::replace(&mut post.body, "<p>Words.</p>".to_owned());
        post.excerpt = Some(link);
    }
    let mut home = home();
    home.slugs_taken = vec!["second".to_owned()];
    let (_folder, bundle, done) = moved(&source, &mut home);
    let excerpt = |home: &MemoryHome, id: &str| match &home.kept[&ItemRef::new(Kind::Post, id)]
        .placement
        .thing
    {
        Thing::Post(post) => post.excerpt.clone(),
        other => unreachable!("a post was placed as {other:?}"),
    };
    let first = excerpt(&home, "first");
    assert!(
        first.contains("http://home.example/2008/second-2/"),
        "{first}"
    );
    assert_eq!((done.created, done.updated), (2, 1));
    let findings = bundle.findings().expect("the findings");
    let dead = findings.iter().find(|finding| finding.code == "MOV-008");
    let about = dead.and_then(|finding| finding.item.clone());
    assert_eq!(
        about,
        Some(ItemRef::new(Kind::Post, "second")),
        "{findings:#?}"
    );
    let writes = home.writes;
    go(&bundle, &source, &mut home, &Blind).expect("the second move");
    assert_eq!(home.writes, writes);
}

#[test]
fn an_excerpt_that_reads_otherwise_at_the_new_home_is_told() {
    let mut source = ring();
    if let Some(Item::Post(post)) = source.items.first_mut() {
        post.excerpt = Some("<p>In short: <b>hello</b> to all.</p>".to_owned());
    }
    let mut home = home();
    let (_folder, bundle, _) = moved(&source, &mut home);
    let told = |bundle: &Bundle| {
        let findings = bundle.findings().expect("the findings");
        let mut about = findings
            .into_iter()
            .filter(|finding| finding.code == "VER-007");
        about.any(|finding| finding.sentence.contains("excerpt"))
    };
    assert!(!told(&bundle));
    let kept = home.kept.get_mut(&ItemRef::new(Kind::Post, "first"));
    if let Thing::Post(post) = &mut kept.expect("the first").placement.thing {
        post.excerpt = "<p>In short: to all.</p>".to_owned();
    }
    let opened = home.open("small").expect("open");
    transfer::verify(&bundle, &mut home, &opened, &choices(), now(), &Blind).expect("verified");
    assert!(told(&bundle));
}

#[test]
fn nobody_is_led_to_a_post_that_did_not_arrive() {
    let mut home = home();
    home.faults = HomeFaults {
        poison: [ItemRef::new(Kind::Post, "third")].into(),
        ..HomeFaults::default()
    };
    let (_folder, _bundle, done) = moved(&ring(), &mut home);
    assert_eq!(done.parked, 1);
    let second = content_of(&home, "second");
    assert!(
        second.contains("http://old.example/blog/third.html"),
        "{second}"
    );
}

#[test]
fn the_address_of_a_post_that_is_not_for_everyone_is_not_foreseen() {
    let mut source = ring();
    for item in &mut source.items {
        if let Item::Post(post) = item
            && post.id == "second"
        {
            post.audience = Audience::Owner;
        }
    }
    let mut home = home();
    let _moved = moved(&source, &mut home);
    let first = content_of(&home, "first");
    assert!(!first.contains("/2008/second/"), "{first}");
    assert!(first.contains("http://home.example/?p="), "{first}");
}
