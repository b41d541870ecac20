//! One connection to the owner's own WordPress: sending, deadlines, limits, following redirects of readers.
//!
//! This is not the fetcher for foreign addresses: the owner named this host, so private and loopback addresses are fine.
//! What an answer means stands in [`super::answers`].

use super::Line;
use base64::Engine;
use blog::Secret;
use std::io::{Read, Write};
use std::time::{Duration, Instant};
use ureq::http::HeaderMap;
use url::Url;

/// Longest answer that is read. A `find` of whole posts is the largest one; it is asked for in small pieces.
pub(crate) const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Slowest body that is waited for, once it has had [`SLOW_START`].
const RATE_BYTES_PER_SECOND_MIN: u64 = 1024;

/// How long a body may take before its rate is looked at.
const SLOW_START: Duration = Duration::from_secs(10);

/// Time to find the host and connect, TLS included.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(15);

/// Connections that stay open between calls: one for each visitor of a verification, and a few more.
const CONNECTIONS_KEPT: usize = 8;

/// Longest time for the body of a visited address: it may be a film.
const VISIT_TIME_MAX: Duration = Duration::from_secs(30 * 60);

/// Redirects that a reader's call follows. Writes follow none.
const REDIRECTS_MAX: usize = 5;

/// One call.
pub(crate) struct Request<'a> {
    /// Whole address.
    pub(crate) address: &'a str,
    /// Body and its `Content-Type` for a `POST`.
    pub(crate) body: Option<(&'a [u8], &'a str)>,
    /// Whether the body is gzip.
    pub(crate) gzip: bool,
    /// Whether to sign in.
    pub(crate) signed_in: bool,
    /// MD5 (hex) of the file in the body, where the other side shall compare.
    pub(crate) md5: Option<&'a str>,
}

/// Any answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Reply {
    /// HTTP status.
    pub(crate) status: u16,
    /// The address that answered.
    pub(crate) address: String,
    /// Headers.
    pub(crate) headers: HeaderMap,
    /// Body, whole.
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn leads_elsewhere(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308) && self.header("location").is_some()
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Silence {
    /// Nothing reached the server.
    NotSent(String),
    /// The server may have acted.
    Broken(String),
    /// The answer is longer than [`ANSWER_BYTES_MAX`].
    TooLarge,
}

/// The way to one host. Clones share its connections.
#[derive(Clone)]
pub(crate) struct Wire {
    agent: ureq::Agent,
    authorization: String,
    timeout: Option<Duration>,
}

impl Wire {
    pub(crate) fn new(address: &str, user: &str, password: &Secret, line: &Line) -> Self {
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(line.timeout))
            .timeout_connect(Some(CONNECT_TIME_MAX.min(line.timeout)))
            .max_idle_age(Duration::from_secs(10))
            .max_idle_connections_per_host(CONNECTIONS_KEPT)
            .user_agent(concat!("rehome/", env!("CARGO_PKG_VERSION")));
        if Url::parse(address).is_ok_and(|url| is_loopback(&url)) {
            config = config.proxy(None);
        }
        let word = format!("{user}:{}", password.reveal());
        let word = base64::engine::general_purpose::STANDARD.encode(word);
        Self {
            agent: config.build().new_agent(),
            authorization: format!("Basic {word}"),
            timeout: Some(line.timeout),
        }
    }

    /// Sends one call and reads its whole answer.
    pub(crate) fn call(&self, request: &Request<'_>) -> Result<Reply, Silence> {
        let started = Instant::now();
        let response = match request.body {
            None => {
                let mut call = self.agent.get(request.address);
                if request.signed_in {
                    call = call.header("authorization", &self.authorization);
                }
                call.call()
            }
            Some((body, media_type)) => {
                let mut call = self
                    .agent
                    .post(request.address)
                    .header("content-type", media_type)
                    .header("accept", "application/json");
                if request.signed_in {
                    call = call.header("authorization", &self.authorization);
                }
                if request.gzip {
                    call = call.header("content-encoding", "gzip");
                }
                if let Some(md5) = request.md5 {
                    call = call.header("content-md5", md5);
                }
                call.send(body)
            }
        };
        let response = response.map_err(|error| silence(&error))?;
        let (head, body) = response.into_parts();
        let body = read_body(body.into_reader(), started)?;
        Ok(Reply {
            status: head.status.as_u16(),
            address: request.address.to_owned(),
            headers: head.headers,
            body,
        })
    }

    /// Reads an address as a visitor does, whole.
    pub(crate) fn read(
        &self,
        address: &str,
        sign_in: &dyn Fn(&Url) -> bool,
    ) -> Result<Reply, Silence> {
        let mut whole = Bounded(Vec::new());
        match self.read_into(address, sign_in, &mut whole) {
            Ok(reply) => Ok(Reply {
                body: whole.0,
                ..reply
            }),
            Err(_) if whole.0.len() > ANSWER_BYTES_MAX => Err(Silence::TooLarge),
            Err(silence) => Err(silence),
        }
    }

    /// Reads an address as a visitor does, following redirects, and writes the body of the last answer to `to`. `sign_in` decides
    /// per address, so that a redirect elsewhere never carries the password along.
    pub(crate) fn read_into(
        &self,
        address: &str,
        sign_in: &dyn Fn(&Url) -> bool,
        to: &mut dyn Write,
    ) -> Result<Reply, Silence> {
        follow(address, |url| {
            let mut call = self.agent.get(url.as_str());
            if sign_in(url) {
                call = call.header("authorization", &self.authorization);
            }
            let response = call
                .config()
                .timeout_global(None)
                .timeout_recv_response(self.timeout)
                .timeout_recv_body(Some(VISIT_TIME_MAX))
                .build()
                .call()
                .map_err(|error| silence(&error))?;
            let (head, body) = response.into_parts();
            let reply = Reply {
                status: head.status.as_u16(),
                address: url.to_string(),
                headers: head.headers,
                body: Vec::new(),
            };
            if !reply.leads_elsewhere() {
                pass_body(body.into_reader(), to)?;
            }
            Ok(reply)
        })
    }

    /// The head of an answer to an anonymous visitor, following redirects. WordPress makes no page for it.
    pub(crate) fn glance(&self, address: &str) -> Result<Reply, Silence> {
        follow(address, |url| {
            let response = self
                .agent
                .head(url.as_str())
                .call()
                .map_err(|error| silence(&error))?;
            let (head, _) = response.into_parts();
            Ok(Reply {
                status: head.status.as_u16(),
                address: url.to_string(),
                headers: head.headers,
                body: Vec::new(),
            })
        })
    }
}

/// Calls an address, and those it redirects to.
fn follow(
    address: &str,
    mut call: impl FnMut(&Url) -> Result<Reply, Silence>,
) -> Result<Reply, Silence> {
    let mut url = Url::parse(address)
        .map_err(|error| Silence::NotSent(format!("{address} is no web address ({error})")))?;
    for _ in 0..=REDIRECTS_MAX {
        let reply = call(&url)?;
        let target = reply
            .header("location")
            .filter(|_| reply.leads_elsewhere())
            .and_then(|target| url.join(target).ok());
        match target {
            Some(next) if matches!(next.scheme(), "http" | "https") => url = next,
            _ => return Ok(reply),
        }
    }
    Err(Silence::NotSent(format!(
        "{address} redirects more than {REDIRECTS_MAX} times"
    )))
}

/// Whether the host is this machine itself.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Reads to the end, within the size.
fn read_body(body: impl Read, started: Instant) -> Result<Vec<u8>, Silence> {
    let mut whole = Bounded(Vec::new());
    match pass_body(body, &mut whole) {
        Ok(()) => Ok(whole.0),
        Err(_) if whole.0.len() > ANSWER_BYTES_MAX => Err(Silence::TooLarge),
        Err(Silence::Broken(what)) => Err(Silence::Broken(format!(
            "{what}, {} s after the call",
            started.elapsed().as_secs()
        ))),
        Err(silence) => Err(silence),
    }
}

/// Keeps what is written, as far as an answer may go.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(bytes);
        if self.0.len() > ANSWER_BYTES_MAX {
            return Err(std::io::Error::other("the answer is too long"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Reads to the end, not slower than the slowest that is sensible.
fn pass_body(mut body: impl Read, to: &mut dyn Write) -> Result<(), Silence> {
    let mut piece = [0_u8; 16 * 1024];
    let (started, mut bytes) = (Instant::now(), 0_u64);
    loop {
        let length = match body.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(Silence::Broken(format!(
                    "the answer broke off after {bytes} bytes: {}",
                    plain_words(&error)
                )));
            }
        };
        bytes += length as u64;
        to.write_all(&piece[..length])
            .map_err(|error| Silence::Broken(error.to_string()))?;
        let passed = started.elapsed();
        if passed > SLOW_START && bytes < RATE_BYTES_PER_SECOND_MIN * passed.as_secs() {
            return Err(Silence::Broken(format!(
                "the answer came too slowly: {bytes} bytes in {} s",
                passed.as_secs()
            )));
        }
    }
}

/// What a failure of the network means to a person, and what to do.
fn plain_words(error: &std::io::Error) -> &'static str {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::ConnectionRefused => {
            "nothing answers there; check the address and its port, and whether the web server runs"
        }
        ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::AddrNotAvailable
        | ErrorKind::NetworkDown => {
            "no way leads there from this machine; check the network connection"
        }
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof => {
            "the connection was cut; if that repeats, ask the hosting about its limits"
        }
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "it did not answer in time",
        ErrorKind::PermissionDenied => {
            "this machine does not allow the connection; look at its firewall"
        }
        ErrorKind::InvalidData => {
            "what came back is not an answer of a web server; check the address and its port"
        }
        _ => "the connection failed; check the network connection",
    }
}

const NO_HOST: &str =
    "there is no host of that name; check how the address is written, and the network connection";

/// Whether the system found no address for the name of a host. The system has no kind of its own for it.
fn is_unknown_host(error: &std::io::Error) -> bool {
    error.to_string().contains("lookup address")
}

/// Tells a call that never left from one whose fate is unknown.
fn silence(error: &ureq::Error) -> Silence {
    use std::io::ErrorKind;
    use ureq::Timeout;
    let what = match error {
        ureq::Error::HostNotFound => NO_HOST.to_owned(),
        ureq::Error::Io(error) if is_unknown_host(error) => NO_HOST.to_owned(),
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            "the host did not answer in time; check the address and the network connection"
                .to_owned()
        }
        ureq::Error::Timeout(_) => "it did not answer in time".to_owned(),
        ureq::Error::ConnectionFailed => {
            "no connection came about; check the address and the network connection".to_owned()
        }
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => format!(
            "no encrypted connection came about ({error}); check the site's certificate, or ask the hosting"
        ),
        ureq::Error::Io(error) => plain_words(error).to_owned(),
        other => format!("the call failed ({other})"),
    };
    let not_sent = match error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::Tls(_)
        | ureq::Error::Rustls(_)
        | ureq::Error::InvalidProxyUrl
        | ureq::Error::ConnectProxyFailed(_)
        | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => true,
        ureq::Error::Io(error) => {
            matches!(
                error.kind(),
                ErrorKind::ConnectionRefused
                    | ErrorKind::HostUnreachable
                    | ErrorKind::NetworkUnreachable
                    | ErrorKind::AddrNotAvailable
            ) || is_unknown_host(error)
        }
        _ => false,
    };
    if not_sent {
        Silence::NotSent(what)
    } else {
        Silence::Broken(what)
    }
}
