//! The short way: plain requests of HTTP/1.1 are read, answered and written without hyper, which would take as long for that as the
//! answer itself. It knows nothing but the plain case: a whole head of GET or HEAD that came in one piece, with nothing in it that
//! concerns the connection. With anything else the conversation goes to hyper, the bytes that came included, and stays there. Which
//! answer is given, and how it is written, is decided where it is for hyper too.
//!
//! Between two requests a connection holds no buffer: a thread reads and writes all of them with one pair.

use super::conversation::{Desk, Visitor};
use super::plain::plain;
use super::rewound::Rewound;
use super::seats::Seat;
use crate::answer::{HeadEnd, Turn, Wire};
use http::Method;
use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};

/// How a conversation in HTTP/2 begins (RFC 9113, 3.4): no request of HTTP/1.1 can.
const HTTP_2: &[u8] = b"PRI * HTTP/2.0";

/// What is read at once. A head that is longer is unusual.
const READ_BYTES: usize = 16 * 1024;
/// When answers that are not sent yet have come to this, nothing more is answered on the short way: who asks much and hears nothing
/// must not fill the memory.
const UNSENT_BYTES: usize = 32 * 1024;

thread_local! {
    static TABLE: RefCell<Table> = RefCell::new(Table::default());
}

/// What all connections of a thread read and write with, one after the other.
struct Table {
    came: Box<[u8]>,
    out: Vec<u8>,
    end: HeadEnd,
    /// The look at which the date in it was written.
    dated: Option<u32>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            came: vec![0; READ_BYTES].into(),
            out: Vec::with_capacity(READ_BYTES),
            end: HeadEnd::default(),
            dated: None,
        }
    }
}

/// How it goes on after some answers.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// With more words of the visitor.
    Hear,
    /// The connection ends.
    End,
    /// With hyper, and with these bytes.
    Hyper(Vec<u8>),
    /// With hyper in HTTP/2, and with these bytes.
    Http2(Vec<u8>),
}

/// A stream whose conversation goes on with hyper.
pub(super) enum Rest<S> {
    Http1(Rewound<S>),
    Http2(Rewound<S>),
}

/// What could not be sent at once, and what comes then.
struct Unsent(Vec<u8>, Next);

/// A conversation on the short way.
pub(super) struct Short<'a> {
    pub(super) desk: &'a Desk,
    pub(super) visitor: Visitor,
    pub(super) seat: &'a Seat,
    /// Bytes of the longest head; hyper judges what is longer.
    pub(super) head_bytes: usize,
    /// Whether a visitor may begin in HTTP/2 as well.
    pub(super) or_http2: bool,
}

impl Short<'_> {
    /// Talks until the visitor leaves or has to; gives the stream back when the rest is hyper's.
    pub(super) async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
        self,
        mut stream: S,
    ) -> Option<Rest<S>> {
        // What may become the beginning of HTTP/2. `None` once it is clear which version is spoken.
        let mut begun = self.or_http2.then(Vec::new);
        loop {
            let step = poll_fn(|context| {
                let last = self.seat.shall_end(context);
                let step = TABLE.with_borrow_mut(|table| {
                    self.step(table, &mut begun, last, Pin::new(&mut stream), context)
                });
                match step {
                    // It shall end, and nothing was asked meanwhile.
                    Poll::Pending if last => Poll::Ready(Ok(Unsent(Vec::new(), Next::End))),
                    step => step,
                }
            });
            // Its errors are those of a visitor who went away.
            let Unsent(unsent, next) = step.await.ok()?;
            stream.write_all(&unsent).await.ok()?;
            stream.flush().await.ok()?;
            match next {
                Next::Hear => (),
                Next::End => {
                    let _ = stream.shutdown().await;
                    return None;
                }
                Next::Hyper(came) => return Some(Rest::Http1(Rewound::to(came, stream))),
                Next::Http2(came) => return Some(Rest::Http2(Rewound::to(came, stream))),
            }
        }
    }

    /// Reads and answers as long as both go at once; only once when it is the `last` time.
    fn step<S: AsyncRead + AsyncWrite>(
        &self,
        table: &mut Table,
        begun: &mut Option<Vec<u8>>,
        last: bool,
        mut stream: Pin<&mut S>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Unsent>> {
        loop {
            let mut read = ReadBuf::new(&mut table.came);
            ready!(stream.as_mut().poll_read(context, &mut read))?;
            let came = read.filled().len();
            if came == 0 {
                let next = match begun.take() {
                    Some(begun) if !begun.is_empty() => Next::Hyper(begun),
                    _ => Next::End,
                };
                return Poll::Ready(Ok(Unsent(Vec::new(), next)));
            }
            if let Some(kept) = begun.as_mut() {
                match first_words(kept, &table.came[..came]) {
                    None => *begun = None,
                    Some(Next::Hear) => continue,
                    Some(next) => return Poll::Ready(Ok(Unsent(Vec::new(), next))),
                }
            }
            table.look_at_clock(self.seat.now());
            let next = self.answer_all(&table.came[..came], last, &table.end, &mut table.out);
            self.seat.waits();
            let (sent, gone) = send(&table.out, stream.as_mut(), context)?;
            if !gone || next != Next::Hear {
                return Poll::Ready(Ok(Unsent(table.out[sent..].to_vec(), next)));
            }
        }
    }

    /// Answers the requests in `came`, one after the other; only the first one when it is the `last` time.
    fn answer_all(&self, came: &[u8], last: bool, end: &HeadEnd, out: &mut Vec<u8>) -> Next {
        out.clear();
        let mut rest = came;
        while !rest.is_empty() {
            let before = out.len();
            let last = last || self.desk.stops();
            let answered = before <= UNSENT_BYTES;
            let used = answered
                .then(|| self.answer(rest, last, end, out))
                .flatten();
            let Some((used, last)) = used else {
                out.truncate(before);
                return Next::Hyper(rest.to_vec());
            };
            if last {
                return Next::End;
            }
            rest = &rest[used..];
        }
        Next::Hear
    }

    /// Answers the first request in `came`, and says how long it was and whether it was the last one; `None` where it is not one for
    /// the short way.
    fn answer(
        &self,
        came: &[u8],
        last: bool,
        end: &HeadEnd,
        out: &mut Vec<u8>,
    ) -> Option<(usize, bool)> {
        plain(came, |plain| {
            if plain.bytes > self.head_bytes {
                return None;
            }
            let last = last || plain.last;
            let mut wire = Wire::new(out, plain.asked.method == Method::HEAD, last, end);
            let desk = self.desk;
            let turn = desk.decide(self.visitor, plain.host, &plain.asked, &mut wire);
            let answered = turn == Turn::Ours || desk.stays_unmoved();
            answered.then_some((plain.bytes, last))
        })
    }
}

/// How it goes on after the first words of a visitor who may speak either version. `None` when they are those of a plain request; with
/// [`Next::Hear`] they are kept.
fn first_words(kept: &mut Vec<u8>, came: &[u8]) -> Option<Next> {
    if kept.is_empty() && came.first() != HTTP_2.first() {
        return None;
    }
    kept.extend_from_slice(came);
    Some(if kept.starts_with(HTTP_2) {
        Next::Http2(std::mem::take(kept))
    } else if HTTP_2.starts_with(kept) {
        Next::Hear
    } else {
        Next::Hyper(std::mem::take(kept))
    })
}

impl Table {
    /// The date changes once a second, and connections are looked at more often than that.
    fn look_at_clock(&mut self, now: u32) {
        if self.dated != Some(now) {
            self.dated = Some(now);
            self.end = HeadEnd::dated(&httpdate::fmt_http_date(SystemTime::now()));
        }
    }
}

/// Sends what goes at once: how much was taken, and whether all has gone.
fn send<S: AsyncWrite>(
    out: &[u8],
    mut stream: Pin<&mut S>,
    context: &mut Context<'_>,
) -> io::Result<(usize, bool)> {
    if out.is_empty() {
        return Ok((0, true));
    }
    let sent = match stream.as_mut().poll_write(context, out)? {
        Poll::Ready(sent) => sent,
        Poll::Pending => 0,
    };
    // Under TLS, what was taken has not gone yet.
    let gone = sent == out.len() && stream.poll_flush(context)?.is_ready();
    Ok((sent, gone))
}

#[cfg(test)]
mod tests {
    use super::super::seats::Seats;
    use super::super::{Shared, desk, settings::Settings};
    use super::*;
    use crate::IndexError;
    use crate::known::{Know, Known};
    use std::sync::Arc;

    /// Nothing has moved yet.
    struct AllWait;

    impl Know for AllWait {
        fn know(&self, _: &str, _: &str) -> Result<Known, IndexError> {
            Ok(Known::Waiting)
        }

        fn serves(&self, _: &str) -> Result<bool, IndexError> {
            Ok(true)
        }

        fn generation(&self) -> u64 {
            1
        }
    }

    /// How it goes on after a request for a blog that has not moved.
    fn after_a_request(old_home: Option<&str>) -> (Next, String) {
        let settings = Settings {
            old_home: old_home.map(str::to_owned),
            ..Settings::default()
        };
        let shared = Shared::of(&settings, Arc::new(AllWait), 1, Arc::new(|_: &str| ()));
        let desk = desk(&settings, &Arc::new(shared), 0).expect("a desk");
        let seat = Seat::of(&Seats::of(&settings.limits));
        let short = Short {
            desk: &desk,
            visitor: Visitor {
                address: std::net::Ipv4Addr::LOCALHOST.into(),
                secure: false,
            },
            seat: &seat,
            head_bytes: READ_BYTES,
            or_http2: false,
        };
        let mut out = Vec::new();
        let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let next = short.answer_all(request, false, &HeadEnd::dated("today"), &mut out);
        let text = String::from_utf8(out).expect("text");
        (next, text.lines().next().unwrap_or_default().to_owned())
    }

    #[test]
    fn what_waits_goes_the_short_way_where_there_is_no_other() {
        let (next, said) = after_a_request(None);
        let status = "HTTP/1.1 503 Service Unavailable";
        assert_eq!((next, said.as_str()), (Next::Hear, status));
        let (next, said) = after_a_request(Some("http://127.0.0.1:1"));
        assert!(matches!(next, Next::Hyper(_)) && said.is_empty(), "{said}");
    }

    #[test]
    fn the_first_words_say_which_version_is_spoken() {
        let say = |pieces: &[&[u8]]| {
            let mut kept = Vec::new();
            let said = pieces.iter().map(|piece| first_words(&mut kept, piece));
            said.last().expect("words")
        };
        assert_eq!(say(&[b"GET / HTTP/1.1\r\n"]), None);
        for begun in [&b"P"[..], b"PRI", b"PRI * HTTP/2."] {
            assert_eq!(say(&[begun]), Some(Next::Hear));
        }
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        let begin = Some(Next::Http2(preface.to_vec()));
        assert_eq!(say(&[preface]), begin);
        for at in 1..HTTP_2.len() {
            let (begun, rest) = preface.split_at(at);
            assert_eq!(say(&[begun, rest]), begin);
        }
        for other in ["POST / HTTP/1.1\r\n", "PRI / HTTP/1.1\r\n"] {
            let hyper = Some(Next::Hyper(other.as_bytes().to_vec()));
            assert_eq!(say(&[other.as_bytes()]), hyper);
            let (begun, rest) = other.as_bytes().split_at(1);
            assert_eq!(say(&[begun, rest]), hyper);
        }
    }
}
