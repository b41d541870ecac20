//! Batches: how they are cut, and what becomes of one bad item among good ones.

use super::replay::{Replay, SITE, Seen, json, reply};
use blog::doors::{
    Destination, Outcome, Placement, PostThing, Status, TermThing, Thing, WriteError,
};
use blog::{Audience, Field, ItemRef, Kind, Open, Reach};
use serde_json::Value;

pub(super) fn post(id: &str, title: &str, status: Status) -> Placement {
    Placement {
        mark: ItemRef::new(Kind::Post, id),
        fingerprint: "aa".to_owned(),
        thing: Thing::Post(Box::new(PostThing {
            page: false,
            status,
            title: title.to_owned(),
            content: "x".to_owned(),
            excerpt: String::new(),
            slug: None,
            date_utc: Some("2008-04-05T13:03:12Z".parse().expect("a moment")),
            modified_utc: None,
            author_login: None,
            password: None,
            sticky: false,
            comments_open: true,
            pings_open: false,
            terms: vec![ItemRef::new(Kind::Category, "c")],
            format: None,
            parent: None,
            order: None,
            fields: Vec::new(),
            featured: None,
        })),
    }
}

fn leave() -> Open {
    Reach::of(Audience::Everyone, Audience::Everyone)
        .open()
        .expect("the leave of what everyone could see")
}

pub(super) fn published() -> Status {
    Status::published(leave())
}

pub(super) fn term(id: &str) -> Placement {
    Placement {
        mark: ItemRef::new(Kind::Category, id),
        fingerprint: "bb".to_owned(),
        thing: Thing::Term(TermThing {
            open: leave(),
            name: id.to_owned(),
            slug: None,
            parent: None,
            description: String::new(),
        }),
    }
}

/// What the plugin answers when all is well: every item created.
fn created(seen: &Seen, status: &str) -> Vec<u8> {
    let body: Value = serde_json::from_str(&seen.body).expect("JSON");
    let list = |name: &str| -> Value {
        let items = body[name].as_array().expect("a list");
        items
            .iter()
            .map(|item| {
                serde_json::json!({"mark": item["mark"], "outcome": "created", "id": 5, "address": "http://home.example/a", "status": status, "remark": null})
            })
            .collect()
    };
    json(
        &serde_json::json!({"mode": "fast", "terms": list("terms"), "posts": list("posts"), "comments": list("comments")})
            .to_string(),
    )
}

#[test]
fn answers_come_in_the_order_of_the_batch_whatever_the_order_on_the_wire() {
    let replay = Replay::site(|seen, _| Some(created(seen, "publish")));
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let batch = [
        post("1", "One", published()),
        term("c"),
        post("2", "Two", published()),
    ];
    let placed = home.place(&batch).expect("placed");
    let marks: Vec<_> = placed
        .iter()
        .map(|placed| placed.mark.id.as_str())
        .collect();
    assert_eq!(marks, ["1", "c", "2"]);
    assert!(
        placed
            .iter()
            .all(|placed| placed.outcome == Outcome::Created)
    );
    let bodies = replay.bodies_to("/place");
    assert_eq!(bodies.len(), 1);
    let sent: Value = serde_json::from_str(&bodies[0]).expect("JSON");
    assert_eq!(sent["blog"], "space:1");
    assert_eq!(sent["fence"], 7);
    assert_eq!(sent["posts"][0]["date_utc"], "2008-04-05 13:03:12");
    assert_eq!(sent["posts"][0]["terms"][0]["kind"], "category");
}

#[test]
fn a_request_that_is_too_large_is_halved_until_it_fits() {
    let replay = Replay::site(|seen, _| {
        if seen.body.matches("fingerprint").count() > 2 {
            return Some(reply("413 Too Large", "text/html", "<title>413</title>"));
        }
        Some(created(seen, "publish"))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let batch: Vec<_> = (0..7)
        .map(|id| post(&id.to_string(), "T", published()))
        .collect();
    let placed = home.place(&batch).expect("placed");
    let marks: Vec<_> = placed.iter().map(|placed| placed.mark.id.clone()).collect();
    assert_eq!(marks, ["0", "1", "2", "3", "4", "5", "6"]);
}

#[test]
fn a_server_that_refused_a_large_request_gets_smaller_ones_from_then_on() {
    let replay = Replay::site(|seen, _| {
        if seen.body.len() > 100 * 1024 {
            return Some(reply("413 Too Large", "text/html", "<title>413</title>"));
        }
        Some(created(seen, "publish"))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let text = "words ".repeat(3000);
    for batch in 0..3 {
        let batch: Vec<_> = (batch * 20..batch * 20 + 20)
            .map(|id| post(&id.to_string(), &text, published()))
            .collect();
        let placed = home.place(&batch).expect("placed");
        assert!(
            placed
                .iter()
                .all(|placed| placed.outcome == Outcome::Created)
        );
    }
    let bytes: Vec<usize> = replay.bodies_to("/place").iter().map(String::len).collect();
    let refused = bytes.iter().filter(|bytes| **bytes > 100 * 1024).count();
    // 360 KiB, 180 KiB; each later request fits at once.
    assert_eq!(refused, 2, "{bytes:?}");
    // Four of at most 90 KiB for each batch of 360.
    assert!(bytes.len() < 20, "{bytes:?}");
}

#[test]
fn a_post_with_more_custom_fields_than_the_site_takes_goes_with_as_many_and_says_which_stay() {
    let site = SITE.replace("\"find\":500", "\"find\":500,\"fields\":3");
    let replay = Replay::site_that_says(site, |seen, _| {
        let body: Value = serde_json::from_str(&seen.body).expect("JSON");
        let fields = |post: &Value| post["fields"].as_array().map_or(0, Vec::len);
        let posts = body["posts"].as_array().expect("a list");
        if posts.iter().any(|post| fields(post) > 3) {
            let what = r#"{"code":"rehome_too_large","message":"over the limit fields (3)","data":{"status":413,"limit":"fields"}}"#;
            return Some(reply("413 Too Large", "application/json", what));
        }
        Some(created(seen, "publish"))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let mut many = post("1", "T", published());
    if let Thing::Post(post) = &mut many.thing {
        let field = |number: usize| Field {
            name: format!("field-{number}"),
            value: "x".to_owned(),
        };
        post.fields = (1..=30).map(field).collect();
    }
    let batch = [post("0", "T", published()), many];
    let placed = home.place(&batch).expect("placed");
    assert!(
        placed
            .iter()
            .all(|placed| placed.outcome == Outcome::Created)
    );
    assert_eq!(placed[0].remark, None);
    let remark = placed[1].remark.as_deref().expect("a remark");
    assert!(
        remark.contains("field-4, field-5") && remark.contains("and 7 more"),
        "{remark}"
    );
    assert_eq!(replay.bodies_to("/place").len(), 1);
}

#[test]
fn requests_shrink_where_their_bytes_are_too_many_and_not_for_another_limit() {
    let replay = Replay::site(|seen, _| {
        if seen.body.contains("poison") {
            let what = r#"{"code":"rehome_too_large","message":"The request is over the limit fields (200).","data":{"status":413,"limit":"fields"}}"#;
            return Some(reply("413 Too Large", "application/json", what));
        }
        Some(created(seen, "publish"))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let placed = home
        .place(&[
            post("1", "poison", published()),
            post("2", "T", published()),
        ])
        .expect("placed");
    assert_eq!(placed[0].outcome, Outcome::Refused);
    let remark = placed[0].remark.as_deref().expect("a reason");
    assert!(remark.contains("limit fields"), "{remark}");
    let before = replay.bodies_to("/place").len();
    let text = "words ".repeat(3000);
    let batch: Vec<_> = (10..30)
        .map(|id| post(&id.to_string(), &text, published()))
        .collect();
    home.place(&batch).expect("placed");
    assert_eq!(replay.bodies_to("/place").len(), before + 1);
}

#[test]
fn one_item_that_spoils_its_request_is_refused_alone() {
    for status in ["400 Bad Request", "500 Internal Server Error"] {
        let replay = Replay::site(move |seen, _| {
            if seen.body.contains("poison") {
                return Some(reply(
                    status,
                    "application/json",
                    r#"{"code":"rehome_bad_request","message":"title is odd","data":{}}"#,
                ));
            }
            Some(created(seen, "publish"))
        });
        let mut home = replay.client();
        home.open("space:1").expect("an open home");
        let mut batch: Vec<_> = (0..9)
            .map(|id| post(&id.to_string(), "T", published()))
            .collect();
        batch[0] = post("0", "poison", published());
        let placed = home.place(&batch).expect("placed");
        assert_eq!(placed[0].outcome, Outcome::Refused);
        assert!(
            placed[0]
                .remark
                .as_deref()
                .expect("a reason")
                .contains("title is odd")
        );
        assert!(
            placed[1..]
                .iter()
                .all(|placed| placed.outcome == Outcome::Created)
        );
    }
}

#[test]
fn a_site_that_fails_at_everything_refuses_nothing_for_good() {
    let replay = Replay::site(|_, _| {
        Some(reply(
            "500 Internal Server Error",
            "text/html",
            "<title>Critical error</title>",
        ))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let batch: Vec<_> = (0..200)
        .map(|id| post(&id.to_string(), "T", published()))
        .collect();
    let error = home.place(&batch).expect_err("an ill site");
    assert!(matches!(error, WriteError::Unknown(_)), "{error:?}");
    assert!(replay.bodies_to("/place").len() < 20);
}

#[test]
fn a_sign_in_page_instead_of_an_answer_leaves_a_write_unknown() {
    let replay = Replay::site(|_, _| {
        Some(reply(
            "200 OK",
            "text/html",
            "<title>Sign in to Free WiFi</title>",
        ))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let error = home
        .place(&[post("1", "T", published())])
        .expect_err("a portal");
    assert!(matches!(error, WriteError::Unknown(_)), "{error:?}");
    assert!(error.to_string().contains("Free WiFi"));
}

#[test]
fn a_connection_that_closes_after_sending_leaves_a_write_unknown() {
    let replay = Replay::site(|_, _| None);
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let error = home
        .place(&[post("1", "T", published())])
        .expect_err("closed");
    assert!(matches!(error, WriteError::Unknown(_)), "{error:?}");
}

#[test]
fn answers_for_other_items_are_not_believed() {
    let replay = Replay::site(|_, _| {
        Some(json(
            r#"{"terms":[],"posts":[{"mark":{"kind":"post","id":"9"},"outcome":"created","id":1}],"comments":[]}"#,
        ))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let error = home
        .place(&[post("1", "T", published())])
        .expect_err("a mix-up");
    assert!(matches!(error, WriteError::Unknown(_)), "{error:?}");
}

#[test]
fn a_lease_of_somebody_else_makes_the_home_busy() {
    let replay = Replay::site(|_, _| {
        Some(reply(
            "409 Conflict",
            "application/json",
            r#"{"code":"rehome_stale_fence","message":"taken over","data":{"status":409}}"#,
        ))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let error = home
        .place(&[post("1", "T", published())])
        .expect_err("taken over");
    assert!(matches!(error, WriteError::Busy(_)), "{error:?}");
}

#[test]
fn a_private_post_that_came_out_public_is_taken_away_at_once() {
    let replay = Replay::site(|seen, _| {
        if seen.line.contains("/remove") {
            return Some(json(
                r#"{"removed":[{"mark":{"kind":"post","id":"1"},"outcome":"removed","remark":null}]}"#,
            ));
        }
        Some(created(seen, "publish"))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let placed = home
        .place(&[post("1", "T", Status::PRIVATE)])
        .expect("placed");
    assert_eq!(placed[0].outcome, Outcome::Refused);
    assert_eq!(replay.bodies_to("/remove").len(), 1);
}

#[test]
fn a_server_that_does_not_know_packed_bodies_gets_plain_ones() {
    let replay = Replay::site(|seen, _| {
        if seen.headers.contains("content-encoding: gzip") {
            return Some(reply("415 Unsupported Media Type", "text/html", ""));
        }
        Some(created(seen, "publish"))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let batch: Vec<_> = (0..30)
        .map(|id| post(&id.to_string(), "T", published()))
        .collect();
    assert_eq!(home.place(&batch).expect("placed").len(), 30);
    assert_eq!(replay.bodies_to("/place").len(), 2);
}
