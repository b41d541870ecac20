//! The way to the old platform for blogs that have not moved: a reverse proxy to one address that the operator set. Nothing in a
//! request can change where it goes.

use super::conversation::Visitor;
use super::settings::{Limits, SettingsError};
use http::header::{
    CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION,
    TE, TRAILER, TRANSFER_ENCODING, UPGRADE, VIA,
};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri, Version};
use http_body_util::Limited;
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::time::Duration;

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
    Answered(Response<Incoming>),
    /// It came back to us: the old home's name leads here already.
    Round,
    /// The old home did not answer.
    No,
}

/// A client of the old home, with its open connections.
pub(super) struct Passage {
    client: Client<HttpConnector, Limited<Incoming>>,
    authority: Authority,
    patience: Duration,
    body_bytes: usize,
}

impl Passage {
    /// A way to `old_home`, used on the runtime where it is made.
    pub(super) fn to(old_home: &str, limits: &Limits) -> Result<Self, SettingsError> {
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
            patience: Duration::from_secs(limits.old_home_seconds),
            body_bytes: limits.body_bytes,
        })
    }

    /// Passes a request on. The old home sees the host that was asked for.
    pub(super) async fn send(&self, visitor: Visitor, request: Request<Incoming>) -> Sent {
        let came_round = |via: &HeaderValue| via.to_str().is_ok_and(|via| via.contains(SIGNATURE));
        if request.headers().get_all(VIA).iter().any(came_round) {
            return Sent::Round;
        }
        let Some(request) = self.dress(visitor, request) else {
            return Sent::No;
        };
        match tokio::time::timeout(self.patience, self.client.request(request)).await {
            Ok(Ok(mut response)) => {
                strip(response.headers_mut());
                *response.version_mut() = Version::default();
                Sent::Answered(response)
            }
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
        // What a visitor says of itself here is not passed on.
        headers.insert(FORWARDED_FOR, visitor.address.to_string().parse().ok()?);
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static(protocol));
        Some(Request::from_parts(
            parts,
            Limited::new(body, self.body_bytes),
        ))
    }
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

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
