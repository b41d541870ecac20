//! Where a page stands among the others: where it was placed, where its owner moved it, or somewhere else.

use blog::{
    Finding,
    codes::verify as codes,
    doors::{ObservedWhole, PostThing},
};

/// What differs of where `sent` stands; `above` is the id of the page that it shall stand below. What stands elsewhere than where we left
/// it was moved by its owner, or with the page above it: it stays there, and nothing has to be done about it.
pub(super) fn compare_stand(
    sent: &PostThing,
    above: Option<u64>,
    seen: &ObservedWhole,
) -> Vec<Finding> {
    let orders = sent.order.zip(seen.order);
    let is_elsewhere = sent.parent.is_some() && above != Some(seen.parent);
    let is_sorted = orders.is_some_and(|(sent, seen)| sent != seen);
    let was_moved = seen.left.is_some_and(|left| left.parent != seen.parent);
    let was_sorted = seen
        .left
        .is_some_and(|left| seen.order.is_some_and(|order| order != left.order));
    let mut findings = Vec::new();
    if (was_moved && above.unwrap_or(0) != seen.parent) || (was_sorted && is_sorted) {
        let sentence = "It was moved among the pages at the new home since it was placed there, or the page above it was; it stays where it is.";
        findings.push(Finding::new(&codes::EDITED, sentence));
    }
    if is_elsewhere && !was_moved {
        let sentence = "At the new home it does not stand below the page that it was placed below.";
        findings.push(Finding::new(&codes::HANGS_ELSEWHERE, sentence));
    }
    if let Some((sent, seen)) = orders.filter(|_| is_sorted && !was_sorted) {
        let sentence = format!(
            "Among the pages beside it it has the place {seen} at the new home; it was placed at {sent}."
        );
        findings.push(Finding::new(&codes::HANGS_ELSEWHERE, sentence));
    }
    findings
}
