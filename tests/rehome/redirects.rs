//! From a bundle's ledger to answers at the old addresses, by the program alone: no WordPress is needed, the ledger says what a
//! move left in it.

use crate::program::{Said, command, rehome, repository};
use blog::{
    ItemRef, Kind,
    doors::{NewHome, Outcome, Placed},
};
use campaign::{
    Bundle,
    bundle::{Fact, State},
};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Stdio},
};

const STOVE: &str = "/blog/2007/02/a-new-stove-and-a-blog.html";
const SOUP: &str = "/blog/2007/02/leek-potato-soup-the-short-way.html";
const FLOURS: &str = "/blog/2007/05/a-table-of-flours.html";
const WORD: &str = "nobody-may-know-this-word";

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// A bundle as a move leaves it: all public but the soup, the table of flours taken away by its owner since.
fn moved(folder: &Path) -> Bundle {
    let input = repository("fixtures/movable-type/kitchen-notes.txt");
    let said = rehome(&["pack", text(&input), "--bundle", text(folder), "--quiet"]);
    assert_eq!(said.status, 0, "{}", said.err);
    let bundle = Bundle::open(folder).expect("a bundle");
    let home = NewHome {
        address: "https://kitchen.example/".to_owned(),
        software: "WordPress".to_owned(),
        time_zone: "UTC".to_owned(),
        post_addresses: None,
        batch_items: 10,
        batch_bytes: 1 << 20,
        mode: "fast".to_owned(),
        users: Vec::new(),
        findings: Vec::new(),
        custom_fields: blog::doors::CustomFields::None,
        settle_seconds: 60,
    };
    bundle.set_fact(Fact::Home, &home).expect("written");
    for old in bundle.all_old_addresses().expect("addresses") {
        let is_soup = old.item.id == SOUP;
        let slug = if is_soup {
            WORD
        } else {
            old.item.id.rsplit('/').next().unwrap_or_default()
        };
        let placed = Placed {
            mark: old.item.clone(),
            outcome: Outcome::Created,
            id: Some(7),
            address: Some(format!(
                "https://kitchen.example/2007/02/14/{}/",
                slug.trim_end_matches(".html")
            )),
            picture: None,
            remark: None,
        };
        bundle.intend(&old.item, "print", 0).expect("written");
        bundle.settle(&placed).expect("written");
        bundle
            .set_width(&old.item, if is_soup { 1 } else { 3 })
            .expect("written");
    }
    let flours = ItemRef::new(Kind::Post, FLOURS);
    bundle
        .set_state(&flours, State::Removed, "by its owner")
        .expect("written");
    bundle
}

fn lookup(index: &Path, path: &str) -> (i32, String) {
    let address = format!("http://kitchen-notes.typepad.com{path}");
    let said = rehome(&["redirects", "lookup", text(index), &address]);
    (said.status, said.out)
}

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts to serve; answers where.
fn serve(index: &Path) -> (Server, String) {
    let mut child = command(&[
        "redirects",
        "serve",
        text(index),
        "--listen",
        "127.0.0.1:0",
        "--json",
    ])
    .stdout(Stdio::piped())
    .spawn()
    .expect("the executable runs");
    let mut line = String::new();
    let out = child.stdout.take().expect("its output");
    BufReader::new(out).read_line(&mut line).expect("a line");
    let ready: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let at = ready["plain"][0].as_str().expect("an address").to_owned();
    (Server(child), at)
}

fn check(index: &Path, at: &str) -> Said {
    rehome(&["redirects", "check", text(index), "--server", at])
}

#[test]
fn a_ledger_becomes_answers_at_the_old_addresses() {
    let folder = tempfile::tempdir().expect("a folder");
    let [bundle_at, index] = ["kitchen.rehome", "index"].map(|name| folder.path().join(name));
    drop(moved(&bundle_at));
    let said = rehome(&[
        "redirects",
        "build",
        "--to",
        text(&index),
        "--undo-until",
        "2030-01-31",
        text(&bundle_at),
    ]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert!(said.out.starts_with("generation 1: "), "{}", said.out);

    let stove = "moved; the move may still be undone\nhttps://kitchen.example/2007/02/14/a-new-stove-and-a-blog/\n";
    assert_eq!(lookup(&index, STOVE), (0, stove.to_owned()));
    // A title stands in an address: strangers are led to the blog.
    let home = "moved; the move may still be undone\nhttps://kitchen.example/\n";
    assert_eq!(lookup(&index, SOUP), (0, home.to_owned()));
    assert_eq!(
        lookup(&index, FLOURS),
        (0, "gone: it was deleted\n".to_owned())
    );
    assert_eq!(lookup(&index, "/blog/"), (0, home.to_owned()));
    // Nor is a feed for good, as long as the pages are not.
    let feed = "a feed, moved; the move may still be undone\nhttps://kitchen.example/feed/\n";
    assert_eq!(lookup(&index, "/blog/atom.xml"), (0, feed.to_owned()));
    for file in walk(&index) {
        let bytes = fs::read(&file).expect("read");
        let found = bytes.windows(6).any(|window| window == b"nobody");
        assert!(!found, "{} tells the title", file.display());
    }

    let (_server, at) = serve(&index);
    let said = check(&index, &at);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains(": 0 answered wrong"), "{}", said.out);

    // The move stands for good: published while the server runs.
    let said = rehome(&[
        "redirects",
        "publish",
        text(&index),
        "--final",
        text(&bundle_at),
    ]);
    assert_eq!(said.status, 0, "{}", said.err);
    let stove = stove.replace("moved; the move may still be undone", "moved for good");
    assert_eq!(lookup(&index, STOVE), (0, stove));
    let said = until_right(&index, &at);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);

    // The move is taken back.
    let bundle = Bundle::open(&bundle_at).expect("a bundle");
    bundle.set_fact(Fact::Undone, &true).expect("written");
    drop(bundle);
    let said = rehome(&["redirects", "build", "--to", text(&index), text(&bundle_at)]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(lookup(&index, STOVE).1, "its blog has not moved yet\n");
    let said = rehome(&["redirects", "stats", text(&index), "--json"]);
    let stats: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(
        (stats["generation"].as_u64(), stats["waiting"].as_u64()),
        (Some(2), Some(1))
    );
}

/// An owner had the blog deleted: nothing is led anywhere any more, and nobody is told to come back. Until it is published as moved.
#[test]
fn a_blog_that_its_owner_deleted_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let [bundle, index] = ["kitchen.rehome", "index"].map(|name| folder.path().join(name));
    drop(moved(&bundle));
    let run = |arguments: &[&str]| {
        let said = rehome(&[&["redirects"], arguments].concat());
        assert_eq!(said.status, 0, "{arguments:?}: {}", said.err);
        said.out
    };
    run(&["build", "--to", text(&index), "--final", text(&bundle)]);
    let out = run(&["publish", text(&index), "--deleted", text(&bundle)]);
    assert_eq!(
        out,
        "published that the blog was deleted: generation 1, change 1\n"
    );
    let gone = (0, "gone: the blog was deleted\n".to_owned());
    for path in [STOVE, SOUP, "/blog/", "/blog/atom.xml"] {
        assert_eq!(lookup(&index, path), gone, "{path}");
    }
    let (_server, at) = serve(&index);
    let said = check(&index, &at);
    assert_eq!(said.status, 0, "{}{}", said.out, said.err);
    // In a generation too.
    run(&["build", "--to", text(&index), "--deleted", text(&bundle)]);
    assert_eq!(lookup(&index, STOVE), gone);
    run(&["publish", text(&index), "--final", text(&bundle)]);
    assert!(lookup(&index, STOVE).1.starts_with("moved for good\n"));
    let both = [
        "redirects",
        "publish",
        text(&index),
        "--final",
        "--deleted",
        text(&bundle),
    ];
    assert_ne!(rehome(&both).status, 0);
}

/// Asks until the server has seen what was published; it looks five times a second.
fn until_right(index: &Path, at: &str) -> Said {
    const MOST_CHECKS: u32 = 200;
    for _ in 0..MOST_CHECKS {
        let said = check(index, at);
        if said.status == 0 {
            return said;
        }
    }
    check(index, at)
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(walk(&path));
        } else {
            all.push(path);
        }
    }
    all
}

#[test]
fn a_node_takes_what_another_hands_on_and_rules_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let [bundle_at, index, place, node] =
        ["kitchen.rehome", "index", "place", "node"].map(|name| folder.path().join(name));
    moved(&bundle_at);
    for arguments in [
        vec![
            "redirects",
            "build",
            "--to",
            text(&index),
            "--final",
            text(&bundle_at),
        ],
        vec!["redirects", "send", text(&index), text(&place)],
        vec!["redirects", "receive", text(&node), text(&place)],
    ] {
        let said = rehome(&arguments);
        assert_eq!(said.status, 0, "{arguments:?}: {}", said.err);
    }
    assert_eq!(lookup(&node, STOVE), lookup(&index, STOVE));
    let said = rehome(&["redirects", "export", text(&node), "--format", "csv"]);
    assert_eq!(said.status, 0, "{}", said.err);
    let line = format!(
        "http://kitchen-notes.typepad.com{STOVE},https://kitchen.example/2007/02/14/a-new-stove-and-a-blog/,301\n"
    );
    assert!(
        said.out.contains(&line) && !said.out.contains(WORD),
        "{}",
        said.out
    );
    let said = rehome(&["redirects", "send", text(&index), "s3://bucket/prefix"]);
    assert_eq!(said.status, 4, "{}", said.err);
    assert!(
        said.err.contains("REHOME_S3_ENDPOINT is not set"),
        "{}",
        said.err
    );
}
