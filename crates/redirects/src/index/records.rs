//! Giving back what was taken in: for the next generation, for rules of other servers, for figures.

use super::{
    Index, Open,
    reading::{Blog, opened, with_blog},
};
use crate::{
    IndexError,
    block::Value,
    name::{Name, Sought},
    record::{Fate, Record},
};

/// No name begins with so little; the store takes no empty key.
const FIRST: &[u8] = &[0];

/// Figures of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Blogs that moved, for good or not.
    pub moved: u64,
    /// Blogs whose move may still be undone.
    pub undoable: u64,
    /// Blogs that are to move.
    pub waiting: u64,
    /// Blogs that were deleted.
    pub gone: u64,
    /// Old addresses.
    pub addresses: u64,
    /// Old addresses that have a new address of their own.
    pub with_target: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

impl Index {
    /// The blog with a name, as it was taken in.
    ///
    /// # Errors
    /// When the index cannot be read or is damaged.
    pub fn record(&self, name: &Name) -> Result<Option<Record>, IndexError> {
        let open = self.inner.read();
        with_blog(&open, name.key().as_bytes(), |blog| record(&open, blog))
    }

    /// Every blog, as it was taken in. News wait until it ends.
    ///
    /// # Errors
    /// When the index cannot be read or is damaged, and what `work` says.
    pub fn each_record<E: From<IndexError>>(
        &self,
        work: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        each_record_of(&self.inner.read(), work)
    }

    /// Figures of the whole index; everything is read for them.
    ///
    /// # Errors
    /// When the index cannot be read or is damaged.
    pub fn stats(&self) -> Result<Stats, IndexError> {
        let open = self.inner.read();
        let files = &open.generation.manifest.files;
        let mut stats = Stats {
            bytes: files.iter().map(|part| part.bytes).sum(),
            ..Stats::default()
        };
        each_name(&open, |name| {
            with_blog(&open, name, |blog| count(&open, blog, &mut stats)).map(|_| ())
        })?;
        Ok(stats)
    }
}

pub(super) fn each_record_of<E: From<IndexError>>(
    open: &Open,
    mut work: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), E> {
    each_name(open, |name| {
        let read = with_blog(open, name, |blog| record(open, blog))?;
        read.map_or(Ok(()), &mut work)
    })
}

fn count(open: &Open, blog: &Blog<'_>, stats: &mut Stats) -> Result<(), IndexError> {
    match blog.head.fate {
        Fate::Final => stats.moved += 1,
        Fate::UndoableUntil(day) => {
            stats.moved += 1;
            stats.undoable += u64::from(open.today <= day);
        }
        Fate::Waiting => stats.waiting += 1,
        Fate::Gone => stats.gone += 1,
    }
    blog.each_part(|pages| {
        let (all, with_target) = pages
            .count()
            .ok_or(IndexError::Damaged("pages of a blog"))?;
        stats.addresses += all;
        stats.with_target += with_target;
        Ok(true)
    })
}

/// The key of every blog: those of the generation that were not published again, then those that were.
fn each_name<E: From<IndexError>>(
    open: &Open,
    mut work: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    for segment in open.generation.segments() {
        let reading = segment.reading();
        for pair in reading.behind(FIRST)? {
            let (key, value) = pair?;
            let is_blog = matches!(opened(&Sought::of(key), value)?, Value::Head(_));
            if is_blog && open.changes.get(key).is_none() {
                work(key)?;
            }
        }
    }
    for (key, value) in open.changes.pairs() {
        if matches!(opened(&Sought::of(key), value)?, Value::Head(_)) {
            work(key)?;
        }
    }
    Ok(())
}

fn record(open: &Open, blog: &Blog<'_>) -> Result<Record, IndexError> {
    let damaged = IndexError::Damaged("a blog is not what was written");
    let words = &open.generation.words;
    let names: Option<Vec<Name>> = std::iter::once(blog.key)
        .chain(blog.head.names())
        .map(Name::of_key)
        .collect();
    let (Some(names), Some(base)) = (names, blog.head.base(words)) else {
        return Err(damaged);
    };
    let mut entries = Vec::new();
    blog.each_part(|pages| {
        let part = pages.entries(&base, words);
        entries.extend(part.ok_or(IndexError::Damaged("pages of a blog"))?);
        Ok(true)
    })?;
    Ok(Record {
        names,
        fate: blog.head.fate,
        base,
        entries,
    })
}
