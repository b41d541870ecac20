//! Custom fields, by the plugin.

use super::*;
use blog::Field;
use blog::doors::CustomFields;

fn field(name: &str, value: &str) -> Field {
    Field {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

/// A public post with custom fields.
fn with(fields: Vec<Field>) -> Placement {
    let thing = PostThing {
        fields,
        ..post_thing("Fields", "<p>Text.</p>")
    };
    post("one", thing)
}

#[test]
fn custom_fields_arrive_as_they_were_sent_and_stay_ours() {
    let Some(site) = site() else { return };
    let blog = fresh("fields");
    let mut home = site.client(&site.password);
    let about = home.open(&blog).expect("an open home");
    assert_eq!(about.custom_fields, CustomFields::Named);
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

#[test]
fn a_custom_field_that_no_theme_shows_is_on_no_page_and_a_hidden_one_is_not_taken() {
    let Some(site) = site() else { return };
    let mut home = site.open(&fresh("fields"));
    let word = fresh("canary");
    let named = ["mood", "_mood", "_edit_last"].map(|name| field(name, &format!("{word}{name}")));
    let placed = home.place(&[with(named.to_vec())]).expect("placed");
    let remark = placed[0].remark.clone().unwrap_or_default();
    for hidden in ["_mood", "_edit_last"] {
        assert!(
            remark.contains(hidden),
            "{hidden} is told to be left out: {remark}"
        );
    }
    let marks = [mark(Kind::Post, "one")];
    let found = home.find(&marks, FindDepth::Whole).expect("an answer");
    let whole = found[0]
        .clone()
        .and_then(|thing| thing.whole)
        .expect("whole");
    assert_eq!(
        whole.fields,
        named[..1],
        "it is there, and no hidden one is"
    );

    let (id, address) = (
        placed[0].id.expect("an id"),
        placed[0].address.clone().expect("an address"),
    );
    let page = address.trim_end_matches('/');
    let at = |path: &str| format!("{}/{path}", site.url);
    let mut seen = 0;
    for place in [
        address.clone(),
        format!("{page}/feed/"),
        site.url.clone(),
        at("?feed=rss2"),
        at("?feed=atom"),
        at(&format!("?s={word}")),
        at(&format!("?rest_route=/wp/v2/posts/{id}")),
        at(&format!("?rest_route=/wp/v2/posts&search={word}")),
        at("?rest_route=/wp/v2/posts&per_page=100"),
        at(&format!("?rest_route=/oembed/1.0/embed&url={address}")),
    ] {
        let answer = visit(&mut home, &place, false).expect("an answer");
        let body = String::from_utf8_lossy(&answer.body).replace(&format!("s={word}"), "");
        assert!(!body.contains(&format!("{word}mood")), "{place}");
        assert!(
            !body.contains("_rehome_fields") && !body.contains(&format!("{word}_")),
            "{place}"
        );
        seen += usize::from(body.contains("Fields"));
    }
    assert!(seen >= 6, "the post itself is there to be seen: {seen}");
    home.remove(&marks).expect("an answer");
    home.finish().expect("finished");
}
