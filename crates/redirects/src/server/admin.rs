//! What the operator's machines ask: `/healthz`, `/readyz`, `/metrics`, `/misses`, `/blogs`. On an address of its own that the
//! public does not reach.

use super::Shared;
use crate::known::Condition;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpListener;

const PLAIN: &str = "text/plain; charset=utf-8";
const HEAD: Duration = Duration::from_secs(5);
/// Ends of an accept that failed, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until the runtime ends.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let response = answer(&shared, request.uri().path()).map(Full::new);
                async move { Ok::<_, Infallible>(response) }
            });
            // Its errors are those of a caller that went away.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

fn answer(shared: &Shared, path: &str) -> Response<Bytes> {
    let stops = shared.stopping.load(Ordering::Relaxed);
    let condition = shared.know.condition();
    let ready = !stops && !matches!(condition, Condition::Absent(_));
    match path {
        "/healthz" => health("alive", condition),
        "/readyz" if ready => health("ready", condition),
        "/readyz" => {
            let what = if stops { "stopping" } else { "not ready" };
            let mut refused = health(what, condition);
            *refused.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            refused
        }
        "/metrics" => {
            let sound = condition == Condition::Sound;
            let text = shared
                .metrics
                .prometheus(shared.know.generation(), ready, sound);
            told(text, "text/plain; version=0.0.4; charset=utf-8")
        }
        "/misses" => json(&shared.metrics.top_misses()),
        "/blogs" => json(&shared.metrics.top_blogs()),
        _ => {
            let mut unknown = told("healthz readyz metrics misses blogs\n".to_owned(), PLAIN);
            *unknown.status_mut() = StatusCode::NOT_FOUND;
            unknown
        }
    }
}

/// A word, and a line about the index where something is to be said.
fn health(word: &str, condition: Condition) -> Response<Bytes> {
    let text = match condition {
        Condition::Sound => format!("{word}\n"),
        Condition::Behind(why) => {
            format!("{word}\nwhat was known before is answered: {why}\n")
        }
        Condition::Absent(why) => format!("{word}\nnothing can be answered: {why}\n"),
    };
    told(text, PLAIN)
}

fn json(counted: &[crate::metrics::Counted]) -> Response<Bytes> {
    match serde_json::to_string(counted) {
        Ok(text) => told(text, "application/json"),
        Err(_) => {
            let mut failed = told("not told\n".to_owned(), PLAIN);
            *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            failed
        }
    }
}

fn told(text: String, kind: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(text));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
