//! Which capture of an address is read: the newest good one.
//!
//! A platform that closed was crawled after its end as well, and answered "this blog is closed" or a sign-in page with status 200.
//! Such an answer is known by standing, byte for byte the same, under many different addresses.

use super::walk::Place;
use crate::wire::warc::{self, Kind};
use std::collections::{HashMap, HashSet};

/// The same bytes under so many different paths are no page of a blog.
const SAME_UNDER_PATHS: usize = 5;
/// Captures kept of one address while its best is not known yet.
const KEPT: usize = 8;

/// One time an address was captured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capture {
    /// Which file of the archive.
    pub(super) file: u32,
    /// Where in it.
    pub(super) place: Place,
    /// Seconds since 1970; 0 where it is not known.
    pub(super) seconds: i64,
    /// What the bytes are known by.
    pub(super) digest: u64,
    /// Bytes of the record.
    pub(super) bytes: u64,
    /// Whether it is a page or feed, not a picture.
    pub(super) page: bool,
}

/// An address and its best capture.
#[derive(Debug)]
pub(super) struct Best {
    /// As it was asked.
    pub(super) address: String,
    pub(super) capture: Capture,
}

/// Captures as the walk finds them.
#[derive(Debug, Default)]
pub(super) struct Captures {
    by_key: HashMap<String, (String, Vec<Capture>)>,
    by_digest: HashMap<u64, Capture>,
    revisits: Vec<(String, Capture)>,
    /// Addresses that are not kept any more because there are too many.
    pub(super) beyond: u64,
}

impl Captures {
    pub(super) fn keep(&mut self, address: &str, capture: Capture, limit: usize) {
        self.by_digest.entry(capture.digest).or_insert(capture);
        self.insert(address, capture, limit);
    }

    /// The answer was the same as one that is somewhere in the archive.
    pub(super) fn same_again(&mut self, head: &warc::Head, seen: Capture) {
        if head.kind == Kind::Revisit {
            self.revisits.push((head.address.clone(), seen));
        }
    }

    fn insert(&mut self, address: &str, capture: Capture, limit: usize) {
        let key = key(address);
        if !self.by_key.contains_key(&key) && self.by_key.len() >= limit {
            self.beyond += 1;
            return;
        }
        let (_, captures) = self
            .by_key
            .entry(key)
            .or_insert_with(|| (address.to_owned(), Vec::new()));
        captures.push(capture);
        captures.sort_by_key(|capture| std::cmp::Reverse(capture.seconds));
        captures.truncate(KEPT);
    }

    /// Drops records that proved to end too early.
    pub(super) fn forget(&mut self, file: u32, cut: &[Place]) {
        let is_cut = |capture: &Capture| capture.file == file && cut.contains(&capture.place);
        if cut.is_empty() {
            return;
        }
        for (_, captures) in self.by_key.values_mut() {
            captures.retain(|capture| !is_cut(capture));
        }
        self.by_key.retain(|_, (_, captures)| !captures.is_empty());
        self.by_digest.retain(|_, capture| !is_cut(capture));
    }

    /// The newest good capture of each address, and how many addresses have none.
    pub(super) fn settle(mut self, limit: usize) -> (HashMap<String, Best>, u64) {
        for (address, seen) in std::mem::take(&mut self.revisits) {
            if let Some(first) = self.by_digest.get(&seen.digest).copied() {
                let capture = Capture {
                    seconds: seen.seconds,
                    ..first
                };
                self.insert(&address, capture, limit);
            }
        }
        let everywhere = self.same_everywhere();
        let mut without = 0;
        let mut best = HashMap::with_capacity(self.by_key.len());
        for (key, (address, captures)) in self.by_key {
            let good = |capture: &&Capture| !(capture.page && everywhere.contains(&capture.digest));
            match captures.iter().find(good) {
                Some(capture) => {
                    let capture = *capture;
                    best.insert(key, Best { address, capture });
                }
                None => without += 1,
            }
        }
        (best, without)
    }

    fn same_everywhere(&self) -> HashSet<u64> {
        let mut paths: HashMap<u64, HashSet<&str>> = HashMap::new();
        for (key, (_, captures)) in &self.by_key {
            let path = key.split('?').next().unwrap_or(key);
            for capture in captures.iter().filter(|capture| capture.page) {
                let known = paths.entry(capture.digest).or_default();
                if known.len() < SAME_UNDER_PATHS {
                    known.insert(path);
                }
            }
        }
        paths.retain(|_, paths| paths.len() >= SAME_UNDER_PATHS);
        paths.into_keys().collect()
    }
}

/// What an address is found by: without scheme, `www.`, default port and fragment, host in lower case, escapes decoded. Pages,
/// crawlers and readers escape the same address differently.
pub(super) fn key(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or(rest);
    let (host, path) = rest
        .find(['/', '?'])
        .map_or((rest, ""), |at| rest.split_at(at));
    let host = host.to_ascii_lowercase();
    let host = host
        .strip_suffix(":80")
        .or(host.strip_suffix(":443"))
        .unwrap_or(&host);
    let host = host.strip_prefix("www.").unwrap_or(host);
    let path = if path.is_empty() { "/" } else { path };
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    format!("{host}{path}")
}
