//! Import files: written, read back, taken away again, by the commands an owner types.

use crate::{
    program::{Said, rehome, repository},
    stories::{assert_adds_up, report},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// The garden as import files.
struct Garden {
    folder: TempDir,
}

impl Garden {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pictures = folder.path().join("saved");
        fs::create_dir(&pictures).expect("a folder");
        let photo = "fixtures/movable-type/kitchen-notes-media/6a00d8341c9a1053ef0120a5c3b2e2970b-800wi.jpg";
        fs::copy(repository(photo), pictures.join("rose.jpg")).expect("a picture");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn word(&self, name: &str) -> String {
        self.path(name).to_str().expect("a path").to_owned()
    }

    fn bundle(&self) -> PathBuf {
        self.path("garden.rehome")
    }

    fn go(&self, more: &[&str]) -> Said {
        let export = repository("fixtures/wordpress_export/garden.xml");
        let (out, saved, bundle) = (
            self.word("out.xml"),
            self.word("saved"),
            self.word("garden.rehome"),
        );
        let export = export.to_str().expect("a path");
        let mut words = vec![
            "--json",
            "move",
            export,
            &out,
            "--home",
            "https://new.example",
        ];
        words.extend(["--media", &saved, "--bundle", &bundle]);
        words.extend_from_slice(more);
        rehome(&words)
    }

    /// From a folder that is not the one the move was begun in.
    fn say(&self, command: &str) -> Said {
        rehome(&[command, &self.word("garden.rehome")])
    }

    fn edit(&self, old: &str, new: &str) {
        let text = fs::read_to_string(self.path("out.xml")).expect("the files");
        assert!(text.contains(old), "{old}");
        fs::write(self.path("out.xml"), text.replacen(old, new, 1)).expect("written");
    }

    /// The codes of what verification found, with what it is said of.
    fn found(&self) -> BTreeSet<(String, String)> {
        let report = report(&self.bundle());
        let findings = report["findings"].as_array().expect("findings").iter();
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        findings
            .map(|finding| (word(&finding["code"]), word(&finding["sentence"])))
            .filter(|(code, _)| code.starts_with("VER"))
            .collect()
    }

    fn account(&self) -> String {
        report(&self.bundle())["sentence"]
            .as_str()
            .expect("a sentence")
            .to_owned()
    }
}

fn created(said: &Said) -> String {
    let events = said
        .out
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events
        .filter_map(|event| event["sentence"].as_str().map(str::to_owned))
        .find(|sentence| sentence.contains(" created, "))
        .expect("a move says what it did")
}

fn everything_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(everything_in(&path)),
            path => found.push(path),
        }
    }
    found
}

#[test]
fn import_files_are_verified_and_undone_like_any_other_home() {
    let garden = Garden::new();
    let survey = rehome(&[
        "survey",
        repository("fixtures/wordpress_export/garden.xml")
            .to_str()
            .expect("a path"),
        "--for",
        "wxr",
    ]);
    assert_eq!(survey.status, 0, "{}", survey.err);
    let moved = garden.go(&[]);
    assert!(moved.status <= 1, "{} {}", moved.out, moved.err);
    assert_adds_up(&report(&garden.bundle()));
    assert_eq!(garden.found(), BTreeSet::new(), "read back clean");
    let before = fs::read(garden.path("out.xml")).expect("the files");

    let said = garden.say("verify");
    assert_eq!(said.status, moved.status, "{}", said.err);
    assert!(
        said.err
            .contains("whether it has imported them was not looked at"),
        "{}",
        said.err
    );
    assert!(
        garden
            .account()
            .contains("stand in the import files for https://new.example"),
        "{}",
        garden.account()
    );
    assert_eq!(garden.found(), BTreeSet::new());

    let again = garden.go(&[]);
    assert!(
        created(&again).starts_with("0 created, 0 updated"),
        "{}",
        created(&again)
    );
    assert_eq!(fs::read(garden.path("out.xml")).expect("the files"), before);

    let said = garden.say("undo");
    assert_eq!(said.status, 0, "{}", said.err);
    let left: Vec<PathBuf> = everything_in(garden.folder.path());
    let left: Vec<&PathBuf> = left
        .iter()
        .filter(|path| path.to_string_lossy().contains("out"))
        .collect();
    assert!(
        left.is_empty() && !garden.path("out-media").exists(),
        "{left:?}"
    );
    assert_eq!(garden.say("undo").status, 0, "twice is the same");
    assert!(
        garden.go(&[]).status > 1,
        "what was undone is not written unasked"
    );
    let back = garden.go(&["--again"]);
    assert!(back.status <= 1, "{} {}", back.out, back.err);
    assert_eq!(garden.found(), BTreeSet::new());
}

#[test]
fn what_is_changed_in_an_import_file_is_found_and_named_and_never_overwritten() {
    let garden = Garden::new();
    let moved = garden.go(&[]);
    assert!(moved.status <= 1, "{} {}", moved.out, moved.err);
    let text = fs::read_to_string(garden.path("out.xml")).expect("the files");
    let private = "<wp:status><![CDATA[private]]></wp:status>";
    garden.edit(private, "<wp:status><![CDATA[publish]]></wp:status>");
    let said = garden.say("verify");
    assert_eq!(said.status, 3, "wider blocks: {}", said.err);
    let found = garden.found();
    assert!(
        found
            .iter()
            .any(|(code, what)| code == "VER-003" && what.contains("in the import files")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|(code, what)| code == "VER-022" && what.contains("out.xml")),
        "{found:?}"
    );
    assert_adds_up(&report(&garden.bundle()));

    let refused = garden.go(&[]);
    assert_eq!(refused.status, 4, "{}", refused.err);
    assert!(
        refused.err.contains("was changed since this move wrote it"),
        "{}",
        refused.err
    );
    let said = garden.say("undo");
    assert_eq!(said.status, 1, "{}", said.err);
    assert!(
        said.err
            .contains("out.xml was changed since it was written; it was left"),
        "{}",
        said.err
    );
    assert!(garden.path("out.xml").exists());

    // Out of the way, it is written anew, as it was.
    fs::rename(garden.path("out.xml"), garden.path("mine.xml")).expect("moved");
    assert_eq!(garden.say("undo").status, 0);
    let back = garden.go(&["--again"]);
    assert!(back.status <= 1, "{} {}", back.out, back.err);
    assert_eq!(garden.found(), BTreeSet::new());
    let anew = fs::read_to_string(garden.path("out.xml")).expect("the files");
    assert_eq!(
        anew.matches("<item>").count(),
        text.matches("<item>").count()
    );
    assert_eq!(anew.matches(private).count(), text.matches(private).count());
}

#[test]
fn an_import_file_that_is_gone_or_broken_makes_the_move_incomplete_until_it_is_written_anew() {
    let garden = Garden::new();
    assert!(garden.go(&[]).status <= 1);
    let before = fs::read_to_string(garden.path("out.xml")).expect("the files");
    fs::write(garden.path("out.xml"), &before[..before.len() / 2]).expect("written");
    let said = garden.say("verify");
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(
        garden.account().contains("is not complete"),
        "{}",
        garden.account()
    );
    assert!(
        garden.found().iter().any(|(code, _)| code == "VER-021"),
        "{:?}",
        garden.found()
    );
    assert_adds_up(&report(&garden.bundle()));
    fs::remove_file(garden.path("out.xml")).expect("removed");
    assert_eq!(garden.say("verify").status, 3);
    let again = garden.go(&[]);
    assert!(again.status <= 1, "{} {}", again.out, again.err);
    assert!(
        created(&again).starts_with("0 created, "),
        "{}",
        created(&again)
    );
    assert_eq!(
        fs::read_to_string(garden.path("out.xml")).expect("the files"),
        before
    );
    assert_eq!(garden.found(), BTreeSet::new());
}

#[test]
fn a_picture_that_is_gone_is_found_and_a_file_of_somebody_else_is_not_overwritten() {
    let garden = Garden::new();
    fs::write(garden.path("out.xml"), "a diary").expect("written");
    let refused = garden.go(&[]);
    assert_eq!(refused.status, 4, "{}", refused.err);
    assert!(refused.err.contains("is there already"), "{}", refused.err);
    assert_eq!(
        fs::read_to_string(garden.path("out.xml")).expect("a file"),
        "a diary"
    );
    fs::remove_file(garden.path("out.xml")).expect("removed");
    assert!(garden.go(&[]).status <= 1);
    fs::remove_file(garden.path("out-media/2020/05/rose.jpg")).expect("removed");
    let said = garden.say("verify");
    assert_eq!(said.status, 3, "{}", said.err);
    let codes: BTreeSet<String> = garden.found().into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["VER-001", "VER-012"].map(str::to_owned).into());
    assert!(garden.go(&[]).status <= 1);
    assert!(garden.path("out-media/2020/05/rose.jpg").exists());
    assert_eq!(garden.found(), BTreeSet::new());
}

#[test]
fn what_is_said_of_a_picture_is_compared() {
    let garden = Garden::new();
    assert!(garden.go(&[]).status <= 1);
    let text = fs::read_to_string(garden.path("out.xml")).expect("the files");
    let items = text.split("<item>").skip(1);
    let picture = items
        .filter(|item| item.contains("/rose.jpg]]></wp:attachment_url>"))
        .find_map(|item| item.split("</title>").next())
        .expect("the picture");
    garden.edit(picture, "\n<title><![CDATA[A tulip]]>");
    let said = garden.say("verify");
    assert_eq!(said.status, 1, "{}", said.err);
    let found = garden.found();
    let tulip = "Its title reads “A tulip” in the import files.";
    assert!(
        found.contains(&("VER-005".to_owned(), tulip.to_owned())),
        "{found:?}"
    );
}
