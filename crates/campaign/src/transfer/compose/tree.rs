//! Which page a page stands below at the new home.

use super::Composer;
use crate::{Error, bundle::State};
use blog::{Finding, Item, ItemRef, Kind, Post, PostKind, codes};
use std::collections::BTreeSet;

/// Pages above one page. Deeper trees are an attack, not a blog.
const DEEPEST: usize = 100;

/// The page above, and whether it may still come.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Above {
    pub(super) page: Option<ItemRef>,
    pub(super) awaited: bool,
}

impl Composer<'_> {
    /// The page above `post`. The address of a page that is `open` to all holds the names of those above it, so it stands below the
    /// nearest one that everyone may see.
    pub(super) fn page_above(
        &self,
        post: &Post,
        open: bool,
        findings: &mut Vec<Finding>,
    ) -> Result<Above, Error> {
        let Some(above) = self.pages_above(post)? else {
            findings.push(not_below(post));
            return Ok(Above::default());
        };
        for (steps, page) in above.iter().enumerate() {
            if open && !self.is_open(page)? {
                continue;
            }
            let state = self.bundle.ledger(page)?.map(|row| row.state);
            let is_there = state.is_some_and(State::is_there);
            let is_given_up =
                |state| matches!(state, State::Removed | State::Refused | State::Parked);
            if steps > 0 || state.is_some_and(is_given_up) || self.gave_up(page) {
                findings.push(not_below(post));
            }
            return Ok(Above {
                page: is_there.then(|| page.clone()),
                awaited: !is_there,
            });
        }
        if !above.is_empty() {
            findings.push(not_below(post));
        }
        Ok(Above::default())
    }

    /// The pages above `post`, nearest first; `None` for a page that stands below itself, or too deep.
    fn pages_above(&self, post: &Post) -> Result<Option<Vec<ItemRef>>, Error> {
        let mut above = Vec::new();
        if post.kind != PostKind::Page {
            return Ok(Some(above));
        }
        let mut seen = BTreeSet::new();
        let mut next = post.parent.clone();
        while let Some(id) = next {
            if id == post.id || above.len() == DEEPEST {
                return Ok(None);
            }
            if !seen.insert(id.clone()) {
                break;
            }
            let page = ItemRef::new(Kind::Page, id);
            let Some(Item::Post(found)) = self.bundle.row(&page)?.map(|stored| stored.item) else {
                break;
            };
            above.push(page);
            next = found.parent;
        }
        Ok(Some(above))
    }
}

fn not_below(post: &Post) -> Finding {
    let sentence = format!("“{}” does not stand below its page any more.", post.label());
    Finding::new(&codes::transfer::NOT_BELOW_ITS_PAGE, sentence)
}
