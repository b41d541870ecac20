//! Pages below other pages: each is placed once those above it are there, as its address holds their names.

use super::Placer;
use crate::{
    Error,
    transfer::{compose::Composer, order::levels},
};
use blog::{ItemRef, Kind};
use std::collections::BTreeSet;

impl Placer<'_> {
    /// Places the pages that have others below or above them, level by level. Answers their ids.
    pub(super) fn page_tree(&mut self, composer: &Composer<'_>) -> Result<BTreeSet<String>, Error> {
        let mut placed = BTreeSet::new();
        for level in levels(&self.bundle.pages_below()?) {
            for id in level {
                let page = self.bundle.row(&ItemRef::new(Kind::Page, &id))?;
                if let Some(stored) = page {
                    self.post(composer, &stored)?;
                    placed.insert(id);
                }
            }
            self.flush()?;
        }
        Ok(placed)
    }
}
