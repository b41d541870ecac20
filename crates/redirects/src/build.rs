//! Building a generation: the words are learned from all blogs first, then each blog is written.
//!
//! Memory stays bounded however many blogs there are: what is written goes to buckets on disk by the hash of its name, and only one
//! segment at a time is sorted in memory.

use crate::{
    IndexError,
    block::{self, Pair},
    error::Position,
    folder,
    generation::{BUCKETS, MANIFEST, Manifest, Part, WORDS, bucket},
    name::{Name, NameKey, Sought},
    record::Record,
    segment,
    words::{Learner, Writer},
};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
};

/// Bytes of content a segment may have before another one is made of it.
const SEGMENT_BYTES: u64 = 64 << 20;
/// Texts that words are learned from at most.
const MOST_HEARD: u64 = 3_000_000;
/// Old generations that are kept beside the new one.
const KEPT_GENERATIONS: usize = 2;

/// Hears all blogs, to learn their words.
#[derive(Debug, Default)]
pub struct Listener {
    learner: Learner,
    heard: u64,
}

impl Listener {
    /// Hears one blog.
    pub fn hear(&mut self, record: &Record) {
        if self.has_heard_enough() {
            return;
        }
        block::texts_of(record, &mut |text| {
            self.heard += 1;
            self.learner.hear(text);
        });
    }

    /// Whether more blogs would teach nothing more.
    #[must_use]
    pub fn has_heard_enough(&self) -> bool {
        self.heard >= MOST_HEARD
    }
}

/// Writes a generation, blog by blog.
#[derive(Debug)]
pub struct Builder {
    folder: PathBuf,
    unfinished: PathBuf,
    manifest: Manifest,
    writer: Writer,
    buckets: Vec<BufWriter<File>>,
    content: u64,
    hosts: BTreeMap<Vec<u8>, ()>,
    _lock: File,
}

impl Builder {
    /// Begins the next generation of the index in `folder`. Nobody else can write to the index until it is finished or dropped.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn begin(folder: &Path, listener: Listener) -> Result<Self, IndexError> {
        let lock = folder::lock(folder)?;
        let number = folder::newest(folder)?
            .unwrap_or(0)
            .max(folder::highest(folder)?.generation)
            + 1;
        let unfinished = folder::unfinished(folder, number);
        let failed = |source| IndexError::read(&unfinished, source);
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(failed)?;
        }
        fs::create_dir_all(&unfinished).map_err(failed)?;
        let words = listener.learner.learned();
        let mut manifest = Manifest::new(number);
        let path = unfinished.join(WORDS);
        folder::replace(&path, &words.to_bytes())?;
        manifest.files.push(part(&path)?);
        let buckets = (0..BUCKETS)
            .map(|at| File::create(unfinished.join(bucket_name(at))).map(BufWriter::new))
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        Ok(Self {
            folder: folder.to_owned(),
            unfinished,
            manifest,
            writer: Writer::new(&words),
            buckets,
            content: 0,
            hosts: BTreeMap::new(),
            _lock: lock,
        })
    }

    /// Adds a blog. Of two under one name the later one holds.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn add(&mut self, record: &Record) -> Result<(), IndexError> {
        let Some(record) = sound(record) else {
            return Ok(());
        };
        self.manifest.blogs += 1;
        self.manifest.addresses += record.entries.len() as u64;
        for unit in units(&record, &self.writer) {
            if is_host(&unit) {
                // Many blogs share a host.
                let key = unit[0].0.clone();
                if self.hosts.insert(key, ()).is_some() {
                    continue;
                }
            }
            self.spool(&unit)?;
        }
        Ok(())
    }

    fn spool(&mut self, unit: &[Pair]) -> Result<(), IndexError> {
        let bytes = packed(unit);
        let bucket = &mut self.buckets[bucket(&Sought::of(&unit[0].0))];
        self.content += bytes.len() as u64;
        bucket
            .write_all(&(bytes.len() as u32).to_le_bytes())
            .and_then(|()| bucket.write_all(&bytes))
            .map_err(|source| IndexError::read(&self.unfinished, source))
    }

    /// Writes the segments, and gives the generation its name. From then on it is the one that answers.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn finish(mut self) -> Result<Manifest, IndexError> {
        let failed = |source| IndexError::read(&self.unfinished, source);
        for bucket in self.buckets.drain(..) {
            bucket
                .into_inner()
                .map_err(|error| failed(error.into_error()))?;
        }
        let wanted = self.content.div_ceil(SEGMENT_BYTES).max(1) as usize;
        let segments = wanted.next_power_of_two().min(BUCKETS);
        for at in 0..segments {
            let width = BUCKETS / segments;
            let pairs = self.sorted(at * width..(at + 1) * width)?;
            let name = format!("{at:03}.mdb");
            let path = self.unfinished.join(&name);
            let (bytes, hash) = segment::write(&path, &pairs)?;
            self.manifest.files.push(Part { name, bytes, hash });
        }
        folder::replace(
            &self.unfinished.join(MANIFEST),
            self.manifest.to_text().as_bytes(),
        )?;
        let place = folder::generation(&self.folder, self.manifest.number);
        fs::rename(&self.unfinished, &place).map_err(failed)?;
        folder::sync_folder(&self.folder);
        folder::remember(
            &self.folder,
            Position {
                generation: self.manifest.number,
                change: 0,
            },
        )?;
        forget_old(&self.folder)?;
        Ok(std::mem::replace(&mut self.manifest, Manifest::new(0)))
    }

    /// The pairs of some buckets in the order of their keys; of two units under one key the later one.
    fn sorted(&self, buckets: std::ops::Range<usize>) -> Result<Vec<Pair>, IndexError> {
        let failed = |source| IndexError::read(&self.unfinished, source);
        let mut units: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        for at in buckets {
            let path = self.unfinished.join(bucket_name(at));
            let mut bytes = Vec::new();
            File::open(&path)
                .and_then(|mut file| file.read_to_end(&mut bytes))
                .map_err(failed)?;
            let mut rest = &bytes[..];
            while let Some((length, tail)) = rest.split_first_chunk() {
                let (unit, tail) = tail
                    .split_at_checked(u32::from_le_bytes(*length) as usize)
                    .ok_or(IndexError::Damaged("a bucket"))?;
                let pairs = unpacked(unit).ok_or(IndexError::Damaged("a bucket"))?;
                let key = pairs[0].0.clone();
                units.insert(key, unit.to_vec());
                rest = tail;
            }
            fs::remove_file(&path).map_err(failed)?;
        }
        let mut pairs = Vec::with_capacity(units.len());
        for unit in units.into_values() {
            pairs.extend(unpacked(&unit).ok_or(IndexError::Damaged("a bucket"))?);
        }
        pairs.sort_unstable();
        Ok(pairs)
    }
}

impl Drop for Builder {
    fn drop(&mut self) {
        // After `finish` it has another name, and nothing is left to take away.
        let _ = fs::remove_dir_all(&self.unfinished);
    }
}

fn bucket_name(at: usize) -> String {
    format!("bucket{at:03}")
}

fn part(path: &Path) -> Result<Part, IndexError> {
    let failed = |source| IndexError::read(path, source);
    Ok(Part {
        name: WORDS.to_owned(),
        bytes: path.metadata().map_err(failed)?.len(),
        hash: segment::hash(path).map_err(failed)?,
    })
}

/// Takes away generations that nobody needs any more, and what was left unfinished.
pub(crate) fn forget_old(in_folder: &Path) -> Result<(), IndexError> {
    let mut numbers = folder::generations(in_folder)?;
    numbers.sort_unstable();
    let old = numbers.len().saturating_sub(KEPT_GENERATIONS);
    for number in &numbers[..old] {
        let path = folder::generation(in_folder, *number);
        fs::remove_dir_all(&path).map_err(|source| IndexError::read(&path, source))?;
        // There are no changes where nothing was published since.
        let _ = fs::remove_file(folder::changes(in_folder, *number));
    }
    Ok(())
}

/// The record with the names and nothing else that the index can hold. `None` where no name is left.
pub(crate) fn sound(record: &Record) -> Option<Record> {
    let mut record = record.clone();
    let mut seen = Vec::new();
    record.names.retain(|name| {
        let new = name.is_sound() && !seen.contains(name);
        seen.push(name.clone());
        new
    });
    (!record.names.is_empty()).then_some(record)
}

/// What stands in the index for a blog: its head and chunks, where its other names lead, and marks for its hosts. Each unit is kept
/// or replaced as a whole.
pub(crate) fn units(record: &Record, writer: &Writer) -> Vec<Vec<Pair>> {
    let name = record.names[0].key();
    let mut units = vec![block::write(record, writer)];
    for other in &record.names[1..] {
        units.push(vec![block::see(other.key().as_bytes(), name.as_bytes())]);
    }
    let marks: std::collections::BTreeSet<Vec<u8>> =
        record.names.iter().filter_map(mark_of).collect();
    units.extend(marks.iter().map(|mark| vec![block::host_mark(mark)]));
    units
}

/// The mark of the host a name stands on.
fn mark_of(name: &Name) -> Option<Vec<u8>> {
    let host = match name {
        Name::Site(root) => root.split('/').next().unwrap_or(""),
        Name::Alias(_) | Name::Cid(_) | Name::Token(_) => SPACES,
    };
    Some(NameKey::of(b'h', host.as_bytes())?.as_bytes().to_vec())
}

/// What stands for the hosts that all Spaces share, in marks.
pub(crate) const SPACES: &str = "spaces";

fn is_host(unit: &[Pair]) -> bool {
    unit[0].0.first() == Some(&b'h')
}

/// Pairs, each with its lengths before it.
pub(crate) fn packed(pairs: &[Pair]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (key, value) in pairs {
        for part in [key, value] {
            bytes.extend_from_slice(&(part.len() as u32).to_le_bytes());
            bytes.extend_from_slice(part);
        }
    }
    bytes
}

/// Reads what [`packed`] wrote, one pair or more.
pub(crate) fn unpacked(mut bytes: &[u8]) -> Option<Vec<Pair>> {
    let mut pairs = Vec::new();
    while !bytes.is_empty() {
        let mut part = || {
            let (length, rest) = bytes.split_first_chunk()?;
            let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            bytes = rest;
            Some(part.to_vec())
        };
        pairs.push((part()?, part()?));
    }
    (!pairs.is_empty()).then_some(pairs)
}
