//! One thread of the server: its listeners, its connections, and how they end. A connection stays on the thread that took it.

use super::conversation::{Desk, Visitor};
use super::proxy::{self, Network};
use super::settings::Limits;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::time::{sleep, timeout, timeout_at};

/// Pause after an accept that failed, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a closing listener takes the connections that are on their way.
const LAST_CALL: Duration = Duration::from_millis(30);
/// Headers of a request.
const HEADERS: usize = 100;
/// Requests of one HTTP/2 connection at once.
const STREAMS: u32 = 64;

/// A listening socket.
pub(super) struct Door {
    pub(super) listener: TcpListener,
    /// Whether TLS is spoken there.
    pub(super) secure: bool,
}

/// What a connection needs.
struct House {
    desk: Arc<Desk>,
    limits: Limits,
    proxies: Vec<Network>,
}

/// Takes connections until `stop` says so, then sees them off.
pub(super) async fn work(
    desk: Desk,
    limits: Limits,
    proxies: Vec<Network>,
    doors: Vec<Door>,
    stop: watch::Receiver<bool>,
) {
    let house = Arc::new(House {
        desk: Arc::new(desk),
        limits,
        proxies,
    });
    let (end, ending) = watch::channel(false);
    // Each connection holds a sender; when all are gone, so are the connections.
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    let mut taking = tokio::task::JoinSet::new();
    for door in doors {
        taking.spawn(take(
            door,
            house.clone(),
            stop.clone(),
            ending.clone(),
            alive.clone(),
        ));
    }
    drop(alive);
    while taking.join_next().await.is_some() {}
    let idle = Duration::from_secs(house.limits.idle_seconds);
    if timeout(idle, all_gone.recv()).await.is_ok() {
        return;
    }
    end.send_replace(true);
    let drain = Duration::from_secs(house.limits.drain_seconds);
    // Whoever is still there after that is cut.
    let _ = timeout(drain, all_gone.recv()).await;
}

/// Takes connections of one door.
async fn take(
    door: Door,
    house: Arc<House>,
    mut stop: watch::Receiver<bool>,
    ending: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
) {
    let seat = |stream, permit, peer| {
        let (house, ending, alive) = (house.clone(), ending.clone(), alive.clone());
        tokio::spawn(async move {
            let _held: (OwnedSemaphorePermit, mpsc::Sender<()>) = (permit, alive);
            // Its errors are those of a visitor who went away or spoke no HTTP.
            let _ = connection(stream, peer, door.secure, &house, ending).await;
        });
    };
    let places = house.desk.shared.places.clone();
    loop {
        let taken = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            taken = accept(&door.listener, &places) => taken,
        };
        let Some((stream, peer, permit)) = taken else {
            return;
        };
        seat(stream, permit, peer);
    }
    // Whoever knocked before the door closed is let in. Not for as long as somebody knocks: there would be no end.
    let last_call = tokio::time::Instant::now() + LAST_CALL;
    while let Ok(Some((stream, peer, permit))) =
        timeout_at(last_call, accept(&door.listener, &places)).await
    {
        seat(stream, permit, peer);
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<tokio::sync::Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = places.clone().acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Some((stream, peer, permit)),
            Err(_) => sleep(PAUSE).await,
        }
    }
}

async fn connection(
    mut stream: TcpStream,
    peer: SocketAddr,
    secure: bool,
    house: &House,
    ending: watch::Receiver<bool>,
) -> io::Result<()> {
    house.desk.tally().connected();
    stream.set_nodelay(true)?;
    let head = Duration::from_secs(house.limits.head_seconds);
    let mut named = peer;
    if house.proxies.iter().any(|network| network.holds(peer.ip())) {
        named = timeout(head, proxy::visitor(&mut stream, peer)).await??;
    }
    let visitor = Visitor {
        address: named.ip(),
        secure,
    };
    let life = Duration::from_secs(house.limits.connection_seconds);
    let talk = Talk {
        house,
        visitor,
        life,
        ending,
    };
    if secure {
        let handshake = Duration::from_secs(house.limits.handshake_seconds);
        let Some(tls) = house.desk.shared.tls.clone() else {
            return Ok(());
        };
        let stream = timeout(handshake, tls.accept(stream)).await??;
        let newer = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        talk.speak(stream, newer).await;
    } else {
        let newer = timeout(head, begins_http2(&stream)).await??;
        talk.speak(stream, newer).await;
    }
    Ok(())
}

/// Whether a visitor begins as HTTP/2 begins: `PRI`.
async fn begins_http2(stream: &TcpStream) -> io::Result<bool> {
    let mut begin = [0; 3];
    loop {
        let length = stream.peek(&mut begin).await?;
        if begin[..length] != b"PRI"[..length] || length == 0 {
            return Ok(false);
        }
        if length == begin.len() {
            return Ok(true);
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// A conversation that is about to begin.
struct Talk<'a> {
    house: &'a House,
    visitor: Visitor,
    life: Duration,
    ending: watch::Receiver<bool>,
}

impl Talk<'_> {
    async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        stream: S,
        newer: bool,
    ) {
        let (desk, visitor) = (self.house.desk.clone(), self.visitor);
        let service = service_fn(move |request: Request<Incoming>| {
            let desk = desk.clone();
            async move { Ok::<_, Infallible>(desk.answer(visitor, request).await) }
        });
        let (stream, limits) = (TokioIo::new(stream), &self.house.limits);
        let head = Duration::from_secs(limits.head_seconds);
        if newer {
            let connection = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_concurrent_streams(STREAMS)
                .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
                .keep_alive_interval(head)
                .keep_alive_timeout(head)
                .serve_connection(stream, service);
            self.until_its_end(connection).await;
        } else {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(head)
                .max_headers(HEADERS)
                .max_buf_size(limits.head_bytes.max(8192))
                .serve_connection(stream, service);
            self.until_its_end(connection).await;
        }
    }

    /// Lets a conversation go on until the visitor leaves, the server ends, or it has lived long enough.
    async fn until_its_end<C: GracefulConnection>(mut self, connection: C) {
        let mut connection = pin!(connection);
        let told = async {
            tokio::select! {
                _ = self.ending.wait_for(|ending| *ending) => (),
                () = sleep(self.life) => (),
            }
        };
        tokio::select! {
            biased;
            _ = connection.as_mut() => return,
            () = told => connection.as_mut().graceful_shutdown(),
        }
        let rest = Duration::from_secs(self.house.limits.drain_seconds);
        let _ = timeout(rest, connection).await;
    }
}
