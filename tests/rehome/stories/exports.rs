//! WordPress's own exports, in and out.

use super::*;
use blog::field::php_serialized;

#[test]
fn a_wordpress_export_moves_whole_and_the_import_files_of_it_read_back_as_the_same_blog() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = repository("fixtures/wordpress_export/garden.xml");
    let export = export.to_str().expect("a path");
    let pictures = folder.path().join("pictures");
    fs::create_dir(&pictures).expect("a folder");
    let photo = repository(
        "fixtures/movable-type/kitchen-notes-media/6a00d8341c9a1053ef0120a5c3b2e2970b-800wi.jpg",
    );
    fs::copy(photo, pictures.join("rose.jpg")).expect("a picture");
    let pictures = pictures.to_str().expect("a path").to_owned();

    let bundle = folder.path().join("files.rehome");
    let out = folder.path().join("out.xml");
    let out = out.to_str().expect("a path");
    let said = rehome(&[
        "move",
        export,
        out,
        "--home",
        "https://new.example",
        "--media",
        &pictures,
        "--bundle",
        bundle.to_str().expect("a path"),
    ]);
    assert!(said.status <= 1, "{} {}", said.out, said.err);
    assert_adds_up(&report(&bundle));
    let written = fs::read_to_string(out).expect("the files");
    let field = "<wp:meta_key><![CDATA[_yoast_score]]></wp:meta_key>\n<wp:meta_value><![CDATA[";
    let value = written.split(field).nth(1).expect("its custom field");
    let value = value.split("]]>").next().unwrap_or_default();
    assert!(
        php_serialized::read(value).is_some(),
        "lengths are right: {value}"
    );
    assert!(value.contains("new.example"), "{value}");
    assert_written_again_the_same(Path::new(out), &folder.path().join("out-media"));
    let count = |input: &str| -> Value {
        let said = rehome(&["--json", "survey", input]);
        serde_json::from_str::<Value>(&said.out).expect("JSON")["items"].clone()
    };
    let (before, after) = (count(export), count(out));
    for kind in ["post", "page", "draft", "comment", "trackback"] {
        assert_eq!(before[kind], after[kind], "{kind}");
    }
    assert!(folder.path().join("out-media/2020/05/rose.jpg").exists());

    let Some(site) = Site::take() else { return };
    let bundle = site.bundle("wordpress-export");
    let how = ["--media", &pictures, "--custom-field", "weather"];
    let said = site.go(export, &bundle, &how);
    assert!(said.status <= 1, "{} {}", said.out, said.err);
    let account = report(&bundle);
    assert_adds_up(&account);
    for kind in ["post", "page", "draft", "comment", "trackback"] {
        assert_eq!(
            account["counts"]["verified"][kind], account["counts"]["source"][kind],
            "{kind}"
        );
    }
    let codes: BTreeSet<&str> = account["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|finding| finding["code"].as_str())
        .filter(|code| code.starts_with("VER"))
        .collect();
    assert_eq!(codes, BTreeSet::new(), "read back clean");
    // The page tree, the custom field and the tag that nothing carries were compared with what stands there.
    assert_eq!(
        account["counts"]["verified"]["tag"],
        account["counts"]["source"]["tag"]
    );
    let again = site.go(export, &bundle, &how);
    assert!(
        writes(&again).starts_with("0 created, 0 updated"),
        "{}",
        writes(&again)
    );
    site.undo(&bundle);
}

#[test]
fn the_home_that_has_imported_the_files_is_visited_and_what_is_not_there_is_named() {
    let Some(site) = Site::take() else { return };
    let export = repository("fixtures/wordpress_export/garden.xml");
    let word = |path: &Path| path.to_str().expect("a path").to_owned();
    let (out, files) = (site.folder.path().join("out.xml"), site.bundle("files"));
    let written = rehome(&[
        "move",
        &word(&export),
        &word(&out),
        "--home",
        &site.url,
        "--connect-to",
        "127.0.0.1:9",
        "--bundle",
        &word(&files),
    ]);
    assert!(written.status <= 1, "{} {}", written.out, written.err);
    let found = || -> BTreeSet<String> {
        let report = report(&files);
        let all = report["findings"].as_array().expect("findings").iter();
        let codes = all.filter_map(|finding| finding["code"].as_str());
        codes
            .filter(|code| code.starts_with("VER"))
            .map(str::to_owned)
            .collect()
    };
    let visit = || rehome(&["verify", &word(&files), "--imported"]);
    let said = visit();
    assert!(
        said.err.contains("its public pages were visited"),
        "{}",
        said.err
    );
    assert!(
        found().contains("VER-010"),
        "nothing was imported yet: {:?}",
        found()
    );

    // Posts that stand there under the same addresses, as the importer would have put them.
    let bundle = site.bundle("imported");
    let moved = site.go(&word(&export), &bundle, &["--connect-to", "127.0.0.1:9"]);
    assert!(moved.status <= 1, "{} {}", moved.out, moved.err);
    let said = visit();
    assert_eq!(found(), BTreeSet::new(), "{}", said.err);
    let wrong = site.run(&["verify", &word(&bundle), "--imported"]);
    assert_eq!(wrong.status, 4, "{}", wrong.err);
    site.undo(&bundle);
}

#[test]
fn the_theme_reviewers_export_is_the_same_when_it_is_written_and_read_again() {
    let Some(export) = samples("wxr/themeunittestdata.wordpress.xml") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out.xml");
    write_files(&export, &out, folder.path());
    assert_written_again_the_same(&out, folder.path());
}

/// Moves an export into import files for a new home, pictures from `media` only.
fn write_files(export: &Path, out: &Path, media: &Path) {
    let word = |path: &Path| path.to_str().expect("a path").to_owned();
    let bundle = word(&out.with_extension("rehome"));
    let said = rehome(&[
        "move",
        &word(export),
        &word(out),
        "--home",
        "https://new.example",
        "--media",
        &word(media),
        "--connect-to",
        "127.0.0.1:9",
        "--bundle",
        &bundle,
    ]);
    assert!(said.status <= 1, "{} {}", said.out, said.err);
}

/// Import files that are read and written again: not a letter is different.
fn assert_written_again_the_same(out: &Path, media: &Path) {
    let folder = tempfile::tempdir().expect("a folder");
    let again = folder.path().join("out.xml");
    write_files(out, &again, media);
    let [before, after] = [out, &again].map(|path| fs::read_to_string(path).expect("the files"));
    for (line, other) in before.lines().zip(after.lines()) {
        assert_eq!(line, other);
    }
    assert_eq!(before.len(), after.len());
}
