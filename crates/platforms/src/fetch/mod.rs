//! The only HTTP client for foreign addresses: public addresses only, limits, politeness.
//!
//! An address comes from a stranger's blog, so nothing about it is believed. [`guard`] decides which addresses may be asked, and
//! [`names`] filters what names resolve to, so that the checked address is the connected one; every redirect passes both again.
//! [`pace`] and [`budget`] keep us polite. There are no cookies, no referrers and no proxies from the environment, and no text that leaves
//! this module shows a query string, because old addresses carry keys there.

pub mod guard;
pub mod names;

mod budget;
mod pace;
mod stopping;
mod ticking;
mod transfer;
mod window;

#[cfg(test)]
mod tests;

use blog::doors::{Answer, Call, MediaError, ReadError};
use std::{
    hash::{BuildHasher, RandomState},
    io::Write,
    ops::RangeInclusive,
    sync::Arc,
    time::{Duration, Instant},
};
use ureq::{
    Agent, http,
    unversioned::transport::{Connector, DefaultConnector},
};

use budget::Budget;
pub use guard::without_query;
use guard::{Gate, Route};
use names::{GateResolver, Names};
use pace::{Heard, Pace, Turn};
use ticking::{TICK, TickingConnector};
pub(crate) use transfer::asked_wait;
use transfer::{Bounds, Fault, Flow, GOOD_BYTES_PER_SECOND, copy};

/// Redirects followed before an address counts as going in circles. WordPress follows as many.
pub const REDIRECTS: usize = 5;
/// Head of an answer; the largest honest ones are below 16 KiB.
pub const HEADER_BYTES: usize = 64 * 1024;
/// Answers of a busy server (429, 503) that do not say how long to wait, before the last one is believed.
pub const BUSY_ANSWERS: u32 = 6;
/// Connections kept open between calls, to all hosts together.
const IDLE_CONNECTIONS: usize = 32;
/// The longest of our own pauses between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long a host that asked for quiet is remembered at most, whatever it asked for.
const LONGEST_QUIET: Duration = Duration::from_secs(24 * 3600);

/// How long we wait for a server. The defaults suit the slow hosts of old blogs.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a name and for a connection, each.
    pub connect: Duration,
    /// From the request to the end of the answer's head.
    pub first_byte: Duration,
    /// For one address, all tries and redirects together, waits that a server asked for and turns of others not counted; a big
    /// body gets more while it keeps coming at a good rate.
    pub whole: Duration,
    /// The window in which at least 1 KiB a second must arrive.
    pub window: Duration,
    /// The most that one address waits because its server asked for it (`Retry-After`); beyond it the caller should come back
    /// another day.
    pub quiet: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(15),
            whole: Duration::from_secs(600),
            window: Duration::from_secs(30),
            quiet: Duration::from_secs(600),
        }
    }
}

/// What a [`Fetcher`] needs to know.
#[derive(Debug, Clone)]
pub struct FetchSettings {
    /// Hosts (`name` or `name:port`) that may be asked although they are in a private network; without a port, at any.
    pub allow_private_hosts: Vec<String>,
    /// Who resolves names; the system where there is nobody else.
    pub names: Option<Arc<dyn Names>>,
    /// `host:port` that is asked in place of every foreign host, over plain http, with the original `Host`. For people who
    /// run both ends, and for the sample host.
    pub connect_to: Option<String>,
    /// Calls to one host at the same time: to begin with, and at most. More are made while it answers as quickly as before, fewer
    /// where it takes longer, half as many where it refuses.
    pub parallel_per_host: RangeInclusive<usize>,
    /// Time between the starts of two calls to one host.
    pub delay_per_host: Duration,
    /// How we introduce ourselves.
    pub user_agent: String,
    /// Tries for one address, the first included. A busy server's answers do not count.
    pub tries: u32,
    /// The first pause between tries; it doubles with each.
    pub pause: Duration,
    /// How long we wait.
    pub patience: Patience,
    /// Whether the owner asked to stop: every wait and every body that is on its way ends then.
    pub stop_asked: fn() -> bool,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            allow_private_hosts: Vec::new(),
            names: None,
            connect_to: None,
            parallel_per_host: 4..=16,
            delay_per_host: Duration::ZERO,
            user_agent: concat!("Rehome/", env!("CARGO_PKG_VERSION")).to_owned(),
            tries: 3,
            pause: Duration::from_millis(500),
            patience: Patience::default(),
            stop_asked: || false,
        }
    }
}

/// The client. Shared by threads; keeps its connections.
#[derive(Debug)]
pub struct Fetcher {
    agent: Agent,
    gate: Gate,
    pace: Pace,
    budget: Budget,
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
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_connections_per_host(*settings.parallel_per_host.end())
            .timeout_resolve(Some(patience.connect))
            .timeout_connect(Some(patience.connect))
            .timeout_send_request(Some(patience.first_byte))
            .build();
        let tick = TICK.min(patience.window);
        let agent = Agent::with_parts(
            config,
            DefaultConnector::new().chain(TickingConnector { tick }),
            GateResolver::new(gate.clone(), settings.names.clone()),
        );
        let pace = Pace::new(
            settings.parallel_per_host.clone(),
            settings.delay_per_host,
            patience.quiet,
            settings.stop_asked,
        );
        Self {
            agent,
            gate,
            pace,
            budget: Budget::default(),
            settings,
        }
    }

    /// Asks an address and keeps the whole body in memory. Any status is an answer.
    ///
    /// # Errors
    /// When the address is not allowed, there is no whole answer after all tries, the body is larger than `max_bytes`, or the owner
    /// asked to stop.
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
    /// When the address is not allowed, has nothing, or does not deliver all of it, or the owner asked to stop. What was written until
    /// then is of no use.
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
        let mut spent = Spent {
            left: self.settings.patience.whole,
            quiet_left: self.settings.patience.quiet,
            busy: 0,
        };
        let mut tries = 1;
        let host = self.gate.route(ask.call.address)?.host;
        loop {
            let last = tries >= self.settings.tries || !self.budget.has(&host);
            let pause = match self.once(ask, &mut flow, to, last, &mut spent) {
                Ok(()) => {
                    self.budget.earned(&host);
                    return Ok(flow);
                }
                Err(Fault::Busy { pause }) => pause,
                Err(fault)
                    if last || spent.left.is_zero() || !fault.worth_a_try(ask.call.method) =>
                {
                    return Err(fault);
                }
                Err(_) => {
                    self.budget.spend(&host);
                    tries += 1;
                    self.pause(tries - 1)
                }
            };
            stopping::sleep(pause, self.settings.stop_asked)?;
        }
    }

    /// One try. A broken server's answer is a fault as long as there is another try, and an answer after that; a busy one's, as
    /// long as we are willing to wait.
    fn once(
        &self,
        ask: &Ask<'_>,
        flow: &mut Flow,
        to: &mut Sink<'_>,
        last: bool,
        spent: &mut Spent,
    ) -> Result<(), Fault> {
        if let Sink::Memory(body) = to {
            // Small, and perhaps compressed: begun anew rather than continued.
            body.clear();
            *flow = Flow::default();
        }
        let (response, address, turn) = self.follow(ask, flow.bytes, spent)?;
        let status = response.status().as_u16();
        if matches!(status, 429 | 503)
            && let Some(pause) = self.busy(&response, turn.host(), spent)
        {
            return Err(Fault::Busy { pause });
        }
        let fault = Fault::Status(status);
        if (!last && fault.worth_a_try(ask.call.method))
            || (!ask.any_status && !(200..300).contains(&status))
        {
            return Err(fault);
        }
        flow.begin(&response, address)?;
        let to: &mut dyn Write = match to {
            Sink::Memory(body) => *body,
            Sink::Stream(to) => *to,
        };
        let begun = Instant::now();
        let bounds = Bounds {
            max_bytes: ask.max_bytes,
            left: spent.left,
            window: self.settings.patience.window,
            stop_asked: self.settings.stop_asked,
        };
        let copied = copy(response.into_body(), flow, to, bounds);
        spent.left = spent.left.saturating_sub(begun.elapsed());
        copied
    }

    /// How long to wait for a busy server; `None` when its answer has to be believed. Other calls to the host wait too.
    fn busy(
        &self,
        response: &http::Response<ureq::Body>,
        host: &str,
        spent: &mut Spent,
    ) -> Option<Duration> {
        let own = self.pause(spent.busy + 1);
        let Some(asked) = transfer::retry_after(response) else {
            spent.busy += 1;
            return (spent.busy <= BUSY_ANSWERS).then_some(own);
        };
        let wait = asked.max(own);
        self.pace.close(host, wait.min(LONGEST_QUIET));
        spent.quiet_left = spent.quiet_left.checked_sub(wait)?;
        spent.busy += 1;
        Some(wait)
    }

    /// Follows redirects by hand, so that each new address passes the gate.
    fn follow(
        &self,
        ask: &Ask<'_>,
        from: u64,
        spent: &mut Spent,
    ) -> Result<(http::Response<ureq::Body>, String, Turn<'_>), Fault> {
        let mut address = ask.call.address.to_owned();
        let mut method = ask.call.method;
        for _ in 0..=REDIRECTS {
            let route = self.gate.route(&address)?;
            let turn = self.pace.turn(&route.host)?;
            let begun = Instant::now();
            let response = self.send(ask, method, &route, from, spent.left);
            let wait = begun.elapsed();
            spent.left = spent.left.saturating_sub(wait);
            turn.heard(match &response {
                Ok(response) => Heard::Answer(response.status().as_u16(), wait),
                Err(Fault::NoHost | Fault::NoAnswer(_)) => Heard::Nothing,
                Err(_) => Heard::Else,
            });
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
        left: Duration,
    ) -> Result<http::Response<ureq::Body>, Fault> {
        if left.is_zero() {
            return Err(Fault::NoAnswer("no answer in time".to_owned()));
        }
        let mut request = http::Request::builder().method(method).uri(&route.asked);
        // Keys go to the host they were meant for, and to no other that it redirects to.
        if guard::same_place(ask.call.address, &route.address) {
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
        let unsent = |error: http::Error| Fault::of(&error.into());
        let sent = match ask.call.body.filter(|_| method == "POST") {
            Some(body) => self.run(request.body(body).map_err(unsent)?, left, ask.max_bytes),
            None => self.run(request.body(()).map_err(unsent)?, left, ask.max_bytes),
        };
        sent.map_err(|error| Fault::of(&error))
    }

    fn run(
        &self,
        request: http::Request<impl ureq::AsSendBody>,
        left: Duration,
        max_bytes: u64,
    ) -> Result<http::Response<ureq::Body>, ureq::Error> {
        let first_byte = self.settings.patience.first_byte.min(left);
        // Only a fence behind `copy`, which knows better how much time a body has.
        let body = left + Duration::from_secs(max_bytes / GOOD_BYTES_PER_SECOND + 1);
        let request = self
            .agent
            .configure_request(request)
            .timeout_recv_response(Some(first_byte))
            .timeout_recv_body(Some(body))
            .build();
        self.agent.run(request)
    }

    /// Full jitter: anything up to twice a pause that doubles with each try, so that movers who failed together do not knock
    /// together again.
    fn pause(&self, tries: u32) -> Duration {
        let longest = self.settings.pause.saturating_mul(2 << (tries - 1).min(7));
        let chance = RandomState::new().hash_one(tries) % 1000;
        longest.min(LONGEST_PAUSE).mul_f64(chance as f64 / 1000.0)
    }
}

/// What is left for one address.
struct Spent {
    /// Time for asking and reading.
    left: Duration,
    /// Time for waits that servers ask for.
    quiet_left: Duration,
    /// Answers of a busy server so far.
    busy: u32,
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
