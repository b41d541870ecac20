//! Pages below pages, custom fields that the owner named, and terms that nothing carries.

use super::{choices, go, go_with};
use blog::{
    Audience, Category, Field, Item, ItemRef, Kind, Post, PostKind, Tag,
    doors::{CommentThing, Destination, PostThing, Stand, Thing},
};
use campaign::{
    Bundle, Choices,
    bundle::State,
    report::Report,
    transfer::{self, Done},
    watch::Blind,
};
use std::collections::BTreeSet;
use world::{
    home::MemoryHome,
    small::{Given, comment, now, post, profile},
};

fn page(id: &str, parent: Option<&str>, audience: Audience) -> Post {
    let mut page = post(id, "<p>A page.</p>");
    page.kind = PostKind::Page;
    page.parent = parent.map(str::to_owned);
    page.order = Some(3);
    page.audience = audience;
    page
}

fn given(pages: Vec<Post>) -> Given {
    Given {
        profile: profile(Audience::Everyone),
        items: pages.into_iter().map(Item::Post).collect(),
    }
}

fn placed<'a>(home: &'a MemoryHome, kind: Kind, id: &str) -> &'a PostThing {
    match &home.kept[&ItemRef::new(kind, id)].placement.thing {
        Thing::Post(post) => post,
        other => unreachable!("a page was placed as {other:?}"),
    }
}

fn parent<'a>(home: &'a MemoryHome, id: &str) -> Option<&'a str> {
    placed(home, Kind::Page, id)
        .parent
        .as_ref()
        .map(|page| page.id.as_str())
}

/// Which of the findings of this file were told.
fn codes(bundle: &Bundle) -> BTreeSet<String> {
    let findings = Report::of(bundle).expect("a report").account.findings;
    let ours = ["MOV-033", "VER-002", "VER-018", "VER-019"];
    let codes = findings.into_iter().map(|finding| finding.code.to_string());
    codes.filter(|code| ours.contains(&code.as_str())).collect()
}

fn these(codes: &[&str]) -> BTreeSet<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

#[test]
fn a_page_read_before_those_above_it_is_placed_after_them_and_once() {
    use Audience::Everyone;
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    let source = given(vec![
        page("leaf", Some("twig"), Everyone),
        page("twig", Some("root"), Everyone),
        page("alone", None, Everyone),
        page("root", None, Everyone),
    ]);
    go(&bundle, &source, &mut home, &Blind).expect("the move");
    assert_eq!(parent(&home, "leaf"), Some("twig"));
    assert_eq!(parent(&home, "twig"), Some("root"));
    assert_eq!(parent(&home, "root"), None);
    assert_eq!(placed(&home, Kind::Page, "leaf").order, Some(3));
    assert_eq!(home.writes, 4, "each was written once");
    assert_eq!(codes(&bundle), these(&[]));
    let writes = home.writes;
    go(&bundle, &source, &mut home, &Blind).expect("the second move");
    assert_eq!(home.writes, writes);
}

#[test]
fn a_page_that_everyone_sees_stands_below_the_nearest_one_that_everyone_sees() {
    use Audience::{Everyone, Owner};
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    let source = given(vec![
        page("root", None, Everyone),
        page("secret", Some("root"), Owner),
        page("leaf", Some("secret"), Everyone),
        page("mine", Some("secret"), Owner),
    ]);
    go(&bundle, &source, &mut home, &Blind).expect("the move");
    assert_eq!(parent(&home, "leaf"), Some("root"));
    assert_eq!(parent(&home, "mine"), Some("secret"));
    assert_eq!(parent(&home, "secret"), Some("root"));
    assert_eq!(codes(&bundle), these(&["MOV-033"]));
}

#[test]
fn pages_in_a_ring_and_below_what_is_not_there_stand_at_the_top() {
    use Audience::Everyone;
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    let source = given(vec![
        page("a", Some("b"), Everyone),
        page("b", Some("a"), Everyone),
        page("below", Some("a"), Everyone),
        page("self", Some("self"), Everyone),
        page("lost", Some("nowhere"), Everyone),
    ]);
    go(&bundle, &source, &mut home, &Blind).expect("the move");
    for id in ["a", "b", "self", "lost"] {
        assert_eq!(parent(&home, id), None, "{id}");
    }
    assert_eq!(parent(&home, "below"), Some("a"));
    assert_eq!(not_below(&bundle), ["a", "b", "self"]);
    let writes = home.writes;
    go(&bundle, &source, &mut home, &Blind).expect("the second move");
    assert_eq!(home.writes, writes);
}

#[test]
fn a_page_deeper_than_a_hundred_others_stands_at_the_top_and_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    let above = |number: u32| number.checked_sub(1).map(|above| format!("p{above:03}"));
    let deep = |number| {
        page(
            &format!("p{number:03}"),
            above(number).as_deref(),
            Audience::Everyone,
        )
    };
    go(
        &bundle,
        &given((0..=101).map(deep).collect()),
        &mut home,
        &Blind,
    )
    .expect("the move");
    assert_eq!(parent(&home, "p100"), Some("p099"));
    assert_eq!(parent(&home, "p101"), None);
    assert_eq!(not_below(&bundle), ["p101"]);
}

/// The pages of which a finding says that they do not stand below their page.
fn not_below(bundle: &Bundle) -> Vec<String> {
    let findings = bundle.findings().expect("the findings");
    let told = findings
        .into_iter()
        .filter(|finding| finding.code == "MOV-033");
    let mut pages: Vec<String> = told.filter_map(|finding| Some(finding.item?.id)).collect();
    pages.sort();
    pages
}

#[test]
fn verification_tells_a_page_that_stands_elsewhere_and_fields_that_differ() {
    use Audience::Everyone;
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    let mut leaf = page("leaf", Some("root"), Everyone);
    leaf.fields = vec![field("mood", "happy")];
    let source = given(vec![page("root", None, Everyone), leaf]);
    move_with(&bundle, &source, &mut home, &["mood"]);
    assert_eq!(codes(&bundle), these(&[]));
    let kept = home
        .kept
        .get_mut(&ItemRef::new(Kind::Page, "leaf"))
        .expect("the leaf");
    if let Thing::Post(post) = &mut kept.placement.thing {
        post.parent = None;
        post.fields[0].value = "sad".to_owned();
    }
    let opened = home.open("small").expect("open");
    let choices = naming(&["mood"]);
    transfer::verify(&bundle, &mut home, &opened, &choices, now(), &Blind).expect("verified");
    assert_eq!(codes(&bundle), these(&["VER-018", "VER-019"]));
}

#[test]
fn what_an_owner_arranged_among_the_pages_is_told_as_that_and_not_as_a_fault() {
    use Audience::Everyone;
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    let source = given(vec![
        page("root", None, Everyone),
        page("other", None, Everyone),
        page("leaf", Some("root"), Everyone),
    ]);
    go(&bundle, &source, &mut home, &Blind).expect("the move");
    let id = |home: &MemoryHome, id: &str| home.kept[&ItemRef::new(Kind::Page, id)].id;
    let (root, other) = (id(&home, "root"), id(&home, "other"));
    let order = placed(&home, Kind::Page, "leaf").order.expect("an order");
    let opened = home.open("small").expect("open");
    let mut told = |page: &str, parent, order| {
        let stand = Stand { parent, order };
        home.arranged = [(ItemRef::new(Kind::Page, page), stand)].into();
        transfer::verify(&bundle, &mut home, &opened, &choices(), now(), &Blind).expect("verified");
        codes(&bundle)
    };
    assert_eq!(told("leaf", root, order), these(&[]));
    assert_eq!(told("leaf", other, order), these(&["VER-002"]));
    assert_eq!(told("leaf", 0, order), these(&["VER-002"]));
    assert_eq!(told("leaf", root, 9), these(&["VER-002"]));
    assert_eq!(told("leaf", other, 9), these(&["VER-002"]));
    assert_eq!(told("other", root, 1), these(&["VER-002"]));
    let left = bundle.ledger_in(&State::ALL).expect("a ledger");
    assert!(left.iter().all(|row| row.state == State::Verified));
}

#[test]
fn verification_tells_a_page_that_has_another_place_and_comments_that_hang_elsewhere_or_have_another_date()
 {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    let source = Given {
        profile: profile(Audience::Everyone),
        items: vec![
            Item::Post(page("about", None, Audience::Everyone)),
            Item::Post(post("post", "<p>Text.</p>")),
            Item::Post(post("other", "<p>Other.</p>")),
            comment("first", "post", None),
            comment("second", "post", Some("first")),
            comment("third", "post", None),
        ],
    };
    go(&bundle, &source, &mut home, &Blind).expect("the move");
    let opened = home.open("small").expect("open");
    let found = |home: &mut MemoryHome, kind, id: &str, change: &dyn Fn(&mut Thing)| {
        let mark = ItemRef::new(kind, id);
        let before = home.kept[&mark].placement.thing.clone();
        change(
            &mut home
                .kept
                .get_mut(&mark)
                .expect("it is there")
                .placement
                .thing,
        );
        transfer::verify(&bundle, home, &opened, &choices(), now(), &Blind).expect("verified");
        home.kept
            .get_mut(&mark)
            .expect("it is there")
            .placement
            .thing = before;
        let findings = Report::of(&bundle).expect("a report").account.findings;
        let of_it = findings
            .into_iter()
            .filter(|finding| finding.item.as_ref() == Some(&mark));
        let codes = of_it.map(|finding| finding.code.to_string());
        codes
            .filter(|code| code.starts_with("VER"))
            .collect::<Vec<_>>()
    };
    let of_comment = |change: fn(&mut CommentThing)| {
        move |thing: &mut Thing| match thing {
            Thing::Comment(comment) => change(comment),
            other => unreachable!("a comment was placed as {other:?}"),
        }
    };
    for id in ["first", "second", "third"] {
        assert_eq!(
            found(&mut home, Kind::Comment, id, &|_| ()),
            [] as [&str; 0]
        );
    }
    let reordered = |thing: &mut Thing| match thing {
        Thing::Post(page) => page.order = Some(9),
        other => unreachable!("a page was placed as {other:?}"),
    };
    assert_eq!(
        found(&mut home, Kind::Page, "about", &reordered),
        ["VER-018"]
    );
    let loose = of_comment(|comment| comment.parent = None);
    assert_eq!(
        found(&mut home, Kind::Comment, "second", &loose),
        ["VER-018"]
    );
    let elsewhere = of_comment(|comment| comment.post = ItemRef::new(Kind::Post, "other"));
    assert_eq!(
        found(&mut home, Kind::Comment, "third", &elsewhere),
        ["VER-018"]
    );
    let later = of_comment(|comment| comment.date_utc = "2026-01-01T00:00:00Z".parse().ok());
    assert_eq!(
        found(&mut home, Kind::Comment, "first", &later),
        ["VER-006"]
    );
}

fn field(name: &str, value: &str) -> Field {
    Field {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn naming(names: &[&str]) -> Choices {
    Choices {
        custom_fields: names.iter().map(|name| (*name).to_owned()).collect(),
        ..choices()
    }
}

fn move_with(bundle: &Bundle, source: &Given, home: &mut MemoryHome, names: &[&str]) -> Done {
    go_with(bundle, source, home, &naming(names), &Blind).expect("the move")
}

/// A field as PHP writes an address in an array.
fn in_array(address: &str) -> String {
    format!("a:1:{{s:1:\"u\";s:{}:\"{address}\";}}", address.len())
}

#[test]
fn only_custom_fields_that_the_owner_named_go_to_a_new_home() {
    let mut one = post("one", "<p>One.</p>");
    let link = in_array("http://old.example/blog/two.html");
    one.fields = vec![
        field("mood", "happy"),
        field("inner", "for nobody"),
        field("link", &link),
        field("_hidden", "x"),
    ];
    let source = given(vec![one, post("two", "<p>Two.</p>")]);
    for (names, expected) in [
        (vec![], vec![]),
        (vec!["mood", "_hidden"], vec!["mood"]),
        (vec!["all"], vec!["mood", "inner", "link"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut home = MemoryHome::default();
        move_with(&bundle, &source, &mut home, &names);
        let fields = &placed(&home, Kind::Post, "one").fields;
        let found: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(found, expected);
        if let Some(link) = fields.iter().find(|field| field.name == "link") {
            let new = &home.kept[&ItemRef::new(Kind::Post, "two")];
            let address = format!("{}/{}/", world::home::ADDRESS, new.id);
            assert_eq!(link.value, in_array(&address));
        }
    }
}

#[test]
fn a_field_that_leads_to_a_post_placed_later_is_right_after_one_run() {
    for says_addresses in [false, true] {
        let mut one = post("one", "<p>One.</p>");
        let old = "http://old.example/blog/two.html";
        one.fields = vec![field("link", old), field("listed", &in_array(old))];
        let mut two = post("two", "<p>Two.</p>");
        two.slug = Some("hello".to_owned());
        let source = given(vec![one, two]);
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut home = MemoryHome::default();
        home.says_addresses = says_addresses;
        home.slugs_taken = vec!["hello".to_owned()];
        move_with(&bundle, &source, &mut home, &["all"]);
        let new = match says_addresses {
            true => format!("{}/2008/hello-2/", world::home::ADDRESS),
            false => {
                let two = home.kept[&ItemRef::new(Kind::Post, "two")].id;
                format!("{}/{two}/", world::home::ADDRESS)
            }
        };
        let fields = &placed(&home, Kind::Post, "one").fields;
        assert_eq!(
            *fields,
            [field("link", &new), field("listed", &in_array(&new))]
        );
        assert_eq!(codes(&bundle), these(&[]));
        let writes = home.writes;
        let again = move_with(&bundle, &source, &mut home, &["all"]);
        assert_eq!((home.writes, again.writes()), (writes, 0));
    }
}

#[test]
fn no_key_stands_in_a_custom_field_at_a_new_home_or_in_the_bundle() {
    let key = "http://blufiles.storage.msn.com/y1p?authkey=SECRET";
    let clean = "http://blufiles.storage.msn.com/y1p";
    let mut one = post("one", "<p>One.</p>");
    one.fields = vec![
        field("enclosure", key),
        field("podcast", &format!("{key}\n1234\naudio/mpeg")),
        field("signed", "https://ana:SECRET@x.example/?sid=SECRET"),
        field("listed", &in_array(key)),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    move_with(&bundle, &given(vec![one.clone()]), &mut home, &["all"]);
    let expected = [
        field("enclosure", clean),
        field("podcast", &format!("{clean}\n1234\naudio/mpeg")),
        field("signed", "https://x.example/"),
        field("listed", &in_array(clean)),
    ];
    assert_eq!(placed(&home, Kind::Post, "one").fields, expected);
    let stored = bundle.row(&ItemRef::new(Kind::Post, "one")).expect("read");
    let stored = stored.expect("the post").item;
    assert!(matches!(stored, Item::Post(post) if post.fields == expected));
}

#[test]
fn terms_that_the_old_home_listed_come_along_unless_something_hidden_carries_them() {
    let category = |id: &str, listed| {
        Item::Category(Category {
            listed,
            ..Category::named(id)
        })
    };
    let mut secret = post("secret", "<p>Mine.</p>");
    secret.audience = Audience::Owner;
    secret.categories = vec!["hidden".to_owned()];
    let items = vec![
        category("listed", true),
        category("unlisted", false),
        category("hidden", true),
        Item::Tag(Tag {
            listed: true,
            ..Tag::named("empty")
        }),
        Item::Post(secret),
    ];
    for (audience, expected) in [
        (Audience::Everyone, vec!["listed", "empty"]),
        (Audience::Friends, vec![]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut home = MemoryHome::default();
        let source = Given {
            profile: profile(audience),
            items: items.clone(),
        };
        go(&bundle, &source, &mut home, &Blind).expect("the move");
        let terms = home.kept.keys();
        let terms = terms.filter(|item| matches!(item.kind, Kind::Category | Kind::Tag));
        let terms: Vec<&str> = terms.map(|item| item.id.as_str()).collect();
        assert_eq!(terms, expected, "{audience:?}");
    }
}
