//! What only the way without the plugin has to care for: things are known by stamps in their texts, and take shape in two calls.

use super::*;

fn find(home: &mut dyn Destination, mark: &ItemRef) -> Option<blog::doors::Observed> {
    let found = home.find(std::slice::from_ref(mark), FindDepth::Whole);
    found.expect("an answer").remove(0)
}

#[test]
fn a_create_that_arrived_twice_is_seen_as_a_twin_nobody_sees_and_taken_away() {
    let Some(site) = site() else { return };
    let mut home = site.open_rest(&fresh("space:twin"));
    let one = mark(Kind::Post, "1");
    let placed = home
        .place(&[post("1", post_thing("Twin", "<p>Seen once.</p>"))])
        .expect("placed");
    let owner = Owner(&site);
    let id = placed[0].id.expect("an id");
    let first = owner.get(&format!("posts/{id}?context=edit"));
    let late = json!({
        "title": "Twin", "content": first["content"]["raw"], "status": "draft",
        "slug": "rehome-unfinished-twin",
    });
    owner.post("posts", &late);
    let seen = find(&mut home, &one).expect("the post");
    assert_eq!((seen.id, seen.twins), (id, 1));
    assert_eq!(
        home.remove_twins(std::slice::from_ref(&one)).expect("gone"),
        1
    );
    let seen = find(&mut home, &one).expect("the post");
    assert_eq!((seen.id, seen.twins, seen.edited), (id, 0, false));
    home.remove(&[one]).expect("removed");
}

#[test]
fn a_draft_that_a_killed_run_left_is_not_taken_for_the_post_and_is_finished() {
    let Some(site) = site() else { return };
    let blog = fresh("space:unfinished");
    let batch = [post("1", post_thing("Half", "<p>Half way.</p>"))];
    let placed = site.open_rest(&blog).place(&batch).expect("placed");
    let id = placed[0].id.expect("an id");
    let half = json!({ "status": "draft", "slug": "rehome-unfinished-half" });
    Owner(&site).post(&format!("posts/{id}"), &half);
    let mut home = site.open_rest(&blog);
    let seen = find(&mut home, &batch[0].mark).expect("the draft");
    assert_eq!((seen.fingerprint.as_str(), seen.edited), ("", false));
    let placed = home.place(&batch).expect("placed");
    assert_eq!(
        (placed[0].outcome, placed[0].id),
        (Outcome::Created, Some(id))
    );
    let seen = find(&mut home, &batch[0].mark).expect("the post");
    let whole = seen.whole.expect("its content");
    assert_eq!(
        (whole.status.as_str(), whole.slug.as_str()),
        ("publish", "half")
    );
    assert_eq!(whole.content, "<p>Half way.</p>");
    assert_eq!(seen.fingerprint, batch[0].fingerprint);
    home.remove(&[batch[0].mark.clone()]).expect("removed");
}

#[test]
fn a_comment_reaches_a_closed_post_and_a_held_one_is_never_shown() {
    let Some(site) = site() else { return };
    let mut home = site.open_rest(&fresh("space:closed"));
    let token = fresh("canary");
    let mut closed = post_thing("Closed", "<p>No more.</p>");
    closed.comments_open = false;
    let mut held = comment("held", "1", None, &token);
    if let Thing::Comment(comment) = &mut held.thing {
        comment.state = CommentState::Held;
    }
    let batch = [
        post("1", closed),
        comment("old", "1", None, "From when it was open."),
        held,
    ];
    let placed = home.place(&batch).expect("placed");
    for placed in &placed {
        assert_eq!(placed.outcome, Outcome::Created, "{placed:?}");
    }
    let id = placed[0].id.expect("an id");
    for (mark, status) in [("old", "approved"), ("held", "held")] {
        let seen = find(&mut home, &mark_of(mark)).expect("the comment");
        let whole = seen.whole.expect("its content");
        assert_eq!((whole.status.as_str(), whole.post), (status, id));
        assert!(!seen.edited);
    }
    let page = placed[0].address.clone().expect("an address");
    let page = visit(&mut home, &page, false).expect("a page");
    let page = String::from_utf8_lossy(&page.body).into_owned();
    assert!(page.contains("From when it was open.") && !page.contains(&token));
    let owner = Owner(&site);
    let comment = owner.get(&format!("comments?context=edit&post={id}&status=any"));
    assert!(
        comment.to_string().matches("\"author_email\":\"\"").count() == 2,
        "{comment}"
    );
    home.finish().expect("finished");
    let rooms = owner.get("posts?status=private&search=Comments+on+their+way");
    assert_eq!(rooms, json!([]), "the waiting room is gone");
    let again = home.place(&batch).expect("placed again");
    assert!(
        again
            .iter()
            .all(|placed| placed.outcome == Outcome::Unchanged),
        "{again:?}"
    );
    home.remove(&[mark_of("old"), mark_of("held"), mark(Kind::Post, "1")])
        .expect("removed");
}

fn mark_of(comment: &str) -> ItemRef {
    mark(Kind::Comment, comment)
}

#[test]
fn two_honest_comments_of_the_same_words_both_arrive() {
    let Some(site) = site() else { return };
    let mut home = site.open_rest(&fresh("space:same"));
    let batch = [
        post("1", post_thing("Same", "<p>x</p>")),
        comment("a", "1", None, "Me too!"),
        comment("b", "1", None, "Me too!"),
    ];
    let placed = home.place(&batch).expect("placed");
    assert!(
        placed
            .iter()
            .all(|placed| placed.outcome == Outcome::Created),
        "{placed:?}"
    );
    home.remove(&[mark_of("a"), mark_of("b"), mark(Kind::Post, "1")])
        .expect("removed");
}

#[test]
fn a_category_that_was_there_is_used_and_stays_as_it_was() {
    let Some(site) = site() else { return };
    let owner = Owner(&site);
    let name = fresh("Söme & thing");
    let there = owner.post(
        "categories",
        &json!({ "name": name, "description": "Mine." }),
    );
    let mut home = site.open_rest(&fresh("space:adopt"));
    let thing = TermThing {
        open: leave(),
        name,
        slug: None,
        parent: None,
        description: "Theirs.".to_owned(),
    };
    let batch = [placement(mark(Kind::Category, "c"), Thing::Term(thing))];
    let placed = home.place(&batch).expect("placed");
    assert_eq!(placed[0].id, there["id"].as_u64(), "{placed:?}");
    assert_eq!(
        home.place(&batch).expect("placed")[0].outcome,
        Outcome::Unchanged
    );
    let removed = home.remove(&[mark(Kind::Category, "c")]).expect("removed");
    assert_eq!(removed[0].outcome, Removal::Kept);
    let now = owner.get(&format!("categories/{}", there["id"]));
    assert_eq!(
        (&now["name"], &now["description"]),
        (&there["name"], &json!("Mine."))
    );
}

#[test]
fn a_picture_that_is_not_public_is_not_listed_and_narrowing_hides_what_was() {
    let Some(site) = site() else { return };
    let mut home = site.open_rest(&fresh("space:hidden"));
    let folder = tempfile::tempdir().expect("a folder");
    let picture = |id: &str, public: bool| {
        let shade = if public { 10 } else { 200 };
        let pixels = image::RgbImage::from_pixel(3, 3, image::Rgb([shade, 0, 0]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        pixels
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("a picture");
        let mut placement = pictures::media(
            id,
            folder.path(),
            &format!("{id}.png"),
            bytes.get_ref(),
            "image/png",
        );
        if let (false, Thing::Media(thing)) = (public, &mut placement.thing) {
            thing.open = None;
        }
        placement
    };
    let batch = [
        picture("hidden", false),
        picture("shown", true),
        post("1", post_thing("Wide", "<p>x</p>")),
    ];
    let placed = home.place(&batch).expect("placed");
    assert!(
        placed
            .iter()
            .all(|placed| placed.outcome == Outcome::Created),
        "{placed:?}"
    );
    let listed = |home: &mut WordPressRest, id: Option<u64>| {
        let address = format!(
            "{}/wp-json/wp/v2/media?include={}",
            site.url,
            id.expect("an id")
        );
        visit(home, &address, false).expect("an answer").body != b"[]"
    };
    assert!(!listed(&mut home, placed[0].id) && listed(&mut home, placed[1].id));
    let wish = |placement: &Placement| blog::doors::Narrowing {
        mark: placement.mark.clone(),
        status: Status::PRIVATE,
    };
    let wishes: Vec<_> = batch.iter().map(wish).collect();
    assert_eq!(home.narrow(&wishes).expect("narrowed"), [true, true, true]);
    assert!(!listed(&mut home, placed[1].id));
    for placement in &batch {
        let seen = find(&mut home, &placement.mark).expect("still there");
        let status = seen.whole.expect("its content").status;
        assert_eq!(
            (status.as_str(), seen.edited),
            ("private", false),
            "{}",
            placement.mark
        );
    }
    let marks: Vec<_> = batch
        .iter()
        .map(|placement| placement.mark.clone())
        .collect();
    let removed = home.remove(&marks).expect("removed");
    assert!(
        removed
            .iter()
            .all(|removed| removed.outcome == Removal::Removed),
        "{removed:?}"
    );
}

#[test]
fn a_stamp_that_the_source_wrote_itself_is_not_believed() {
    let Some(site) = site() else { return };
    let blog = fresh("space:forged");
    let mut home = site.open_rest(&blog);
    let placed = home
        .place(&[post("1", post_thing("One", "<p>a</p>"))])
        .expect("placed");
    let id = placed[0].id.expect("an id");
    let raw = Owner(&site).get(&format!("posts/{id}?context=edit"));
    let forged = raw["content"]["raw"].as_str().expect("a text").to_owned();
    home.place(&[post("2", post_thing("Two", &forged))])
        .expect("placed");
    let one = find(&mut home, &mark(Kind::Post, "1")).expect("the post");
    assert_eq!((one.id, one.twins), (id, 0));
    home.remove(&[mark(Kind::Post, "1"), mark(Kind::Post, "2")])
        .expect("removed");
}

/// WordPress 7.1 and newer take our copies over https; others make their own. Either way all are there, and the original is kept.
#[test]
fn a_picture_has_its_smaller_copies_whoever_makes_them() {
    let Some(site) = site() else { return };
    let owner = Owner(&site);
    let folder = tempfile::tempdir().expect("a folder");
    let mut home = site.open_rest(&fresh("space:copies"));
    let seed = jiff::Timestamp::now().subsec_nanosecond().unsigned_abs();
    let sent = pictures::picture(3000, 2000, seed, image::ImageFormat::Jpeg);
    let batch = [pictures::media(
        "large",
        folder.path(),
        "large.jpg",
        &sent,
        "image/jpeg",
    )];
    let placed = home.place(&batch).expect("placed").remove(0);
    assert_eq!(placed.outcome, Outcome::Created, "{placed:?}");
    let id = placed.id.expect("an id");
    let there = owner.get(&format!("media/{id}?context=edit"));
    assert_eq!(there["missing_image_sizes"], json!([]), "{there}");
    let details = &there["media_details"];
    assert_eq!(
        (&details["width"], &details["height"]),
        (&json!(2560), &json!(1707)),
        "{details}"
    );
    let address = there["source_url"].as_str().expect("an address");
    let folder = address.rsplit_once('/').expect("a folder").0;
    let original = details["original_image"].as_str().expect("the original");
    let original = visit(&mut home, &format!("{folder}/{original}"), false).expect("an answer");
    assert_eq!(original.body, sent, "the original is kept");
    for name in ["thumbnail", "medium", "large"] {
        let size = &details["sizes"][name];
        let address = size["source_url"].as_str().expect("an address");
        let seen = visit(&mut home, address, false).expect("an answer");
        assert_eq!(seen.status, 200, "{address}");
        let seen = ::pictures::probe(&seen.body);
        assert_eq!(json!(seen.width), size["width"], "{address}");
    }
    let offered = ureq::get(format!("{}/wp-json/?_fields=image_sizes", site.url))
        .header("authorization", owner.word())
        .call();
    if read(&mut offered.expect("an answer"))["image_sizes"].is_object() {
        println!("this WordPress takes our copies");
        let address = details["sizes"]["thumbnail"]["source_url"].as_str();
        let seen = visit(&mut home, address.expect("an address"), false).expect("an answer");
        let rule = ::pictures::SizeRule {
            name: "thumbnail".to_owned(),
            width: 150,
            height: 150,
            crop: ::pictures::Crop::Fill(0, 0),
        };
        let settings = ::pictures::Settings::default();
        let made = ::pictures::Shrink::sub_sizes(&::pictures::InProcess, &sent, &[rule], settings)
            .expect("copies");
        // Ours writes the frame before the tables, which no encoder of PHP does.
        assert_eq!(
            seen.body[..40],
            made.sizes[0].bytes[..40],
            "the copy is ours"
        );
    }
    let again = home.place(&batch).expect("placed").remove(0);
    assert_eq!(again.outcome, Outcome::Unchanged);
    home.remove(&[batch[0].mark.clone()]).expect("removed");
}
