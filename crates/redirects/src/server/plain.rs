//! The plain request, which nearly all are: what one needs to know of it, read where it lies. Everything that could be read in two
//! ways, or that says something of the connection, is not plain and is left to hyper.

use crate::answer::{Asking, Headers, visible};
use crate::scan;
use http::Method;
use std::mem::MaybeUninit;

/// Headers of a plain request.
const MOST_HEADERS: usize = 48;
/// Bytes of its path and query.
const LONGEST_TARGET: usize = 8 * 1024;

/// A plain request.
pub(super) struct Plain<'a> {
    pub(super) host: &'a str,
    pub(super) asked: Asking<'a>,
    /// Its length.
    pub(super) bytes: usize,
    /// Whether it asks for the end of its connection.
    pub(super) last: bool,
}

/// Gives the request at the beginning of `came` to `work`; `None` where it is not plain, or not there as a whole.
pub(super) fn plain<T>(came: &[u8], work: impl FnOnce(Plain<'_>) -> Option<T>) -> Option<T> {
    let mut room = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut []);
    let read = request.parse_with_uninit_headers(came, &mut room).ok()?;
    let httparse::Status::Complete(bytes) = read else {
        return None;
    };
    let method = match (request.method?, request.version?) {
        ("GET", 1) => Method::GET,
        ("HEAD", 1) => Method::HEAD,
        _ => return None,
    };
    let path_and_query = request.path.filter(|target| is_plain_target(target))?;
    let (host, last) = host_and_end(request.headers)?;
    // Most have none, and that is seen at once.
    let has_query = !scan::all(path_and_query.as_bytes(), |b| b != b'?');
    let with_query = has_query.then(|| path_and_query.split_once('?')).flatten();
    let (path, query) = match with_query {
        Some((path, query)) => (path, Some(query)),
        None => (path_and_query, None),
    };
    work(Plain {
        host,
        bytes,
        last,
        asked: Asking {
            method: &method,
            path_and_query,
            path,
            query,
            headers: Headers::Lines(request.headers),
        },
    })
}

/// A path from the root, of bytes that have one meaning.
fn is_plain_target(target: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_graphic() & scan::is_none_of(b, b"\"#<>\\^`{|}");
    target.starts_with('/')
        && target.len() <= LONGEST_TARGET
        && scan::all(target.as_bytes(), is_plain)
}

/// The one host, and whether the connection shall end, where no header says anything of a body and at most one of the connection:
/// that it stays open, or that it ends.
fn host_and_end<'a>(headers: &[httparse::Header<'a>]) -> Option<(&'a str, bool)> {
    let mut host = None;
    let mut last = None;
    for header in headers {
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        // By length first: most headers are looked at no further.
        match header.name.len() {
            4 if is("host") => match host {
                None => host = Some(visible(header.value)?),
                Some(_) => return None,
            },
            10 if is("connection") => {
                // Of two that say different things, one would have to be believed.
                let ends = header.value.eq_ignore_ascii_case(b"close");
                let known = ends || header.value.eq_ignore_ascii_case(b"keep-alive");
                if !known || last.replace(ends).is_some_and(|before| before != ends) {
                    return None;
                }
            }
            6 if is("expect") => return None,
            7 if is("upgrade") || is("trailer") => return None,
            14 if is("content-length") => return None,
            17 if is("transfer-encoding") => return None,
            _ => (),
        }
    }
    Some((host?, last.unwrap_or(false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_plain(request: &str) -> bool {
        plain(request.as_bytes(), |plain| Some(plain.bytes)) == Some(request.len())
    }

    #[test]
    fn what_browsers_and_readers_send_is_plain() {
        for request in [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "HEAD /blog/cns!A1!7.entry?sa=1&utm_source=x HTTP/1.1\r\nhost: a.spaces.live.com:80\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a\r\nConnection: Keep-Alive\r\nUpgrade-Insecure-Requests: 1\r\nAccept: */*\r\nCookie: a=b\r\n\r\n",
        ] {
            assert!(is_plain(request), "{request:?}");
        }
    }

    #[test]
    fn who_asks_once_and_leaves_is_plain() {
        for (connection, ends) in [
            ("", false),
            ("Connection: close\r\n", true),
            ("connection: CLOSE\r\n", true),
            ("Connection: keep-alive\r\n", false),
            (
                "Connection: keep-alive\r\nConnection: Keep-Alive\r\n",
                false,
            ),
        ] {
            let request = format!("GET / HTTP/1.1\r\nHost: a\r\n{connection}\r\n");
            let last = plain(request.as_bytes(), |plain| Some(plain.last));
            assert_eq!(last, Some(ends), "{connection:?}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_plain() {
        let with = |header: &str| format!("GET / HTTP/1.1\r\nHost: a\r\n{header}\r\n\r\n");
        for header in [
            "Content-Length: 0",
            "CONTENT-LENGTH: 5",
            "Transfer-Encoding: chunked",
            "transfer-encoding : chunked",
            "Expect: 100-continue",
            "Upgrade: h2c",
            "Trailer: x",
            "Connection: close, upgrade",
            "Connection: close\r\nConnection: keep-alive",
            "Connection: keep-alive\r\nConnection: close",
            "Connection: keep-alive, upgrade",
            "Host: b",
            "X: a\r\n folded",
            "X\0: a",
            " X: a",
        ] {
            assert!(!is_plain(&with(header)), "{header:?}");
        }
        for request in [
            "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
            "get / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /\\x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: \u{e9}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "",
        ] {
            assert!(!is_plain(request), "{request:?}");
        }
        let many = "X: y\r\n".repeat(MOST_HEADERS);
        assert!(!is_plain(&with(many.trim_end())));
    }
}
