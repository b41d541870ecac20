//! Which entries of a zip are not read: locked, packed in unknown ways, not where the list says, one lying over another.

use super::super::{ENTRY_BYTES, Handle};
use super::record::{Member, data_start, local};
use super::{Archive, Part, Trouble, record::Names, salvage, words};
use std::{
    collections::{HashMap, HashSet},
    io::{Seek, SeekFrom},
};

/// The longest of the four forms in which sizes stand behind an entry.
const DESCRIPTOR_BYTES: u64 = 24;
/// Parts between entries that are kept one by one.
const STRAY_PARTS: usize = 64;

/// Where one entry stands: from its record to the end of its bytes. Small, as there is one for each of half a million.
#[derive(Clone, Copy)]
struct Span {
    start: u64,
    /// How long the record before the bytes is.
    record: u32,
    member: u32,
}

impl Span {
    fn data(self) -> u64 {
        self.start.saturating_add(u64::from(self.record))
    }

    fn end(self, members: &[Member]) -> u64 {
        self.data().saturating_add(members[self.member()].packed)
    }

    fn member(self) -> usize {
        self.member as usize
    }
}

impl Archive {
    /// Takes out what is not read, with a finding each; what may be worth something is kept aside.
    pub(super) fn refuse_members(&mut self) -> Result<(), Trouble> {
        let mut file = self.bytes.handle()?;
        let length = file.seek(SeekFrom::End(0))?;
        self.find_lost(&mut *file, length)?;
        let spans = self.spans(&mut *file)?;
        let overlapping = self.overlapping(&mut *file, &spans)?;
        self.lossy |= !overlapping.is_empty();
        self.keep_strays(&spans);
        if !overlapping.is_empty() && overlapping.len() == self.members.len() {
            return Err(Trouble::Refused(format!(
                "all {} entries of the zip lie over one another, as in archives made to fill disks; nothing of it was unpacked",
                overlapping.len()
            )));
        }
        let mut at = 0;
        let mut members = std::mem::take(&mut self.members);
        let mut union: Option<Part> = None;
        members.retain(|member| {
            at += 1;
            if overlapping.contains(&(at - 1)) {
                self.refuse_overlapping(member, &mut union);
                return false;
            }
            let Some(why) = why_not(member) else {
                return true;
            };
            let name = self.names.text(member);
            self.findings.push(words::refused(&self.label, &name, why));
            if member.bytes <= ENTRY_BYTES {
                let part = self.part(member);
                self.set_aside.push(part);
            }
            false
        });
        self.members = members;
        self.set_aside.extend(union);
        Ok(())
    }

    fn refuse_overlapping(&mut self, member: &Member, union: &mut Option<Part>) {
        let part = self.part(member);
        self.findings
            .push(words::overlapping(&self.label, &part.name, part.start));
        // One part for all of them: a bomb of a thousand entries must not be kept a thousand times.
        match union {
            Some(union) => {
                union.start = union.start.min(part.start);
                union.end = union.end.max(part.end);
            }
            None => *union = Some(part),
        }
    }

    /// Entries that do not stand where the list says are looked for in the bytes; those that are nowhere are named.
    fn find_lost(&mut self, file: &mut dyn Handle, length: u64) -> Result<(), Trouble> {
        let mut lost = Vec::new();
        for (at, member) in self.members.iter_mut().enumerate() {
            match data_start(file, member.header)? {
                Some(data) if data <= length => {
                    member.cut |= data.saturating_add(member.packed) > length;
                }
                _ => lost.push(at),
            }
        }
        if lost.is_empty() {
            return Ok(());
        }
        self.lossy = true;
        let found = salvage::scan(&*self.bytes)?;
        let known: HashSet<u64> = self.members.iter().map(|member| member.header).collect();
        let mut by_name: HashMap<&[u8], Vec<Member>> = HashMap::new();
        for member in found.members.iter().rev() {
            if !known.contains(&member.header) {
                let same = by_name.entry(found.names.of(member)).or_default();
                same.push(*member);
            }
        }
        let mut nowhere = HashSet::new();
        let mut moved = 0_usize;
        for at in lost {
            let name = self.names.of(&self.members[at]);
            match by_name.get_mut(name).and_then(Vec::pop) {
                Some(found) => {
                    moved += 1;
                    let member = &mut self.members[at];
                    (member.header, member.packed) = (found.header, found.packed);
                    member.cut = found.cut;
                    member.set_crc(member.crc().or(found.crc()));
                }
                None => {
                    nowhere.insert(at);
                    let name = self.names.text(&self.members[at]);
                    self.findings.push(words::missing(&self.label, &name));
                }
            }
        }
        if moved > 0 {
            self.findings.push(words::moved(moved));
        }
        let mut at = 0;
        self.members.retain(|_| {
            at += 1;
            !nowhere.contains(&(at - 1))
        });
        Ok(())
    }

    /// Where every entry stands, in the order of the file.
    fn spans(&self, file: &mut dyn Handle) -> Result<Vec<Span>, Trouble> {
        let mut spans = Vec::with_capacity(self.members.len());
        for (at, member) in self.members.iter().enumerate() {
            let data = data_start(file, member.header)?.unwrap_or(member.header);
            spans.push(Span {
                start: member.header,
                record: u32::try_from(data - member.header).unwrap_or(u32::MAX),
                member: u32::try_from(at).unwrap_or(u32::MAX),
            });
        }
        spans.sort_unstable_by_key(|span| (span.start, span.end(&self.members)));
        Ok(spans)
    }

    /// Where something is lost, its bytes may still stand between the entries: they are kept.
    fn keep_strays(&mut self, spans: &[Span]) {
        if !self.lossy {
            return;
        }
        let (mut at, mut strays) = (0, Vec::new());
        let ends = std::iter::once((self.entries_end, self.entries_end));
        let of_members = spans
            .iter()
            .map(|span| (span.start, span.end(&self.members)));
        for (start, end) in of_members.chain(ends) {
            // What describes an entry behind its bytes is no stray.
            if start > at && start - at > DESCRIPTOR_BYTES {
                strays.push((at, start));
            }
            at = at.max(end);
        }
        if strays.len() > STRAY_PARTS {
            let (first, last) = (strays[STRAY_PARTS - 1].0, strays[strays.len() - 1].1);
            strays.truncate(STRAY_PARTS - 1);
            strays.push((first, last));
        }
        if let Some((first, _)) = strays.first() {
            let bytes = strays.iter().map(|(start, end)| end - start).sum();
            self.findings.push(words::strays(bytes, *first));
        }
        self.set_aside
            .extend(strays.into_iter().map(|(start, end)| Part {
                name: format!("bytes {start} to {end}"),
                start,
                end,
            }));
    }

    /// Entries whose bytes lie over those of another: a sweep over all of them.
    fn overlapping(
        &mut self,
        file: &mut dyn Handle,
        spans: &[Span],
    ) -> Result<HashSet<usize>, Trouble> {
        let mut overlapping = HashSet::new();
        let mut furthest: Option<Span> = None;
        for span in spans.iter().copied() {
            let Some(before) = furthest else {
                furthest = Some(span);
                continue;
            };
            // An entry that the list names twice is one entry.
            let name = |span: Span| self.names.of(&self.members[span.member()]);
            let twice = span.start == before.start && name(span) == name(before);
            let end = before.end(&self.members);
            if end > span.start && !twice && !self.shorten(file, before, span.start)? {
                overlapping.extend([before.member(), span.member()]);
            }
            if span.end(&self.members) > end || !overlapping.contains(&before.member()) {
                furthest = Some(span);
            }
        }
        Ok(overlapping)
    }

    /// Where the list says more bytes than the record before the entry, and the fewer ones lie over nothing: takes the fewer.
    fn shorten(&mut self, file: &mut dyn Handle, span: Span, limit: u64) -> Result<bool, Trouble> {
        let read = local(file, span.start, &mut Names::default(), 0)?;
        let honest = read.map(|(member, _)| member).filter(|member| {
            !member.described && span.data().saturating_add(member.packed) <= limit
        });
        if let Some(honest) = honest {
            self.members[span.member()].packed = honest.packed;
            return Ok(true);
        }
        Ok(false)
    }
}

fn why_not(member: &Member) -> Option<&'static str> {
    if member.impossible {
        return Some("its name is too long, lies too deep or holds a zero");
    }
    if member.locked {
        return Some("it is locked with a password; unpack it yourself and give the folder");
    }
    if member.link {
        return Some("it is a link to somewhere else");
    }
    if member.bytes > ENTRY_BYTES {
        return Some("it is larger than 4 GiB");
    }
    match member.method {
        0 | 8 => None,
        9 => Some(
            "it is packed with Deflate64, which this program does not unpack; unpack it yourself and give the folder",
        ),
        12 => Some(
            "it is packed with bzip2, which this program does not unpack; unpack it yourself and give the folder",
        ),
        14 => Some(
            "it is packed with LZMA, which this program does not unpack; unpack it yourself and give the folder",
        ),
        93 => Some(
            "it is packed with Zstandard, which this program does not unpack; unpack it yourself and give the folder",
        ),
        _ => Some(
            "it is packed in a way this program does not know; unpack it yourself and give the folder",
        ),
    }
}
