//! `odd`: the kinds of odd and damaged input that people really send, each with the exact report it must give.
//!
//! Inputs are made by code ([`containers`], [`exports`], [`texts`], [`pages`], [`hosts`], [`pictures`]); the reports lie in `fixtures/odd`, one file a case.
//! After a wanted change: `REHOME_ACCEPT=1 cargo nextest run -p lab odd`, and read the difference.

mod containers;
mod exports;
mod hosts;
mod pages;
mod pictures;
mod texts;

use super::Lab;
use crate::reading::{self, Fate, Reading, word};
use crate::{Goal, Wish};
use anyhow::{Context, Result};
use blog::{Finding, Item, Kind, Post, codes};
use platforms::wire::{encodings, feeds};
use std::{fmt::Write as _, fs, path::PathBuf};

pub(super) const LAB: Lab = Lab {
    name: "odd",
    about: "odd and damaged inputs of 83 kinds, each with the exact report it must give; nothing lost in silence",
    short: 5,
    long: 30,
    wordpress: false,
    catches: &[points::Bug::DropDuplicateName],
    run,
};

/// Items, findings and kept parts that a report shows of many.
const SHOWN: usize = 24;

/// One odd input.
struct Case {
    /// The kind, as numbered in the plan; 0 for none of them.
    kind: u8,
    /// The case, as the name of its report.
    name: &'static str,
    /// What is read.
    input: Odd,
    /// Words in it, from 1, that must be moved, kept aside or refused.
    words: usize,
}

enum Odd {
    /// One file under a name.
    File(&'static str, Vec<u8>),
    /// A feed, as a blog's host answers it.
    Feed(Vec<u8>),
    /// A folder with files.
    Folder(Vec<(&'static str, Vec<u8>)>),
    /// The feed of a host.
    Host(hosts::Pages),
    /// Pictures that a post shows.
    Pictures(pictures::Shown),
}

fn case(kind: u8, name: &'static str, words: usize, input: Odd) -> Case {
    Case {
        kind,
        name,
        input,
        words,
    }
}

fn cases() -> Vec<Case> {
    let mut cases = containers::cases();
    cases.extend(exports::cases());
    cases.extend(texts::cases());
    cases.extend(pages::cases());
    cases.extend(hosts::cases());
    cases.extend(pictures::cases());
    cases
}

fn run(_wish: &Wish) -> Result<Vec<Goal>> {
    let cases = cases();
    let (mut other, mut lost) = (0, 0);
    let mut kinds: Vec<u8> = cases
        .iter()
        .map(|case| case.kind)
        .filter(|kind| *kind > 0)
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    for case in &cases {
        let (report, in_silence) = report(case)?;
        lost += in_silence;
        let golden = fs::read_to_string(golden(case)).unwrap_or_default();
        if report != golden {
            other += 1;
            eprintln!("odd: {} is told in other words", case.name);
        }
    }
    Ok(vec![
        Goal::at_least("cases", cases.len() as f64, 100.0),
        Goal::at_least("kinds of the 83", kinds.len() as f64, 83.0),
        Goal::never("words lost in silence", lost),
        Goal::never("reports that are not the expected ones", other),
    ])
}

fn golden(case: &Case) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/odd")
        .join(format!("{:02}-{}.txt", case.kind, case.name))
}

/// The report about a case, and how many of its words were lost in silence.
fn report(case: &Case) -> Result<(String, u64)> {
    let folder = tempfile::tempdir()?;
    let (label, reading) = match &case.input {
        Odd::File(name, bytes) => (
            format!("{name}, {} bytes", bytes.len()),
            reading::read(name, bytes),
        ),
        Odd::Feed(bytes) => (format!("a feed, {} bytes", bytes.len()), read_feed(bytes)),
        Odd::Folder(files) => {
            for (name, bytes) in files {
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().context("a file in a folder")?)?;
                fs::write(path, bytes)?;
            }
            (
                format!("a folder with {} files", files.len()),
                reading::read_folder(folder.path()),
            )
        }
        Odd::Host(pages) => (
            format!("a host with {} pages", pages.len()),
            hosts::read(pages),
        ),
        Odd::Pictures(shown) => {
            let told = pictures::tell(shown).with_context(|| case.name.to_owned())?;
            let input = format!("input: a post that shows pictures, {}", shown.len());
            return Ok((format!("{}{input}\n{told}", title(case)), 0));
        }
    };
    let mut out = format!("{}input: {label}\n", title(case));
    let lost = tell(&mut out, case, &reading)?;
    let place = folder.path().display().to_string();
    Ok((out.replace(&place, "FOLDER"), lost))
}

fn title(case: &Case) -> String {
    format!("kind {}: {}\n", case.kind, case.name.replace('-', " "))
}

/// A feed's items as posts, so that they are told alike.
fn read_feed(bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let text = encodings::decode(bytes, None).text;
    let Some((_, items, bad)) = feeds::read_all(&text) else {
        reading.refused = Some("it is no feed".to_owned());
        return reading;
    };
    reading.source = Some("feed");
    for item in items {
        let mut post = Post::new(item.guid.unwrap_or_default());
        (post.title, post.body, post.published) = (item.title, item.body, item.published);
        reading.items.push(Item::Post(post));
    }
    for bad in bad {
        let sentence = format!("Item {} was left out: {}.", bad.number, bad.what);
        reading
            .findings
            .push(Finding::new(&codes::input::LEFT_OUT, sentence));
    }
    reading
}

fn tell(out: &mut String, case: &Case, reading: &Reading) -> Result<u64> {
    match (&reading.source, &reading.refused) {
        (Some(source), None) => writeln!(out, "read as: {source}")?,
        (_, Some(refused)) => writeln!(out, "refused: {refused}")?,
        (None, None) => writeln!(out, "refused without a reason")?,
    }
    if let Some(profile) = &reading.profile {
        writeln!(
            out,
            "blog: \"{}\", seen by {}",
            profile.title,
            profile.audience.as_words()
        )?;
    }
    for item in reading.items.iter().take(SHOWN) {
        writeln!(out, "  {}", line(item))?;
    }
    more(out, "items", reading.items.len())?;
    for finding in reading.findings.iter().take(SHOWN) {
        let place = finding.place.as_deref().unwrap_or("the blog");
        let item = finding
            .item
            .as_ref()
            .map(|item| format!(" · {} {}", item.kind, item.id))
            .unwrap_or_default();
        writeln!(
            out,
            "{} · {place}{item} · {}",
            finding.code, finding.sentence
        )?;
        if !finding.remedy.is_empty() {
            writeln!(out, "    {}", finding.remedy)?;
        }
    }
    more(out, "findings", reading.findings.len())?;
    for (place, bytes) in reading.aside.iter().take(SHOWN) {
        writeln!(out, "kept aside: {place}, {} bytes", bytes.len())?;
    }
    more(out, "parts", reading.aside.len())?;
    conserve(out, case, reading)
}

/// The law of conservation, in words that were planted.
fn conserve(out: &mut String, case: &Case, reading: &Reading) -> Result<u64> {
    let moved_text = reading.moved_text();
    let (mut moved, mut aside, mut refused, mut lost) = (0_u64, 0_u64, 0_u64, 0_u64);
    for number in 1..=case.words {
        match reading.fate(&word(number), &moved_text) {
            Fate::Moved => moved += 1,
            Fate::Aside => aside += 1,
            Fate::Refused => refused += 1,
            Fate::Lost => lost += 1,
        }
    }
    writeln!(
        out,
        "account: {} words seen = {moved} moved + {aside} kept aside + {refused} refused{}",
        case.words,
        if lost == 0 {
            String::new()
        } else {
            format!(" and {lost} LOST")
        }
    )?;
    Ok(lost)
}

fn more(out: &mut String, what: &str, count: usize) -> Result<()> {
    if count > SHOWN {
        writeln!(out, "  … and {} more {what}", count - SHOWN)?;
    }
    Ok(())
}

/// One item in a line.
fn line(item: &Item) -> String {
    let short = |text: &str| -> String {
        let text: String = text
            .chars()
            .map(|c| if c == '\n' { ' ' } else { c })
            .collect();
        let shown: String = text.chars().take(100).collect();
        if shown.len() < text.len() {
            format!("{shown}… ({} bytes)", text.len())
        } else {
            shown
        }
    };
    match item {
        Item::Post(post) => {
            let date = post
                .published
                .map_or("no date".to_owned(), |moment| moment.to_string());
            let state = format!("{:?}", post.state).to_lowercase();
            format!(
                "{} \"{}\" · {date} · {state} · {} · {}",
                item.kind(),
                short(&post.title),
                post.audience.as_words(),
                short(&post.body)
            )
        }
        Item::Comment(comment) => format!(
            "{} by \"{}\" under {} · {}",
            item.kind(),
            short(&comment.author.name),
            short(&comment.post),
            short(&comment.body)
        ),
        Item::Media(media) => format!("{} {}", Kind::Media, short(&media.id)),
        other => format!("{} \"{}\"", other.kind(), short(other.id())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_odd_input_gives_its_report_and_nothing_is_lost_in_silence() {
        let accept = std::env::var_os("REHOME_ACCEPT").is_some();
        let mut other = Vec::new();
        for case in &cases() {
            let (report, lost) = report(case).expect("a report");
            if lost > 0 {
                other.push(report.clone());
            }
            let golden = golden(case);
            if accept {
                fs::create_dir_all(golden.parent().expect("a folder")).expect("made");
                fs::write(&golden, &report).expect("written");
            } else if fs::read_to_string(&golden).unwrap_or_default() != report {
                other.push(format!("{}:\n{report}", golden.display()));
            }
        }
        assert!(other.is_empty(), "{}", other.join("\n"));
    }

    #[test]
    fn no_report_is_left_of_a_case_that_is_gone() {
        let cases = cases();
        let folder = golden(&cases[0]);
        let known: Vec<PathBuf> = cases.iter().map(golden).collect();
        for file in fs::read_dir(folder.parent().expect("a folder")).expect("reports") {
            let path = file.expect("a file").path();
            let is_report = path.extension().is_some_and(|end| end == "txt");
            let name = path.file_name().expect("a name");
            assert!(
                !is_report || known.iter().any(|known| known.file_name() == Some(name)),
                "{}",
                path.display()
            );
        }
    }
}
