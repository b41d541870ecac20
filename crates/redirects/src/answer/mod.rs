//! What is answered at an old address: a pure function of what is known, of the request and of the house's rules. Status and
//! headers are decided here and nowhere else.
//!
//! | known | GET, HEAD | other methods |
//! |---|---|---|
//! | moved for good | 301 | 308 |
//! | moved, undo open | 302, cached shortly | 307 |
//! | deleted | 410 with a page | 410 |
//! | waiting | the old home's own answer, else 503 with `Retry-After` | the same |
//! | platform closed | 200 with a page | 405 |
//! | unknown | 404 with the nearest page | 404 |
//! | foreign host | 421 | 421 |

mod target;

pub use target::{carry_query, is_target};

use crate::known::{Known, Moved, Standing};
use crate::pages::{self, Pages, Subject};
use bytes::Bytes;
use http::header::{
    ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, LOCATION, REFERRER_POLICY,
    RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri};
use std::ops::Range;

/// Rules of the operator.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Seconds that a final answer may be kept by caches. Not for ever: a redirect that nobody can recall is a risk without a use.
    pub final_seconds: u32,
    /// Seconds that an answer may be kept while the move may be undone.
    pub undoable_seconds: u32,
    /// Seconds that pages may be kept.
    pub page_seconds: u32,
    /// Seconds after which a visitor of a blog that has not moved yet shall come back.
    pub retry_seconds: u32,
    /// Parameters of the old address that travel to the new one; `utm_*` stands for all that begin so. Everything else was
    /// meant for the old platform and is dropped.
    pub keep_parameters: Vec<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            final_seconds: 86_400,
            undoable_seconds: 60,
            page_seconds: 3600,
            retry_seconds: 3600,
            keep_parameters: vec!["utm_*".to_owned()],
        }
    }
}

/// The house: its rules and its pages.
#[derive(Debug)]
pub struct House {
    /// How long and what.
    pub rules: Rules,
    /// What people see.
    pub pages: Pages,
    fixed: Fixed,
}

/// Header values that are the same in each answer.
#[derive(Debug)]
struct Fixed {
    keep_final: HeaderValue,
    keep_undoable: HeaderValue,
    keep_page: HeaderValue,
    retry: HeaderValue,
    policy: HeaderValue,
}

impl House {
    /// A house with these rules and pages.
    #[must_use]
    pub fn new(rules: Rules, links: pages::Links) -> Self {
        let keep = |seconds: u32| value(format!("public, max-age={seconds}"));
        let search = links.search.as_deref().map_or("'none'", origin);
        let fixed = Fixed {
            keep_final: keep(rules.final_seconds),
            keep_undoable: keep(rules.undoable_seconds),
            keep_page: keep(rules.page_seconds),
            retry: value(rules.retry_seconds.to_string()),
            policy: value(format!(
                "default-src 'none'; style-src 'unsafe-inline'; form-action {search}; base-uri 'none'; frame-ancestors 'none'"
            )),
        };
        Self {
            rules,
            pages: Pages::new(links),
            fixed,
        }
    }
}

/// What has to be done for a request.
#[derive(Debug)]
pub enum Answer {
    /// This is the whole answer.
    Ready(Response<Bytes>),
    /// The old home's business: pass the request on where there is a way to it, else answer this.
    Old(Response<Bytes>),
}

/// The answer to `method uri` with `headers`.
#[must_use]
pub fn answer(
    known: &Known,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    house: &House,
) -> Answer {
    let head = method == Method::HEAD;
    let reads = head || method == Method::GET;
    let page = |status, subject, near: Option<&str>| {
        Page {
            house,
            uri,
            headers,
            head,
        }
        .answer(status, subject, near)
    };
    let ready = match known {
        Known::Moved(moved) => match redirect(moved, reads, head, uri, house) {
            Some(redirect) => redirect,
            // A target that is none was never published by us: nothing is known rather than something wrong.
            None => page(StatusCode::NOT_FOUND, Subject::Unknown, None),
        },
        Known::Gone(_) => page(StatusCode::GONE, Subject::Gone, None),
        Known::Waiting => {
            let mut later = page(StatusCode::SERVICE_UNAVAILABLE, Subject::Waiting, None);
            let into = later.headers_mut();
            into.insert(RETRY_AFTER, house.fixed.retry.clone());
            return Answer::Old(later);
        }
        Known::Closed if !reads => {
            let mut refused = brief(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
            refused
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            refused
        }
        Known::Closed => page(StatusCode::OK, Subject::Closed, None),
        Known::Unknown { nearest } => {
            let near = nearest.as_deref().filter(|target| is_target(target));
            page(StatusCode::NOT_FOUND, Subject::Unknown, near)
        }
        Known::Foreign => brief(
            StatusCode::MISDIRECTED_REQUEST,
            "this host is not served here\n",
        ),
    };
    Answer::Ready(ready)
}

/// A short answer in plain text that nobody keeps.
#[must_use]
pub fn brief(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    *response.status_mut() = status;
    let into = response.headers_mut();
    into.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    into.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The redirect to where something moved; `None` when its target is no address that may stand in a header.
fn redirect(
    moved: &Moved,
    reads: bool,
    head: bool,
    uri: &Uri,
    house: &House,
) -> Option<Response<Bytes>> {
    if !is_target(&moved.target) {
        return None;
    }
    let target = carry_query(&moved.target, uri.query(), &house.rules.keep_parameters);
    let (status, keep) = match (moved.standing, reads) {
        (Standing::Final, true) => (StatusCode::MOVED_PERMANENTLY, &house.fixed.keep_final),
        (Standing::Final, false) => (StatusCode::PERMANENT_REDIRECT, &house.fixed.keep_final),
        (Standing::Undoable, true) => (StatusCode::FOUND, &house.fixed.keep_undoable),
        (Standing::Undoable, false) => (StatusCode::TEMPORARY_REDIRECT, &house.fixed.keep_undoable),
    };
    let written = Written::of(&target, &moved.target);
    let mut response = Response::new(if head { Bytes::new() } else { written.note() });
    *response.status_mut() = status;
    let into = response.headers_mut();
    into.insert(LOCATION, written.location()?);
    into.insert(CACHE_CONTROL, keep.clone());
    into.insert(LINK, written.link()?);
    into.insert(CONTENT_TYPE, HTML);
    if head {
        // Of a body that is sent, the length is known to who sends it.
        into.insert(CONTENT_LENGTH, HeaderValue::from(written.note().len()));
    }
    Some(response)
}

/// The note for the few that follow no redirect, `Location` and `Link`, in one piece of memory.
struct Written {
    all: Bytes,
    target: Range<usize>,
    note: usize,
}

impl Written {
    /// A target holds nothing that HTML would read as markup except `&`, which may stand.
    fn of(target: &str, canonical: &str) -> Self {
        const BEFORE: &str = "<!DOCTYPE html><title>Moved</title><a href=\"";
        const BEHIND: &str = "\">This page has moved</a>\n";
        let parts = [
            BEFORE,
            target,
            BEHIND,
            "<",
            canonical,
            ">; rel=\"canonical\"",
        ];
        Self {
            all: Bytes::from(parts.concat()),
            target: BEFORE.len()..BEFORE.len() + target.len(),
            note: BEFORE.len() + target.len() + BEHIND.len(),
        }
    }

    fn note(&self) -> Bytes {
        self.all.slice(..self.note)
    }

    fn location(&self) -> Option<HeaderValue> {
        HeaderValue::from_maybe_shared(self.all.slice(self.target.clone())).ok()
    }

    fn link(&self) -> Option<HeaderValue> {
        HeaderValue::from_maybe_shared(self.all.slice(self.note..)).ok()
    }
}

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// A page that is about to be answered.
struct Page<'a> {
    house: &'a House,
    uri: &'a Uri,
    headers: &'a HeaderMap,
    head: bool,
}

impl Page<'_> {
    fn answer(&self, status: StatusCode, subject: Subject, near: Option<&str>) -> Response<Bytes> {
        let accepted = self
            .headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        let language = pages::choose(pages::market(self.uri.query()), accepted);
        let page = self.house.pages.page(subject, language, near);
        // Conditions are for what would be 200 (RFC 9110, 13.2.1); a 404 or 410 is always said in full.
        let unchanged = status == StatusCode::OK && holds(self.headers, &page.etag);
        let mut response = Response::new(if self.head || unchanged {
            Bytes::new()
        } else {
            page.html.clone()
        });
        *response.status_mut() = if unchanged {
            StatusCode::NOT_MODIFIED
        } else {
            status
        };
        let keep = match subject {
            Subject::Waiting => HeaderValue::from_static("no-store"),
            _ => self.house.fixed.keep_page.clone(),
        };
        let into = response.headers_mut();
        into.insert(CACHE_CONTROL, keep);
        into.insert(VARY, HeaderValue::from_static("accept-language"));
        if status == StatusCode::OK {
            into.insert(ETAG, page.etag);
        }
        if unchanged {
            return response;
        }
        into.insert(CONTENT_TYPE, HTML);
        into.insert(CONTENT_LENGTH, HeaderValue::from(page.html.len()));
        into.insert(CONTENT_LANGUAGE, HeaderValue::from_static(page.language));
        into.insert(CONTENT_SECURITY_POLICY, self.house.fixed.policy.clone());
        into.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        into.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        into.insert(ROBOTS, HeaderValue::from_static("noindex"));
        response
    }
}

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Whether the visitor holds the page with this tag already.
fn holds(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag)
}

/// Scheme, host and port of an address.
fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..]
        .find('/')
        .map_or(address.len(), |at| host + at);
    &address[..end]
}

/// A header value of text that we wrote ourselves; what is none (it cannot be) forbids keeping.
fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("no-store"))
}

#[cfg(test)]
mod tests;
