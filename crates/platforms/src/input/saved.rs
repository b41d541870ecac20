//! Media that somebody saved, used in place of the network: a folder of downloads, a zip of them (a `space.zip` too), a web archive.
//!
//! A web archive knows each file by its address. People saved their pictures with many tools, so in a folder or zip a file is found
//! by whatever name the tool left: the asset id of Typepad (`6a…`), host and path as wget lays them out, the end of the path, or the
//! file name alone. Where several sizes of one asset were saved, the best one is handed out.

use super::{Place, Trust};
use blog::doors::{MediaError, ReadError};
use std::{collections::HashMap, io::Read, path::Path};

/// The shortest asset id of Typepad seen is 18 digits; shorter runs are words.
const ASSET_DIGITS: usize = 16;

/// Saved media, listed once.
#[derive(Debug)]
pub struct SavedMedia {
    label: String,
    place: Place,
    by_asset: HashMap<String, Vec<Saved>>,
    by_name: HashMap<String, Vec<Saved>>,
}

#[derive(Debug, Clone)]
struct Saved {
    /// Lower-case name with folders.
    name: String,
    /// Its name in the place.
    entry: String,
    bytes: u64,
}

impl SavedMedia {
    /// Lists a folder, a zip or a web archive.
    ///
    /// # Errors
    /// When it is none of these, or cannot be listed.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let label = path.display().to_string();
        match super::on_disk(&label)? {
            Place::File(..) => Err(ReadError::NotOurs {
                place: label,
                what: "it is no folder, zip or web archive (WARC, WACZ) of saved pictures"
                    .to_owned(),
            }),
            place => Ok(Self::index(place, label)),
        }
    }

    pub(crate) fn index(place: Place, label: String) -> Self {
        let files = match &place {
            Place::Folder(_) | Place::Zip(_) | Place::Unlocked(..) => {
                super::unlocked::entries(&place)
            }
            Place::Address | Place::File(..) | Place::WebArchive(_) => Vec::new(),
        };
        let mut saved = Self {
            label,
            place,
            by_asset: HashMap::new(),
            by_name: HashMap::new(),
        };
        for entry in files {
            let name = plain(&entry.name);
            let file = Saved {
                name: name.clone(),
                entry: entry.name,
                bytes: entry.bytes,
            };
            if let Some(asset) = asset_id(&name) {
                saved
                    .by_asset
                    .entry(asset.to_owned())
                    .or_default()
                    .push(file.clone());
            }
            saved
                .by_name
                .entry(last(&name).to_owned())
                .or_default()
                .push(file);
        }
        saved
    }

    /// The best file for `address`, if there is one.
    ///
    /// # Errors
    /// When the file is there but cannot be read.
    pub fn find(&self, address: &str) -> Result<Option<Box<dyn Read>>, MediaError> {
        let unreachable = |error: ReadError| MediaError::Unreachable(error.to_string());
        if let Place::WebArchive(archive) = &self.place {
            return archive.open(address).map_err(unreachable);
        }
        let Some(saved) = self.best(address) else {
            return Ok(None);
        };
        let opened = self
            .place
            .open(&saved.entry, Trust::Whole)
            .map_err(unreachable)?;
        opened.map(Some).ok_or_else(|| {
            MediaError::Unreachable(format!("{}/{}: it is not there", self.label, saved.name))
        })
    }

    fn best(&self, address: &str) -> Option<&Saved> {
        let shown = crate::fetch::without_query(address);
        let path = shown
            .split_once("://")
            .map_or(shown.as_str(), |(_, rest)| rest);
        let path = plain(path);
        if let Some(found) = asset_id(&path).and_then(|asset| self.by_asset.get(asset)) {
            // The original is larger than its copies in bytes; of equals the plain name is meant.
            return found.iter().max_by_key(|saved| {
                (
                    !is_page(&saved.name),
                    saved.bytes,
                    std::cmp::Reverse(saved.name.len()),
                )
            });
        }
        let candidates = self.by_name.get(last(&path))?;
        // As much of the path as possible must agree; a file name alone is enough only when there is one of it.
        let agreeing = |saved: &Saved| {
            saved
                .name
                .rsplit('/')
                .zip(path.rsplit('/'))
                .take_while(|(one, other)| one == other)
                .count()
        };
        let most = candidates.iter().map(agreeing).max()?;
        let mut best = candidates.iter().filter(|saved| agreeing(saved) == most);
        let first = best.next()?;
        best.next().is_none().then_some(first)
    }
}

/// The asset id of Typepad in a name or address: `6a` and hex digits.
#[must_use]
pub(crate) fn asset_id(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(at) = rest.find("6a") {
        let before = rest[..at].bytes().next_back();
        let digits = rest[at..].bytes().take_while(u8::is_ascii_hexdigit).count();
        if digits >= ASSET_DIGITS && !before.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            return Some(&rest[at..at + digits]);
        }
        rest = &rest[at + digits.max(2)..];
    }
    None
}

/// Names as compared: escapes decoded, lower case, `/`.
fn plain(name: &str) -> String {
    percent_encoding::percent_decode_str(name)
        .decode_utf8_lossy()
        .replace('\\', "/")
        .to_lowercase()
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn is_page(name: &str) -> bool {
    [".html", ".htm", ".txt", ".json"]
        .iter()
        .any(|end| name.ends_with(end))
}
