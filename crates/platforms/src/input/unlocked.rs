//! The private part of an archive that Rehome wrote, opened with its passphrase: an input beside the input. What is unlocked lies
//! in a file that only this user may read and that goes away by itself.

use super::{Archive, ENTRY_BYTES, Options, Place, Trust, bytes::Scratch};
use crate::{
    destinations::archive::{
        locked::{self, LOCKED, Locked},
        records_file,
    },
    sources::archive::PASSPHRASE,
};
use blog::doors::{Entry, ReadError, archiving::Part};
use std::{
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

/// `place`, with its private part where it has one and the owner said the passphrase.
pub(super) fn unlocked(place: Place, label: &str, options: &Options) -> Result<Place, ReadError> {
    let Some(passphrase) = options.secrets.get(PASSPHRASE) else {
        return Ok(place);
    };
    let names = entries(&place);
    let has = |name: &str| names.iter().any(|entry| entry.name == name);
    let is_open_already = has(&records_file(Part::Private, 1));
    if is_open_already || !has(LOCKED) || !has(&records_file(Part::Open, 1)) {
        return Ok(place);
    }
    let part = format!("{label}/{LOCKED}");
    let unreadable = |what: String| ReadError::Unreadable {
        place: part.clone(),
        what,
    };
    let Some(mut from) = place.open(LOCKED, Trust::Whole)? else {
        return Ok(place);
    };
    let mut zip = tempfile::tempfile().map_err(|error| unreadable(error.to_string()))?;
    let copied = io::copy(&mut (&mut from).take(ENTRY_BYTES), &mut zip)
        .and_then(|_| zip.seek(SeekFrom::Start(0)));
    copied.map_err(|error| unreadable(error.to_string()))?;
    let mut plain =
        tempfile::NamedTempFile::new().map_err(|error| unreadable(error.to_string()))?;
    locked::unlock(zip, passphrase, plain.as_file_mut()).map_err(|error| match error {
        Locked::Passphrase => ReadError::Locked {
            place: part.clone(),
            what: error.to_string(),
        },
        Locked::Unreadable(what) => unreadable(what),
    })?;
    let inner = Archive::list(&part, Arc::new(Scratch(plain)))?;
    Ok(Place::Unlocked(Box::new(place), Arc::new(inner)))
}

/// Every entry of a folder or zip; those of nothing else.
pub(super) fn entries(place: &Place) -> Vec<Entry> {
    match place {
        Place::Address | Place::File(..) => Vec::new(),
        Place::Folder(folder) => folder.entries(),
        Place::Zip(archive) => archive.entries(),
        Place::WebArchive(archive) => archive.entries(),
        Place::Unlocked(outer, inner) => {
            let mut all = entries(outer);
            all.extend(inner.entries());
            all
        }
    }
}
