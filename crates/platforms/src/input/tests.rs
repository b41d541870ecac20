//! Inputs of every form, honest and not.
use super::*;
use crate::fetch::FetchSettings;
use blog::doors::{MediaError, MediaFetch};
use image::{DynamicImage, ImageFormat};
use std::{
    io::{Cursor, Write},
    path::PathBuf,
};
use zip::{ZipWriter, write::SimpleFileOptions};

fn opened(path: &Path) -> Result<Opened, ReadError> {
    let options = Options {
        values: BTreeMap::new(),
        secrets: BTreeMap::new(),
        now: Timestamp::UNIX_EPOCH,
    };
    open(
        path.to_str().expect("a path in Unicode"),
        Arc::new(Fetcher::new(FetchSettings::default())),
        options,
    )
}

fn read(input: &mut Opened, name: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    input
        .open(name)
        .map_err(|error| error.to_string())?
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn names(input: &mut Opened) -> Vec<String> {
    input
        .entries()
        .expect("a listing")
        .into_iter()
        .map(|entry| entry.name)
        .collect()
}

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height)
        .write_to(&mut bytes, format)
        .expect("a picture");
    bytes.into_inner()
}

/// A zip whose names may be any bytes and may repeat: made with placeholders of equal length, then overwritten.
fn zip_of(entries: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (at, (name, content)) in entries.iter().enumerate() {
        let placeholder = format!("{at:x<width$}", width = name.len());
        writer
            .start_file(placeholder, SimpleFileOptions::default())
            .expect("an entry");
        writer.write_all(content).expect("written");
    }
    let mut bytes = writer.finish().expect("a zip").into_inner();
    for (at, (name, _)) in entries.iter().enumerate() {
        let placeholder = format!("{at:x<width$}", width = name.len()).into_bytes();
        let mut from = 0;
        while let Some(found) = memchr::memmem::find(&bytes[from..], &placeholder) {
            bytes[from + found..from + found + name.len()].copy_from_slice(name);
            from += found + name.len();
        }
    }
    bytes
}

fn zip_file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("space.zip");
    std::fs::write(&path, bytes).expect("written");
    (folder, path)
}

#[test]
fn the_form_is_recognised_from_the_thing_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("export.txt");
    std::fs::write(&file, "AUTHOR: Ana\n").expect("written");
    let mut input = opened(&file).expect("a file");
    assert_eq!(input.form(), InputForm::File);
    assert_eq!(input.peek().expect("a head").lend().head, b"AUTHOR: Ana\n");
    assert_eq!(names(&mut input), ["export.txt"]);
    assert_eq!(
        opened(folder.path()).expect("a folder").form(),
        InputForm::Folder
    );
    let (_keep, zip) = zip_file(&zip_of(&[(b"a.html", b"x")]));
    assert_eq!(opened(&zip).expect("a zip").form(), InputForm::Zip);
    assert_eq!(
        address("ana.spaces.live.com/blog").as_deref(),
        Some("http://ana.spaces.live.com/blog")
    );
    assert_eq!(address("ana.txt"), None);
}

#[test]
fn what_is_not_there_is_said_so_with_a_way_on() {
    let error = opened(Path::new("/no/such/export.txt"))
        .err()
        .expect("nothing there");
    assert!(error.to_string().contains("http://"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_folder_is_walked_in_name_order_and_links_are_not_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("b/c")).expect("made");
    for name in ["z.txt", "b/c/1.jpg", "a.txt"] {
        std::fs::write(folder.path().join(name), name).expect("written");
    }
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).expect("linked");
    let mut input = opened(folder.path()).expect("a folder");
    assert_eq!(names(&mut input), ["a.txt", "b/c/1.jpg", "z.txt"]);
    assert_eq!(read(&mut input, "b/c/1.jpg").expect("read"), b"b/c/1.jpg");
    assert!(read(&mut input, "link").is_err());
    assert!(read(&mut input, "../x").is_err());
    assert_eq!(input.findings().len(), 1);
}

#[test]
fn a_folder_is_walked_to_its_limit_of_depth_and_not_one_deeper() {
    let folder = tempfile::tempdir().expect("a folder");
    // A file in the root lies one deep.
    let deep = |levels: usize| format!("{}x.txt", "d/".repeat(levels - 1));
    let deepest = folder.path().join(deep(DEPTH + 1));
    std::fs::create_dir_all(deepest.parent().expect("its folder")).expect("made");
    for levels in [DEPTH, DEPTH + 1] {
        std::fs::write(folder.path().join(deep(levels)), "x").expect("written");
    }
    let mut input = opened(folder.path()).expect("a folder");
    assert_eq!(names(&mut input), [deep(DEPTH)]);
    let told = input.findings();
    assert_eq!(told.len(), 1);
    assert!(
        told[0].sentence.contains("too deep"),
        "{}",
        told[0].sentence
    );
}

#[test]
fn both_of_two_equal_names_in_a_zip_can_be_read() {
    let (_keep, path) = zip_file(&zip_of(&[
        (b"rss.xml", b"old"),
        (b"img/a", b"x"),
        (b"rss.xml", b"new"),
    ]));
    let mut input = opened(&path).expect("a zip");
    assert_eq!(names(&mut input), ["img/a", "rss.xml", "rss~3.xml"]);
    assert_eq!(read(&mut input, "rss.xml").expect("read"), b"old");
    assert_eq!(read(&mut input, "rss~3.xml").expect("read"), b"new");
    assert_eq!(input.findings()[0].code, "INP-002");
}

#[test]
fn names_in_the_alphabet_of_an_old_computer_are_judged_together() {
    for (encoding, listed) in [
        (
            encoding_rs::GBK,
            ["我们的照片/北京的春天.jpg", "我们的照片/生日聚会.jpg"],
        ),
        (
            encoding_rs::SHIFT_JIS,
            ["家族の写真/花見の日.jpg", "家族の写真/運動会のようす.jpg"],
        ),
    ] {
        let raw: Vec<_> = listed
            .iter()
            .map(|name| encoding.encode(name).0.into_owned())
            .collect();
        let (_keep, path) = zip_file(&zip_of(&[(&raw[0], b"1"), (&raw[1], b"2")]));
        let mut input = opened(&path).expect("a zip");
        let mut wanted = listed.map(str::to_owned);
        wanted.sort();
        assert_eq!(names(&mut input), wanted);
        assert_eq!(read(&mut input, listed[1]).expect("read"), b"2");
    }
    let (_keep, path) = zip_file(&zip_of(&[(b"\x82t\x82.jpg", b"1")]));
    assert_eq!(names(&mut opened(&path).expect("a zip")), ["été.jpg"]);
}

#[test]
fn a_name_that_climbs_out_is_only_a_label() {
    let (_keep, path) = zip_file(&zip_of(&[(b"../../etc/passwd", b"x")]));
    let mut input = opened(&path).expect("a zip");
    assert_eq!(read(&mut input, "../../etc/passwd").expect("read"), b"x");
}

#[test]
fn a_zip_with_rubbish_around_it_is_read_and_a_cut_one_says_so() {
    let zip = zip_of(&[(b"a.html", b"hello hello hello hello")]);
    let mut around = zip.clone();
    around.extend([0; 100_000]);
    let (_keep, path) = zip_file(&around);
    assert_eq!(
        read(&mut opened(&path).expect("a zip"), "a.html").expect("read"),
        b"hello hello hello hello"
    );
    let (_keep, path) = zip_file(&zip[..zip.len() - 30]);
    let mut input = opened(&path).expect("salvaged");
    assert!(!names(&mut input).is_empty());
    assert_eq!(input.findings()[0].code, "INP-006");
    assert!(
        input.findings()[0]
            .remedy
            .contains("Download the zip again")
    );
}

#[test]
fn a_changed_byte_inside_an_entry_is_noticed() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file("a.txt", stored).expect("an entry");
    writer.write_all(b"honest words").expect("written");
    let mut bytes = writer.finish().expect("a zip").into_inner();
    let at = memchr::memmem::find(&bytes, b"honest").expect("stored as it is");
    bytes[at] = b'H';
    let (_keep, path) = zip_file(&bytes);
    let mut input = opened(&path).expect("a zip");
    assert_eq!(
        read(&mut input, "a.txt").expect("read all the same"),
        b"Honest words"
    );
    assert_eq!(input.findings()[0].code, "INP-007");
    let shelf = input.media_shelf();
    let error = shelf
        .fetch("input:/a.txt", &mut Vec::new())
        .expect_err("no picture is taken so");
    assert!(error.to_string().contains("checksum"), "{error}");
}

#[test]
fn a_zip_cut_or_changed_at_any_byte_never_panics() {
    let zip = zip_of(&[(b"a.html", b"hello"), (b"b.html", b"world world world")]);
    for at in 0..zip.len() {
        let mut changed = zip.clone();
        changed[at] ^= 0xFF;
        for bytes in [&zip[..at], &changed] {
            let (_keep, path) = zip_file(bytes);
            if let Ok(mut input) = opened(&path) {
                for name in names(&mut input) {
                    let _ = read(&mut input, &name);
                }
            }
        }
    }
}

#[test]
fn pictures_are_judged_by_their_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let jpeg = picture(40, 30, ImageFormat::Jpeg);
    let png = picture(9, 8, ImageFormat::Png);
    let files: [(&str, &[u8]); 8] = [
        ("good.png", &jpeg),
        ("a%20b.png", &png),
        ("empty.jpg", b""),
        (
            "page.jpg",
            b"<!DOCTYPE html><html><head><title>Sign in</title>",
        ),
        ("cut.jpg", &jpeg[..jpeg.len() - 40]),
        ("cut.png", &png[..png.len() - 12]),
        ("dot.gif", b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff;"),
        (
            "b c.webp",
            b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x08\xc0\x01\0",
        ),
    ];
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    }
    let shelf = opened(folder.path()).expect("a folder").media_shelf();
    let fetch = |name: &str| {
        let mut bytes = Vec::new();
        shelf
            .fetch(&format!("input:/{name}"), &mut bytes)
            .map(|fetched| (fetched, bytes))
    };
    let (fetched, bytes) = fetch("good.png").expect("a picture");
    assert_eq!(
        (fetched.media_type.as_str(), fetched.width, fetched.height),
        ("image/jpeg", Some(40), Some(30))
    );
    assert_eq!((fetched.bytes, bytes), (jpeg.len() as u64, jpeg.clone()));
    assert_eq!(
        fetch("a%20b.png")
            .expect("a name with an escape of its own")
            .0
            .width,
        Some(9)
    );
    assert_eq!(
        fetch("b%20c.webp").expect("an escaped name").0.height,
        Some(8)
    );
    assert!(!fetched.is_cut);
    for name in ["cut.jpg", "cut.png"] {
        assert!(fetch(name).expect("what there is of it").0.is_cut, "{name}");
    }
    for (name, word) in [
        ("empty.jpg", "empty"),
        ("page.jpg", "Sign in"),
        ("dot.gif", "one point"),
    ] {
        let error = fetch(name).expect_err(name);
        assert!(
            matches!(&error, MediaError::NotMedia(what) if what.contains(word)),
            "{error:?}"
        );
    }
    assert!(matches!(
        fetch("none.jpg").expect_err("nothing"),
        MediaError::Gone(_)
    ));
}

#[test]
fn the_best_saved_copy_of_an_asset_is_taken_in_place_of_the_network() {
    let folder = tempfile::tempdir().expect("a folder");
    let (large, small) = (
        picture(80, 60, ImageFormat::Png),
        picture(8, 6, ImageFormat::Png),
    );
    std::fs::create_dir_all(folder.path().join("x.typepad.com/files")).expect("made");
    std::fs::write(
        folder
            .path()
            .join("6a00d83451c5fb69e2015391d0ea60970b-320wi.png"),
        &small,
    )
    .expect("written");
    std::fs::write(
        folder
            .path()
            .join("6a00d83451c5fb69e2015391d0ea60970b-800wi.png"),
        &large,
    )
    .expect("written");
    std::fs::write(
        folder.path().join("x.typepad.com/files/recipe.pdf"),
        b"%PDF-1.4 recipe",
    )
    .expect("written");
    let shelf = opened(folder.path())
        .expect("a folder")
        .media_shelf()
        .offline();
    let fetch = |address: &str| shelf.fetch(address, &mut Vec::new());
    let fetched =
        fetch("https://x.typepad.com/.a/6a00d83451c5fb69e2015391d0ea60970b-popup").expect("saved");
    assert_eq!(fetched.width, Some(80));
    assert_eq!(
        fetch("http://x.typepad.com/files/recipe.pdf")
            .expect("saved")
            .media_type,
        "application/pdf"
    );
    assert!(matches!(
        fetch("http://x.typepad.com/files/other.pdf").expect_err("not saved"),
        MediaError::Gone(_)
    ));
    assert!(matches!(
        fetch("file:///etc/passwd").expect_err("refused"),
        MediaError::Refused(_)
    ));
}

#[test]
fn a_turned_photo_has_the_size_that_people_see() {
    let mut jpeg = picture(40, 30, ImageFormat::Jpeg);
    let exif =
        b"\xFF\xE1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    jpeg.splice(2..2, exif.iter().copied());
    assert_eq!(probe::size(&jpeg, "image/jpeg"), Some((30, 40)));
}
