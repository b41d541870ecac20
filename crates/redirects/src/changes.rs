//! What was published since a generation was built: a file that only grows, each change with a hash over itself and all before it.
//!
//! Whoever serves reads on where it stopped. A change that is not whole yet is left for the next time; one that is whole and not what
//! was written, or that was left out, is noticed by the hash, and that the end is missing by the newest position that was seen.

use crate::{
    IndexError,
    block::{self, Pair},
    build::{packed, sound, units, unpacked},
    error::Position,
    folder,
    index::Index,
    record::Record,
    words::Writer,
};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    ops::Bound,
    path::Path,
};

const LENGTH_BYTES: usize = 4;
const HASH_BYTES: usize = 32;

/// How far changes were read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bookmark {
    /// How many there were.
    pub(crate) count: u64,
    /// Where the next one begins in the file, in bytes.
    at: u64,
    /// The hash over all so far.
    hash: blake3::Hash,
}

/// What stands behind a bookmark.
pub(crate) struct News {
    /// Each with where the bookmark is after it.
    pub(crate) changes: Vec<(Bookmark, Vec<Pair>)>,
    /// What is wrong behind them.
    pub(crate) trouble: Option<IndexError>,
}

impl Bookmark {
    /// Whether the file has grown since.
    pub(crate) fn has_more(&self, path: &Path) -> bool {
        path.metadata().is_ok_and(|file| file.len() > self.at)
    }

    /// Whether all that was read is still in the file.
    pub(crate) fn is_within(&self, path: &Path) -> bool {
        self.at == 0 || path.metadata().is_ok_and(|file| file.len() >= self.at)
    }

    /// Reads and checks what stands behind it in the file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn news(mut self, path: &Path) -> Result<News, IndexError> {
        let failed = |source| IndexError::read(path, source);
        let mut news = News {
            changes: Vec::new(),
            trouble: None,
        };
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(news),
            Err(error) => return Err(failed(error)),
        };
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(self.at)).map_err(failed)?;
        file.read_to_end(&mut bytes).map_err(failed)?;
        let mut rest = &bytes[..];
        while let Some((payload, hash, tail)) = first(rest) {
            let real = chained(self.hash, payload);
            let is_sound = real.as_bytes() == hash;
            let Some(pairs) = is_sound.then(|| unpacked(payload)).flatten() else {
                let what = "a change is not what was published";
                news.trouble = Some(IndexError::Damaged(what));
                break;
            };
            self.at += (rest.len() - tail.len()) as u64;
            self.hash = real;
            self.count += 1;
            news.changes.push((self, pairs));
            rest = tail;
        }
        Ok(news)
    }
}

/// The changes since a generation, as far as they were read.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    /// How far that is.
    pub(crate) read: Bookmark,
    /// What they put in place of what the generation says.
    pairs: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Changes {
    /// None yet, of the generation with this seal.
    pub(crate) fn none(seal: blake3::Hash) -> Self {
        Self {
            read: Bookmark {
                count: 0,
                at: 0,
                hash: seal,
            },
            pairs: BTreeMap::new(),
        }
    }

    /// Reads what is new in the file.
    ///
    /// # Errors
    /// When it cannot be read, or a change is not what was written. What was read before the bad one holds.
    pub(crate) fn read_on(&mut self, path: &Path) -> Result<(), IndexError> {
        let news = self.read.news(path)?;
        self.take(news.changes);
        news.trouble.map_or(Ok(()), Err)
    }

    /// Takes what was read behind these, in its order.
    pub(crate) fn take(&mut self, news: impl IntoIterator<Item = (Bookmark, Vec<Pair>)>) {
        for (read, pairs) in news {
            self.apply(pairs);
            self.read = read;
        }
    }

    /// Writes `bytes` behind what was read, and reads them.
    ///
    /// # Errors
    /// When they are not what was published, or the file cannot be written.
    pub(crate) fn append(&mut self, path: &Path, bytes: &[u8]) -> Result<(), IndexError> {
        write_at(path, self.read.at, bytes)?;
        self.read_on(path)
    }

    /// The change that holds `payload`, as it is to be written next.
    fn next(&self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = (payload.len() as u32).to_le_bytes().to_vec();
        bytes.extend_from_slice(payload);
        bytes.extend_from_slice(chained(self.read.hash, payload).as_bytes());
        bytes
    }

    fn apply(&mut self, pairs: Vec<Pair>) {
        for (key, _) in &pairs {
            let mut chunks = key.clone();
            chunks.push(block::CHUNK_SIGN);
            let old: Vec<Vec<u8>> = self
                .pairs
                .range(chunks.clone()..)
                .map(|(key, _)| key)
                .take_while(|key| key.starts_with(&chunks))
                .cloned()
                .collect();
            for key in old {
                self.pairs.remove(&key);
            }
        }
        self.pairs.extend(pairs);
    }

    /// What they say of `key`.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&[u8]> {
        self.pairs.get(key).map(Vec::as_slice)
    }

    /// The last key that is not behind `key`, and its value.
    pub(crate) fn floor(&self, key: &[u8]) -> Option<(&[u8], &[u8])> {
        let range = (Bound::Unbounded, Bound::Included(key));
        self.pairs
            .range::<[u8], _>(range)
            .next_back()
            .map(|(key, value)| (key.as_slice(), value.as_slice()))
    }

    /// All they say, in order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.pairs
            .iter()
            .map(|(key, value)| (key.as_slice(), value.as_slice()))
    }

    /// What they say behind `after`, in order.
    pub(crate) fn behind(&self, after: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.pairs
            .range::<[u8], _>((Bound::Excluded(after), Bound::Unbounded))
            .map(|(key, value)| (key.as_slice(), value.as_slice()))
    }
}

/// Writes `bytes` at `at`. What stands behind the last whole change was never finished by whoever began it, and goes.
fn write_at(path: &Path, at: u64, bytes: &[u8]) -> Result<(), IndexError> {
    let failed = |source| IndexError::read(path, source);
    let mut file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(failed)?;
    file.set_len(at).map_err(failed)?;
    file.seek(SeekFrom::End(0)).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.sync_all().map_err(failed)
}

/// The first change, its hash, and what follows. `None` where it is not whole.
fn first(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    let (payload, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let (hash, rest) = rest.split_at_checked(HASH_BYTES)?;
    Some((payload, hash, rest))
}

fn chained(before: blake3::Hash, payload: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before.as_bytes());
    hasher.update(payload);
    hasher.finalize()
}

/// Publishes one blog: whoever has the index open answers for it within a second. What the index knew of it before is replaced as a
/// whole. To publish many, open the index once and use [`Index::publish`].
///
/// # Errors
/// When there is no sound index in the folder, or it cannot be written.
pub fn publish(in_folder: &Path, record: &Record) -> Result<Position, IndexError> {
    Index::open_still(in_folder)?.publish(record)
}

impl Index {
    /// Publishes one blog, as [`publish`].
    ///
    /// # Errors
    /// When what others published meanwhile is damaged, or the index cannot be written.
    pub fn publish(&self, record: &Record) -> Result<Position, IndexError> {
        let lock = folder::lock(self.folder())?;
        self.refresh()?;
        if let Some(record) = sound(record) {
            let given_up = names_given_up(self, &record)?;
            self.with(|generation, changes| {
                let units = units(&record, &Writer::new(&generation.words));
                let pairs: Vec<Pair> = units.into_iter().flatten().chain(given_up).collect();
                let path = folder::changes(self.folder(), generation.manifest.number);
                write_at(&path, changes.read.at, &changes.next(&packed(&pairs)))
            })?;
            self.refresh()?;
        }
        let position = self.position();
        folder::remember(self.folder(), position)?;
        drop(lock);
        Ok(position)
    }
}

/// Marks for names that the index gave the blog and that are no longer its own.
fn names_given_up(index: &Index, record: &Record) -> Result<Vec<Pair>, IndexError> {
    let mut given_up = Vec::new();
    for name in &record.names {
        let Some(old) = index.record(name)? else {
            continue;
        };
        let lost = old.names.iter().filter(|old| !record.names.contains(old));
        given_up.extend(lost.map(|name| block::tombstone(name.key().as_bytes())));
    }
    given_up.sort();
    given_up.dedup();
    Ok(given_up)
}

/// The bytes of all changes behind the first `count` ones.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn from(path: &Path, count: u64) -> Result<Vec<u8>, IndexError> {
    let bytes = std::fs::read(path).map_err(|source| IndexError::read(path, source))?;
    let mut rest = &bytes[..];
    for _ in 0..count {
        let (_, _, tail) = first(rest).ok_or(IndexError::Damaged("changes are cut"))?;
        rest = tail;
    }
    Ok(rest.to_vec())
}
