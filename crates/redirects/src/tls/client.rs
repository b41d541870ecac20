//! How the authority is reached: the tree's one HTTP client, on a thread that may block.

use super::TlsError;
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};

const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer; chains have some 10 KiB.
const ANSWER_BYTES: u64 = 1 << 20;

/// Reaches an authority.
pub(super) struct Client(ureq::Agent);

impl Client {
    /// A client that trusts the world's roots, or only those in the PEM file `root`.
    pub(super) fn new(root: Option<&Path>) -> Result<Self, TlsError> {
        let mut tls = TlsConfig::builder();
        if let Some(path) = root {
            tls = tls.root_certs(RootCerts::new_with_certs(&roots(path)?));
        }
        let agent = ureq::Agent::config_builder()
            .tls_config(tls.build())
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .https_only(true)
            .max_redirects(0)
            .user_agent(concat!("rehome/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(Self(agent))
    }
}

fn roots(path: &Path) -> Result<Vec<Certificate<'static>>, TlsError> {
    let wrong = |why: &str| TlsError::Certificate {
        path: path.to_owned(),
        why: why.to_owned(),
    };
    let pem = std::fs::read(path).map_err(|source| TlsError::File {
        path: path.to_owned(),
        source,
    })?;
    let roots: Vec<_> = ureq::tls::parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(root)) => Some(root),
            _ => None,
        })
        .collect();
    match roots.is_empty() {
        true => Err(wrong("it holds no root")),
        false => Ok(roots),
    }
}

impl HttpClient for Client {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let agent = self.0.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = match body.collect().await {
                Ok(body) => body.to_bytes(),
                Err(never) => match never {},
            };
            let request = Request::from_parts(parts, body.to_vec());
            tokio::task::spawn_blocking(move || ask(&agent, request))
                .await
                .map_err(|error| Error::Other(Box::new(error)))?
        })
    }
}

fn ask(agent: &ureq::Agent, request: Request<Vec<u8>>) -> Result<BytesResponse, Error> {
    let other = |error: ureq::Error| Error::Other(Box::new(error));
    let (parts, mut body) = agent.run(request).map_err(other)?.into_parts();
    let bytes = body
        .with_config()
        .limit(ANSWER_BYTES)
        .read_to_vec()
        .map_err(other)?;
    Ok(BytesResponse {
        parts,
        body: Box::new(Bytes::from(bytes)),
    })
}
