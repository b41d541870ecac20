//! The notes of the guestbook hang as comments under a page, and some themes show no comments there.

use super::choices;
use blog::{
    GuestbookEntry, Item, ItemRef, Kind, Person,
    doors::{Destination, Thing},
};
use campaign::{
    Bundle,
    report::Report,
    transfer::{self, GUESTBOOK_PAGE, PackSettings},
    watch::Blind,
};
use world::{
    home::MemoryHome,
    small::{NoInput, Shelf, now, post, small_blog},
};

const BLOCK: &str = "<!-- wp:comments -->";

fn arrive(bundle: &Bundle, home: &mut MemoryHome) -> u64 {
    let opened = home.open("small").expect("a home");
    let done = transfer::arrive(bundle, home, &opened, &choices(), now(), &Blind);
    done.expect("arrived").writes()
}

/// A blog with a guestbook, in a bundle that lives as long as its folder, and an empty home for it.
fn packed() -> (tempfile::TempDir, Bundle, MemoryHome) {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    pack(&bundle, Vec::new());
    (folder, bundle, MemoryHome::default())
}

/// Packs a blog with a guestbook, and what else there is by now.
fn pack(bundle: &Bundle, more: Vec<Item>) {
    let mut source = small_blog();
    source.items.extend(more);
    for id in ["n1", "n2"] {
        source.items.push(Item::GuestbookEntry(GuestbookEntry {
            id: id.to_owned(),
            author: Person::named("Theo"),
            written: None,
            body: format!("<p>Hello from {id}</p>"),
        }));
    }
    let settings = PackSettings::default();
    transfer::pack(bundle, &source, &mut NoInput, &Shelf, settings, &Blind).expect("packed");
    transfer::tidy(bundle, &Blind).expect("tidied");
}

fn page(home: &MemoryHome) -> &str {
    match &home.kept[&ItemRef::new(Kind::Page, GUESTBOOK_PAGE)]
        .placement
        .thing
    {
        Thing::Post(post) => &post.content,
        other => unreachable!("a page was placed as {other:?}"),
    }
}

fn codes(bundle: &Bundle) -> Vec<String> {
    let findings = Report::of(bundle).expect("a report").account.findings;
    findings.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn a_theme_that_shows_comments_on_pages_gets_the_page_as_it_is() {
    let (_folder, bundle, mut home) = packed();
    arrive(&bundle, &mut home);
    assert!(!page(&home).contains(BLOCK), "{}", page(&home));
    assert!(!codes(&bundle).contains(&"VER-020".to_owned()));
}

#[test]
fn where_the_theme_shows_no_comments_on_pages_the_guestbook_shows_its_notes_itself() {
    let (_folder, bundle, mut home) = packed();
    home.pages_hide_comments = true;
    arrive(&bundle, &mut home);
    assert!(page(&home).contains(BLOCK), "{}", page(&home));
    assert!(!codes(&bundle).contains(&"VER-020".to_owned()));
    assert_eq!(arrive(&bundle, &mut home), 0, "a second run writes nothing");
    assert!(page(&home).contains(BLOCK));
}

#[test]
fn notes_that_no_visitor_sees_are_a_finding() {
    let (_folder, bundle, mut home) = packed();
    home.pages_hide_comments = true;
    home.blocks_hide_comments = true;
    arrive(&bundle, &mut home);
    assert!(codes(&bundle).contains(&"VER-020".to_owned()));
    assert_eq!(arrive(&bundle, &mut home), 0);
    assert!(codes(&bundle).contains(&"VER-020".to_owned()), "still so");
}

#[test]
fn notes_are_seen_however_the_page_spells_their_places() {
    let (_folder, bundle, mut home) = packed();
    home.minifies = true;
    arrive(&bundle, &mut home);
    assert!(!page(&home).contains(BLOCK), "{}", page(&home));
    assert!(!codes(&bundle).contains(&"VER-020".to_owned()));
}

#[test]
fn a_page_that_says_that_the_site_opens_soon_says_nothing_about_the_theme() {
    let (_folder, bundle, mut home) = packed();
    home.opens_soon = true;
    arrive(&bundle, &mut home);
    assert!(!page(&home).contains(BLOCK), "{}", page(&home));
    assert!(!codes(&bundle).contains(&"VER-020".to_owned()));
}

#[test]
fn a_theme_that_comes_to_show_comments_on_pages_has_them_once() {
    let (_folder, bundle, mut home) = packed();
    home.pages_hide_comments = true;
    arrive(&bundle, &mut home);
    assert!(page(&home).contains(BLOCK));
    home.pages_hide_comments = false;
    // It is looked at after a run that wrote something.
    pack(&bundle, vec![Item::Post(post("new", "<p>New.</p>"))]);
    assert!(arrive(&bundle, &mut home) > 0);
    assert!(!page(&home).contains(BLOCK), "{}", page(&home));
    assert_eq!(arrive(&bundle, &mut home), 0);
}
