//! HTTP answers as they were sent and kept: status, the few header lines that matter, and the body behind its codings.
//!
//! Web archives keep answers byte for byte. Not here: asking (`fetch` does, with its client).

use brotli_decompressor::Decompressor;
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use std::io::{self, BufRead, BufReader, Read};

/// Bytes of the status line and headers.
const HEAD_BYTES: u64 = 64 * 1024;
/// Bytes of one line that says how long a chunk is, or that follows the last one.
const CHUNK_LINE_BYTES: u64 = 4 * 1024;
/// What is unpacked from brotli at a time.
const BROTLI_BYTES: usize = 16 * 1024;
/// Lines behind the last chunk.
const TRAILERS: usize = 100;

/// The head of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type` as sent.
    pub media_type: Option<String>,
    /// Bytes of the body as sent, where it says so.
    pub length: Option<u64>,
    chunked: bool,
    codings: Vec<String>,
}

/// Reads status line and headers; the body follows.
///
/// # Errors
/// When there is no status line, or the headers do not end.
pub fn head(stream: &mut impl BufRead) -> io::Result<Head> {
    let mut lines = stream.by_ref().take(HEAD_BYTES);
    let first = line(&mut lines)?.ok_or_else(|| damaged("there is no answer"))?;
    let status = first
        .strip_prefix("HTTP/")
        .and_then(|rest| rest.split_ascii_whitespace().nth(1))
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| damaged("the answer has no status line"))?;
    let mut head = Head {
        status,
        ..Head::default()
    };
    loop {
        let line = line(&mut lines)?.ok_or_else(|| damaged("the headers do not end"))?;
        if line.is_empty() {
            return Ok(head);
        }
        if let Some((name, value)) = line.split_once(':') {
            head.learn(&name.trim().to_ascii_lowercase(), value.trim());
        }
    }
}

impl Head {
    fn learn(&mut self, name: &str, value: &str) {
        match name {
            "content-type" => self.media_type = Some(value.to_owned()),
            "content-length" => self.length = value.parse().ok(),
            "transfer-encoding" => self.chunked = value.to_ascii_lowercase().contains("chunked"),
            "content-encoding" => {
                let codings = value.split(',').map(|coding| coding.trim().to_lowercase());
                self.codings = codings.filter(|coding| coding != "identity").collect();
            }
            _ => {}
        }
    }

    /// The body without its codings. Archives differ in whether they kept chunks and packing; each is undone only where it is there.
    ///
    /// # Errors
    /// When the body is packed in a way that is not known here.
    pub fn body<'a>(&self, mut stream: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
        let chunked = self.chunked && begins_with_a_chunk(stream.fill_buf()?);
        let mut body: Box<dyn BufRead + 'a> = if chunked {
            Box::new(BufReader::new(Chunks::of(stream)))
        } else {
            Box::new(stream)
        };
        for coding in self.codings.iter().rev() {
            let start = body.fill_buf()?;
            body = match coding.as_str() {
                "gzip" | "x-gzip" if start.starts_with(b"\x1f\x8b") => {
                    Box::new(BufReader::new(MultiGzDecoder::new(body)))
                }
                "deflate" if start.first().is_some_and(|byte| byte & 0x0f == 8) => {
                    Box::new(BufReader::new(ZlibDecoder::new(body)))
                }
                // It has no mark to be known by, but never begins like a page.
                "br" if !start.starts_with(b"<") => {
                    Box::new(BufReader::new(Decompressor::new(body, BROTLI_BYTES)))
                }
                "gzip" | "x-gzip" | "deflate" | "br" => body,
                _ => return Err(damaged("the body is packed in a way that is not known")),
            };
        }
        Ok(body)
    }
}

fn begins_with_a_chunk(start: &[u8]) -> bool {
    let digits = start
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    (1..=16).contains(&digits) && matches!(start.get(digits), Some(b'\r' | b'\n' | b';' | b' '))
}

/// A body in chunks.
struct Chunks<R> {
    stream: R,
    left: u64,
    ended: bool,
    begun: bool,
}

impl<R: BufRead> Chunks<R> {
    fn of(stream: R) -> Self {
        Self {
            stream,
            left: 0,
            ended: false,
            begun: false,
        }
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        let mut lines = self.stream.by_ref().take(CHUNK_LINE_BYTES);
        if self.begun {
            line(&mut lines)?;
        }
        self.begun = true;
        // A cut body ends where it ends; what came is what there is.
        let Some(size) = line(&mut lines)? else {
            self.ended = true;
            return Ok(());
        };
        let digits = size.split(';').next().unwrap_or_default().trim();
        self.left =
            u64::from_str_radix(digits, 16).map_err(|_| damaged("a chunk has no length"))?;
        if self.left == 0 {
            self.ended = true;
            for _ in 0..TRAILERS {
                let mut lines = self.stream.by_ref().take(CHUNK_LINE_BYTES);
                if line(&mut lines)?.is_none_or(|line| line.is_empty()) {
                    break;
                }
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Chunks<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.left == 0 && !self.ended {
            self.next_chunk()?;
        }
        if self.left == 0 || to.is_empty() {
            return Ok(0);
        }
        let read = self.stream.by_ref().take(self.left).read(to)?;
        self.ended |= read == 0;
        self.left = if read == 0 {
            0
        } else {
            self.left - read as u64
        };
        Ok(read)
    }
}

fn line(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if stream.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    while line
        .last()
        .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
    {
        line.pop();
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

fn damaged(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn read(message: &[u8]) -> io::Result<(Head, Vec<u8>)> {
        let mut stream = message;
        let head = head(&mut stream)?;
        let mut body = Vec::new();
        head.body(stream)?.read_to_end(&mut body)?;
        Ok((head, body))
    }

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).expect("written");
        encoder.finish().expect("packed")
    }

    #[test]
    fn a_plain_answer_has_status_type_and_body() {
        let (head, body) =
            read(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>words</p>")
                .expect("an answer");
        assert_eq!((head.status, body.as_slice()), (200, &b"<p>words</p>"[..]));
        assert_eq!(head.media_type.as_deref(), Some("text/html; charset=utf-8"));
    }

    #[test]
    fn chunks_and_packing_are_undone_where_they_are_there() {
        let text = b"the same words in every dress".repeat(40);
        let dressed = packed(&text);
        let (one, two) = dressed.split_at(30);
        let mut chunked =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
                .to_vec();
        for part in [one, two] {
            chunked.extend(format!("{:x}\r\n", part.len()).bytes());
            chunked.extend(part);
            chunked.extend(b"\r\n");
        }
        chunked.extend(b"0\r\nX-Trailer: a\r\n\r\n");
        assert_eq!(read(&chunked).expect("an answer").1, text);

        let undone =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n";
        let mut undone = undone.to_vec();
        undone.extend(&text);
        assert_eq!(read(&undone).expect("an answer").1, text);
    }

    #[test]
    fn brotli_is_undone_where_it_is_there() {
        // "roses and thorns, roses and thorns, roses and thorns" as `brotli` packs it.
        let packed: &[u8] = &[
            27, 51, 0, 248, 141, 212, 98, 173, 177, 55, 4, 30, 178, 88, 228, 32, 177, 157, 0, 169,
            78, 250, 169, 16, 198, 65, 55, 121, 119, 201, 4,
        ];
        let answer = |body: &[u8]| {
            let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n";
            [&head[..], body].concat()
        };
        let text = b"roses and thorns, roses and thorns, roses and thorns";
        assert_eq!(read(&answer(packed)).expect("an answer").1, text);
        let page = b"<!DOCTYPE html><html>roses and thorns</html>".repeat(200);
        assert_eq!(read(&answer(&page)).expect("an answer").1, page);
        assert!(read(&answer(&packed[..packed.len() / 2])).is_err());
    }

    #[test]
    fn a_cut_body_gives_what_came() {
        let cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf a wo";
        assert_eq!(read(cut).expect("an answer").1, b"half a wo");
    }

    #[test]
    fn unknown_packing_and_what_is_no_answer_are_errors() {
        assert!(read(b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\nxyz").is_err());
        for wrong in [
            &b""[..],
            b"<html>",
            b"HTTP/1.1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nA: b\r\n",
        ] {
            assert!(read(wrong).is_err());
        }
    }
}
