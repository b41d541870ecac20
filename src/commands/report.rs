//! `rehome report`: the account, for people or machines.

use crate::{cli::ReportArgs, status::Status};
use anyhow::Context;
use blog::Severity;
use campaign::{Bundle, report::Report};
use std::{fs, io::Write};

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
    writeln!(out, "{}\n{}\n", account.profile.title, account.sentence)?;
    writeln!(
        out,
        "  {:<20} {:>10} {:>10} {:>10} {:>10}",
        "", "source", "verified", "left", "open"
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
            "  {name:<20} {source:>10} {verified:>10} {left:>10} {open:>10}"
        )?;
    }
    for (severity, heading) in [
        (Severity::Blocking, "to be settled"),
        (Severity::Lost, "stayed behind"),
        (Severity::Changed, "changed"),
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
        for finding in findings {
            let item = finding
                .item
                .as_ref()
                .map(|item| format!(" ({item})"))
                .unwrap_or_default();
            writeln!(out, "  {} {}{item}", finding.code, finding.sentence)?;
        }
    }
    Ok(())
}
