//! The ledger: old thing -> new thing, with a state.

use super::Bundle;
use crate::Error;
use blog::{
    ItemRef, Kind,
    doors::{Observed, Outcome, Placed, PlacedPicture},
};
use jiff::Timestamp;
use rusqlite::OptionalExtension;

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The item.
    pub item: ItemRef,
    /// How far it has come.
    pub state: State,
    /// Fingerprint of what was sent last.
    pub fingerprint: String,
    /// Id at the new home.
    pub new_id: Option<u64>,
    /// Address at the new home.
    pub new_address: Option<String>,
    /// For pictures.
    pub picture: Option<PlacedPicture>,
    /// A word of the destination, or what verification missed.
    pub remark: String,
    /// Own links that had no new address yet when it was placed.
    pub open_links: u32,
    /// When it left last.
    pub sent_at: Option<Timestamp>,
    /// How often it has left.
    pub attempt: u32,
    /// How often it failed by itself since it was last taken.
    pub failures: u32,
    /// The run of placing that sent it last.
    pub run: i64,
    /// How many sweeps have still to look at it, as an answer about it was lost.
    pub doubtful: u8,
    /// How visible it was when the new home took it last: 0 draft, 1 private, 2 future, 3 public.
    pub width: Option<u8>,
}

/// How far the effect of an item at the new home has come.
///
/// `intended -> sent -> placed -> verified` is the way without trouble. An answer that never came makes `sent` into `unknown`; once
/// nobody can be working on it any more it is looked for, and becomes `placed` or `intended` again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// About to be sent, with its fingerprint; it has not left.
    Intended,
    /// It has left; the answer is still to come.
    Sent,
    /// The answer was lost, or the run was killed while it waited: it may or may not have arrived.
    Unknown,
    /// The destination said that it has it.
    Placed,
    /// Read back and found right.
    Verified,
    /// Read back and not found, or not right.
    Missing,
    /// The destination will not have it.
    Refused,
    /// It kept failing and was set aside; the next run tries it again.
    Parked,
    /// Somebody changed it at the new home; left as it is there.
    Conflict,
    /// Taken away from the new home, by its owner or on request; not placed again unasked.
    Removed,
}

impl State {
    /// All of them.
    pub const ALL: [State; 10] = [
        Self::Intended,
        Self::Sent,
        Self::Unknown,
        Self::Placed,
        Self::Verified,
        Self::Missing,
        Self::Refused,
        Self::Parked,
        Self::Conflict,
        Self::Removed,
    ];

    /// The word in the bundle and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Placed => "placed",
            Self::Verified => "verified",
            Self::Missing => "missing",
            Self::Refused => "refused",
            Self::Parked => "parked",
            Self::Conflict => "conflict",
            Self::Removed => "removed",
        }
    }

    /// A word that nobody wrote means the worst: it may or may not be there.
    fn from_word(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .unwrap_or(Self::Unknown)
    }

    /// Whether the new home is known to have it.
    #[must_use]
    pub fn is_there(self) -> bool {
        matches!(self, Self::Placed | Self::Verified | Self::Conflict)
    }
}

pub(super) const COLUMNS: &str = "kind, id, state, fingerprint, new_id, new_address, picture, remark, open_links, sent_at, attempt, failures, run, doubtful, width";

impl Bundle {
    /// Writes down that an item is about to be sent. What is known of it at the new home stays.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn intend(&self, item: &ItemRef, fingerprint: &str, open_links: u32) -> Result<(), Error> {
        self.store
            .prepare_cached(
                "INSERT INTO ledger (kind, id, state, fingerprint, remark, open_links) VALUES (?1, ?2, 'intended', ?3, '', ?4)
                 ON CONFLICT (kind, id) DO UPDATE SET state = 'intended', fingerprint = excluded.fingerprint, open_links = excluded.open_links",
            )?
            .execute((item.kind.as_str(), &item.id, fingerprint, open_links))?;
        Ok(())
    }

    /// Writes down what the destination answered.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn settle(&self, placed: &Placed) -> Result<(), Error> {
        let state = match placed.outcome {
            Outcome::Created | Outcome::Unchanged | Outcome::Updated => State::Placed,
            Outcome::Conflict => State::Conflict,
            Outcome::Refused => State::Refused,
        };
        self.write_result(
            &placed.mark,
            state,
            placed.id,
            placed.address.as_deref(),
            placed.picture.as_ref(),
            placed.remark.as_deref().unwrap_or(""),
        )
    }

    /// Writes down that an effect in doubt was found at the new home as we sent it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn adopt(&self, item: &ItemRef, observed: &Observed) -> Result<(), Error> {
        self.write_result(
            item,
            State::Placed,
            Some(observed.id),
            observed.address.as_deref(),
            observed.picture.as_ref(),
            "",
        )
    }

    fn write_result(
        &self,
        item: &ItemRef,
        state: State,
        id: Option<u64>,
        address: Option<&str>,
        picture: Option<&PlacedPicture>,
        remark: &str,
    ) -> Result<(), Error> {
        if let Some(picture) = picture {
            let mut statement = self.store.prepare_cached(
                "INSERT OR REPLACE INTO picture_address (address, media) VALUES (?1, ?2)",
            )?;
            for size in &picture.sizes {
                statement.execute((&size.address, &item.id))?;
            }
        }
        let picture = picture
            .map(|picture| self.with_shown_hash(item, picture))
            .transpose()?;
        let picture = picture.as_ref().map(serde_json::to_string).transpose()?;
        self.store
            .prepare_cached(
                "UPDATE ledger SET state = ?3, new_id = coalesce(?4, new_id), new_address = coalesce(?5, new_address),
                 picture = coalesce(?6, picture), remark = ?7,
                 failures = CASE WHEN ?3 IN ('placed', 'conflict') THEN 0 ELSE failures END WHERE kind = ?1 AND id = ?2",
            )?
            .execute((item.kind.as_str(), &item.id, state.as_str(), id.map(|id| id as i64), address, picture, remark))?;
        Ok(())
    }

    /// What was sent to be shown is known only to the run that sent it; a later answer about the same picture must not forget it.
    fn with_shown_hash(
        &self,
        item: &ItemRef,
        picture: &PlacedPicture,
    ) -> Result<PlacedPicture, Error> {
        let mut picture = picture.clone();
        if picture.shown_hash.is_none()
            && let Some(before) = self.ledger(item)?.and_then(|row| row.picture)
            && before.sizes == picture.sizes
        {
            picture.shown_hash = before.shown_hash;
        }
        Ok(picture)
    }

    /// Moves an item to another state, with a remark.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_state(&self, item: &ItemRef, state: State, remark: &str) -> Result<(), Error> {
        self.store
            .prepare_cached(
                "UPDATE ledger SET state = ?3, remark = ?4 WHERE kind = ?1 AND id = ?2",
            )?
            .execute((item.kind.as_str(), &item.id, state.as_str(), remark))?;
        Ok(())
    }

    /// The line of an item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ledger(&self, item: &ItemRef) -> Result<Option<Row>, Error> {
        self.store
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM ledger WHERE kind = ?1 AND id = ?2"
            ))?
            .query_row((item.kind.as_str(), &item.id), line)
            .optional()?
            .transpose()
    }

    /// The placed picture that an address of the new home belongs to.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn picture_by_new_address(&self, address: &str) -> Result<Option<PlacedPicture>, Error> {
        let text: Option<Option<String>> = self
            .store
            .prepare_cached("SELECT picture FROM picture_address JOIN ledger ON kind = 'media' AND id = media WHERE address = ?1")?
            .query_row([address], |row| row.get(0))
            .optional()?;
        Ok(text
            .flatten()
            .map(|text| serde_json::from_str(&text))
            .transpose()?)
    }

    /// How many lines are in one of `states`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_ledger_in(&self, states: &[State]) -> Result<u64, Error> {
        let sql = format!(
            "SELECT count(*) FROM ledger WHERE state IN ({})",
            words(states)
        );
        Ok(self
            .store
            .prepare_cached(&sql)?
            .query_row([], |row| row.get(0))?)
    }

    /// Lines in one of `states` after the item `after`, in the order of kinds and ids, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ledger_page(
        &self,
        states: &[State],
        after: Option<&ItemRef>,
        limit: usize,
    ) -> Result<Vec<Row>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM ledger WHERE state IN ({}) AND (kind, id) > (?1, ?2) ORDER BY kind, id LIMIT ?3",
            words(states)
        );
        let (kind, id) = after.map_or(("", ""), |item| (item.kind.as_str(), item.id.as_str()));
        let mut statement = self.store.prepare_cached(&sql)?;
        let rows = statement
            .query_map((kind, id, limit as i64), line)?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().collect()
    }

    /// Items that are placed but linked to others that had no new address yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn with_open_links(&self) -> Result<Vec<ItemRef>, Error> {
        let states = words(&[State::Placed, State::Verified]);
        let sql = format!(
            "SELECT kind, id FROM ledger WHERE open_links > 0 AND state IN ({states}) ORDER BY kind, id"
        );
        let mut statement = self.store.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(rows
            .into_iter()
            .filter_map(|(kind, id)| Kind::from_word(&kind).map(|kind| ItemRef { kind, id }))
            .collect())
    }

    /// Writes down how many links of an item are still open.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_open_links(&self, item: &ItemRef, open_links: u32) -> Result<(), Error> {
        self.store
            .prepare_cached("UPDATE ledger SET open_links = ?3 WHERE kind = ?1 AND id = ?2")?
            .execute((item.kind.as_str(), &item.id, open_links))?;
        Ok(())
    }

    /// Every line in one of `states`, in the order of kinds and ids.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ledger_in(&self, states: &[State]) -> Result<Vec<Row>, Error> {
        let mut statement = self.store.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM ledger WHERE state IN ({}) ORDER BY kind, id",
            words(states)
        ))?;
        let rows = statement
            .query_map([], line)?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().collect()
    }
}

fn words(states: &[State]) -> String {
    let words: Vec<String> = states
        .iter()
        .map(|state| format!("'{}'", state.as_str()))
        .collect();
    words.join(", ")
}

pub(super) fn line(row: &rusqlite::Row<'_>) -> rusqlite::Result<Result<Row, Error>> {
    let (kind, state): (String, String) = (row.get(0)?, row.get(2)?);
    let (new_id, picture): (Option<i64>, Option<String>) = (row.get(4)?, row.get(6)?);
    let sent_at: Option<i64> = row.get(9)?;
    let picture = picture.map(|text| serde_json::from_str(&text)).transpose();
    let row = Row {
        item: ItemRef {
            kind: Kind::from_word(&kind).unwrap_or(Kind::Post),
            id: row.get(1)?,
        },
        state: State::from_word(&state),
        fingerprint: row.get(3)?,
        new_id: new_id.and_then(|id| u64::try_from(id).ok()),
        new_address: row.get(5)?,
        picture: None,
        remark: row.get(7)?,
        open_links: row.get(8)?,
        sent_at: sent_at.and_then(|sent_at| Timestamp::from_millisecond(sent_at).ok()),
        attempt: row.get(10)?,
        failures: row.get(11)?,
        run: row.get(12)?,
        doubtful: row.get(13)?,
        width: row.get(14)?,
    };
    Ok(picture
        .map(|picture| Row { picture, ..row })
        .map_err(Error::from))
}
