//! The interfaces that programs use: JSON as documented, exit statuses, help.

use crate::program::{rehome, repository};
use serde_json::Value;
use std::fs;

fn schema(name: &str) -> jsonschema::Validator {
    let text =
        fs::read_to_string(repository(&format!("docs/{name}.schema.json"))).expect("a schema");
    jsonschema::validator_for(&serde_json::from_str(&text).expect("the schema is JSON"))
        .expect("the schema is a schema")
}

fn assert_valid(name: &str, value: &Value) {
    let errors: Vec<String> = schema(name)
        .iter_errors(value)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "{name} is not as documented: {errors:#?}"
    );
}

#[test]
fn the_survey_is_as_documented() {
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    let said = rehome(&["survey", "--json", export.to_str().expect("a path")]);
    assert_eq!(said.status, 0, "{}", said.err);
    let value: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_valid("survey", &value);
    assert!(
        value["items"]["post"].as_u64() > Some(3),
        "{}",
        value["items"]
    );
}

#[test]
fn a_packed_bundle_reports_as_documented_and_says_that_it_was_not_moved() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("kitchen.rehome");
    let bundle = bundle.to_str().expect("a path");
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    let media = repository("fixtures/movable-type/kitchen-notes-media");
    let export = export.to_str().expect("a path");
    let packed = rehome(&[
        "pack",
        export,
        "--bundle",
        bundle,
        "--media",
        media.to_str().expect("a path"),
    ]);
    assert_eq!(packed.status, 0, "{}", packed.err);
    let said = rehome(&["report", "--json", bundle]);
    assert_eq!(said.status, 3, "not moved yet: {}", said.err);
    let value: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_valid("report", &value);
    let survey: Value =
        serde_json::from_str(&rehome(&["survey", "--json", export]).out).expect("JSON");
    assert_eq!(
        value["counts"]["source"], survey["items"],
        "a survey counts what a reading reads"
    );
}

#[test]
fn a_quiet_pack_says_its_last_sentence_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("kitchen.rehome");
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    let media = repository("fixtures/movable-type/kitchen-notes-media");
    let words = [&export, &bundle, &media].map(|path| path.to_str().expect("a path"));
    let [export, bundle, media] = words;
    let said = rehome(&["pack", "-q", export, "--bundle", bundle, "--media", media]);
    assert_eq!((said.status, said.out.as_str()), (0, ""));
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    assert!(said.err.contains("were packed"), "{}", said.err);
}

#[test]
fn what_is_no_blog_is_refused_with_a_next_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("picture.png");
    fs::write(&file, b"\x89PNG\r\n\x1a\n not a blog").expect("a file");
    let said = rehome(&["survey", file.to_str().expect("a path")]);
    assert_eq!(said.status, 4, "{}", said.err);
    assert!(said.err.contains("rehome sources"), "{}", said.err);
    let said = rehome(&["survey", "/no/such/file"]);
    assert_eq!(said.status, 4, "{}", said.err);
}

#[test]
fn a_password_has_no_place_on_the_command_line() {
    let help = rehome(&["help", "move"]).out;
    assert!(
        help.contains("--password-file") && !help.contains("--password <"),
        "{help}"
    );
}

#[test]
fn the_exit_statuses_are_in_the_help() {
    let help = rehome(&["help"]).out;
    for status in [
        "0    complete",
        "1    complete with findings",
        "3    incomplete",
        "4    wrong input",
        "5    destination refused",
        "130  interrupted",
    ] {
        assert!(help.contains(status), "{help}");
    }
}

#[test]
fn every_line_of_a_move_into_files_and_of_an_archive_is_an_event_as_documented() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| {
        folder
            .path()
            .join(name)
            .to_str()
            .expect("a path")
            .to_owned()
    };
    let path = |name: &str| repository(name).to_str().expect("a path").to_owned();
    let export = path("fixtures/movable-type/kitchen-notes.txt");
    let media = path("fixtures/movable-type/kitchen-notes-media");
    let (bundle, file) = (at("kitchen.rehome"), at("out.xml"));
    let moved = rehome(&[
        "--json",
        "move",
        &export,
        &file,
        "--home",
        "https://new.example",
        "--bundle",
        &bundle,
        "--media",
        &media,
    ]);
    assert_eq!(moved.status, 1, "{}", moved.err);
    let kept = rehome(&["--json", "archive", &bundle, "--to", &at("blog.zip")]);
    assert_eq!(kept.status, 1, "{}", kept.err);
    let mut seen = std::collections::BTreeSet::new();
    for line in moved.out.lines().chain(kept.out.lines()) {
        let event: Value = serde_json::from_str(line).expect("JSON");
        assert_valid("events", &event);
        seen.insert(event["event"].as_str().expect("a name").to_owned());
    }
    let known = [
        "account", "archived", "begin", "done", "end", "finding", "say", "stage",
    ];
    assert_eq!(seen, known.map(str::to_owned).into());
    let account = moved.out.lines().last().expect("an account");
    assert!(
        account.contains("41 stand in the import files for https://new.example"),
        "nothing has arrived anywhere yet: {account}"
    );
}

#[test]
fn files_for_nobody_are_refused_before_anything_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| {
        folder
            .path()
            .join(name)
            .to_str()
            .expect("a path")
            .to_owned()
    };
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    let export = export.to_str().expect("a path");
    for home in [&[][..], &["--home", "new.example"]] {
        let bundle = at("kitchen.rehome");
        let mut words = vec!["move", export, "out.xml", "--bundle", &bundle];
        words.extend_from_slice(home);
        let said = rehome(&words);
        assert_eq!(said.status, 4, "{}", said.err);
        assert!(said.err.contains("--home ADDRESS"), "{}", said.err);
        assert!(!said.err.contains("reading"), "{}", said.err);
    }
}

#[test]
fn what_cannot_be_written_or_is_not_there_is_told_once_with_a_next_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = folder.path().join("no/such/folder");
    let file = nowhere.join("rehome.zip");
    let said = rehome(&["plugin", "--zip", file.to_str().expect("a path")]);
    assert_eq!(said.status, 70, "{}", said.err);
    assert_eq!(
        said.err,
        format!(
            "error: could not write {}: No such file or directory\n  next: check the name, and that the folder is there.\n",
            file.display()
        )
    );
    let index = nowhere.to_str().expect("a path");
    let said = rehome(&["redirects", "lookup", index, "http://a.example/"]);
    assert_eq!(said.status, 4, "{}", said.err);
    assert_eq!(said.err.matches("No such file").count(), 1, "{}", said.err);
    assert!(said.err.contains("redirects build"), "{}", said.err);
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).expect("a folder");
    let said = rehome(&["survey", empty.to_str().expect("a path")]);
    assert_eq!(said.status, 4);
    assert!(said.err.contains("is empty\n"), "{}", said.err);
    assert!(said.err.contains("came to its end"), "{}", said.err);
}
