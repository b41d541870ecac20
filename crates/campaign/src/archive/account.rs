//! The report as far as it is everyone's: of open items only, and without a word about others.

use super::plan::Plan;
use crate::{
    Bundle, Error,
    report::{self, Report},
    survey::Counts,
};
use blog::{
    Finding, Item, ItemRef,
    address::{Meaning, meaning},
    doors::archiving::Part,
};

/// Whether everyone may read a finding: it is about an open item, and its place is not the address of a hidden one.
pub(super) fn is_open(bundle: &Bundle, plan: &Plan, finding: &Finding) -> Result<bool, Error> {
    let Some(item) = &finding.item else {
        return Ok(false);
    };
    Ok(is_item_open(bundle, plan, item)? && is_place_open(bundle, plan, finding)?)
}

fn is_item_open(bundle: &Bundle, plan: &Plan, item: &ItemRef) -> Result<bool, Error> {
    Ok(bundle
        .row(item)?
        .is_some_and(|stored| plan.part_of(&stored.item) == Part::Open))
}

fn is_place_open(bundle: &Bundle, plan: &Plan, finding: &Finding) -> Result<bool, Error> {
    let Some(place) = &finding.place else {
        return Ok(true);
    };
    let Meaning::Own(key) = meaning(place, &plan.profile.identity) else {
        return Ok(true);
    };
    match bundle.item_at(&key)? {
        Some(item) => is_item_open(bundle, plan, &item),
        None => Ok(true),
    }
}

/// The report of the open part.
pub(super) fn open(bundle: &Bundle, plan: &Plan) -> Result<Report, Error> {
    let mut report = Report::of(bundle)?;
    let mut items = Vec::new();
    for mut line in std::mem::take(&mut report.items) {
        let item = ItemRef::new(line.kind, &line.id);
        let Some(stored) = bundle.row(&item)? else {
            continue;
        };
        if plan.part_of(&stored.item) != Part::Open {
            continue;
        }
        let draft = stored.item.is_draft();
        if let Item::Media(media) = stored.item {
            let media = plan.pictures.open_form(media);
            line.title = media.title.or(media.file_name).unwrap_or(media.id);
        }
        items.push((line, draft));
    }
    let mut findings = Vec::new();
    for finding in std::mem::take(&mut report.account.findings) {
        if is_open(bundle, plan, &finding)? {
            findings.push(finding);
        }
    }
    let count = |wanted: &dyn Fn(&str) -> bool| {
        let mut counts = Counts::default();
        for (line, draft) in &items {
            if wanted(&line.state) {
                *counts.of(line.kind, *draft) += 1;
            }
        }
        counts
    };
    let there = |state: &str| matches!(state, "verified" | "conflict");
    let left = |state: &str| matches!(state, "left" | "removed");
    report.account.counts = report::Tally {
        source: count(&|_| true),
        placed: count(&|state| there(state) || matches!(state, "placed" | "missing")),
        verified: count(&there),
        left: count(&left),
        open: count(&|state| !there(state) && !left(state)),
    };
    report.account.findings = findings;
    report.account.profile = plan.open_profile();
    report.account.old_addresses = items
        .iter()
        .map(|(line, _)| line.old_addresses.len() as u64)
        .sum();
    let input = report
        .account
        .input
        .rsplit(['/', '\\'])
        .find(|part| !part.is_empty());
    report.account.input = input.unwrap_or_default().to_owned();
    report.account.sentence = sentence(&report);
    report.items = items.into_iter().map(|(line, _)| line).collect();
    Ok(report)
}

/// How it ended, for the items that everyone could see.
fn sentence(report: &Report) -> String {
    let counts = &report.account.counts;
    let total = counts.source.total();
    match &report.account.new_home {
        None => format!("{total} items that everyone could see are kept in this archive."),
        Some(home) => format!(
            "Of {total} items that everyone could see, {} arrived at {home} and were read back.",
            counts.verified.total()
        ),
    }
}
