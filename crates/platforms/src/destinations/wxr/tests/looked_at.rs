//! What is found are the files as they are on disk, whatever the journal believes.

use super::*;
use blog::doors::{Observed, ObservedWhole};
use std::path::PathBuf;

/// A blog with one of everything: two pages one below the other, posts in several files, a picture, terms, a thread.
fn written(folder: &Path) -> Wxr {
    let mut files = wxr(folder, 9_000);
    files.open("site:old.example").expect("open");
    files
        .place(&[
            term(Kind::Category, 1, "Roses", None),
            term(Kind::Category, 2, "Red", Some(1)),
            term(Kind::Tag, 1, "thorns", None),
        ])
        .expect("placed");
    let placed = files
        .place(&[picture(folder, 1, true), picture(folder, 2, false)])
        .expect("placed");
    let address = |at: usize| {
        let picture = placed[at].picture.as_ref().expect("a picture");
        picture.sizes[0].address.clone()
    };
    let mut about = post(11, "About", 1_200_000_000);
    (about.page, about.order) = (true, Some(3));
    let mut team = post(12, "Team", 1_300_000_001);
    (team.page, team.order) = (true, Some(-2));
    team.parent = Some(mark(Kind::Page, 11));
    team.content = format!("<p>{}</p>", "word ".repeat(1500));
    let mut one = post(1, "Same", 1_300_000_000);
    one.content = format!(
        "<p>See <a href=\"{HOME}/about/team/\">us</a>.</p><p><img src=\"{}\"></p>",
        address(0)
    );
    let mut two = post(2, "Same", 1_300_000_000);
    (two.status, two.password) = (Status::PRIVATE, Some("open sesame".to_owned()));
    two.content = format!(
        "<p><img src=\"{}\"></p><p>{}</p>",
        address(1),
        "word ".repeat(900)
    );
    let page = |id, thing| placement(mark(Kind::Page, id), Thing::Post(Box::new(thing)));
    let batch = [
        page(11, about),
        page(12, team),
        posted(1, one),
        posted(2, two),
    ];
    files.place(&batch).expect("placed");
    // The answer is placed before what it answers.
    files
        .place(&[
            comment(6, 1, Some(3)),
            comment(3, 1, None),
            comment(4, 1, None),
        ])
        .expect("placed");
    files.finish().expect("written");
    assert!(files.settings.piece(3).exists(), "several files");
    files
}

fn found(files: &mut Wxr, kind: Kind, id: usize) -> Option<Observed> {
    let mut found = files
        .find(&[mark(kind, id)], FindDepth::Whole)
        .expect("an answer");
    found.remove(0)
}

fn whole(files: &mut Wxr, kind: Kind, id: usize) -> ObservedWhole {
    let found = found(files, kind, id).expect("it is there");
    found.whole.expect("whole")
}

fn id(files: &mut Wxr, kind: Kind, number: usize) -> u64 {
    let found = files
        .find(&[mark(kind, number)], FindDepth::Mark)
        .expect("an answer");
    found[0].as_ref().expect("it is there").id
}

/// The file in which `word` stands.
fn file_with(folder: &Path, word: &str) -> PathBuf {
    let entries = std::fs::read_dir(folder.join("out")).expect("a folder");
    let mut with: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| std::fs::read_to_string(path).is_ok_and(|text| text.contains(word)))
        .collect();
    with.sort();
    with.pop().unwrap_or_else(|| panic!("no file holds {word}"))
}

/// Puts `new` in the place of `old` in one file, as an editor would; answers a destination that looks anew.
fn edited(folder: &Path, old: &str, new: &str) -> Wxr {
    let path = file_with(folder, old);
    let text = std::fs::read_to_string(&path).expect("a file");
    std::fs::write(&path, text.replacen(old, new, 1)).expect("written");
    opened(folder)
}

fn opened(folder: &Path) -> Wxr {
    let mut files = wxr(folder, 9_000);
    files.open("site:old.example").expect("open");
    files
}

#[test]
fn everything_is_found_as_it_was_placed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = written(folder.path());
    let roses = id(&mut files, Kind::Category, 1);
    let red = whole(&mut files, Kind::Category, 2);
    assert_eq!(
        (red.title.as_str(), red.slug.as_str(), red.parent),
        ("Red", "red", roses)
    );
    let about = whole(&mut files, Kind::Page, 11);
    assert_eq!((about.order, about.parent), (Some(3), 0));
    let team = found(&mut files, Kind::Page, 12).expect("it is there");
    assert_eq!(team.address, Some(format!("{HOME}/about/team/")));
    let team = team.whole.expect("whole");
    assert_eq!(
        (team.order, team.parent),
        (Some(-2), id(&mut files, Kind::Page, 11))
    );

    let one = whole(&mut files, Kind::Post, 1);
    let terms = [roses, id(&mut files, Kind::Tag, 1)];
    assert_eq!(
        (one.status.as_str(), one.comment_count, &one.terms[..]),
        ("publish", 2, &terms[..])
    );
    let two = whole(&mut files, Kind::Post, 2);
    assert_eq!(
        (two.status.as_str(), two.password.as_str()),
        ("private", "open sesame")
    );
    let wished = Timestamp::from_second(1_300_000_000).ok();
    assert_eq!(
        (one.date_utc, two.date_utc),
        (wished, wished),
        "the moved one was told when it was"
    );

    let answer = whole(&mut files, Kind::Comment, 6);
    assert_eq!(
        answer.parent,
        id(&mut files, Kind::Comment, 3),
        "whatever numbers the file deals"
    );
    assert_eq!(answer.post, id(&mut files, Kind::Post, 1));
    let states = [3, 4, 6].map(|at| whole(&mut files, Kind::Comment, at).status);
    assert_eq!(states, ["approved", "held", "approved"]);
    let hidden = whole(&mut files, Kind::Media, 2);
    assert_eq!(
        (hidden.status.as_str(), hidden.title.as_str()),
        ("private", "")
    );
    assert_eq!(files.faults().expect("an answer"), []);
}

#[test]
fn whatever_is_changed_in_a_file_is_seen() {
    type Look = fn(&mut Wxr) -> String;
    let title: Look = |files| whole(files, Kind::Post, 1).title;
    let date: Look = |files| format!("{:?}", whole(files, Kind::Page, 11).date_utc);
    let status: Look = |files| whole(files, Kind::Post, 2).status;
    let content: Look = |files| whole(files, Kind::Comment, 3).content;
    let state: Look = |files| whole(files, Kind::Comment, 4).status;
    let order: Look = |files| format!("{:?}", whole(files, Kind::Page, 12).order);
    let above: Look = |files| whole(files, Kind::Page, 12).parent.to_string();
    let term: Look = |files| whole(files, Kind::Category, 2).title;
    let filed: Look = |files| whole(files, Kind::Page, 11).terms.len().to_string();
    let slug: Look = |files| {
        found(files, Kind::Page, 12)
            .and_then(|page| page.address)
            .expect("an address")
    };
    let picture: Look = |files| {
        found(files, Kind::Media, 1)
            .and_then(|seen| seen.picture)
            .expect("a picture")
            .sizes[0]
            .address
            .clone()
    };
    let secret: Look = |files| whole(files, Kind::Post, 2).password;
    let data = |text: &str| format!("<![CDATA[{text}]]>");
    let of_a_post = |status: &str| {
        let order = "<wp:post_parent>0</wp:post_parent>\n<wp:menu_order>0</wp:menu_order>";
        let kind = "<wp:post_type><![CDATA[post]]>";
        format!("<wp:status>{}</wp:status>\n{order}\n{kind}", data(status))
    };
    // The clock on the wall is what the importer stores; the later of two files that tell of a page counts as well.
    for (look, old, new, seen) in [
        (title, data("Same"), data("Other"), "Other"),
        (
            date,
            format!("post_date>{}", data("2008-01-10 22:20:00")),
            format!("post_date>{}", data("2008-01-10 23:20:00")),
            "Some(2008-01-10T22:20:00Z)",
        ),
        (
            status,
            of_a_post("private"),
            of_a_post("publish"),
            "publish",
        ),
        (
            content,
            data("<p>word 3</p>"),
            data("<p>sword 3</p>"),
            "<p>sword 3</p>",
        ),
        (
            state,
            "approved><![CDATA[0]]>".to_owned(),
            "approved><![CDATA[1]]>".to_owned(),
            "approved",
        ),
        (
            order,
            "<wp:menu_order>-2<".to_owned(),
            "<wp:menu_order>7<".to_owned(),
            "Some(7)",
        ),
        (
            above,
            "<wp:post_parent>6<".to_owned(),
            "<wp:post_parent>0<".to_owned(),
            "0",
        ),
        (term, data("Red"), data("Blue"), "Blue"),
        (
            filed,
            "domain=\"post_tag\" nicename=\"thorns\"".to_owned(),
            "domain=\"post_tag\" nicename=\"other\"".to_owned(),
            "1",
        ),
        (
            slug,
            data("team"),
            data("crew"),
            "https://new.example/about/crew/",
        ),
        (
            picture,
            "attachment_url><![CDATA[https".to_owned(),
            "attachment_url><![CDATA[http".to_owned(),
            "http://new.example/",
        ),
        (secret, data("open sesame"), data(""), ""),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let before = look(&mut written(folder.path()));
        let mut files = edited(folder.path(), &old, &new);
        let after = look(&mut files);
        assert!(
            after.starts_with(seen) && after != before,
            "{old}: {before} is now {after}"
        );
        let faults = files.faults().expect("an answer");
        assert_eq!(faults.len(), 1, "the changed file is named: {faults:?}");
        assert_eq!(faults[0].code, "VER-022");
    }
}

#[test]
fn what_no_importer_could_read_counts_as_missing_and_is_written_anew_once_it_is_out_of_the_way() {
    type Harm = fn(&Path);
    let cut: Harm = |path| {
        let text = std::fs::read(path).expect("a file");
        std::fs::write(path, &text[..text.len() / 2]).expect("written");
    };
    let reference: Harm = |path| {
        let text = std::fs::read_to_string(path).expect("a file");
        std::fs::write(path, text.replacen("<link>", "<link>&nbsp;", 1)).expect("written");
    };
    let letter: Harm = |path| {
        let text = std::fs::read_to_string(path).expect("a file");
        std::fs::write(path, text.replacen("word", "w\u{1}rd", 1)).expect("written");
    };
    let gone: Harm = |path| std::fs::remove_file(path).expect("removed");
    for harm in [cut, reference, letter, gone] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut files = written(folder.path());
        let path = file_with(folder.path(), "word 3");
        let before = std::fs::read(&path).expect("a file");
        harm(&path);
        let mut again = opened(folder.path());
        assert!(found(&mut again, Kind::Post, 1).is_none());
        assert!(found(&mut again, Kind::Comment, 3).is_none());
        assert!(
            found(&mut again, Kind::Category, 1).is_some(),
            "other files name it"
        );
        let faults = again.faults().expect("an answer");
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].code, "VER-021");
        if path.exists() {
            let error = files.finish().expect_err("somebody's file");
            assert!(error.to_string().contains("move it away"), "{error}");
            std::fs::rename(&path, folder.path().join("away")).expect("moved");
        }
        files.finish().expect("written");
        assert_eq!(std::fs::read(&path).expect("a file"), before);
    }
}

#[test]
fn a_term_that_one_of_the_files_lacks_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    written(folder.path());
    let path = folder.path().join("out/blog.xml");
    let text = std::fs::read_to_string(&path).expect("a file");
    let from = text.find("<wp:tag>").expect("a tag");
    let to = text.find("</wp:tag>").expect("its end") + 9;
    std::fs::write(&path, format!("{}{}", &text[..from], &text[to..])).expect("written");
    let mut files = opened(folder.path());
    assert!(found(&mut files, Kind::Tag, 1).is_none());
    assert!(found(&mut files, Kind::Category, 1).is_some());
}

#[test]
fn a_visitor_of_the_future_home_sees_what_the_files_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = written(folder.path());
    let visit = |files: &mut Wxr, address: &str, as_owner: bool| {
        let mut body = Vec::new();
        let visitor = files.visitor().expect("a visitor");
        let status = visitor
            .visit(address, as_owner, &mut body)
            .expect("an answer");
        (status, String::from_utf8_lossy(&body).into_owned())
    };
    let page = format!("{HOME}/about/team/#top");
    let (status, body) = visit(&mut files, &page, false);
    assert!(
        status == 200 && body.contains("word word"),
        "{status} {body}"
    );
    let hidden = found(&mut files, Kind::Post, 2)
        .expect("a post")
        .address
        .expect("an address");
    assert_eq!(visit(&mut files, &hidden, false).0, 404);
    assert_eq!(
        visit(&mut files, &hidden, true),
        (
            200,
            "<html><title>Same</title><h1>Same</h1></html>".to_owned()
        )
    );
    let picture = found(&mut files, Kind::Media, 1)
        .expect("a picture")
        .address
        .expect("an address");
    assert_eq!(
        visit(&mut files, &picture, false),
        (200, "picture 1".to_owned())
    );
    let mut files = edited(folder.path(), "<![CDATA[team]]>", "<![CDATA[crew]]>");
    assert_eq!(
        visit(&mut files, &page, false).0,
        404,
        "links to it lead nowhere now"
    );
    std::fs::remove_dir_all(folder.path().join("out/blog-media")).expect("removed");
    assert_eq!(visit(&mut files, &picture, false).0, 404);
}
