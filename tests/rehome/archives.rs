//! Archives: every sample blog is kept, looked at page by page, and read again.

mod import_files;
mod kept;
mod pages;

use crate::program::{Said, command, repository, samples};
use crate::stories::Site;
use kept::Kept;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use world::spaces::{Faults, Host, fixtures_folder, load_all};

pub(crate) const PASSPHRASE: &str = "four quiet words here";

fn run(arguments: &[&str], passphrase: Option<&str>) -> Said {
    let mut command = command(arguments);
    if let Some(passphrase) = passphrase {
        command.env("REHOME_PASSPHRASE", passphrase);
    }
    command.output().expect("the executable runs").into()
}

fn pack(input: &str, bundle: &Path, more: &[&str], passphrase: Option<&str>) -> Said {
    let bundle = bundle.to_str().expect("a path");
    let mut arguments = vec!["pack", input, "--bundle", bundle, "--quiet"];
    arguments.extend_from_slice(more);
    let said = run(&arguments, passphrase);
    assert!(said.status <= 1, "pack {input}: {}", said.err);
    said
}

fn archive(bundle: &Path, zip: &Path, passphrase: Option<&str>) -> Said {
    let said = run(
        &[
            "archive",
            bundle.to_str().expect("a path"),
            "--to",
            zip.to_str().expect("a path"),
        ],
        passphrase,
    );
    assert!(said.status <= 1, "archive: {}", said.err);
    said
}

/// The sample blogs, packed.
fn blogs(folder: &TempDir) -> Vec<(String, PathBuf)> {
    let mut blogs = Vec::new();
    let mut add = |name: &str, input: &str, more: &[&str]| {
        let bundle = folder.path().join(format!("{name}.rehome"));
        pack(input, &bundle, more, None);
        blogs.push((name.to_owned(), bundle));
    };
    let notes = repository("fixtures/movable-type/kitchen-notes.txt");
    let media = repository("fixtures/movable-type/kitchen-notes-media");
    let media = media.to_str().expect("a path");
    let notes = notes.to_str().expect("a path");
    add("kitchen-notes", notes, &["--media", media]);
    let garden = repository("fixtures/wordpress_export/garden.xml");
    let nobody = ["--connect-to", "127.0.0.1:9"];
    add("garden", garden.to_str().expect("a path"), &nobody);
    if let Some(export) = samples("wxr/themeunittestdata.wordpress.xml") {
        add("themes", export.to_str().expect("a path"), &nobody);
    }
    let host = Host::start(
        load_all(&fixtures_folder()).expect("the sample Spaces"),
        Faults::default(),
    );
    let to = host.address.to_string();
    for space in host.spaces() {
        let name = space.alias.clone().unwrap_or_else(|| space.cid.clone());
        let key = folder.path().join("key");
        let secret = space.authkey.clone().unwrap_or_default();
        fs::write(&key, &secret).expect("a key");
        let key = format!("authkey={}", key.display());
        let mut more = vec!["--connect-to", &to];
        if !secret.is_empty() {
            more.extend(["--secret-file", &key]);
        }
        // A key opens only the address with the account number.
        let home = if secret.is_empty() {
            format!("{}/", space.home())
        } else {
            format!("http://cid-{}.spaces.live.com/", space.cid)
        };
        add(&name, &home, &more);
    }
    if let Some(export) = samples("typepad/infrastructure-modeling.mtif.txt") {
        let small = folder.path().join("sample.txt");
        let text = fs::read(&export).expect("the sample");
        fs::write(&small, head(&text)).expect("its head");
        // Its pictures are gone with their host: nothing answers at this address.
        let nobody = ["--connect-to", "127.0.0.1:9"];
        add("sample", small.to_str().expect("a path"), &nobody);
    }
    blogs
}

/// The first entries of a long export.
fn head(text: &[u8]) -> &[u8] {
    let end = b"\n--------\n";
    let entries = text.windows(end.len()).enumerate();
    let mut ends = entries.filter(|(_, window)| window == end);
    ends.nth(40).map_or(text, |(at, _)| &text[..at + end.len()])
}

#[test]
fn every_page_of_every_archive_finds_what_it_shows_and_tells_nothing_private() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bundle) in blogs(&folder) {
        let zip = folder.path().join("blog.zip");
        archive(&bundle, &zip, Some(PASSPHRASE));
        let kept = Kept::read(&zip);
        println!(
            "{name}: {} open files, {} private ones",
            kept.open.len(),
            kept.private.len()
        );
        kept.assert_checksums();
        pages::assert_whole(&kept);
        pages::assert_markdown(&kept);
        import_files::assert_same_blog(&kept, &zip, &name);
        // What is private in the theme reviewers' export is words of the trade, such as "password".
        if name != "themes" {
            kept.assert_private_stays_private(&name);
        }
        // Without a passphrase the open part is the same, and the program says what is missing.
        let other = folder.path().join("open.zip");
        let said = archive(&bundle, &other, None);
        let open = Kept::read(&other);
        assert!(open.private.is_empty());
        for (path, bytes) in &open.open {
            if path != "SHA256SUMS" {
                assert_eq!(Some(bytes), kept.open.get(path), "{name}: {path}");
            }
        }
        assert!(said.err.contains("REHOME_PASSPHRASE"), "{}", said.err);
        assert_eq!(said.status, i32::from(!kept.private_items().is_empty()));
    }
}

/// The open part may be put on any web server, with the records that it is read again from.
#[test]
fn no_key_stands_in_the_open_part() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("keys.txt");
    let body = "<p><a href=\"http://a.example/a?authkey=S3CRETKEY&b=1\">a</a> <img src=\"http://a.example/p.jpg?authkey=S3CRETKEY\"></p>";
    let text = format!(
        "TITLE: One\nSTATUS: Publish\nDATE: 10/31/2010 10:00:00 PM\n-----\nBODY:\n{body}\n-----\n--------\n"
    );
    fs::write(&export, text).expect("an export");
    let (bundle, zip) = (
        folder.path().join("keys.rehome"),
        folder.path().join("blog.zip"),
    );
    let nobody = ["--connect-to", "127.0.0.1:9"];
    pack(export.to_str().expect("a path"), &bundle, &nobody, None);
    archive(&bundle, &zip, Some(PASSPHRASE));
    let kept = Kept::read(&zip);
    let holds = |bytes: &[u8], word: &str| {
        let mut windows = bytes.windows(word.len());
        windows.any(|window| window == word.as_bytes())
    };
    let with = |word: &str| {
        kept.open
            .iter()
            .filter(|(_, bytes)| holds(bytes, word))
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(with("S3CRETKEY"), Vec::<&str>::new());
    let told = with("a.example/a?b=1");
    assert!(told.len() > 2, "{told:?}");
}

#[test]
fn an_archive_read_again_makes_the_same_archive() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bundle) in blogs(&folder) {
        let first = folder.path().join("first.zip");
        archive(&bundle, &first, Some(PASSPHRASE));
        let again = folder.path().join(format!("{name}-again.rehome"));
        let nobody = ["--connect-to", "127.0.0.1:9"];
        pack(
            first.to_str().expect("a path"),
            &again,
            &nobody,
            Some(PASSPHRASE),
        );
        let second = folder.path().join("second.zip");
        archive(&again, &second, Some(PASSPHRASE));
        Kept::read(&first).assert_same(&Kept::read(&second), &name);
    }
}

#[test]
fn an_archive_is_the_same_bytes_each_time_and_open_without_its_passphrase() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let bundle = place("notes.rehome");
    let notes = repository("fixtures/movable-type/kitchen-notes.txt");
    let nobody = ["--connect-to", "127.0.0.1:9"];
    pack(notes.to_str().expect("a path"), &bundle, &nobody, None);
    for zip in ["one.zip", "two.zip"] {
        archive(&bundle, &place(zip), None);
    }
    let bytes = |name: &str| fs::read(place(name)).expect("an archive");
    assert_eq!(bytes("one.zip"), bytes("two.zip"));

    let locked = place("locked.zip");
    archive(&bundle, &locked, Some(PASSPHRASE));
    let again = place("again.rehome");
    let zip = locked.to_str().expect("a path");
    let survey = run(&["survey", zip], None);
    assert!(survey.out.contains("ARC-001"), "{}", survey.out);
    pack(zip, &again, &nobody, None);
    archive(&again, &place("three.zip"), None);
    Kept::read(&place("one.zip")).assert_same(&Kept::read(&place("three.zip")), "without");

    let wrong = run(&["survey", zip], Some("another passphrase"));
    assert_eq!(wrong.status, 4, "{}", wrong.err);
    assert!(wrong.err.contains("passphrase"), "{}", wrong.err);
    let short = run(
        &[
            "archive",
            bundle.to_str().expect("a path"),
            "--to",
            place("short.zip").to_str().expect("a path"),
        ],
        Some("short"),
    );
    assert_eq!(short.status, 4, "{}", short.err);
    assert!(!place("short.zip").exists() && !place("short.zip.part").exists());
}

#[test]
fn an_archive_moves_into_a_wordpress_and_makes_the_same_archive_again() {
    let Some(site) = Site::take_by("plugin") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let chosen = ["kitchen-notes", "garden", "anas-garden", "themes"];
    let blogs = blogs(&folder).into_iter();
    for (name, bundle) in blogs.filter(|(name, _)| chosen.contains(&name.as_str())) {
        let first = folder.path().join("first.zip");
        archive(&bundle, &first, Some(PASSPHRASE));
        let moved = site.bundle(&name);
        let (zip, to) = (
            first.to_str().expect("a path"),
            moved.to_str().expect("a path"),
        );
        let arguments = [
            "move",
            zip,
            &site.url,
            "--user",
            &site.user,
            "--bundle",
            to,
            "--way",
            "plugin",
            "--connect-to",
            "127.0.0.1:9",
        ];
        let mut command = command(&arguments);
        command.env("REHOME_PASSWORD", &site.password);
        command.env("REHOME_PASSPHRASE", PASSPHRASE);
        let said: Said = command.output().expect("the executable runs").into();
        assert!(said.status <= 1, "{name}: {}", said.err);
        let second = folder.path().join("second.zip");
        archive(&moved, &second, Some(PASSPHRASE));
        Kept::read(&first).assert_same(&Kept::read(&second), &name);
        site.undo(&moved);
    }
}
