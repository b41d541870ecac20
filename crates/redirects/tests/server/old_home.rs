//! The way to the old platform for blogs that have not moved.

use super::known::{HOST, serve, settings};
use super::wire::{Answer, ask, connect, hear, say};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use redirects::server::{Server, settings::Settings};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

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

/// Settings of a server before an old home, and `more` of them.
fn before(old: SocketAddr, more: &str) -> Settings {
    settings(&format!("old_home = \"http://{old}\"\n{more}"))
}

fn serve_before(old: SocketAddr, more: &str) -> Server {
    serve(&before(old, more)).0
}

fn through(old: SocketAddr, method: &str, headers: &str) -> Answer {
    let server = serve_before(old, "");
    let answer = ask(server.addresses().plain[0], method, "/waiting?a=b", headers);
    server.stop();
    answer
}

#[test]
fn a_blog_that_has_not_moved_is_answered_by_its_old_home() {
    let answer = through(
        platform(),
        "GET",
        "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Port: 666\r\nX-Real-IP: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\nConnection: X-Mine\r\nX-Mine: 1\r\nCookie: c=1\r\n",
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
    for word in ["x-mine", "10.0.0.1", "evil.example", "666", "forwarded: "] {
        assert!(!seen.contains(word), "{word} in {seen}");
    }
}

#[test]
fn a_body_that_is_too_long_is_the_visitors_fault() {
    let server = serve_before(platform(), "[limits]\nbody_bytes = 10");
    let at = server.addresses().plain[0];
    let announced = "Content-Length: 11\r\n\r\nhello, you!";
    let chunked = "Transfer-Encoding: chunked\r\n\r\nb\r\nhello, you!\r\n0\r\n\r\n";
    for words in [announced, chunked] {
        let mut stream = connect(at);
        let head = format!("POST /waiting HTTP/1.1\r\nHost: {HOST}\r\n{words}");
        stream.write_all(head.as_bytes()).expect("written");
        let answer = hear(&mut stream, false).expect("an answer");
        assert_eq!((answer.status, answer.header("retry-after")), (413, ""));
    }
    server.stop();
}

/// An old platform that answers one request with so many bytes, and tells whether all of them were heard.
fn long_winded(bytes: usize) -> (SocketAddr, mpsc::Receiver<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let home = listener.local_addr().expect("an address");
    let (told, hear_end) = mpsc::channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a visitor");
        let (mut seen, mut byte) = (Vec::new(), [0]);
        while !seen.ends_with(b"\r\n\r\n") && stream.read(&mut byte).expect("read") > 0 {
            seen.push(byte[0]);
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("written");
        let part = vec![b'x'; 1 << 20];
        let all = (0..bytes >> 20).all(|_| stream.write_all(&part).is_ok());
        let _ = told.send(all);
    });
    (home, hear_end)
}

/// Asks for a long page of a blog that has not moved, and does not read it: neither the connection nor the old home's is kept.
#[test]
fn who_does_not_listen_to_the_old_home_is_cut_off() {
    const LONG: usize = 64 << 20;
    let (home, hear_end) = long_winded(LONG);
    let limits = "[limits]\nhead_seconds = 1\nold_home_at_once = 1";
    let server = serve_before(home, limits);
    let mut stream = connect(server.addresses().plain[0]);
    say(&mut stream, "GET", "/waiting", "");
    let heard_all = hear_end.recv_timeout(Duration::from_secs(20));
    assert_eq!(
        heard_all,
        Ok(false),
        "the old home is heard to its end, or for ever"
    );
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.starts_with(b"HTTP/1.1 200 "));
    assert!(rest.len() < LONG, "{} bytes", rest.len());
    server.stop();
}

/// In HTTP/2 the connection may be alive and well while nobody takes what a stream says.
#[tokio::test]
async fn who_does_not_listen_in_http_2_is_cut_off_as_well() {
    let (home, hear_end) = long_winded(64 << 20);
    let limits = "[limits]\nhead_seconds = 1\nidle_seconds = 0\ndrain_seconds = 1";
    let server = serve_before(home, limits);
    let stream = tokio::net::TcpStream::connect(server.addresses().plain[0]);
    let stream = TokioIo::new(stream.await.expect("a stream"));
    let (mut ask, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(65_535)
        .handshake(stream)
        .await
        .expect("a conversation");
    tokio::spawn(connection);
    let request = http::Request::get(format!("http://{HOST}/waiting"))
        .body(Empty::<bytes::Bytes>::new())
        .expect("a request");
    let response = ask.send_request(request).await.expect("an answer");
    assert_eq!(response.status(), 200);
    let end = tokio::task::spawn_blocking(move || hear_end.recv_timeout(Duration::from_secs(20)));
    assert_eq!(end.await.expect("no panic"), Ok(false));
    let heard = response.into_body().collect().await;
    assert!(heard.is_err(), "a part was taken for the whole");
    tokio::task::spawn_blocking(move || server.stop())
        .await
        .expect("stopped");
}

/// Slow is not silent.
#[test]
fn who_listens_slowly_hears_the_old_home_to_its_end() {
    const LONG: usize = 16 << 20;
    let (home, _) = long_winded(LONG);
    let limits = "[limits]\nhead_seconds = 1\nold_home_seconds = 1";
    let server = serve_before(home, limits);
    let mut stream = connect(server.addresses().plain[0]);
    say(&mut stream, "GET", "/waiting", "");
    let (mut heard, mut part) = (0, vec![0; 1 << 20]);
    while let Ok(read) = stream.read(&mut part) {
        heard += read;
        if read == 0 || heard > LONG {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    assert!(heard > LONG, "{heard} bytes");
    server.stop();
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
    let settings_of = |old: SocketAddr| before(old, "");
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
