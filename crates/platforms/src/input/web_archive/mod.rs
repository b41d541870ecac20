//! Web archives (WARC, and WACZ, which is a zip of them) as an input: the pages and pictures that somebody crawled, each under the
//! address it had.
//!
//! One pass learns where the newest good capture of each address stands ([`captures`]); what is asked for later is found there
//! ([`walk`]). A source sees a folder whose files are named by their addresses.

mod captures;
mod walk;

use super::bytes::Bytes;
use crate::wire::{
    http_message,
    warc::{self, Kind},
};
use blog::{
    Finding,
    codes::input as codes,
    doors::{Answer, Entry, ReadError},
};
use captures::{Best, Capture, Captures};
use jiff::Timestamp;
use std::{
    collections::{BTreeSet, HashMap},
    io::{self, BufRead, BufReader, Read},
    sync::Arc,
};

/// Addresses in one archive. The largest Spaces had some ten thousand pages and pictures.
pub(crate) const ADDRESSES: usize = 500_000;
/// Bytes of an address that is kept.
const ADDRESS_BYTES: usize = 4096;

/// A web archive, learned.
#[derive(Debug)]
pub(crate) struct WebArchive {
    label: String,
    files: Vec<(String, Arc<dyn Bytes>)>,
    best: HashMap<String, Best>,
    findings: Vec<Finding>,
}

/// Whether a file begins like a web archive.
pub(crate) fn is_web_archive(head: &[u8]) -> bool {
    if head.starts_with(b"WARC/") {
        return true;
    }
    let mut start = [0; 5];
    head.starts_with(b"\x1f\x8b")
        && flate2::read::GzDecoder::new(head)
            .read_exact(&mut start)
            .is_ok()
        && start == *b"WARC/"
}

/// Whether a file is called like a web archive.
pub(crate) fn is_named_like_one(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".warc", ".warc.gz"].iter().any(|end| name.ends_with(end))
}

impl WebArchive {
    /// Goes through `files` once.
    pub(crate) fn learn(
        label: &str,
        files: Vec<(String, Arc<dyn Bytes>)>,
    ) -> Result<Self, ReadError> {
        Self::learn_at_most(label, files, ADDRESSES)
    }

    fn learn_at_most(
        label: &str,
        files: Vec<(String, Arc<dyn Bytes>)>,
        addresses: usize,
    ) -> Result<Self, ReadError> {
        let mut captures = Captures::default();
        let mut findings = Vec::new();
        for (at, (name, bytes)) in files.iter().enumerate() {
            let file = u32::try_from(at).unwrap_or(u32::MAX);
            let walked = walk::records(&**bytes, &mut |head, place, block| {
                learn_record(&mut captures, addresses, head, file, place, block);
            })
            .map_err(|error| super::unreadable(name, &error))?;
            captures.forget(file, &walked.cut);
            if walked.damaged > 0 {
                let sentence = format!(
                    "{} places of the web archive \"{name}\" are damaged or cut; the pages there were passed over and the rest was read.",
                    walked.damaged
                );
                findings.push(Finding::new(&codes::DAMAGED_WEB_ARCHIVE, sentence).at(name));
            }
        }
        if captures.beyond > 0 {
            let sentence = format!(
                "The web archive holds more than {addresses} addresses; {} captures of further ones were not read.",
                captures.beyond
            );
            findings.push(Finding::new(&codes::LEFT_OUT, sentence).at(label));
        }
        let (best, without) = captures.settle(addresses);
        if without > 0 {
            let sentence = format!(
                "Of {without} addresses the web archive holds nothing but an answer that stands under many other addresses too (a sign-in page, or that the platform has closed)."
            );
            findings.push(Finding::new(&codes::ONLY_BOILERPLATE, sentence).at(label));
        }
        Ok(Self {
            label: label.to_owned(),
            files,
            best,
            findings,
        })
    }

    /// The pages, by their addresses.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self
            .best
            .values()
            .filter(|best| best.capture.page)
            .map(|best| Entry {
                name: best.address.clone(),
                bytes: best.capture.bytes,
            })
            .collect();
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        entries
    }

    /// Why no source knows it.
    pub(crate) fn stranger(&self) -> String {
        let hosts: BTreeSet<&str> = self
            .best
            .keys()
            .filter_map(|key| key.split('/').next())
            .collect();
        let some: Vec<&str> = hosts.iter().copied().take(5).collect();
        if some.is_empty() {
            "it is a web archive that holds no page".to_owned()
        } else {
            format!(
                "it is a web archive of {} hosts ({}), none of which is a platform whose pages can be read",
                hosts.len(),
                some.join(", ")
            )
        }
    }

    /// What was noticed on the way.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.findings.clone()
    }

    /// When the capture of an address that is read was made.
    pub(crate) fn captured(&self, address: &str) -> Option<Timestamp> {
        let seconds = self.best.get(&captures::key(address))?.capture.seconds;
        Timestamp::from_second(seconds).ok().filter(|_| seconds > 0)
    }

    /// What was captured of an address, without the codings of its transport. `None` when nothing was.
    pub(crate) fn open(&self, address: &str) -> Result<Option<Box<dyn Read>>, ReadError> {
        self.answer_of(address)
            .map(|found| found.map(|(_, body)| body))
            .map_err(|error| super::unreadable(&format!("{} › {address}", self.label), &error))
    }

    /// What was captured, as an answer to a call; 404 for what was not.
    pub(crate) fn ask(&self, address: &str, limit: u64) -> Result<Answer, ReadError> {
        let place = || format!("{} › {}", self.label, crate::fetch::without_query(address));
        let found = self
            .answer_of(address)
            .map_err(|error| super::unreadable(&place(), &error))?;
        let mut answer = Answer {
            status: 404,
            address: address.to_owned(),
            media_type: None,
            body: Vec::new(),
        };
        if let Some((media_type, body)) = found {
            body.take(limit)
                .read_to_end(&mut answer.body)
                .map_err(|error| super::unreadable(&place(), &error))?;
            answer.status = 200;
            answer.media_type = media_type;
        }
        Ok(answer)
    }

    fn answer_of(&self, address: &str) -> io::Result<Option<(Option<String>, Box<dyn Read>)>> {
        let Some(best) = self.best.get(&captures::key(address)) else {
            return Ok(None);
        };
        let (_, bytes) = &self.files[best.capture.file as usize];
        let (head, mut block) = walk::open(bytes, best.capture.place)?;
        if is_message(&head) {
            let answer = http_message::head(&mut block)?;
            let body = answer.body(BufReader::new(block))?;
            return Ok(Some((answer.media_type, body)));
        }
        Ok(Some((Some(head.media_type), Box::new(block))))
    }
}

fn is_message(head: &warc::Head) -> bool {
    head.kind == Kind::Response && head.media_type.starts_with("application/http")
}

/// Notes a record that answers an address.
fn learn_record(
    captures: &mut Captures,
    addresses: usize,
    head: &warc::Head,
    file: u32,
    place: walk::Place,
    mut block: &mut dyn BufRead,
) {
    let web = head.address.starts_with("http://") || head.address.starts_with("https://");
    if !web || head.address.len() > ADDRESS_BYTES || head.truncated {
        return;
    }
    let digest = head
        .payload_digest
        .as_deref()
        .map(|digest| digest_of(digest.as_bytes()));
    let mut capture = Capture {
        file,
        place,
        seconds: head.date.map_or(0, Timestamp::as_second),
        digest: digest.unwrap_or_default(),
        bytes: head.bytes,
        page: is_page(&head.media_type),
    };
    match head.kind {
        Kind::Revisit if digest.is_some() => captures.same_again(head, capture),
        Kind::Response if is_message(head) => {
            let Ok(answer) = http_message::head(&mut block) else {
                return;
            };
            if answer.status == 200 && answer.length != Some(0) {
                let media_type = answer.media_type.as_deref().unwrap_or("text/html");
                capture.page = is_page(&media_type.to_ascii_lowercase());
                capture.digest = digest.unwrap_or_else(|| digest_of_block(block));
                captures.keep(&head.address, capture, addresses);
            }
        }
        Kind::Resource if head.bytes > 0 => {
            capture.digest = digest.unwrap_or_else(|| digest_of_block(block));
            captures.keep(&head.address, capture, addresses);
        }
        _ => {}
    }
}

/// Whether bytes of this type may be a page or feed of a blog.
fn is_page(media_type: &str) -> bool {
    [
        "text/html",
        "application/xhtml",
        "text/xml",
        "application/xml",
        "application/rss",
        "application/atom",
    ]
    .iter()
    .any(|page| media_type.starts_with(page))
}

fn digest_of(bytes: &[u8]) -> u64 {
    let hash = blake3::hash(bytes);
    hash.as_bytes()
        .iter()
        .take(8)
        .fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

fn digest_of_block(block: &mut dyn BufRead) -> u64 {
    let mut hasher = blake3::Hasher::new();
    // What cannot be read to its end is noticed by the walk.
    let _ = hasher.update_reader(block);
    digest_of(hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests;
