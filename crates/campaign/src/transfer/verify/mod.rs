//! Verify: read the new home back, as its owner and as a visitor, and compare with the bundle.

mod arranged;
mod clocks;
mod compare;
mod errand;
mod readback;
mod untouched;
mod visitors;
mod visits;

use super::{Choices, Stage, compose::Composer, guestbook, patience::patiently, steps};
use crate::{
    Bundle, Error, Watch,
    bundle::{Fact, State},
};
use blog::{
    Finding, ItemRef,
    doors::{Destination, NewHome, Visitor},
};
use clocks::Clocks;
use errand::Errand;
use jiff::Timestamp;
pub(super) use readback::stand_in;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
pub(super) use untouched::untouched;
use visitors::Visitors;

/// Visitors at the new home at the same time. It is somebody's hosting: as many as a browser sends for one page.
pub const VISITORS: usize = 4;

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
    verify_with(bundle, destination, home, choices, now, VISITORS, watch)
}

/// [`verify`] with another number of visitors. What they find is the same.
///
/// # Errors
/// As [`verify`].
pub fn verify_with(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    choices: &Choices,
    now: Timestamp,
    visitors: usize,
    watch: &dyn Watch,
) -> Result<(), Error> {
    let party = Party {
        visitor: destination.visitor()?,
        count: visitors,
        has_imported: false,
    };
    read_and_visit(bundle, destination, home, choices, now, party, watch)
}

/// [`verify`] of import files whose owner says that they were imported: `visitor` looks at the pages of the living home, and where the
/// links between them lead. Its pictures are where the importer put them, and what is hidden has a number that only it knows.
///
/// # Errors
/// As [`verify`].
pub fn verify_imported(
    bundle: &Bundle,
    files: &mut dyn Destination,
    home: &NewHome,
    choices: &Choices,
    now: Timestamp,
    visitor: Arc<dyn Visitor>,
    watch: &dyn Watch,
) -> Result<(), Error> {
    let party = Party {
        visitor,
        count: VISITORS,
        has_imported: true,
    };
    read_and_visit(bundle, files, home, choices, now, party, watch)
}

/// Who visits.
struct Party {
    visitor: Arc<dyn Visitor>,
    count: usize,
    /// Whether they visit a living home that imported the files which are read back.
    has_imported: bool,
}

fn read_and_visit(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    choices: &Choices,
    now: Timestamp,
    party: Party,
    watch: &dyn Watch,
) -> Result<(), Error> {
    watch.stage(Stage::Verify);
    bundle.forget_findings(Stage::Verify)?;
    let composer = Composer::new(bundle, choices, home, now)?;
    let visitor = party.visitor;
    let mut verifier = Verifier {
        bundle,
        destination,
        home,
        has_imported: party.has_imported,
        watch,
        visitors: Visitors::call(&visitor, party.count, watch)?,
        errands: Vec::new(),
        clocks: Clocks::of(choices, &bundle.profile()?, home),
        links: BTreeMap::new(),
        visited: BTreeSet::new(),
    };
    verifier.read_back(&composer)?;
    if !party.has_imported {
        verifier.visit_pictures()?;
    }
    verifier.follow_links()?;
    if let Some(finding) = verifier.clocks.as_ref().and_then(Clocks::finding) {
        verifier.keep(finding)?;
    }
    let faults = patiently(watch, || {
        steps::READ_BACK.run(|| verifier.destination.faults())
    })?;
    for finding in faults {
        verifier.keep(finding)?;
    }
    drop(verifier);
    guestbook::tell(bundle, &*visitor, home, watch)?;
    bundle.set_fact(Fact::Verified, &now)
}

struct Verifier<'a> {
    bundle: &'a Bundle,
    destination: &'a mut dyn Destination,
    home: &'a NewHome,
    has_imported: bool,
    watch: &'a dyn Watch,
    visitors: Visitors<'a>,
    /// The pages of the items read back last, and what a visitor should or must not see there: texts do not pile up.
    errands: Vec<Errand>,
    clocks: Option<Clocks>,
    /// Addresses of the new home that bodies link to, with the first item that does.
    links: BTreeMap<String, ItemRef>,
    /// Addresses that were visited already.
    visited: BTreeSet<String>,
}

impl Verifier<'_> {
    fn keep(&self, finding: Finding) -> Result<(), Error> {
        keep(self.bundle, self.home.is_files(), self.watch, finding)
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

/// Findings speak of a home that lives; of files they say where it was looked.
fn keep(
    bundle: &Bundle,
    of_files: bool,
    watch: &dyn Watch,
    mut finding: Finding,
) -> Result<(), Error> {
    if of_files {
        let sentence = finding
            .sentence
            .replace("at the new home", "in the import files");
        finding.sentence = sentence.replace("At the new home", "In the import files");
    }
    if bundle.keep_finding(Stage::Verify, &finding)? {
        watch.finding(&finding);
    }
    Ok(())
}
