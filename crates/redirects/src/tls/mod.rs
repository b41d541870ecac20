//! TLS for many hosts on one address: certificates from folders, and on demand from an authority (ACME) for hosts that the index
//! serves, nothing else. What is asked for by a stranger's handshake is bounded: orders in an hour, pauses after failures,
//! certificates in memory.

mod agent;
mod client;
mod orders;
mod store;
mod validity;

pub(crate) use agent::Say;

use crate::known::Know;
use crate::server::settings;
use agent::{Agent, Step};
use bytes::Bytes;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{Acceptor, ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};
use store::{Held, Store};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};

/// Certificates in memory; each some 5 KiB.
const HELD: usize = 10_000;

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file could not be read or written.
    #[error("could not use {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// A certificate or key is none, or they do not belong together.
    #[error("could not use the certificate in {path}: {why}")]
    Certificate {
        /// Its folder.
        path: PathBuf,
        /// In words.
        why: String,
    },
    /// The library refused.
    #[error("could not set up TLS: {0}")]
    Library(#[from] rustls::Error),
}

/// All that TLS needs.
#[derive(Debug)]
pub(crate) struct Tls {
    config: Arc<ServerConfig>,
    shelf: Arc<Shelf>,
    agent: Option<Arc<Agent>>,
}

/// The certificates in memory, over those on disk.
#[derive(Debug)]
pub(super) struct Shelf {
    store: Store,
    held: RwLock<HashMap<Box<str>, Held>>,
}

impl Tls {
    /// TLS with these settings. Orders run on `office`.
    ///
    /// # Errors
    /// When the folder or the authority's root cannot be read.
    pub(crate) fn new(
        settings: &settings::Tls,
        know: Arc<dyn Know>,
        office: Handle,
        say: Say,
    ) -> Result<Self, TlsError> {
        let shelf = Arc::new(Shelf {
            store: Store::in_folder(&settings.certificates)?,
            held: RwLock::default(),
        });
        let agent = settings
            .acme
            .as_ref()
            .map(|acme| Agent::new(acme, shelf.clone(), know, office, say))
            .transpose()?
            .map(Arc::new);
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(shelf.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.ticketer = ring::Ticketer::new()?;
        Ok(Self {
            config: Arc::new(config),
            shelf,
            agent,
        })
    }

    /// Shakes hands; waits for a certificate that has to be asked for.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let hello = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        if let Some(host) = hello
            .client_hello()
            .server_name()
            .map(str::to_ascii_lowercase)
        {
            let held = self.shelf.find(&host);
            if let Some(agent) = &self.agent {
                let order = || agent.clone().order(&host, held.is_some());
                match agent.step(held.as_ref(), now()) {
                    Step::Show => (),
                    Step::Renew => drop(order()),
                    Step::Wait => order().wait().await,
                }
            }
        }
        hello.into_stream(self.config.clone()).await
    }

    /// The proof for a token of the authority.
    pub(crate) fn proof(&self, token: &str) -> Option<Bytes> {
        self.agent.as_ref()?.proof(token)
    }

    /// Opens the account with the authority, where there is one already.
    pub(crate) async fn open_account(&self) {
        if let Some(agent) = &self.agent {
            agent.open_account().await;
        }
    }

    /// Reads certificates anew from now on.
    pub(crate) fn reload(&self) {
        self.shelf.forget();
    }
}

impl Shelf {
    /// The certificate for `host`: its own, else a wildcard's.
    fn find(&self, host: &str) -> Option<Held> {
        let wild = host.split_once('.').map(|(_, rest)| format!("_.{rest}"));
        let names = || std::iter::once(host).chain(wild.as_deref());
        if let Ok(held) = self.held.read()
            && let Some(found) = names().find_map(|name| held.get(name))
        {
            return Some(found.clone());
        }
        let (name, found) = names().find_map(|name| Some((name, self.store.load(name).ok()??)))?;
        self.hold(name, found.clone());
        Some(found)
    }

    /// Keeps a certificate in memory.
    fn hold(&self, name: &str, found: Held) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= HELD {
            held.clear();
        }
        held.insert(name.into(), found);
    }

    fn forget(&self) {
        self.held
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

impl ResolvesServerCert for Shelf {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let host = hello.server_name()?.to_ascii_lowercase();
        Some(self.find(&host)?.key)
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
