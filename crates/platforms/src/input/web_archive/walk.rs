//! Going through the records of one file of a web archive, packed a member a record or not at all, and finding one again.

use super::super::bytes::{Bytes, Handle};
use crate::wire::warc;
use flate2::bufread::GzDecoder;
use std::{
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    sync::Arc,
};

/// Bytes read at a time.
const BUFFER_BYTES: usize = 128 * 1024;
/// Damaged places after which a file is given up.
const DAMAGES: u64 = 1_000;

/// Where a record stands: in the file, and behind how many bytes of the member that begins there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Byte in the file.
    pub(super) at: u64,
    /// Unpacked bytes before it; 0 unless several records were packed as one.
    pub(super) behind: u64,
}

/// What a walk noticed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Walked {
    /// Places that could not be read; the walk went on behind them.
    pub(super) damaged: u64,
    /// Records that were shown and proved to end too early.
    pub(super) cut: Vec<Place>,
}

/// Shows every record of `file` to `see`: its head, where it stands, and its block, of which no more than the block can be read.
pub(super) fn records(
    file: &dyn Bytes,
    see: &mut dyn FnMut(&warc::Head, Place, &mut dyn BufRead),
) -> io::Result<Walked> {
    let mut stream = Counting::of(BufReader::with_capacity(BUFFER_BYTES, file.handle()?));
    let mut walked = Walked::default();
    while !stream.fill_buf()?.is_empty() {
        let at = stream.position;
        let cut = &mut walked.cut;
        // Reading goes on behind the beginning of what failed: the length it states may be a lie.
        let failed = if is_packed(stream.fill_buf()?) {
            let member = BufReader::with_capacity(BUFFER_BYTES, GzDecoder::new(&mut stream));
            let mut member = Counting::of(member);
            let read = of_member(&mut member, |behind| Place { at, behind }, see, cut);
            read.err().map(|_| at)
        } else {
            let read = of_member(&mut stream, |at| Place { at, behind: 0 }, see, cut);
            read.err()
        };
        if let Some(at) = failed {
            walked.damaged += 1;
            if walked.damaged >= DAMAGES || !go_on_behind(file, &mut stream, at)? {
                break;
            }
        }
    }
    Ok(walked)
}

/// The records of one member, or of a file that is not packed. Fails with the place in `stream` where a record could not be read.
fn of_member<R: BufRead>(
    stream: &mut Counting<R>,
    place: impl Fn(u64) -> Place,
    see: &mut dyn FnMut(&warc::Head, Place, &mut dyn BufRead),
    cut: &mut Vec<Place>,
) -> Result<(), u64> {
    loop {
        // Line ends that belong to the record before.
        while matches!(stream.fill_buf(), Ok([b'\r' | b'\n', ..])) {
            stream.consume(1);
        }
        let start = stream.position;
        let Some(head) = warc::head(stream).map_err(|_| start)? else {
            return Ok(());
        };
        let mut block = stream.by_ref().take(head.bytes);
        see(&head, place(start), &mut block);
        let rest = io::copy(&mut block, &mut io::sink());
        if rest.is_err() || block.limit() > 0 {
            cut.push(place(start));
            return Err(start);
        }
    }
}

/// Opens the record at `place`: its head, and its block.
pub(super) fn open(
    file: &Arc<dyn Bytes>,
    place: Place,
) -> io::Result<(warc::Head, Box<dyn BufRead>)> {
    let mut handle = file.handle()?;
    handle.seek(SeekFrom::Start(place.at))?;
    let mut stream = BufReader::with_capacity(BUFFER_BYTES, handle);
    let mut stream: Box<dyn BufRead> = if is_packed(stream.fill_buf()?) {
        Box::new(BufReader::with_capacity(
            BUFFER_BYTES,
            GzDecoder::new(stream),
        ))
    } else {
        Box::new(stream)
    };
    io::copy(&mut stream.by_ref().take(place.behind), &mut io::sink())?;
    let head = warc::head(&mut stream)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let bytes = head.bytes;
    Ok((head, Box::new(stream.take(bytes))))
}

fn is_packed(start: &[u8]) -> bool {
    start.starts_with(b"\x1f\x8b")
}

/// Moves `stream` behind the damage that began at `at`: to the next place where a member or a record begins.
fn go_on_behind(
    file: &dyn Bytes,
    stream: &mut Counting<BufReader<Box<dyn Handle>>>,
    at: u64,
) -> io::Result<bool> {
    const MARKS: [&[u8]; 2] = [b"\x1f\x8b\x08", b"WARC/1."];
    const OVERLAP: usize = 6;
    let mut handle = file.handle()?;
    handle.seek(SeekFrom::Start(at + 1))?;
    let (mut window, mut start) = (Vec::with_capacity(BUFFER_BYTES + OVERLAP), at + 1);
    loop {
        let read = handle
            .by_ref()
            .take(BUFFER_BYTES as u64)
            .read_to_end(&mut window)?;
        let found = MARKS
            .iter()
            .filter_map(|mark| memchr::memmem::find(&window, mark))
            .min();
        if let Some(found) = found {
            stream.position = start + found as u64;
            stream.inner.seek(SeekFrom::Start(stream.position))?;
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        // A mark may lie across two windows.
        let passed = window.len().saturating_sub(OVERLAP);
        window.drain(..passed);
        start += passed as u64;
    }
}

/// A stream that knows where it is.
struct Counting<R> {
    inner: R,
    position: u64,
}

impl<R: BufRead> Counting<R> {
    fn of(inner: R) -> Self {
        Self { inner, position: 0 }
    }
}

impl<R: BufRead> Read for Counting<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(to)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counting<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.position += bytes as u64;
        self.inner.consume(bytes);
    }
}
