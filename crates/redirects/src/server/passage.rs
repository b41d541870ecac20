//! The way to the old platform for blogs that have not moved: a reverse proxy to one address that the operator set. Nothing in a
//! request can change where it goes.

use super::conversation::Visitor;
use super::settings::{Limits, SettingsError};
use super::told::{Patience, Told};
use http::header::{
    CONNECTION, CONTENT_LENGTH, FORWARDED, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, VIA,
};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri, Version};
use http_body_util::{LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

/// Headers that belong to one connection (RFC 9110, 7.6.1).
const OF_ONE_CONNECTION: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];
/// How we sign in `Via`.
const SIGNATURE: &str = "1.1 rehome-redirects";
const CONNECT: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(30);

/// What became of a request that was passed on.
pub(super) enum Sent {
    /// The old home's answer.
    Answered(Response<Told>),
    /// Its body is longer than is passed on.
    TooLong,
    /// It came back to us: the old home's name leads here already.
    Round,
    /// The old home did not answer.
    No,
}

/// A client of the old home, with its open connections.
pub(super) struct Passage {
    client: Client<HttpConnector, Limited<Incoming>>,
    authority: Authority,
    patience: Patience,
    body_bytes: usize,
    /// For requests that wait for the old home or hear it.
    places: Arc<Semaphore>,
}

impl Passage {
    /// A way to `old_home`, used on the runtime where it is made.
    pub(super) fn to(
        old_home: &str,
        limits: &Limits,
        places: Arc<Semaphore>,
    ) -> Result<Self, SettingsError> {
        let authority = old_home
            .parse::<Uri>()
            .ok()
            .and_then(|uri| uri.authority().cloned())
            .ok_or_else(|| SettingsError::Value {
                name: "old_home",
                why: "it should read http://HOST:PORT".to_owned(),
            })?;
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self {
            client,
            authority,
            patience: Patience {
                with_old_home: Duration::from_secs(limits.old_home_seconds),
                with_visitor: Duration::from_secs(limits.head_seconds),
            },
            body_bytes: limits.body_bytes,
            places,
        })
    }

    /// Passes a request on. The old home sees the host that was asked for.
    pub(super) async fn send(&self, visitor: Visitor, request: Request<Incoming>) -> Sent {
        let came_round = |via: &HeaderValue| via.to_str().is_ok_and(|via| via.contains(SIGNATURE));
        if request.headers().get_all(VIA).iter().any(came_round) {
            return Sent::Round;
        }
        if says_too_long(request.headers(), self.body_bytes) {
            return Sent::TooLong;
        }
        let Some(request) = self.dress(visitor, request) else {
            return Sent::No;
        };
        let until = Instant::now() + self.patience.with_old_home;
        let Ok(Ok(place)) = timeout_at(until, self.places.clone().acquire_owned()).await else {
            return Sent::No;
        };
        match timeout_at(until, self.client.request(request)).await {
            Ok(Ok(mut response)) => {
                strip(response.headers_mut());
                *response.version_mut() = Version::default();
                Sent::Answered(response.map(|body| Told::of(body, self.patience, place)))
            }
            Ok(Err(error)) if is_too_long(&error) => Sent::TooLong,
            Ok(Err(_)) | Err(_) => Sent::No,
        }
    }

    fn dress(
        &self,
        visitor: Visitor,
        request: Request<Incoming>,
    ) -> Option<Request<Limited<Incoming>>> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().cloned();
        let host = match parts.uri.authority() {
            Some(authority) => HeaderValue::from_str(authority.as_str()).ok()?,
            None => parts.headers.get(HOST)?.clone(),
        };
        parts.uri = Uri::builder()
            .scheme(Scheme::HTTP)
            .authority(self.authority.clone())
            .path_and_query(path.unwrap_or(PathAndQuery::from_static("/")))
            .build()
            .ok()?;
        parts.version = Version::HTTP_11;
        strip(&mut parts.headers);
        let protocol = if visitor.secure { "https" } else { "http" };
        let headers = &mut parts.headers;
        headers.insert(HOST, host);
        headers.append(VIA, HeaderValue::from_static(SIGNATURE));
        forget_who(headers);
        headers.insert(FORWARDED_FOR, visitor.address.to_string().parse().ok()?);
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static(protocol));
        Some(Request::from_parts(
            parts,
            Limited::new(body, self.body_bytes),
        ))
    }
}

/// Whether a body is announced that is longer than `most` bytes.
fn says_too_long(headers: &HeaderMap, most: usize) -> bool {
    let said = headers
        .get(CONTENT_LENGTH)
        .and_then(|said| said.to_str().ok());
    said.and_then(|said| said.parse::<usize>().ok())
        .is_some_and(|bytes| bytes > most)
}

/// Whether a request failed as its body was longer than is passed on.
fn is_too_long(error: &(dyn Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes
        .into_iter()
        .any(|error| error.is::<LengthLimitError>())
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Takes away what a visitor says of where it comes from and what it asked for: the old home believes its proxy, and that is us.
fn forget_who(headers: &mut HeaderMap) {
    let is_said = |name: &&HeaderName| {
        name.as_str().starts_with("x-forwarded") || OTHER_NAMES.contains(&name.as_str())
    };
    let said: Vec<HeaderName> = headers.keys().filter(is_said).cloned().collect();
    for name in said.iter().chain([&FORWARDED]) {
        headers.remove(name);
    }
}

/// Other names for the address of a visitor.
const OTHER_NAMES: [&str; 4] = ["x-real-ip", "x-client-ip", "client-ip", "true-client-ip"];

/// Takes away what belongs to one connection, and what `Connection` names.
fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&OF_ONE_CONNECTION) {
        headers.remove(name);
    }
}
