//! What is published while a generation is being built is in that generation. `/proc` says when the build waits.

use crate::program::command;
use ::redirects::{Builder, Fate, Index, Know, Known, Listener, Name, Record, publish};
use std::{
    fs::{self, File},
    path::Path,
    process::Child,
    thread,
    time::{Duration, Instant},
};

/// Longer than a machine needs on which everybody works.
const PATIENCE: Duration = Duration::from_secs(60);

fn blog(name: &str, fate: Fate) -> Record {
    Record {
        names: vec![Name::Alias(name.to_owned())],
        base: match fate {
            Fate::Waiting => String::new(),
            _ => format!("https://{name}.example/"),
        },
        fate,
        entries: Vec::new(),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).expect("copied");
        }
    }
}

/// Waits until the build waits for others to have written: it has read the index by then.
fn until_it_waits(child: &mut Child, lock: &Path) {
    let began = Instant::now();
    let open = format!("/proc/{}/fd", child.id());
    let has_opened = || {
        let files = fs::read_dir(&open).into_iter().flatten().flatten();
        files
            .filter_map(|file| fs::read_link(file.path()).ok())
            .any(|file| file == lock)
    };
    while !has_opened() {
        let ended = child.try_wait().expect("a child");
        assert!(ended.is_none(), "the build did not wait: {ended:?}");
        assert!(began.elapsed() < PATIENCE, "the build never came so far");
        thread::sleep(Duration::from_millis(5));
    }
}

/// An index that knew that ana has moved for good, rebuilt while `published` was.
fn rebuilt_while(published: &Record) -> (Index, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a folder");
    let [index, aside] = ["index", "aside"].map(|name| root.join(name));
    let mut builder = Builder::begin(&index, Listener::default()).expect("a folder");
    builder.add(&blog("ana", Fate::Final)).expect("added");
    builder.finish().expect("a generation");
    // Whoever publishes holds the lock. So the same is published elsewhere, and its file comes while the lock is held here.
    copy(&index, &aside);
    publish(&aside, published).expect("published");
    let lock = index.join("lock");
    let held = File::options().write(true).open(&lock).expect("a lock");
    held.lock().expect("free");
    let arguments = ["redirects", "build", "--to", index.to_str().expect("text")];
    let mut build = command(&arguments).spawn().expect("the executable runs");
    until_it_waits(&mut build, &lock);
    let changes = "changes-0000000001.log";
    fs::copy(aside.join(changes), index.join(changes)).expect("copied");
    drop(held);
    assert!(build.wait().expect("a child").success());
    let index = Index::open_still(&index).expect("an index");
    assert_eq!(index.position().generation, 2);
    (index, folder)
}

#[test]
fn a_blog_that_is_published_during_a_build_stays() {
    let (index, _folder) = rebuilt_while(&blog("ben", Fate::Final));
    let known = index.know("ben.spaces.live.com", "/").expect("sound");
    assert!(matches!(known, Known::Moved(_)), "{known:?}");
    let known = index.know("ana.spaces.live.com", "/").expect("sound");
    assert!(matches!(known, Known::Moved(_)), "{known:?}");
}

#[test]
fn a_move_that_is_taken_back_during_a_build_stays_taken_back() {
    let (index, _folder) = rebuilt_while(&blog("ana", Fate::Waiting));
    let known = index.know("ana.spaces.live.com", "/").expect("sound");
    assert_eq!(known, Known::Waiting);
}
