//! New settings while it answers, and an end without a lost request.

use super::known::{serve, settings};
use super::wire::{ask, connect, hear, say};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

#[test]
fn new_rules_and_pages_are_taken_on_open_connections() {
    let (server, _) = serve(&settings(""));
    let mut stream = connect(server.addresses().plain[0]);
    let mut keep = |path| {
        say(&mut stream, "GET", path, "");
        let answer = hear(&mut stream, false).expect("an answer");
        (answer.header("cache-control").to_owned(), answer.text())
    };
    assert_eq!(keep("/final").0, "public, max-age=86400");
    assert!(!keep("/closed").1.contains("https://portal.example/"));
    let new =
        settings("[rules]\nfinal_seconds = 60\n[pages]\nportal = \"https://portal.example/\"");
    server.reload(&new).expect("taken");
    assert_eq!(keep("/final").0, "public, max-age=60");
    assert!(keep("/closed").1.contains("https://portal.example/"));
    server.stop();
}

/// Every request on a connection that was open is answered, and its answer says that it was the last one.
#[test]
fn an_end_loses_no_request() {
    let (server, _) = serve(&settings("[limits]\nidle_seconds = 5\ndrain_seconds = 10"));
    let at = server.addresses().plain[0];
    let (asked, lost) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut stream = connect(at);
                loop {
                    say(&mut stream, "GET", "/final", "");
                    asked.fetch_add(1, Ordering::SeqCst);
                    match hear(&mut stream, false) {
                        Some(answer) if answer.header("connection") == "close" => break,
                        Some(answer) => assert_eq!(answer.status, 301),
                        None => {
                            lost.fetch_add(1, Ordering::SeqCst);
                            break;
                        }
                    }
                }
            });
        }
        while asked.load(Ordering::SeqCst) < 2000 && lost.load(Ordering::SeqCst) == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        server.stop();
    });
    assert_eq!(
        lost.load(Ordering::SeqCst),
        0,
        "of {}",
        asked.load(Ordering::SeqCst)
    );
    assert!(TcpStream::connect(at).is_err(), "nobody listens any more");
}

/// Whoever orchestrates kills after so many seconds: what is set is all the time there is, not the second part of it.
#[test]
fn an_end_takes_no_longer_than_was_set() {
    let old = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let limits = "[limits]\nidle_seconds = 4\ndrain_seconds = 5";
    let home = old.local_addr().expect("an address");
    let (server, _) = serve(&settings(&format!(
        "old_home = \"http://{home}\"\n{limits}"
    )));
    let mut stream = connect(server.addresses().plain[0]);
    say(&mut stream, "GET", "/waiting", "");
    let (_silent, _) = old.accept().expect("it was passed on");
    let began = std::time::Instant::now();
    server.stop();
    let took = began.elapsed();
    assert!(took > Duration::from_secs(4), "{took:?}");
    assert!(took < Duration::from_millis(7500), "{took:?}");
}

#[test]
fn who_only_waits_is_sent_home_at_the_end() {
    let (server, _) = serve(&settings("[limits]\nidle_seconds = 0\ndrain_seconds = 10"));
    let at = server.addresses().plain[0];
    let mut idle = connect(at);
    say(&mut idle, "GET", "/final", "");
    hear(&mut idle, false).expect("an answer");
    server.stop();
    assert!(hear(&mut idle, false).is_none());
}

#[test]
fn a_taken_address_is_told_by_name() {
    let (server, _) = serve(&settings(""));
    let admin = server.addresses().admin.expect("an address");
    let mut second = settings("");
    second.admin = Some(admin);
    // Two servers may share an address only where a new one takes over from an old one.
    assert_eq!(ask(admin, "GET", "/healthz", "").status, 200);
    second.listen = vec!["192.0.2.1:1".parse().expect("an address")];
    let error = redirects::server::Server::start(
        &second,
        std::sync::Arc::new(super::known::Few),
        std::sync::Arc::new(|_: &str| ()),
    )
    .expect_err("no such address here")
    .to_string();
    assert!(error.contains("192.0.2.1:1"), "{error}");
    server.stop();
}
