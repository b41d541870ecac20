//! Orders certificates from an authority (ACME, RFC 8555), one order for each host at a time, however many visitors wait for it.
//! The proof (HTTP-01) follows from the account's key alone, so that any node that shares the account can show it.

use super::client::Client;
use super::orders::Orders;
use super::store::Held;
use super::{Shelf, TlsError, now};
use crate::known::Know;
use crate::server::settings;
use bytes::Bytes;
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, NewAccount, NewOrder, OrderStatus,
    RetryPolicy,
};
use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::runtime::Handle;
use tokio::sync::{OnceCell, watch};

/// Bytes of a token; authorities send 43.
const TOKEN_BYTES: usize = 128;
const DAY_SECONDS: i64 = 86_400;

/// Tells the operator something in a sentence.
pub(crate) type Say = Arc<dyn Fn(&str) + Send + Sync>;

/// Why an order came to nothing.
#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("the authority: {0}")]
    Authority(#[from] instant_acme::Error),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("the account cannot be read or written: {0}")]
    Account(#[from] serde_json::Error),
    #[error("the authority offers no proof over HTTP")]
    NoProof,
    #[error("the authority did not accept the proof ({0:?})")]
    NotAccepted(OrderStatus),
}

/// Deals with one authority.
pub(super) struct Agent {
    settings: settings::Acme,
    shelf: Arc<Shelf>,
    know: Arc<dyn Know>,
    office: Handle,
    say: Say,
    account: OnceCell<Account>,
    thumbprint: OnceLock<String>,
    book: Mutex<Book>,
}

struct Book {
    orders: Orders,
    /// Becomes true when the order has ended, well or not.
    open: HashMap<Box<str>, watch::Receiver<bool>>,
}

/// An order that is open. However it ends, the next one for its host may begin.
struct Order {
    agent: Arc<Agent>,
    host: Box<str>,
    begun: bool,
    ended: watch::Sender<bool>,
}

impl Order {
    async fn carry_out(mut self, is_renewal: bool) {
        if self.agent.takes_over(&self.host) {
            return;
        }
        let began = self
            .agent
            .book()
            .orders
            .begin(&self.host, now(), is_renewal);
        if !began {
            return;
        }
        self.begun = true;
        let result = self.agent.obtain(&self.host).await;
        self.begun = false;
        let host = &self.host;
        match result {
            Ok(()) => self.agent.book().orders.done(host),
            Err(error) => {
                self.agent.book().orders.failed(host, now());
                (self.agent.say)(&format!("could not get a certificate for {host}: {error}"));
            }
        }
    }
}

impl Drop for Order {
    fn drop(&mut self) {
        let mut book = self.agent.book();
        book.open.remove(&self.host);
        // It fell on its way.
        if self.begun {
            book.orders.failed(&self.host, now());
        }
        drop(book);
        self.ended.send_replace(true);
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Agent").finish_non_exhaustive()
    }
}

/// What a handshake does about the certificate of its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Shows the one there is.
    Show,
    /// Shows it, and lets another one be ordered.
    Renew,
    /// Waits for one: there is none, or nobody would accept it.
    Wait,
}

/// An order that somebody may wait for.
pub(super) struct Pending(Option<watch::Receiver<bool>>);

impl Pending {
    /// Until it has ended; at once where nothing was ordered.
    pub(super) async fn wait(self) {
        if let Some(mut ended) = self.0 {
            // An order whose sender is gone has ended as well.
            let _ = ended.wait_for(|ended| *ended).await;
        }
    }
}

impl Agent {
    pub(super) fn new(
        settings: &settings::Acme,
        shelf: Arc<Shelf>,
        know: Arc<dyn Know>,
        office: Handle,
        say: Say,
    ) -> Result<Self, TlsError> {
        // Fails now rather than at the first visitor.
        Client::new(settings.root.as_deref())?;
        Ok(Self {
            book: Mutex::new(Book {
                orders: Orders::of(settings.orders_per_hour),
                open: HashMap::new(),
            }),
            settings: settings.clone(),
            shelf,
            know,
            office,
            say,
            account: OnceCell::new(),
            thumbprint: OnceLock::new(),
        })
    }

    /// What is to be done at `now` (seconds since 1970) about the certificate that is held.
    pub(super) fn step(&self, held: Option<&Held>, now: i64) -> Step {
        match held {
            Some(held) if held.wild || !self.is_due(held, now) => Step::Show,
            Some(held) if held.ends > now => Step::Renew,
            Some(_) | None => Step::Wait,
        }
    }

    /// Whether a certificate should be renewed: in its last days, and not before the last third of its life, or a short one would be
    /// due from the beginning.
    fn is_due(&self, held: &Held, now: i64) -> bool {
        let last_days = self.settings.renew_days.saturating_mul(DAY_SECONDS);
        held.ends - now < last_days.min((held.ends - held.begins) / 3)
    }

    /// The proof for `token`: the token and our key's thumbprint (RFC 8555, 8.1).
    pub(super) fn proof(&self, token: &str) -> Option<Bytes> {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_token =
            !token.is_empty() && token.len() <= TOKEN_BYTES && token.bytes().all(is_letter);
        let thumbprint = self.thumbprint.get().filter(|_| is_token)?;
        Some(Bytes::from([token, ".", thumbprint].concat()))
    }

    /// Opens the account that is on disk, so that this node can prove what another one orders.
    pub(super) async fn open_account(&self) {
        if matches!(self.shelf.store.account(), Ok(Some(_)))
            && let Err(error) = self.account().await
        {
            (self.say)(&format!(
                "could not open the account with the authority: {error}"
            ));
        }
    }

    /// Orders a certificate for `host`, unless it is none of ours or has to wait.
    pub(super) fn order(self: Arc<Self>, host: &str, is_renewal: bool) -> Pending {
        if !self.know.serves(host).unwrap_or(false) {
            return Pending(None);
        }
        let (ended, ending) = watch::channel(false);
        let mut book = self.book();
        if let Some(open) = book.open.get(host) {
            return Pending(Some(open.clone()));
        }
        book.open.insert(host.into(), ending.clone());
        drop(book);
        let order = Order {
            agent: self.clone(),
            host: host.into(),
            begun: false,
            ended,
        };
        self.office.spawn(order.carry_out(is_renewal));
        Pending(Some(ending))
    }

    /// Takes the certificate that another node got, where they share the folder.
    fn takes_over(&self, host: &str) -> bool {
        match self.shelf.store.load(host) {
            Ok(Some(held)) if !self.is_due(&held, now()) => {
                self.shelf.hold(host, held);
                true
            }
            _ => false,
        }
    }

    async fn obtain(&self, host: &str) -> Result<(), OrderError> {
        let account = self.account().await?;
        let names = [Identifier::Dns(host.to_owned())];
        let mut order = account.new_order(&NewOrder::new(&names)).await?;
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            let mut challenge = authorization
                .challenge(ChallengeType::Http01)
                .ok_or(OrderError::NoProof)?;
            challenge.set_ready().await?;
        }
        let patience = RetryPolicy::default();
        let status = order.poll_ready(&patience).await?;
        if status != OrderStatus::Ready {
            return Err(OrderError::NotAccepted(status));
        }
        let key = order.finalize().await?;
        let chain = order.poll_certificate(&patience).await?;
        self.shelf.store.save(host, &chain, &key)?;
        if let Some(held) = self.shelf.store.load(host)? {
            self.shelf.hold(host, held);
        }
        Ok(())
    }

    /// Our account: the one on disk, else a new one.
    async fn account(&self) -> Result<&Account, OrderError> {
        let account = self.account.get_or_try_init(|| self.sign_in()).await?;
        let thumbprint = account.key_thumbprint();
        self.thumbprint.get_or_init(|| thumbprint.to_owned());
        Ok(account)
    }

    async fn sign_in(&self) -> Result<Account, OrderError> {
        let root: Option<PathBuf> = self.settings.root.clone();
        let builder = Account::builder_with_http(Box::new(Client::new(root.as_deref())?));
        if let Some(json) = self.shelf.store.account()? {
            return Ok(builder
                .from_credentials(serde_json::from_slice(&json)?)
                .await?);
        }
        let contact: Vec<&str> = self.settings.contact.iter().map(String::as_str).collect();
        let wish = NewAccount {
            contact: &contact,
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let directory = self.settings.directory.clone();
        let (account, credentials) = builder.create(&wish, directory, None).await?;
        self.shelf
            .store
            .save_account(&serde_json::to_string(&credentials)?)?;
        Ok(account)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
