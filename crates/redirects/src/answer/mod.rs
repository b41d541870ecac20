//! What is answered at an old address: a pure function of what is known, of the request and of the house's rules. Status and
//! headers are decided here and nowhere else; a [`Pen`] only writes them down.
//!
//! | known | GET, HEAD | other methods |
//! |---|---|---|
//! | moved for good | 301 | 308 |
//! | moved, undo open | 302, cached shortly | 307 |
//! | deleted | 410 with a page, kept shortly while undo is open | 410 |
//! | waiting | the old home's own answer, else 503 with `Retry-After` | the same |
//! | platform closed | 200 with a page | 405 |
//! | unknown | 404 with the nearest page, kept shortly | 404 |
//! | foreign host | 421 | 421 |

mod asking;
mod pen;
mod target;

pub(crate) use asking::visible;
pub use asking::{Asking, Headers};
pub(crate) use pen::{HeadEnd, Wire};
pub use pen::{Letter, Lines, Pen};
pub use target::{carry_query, is_target};

use crate::known::{Known, Moved, Standing};
use crate::pages::{self, Pages, Subject};
use http::header::{
    ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, IF_NONE_MATCH, LINK, LOCATION, REFERRER_POLICY, RETRY_AFTER, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, StatusCode};

/// Rules of the operator.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Seconds that a final answer may be kept by caches. Not for ever: a redirect that nobody can recall is a risk without a use.
    pub final_seconds: u32,
    /// Seconds that an answer may be kept while the move may be undone, and that a 404 may be kept.
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
    moved: Lines,
    moved_undoable: Lines,
    keep_undoable: String,
    keep_page: String,
    retry: String,
    policy: String,
}

impl House {
    /// A house with these rules and pages.
    #[must_use]
    pub fn new(rules: Rules, links: pages::Links) -> Self {
        let keep = |seconds: u32| format!("public, max-age={seconds}");
        let search = links.search.as_deref().map_or("'none'", origin);
        let moved = |seconds| Lines::of(&[(CACHE_CONTROL, &keep(seconds)), (CONTENT_TYPE, HTML)]);
        let fixed = Fixed {
            moved: moved(rules.final_seconds),
            moved_undoable: moved(rules.undoable_seconds),
            keep_undoable: keep(rules.undoable_seconds),
            keep_page: keep(rules.page_seconds),
            retry: rules.retry_seconds.to_string(),
            policy: format!(
                "default-src 'none'; style-src 'unsafe-inline'; form-action {search}; base-uri 'none'; frame-ancestors 'none'"
            ),
        };
        Self {
            rules,
            pages: Pages::new(links),
            fixed,
        }
    }
}

/// Whose business a request is. The answer is written in both cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Ours: what was written is the whole answer.
    Ours,
    /// The old home's: pass the request on where there is a way to it, else answer what was written.
    OldHomes,
}

/// Answers `asked`, of which so much is `known`, with `pen`.
#[must_use]
pub fn answer(known: &Known, asked: &Asking<'_>, house: &House, pen: &mut impl Pen) -> Turn {
    let page = Page { house, asked };
    let fixed = &house.fixed;
    match known {
        Known::Moved(moved) if is_target(&moved.target) => redirect(moved, asked, house, pen),
        // A target that is none was never published by us: nothing is known rather than something wrong.
        Known::Moved(_) => {
            let kept = &fixed.keep_undoable;
            page.answer(StatusCode::NOT_FOUND, Subject::Unknown, None, kept, pen);
        }
        Known::Gone { standing, .. } => {
            let kept = match standing {
                Standing::Final => &fixed.keep_page,
                Standing::Undoable => &fixed.keep_undoable,
            };
            page.answer(StatusCode::GONE, Subject::Gone, None, kept, pen);
        }
        Known::Waiting => {
            page.answer(
                StatusCode::SERVICE_UNAVAILABLE,
                Subject::Waiting,
                None,
                "no-store",
                pen,
            );
            return Turn::OldHomes;
        }
        Known::Closed if !asked.reads() => {
            let allowed = Some((ALLOW, "GET, HEAD"));
            brief(
                pen,
                StatusCode::METHOD_NOT_ALLOWED,
                "only GET and HEAD\n",
                allowed,
            );
        }
        Known::Closed => page.answer(StatusCode::OK, Subject::Closed, None, &fixed.keep_page, pen),
        Known::Unknown { nearest } => {
            let near = nearest.as_deref().filter(|target| is_target(target));
            // What is not there may come with the next publication.
            let kept = &fixed.keep_undoable;
            page.answer(StatusCode::NOT_FOUND, Subject::Unknown, near, kept, pen);
        }
        Known::Foreign => brief(
            pen,
            StatusCode::MISDIRECTED_REQUEST,
            "this host is not served here\n",
            None,
        ),
    }
    Turn::Ours
}

/// A short answer in plain text that nobody keeps, with one header more where one is needed.
pub fn brief(pen: &mut impl Pen, status: StatusCode, text: &str, more: Option<(HeaderName, &str)>) {
    pen.status(status);
    pen.header(CONTENT_TYPE, &["text/plain; charset=utf-8"]);
    pen.header(CACHE_CONTROL, &["no-store"]);
    if let Some((name, value)) = more {
        pen.header(name, &[value]);
    }
    pen.body(&[text.as_bytes()]);
}

/// The redirect to where something moved, and a note for the few that follow none.
fn redirect(moved: &Moved, asked: &Asking<'_>, house: &House, pen: &mut impl Pen) {
    let target = carry_query(&moved.target, asked.query, &house.rules.keep_parameters);
    let lines = match moved.standing {
        Standing::Final => &house.fixed.moved,
        Standing::Undoable => &house.fixed.moved_undoable,
    };
    pen.status(moved.standing.status(asked.reads()));
    pen.header(LOCATION, &[&target]);
    pen.header(LINK, &["<", &moved.target, ">; rel=\"canonical\""]);
    pen.lines(lines);
    // A target holds nothing that HTML would read as markup except `&`, which may stand.
    pen.body(&[
        b"<!DOCTYPE html><title>Moved</title><a href=\"",
        target.as_bytes(),
        b"\">This page has moved</a>\n",
    ]);
}

const HTML: &str = "text/html; charset=utf-8";

/// A page that is about to be answered.
struct Page<'a> {
    house: &'a House,
    asked: &'a Asking<'a>,
}

impl Page<'_> {
    /// Caches may keep it as `kept` says.
    fn answer(
        &self,
        status: StatusCode,
        subject: Subject,
        near: Option<&str>,
        kept: &str,
        pen: &mut impl Pen,
    ) {
        let accepted = self.asked.headers.first(&ACCEPT_LANGUAGE);
        let language = pages::choose(pages::market(self.asked.query), accepted);
        let page = self.house.pages.page(subject, language, near);
        // Conditions are for what would be 200 (RFC 9110, 13.2.1); a 404 or 410 is always said in full.
        let unchanged = status == StatusCode::OK && holds(&self.asked.headers, &page.etag);
        pen.status(if unchanged {
            StatusCode::NOT_MODIFIED
        } else {
            status
        });
        let fixed = &self.house.fixed;
        pen.header(CACHE_CONTROL, &[kept]);
        pen.header(VARY, &["accept-language"]);
        if status == StatusCode::OK {
            pen.header(ETAG, &[&page.etag]);
        }
        if unchanged {
            return pen.body(&[]);
        }
        if subject == Subject::Waiting {
            pen.header(RETRY_AFTER, &[&fixed.retry]);
        }
        pen.header(CONTENT_TYPE, &[HTML]);
        pen.header(CONTENT_LANGUAGE, &[page.language]);
        pen.header(CONTENT_SECURITY_POLICY, &[&fixed.policy]);
        pen.header(X_CONTENT_TYPE_OPTIONS, &["nosniff"]);
        pen.header(REFERRER_POLICY, &["no-referrer"]);
        pen.header(ROBOTS, &["noindex"]);
        pen.body(&[&page.html]);
    }
}

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Whether the visitor holds the page with this tag already.
fn holds(headers: &Headers<'_>, etag: &str) -> bool {
    headers
        .all(&IF_NONE_MATCH)
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// Scheme, host and port of an address.
fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..]
        .find('/')
        .map_or(address.len(), |at| host + at);
    &address[..end]
}

#[cfg(test)]
mod tests;
