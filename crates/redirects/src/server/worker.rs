//! One thread of the server: its listeners, its connections, and how they end. A connection stays on the thread that took it.

use super::conversation::{Desk, Visitor};
use super::proxy::{self, Network};
use super::seats::{LOOK, Seat, Seats};
use super::settings::Limits;
use super::short::{Rest, Short};
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
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
/// Bytes of a head that hyper takes at the least.
const SHORTEST_HEAD: usize = 8192;
/// Requests of one HTTP/2 connection at once.
const STREAMS: u32 = 64;

/// A listening socket.
pub(super) struct Door {
    pub(super) listener: TcpListener,
    /// Whether TLS is spoken there.
    pub(super) secure: bool,
}

/// What a connection needs.
pub(super) struct House {
    pub(super) desk: Arc<Desk>,
    pub(super) limits: Limits,
    proxies: Vec<Network>,
    seats: Seats,
}

impl House {
    pub(super) fn of(desk: Desk, limits: Limits, proxies: Vec<Network>) -> Self {
        Self {
            desk: Arc::new(desk),
            seats: Seats::of(&limits),
            limits,
            proxies,
        }
    }

    /// Bytes of the longest head.
    fn head_bytes(&self) -> usize {
        self.limits.head_bytes.max(SHORTEST_HEAD)
    }
}

/// Takes connections until `stop` says so, then sees them off.
pub(super) async fn work(
    desk: Desk,
    limits: Limits,
    proxies: Vec<Network>,
    doors: Vec<Door>,
    stop: watch::Receiver<bool>,
) {
    let house = Arc::new(House::of(desk, limits, proxies));
    // Each connection holds a sender; when all are gone, so are the connections.
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    let mut taking = tokio::task::JoinSet::new();
    for door in doors {
        taking.spawn(take(door, house.clone(), stop.clone(), alive.clone()));
    }
    drop(alive);
    let see_off = async {
        while taking.join_next().await.is_some() {}
        let wished = tokio::time::Instant::now();
        let after = |seconds| wished + Duration::from_secs(seconds);
        let (idle, drain) = (house.limits.idle_seconds, house.limits.drain_seconds);
        if timeout_at(after(idle.min(drain)), all_gone.recv())
            .await
            .is_ok()
        {
            return;
        }
        house.seats.look(true);
        // Whoever is still there after that is cut.
        let _ = timeout_at(after(drain), all_gone.recv()).await;
    };
    tokio::select! {
        () = see_off => (),
        () = watch_over(&house.seats) => (),
    }
}

async fn watch_over(seats: &Seats) {
    loop {
        sleep(LOOK).await;
        seats.look(false);
    }
}

/// Takes connections of one door.
async fn take(
    door: Door,
    house: Arc<House>,
    mut stop: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
) {
    let seat = |stream, permit, peer| {
        house.seats.take(|seat| {
            let held: (OwnedSemaphorePermit, _) = (permit, alive.clone());
            let connection = connection(stream, peer, door.secure, house.clone(), seat, held);
            // Its errors are those of a visitor who went away or did not say what has to be said.
            tokio::spawn(connection).abort_handle()
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

/// What few connections become: in a box of an unknown kind, so that a plain one takes the room of all that it might have become neither
/// in memory nor, at each of its requests, on the stack.
type Rare<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A connection until its end; then it lets go of what it `held`.
async fn connection(
    mut stream: TcpStream,
    peer: SocketAddr,
    secure: bool,
    house: Arc<House>,
    seat: Arc<Seat>,
    _held: impl Send,
) -> io::Result<()> {
    house.desk.tally().connected();
    stream.set_nodelay(true)?;
    let mut address = peer.ip();
    if house.proxies.iter().any(|network| network.holds(address)) {
        let head = Duration::from_secs(house.limits.head_seconds);
        let visitor: Rare<'_, _> = Box::pin(timeout(head, proxy::visitor(&mut stream, peer)));
        address = visitor.await??.ip();
    }
    let visitor = Visitor { address, secure };
    let house = &house;
    let talk = Talk {
        house,
        visitor,
        seat,
    };
    if secure {
        let talk: Rare<'_, _> = Box::pin(talk.in_tls(stream));
        return talk.await;
    }
    talk.in_either(stream).await;
    Ok(())
}

/// A conversation that is about to begin.
pub(super) struct Talk<'a> {
    pub(super) house: &'a House,
    pub(super) visitor: Visitor,
    pub(super) seat: Arc<Seat>,
}

impl Talk<'_> {
    /// In the version that is agreed on while it is encrypted.
    async fn in_tls(self, stream: TcpStream) -> io::Result<()> {
        let handshake = Duration::from_secs(self.house.limits.handshake_seconds);
        let Some(tls) = self.house.desk.shared.tls.clone() else {
            return Ok(());
        };
        let stream = timeout(handshake, tls.accept(stream)).await??;
        if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
            Box::pin(self.in_http2(stream)).await;
        } else {
            Box::pin(self.in_http1(stream)).await;
        }
        Ok(())
    }

    /// In the version that the visitor begins with.
    async fn in_either<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self, stream: S) {
        let rest: Rare<'_, _> = match self.shortly(stream, true).await {
            Some(Rest::Http1(rest)) => Box::pin(self.in_hyper(rest)),
            Some(Rest::Http2(rest)) => Box::pin(self.in_http2(rest)),
            None => return,
        };
        rest.await;
    }

    pub(super) async fn in_http1<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        stream: S,
    ) {
        if let Some(Rest::Http1(rest)) = self.shortly(stream, false).await {
            let rest: Rare<'_, _> = Box::pin(self.in_hyper(rest));
            rest.await;
        }
    }

    /// On the short way as long as nothing unusual is asked.
    fn shortly<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        or_http2: bool,
    ) -> impl Future<Output = Option<Rest<S>>> {
        self.seat.waits();
        let short = Short {
            desk: &self.house.desk,
            visitor: self.visitor,
            seat: &self.seat,
            head_bytes: self.house.head_bytes(),
            or_http2,
        };
        short.talk(stream)
    }

    pub(super) async fn in_hyper<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        stream: S,
    ) {
        let (desk, visitor, seat) = (&self.house.desk, self.visitor, &self.seat);
        let service = service_fn(move |request: Request<Incoming>| {
            let answered = desk.answer(visitor, request, Some(seat));
            async move { Ok::<_, Infallible>(answered.whole().await) }
        });
        let connection = http1::Builder::new()
            // The seat watches over the time, and of a request that was read nothing more is read until it is answered.
            .header_read_timeout(None)
            .half_close(true)
            .writev(false)
            .max_buf_size(self.house.head_bytes())
            .serve_connection(TokioIo::new(stream), service);
        seat.until_its_end(connection).await;
    }

    async fn in_http2<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self, stream: S) {
        let (desk, visitor, seat) = (self.house.desk.clone(), self.visitor, self.seat.clone());
        // Until it asks for something, its time is that of a head; from then on hyper looks whether it is still there.
        seat.waits();
        let service = service_fn(move |request: Request<Incoming>| {
            seat.talks();
            let answered = desk.answer(visitor, request, None);
            async move { Ok::<_, Infallible>(answered.whole().await) }
        });
        let limits = &self.house.limits;
        let head = Duration::from_secs(limits.head_seconds);
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
            .keep_alive_interval(head)
            .keep_alive_timeout(head)
            .serve_connection(TokioIo::new(stream), service);
        self.seat.until_its_end(connection).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::{Know, Known};
    use crate::server::{Shared, settings::Settings};

    struct Nothing;

    impl Know for Nothing {
        fn know(&self, _: &str, _: &str) -> Result<Known, crate::IndexError> {
            Ok(Known::Foreign)
        }

        fn serves(&self, _: &str) -> Result<bool, crate::IndexError> {
            Ok(false)
        }

        fn generation(&self) -> u64 {
            0
        }
    }

    /// Thousands of connections wait at once, and hardly one of them becomes anything but plain.
    #[tokio::test]
    async fn a_plain_connection_takes_little_room() {
        let settings = Settings::default();
        let shared = Shared::of(&settings, Arc::new(Nothing), 1, Arc::new(|_: &str| ()));
        let desk = crate::server::desk(&settings, &Arc::new(shared), 0).expect("a desk");
        let house = House::of(desk, settings.limits, Vec::new());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let stream = TcpStream::connect(at).await.expect("a stream");
        let seat = Arc::new(Seat::of(&house.seats));
        let task = connection(stream, at, false, Arc::new(house), seat, ());
        let bytes = std::mem::size_of_val(&task);
        assert!(bytes < 700, "{bytes} bytes");
    }
}
