//! The host itself: a socket on loopback, a thread of its own, a memory of everything asked.

use super::answer::Answer;
use super::asked::Asked;
use super::faults::{BURST, Faults, strikes};
use super::pictures::Gallery;
use super::routes;
use super::space::{Comment, Space};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A running host. It stops when dropped.
pub struct Host {
    /// Where it listens.
    pub address: SocketAddr,
    world: Arc<World>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// One request as the host remembers it.
#[derive(Debug, Clone, Serialize)]
pub struct Logged {
    /// `GET`, `POST`.
    pub method: String,
    /// The host that was meant, without port.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// Milliseconds since the host started.
    pub at_milliseconds: u64,
}

/// Everything the answers depend on.
pub(super) struct World {
    pub(super) spaces: Vec<Space>,
    pub(super) gallery: Gallery,
    changing: Mutex<Changing>,
    started: std::time::Instant,
}

struct Changing {
    faults: Faults,
    now: Timestamp,
    count: u64,
    failing: u64,
    log: Vec<Logged>,
}

/// Autumn 2010, a week after the closing was announced: the clock of a host that nobody set.
const USUAL_NOW: &str = "2010-10-04T18:00:00Z";
const BODY_LIMIT_BYTES: usize = 16 * 1024 * 1024;

impl Host {
    /// Starts a host on a free port.
    ///
    /// # Panics
    ///
    /// When loopback gives no port; a test cannot go on without one.
    #[must_use]
    pub fn start(spaces: Vec<Space>, faults: Faults) -> Self {
        Self::start_on(0, spaces, faults).expect("loopback gives a free port")
    }

    /// Starts a host on `port`; 0 takes any free one.
    ///
    /// # Errors
    ///
    /// When the port is taken or the runtime cannot be built.
    pub fn start_on(port: u16, mut spaces: Vec<Space>, faults: Faults) -> std::io::Result<Self> {
        for space in &mut spaces {
            add_comments(space, faults.many_comments);
            space.number_the_rest();
        }
        let changing = Changing {
            faults,
            now: USUAL_NOW.parse().unwrap_or_default(),
            count: 0,
            failing: 0,
            log: Vec::new(),
        };
        let gallery = Gallery::new(&spaces);
        let world = Arc::new(World {
            spaces,
            gallery,
            changing: Mutex::new(changing),
            started: std::time::Instant::now(),
        });
        let socket = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let served = Arc::clone(&world);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async move {
                tokio::select! {
                    _ = serve(socket, served) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        });
        Ok(Self {
            address,
            world,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything asked so far.
    #[must_use]
    pub fn log(&self) -> Vec<Logged> {
        self.world.changing().log.clone()
    }

    /// Forgets what was asked.
    pub fn forget_log(&self) {
        self.world.changing().log.clear();
    }

    /// Puts other faults in place. `many_comments` counts only at the start.
    pub fn set_faults(&self, faults: Faults) {
        self.world.changing().faults = faults;
    }

    /// Turns the clock by which ages of comments are told.
    pub fn set_now(&self, now: Timestamp) {
        self.world.changing().now = now;
    }

    /// The Spaces it serves, with every comment numbered.
    #[must_use]
    pub fn spaces(&self) -> &[Space] {
        &self.world.spaces
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself; then nobody listens.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl World {
    fn changing(&self) -> MutexGuard<'_, Changing> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn faults(&self) -> Faults {
        self.changing().faults.clone()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.changing().now
    }

    /// Changes faults and clock as `POST /__control` asks: `{"faults": {...}, "now": "...", "forget_log": true}`.
    pub(super) fn control(&self, wish: &serde_json::Value) -> Result<(), String> {
        let mut changing = self.changing();
        if let Some(changes) = wish.get("faults") {
            changing
                .faults
                .change(changes)
                .map_err(|error| error.to_string())?;
        }
        if let Some(now) = wish.get("now").and_then(serde_json::Value::as_str) {
            changing.now = now
                .parse()
                .map_err(|_| format!("'{now}' is no moment such as 2010-10-04T18:00:00Z"))?;
        }
        if wish.get("forget_log").and_then(serde_json::Value::as_bool) == Some(true) {
            changing.log.clear();
        }
        Ok(())
    }

    pub(super) fn logged(&self) -> Vec<Logged> {
        self.changing().log.clone()
    }

    /// Counts a request and says what befalls it.
    fn fate(&self) -> Fate {
        let mut changing = self.changing();
        changing.count += 1;
        let count = changing.count;
        if strikes(changing.faults.server_errors, count) {
            changing.failing = BURST;
        }
        let fails = changing.failing > 0;
        changing.failing = changing.failing.saturating_sub(1);
        Fate {
            fails,
            cut: strikes(changing.faults.cut_answers, count),
            wait: strikes(changing.faults.slow_answers, count)
                .then(|| Duration::from_millis(changing.faults.slow_milliseconds)),
        }
    }

    fn remember(&self, asked: &Asked, status: u16) {
        let entry = Logged {
            method: asked.method.clone(),
            host: asked.host.clone(),
            path: asked.target.clone(),
            status,
            at_milliseconds: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        self.changing().log.push(entry);
    }
}

struct Fate {
    fails: bool,
    cut: bool,
    wait: Option<Duration>,
}

async fn serve(socket: std::net::TcpListener, world: Arc<World>) -> std::io::Result<()> {
    let listener = TcpListener::from_std(socket)?;
    axum::serve(listener, Router::new().fallback(handle).with_state(world)).await
}

async fn handle(State(world): State<Arc<World>>, request: Request) -> Response {
    let mut asked = asked_by(&request);
    asked.body = axum::body::to_bytes(request.into_body(), BODY_LIMIT_BYTES)
        .await
        .unwrap_or_default()
        .to_vec();
    if routes::is_control(&asked) {
        return respond(routes::control(&world, &asked), false);
    }
    let fate = world.fate();
    if let Some(wait) = fate.wait {
        tokio::time::sleep(wait).await;
    }
    let answer = if fate.fails {
        Answer::plain(500, "Server Error in '/' Application.")
    } else {
        let (world, asked) = (Arc::clone(&world), asked.clone());
        tokio::task::spawn_blocking(move || routes::answer(&world, &asked))
            .await
            .unwrap_or_else(|_| Answer::plain(500, "the simulator itself failed; see its output"))
    };
    world.remember(&asked, answer.status);
    respond(answer, fate.cut)
}

/// Host, path and scheme; a request in proxy form (`GET http://host/path`) is as good as one with a `Host` header.
fn asked_by(request: &Request) -> Asked {
    let header = |name: header::HeaderName| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let host = request
        .uri()
        .host()
        .or_else(|| header(header::HOST))
        .unwrap_or("");
    let target = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let mut asked = Asked::new(request.method().as_str(), host, target);
    let forwarded = request
        .headers()
        .get("x-forwarded-proto")
        .and_then(|value| value.to_str().ok());
    asked.secure = forwarded == Some("https") || request.uri().scheme_str() == Some("https");
    asked
}

fn respond(answer: Answer, cut: bool) -> Response {
    let length = answer.body.len();
    let mut response = Response::builder()
        .status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .header(header::CONTENT_TYPE, answer.content_type)
        .header(header::CONTENT_LENGTH, length);
    if let Some(location) = &answer.location {
        response = response.header(header::LOCATION, location);
    }
    let body = if cut && length > 1 {
        let half = Bytes::copy_from_slice(&answer.body[..length / 2]);
        Body::new(Cut {
            half: Some(half),
            rest: Box::pin(tokio::time::sleep(Duration::from_millis(20))),
        })
    } else {
        Body::from(answer.body)
    };
    response.body(body).unwrap_or_default()
}

/// A body that ends in the middle, so that the connection closes short of the Content-Length. The pause lets the first
/// half leave the socket before the server notices.
struct Cut {
    half: Option<Bytes>,
    rest: Pin<Box<tokio::time::Sleep>>,
}

impl http_body::Body for Cut {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(http_body::Frame::data(half))));
        }
        match self.rest.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => Poll::Ready(Some(Err(std::io::Error::other("cut on purpose")))),
        }
    }
}

/// Adds `count` made-up comments to the newest published entry.
fn add_comments(space: &mut Space, count: Option<u64>) {
    let newest = space
        .entries
        .iter_mut()
        .filter(|entry| !entry.draft)
        .max_by_key(|entry| entry.date);
    let (Some(entry), Some(count)) = (newest, count) else {
        return;
    };
    for number in 1..=count {
        let minutes = i64::try_from(number).unwrap_or(0);
        let date = entry
            .date
            .checked_add(jiff::Span::new().minutes(minutes))
            .unwrap_or(entry.date);
        entry.comments.push(Comment {
            author: format!("Visitor {number}"),
            date,
            body: format!("<div>Comment number {number}.</div>"),
            ..Comment::default()
        });
    }
}
