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
