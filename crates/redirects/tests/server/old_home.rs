//! The way to the old platform for blogs that have not moved.

use super::known::{HOST, serve, settings};
use super::wire::{Answer, ask};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

/// An old platform that answers with the request it got.
fn platform() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a visitor");
            let mut seen = Vec::new();
            let mut byte = [0];
            while !seen.ends_with(b"\r\n\r\n") && stream.read(&mut byte).expect("read") > 0 {
                seen.push(byte[0]);
            }
            let head = "HTTP/1.1 203 Old\r\nX-Old: yes\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nContent-Length: ";
            write!(stream, "{head}{}\r\n\r\n", seen.len()).expect("written");
            stream.write_all(&seen).expect("written");
        }
    });
    at
}

fn through(old: SocketAddr, method: &str, headers: &str) -> Answer {
    let (server, _) = serve(&settings(&format!("old_home = \"http://{old}\"")));
    let answer = ask(server.addresses().plain[0], method, "/waiting?a=b", headers);
    server.stop();
    answer
}

#[test]
fn a_blog_that_has_not_moved_is_answered_by_its_old_home() {
    let answer = through(
        platform(),
        "GET",
        "X-Forwarded-For: 10.0.0.1\r\nConnection: X-Mine\r\nX-Mine: 1\r\nCookie: c=1\r\n",
    );
    assert_eq!(
        (
            answer.status,
            answer.header("x-old"),
            answer.header("x-hop")
        ),
        (203, "yes", "")
    );
    let seen = answer.text().to_ascii_lowercase();
    assert!(seen.starts_with("get /waiting?a=b http/1.1\r\n"), "{seen}");
    for line in [
        format!("host: {HOST}"),
        "x-forwarded-for: 127.0.0.1".into(),
        "x-forwarded-proto: http".into(),
        "cookie: c=1".into(),
    ] {
        assert!(seen.contains(&format!("{line}\r\n")), "{line} in {seen}");
    }
    assert!(
        !seen.contains("x-mine") && !seen.contains("10.0.0.1"),
        "{seen}"
    );
}

#[test]
fn an_old_home_that_is_away_leaves_the_page() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address");
    let answer = through(closed, "GET", "");
    assert_eq!((answer.status, answer.header("retry-after")), (503, "3600"));
    assert!(answer.text().contains("about to move"));
}

#[test]
fn an_old_home_that_leads_back_here_is_noticed() {
    let settings_of = |old: SocketAddr| settings(&format!("old_home = \"http://{old}\""));
    let (inner, _) = serve(&settings(""));
    // A server whose old home is itself: its port is known only once it listens, so one is made and given up.
    let at = inner.addresses().plain[0];
    inner.stop();
    let mut round = settings_of(at);
    round.listen = vec![at];
    let (server, _) = serve(&round);
    let answer = ask(at, "GET", "/waiting", "");
    assert_eq!(answer.status, 508);
    server.stop();
}
