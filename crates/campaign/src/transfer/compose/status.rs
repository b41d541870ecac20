//! How far each thing reaches at the new home, and what that makes of it. What the source or the owner said of it is the most it
//! can become; see [`blog::audience::reach`].

use super::Composer;
use crate::{Error, bundle::Carrier};
use blog::{
    Audience, Finding, Item, ItemRef, Kind, Moment, Post, PostState, Reach, codes, doors::Status,
    when,
};
use jiff::{Timestamp, tz::TimeZone};
use points::Bug;
use std::collections::BTreeSet;

/// What everyone finds in lists of the new home.
#[derive(Debug, Default)]
pub(super) struct OpenLists {
    /// Categories and tags whose names everyone may read.
    pub(super) terms: BTreeSet<ItemRef>,
    /// Months with something to show, as `2008-05`, by the clock of the new home.
    pub(super) months: BTreeSet<String>,
}

impl Composer<'_> {
    /// How far something reaches that the source stated as `stated`.
    pub(super) fn reach(&self, stated: Audience) -> Reach {
        let widened = stated == Audience::Friends && points::planted(Bug::WidenOneAudience);
        Reach::of(stated, self.profile.audience)
            .on_the_owners_word(self.choices.friends_become_public || widened)
    }

    /// How far something reaches at this moment: what is not published, or waits for its date, is its owner's.
    fn reach_now(&self, stated: Audience, state: PostState, date: Option<Timestamp>) -> Reach {
        let waits = state != PostState::Published || date.is_some_and(|date| date > self.now);
        if waits {
            self.reach(Audience::Owner)
        } else {
            self.reach(stated)
        }
    }

    fn instant_now(&self, stated: Audience, state: PostState, published: Option<&Moment>) -> Reach {
        self.reach_now(stated, state, self.instant(published))
    }

    /// The state at the new home.
    pub(super) fn status(
        &self,
        post: &Post,
        date: Option<Timestamp>,
        findings: &mut Vec<Finding>,
    ) -> Status {
        if post.state == PostState::Draft {
            return Status::DRAFT;
        }
        let audience = post.audience.narrower(self.profile.audience);
        let Some(leave) = self.reach(post.audience).open() else {
            if audience != Audience::Owner {
                findings.push(Finding::new(
                    &codes::transfer::MADE_PRIVATE,
                    format!(
                        "“{}” could be seen by {}; at its new home it is private.",
                        post.label(),
                        audience.as_words()
                    ),
                ));
            }
            return Status::PRIVATE;
        };
        if audience != Audience::Everyone {
            findings.push(Finding::new(
                &codes::transfer::WIDENED_ON_REQUEST,
                format!(
                    "“{}” could be seen by {}; you asked for it to be public at its new home.",
                    post.label(),
                    audience.as_words()
                ),
            ));
        }
        match date {
            Some(date) if date > self.now => {
                findings.push(Finding::new(
                    &codes::transfer::DATED_IN_THE_FUTURE,
                    format!(
                        "“{}” is dated in the future; WordPress shows it from that date on.",
                        post.label()
                    ),
                ));
                Status::planned(leave)
            }
            // It waited for a date and nobody has seen it yet, whatever date that was.
            _ if post.state == PostState::Scheduled => Status::DRAFT,
            _ => Status::published(leave),
        }
    }

    /// Whether an anonymous visitor of the new home may see an item, or learn that it is there.
    pub(in crate::transfer) fn is_open(&self, item: &ItemRef) -> Result<bool, Error> {
        let reach = match self.bundle.row(item)?.map(|stored| stored.item) {
            Some(Item::Post(post)) => {
                self.instant_now(post.audience, post.state, post.published.as_ref())
            }
            Some(Item::Album(album)) => self.reach(album.audience),
            Some(Item::List(list)) => self.reach(list.audience),
            Some(Item::Media(media)) => self.reach(media.audience),
            Some(Item::Category(_) | Item::Tag(_)) => return Ok(self.open.terms.contains(item)),
            // The pages that gather what WordPress has no kind for are no items; they reach as far as the blog.
            _ => self.reach(Audience::Everyone),
        };
        Ok(reach.open().is_some())
    }

    /// Categories and tags that the old home showed to everyone by itself, whatever was filed under them.
    fn listed_terms(&self) -> Result<Vec<ItemRef>, Error> {
        let terms = [Kind::Category, Kind::Tag];
        let stored = self.bundle.page(&terms, 0, usize::MAX >> 1)?;
        let is_listed = |item: &Item| match item {
            Item::Category(category) => category.listed,
            Item::Tag(tag) => tag.listed,
            _ => false,
        };
        let listed = stored.iter().filter(|stored| is_listed(&stored.item));
        Ok(listed.map(|stored| stored.item.reference()).collect())
    }

    /// What lists of the new home show to everyone at this moment. WordPress lists the name of a term to everyone, whatever carries
    /// it, so no other name may go there; and it has no archive of a month without posts.
    pub(super) fn find_open_lists(&self) -> Result<OpenLists, Error> {
        let mut open = OpenLists::default();
        let clock = when::zone(&self.home.time_zone).unwrap_or(TimeZone::UTC);
        let month = |moment: Moment| {
            let date = clock.to_datetime(moment.instant(&self.zone));
            format!("{:04}-{:02}", date.year(), date.month())
        };
        let mut hidden = BTreeSet::new();
        self.bundle.carriers(|carrier: Carrier| {
            let reach =
                self.instant_now(carrier.audience, carrier.state, carrier.published.as_ref());
            if reach.open().is_some() {
                open.terms.extend(carrier.terms);
                let dated = carrier.published.filter(|_| carrier.kind == Kind::Post);
                open.months.extend(dated.map(month));
            } else {
                hidden.extend(carrier.terms);
            }
            Ok(())
        })?;
        if self.reach(Audience::Everyone).open().is_some() {
            let listed = self.listed_terms()?;
            open.terms
                .extend(listed.into_iter().filter(|term| !hidden.contains(term)));
        }
        for stored in self.bundle.page(&[Kind::Album], 0, usize::MAX >> 1)? {
            if let Item::Album(album) = &stored.item
                && self.reach(album.audience).open().is_some()
            {
                let date = match album.updated {
                    None => self.bundle.dated_neighbour(stored.seq)?,
                    dated => dated,
                };
                open.months.extend(date.map(month));
            }
        }
        Ok(open)
    }
}
