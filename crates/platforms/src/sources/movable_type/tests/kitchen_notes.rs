//! Our own export, with every oddity that is meant, and its folder of media.

use super::*;

#[test]
fn kitchen_notes_is_read_with_everything_in_it() {
    let desk = read(&fixture("kitchen-notes.txt"));
    assert_eq!((desk.posts.len(), desk.comments.len()), (12, 6));
    check_promises_of_fixture(&desk);
    let flours = desk.post("A table of flours");
    assert!(
        flours
            .body
            .contains("TITLE: not a title, only a line of the calendar")
    );
    assert!(
        flours
            .body
            .ends_with("Eight dashes, and still the same post.</p>")
    );
    assert_eq!(
        (flours.categories.as_slice(), flours.comments_open),
        (["Baking".to_owned()].as_slice(), false)
    );
    let soup = desk.post("Leek & potato soup – the short way");
    assert!(
        soup.body
            .starts_with("<p>Three leeks, four potatoes, a spoon of butter.<br />\nWash"),
        "{}",
        soup.body
    );
    assert!(
        soup.body.contains("</li>\n\n<p>It keeps") || soup.body.contains("</ul>\n\n<p>It keeps"),
        "{}",
        soup.body
    );
    assert!(soup.body.contains("<!--more-->\n<p>The long way takes"));
    assert_eq!(soup.tags, ["leek", "potato", "quick things"]);
    assert_eq!(soup.slug.as_deref(), Some("leek-potato-soup-the-short-way"));
    assert_eq!(
        soup.addresses,
        ["https://kitchen-notes.typepad.com/blog/2007/02/leek-potato-soup-the-short-way.html"]
    );
    assert_eq!(
        soup.published,
        Some(Moment::Wall(jiff::civil::date(2007, 2, 18).at(12, 5, 0, 0)))
    );
    assert!(
        desk.post("Sourdough, day by day")
            .body
            .contains("<h2>The days</h2>")
    );
    assert!(
        desk.post("Jam for the neighbours")
            .body
            .contains("“One jar each,” I said – and")
    );
    assert_eq!(
        desk.post("A new stove, and a blog").excerpt.as_deref(),
        Some("The old stove went out with a bang.")
    );
}

fn check_promises_of_fixture(desk: &Desk) {
    assert_eq!(
        desk.profiles[0].identity.name(),
        "site:kitchen-notes.typepad.com/blog"
    );
    assert_eq!(desk.profiles[0].title, "Kitchen notes");
    let page = desk.post("About this kitchen");
    assert_eq!(page.kind, PostKind::Page);
    let draft = desk.post("Not yet: plum cake");
    assert_eq!(
        (draft.state, draft.audience),
        (PostState::Draft, Audience::Owner)
    );
    assert_eq!(
        desk.post("For the day the stove turns eighty").state,
        PostState::Scheduled
    );
    // Two honest equal comments stay two; the pings are pings.
    let ids: BTreeSet<&str> = desk
        .comments
        .iter()
        .map(|comment| comment.id.as_str())
        .collect();
    assert_eq!(ids.len(), 6);
    let ping = desk
        .comments
        .iter()
        .find(|comment| comment.kind == CommentKind::Trackback)
        .expect("a ping");
    assert_eq!(
        (ping.author.name.as_str(), ping.title.as_deref()),
        ("The Other Kitchen", Some("Soup week"))
    );
    assert!(desk.comments.iter().any(|comment| {
        comment
            .body
            .ends_with("-----</p>\n\n<p>(that was my line, not yours)</p>")
    }));
    assert!(
        desk.comments
            .iter()
            .any(|comment| comment.body.starts_with("<p>URL: is that how"))
    );
    assert_eq!(desk.media.len(), 6);
}

#[test]
fn every_picture_of_kitchen_notes_is_in_its_folder_in_the_best_size() {
    let desk = read(&fixture("kitchen-notes.txt"));
    let options = Options {
        values: BTreeMap::new(),
        secrets: BTreeMap::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let fetcher = Arc::new(Fetcher::new(FetchSettings::default()));
    let input = input::open(
        fixture("kitchen-notes.txt").to_str().expect("Unicode"),
        fetcher,
        options,
    )
    .expect("an input");
    let shelf = input
        .media_shelf()
        .with_saved_media(&[fixture("kitchen-notes-media")])
        .expect("a folder")
        .offline();
    for media in desk.media.values() {
        let fetched = blog::doors::MediaFetch::fetch(&shelf, &media.candidates[0], &mut Vec::new())
            .expect("saved");
        if media.id.ends_with("b2e2970b") {
            assert_eq!(fetched.width, Some(800));
        }
    }
}

#[test]
fn a_folder_of_exports_and_media_is_one_blog() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(fixture("kitchen-notes.txt")).expect("there");
    let middle = text
        .match_indices("--------\nAUTHOR:")
        .nth(5)
        .expect("twelve entries")
        .0
        + 9;
    std::fs::write(folder.path().join("part-1.txt"), &text[..middle]).expect("written");
    std::fs::write(folder.path().join("part-2.txt"), &text[middle..]).expect("written");
    std::fs::write(folder.path().join("shopping.txt"), "milk\nyeast\n").expect("written");
    std::fs::write(
        folder.path().join("6a00d8341c9a1053ef0120a5c3b1d1970b.jpg"),
        "x",
    )
    .expect("written");
    let whole = read(&fixture("kitchen-notes.txt"));
    let parts = read(folder.path());
    assert_eq!(parts.posts, whole.posts);
    assert_eq!(parts.comments, whole.comments);
    assert_eq!(parts.profiles.last(), whole.profiles.last());
}
