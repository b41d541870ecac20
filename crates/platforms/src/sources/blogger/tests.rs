//! Whole exports, ours after the public format.

use super::Blogger;
use crate::sources::{
    self,
    feeds::tests::{Desk, Made},
};
use blog::doors::{InputForm, Peek, Source};
use blog::{Audience, CommentState, PostKind, PostState};

const FEED: &str = include_str!(
    "../../../../../fixtures/blogger/takeout/Takeout/Blogger/Blogs/The Kettle/feed.atom"
);
const CSV: &str = include_str!(
    "../../../../../fixtures/blogger/takeout/Takeout/Blogger/Blogs/The Kettle/settings.csv"
);
const LARDER: &str = include_str!("../../../../../fixtures/blogger/larder.xml");

fn takeout() -> Made {
    let mut input = Made::file(
        "Takeout/Blogger/Blogs/The Kettle/feed.atom",
        FEED.as_bytes(),
    );
    input.files.insert(
        "Takeout/Blogger/Blogs/The Kettle/settings.csv".to_owned(),
        CSV.as_bytes().to_vec(),
    );
    input
}

fn read(mut input: Made) -> Desk {
    let mut desk = Desk::default();
    Blogger.read(&mut input, &mut desk).expect("an export");
    desk
}

#[test]
fn a_takeout_gives_posts_pages_drafts_and_threads_with_old_addresses_and_originals() {
    insta::assert_json_snapshot!(read(takeout()).seen());
}

#[test]
fn the_old_export_gives_the_same_kinds_and_its_settings() {
    insta::assert_json_snapshot!(read(Made::file("blog-09-01-2010.xml", LARDER.as_bytes())).seen());
}

#[test]
fn drafts_and_blogs_with_chosen_readers_are_nobody_s_who_was_not_named() {
    let desk = read(takeout());
    let draft = desk
        .posts
        .iter()
        .find(|post| post.state == PostState::Draft)
        .expect("the draft");
    assert_eq!(draft.audience, Audience::Owner);
    for (word, audience) in [
        ("READERS", Audience::Named),
        ("PRIVATE", Audience::Owner),
        ("SOMETHING", Audience::Owner),
    ] {
        let text = LARDER.replace("'text'>PUBLIC<", &format!("'text'>{word}<"));
        let mut input = Made::file("x.xml", text.as_bytes());
        input
            .options
            .insert("audience".to_owned(), "everyone".to_owned());
        let desk = read(input);
        assert!(
            desk.posts.iter().all(|post| post.audience <= audience),
            "{word}"
        );
    }
    let silent = read(Made::file("feed.atom", FEED.as_bytes()));
    assert!(
        silent
            .posts
            .iter()
            .all(|post| post.audience == Audience::Owner)
    );
    assert!(silent.codes().contains(&"BLG-006") && silent.codes().contains(&"BLG-005"));
}

#[test]
fn comments_keep_their_state_and_thread_whichever_comes_first() {
    let (head, rest) = FEED.split_once("<entry>").expect("entries");
    let mut entries: Vec<&str> = rest
        .trim_end()
        .trim_end_matches("</feed>")
        .split("<entry>")
        .collect();
    entries.reverse();
    let turned = format!("{head}<entry>{}</feed>", entries.join("<entry>"));
    let desk = read(Made::file("feed.atom", turned.as_bytes()));
    let by_id = |id: &str| {
        desk.comments
            .iter()
            .find(|comment| comment.id == id)
            .expect("the comment")
    };
    assert_eq!(
        (by_id("202").post.as_str(), by_id("202").parent.as_deref()),
        ("101", Some("201"))
    );
    assert_eq!(by_id("203").state, CommentState::Spam);
    assert_eq!(by_id("204").state, CommentState::Held);
    assert_eq!(
        desk.posts
            .iter()
            .filter(|post| post.kind == PostKind::Page)
            .count(),
        1
    );
}

#[test]
fn labels_become_categories_where_the_owner_wants_it() {
    let mut input = takeout();
    input
        .options
        .insert("labels".to_owned(), "categories".to_owned());
    let desk = read(input);
    assert_eq!(desk.posts[0].categories, ["Tea", "steam & sound"]);
    assert!(desk.posts[0].tags.is_empty());
}

#[test]
fn a_picture_in_the_takeout_comes_before_the_network_unless_two_share_its_name() {
    let album = |name: &str| format!("Takeout/Blogger/Albums/The Kettle/{name}");
    let mut input = takeout();
    input.files.insert(album("Kettle.JPG"), b"x".to_vec());
    let desk = read(input);
    assert_eq!(
        desk.media[0].candidates[0],
        format!("input:/{}", album("Kettle.JPG"))
    );
    let mut input = takeout();
    input.files.insert(album("kettle.jpg"), b"x".to_vec());
    input.files.insert(album("kettle(1).jpg"), b"y".to_vec());
    assert!(read(input).media[0].candidates[0].starts_with("https://"));
}

#[test]
fn of_several_blogs_one_must_be_named() {
    let mut input = takeout();
    input.files.insert(
        "Takeout/Blogger/Blogs/Other/feed.atom".to_owned(),
        FEED.as_bytes().to_vec(),
    );
    let error = Blogger
        .read(&mut input, &mut Desk::default())
        .expect_err("two blogs");
    assert!(
        error.to_string().contains("“Other”, “The Kettle”"),
        "{error}"
    );
    input
        .options
        .insert("blog".to_owned(), "the kettle".to_owned());
    assert!(Blogger.read(&mut input, &mut Desk::default()).is_ok());
}

#[test]
fn an_export_is_known_before_any_feed() {
    for export in [FEED, LARDER] {
        let peek = Peek {
            label: "a",
            form: InputForm::File,
            head: export.as_bytes(),
            names: &[],
        };
        assert_eq!(
            sources::recognise(&peek).map(|source| source.card().name),
            Some("blogger")
        );
    }
    let names = [
        "Takeout/Blogger/Blogs/A/feed.atom".to_owned(),
        "Takeout/Blogger/Blogs/A/theme-classic.html".to_owned(),
    ];
    let peek = Peek {
        label: "t.zip",
        form: InputForm::Zip,
        head: &[],
        names: &names,
    };
    assert_eq!(
        sources::recognise(&peek).map(|source| source.card().name),
        Some("blogger")
    );
}

#[test]
fn an_export_cut_or_changed_anywhere_keeps_what_is_whole_and_never_falls() {
    let (head, rest) = FEED.split_once("<entry>").expect("entries");
    let entries: Vec<&str> = rest.split("<entry>").collect();
    let small = format!("{head}<entry>{}<entry>{}</feed>", entries[0], entries[6]);
    for at in 0..small.len() {
        let mut cut = Made::file("cut.xml", &small.as_bytes()[..at]);
        let _ = Blogger.read(&mut cut, &mut Desk::default());
        let mut changed = small.as_bytes().to_vec();
        changed[at] ^= 0x15;
        let _ = Blogger.read(
            &mut Made::file("changed.xml", &changed),
            &mut Desk::default(),
        );
    }
    let cut = FEED.find("Not yet warm").expect("the draft");
    let desk = read(Made::file("feed.atom", &FEED.as_bytes()[..cut]));
    assert_eq!(desk.posts.len(), 2);
    assert!(desk.codes().contains(&"BLG-001"), "the cut entry is named");
}

#[test]
fn an_entry_that_killed_the_program_is_kept_aside_once_and_the_others_are_read() {
    const NAME: &str = "Takeout/Blogger/Blogs/The Kettle/feed.atom";
    let all = read(takeout());
    let mut desk = Desk {
        deadly: &["Takeout/Blogger/Blogs/The Kettle/feed.atom › entry 1"],
        ..Desk::default()
    };
    Blogger
        .read(&mut takeout(), &mut desk)
        .expect("the other entries");
    let titles =
        |desk: &Desk| -> Vec<String> { desk.posts.iter().map(|post| post.title.clone()).collect() };
    assert_eq!(titles(&desk), titles(&all)[1..]);
    // With its comments, which have no post then.
    let is_entry = |(place, _): &&(String, String)| *place == format!("{NAME} › entry 1");
    let kept: Vec<_> = desk.aside.iter().filter(is_entry).collect();
    assert_eq!(kept.len(), 1, "{:?}", desk.aside);
    assert!(kept[0].1.contains("First boil"));
}

#[test]
fn settings_that_killed_the_program_leave_the_entries() {
    let mut input = takeout();
    input.deadly = &["Takeout/Blogger/Blogs/The Kettle/settings.csv"];
    assert_eq!(read(input).posts.len(), read(takeout()).posts.len());
}
