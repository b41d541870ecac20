//! One request: from its bytes to its answer. Nothing here waits, except for the old home.

use super::Shared;
use super::passage::{Passage, Sent};
use super::seats::{Busy, Seat};
use super::told::Told;
use crate::answer::{self, Asking, Letter, Pen, Turn, brief};
use crate::known::{Known, Standing};
use crate::metrics::{Outcome, SAMPLE, Tally};
use bytes::Bytes;
use http::header::{CONNECTION, HOST, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode, Version};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// What is sent back: our own bytes, or the old home's as they come.
pub(super) type Body = Either<Full<Bytes>, Told>;

/// Where ACME's HTTP-01 looks for its proof (RFC 8555, 8.3).
const CHALLENGES: &str = "/.well-known/acme-challenge/";

/// What one thread needs to answer.
pub(super) struct Desk {
    pub(super) shared: Arc<Shared>,
    pub(super) thread: usize,
    pub(super) passage: Option<Passage>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visitor {
    pub(super) address: IpAddr,
    /// Whether over TLS.
    pub(super) secure: bool,
}

/// An answer, or the way to it.
pub(super) enum Answered {
    Now(Response<Body>),
    /// Waits for the old home.
    Later(Pin<Box<dyn Future<Output = Response<Body>> + Send>>),
}

impl Answered {
    pub(super) async fn whole(self) -> Response<Body> {
        match self {
            Self::Now(response) => response,
            Self::Later(response) => response.await,
        }
    }
}

impl Desk {
    pub(super) fn tally(&self) -> &Tally {
        self.shared.metrics.tally(self.thread)
    }

    /// Answers one request; `seat` is that of its connection, where it has the connection for itself.
    pub(super) fn answer(
        self: &Arc<Self>,
        visitor: Visitor,
        request: Request<Incoming>,
        seat: Option<&Arc<Seat>>,
    ) -> Answered {
        let mut letter = Letter::to(request.method() == Method::HEAD);
        let asked = Asking::of(request.method(), request.uri(), request.headers());
        let turn = match host(&request) {
            Some(host) => self.decide(visitor, host, &asked, &mut letter),
            None => {
                self.tally().count(Outcome::Bad);
                let text = "a request needs one Host\n";
                brief(&mut letter, StatusCode::BAD_REQUEST, text, None);
                Turn::Ours
            }
        };
        match turn {
            Turn::Ours => {
                if let Some(seat) = seat {
                    seat.waits();
                }
                Answered::Now(self.last_words(own(letter), request.version()))
            }
            Turn::OldHomes => {
                let (desk, busy) = (self.clone(), seat.map(Seat::is_busy));
                Answered::Later(Box::pin(async move {
                    desk.pass(visitor, request, letter, busy).await
                }))
            }
        }
    }

    /// All but what the old home says. Where it is the old home's turn, nothing was counted yet.
    pub(super) fn decide(
        &self,
        visitor: Visitor,
        host: &str,
        asked: &Asking<'_>,
        pen: &mut impl Pen,
    ) -> Turn {
        if let Some(proof) = self.proof(asked.path) {
            pen.status(StatusCode::OK);
            pen.body(&[&proof]);
            return Turn::Ours;
        }
        let known = match self.shared.know.know(host, asked.path_and_query) {
            Ok(known) => known,
            Err(error) => {
                self.unreadable(&error, pen);
                return Turn::Ours;
            }
        };
        if !self.may_hear(&known, visitor, host, asked.path) {
            let seconds = crate::limit::WINDOW_SECONDS.to_string();
            let later = Some((RETRY_AFTER, seconds.as_str()));
            let text = "too many unknown addresses\n";
            brief(pen, StatusCode::TOO_MANY_REQUESTS, text, later);
            return Turn::Ours;
        }
        let house = self.shared.house.read();
        let house = house.unwrap_or_else(PoisonError::into_inner);
        answer::answer(&known, asked, &house, pen)
    }

    /// The answer to an authority that wants a proof from us.
    fn proof(&self, path: &str) -> Option<Bytes> {
        let token = path.strip_prefix(CHALLENGES)?;
        let proof = self.shared.tls.as_ref()?.proof(token)?;
        self.tally().count(Outcome::Challenge);
        Some(proof)
    }

    /// What cannot be read is never answered with a guess.
    fn unreadable(&self, error: &crate::IndexError, pen: &mut impl Pen) {
        let told = matches!(error, crate::IndexError::Awaited);
        if self.tally().count(Outcome::Failed).is_power_of_two() && !told {
            self.shared
                .say(&format!("the index could not answer: {error}"));
        }
        let later = Some((RETRY_AFTER, "30"));
        let text = "please come back later\n";
        brief(pen, StatusCode::SERVICE_UNAVAILABLE, text, later);
    }

    /// Counts what is known; `false` for who misses too often.
    fn may_hear(&self, known: &Known, visitor: Visitor, host: &str, path: &str) -> bool {
        let outcome = match known {
            Known::Moved(moved) => {
                let outcome = match moved.standing {
                    Standing::Final => Outcome::Moved,
                    Standing::Undoable => Outcome::MovedUndoable,
                };
                if self.tally().count(outcome).is_multiple_of(SAMPLE) {
                    self.shared.metrics.sample(host, path, &moved.target);
                }
                return true;
            }
            // Counted once it is clear whether the old home answered.
            Known::Waiting => return true,
            Known::Gone { .. } => Outcome::Gone,
            Known::Closed => Outcome::Closed,
            Known::Unknown { .. } => Outcome::Unknown,
            Known::Foreign => Outcome::Foreign,
        };
        let limit = match outcome {
            Outcome::Unknown | Outcome::Foreign => &self.shared.misses,
            // Every invented name on a host of a closed platform is one of these, and every reader of a blog that did not move.
            Outcome::Closed => &self.shared.closed,
            _ => {
                self.tally().count(outcome);
                return true;
            }
        };
        if !self.shared.may_miss(visitor.address, limit) {
            self.tally().count(Outcome::Limited);
            return false;
        }
        self.shared.metrics.missed(host, path);
        self.tally().count(outcome);
        true
    }

    async fn pass(
        &self,
        visitor: Visitor,
        request: Request<Incoming>,
        page: Letter,
        busy: Option<Busy>,
    ) -> Response<Body> {
        let (version, head) = (request.version(), request.method() == Method::HEAD);
        let sent = match &self.passage {
            Some(passage) => passage.send(visitor, request).await,
            None => Sent::No,
        };
        let response = match sent {
            Sent::Answered(response) => {
                self.tally().count(Outcome::Passed);
                response.map(|told| Either::Right(told.on(busy)))
            }
            Sent::Round => {
                self.tally().count(Outcome::Failed);
                let text = "the old home leads back here\n";
                refusal(head, StatusCode::LOOP_DETECTED, text)
            }
            Sent::TooLong => {
                self.tally().count(Outcome::Bad);
                let text = "the body is too long to be passed on\n";
                refusal(head, StatusCode::PAYLOAD_TOO_LARGE, text)
            }
            Sent::No => {
                self.tally().count(Outcome::Waiting);
                own(page)
            }
        };
        self.last_words(response, version)
    }

    /// Whether a blog that has not moved is answered here as well, as there is no way to the old home; it is counted.
    pub(super) fn stays_unmoved(&self) -> bool {
        let stays = self.passage.is_none();
        if stays {
            self.tally().count(Outcome::Waiting);
        }
        stays
    }

    /// Whether each answer now asks for the end of its connection.
    pub(super) fn stops(&self) -> bool {
        self.shared.stopping.load(Ordering::Relaxed)
    }

    /// While the server stops, each answer asks for the end of its connection.
    fn last_words(&self, mut response: Response<Body>, version: Version) -> Response<Body> {
        if version < Version::HTTP_2 && self.stops() {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// A short answer of our own.
fn refusal(head: bool, status: StatusCode, text: &str) -> Response<Body> {
    let mut letter = Letter::to(head);
    brief(&mut letter, status, text, None);
    own(letter)
}

/// An answer of our own.
fn own(letter: Letter) -> Response<Body> {
    letter.response.map(|bytes| Either::Left(Full::new(bytes)))
}

/// The host that is asked: of the address where it has one (HTTP/2, proxies), else of the one `Host` header.
fn host(request: &Request<Incoming>) -> Option<&str> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.as_str());
    }
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next()?;
    if hosts.next().is_some() {
        return None;
    }
    host.to_str().ok()
}
