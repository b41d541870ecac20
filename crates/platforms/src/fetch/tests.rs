//! The fetcher against a small server of our own, with the faults that real ones have.

mod crowd;

use super::{
    budget::REPEATS,
    stopping::tests::{ask_at_look, asked},
    *,
};
use blog::doors::Halt;
use std::{
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

type Seen = Arc<Mutex<Vec<String>>>;

/// A server that answers each request by what `answer` writes; requests are kept as text.
fn serve(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> (String, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let host = listener.local_addr().expect("bound").to_string();
    let seen = Seen::default();
    let kept = Arc::clone(&seen);
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
                let mut head = String::new();
                while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
                kept.lock().expect("unpoisoned").push(head.clone());
                answer(&head, &mut { stream });
            });
        }
    });
    (host, seen)
}

fn plain(stream: &mut TcpStream, status: &str, more: &str, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
}

fn fetcher(host: &str) -> Fetcher {
    Fetcher::new(settings(host))
}

fn settings(host: &str) -> FetchSettings {
    FetchSettings {
        allow_private_hosts: vec![host.to_owned()],
        pause: Duration::from_millis(1),
        patience: Patience {
            connect: Duration::from_millis(500),
            first_byte: Duration::from_millis(400),
            whole: Duration::from_secs(20),
            window: Duration::from_secs(1),
            quiet: Duration::from_millis(200),
        },
        ..FetchSettings::default()
    }
}

fn download(host: &str, path: &str, max_bytes: u64) -> (Result<Downloaded, MediaError>, Vec<u8>) {
    let mut bytes = Vec::new();
    let result = fetcher(host).download(&format!("http://{host}{path}"), &mut bytes, max_bytes);
    (result, bytes)
}

#[test]
fn any_status_is_an_answer_to_ask() {
    let (host, _) = serve(|_, stream| {
        plain(
            stream,
            "404 Not Found",
            "Content-Type: text/html\r\n",
            b"no",
        )
    });
    let answer = fetcher(&host)
        .ask(&Call::get(&format!("http://{host}/x")), 1000)
        .expect("an answer");
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (404, b"no".as_slice())
    );
    assert_eq!(answer.media_type.as_deref(), Some("text/html"));
}

#[test]
fn a_missing_picture_is_gone_and_its_key_is_not_shown() {
    let (host, _) = serve(|_, stream| plain(stream, "404 Not Found", "", b"no"));
    let (result, bytes) = download(&host, "/x.jpg?authkey=secret", 1000);
    let error = result.expect_err("a 404");
    assert!(matches!(error, MediaError::Gone(_)), "{error:?}");
    assert!(!error.to_string().contains("secret"));
    assert!(bytes.is_empty());
}

#[test]
fn a_busy_server_is_asked_again_and_in_the_end_believed() {
    let (host, seen) = serve(|_, stream| plain(stream, "503 Busy", "Retry-After: 0\r\n", b"later"));
    let answer = fetcher(&host)
        .ask(&Call::get(&format!("http://{host}/")), 1000)
        .expect("an answer");
    assert_eq!(answer.status, 503);
    let asked = 1 + BUSY_ANSWERS as usize;
    assert!(seen.lock().expect("unpoisoned").len() >= asked);
}

#[test]
fn a_busy_server_that_names_no_time_is_asked_so_often_and_its_answers_are_no_tries() {
    let (host, seen) = serve(|_, stream| plain(stream, "429 Too Many Requests", "", b"later"));
    let (result, _) = download(&host, "/", 1000);
    let error = result.expect_err("busy to the end");
    assert!(matches!(error, MediaError::Unreachable(_)), "{error:?}");
    let asked = 1 + BUSY_ANSWERS as usize;
    assert_eq!(seen.lock().expect("unpoisoned").len(), asked);
}

#[test]
fn a_host_that_fails_again_and_again_is_not_asked_thrice_for_each_address() {
    let (host, seen) = serve(|_, stream| plain(stream, "500 Broken", "", b""));
    let fetcher = fetcher(&host);
    let addresses = 3 * REPEATS as usize;
    for at in 0..addresses {
        let address = format!("http://{host}/{at}.jpg");
        let failed = fetcher.download(&address, &mut Vec::new(), 1000);
        assert!(failed.is_err());
    }
    let asked = seen.lock().expect("unpoisoned").len();
    assert_eq!(asked, addresses + REPEATS as usize);
}

#[test]
fn a_server_that_was_busy_for_long_has_all_its_tries_left() {
    let times = Mutex::new(0);
    let (host, _) = serve(move |_, stream| {
        let mut times = times.lock().expect("unpoisoned");
        *times += 1;
        match *times {
            1..=4 => plain(stream, "503 Busy", "", b""),
            5 | 6 => plain(stream, "500 Broken", "", b""),
            _ => plain(stream, "200 OK", "", b"here"),
        }
    });
    let (result, bytes) = download(&host, "/", 1000);
    assert_eq!(result.expect("in the end").status, 200);
    assert_eq!(bytes, b"here");
}

#[test]
fn a_host_that_asks_for_more_quiet_than_we_wait_is_not_asked_again() {
    let (host, seen) = serve(|_, stream| plain(stream, "503 Busy", "Retry-After: 3600\r\n", b""));
    let fetcher = fetcher(&host);
    for _ in 0..3 {
        let mut bytes = Vec::new();
        let address = format!("http://{host}/x.jpg");
        let error = fetcher
            .download(&address, &mut bytes, 1000)
            .expect_err("closed");
        assert!(matches!(error, MediaError::Unreachable(_)), "{error:?}");
    }
    assert_eq!(seen.lock().expect("unpoisoned").len(), 1);
}

#[test]
fn a_wait_is_read_as_seconds_and_as_a_date() {
    let now: jiff::Timestamp = "1994-11-06T08:49:00Z".parse().expect("a time");
    for (header, seconds) in [
        ("0", Some(0)),
        (" 120 ", Some(120)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
        ("99999999999999999999999", Some(u64::MAX)),
        ("315360000", Some(315_360_000)),
        ("-5", None),
        ("+5", None),
        ("1.5", None),
        ("", None),
        ("soon", None),
        ("Sun, 99 Nov 1994 08:49:37 GMT", None),
    ] {
        assert_eq!(
            asked_wait(header, now).map(|wait| wait.as_secs()),
            seconds,
            "{header}"
        );
    }
    assert_eq!(asked_wait(&"(".repeat(100_000), now), None);
}

#[test]
fn a_redirect_to_a_private_host_is_not_followed() {
    let (host, seen) = serve(|_, stream| {
        plain(
            stream,
            "302 Found",
            "Location: http://127.0.0.1/latest/meta-data\r\n",
            b"",
        )
    });
    let (result, _) = download(&host, "/", 1000);
    assert!(matches!(
        result.expect_err("refused"),
        MediaError::Refused(_)
    ));
    assert_eq!(seen.lock().expect("unpoisoned").len(), 1);
}

#[test]
fn a_name_that_resolves_to_a_private_host_is_refused() {
    let fetcher = Fetcher::new(FetchSettings {
        tries: 1,
        ..FetchSettings::default()
    });
    let mut bytes = Vec::new();
    let error = fetcher
        .download("http://localhost/", &mut bytes, 1000)
        .expect_err("loopback");
    assert!(matches!(error, MediaError::Refused(_)), "{error:?}");
}

#[test]
fn so_many_redirects_are_followed_and_not_one_more() {
    for (hops, good) in [(REDIRECTS, true), (REDIRECTS + 1, false)] {
        let (host, _) = serve(move |head, stream| {
            let at: usize = head[5..]
                .split(' ')
                .next()
                .and_then(|at| at.parse().ok())
                .unwrap_or(0);
            if at < hops {
                plain(
                    stream,
                    "302 Found",
                    &format!("Location: /{}\r\n", at + 1),
                    b"",
                );
            } else {
                plain(stream, "200 OK", "", b"here");
            }
        });
        assert_eq!(download(&host, "/0", 1000).0.is_ok(), good, "{hops} hops");
    }
}

#[test]
fn the_head_of_an_answer_has_a_limit() {
    for (bytes, good) in [(HEADER_BYTES, true), (HEADER_BYTES + 1, false)] {
        let (host, _) = serve(move |_, stream| {
            let start = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\nX: ";
            let filler = "a".repeat(bytes - start.len() - 4);
            let _ = stream.write_all(format!("{start}{filler}\r\n\r\nx").as_bytes());
        });
        assert_eq!(download(&host, "/", 1000).0.is_ok(), good, "{bytes} bytes");
    }
}

#[test]
fn a_packed_body_is_counted_unpacked() {
    let packed = |bytes: usize| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![b'x'; bytes]).expect("memory");
        packer.finish().expect("memory")
    };
    let (host, _) = serve(move |head, stream| {
        let bytes = if head.contains("/over") {
            1_000_001
        } else {
            1_000_000
        };
        let mut body = packed(bytes);
        if head.contains("/cut") {
            body.truncate(body.len() / 2);
        }
        plain(stream, "200 OK", "Content-Encoding: gzip\r\n", &body);
    });
    let fetcher = fetcher(&host);
    let ask = |path: &str| fetcher.ask(&Call::get(&format!("http://{host}{path}")), 1_000_000);
    assert_eq!(ask("/").expect("at the limit").body.len(), 1_000_000);
    assert!(matches!(ask("/over"), Err(ReadError::Unreadable { .. })));
    assert!(matches!(ask("/cut"), Err(ReadError::Unreachable { .. })));
}

#[test]
fn an_answer_in_chunks_that_breaks_off_is_not_taken_for_whole() {
    let (host, _) = serve(|_, stream| {
        let _ = stream.write_all(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\nabcd\r\n4\r\nef",
        );
    });
    let error = download(&host, "/", 1000).0.expect_err("cut");
    assert!(matches!(error, MediaError::Unreachable(_)), "{error:?}");
}

#[test]
fn a_body_that_comes_steadily_but_for_ever_is_given_up() {
    let (host, _) = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(&[b'x'; 4096]).is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let mut hasty = settings(&host);
    hasty.patience.whole = Duration::from_millis(300);
    hasty.patience.window = Duration::from_secs(3600);
    let mut bytes = Vec::new();
    let error = Fetcher::new(hasty)
        .download(&format!("http://{host}/"), &mut bytes, 1 << 40)
        .expect_err("endless");
    assert!(error.to_string().contains("took too long"), "{error}");
}

#[test]
fn a_body_that_stops_coming_is_given_up_when_its_time_is_over_and_not_a_window_later() {
    let (host, _) = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx");
        std::thread::sleep(Duration::from_secs(20));
    });
    let mut hasty = settings(&host);
    hasty.patience.whole = Duration::from_millis(300);
    hasty.patience.window = Duration::from_secs(3600);
    let mut bytes = Vec::new();
    let error = Fetcher::new(hasty)
        .download(&format!("http://{host}/"), &mut bytes, 1000)
        .expect_err("stuck");
    assert!(error.to_string().contains("took too long"), "{error}");
}

#[test]
fn a_wait_between_two_bytes_shorter_than_the_window_is_no_fault() {
    let (host, _) = serve(|_, stream| {
        let _ =
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nx");
        std::thread::sleep(Duration::from_millis(1200));
        let _ = stream.write_all(b"y");
    });
    let mut patient = settings(&host);
    patient.patience.window = Duration::from_secs(20);
    patient.patience.whole = Duration::from_secs(20);
    let mut bytes = Vec::new();
    Fetcher::new(patient)
        .download(&format!("http://{host}/"), &mut bytes, 1000)
        .expect("both bytes");
    assert_eq!(bytes, b"xy");
}

#[test]
fn a_redirect_loop_ends() {
    let (host, seen) = serve(|_, stream| plain(stream, "301 Moved", "Location: /again\r\n", b""));
    let (result, _) = download(&host, "/", 1000);
    assert!(
        result
            .expect_err("a circle")
            .to_string()
            .contains("redirects without end")
    );
    assert_eq!(seen.lock().expect("unpoisoned").len(), REDIRECTS + 1);
}

#[test]
fn a_body_over_the_limit_is_refused_whether_or_not_it_says_so() {
    let (host, _) = serve(|head, stream| {
        if head.contains("/says") {
            plain(stream, "200 OK", "", &[7; 1001]);
        } else {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(&[7; 100_000]);
        }
    });
    for path in ["/says", "/silent"] {
        let error = download(&host, path, 1000).0.expect_err("too large");
        assert!(matches!(error, MediaError::NotMedia(_)), "{error:?}");
    }
    let (result, bytes) = download(&host, "/says", 1001);
    assert_eq!(result.expect("exactly the limit").bytes, 1001);
    assert_eq!(bytes.len(), 1001);
}

#[test]
fn an_answer_that_breaks_off_is_continued_where_it_broke() {
    let (host, seen) = serve(|head, stream| {
        if head.to_lowercase().contains("range: bytes=4-") {
            plain(
                stream,
                "206 Partial Content",
                "Content-Range: bytes 4-9/10\r\n",
                b"456789",
            );
        } else {
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n0123",
            );
        }
    });
    let (result, bytes) = download(&host, "/", 1000);
    assert_eq!(result.expect("whole").bytes, 10);
    assert_eq!(bytes, b"0123456789");
    assert_eq!(seen.lock().expect("unpoisoned").len(), 2);
}

#[test]
fn an_answer_that_breaks_off_and_cannot_be_continued_is_worth_another_day() {
    let (host, _) = serve(|_, stream| {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n0123");
    });
    let error = download(&host, "/", 1000).0.expect_err("cut");
    assert!(matches!(error, MediaError::Unreachable(_)), "{error:?}");
}

#[test]
fn an_asked_page_that_breaks_off_is_asked_from_its_beginning_again() {
    let times = Mutex::new(0);
    let (host, seen) = serve(move |_, stream| {
        let mut times = times.lock().expect("unpoisoned");
        *times += 1;
        if *times == 1 {
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n0123",
            );
        } else {
            plain(stream, "200 OK", "", b"abc");
        }
    });
    let answer = fetcher(&host)
        .ask(&Call::get(&format!("http://{host}/")), 1000)
        .expect("an answer");
    assert_eq!(answer.body, b"abc");
    assert!(
        !seen.lock().expect("unpoisoned")[1]
            .to_lowercase()
            .contains("range")
    );
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let (host, _) = serve(|_, _stream| std::thread::sleep(Duration::from_secs(5)));
    let error = download(&host, "/", 1000).0.expect_err("silence");
    assert!(matches!(error, MediaError::Unreachable(_)), "{error:?}");
}

#[test]
fn a_body_that_drips_is_given_up() {
    let (host, _) = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let error = download(&host, "/", 1000).0.expect_err("dripping");
    assert!(matches!(error, MediaError::Unreachable(_)), "{error:?}");
}

#[test]
fn connect_to_sends_every_host_to_one_place_with_its_own_name() {
    let (host, seen) = serve(|_, stream| plain(stream, "200 OK", "", b"here"));
    let fetcher = Fetcher::new(FetchSettings {
        connect_to: Some(host),
        ..FetchSettings::default()
    });
    let answer = fetcher
        .ask(&Call::get("https://Someone.spaces.live.com/feed.rss"), 1000)
        .expect("an answer");
    assert_eq!(answer.address, "https://someone.spaces.live.com/feed.rss");
    let head = seen.lock().expect("unpoisoned")[0].to_lowercase();
    assert!(head.contains("host: someone.spaces.live.com\r\n"), "{head}");
    assert!(head.contains("x-forwarded-proto: https"), "{head}");
    assert!(
        !head.contains("referer") && !head.contains("cookie"),
        "{head}"
    );
}

#[test]
fn a_key_is_not_handed_to_another_host_that_a_redirect_names() {
    let (host, seen) = serve(|head, stream| {
        if head.to_lowercase().contains("host: one.example") {
            plain(
                stream,
                "302 Found",
                "Location: http://two.example/\r\n",
                b"",
            );
        } else {
            plain(stream, "200 OK", "", b"two");
        }
    });
    let fetcher = Fetcher::new(FetchSettings {
        connect_to: Some(host),
        ..FetchSettings::default()
    });
    let call = Call {
        method: "GET",
        address: "http://one.example/",
        headers: &[("authorization", "key")],
        body: None,
    };
    assert_eq!(fetcher.ask(&call, 1000).expect("an answer").body, b"two");
    let seen = seen.lock().expect("unpoisoned");
    assert!(
        seen[0].contains("key") && !seen[1].contains("key"),
        "{seen:?}"
    );
}

fn until_look(host: &str, look: u32) -> Fetcher {
    let mut stopping = settings(host);
    stopping.stop_asked = asked;
    stopping.patience.quiet = Duration::from_secs(2 * 3600);
    ask_at_look(look);
    Fetcher::new(stopping)
}

#[test]
fn a_host_that_asks_for_an_hour_is_not_waited_for_once_a_stop_is_asked() {
    let (host, seen) =
        serve(|_, stream| plain(stream, "503 Busy", "Retry-After: 3600\r\n", b"later"));
    // Before it is asked it is looked twice, for a turn.
    let error = until_look(&host, 5)
        .ask(&Call::get(&format!("http://{host}/")), 1000)
        .expect_err("stopped");
    assert!(matches!(error, ReadError::Halt(Halt::Asked)), "{error:?}");
    assert_eq!(seen.lock().expect("unpoisoned").len(), 1);
}

#[test]
fn a_body_that_is_on_its_way_is_not_waited_for_once_a_stop_is_asked() {
    let (host, _) = serve(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx");
        std::thread::sleep(Duration::from_secs(20));
    });
    let mut bytes = Vec::new();
    let error = until_look(&host, 5)
        .download(&format!("http://{host}/"), &mut bytes, 1000)
        .expect_err("stopped");
    assert!(matches!(error, MediaError::Halt(Halt::Asked)), "{error:?}");
}
