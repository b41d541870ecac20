//! Handing an index on to other nodes: whole generations, and the changes in between as a small feed.
//!
//! ```text
//! newest                                the position of the sender, and its hash
//! generation-0000000007/manifest.json   and the files it names
//! changes-0000000007/0000000000         the changes from this number on, up to the next piece
//! ```
//!
//! A sender writes `newest` last, so what it names is there. A receiver that was told of a position never again serves an older one;
//! whatever it takes is compared with its hash before it gets a name that anybody looks for.

use crate::{
    IndexError,
    build::forget_old,
    changes::{self, Changes},
    error::Position,
    folder::{self, Stamp},
    generation::{Checked, MANIFEST, Manifest, Part},
    index::Index,
    place::Place,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

const NEWEST: &str = "newest";

/// Hands on what is new in `from`.
///
/// # Errors
/// When the index is damaged, the place cannot be written, or what is there is newer.
pub fn send(from: &Path, to: &Place) -> Result<Position, IndexError> {
    let lock = folder::lock(from)?;
    let index = Index::open_still(from)?;
    let ours = index.position();
    let theirs = newest(to)?.unwrap_or_default();
    if theirs > ours {
        return Err(IndexError::Old {
            found: ours,
            seen: theirs,
        });
    }
    let number = ours.generation;
    let mut sent = theirs.change;
    if theirs.generation < number {
        sent = 0;
        send_generation(from, &index.manifest(), to)?;
    }
    if sent < ours.change {
        let bytes = changes::from(&folder::changes(from, number), sent)?;
        to.put(&piece_name(number, sent), &bytes)?;
    }
    to.put(NEWEST, folder::position_text(ours).as_bytes())?;
    drop(lock);
    Ok(ours)
}

fn send_generation(from: &Path, manifest: &Manifest, to: &Place) -> Result<(), IndexError> {
    let folder = folder::generation(from, manifest.number);
    for part in &manifest.files {
        let path = folder.join(&part.name);
        let bytes = fs::read(&path).map_err(|source| IndexError::read(&path, source))?;
        to.put(&part_name(manifest.number, &part.name), &bytes)?;
    }
    let text = manifest.to_text();
    to.put(&part_name(manifest.number, MANIFEST), text.as_bytes())
}

/// Takes what is new at `from`. Who has the index in `to` open sees it within a second. To look again and again, keep a [`Receiver`].
///
/// # Errors
/// When there is nothing, it is older than what was seen here, or anything is not what was sent.
pub fn receive(to: &Path, from: &Place) -> Result<Position, IndexError> {
    Receiver::into_folder(to).receive(from)
}

/// Takes what is new, look after look. What it found sound is not read again as long as nobody touched it.
#[derive(Debug)]
pub struct Receiver {
    to: PathBuf,
    held: Option<Held>,
}

/// A generation that was found sound, and its changes as far as they were read.
#[derive(Debug)]
struct Held {
    number: u64,
    seal: blake3::Hash,
    files: Vec<(PathBuf, Option<Stamp>)>,
    changes: Changes,
}

impl Held {
    fn of(to: &Path, number: u64) -> Result<Self, IndexError> {
        let folder = folder::generation(to, number);
        let stamped = |name: &str| {
            let path = folder.join(name);
            let stamp = folder::stamp(&path);
            (path, stamp)
        };
        let manifest = stamped(MANIFEST);
        let generation = Checked::of(to, number)?;
        let files = &generation.manifest.files;
        Ok(Self {
            number,
            seal: generation.seal,
            files: files
                .iter()
                .map(|part| stamped(&part.name))
                .chain([manifest])
                .collect(),
            changes: Changes::none(generation.seal),
        })
    }

    fn is_untouched(&self) -> bool {
        let mut files = self.files.iter();
        files.all(|(path, stamp)| folder::stamp(path) == *stamp)
    }
}

impl Receiver {
    /// Takes into the folder `to`.
    #[must_use]
    pub fn into_folder(to: &Path) -> Self {
        Self {
            to: to.to_owned(),
            held: None,
        }
    }

    /// Takes what is new at `from`, as [`receive`].
    ///
    /// # Errors
    /// As [`receive`].
    pub fn receive(&mut self, from: &Place) -> Result<Position, IndexError> {
        let to = &self.to;
        let lock = folder::lock(to)?;
        let told = newest(from)?.ok_or(IndexError::Damaged("nothing was handed on yet"))?;
        let seen = folder::highest(to)?;
        if told < seen {
            return Err(IndexError::Old { found: told, seen });
        }
        folder::remember(to, told)?;
        let held = self.held.take();
        let held = held.filter(|held| held.number == told.generation && held.is_untouched());
        let held = match held.map_or_else(|| Held::of(to, told.generation), Ok) {
            Ok(held) => held,
            // It is not here yet, or damaged; either way it is taken anew.
            Err(_) => {
                receive_generation(to, told.generation, from)?;
                Held::of(to, told.generation)?
            }
        };
        let held = self.held.insert(held);
        let position = held.receive_changes(to, told, from)?;
        forget_old(to)?;
        drop(lock);
        Ok(position)
    }
}

fn receive_generation(to: &Path, number: u64, from: &Place) -> Result<(), IndexError> {
    let text = from
        .get(&part_name(number, MANIFEST))?
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or(IndexError::Damaged("a manifest that was handed on"))?;
    let (manifest, _) = Manifest::of_text(&text, number)
        .ok_or(IndexError::Damaged("a manifest that was handed on"))?;
    let unfinished = folder::unfinished(to, number);
    let failed = |source| IndexError::read(&unfinished, source);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(failed)?;
    }
    fs::create_dir_all(&unfinished).map_err(failed)?;
    for part in &manifest.files {
        let bytes = whole(from.get(&part_name(number, &part.name))?, part)?;
        folder::replace(&unfinished.join(&part.name), &bytes)?;
    }
    folder::replace(&unfinished.join(MANIFEST), text.as_bytes())?;
    let place = folder::generation(to, number);
    if place.exists() {
        fs::remove_dir_all(&place).map_err(|source| IndexError::read(&place, source))?;
    }
    fs::rename(&unfinished, &place).map_err(failed)?;
    folder::sync_folder(to);
    Ok(())
}

/// The bytes of a file, if they are those that the manifest names.
fn whole(bytes: Option<Vec<u8>>, part: &Part) -> Result<Vec<u8>, IndexError> {
    bytes
        .filter(|bytes| bytes.len() as u64 == part.bytes)
        .filter(|bytes| blake3::hash(bytes).to_hex().as_str() == part.hash)
        .ok_or(IndexError::Damaged("a file that was handed on"))
}

impl Held {
    fn receive_changes(
        &mut self,
        to: &Path,
        told: Position,
        from: &Place,
    ) -> Result<Position, IndexError> {
        let path = folder::changes(to, told.generation);
        let known = &mut self.changes;
        if !known.read.is_within(&path) || known.read_on(&path).is_err() {
            // Damaged here; the feed has all of it.
            *known = Changes::none(self.seal);
        }
        while known.read.count < told.change {
            let bytes = from
                .get(&piece_name(told.generation, known.read.count))?
                .ok_or(IndexError::Damaged("a piece of the changes is not there"))?;
            let before = known.read.count;
            known.append(&path, &bytes)?;
            if known.read.count == before {
                return Err(IndexError::Damaged("a piece of the changes is not whole"));
            }
        }
        Ok(Position {
            generation: told.generation,
            change: known.read.count,
        })
    }
}

fn newest(place: &Place) -> Result<Option<Position>, IndexError> {
    let Some(bytes) = place.get(NEWEST)? else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes).unwrap_or_default();
    folder::position_of(&text)
        .map(Some)
        .ok_or(IndexError::Damaged(
            "the newest position that was handed on",
        ))
}

fn part_name(generation: u64, name: &str) -> String {
    format!("generation-{generation:010}/{name}")
}

fn piece_name(generation: u64, change: u64) -> String {
    format!("changes-{generation:010}/{change:010}")
}
