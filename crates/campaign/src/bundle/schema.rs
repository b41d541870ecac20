//! The tables of a bundle, and which versions of them we read.

use rusqlite::Connection;

/// Version of the tables below.
const VERSION: i64 = 2;

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
  state TEXT NOT NULL,          -- see State
  fingerprint TEXT NOT NULL,    -- of what was written down to be sent last
  new_id INTEGER, new_address TEXT, picture TEXT,
  remark TEXT NOT NULL,
  open_links INTEGER NOT NULL,  -- own links that had no new address yet
  sent_at INTEGER,              -- when it left last, milliseconds since 1970
  attempt INTEGER NOT NULL DEFAULT 0,   -- how often it has left
  failures INTEGER NOT NULL DEFAULT 0,  -- how often it failed by itself since it was last taken
  run INTEGER NOT NULL DEFAULT 0,       -- the run of placing that sent it last
  doubtful INTEGER NOT NULL DEFAULT 0,  -- an answer about it was lost: sweeps that have still to look
  width INTEGER,                -- how visible it was when the new home took it last: 0 draft, 1 private, 2 future, 3 public
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_state ON ledger (state);
CREATE INDEX ledger_doubtful ON ledger (kind, id) WHERE doubtful > 0;

CREATE TABLE work (               -- what runs died of, or may have
  kind TEXT NOT NULL,           -- of work
  id TEXT NOT NULL,
  at_it INTEGER NOT NULL,       -- written by older versions
  deaths INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE picture_address (address TEXT PRIMARY KEY, media TEXT NOT NULL) STRICT, WITHOUT ROWID;  -- at the new home
";

/// From version 1 to 2. What an older run intended may have been sent, and nobody knows when.
const FROM_1: &str = "
ALTER TABLE ledger ADD COLUMN sent_at INTEGER;
ALTER TABLE ledger ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN run INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN width INTEGER;
CREATE INDEX ledger_doubtful ON ledger (kind, id) WHERE doubtful > 0;
UPDATE ledger SET state = 'unknown', doubtful = 2 WHERE state = 'intended';
CREATE TABLE work (
  kind TEXT NOT NULL, id TEXT NOT NULL,
  at_it INTEGER NOT NULL,
  deaths INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
";

/// Sets the connection up and makes the tables in a new store.
pub(super) fn prepare(store: &Connection) -> Result<(), String> {
    refuse_old(rusqlite::version_number(), rusqlite::version())?;
    set_up(store).map_err(|error| error.to_string())?;
    let version: i64 = store
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|error| error.to_string())?;
    match version {
        VERSION => Ok(()),
        0 => make(store, TABLES).map_err(|error| error.to_string()),
        1 => make(store, FROM_1).map_err(|error| error.to_string()),
        newer if newer > VERSION => Err(format!(
            "it was written by a newer rehome (tables {newer}, this one reads {VERSION})"
        )),
        older => Err(format!(
            "it was written by an older rehome (tables {older}, this one reads {VERSION})"
        )),
    }
}

fn refuse_old(number: i32, version: &str) -> Result<(), String> {
    if number < OLDEST_SQLITE {
        return Err(format!(
            "this build carries SQLite {version}, which can lose data; 3.51.3 or newer is needed"
        ));
    }
    Ok(())
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

/// All of it or nothing: a run that is killed meanwhile finds the tables as they were.
fn make(store: &Connection, tables: &str) -> rusqlite::Result<()> {
    let transaction = store.unchecked_transaction()?;
    store.execute_batch(tables)?;
    store.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::{FROM_1, TABLES, make, prepare, refuse_old};
    use rusqlite::Connection;

    fn columns(store: &Connection) -> Vec<String> {
        let mut statement = store
            .prepare("SELECT m.name || '.' || c.name || ' ' || c.type FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' ORDER BY 1")
            .expect("a question");
        let rows = statement.query_map([], |row| row.get(0)).expect("answers");
        rows.collect::<Result<_, _>>().expect("words")
    }

    #[test]
    fn an_sqlite_that_can_lose_data_is_refused_and_the_next_is_not() {
        let refused = refuse_old(3_051_002, "3.51.2").expect_err("refused");
        assert!(refused.contains("3.51.2"), "{refused}");
        refuse_old(3_051_003, "3.51.3").expect("taken");
    }

    #[test]
    fn what_is_committed_is_on_the_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Connection::open(folder.path().join("blog.sqlite")).expect("a store");
        prepare(&store).expect("set up");
        let of = |name| store.pragma_query_value(None, name, |row| row.get::<_, String>(0));
        let number = |name| store.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        assert_eq!(of("journal_mode").expect("a mode"), "wal");
        assert_eq!(number("synchronous").expect("a number"), 2, "FULL");
        assert_eq!(number("mmap_size").unwrap_or(0), 0);
    }

    #[test]
    fn a_bundle_of_version_1_is_brought_up_to_date_and_its_intentions_are_doubted() {
        let store = Connection::open_in_memory().expect("a store");
        let new = Connection::open_in_memory().expect("a store");
        make(&new, TABLES).expect("tables");
        let added = FROM_1
            .lines()
            .filter_map(|line| line.split("COLUMN ").nth(1));
        let added: Vec<&str> = added.filter_map(|rest| rest.split(' ').next()).collect();
        let (start, end) = (
            TABLES.find("CREATE TABLE ledger"),
            TABLES.find("CREATE INDEX ledger_doubtful"),
        );
        let ledger: String = TABLES[start.expect("a ledger")..end.expect("its end")]
            .lines()
            .filter(|line| !added.iter().any(|name| line.trim().starts_with(name)))
            .collect::<Vec<_>>()
            .join("\n");
        store
            .execute_batch(&ledger)
            .expect("the ledger of version 1");
        store
            .execute_batch("INSERT INTO ledger (kind, id, state, fingerprint, remark, open_links) VALUES ('post', '1', 'intended', 'ab', '', 0); PRAGMA user_version = 1;")
            .expect("an old row");
        prepare(&store).expect("brought up to date");
        let of = |store: &Connection, table: &str| -> Vec<String> {
            columns(store)
                .into_iter()
                .filter(|column| column.starts_with(table))
                .collect()
        };
        assert_eq!(of(&store, "ledger."), of(&new, "ledger."));
        assert_eq!(of(&store, "work."), of(&new, "work."));
        let row: (String, u8, Option<i64>) = store
            .query_row("SELECT state, doubtful, sent_at FROM ledger", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .expect("the row");
        assert_eq!(row, ("unknown".to_owned(), 2, None));
    }
}
