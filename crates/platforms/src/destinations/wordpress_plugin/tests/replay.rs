//! A listener that replays answers: it understands nothing, it only picks a recorded answer by route.

use super::super::{Settings, WordPressPlugin};
use blog::Secret;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) line: String,
    pub(super) headers: String,
    pub(super) body: String,
}

/// A listener and what it has seen.
pub(super) struct Replay {
    pub(super) address: String,
    pub(super) seen: Arc<Mutex<Vec<Seen>>>,
}

pub(super) const SITE: &str = r#"{"protocol":1,"plugin":"0.1.0","wordpress":"6.8.7","php":"8.2.36","database":"sqlite","multisite":false,
  "home":"http://home.example","title":"T","tagline":"","language":"en-US","time_zone":"Europe/Prague","permalink_structure":"/%postname%/",
  "mode":"fast","mode_reasons":[],"sizes":[{"name":"thumbnail","width":150,"height":150,"crop":true}],"big_image_threshold":2560,"jpeg_quality":82,
  "media_types":["image/jpeg","image/png","image/gif","image/webp"],
  "limits":{"body_bytes":8388608,"posts":200,"comments":500,"terms":200,"media":10,"media_body_bytes":4194304,"chunk_bytes":2097152,"find":500},
  "can":{"edit_others_posts":true,"upload_files":true,"moderate_comments":true,"manage_categories":true,"edit_pages":true},
  "users":[{"id":1,"login":"admin","name":"Ana"}],"avatars":false}"#;

pub(super) const INDEX: &str = r#"{"name":"T","namespaces":["oembed/1.0","rehome/v1","wp/v2"]}"#;

impl Replay {
    /// Answers each request with what `answer` picks for it; `None` closes without a word.
    pub(super) fn start(answer: impl Fn(&Seen, usize) -> Option<Vec<u8>> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Some(request) = read_request(&stream) {
                    let mut kept = kept.lock().expect("no panic while held");
                    kept.push(request.clone());
                    let count = kept.iter().filter(|seen| seen.line == request.line).count();
                    drop(kept);
                    if let Some(bytes) = answer(&request, count) {
                        let mut stream = &stream;
                        let _ = stream.write_all(&bytes);
                        let _ = stream.flush();
                    }
                }
            }
        });
        Self { address, seen }
    }

    /// A site that opens as usual and answers everything else by `rest`.
    pub(super) fn site(rest: impl Fn(&Seen, usize) -> Option<Vec<u8>> + Send + 'static) -> Self {
        Self::site_that_says(SITE.to_owned(), rest)
    }

    /// The same, with another word about itself.
    pub(super) fn site_that_says(
        site: String,
        rest: impl Fn(&Seen, usize) -> Option<Vec<u8>> + Send + 'static,
    ) -> Self {
        Self::start(move |seen, count| {
            let path = seen.line.split(' ').nth(1).unwrap_or_default();
            match path {
                "/" => Some(reply("200 OK", "text/html", "<title>Home</title>")),
                "/wp-json/" => Some(reply("200 OK", "application/json", INDEX)),
                "/wp-json/rehome/v1/site" if seen.line.starts_with("GET") => {
                    Some(reply("200 OK", "application/json", &site))
                }
                "/wp-json/rehome/v1/writer" => Some(json(r#"{"fence":7,"expires":1700000000}"#)),
                _ => rest(seen, count),
            }
        })
    }

    pub(super) fn client(&self) -> WordPressPlugin {
        let settings = Settings {
            timeout: Duration::from_secs(3),
            ..Settings::default()
        };
        WordPressPlugin::new(&self.address, "admin", Secret::new("pass word"), settings)
    }

    pub(super) fn bodies_to(&self, route: &str) -> Vec<String> {
        let seen = self.seen.lock().expect("no panic while held");
        seen.iter()
            .filter(|seen| seen.line.contains(route))
            .map(|seen| seen.body.clone())
            .collect()
    }
}

/// A whole answer.
pub(super) fn reply(status: &str, media_type: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub(super) fn json(body: &str) -> Vec<u8> {
    reply("200 OK", "application/json", body)
}

fn read_request(mut stream: &TcpStream) -> Option<Seen> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut bytes = Vec::new();
    let mut piece = [0_u8; 8192];
    let end = loop {
        let length = stream.read(&mut piece).ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&piece[..length]);
        if let Some(end) = memchr::memmem::find(&bytes, b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut body = bytes.split_off(end + 4);
    let (line, headers) = head.split_once("\r\n").unwrap_or((&head, ""));
    let headers = headers.to_ascii_lowercase();
    let length = headers
        .lines()
        .find_map(|header| header.strip_prefix("content-length: "))
        .and_then(|length| length.trim().parse::<usize>().ok())
        .unwrap_or(0);
    while body.len() < length {
        let read = stream.read(&mut piece).ok().filter(|read| *read > 0)?;
        body.extend_from_slice(&piece[..read]);
    }
    if headers.contains("content-encoding: gzip") {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(body.as_slice())
            .read_to_end(&mut text)
            .expect("whole gzip");
        body = text;
    }
    Some(Seen {
        line: line.to_owned(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
