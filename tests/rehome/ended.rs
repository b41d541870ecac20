//! A run that somebody ends at once.

use crate::program::{command, rehome};
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// An entry that takes long to repair.
fn export(to: &Path) {
    let paragraph = "<p>A <b>word</b> and <a href=\"http://x.example/\">another</a>.</p>\n";
    let body = paragraph.repeat((12 << 20) / paragraph.len());
    let entry = format!(
        "AUTHOR: Ana\nTITLE: Long\nBASENAME: long\nSTATUS: Publish\nDATE: 05/04/2008 09:03:12 PM\n-----\nBODY:\n{body}-----\n--------\n"
    );
    fs::write(to, entry).expect("written");
}

/// What the hands of a bundle are at.
fn notes(bundle: &Path) -> Vec<String> {
    let listing = fs::read_dir(bundle.join("at-work"));
    let files = listing.into_iter().flatten().flatten();
    let read = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    read.filter(|note| note.starts_with('[')).collect()
}

fn interrupt_until_it_ends(run: &mut Child) -> Option<i32> {
    let process = run.id().to_string();
    loop {
        if let Some(status) = run.try_wait().expect("a process") {
            return status.code();
        }
        let sent = Command::new("kill").args(["-INT", &process]).status();
        assert!(sent.is_ok_and(|status| status.success()));
        thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn what_was_at_work_when_its_owner_ended_two_runs_at_once_is_not_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, bundle) = (
        folder.path().join("long.txt"),
        folder.path().join("long.rehome"),
    );
    export(&input);
    let arguments = [
        "pack",
        input.to_str().expect("a path"),
        "--bundle",
        bundle.to_str().expect("a path"),
    ];
    for _ in 0..2 {
        let mut run = command(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the executable runs");
        // Those of the run before are taken away when the bundle is opened.
        let ended = bundle.join("at-work/ended-from-outside");
        while ended.exists() || notes(&bundle).is_empty() {
            assert!(run.try_wait().expect("a process").is_none(), "it ended");
        }
        assert_eq!(interrupt_until_it_ends(&mut run), Some(130));
        assert!(!notes(&bundle).is_empty(), "it was at work");
    }
    let packed = rehome(&arguments);
    assert_eq!(packed.status, 0, "{}", packed.err);
    let report = rehome(&["report", "--json", arguments[3]]);
    assert!(!report.out.contains("MOV-021"), "{}", report.out);
    let account: serde_json::Value = serde_json::from_str(&report.out).expect("JSON");
    let posts = &account["counts"]["source"]["post"];
    assert_eq!(posts.as_u64(), Some(1), "{}", report.out);
}
