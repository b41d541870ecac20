//! What a post carries besides its words, and every way in which a text names a picture.

use super::{choices, content_of};
use blog::{
    Audience, Comment, CommentKind, CommentState, Item, ItemRef, Kind, Media, Person,
    doors::{Destination, PostThing, Thing},
};
use campaign::{
    Bundle, Choices,
    transfer::{self, PackSettings},
    watch::Blind,
};
use world::{
    home::MemoryHome,
    small::{Given, NoInput, Shelf, now, post, profile},
};

fn moved(items: Vec<Item>, choices: &Choices) -> MemoryHome {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let source = Given {
        profile: profile(Audience::Everyone),
        items,
    };
    let settings = PackSettings::default();
    transfer::pack(&bundle, &source, &mut NoInput, &Shelf, settings, &Blind).expect("packed");
    transfer::tidy(&bundle, &Blind).expect("tidied");
    let mut home = MemoryHome::default();
    let opened = home.open("small").expect("a home");
    transfer::arrive(&bundle, &mut home, &opened, choices, now(), &Blind).expect("arrived");
    home
}

fn picture(name: &str) -> Item {
    let mut media = Media::at(format!("http://old.example/{name}"));
    media.audience = Audience::Everyone;
    Item::Media(media)
}

fn comment(id: &str, body: &str) -> Item {
    Item::Comment(Comment {
        id: id.to_owned(),
        post: "one".to_owned(),
        parent: None,
        kind: CommentKind::Comment,
        author: Person::named("Reader"),
        written: None,
        body: body.to_owned(),
        state: CommentState::Approved,
        title: None,
        ip: None,
    })
}

#[test]
fn a_picture_is_led_home_however_a_post_or_comment_names_it() {
    let ways = [
        r#"<p><img src="http://old.example/a.png" alt="A"></p>"#,
        r#"<p><img src="http://old.example/a.png" srcset="http://old.example/b.png 1x, http://old.example/c.png 2x" alt="A"></p>"#,
        r#"<p><a href="http://old.example/a.png">the picture</a></p>"#,
        r#"<video poster="http://old.example/a.png" src="http://old.example/c.png"></video>"#,
        r#"<p style="background-image:url('http://old.example/a.png')">on paper</p>"#,
    ];
    for style in [campaign::Style::Classic, campaign::Style::Blocks] {
        for (at, way) in ways.iter().enumerate() {
            let mut items = vec![Item::Post(post("one", way)), comment("c1", way)];
            items.extend(["a.png", "b.png", "c.png"].map(picture));
            let home = moved(items, &Choices { style, ..choices() });
            let comment = &home.kept[&ItemRef::new(Kind::Comment, "c1")]
                .placement
                .thing;
            let Thing::Comment(comment) = comment else {
                unreachable!("a comment was placed as {comment:?}")
            };
            let post = content_of(&home, "one");
            // What a home would take out of a comment is gone before it gets there, and so is its address.
            for text in [&post, &comment.content] {
                assert!(!text.contains("old.example"), "way {at}: {text}");
            }
            assert!(post.contains("/files/a"), "way {at}: {post}");
        }
    }
}

#[test]
fn what_a_post_is_besides_its_words_comes_along() {
    let mut given = post("one", "<p>Words.</p>");
    given.author = Some(Person::named("Ana Roses"));
    given.password = Some("open sesame".to_owned());
    given.sticky = true;
    given.excerpt = Some("<p>In short.</p>".to_owned());
    given.slug = Some("the-first".to_owned());
    given.modified = Some("2009-01-02T03:04:05Z".parse().expect("a moment"));
    given.comments_open = false;
    given.pings_open = false;
    given.tags = vec!["Soil".to_owned()];
    given.featured = Some("http://old.example/a.png".to_owned());
    let mut choices = choices();
    choices
        .authors
        .insert("Ana Roses".to_owned(), "ana".to_owned());
    let soil = Item::Tag(blog::Tag {
        name: "Soil".to_owned(),
        listed: false,
    });
    let home = moved(vec![soil, Item::Post(given), picture("a.png")], &choices);
    let thing = &home.kept[&ItemRef::new(Kind::Post, "one")].placement.thing;
    let Thing::Post(placed) = thing else {
        unreachable!("a post was placed as {thing:?}")
    };
    let PostThing {
        title,
        excerpt,
        slug,
        modified_utc,
        author_login,
        password,
        sticky,
        comments_open,
        pings_open,
        featured,
        ..
    } = placed.as_ref();
    assert_eq!(title, "Post one");
    assert!(excerpt.contains("In short."), "{excerpt}");
    assert_eq!(slug.as_deref(), Some("the-first"));
    let modified = modified_utc.expect("a date").to_string();
    assert_eq!(modified, "2009-01-02T03:04:05Z");
    assert_eq!(author_login.as_deref(), Some("ana"));
    assert_eq!(password.as_deref(), Some("open sesame"));
    assert!(*sticky && !comments_open && !pings_open);
    assert_eq!(
        featured.as_ref().map(|picture| picture.kind),
        Some(Kind::Media)
    );
}
