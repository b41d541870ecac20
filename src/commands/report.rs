//! `rehome report`: the account, for people or machines.

use crate::{cli::ReportArgs, status::Status};
use anyhow::Context;
use blog::{Finding, Severity};
use campaign::{Bundle, report::Report};
use std::{fs, io::Write};

/// More findings of one code than this are printed as one and a number; `--html` and `--json` hold them all.
const SHOWN_PER_CODE: usize = 5;

pub(super) fn run(args: &ReportArgs, json: bool) -> anyhow::Result<Status> {
    let bundle = Bundle::open(&args.bundle)?;
    let report = Report::of(&bundle)?;
    let status = report.account.verdict.into();
    if let Some(file) = &args.html {
        let page = campaign::report::html(&report).context("could not render the report")?;
        fs::write(file, page).with_context(|| format!("could not write {}", file.display()))?;
        eprintln!("wrote {}", file.display());
    }
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    } else if args.html.is_none() {
        print(&report, &mut out)?;
    }
    Ok(status)
}

fn print(report: &Report, out: &mut dyn Write) -> anyhow::Result<()> {
    let account = &report.account;
    let title = match account.profile.title.trim() {
        "" => "(no title)",
        title => title,
    };
    writeln!(out, "{title}\n{}\n", account.sentence)?;
    let labels = account.work.labels();
    let [source, arrived, left, open] = labels.columns.map(str::to_lowercase);
    writeln!(
        out,
        "  {:<20} {:>13} {:>13} {:>13} {:>13}",
        "", source, arrived, left, open
    )?;
    let of = |counts: &campaign::survey::Counts, name: &str| {
        counts
            .named()
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(0, |(_, count)| *count)
    };
    for (name, source) in account.counts.source.named() {
        let (verified, left, open) = (
            of(&account.counts.verified, name),
            of(&account.counts.left, name),
            of(&account.counts.open, name),
        );
        writeln!(
            out,
            "  {name:<20} {source:>13} {verified:>13} {left:>13} {open:>13}"
        )?;
    }
    let [lost, changed] = [labels.lost, labels.changed].map(str::to_lowercase);
    for (severity, heading) in [
        (Severity::Blocking, "to be settled"),
        (Severity::Lost, lost.as_str()),
        (Severity::Changed, changed.as_str()),
        (Severity::Note, "good to know"),
    ] {
        let findings: Vec<_> = account
            .findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .collect();
        if !findings.is_empty() {
            writeln!(out, "\n{heading}:")?;
        }
        print_codes(&findings, out)?;
    }
    Ok(())
}

/// Prints what the owner must settle, and nothing else.
pub(super) fn print_to_be_settled(findings: &[Finding], out: &mut dyn Write) -> anyhow::Result<()> {
    let blocking: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Blocking)
        .collect();
    print_codes(&blocking, out)
}

/// Few findings of a code are printed each; many become one line.
pub(super) fn print_codes(findings: &[&Finding], out: &mut dyn Write) -> anyhow::Result<()> {
    let mut codes: Vec<&str> = Vec::new();
    for finding in findings {
        if !codes.contains(&finding.code.as_str()) {
            codes.push(&finding.code);
        }
    }
    for code in codes {
        let of_code = || findings.iter().filter(|finding| finding.code == code);
        let count = of_code().count();
        let shown = if count > SHOWN_PER_CODE { 1 } else { count };
        for finding in of_code().take(shown) {
            let item = finding
                .item
                .as_ref()
                .map(|item| format!(" ({item})"))
                .unwrap_or_default();
            writeln!(out, "  {code} {}{item}", finding.sentence)?;
        }
        if count > shown {
            writeln!(out, "  {code} and {} more like this", count - shown)?;
        }
        if let Some(finding) = of_code().find(|finding| !finding.remedy.is_empty()) {
            writeln!(
                out,
                "  {:width$} {}",
                "",
                finding.remedy,
                width = code.len()
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::print_to_be_settled;
    use blog::{Finding, codes::verify};

    #[test]
    fn a_quiet_run_names_only_what_must_be_settled_with_its_next_step() {
        let findings = [
            Finding::new(&verify::LINK_BROKEN, "A link leads nowhere."),
            Finding::new(&verify::WIDER, "A visitor can read it."),
            Finding::new(&verify::PLACED_TWICE, "Placed once more."),
        ];
        let mut out = Vec::new();
        print_to_be_settled(&findings, &mut out).expect("printed");
        let said = String::from_utf8(out).expect("text");
        assert_eq!(
            said,
            format!(
                "  VER-003 A visitor can read it.\n          {}\n",
                verify::WIDER.advice
            )
        );
    }
}
