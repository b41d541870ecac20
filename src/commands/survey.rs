//! `rehome survey`: what is in there, what will come along, change, or stay. Writes nothing.

use crate::{cli::SurveyArgs, status::Status, wiring};
use blog::{Finding, Severity};
use campaign::{
    Watch,
    survey::{Survey, noun},
};
use std::io::Write;

/// Findings of one code printed in full; the others are counted.
const SHOWN_PER_CODE: usize = 5;

pub(super) fn run(args: &SurveyArgs, json: bool, watch: &dyn Watch) -> anyhow::Result<Status> {
    let destination = args.destination.as_deref().map(wiring::card).transpose()?;
    let (mut input, source) = wiring::input(&args.input)?;
    let mut survey = campaign::survey::survey(source, &mut input, watch)?;
    survey.findings.extend(input.findings());
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &survey)?;
        writeln!(out)?;
    } else {
        print(&survey, &mut out)?;
        if let Some(card) = destination {
            writeln!(out, "\nby way of {} ({}):", card.title, card.name)?;
            for limit in card.limits {
                writeln!(out, "  {limit}")?;
            }
        }
    }
    Ok(Status::Complete)
}

fn print(survey: &Survey, out: &mut dyn Write) -> anyhow::Result<()> {
    if let Some(profile) = &survey.profile {
        let title = if profile.title.is_empty() {
            "(no title)"
        } else {
            &profile.title
        };
        writeln!(out, "{title}")?;
        if let Some(home) = &profile.home {
            writeln!(out, "  at {home}, read as {}", survey.source)?;
        }
        writeln!(out, "  seen by {}", profile.audience.as_words())?;
        writeln!(out)?;
    }
    for (name, count) in survey.items.named() {
        writeln!(
            out,
            "  {count:>8}  {:<20} {}",
            noun(name, count),
            becomes(name, count == 1)
        )?;
    }
    if survey.items.total() == 0 {
        writeln!(out, "  nothing that could be moved")?;
    }
    match survey.restricted {
        0 => {}
        1 => writeln!(
            out,
            "\n  1 of the posts could not be seen by everyone; it becomes private."
        )?,
        many => writeln!(
            out,
            "\n  {many} of the posts could not be seen by everyone; they become private."
        )?,
    }
    let addresses = match survey.old_addresses {
        1 => "address",
        _ => "addresses",
    };
    writeln!(
        out,
        "\n  {} old {addresses} will be known",
        survey.old_addresses
    )?;
    print_findings(survey, out)
}

/// What becomes of a kind at the new home, in a few words.
fn becomes(kind: &str, one: bool) -> &'static str {
    let (of_one, of_many) = match kind {
        "albums" => (
            "becomes a gallery post, captions and order kept",
            "become gallery posts, captions and order kept",
        ),
        "lists" => ("becomes a page", "become pages"),
        "guestbook notes" => (
            "becomes a comment on a guestbook page",
            "become comments on a guestbook page",
        ),
        "links" => ("becomes a links page", "become a links page"),
        "drafts" => ("stays a draft", "stay drafts"),
        "trackbacks" => ("stays a trackback", "stay trackbacks"),
        "pictures and files" => (
            "comes along in the best copy that can be had",
            "come along in the best copy that can be had",
        ),
        _ => ("comes along", "come along"),
    };
    if one { of_one } else { of_many }
}

fn print_findings(survey: &Survey, out: &mut dyn Write) -> anyhow::Result<()> {
    for (severity, heading) in [
        (Severity::Blocking, "to be settled first"),
        (Severity::Lost, "will stay behind"),
        (Severity::Changed, "will change"),
        (Severity::Note, "good to know"),
    ] {
        let findings: Vec<&Finding> = survey
            .findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .collect();
        if findings.is_empty() {
            continue;
        }
        writeln!(out, "\n{heading}:")?;
        let mut codes: Vec<&str> = findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect();
        codes.dedup();
        let mut printed = std::collections::BTreeSet::new();
        for code in codes.into_iter().filter(|code| printed.insert(*code)) {
            print_code(code, &findings, out)?;
        }
    }
    for (code, count) in &survey.more_findings {
        writeln!(out, "  {code}: {count} more")?;
    }
    Ok(())
}

fn print_code(code: &str, findings: &[&Finding], out: &mut dyn Write) -> anyhow::Result<()> {
    let of_code: Vec<&&Finding> = findings
        .iter()
        .filter(|finding| finding.code == code)
        .collect();
    for finding in of_code.iter().take(SHOWN_PER_CODE) {
        let place = finding
            .place
            .as_ref()
            .map(|place| format!(" [{place}]"))
            .unwrap_or_default();
        writeln!(out, "  {code}{place} {}", finding.sentence)?;
    }
    if of_code.len() > SHOWN_PER_CODE {
        writeln!(
            out,
            "  {code} and {} more like these",
            of_code.len() - SHOWN_PER_CODE
        )?;
    }
    if let Some(remedy) = of_code
        .first()
        .map(|finding| &finding.remedy)
        .filter(|remedy| !remedy.is_empty())
    {
        writeln!(out, "         {remedy}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{becomes, noun};
    use campaign::survey::Counts;

    #[test]
    fn one_of_a_kind_is_spoken_of_as_one() {
        let one = Counts {
            category: 1,
            draft: 1,
            media: 1,
            post: 2,
            ..Counts::default()
        };
        assert_eq!(
            one.said(),
            ["2 posts", "1 draft", "1 picture or file", "1 category"]
        );
        assert_eq!(noun("guestbook notes", 1), "guestbook note");
        for (name, _) in one.named() {
            assert_ne!(becomes(name, true), becomes(name, false), "{name}");
        }
    }
}
