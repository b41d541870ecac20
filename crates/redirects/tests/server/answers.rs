//! Every kind of answer over both versions of HTTP, and what the operator is told of it.

use super::known::{HOST, NEW, serve, settings};
use super::wire::{Answer, ask, connect, hear, say};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use redirects::server::settings::Settings;
use std::net::SocketAddr;

/// Path, method, status, `Location`.
const ALL: [(&str, &str, u16, &str); 14] = [
    ("/final", "GET", 301, NEW),
    ("/final", "HEAD", 301, NEW),
    ("/final", "POST", 308, NEW),
    ("/undoable", "GET", 302, NEW),
    ("/undoable", "POST", 307, NEW),
    ("/gone", "GET", 410, ""),
    ("/gone", "HEAD", 410, ""),
    ("/waiting", "GET", 503, ""),
    ("/closed", "GET", 200, ""),
    ("/closed", "HEAD", 200, ""),
    ("/closed", "POST", 405, ""),
    ("/never", "GET", 404, ""),
    ("/never", "HEAD", 404, ""),
    ("/damaged", "GET", 503, ""),
];

#[test]
fn both_families_of_addresses_are_listened_on() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        println!("skipped: this machine has no IPv6");
        return;
    }
    let both = "listen = [\"127.0.0.1:0\", \"[::1]:0\"]\nadmin = \"127.0.0.1:0\"\nworkers = 2";
    let (server, _) = serve(&Settings::read(both).expect("settings"));
    let plain = &server.addresses().plain;
    assert!(plain[0].is_ipv4() && plain[1].is_ipv6(), "{plain:?}");
    for address in plain {
        let answer = ask(*address, "GET", "/final", "");
        assert_eq!((answer.status, answer.header("location")), (301, NEW));
    }
}

#[test]
fn every_kind_is_answered_on_one_connection() {
    let (server, said) = serve(&settings(""));
    let mut stream = connect(server.addresses().plain[0]);
    for (path, method, status, location) in ALL {
        say(&mut stream, method, path, "");
        let answer = hear(&mut stream, method == "HEAD").expect("an answer");
        assert_eq!(
            (answer.status, answer.header("location")),
            (status, location),
            "{method} {path}"
        );
        assert_eq!(answer.body.is_empty(), method == "HEAD", "{method} {path}");
    }
    let foreign = ask(
        server.addresses().plain[0],
        "GET",
        "http://other.example/final",
        "",
    );
    assert_eq!((foreign.status, foreign.header("location")), (421, ""));
    assert_eq!(
        said.lock().expect("no panic").len(),
        1,
        "damage is told once, not at each request"
    );
    server.stop();
}

#[test]
fn a_request_without_one_host_is_refused() {
    let (server, _) = serve(&settings(""));
    let at = server.addresses().plain[0];
    let twice = ask(at, "GET", "/final", "Host: other.example\r\n");
    assert_eq!(twice.status, 400);
    let mut stream = connect(at);
    std::io::Write::write_all(&mut stream, b"GET /final HTTP/1.0\r\n\r\n").expect("written");
    assert_eq!(hear(&mut stream, false).expect("an answer").status, 400);
    server.stop();
}

#[test]
fn a_page_that_did_not_change_is_not_sent_again() {
    let (server, _) = serve(&settings(""));
    let at = server.addresses().plain[0];
    let first = ask(at, "GET", "/closed", "Accept-Language: ja\r\n");
    assert_eq!(first.header("content-language"), "ja");
    let held = format!(
        "Accept-Language: ja\r\nIf-None-Match: {}\r\n",
        first.header("etag")
    );
    let again = ask(at, "GET", "/closed", &held);
    assert_eq!(
        (again.status, again.header("etag")),
        (304, first.header("etag"))
    );
    server.stop();
}

/// One request over HTTP/2 without TLS, as a balancer sends it.
async fn ask_http2(at: SocketAddr, method: &str, path: &str) -> Answer {
    let client = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http::<Full<bytes::Bytes>>();
    // The authority of HTTP/2 is the host that is meant; the connection goes to the loopback.
    let request = http::Request::builder()
        .method(method)
        .uri(format!("http://{at}{path}"))
        .header("host", HOST)
        .body(Full::default())
        .expect("a request");
    let response = client.request(request).await.expect("an answer");
    let headers = response.headers().iter();
    Answer {
        status: response.status().as_u16(),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
            .collect(),
        body: response
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes()
            .to_vec(),
    }
}

#[tokio::test]
async fn http_2_is_answered_the_same() {
    let (server, _) = serve(&settings(""));
    let at = server.addresses().plain[0];
    for method in ["GET", "HEAD"] {
        // A foreign authority: the loopback's own.
        let answer = ask_http2(at, method, "/final").await;
        assert_eq!(answer.status, 421);
    }
    tokio::task::spawn_blocking(move || server.stop())
        .await
        .expect("stopped");
}

#[test]
fn the_operator_sees_counts_and_misses_and_no_visitor() {
    let (server, _) = serve(&settings(""));
    let at = server.addresses().plain[0];
    let admin = server.addresses().admin.expect("an address");
    let mut stream = connect(at);
    for _ in 0..128 {
        say(&mut stream, "GET", "/final?token=secret", "");
        hear(&mut stream, false).expect("an answer");
    }
    say(&mut stream, "GET", "/never?mem=ana@example.org", "");
    hear(&mut stream, false).expect("an answer");
    let metrics = ask(admin, "GET", "/metrics", "").text();
    assert!(
        metrics.contains("requests_total{outcome=\"moved\"} 128"),
        "{metrics}"
    );
    assert!(metrics.contains("rehome_redirects_generation 7"));
    assert!(metrics.contains("sampled_hits_total{year=\"2007\"} 2"));
    let misses = ask(admin, "GET", "/misses", "").text();
    assert_eq!(
        misses,
        format!("[{{\"name\":\"{HOST}/never\",\"count\":1,\"over\":0}}]")
    );
    let blogs = ask(admin, "GET", "/blogs", "").text();
    assert!(blogs.contains(HOST) && !(metrics + &misses + &blogs).contains("127.0.0.1"));
    assert_eq!(ask(admin, "GET", "/healthz", "").status, 200);
    assert_eq!(ask(admin, "GET", "/readyz", "").status, 200);
    server.announce_end();
    assert_eq!(ask(admin, "GET", "/readyz", "").status, 503);
    assert_eq!(ask(admin, "GET", "/healthz", "").status, 200);
    server.stop();
}
