//! Dates at the new home: instants, and a place in time for what has none.

use super::Composer;
use crate::{
    Error,
    bundle::Fact,
    transfer::links::{GUESTBOOK_PAGE, LINKS_PAGE},
};
use blog::{Finding, Item, ItemRef, Kind, Media, Moment, Post, PostState, codes};
use jiff::Timestamp;

impl Composer<'_> {
    pub(super) fn instant(&self, moment: Option<&Moment>) -> Option<Timestamp> {
        moment.map(|moment| moment.instant(&self.zone))
    }

    pub(super) fn media_date(&self, media: &Media) -> Result<Timestamp, Error> {
        if let Some(taken) = &media.taken {
            return Ok(taken.instant(&self.zone));
        }
        let user = media
            .used_by
            .as_ref()
            .map(|item| self.bundle.row(item))
            .transpose()?
            .flatten();
        let moment = user.and_then(|stored| match stored.item {
            Item::Post(post) => post.published,
            Item::Album(album) => album.updated,
            _ => None,
        });
        let made = self
            .bundle
            .fact::<Timestamp>(Fact::Made)?
            .unwrap_or(Timestamp::UNIX_EPOCH);
        Ok(moment.map_or(made, |moment| moment.instant(&self.zone)))
    }

    /// The date of a post. An undated one is placed beside its neighbour in the source, never at "now".
    pub(super) fn date(
        &self,
        post: &Post,
        seq: i64,
        mark: &ItemRef,
        findings: &mut Vec<Finding>,
    ) -> Result<Option<Timestamp>, Error> {
        if let Some(moment) = &post.published {
            return Ok(Some(moment.instant(&self.zone)));
        }
        if post.state == PostState::Draft {
            return Ok(None);
        }
        let gathered = mark.id == GUESTBOOK_PAGE || mark.id == LINKS_PAGE;
        if !gathered && !matches!(mark.kind, Kind::Album | Kind::List) {
            findings.push(Finding::new(
                &codes::transfer::NO_DATE,
                format!(
                    "“{}” has no date at the source; it was placed beside its neighbour.",
                    post.label()
                ),
            ));
        }
        match self.bundle.dated_neighbour(seq)? {
            Some(moment) => Ok(Some(moment.instant(&self.zone))),
            None => self.bundle.fact::<Timestamp>(Fact::Made),
        }
    }
}
