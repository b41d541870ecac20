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
        space.fill_in_everywhere();
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

#[cfg(test)]
mod tests {
    use super::{fixtures_folder, load_all};
    use std::collections::BTreeSet;

    #[test]
    fn the_samples_have_no_mark_left_and_no_number_twice() {
        let spaces = load_all(&fixtures_folder()).expect("the fixtures load");
        assert_eq!(spaces.len(), 4);
        for space in &spaces {
            let bodies = space.entries.iter().map(|entry| &entry.body);
            let comments = space.entries.iter().flat_map(|entry| &entry.comments);
            let texts = bodies.chain(comments.clone().map(|comment| &comment.body));
            for text in texts.chain(space.guestbook.iter().map(|note| &note.body)) {
                assert!(!text.contains("{{") && !text.contains("{cid}"), "{text}");
            }
            let numbers = space.entries.iter().map(|entry| entry.number);
            let numbers = numbers.chain(space.photos().map(|(_, photo)| photo.number));
            let numbers = numbers.chain(comments.map(|comment| comment.number));
            let numbers = numbers.chain(space.albums.iter().map(|album| album.number));
            let numbers = numbers.chain(space.lists.iter().map(|list| list.number));
            let numbers = numbers.chain(space.guestbook.iter().map(|note| note.number));
            let mut seen = BTreeSet::new();
            for number in numbers {
                assert!(
                    seen.insert(number),
                    "{}: number {number} twice",
                    space.name()
                );
            }
        }
    }
}
