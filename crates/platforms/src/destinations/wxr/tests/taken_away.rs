//! What was written is taken away again, and nothing else.

use super::*;
use blog::doors::Removal;
use std::path::PathBuf;

const POSTS: usize = 12;

/// Posts with a picture and a comment each, in several files.
fn written(folder: &Path) -> Wxr {
    let mut files = wxr(folder, 9_000);
    files.open("site:old.example").expect("open");
    files
        .place(&[term(Kind::Category, 1, "Roses", None)])
        .expect("placed");
    let pictures: Vec<_> = (1..=POSTS).map(|at| picture(folder, at, true)).collect();
    let placed = files.place(&pictures).expect("placed");
    for (at, placed) in (1..=POSTS).zip(placed) {
        let address = &placed.picture.expect("a picture").sizes[0].address;
        let mut thing = post(at, &format!("Title {at}"), 1_300_000_000);
        thing.content = format!(
            "<p><img src=\"{address}\"></p><p>{}</p>",
            "word ".repeat(200)
        );
        files
            .place(&[posted(at, thing), comment(at, at, None)])
            .expect("placed");
    }
    files.finish().expect("written");
    assert!(files.settings.piece(3).exists(), "several files");
    files
}

/// Every mark, in the order in which an undo names them.
fn marks() -> Vec<ItemRef> {
    let of = |kind| (1..=POSTS).map(move |at| mark(kind, at));
    of(Kind::Comment)
        .chain(of(Kind::Post))
        .chain(of(Kind::Media))
        .chain([mark(Kind::Category, 1)])
        .collect()
}

/// Takes everything away, as another process would; answers what was left, with the reason.
fn undo(folder: &Path) -> Vec<(ItemRef, String)> {
    let mut files = wxr(folder, 9_000);
    files.open("site:old.example").expect("open");
    let removed = files.remove(&marks()).expect("an answer");
    files.finish().expect("finished");
    let kept = removed
        .into_iter()
        .filter(|one| one.outcome == Removal::Kept);
    kept.map(|one| (one.mark, one.remark.unwrap_or_default()))
        .collect()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files_in(&path)),
            path => found.push(path),
        }
    }
    found.sort();
    found
}

#[test]
fn all_that_was_written_goes_and_twice_is_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    written(folder.path());
    let out = folder.path().join("out");
    std::fs::write(out.join("notes.txt"), "mine").expect("written");
    std::fs::create_dir(out.join("blog-media/sketches")).expect("a folder");
    assert_eq!(undo(folder.path()), []);
    assert_eq!(files_in(&out), [out.join("notes.txt")]);
    assert!(
        !out.join("blog-media/2011").exists(),
        "no empty folder is left"
    );
    assert!(
        out.join("blog-media/sketches").exists(),
        "somebody's own folder"
    );
    assert_eq!(undo(folder.path()), []);
    assert_eq!(
        files_in(&out),
        [out.join("notes.txt")],
        "nothing is written by taking away"
    );
    for at in 1..=POSTS {
        let bytes =
            std::fs::read(folder.path().join(format!("{at}.bin"))).expect("the bundle's own");
        assert_eq!(bytes, format!("picture {at}").as_bytes());
    }
}

#[test]
fn an_undo_that_was_killed_before_its_last_step_is_ended_by_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    written(folder.path());
    let mut files = wxr(folder.path(), 9_000);
    files.open("site:old.example").expect("open");
    files.remove(&marks()).expect("an answer");
    drop(files);
    let mut files = wxr(folder.path(), 9_000);
    files.open("site:old.example").expect("open");
    files.finish().expect("finished");
    assert_eq!(files_in(&folder.path().join("out")), Vec::<PathBuf>::new());
}

#[test]
fn a_changed_file_and_a_changed_picture_stay_and_are_named_with_what_stands_in_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = written(folder.path());
    let second = files.settings.piece(2);
    let text = std::fs::read_to_string(&second).expect("a file");
    let titles: Vec<&str> = text
        .split("<title><![CDATA[Title ")
        .skip(1)
        .filter_map(|rest| rest.split("]]>").next())
        .collect();
    let inside: Vec<usize> = titles
        .iter()
        .map(|title| title.parse().expect("a number"))
        .collect();
    assert!(!inside.is_empty() && inside.len() < POSTS);
    std::fs::write(&second, text.replacen("word", "sword", 1)).expect("written");
    let outside = (1..=POSTS)
        .find(|at| !inside.contains(at))
        .expect("another file");
    let pictures = files_in(&files.settings.pictures_folder());
    let picture = pictures
        .iter()
        .find(|path| {
            std::fs::read_to_string(path).is_ok_and(|text| text == format!("picture {outside}"))
        })
        .expect("its picture")
        .clone();
    std::fs::write(&picture, "painted over").expect("written");
    let own =
        std::fs::read(folder.path().join(format!("{outside}.bin"))).expect("the bundle's own");
    assert_eq!(
        own,
        format!("picture {outside}").as_bytes(),
        "the bundle keeps its bytes"
    );

    let kept = undo(folder.path());
    let of = |kind| {
        let mut ids: Vec<usize> = kept
            .iter()
            .filter(|(mark, _)| mark.kind == kind)
            .map(|(mark, _)| mark.id.parse().expect("a number"))
            .collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(
        (of(Kind::Post), of(Kind::Comment)),
        (inside.clone(), inside.clone())
    );
    let mut media = inside.clone();
    media.push(outside);
    media.sort_unstable();
    assert_eq!(
        of(Kind::Media),
        media,
        "what the file shows, and what was painted over"
    );
    assert_eq!(of(Kind::Category), [1], "the file names it");
    let name = |path: &Path| {
        path.file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned()
    };
    for (mark, why) in &kept {
        let file = if *mark == super::mark(Kind::Media, outside) {
            name(&picture)
        } else {
            name(&second)
        };
        assert!(
            why.contains(&file) && why.contains("was changed"),
            "{mark:?}: {why}"
        );
    }
    let left = files_in(&folder.path().join("out"));
    assert!(
        left.contains(&second) && left.contains(&picture),
        "{left:?}"
    );
    assert_eq!(
        left.len(),
        2 + inside.len(),
        "with the pictures that the file shows: {left:?}"
    );
    assert_eq!(undo(folder.path()), kept, "asked again, the same");

    std::fs::remove_file(&second).expect("removed");
    std::fs::remove_file(&picture).expect("removed");
    assert_eq!(undo(folder.path()), []);
    assert_eq!(files_in(&folder.path().join("out")), Vec::<PathBuf>::new());
}

#[test]
fn nobodys_file_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("out")).expect("a folder");
    let path = folder.path().join("out/blog.xml");
    std::fs::write(&path, "a diary").expect("written");
    let journal = folder.path().join("files.journal");
    let others = || crate::destinations::wxr::not_as_written(&path, &journal).expect("an answer");
    assert_eq!(
        others(),
        std::slice::from_ref(&path),
        "before there is a journal"
    );
    let mut files = wxr(folder.path(), PIECE_BYTES);
    files.open("site:old.example").expect("open");
    files
        .place(&[posted(1, post(1, "One", 1))])
        .expect("placed");
    let error = files.finish().expect_err("somebody's file");
    assert!(error.to_string().contains("move it away"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "a diary");
    std::fs::remove_file(&path).expect("removed");
    files.finish().expect("written");
    assert_eq!(others(), Vec::<PathBuf>::new());

    let own = std::fs::read_to_string(&path).expect("a file");
    std::fs::write(&path, own.replacen("One", "Uno", 1)).expect("written");
    assert_eq!(others(), std::slice::from_ref(&path));
    files
        .place(&[posted(2, post(2, "Two", 2))])
        .expect("placed");
    assert!(files.finish().is_err(), "what somebody changed stays");
    assert!(
        std::fs::read_to_string(&path)
            .expect("a file")
            .contains("Uno")
    );
}
