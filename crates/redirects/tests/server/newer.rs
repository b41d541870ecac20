//! HTTP/2, and TLS behind a balancer: as browsers and load balancers speak with the server.

use super::known::{HOST, NEW, serve, settings};
use super::secure::{certify, over, speech};
use super::wire::{connect, hear, say};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use redirects::server::Server;
use rustls::pki_types::{CertificateDer, ServerName};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A server with TLS, the certificate it shows, and the folder where that lies.
fn house(more: &str) -> (Server, CertificateDer<'static>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let own = certify(&folder.path().join(HOST), &[HOST]);
    let text = format!(
        "listen_tls = [\"127.0.0.1:0\"]\n{more}\n[tls]\ncertificates = {:?}",
        folder.path()
    );
    (serve(&settings(&text)).0, own, folder)
}

type Visitor = SendRequest<Empty<Bytes>>;

/// A visitor who says `before` and then speaks HTTP/2 over TLS.
async fn visit(
    at: SocketAddr,
    own: &CertificateDer<'static>,
    before: &[u8],
) -> io::Result<Visitor> {
    let mut stream = TcpStream::connect(at).await?;
    stream.write_all(before).await?;
    let config = speech(std::slice::from_ref(own), &[b"h2", b"http/1.1"]);
    let name = ServerName::try_from(HOST).expect("a name");
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    speak(stream).await
}

async fn speak(
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
) -> io::Result<Visitor> {
    let (visitor, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(connection);
    Ok(visitor)
}

async fn ask(
    visitor: &mut Visitor,
    method: Method,
    path: &str,
    headers: &[(header::HeaderName, &str)],
) -> Response<Bytes> {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("https://{HOST}{path}"));
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(Empty::new()).expect("a request");
    visitor.ready().await.expect("a place");
    let (parts, body) = visitor
        .send_request(request)
        .await
        .expect("an answer")
        .into_parts();
    assert!(!parts.headers.contains_key(header::CONNECTION), "{path}");
    let body = body.collect().await.expect("a body").to_bytes();
    Response::from_parts(parts, body)
}

fn of<'a>(answer: &'a Response<Bytes>, name: &header::HeaderName) -> &'a str {
    let value = answer.headers().get(name);
    value.map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn over_tls_a_browser_gets_the_same_answers_by_http_2() {
    let (server, own, _folder) = house("");
    let at = server.addresses().secure[0];
    let mut visitor = visit(at, &own, b"").await.expect("a visitor");
    for (method, path, status) in [
        (Method::GET, "/final", 301),
        (Method::POST, "/final", 308),
        (Method::GET, "/undoable", 302),
        (Method::GET, "/gone", 410),
        (Method::GET, "/waiting", 503),
        (Method::GET, "/closed", 200),
        (Method::GET, "/never", 404),
        (Method::GET, "/damaged", 503),
    ] {
        let answer = ask(&mut visitor, method, path, &[]).await;
        assert_eq!(answer.status(), status, "{path}");
        let led = [301, 302, 308].contains(&status);
        assert_eq!(of(&answer, &header::LOCATION), if led { NEW } else { "" });
        assert!(!answer.body().is_empty(), "{path}");
    }
    let whole = ask(&mut visitor, Method::GET, "/final?utm_source=x", &[]).await;
    assert_eq!(of(&whole, &header::LOCATION), format!("{NEW}?utm_source=x"));
    assert_eq!(
        of(&whole, &header::LINK),
        format!("<{NEW}>; rel=\"canonical\"")
    );
    let head = ask(&mut visitor, Method::HEAD, "/final?utm_source=x", &[]).await;
    assert_eq!(
        of(&head, &header::CONTENT_LENGTH),
        whole.body().len().to_string()
    );
    assert!(head.body().is_empty());
    let page = ask(&mut visitor, Method::GET, "/closed?mkt=de-de", &[]).await;
    assert_eq!(of(&page, &header::CONTENT_LANGUAGE), "de");
    let tag = of(&page, &header::ETAG);
    let again = [(header::IF_NONE_MATCH, tag)];
    let again = ask(&mut visitor, Method::GET, "/closed?mkt=de-de", &again).await;
    assert_eq!(
        (again.status(), again.body().len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    tokio::task::spawn_blocking(|| server.stop())
        .await
        .expect("stopped");
}

#[tokio::test]
async fn many_requests_go_side_by_side_on_one_connection() {
    let (server, own, _folder) = house("");
    let at = server.addresses().secure[0];
    let mut visitor = visit(at, &own, b"").await.expect("a visitor");
    // By its answer a visitor knows how many the server takes side by side.
    assert_eq!(
        ask(&mut visitor, Method::GET, "/final", &[]).await.status(),
        301
    );
    let mut asking = tokio::task::JoinSet::new();
    // More than a connection may have open at once: the rest waits its turn.
    for number in 0..300 {
        let mut visitor = visitor.clone();
        asking.spawn(async move {
            let path = format!("/final?utm_term={number}");
            let answer = ask(&mut visitor, Method::GET, &path, &[]).await;
            (number, of(&answer, &header::LOCATION).to_owned())
        });
    }
    let mut asked = 0;
    while let Some(answer) = asking.join_next().await {
        let (number, location) = answer.expect("an answer");
        assert_eq!(location, format!("{NEW}?utm_term={number}"));
        asked += 1;
    }
    assert_eq!(asked, 300);
    tokio::task::spawn_blocking(|| server.stop())
        .await
        .expect("stopped");
}

#[tokio::test]
async fn http_2_without_tls_is_understood_too_and_strangers_are_told_so() {
    let (server, _, _folder) = house("");
    let stream = TcpStream::connect(server.addresses().plain[0])
        .await
        .expect("a stream");
    let mut visitor = speak(stream).await.expect("a visitor");
    let answer = ask(&mut visitor, Method::GET, "/final", &[]).await;
    assert_eq!(of(&answer, &header::LOCATION), NEW);
    let stranger = Request::get("https://stranger.example/final")
        .body(Empty::new())
        .expect("a request");
    let answer = visitor.send_request(stranger).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST);
    tokio::task::spawn_blocking(|| server.stop())
        .await
        .expect("stopped");
}

#[tokio::test]
async fn an_end_sends_http_2_visitors_home() {
    let (server, own, _folder) = house("[limits]\nidle_seconds = 0\ndrain_seconds = 10");
    let at = server.addresses().secure[0];
    let mut visitor = visit(at, &own, b"").await.expect("a visitor");
    assert_eq!(
        ask(&mut visitor, Method::GET, "/final", &[]).await.status(),
        301
    );
    tokio::task::spawn_blocking(|| server.stop())
        .await
        .expect("stopped");
    let late = Request::get(format!("https://{HOST}/final"))
        .body(Empty::new())
        .expect("a request");
    let answered = match visitor.ready().await {
        Ok(()) => visitor.send_request(late).await.is_ok(),
        Err(_) => false,
    };
    assert!(!answered, "nobody is there any more");
}

/// How a balancer says of whom it speaks.
fn named(version: u8, visitor: [u8; 4]) -> Vec<u8> {
    let from = IpAddr::from(Ipv4Addr::from(visitor));
    if version == 1 {
        return format!("PROXY TCP4 {from} 127.0.0.1 5000 443\r\n").into_bytes();
    }
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c".to_vec();
    header.extend(visitor);
    header.extend([127, 0, 0, 1, 0x12, 0x34, 1, 187]);
    header
}

#[tokio::test]
async fn a_balancer_names_the_visitor_before_tls_begins() {
    let more = "proxy_protocol_from = [\"127.0.0.0/8\"]\n[limits]\nmisses = 2";
    let (server, own, _folder) = house(more);
    let at = server.addresses().secure[0];
    for version in [1, 2] {
        let busy = [192, 0, 2, version];
        let mut seen = Vec::new();
        for _ in 0..12 {
            let mut visitor = visit(at, &own, &named(version, busy)).await.expect("heard");
            let answer = ask(&mut visitor, Method::GET, "/never", &[]).await;
            seen.push(answer.status().as_u16());
        }
        assert!(seen.contains(&429), "version {version}: {seen:?}");
        // One visitor's misses are not another's, and hits are never limited.
        let other = named(version, [192, 0, 2, version + 100]);
        let mut visitor = visit(at, &own, &other).await.expect("heard");
        assert_eq!(
            ask(&mut visitor, Method::GET, "/never", &[]).await.status(),
            404
        );
        let mut visitor = visit(at, &own, &named(version, busy)).await.expect("heard");
        assert_eq!(
            ask(&mut visitor, Method::GET, "/final", &[]).await.status(),
            301
        );
    }
    assert!(
        visit(at, &own, b"").await.is_err(),
        "a peer that must name the visitor and does not is refused"
    );
    let older = tokio::task::spawn_blocking(move || {
        let mut stream = connect(at);
        stream
            .write_all(&named(2, [192, 0, 2, 77]))
            .expect("written");
        let mut stream = over(stream, HOST, &[own]);
        say(&mut stream, "GET", "/final", "");
        let answer = hear(&mut stream, false).expect("an answer");
        server.stop();
        answer.status
    });
    assert_eq!(older.await.expect("an answer"), 301);
}

#[tokio::test]
async fn a_balancers_word_inside_of_tls_is_not_believed() {
    let (server, own, _folder) = house("");
    let at = server.addresses().secure[0];
    // Nobody is trusted here: the word is no TLS.
    assert!(visit(at, &own, &named(1, [192, 0, 2, 1])).await.is_err());
    assert!(visit(at, &own, &named(2, [192, 0, 2, 1])).await.is_err());
    let inside = tokio::task::spawn_blocking(move || {
        let mut stream = over(connect(at), HOST, &[own]);
        stream
            .write_all(&named(1, [192, 0, 2, 1]))
            .expect("written");
        say(&mut stream, "GET", "/final", "");
        let status = hear(&mut stream, false).map(|answer| answer.status);
        server.stop();
        status
    });
    assert_eq!(inside.await.expect("an answer"), Some(400));
}

#[tokio::test]
async fn many_requests_at_once_are_answered_over_tls_too() {
    let (server, own, _folder) = house("");
    let at = server.addresses().secure[0];
    let statuses = tokio::task::spawn_blocking(move || {
        let mut stream = over(connect(at), HOST, &[own]);
        let one = format!("GET /closed HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
        stream
            .write_all(one.repeat(60).as_bytes())
            .expect("written");
        let statuses: Vec<u16> = (0..60)
            .map_while(|_| Some(hear(&mut stream, false)?.status))
            .collect();
        server.stop();
        statuses
    });
    assert_eq!(statuses.await.expect("answers"), [200; 60]);
}
