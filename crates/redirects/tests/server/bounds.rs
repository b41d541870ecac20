//! Slow, greedy and disguised visitors.

use super::known::{serve, settings};
use super::wire::{ask, connect, hear, say};
use std::io::{Read, Write};
use std::time::Duration;

#[test]
fn who_misses_too_often_has_to_wait_and_still_finds_what_there_is() {
    let (server, _) = serve(&settings("[limits]\nmisses = 3"));
    let mut stream = connect(server.addresses().plain[0]);
    let mut status = |path| {
        say(&mut stream, "GET", path, "");
        hear(&mut stream, false).expect("an answer").status
    };
    let misses: Vec<u16> = (0..20).map(|_| status("/never")).collect();
    // A window may end in between; it never gives more than its share.
    assert!(
        misses.contains(&429) && misses.iter().filter(|status| **status == 404).count() <= 6,
        "{misses:?}"
    );
    assert_eq!(status("/final"), 301);
    server.stop();
}

/// Whoever invents names on the hosts of a closed platform misses too.
#[test]
fn who_asks_for_too_much_of_a_closed_platform_has_to_wait() {
    let (server, _) = serve(&settings("[limits]\nclosed_pages = 5"));
    let mut stream = connect(server.addresses().plain[0]);
    let mut status = |path| {
        say(&mut stream, "GET", path, "");
        hear(&mut stream, false).expect("an answer").status
    };
    let pages: Vec<u16> = (0..30).map(|_| status("/closed")).collect();
    assert!(
        pages.contains(&429) && pages.iter().filter(|status| **status == 200).count() <= 10,
        "{pages:?}"
    );
    assert_eq!((status("/final"), status("/never")), (301, 404));
    let admin = server.addresses().admin.expect("an address");
    assert!(ask(admin, "GET", "/misses", "").text().contains("/closed"));
    server.stop();
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let (server, _) = serve(&settings("[limits]\nhead_seconds = 1"));
    for begin in [
        "",
        "P",
        "PRI",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HT",
        "GET / HTTP/1.1\r\nHost: a\r\nX: ",
        // The head of a later request, and one that never begins.
        "GET /final HTTP/1.1\r\nHost: ana.spaces.example\r\n\r\nGET / HT",
        "GET /final HTTP/1.1\r\nHost: ana.spaces.example\r\n\r\n",
    ] {
        let mut stream = connect(server.addresses().plain[0]);
        stream.write_all(begin.as_bytes()).expect("written");
        let mut rest = Vec::new();
        let began = std::time::Instant::now();
        // An end or a reset, not a wait without end.
        let _ = stream.read_to_end(&mut rest);
        assert!(
            !String::from_utf8_lossy(&rest).contains("HTTP/1.1 200"),
            "{begin:?}"
        );
        assert!(began.elapsed() < Duration::from_secs(10), "{begin:?}");
    }
    server.stop();
}

/// How often the threads that answer were woken so far.
#[cfg(target_os = "linux")]
fn wakes() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").expect("threads");
    let status = |thread: std::io::Result<std::fs::DirEntry>| {
        let status = std::fs::read_to_string(thread.ok()?.path().join("status")).ok()?;
        status.contains("Name:\tanswers").then_some(status)
    };
    threads
        .filter_map(status)
        .filter_map(|status| {
            let mut lines = status.lines();
            let count = lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            count?.trim().parse::<u64>().ok()
        })
        .sum()
}

/// What may become the beginning of HTTP/2 is waited for as everything else: woken by words, not by a clock.
#[cfg(target_os = "linux")]
#[test]
fn who_says_only_a_little_costs_nothing() {
    let (server, _) = serve(&settings(""));
    let at = server.addresses().plain[0];
    let begun: Vec<_> = (0..500)
        .map(|_| {
            let mut stream = connect(at);
            stream.write_all(b"P").expect("written");
            stream
        })
        .collect();
    let mut last = connect(at);
    say(&mut last, "GET", "/final", "");
    assert_eq!(hear(&mut last, false).expect("an answer").status, 301);
    std::thread::sleep(Duration::from_millis(300));
    let before = wakes();
    std::thread::sleep(Duration::from_millis(1500));
    let woken = wakes() - before;
    assert!(woken < 100, "woken {woken} times by nothing");
    drop(begun);
    server.stop();
}

#[test]
fn a_beginning_may_come_letter_by_letter() {
    let (server, _) = serve(&settings(""));
    for (words, status) in [
        (
            "POST /final HTTP/1.1\r\nHost: ana.spaces.example\r\n\r\n",
            308,
        ),
        (
            "PRI /final HTTP/1.1\r\nHost: ana.spaces.example\r\n\r\n",
            308,
        ),
    ] {
        let mut stream = connect(server.addresses().plain[0]);
        for letter in words.as_bytes().chunks(1) {
            stream.write_all(letter).expect("written");
            stream.flush().expect("written");
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(hear(&mut stream, false).expect("an answer").status, status);
    }
    server.stop();
}

/// Asks for ever and never reads: neither is what waits for such a visitor without end, nor is the connection kept.
#[test]
fn who_does_not_listen_is_cut_off() {
    let (server, _) = serve(&settings("[limits]\nhead_seconds = 1"));
    let mut stream = connect(server.addresses().plain[0]);
    let patience = Duration::from_secs(20);
    stream.set_write_timeout(Some(patience)).expect("a socket");
    let began = std::time::Instant::now();
    let asking = "GET /closed HTTP/1.1\r\nHost: ana.spaces.example\r\n\r\n".repeat(100);
    let mut asked = 0_u64;
    while stream.write_all(asking.as_bytes()).is_ok() {
        asked += asking.len() as u64;
        assert!(asked < 64 << 20, "the server goes on reading");
    }
    assert!(began.elapsed() < patience, "it was not cut");
    server.stop();
}

#[test]
fn a_connection_does_not_live_for_ever() {
    let (server, _) = serve(&settings("[limits]\nconnection_seconds = 1"));
    let mut stream = connect(server.addresses().plain[0]);
    say(&mut stream, "GET", "/final", "");
    assert_eq!(hear(&mut stream, false).expect("an answer").status, 301);
    let began = std::time::Instant::now();
    assert!(hear(&mut stream, false).is_none());
    assert!(began.elapsed() < Duration::from_secs(8));
    server.stop();
}

#[test]
fn a_head_that_is_too_long_is_refused() {
    let (server, _) = serve(&settings("[limits]\nhead_bytes = 8192"));
    let long = format!("X: {}\r\n", "x".repeat(20_000));
    assert_eq!(
        ask(server.addresses().plain[0], "GET", "/final", &long).status,
        431
    );
    let many = "X: y\r\n".repeat(150);
    assert_eq!(
        ask(server.addresses().plain[0], "GET", "/final", &many).status,
        431
    );
    server.stop();
}

#[test]
fn a_balancer_says_who_the_visitor_is_and_must_say_it() {
    let more = "proxy_protocol_from = [\"127.0.0.0/8\"]\n[limits]\nmisses = 2";
    let (server, _) = serve(&settings(more));
    let miss = |visitor: &str| {
        let mut stream = connect(server.addresses().plain[0]);
        write!(stream, "PROXY TCP4 {visitor} 127.0.0.1 5000 80\r\n").expect("written");
        say(&mut stream, "GET", "/never", "");
        hear(&mut stream, false).expect("an answer").status
    };
    let busy: Vec<u16> = (0..12).map(|_| miss("192.0.2.1")).collect();
    assert!(busy.contains(&429), "{busy:?}");
    assert_eq!(
        miss("192.0.2.2"),
        404,
        "one visitor's misses are not another's"
    );
    let mut stream = connect(server.addresses().plain[0]);
    say(&mut stream, "GET", "/final", "");
    assert!(
        hear(&mut stream, false).is_none(),
        "a peer that must name the visitor and does not is refused"
    );
    server.stop();
}

#[test]
fn whoever_is_no_balancer_is_not_believed() {
    let (server, _) = serve(&settings(""));
    let mut stream = connect(server.addresses().plain[0]);
    write!(stream, "PROXY TCP4 192.0.2.1 127.0.0.1 5000 80\r\n").expect("written");
    say(&mut stream, "GET", "/final", "");
    assert_eq!(hear(&mut stream, false).expect("an answer").status, 400);
    server.stop();
}
