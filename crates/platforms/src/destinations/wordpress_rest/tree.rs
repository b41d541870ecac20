//! Pages below other pages: where one stands, and where it is left standing because somebody moved it there.
//!
//! As the plugin does it: the stamp keeps where *we* left a page. What stands elsewhere now was moved by somebody, or by WordPress
//! as the page above went, and stays; the stamp goes on saying where we left it (`docs/decisions/0026`).

use super::seen::Seen;
use super::{Opened, WriteError};
use blog::doors::{PostThing, Stand};
use serde_json::Value;

/// What is wished for the place of a page; `None` for what somebody else decides.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    parent: Option<u64>,
    order: Option<i32>,
    /// Where we left it before.
    before: Stand,
}

impl Standing {
    /// Where the page shall stand that is there as `now`, and what is to be said of that.
    pub(super) fn of(
        home: &mut Opened,
        thing: &PostThing,
        now: Option<&Seen>,
    ) -> Result<(Self, Option<&'static str>), WriteError> {
        let before = now.map(|seen| seen.stamp.left).unwrap_or_default();
        let stands = now.map_or(before, Seen::stand);
        let mut remark = None;
        let mut wish = 0;
        if let Some(parent) = &thing.parent {
            wish = home.id_of(parent)?.unwrap_or(0);
            if wish == 0 {
                remark = Some("the page above it is not there, so it stands at the top");
            }
        }
        let is_moved = stands.parent != before.parent;
        if is_moved {
            remark = (wish != stands.parent).then_some("it stays where somebody moved it");
        }
        let is_sorted = stands.order != before.order;
        let standing = Self {
            parent: (!is_moved).then_some(wish),
            order: (!is_sorted).then(|| thing.order.unwrap_or(stands.order)),
            before,
        };
        Ok((standing, remark))
    }

    /// Names what is wished.
    pub(super) fn say(&self, body: &mut Value) {
        if let Some(parent) = self.parent {
            body["parent"] = parent.into();
        }
        if let Some(order) = self.order {
            body["menu_order"] = order.into();
        }
    }

    /// Where we leave it, if WordPress does as it is told.
    pub(super) fn wished(&self) -> Stand {
        Stand {
            parent: self.parent.unwrap_or(self.before.parent),
            order: self.order.unwrap_or(self.before.order),
        }
    }

    /// Where we left it, as it stands now: WordPress lets no page stand below itself.
    pub(super) fn left(&self, now: Stand) -> Stand {
        Stand {
            parent: self.parent.map_or(self.before.parent, |_| now.parent),
            order: self.order.map_or(self.before.order, |_| now.order),
        }
    }
}
