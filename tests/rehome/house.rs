//! The house: arrows between rooms, and generated pages that are true.

use blog::Remedy;
use std::{collections::BTreeSet, fs, path::Path};

const ROOMS: &[&str] = &[
    "blog",
    "pictures",
    "platforms",
    "campaign",
    "points",
    "redirects",
];

/// Who may know whom. A new arrow is a decision: change this list and write down why.
const ARROWS: &[(&str, &[&str])] = &[
    ("points", &[]),
    ("blog", &[]),
    ("pictures", &[]),
    ("platforms", &["blog", "pictures", "points"]),
    ("campaign", &["blog", "points"]),
    ("redirects", &["blog", "points"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn dependencies(manifest: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(manifest)).expect("a manifest");
    let section = text
        .split("\n[dependencies]\n")
        .nth(1)
        .unwrap_or("")
        .split("\n[")
        .next()
        .unwrap_or("");
    section
        .lines()
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_room_knows_more_rooms_than_the_plan_says() {
    for (room, allowed) in ARROWS {
        let known = dependencies(&format!("crates/{room}/Cargo.toml"));
        assert!(
            !known.is_empty() || *room == "points",
            "the manifest of {room} was not read"
        );
        let arrows: BTreeSet<&str> = known
            .iter()
            .map(String::as_str)
            .filter(|name| ROOMS.contains(name))
            .collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert_eq!(arrows, allowed, "{room} points where it may not");
    }
}

#[test]
fn rooms_stay_free_of_what_may_not_enter() {
    for (room, banned) in [
        ("blog", &["ureq", "rusqlite", "tokio", "tempfile"][..]),
        ("platforms", &["rusqlite", "tokio"]),
        ("pictures", &["ureq", "rusqlite", "tokio", "tempfile"]),
        (
            "campaign",
            &["ureq", "url", "dom_query", "html5ever", "tokio"],
        ),
    ] {
        let known = dependencies(&format!("crates/{room}/Cargo.toml"));
        for name in banned {
            assert!(!known.contains(*name), "{room} must not know {name}");
        }
    }
}

#[test]
fn every_code_is_unique_and_has_its_page() {
    let mut names = BTreeSet::new();
    for code in blog::codes::all() {
        assert!(names.insert(code.name), "{} stands twice", code.name);
        assert!(
            !code.title.is_empty() && !code.meaning.is_empty(),
            "{} says nothing",
            code.name
        );
        for words in [code.title, code.meaning, code.advice] {
            assert!(!words.contains("  "), "{} has a gap: {words}", code.name);
            let us = ["tell us", "end us"]
                .into_iter()
                .find(|us| words.contains(us));
            assert_eq!(us, None, "{}: no owner knows who that is", code.name);
        }
        let asks = matches!(code.remedy, Remedy::AskOwner | Remedy::AskOperator);
        assert!(
            !asks || !code.advice.is_empty(),
            "{} asks for something and does not say what",
            code.name
        );
        let page = fs::read_to_string(root().join(format!("docs/errors/{}.md", code.name)))
            .unwrap_or_else(|_| panic!("{} has no page: run `cargo xtask docs`", code.name));
        assert!(
            page.contains(code.meaning) && page.contains(code.advice),
            "the page of {} is old: run `cargo xtask docs`",
            code.name
        );
    }
}

/// Where a run may be killed has to be known: a new outward call of the engine without its two points fails here.
#[test]
fn every_outward_call_of_the_engine_stands_between_two_points() {
    let mut calls = 0;
    for path in sources(&root().join("crates/campaign/src/transfer")) {
        let text = fs::read_to_string(&path).expect("a source file");
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let Some(name) = called(line) else { continue };
            // A visit changes nothing and is repeated freely.
            if matches!(name, "visit" | "visitor" | "card") {
                continue;
            }
            calls += 1;
            let near = &lines[at.saturating_sub(2)..=at];
            assert!(
                near.iter().any(|line| line.contains("steps::")),
                "{}:{}: destination.{name}() has no step; see transfer/steps.rs",
                path.display(),
                at + 1
            );
        }
    }
    assert!(calls > 8, "only {calls} calls were seen");
    let steps = campaign::transfer::STEPS;
    let names: BTreeSet<&str> = steps.iter().map(|step| step.before).collect();
    assert_eq!(names.len(), steps.len(), "a step has two names");
}

/// The method of the destination that a line calls.
fn called(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("destination.")?;
    let name = rest.split_once('(')?.0;
    let is_name = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}
