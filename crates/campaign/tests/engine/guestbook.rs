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
    small::{NoInput, Shelf, now, small_blog},
};

const BLOCK: &str = "<!-- wp:comments -->";

fn arrive(bundle: &Bundle, home: &mut MemoryHome) -> u64 {
    let opened = home.open("small").expect("a home");
    let done = transfer::arrive(bundle, home, &opened, &choices(), now(), &Blind);
    done.expect("arrived").writes()
}

fn packed(folder: &std::path::Path) -> Bundle {
    let bundle = Bundle::create(folder).expect("a bundle");
    let mut source = small_blog();
    for id in ["n1", "n2"] {
        source.items.push(Item::GuestbookEntry(GuestbookEntry {
            id: id.to_owned(),
            author: Person::named("Theo"),
            written: None,
            body: format!("<p>Hello from {id}</p>"),
        }));
    }
    let settings = PackSettings::default();
    transfer::pack(&bundle, &source, &mut NoInput, &Shelf, settings, &Blind).expect("packed");
    transfer::tidy(&bundle, &Blind).expect("tidied");
    bundle
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
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = packed(folder.path());
    let mut home = MemoryHome::default();
    arrive(&bundle, &mut home);
    assert!(!page(&home).contains(BLOCK), "{}", page(&home));
    assert!(!codes(&bundle).contains(&"VER-020".to_owned()));
}

#[test]
fn where_the_theme_shows_no_comments_on_pages_the_guestbook_shows_its_notes_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = packed(folder.path());
    let mut home = MemoryHome::default();
    home.pages_hide_comments = true;
    arrive(&bundle, &mut home);
    assert!(page(&home).contains(BLOCK), "{}", page(&home));
    assert!(!codes(&bundle).contains(&"VER-020".to_owned()));
    assert_eq!(arrive(&bundle, &mut home), 0, "a second run writes nothing");
    assert!(page(&home).contains(BLOCK));
}

#[test]
fn notes_that_no_visitor_sees_are_a_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = packed(folder.path());
    let mut home = MemoryHome::default();
    home.pages_hide_comments = true;
    home.blocks_hide_comments = true;
    arrive(&bundle, &mut home);
    assert!(codes(&bundle).contains(&"VER-020".to_owned()));
    assert_eq!(arrive(&bundle, &mut home), 0);
    assert!(codes(&bundle).contains(&"VER-020".to_owned()), "still so");
}
