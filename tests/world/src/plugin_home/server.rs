//! The routes over HTTP, one request a connection, and what goes wrong on the way.

use super::{
    Faults,
    faults::Fate,
    site::{Reply, Site, refusal},
};
use crate::dice::Dice;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpStream},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Longest body taken. Tests send small things.
const BODY_BYTES_MAX: u64 = 64 << 20;

/// What the threads of one home share.
pub(super) struct Shared {
    /// What goes wrong, and how many requests have come since that would have written.
    faults: Mutex<(Faults, u64)>,
    pub(super) in_flight: AtomicU64,
    site: Mutex<Site>,
    dice: Mutex<Dice>,
}

impl Shared {
    pub(super) fn new(site: Site, seed: u64, faults: Faults) -> Self {
        Self {
            faults: Mutex::new((faults, 0)),
            in_flight: AtomicU64::new(0),
            site: Mutex::new(site),
            dice: Mutex::new(Dice::from_seed(seed)),
        }
    }

    pub(super) fn site(&self) -> MutexGuard<'_, Site> {
        self.site.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Other faults from now on.
    pub(super) fn begin_faults(&self, faults: Faults) {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = (faults, 0);
    }

    /// How long a request takes, and what becomes of it.
    fn luck(&self, writes: bool) -> (Duration, Fate) {
        let (faults, number) = {
            let mut current = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
            current.1 += u64::from(writes);
            (current.0, current.1.saturating_sub(1))
        };
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let delay = Duration::from_micros(dice.below(faults.delay_ms * 1000 + 1));
        let fate = if writes {
            faults.fate(number, &mut dice)
        } else {
            Fate::Well
        };
        (delay, fate)
    }
}

struct Request {
    method: String,
    path: String,
    query: String,
    signed_in: bool,
    body: Vec<u8>,
}

/// Answers one connection. A request that came whole is applied, whether the client is still there or not.
pub(super) fn serve(shared: &Shared, stream: TcpStream) {
    let Some(request) = read(&stream) else {
        return;
    };
    shared.in_flight.fetch_add(1, Ordering::SeqCst);
    answer(shared, &stream, &request);
    shared.in_flight.fetch_sub(1, Ordering::SeqCst);
}

fn answer(shared: &Shared, mut stream: &TcpStream, request: &Request) {
    let (delay, fate) = shared.luck(request.writes());
    {
        let mut site = shared.site();
        site.requests += 1;
        if request.writes() {
            site.first_write_asked.get_or_insert_with(Instant::now);
        }
    }
    if matches!(fate, Fate::Late(_) | Fate::Dropped) {
        let _ = stream.shutdown(Shutdown::Both);
    }
    std::thread::sleep(delay);
    let bytes = match fate {
        Fate::TooMany(wait) => too_many(wait),
        Fate::ErrorBefore => whole(&failed("nothing was done"), ""),
        Fate::Dropped => return,
        Fate::Late(ms) => {
            std::thread::sleep(Duration::from_millis(ms));
            reply(shared, request);
            return;
        }
        Fate::Lost => {
            reply(shared, request);
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
        Fate::ErrorAfter => {
            reply(shared, request);
            whole(&failed("a plugin died at the end"), "")
        }
        Fate::Cut => {
            let mut bytes = reply(shared, request);
            bytes.truncate(bytes.len() - bytes.len().min(40) / 2);
            bytes
        }
        Fate::Well => reply(shared, request),
    };
    // A client that was killed hears nothing.
    let _ = stream.write_all(&bytes).and_then(|()| stream.flush());
    let _ = stream.shutdown(Shutdown::Write);
}

fn failed(message: &str) -> Reply {
    refusal(500, "internal_server_error", message, json!({}))
}

fn too_many(wait: &str) -> Vec<u8> {
    let header = if wait.is_empty() {
        String::new()
    } else {
        format!("retry-after: {wait}\r\n")
    };
    whole(
        &refusal(429, "too_many_requests", "slow down", json!({})),
        &header,
    )
}

impl Request {
    fn route(&self) -> &str {
        self.path.strip_prefix("/wp-json/rehome/v1").unwrap_or("")
    }

    /// Whether it changes what the home keeps. Leases and endings fail as other calls do.
    fn writes(&self) -> bool {
        self.method == "POST"
            && matches!(
                self.route(),
                "/place" | "/media" | "/remove" | "/narrow" | "/amend" | "/finish" | "/chunk"
            )
    }

    fn number(&self, name: &str) -> u64 {
        self.word(name).parse().unwrap_or(0)
    }

    fn word(&self, name: &str) -> &str {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value)
    }
}

/// Does what was asked and answers as bytes.
fn reply(shared: &Shared, request: &Request) -> Vec<u8> {
    let mut site = shared.site();
    let site = &mut *site;
    if !request.path.starts_with("/wp-json") {
        let address = format!("{}{}", site.home, request.path);
        let (status, media_type, bytes) = site.visit(&address, request.signed_in);
        let link = format!(
            "link: <{}/wp-json/>; rel=\"https://api.w.org/\"\r\n",
            site.home
        );
        return raw(status, media_type, &link, &bytes);
    }
    whole(&json_route(site, request), "")
}

fn json_route(site: &mut Site, request: &Request) -> Reply {
    if request.route().is_empty() {
        return match request.path.as_str() {
            "/wp-json/rehome/v1" => (200, json!({ "namespace": "rehome/v1" })),
            "/wp-json/wp/v2/users/me" if request.signed_in => (
                200,
                json!({ "id": 1, "name": "Ana", "roles": ["administrator"] }),
            ),
            "/wp-json/" => (
                200,
                json!({ "name": "A home", "namespaces": ["rehome/v1", "wp/v2"] }),
            ),
            _ => refusal(404, "rest_no_route", "there is no such route", json!({})),
        };
    }
    if !request.signed_in {
        return refusal(401, "rehome_forbidden", "sign in first", json!({}));
    }
    let asked: Value = match (request.method.as_str(), request.route()) {
        ("POST", "/media" | "/chunk") | ("GET", _) => Value::Null,
        _ => match serde_json::from_slice(&request.body) {
            Ok(asked) => asked,
            Err(_) => {
                return refusal(
                    400,
                    "rehome_bad_request",
                    "the body is cut",
                    json!({ "field": "body" }),
                );
            }
        },
    };
    match (request.method.as_str(), request.route()) {
        (_, "/site") => (200, about(&site.home)),
        ("POST", "/writer") => site.writer(&asked),
        ("POST", "/place") => site.place(&asked),
        ("POST", "/media") => site.media(&request.body),
        ("POST", "/chunk") => site.chunk(
            request.word("upload"),
            request.number("offset"),
            &request.body,
        ),
        ("POST", "/find") => site.found(&asked),
        ("POST", "/remove") => site.remove(&asked),
        ("POST", "/narrow") => site.narrow(&asked),
        ("POST", "/standing") => site.standing(&asked, false),
        ("POST", "/standing-comments") => site.standing(&asked, true),
        ("POST", "/amend") => site.amend(&asked),
        ("POST", "/finish") => site.finish(&asked),
        ("GET", "/state") => site.state(),
        _ => refusal(404, "rest_no_route", "there is no such route", json!({})),
    }
}

fn about(home: &str) -> Value {
    json!({ "protocol": 1, "plugin": env!("CARGO_PKG_VERSION"), "wordpress": "0", "php": "0", "database": "memory", "multisite": false,
        "home": home, "title": "A home", "tagline": "", "language": "en-US", "time_zone": "UTC",
        "permalink_structure": "/%postname%/", "uploads": format!("{home}/files"), "mode": "fast", "mode_reasons": [],
        "sizes": [{ "name": "thumbnail", "width": 150, "height": 150, "crop": true }],
        "big_image_threshold": 2560, "jpeg_quality": 82, "webp_quality": 86,
        "media_types": ["image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"],
        "limits": { "body_bytes": 8_388_608, "posts": 200, "comments": 1000, "terms": 200, "media": 10,
            "media_body_bytes": 4_194_304, "chunk_bytes": 2_097_152, "upload_bytes": 2_147_483_648_u64, "sizes": 40, "find": 500 },
        "can": { "unfiltered_html": true, "manage_options": true, "edit_others_posts": true, "upload_files": true,
            "moderate_comments": true, "manage_categories": true, "edit_pages": true, "delete_others_posts": true, "switch_themes": true },
        "users": [{ "id": 1, "login": super::USER, "name": "Ana" }], "avatars": false })
}

fn whole((status, body): &Reply, headers: &str) -> Vec<u8> {
    raw(
        *status,
        "application/json; charset=UTF-8",
        headers,
        body.to_string().as_bytes(),
    )
}

fn raw(status: u16, media_type: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {status} -\r\ncontent-type: {media_type}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Reads a whole request; `None` when it is cut.
fn read(stream: &TcpStream) -> Option<Request> {
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .ok()?;
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut gzip, mut signed_in) = (0_u64, false, false);
    loop {
        let mut header = String::new();
        reader
            .read_line(&mut header)
            .ok()
            .filter(|length| *length > 0)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "content-encoding" => gzip = value.trim() == "gzip",
            "authorization" => signed_in = true,
            _ => {}
        }
    }
    let mut body = Vec::new();
    reader
        .take(length.min(BODY_BYTES_MAX))
        .read_to_end(&mut body)
        .ok()?;
    if body.len() as u64 != length {
        return None;
    }
    if gzip {
        let mut unpacked = Vec::new();
        GzDecoder::new(body.as_slice())
            .take(BODY_BYTES_MAX)
            .read_to_end(&mut unpacked)
            .ok()?;
        body = unpacked;
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    // A HEAD is answered like a GET whose body nobody reads.
    let method = if method == "HEAD" {
        "GET".to_owned()
    } else {
        method
    };
    Some(Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        signed_in,
        body,
    })
}
