//! A zip that exists only while it is read: groups of equal entries, whose bytes follow from where they stand.

use flate2::{Compression, Crc, read::DeflateEncoder};
use platforms::input::{Bytes, Handle};
use std::{
    fmt,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

/// Length of every record before an entry without its name: with room for large sizes.
const LOCAL: u64 = 30;
const CENTRAL: u64 = 46 + 28;

/// Entries that differ in name only.
pub(crate) struct Group {
    name: String,
    ending: &'static str,
    count: u64,
    method: u16,
    prefix: Vec<u8>,
    block: Vec<u8>,
    middle: u64,
    suffix: Vec<u8>,
    crc: u32,
    bytes: u64,
    /// Where it begins in the file, and where its records begin in the list.
    start: u64,
    list: u64,
    name_bytes: u64,
}

impl Group {
    /// Entries as they are: a beginning, a block again and again for `middle` bytes, an end.
    pub(crate) fn stored(
        name: &str,
        count: u64,
        prefix: Vec<u8>,
        block: Vec<u8>,
        middle: u64,
        suffix: Vec<u8>,
    ) -> Self {
        let mut crc = Crc::new();
        crc.update(&prefix);
        crc.combine(&repeated(&block, middle));
        crc.update(&suffix);
        let bytes = prefix.len() as u64 + middle + suffix.len() as u64;
        Self {
            name: name.to_owned(),
            ending: "",
            count,
            method: 0,
            prefix,
            block,
            middle,
            suffix,
            crc: crc.sum(),
            bytes,
            start: 0,
            list: 0,
            name_bytes: 0,
        }
    }

    /// Packed entries of this content.
    pub(crate) fn deflated(name: &str, ending: &'static str, count: u64, content: &[u8]) -> Self {
        let mut packed = Vec::new();
        let _ = DeflateEncoder::new(content, Compression::fast()).read_to_end(&mut packed);
        let mut crc = Crc::new();
        crc.update(content);
        let length = packed.len() as u64;
        Self {
            method: 8,
            ending,
            crc: crc.sum(),
            bytes: content.len() as u64,
            ..Self::stored(name, count, Vec::new(), packed, length, Vec::new())
        }
    }

    fn packed(&self) -> u64 {
        self.prefix.len() as u64 + self.middle + self.suffix.len() as u64
    }

    fn name(&self, at: u64) -> Vec<u8> {
        if self.count == 1 {
            return self.name.clone().into_bytes();
        }
        format!("{}/{at:07}{}", self.name, self.ending).into_bytes()
    }

    fn stride(&self) -> u64 {
        LOCAL + self.name_bytes + self.packed()
    }

    fn record(&self) -> u64 {
        CENTRAL + self.name_bytes
    }

    fn local(&self, at: u64) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend(0x0403_4b50_u32.to_le_bytes());
        self.common(&mut out);
        out.extend((self.name(at).len() as u16).to_le_bytes());
        out.extend([0, 0]);
        out.extend(self.name(at));
        out
    }

    fn common(&self, out: &mut Vec<u8>) {
        for word in [45_u16, 0x800, self.method, 0, 0] {
            out.extend(word.to_le_bytes());
        }
        out.extend(self.crc.to_le_bytes());
        for size in [self.packed(), self.bytes] {
            out.extend(u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes());
        }
    }

    fn central(&self, at: u64) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend(0x0201_4b50_u32.to_le_bytes());
        out.extend([45, 0]);
        for word in [45_u16, 0x800, self.method, 0, 0] {
            out.extend(word.to_le_bytes());
        }
        out.extend(self.crc.to_le_bytes());
        out.extend([0xFF; 8]);
        out.extend((self.name(at).len() as u16).to_le_bytes());
        out.extend(28_u16.to_le_bytes());
        out.extend([0; 10]);
        out.extend([0xFF; 4]);
        out.extend(self.name(at));
        out.extend([1, 0, 24, 0]);
        for number in [self.bytes, self.packed(), self.start + at * self.stride()] {
            out.extend(number.to_le_bytes());
        }
        out
    }

    /// Copies packed bytes from `at` on; answers how many.
    fn content(&self, at: u64, into: &mut [u8]) -> usize {
        let middle_end = self.prefix.len() as u64 + self.middle;
        let (source, room): (&[u8], u64) = if at < self.prefix.len() as u64 {
            (&self.prefix[at as usize..], u64::MAX)
        } else if at < middle_end {
            let within = (at - self.prefix.len() as u64) % self.block.len() as u64;
            (&self.block[within as usize..], middle_end - at)
        } else {
            (&self.suffix[(at - middle_end) as usize..], u64::MAX)
        };
        let count = (source.len() as u64).min(room).min(into.len() as u64) as usize;
        into[..count].copy_from_slice(&source[..count]);
        count
    }
}

/// The checksum of a block written again and again, in as many steps as the number of times has digits.
fn repeated(block: &[u8], bytes: u64) -> Crc {
    let mut once = Crc::new();
    once.update(block);
    let mut sum = Crc::new();
    let mut times = bytes / block.len().max(1) as u64;
    while times > 0 {
        if times % 2 == 1 {
            sum.combine(&once);
        }
        let mut copy = Crc::new();
        copy.combine(&once);
        once.combine(&copy);
        times /= 2;
    }
    sum.update(&block[..(bytes % block.len().max(1) as u64) as usize]);
    sum
}

/// The whole file.
#[derive(Clone)]
pub(crate) struct VirtualZip {
    groups: Arc<Vec<Group>>,
    list_start: u64,
    tail: Arc<Vec<u8>>,
    tail_start: u64,
}

impl VirtualZip {
    pub(crate) fn new(mut groups: Vec<Group>) -> Self {
        let mut start = 0;
        for group in &mut groups {
            group.name_bytes = group.name(0).len() as u64;
            group.start = start;
            start += group.count * group.stride();
        }
        let list_start = start;
        for group in &mut groups {
            group.list = start;
            start += group.count * group.record();
        }
        let count: u64 = groups.iter().map(|group| group.count).sum();
        let mut tail = Vec::new();
        tail.extend(0x0606_4b50_u32.to_le_bytes());
        tail.extend(44_u64.to_le_bytes());
        tail.extend([0; 12]);
        for number in [count, count, start - list_start, list_start] {
            tail.extend(number.to_le_bytes());
        }
        tail.extend(0x0706_4b50_u32.to_le_bytes());
        tail.extend([0; 4]);
        tail.extend(start.to_le_bytes());
        tail.extend(1_u32.to_le_bytes());
        tail.extend(0x0605_4b50_u32.to_le_bytes());
        tail.extend([0; 4]);
        tail.extend([0xFF; 12]);
        tail.extend([0; 2]);
        Self {
            groups: Arc::new(groups),
            list_start,
            tail: Arc::new(tail),
            tail_start: start,
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.tail_start + self.tail.len() as u64
    }

    pub(crate) fn entries(&self) -> u64 {
        self.groups.iter().map(|group| group.count).sum()
    }

    /// The name of an entry, by its number from 0.
    pub(crate) fn name(&self, number: u64) -> Option<String> {
        let mut at = number;
        for group in self.groups.iter() {
            if at < group.count {
                return String::from_utf8(group.name(at)).ok();
            }
            at -= group.count;
        }
        None
    }

    /// Copies bytes from `at` on; answers how many, at least one before the end.
    fn copy(&self, at: u64, into: &mut [u8]) -> usize {
        if at >= self.tail_start {
            let rest = &self.tail[(at - self.tail_start) as usize..];
            let count = rest.len().min(into.len());
            into[..count].copy_from_slice(&rest[..count]);
            return count;
        }
        let in_list = at >= self.list_start;
        let begins = |group: &&Group| at >= if in_list { group.list } else { group.start };
        let Some(group) = self.groups.iter().rev().find(begins) else {
            return 0;
        };
        let (from, step) = if in_list {
            (at - group.list, group.record())
        } else {
            (at - group.start, group.stride())
        };
        let (entry, within) = (from / step, from % step);
        let head = if in_list {
            group.central(entry)
        } else if within < LOCAL + group.name_bytes {
            group.local(entry)
        } else {
            let at = within - LOCAL - group.name_bytes;
            let room = (group.packed() - at).min(into.len() as u64) as usize;
            return group.content(at, &mut into[..room]);
        };
        match head.get(within as usize..).filter(|rest| !rest.is_empty()) {
            Some(rest) => {
                let count = rest.len().min(into.len());
                into[..count].copy_from_slice(&rest[..count]);
                count
            }
            None => 0,
        }
    }
}

impl fmt::Debug for VirtualZip {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a zip of {} bytes that is nowhere", self.len())
    }
}

impl Bytes for VirtualZip {
    fn handle(&self) -> io::Result<Box<dyn Handle>> {
        Ok(Box::new(Cursor {
            zip: self.clone(),
            at: 0,
        }))
    }
}

struct Cursor {
    zip: VirtualZip,
    at: u64,
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.zip.len() || buffer.is_empty() {
            return Ok(0);
        }
        let mut done = 0;
        while done < buffer.len() && self.at < self.zip.len() {
            let count = self.zip.copy(self.at, &mut buffer[done..]);
            if count == 0 {
                break;
            }
            done += count;
            self.at += count as u64;
        }
        Ok(done)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(by) => self.zip.len().saturating_add_signed(by),
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}
