//! How an answer is written down: for hyper, or as the bytes that hyper would have made of it.

use crate::scan;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, DATE};
use http::{HeaderName, HeaderValue, Response, StatusCode};

/// Writes an answer: its status, its headers in this order, and its body, which ends it. The length of the body is said by the pen.
pub trait Pen {
    /// Comes first.
    fn status(&mut self, status: StatusCode);
    /// A header, whose value comes in pieces. What may not stand in a header is left out.
    fn header(&mut self, name: HeaderName, value: &[&str]);
    /// Headers that were written down before.
    fn lines(&mut self, lines: &Lines);
    /// The body in pieces. To HEAD its length only.
    fn body(&mut self, pieces: &[&[u8]]);
}

/// Headers that are the same in many answers, as both pens write them.
#[derive(Debug)]
pub struct Lines {
    headers: Vec<(HeaderName, HeaderValue)>,
    wire: Vec<u8>,
}

impl Lines {
    /// These headers in this order. What may not stand in a header is left out.
    #[must_use]
    pub fn of(headers: &[(HeaderName, &str)]) -> Self {
        let sound = |(name, value): &(HeaderName, &str)| {
            Some((name.clone(), HeaderValue::try_from(*value).ok()?))
        };
        let headers: Vec<_> = headers.iter().filter_map(sound).collect();
        let mut wire = Vec::new();
        for (name, value) in &headers {
            let pieces = [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"];
            wire.extend(pieces.concat());
        }
        Self { headers, wire }
    }
}

/// Writes for hyper.
#[derive(Debug)]
pub struct Letter {
    /// What was written.
    pub response: Response<Bytes>,
    head: bool,
}

impl Letter {
    /// To a request that is `head` or is not.
    #[must_use]
    pub fn to(head: bool) -> Self {
        Self {
            response: Response::default(),
            head,
        }
    }
}

impl Pen for Letter {
    fn status(&mut self, status: StatusCode) {
        *self.response.status_mut() = status;
    }

    fn header(&mut self, name: HeaderName, value: &[&str]) {
        if let Ok(value) = HeaderValue::try_from(value.concat()) {
            self.response.headers_mut().append(name, value);
        }
    }

    fn lines(&mut self, lines: &Lines) {
        self.response
            .headers_mut()
            .extend(lines.headers.iter().cloned());
    }

    fn body(&mut self, pieces: &[&[u8]]) {
        let body = pieces.concat();
        if !self.head {
            // Of a body that is sent, hyper says the length itself.
            *self.response.body_mut() = body.into();
        } else if has_length(self.response.status()) {
            let length = HeaderValue::from(body.len());
            self.response.headers_mut().insert(CONTENT_LENGTH, length);
        }
    }
}

/// Writes HTTP/1.1, as hyper does, at the end of `out`.
pub(crate) struct Wire<'a> {
    out: &'a mut Vec<u8>,
    head: bool,
    last: bool,
    end: &'a HeadEnd,
    status: StatusCode,
}

/// The last lines of a head, which are the same in all answers of a second.
#[derive(Debug, Default)]
pub(crate) struct HeadEnd(String);

impl HeadEnd {
    /// With `date` as HTTP writes it.
    pub(crate) fn dated(date: &str) -> Self {
        Self([DATE.as_str(), ": ", date, "\r\n\r\n"].concat())
    }
}

impl<'a> Wire<'a> {
    /// To a request that is `head` or is not; `last` on its connection.
    pub(crate) fn new(out: &'a mut Vec<u8>, head: bool, last: bool, end: &'a HeadEnd) -> Self {
        Self {
            out,
            head,
            last,
            end,
            status: StatusCode::OK,
        }
    }

    fn length(&mut self, length: usize) {
        if has_length(self.status) {
            self.write(&[CONTENT_LENGTH.as_str(), ": "]);
            push_number(length, self.out);
            self.write(&["\r\n"]);
        }
    }

    #[inline(always)]
    fn write(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.out.extend_from_slice(piece.as_bytes());
        }
    }
}

// What is fixed of an answer is known where it is decided. Inlined there, it takes no copies of some bytes each.
impl Pen for Wire<'_> {
    #[inline(always)]
    fn status(&mut self, status: StatusCode) {
        self.status = status;
        let reason = status.canonical_reason().unwrap_or("<none>");
        self.write(&["HTTP/1.1 ", status.as_str(), " ", reason, "\r\n"]);
    }

    #[inline(always)]
    fn header(&mut self, name: HeaderName, value: &[&str]) {
        let begin = self.out.len();
        self.write(&[name.as_str(), ": "]);
        let at = self.out.len();
        self.write(value);
        if !scan::all(&self.out[at..], may_stand) {
            return self.out.truncate(begin);
        }
        self.write(&["\r\n"]);
    }

    fn lines(&mut self, lines: &Lines) {
        self.out.extend_from_slice(&lines.wire);
    }

    #[inline(always)]
    fn body(&mut self, pieces: &[&[u8]]) {
        // To HEAD, hyper is told the length as any other header and before it hears of the end.
        let length = pieces.iter().map(|piece| piece.len()).sum();
        if self.head {
            self.length(length);
        }
        if self.last {
            self.header(CONNECTION, &["close"]);
        }
        if !self.head {
            self.length(length);
        }
        self.write(&[&self.end.0]);
        if !self.head {
            for piece in pieces {
                self.out.extend_from_slice(piece);
            }
        }
    }
}

/// What http lets stand in a value.
fn may_stand(byte: u8) -> bool {
    (byte >= b' ') & (byte != 127) | (byte == b'\t')
}

/// Whether an answer of ours of this status says how long it is.
fn has_length(status: StatusCode) -> bool {
    status != StatusCode::NOT_MODIFIED
}

fn push_number(mut number: usize, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}
