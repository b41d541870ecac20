//! The tables of a bundle, and which versions of them we read.

use rusqlite::Connection;

/// Version of the tables below.
const VERSION: i64 = 1;

/// The oldest SQLite that is safe in WAL mode: older ones can lose a transaction when two checkpoints race.
const OLDEST_SQLITE: i32 = 3_051_003;

const TABLES: &str = "
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE item (
  seq     INTEGER PRIMARY KEY,
  kind    TEXT NOT NULL,
  id      TEXT NOT NULL,
  parent  TEXT,                 -- id of the post a comment stands under
  title   TEXT NOT NULL,        -- how a report names it
  draft   INTEGER NOT NULL,
  data    TEXT NOT NULL,        -- the item, JSON
  hash    TEXT NOT NULL,        -- of data
  reading INTEGER NOT NULL,     -- the latest reading that saw it
  UNIQUE (kind, id)
) STRICT;
CREATE INDEX item_parent ON item (parent) WHERE parent IS NOT NULL;

CREATE TABLE original (
  kind TEXT NOT NULL, id TEXT NOT NULL,
  media_type TEXT NOT NULL, place TEXT NOT NULL,
  bytes BLOB NOT NULL,          -- deflate
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tidied (
  kind TEXT NOT NULL, id TEXT NOT NULL,
  hash TEXT NOT NULL,           -- of the item it was made from
  html TEXT NOT NULL,
  tags TEXT NOT NULL,           -- JSON
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
  seq INTEGER PRIMARY KEY,
  stage TEXT NOT NULL, code TEXT NOT NULL, severity TEXT NOT NULL,
  kind TEXT NOT NULL, id TEXT NOT NULL,     -- both empty when it is about the blog
  place TEXT NOT NULL, sentence TEXT NOT NULL, remedy TEXT NOT NULL,
  UNIQUE (stage, code, kind, id, place, sentence)
) STRICT;

CREATE INDEX finding_item ON finding (kind, id);

CREATE TABLE media_file (
  hash TEXT PRIMARY KEY, media_type TEXT NOT NULL,
  width INTEGER, height INTEGER, bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE media (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,          -- wanted, kept, missing
  hash TEXT REFERENCES media_file (hash),
  address TEXT NOT NULL,        -- the candidate that answered, or the best one that did not
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alias (address TEXT PRIMARY KEY, media TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE address (
  address TEXT PRIMARY KEY, key TEXT NOT NULL,
  kind TEXT NOT NULL, id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX address_key ON address (key);
CREATE INDEX address_item ON address (kind, id);

CREATE TABLE ledger (
  kind TEXT NOT NULL, id TEXT NOT NULL,
  state TEXT NOT NULL,          -- intended, placed, verified, missing, refused, conflict
  fingerprint TEXT NOT NULL,
  new_id INTEGER, new_address TEXT, picture TEXT,
  remark TEXT NOT NULL,
  open_links INTEGER NOT NULL,  -- own links that had no new address yet
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_state ON ledger (state);

CREATE TABLE picture_address (address TEXT PRIMARY KEY, media TEXT NOT NULL) STRICT, WITHOUT ROWID;  -- at the new home
";

/// Sets the connection up and makes the tables in a new store.
pub(super) fn prepare(store: &Connection) -> Result<(), String> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(format!(
            "this build carries SQLite {}, which can lose data; 3.51.3 or newer is needed",
            rusqlite::version()
        ));
    }
    set_up(store).map_err(|error| error.to_string())?;
    let version: i64 = store
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|error| error.to_string())?;
    match version {
        VERSION => Ok(()),
        0 => make(store).map_err(|error| error.to_string()),
        newer if newer > VERSION => Err(format!(
            "it was written by a newer rehome (tables {newer}, this one reads {VERSION})"
        )),
        older => Err(format!(
            "it was written by an older rehome (tables {older}, this one reads {VERSION})"
        )),
    }
}

fn set_up(store: &Connection) -> rusqlite::Result<()> {
    store.busy_timeout(std::time::Duration::from_secs(5))?;
    store.pragma_update(None, "journal_mode", "WAL")?;
    store.pragma_update(None, "synchronous", "FULL")?;
    store.pragma_update(None, "foreign_keys", true)?;
    store.pragma_update(None, "cache_size", -16_000)?;
    store.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn make(store: &Connection) -> rusqlite::Result<()> {
    let transaction = store.unchecked_transaction()?;
    store.execute_batch(TABLES)?;
    store.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}
