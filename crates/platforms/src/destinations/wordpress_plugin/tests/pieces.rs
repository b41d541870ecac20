//! Requests in pieces: to whom they go, what they hold, and what is believed of the answer.

use super::batches::{post, published, term};
use super::replay::{Replay, SITE, Seen, json, reply};
use blog::doors::{CommentThing, Destination, Outcome, Placement, Thing, WriteError};
use blog::{CommentKind, CommentState, ItemRef, Kind};
use serde_json::{Value, json as value};

fn comment(id: &str, post: &str) -> Placement {
    Placement {
        mark: ItemRef::new(Kind::Comment, id),
        fingerprint: "cc".to_owned(),
        thing: Thing::Comment(CommentThing {
            post: ItemRef::new(Kind::Post, post),
            parent: Some(ItemRef::new(Kind::Comment, "0")),
            kind: CommentKind::Comment,
            author: "Ana".to_owned(),
            url: String::new(),
            date_utc: None,
            content: "Words".to_owned(),
            state: CommentState::Held,
        }),
    }
}

fn takes_pieces() -> String {
    SITE.replace(
        "\"body_bytes\":8388608",
        "\"body_bytes\":8388608,\"pieces_bytes\":8388608",
    )
}

fn lines(seen: &str) -> Vec<Value> {
    let parsed = seen.lines().map(serde_json::from_str);
    parsed.collect::<Result<_, _>>().expect("lines of JSON")
}

/// What the plugin answers when all is well; a numbered address for each thing.
fn created(seen: &Seen) -> Value {
    let mut number = 0;
    let mut piece = |piece: &Value| {
        let mut answer = value!({});
        for part in ["terms", "posts", "comments"] {
            for _ in piece[part].as_array().into_iter().flatten() {
                number += 1;
                let line = value!([
                    "created",
                    number,
                    format!("http://home.example/{number}"),
                    "publish",
                    null
                ]);
                answer[part]
                    .as_array_mut()
                    .map(|list| list.push(line.clone()))
                    .unwrap_or_else(|| answer[part] = value!([line]));
            }
        }
        answer
    };
    let pieces: Vec<Value> = lines(&seen.body)[1..].iter().map(&mut piece).collect();
    value!({"mode": "fast", "pieces": pieces})
}

#[test]
fn posts_go_with_their_comments_and_answers_come_in_the_order_of_the_batch() {
    let replay = Replay::site_that_says(takes_pieces(), |seen, _| {
        Some(json(&created(seen).to_string()))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let batch = [
        post("1", "One", published()),
        comment("a", "1"),
        post("2", "Two", published()),
        term("c"),
        comment("b", "2"),
    ];
    let placed = home.place(&batch).expect("placed");
    let ids: Vec<_> = placed
        .iter()
        .map(|placed| (placed.mark.id.as_str(), placed.id))
        .collect();
    assert_eq!(
        ids,
        [
            ("1", Some(2)),
            ("a", Some(4)),
            ("2", Some(3)),
            ("c", Some(1)),
            ("b", Some(5))
        ]
    );
    let bodies = replay.bodies_to("/place");
    assert_eq!(bodies.len(), 1);
    let sent = lines(&bodies[0]);
    assert_eq!(sent.len(), 2);
    assert_eq!(
        (&sent[0]["blog"], &sent[0]["fence"], &sent[0]["mode"]),
        (&value!("space:1"), &value!(7), &value!("auto"))
    );
    assert_eq!(
        sent[1]["comments"][0],
        value!([
            "comment", "a", "cc", "post", "1", "comment", "0", "comment", "Ana", "", null, "Words",
            "held"
        ])
    );
    assert_eq!(sent[1]["posts"][1]["mark"]["id"], "2");
}

#[test]
fn much_goes_in_several_pieces_and_more_in_several_requests() {
    let replay = Replay::site_that_says(takes_pieces(), |seen, _| {
        Some(json(&created(seen).to_string()))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let text = "words ".repeat(17_000);
    let batch: Vec<_> = (0..60)
        .flat_map(|id| {
            let id = id.to_string();
            [post(&id, &text, published()), comment(&id, &id)]
        })
        .collect();
    let placed = home.place(&batch).expect("placed");
    assert!(
        placed
            .iter()
            .all(|placed| placed.outcome == Outcome::Created)
    );
    let bodies = replay.bodies_to("/place");
    assert_eq!(bodies.len(), 2);
    for body in &bodies {
        assert!(body.len() <= 4 << 20, "{}", body.len());
        let sent = lines(body);
        assert!((2..=6).contains(&sent.len()), "{}", sent.len());
        for piece in &sent[1..] {
            assert!(piece.to_string().len() <= 1 << 20);
            // A post and its comment are never further apart than a piece ends.
            let (posts, comments) = (piece["posts"].as_array(), piece["comments"].as_array());
            let (posts, comments) = (posts.map_or(0, Vec::len), comments.map_or(0, Vec::len));
            assert!(posts.abs_diff(comments) <= 1, "{posts} {comments}");
        }
    }
}

#[test]
fn a_comment_that_stands_before_its_post_is_sent_behind_it() {
    let replay = Replay::site_that_says(takes_pieces(), |seen, _| {
        Some(json(&created(seen).to_string()))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let text = "words ".repeat(100_000);
    let batch = [
        comment("a", "3"),
        post("1", &text, published()),
        post("2", &text, published()),
        post("3", &text, published()),
    ];
    home.place(&batch).expect("placed");
    let sent = lines(&replay.bodies_to("/place")[0]);
    let last = sent.last().expect("a piece");
    assert_eq!(last["comments"][0][1], "a");
}

#[test]
fn an_item_that_spoils_its_request_is_refused_alone_in_pieces_too() {
    let replay = Replay::site_that_says(takes_pieces(), |seen, _| {
        if seen.body.contains("poison") {
            let what = r#"{"code":"rehome_bad_request","message":"title is odd","data":{}}"#;
            return Some(reply("400 Bad Request", "application/json", what));
        }
        Some(json(&created(seen).to_string()))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let mut batch: Vec<_> = (0..9)
        .map(|id| post(&id.to_string(), "T", published()))
        .collect();
    batch[4] = post("4", "poison", published());
    let placed = home.place(&batch).expect("placed");
    for (at, placed) in placed.iter().enumerate() {
        assert_eq!(placed.outcome == Outcome::Refused, at == 4, "{at}");
    }
}

#[test]
fn where_a_firewall_knows_no_pieces_everything_goes_whole() {
    for status in ["403 Forbidden", "406 Not Acceptable", "415 Unsupported"] {
        let replay = Replay::site_that_says(takes_pieces(), move |seen, _| {
            if seen.line.contains("/users/me") {
                return Some(json(r#"{"roles":["administrator"]}"#));
            }
            if seen.headers.contains("x-rehome-pieces") {
                return Some(reply(status, "text/html", "<title>Blocked</title>"));
            }
            let body: Value = serde_json::from_str(&seen.body).expect("JSON");
            let list = |name: &str| -> Value {
                let items = body[name].as_array().expect("a list").iter();
                items
                    .map(|item| value!({"mark": item["mark"], "outcome": "created", "id": 5}))
                    .collect()
            };
            let answer = value!({"mode": "fast", "terms": list("terms"), "posts": list("posts"), "comments": list("comments")});
            Some(json(&answer.to_string()))
        });
        let mut home = replay.client();
        home.open("space:1").expect("an open home");
        let long = "words ".repeat(1000);
        for number in ["1", "2"] {
            let batch = [
                post(number, &long, published()),
                comment(&format!("c{number}"), number),
            ];
            let placed = home.place(&batch).expect("placed");
            let created = |placed: &blog::doors::Placed| placed.outcome == Outcome::Created;
            assert!(placed.iter().all(created), "{status}");
        }
        let seen = replay.seen.lock().expect("no panic while held");
        let sent = seen.iter().filter(|seen| seen.line.contains("/place"));
        let packed: Vec<bool> = sent
            .filter(|seen| !seen.headers.contains("x-rehome-pieces"))
            .map(|seen| seen.headers.contains("content-encoding: gzip"))
            .collect();
        assert_eq!(packed, [true, true], "once each, packed: {status}");
    }
}

#[test]
fn a_refusal_of_the_plugin_itself_changes_no_way() {
    let replay = Replay::site_that_says(takes_pieces(), |seen, _| {
        if seen.line.contains("/users/me") {
            return Some(json(r#"{"roles":["editor"]}"#));
        }
        let what = r#"{"code":"rehome_forbidden","message":"no import","data":{"status":403}}"#;
        Some(reply("403 Forbidden", "application/json", what))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let error = home.place(&[post("1", "One", published())]);
    assert!(matches!(error, Err(WriteError::Refused(_))), "{error:?}");
    assert_eq!(replay.bodies_to("/place").len(), 1);
}

#[test]
fn an_answer_for_fewer_things_than_were_sent_is_not_believed() {
    let replay = Replay::site_that_says(takes_pieces(), |seen, _| {
        let mut answer = created(seen);
        answer["pieces"][0]["posts"].as_array_mut().map(Vec::pop);
        Some(json(&answer.to_string()))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let batch = [post("1", "One", published()), post("2", "Two", published())];
    let error = home.place(&batch).expect_err("one answer is missing");
    assert!(matches!(error, WriteError::Unknown(_)), "{error:?}");
}

#[test]
fn a_site_that_writes_the_compatible_way_gets_whole_requests() {
    let site = takes_pieces().replace("\"mode\":\"fast\"", "\"mode\":\"compatible\"");
    let replay = Replay::site_that_says(site, |_, _| {
        Some(json(
            r#"{"terms":[],"posts":[{"mark":{"kind":"post","id":"1"},"outcome":"created","id":1}],"comments":[]}"#,
        ))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    home.place(&[post("1", "One", published())])
        .expect("placed");
    assert_eq!(replay.bodies_to("/place")[0].lines().count(), 1);
}

#[test]
fn addresses_are_told_beforehand_where_date_and_slug_say_it_all() {
    for (structure, told) in [
        (
            "/%year%/%monthnum%/%postname%/",
            Some("http://home.example/{year}/{month}/{slug}/"),
        ),
        (
            "/index.php/%postname%",
            Some("http://home.example/index.php/{slug}"),
        ),
        ("/%category%/%postname%/", None),
        ("/archives/%post_id%", None),
        ("/%year%/", None),
        ("", None),
    ] {
        let site = SITE.replace("/%postname%/", structure);
        let replay = Replay::site_that_says(site, |_, _| None);
        let home = replay.client().open("space:1").expect("an open home");
        assert_eq!(home.post_addresses.as_deref(), told, "{structure}");
    }
}
