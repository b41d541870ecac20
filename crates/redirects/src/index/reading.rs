//! Finding a blog and its pages, in what was published lately or else in the generation.

use super::Open;
use crate::{
    IndexError,
    block::{self, CHUNK_SIGN, Head, Order, Pages, Value},
    changes::Changes,
    name::Sought,
    segment::Reading,
};

/// Marks that lead to marks are not followed: a name leads to the one its blog is kept under.
const MOST_STEPS: usize = 2;

/// Where a blog was found.
#[derive(Clone, Copy)]
enum Place<'a> {
    Changes(&'a Changes),
    Segment(&'a Reading<'a>),
}

/// A blog, and where its pages are.
pub(super) struct Blog<'a> {
    /// The key it is kept under.
    pub(super) key: &'a [u8],
    pub(super) head: Head<'a>,
    place: Place<'a>,
}

/// Looks for the blog with a name and gives it to `work`; `None` where there is none.
pub(super) fn with_blog<T>(
    open: &Open,
    name: &[u8],
    work: impl FnOnce(&Blog<'_>) -> Result<T, IndexError>,
) -> Result<Option<T>, IndexError> {
    let mut kept: Vec<u8>;
    let mut name = name;
    for _ in 0..MOST_STEPS {
        let sought = Sought::of(name);
        if let Some(value) = open.changes.get(name) {
            match opened(&sought, value)? {
                Value::Head(head) => {
                    let place = Place::Changes(&open.changes);
                    let key = name;
                    return work(&Blog { key, head, place }).map(Some);
                }
                Value::See(primary) => kept = primary.to_vec(),
                Value::Tombstone | Value::Host | Value::Chunk(_) => return Ok(None),
            }
        } else {
            let reading = open.generation.segment(&sought)?.reading();
            let Some(value) = reading.get(&sought)? else {
                return Ok(None);
            };
            match opened(&sought, value)? {
                Value::Head(head) => {
                    let place = Place::Segment(&reading);
                    let key = name;
                    return work(&Blog { key, head, place }).map(Some);
                }
                Value::See(primary) => kept = primary.to_vec(),
                Value::Tombstone | Value::Host | Value::Chunk(_) => return Ok(None),
            }
        }
        name = &kept;
    }
    Err(IndexError::Damaged("a name that leads nowhere"))
}

/// Whether the mark `key` of a host is there.
pub(super) fn has_mark(open: &Open, key: &[u8]) -> Result<bool, IndexError> {
    if open.changes.get(key).is_some() {
        return Ok(true);
    }
    let key = Sought::of(key);
    let reading = open.generation.segment(&key)?.reading();
    match reading.get(&key)? {
        Some(value) => Ok(matches!(opened(&key, value)?, Value::Host)),
        None => Ok(false),
    }
}

/// The value of `key`.
pub(super) fn opened<'a>(key: &Sought<'_>, value: &'a [u8]) -> Result<Value<'a>, IndexError> {
    block::open(key, value).ok_or_else(|| IndexError::Damaged("a value is not what was written"))
}

impl<'a> Blog<'a> {
    /// The pages among which the one with this key would be.
    pub(super) fn pages(&self, order: Order) -> Result<Pages<'a>, IndexError> {
        if !self.head.more {
            return Ok(self.head.pages);
        }
        let mut wanted = self.key.to_vec();
        wanted.push(CHUNK_SIGN);
        let prefix = wanted.len();
        order.push(&mut wanted);
        let found = match self.place {
            Place::Changes(changes) => changes.floor(&wanted),
            Place::Segment(reading) => reading.floor(&wanted)?,
        };
        match found {
            Some((key, value)) if key.starts_with(&wanted[..prefix]) => pages(key, value),
            _ => Ok(self.head.pages),
        }
    }

    /// All pages, part by part, as long as `work` wants more.
    pub(super) fn each_part(
        &self,
        mut work: impl FnMut(Pages<'a>) -> Result<bool, IndexError>,
    ) -> Result<(), IndexError> {
        if !work(self.head.pages)? || !self.head.more {
            return Ok(());
        }
        let mut prefix = self.key.to_vec();
        prefix.push(CHUNK_SIGN);
        let mut each = |pair: Result<(&'a [u8], &'a [u8]), IndexError>| {
            let (key, value) = pair?;
            if !key.starts_with(&prefix) {
                return Ok(false);
            }
            work(pages(key, value)?)
        };
        match self.place {
            Place::Changes(changes) => {
                for pair in changes.behind(self.key) {
                    if !each(Ok(pair))? {
                        break;
                    }
                }
            }
            Place::Segment(reading) => {
                for pair in reading.behind(self.key)? {
                    if !each(pair)? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether it has the name with this key.
    pub(super) fn has_name(&self, key: &[u8]) -> bool {
        self.key == key || self.head.names().any(|name| name == key)
    }

    /// Whether it has a name of the kind that `key` begins with.
    pub(super) fn has_kind_of_name(&self, key: &[u8]) -> bool {
        let kind = key.first();
        self.key.first() == kind || self.head.names().any(|name| name.first() == kind)
    }
}

fn pages<'a>(key: &[u8], value: &'a [u8]) -> Result<Pages<'a>, IndexError> {
    match opened(&Sought::of(key), value)? {
        Value::Chunk(pages) => Ok(pages),
        _ => Err(IndexError::Damaged("pages that are none")),
    }
}
