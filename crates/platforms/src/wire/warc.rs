//! Records of web archives: WARC 1.0 and 1.1 (ISO 28500), one record a time, as they stand in a stream.
//!
//! A record is a head of named lines, an empty line, a block of `Content-Length` bytes and two line ends. What the block of a
//! `response` holds is an HTTP message as a server sent it ([`super::http_message`]). Packing (a gzip member a record) is not known
//! here.

use jiff::Timestamp;
use std::io::{self, BufRead, Read};

/// Bytes of a record's head. Crawlers write a few hundred; addresses of 4 KiB stand in it twice.
pub const HEAD_BYTES: u64 = 64 * 1024;

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What a server answered.
    Response,
    /// Bytes that came without an HTTP message.
    Resource,
    /// The answer was the same as one that is kept already.
    Revisit,
    /// Requests, notes of the crawler, converted copies.
    Other,
}

/// The head of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// What it is.
    pub kind: Kind,
    /// The address that was asked; empty where a record is about none.
    pub address: String,
    /// When.
    pub date: Option<Timestamp>,
    /// Type of the block, lower case without parameters.
    pub media_type: String,
    /// Digest of the payload as the crawler wrote it, e.g. `sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ`.
    pub payload_digest: Option<String>,
    /// The address whose kept answer a revisit means.
    pub refers_to: Option<String>,
    /// The crawler stopped before the answer ended.
    pub truncated: bool,
    /// Bytes of the block.
    pub bytes: u64,
}

/// Reads the head of the next record. `None` at the end of the stream.
///
/// # Errors
/// When what stands there is no head of a record.
pub fn head(stream: &mut impl BufRead) -> io::Result<Option<Head>> {
    let mut lines = Lines {
        stream,
        left: HEAD_BYTES,
    };
    let first = loop {
        match lines.next()? {
            None => return Ok(None),
            // Two line ends follow each record; some writers leave more or none.
            Some(line) if line.is_empty() => {}
            Some(line) => break line,
        }
    };
    if !first.starts_with("WARC/") {
        return Err(damaged("no record begins here"));
    }
    let mut head = Head {
        kind: Kind::Other,
        address: String::new(),
        date: None,
        media_type: String::new(),
        payload_digest: None,
        refers_to: None,
        truncated: false,
        bytes: 0,
    };
    let mut has_length = false;
    loop {
        let line = lines
            .next()?
            .ok_or_else(|| damaged("the head of a record is cut"))?;
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        has_length |= name.eq_ignore_ascii_case("content-length");
        head.learn(&name.trim().to_ascii_lowercase(), value.trim())?;
    }
    if has_length {
        Ok(Some(head))
    } else {
        Err(damaged("a record does not say its length"))
    }
}

impl Head {
    fn learn(&mut self, name: &str, value: &str) -> io::Result<()> {
        // Old versions of wget put addresses into angle brackets.
        let address = || value.trim_matches(['<', '>']).to_owned();
        match name {
            "warc-type" => {
                self.kind = match value {
                    "response" => Kind::Response,
                    "resource" => Kind::Resource,
                    "revisit" => Kind::Revisit,
                    _ => Kind::Other,
                };
            }
            "warc-target-uri" => self.address = address(),
            "warc-date" => self.date = value.parse().ok(),
            "content-type" => {
                let essence = value.split(';').next().unwrap_or_default();
                self.media_type = essence.trim().to_ascii_lowercase();
            }
            "warc-payload-digest" => self.payload_digest = Some(value.to_owned()),
            "warc-refers-to-target-uri" => self.refers_to = Some(address()),
            "warc-truncated" => self.truncated = true,
            "content-length" => {
                self.bytes = value
                    .parse()
                    .map_err(|_| damaged("the length of a record is no number"))?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Lines without their ends, up to a bound for all of them together.
struct Lines<'a, R> {
    stream: &'a mut R,
    left: u64,
}

impl<R: BufRead> Lines<'_, R> {
    fn next(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let read = self
            .stream
            .by_ref()
            .take(self.left)
            .read_until(b'\n', &mut line)?;
        self.left -= read as u64;
        if read == 0 {
            return if self.left == 0 {
                Err(damaged("the head of a record is too long"))
            } else {
                Ok(None)
            };
        }
        while line
            .last()
            .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
        {
            line.pop();
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }
}

fn damaged(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(lines: &str) -> io::Result<Option<Head>> {
        head(&mut lines.replace('\n', "\r\n").as_bytes())
    }

    #[test]
    fn a_response_says_address_date_digest_and_length() {
        let head = record(
            "WARC/1.0\nWARC-Type: response\nWARC-Target-URI: <http://a.example/x>\nWARC-Date: 2010-09-12T10:11:12Z\n\
             WARC-Payload-Digest: sha1:AB\nContent-Type: application/http; msgtype=response\nContent-Length: 12\n\n",
        )
        .expect("a head")
        .expect("a record");
        assert_eq!(head.kind, Kind::Response);
        assert_eq!(head.address, "http://a.example/x");
        assert_eq!(
            head.date.expect("a date").to_string(),
            "2010-09-12T10:11:12Z"
        );
        assert_eq!(head.payload_digest.as_deref(), Some("sha1:AB"));
        assert_eq!(head.media_type, "application/http");
        assert_eq!(head.bytes, 12);
    }

    #[test]
    fn what_is_no_record_is_an_error_and_the_end_is_none() {
        assert!(record("").expect("the end").is_none());
        assert!(record("\n\n").expect("the end").is_none());
        for wrong in [
            "<html>\n\n",
            "WARC/1.0\nWARC-Type: response\n\n",
            "WARC/1.0\nContent-Length: many\n\n",
            "WARC/1.0\nContent-Length: 3\n",
        ] {
            assert!(record(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_head_at_the_limit_is_read_and_one_byte_more_is_refused() {
        let start = "WARC/1.0\nContent-Length: 1\nX: ";
        let fits = usize::try_from(HEAD_BYTES).expect("small") - start.len() - "\n\n".len();
        for (length, fits) in [(fits, true), (fits + 1, false)] {
            let text = format!("{start}{}\n\n", "x".repeat(length));
            assert_eq!(head(&mut text.as_bytes()).is_ok(), fits);
        }
    }
}
