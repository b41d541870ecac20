//! Pictures and files: what is wanted, what is kept, what could not be had.

use super::Bundle;
use crate::Error;
use blog::{ItemRef, Kind, Media, doors::FetchedMedia};
use rusqlite::OptionalExtension;
use std::path::PathBuf;

/// A picture that is still to be fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct WantedMedia {
    /// Its id.
    pub id: String,
    /// Where it may be had, best first.
    pub candidates: Vec<String>,
}

/// How far a picture has come on the way into the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaState {
    /// In the bundle.
    Kept,
    /// Could not be had.
    Missing,
}

/// A picture in the bundle, or the reason why it is not.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMedia {
    /// The picture's id.
    pub id: String,
    /// Kept or missing.
    pub state: MediaState,
    /// Content hash; empty when missing.
    pub hash: String,
    /// Type by magic bytes.
    pub media_type: String,
    /// Width in pixels as shown.
    pub width: Option<u32>,
    /// Height in pixels as shown.
    pub height: Option<u32>,
    /// Length in bytes.
    pub bytes: u64,
    /// The address that answered, or the best one that did not.
    pub address: String,
    /// Why it is missing.
    pub reason: String,
}

impl Bundle {
    /// Where the file with this content hash stands (or will stand).
    #[must_use]
    pub fn media_path(&self, hash: &str) -> PathBuf {
        let folder = hash.get(..2).unwrap_or("00");
        self.folder().join("media").join(folder).join(hash)
    }

    /// Pictures that are not kept yet, those that were missing last time included.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn wanted_media(&self) -> Result<Vec<WantedMedia>, Error> {
        let mut statement = self.store.prepare_cached(
            "SELECT item.data FROM item LEFT JOIN media ON media.id = item.id AND media.state = 'kept'
             WHERE item.kind = 'media' AND media.id IS NULL ORDER BY item.seq",
        )?;
        let rows = statement
            .query_map([], |row| row.get::<_, String>(0))?
            .collect::<Result<Vec<_>, _>>()?;
        rows.iter()
            .map(|data| match serde_json::from_str(data)? {
                blog::Item::Media(media) => Ok(Some(WantedMedia {
                    id: media.id,
                    candidates: media.candidates,
                })),
                _ => Ok(None),
            })
            .filter_map(Result::transpose)
            .collect()
    }

    /// Writes down that a picture is kept.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_media(
        &self,
        id: &str,
        hash: &str,
        address: &str,
        fetched: &FetchedMedia,
    ) -> Result<(), Error> {
        self.store
            .prepare_cached("INSERT OR IGNORE INTO media_file (hash, media_type, width, height, bytes) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((hash, &fetched.media_type, fetched.width, fetched.height, fetched.bytes as i64))?;
        self.store
            .prepare_cached("INSERT OR REPLACE INTO media (id, state, hash, address, reason) VALUES (?1, 'kept', ?2, ?3, '')")?
            .execute((id, hash, address))?;
        Ok(())
    }

    /// Writes down that a picture could not be had.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn miss_media(&self, id: &str, address: &str, reason: &str) -> Result<(), Error> {
        self.store
            .prepare_cached("INSERT OR REPLACE INTO media (id, state, hash, address, reason) VALUES (?1, 'missing', NULL, ?2, ?3)")?
            .execute((id, address, reason))?;
        Ok(())
    }

    /// What became of a picture; `None` while nobody tried.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn stored_media(&self, id: &str) -> Result<Option<StoredMedia>, Error> {
        Ok(self
            .store
            .prepare_cached(
                "SELECT media.state, media.hash, media_type, width, height, bytes, address, reason
                 FROM media LEFT JOIN media_file USING (hash) WHERE media.id = ?1",
            )?
            .query_row([id], |row| {
                let kept = row.get::<_, String>(0)? == "kept";
                Ok(StoredMedia {
                    id: id.to_owned(),
                    state: if kept {
                        MediaState::Kept
                    } else {
                        MediaState::Missing
                    },
                    hash: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                    media_type: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
                    width: row.get(3)?,
                    height: row.get(4)?,
                    bytes: row.get::<_, Option<u64>>(5)?.unwrap_or_default(),
                    address: row.get(6)?,
                    reason: row.get(7)?,
                })
            })
            .optional()?)
    }

    /// The first picture with the same content: the one that is placed for all of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn first_of_content(&self, hash: &str) -> Result<Option<String>, Error> {
        Ok(self
            .store
            .prepare_cached(
                "SELECT media.id FROM media JOIN item ON item.kind = 'media' AND item.id = media.id
                 WHERE media.hash = ?1 ORDER BY item.seq LIMIT 1",
            )?
            .query_row([hash], |row| row.get(0))
            .optional()?)
    }

    /// A picture by its id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn media(&self, id: &str) -> Result<Option<Media>, Error> {
        Ok(match self.row(&ItemRef::new(Kind::Media, id))? {
            Some(super::Stored {
                item: blog::Item::Media(media),
                ..
            }) => Some(media),
            _ => None,
        })
    }
}
