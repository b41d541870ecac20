//! A zip as an input. The list at its end is read by us, because archives in the wild hold two entries of one name, names in
//! the encoding of somebody's old Windows, and sizes that lie; unpacking is flate2's. Nothing is ever unpacked to a path.

use super::{DEPTH, ENTRIES, ENTRY_BYTES, NAME_BYTES, TOTAL_BYTES, unreadable};
use crate::wire::encodings;
use blog::Finding;
use blog::codes::input as codes;
use blog::doors::{Entry, ReadError};
use flate2::{Crc, read::DeflateDecoder};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
/// Where the end record is looked for: the longest comment, and as much rubbish behind it as careless downloads add.
const TAIL_BYTES: u64 = 1 << 20;
/// The list of 500,000 entries with long names and extras stays below this.
const LIST_BYTES: u64 = 1 << 30;

/// Whether a file starts as zips do.
pub(crate) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
        || head.starts_with(b"PK\x05\x06")
        || head.starts_with(b"PK\x07\x08")
}

/// A zip, listed.
#[derive(Debug)]
pub(crate) struct Archive {
    label: String,
    path: PathBuf,
    members: Vec<Member>,
    by_name: HashMap<String, usize>,
    findings: Vec<Finding>,
    unpacked: Arc<Unpacked>,
}

/// How far each entry was ever read, and the sum: an archive may be read twice, but not be a bomb.
#[derive(Debug, Default)]
struct Unpacked {
    furthest: Vec<AtomicU64>,
    total: AtomicU64,
}

#[derive(Debug, Clone)]
struct Member {
    name: String,
    raw_name: Vec<u8>,
    is_utf_8: bool,
    method: u16,
    encrypted: bool,
    link: bool,
    crc: u32,
    packed: u64,
    bytes: u64,
    local_header: u64,
}

impl Archive {
    /// Lists the zip at `path`.
    pub(crate) fn list(path: &Path) -> Result<Self, ReadError> {
        let label = path.display().to_string();
        let mut file = File::open(path).map_err(|error| unreadable(&label, &error))?;
        let members = list(&mut file).map_err(|error| ReadError::Unreadable {
            place: label.clone(),
            what: match error.kind() {
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                    format!("the zip is damaged or was not downloaded whole ({error}); download it again")
                }
                _ => error.to_string(),
            },
        })?;
        let mut archive = Self {
            label,
            path: path.to_owned(),
            members,
            by_name: HashMap::new(),
            findings: Vec::new(),
            unpacked: Arc::default(),
        };
        archive.name_members();
        archive.drop_unreadable();
        archive.tell_equal_names_apart();
        archive.members.sort_by(|a, b| a.name.cmp(&b.name));
        archive.unpacked = Arc::new(Unpacked {
            furthest: archive.members.iter().map(|_| AtomicU64::new(0)).collect(),
            total: AtomicU64::new(0),
        });
        archive.by_name = archive
            .members
            .iter()
            .enumerate()
            .map(|(at, member)| (member.name.clone(), at))
            .collect();
        Ok(archive)
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.members
            .iter()
            .map(|member| Entry {
                name: member.name.clone(),
                bytes: member.bytes,
            })
            .collect()
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.findings.clone()
    }

    pub(crate) fn open(&self, name: &str) -> Result<Option<Box<dyn Read>>, ReadError> {
        let Some(at) = self.by_name.get(name).copied() else {
            return Ok(None);
        };
        let place = format!("{} › {name}", self.label);
        let reader = self
            .unpack(at)
            .map_err(|error| unreadable(&place, &error))?;
        Ok(Some(Box::new(reader)))
    }

    fn unpack(&self, at: usize) -> io::Result<Checked> {
        let member = &self.members[at];
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(member.local_header))?;
        let mut head = [0; 30];
        file.read_exact(&mut head)?;
        if u32_at(&head, 0) != LOCAL {
            return Err(damaged("an entry does not stand where the list says"));
        }
        let skip = i64::from(u16_at(&head, 26)) + i64::from(u16_at(&head, 28));
        file.seek(SeekFrom::Current(skip))?;
        let packed = BufReader::with_capacity(128 * 1024, file).take(member.packed);
        let inner: Box<dyn Read> = match member.method {
            0 => Box::new(packed),
            _ => Box::new(DeflateDecoder::new(packed)),
        };
        Ok(Checked {
            inner,
            crc: Crc::new(),
            expected: member.crc,
            read: 0,
            at,
            unpacked: Arc::clone(&self.unpacked),
        })
    }

    /// Names without a flag are in the encoding of the machine that packed them; one machine packed them all, so they are
    /// judged together.
    fn name_members(&mut self) {
        let undeclared: Vec<&[u8]> = self
            .members
            .iter()
            .filter(|member| !member.is_utf_8 && !member.raw_name.is_ascii())
            .map(|member| member.raw_name.as_slice())
            .collect();
        if undeclared.is_empty() {
            return;
        }
        let together = undeclared.join(&b'\n');
        let all_utf_8 = std::str::from_utf8(&together).is_ok();
        let guess = encodings::guess(&together);
        // What looks Western in a zip is the alphabet of DOS, in which box-drawing characters are rare in names.
        let western =
            guess.name().starts_with("windows-125") || guess.name().starts_with("ISO-8859");
        let encoding = if all_utf_8 {
            "UTF-8"
        } else if western {
            "CP437"
        } else {
            guess.name()
        };
        let count = undeclared.len();
        for member in self
            .members
            .iter_mut()
            .filter(|member| !member.is_utf_8 && !member.raw_name.is_ascii())
        {
            member.name = match encoding {
                "UTF-8" => String::from_utf8_lossy(&member.raw_name).into_owned(),
                "CP437" => member
                    .raw_name
                    .iter()
                    .map(|byte| cp437(*byte))
                    .collect::<String>(),
                _ => guess
                    .decode_without_bom_handling(&member.raw_name)
                    .0
                    .into_owned(),
            }
            .replace('\\', "/");
        }
        if encoding != "UTF-8" {
            self.findings.push(
                Finding::new(&codes::NAMES_GUESSED, format!("{count} file names in the zip do not say how they are written; they were read as {encoding}."))
                    .at(self.label.clone()),
            );
        }
    }

    fn drop_unreadable(&mut self) {
        let label = self.label.clone();
        let findings = &mut self.findings;
        self.members.retain(|member| {
            let name = &member.name;
            let why = if member.encrypted {
                "it is locked with a password; unpack it yourself and give the folder"
            } else if member.link {
                "it is a link to somewhere else"
            } else if member.method != 0 && member.method != 8 {
                "it is packed in a way this program does not know; unpack it yourself and give the folder"
            } else if member.bytes > ENTRY_BYTES {
                "it is larger than 4 GiB"
            } else if name.len() > NAME_BYTES || name.split('/').count() > DEPTH {
                "its name is too long or lies too deep"
            } else {
                return true;
            };
            let shown: String = name.chars().take(60).collect();
            findings.push(Finding::new(&codes::LEFT_OUT, format!("\"{shown}\" in the zip was not read: {why}.")).at(format!("{label} › {shown}")));
            false
        });
    }

    /// The second of two equal names is named with its position; both can be read.
    fn tell_equal_names_apart(&mut self) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let taken: std::collections::HashSet<String> = self
            .members
            .iter()
            .map(|member| member.name.clone())
            .collect();
        for (position, member) in self.members.iter_mut().enumerate() {
            let times = seen.entry(member.name.clone()).or_default();
            *times += 1;
            if *times == 1 {
                continue;
            }
            let mut name = second_name(&member.name, position + 1);
            while taken.contains(&name) {
                name = second_name(&name, position + 1);
            }
            self.findings.push(
                Finding::new(&codes::EQUAL_NAMES, format!("The zip holds \"{}\" more than once; entry {} of them was read as \"{name}\".", member.name, position + 1))
                    .at(self.label.clone()),
            );
            member.name = name;
        }
    }
}

/// Counts and checks what is unpacked.
struct Checked {
    inner: Box<dyn Read>,
    crc: Crc,
    expected: u32,
    read: u64,
    at: usize,
    unpacked: Arc<Unpacked>,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let read = self.inner.read(buffer)?;
        if read == 0 {
            return if self.crc.sum() == self.expected {
                Ok(0)
            } else {
                Err(damaged(
                    "the zip is damaged here: the checksum of the entry is wrong",
                ))
            };
        }
        self.crc.update(&buffer[..read]);
        self.read += read as u64;
        let before = self.unpacked.furthest[self.at].fetch_max(self.read, Ordering::Relaxed);
        let more = self.read.saturating_sub(before);
        let total = self.unpacked.total.fetch_add(more, Ordering::Relaxed) + more;
        if self.read > ENTRY_BYTES || total > TOTAL_BYTES {
            return Err(damaged("unpacks to more than an honest archive holds"));
        }
        Ok(read)
    }
}

/// Reads the list at the end.
fn list(file: &mut File) -> io::Result<Vec<Member>> {
    let length = file.seek(SeekFrom::End(0))?;
    let tail_start = length.saturating_sub(TAIL_BYTES);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(tail_start))?;
    file.take(TAIL_BYTES).read_to_end(&mut tail)?;
    let mut before = tail.len();
    // The last end record whose list can be read is the right one; a comment may hold the four letters by chance.
    loop {
        let at = memchr::memmem::rfind(&tail[..before], &END.to_le_bytes())
            .ok_or_else(|| damaged("the list of its entries is missing"))?;
        match list_from(file, &tail, at, tail_start) {
            Ok(members) => return Ok(members),
            Err(error) if error.kind() == io::ErrorKind::QuotaExceeded => return Err(error),
            Err(error) if at == 0 => return Err(error),
            Err(_) => before = at,
        }
    }
}

fn list_from(file: &mut File, tail: &[u8], at: usize, tail_start: u64) -> io::Result<Vec<Member>> {
    let end = tail
        .get(at..at + 22)
        .ok_or_else(|| damaged("it is cut at the very end"))?;
    let (mut count, mut size, mut offset) = (
        u64::from(u16_at(end, 10)),
        u64::from(u32_at(end, 12)),
        u64::from(u32_at(end, 16)),
    );
    let mut list_end = tail_start + at as u64;
    if let Some(record) = end_64(file, tail, at, tail_start)? {
        (count, size, offset, list_end) = record;
    }
    if count > ENTRIES as u64 || size > LIST_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::QuotaExceeded,
            format!("it says it holds {count} entries; {ENTRIES} are allowed"),
        ));
    }
    let start = list_end
        .checked_sub(size)
        .ok_or_else(|| damaged("the list of its entries is cut"))?;
    // Rubbish in front shifts everything by as much as the list is shifted.
    let shift = start
        .checked_sub(offset)
        .ok_or_else(|| damaged("the list of its entries is cut"))?;
    file.seek(SeekFrom::Start(start))?;
    let mut list = Vec::new();
    file.take(size).read_to_end(&mut list)?;
    let mut members = Vec::new();
    let mut rest = list.as_slice();
    while members.len() < count as usize || rest.starts_with(&CENTRAL.to_le_bytes()) {
        let (member, after) = member(rest, shift)?;
        if members.len() >= ENTRIES {
            return Err(io::Error::new(
                io::ErrorKind::QuotaExceeded,
                format!("it holds more than {ENTRIES} entries"),
            ));
        }
        // Folders are named by the files in them.
        if !member.name.ends_with('/') {
            members.push(member);
        } else {
            count = count.saturating_sub(1);
        }
        rest = after;
    }
    Ok(members)
}

/// The end record for large archives: count, size and offset of the list, and where the list ends.
fn end_64(
    file: &mut File,
    tail: &[u8],
    at: usize,
    tail_start: u64,
) -> io::Result<Option<(u64, u64, u64, u64)>> {
    let Some(locator) = at.checked_sub(20).and_then(|start| tail.get(start..at)) else {
        return Ok(None);
    };
    if u32_at(locator, 0) != LOCATOR_64 {
        return Ok(None);
    }
    let stated = u64_at(locator, 8);
    // With rubbish in front the stated offset is too small; the record usually stands right before its locator.
    for start in [stated, (tail_start + at as u64).saturating_sub(20 + 56)] {
        let mut record = [0; 56];
        file.seek(SeekFrom::Start(start))?;
        if file.read_exact(&mut record).is_ok() && u32_at(&record, 0) == END_64 {
            return Ok(Some((
                u64_at(&record, 32),
                u64_at(&record, 40),
                u64_at(&record, 48),
                start,
            )));
        }
    }
    Err(damaged("the list of its entries is cut"))
}

fn member(list: &[u8], shift: u64) -> io::Result<(Member, &[u8])> {
    let cut = || damaged("the list of its entries is cut");
    let head = list.get(..46).ok_or_else(cut)?;
    if u32_at(head, 0) != CENTRAL {
        return Err(damaged("the list of its entries is broken"));
    }
    let (name_bytes, extra_bytes, comment_bytes) = (
        usize::from(u16_at(head, 28)),
        usize::from(u16_at(head, 30)),
        usize::from(u16_at(head, 32)),
    );
    let rest = &list[46..];
    let name = rest.get(..name_bytes).ok_or_else(cut)?;
    let extra = rest
        .get(name_bytes..name_bytes + extra_bytes)
        .ok_or_else(cut)?;
    let after = rest
        .get(name_bytes + extra_bytes + comment_bytes..)
        .ok_or_else(cut)?;
    let flags = u16_at(head, 8);
    let mut member = Member {
        name: String::from_utf8_lossy(name).replace('\\', "/"),
        raw_name: name.to_vec(),
        is_utf_8: flags & 0x800 != 0,
        method: u16_at(head, 10),
        encrypted: flags & 1 != 0,
        link: head[5] == 3 && (u32_at(head, 38) >> 16) & 0o170_000 == 0o120_000,
        crc: u32_at(head, 16),
        packed: u64::from(u32_at(head, 20)),
        bytes: u64::from(u32_at(head, 24)),
        local_header: u64::from(u32_at(head, 42)),
    };
    read_extra(extra, &mut member);
    member.local_header = member.local_header.checked_add(shift).ok_or_else(cut)?;
    Ok((member, after))
}

/// Large sizes (1) and the name in UTF-8 (0x7075).
fn read_extra(mut extra: &[u8], member: &mut Member) {
    while extra.len() >= 4 {
        let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let Some(data) = extra.get(4..4 + length) else {
            return;
        };
        match id {
            1 => {
                let mut numbers = data.chunks_exact(8).map(|chunk| u64_at(chunk, 0));
                for field in [
                    &mut member.bytes,
                    &mut member.packed,
                    &mut member.local_header,
                ] {
                    if *field == u64::from(u32::MAX) {
                        *field = numbers.next().unwrap_or(*field);
                    }
                }
            }
            0x7075 if data.len() > 5 && data[0] == 1 => {
                let mut crc = Crc::new();
                crc.update(&member.raw_name);
                if let (true, Ok(name)) = (
                    crc.sum() == u32_at(data, 1),
                    std::str::from_utf8(&data[5..]),
                ) {
                    member.name = name.replace('\\', "/");
                    member.is_utf_8 = true;
                }
            }
            _ => {}
        }
        extra = &extra[4 + length..];
    }
}

fn second_name(name: &str, position: usize) -> String {
    let folder = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[folder..].rfind('.') {
        Some(dot) if dot > 0 => format!(
            "{}~{position}{}",
            &name[..folder + dot],
            &name[folder + dot..]
        ),
        _ => format!("{name}~{position}"),
    }
}

/// The upper half of the alphabet of DOS.
fn cp437(byte: u8) -> char {
    const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    match byte.checked_sub(128) {
        None => char::from(byte),
        Some(at) => UPPER.chars().nth(usize::from(at)).unwrap_or('\u{FFFD}'),
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .map_or(0, |two| u16::from_le_bytes([two[0], two[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
