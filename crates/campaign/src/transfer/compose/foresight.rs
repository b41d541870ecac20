//! Addresses that are known before their posts are placed: a link from one new post to another needs no second writing where the new
//! home says how it makes its addresses. What was foreseen still counts as open, so once everything is placed it is composed again,
//! without foresight, and written again where it turned out otherwise (a slug that somebody had already, a post that was refused).

use super::Composer;
use crate::Error;
use blog::{Item, ItemRef, Post, PostKind, when};
use jiff::{Timestamp, tz::TimeZone};

impl Composer<'_> {
    /// From now on, addresses are foreseen, or not.
    pub(in crate::transfer) fn foresee(&self, yes: bool) {
        self.foresees.set(yes);
    }

    /// Whether addresses are foreseen in this item: only where it is new itself. What stands there already changes for what is known.
    pub(super) fn foresees_in(&self, mark: &ItemRef) -> Result<bool, Error> {
        let wanted = self.foresees.get() && self.home.post_addresses.is_some();
        Ok(wanted && !self.is_there(mark)?)
    }

    fn is_there(&self, mark: &ItemRef) -> Result<bool, Error> {
        let row = self.bundle.ledger(mark)?;
        Ok(row.is_some_and(|row| row.state.is_there()))
    }

    /// The address that an item will have, where that can be said and everyone may know it. Nothing is said of what was tried before.
    pub(super) fn foreseen(&self, item: &ItemRef) -> Result<Option<String>, Error> {
        let Some(pattern) = &self.home.post_addresses else {
            return Ok(None);
        };
        if self.bundle.ledger(item)?.is_some() {
            return Ok(None);
        }
        let Some(stored) = self.bundle.row(item)? else {
            return Ok(None);
        };
        let Item::Post(post) = &stored.item else {
            return Ok(None);
        };
        let date = self.date(post, stored.seq, item, &mut Vec::new())?;
        let is_public = self.status(post, date, &mut Vec::new()).is_published();
        let clock = when::zone(&self.home.time_zone);
        Ok(match (plain_slug(post), date, clock) {
            (Some(slug), Some(date), Some(clock)) if is_public => {
                Some(filled(pattern, slug, date, &clock))
            }
            _ => None,
        })
    }
}

/// A slug that no home has a reason to write otherwise, as long as it is free.
fn plain_slug(post: &Post) -> Option<&str> {
    let slug = post.slug.as_deref()?;
    let is_plain = (1..=100).contains(&slug.len())
        && slug.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
        && slug.bytes().any(|byte| byte.is_ascii_lowercase());
    (is_plain && post.kind == PostKind::Post).then_some(slug)
}

/// An address after a pattern, by the clock of the new home.
fn filled(pattern: &str, slug: &str, date: Timestamp, clock: &TimeZone) -> String {
    let date = clock.to_datetime(date);
    let parts = [
        ("{year}", format!("{:04}", date.year())),
        ("{month}", format!("{:02}", date.month())),
        ("{day}", format!("{:02}", date.day())),
        ("{hour}", format!("{:02}", date.hour())),
        ("{minute}", format!("{:02}", date.minute())),
        ("{second}", format!("{:02}", date.second())),
        ("{slug}", slug.to_owned()),
    ];
    parts
        .iter()
        .fold(pattern.to_owned(), |address, (name, value)| {
            address.replace(name, value)
        })
}
