//! One blog as the index takes it in and gives it back: names, new home, old pages and what became of them.

use crate::name::Name;

/// A blog and what became of its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The names it is looked up by. The first is the one it is kept under.
    pub names: Vec<Name>,
    /// What became of the blog.
    pub fate: Fate,
    /// Its new home: absolute, with a slash at the end. Empty where it has none.
    pub base: String,
    /// Its old pages.
    pub entries: Vec<Entry>,
}

/// What became of a blog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It moved, for good.
    Final,
    /// It moved, and the move may be undone until this day (days since 1970-01-01, the day itself included).
    UndoableUntil(u32),
    /// It is to move and has not moved yet, or its move was taken back.
    Waiting,
    /// It was deleted.
    Gone,
}

/// The day that never comes: a move stays undoable until it is published again.
pub const NO_DAY: u32 = u32::MAX;

/// One old page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is found by.
    pub key: Key,
    /// What became of it.
    pub target: Target,
}

/// What an old page is found by within its blog.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The thing with this number, and what it is (only its old address depends on that).
    Number(u64, Thing),
    /// `photos`, `category:wpf`, `path:/2010/10/x.html`.
    Text(String),
}

/// What a numbered thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// An entry of the blog.
    Entry,
    /// A photo album.
    Album,
    /// A list.
    List,
    /// A photo.
    Photo,
}

/// What became of an old page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// It has this new address: absolute, published by the ledger.
    At(String),
    /// It is there, and not for everyone: strangers are led to the blog, as the address itself would tell its title.
    Home,
    /// It was deleted.
    Gone,
}
