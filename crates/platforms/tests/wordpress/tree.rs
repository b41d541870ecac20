//! Pages below other pages, by both ways.

use super::*;

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
        let seen = |at: usize| whole(at).map(|page| (page.parent, page.order));
        assert_eq!(seen(0), top[0].id.map(|id| (id, Some(-1))));
        assert_eq!(seen(1), Some((0, Some(2))));
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
fn a_page_moves_in_the_tree_as_it_moved_at_the_source() {
    by_both_ways("moves", |site, blog, home| {
        let word = &blog[blog.len() - 8..];
        let root = page("root", None, &format!("stem-{word}"), 0);
        let leaf = |parent, order| page("leaf", parent, &format!("leaf-{word}"), order);
        home.place(std::slice::from_ref(&root)).expect("placed");
        let below = home.place(&[leaf(Some("root"), 1)]).expect("placed");
        let id = below[0].id.expect("an id");
        let stands = |home: &mut dyn Destination| {
            let found = home
                .find(&[mark(Kind::Page, "leaf")], FindDepth::Whole)
                .expect("an answer");
            let whole = found[0].clone().and_then(|page| page.whole).expect("whole");
            (whole.parent, whole.order)
        };
        let up = home.place(&[leaf(None, 5)]).expect("placed");
        assert_eq!((up[0].outcome, up[0].id), (Outcome::Updated, Some(id)));
        assert_eq!(stands(home), (0, Some(5)), "at the top, as at the source");
        let address = up[0].address.clone().expect("an address");
        assert!(!address.contains("stem-"), "{address}");
        assert_eq!(visit(home, &address, false).expect("an answer").status, 200);

        // Somebody hangs it below a page of their own: there it stays.
        let owner = Owner(site);
        let own = owner.post("pages", &json!({ "title": "Own", "status": "publish" }));
        let own = own["id"].as_u64().expect("an id");
        owner.post(&format!("pages/{id}"), &json!({ "parent": own }));
        for parent in [None, Some("root")] {
            home.place(&[leaf(parent, 6 + parent.map_or(0, str::len) as i32)])
                .expect("placed");
            assert_eq!(stands(home).0, own, "{parent:?}");
        }
        let marks = [mark(Kind::Page, "leaf"), mark(Kind::Page, "root")];
        home.remove(&marks).expect("an answer");
        owner.delete(&format!("pages/{own}"));
        home.finish().expect("finished");
    });
}

#[test]
fn what_somebody_moved_or_put_in_another_order_stays_so_when_its_text_changes() {
    by_both_ways("arranged", |site, blog, home| {
        let word = &blog[blog.len() - 8..];
        let owner = Owner(site);
        let sent = |id: &str, parent, order, text: &str| {
            let placed = page(id, parent, &format!("{id}-{word}"), order);
            let Thing::Post(mut thing) = placed.thing else {
                unreachable!("a page")
            };
            thing.content = format!("<p>{text}</p>");
            placement(placed.mark, Thing::Post(thing))
        };
        let place = |home: &mut dyn Destination, page: Placement| {
            home.place(&[page]).expect("placed").remove(0)
        };
        let whole = |home: &mut dyn Destination, id: &str| {
            let found = home.find(&[mark(Kind::Page, id)], FindDepth::Whole);
            let page = found.expect("an answer").remove(0).expect("the page");
            assert!(!page.edited, "{id}");
            page.whole.expect("whole")
        };
        let stands = |home: &mut dyn Destination, id: &str| {
            let whole = whole(home, id);
            (whole.parent, whole.order, whole.content)
        };
        let left = |home: &mut dyn Destination, id: &str| {
            whole(home, id).left.map(|left| (left.parent, left.order))
        };
        let a = place(home, sent("a", None, 0, "x")).id.expect("an id");
        let b = place(home, sent("b", None, 0, "x")).id.expect("an id");
        let [top, under, order] = ["top", "under", "order"].map(|id| {
            let placed = place(home, sent(id, Some("a"), 5, "first"));
            assert_eq!(stands(home, id).0, a);
            placed.id.expect("an id")
        });
        owner.post(&format!("pages/{top}"), &json!({ "parent": 0 }));
        owner.post(&format!("pages/{under}"), &json!({ "parent": b }));
        owner.post(&format!("pages/{order}"), &json!({ "menu_order": 1 }));
        for id in ["top", "under", "order"] {
            assert_eq!(left(home, id), Some((a, 5)), "{id} was left there");
        }
        for text in ["second", "third"] {
            let content = format!("<p>{text}</p>");
            let placed = place(home, sent("top", Some("a"), 5, text));
            assert_eq!(placed.outcome, Outcome::Updated, "{placed:?}");
            let remark = placed.remark.unwrap_or_default();
            assert!(remark.contains("moved"), "{remark}");
            let address = placed.address.expect("an address");
            assert!(!address.contains("/a-"), "its address stays: {address}");
            place(home, sent("under", Some("a"), 7, text));
            place(home, sent("order", Some("b"), 5, text));
            assert_eq!(stands(home, "top"), (0, Some(5), content.clone()));
            assert_eq!(stands(home, "under"), (b, Some(7), content.clone()));
            assert_eq!(stands(home, "order"), (b, Some(1), content));
            assert_eq!(left(home, "top"), Some((a, 5)));
            assert_eq!(left(home, "under"), Some((a, 7)));
            assert_eq!(left(home, "order"), Some((b, 5)));
        }
        // Put back where we left it, it is ours again.
        owner.post(&format!("pages/{top}"), &json!({ "parent": a }));
        place(home, sent("top", None, 0, "fourth"));
        assert_eq!(
            stands(home, "top"),
            (0, Some(0), "<p>fourth</p>".to_owned())
        );
        let marks = ["top", "under", "order", "a", "b"].map(|id| mark(Kind::Page, id));
        for removed in home.remove(&marks).expect("an answer") {
            assert_eq!(removed.outcome, Removal::Removed, "{removed:?}");
        }
        home.finish().expect("finished");
    });
}

#[test]
fn a_page_that_pages_of_somebody_stand_below_is_kept_and_so_is_what_stands_above_it() {
    by_both_ways("hung", |site, blog, home| {
        let word = &blog[blog.len() - 8..];
        let owner = Owner(site);
        for (id, parent) in [
            ("top", None),
            ("middle", Some("top")),
            ("side", Some("top")),
        ] {
            home.place(&[page(id, parent, &format!("{id}-{word}"), 0)])
                .expect("placed");
        }
        let find = |home: &mut dyn Destination, id: &str| {
            let found = home.find(&[mark(Kind::Page, id)], FindDepth::Mark);
            found.expect("an answer").remove(0)
        };
        let middle = find(home, "middle").expect("the page").id;
        let theirs = owner.post(
            "pages",
            &json!({ "title": "Theirs", "status": "publish", "parent": middle }),
        );
        let (own, address) = (&theirs["id"], &theirs["link"]);
        let marks = ["top", "middle", "side"].map(|id| mark(Kind::Page, id));
        let removed = home.remove(&marks).expect("an answer");
        let outcomes: Vec<_> = removed.iter().map(|one| one.outcome).collect();
        assert_eq!(
            outcomes,
            [Removal::Kept, Removal::Kept, Removal::Removed],
            "{removed:?}"
        );
        let why = removed[1].remark.clone().unwrap_or_default();
        assert!(why.contains("not placed by this move"), "{why}");
        let now = owner.get(&format!("pages/{own}"));
        assert_eq!((&now["parent"], &now["link"]), (&json!(middle), address));
        // Nor is a page moved that somebody edited.
        owner.delete(&format!("pages/{own}"));
        owner.post(&format!("pages/{middle}"), &json!({ "title": "Mine now" }));
        for removed in home.remove(&marks[..2]).expect("an answer") {
            assert_eq!(removed.outcome, Removal::Kept, "{removed:?}");
        }
        owner.delete(&format!("pages/{middle}"));
        let removed = home.remove(&marks[..1]).expect("an answer");
        assert_eq!(removed[0].outcome, Removal::Removed, "{removed:?}");
        home.finish().expect("finished");
    });
}

#[test]
fn a_post_that_visitors_of_the_new_home_commented_is_kept() {
    by_both_ways("commented", |site, _, home| {
        let batch = [
            post("1", post_thing("Commented", "<p>x</p>")),
            post("2", post_thing("Quiet", "<p>x</p>")),
            comment("c", "1", None, "Ours."),
        ];
        let placed = home.place(&batch).expect("placed");
        let id = placed[0].id.expect("an id");
        let owner = Owner(site);
        let words = json!({ "post": id, "content": "A visitor was here." });
        let theirs = owner.post("comments", &words);
        let marks = [
            mark(Kind::Comment, "c"),
            mark(Kind::Post, "1"),
            mark(Kind::Post, "2"),
        ];
        let removed = home.remove(&marks).expect("an answer");
        let outcomes: Vec<_> = removed.iter().map(|one| one.outcome).collect();
        assert_eq!(
            outcomes,
            [Removal::Removed, Removal::Kept, Removal::Removed],
            "{removed:?}"
        );
        let why = removed[1].remark.clone().unwrap_or_default();
        assert!(why.contains("comments that were not placed"), "{why}");
        let now = owner.get(&format!("comments/{}", theirs["id"]));
        assert_eq!(now["post"], json!(id));
        owner.delete(&format!("comments/{}", theirs["id"]));
        let removed = home.remove(&marks[1..2]).expect("an answer");
        assert_eq!(removed[0].outcome, Removal::Removed, "{removed:?}");
        home.finish().expect("finished");
    });
}

#[test]
fn a_post_is_kept_whose_comment_of_ours_somebody_edited_or_held() {
    by_both_ways("answered", |site, _, home| {
        let owner = Owner(site);
        for number in ["1", "2"] {
            let batch = [
                post(number, post_thing("Commented", "<p>x</p>")),
                comment(number, number, None, "Ours, and long."),
            ];
            let placed = home.place(&batch).expect("placed");
            let theirs = placed[1].id.expect("an id");
            // An editor shows all that a comment holds, our mark too.
            let now = owner.get(&format!("comments/{theirs}?context=edit"));
            let words = now["content"]["raw"].as_str().expect("its words");
            let change = match number {
                "1" => json!({ "content": words.replace(", and long", "") }),
                _ => json!({ "status": "hold" }),
            };
            owner.post(&format!("comments/{theirs}"), &change);
            let marks = [mark(Kind::Comment, number), mark(Kind::Post, number)];
            let removed = home.remove(&marks).expect("an answer");
            for one in &removed {
                assert_eq!(one.outcome, Removal::Kept, "{removed:?}");
            }
            let why = removed[1].remark.clone().unwrap_or_default();
            assert_eq!(why, "it has a comment that was edited since");
            let now = owner.get(&format!("comments/{theirs}?context=edit"));
            assert_eq!(now["post"], json!(placed[0].id), "{now}");
            owner.delete(&format!("comments/{theirs}"));
            let removed = home.remove(&marks[1..]).expect("an answer");
            assert_eq!(removed[0].outcome, Removal::Removed, "{removed:?}");
        }
        home.finish().expect("finished");
    });
}
