//! Audience becomes status here, never wider than the audience of the item and of the whole blog allow.

use super::Composer;
use blog::{Audience, Finding, Post, PostState, codes, doors::Status};
use jiff::Timestamp;

impl Composer<'_> {
    /// The state at the new home. Never wider than the audience of the post and of the whole blog allow.
    pub(super) fn status(
        &self,
        post: &Post,
        date: Option<Timestamp>,
        findings: &mut Vec<Finding>,
    ) -> Status {
        if post.state == PostState::Draft {
            return Status::Draft;
        }
        let audience = post.audience.narrower(self.profile.audience);
        if !self.may_be_public(audience) {
            if audience == Audience::Owner {
                return Status::Private;
            }
            findings.push(Finding::new(
                &codes::transfer::MADE_PRIVATE,
                format!(
                    "“{}” could be seen by {}; at its new home it is private.",
                    post.label(),
                    audience.as_words()
                ),
            ));
            return Status::Private;
        }
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
                Status::Future
            }
            None if post.state == PostState::Scheduled => Status::Draft,
            _ => Status::Publish,
        }
    }

    pub(super) fn may_be_public(&self, audience: Audience) -> bool {
        let audience = audience.narrower(self.profile.audience);
        audience.is_public()
            || (audience == Audience::Friends && self.choices.friends_become_public)
    }
}
