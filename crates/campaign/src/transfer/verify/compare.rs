//! What was sent against what is seen: same, a difference nobody sees, or a loss.

use crate::transfer::compose::Composed;
use blog::{
    CommentState, Field, Finding,
    body::{self, Difference},
    codes::{transfer, verify as codes},
    doors::{
        AmendThing, CommentThing, MediaThing, ObservedWhole, PostThing, Status, TermThing, Thing,
    },
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Of what kills the program each time it is compared, only who may see it is looked at.
pub(super) fn not_compared(sent: &Composed, seen: &ObservedWhole) -> Vec<Finding> {
    let sentence = "The program died twice while it compared this with what stands at the new home; it is there and was not compared.";
    let mut findings = vec![Finding::new(&transfer::KILLED_A_RUN, sentence)];
    if let Thing::Post(post) = &sent.placement.thing {
        findings.extend(compare_status(post.status, &seen.status));
    }
    findings
}

pub(super) fn compare_post(sent: &PostThing, seen: &ObservedWhole) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(finding) = compare_status(sent.status, &seen.status) {
        findings.push(finding);
    }
    if folded(&sent.title) != folded(&seen.title) {
        findings.push(Finding::new(
            &codes::TITLE_CHANGED,
            format!("Its title reads “{}” at the new home.", seen.title),
        ));
    }
    if sent.password.as_deref().unwrap_or("") != seen.password {
        findings.push(Finding::new(
            &codes::WIDER,
            "Its password is not set at the new home.",
        ));
    }
    findings.extend(compare_date(sent.date_utc, seen.date_utc));
    findings.extend(compare_body("text", &sent.content, &seen.content));
    findings.extend(compare_body("excerpt", &sent.excerpt, &seen.excerpt));
    findings.extend(compare_fields(&sent.fields, &seen.fields));
    findings
}

/// One name may have several values; more of them than were sent are somebody else's.
fn compare_fields(sent: &[Field], seen: &[Field]) -> Option<Finding> {
    let mut rest: Vec<&Field> = seen.iter().collect();
    let mut differing = BTreeSet::new();
    for field in sent {
        if let Some(at) = rest.iter().position(|other| *other == field) {
            rest.swap_remove(at);
        } else {
            differing.insert(field.name.as_str());
        }
    }
    let names: Vec<&str> = differing.into_iter().collect();
    (!names.is_empty()).then(|| {
        let sentence = format!(
            "Its custom fields are not as they were sent: {}.",
            names.join(", ")
        );
        Finding::new(&codes::FIELDS_DIFFER, sentence)
    })
}

/// What stood there before us differs in addresses only: it must read exactly as it was sent.
pub(super) fn compare_amended(sent: &AmendThing, seen: &ObservedWhole) -> Vec<Finding> {
    if sent.content == seen.content && sent.excerpt == seen.excerpt {
        return Vec::new();
    }
    let sentence = "It does not read as it was put right.";
    vec![Finding::new(&codes::CONTENT_LOST, sentence)]
}

fn compare_body(what: &str, sent: &str, seen: &str) -> Option<Finding> {
    match body::compare(sent, seen) {
        Difference::Same | Difference::Cosmetic(_) => None,
        Difference::Loss(losses) => Some(Finding::new(
            &codes::CONTENT_LOST,
            format!("Its {what} is not what was sent: {}.", losses.join("; ")),
        )),
    }
}

/// Wider than asked blocks; narrower is a change.
fn compare_status(sent: Status, seen: &str) -> Option<Finding> {
    let width = |word: &str| match word {
        "publish" => 3,
        "future" => 2,
        "private" => 1,
        _ => 0,
    };
    let word = sent.as_str();
    match width(seen).cmp(&width(word)) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater if word == "future" && seen == "publish" => None,
        std::cmp::Ordering::Greater => Some(Finding::new(
            &codes::WIDER,
            format!(
                "It is “{seen}” at the new home and should be “{word}”: more people can see it."
            ),
        )),
        std::cmp::Ordering::Less => Some(Finding::new(
            &codes::NARROWER,
            format!("It is “{seen}” at the new home and was sent as “{word}”."),
        )),
    }
}

pub(super) fn compare_comment(sent: &CommentThing, seen: &ObservedWhole) -> Vec<Finding> {
    let mut findings = Vec::new();
    let word = match sent.state {
        CommentState::Approved => "approved",
        CommentState::Held => "held",
        CommentState::Spam => "spam",
    };
    if seen.status != word {
        let code = if seen.status == "approved" {
            &codes::WIDER
        } else {
            &codes::NARROWER
        };
        findings.push(Finding::new(
            code,
            format!(
                "The comment has the state “{}” at the new home and was sent as “{word}”.",
                seen.status
            ),
        ));
    }
    if folded(&sent.author) != folded(&seen.title) {
        findings.push(Finding::new(
            &codes::TITLE_CHANGED,
            format!("Its author is called “{}” at the new home.", seen.title),
        ));
    }
    findings.extend(compare_date(sent.date_utc, seen.date_utc));
    findings.extend(compare_body("text", &sent.content, &seen.content));
    findings
}

/// A category or tag has a name, whatever letters it is written in: one that was there is adopted as it is.
pub(super) fn compare_term(sent: &TermThing, seen: &ObservedWhole) -> Option<Finding> {
    let is_same = folded(&sent.name).to_lowercase() == folded(&seen.title).to_lowercase();
    let sentence = format!("It is called “{}” at the new home.", seen.title);
    (!is_same).then(|| Finding::new(&codes::TITLE_CHANGED, sentence))
}

/// What is not for everyone must not be listed; what is said of a picture is a text like any other.
pub(super) fn compare_media(sent: &MediaThing, seen: &ObservedWhole) -> Vec<Finding> {
    let mut findings = Vec::new();
    if sent.open.is_none() && seen.status != "private" {
        let sentence = format!(
            "It is “{}” at the new home and should be “private”: everyone can find it.",
            seen.status
        );
        findings.push(Finding::new(&codes::WIDER, sentence));
    }
    if folded(&sent.title) != folded(&seen.title) {
        let sentence = format!("Its title reads “{}” at the new home.", seen.title);
        findings.push(Finding::new(&codes::TITLE_CHANGED, sentence));
    }
    findings.extend(compare_body("caption", &sent.caption, &seen.excerpt));
    findings
}

fn compare_date(sent: Option<Timestamp>, seen: Option<Timestamp>) -> Option<Finding> {
    let (sent, seen) = sent.zip(seen)?;
    let sentence = format!("Its date is {seen} at the new home; it was {sent}.");
    (sent.as_second() != seen.as_second()).then(|| Finding::new(&codes::DATE_CHANGED, sentence))
}

fn folded(text: &str) -> String {
    body::plain_text(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
