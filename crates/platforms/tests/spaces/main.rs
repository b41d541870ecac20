//! The Spaces reader against the sample host: what it takes in is what the host was given, in every dated markup and from
//! every shape of the download.

mod download;
mod inputs;
mod living;
mod private;
mod taken;
mod web_archive;

use blog::Finding;

/// The clock of a host that nobody set.
const NOW: &str = "2010-10-04T18:00:00Z";

const MARKUPS: [&str; 7] = [
    "2007-05",
    "2007-10",
    "2008-02",
    "2008-06",
    "about-2008",
    "2008-12",
    "2010-07",
];

/// Findings that say more than that dates are rough or a time zone was worked out.
fn grave(findings: &[Finding]) -> Vec<&Finding> {
    findings
        .iter()
        .filter(|finding| !matches!(finding.code.as_str(), "SP-015" | "SP-016"))
        .collect()
}
