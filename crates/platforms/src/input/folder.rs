//! A folder as an input: walked once, without following links, in name order.

use super::{DEPTH, ENTRIES, NAME_BYTES, unreadable};
use blog::Finding;
use blog::codes::input as codes;
use blog::doors::{Entry, ReadError};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

/// What a walk found.
#[derive(Debug)]
pub(crate) struct Folder {
    label: String,
    files: BTreeMap<String, (PathBuf, u64)>,
    left_out: Vec<(String, &'static str)>,
}

impl Folder {
    /// Walks `root`.
    pub(crate) fn walk(root: &Path) -> Result<Self, ReadError> {
        let mut folder = Self {
            label: root.display().to_string(),
            files: BTreeMap::new(),
            left_out: Vec::new(),
        };
        let mut open = vec![(root.to_owned(), String::new(), 0_usize)];
        while let Some((path, prefix, depth)) = open.pop() {
            let listing = match std::fs::read_dir(&path) {
                Ok(listing) => listing,
                Err(error) if depth == 0 => return Err(unreadable(&folder.label, &error)),
                Err(_) => {
                    folder
                        .left_out
                        .push((prefix, "this program may not list it"));
                    continue;
                }
            };
            for found in listing.flatten() {
                let name = format!("{prefix}{}", found.file_name().to_string_lossy());
                let Ok(about) = found.metadata() else {
                    folder.left_out.push((name, "this program may not read it"));
                    continue;
                };
                // `DirEntry::metadata` does not follow links.
                if about.is_dir() && depth + 1 < DEPTH {
                    open.push((found.path(), format!("{name}/"), depth + 1));
                } else {
                    folder.keep(name, found.path(), &about);
                }
            }
            if folder.files.len() > ENTRIES {
                return Err(ReadError::Unreadable {
                    place: folder.label,
                    what: format!(
                        "it holds more than {ENTRIES} files; name the folder of one blog"
                    ),
                });
            }
        }
        Ok(folder)
    }

    fn keep(&mut self, name: String, path: PathBuf, about: &std::fs::Metadata) {
        let why_not = if about.is_symlink() {
            "it is a link to somewhere else"
        } else if about.is_dir() {
            "it lies too deep"
        } else if !about.is_file() {
            "it is no ordinary file"
        } else if name.len() > NAME_BYTES {
            "its name is too long"
        } else {
            // Two names that differ only in bytes that are no Unicode: told apart, so that both are read.
            let mut own = name;
            while self.files.contains_key(&own) {
                own.push('~');
            }
            self.files.insert(own, (path, about.len()));
            return;
        };
        self.left_out.push((name, why_not));
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.files
            .iter()
            .map(|(name, (_, bytes))| Entry {
                name: name.clone(),
                bytes: *bytes,
            })
            .collect()
    }

    /// Where a file lies.
    pub(crate) fn path(&self, name: &str) -> Option<&Path> {
        self.files.get(name).map(|(path, _)| path.as_path())
    }

    pub(crate) fn open(&self, name: &str) -> Result<Option<Box<dyn Read>>, ReadError> {
        let Some((path, _)) = self.files.get(name) else {
            return Ok(None);
        };
        let file = File::open(path)
            .map_err(|error| unreadable(&format!("{}/{name}", self.label), &error))?;
        Ok(Some(Box::new(BufReader::with_capacity(256 * 1024, file))))
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.left_out
            .iter()
            .map(|(name, why)| {
                Finding::new(
                    &codes::LEFT_OUT,
                    format!("\"{name}\" in the folder was not read: {why}."),
                )
                .at(format!("{}/{name}", self.label))
            })
            .collect()
    }
}
