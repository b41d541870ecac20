//! The list at the end of a zip.

use super::super::{Bytes, ENTRIES};
use super::record::{
    CENTRAL, END, END_64, LOCAL, LOCATOR_64, Member, Names, central, damaged, u16_at, u32_at,
    u64_at,
};
use super::{NAMES_BYTES, Trouble};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// Where the end record is looked for: the longest comment, and as much rubbish behind it as careless downloads add.
const TAIL_BYTES: u64 = 1 << 20;
const MISSING: &str = "the list of its entries is missing";
/// End records that are tried; a comment may hold the four letters by chance, but not often.
const TRIES: usize = 16;

/// What the list says.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) names: Names,
    pub(super) members: Vec<Member>,
    /// Bytes before the first entry and behind the end that belong to no zip.
    pub(super) before: u64,
    pub(super) behind: u64,
    /// Where the list begins.
    pub(super) list_start: u64,
    /// Bytes that are missing at the front.
    pub(super) lost_front: u64,
}

/// Where a list stands and what its end says of it.
struct End {
    count: u64,
    size: u64,
    offset: u64,
    list_end: u64,
    behind: u64,
}

/// Reads the list. Damage comes with the entries that could still be read.
pub(super) fn read(bytes: &dyn Bytes) -> Result<Directory, (Trouble, Directory)> {
    let nothing = |trouble: Trouble| (trouble, Directory::default());
    let mut file = bytes.handle().map_err(|error| nothing(error.into()))?;
    let (tail, tail_start) = tail(&mut file).map_err(|error| nothing(error.into()))?;
    let mut before = tail.len();
    let mut first: Option<(Trouble, Directory)> = None;
    for _ in 0..TRIES {
        let Some(at) = memchr::memmem::rfind(&tail[..before], &END.to_le_bytes()) else {
            break;
        };
        // The last end record whose list can be read is the right one.
        let mut directory = Directory::default();
        match end(&mut file, &tail, at, tail_start)
            .and_then(|end| list(&mut file, &end, &mut directory))
        {
            Ok(()) if is_of_an_inner_zip(&mut file, &directory) => {
                return Err(nothing(Trouble::Damaged(MISSING.to_owned())));
            }
            Ok(()) => return Ok(directory),
            Err(Trouble::Refused(what)) => return Err((Trouble::Refused(what), directory)),
            Err(trouble) => {
                first.get_or_insert((trouble, directory));
            }
        }
        before = at;
    }
    Err(first.unwrap_or_else(|| nothing(Trouble::Damaged(MISSING.to_owned()))))
}

/// Whether the list is that of a zip that lies in this one, whose own list is cut off: what stands before it is no rubbish then but
/// an entry.
fn is_of_an_inner_zip(file: &mut (impl Read + Seek), directory: &Directory) -> bool {
    let mut mark = [0; 4];
    directory.before > 0
        && file.seek(SeekFrom::Start(0)).is_ok()
        && file.read_exact(&mut mark).is_ok()
        && mark == LOCAL.to_le_bytes()
}

fn tail(file: &mut (impl Read + Seek)) -> io::Result<(Vec<u8>, u64)> {
    let length = file.seek(SeekFrom::End(0))?;
    let start = length.saturating_sub(TAIL_BYTES);
    file.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut tail)?;
    Ok((tail, start))
}

fn end(
    file: &mut (impl Read + Seek),
    tail: &[u8],
    at: usize,
    tail_start: u64,
) -> Result<End, Trouble> {
    let record = tail
        .get(at..at + 22)
        .ok_or_else(|| damaged("it is cut at the very end"))?;
    let comment = usize::from(u16_at(record, 20));
    let mut end = End {
        count: u64::from(u16_at(record, 10)),
        size: u64::from(u32_at(record, 12)),
        offset: u64::from(u32_at(record, 16)),
        list_end: tail_start + at as u64,
        behind: (tail.len() - at - 22).saturating_sub(comment) as u64,
    };
    let parts = end_64(file, tail, at, tail_start, &mut end)?;
    if u16_at(record, 4) != 0 && u16_at(record, 4) != u16::MAX || parts > 1 {
        return Err(Trouble::Refused(super::IN_PARTS.to_owned()));
    }
    if end.count > ENTRIES as u64 {
        return Err(too_many(end.count));
    }
    Ok(end)
}

/// Reads the end record for large archives into `end`; answers in how many parts the archive is.
fn end_64(
    file: &mut (impl Read + Seek),
    tail: &[u8],
    at: usize,
    tail_start: u64,
    end: &mut End,
) -> io::Result<u32> {
    let Some(locator) = at.checked_sub(20).and_then(|start| tail.get(start..at)) else {
        return Ok(1);
    };
    if u32_at(locator, 0) != LOCATOR_64 {
        return Ok(1);
    }
    let stated = u64_at(locator, 8);
    // With rubbish in front the stated offset is too small; the record usually stands right before its locator.
    for start in [stated, (tail_start + at as u64).saturating_sub(20 + 56)] {
        let mut record = [0; 56];
        file.seek(SeekFrom::Start(start))?;
        if file.read_exact(&mut record).is_ok() && u32_at(&record, 0) == END_64 {
            (end.count, end.size) = (u64_at(&record, 32), u64_at(&record, 40));
            (end.offset, end.list_end) = (u64_at(&record, 48), start);
            return Ok(u32_at(locator, 16));
        }
    }
    Err(damaged("the list of its entries is cut"))
}

fn list(
    file: &mut (impl Read + Seek),
    end: &End,
    directory: &mut Directory,
) -> Result<(), Trouble> {
    let start = end
        .list_end
        .checked_sub(end.size)
        .ok_or_else(|| damaged("the list of its entries is cut"))?;
    // Rubbish in front shifts everything by as much as the list is shifted; so does a front that is missing.
    directory.before = start.saturating_sub(end.offset);
    directory.lost_front = end.offset.saturating_sub(start);
    directory.behind = end.behind;
    directory.list_start = start;
    file.seek(SeekFrom::Start(start))?;
    let mut list = BufReader::with_capacity(256 * 1024, file.take(end.size));
    let mut position = 0;
    while list.fill_buf()?.first() == Some(&CENTRAL.to_le_bytes()[0]) {
        if u64::from(position) >= ENTRIES as u64 {
            return Err(too_many(u64::from(position) + 1));
        }
        position += 1;
        if let Some(member) = central(&mut list, &mut directory.names, position)? {
            directory.take(member)?;
        }
    }
    // Without Zip64 the count of a large archive is what is left of it after division by 65,536.
    if u64::from(position) < end.count || !list.fill_buf()?.is_empty() {
        return Err(damaged("the list of its entries is broken").into());
    }
    Ok(())
}

impl Directory {
    fn take(&mut self, mut member: Member) -> Result<(), Trouble> {
        if super::record::impossible_name(self.names.of(&member)) {
            let name = self.names.text(&member).replace('\0', " ");
            let short: String = name.chars().take(60).collect();
            self.names.rename(&mut member, short.as_bytes());
            member.impossible = true;
        }
        if self.names.bytes() > NAMES_BYTES {
            return Err(Trouble::Refused(format!(
                "the names of its entries alone take more than {} MiB",
                NAMES_BYTES >> 20
            )));
        }
        // Lost with the front: what stands nowhere is found nowhere.
        member.header = member
            .header
            .saturating_add(self.before)
            .checked_sub(self.lost_front)
            .unwrap_or(u64::MAX);
        self.members.push(member);
        Ok(())
    }
}

pub(super) fn too_many(count: u64) -> Trouble {
    Trouble::Refused(format!(
        "it holds {count} entries or more; {ENTRIES} are allowed"
    ))
}
