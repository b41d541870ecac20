//! One conversation of the client with a new home, held with the home of the test world and, where `REHOME_TEST_SITE` names one, with
//! a real WordPress: what the labs find out about the first holds for the second.

use blog::{
    Audience, CommentKind, CommentState, ItemRef, Kind, Open, Reach, Secret,
    doors::{
        CommentThing, Destination, FindDepth, Outcome, Placement, PostThing, Removal, Status,
        TermThing, Thing, WriteError,
    },
};
use platforms::destinations::wordpress_plugin::{Settings, WordPressPlugin};
use std::time::Duration;
use world::{
    plugin_home::{Faults, PASSWORD, PluginHome, USER},
    wordpress::Turn,
};

fn leave() -> Open {
    Reach::of(Audience::Everyone, Audience::Everyone)
        .open()
        .expect("what everyone could see is open")
}

fn published() -> Status {
    Status::published(leave())
}

/// What an anonymous visitor is answered.
fn status_of(home: &mut WordPressPlugin, address: &str) -> u16 {
    let visitor = home.visitor().expect("a visitor");
    visitor
        .visit(address, false, &mut std::io::sink())
        .expect("an answer")
}

fn category() -> Placement {
    let thing = TermThing {
        name: "Letters of a lab".to_owned(),
        slug: None,
        parent: None,
        description: String::new(),
        open: leave(),
    };
    Placement {
        mark: ItemRef::new(Kind::Category, "letters"),
        fingerprint: "c1".to_owned(),
        thing: Thing::Term(thing),
    }
}

fn post(id: &str, fingerprint: &str, status: Status, content: &str) -> Placement {
    let thing = PostThing {
        page: false,
        status,
        title: format!("Letter {id}"),
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
        terms: vec![category().mark],
        format: None,
        parent: None,
        order: None,
        fields: Vec::new(),
        featured: None,
    };
    Placement {
        mark: ItemRef::new(Kind::Post, id),
        fingerprint: fingerprint.to_owned(),
        thing: Thing::Post(Box::new(thing)),
    }
}

fn comment(post: &str) -> Placement {
    let thing = CommentThing {
        post: ItemRef::new(Kind::Post, post),
        parent: None,
        kind: CommentKind::Comment,
        author: "Bo".to_owned(),
        url: String::new(),
        date_utc: None,
        content: "Thank you.".to_owned(),
        state: CommentState::Approved,
    };
    Placement {
        mark: ItemRef::new(Kind::Comment, format!("{post}-1")),
        fingerprint: "d1".to_owned(),
        thing: Thing::Comment(thing),
    }
}

fn outcomes(home: &mut dyn Destination, batch: &[Placement]) -> Vec<Outcome> {
    home.place(batch)
        .expect("an answer")
        .into_iter()
        .map(|placed| placed.outcome)
        .collect()
}

/// What every home that speaks the protocol answers.
fn converse(mut home: WordPressPlugin, mut second: WordPressPlugin) {
    home.open("site:conversation.example/blog")
        .expect("an open home");
    let batch = [
        category(),
        post("1", "a1", published(), "<p>One.</p>"),
        post("2", "b1", Status::PRIVATE, "<p>Two.</p>"),
        comment("1"),
    ];
    assert_eq!(outcomes(&mut home, &batch), [Outcome::Created; 4]);
    assert_eq!(
        outcomes(&mut home, &batch),
        [Outcome::Unchanged; 4],
        "a repetition changes nothing"
    );
    let changed = [
        post("1", "a2", published(), "<p>One, again.</p>"),
        comment("1"),
    ];
    assert_eq!(
        outcomes(&mut home, &changed),
        [Outcome::Updated, Outcome::Unchanged]
    );

    let marks = [
        batch[1].mark.clone(),
        ItemRef::new(Kind::Post, "never"),
        batch[2].mark.clone(),
        batch[3].mark.clone(),
    ];
    let found = home.find(&marks, FindDepth::Whole).expect("an answer");
    let one = found[0].clone().expect("the first post");
    let whole = one.whole.expect("whole");
    assert_eq!((one.fingerprint.as_str(), one.edited), ("a2", false));
    assert!(whole.content.contains("One, again."));
    assert_eq!(
        (
            whole.status.as_str(),
            whole.title.as_str(),
            whole.comment_count
        ),
        ("publish", "Letter 1", 1)
    );
    assert!(found[1].is_none());
    let two = found[2].clone().expect("the second post");
    assert_eq!(two.whole.expect("whole").status, "private");
    assert!(found[3].is_some());

    let open = one.address.expect("an address");
    assert_eq!(status_of(&mut home, &open), 200);
    assert_eq!(status_of(&mut home, &two.address.expect("an address")), 404);

    // Somebody else may not write while the lease holds; the holder itself shuts its own earlier calls out.
    let busy = second
        .open("site:conversation.example/blog")
        .expect_err("the lease is taken");
    assert!(matches!(busy, WriteError::Busy(_)), "{busy:?}");
    assert!(home.fence().expect("an answer"));
    assert_eq!(outcomes(&mut home, &changed), [Outcome::Unchanged; 2]);

    let marks: Vec<ItemRef> = [3, 1, 2, 0]
        .map(|at: usize| batch[at].mark.clone())
        .to_vec();
    let gone: Vec<Removal> = home
        .remove(&marks)
        .expect("an answer")
        .into_iter()
        .map(|removed| removed.outcome)
        .collect();
    assert_eq!(gone[1..], [Removal::Removed; 3]);
    assert_eq!(
        home.remove(&marks[1..2]).expect("an answer")[0].outcome,
        Removal::Absent
    );
    home.finish().expect("an answer");
    second
        .open("site:conversation.example/blog")
        .expect("free again");
    second.finish().expect("an answer");
}

fn client(address: &str, user: &str, password: &str) -> WordPressPlugin {
    let settings = Settings {
        timeout: Duration::from_secs(30),
        ..Settings::default()
    };
    WordPressPlugin::new(address, user, Secret::new(password), settings)
}

#[test]
fn the_home_of_the_test_world_holds_the_conversation() {
    let home = PluginHome::start(0, 1, Faults::default()).expect("a port");
    let come = || client(&home.address, USER, PASSWORD);
    converse(come(), come());
    assert!(home.site().things.is_empty(), "everything was taken away");
}

#[test]
fn a_real_wordpress_holds_the_same_conversation() {
    let Some(turn) = Turn::take() else { return };
    let about = &turn.about;
    let come = || client(&about.url, &about.user, &about.app_password);
    converse(come(), come());
}

#[test]
fn lost_cut_and_failed_answers_are_unknown_and_an_old_fence_writes_nothing() {
    let only = |faults: Faults| PluginHome::start(0, 1, faults).expect("a port");
    let lost = Faults {
        lost: 1000,
        ..Faults::default()
    };
    let cut = Faults {
        cut: 1000,
        ..Faults::default()
    };
    let failed = Faults {
        error_after: 1000,
        ..Faults::default()
    };
    for faults in [lost, cut, failed] {
        let home = only(faults);
        let mut here = client(&home.address, USER, PASSWORD);
        here.open("site:x").expect("an open home");
        let error = here.place(&[category()]).expect_err("no answer");
        assert!(
            matches!(error, WriteError::Unknown(_)),
            "{faults:?}: {error:?}"
        );
        assert_eq!(home.site().things.len(), 1, "{faults:?}: it was applied");
    }
    let home = only(Faults {
        late: 1000,
        late_ms: 300,
        delay_ms: 200,
        ..Faults::default()
    });
    let mut here = client(&home.address, USER, PASSWORD);
    here.open("site:x").expect("an open home");
    let error = here.place(&[category()]).expect_err("no answer");
    assert!(matches!(error, WriteError::Unknown(_)), "{error:?}");
    home.set_faults(Faults::default());
    here.fence().expect("an answer");
    assert!(home.is_quiet_within(Duration::from_secs(5)));
    let site = home.site();
    assert_eq!(
        (site.things.len() as u64) + site.shut_out,
        1,
        "it came before the fence or was shut out"
    );
}

#[test]
fn what_is_private_is_seen_by_nobody_and_a_leak_is_noticed_at_once() {
    let home = PluginHome::start(0, 1, Faults::default()).expect("a port");
    home.site().secret_words = vec!["kumquat".to_owned()];
    let mut here = client(&home.address, USER, PASSWORD);
    here.open("site:x").expect("an open home");
    here.place(&[
        post("1", "a1", Status::PRIVATE, "<p>kumquat</p>"),
        comment("1"),
    ])
    .expect("an answer");
    assert_eq!(home.site().sightings.0, 0);
    assert!(
        !home.site().public_text().contains("Thank you."),
        "a comment hides with its post"
    );
    here.place(&[post("1", "a2", published(), "<p>kumquat</p>")])
        .expect("an answer");
    assert_eq!(home.site().sightings.0, 1);
}
