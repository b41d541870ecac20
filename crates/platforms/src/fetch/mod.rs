//! The only HTTP client for foreign addresses: public addresses only, limits, politeness.
//!
//! An address comes from a stranger's blog, so nothing about it is believed. [`guard`] decides which addresses may be asked
//! and filters what names resolve to, so that the checked address is the connected one; every redirect passes it again.
//! [`pace`] keeps us polite. There are no cookies, no referrers and no proxies from the environment, and no text that leaves
//! this module shows a query string, because old addresses carry keys there.

pub mod guard;
pub mod pace;

mod transfer;

#[cfg(test)]
mod tests;

use blog::doors::{Answer, Call, MediaError, ReadError};
use std::{
    hash::{BuildHasher, RandomState},
    io::Write,
    time::Duration,
};
use ureq::{Agent, http};

pub use guard::without_query;
use guard::{Gate, Route};
use pace::{Pace, Turn};
use transfer::{Fault, Flow, copy};

/// Redirects followed before an address counts as going in circles. WordPress follows as many.
const REDIRECTS: usize = 5;
/// Head of an answer; the largest honest ones are below 16 KiB.
const HEADER_BYTES: usize = 64 * 1024;
/// The longest wait that a server's `Retry-After` can ask of us; beyond it the caller should come back another day.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How long we wait for a server. The defaults are those of `facts/reliability.md` 6.1.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a name and for a connection, each.
    pub connect: Duration,
    /// From the request to the end of the answer's head.
    pub first_byte: Duration,
    /// For the whole body; a big one gets more while it keeps coming at a good rate.
    pub whole: Duration,
    /// The window in which at least 1 KiB a second must arrive.
    pub window: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(15),
            whole: Duration::from_secs(600),
            window: Duration::from_secs(30),
        }
    }
}

/// What a [`Fetcher`] needs to know.
#[derive(Debug, Clone)]
pub struct FetchSettings {
    /// Hosts (`name` or `name:port`) that may be asked although they are in a private network or on an odd port.
    pub allow_private_hosts: Vec<String>,
    /// `host:port` that is asked in place of every foreign host, over plain http, with the original `Host`. For people who
    /// run both ends, and for the sample host.
    pub connect_to: Option<String>,
    /// Calls to one host at the same time.
    pub parallel_per_host: usize,
    /// Time between the starts of two calls to one host.
    pub delay_per_host: Duration,
    /// How we introduce ourselves.
    pub user_agent: String,
    /// Tries for one address, the first included.
    pub tries: u32,
    /// The first pause between tries; it doubles with each.
    pub pause: Duration,
    /// How long we wait.
    pub patience: Patience,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            allow_private_hosts: Vec::new(),
            connect_to: None,
            parallel_per_host: 4,
            delay_per_host: Duration::ZERO,
            user_agent: concat!("Rehome/", env!("CARGO_PKG_VERSION")).to_owned(),
            tries: 3,
            pause: Duration::from_millis(500),
            patience: Patience::default(),
        }
    }
}

/// The client. Shared by threads; keeps its connections.
#[derive(Debug)]
pub struct Fetcher {
    agent: Agent,
    gate: Gate,
    pace: Pace,
    settings: FetchSettings,
}

/// What a download brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    /// HTTP status, always of the 200s.
    pub status: u16,
    /// `Content-Type`, as claimed.
    pub media_type: Option<String>,
    /// Bytes written.
    pub bytes: u64,
    /// The address that answered after redirects.
    pub address: String,
}

impl Fetcher {
    /// A client under `settings`.
    #[must_use]
    pub fn new(settings: FetchSettings) -> Self {
        let gate = Gate::new(
            &settings.allow_private_hosts,
            settings.connect_to.as_deref(),
        );
        let patience = settings.patience;
        let config = Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(settings.user_agent.as_str())
            .max_response_header_size(HEADER_BYTES)
            .timeout_resolve(Some(patience.connect))
            .timeout_connect(Some(patience.connect))
            .timeout_send_request(Some(patience.first_byte))
            .timeout_recv_response(Some(patience.first_byte))
            .timeout_per_read(Some(patience.window))
            .build();
        let agent = Agent::with_parts(
            config,
            ureq::unversioned::transport::DefaultConnector::new(),
            gate.resolver(),
        );
        let pace = Pace::new(settings.parallel_per_host, settings.delay_per_host);
        Self {
            agent,
            gate,
            pace,
            settings,
        }
    }

    /// Asks an address and keeps the whole body in memory. Any status is an answer.
    ///
    /// # Errors
    /// When the address is not allowed, there is no whole answer after all tries, or the body is larger than `max_bytes`.
    pub fn ask(&self, call: &Call<'_>, max_bytes: u64) -> Result<Answer, ReadError> {
        let mut body = Vec::new();
        let ask = Ask {
            call,
            as_is: false,
            max_bytes,
            any_status: true,
        };
        let flow = self
            .with_tries(&ask, &mut Sink::Memory(&mut body))
            .map_err(|fault| fault.for_reader(call.address))?;
        Ok(Answer {
            status: flow.status,
            address: flow.address,
            media_type: flow.media_type,
            body,
        })
    }

    /// Writes what is at `address` into `to`. An answer that breaks off is continued where it broke, when the server can.
    ///
    /// # Errors
    /// When the address is not allowed, has nothing, or does not deliver all of it. What was written until then is of no use.
    pub fn download(
        &self,
        address: &str,
        to: &mut dyn Write,
        max_bytes: u64,
    ) -> Result<Downloaded, MediaError> {
        let call = Call::get(address);
        // Pictures do not shrink by compression, and an unpacked count is the only honest one.
        let ask = Ask {
            call: &call,
            as_is: true,
            max_bytes,
            any_status: false,
        };
        let flow = self
            .with_tries(&ask, &mut Sink::Stream(to))
            .map_err(|fault| fault.for_media(address))?;
        Ok(Downloaded {
            status: flow.status,
            media_type: flow.media_type,
            bytes: flow.bytes,
            address: flow.address,
        })
    }

    fn with_tries(&self, ask: &Ask<'_>, to: &mut Sink<'_>) -> Result<Flow, Fault> {
        let mut flow = Flow::default();
        let mut tries = 1;
        loop {
            let last = tries >= self.settings.tries;
            let fault = match self.once(ask, &mut flow, to, last) {
                Ok(()) => return Ok(flow),
                Err(fault) => fault,
            };
            if last || !fault.worth_a_try(ask.call.method) {
                return Err(fault);
            }
            std::thread::sleep(self.pause(tries, fault.wait()));
            tries += 1;
        }
    }

    /// One try. A busy server's answer is a fault as long as there is another try, and an answer after that.
    fn once(
        &self,
        ask: &Ask<'_>,
        flow: &mut Flow,
        to: &mut Sink<'_>,
        last: bool,
    ) -> Result<(), Fault> {
        if let Sink::Memory(body) = to {
            // Small, and perhaps compressed: begun anew rather than continued.
            body.clear();
            *flow = Flow::default();
        }
        let (response, address, _turn) = self.follow(ask, flow.bytes)?;
        let status = response.status().as_u16();
        let busy = Fault::Status {
            status,
            wait: transfer::retry_after(&response),
        };
        if !last && busy.worth_a_try(ask.call.method) {
            return Err(busy);
        }
        if !ask.any_status && !(200..300).contains(&status) {
            return Err(busy);
        }
        flow.begin(&response, address)?;
        let to: &mut dyn Write = match to {
            Sink::Memory(body) => *body,
            Sink::Stream(to) => *to,
        };
        copy(
            response.into_body(),
            flow,
            to,
            ask.max_bytes,
            &self.settings.patience,
        )
    }

    /// Follows redirects by hand, so that each new address passes the gate.
    fn follow(
        &self,
        ask: &Ask<'_>,
        from: u64,
    ) -> Result<(http::Response<ureq::Body>, String, Turn<'_>), Fault> {
        let mut address = ask.call.address.to_owned();
        let mut method = ask.call.method;
        for _ in 0..=REDIRECTS {
            let route = self.gate.route(&address)?;
            let turn = self.pace.turn(&route.host);
            if self.pace.is_silent(&route.host) {
                return Err(Fault::Silent);
            }
            let response = self.send(ask, method, &route, from);
            let unanswered = matches!(&response, Err(Fault::NoHost | Fault::NoAnswer(_)));
            self.pace.heard(&route.host, !unanswered);
            let response = response?;
            let status = response.status().as_u16();
            let Some(next) = next_address(&response, &route) else {
                return Ok((response, route.address, turn));
            };
            if status != 307 && status != 308 {
                method = "GET";
            }
            address = next;
        }
        Err(Fault::Circle)
    }

    fn send(
        &self,
        ask: &Ask<'_>,
        method: &str,
        route: &Route,
        from: u64,
    ) -> Result<http::Response<ureq::Body>, Fault> {
        let mut request = http::Request::builder().method(method).uri(&route.asked);
        // Keys go to the host they were meant for, and to no other that it redirects to.
        if guard::same_host(ask.call.address, &route.address) {
            for (name, value) in ask.call.headers {
                request = request.header(*name, *value);
            }
        }
        if ask.as_is {
            request = request.header("accept-encoding", "identity");
        }
        if route.was_https && route.asked.starts_with("http:") {
            request = request.header("x-forwarded-proto", "https");
        }
        if from > 0 {
            request = request.header("range", format!("bytes={from}-"));
        }
        let sent = match ask.call.body.filter(|_| method == "POST") {
            Some(body) => request
                .body(body)
                .map_err(ureq::Error::from)
                .and_then(|request| self.agent.run(request)),
            None => request
                .body(())
                .map_err(ureq::Error::from)
                .and_then(|request| self.agent.run(request)),
        };
        sent.map_err(|error| Fault::of(&error))
    }

    /// Doubling pauses with some chance in them, so that many movers do not knock in step; or what the server asks for.
    fn pause(&self, tries: u32, asked: Option<Duration>) -> Duration {
        let doubled = self.settings.pause.saturating_mul(1 << (tries - 1).min(6));
        let chance = RandomState::new().hash_one(tries) % 1000;
        let jittered = doubled.mul_f64(0.5 + chance as f64 / 1000.0);
        asked.unwrap_or(jittered).max(jittered).min(LONGEST_WAIT)
    }
}

/// One ask, as it goes through tries and redirects.
struct Ask<'a> {
    call: &'a Call<'a>,
    /// Whether the body is wanted without transport compression.
    as_is: bool,
    max_bytes: u64,
    /// Whether a 404 is an answer too.
    any_status: bool,
}

/// Where a body goes.
enum Sink<'a> {
    Memory(&'a mut Vec<u8>),
    Stream(&'a mut dyn Write),
}

/// Where a redirect leads; `None` for answers that are no redirect.
fn next_address(response: &http::Response<ureq::Body>, route: &Route) -> Option<String> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get("location")?;
    let location = String::from_utf8_lossy(location.as_bytes());
    let base = url::Url::parse(&route.address).ok()?;
    base.join(location.trim()).ok().map(String::from)
}
