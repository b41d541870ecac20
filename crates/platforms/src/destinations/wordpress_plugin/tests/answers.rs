//! Odd answers and what they are taken for.

use super::super::words::Mark;
use super::replay::{Replay, Seen, json, reply};
use crate::destinations::wordpress::answers::{json_of, page_title, wait_seconds};
use crate::destinations::wordpress::names::file_name;
use blog::doors::{Destination, FindDepth, WriteError};
use blog::{ItemRef, Kind};
use std::time::{Duration, Instant};

const LOGIN_PAGE: &str =
    "<!DOCTYPE html><html><head><title>Log In &lsaquo; Ana</title></head><body></body></html>";

fn nothing(_: &Seen, _: usize) -> Option<Vec<u8>> {
    None
}

#[test]
fn data_behind_a_php_warning_or_a_byte_order_mark_is_read() {
    let warned = b"<br />\n<b>Warning</b>: {x} in /a.php on line 3<br />\n{\"fence\":7}";
    assert_eq!(json_of(warned).expect("data")["fence"], 7);
    let marked = b"\xEF\xBB\xBF{\"fence\":7}\n";
    assert_eq!(json_of(marked).expect("data")["fence"], 7);
}

#[test]
fn data_that_is_cut_or_followed_by_a_page_is_not_data() {
    assert_eq!(json_of(b"{\"fence\":7"), None);
    assert_eq!(json_of(b"{\"fence\":7}<html>fatal error</html>"), None);
    assert_eq!(json_of(LOGIN_PAGE.as_bytes()), None);
    assert_eq!(json_of(b""), None);
}

#[test]
fn a_page_is_named_by_its_title_or_its_first_words() {
    assert_eq!(
        page_title(LOGIN_PAGE.as_bytes()).as_deref(),
        Some("Log In &lsaquo; Ana")
    );
    assert_eq!(
        page_title(b"<p>There has been a critical error</p>").as_deref(),
        Some("There has been a critical error")
    );
    assert_eq!(page_title(b"  "), None);
}

#[test]
fn a_wait_is_read_as_seconds_or_date_and_has_a_limit() {
    let now = "2026-11-21T12:00:00Z".parse().expect("a moment");
    assert_eq!(wait_seconds(Some("17"), now), Some(17));
    assert_eq!(
        wait_seconds(Some("Sat, 21 Nov 2026 12:01:00 GMT"), now),
        Some(60)
    );
    assert_eq!(
        wait_seconds(Some("Sat, 21 Nov 2020 12:01:00 GMT"), now),
        Some(0)
    );
    assert_eq!(wait_seconds(Some("86400"), now), Some(86_400));
    assert_eq!(
        wait_seconds(Some("Sun, 22 Nov 2026 12:00:00 GMT"), now),
        Some(86_400)
    );
    assert_eq!(wait_seconds(Some("99999999"), now), Some(366 * 86_400));
    assert_eq!(wait_seconds(Some("soon"), now), None);
}

#[test]
fn long_ids_become_their_hash_and_short_ones_stay() {
    let short = ItemRef::new(Kind::Media, "é".repeat(75));
    assert_eq!(Mark::of(&short).id, "é".repeat(75));
    let long = ItemRef::new(Kind::Media, "é".repeat(76));
    assert_eq!(Mark::of(&long).id.len(), 35);
    assert!(Mark::of(&long).id.starts_with("b3:"));
}

#[test]
fn file_names_are_plain_and_follow_the_bytes() {
    let name = |wish, media_type| file_name(wish, "3f2a9c1dffffffff", media_type, true);
    assert_eq!(name("Sunset.PNG", "image/jpeg"), "sunset-3f2a9c1d.jpg");
    assert_eq!(
        name("Übergrößen in Łódź.jpeg", "image/jpeg"),
        "uebergroessen-in-lodz-3f2a9c1d.jpg"
    );
    assert_eq!(name("夕日.jpg", "image/jpeg"), "file-3f2a9c1d.jpg");
    assert_eq!(
        name("../../etc/passwd", "application/x-thing"),
        "passwd-3f2a9c1d.bin"
    );
    assert_eq!(
        name("shell.php5", "application/octet-stream"),
        "shell-3f2a9c1d.bin"
    );
    assert_eq!(name("", "image/png"), "file-3f2a9c1d.png");
    assert!(name(&"a".repeat(500), "image/png").len() < 90);
    let wish = "00112233445566778899aabbccddeeff.jpg";
    let hidden = file_name(wish, &"12345678".repeat(8), "image/jpeg", false);
    assert_eq!(hidden, wish);
}

#[test]
fn an_open_home_tells_what_it_is() {
    let replay = Replay::site(nothing);
    let home = replay.client().open("space:1").expect("an open home");
    assert_eq!(home.time_zone, "Europe/Prague");
    assert_eq!(home.users[0].login, "admin");
    assert!(
        home.software.contains("WordPress 6.8.7"),
        "{}",
        home.software
    );
    assert!(home.findings.is_empty(), "{:?}", home.findings);
}

#[test]
fn a_wordpress_without_the_plugin_is_told_apart() {
    let replay = Replay::start(|seen, _| {
        Some(if seen.line.contains("wp-json") {
            json(r#"{"name":"Ana's garden","namespaces":["wp/v2"]}"#)
        } else {
            reply("200 OK", "text/html", "<title>Ana's garden</title>")
        })
    });
    let error = replay.client().open("space:1").expect_err("no plugin");
    assert!(matches!(error, WriteError::NotAHome(_)), "{error:?}");
    assert!(
        error
            .to_string()
            .contains("rehome plugin is not switched on")
    );
}

#[test]
fn a_page_that_is_no_wordpress_is_named() {
    let replay = Replay::start(|_, _| Some(reply("200 OK", "text/html", LOGIN_PAGE)));
    let error = replay.client().open("space:1").expect_err("no WordPress");
    assert!(matches!(error, WriteError::NotAHome(_)), "{error:?}");
    assert!(error.to_string().contains("Log In"), "{error}");
}

#[test]
fn a_site_in_maintenance_asks_to_come_back_later() {
    let page = "<title>Maintenance</title>";
    let answer = format!(
        "HTTP/1.1 503 Busy\r\nretry-after: 600\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
        page.len()
    );
    let replay = Replay::start(move |_, _| Some(answer.clone().into_bytes()));
    let error = replay.client().open("space:1").expect_err("closed");
    assert!(
        matches!(
            error,
            WriteError::Later {
                wait_seconds: Some(600),
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn a_host_that_does_not_listen_has_done_nothing() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let mut home = super::super::WordPressPlugin::new(
        &address,
        "admin",
        blog::Secret::new("pass word"),
        super::super::Settings::default(),
    );
    let error = home.open("space:1").expect_err("nobody there");
    assert!(matches!(error, WriteError::NotDone(_)), "{error:?}");
}

#[test]
fn a_password_that_is_wrong_and_a_role_that_is_small_get_different_sentences() {
    let refuse = |me: &'static str, status: &'static str| {
        Replay::start(move |seen, _| {
            let path = seen.line.split(' ').nth(1).unwrap_or_default();
            Some(match path {
                "/" => reply("200 OK", "text/html", "<title>Home</title>"),
                "/wp-json/" => json(super::replay::INDEX),
                path if path.starts_with("/wp-json/wp/v2/users/me") => {
                    reply(status, "application/json", me)
                }
                _ => reply(
                    "403 Forbidden",
                    "application/json",
                    r#"{"code":"rehome_forbidden","message":"import is missing","data":{"status":403}}"#,
                ),
            })
        })
    };
    let wrong = refuse(
        r#"{"code":"incorrect_password","message":"<strong>Error</strong>: The provided password is an invalid application password.","data":{"status":401}}"#,
        "401 Unauthorized",
    );
    let error = wrong.client().open("space:1").expect_err("wrong password");
    assert!(matches!(error, WriteError::Refused(_)));
    assert!(
        error.to_string().contains("Application Passwords"),
        "{error}"
    );
    assert!(!error.to_string().contains("pass word"), "{error}");

    let small = refuse(r#"{"id":2,"name":"Bo","roles":["author"]}"#, "200 OK");
    let error = small.client().open("space:1").expect_err("small role");
    assert!(error.to_string().contains("author"), "{error}");
    assert!(error.to_string().contains("administrator"), "{error}");
}

#[test]
fn a_plain_address_of_another_machine_never_gets_the_password() {
    let mut home = super::super::WordPressPlugin::new(
        "http://blog.invalid",
        "admin",
        blog::Secret::new("pass word"),
        super::super::Settings::default(),
    );
    assert!(home.open("space:1").is_err());
    let url =
        crate::destinations::wordpress::discovery::address_of("blog.example").expect("an address");
    assert_eq!(url.as_str(), "https://blog.example/");
    let url = crate::destinations::wordpress::discovery::address_of("127.0.0.1:8090")
        .expect("an address");
    assert_eq!(url.as_str(), "http://127.0.0.1:8090/");
    let url = crate::destinations::wordpress::discovery::address_of("https://a:b@blog.example/x")
        .expect("an address");
    assert_eq!(url.as_str(), "https://blog.example/x");
}

#[test]
fn an_owners_visit_that_is_sent_elsewhere_leaves_the_password_at_home() {
    let other = Replay::start(|_, _| Some(reply("200 OK", "text/html", "elsewhere")));
    let target = other.address.clone();
    let replay = Replay::site(move |_, _| {
        let answer = format!(
            "HTTP/1.1 302 Found\r\nlocation: {target}/x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        Some(answer.into_bytes())
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let address = format!("{}/private", replay.address);
    let (visitor, mut body) = (home.visitor().expect("a visitor"), Vec::new());
    let status = visitor.visit(&address, true, &mut body).expect("an answer");
    assert_eq!((status, body.as_slice()), (200, b"elsewhere".as_slice()));
    let at_home = replay.seen.lock().expect("no panic while held");
    let asked = at_home.iter().find(|seen| seen.line.contains("/private"));
    assert!(
        asked
            .expect("asked at home")
            .headers
            .contains("authorization: basic")
    );
    let elsewhere = other.seen.lock().expect("no panic while held");
    assert!(!elsewhere[0].headers.contains("authorization"));
}

#[test]
fn an_answer_that_drips_or_never_ends_is_given_up_in_time() {
    let replay = Replay::site(|seen, _| {
        if seen.line.contains("/find") {
            // Promises more than it sends, and then the listener closes.
            return Some(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n{\"found\":[".to_vec());
        }
        let mut endless = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
        endless.resize(17 << 20, b' ');
        Some(endless)
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let marks = [ItemRef::new(Kind::Post, "1")];
    let started = Instant::now();
    let error = home.find(&marks, FindDepth::Mark).expect_err("cut");
    assert!(matches!(error, WriteError::NotDone(_)), "{error:?}");
    let error = home.remove(&marks).expect_err("endless");
    assert!(matches!(error, WriteError::Unknown(_)), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_site_that_asks_visitors_to_come_back_later_is_obeyed() {
    let replay = Replay::site(|seen, _| {
        let head = if seen.line.contains("/slow") {
            "HTTP/1.1 429 Too Many Requests\r\nretry-after: 7"
        } else if seen.line.contains("/closed") {
            "HTTP/1.1 503 Service Unavailable\r\nretry-after: 9"
        } else if seen.line.contains("/broken") {
            "HTTP/1.1 503 Service Unavailable"
        } else {
            return None;
        };
        Some(format!("{head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes())
    });
    let mut home = replay.client();
    home.open("space:1").expect("an open home");
    let visitor = home.visitor().expect("a visitor");
    let visit = |path: &str| {
        visitor.visit(
            &format!("{}{path}", replay.address),
            false,
            &mut std::io::sink(),
        )
    };
    for (path, seconds) in [("/slow", 7), ("/closed", 9)] {
        let error = visit(path).expect_err("later");
        let asked = matches!(error, WriteError::Later { wait_seconds, .. } if wait_seconds == Some(seconds));
        assert!(asked, "{path}: {error:?}");
    }
    assert_eq!(visit("/broken").expect("an answer"), 503);
}
