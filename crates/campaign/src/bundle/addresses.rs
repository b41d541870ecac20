//! Old addresses of items, and pictures by the addresses that bodies use for them.

use super::Bundle;
use crate::Error;
use blog::{
    Item, ItemRef, Kind,
    address::{AddressKey, Meaning, meaning},
};
use rusqlite::OptionalExtension;

/// One old address of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldAddress {
    /// As the old home wrote it.
    pub address: String,
    /// Its normal form.
    pub key: String,
    /// The item it led to.
    pub item: ItemRef,
}

impl Bundle {
    pub(super) fn keep_addresses(&self, item: &Item) -> Result<(), Error> {
        let reference = item.reference();
        if let Item::Media(media) = item {
            let mut statement = self
                .store
                .prepare_cached("INSERT OR REPLACE INTO alias (address, media) VALUES (?1, ?2)")?;
            for address in media.stands_for.iter().chain(&media.candidates) {
                statement.execute((address, &media.id))?;
            }
            return Ok(());
        }
        if item.addresses().is_empty() {
            return Ok(());
        }
        let identity = self.identity()?;
        let mut statement = self.store.prepare_cached(
            "INSERT OR IGNORE INTO address (address, key, kind, id) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for address in item.addresses() {
            let key = match meaning(address, &identity) {
                Meaning::Own(AddressKey(key)) => key,
                Meaning::Bogus | Meaning::Foreign => format!("address:{address}"),
            };
            statement.execute((address, key, reference.kind.as_str(), &reference.id))?;
        }
        Ok(())
    }

    /// The item that an old address of this blog leads to, by its normal form.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn item_at(&self, key: &AddressKey) -> Result<Option<ItemRef>, Error> {
        let row: Option<(String, String)> = self
            .store
            .prepare_cached("SELECT kind, id FROM address WHERE key = ?1 LIMIT 1")?
            .query_row([&key.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(row.and_then(|(kind, id)| Kind::from_word(&kind).map(|kind| ItemRef { kind, id })))
    }

    /// The picture that bodies mean by `address`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn media_at(&self, address: &str) -> Result<Option<String>, Error> {
        Ok(self
            .store
            .prepare_cached("SELECT media FROM alias WHERE address = ?1")?
            .query_row([address], |row| row.get(0))
            .optional()?)
    }

    /// The old addresses of an item, permalink first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn old_addresses(&self, item: &ItemRef) -> Result<Vec<OldAddress>, Error> {
        let mut statement = self
            .store
            .prepare_cached("SELECT address, key FROM address WHERE kind = ?1 AND id = ?2")?;
        let rows = statement.query_map((item.kind.as_str(), &item.id), |row| {
            Ok(OldAddress {
                address: row.get(0)?,
                key: row.get(1)?,
                item: item.clone(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every old address, in the order of the items they lead to.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all_old_addresses(&self) -> Result<Vec<OldAddress>, Error> {
        let mut statement = self.store.prepare_cached(
            "SELECT address, key, kind, id FROM address ORDER BY kind, id, address",
        )?;
        let rows = statement.query_map([], |row| {
            let kind: String = row.get(2)?;
            Ok((row.get(0)?, row.get(1)?, kind, row.get(3)?))
        })?;
        let mut all = Vec::new();
        for row in rows {
            let (address, key, kind, id) = row?;
            if let Some(kind) = Kind::from_word(&kind) {
                let item = ItemRef { kind, id };
                all.push(OldAddress { address, key, item });
            }
        }
        Ok(all)
    }

    /// How many old addresses the bundle knows.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_old_addresses(&self) -> Result<u64, Error> {
        Ok(self
            .store
            .query_row("SELECT count(*) FROM address", [], |row| row.get(0))?)
    }
}
