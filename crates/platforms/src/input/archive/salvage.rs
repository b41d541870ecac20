//! What is left of a zip whose list is missing or wrong: the record before each entry is looked for in the bytes themselves.
//!
//! The scan never looks at a byte twice for two entries, so nothing overlaps in what it finds.

use super::super::{Bytes, ENTRIES, ENTRY_BYTES, Handle, TOTAL_BYTES};
use super::record::{CENTRAL, DESCRIPTOR, END, END_64, LOCAL, Member, Names, local, u32_at};
use super::{Trouble, directory::too_many};
use flate2::{Crc, CrcReader, Decompress, FlushDecompress, Status};
use std::io::{self, Read, Seek, SeekFrom};

/// What is looked through at once.
const WINDOW_BYTES: usize = 256 * 1024;
/// How often the file may be read over to check stated sizes.
const CHECKS: u64 = 4;
/// What is looked at first: one record mostly follows the other at once.
const FIRST_WINDOW_BYTES: usize = 64;

/// Entries as they stand in the bytes.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) names: Names,
    pub(super) members: Vec<Member>,
    /// Where the entries end: at the list, or what is left of it, or the end of the bytes.
    pub(super) entries_end: u64,
}

/// Looks through all of the bytes.
pub(super) fn scan(bytes: &dyn Bytes) -> Result<Found, Trouble> {
    let mut file = bytes.handle()?;
    let length = file.seek(SeekFrom::End(0))?;
    let mut scan = Scan {
        file,
        length,
        unpacked: 0,
        checks: CHECKS.saturating_mul(length),
        found: Found::default(),
    };
    let mut at = 0;
    while let Some(header) = next_mark(&mut scan.file, at, length, &[LOCAL])? {
        at = match scan.entry(header)? {
            Some(end) => end,
            None => header + 4,
        };
        if scan.found.members.len() > ENTRIES {
            return Err(too_many(ENTRIES as u64 + 1));
        }
    }
    let list = next_mark(&mut scan.file, at, length, &[CENTRAL, END, END_64])?;
    scan.found.entries_end = list.unwrap_or(length);
    Ok(scan.found)
}

struct Scan {
    file: Box<dyn Handle>,
    length: u64,
    unpacked: u64,
    /// Bytes that may still be read only to see whether a stated size is true.
    checks: u64,
    found: Found,
}

/// How far an entry goes.
struct Extent {
    packed: u64,
    bytes: u64,
    crc: Option<u32>,
    cut: bool,
}

impl Scan {
    /// Takes the entry whose record stands at `header`; answers where it ends. `None` where no entry stands there.
    fn entry(&mut self, header: u64) -> io::Result<Option<u64>> {
        let position = u32::try_from(self.found.members.len() + 1).unwrap_or(u32::MAX);
        let read = local(&mut self.file, header, &mut self.found.names, position)?;
        let Some((mut member, data)) = read else {
            return Ok(None);
        };
        let is_folder = self.found.names.of(&member).ends_with(b"/");
        let extent = self.extent(&member, data)?;
        (member.packed, member.bytes) = (extent.packed, extent.bytes);
        member.cut = extent.cut;
        member.set_crc(extent.crc);
        if !is_folder {
            self.found.members.push(member);
        }
        let end = data + extent.packed;
        Ok(Some(if member.described && !extent.cut {
            self.behind_descriptor(end)?
        } else {
            end
        }))
    }

    fn extent(&mut self, member: &Member, data: u64) -> io::Result<Extent> {
        let stated = data.saturating_add(member.packed);
        let is_stated = !member.described || member.packed > 0;
        // A stated size is believed where something of a zip, or nothing, follows.
        let fits = is_stated && stated <= self.length;
        if fits && (self.mark_at(stated)? || self.is_true(member, data)?) {
            return Ok(Extent {
                packed: member.packed,
                bytes: member.bytes,
                crc: member.crc(),
                cut: false,
            });
        }
        if member.method == 8 && !member.locked {
            return self.inflate(data);
        }
        let end = next_mark(
            &mut self.file,
            data,
            self.length,
            &[LOCAL, CENTRAL, DESCRIPTOR, END],
        )?;
        let packed = end.unwrap_or(self.length) - data;
        let whole = member.described && end.is_some();
        Ok(Extent {
            packed,
            bytes: packed,
            crc: None,
            cut: !whole && packed != member.packed,
        })
    }

    /// Whether a record of a zip or the end of the bytes stands at `at`.
    fn mark_at(&mut self, at: u64) -> io::Result<bool> {
        if at == self.length {
            return Ok(true);
        }
        self.file.seek(SeekFrom::Start(at))?;
        let mut mark = Vec::new();
        self.file.by_ref().take(4).read_to_end(&mut mark)?;
        Ok(match mark.len() {
            4 => [LOCAL, CENTRAL, DESCRIPTOR, END, END_64].contains(&u32_at(&mark, 0)),
            // The file is cut in the middle of a mark.
            _ => b"PK".starts_with(&mark[..mark.len().min(2)]),
        })
    }

    /// Whether the stated bytes have the stated checksum, for entries that are not packed.
    fn is_true(&mut self, member: &Member, data: u64) -> io::Result<bool> {
        if member.method != 0 || member.locked || member.packed > self.checks {
            return Ok(false);
        }
        self.checks -= member.packed;
        self.file.seek(SeekFrom::Start(data))?;
        let mut sum = CrcReader::new(self.file.by_ref().take(member.packed));
        io::copy(&mut sum, &mut io::sink())?;
        Ok(member.crc() == Some(sum.crc().sum()))
    }

    /// Deflate knows its own end.
    fn inflate(&mut self, data: u64) -> io::Result<Extent> {
        self.file.seek(SeekFrom::Start(data))?;
        let mut inflate = Decompress::new(false);
        let mut crc = Crc::new();
        let (mut packed, mut plain) = (vec![0; 64 * 1024], vec![0; 128 * 1024]);
        let (mut start, mut end) = (0, 0);
        loop {
            if start == end {
                (start, end) = (0, self.file.read(&mut packed)?);
            }
            let (taken, given) = (inflate.total_in(), inflate.total_out());
            let status = inflate.decompress(&packed[start..end], &mut plain, FlushDecompress::None);
            let given = usize::try_from(inflate.total_out() - given).unwrap_or(0);
            let taken = usize::try_from(inflate.total_in() - taken).unwrap_or(0);
            crc.update(&plain[..given]);
            start += taken;
            self.unpacked += given as u64;
            let whole = matches!(status, Ok(Status::StreamEnd));
            let stuck = (given, taken) == (0, 0);
            let too_much = inflate.total_out() > ENTRY_BYTES || self.unpacked > TOTAL_BYTES;
            if whole || stuck || status.is_err() || too_much {
                return Ok(Extent {
                    packed: inflate.total_in(),
                    bytes: inflate.total_out(),
                    crc: whole.then(|| crc.sum()),
                    cut: !whole,
                });
            }
        }
    }

    /// Where the next thing stands behind an entry that is described behind its bytes; the description has four forms.
    fn behind_descriptor(&mut self, end: u64) -> io::Result<u64> {
        for bytes in [16, 24, 12, 20] {
            if end + bytes <= self.length && self.mark_at(end + bytes)? {
                return Ok(end + bytes);
            }
        }
        Ok(end)
    }
}

/// Where the next of `marks` stands at or behind `from`.
fn next_mark(
    file: &mut (impl Read + Seek + ?Sized),
    from: u64,
    length: u64,
    marks: &[u32],
) -> io::Result<Option<u64>> {
    file.seek(SeekFrom::Start(from))?;
    let mut reader = file.take(length.saturating_sub(from));
    let finder = memchr::memmem::Finder::new(b"PK");
    let mut window = Vec::new();
    let (mut start, mut step) = (from, FIRST_WINDOW_BYTES);
    loop {
        let kept = window.len();
        reader.by_ref().take(step as u64).read_to_end(&mut window)?;
        if window.len() == kept {
            return Ok(None);
        }
        let found = finder
            .find_iter(&window)
            .find(|at| at + 4 <= window.len() && marks.contains(&u32_at(&window, *at)));
        if let Some(at) = found {
            return Ok(Some(start + at as u64));
        }
        let tail = window.len().saturating_sub(3);
        start += tail as u64;
        window.drain(..tail);
        step = (2 * step).min(WINDOW_BYTES);
    }
}
