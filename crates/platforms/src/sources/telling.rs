//! Findings that may come by the thousand: the first of each code are told one by one, the rest as one line.

use blog::{Code, Finding, ItemRef};
use std::collections::BTreeMap;

/// Findings of one code that are told one by one.
pub(super) const TOLD: usize = 20;

/// How many findings of each code there were.
#[derive(Debug, Default)]
pub(super) struct Telling {
    counts: BTreeMap<&'static str, usize>,
}

impl Telling {
    /// A finding to be told; `None` from the twenty-first of its code on, which are counted.
    pub(super) fn one(
        &mut self,
        code: &Code,
        sentence: String,
        about: Option<&ItemRef>,
        place: &str,
    ) -> Option<Finding> {
        let count = self.counts.entry(code.name).or_default();
        *count += 1;
        (*count <= TOLD).then(|| {
            let mut finding = Finding::new(code, sentence).at(place);
            finding.item = about.cloned();
            finding
        })
    }

    /// A line of `and_more` for each code of which more were counted than told.
    pub(super) fn rest(&self, and_more: &Code, place: &str) -> Vec<Finding> {
        let untold = self.counts.iter().filter(|(_, count)| **count > TOLD);
        untold
            .map(|(code, count)| {
                let sentence = format!(
                    "{} more findings {code} like the {TOLD} that are told.",
                    count - TOLD
                );
                Finding::new(and_more, sentence).at(place)
            })
            .collect()
    }
}
