//! One file of a generation: keys and values in LMDB, written once in the order of the keys, then only read.
//!
//! LMDB trusts its file: a damaged one can make it read where nothing is. So a segment is opened only after its whole file was found
//! to be the one that was written ([`Checked`]), and it is never written again. What changes later lies beside it
//! (`changes`).

#![allow(unsafe_code)]

mod names;

use crate::{IndexError, block, name::Sought};
use heed::{Database, Env, EnvFlags, EnvOpenOptions, PutFlags, RoTxn, WithoutTls, types::Bytes};
use names::Names;
use std::{
    cell::OnceCell,
    collections::HashMap,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    ptr, slice,
    sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, Weak},
};

/// Bytes read at once while hashing.
const HASHED_AT_ONCE: usize = 1 << 18;

/// How often a file that another thread is just closing is tried again.
const MOST_TRIES: u32 = 200;

type Table = Database<Bytes, Bytes>;

/// A key and its value.
type Found<'t> = (&'t [u8], &'t [u8]);

/// A segment, open for reading.
pub(crate) struct Segment {
    env: Env<WithoutTls>,
    table: Table,
    /// Begun and not in use: what they see never changes, and to begin one costs more than to look something up.
    readings: Mutex<Vec<RoTxn<'static, WithoutTls>>>,
    /// Once they were learned.
    names: OnceLock<Learned>,
}

/// Where names stand in a segment.
struct Learned {
    names: Names,
    /// All keys and values. Not longer than the segment is open.
    map: &'static [u8],
}

/// A segment while it is read.
pub(crate) struct Reading<'s> {
    segment: &'s Segment,
    /// Begun when it is needed.
    transaction: OnceCell<RoTxn<'static, WithoutTls>>,
}

/// What tells a file from one that took its place under the same name.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = PathBuf;

/// Segments that are open in this process: LMDB must not open a file twice.
static OPEN: LazyLock<Mutex<HashMap<Identity, Weak<Segment>>>> = LazyLock::new(Mutex::default);

/// A file whose content was found to be what was written.
pub(crate) struct Checked {
    path: PathBuf,
    bytes: u64,
    identity: Identity,
}

impl Checked {
    /// Reads all of `path` and compares it with its hash.
    ///
    /// # Errors
    /// When it cannot be read, or is not what was written.
    pub(crate) fn of(path: &Path, bytes: u64, expected: &str) -> Result<Self, IndexError> {
        let failed = |source| IndexError::read(path, source);
        let path = path.canonicalize().map_err(failed)?;
        let (length, identity) = identity(&path).map_err(failed)?;
        if length != bytes || hash(&path).map_err(failed)? != expected {
            return Err(IndexError::Damaged(
                "a segment is not the one that was written",
            ));
        }
        Ok(Self {
            path,
            bytes,
            identity,
        })
    }
}

impl Segment {
    /// Opens a file that was checked. Of two files under one name, the first has to be closed before the second can be opened.
    ///
    /// # Errors
    /// When it cannot be opened, or is another one by now.
    pub(crate) fn open(file: &Checked) -> Result<Arc<Self>, IndexError> {
        let failed = |source| IndexError::read(&file.path, source);
        let (_, identity) = identity(&file.path).map_err(failed)?;
        if identity != file.identity {
            return Err(IndexError::Damaged("a segment was replaced meanwhile"));
        }
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, segment| segment.strong_count() > 0);
        if let Some(segment) = open.get(&identity).and_then(Weak::upgrade) {
            return Ok(segment);
        }
        let segment = Arc::new(Self::map(&file.path, file.bytes)?);
        open.insert(identity, Arc::downgrade(&segment));
        Ok(segment)
    }

    fn map(path: &Path, length: u64) -> Result<Self, IndexError> {
        let mut options = EnvOpenOptions::new().read_txn_without_tls();
        options.map_size(usize::try_from(length).unwrap_or(usize::MAX));
        let flags = EnvFlags::READ_ONLY | EnvFlags::NO_LOCK | EnvFlags::NO_SUB_DIR;
        let mut tries = 0;
        let env = loop {
            // SAFETY: the file is written once, by `write`, under a name that nothing else uses, and never changed afterwards; without
            // a writer there is nothing to lock against. Who may write into the folder of an index is trusted with it.
            match unsafe { options.flags(flags).open(path) } {
                Err(heed::Error::EnvAlreadyOpened) if tries < MOST_TRIES => {
                    tries += 1;
                    std::thread::yield_now();
                }
                other => break other?,
            }
        };
        let reading = env.read_txn()?;
        let table = env
            .open_database(&reading, None)?
            .ok_or(IndexError::Damaged("a segment has no table"))?;
        drop(reading);
        Ok(Self {
            env,
            table,
            readings: Mutex::default(),
            names: OnceLock::new(),
        })
    }

    /// Whether it was learned where its names stand.
    pub(crate) fn is_learned(&self) -> bool {
        self.names.get().is_some()
    }

    /// Learns where names stand, so that they are found without the tree. All of the segment is read for that.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn learn(&self) -> Result<(), IndexError> {
        let transaction = self.env.read_txn()?;
        // Long values stand in pages of their own, away from their names; chunks are found by what stands before them.
        let is_plain = |(key, value): &Found<'_>| {
            key.as_ptr_range().end == value.as_ptr() && !block::is_chunk(value)
        };
        let pairs = || -> Result<_, IndexError> {
            let pairs = self.table.iter(&transaction)?;
            Ok(pairs.filter(move |pair| pair.as_ref().map_or(true, is_plain)))
        };
        let (mut count, mut begin, mut end) = (0, usize::MAX, 0);
        for pair in pairs()? {
            let (key, value) = pair?;
            count += 1;
            begin = begin.min(key.as_ptr().expose_provenance());
            end = end.max(value.as_ptr_range().end.addr());
        }
        let mut names = Names::with_room(count);
        for pair in pairs()? {
            let (key, value) = pair?;
            names.take(&Sought::of(key), key.as_ptr().addr() - begin, value);
        }
        let map: &'static [u8] = match end.checked_sub(begin) {
            None => &[],
            // SAFETY: LMDB maps the file as one piece, and both ends lie in it. The map stays where it is until the environment is
            // closed, which is when this segment is dropped, and nobody gets it for longer. The file is never written (see `map`).
            Some(bytes) => unsafe {
                slice::from_raw_parts(ptr::with_exposed_provenance(begin), bytes)
            },
        };
        // Whoever was quicker learned the same.
        let _ = self.names.set(Learned { names, map });
        Ok(())
    }

    /// Begins to read.
    pub(crate) fn reading(&self) -> Reading<'_> {
        Reading {
            segment: self,
            transaction: OnceCell::new(),
        }
    }

    fn begun(&self) -> std::sync::MutexGuard<'_, Vec<RoTxn<'static, WithoutTls>>> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading<'_> {
    /// The value of a name.
    pub(crate) fn get(&self, name: &Sought<'_>) -> Result<Option<&[u8]>, IndexError> {
        let learned = self.segment.names.get();
        match learned.and_then(|learned| learned.names.find(name, learned.map)) {
            Some(value) => Ok(Some(value)),
            None => Ok(self.segment.table.get(self.transaction()?, name.bytes)?),
        }
    }

    /// The last key that is not behind `key`, and its value.
    pub(crate) fn floor(&self, key: &[u8]) -> Result<Option<Found<'_>>, IndexError> {
        let table = &self.segment.table;
        Ok(table.get_lower_than_or_equal_to(self.transaction()?, key)?)
    }

    /// All keys and values behind `after`, in order.
    pub(crate) fn behind(
        &self,
        after: &[u8],
    ) -> Result<impl Iterator<Item = Result<Found<'_>, IndexError>>, IndexError> {
        let range = (
            std::ops::Bound::Excluded(after),
            std::ops::Bound::<&[u8]>::Unbounded,
        );
        let found = self.segment.table.range(self.transaction()?, &range)?;
        Ok(found.map(|pair| pair.map_err(IndexError::from)))
    }

    fn transaction(&self) -> Result<&RoTxn<'static, WithoutTls>, IndexError> {
        if let Some(transaction) = self.transaction.get() {
            return Ok(transaction);
        }
        let begun = self.segment.begun().pop();
        let transaction = match begun {
            Some(transaction) => transaction,
            None => self.segment.env.clone().static_read_txn()?,
        };
        Ok(self.transaction.get_or_init(|| transaction))
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if let Some(transaction) = self.transaction.take() {
            self.segment.begun().push(transaction);
        }
    }
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Segment")
    }
}

/// Writes a segment of sorted `pairs`; answers its length and hash.
pub(crate) fn write(
    path: &Path,
    pairs: &[(Vec<u8>, Vec<u8>)],
) -> Result<(u64, String), IndexError> {
    let failed = |source| IndexError::read(path, source);
    // Twice the content and a little: the tree is written full, and it need not fit exactly.
    let content: usize = pairs
        .iter()
        .map(|(key, value)| key.len() + value.len() + 16)
        .sum();
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options.map_size((content * 2 + (1 << 20)).next_multiple_of(1 << 16));
    let flags = EnvFlags::NO_LOCK | EnvFlags::NO_SUB_DIR | EnvFlags::NO_SYNC;
    // SAFETY: the file is new and nobody else knows of it; it is made durable below, before it gets a name that anybody looks for.
    let env = unsafe { options.flags(flags).open(path) }?;
    let mut writing = env.write_txn()?;
    let table: Table = env.create_database(&mut writing, None)?;
    for (key, value) in pairs {
        table.put_with_flags(&mut writing, PutFlags::APPEND, key, value)?;
    }
    writing.commit()?;
    env.force_sync()?;
    env.prepare_for_closing().wait();
    let length = path.metadata().map_err(failed)?.len();
    Ok((length, hash(path).map_err(failed)?))
}

/// The length of a file, and what tells it from others.
fn identity(path: &Path) -> io::Result<(u64, Identity)> {
    let file = path.metadata()?;
    #[cfg(unix)]
    let identity = {
        use std::os::unix::fs::MetadataExt as _;
        (file.dev(), file.ino())
    };
    #[cfg(not(unix))]
    let identity = path.to_owned();
    Ok((file.len(), identity))
}

/// The BLAKE3 hash of a file, in hex.
pub(crate) fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; HASHED_AT_ONCE];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            read => hasher.update(&buffer[..read]),
        };
    }
}
