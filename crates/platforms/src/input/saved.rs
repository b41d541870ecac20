//! A folder of media that somebody already downloaded, used in place of the network.
//!
//! People saved their pictures with many tools, so a file is found by whatever name the tool left: the asset id of Typepad
//! (`6a…`), host and path as wget lays them out, the end of the path, or the file name alone. Where several sizes of one
//! asset were saved, the best one is handed out.

use super::folder::Folder;
use blog::doors::{MediaError, ReadError};
use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
};

/// The shortest asset id of Typepad seen is 18 digits; shorter runs are words.
const ASSET_DIGITS: usize = 16;

/// The folder, listed once.
#[derive(Debug)]
pub struct SavedMedia {
    label: String,
    by_asset: HashMap<String, Vec<Saved>>,
    by_name: HashMap<String, Vec<Saved>>,
}

#[derive(Debug, Clone)]
struct Saved {
    /// Lower-case name with folders.
    name: String,
    path: PathBuf,
    bytes: u64,
}

impl SavedMedia {
    /// Lists `folder`.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub fn open(folder: &Path) -> Result<Self, ReadError> {
        Ok(Self::index(&Folder::walk(folder)?, folder))
    }

    pub(crate) fn index(folder: &Folder, root: &Path) -> Self {
        let mut saved = Self {
            label: root.display().to_string(),
            by_asset: HashMap::new(),
            by_name: HashMap::new(),
        };
        for (name, path, bytes) in folder.files() {
            let name = plain(name);
            let file = Saved {
                name: name.clone(),
                path: path.to_owned(),
                bytes,
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

    /// The best file for `address`, if the folder has one.
    ///
    /// # Errors
    /// When the file is there but cannot be read.
    pub fn find(&self, address: &str) -> Result<Option<File>, MediaError> {
        let Some(saved) = self.best(address) else {
            return Ok(None);
        };
        File::open(&saved.path).map(Some).map_err(|error| {
            MediaError::Unreachable(format!("{}/{}: {error}", self.label, saved.name))
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
