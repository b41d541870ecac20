//! One visitor's view of one Space: whose market, what time it is, what may be seen, which markup.

use super::faults::Faults;
use super::html::{as_references, escape};
use super::market::{self, Market};
use super::space::{Comment, Entry, Space};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// What every page function is given.
pub(super) struct View<'a> {
    pub(super) space: &'a Space,
    pub(super) market: &'static Market,
    pub(super) now: Timestamp,
    /// The visitor showed the key or is the owner: sees what is not for everyone.
    pub(super) insider: bool,
    pub(super) faults: &'a Faults,
    pub(super) zone: TimeZone,
    /// The name of the dated markup.
    pub(super) markup: &'a str,
}

impl<'a> View<'a> {
    pub(super) fn new(space: &'a Space, faults: &'a Faults, now: Timestamp) -> Self {
        Self {
            space,
            market: market::find(&space.market),
            now,
            insider: false,
            faults,
            zone: TimeZone::get(&space.time_zone).unwrap_or(TimeZone::UTC),
            markup: space.markup.as_deref().unwrap_or(super::markup::NEWEST),
        }
    }

    /// A moment on the clock of the Space's owner.
    pub(super) fn local(&self, at: Timestamp) -> DateTime {
        Zoned::new(at, self.zone.clone()).datetime()
    }

    pub(super) fn date(&self, at: Timestamp) -> String {
        self.market.date(self.local(at))
    }

    pub(super) fn time(&self, at: Timestamp) -> String {
        self.market.time(
            self.local(at),
            market::theme_shows_seconds(&self.space.theme),
        )
    }

    pub(super) fn date_and_time(&self, at: Timestamp) -> String {
        self.market.date_and_time(
            self.local(at),
            market::theme_shows_seconds(&self.space.theme),
        )
    }

    /// An age. The year stands there only when it is neither that of today nor that of the post: a year left out always
    /// means the year of the post.
    pub(super) fn ago(&self, at: Timestamp, post: Timestamp, may_show_year: bool) -> String {
        let year = self.local(at).year();
        let plain = year == self.local(self.now).year() && year == self.local(post).year();
        self.market.ago(
            self.now.as_second() - at.as_second(),
            self.local(at),
            may_show_year && !plain,
        )
    }

    /// A title as pages write it: HTML already, with letters as references where this Space does so.
    pub(super) fn title(&self, entry: &Entry) -> String {
        self.written(entry.title.clone())
    }

    /// A category's name as pages write it.
    pub(super) fn category(&self, name: &str) -> String {
        self.written(escape(name))
    }

    /// A comment's author as pages write it.
    pub(super) fn author(&self, comment: &Comment) -> String {
        self.written(comment.author.clone())
    }

    fn written(&self, html: String) -> String {
        if self.space.numeric_references {
            as_references(&html)
        } else {
            html
        }
    }

    /// The address of `entry`, as pages write it.
    pub(super) fn entry_address(&self, entry: &Entry) -> String {
        self.space.entry_address(entry.number)
    }

    /// Entries this visitor may see, newest first.
    pub(super) fn entries(&self) -> Vec<&'a Entry> {
        self.space.visible_entries(self.insider)
    }
}
