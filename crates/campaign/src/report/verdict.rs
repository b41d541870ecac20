//! How a move ended, from the bundle alone.

use super::{Account, Line, Tally, Work};
use crate::{
    Bundle, Error,
    bundle::{Fact, State, stays_behind},
    survey::Counts,
};
use blog::{Finding, Kind, Severity, codes, doors::NewHome};
use jiff::Timestamp;
use serde::Serialize;

/// How a move ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every item is there and as it was.
    Complete,
    /// Every item is accounted for; some changed or stayed behind, each with a reason.
    CompleteWithFindings,
    /// Items are still to be moved or looked at.
    Incomplete,
}

/// Makes the account of a bundle.
///
/// # Errors
/// When nothing was read into the bundle yet, or it cannot be read.
pub fn account(bundle: &Bundle) -> Result<Account, Error> {
    let findings = bundle.findings()?;
    let left = bundle.counts_left()?;
    let open = bundle.counts_open()?;
    let counts = Tally {
        source: bundle.counts()?,
        placed: bundle.counts_in(&[
            State::Placed,
            State::Verified,
            State::Missing,
            State::Conflict,
        ])?,
        verified: bundle.counts_in(&[State::Verified, State::Conflict])?,
        left,
        open,
    };
    let home: Option<NewHome> = bundle.fact(Fact::Home)?;
    let verified_at: Option<Timestamp> = bundle.fact(Fact::Verified)?;
    let verdict = verdict(&counts, &findings, verified_at.is_some());
    let work = Work::of(bundle)?;
    let words = match work {
        Work::Move => &MOVED,
        Work::Files => &WRITTEN,
        Work::Repair => &REPAIRED,
    };
    let mut profile = bundle.profile()?;
    // An account is passed on; nobody's mail address goes with it.
    if let Some(owner) = &mut profile.owner {
        owner.email = None;
    }
    Ok(Account {
        work,
        sentence: sentence(words, verdict, &counts, &findings, home.as_ref()),
        verdict,
        source: bundle.fact(Fact::Source)?.unwrap_or_default(),
        input: bundle.fact(Fact::Input)?.unwrap_or_default(),
        profile,
        new_home: home.as_ref().map(|home| home.address.clone()),
        software: home.map(|home| home.software),
        verified_at,
        counts,
        old_addresses: bundle.count_old_addresses()?,
        findings,
    })
}

fn verdict(counts: &Tally, findings: &[Finding], verified: bool) -> Verdict {
    let gravest = findings.iter().map(|finding| finding.severity).max();
    if !verified || counts.open.total() > 0 || gravest == Some(Severity::Blocking) {
        Verdict::Incomplete
    } else if counts.left.total() > 0 || gravest.is_some_and(|gravest| gravest > Severity::Note) {
        Verdict::CompleteWithFindings
    } else {
        Verdict::Complete
    }
}

/// How an account speaks of what was done.
struct Words {
    not_yet: &'static str,
    arrived: &'static str,
    move_: &'static str,
    stayed: [&'static str; 2],
    lost: [&'static str; 2],
}

const MOVED: Words = Words {
    not_yet: "items were packed; they were not moved anywhere yet",
    arrived: "arrived at",
    move_: "The move",
    stayed: [
        "1 item that stayed behind with its reason",
        "items that stayed behind with their reasons",
    ],
    lost: [
        "part that did not come along",
        "parts that did not come along",
    ],
};

/// Files were written that somebody has still to import.
const WRITTEN: Words = Words {
    arrived: "stand in the import files for",
    move_: "The writing of the import files",
    ..MOVED
};

const REPAIRED: Words = Words {
    not_yet: "posts and pictures are broken; nothing was put right yet",
    arrived: "were put right at",
    move_: "The repair",
    stayed: [
        "1 item that stays as it is, with its reason",
        "items that stay as they are, with their reasons",
    ],
    lost: [
        "part that could not be put right",
        "parts that could not be put right",
    ],
};

fn sentence(
    words: &Words,
    verdict: Verdict,
    counts: &Tally,
    findings: &[Finding],
    home: Option<&NewHome>,
) -> String {
    let total = counts.source.total();
    let Some(home) = home else {
        return format!("{total} {}.", words.not_yet);
    };
    match verdict {
        Verdict::Complete => format!(
            "All {total} items {} {} and were read back.",
            words.arrived, home.address
        ),
        Verdict::CompleteWithFindings => with_findings(words, counts, findings, &home.address),
        Verdict::Incomplete => format!(
            "{} is not complete: of {total} items {} are at {} and were read back, {} are still open.",
            words.move_,
            counts.verified.total(),
            home.address,
            counts.open.total()
        ),
    }
}

/// The sentence of a move of which every item is accounted for, but not every one is there as it was.
fn with_findings(words: &Words, counts: &Tally, findings: &[Finding], home: &str) -> String {
    let (total, arrived, left) = (
        counts.source.total(),
        counts.verified.total(),
        counts.left.total(),
    );
    let of = |severity| {
        findings
            .iter()
            .filter(move |finding| finding.severity == severity)
    };
    let parts = of(Severity::Lost)
        .filter(|finding| !codes::transfer::stays_behind(finding))
        .count();
    let mut named = vec![];
    match left {
        0 => {}
        1 => named.push(words.stayed[0].to_owned()),
        left => named.push(format!("{left} {}", words.stayed[1])),
    }
    named.extend(plural(parts, words.lost[0], words.lost[1]));
    named.extend(plural(of(Severity::Changed).count(), "change", "changes"));
    let arrived = if arrived == total {
        format!("All {total} items")
    } else {
        format!("Of {total} items, {arrived}")
    };
    format!(
        "{arrived} {} {home} and were read back. The report names {}.",
        words.arrived,
        listed(&named)
    )
}

/// `a`, `a and b`, `a, b and c`.
fn listed(parts: &[String]) -> String {
    match parts {
        [] => "nothing else".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn plural(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    }
}

const THERE: &str = "coalesce(ledger.state, '') IN ('verified', 'conflict')";

/// SQL that is true for an item that was taken away, or of which a finding says that it stays behind.
fn explained() -> String {
    format!(
        "(coalesce(ledger.state, '') = 'removed' OR EXISTS
          (SELECT 1 FROM finding WHERE finding.kind = item.kind AND finding.id = item.id AND {}))",
        stays_behind()
    )
}

impl Bundle {
    /// Items that are not at the new home, with a finding that says why.
    fn counts_left(&self) -> Result<Counts, Error> {
        self.counted(&format!(
            "SELECT item.kind, item.draft, count(*) FROM item LEFT JOIN ledger USING (kind, id)
             WHERE NOT {THERE} AND {} GROUP BY item.kind, item.draft",
            explained()
        ))
    }

    /// Items that are not at the new home, and nothing says why.
    fn counts_open(&self) -> Result<Counts, Error> {
        self.counted(&format!(
            "SELECT item.kind, item.draft, count(*) FROM item LEFT JOIN ledger USING (kind, id)
             WHERE NOT {THERE} AND NOT {} GROUP BY item.kind, item.draft",
            explained()
        ))
    }
}

/// Walks over every item of the source, in reading order.
///
/// # Errors
/// When the bundle cannot be read, or `visit` fails.
pub fn lines(
    bundle: &Bundle,
    mut visit: impl FnMut(Line) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let page = bundle.page(&Kind::ALL, after, 256)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.seq;
        for stored in page {
            let item = stored.item.reference();
            let row = bundle.ledger(&item)?;
            let reason = bundle.reason_left(&item)?;
            let state = match (&row, &reason) {
                (Some(row), _)
                    if row.state.is_there()
                        || matches!(row.state, State::Refused | State::Removed) =>
                {
                    row.state.as_str()
                }
                (_, Some(_)) => "left",
                (Some(row), None) => row.state.as_str(),
                (None, None) => "open",
            };
            visit(Line {
                kind: item.kind,
                title: bundle.title(&item)?.unwrap_or_default(),
                old_addresses: bundle
                    .old_addresses(&item)?
                    .into_iter()
                    .map(|old| old.address)
                    .collect(),
                state: state.to_owned(),
                reason: reason.or_else(|| {
                    row.as_ref()
                        .map(|row| row.remark.clone())
                        .filter(|remark| !remark.is_empty())
                }),
                new_address: row.and_then(|row| row.new_address),
                id: item.id,
            })?;
        }
    }
}
