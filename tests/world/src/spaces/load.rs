//! Spaces from a folder: `NAME/space.toml` with bodies in files beside it.

use super::space::Space;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The sample Spaces of this repository.
#[must_use]
pub fn fixtures_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/spaces")
}

/// Every Space in `folder`, in the order of their names.
///
/// # Errors
///
/// When the folder or one of its `space.toml` cannot be read.
pub fn load_all(folder: &Path) -> Result<Vec<Space>> {
    let listed = std::fs::read_dir(folder)
        .with_context(|| format!("could not list {}", folder.display()))?;
    let mut folders: Vec<PathBuf> = listed
        .filter_map(|item| item.ok().map(|item| item.path()))
        .collect();
    folders.sort();
    folders
        .iter()
        .filter(|folder| folder.join("space.toml").is_file())
        .map(|folder| Space::load(folder))
        .collect()
}

impl Space {
    /// The Space in `folder/space.toml`, every `{{original N}}` and the like filled in.
    ///
    /// # Errors
    ///
    /// When the file, or a body it names, cannot be read or is not what it should be.
    pub fn load(folder: &Path) -> Result<Self> {
        let file = folder.join("space.toml");
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("could not read {}", file.display()))?;
        let mut space: Self = toml::from_str(&text)
            .with_context(|| format!("could not understand {}", file.display()))?;
        for entry in &mut space.entries {
            if let Some(name) = &entry.body_file {
                let body = folder.join(name);
                entry.body = std::fs::read_to_string(&body)
                    .with_context(|| format!("could not read {}", body.display()))?;
            }
        }
        let bodies: Vec<String> = space
            .entries
            .iter()
            .map(|entry| space.fill_in(entry.body.trim_end()))
            .collect();
        for (entry, body) in space.entries.iter_mut().zip(bodies) {
            entry.body = body;
        }
        space.number_the_rest();
        Ok(space)
    }

    /// The sample Space `name` of this repository.
    ///
    /// # Errors
    ///
    /// As [`Space::load`].
    pub fn sample(name: &str) -> Result<Self> {
        Self::load(&fixtures_folder().join(name))
    }
}
