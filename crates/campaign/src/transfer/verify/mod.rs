//! Verify: read the new home back, as its owner and as a visitor, and compare with the bundle.

mod readback;
mod visits;

use super::{Choices, Stage, compose::Composer};
use crate::{
    Bundle, Error, Watch,
    bundle::{Fact, State},
};
use blog::{
    Finding, ItemRef,
    doors::{Destination, NewHome},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Reads everything back and moves each item of the ledger to `verified` or `missing`, with findings for what differs.
///
/// # Errors
/// When the destination does not answer for long, the bundle cannot be written, or the owner asked to stop.
pub fn verify(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    choices: &Choices,
    now: Timestamp,
    watch: &dyn Watch,
) -> Result<(), Error> {
    watch.stage(Stage::Verify);
    bundle.forget_findings(Stage::Verify)?;
    let composer = Composer::new(bundle, choices, home, now)?;
    let mut verifier = Verifier {
        bundle,
        destination,
        home,
        watch,
        pages: Vec::new(),
        links: BTreeMap::new(),
        visited: BTreeSet::new(),
    };
    verifier.read_back(&composer)?;
    verifier.visit_pictures()?;
    verifier.follow_links()?;
    bundle.set_fact(Fact::Verified, &now)
}

struct Verifier<'a> {
    bundle: &'a Bundle,
    destination: &'a mut dyn Destination,
    home: &'a NewHome,
    watch: &'a dyn Watch,
    /// What a visitor should or must not see: the pages of the items read back last, so that texts do not pile up.
    pages: Vec<Page>,
    /// Addresses of the new home that bodies link to, with the first item that does.
    links: BTreeMap<String, ItemRef>,
    /// Addresses that were visited already.
    visited: BTreeSet<String>,
}

/// A page of the new home to be visited.
struct Page {
    item: ItemRef,
    address: String,
    /// What everyone may read there; `None` for what must stay hidden.
    shown: Option<String>,
    /// Words that only the hidden page has.
    hidden: String,
}

impl Verifier<'_> {
    fn keep(&self, finding: Finding) -> Result<(), Error> {
        if self.bundle.keep_finding(Stage::Verify, &finding)? {
            self.watch.finding(&finding);
        }
        Ok(())
    }

    fn state(&self, item: &ItemRef, state: State, remark: &str) -> Result<(), Error> {
        self.bundle.set_state(item, state, remark)
    }

    fn check_stop(&self) -> Result<(), Error> {
        if self.watch.stop_asked() {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }
}
