//! Both ways to a real WordPress, with the plugin and without: the same exercise for both. Where there is none the tests say so.

mod fields;
mod pictures;
mod rest;
mod tree;

use base64::Engine;
use blog::doors::{
    CommentThing, Destination, FindDepth, MediaThing, Outcome, Placement, PostThing, Removal,
    SiteWishes, Status, TermThing, Thing, WriteError,
};
use blog::{Audience, CommentKind, CommentState, ItemRef, Kind, Open, Reach, Secret};
use platforms::destinations::wordpress_plugin::{Settings, WordPressPlugin};
use platforms::destinations::wordpress_rest::{self, WordPressRest};
use serde_json::{Value, json};
use world::wordpress::Turn;

struct Site {
    url: String,
    user: String,
    password: String,
    _turn: Turn,
}

impl Site {
    fn client(&self, password: &str) -> WordPressPlugin {
        WordPressPlugin::new(
            &self.url,
            &self.user,
            Secret::new(password),
            Settings::default(),
        )
    }

    fn open(&self, blog: &str) -> WordPressPlugin {
        let mut home = self.client(&self.password);
        home.open(blog).expect("an open home");
        home
    }

    fn rest(&self, password: &str) -> WordPressRest {
        let settings = wordpress_rest::Settings::default();
        WordPressRest::new(&self.url, &self.user, Secret::new(password), settings)
    }

    fn open_rest(&self, blog: &str) -> WordPressRest {
        let mut home = self.rest(&self.password);
        home.open(blog).expect("an open home");
        home
    }
}

/// Runs an exercise by both ways, each with a blog of its own.
fn by_both_ways(name: &str, exercise: impl Fn(&Site, &str, &mut dyn Destination)) {
    let Some(site) = site() else { return };
    let blog = fresh(name);
    exercise(&site, &blog, &mut site.open(&blog));
    let blog = fresh(name);
    exercise(&site, &blog, &mut site.open_rest(&blog));
}

/// What an address answers.
struct Seen {
    status: u16,
    body: Vec<u8>,
}

fn visit(home: &mut dyn Destination, address: &str, as_owner: bool) -> Result<Seen, WriteError> {
    let mut body = Vec::new();
    let status = home.visitor()?.visit(address, as_owner, &mut body)?;
    Ok(Seen { status, body })
}

fn site() -> Option<Site> {
    let turn = Turn::take()?;
    Some(Site {
        url: turn.about.url.clone(),
        user: turn.about.user.clone(),
        password: turn.about.app_password.clone(),
        _turn: turn,
    })
}

/// A name no earlier run used.
fn fresh(name: &str) -> String {
    format!("{name}-{}", jiff::Timestamp::now().as_nanosecond())
}

fn mark(kind: Kind, id: &str) -> ItemRef {
    ItemRef::new(kind, id)
}

fn placement(mark: ItemRef, thing: Thing) -> Placement {
    let text = format!("{thing:?}");
    let fingerprint = blake3::hash(text.as_bytes()).to_hex().to_string();
    Placement {
        mark,
        fingerprint,
        thing,
    }
}

fn leave() -> Open {
    Reach::of(Audience::Everyone, Audience::Everyone)
        .open()
        .expect("the leave of what everyone could see")
}

fn post_thing(title: &str, content: &str) -> PostThing {
    PostThing {
        page: false,
        status: Status::published(leave()),
        title: title.to_owned(),
        content: content.to_owned(),
        excerpt: String::new(),
        slug: None,
        date_utc: Some("2008-04-05T13:03:12Z".parse().expect("a moment")),
        modified_utc: None,
        author_login: None,
        password: None,
        sticky: false,
        comments_open: true,
        pings_open: false,
        terms: Vec::new(),
        format: None,
        parent: None,
        order: None,
        fields: Vec::new(),
        featured: None,
    }
}

fn post(id: &str, thing: PostThing) -> Placement {
    placement(mark(Kind::Post, id), Thing::Post(Box::new(thing)))
}

fn comment(id: &str, post: &str, parent: Option<&str>, content: &str) -> Placement {
    placement(
        mark(Kind::Comment, id),
        Thing::Comment(CommentThing {
            post: mark(Kind::Post, post),
            parent: parent.map(|parent| mark(Kind::Comment, parent)),
            kind: CommentKind::Comment,
            author: "Zoë 🌻".to_owned(),
            url: String::new(),
            date_utc: Some("2008-04-06T01:02:03Z".parse().expect("a moment")),
            content: content.to_owned(),
            state: CommentState::Approved,
        }),
    )
}

#[test]
fn placing_twice_changes_nothing_the_second_time() {
    by_both_ways("space:twice", |_, blog, home| {
        let mut thing = post_thing("Garden", "<p>First light &amp; dew.</p>");
        thing.terms = vec![mark(Kind::Category, "garden"), mark(Kind::Tag, "dew")];
        let term = |kind, name: &str| {
            placement(
                mark(kind, name),
                Thing::Term(TermThing {
                    open: leave(),
                    name: format!("{name} {blog}"),
                    slug: None,
                    parent: None,
                    description: String::new(),
                }),
            )
        };
        let batch = [
            comment("c2", "1", Some("c1"), "And I agree."),
            comment("c1", "1", None, "Lovely."),
            post("1", thing),
            term(Kind::Category, "garden"),
            term(Kind::Tag, "dew"),
        ];
        let first = home.place(&batch).expect("placed");
        for placed in &first {
            assert_eq!(placed.outcome, Outcome::Created, "{placed:?}");
        }
        let second = home.place(&batch).expect("placed again");
        for (one, other) in first.iter().zip(&second) {
            assert_eq!(other.outcome, Outcome::Unchanged, "{other:?}");
            assert_eq!(one.id, other.id);
        }
        let found = home
            .find(
                &[
                    mark(Kind::Comment, "c2"),
                    mark(Kind::Post, "1"),
                    mark(Kind::Post, "none"),
                ],
                FindDepth::Whole,
            )
            .expect("found");
        let answer = found[0].as_ref().expect("the comment");
        let whole = answer.whole.as_ref().expect("its content");
        assert_eq!(Some(whole.parent), first[1].id, "the reply lost its parent");
        assert_eq!(whole.title, "Zoë 🌻");
        let post = found[1]
            .as_ref()
            .expect("the post")
            .whole
            .clone()
            .expect("its content");
        assert_eq!(post.comment_count, 2);
        assert_eq!(
            post.date_utc,
            Some("2008-04-05T13:03:12Z".parse().expect("a moment"))
        );
        assert_eq!(post.terms.len(), 2);
        assert!(found[2].is_none());
        home.finish().expect("finished");
    });
}

#[test]
fn categories_of_one_name_below_different_ones_stay_apart() {
    by_both_ways("space:terms", |_, blog, home| {
        let term = |id: &str, name: &str, slug: Option<&str>, parent: Option<&str>| {
            let thing = TermThing {
                open: leave(),
                name: name.to_owned(),
                slug: slug.map(|slug| format!("{slug}-{}", &blog[blog.len() - 8..])),
                parent: parent.map(|parent| mark(Kind::Category, parent)),
                description: String::new(),
            };
            placement(mark(Kind::Category, id), Thing::Term(thing))
        };
        for slug in [None, Some("garden")] {
            let named = |id: &str| format!("{id}{}", slug.unwrap_or_default());
            let (one, other) = (named("one"), named("other"));
            let name = format!("Garden {blog} {slug:?}");
            let batch = [
                term(&one, &format!("{one} {blog}"), None, None),
                term(&other, &format!("{other} {blog}"), None, None),
                term(&named("a"), &name, slug, Some(&one)),
                term(&named("b"), &name, slug, Some(&other)),
            ];
            let placed = home.place(&batch).expect("placed");
            let ids: std::collections::BTreeSet<_> = placed.iter().map(|one| one.id).collect();
            assert_eq!(ids.len(), 4, "{placed:?}");
            let again = home.place(&batch).expect("placed");
            for (first, second) in placed.iter().zip(&again) {
                let outcome = (second.id, second.outcome);
                assert_eq!(outcome, (first.id, Outcome::Unchanged), "{second:?}");
            }
            let marks = batch.map(|placement| placement.mark);
            home.remove(&marks).expect("removed");
        }
        home.finish().expect("finished");
    });
}

#[test]
fn the_excerpt_of_a_page_arrives() {
    by_both_ways("space:excerpt", |_, _, home| {
        let thing = PostThing {
            page: true,
            excerpt: "<p>In short.</p>".to_owned(),
            ..post_thing("Page", "<p>At length.</p>")
        };
        let page = placement(mark(Kind::Page, "p"), Thing::Post(Box::new(thing)));
        home.place(&[page]).expect("placed");
        let marks = [mark(Kind::Page, "p")];
        let found = home.find(&marks, FindDepth::Whole).expect("found");
        let page = found[0].clone().expect("the page");
        let excerpt = page.whole.expect("its content").excerpt;
        assert_eq!((excerpt.as_str(), page.edited), ("<p>In short.</p>", false));
        home.remove(&marks).expect("removed");
        home.finish().expect("finished");
    });
}

#[test]
fn a_changed_post_is_brought_up_to_date_and_an_edited_one_is_left() {
    by_both_ways("space:update", |site, _, home| {
        let placed = home
            .place(&[post("1", post_thing("One", "<p>Old.</p>"))])
            .expect("placed");
        let updated = home
            .place(&[post("1", post_thing("One", "<p>New.</p>"))])
            .expect("updated");
        assert_eq!(updated[0].outcome, Outcome::Updated);
        assert_eq!(updated[0].id, placed[0].id);
        let found = home
            .find(&[mark(Kind::Post, "1")], FindDepth::Whole)
            .expect("found");
        let found = found[0].as_ref().expect("the post");
        assert!(
            found
                .whole
                .as_ref()
                .expect("content")
                .content
                .contains("New.")
        );
        assert!(!found.edited);

        let id = placed[0].id.expect("an id");
        Owner(site).post(
            &format!("posts/{id}"),
            &json!({ "title": "Edited by hand" }),
        );
        let left = home
            .place(&[post("1", post_thing("One", "<p>Newer.</p>"))])
            .expect("answered");
        assert_eq!(left[0].outcome, Outcome::Conflict, "{left:?}");
        let found = home
            .find(&[mark(Kind::Post, "1")], FindDepth::Whole)
            .expect("found");
        let found = found[0].as_ref().expect("the post");
        assert!(found.edited);
        assert_eq!(
            found.whole.as_ref().expect("content").title,
            "Edited by hand"
        );
        let removed = home.remove(&[mark(Kind::Post, "1")]).expect("answered");
        assert_eq!(removed[0].outcome, Removal::Kept);
        home.finish().expect("finished");
    });
}

/// WordPress's own interface, as the site's owner.
struct Owner<'a>(&'a Site);

impl Owner<'_> {
    fn word(&self) -> String {
        let word = format!("{}:{}", self.0.user, self.0.password);
        let word = base64::engine::general_purpose::STANDARD.encode(word);
        format!("Basic {word}")
    }

    fn get(&self, route: &str) -> Value {
        let address = format!("{}/wp-json/wp/v2/{route}", self.0.url);
        let mut answer = ureq::get(address)
            .header("authorization", self.word())
            .call()
            .expect("an answer");
        read(&mut answer)
    }

    fn post(&self, route: &str, body: &Value) -> Value {
        let address = format!("{}/wp-json/wp/v2/{route}", self.0.url);
        let mut answer = ureq::post(address)
            .header("authorization", self.word())
            .header("content-type", "application/json")
            .send(body.to_string())
            .expect("an answer");
        read(&mut answer)
    }

    fn delete(&self, route: &str) {
        let address = format!("{}/wp-json/wp/v2/{route}?force=true", self.0.url);
        let request = ureq::delete(address).header("authorization", self.word());
        request.call().expect("WordPress takes it away");
    }
}

fn read(answer: &mut ureq::http::Response<ureq::Body>) -> Value {
    let text = answer.body_mut().read_to_string().expect("a body");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn text_of_every_script_arrives_as_it_was() {
    by_both_ways("space:unicode", |_, _, home| {
        let title = r"Жизнь 生活 \ back \\ slash 👩‍👩‍👧 'quotes' & <3";
        let content = "<p>北京 – “Zitat” \\n \\0 %s &amp; é ñ ü عربي 😀 \u{a0}x</p>";
        home.place(&[post("1", post_thing(title, content))])
            .expect("placed");
        let found = home
            .find(&[mark(Kind::Post, "1")], FindDepth::Whole)
            .expect("found");
        let whole = found[0]
            .as_ref()
            .expect("the post")
            .whole
            .clone()
            .expect("content");
        assert_eq!(whole.content, content);
        assert!(
            whole.title.contains(r"Жизнь 生活 \ back \\ slash 👩‍👩‍👧"),
            "{}",
            whole.title
        );
        home.finish().expect("finished");
    });
}

#[test]
fn a_private_post_stays_hidden_and_shows_to_nobody_else() {
    by_both_ways("space:private", |site, _, home| {
        let token = fresh("canary");
        let mut thing = post_thing(&token, &token);
        thing.status = Status::PRIVATE;
        let mut draft = post_thing(&token, &token);
        draft.status = Status::DRAFT;
        draft.date_utc = None;
        let placed = home
            .place(&[post("1", thing), post("2", draft)])
            .expect("placed");
        assert!(
            placed
                .iter()
                .all(|placed| placed.outcome == Outcome::Created),
            "{placed:?}"
        );
        let search = format!("{}/?s={token}", site.url);
        let feed = format!("{}/?feed=rss2", site.url);
        let rest = format!("{}/?rest_route=/wp/v2/posts&search={token}", site.url);
        for address in [site.url.clone(), feed, rest] {
            let answer = visit(home, &address, false).expect("an answer");
            assert_eq!(answer.status, 200, "{address}");
            assert!(
                !String::from_utf8_lossy(&answer.body).contains(&token),
                "{address}"
            );
        }
        let answer = visit(home, &search, false).expect("an answer");
        let page = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!page.contains(&format!(">{token}</a>")));
        let id = placed[0].id.expect("an id");
        let page = format!("{}/?p={id}", site.url);
        assert_eq!(visit(home, &page, false).expect("an answer").status, 404);
        let as_owner = format!("{}/?rest_route=/wp/v2/posts/{id}&context=edit", site.url);
        assert_eq!(visit(home, &as_owner, true).expect("an answer").status, 200);
        assert_ne!(
            visit(home, &as_owner, false).expect("an answer").status,
            200
        );
        home.finish().expect("finished");
    });
}

#[test]
fn what_was_placed_can_be_taken_away_again() {
    by_both_ways("space:undo", |_, _, home| {
        home.place(&[
            post("1", post_thing("Away", "x")),
            comment("c", "1", None, "y"),
        ])
        .expect("placed");
        let marks = [
            mark(Kind::Comment, "c"),
            mark(Kind::Post, "1"),
            mark(Kind::Post, "2"),
        ];
        let removed = home.remove(&marks).expect("removed");
        let outcomes: Vec<_> = removed.iter().map(|removed| removed.outcome).collect();
        assert_eq!(
            outcomes,
            [Removal::Removed, Removal::Removed, Removal::Absent]
        );
        let found = home.find(&marks, FindDepth::Mark).expect("found");
        assert!(found.iter().all(Option::is_none));
        home.finish().expect("finished");
    });
}

#[test]
fn the_plugin_knows_what_it_holds_and_whether_somebody_writes() {
    let Some(site) = site() else { return };
    let blog = fresh("space:state");
    let mut home = site.open(&blog);
    home.place(&[post("1", post_thing("Held", "x"))])
        .expect("placed");
    let state = home.state().expect("a state");
    assert!(state.busy);
    let known = state.blogs.iter().any(|known| known.blog == blog);
    assert!(known, "{state:?}");
    home.finish().expect("finished");
    assert!(!site.client(&site.password).state().expect("a state").busy);
}

#[test]
fn a_second_writer_waits_its_turn() {
    let Some(site) = site() else { return };
    let mut home = site.open(&fresh("space:busy"));
    let error = site
        .client(&site.password)
        .open("space:other")
        .expect_err("busy");
    assert!(matches!(error, WriteError::Busy(_)), "{error:?}");
    home.finish().expect("finished");
    site.open(&fresh("space:free")).finish().expect("finished");
}

#[test]
fn a_dropped_writer_leaves_the_site_free() {
    let Some(site) = site() else { return };
    drop(site.open(&fresh("space:dropped")));
    site.open(&fresh("space:next")).finish().expect("finished");
}

#[test]
fn the_sites_title_is_set_as_wished() {
    by_both_ways("space:settle", |site, _, home| {
        let title = fresh("Ana's garden & more");
        let wishes = SiteWishes {
            title: Some(title.clone()),
            time_zone: Some("Asia/Shanghai".to_owned()),
            ..SiteWishes::default()
        };
        home.settle(&wishes).expect("settled");
        let index = format!("{}/?rest_route=/", site.url);
        let index = visit(home, &index, false).expect("an answer");
        let index: serde_json::Value = serde_json::from_slice(&index.body).expect("JSON");
        assert_eq!(index["timezone_string"], "Asia/Shanghai");
        assert!(index["name"].as_str().expect("a name").starts_with("Ana"));
        home.finish().expect("finished");
    });
}

#[test]
fn a_wrong_password_is_told_with_the_next_step() {
    let Some(site) = site() else { return };
    let wrong = "wrong wrong wrong wrong";
    let errors = [
        site.client(wrong).open("space:x").expect_err("wrong"),
        site.rest(wrong).open("space:x").expect_err("wrong"),
    ];
    for error in errors {
        assert!(matches!(error, WriteError::Refused(_)), "{error:?}");
        let words = error.to_string();
        assert!(words.contains("Application Passwords"), "{words}");
        assert!(!words.contains("wrong wrong"), "{words}");
    }
}
