//! The records of a zip as they stand in it: the one before each entry, the one in the list at the end, and the end itself.

use super::super::{DEPTH, NAME_BYTES};
use flate2::Crc;
use std::io::{self, Read, Seek, SeekFrom};

pub(super) const LOCAL: u32 = 0x0403_4b50;
pub(super) const CENTRAL: u32 = 0x0201_4b50;
pub(super) const END: u32 = 0x0605_4b50;
pub(super) const END_64: u32 = 0x0606_4b50;
pub(super) const LOCATOR_64: u32 = 0x0706_4b50;
pub(super) const DESCRIPTOR: u32 = 0x0807_4b50;
/// Ways of packing that have a number; another one is no record of an entry but chance.
const METHODS: [u16; 12] = [0, 1, 6, 8, 9, 12, 14, 93, 95, 96, 98, 99];
/// A size or place that stands in the extra field instead.
const ELSEWHERE: u64 = u32::MAX as u64;

/// One entry. Names lie together in one buffer, because archives of half a million entries are read on small machines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    name_at: u32,
    name_bytes: u16,
    pub(super) method: u16,
    pub(super) utf_8: bool,
    pub(super) locked: bool,
    pub(super) link: bool,
    /// Whether sizes and checksum stand behind the bytes instead of before them.
    pub(super) described: bool,
    /// Whether its name is none that a file may have; it shows shortened.
    pub(super) impossible: bool,
    /// Whether the bytes end before the entry does.
    pub(super) cut: bool,
    /// Whether somebody says what the checksum is.
    has_crc: bool,
    crc: u32,
    pub(super) packed: u64,
    pub(super) bytes: u64,
    /// Where the record before the entry stands.
    pub(super) header: u64,
    /// Its number in the archive, from 1.
    pub(super) position: u32,
}

impl Member {
    /// The checksum of the unpacked bytes; none where nobody says.
    pub(super) fn crc(&self) -> Option<u32> {
        self.has_crc.then_some(self.crc)
    }

    pub(super) fn set_crc(&mut self, crc: Option<u32>) {
        (self.has_crc, self.crc) = (crc.is_some(), crc.unwrap_or_default());
    }
}

/// Names of members, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<u8>);

impl Names {
    pub(super) fn of(&self, member: &Member) -> &[u8] {
        let start = member.name_at as usize;
        self.0
            .get(start..start + usize::from(member.name_bytes))
            .unwrap_or_default()
    }

    /// The name as text; what is no UTF-8 shows as such.
    pub(super) fn text(&self, member: &Member) -> String {
        String::from_utf8_lossy(self.of(member)).into_owned()
    }

    /// Gives `member` another name, cut to what a name may be.
    pub(super) fn rename(&mut self, member: &mut Member, name: &[u8]) {
        let name = &name[..name.len().min(usize::from(u16::MAX))];
        member.name_at = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        member.name_bytes = u16::try_from(name.len()).unwrap_or(u16::MAX);
        self.0.extend_from_slice(name);
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.len()
    }

    /// Gives back what renaming left over.
    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}

/// Why an entry cannot be read however it is packed.
pub(super) fn impossible_name(name: &[u8]) -> bool {
    name.len() > NAME_BYTES
        || memchr::memchr2_iter(b'/', b'\\', name).count() >= DEPTH
        || name.contains(&0)
}

/// The record in the list at the end. `None` for a record of a folder.
pub(super) fn central(
    list: &mut impl Read,
    names: &mut Names,
    position: u32,
) -> io::Result<Option<Member>> {
    let mut head = [0; 46];
    list.read_exact(&mut head)?;
    if u32_at(&head, 0) != CENTRAL {
        return Err(damaged("the list of its entries is broken"));
    }
    let mut rest = vec![0; usize::from(u16_at(&head, 28)) + usize::from(u16_at(&head, 30))];
    list.read_exact(&mut rest)?;
    io::copy(
        &mut list.take(u64::from(u16_at(&head, 32))),
        &mut io::sink(),
    )?;
    let (name, extra) = rest.split_at(usize::from(u16_at(&head, 28)));
    let mut member = member(&head[8..28], position);
    member.header = u64::from(u32_at(&head, 42));
    member.link = head[5] == 3 && (u32_at(&head, 38) >> 16) & 0o170_000 == 0o120_000;
    finish(&mut member, name, extra, true, names);
    Ok((!name.ends_with(b"/")).then_some(member))
}

/// The record before an entry at `header`, and where the entry's bytes begin. `None` where no possible record stands there;
/// that is judged on as few bytes as it takes, because chance and attackers write the four letters often.
pub(super) fn local(
    file: &mut (impl Read + Seek + ?Sized),
    header: u64,
    names: &mut Names,
    position: u32,
) -> io::Result<Option<(Member, u64)>> {
    file.seek(SeekFrom::Start(header))?;
    let Some(head) = exactly(file, 30)? else {
        return Ok(None);
    };
    let (name_bytes, extra_bytes) = (
        usize::from(u16_at(&head, 26)),
        usize::from(u16_at(&head, 28)),
    );
    let mut member = member(&head[6..26], position);
    member.header = header;
    if u32_at(&head, 0) != LOCAL
        || !METHODS.contains(&member.method)
        || !(1..=NAME_BYTES).contains(&name_bytes)
    {
        return Ok(None);
    }
    let Some(name) = exactly(file, name_bytes)?.filter(|name| !impossible_name(name)) else {
        return Ok(None);
    };
    let Some(extra) = exactly(file, extra_bytes)? else {
        return Ok(None);
    };
    finish(&mut member, &name, &extra, false, names);
    let data = header + (30 + name_bytes + extra_bytes) as u64;
    Ok(Some((member, data)))
}

/// The next `count` bytes; `None` where there are fewer.
fn exactly(file: &mut (impl Read + ?Sized), count: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = vec![0; count];
    match file.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where the bytes of the entry at `header` begin. `None` where no record stands there.
pub(super) fn data_start(
    file: &mut (impl Read + Seek + ?Sized),
    header: u64,
) -> io::Result<Option<u64>> {
    file.seek(SeekFrom::Start(header))?;
    let Some(head) = exactly(file, 30)? else {
        return Ok(None);
    };
    let lengths = u64::from(u16_at(&head, 26)) + u64::from(u16_at(&head, 28));
    Ok((u32_at(&head, 0) == LOCAL).then_some(header + 30 + lengths))
}

/// What both records hold in the same order: flags, method, time, checksum and sizes.
fn member(common: &[u8], position: u32) -> Member {
    let flags = u16_at(common, 0);
    Member {
        name_at: 0,
        name_bytes: 0,
        method: u16_at(common, 2),
        utf_8: flags & 0x800 != 0,
        locked: flags & 1 != 0,
        link: false,
        described: flags & 8 != 0,
        impossible: false,
        cut: false,
        has_crc: true,
        crc: u32_at(common, 8),
        packed: u64::from(u32_at(common, 12)),
        bytes: u64::from(u32_at(common, 16)),
        header: 0,
        position,
    }
}

fn finish(member: &mut Member, name: &[u8], extra: &[u8], listed: bool, names: &mut Names) {
    let better = read_extra(extra, name, listed, member);
    names.rename(member, better.unwrap_or(name));
}

/// Large sizes (1); answers the name in UTF-8 (0x7075), where it belongs to this name.
fn read_extra<'a>(
    mut extra: &'a [u8],
    name: &[u8],
    listed: bool,
    member: &mut Member,
) -> Option<&'a [u8]> {
    let mut better = None;
    while extra.len() >= 4 {
        let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let Some(data) = extra.get(4..4 + length) else {
            break;
        };
        match id {
            1 => {
                let mut numbers = data.chunks_exact(8).map(|chunk| u64_at(chunk, 0));
                for field in [&mut member.bytes, &mut member.packed] {
                    if *field == ELSEWHERE {
                        *field = numbers.next().unwrap_or(*field);
                    }
                }
                if listed && member.header == ELSEWHERE {
                    member.header = numbers.next().unwrap_or(member.header);
                }
            }
            0x7075 if data.len() > 5 && data[0] == 1 => {
                let mut crc = Crc::new();
                crc.update(name);
                if crc.sum() == u32_at(data, 1) && std::str::from_utf8(&data[5..]).is_ok() {
                    better = Some(&data[5..]);
                    member.utf_8 = true;
                }
            }
            _ => {}
        }
        extra = &extra[4 + length..];
    }
    better
}

pub(super) fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .map_or(0, |two| u16::from_le_bytes([two[0], two[1]]))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
