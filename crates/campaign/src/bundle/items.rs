//! Items and their tidied bodies.

use super::Bundle;
use crate::{Error, survey::Counts};
use blog::{Comment, Item, ItemRef, Kind, Moment, PostState, doors::Original};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use rusqlite::{OptionalExtension, Row};
use std::io::{Read, Write};

/// An item as the bundle keeps it.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Position in reading order.
    pub seq: i64,
    /// The item.
    pub item: Item,
    /// Hash of its JSON.
    pub hash: String,
    /// The latest reading that saw it.
    pub reading: i64,
}

/// A tidied body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tidy {
    /// HTML, ready for rewriting.
    pub html: String,
    /// Tags found inside.
    pub tags: Vec<String>,
}

/// Whether an item was new to the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    New,
    Same,
    Grown,
    Changed,
}

impl Bundle {
    /// Keeps an item with its original. A picture named again is merged with what is known of it.
    pub(super) fn keep_item(
        &self,
        item: Item,
        original: Original<'_>,
        reading: i64,
    ) -> Result<Kept, Error> {
        let reference = item.reference();
        let before = self.row(&reference)?;
        let item = match (item, &before) {
            (
                Item::Media(media),
                Some(Stored {
                    item: Item::Media(known),
                    reading: seen,
                    ..
                }),
            ) => {
                let mut known = known.clone();
                if *seen != reading {
                    // What an earlier reading saw is past: a picture whose last public post was hidden is hidden.
                    known.audience = media.audience;
                }
                known.merge(media);
                Item::Media(known)
            }
            (
                Item::Post(mut post),
                Some(Stored {
                    item: Item::Post(known),
                    reading: seen,
                    ..
                }),
            ) if *seen == reading => {
                // Told twice in one breath: what is narrower holds.
                post.audience = post.audience.narrower(known.audience);
                if known.state != PostState::Published {
                    post.state = known.state;
                }
                Item::Post(post)
            }
            (
                Item::Comment(comment),
                Some(Stored {
                    item: Item::Comment(known),
                    ..
                }),
            ) => Item::Comment(dated_as_before(comment, known)),
            (item, _) => item,
        };
        let data = serde_json::to_string(&item)?;
        let hash = blake3::hash(data.as_bytes()).to_hex().to_string();
        let kept = match &before {
            None => Kept::New,
            Some(before) if before.hash == hash => Kept::Same,
            // Named again in the same reading: more is known of it, which is no change at the source.
            Some(before) if before.reading == reading => Kept::Grown,
            Some(_) => Kept::Changed,
        };
        if kept == Kept::Same {
            self.store
                .prepare_cached("UPDATE item SET reading = ?3 WHERE kind = ?1 AND id = ?2")?
                .execute((reference.kind.as_str(), &reference.id, reading))?;
            return Ok(kept);
        }
        let parent = if let Item::Comment(comment) = &item {
            Some(comment.post.as_str())
        } else {
            None
        };
        self.store
            .prepare_cached(
                "INSERT INTO item (kind, id, parent, title, draft, data, hash, reading) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (kind, id) DO UPDATE SET parent = excluded.parent, title = excluded.title, draft = excluded.draft,
                 data = excluded.data, hash = excluded.hash, reading = excluded.reading",
            )?
            .execute((reference.kind.as_str(), &reference.id, parent, title(&item), item.is_draft(), &data, &hash, reading))?;
        self.keep_original(&reference, original)?;
        self.keep_addresses(&item)?;
        Ok(kept)
    }

    fn keep_original(&self, reference: &ItemRef, original: Original<'_>) -> Result<(), Error> {
        if original.bytes.is_empty() {
            return Ok(());
        }
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::fast());
        deflate.write_all(original.bytes)?;
        self.store
            .prepare_cached("INSERT OR REPLACE INTO original (kind, id, media_type, place, bytes) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((reference.kind.as_str(), &reference.id, original.media_type, original.place, deflate.finish()?))?;
        Ok(())
    }

    /// The untouched original of an item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn original(&self, reference: &ItemRef) -> Result<Option<Vec<u8>>, Error> {
        let bytes: Option<Vec<u8>> = self
            .store
            .prepare_cached("SELECT bytes FROM original WHERE kind = ?1 AND id = ?2")?
            .query_row((reference.kind.as_str(), &reference.id), |row| row.get(0))
            .optional()?;
        let Some(bytes) = bytes else { return Ok(None) };
        let mut plain = Vec::new();
        DeflateDecoder::new(bytes.as_slice()).read_to_end(&mut plain)?;
        Ok(Some(plain))
    }

    /// What the untouched original of an item is, and where it stood.
    pub(crate) fn about_original(
        &self,
        reference: &ItemRef,
    ) -> Result<Option<(String, String)>, Error> {
        Ok(self
            .store
            .prepare_cached("SELECT media_type, place FROM original WHERE kind = ?1 AND id = ?2")?
            .query_row((reference.kind.as_str(), &reference.id), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?)
    }

    /// One item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn row(&self, reference: &ItemRef) -> Result<Option<Stored>, Error> {
        self.store
            .prepare_cached(
                "SELECT seq, data, hash, reading FROM item WHERE kind = ?1 AND id = ?2",
            )?
            .query_row((reference.kind.as_str(), &reference.id), raw)
            .optional()?
            .map(stored)
            .transpose()
    }

    /// Which page stands below which, by their ids, in reading order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn pages_below(&self) -> Result<Vec<(String, String)>, Error> {
        let mut statement = self.store.prepare_cached(
            "SELECT id, json_extract(data, '$.parent') FROM item
             WHERE kind = 'page' AND json_extract(data, '$.parent') IS NOT NULL ORDER BY seq",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Items of some kinds after `after`, in reading order, at most `limit`: a page of a walk that holds little in memory.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn page(&self, kinds: &[Kind], after: i64, limit: usize) -> Result<Vec<Stored>, Error> {
        let words: Vec<String> = kinds
            .iter()
            .map(|kind| format!("'{}'", kind.as_str()))
            .collect();
        // By the index of kinds, all items would be sorted anew for each page.
        let sql = format!(
            "SELECT seq, data, hash, reading FROM item NOT INDEXED WHERE seq > ?1 AND kind IN ({}) ORDER BY seq LIMIT ?2",
            words.join(", ")
        );
        let mut statement = self.store.prepare_cached(&sql)?;
        let rows = statement
            .query_map((after, limit as i64), raw)?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().map(stored).collect()
    }

    /// The date of the post that stands nearest before position `seq`, or after it where none is dated before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn dated_neighbour(&self, seq: i64) -> Result<Option<Moment>, Error> {
        for sql in [
            "SELECT json_extract(data, '$.published') FROM item WHERE kind = 'post' AND seq < ?1
             AND json_extract(data, '$.published') IS NOT NULL ORDER BY seq DESC LIMIT 1",
            "SELECT json_extract(data, '$.published') FROM item WHERE kind = 'post' AND seq > ?1
             AND json_extract(data, '$.published') IS NOT NULL ORDER BY seq LIMIT 1",
        ] {
            let text: Option<String> = self
                .store
                .prepare_cached(sql)?
                .query_row([seq], |row| row.get(0))
                .optional()?;
            if let Some(moment) = text.and_then(|text| text.parse().ok()) {
                return Ok(Some(moment));
            }
        }
        Ok(None)
    }

    /// Comments and pings under a post, in reading order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn comments_of(&self, post: &str) -> Result<Vec<Stored>, Error> {
        let mut statement = self
            .store
            .prepare_cached("SELECT seq, data, hash, reading FROM item WHERE parent = ?1 AND kind IN ('comment', 'trackback') ORDER BY seq")?;
        let rows = statement
            .query_map([post], raw)?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().map(stored).collect()
    }

    /// Comments and pings whose post is not in the bundle.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn orphans(&self) -> Result<Vec<Stored>, Error> {
        let mut statement = self.store.prepare_cached(
            "SELECT seq, data, hash, reading FROM item AS child WHERE kind IN ('comment', 'trackback') AND NOT EXISTS
             (SELECT 1 FROM item WHERE kind IN ('post', 'page') AND id = child.parent) ORDER BY seq",
        )?;
        let rows = statement
            .query_map([], raw)?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().map(stored).collect()
    }

    /// Items that an earlier reading saw and the latest whole reading did not.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn gone(&self) -> Result<Vec<ItemRef>, Error> {
        let Some(whole) = self.fact::<i64>(super::Fact::WholeReading)? else {
            return Ok(Vec::new());
        };
        let mut statement = self
            .store
            .prepare_cached("SELECT kind, id FROM item WHERE reading < ?1 ORDER BY seq")?;
        let rows = statement.query_map([whole], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(rows
            .into_iter()
            .filter_map(|(kind, id)| Kind::from_word(&kind).map(|kind| ItemRef { kind, id }))
            .collect())
    }

    /// Every tag that tidying found in bodies.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn found_tags(&self) -> Result<Vec<String>, Error> {
        let mut statement = self.store.prepare_cached(
            "SELECT DISTINCT tag.value FROM tidied, json_each(tidied.tags) AS tag ORDER BY 1",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many items of each kind the latest whole reading saw (all of them before there was one).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn counts(&self) -> Result<Counts, Error> {
        self.counted("SELECT kind, draft, count(*) FROM item GROUP BY kind, draft")
    }

    /// How many items of each kind stand in the ledger in one of `states`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn counts_in(&self, states: &[super::State]) -> Result<Counts, Error> {
        let words: Vec<String> = states
            .iter()
            .map(|state| format!("'{}'", state.as_str()))
            .collect();
        self.counted(&format!(
            "SELECT item.kind, item.draft, count(*) FROM item JOIN ledger USING (kind, id) WHERE ledger.state IN ({}) GROUP BY item.kind, item.draft",
            words.join(", ")
        ))
    }

    pub(crate) fn counted(&self, sql: &str) -> Result<Counts, Error> {
        let mut counts = Counts::default();
        let mut statement = self.store.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, bool>(1)?,
                row.get::<_, u64>(2)?,
            ))
        })?;
        for row in rows {
            let (kind, draft, count) = row?;
            if let Some(kind) = Kind::from_word(&kind) {
                *counts.of(kind, draft) += count;
            }
        }
        Ok(counts)
    }

    /// How a report names an item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn title(&self, reference: &ItemRef) -> Result<Option<String>, Error> {
        Ok(self
            .store
            .prepare_cached("SELECT title FROM item WHERE kind = ?1 AND id = ?2")?
            .query_row((reference.kind.as_str(), &reference.id), |row| row.get(0))
            .optional()?)
    }

    /// The tidied body made from the item with this hash.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tidied(&self, reference: &ItemRef, hash: &str) -> Result<Option<Tidy>, Error> {
        let row: Option<(String, String)> = self
            .store
            .prepare_cached(
                "SELECT html, tags FROM tidied WHERE kind = ?1 AND id = ?2 AND hash = ?3",
            )?
            .query_row((reference.kind.as_str(), &reference.id, hash), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        row.map(|(html, tags)| {
            Ok(Tidy {
                html,
                tags: serde_json::from_str(&tags)?,
            })
        })
        .transpose()
    }

    /// Keeps a tidied body.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_tidied(&self, reference: &ItemRef, hash: &str, tidy: &Tidy) -> Result<(), Error> {
        self.store
            .prepare_cached("INSERT OR REPLACE INTO tidied (kind, id, hash, html, tags) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((reference.kind.as_str(), &reference.id, hash, &tidy.html, serde_json::to_string(&tidy.tags)?))?;
        Ok(())
    }
}

/// Old pages date comments relative to today ("4 hours ago"), so the same comment gets another date with each reading, and a
/// rougher one the older it is. Nobody re-dates a comment: where all else is equal, the first reading's date holds.
fn dated_as_before(mut comment: Comment, known: &Comment) -> Comment {
    if known.written.is_some() && known.body == comment.body && known.author == comment.author {
        comment.written = known.written;
    }
    comment
}

type Raw = (i64, String, String, i64);

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn stored((seq, data, hash, reading): Raw) -> Result<Stored, Error> {
    Ok(Stored {
        seq,
        item: serde_json::from_str(&data)?,
        hash,
        reading,
    })
}

fn title(item: &Item) -> String {
    match item {
        Item::Post(post) => post.label(),
        Item::Comment(comment) => format!(
            "by {}",
            if comment.author.name.is_empty() {
                "somebody"
            } else {
                &comment.author.name
            }
        ),
        Item::Media(media) => media
            .title
            .clone()
            .or_else(|| media.file_name.clone())
            .unwrap_or_else(|| media.id.clone()),
        Item::Album(album) => album.title.clone(),
        Item::List(list) => list.title.clone(),
        Item::GuestbookEntry(entry) => format!("by {}", entry.author.name),
        Item::Link(link) => link.title.clone(),
        Item::Category(category) => category.name.clone(),
        Item::Tag(tag) => tag.name.clone(),
    }
}
