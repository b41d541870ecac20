//! The server: threads that each take connections of their own and answer from the index. Nothing is shared on the way of a
//! request but what is only read.
//!
//! * `settings`: what an operator may set
//! * `worker`: one thread, its listeners and connections
//! * `seats`: how long connections wait and live
//! * `proxy`: who the visitor is, as a balancer says
//! * `conversation`: one request
//! * `short`, `plain`, `rewound`: nearly all requests, without hyper
//! * `passage`, `told`: the way to the old platform, and what it says
//! * `both_ways`: the same words on the short way and through hyper, for tests
//! * `admin`: health and metrics
//! * `signals`: reload and end as the system says them

mod admin;
mod both_ways;
mod conversation;
mod passage;
mod plain;
mod proxy;
mod rewound;
mod seats;
pub mod settings;
mod short;
mod signals;
mod sockets;
mod told;
mod worker;

#[doc(hidden)]
pub use both_ways::BothWays;
pub use signals::run;

use crate::answer::House;
use crate::known::Know;
use crate::limit::MissLimit;
use crate::metrics::Metrics;
use crate::tls::{Say, Tls, TlsError};
use conversation::Desk;
use crossbeam_utils::sync::ShardedLock;
use passage::Passage;
use settings::{Settings, SettingsError};
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, oneshot, watch};
use worker::Door;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened at.
    #[error("could not listen at {address}: {source}")]
    Listen {
        /// As it was set.
        address: SocketAddr,
        /// What went wrong.
        source: io::Error,
    },
    /// Settings that cannot be.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The file of the settings cannot be read.
    #[error("could not read the settings in {path}: {source}")]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// No TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A thread or its runtime cannot be had.
    #[error("could not start a thread: {0}")]
    Thread(io::Error),
}

/// Where a running server listens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Plain HTTP.
    pub plain: Vec<SocketAddr>,
    /// HTTPS.
    pub secure: Vec<SocketAddr>,
    /// Health and metrics.
    pub admin: Option<SocketAddr>,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    addresses: Addresses,
    stop: watch::Sender<bool>,
    workers: Vec<JoinHandle<()>>,
    /// Ends the office's thread when dropped.
    _office: oneshot::Sender<()>,
}

/// What all threads share.
struct Shared {
    know: Arc<dyn Know>,
    house: ShardedLock<Arc<House>>,
    tls: Option<Arc<Tls>>,
    metrics: Metrics,
    misses: Bounded,
    closed: Bounded,
    started: Instant,
    stopping: AtomicBool,
    places: Arc<Semaphore>,
    old_home_places: Arc<Semaphore>,
    say: Say,
}

/// Misses of one kind, and how many of them a visitor may have in a window.
struct Bounded {
    limit: MissLimit,
    most: u64,
}

impl Bounded {
    fn at(most: u64) -> Self {
        Self {
            limit: MissLimit::default(),
            most,
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    /// Without TLS.
    fn of(settings: &Settings, know: Arc<dyn Know>, threads: usize, say: Say) -> Self {
        let house = House::new(settings.rules.clone(), settings.pages.clone());
        Self {
            know,
            house: ShardedLock::new(Arc::new(house)),
            tls: None,
            metrics: Metrics::of(threads),
            misses: Bounded::at(settings.limits.misses),
            closed: Bounded::at(settings.limits.closed_pages),
            started: Instant::now(),
            stopping: AtomicBool::new(false),
            places: Arc::new(Semaphore::new(settings.limits.connections)),
            old_home_places: Arc::new(Semaphore::new(settings.limits.old_home_at_once)),
            say,
        }
    }

    fn may_miss(&self, visitor: IpAddr, among: &Bounded) -> bool {
        let now = self.started.elapsed().as_secs();
        among.limit.allows(visitor, now, among.most)
    }

    fn say(&self, what: &str) {
        (self.say)(what);
    }
}

impl Server {
    /// Starts a server that answers what `know` knows; `say` gets sentences for the operator. It listens when this returns.
    ///
    /// # Errors
    /// When an address is taken, TLS cannot be spoken, or a setting cannot be.
    pub fn start(settings: &Settings, know: Arc<dyn Know>, say: Say) -> Result<Self, ServeError> {
        settings.check()?;
        let threads = threads(settings.workers);
        let office = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("office")
            .enable_all()
            .build()
            .map_err(ServeError::Thread)?;
        let tls = settings
            .tls
            .as_ref()
            .map(|tls| Tls::new(tls, know.clone(), office.handle().clone(), say.clone()))
            .transpose()?
            .map(Arc::new);
        let shared = Shared {
            tls,
            ..Shared::of(settings, know, threads, say)
        };
        Self::open(settings, Arc::new(shared), office, threads)
    }

    fn open(
        settings: &Settings,
        shared: Arc<Shared>,
        office: Runtime,
        threads: usize,
    ) -> Result<Self, ServeError> {
        let plain = sockets::open_all(&settings.listen, threads)?;
        let secure = sockets::open_all(&settings.listen_tls, threads)?;
        let admin = settings
            .admin
            .map(|at| sockets::open_all(&[at], 1))
            .transpose()?;
        let addresses = Addresses {
            plain: plain.addresses.clone(),
            secure: secure.addresses.clone(),
            admin: admin
                .as_ref()
                .and_then(|admin| admin.addresses.first().copied()),
        };
        let (stop, stopping) = watch::channel(false);
        let mut workers = Vec::new();
        let of_threads = plain.of_threads.into_iter().zip(secure.of_threads);
        for (thread, (plain, secure)) in of_threads.enumerate() {
            let desk = desk(settings, &shared, thread)?;
            let stop = stopping.clone();
            workers.push(employ(settings, desk, plain, secure, stop)?);
        }
        let listener = admin.and_then(|admin| admin.of_threads.into_iter().flatten().next());
        let office = keep(office, listener, shared.clone())?;
        Ok(Self {
            shared,
            addresses,
            stop,
            workers,
            _office: office,
        })
    }

    /// Where it listens, with the ports that were free where 0 was asked for.
    #[must_use]
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Takes new rules and pages and reads certificates anew; connections go on. Addresses, threads and limits stay as they
    /// were until the next start.
    ///
    /// # Errors
    /// When a setting cannot be; everything stays as it was.
    pub fn reload(&self, settings: &Settings) -> Result<(), SettingsError> {
        settings.check()?;
        let house = Arc::new(House::new(settings.rules.clone(), settings.pages.clone()));
        *self
            .shared
            .house
            .write()
            .unwrap_or_else(PoisonError::into_inner) = house;
        if let Some(tls) = &self.shared.tls {
            tls.reload();
        }
        Ok(())
    }

    /// Says on `/readyz` that it stops, for the balancer in front; goes on answering.
    pub fn announce_end(&self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
    }

    /// Takes no more connections, lets the open ones come to their end, and returns when all have ended or were cut.
    pub fn stop(self) {
        self.announce_end();
        self.stop.send_replace(true);
        for worker in self.workers {
            // A thread that panicked has ended too.
            let _ = worker.join();
        }
    }
}

fn threads(wished: usize) -> usize {
    match wished {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        wished => wished,
    }
}

fn desk(settings: &Settings, shared: &Arc<Shared>, thread: usize) -> Result<Desk, ServeError> {
    let passage = settings
        .old_home
        .as_deref()
        .map(|old| Passage::to(old, &settings.limits, shared.old_home_places.clone()))
        .transpose()?;
    Ok(Desk {
        shared: shared.clone(),
        thread,
        passage,
    })
}

/// Starts a thread that takes connections.
fn employ(
    settings: &Settings,
    desk: Desk,
    plain: Vec<std::net::TcpListener>,
    secure: Vec<std::net::TcpListener>,
    stop: watch::Receiver<bool>,
) -> Result<JoinHandle<()>, ServeError> {
    let (limits, proxies) = (settings.limits.clone(), settings.networks()?);
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServeError::Thread)?;
    let work = move || {
        runtime.block_on(async move {
            let open = |secure: bool| {
                move |listener| {
                    let listener = tokio::net::TcpListener::from_std(listener).ok()?;
                    Some(Door { listener, secure })
                }
            };
            let doors = plain.into_iter().filter_map(open(false));
            let doors = doors
                .chain(secure.into_iter().filter_map(open(true)))
                .collect();
            worker::work(desk, limits, proxies, doors, stop).await;
        });
    };
    std::thread::Builder::new()
        .name("answers".to_owned())
        .spawn(work)
        .map_err(ServeError::Thread)
}

/// Keeps the office open until the sender that is answered is dropped: orders of certificates and the admin's listener.
fn keep(
    office: Runtime,
    listener: Option<std::net::TcpListener>,
    shared: Arc<Shared>,
) -> Result<oneshot::Sender<()>, ServeError> {
    let (held, closed) = oneshot::channel::<()>();
    let work = move || {
        if let Some(tls) = shared.tls.clone() {
            office.spawn(async move { tls.open_account().await });
        }
        office.block_on(async move {
            let admin =
                listener.and_then(|listener| tokio::net::TcpListener::from_std(listener).ok());
            if let Some(admin) = admin {
                tokio::spawn(admin::serve(admin, shared));
            }
            // Only ever an error: nobody sends.
            let _ = closed.await;
        });
        office.shutdown_background();
    };
    std::thread::Builder::new()
        .name("office".to_owned())
        .spawn(work)
        .map_err(ServeError::Thread)?;
    Ok(held)
}
