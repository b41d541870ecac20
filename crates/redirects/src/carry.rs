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
    folder,
    generation::{Generation, MANIFEST, Manifest, Part},
    index::Index,
    place::Place,
};
use std::{fs, path::Path};

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

/// Takes what is new at `from`. Who has the index in `to` open sees it within a second.
///
/// # Errors
/// When there is nothing, it is older than what was seen here, or anything is not what was sent.
pub fn receive(to: &Path, from: &Place) -> Result<Position, IndexError> {
    let lock = folder::lock(to)?;
    let told = newest(from)?.ok_or(IndexError::Damaged("nothing was handed on yet"))?;
    let seen = folder::highest(to)?;
    if told < seen {
        return Err(IndexError::Old { found: told, seen });
    }
    folder::remember(to, told)?;
    let generation = match Generation::open(to, told.generation) {
        Ok(generation) => generation,
        // It is not here yet, or damaged; either way it is taken anew.
        Err(_) => {
            receive_generation(to, told.generation, from)?;
            Generation::open(to, told.generation)?
        }
    };
    let position = receive_changes(to, &generation, told, from)?;
    forget_old(to)?;
    drop(lock);
    Ok(position)
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

fn receive_changes(
    to: &Path,
    generation: &Generation,
    told: Position,
    from: &Place,
) -> Result<Position, IndexError> {
    let path = folder::changes(to, told.generation);
    let mut known = Changes::none(generation);
    if known.read_on(&path).is_err() {
        // Damaged here; the feed has all of it.
        known = Changes::none(generation);
    }
    while known.count < told.change {
        let bytes = from
            .get(&piece_name(told.generation, known.count))?
            .ok_or(IndexError::Damaged("a piece of the changes is not there"))?;
        let before = known.count;
        known.append(&path, &bytes)?;
        if known.count == before {
            return Err(IndexError::Damaged("a piece of the changes is not whole"));
        }
    }
    Ok(Position {
        generation: told.generation,
        change: known.count,
    })
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
