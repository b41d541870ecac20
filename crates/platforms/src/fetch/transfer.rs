//! One answer on its way: its head, its body, and what can go wrong with either.

use super::{
    guard::Refusal,
    pace::Shut,
    stopping::{self, Stopped},
    ticking, without_query,
};
use blog::doors::{Halt, MediaError, ReadError};
use jiff::Timestamp;
use std::{
    io::Write,
    time::{Duration, Instant},
};
use ureq::http;

/// Below this many bytes a second over a whole window a server counts as stuck.
const SLOWEST_BYTES_PER_SECOND: u64 = 1024;
/// A header longer than this is no date.
const DATE_BYTES: usize = 128;
/// A body may take longer than the usual time as long as it comes at this rate: a 2 GiB video needs it.
pub(super) const GOOD_BYTES_PER_SECOND: u64 = 256 * 1024;

/// What is known of an answer so far; survives a broken try, so that the next can go on.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) status: u16,
    pub(super) media_type: Option<String>,
    pub(super) address: String,
    /// Bytes already written.
    pub(super) bytes: u64,
    /// Length of the whole, where it was stated.
    whole: Option<u64>,
}

impl Flow {
    /// Takes note of an answer's head. A second answer must go on where the first broke off, or be of no use.
    pub(super) fn begin(
        &mut self,
        response: &http::Response<ureq::Body>,
        address: String,
    ) -> Result<(), Fault> {
        let status = response.status().as_u16();
        if self.bytes > 0 {
            let range = text(response, "content-range").and_then(|range| content_range(&range));
            return match range {
                Some((start, whole))
                    if status == 206 && start == self.bytes && whole == self.whole =>
                {
                    Ok(())
                }
                _ => Err(Fault::Broken(format!(
                    "broke off after {} bytes and cannot be continued",
                    self.bytes
                ))),
            };
        }
        self.status = status;
        self.media_type = text(response, "content-type");
        self.address = address;
        self.whole = text(response, "content-length").and_then(|length| length.trim().parse().ok());
        Ok(())
    }
}

/// What a body may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) max_bytes: u64,
    /// The time it may take; longer only while it keeps coming well.
    pub(super) left: Duration,
    /// The window in which something must come.
    pub(super) window: Duration,
    /// Whether the owner asked to stop.
    pub(super) stop_asked: fn() -> bool,
}

/// Copies a body, counting and watching the clock.
pub(super) fn copy(
    body: ureq::Body,
    flow: &mut Flow,
    to: &mut dyn Write,
    bounds: Bounds,
) -> Result<(), Fault> {
    let Bounds {
        max_bytes,
        left,
        window,
        stop_asked,
    } = bounds;
    if flow.whole.is_some_and(|whole| whole > max_bytes) {
        return Err(Fault::TooLarge(max_bytes));
    }
    let mut reader = body.into_with_config().limit(u64::MAX).reader();
    let mut buffer = vec![0; 64 * 1024];
    let begun = Instant::now();
    let (mut window_begun, mut in_window, mut in_try) = (begun, 0_u64, 0_u64);
    loop {
        stopping::check(stop_asked)?;
        let read = match ticking::read(&mut reader, &mut buffer) {
            Ok(Some(0)) => break,
            Ok(read) => read.unwrap_or(0),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Fault::Broken(broken_words(&error, flow.bytes))),
        };
        if flow.bytes + read as u64 > max_bytes {
            return Err(Fault::TooLarge(max_bytes));
        }
        to.write_all(&buffer[..read])
            .map_err(|error| Fault::NotKept(error.to_string()))?;
        flow.bytes += read as u64;
        in_window += read as u64;
        in_try += read as u64;
        let now = Instant::now();
        if now - window_begun >= window {
            if in_window < SLOWEST_BYTES_PER_SECOND * window.as_secs().max(1) {
                return Err(Fault::Broken(format!(
                    "came too slowly ({in_window} bytes in {} s)",
                    window.as_secs()
                )));
            }
            (window_begun, in_window) = (now, 0);
        }
        if now - begun > left + Duration::from_secs(in_try / GOOD_BYTES_PER_SECOND) {
            return Err(Fault::Broken(format!(
                "took too long ({} bytes until then)",
                flow.bytes
            )));
        }
    }
    match flow.whole {
        Some(whole) if flow.bytes < whole => Err(Fault::Broken(format!(
            "broke off after {} of {whole} bytes",
            flow.bytes
        ))),
        _ => Ok(()),
    }
}

/// Why a try brought nothing.
#[derive(Debug)]
pub(super) enum Fault {
    /// The gate said no.
    Refused(Refusal),
    /// No such name.
    NoHost,
    /// It is left alone for a while.
    Shut(Shut),
    /// It asked to be asked again after this pause.
    Busy { pause: Duration },
    /// A status that is not what was asked for.
    Status(u16),
    /// Redirects without end.
    Circle,
    /// No connection, or no answer in time; nothing was sent or it may be sent again.
    NoAnswer(String),
    /// The answer came in part.
    Broken(String),
    /// More than the caller wants.
    TooLarge(u64),
    /// Nothing an HTTP client can read.
    Nonsense(String),
    /// The caller's side could not write.
    NotKept(String),
    /// The owner asked to stop.
    Stopped,
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Stopped> for Fault {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl From<Shut> for Fault {
    fn from(shut: Shut) -> Self {
        match shut {
            Shut::Stopped => Self::Stopped,
            shut => Self::Shut(shut),
        }
    }
}

impl Fault {
    /// What ureq's error means.
    pub(super) fn of(error: &ureq::Error) -> Self {
        use ureq::Error;
        match error {
            Error::Other(other) => match other.downcast_ref::<Refusal>() {
                Some(refusal) => Self::Refused(refusal.clone()),
                None => Self::NoAnswer("the connection failed".to_owned()),
            },
            Error::HostNotFound => Self::NoHost,
            Error::Timeout(_) => Self::NoAnswer("no answer in time".to_owned()),
            Error::Io(error) => Self::NoAnswer(io_words(error)),
            Error::ConnectionFailed => Self::NoAnswer("the connection failed".to_owned()),
            Error::Rustls(_) | Error::Tls(_) => {
                Self::NoAnswer("no secure connection could be made".to_owned())
            }
            Error::LargeResponseHeader(..) => {
                Self::Nonsense("the head of the answer is too large".to_owned())
            }
            Error::Protocol(_) => Self::Nonsense("the answer is not HTTP".to_owned()),
            Error::Http(_) | Error::BadUri(_) => {
                Self::Nonsense("the address cannot be asked".to_owned())
            }
            _ => Self::NoAnswer("the connection failed".to_owned()),
        }
    }

    /// Whether another try may bring more. A `POST` is repeated only when the server said that it did nothing.
    pub(super) fn worth_a_try(&self, method: &str) -> bool {
        match self {
            Self::Status(408 | 500 | 502 | 504) | Self::NoAnswer(_) | Self::Broken(_) => {
                method != "POST"
            }
            _ => false,
        }
    }

    pub(super) fn for_reader(self, address: &str) -> ReadError {
        let place = without_query(address);
        let what = self.words();
        match self {
            Self::Stopped => ReadError::Halt(Halt::Asked),
            Self::Refused(_) | Self::TooLarge(_) | Self::Nonsense(_) | Self::NotKept(_) => {
                ReadError::Unreadable { place, what }
            }
            _ => ReadError::Unreachable { place, what },
        }
    }

    pub(super) fn for_media(self, address: &str) -> MediaError {
        let sentence = format!("{}: {}", without_query(address), self.words());
        match self {
            Self::Stopped => MediaError::Halt(Halt::Asked),
            Self::Refused(_) => MediaError::Refused(sentence),
            Self::NoHost | Self::Status(404 | 410) => MediaError::Gone(sentence),
            Self::Status(408 | 429 | 500..)
            | Self::Busy { .. }
            | Self::Shut(_)
            | Self::NoAnswer(_)
            | Self::Broken(_) => MediaError::Unreachable(sentence),
            Self::Status(_) | Self::Circle | Self::TooLarge(_) | Self::Nonsense(_) => {
                MediaError::NotMedia(sentence)
            }
            Self::NotKept(_) => MediaError::CouldNotKeep(sentence),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.to_string(),
            Self::NoHost => "no such host is known".to_owned(),
            Self::Shut(Shut::Silent) => {
                "the host was silent many times in a row and is left alone for now".to_owned()
            }
            Self::Shut(Shut::Closed(wait)) => format!(
                "the host asked to be left alone for another {} minutes",
                wait.as_secs().div_ceil(60)
            ),
            Self::Stopped | Self::Shut(Shut::Stopped) => "stopped on request".to_owned(),
            Self::Busy { .. } => "the server is busy".to_owned(),
            Self::Status(status) => format!("the server answered with status {status}"),
            Self::Circle => "the address redirects without end".to_owned(),
            Self::TooLarge(bytes) => format!(
                "more than the {} MiB that are allowed here",
                bytes.div_ceil(1 << 20)
            ),
            Self::Broken(what) => format!("the answer {what}"),
            Self::NoAnswer(what) | Self::Nonsense(what) | Self::NotKept(what) => what.clone(),
        }
    }
}

/// The wait a server asks for.
pub(super) fn retry_after(response: &http::Response<ureq::Body>) -> Option<Duration> {
    asked_wait(&text(response, "retry-after")?, Timestamp::now())
}

/// The wait of a `Retry-After`, as seconds or as a date; a date that is past asks for none.
pub(crate) fn asked_wait(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if header.len() > DATE_BYTES {
        return None;
    }
    if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(header.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let then = jiff::fmt::rfc2822::parse(header).ok()?.timestamp();
    Some(Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO))
}

fn text(response: &http::Response<ureq::Body>, name: &str) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// `bytes 100-199/200` as start and whole length.
fn content_range(range: &str) -> Option<(u64, Option<u64>)> {
    let (span, whole) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    let start = span.split_once('-')?.0.trim().parse().ok()?;
    Some((start, whole.trim().parse().ok()))
}

fn io_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::ConnectionRefused => "nobody answers there (connection refused)".to_owned(),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::UnexpectedEof
        | ErrorKind::BrokenPipe => "the server broke the connection off".to_owned(),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "no answer in time".to_owned(),
        _ => "the connection failed".to_owned(),
    }
}

fn broken_words(error: &std::io::Error, bytes: u64) -> String {
    let timed_out = matches!(
        error.kind(),
        std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock
    ) || error
        .get_ref()
        .is_some_and(|inner| inner.to_string().contains("timeout"));
    if timed_out {
        format!("stopped coming after {bytes} bytes")
    } else {
        format!("broke off after {bytes} bytes")
    }
}
