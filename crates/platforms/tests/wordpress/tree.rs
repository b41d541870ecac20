//! Pages below other pages, by both ways; custom fields, by the plugin.

use super::*;
use blog::Field;
use blog::doors::CustomFields;

fn page(id: &str, parent: Option<&str>, slug: &str, order: i32) -> Placement {
    let thing = PostThing {
        page: true,
        slug: Some(slug.to_owned()),
        parent: parent.map(|parent| mark(Kind::Page, parent)),
        order: Some(order),
        ..post_thing(id, "<p>A page.</p>")
    };
    placement(mark(Kind::Page, id), Thing::Post(Box::new(thing)))
}

#[test]
fn pages_stand_below_pages() {
    by_both_ways("tree", |_, blog, home| {
        let word = &blog[blog.len() - 8..];
        let root = page("root", None, &format!("root-{word}"), 2);
        let leaf = page("leaf", Some("root"), "team", -1);
        let top = home.place(std::slice::from_ref(&root)).expect("placed");
        let below = home.place(std::slice::from_ref(&leaf)).expect("placed");
        assert_eq!(below[0].outcome, Outcome::Created);
        assert_eq!(below[0].remark, None);
        let address = below[0].address.clone().expect("an address");
        assert!(
            address.ends_with(&format!("/root-{word}/team/")),
            "{address}"
        );
        let seen = visit(home, &address, false).expect("an answer");
        assert_eq!(seen.status, 200, "{}", String::from_utf8_lossy(&seen.body));
        let marks = [mark(Kind::Page, "leaf"), mark(Kind::Page, "root")];
        let found = home.find(&marks, FindDepth::Whole).expect("an answer");
        let whole = |at: usize| found[at].clone().and_then(|thing| thing.whole);
        assert_eq!(whole(0).map(|leaf| leaf.parent), top[0].id);
        assert_eq!(whole(1).map(|root| root.parent), Some(0));
        let again = home.place(&[leaf]).expect("placed");
        assert_eq!(again[0].outcome, Outcome::Unchanged);
        let removed = home.remove(&marks).expect("an answer");
        assert!(
            removed.iter().all(|one| one.outcome == Removal::Removed),
            "{removed:?}"
        );
    });
}

#[test]
fn custom_fields_arrive_as_they_were_sent_and_stay_ours() {
    let Some(site) = site() else { return };
    let blog = fresh("fields");
    let mut home = site.client(&site.password);
    let about = home.open(&blog).expect("an open home");
    assert_eq!(about.custom_fields, CustomFields::Named);
    let field = |name: &str, value: &str| Field {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let with = |fields: Vec<Field>| {
        post(
            "one",
            PostThing {
                fields,
                ..post_thing("Fields", "<p>Text.</p>")
            },
        )
    };
    let sent = vec![
        field("mood", "happy \\ \u{1F600}"),
        field("data", "a:1:{s:3:\"url\";s:19:\"http://a.example/é\";}"),
    ];
    let marks = [mark(Kind::Post, "one")];
    let placed = home.place(&[with(sent.clone())]).expect("placed");
    assert_eq!(
        (placed[0].outcome, &placed[0].remark),
        (Outcome::Created, &None)
    );
    let fields = |home: &mut WordPressPlugin| {
        let found = home.find(&marks, FindDepth::Whole).expect("an answer");
        let thing = found[0].clone().expect("it is there");
        assert!(!thing.edited);
        thing.whole.expect("whole").fields
    };
    assert_eq!(fields(&mut home), sent);
    let placed = home.place(&[with(sent.clone())]).expect("placed");
    assert_eq!(placed[0].outcome, Outcome::Unchanged);
    let placed = home.place(&[with(sent[..1].to_vec())]).expect("placed");
    assert_eq!(placed[0].outcome, Outcome::Updated);
    assert_eq!(fields(&mut home), sent[..1]);
    let object = field("evil", "O:8:\"stdClass\":0:{}");
    let placed = home.place(&[with(vec![object])]).expect("placed");
    let remark = placed[0].remark.clone().unwrap_or_default();
    assert!(remark.contains("evil"), "{remark}");
    assert_eq!(fields(&mut home), []);
    let removed = home.remove(&marks).expect("an answer");
    assert_eq!(removed[0].outcome, Removal::Removed);
}

#[test]
fn by_rest_no_custom_fields_are_offered() {
    let Some(site) = site() else { return };
    let about = site
        .rest(&site.password)
        .open(&fresh("fields"))
        .expect("an open home");
    assert_eq!(about.custom_fields, CustomFields::None);
}
