//! The folder of an index: what lies where, what was the newest that was ever seen there, and who may write.
//!
//! ```text
//! generation-0000000007/   written once: manifest, words, segments
//! changes-0000000007.log   what was published since
//! highest                  the newest position that was ever served or written here
//! lock                     held by whoever writes
//! ```

use crate::{IndexError, error::Position};
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

const GENERATION: &str = "generation-";

/// The folder of a generation.
pub(crate) fn generation(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{GENERATION}{number:010}"))
}

/// Where a generation is made, until it is whole.
pub(crate) fn unfinished(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("unfinished-{number:010}"))
}

/// The changes since a generation was built.
pub(crate) fn changes(folder: &Path, generation: u64) -> PathBuf {
    folder.join(format!("changes-{generation:010}.log"))
}

/// The number of the newest generation in the folder, whole or not.
pub(crate) fn newest(folder: &Path) -> Result<Option<u64>, IndexError> {
    Ok(generations(folder)?.into_iter().max())
}

/// The numbers of the generations in the folder.
pub(crate) fn generations(folder: &Path) -> Result<Vec<u64>, IndexError> {
    let failed = |source| IndexError::read(folder, source);
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix(GENERATION)?.parse::<u64>().ok());
        numbers.extend(number);
    }
    Ok(numbers)
}

/// What tells a file from one that took its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    inode: u64,
    changed: Option<SystemTime>,
    bytes: u64,
}

/// The stamp of a file; `None` where there is none.
pub(crate) fn stamp(path: &Path) -> Option<Stamp> {
    let file = path.metadata().ok()?;
    Some(Stamp {
        #[cfg(unix)]
        inode: std::os::unix::fs::MetadataExt::ino(&file),
        #[cfg(not(unix))]
        inode: 0,
        changed: file.modified().ok(),
        bytes: file.len(),
    })
}

/// The newest position that was ever seen here.
pub(crate) fn highest(folder: &Path) -> Result<Position, IndexError> {
    let path = folder.join("highest");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Position::default()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
        Err(error) => return Err(IndexError::read(&path, error)),
    };
    position_of(&text).ok_or(IndexError::Damaged(
        "what was the newest generation here cannot be read",
    ))
}

/// A position with its hash, as [`position_of`] reads it.
pub(crate) fn position_text(position: Position) -> String {
    let line = format!("{} {}", position.generation, position.change);
    format!("{line} {}\n", short_hash(&line))
}

/// Reads what [`position_text`] wrote. `None` where it is no such thing.
pub(crate) fn position_of(text: &str) -> Option<Position> {
    let (line, hash) = text.trim_end().rsplit_once(' ')?;
    if hash != short_hash(line) {
        return None;
    }
    let (generation, change) = line.split_once(' ')?;
    Some(Position {
        generation: generation.parse().ok()?,
        change: change.parse().ok()?,
    })
}

fn short_hash(line: &str) -> String {
    blake3::hash(line.as_bytes()).to_hex()[..16].to_owned()
}

/// Writes down that `position` was seen, unless a newer one was. The caller holds the lock.
pub(crate) fn remember(folder: &Path, position: Position) -> Result<(), IndexError> {
    if highest(folder)? >= position {
        return Ok(());
    }
    replace(&folder.join("highest"), position_text(position).as_bytes())
}

/// As [`remember`], for who only reads: done where nobody writes just now and the folder can be written.
pub(crate) fn remember_if_free(folder: &Path, position: Position) {
    if highest(folder).is_ok_and(|seen| seen >= position) {
        return;
    }
    let lock = File::options().write(true).open(folder.join("lock"));
    if let Ok(lock) = lock
        && lock.try_lock().is_ok()
    {
        // Whoever published it has written it down too; this is for folders that were filled by other means.
        let _ = remember(folder, position);
    }
}

/// Writes a file so that it is there whole or not at all.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), IndexError> {
    let failed = |source| IndexError::read(path, source);
    let beside = path.with_extension("new");
    let mut file = File::create(&beside).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&beside, path).map_err(failed)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// Makes new names in a folder durable, where the system can.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        // Some systems cannot; then the names come with the next write of the system.
        let _ = folder.sync_all();
    }
}

/// Waits until nobody else writes, and keeps others from writing until it is dropped.
pub(crate) fn lock(folder: &Path) -> Result<File, IndexError> {
    let path = folder.join("lock");
    let failed = |source| IndexError::read(&path, source);
    fs::create_dir_all(folder).map_err(failed)?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}
