//! A request as far as its answer goes, however it was read.

use crate::scan;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

/// A request without its body.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// What is to be done.
    pub method: &'a Method,
    /// Path and query as they were written.
    pub path_and_query: &'a str,
    /// The path alone.
    pub path: &'a str,
    /// The query alone, where there is one.
    pub query: Option<&'a str>,
    /// All headers.
    pub headers: Headers<'a>,
}

impl<'a> Asking<'a> {
    /// A request that was read into the types of `http`.
    #[must_use]
    pub fn of(method: &'a Method, uri: &'a Uri, headers: &'a HeaderMap) -> Self {
        Self {
            method,
            path_and_query: uri.path_and_query().map_or("/", |asked| asked.as_str()),
            path: uri.path(),
            query: uri.query(),
            headers: Headers::Map(headers),
        }
    }

    /// Whether it only wants to read.
    pub(crate) fn reads(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }
}

/// The headers of a request.
#[derive(Debug, Clone, Copy)]
pub enum Headers<'a> {
    /// As `http` keeps them.
    Map(&'a HeaderMap),
    /// As they lie in the bytes that came.
    Lines(&'a [httparse::Header<'a>]),
}

impl<'a> Headers<'a> {
    /// The first of this name; `None` where it is no visible text.
    pub(crate) fn first(&self, name: &HeaderName) -> Option<&'a str> {
        match *self {
            Self::Map(map) => map.get(name).and_then(text),
            Self::Lines(lines) => lines
                .iter()
                .find(|line| line.name.eq_ignore_ascii_case(name.as_str()))
                .and_then(|line| visible(line.value)),
        }
    }

    /// All of this name that are visible text.
    pub(crate) fn all(&self, name: &'a HeaderName) -> impl Iterator<Item = &'a str> {
        let (map, lines) = match *self {
            Self::Map(map) => (Some(map), &[][..]),
            Self::Lines(lines) => (None, lines),
        };
        let of_map = map.into_iter().flat_map(move |map| map.get_all(name));
        let of_lines = lines
            .iter()
            .filter(|line| line.name.eq_ignore_ascii_case(name.as_str()))
            .filter_map(|line| visible(line.value));
        of_map.filter_map(text).chain(of_lines)
    }
}

fn text(value: &HeaderValue) -> Option<&str> {
    visible(value.as_bytes())
}

/// Text of visible ASCII, blanks and tabs.
pub(crate) fn visible(value: &[u8]) -> Option<&str> {
    scan::all(value, |b| matches!(b, b' '..=b'~') | (b == b'\t'))
        .then(|| std::str::from_utf8(value).ok())
        .flatten()
}
