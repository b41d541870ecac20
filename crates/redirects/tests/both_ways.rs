//! The short way and hyper, side by side: whatever is said, both are heard to answer the same, byte by byte. A request that one of
//! them took for two, or for the body of another, would show here.

use proptest::prelude::*;
use redirects::server::BothWays;
use redirects::server::settings::Settings;
use redirects::{Closure, IndexError, Know, Known, Moved, Standing};
use std::sync::{Arc, LazyLock};

const NEW: &str = "https://ana.example.org/2007/02/garden/";

/// Knows one path for each kind of answer.
struct Few;

impl Know for Few {
    fn know(&self, host: &str, path_and_query: &str) -> Result<Known, IndexError> {
        let moved = |standing| {
            Known::Moved(Moved {
                // What was asked shows in the answer.
                target: format!("{NEW}{}", path_and_query.len()),
                standing,
                feed: false,
            })
        };
        if !self.serves(host)? {
            return Ok(Known::Foreign);
        }
        Ok(match path_and_query.split('?').next().unwrap_or("") {
            "/undoable" => moved(Standing::Undoable),
            "/gone" => Known::Gone {
                what: Closure::Item,
                standing: Standing::Final,
            },
            "/waiting" => Known::Waiting,
            "/closed" => Known::Closed,
            "/damaged" => return Err(IndexError::Damaged("flipped")),
            "/never" => Known::Unknown {
                nearest: Some(NEW.to_owned()),
            },
            _ => moved(Standing::Final),
        })
    }

    fn serves(&self, host: &str) -> Result<bool, IndexError> {
        Ok(host.starts_with('a'))
    }

    fn generation(&self) -> u64 {
        1
    }
}

fn both() -> BothWays {
    both_with("")
}

/// With these limits more.
fn both_with(limits: &str) -> BothWays {
    let text = format!("listen = [\"127.0.0.1:0\"]\n[limits]\nmisses = 1000000000\n{limits}");
    let settings = Settings::read(&text).expect("settings");
    let few: Arc<dyn Know> = Arc::new(Few);
    BothWays::new(&settings, &few).expect("both ways")
}

thread_local! {
    static BOTH: LazyLock<BothWays> = LazyLock::new(both);
}

fn text(heard: &[u8]) -> String {
    String::from_utf8_lossy(heard).into_owned()
}

/// What both answer to it in one piece.
fn heard(words: &str) -> String {
    heard_in_pieces(&[words.as_bytes()])
}

fn heard_in_pieces(pieces: &[&[u8]]) -> String {
    let [short, hyper] = BOTH.with(|both| both.hear(pieces));
    let said: Vec<String> = pieces.iter().map(|piece| text(piece)).collect();
    assert_eq!(text(&short), text(&hyper), "after {said:?}");
    text(&short)
}

fn statuses(heard: &str) -> Vec<&str> {
    heard
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|answer| &answer[..3])
        .collect()
}

/// One of each kind of answer, and each way in which a request can be unusual.
#[test]
fn every_kind_of_request_gets_the_same_bytes() {
    let paths = [
        "/final",
        "/undoable",
        "/gone",
        "/waiting",
        "/closed",
        "/damaged",
        "/never",
        "/final?utm_source=x&sa=1",
        "/closed?mkt=ar",
        "//double",
        "/a%20b",
        "/\u{e9}",
        "/a b",
        "http://ana/final",
        "http://ben/final",
        "*",
        "final",
        "/#x",
        "/a|b",
        "/a\"b",
        "/a{b}",
        "",
        "?x",
    ];
    let headers = [
        "",
        "Connection: keep-alive\r\n",
        "Connection: close\r\n",
        "Connection: upgrade\r\nUpgrade: h2c\r\n",
        "Connection: keep-alive\r\nConnection: close\r\n",
        "Content-Length: 0\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: +5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Expect: 100-continue\r\nContent-Length: 5\r\n",
        "Host: b\r\n",
        "X: a\r\n b\r\n",
        "X\r\n",
        ": a\r\n",
        "X: a\nY: b\r\n",
        "If-None-Match: *\r\n",
        "Accept-Language: ja\r\n",
        "Accept-Language: \u{e9}\r\nAccept-Language: de\r\n",
        "X: \0\r\n",
    ];
    for method in [
        "GET", "HEAD", "POST", "OPTIONS", "CONNECT", "get", "BREW", "",
    ] {
        for version in ["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/1.1 "] {
            for path in paths {
                heard(&format!("{method} {path} {version}\r\nHost: ana\r\n\r\n"));
            }
            for header in headers {
                heard(&format!(
                    "{method} /final {version}\r\nHost: ana\r\n{header}\r\nhello"
                ));
                heard(&format!(
                    "{method} /closed {version}\r\n{header}Host: ana\r\n\r\n"
                ));
            }
        }
    }
}

/// The bytes behind a body that one would read and the other would not are where requests are smuggled.
#[test]
fn requests_one_behind_the_other_are_told_apart_the_same() {
    let plain = "GET /final HTTP/1.1\r\nHost: ana\r\n\r\n";
    let inside = "GET /smuggled HTTP/1.1\r\nHost: ana\r\n\r\n";
    let length = inside.len();
    for (between, most) in [
        (String::new(), 2),
        ("\r\n".to_owned(), 2),
        (
            format!(
                "POST /final HTTP/1.1\r\nHost: ana\r\nContent-Length: {length}\r\n\r\n{inside}"
            ),
            3,
        ),
        (
            format!("GET /final HTTP/1.1\r\nHost: ana\r\nContent-Length: {length}\r\n\r\n{inside}"),
            3,
        ),
        (
            format!(
                "GET /final HTTP/1.1\r\nHost: ana\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{inside}\r\n0\r\n\r\n"
            ),
            3,
        ),
        (
            format!(
                "GET /final HTTP/1.1\r\nHost: ana\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{inside}\r\n0\r\n\r\n"
            ),
            3,
        ),
        (
            format!(
                "GET /final HTTP/1.1\r\nHost: ana\r\nTransfer-Encoding: xchunked\r\n\r\n{inside}"
            ),
            3,
        ),
        (
            format!("GET /final HTTP/1.1\r\nHost: ana\r\nConnection: close\r\n\r\n{inside}"),
            2,
        ),
        (
            format!("GET /final HTTP/1.1\r\nHost: ana\r\nX: y\n\n{inside}"),
            4,
        ),
    ] {
        let answers = heard(&format!("{plain}{between}{plain}"));
        assert!(statuses(&answers).len() <= most, "{between:?}: {answers}");
        assert_eq!(statuses(&answers)[0], "301");
        for cut in 0..plain.len() {
            let words = format!("{plain}{between}{plain}");
            let (begin, rest) = words.as_bytes().split_at(cut * words.len() / plain.len());
            assert_eq!(heard_in_pieces(&[begin, rest]), answers, "cut at {cut}");
        }
    }
}

#[test]
fn who_asks_much_at_once_is_answered_to_the_end() {
    let many = "GET /closed HTTP/1.1\r\nHost: ana\r\n\r\n".repeat(300);
    assert_eq!(statuses(&heard(&many)).len(), 300);
}

#[test]
fn the_last_answer_says_so_both_ways() {
    let both = both();
    both.stopping(true);
    for request in [
        "GET /final",
        "HEAD /final",
        "GET /closed",
        "HEAD /gone",
        "POST /final",
    ] {
        let words = format!("{request} HTTP/1.1\r\nHost: ana\r\n\r\n").repeat(3);
        let [short, hyper] = both.hear(&[words.as_bytes()]);
        assert_eq!(text(&short), text(&hyper));
        assert_eq!(statuses(&text(&short)).len(), 1, "{request}");
        assert!(text(&short).contains("\r\nconnection: close\r\n"));
    }
}

#[test]
fn a_head_that_is_too_long_is_refused_both_ways() {
    for bytes in [4_000, 8_000, 12_000, 17_000, 40_000] {
        let long = "x".repeat(bytes);
        heard(&format!(
            "GET /final HTTP/1.1\r\nHost: ana\r\nX: {long}\r\n\r\n"
        ));
        heard(&format!("GET /{long} HTTP/1.1\r\nHost: ana\r\n\r\n"));
    }
    for headers in [40, 47, 48, 99, 100, 101] {
        let many = "X: y\r\n".repeat(headers);
        heard(&format!("GET /final HTTP/1.1\r\nHost: ana\r\n{many}\r\n"));
    }
}

#[test]
fn a_shorter_limit_of_heads_holds_both_ways() {
    let both = both_with("head_bytes = 8192");
    for (bytes, status) in [
        (6_000, "301"),
        (8_000, "301"),
        (12_000, "431"),
        (16_000, "431"),
    ] {
        let long = "x".repeat(bytes);
        let words = format!("GET /final HTTP/1.1\r\nHost: ana\r\nX: {long}\r\n\r\n");
        let [short, hyper] = both.hear(&[words.as_bytes()]);
        assert_eq!(text(&short), text(&hyper), "{bytes}");
        assert_eq!(statuses(&text(&short)), [status], "{bytes}");
    }
}

#[test]
fn a_request_that_is_there_when_its_connection_ends_is_answered() {
    let plain = "GET /final HTTP/1.1\r\nHost: ana\r\n\r\n";
    let heard = BOTH.with(|both| both.hear_at_the_end(plain.repeat(3).as_bytes()));
    assert_eq!(statuses(&text(&heard)), ["301"]);
    assert!(text(&heard).contains("\r\nconnection: close\r\n"));
    assert!(BOTH.with(|both| both.hear_at_the_end(b"")).is_empty());
}

/// Words that requests are made of, and some that break them.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "GET ",
        "HEAD ",
        "POST ",
        "/final",
        "/closed",
        "/waiting?a=b",
        " HTTP/1.1\r\n",
        " HTTP/1.0\r\n",
        "Host: ana\r\n",
        "host:ana\r\n",
        "\r\n",
        "\r\n\r\n",
        "\n",
        "\r",
        " ",
        "\t",
        "\0",
        ":",
        "Content-Length: ",
        "5",
        "0",
        "-1",
        "Transfer-Encoding: chunked\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "hello",
        "Connection: close\r\n",
        "Connection: keep-alive\r\n",
        "Upgrade: x\r\n",
        "Expect: 100-continue\r\n",
        "X: y\r\n",
        "\u{e9}",
        "%0d%0a",
        "GET /final HTTP/1.1\r\nHost: ana\r\n\r\n",
        "HEAD /gone HTTP/1.1\r\nHost: ana\r\n\r\n",
        "POST /final HTTP/1.1\r\nHost: ana\r\nContent-Length: 5\r\n\r\nhello",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ]);
    prop::collection::vec(word, 0..12).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_words_are_answered_differently(words in words(), cuts in prop::collection::vec(0.0..1.0, 0..3)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut: &f64| (cut * words.len() as f64) as usize).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut rest = words.as_bytes();
        for cut in cuts.into_iter().rev() {
            let (before, behind) = rest.split_at(cut.min(rest.len()));
            pieces.insert(0, behind);
            rest = before;
        }
        pieces.insert(0, rest);
        heard_in_pieces(&pieces);
    }
}
