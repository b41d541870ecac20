//! The account as one HTML page that an owner would keep: nothing loaded from elsewhere, printable, light and dark, and right
//! in both directions of writing.

use super::{Line, Report, Verdict};
use askama::Template;
use blog::{Finding, Severity};
use std::collections::BTreeMap;

/// Findings of one code shown in full; the rest of them are counted. All of them are in the JSON.
const SHOWN_PER_CODE: usize = 20;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    kinds: Vec<KindRow>,
    chapters: Vec<Chapter<'a>>,
}

impl Page<'_> {
    fn verdict_class(&self) -> &'static str {
        match self.report.account.verdict {
            Verdict::Complete => "complete",
            Verdict::CompleteWithFindings => "complete-with-findings",
            Verdict::Incomplete => "incomplete",
        }
    }
}

struct KindRow {
    name: &'static str,
    source: u64,
    verified: u64,
    left: u64,
    open: u64,
}

struct Chapter<'a> {
    title: &'static str,
    groups: Vec<Group<'a>>,
}

struct Group<'a> {
    code: &'a str,
    title: &'static str,
    remedy: &'a str,
    count: usize,
    shown: Vec<Shown<'a>>,
    more: usize,
}

struct Shown<'a> {
    finding: &'a Finding,
    line: Option<&'a Line>,
}

/// Renders the report.
///
/// # Errors
/// When the template fails, which only a broken writer makes it do.
pub fn html(report: &Report) -> Result<String, askama::Error> {
    Page {
        report,
        kinds: kinds(report),
        chapters: chapters(report),
    }
    .render()
}

fn kinds(report: &Report) -> Vec<KindRow> {
    let counts = &report.account.counts;
    let of = |counts: &crate::survey::Counts, name: &str| {
        counts
            .named()
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(0, |(_, count)| *count)
    };
    counts
        .source
        .named()
        .into_iter()
        .map(|(name, source)| KindRow {
            name,
            source,
            verified: of(&counts.verified, name),
            left: of(&counts.left, name),
            open: of(&counts.open, name),
        })
        .collect()
}

fn chapters(report: &Report) -> Vec<Chapter<'_>> {
    let lines: BTreeMap<(blog::Kind, &str), &Line> = report
        .items
        .iter()
        .map(|line| ((line.kind, line.id.as_str()), line))
        .collect();
    [
        (Severity::Blocking, "To be settled first"),
        (Severity::Lost, "What stayed behind, and why"),
        (Severity::Changed, "What changed"),
        (Severity::Note, "Good to know"),
    ]
    .into_iter()
    .filter_map(|(severity, title)| {
        let groups = groups(
            report
                .account
                .findings
                .iter()
                .filter(|finding| finding.severity == severity),
            &lines,
        );
        (!groups.is_empty()).then_some(Chapter { title, groups })
    })
    .collect()
}

fn groups<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    lines: &BTreeMap<(blog::Kind, &str), &'a Line>,
) -> Vec<Group<'a>> {
    let mut by_code: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        match by_code.iter_mut().find(|(code, _)| *code == finding.code) {
            Some((_, group)) => group.push(finding),
            None => by_code.push((&finding.code, vec![finding])),
        }
    }
    by_code
        .into_iter()
        .map(|(code, findings)| Group {
            code,
            title: blog::codes::all()
                .into_iter()
                .find(|known| known.name == code)
                .map_or("", |known| known.title),
            remedy: findings.first().map_or("", |finding| &finding.remedy),
            count: findings.len(),
            more: findings.len().saturating_sub(SHOWN_PER_CODE),
            shown: findings
                .into_iter()
                .take(SHOWN_PER_CODE)
                .map(|finding| Shown {
                    finding,
                    line: finding
                        .item
                        .as_ref()
                        .and_then(|item| lines.get(&(item.kind, item.id.as_str())).copied()),
                })
                .collect(),
        })
        .collect()
}
