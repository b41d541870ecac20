//! Items that share the place of another: pictures with the same bytes, links on the links page, pictures placed by an earlier move.

use super::Placer;
use crate::{
    Error,
    bundle::{MediaState, Row, State},
    transfer::{compose::Composer, links::LINKS_PAGE, steps},
};
use blog::{
    ItemRef, Kind,
    doors::{FindDepth, Outcome, Placed},
};

impl Placer<'_> {
    /// A picture that this source cannot give may stand at the new home from an earlier move out of a better one. Bodies go on
    /// showing it there; a poorer second source must not turn them back to the old host.
    pub(super) fn placed_before(&mut self) -> Result<(), Error> {
        let mut missing = Vec::new();
        self.walk(&[Kind::Media], |placer, stored| {
            let item = stored.item.reference();
            let kept = placer
                .bundle
                .stored_media(&item.id)?
                .is_some_and(|media| media.state == MediaState::Kept);
            if !kept && placer.bundle.ledger(&item)?.is_none() {
                missing.push(item);
            }
            Ok(())
        })?;
        for marks in missing.chunks(200) {
            let found = self.find(marks, FindDepth::Mark)?;
            let bundle = self.bundle;
            let adopt = || {
                for (mark, observed) in marks.iter().zip(found) {
                    if let Some(observed) = observed {
                        bundle.intend(mark, &observed.fingerprint, 0)?;
                        bundle.adopt(mark, &observed)?;
                    }
                }
                Ok(())
            };
            steps::SHARED.run(|| bundle.together(adopt))?;
        }
        Ok(())
    }

    /// A picture with the same bytes as an earlier one shares its place.
    pub(super) fn same_bytes(&mut self, id: &str) -> Result<(), Error> {
        let Some(stored) = self
            .bundle
            .stored_media(id)?
            .filter(|stored| !stored.hash.is_empty())
        else {
            return Ok(());
        };
        let Some(first) = self
            .bundle
            .first_of_content(&stored.hash)?
            .filter(|first| first != id)
        else {
            return Ok(());
        };
        match self.bundle.ledger(&ItemRef::new(Kind::Media, first))? {
            Some(row) => self.share(
                &[ItemRef::new(Kind::Media, id)],
                &row,
                "same bytes as another picture",
            ),
            None => Ok(()),
        }
    }

    /// The blogroll becomes one page; each link shares its fate.
    pub(super) fn links(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        let links = composer.blogroll()?;
        if links.is_empty() {
            return Ok(());
        }
        self.push(composer.links_page(&links)?)?;
        self.flush()?;
        let mark = |id: &String| ItemRef::new(Kind::Link, id);
        let marks: Vec<ItemRef> = links.iter().map(|link| mark(&link.id)).collect();
        match self.bundle.ledger(&ItemRef::new(Kind::Page, LINKS_PAGE))? {
            Some(page) => self.share(&marks, &page, "on the links page"),
            None => Ok(()),
        }
    }

    /// Writes down that `marks` share the fate of the item in `row`.
    fn share(&self, marks: &[ItemRef], row: &Row, remark: &str) -> Result<(), Error> {
        let bundle = self.bundle;
        let mut open = Vec::new();
        for mark in marks {
            let mine = bundle.ledger(mark)?;
            let settled = |mine: &Row| {
                mine.new_id == row.new_id && mine.state.is_there() && row.state.is_there()
            };
            if !mine.is_some_and(|mine| settled(&mine)) {
                open.push(mark);
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        let write = || {
            for mark in open {
                bundle.intend(mark, &row.fingerprint, 0)?;
                match row.state {
                    State::Removed => bundle.set_state(mark, State::Removed, &row.remark)?,
                    _ => bundle.settle(&fate(mark, row, remark))?,
                }
            }
            Ok(())
        };
        steps::SHARED.run(|| bundle.together(write))
    }
}

fn fate(mark: &ItemRef, row: &Row, remark: &str) -> Placed {
    Placed {
        mark: mark.clone(),
        outcome: if row.state.is_there() {
            Outcome::Created
        } else {
            Outcome::Refused
        },
        id: row.new_id,
        address: row.new_address.clone(),
        picture: row.picture.clone(),
        remark: Some(remark.to_owned()),
    }
}
