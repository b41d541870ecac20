//! Pictures and files: what they are sent as.

use super::replay::{Replay, SITE, json, reply};
use blog::doors::{Destination, MediaThing, Outcome, Placement, Thing};
use blog::{ItemRef, Kind};

#[test]
fn files_go_as_plain_bytes_where_a_firewall_does_not_know_their_type() {
    let site = SITE.replace("\"image/webp\"]", "\"image/webp\",\"application/pdf\"]");
    let replay = Replay::site_that_says(site, |seen, _| {
        if seen.line.contains("/find") {
            return Some(json(r#"{"found":[null]}"#));
        }
        if seen.headers.contains("x-rehome-media") {
            return Some(reply(
                "415 Unsupported",
                "text/html",
                "<title>Blocked</title>",
            ));
        }
        let id = if seen.body.contains("\"id\":\"1\"") {
            "1"
        } else {
            "2"
        };
        Some(json(&format!(
            r#"{{"media":[{{"mark":{{"kind":"media","id":"{id}"}},"outcome":"created","id":5,"sizes":[]}}]}}"#
        )))
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.pdf");
    std::fs::write(&file, b"%PDF-1.4").expect("written");
    for id in ["1", "2"] {
        let thing = MediaThing {
            file: file.clone(),
            hash: blake3::hash(b"%PDF-1.4").to_hex().to_string(),
            media_type: "application/pdf".to_owned(),
            bytes: 8,
            file_name: "a.pdf".to_owned(),
            title: String::new(),
            caption: String::new(),
            alt: String::new(),
            date_utc: "2008-04-05T13:03:12Z".parse().expect("a moment"),
            open: None,
        };
        let placed = home
            .place(&[Placement {
                mark: ItemRef::new(Kind::Media, id),
                fingerprint: "aa".to_owned(),
                thing: Thing::Media(thing),
            }])
            .expect("placed");
        assert_eq!(placed[0].outcome, Outcome::Created);
    }
    let seen = replay.seen.lock().expect("no panic while held");
    let sent = seen.iter().filter(|seen| seen.line.contains("/v1/media"));
    let odd: Vec<bool> = sent
        .map(|seen| seen.headers.contains("x-rehome-media"))
        .collect();
    assert_eq!(odd, [true, false, false], "found out once");
}
