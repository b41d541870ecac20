//! How far each thing reaches at the new home, and what that makes of it. What the source or the owner said of it is the most it
//! can become; see [`blog::audience::reach`].

use super::Composer;
use crate::{Error, bundle::Carrier};
use blog::{
    Audience, Finding, Item, ItemRef, Moment, Post, PostState, Reach, codes, doors::Status,
};
use jiff::Timestamp;
use points::Bug;
use std::collections::BTreeSet;

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
            Some(Item::Category(_) | Item::Tag(_)) => return Ok(self.open_terms.contains(item)),
            // The pages that gather what WordPress has no kind for are no items; they reach as far as the blog.
            _ => self.reach(Audience::Everyone),
        };
        Ok(reach.open().is_some())
    }

    /// Categories and tags that something carries which everyone sees at this moment. WordPress lists the name of a term to
    /// everyone, whatever carries it, so no other name may go there.
    pub(super) fn find_open_terms(&self) -> Result<BTreeSet<ItemRef>, Error> {
        let mut open = BTreeSet::new();
        self.bundle.carriers(|carrier: Carrier| {
            let reach =
                self.instant_now(carrier.audience, carrier.state, carrier.published.as_ref());
            if reach.open().is_some() {
                open.extend(carrier.terms);
            }
            Ok(())
        })?;
        Ok(open)
    }
}
