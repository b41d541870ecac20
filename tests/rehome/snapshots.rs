//! What is visible, kept as pictures of text: help, cards, a survey, the account of a packed bundle. Read the difference before
//! accepting it.

use crate::program::{rehome, repository};

#[test]
fn the_help_of_every_command() {
    let mut all = String::new();
    for command in [
        "", "survey", "pack", "move", "verify", "report", "undo", "plugin",
    ] {
        let arguments: Vec<&str> = ["help", command]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        all.push_str(&format!(
            "==== rehome {}\n{}\n",
            arguments.join(" "),
            rehome(&arguments).out
        ));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_cards() {
    insta::assert_snapshot!(format!(
        "{}\n{}",
        rehome(&["sources"]).out,
        rehome(&["destinations"]).out
    ));
}

#[test]
fn a_survey_for_people() {
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    insta::assert_snapshot!(rehome(&["survey", export.to_str().expect("a path")]).out);
}

#[test]
fn saved_pages_for_people() {
    let folder = repository("fixtures/spaces-pages");
    insta::assert_snapshot!(rehome(&["survey", folder.to_str().expect("a path")]).out);
}

#[test]
fn the_items_of_a_packed_bundle() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("kitchen.rehome");
    let bundle = bundle.to_str().expect("a path");
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    let media = repository("fixtures/movable-type/kitchen-notes-media");
    let packed = rehome(&[
        "pack",
        export.to_str().expect("a path"),
        "--bundle",
        bundle,
        "--media",
        media.to_str().expect("a path"),
    ]);
    assert_eq!(packed.status, 0, "{}", packed.err);
    let report: serde_json::Value =
        serde_json::from_str(&rehome(&["report", "--json", bundle]).out).expect("JSON");
    let lines: Vec<String> = report["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| {
            format!(
                "{} | {} | {} | {}",
                item["kind"], item["id"], item["title"], item["old_addresses"]
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
