//! Every page of an archive, parsed: what it shows and links to is there, and nothing is asked of anybody else.

use super::kept::Kept;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One page: what it refers to, and its anchors.
#[derive(Default)]
struct Parsed {
    /// Element, attribute and value.
    refers: Vec<(String, String, String)>,
    anchors: BTreeSet<String>,
    twice: Vec<String>,
}

/// The tags of a page that we wrote: attributes stand in double quotes.
fn parsed(html: &str) -> Parsed {
    let mut page = Parsed::default();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let element = tag.split_whitespace().next().unwrap_or_default();
        for (name, value) in attributes(tag) {
            match name {
                "id" if !page.anchors.insert(value.clone()) => page.twice.push(value),
                "href" | "src" | "srcset" | "data" | "action" | "poster" | "background" => {
                    page.refers
                        .push((element.to_owned(), name.to_owned(), value));
                }
                "style" => assert!(!value.contains("url("), "{tag}"),
                _ => assert!(!name.starts_with("on"), "{tag}"),
            }
        }
    }
    page
}

fn attributes(tag: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let (value, more) = after.split_once('"').unwrap_or((after, ""));
        let name = before.split_whitespace().next_back().unwrap_or_default();
        found.push((name, decoded(value)));
        rest = more;
    }
    found
}

fn decoded(value: &str) -> String {
    value
        .replace("&lt;", "<")
        .replace("&#60;", "<")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// The file that `address` on the page `here` leads to.
fn joined(here: &str, address: &str) -> String {
    let mut parts: Vec<&str> = here.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            ".." => assert!(
                parts.pop().is_some(),
                "{address} on {here} leaves the archive"
            ),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// No broken link or picture, no broken anchor, no request to anybody.
pub(super) fn assert_whole(kept: &Kept) {
    let files = kept.all();
    let pages: BTreeMap<&str, Parsed> = files
        .iter()
        // The account of a move leads to the new home and is checked where it is made.
        .filter(|(name, _)| name.ends_with(".html") && !name.ends_with("report.html"))
        .filter(|(name, _)| !name.contains("markdown/"))
        .map(|(name, bytes)| (*name, parsed(std::str::from_utf8(bytes).expect("UTF-8"))))
        .collect();
    assert!(pages.contains_key("index.html"));
    for (here, page) in &pages {
        assert!(
            page.twice.is_empty(),
            "{here}: ids stand twice: {:?}",
            page.twice
        );
        for (element, name, address) in &page.refers {
            let is_link = element == "a" && name == "href";
            let elsewhere = ["http://", "https://", "mailto:", "data:"]
                .iter()
                .any(|start| address.to_ascii_lowercase().starts_with(start));
            if elsewhere {
                assert!(
                    is_link || address.starts_with("data:"),
                    "{here} asks {address} for <{element} {name}>"
                );
                continue;
            }
            let (file, anchor) = address.split_once('#').unwrap_or((address, ""));
            let target = if file.is_empty() {
                (*here).to_owned()
            } else {
                joined(here, file)
            };
            assert!(
                files.contains_key(target.as_str()),
                "{here} refers to {address}"
            );
            assert!(
                here.starts_with("private/") || !target.starts_with("private/"),
                "{here} leads to {target}"
            );
            if let Some(page) = pages.get(target.as_str()) {
                assert!(
                    anchor.is_empty() || page.anchors.contains(anchor),
                    "{here}: there is no #{anchor} on {target}"
                );
            }
        }
    }
    assert_pictures_once(kept);
}

/// The media once: no two files of pictures have the same bytes, in both parts together.
fn assert_pictures_once(kept: &Kept) {
    let mut seen = BTreeMap::new();
    for (name, bytes) in kept.all() {
        if name.contains("static/media/")
            && let Some(other) = seen.insert(bytes, name)
        {
            panic!("{name} and {other} are the same picture");
        }
    }
}

/// Front matter is JSON behind each name, what generators insist on is there, and pictures of Markdown are where it says.
pub(super) fn assert_markdown(kept: &Kept) {
    let files = kept.all();
    let mut pages = 0;
    for (name, bytes) in &files {
        if !name.ends_with(".md") || name.ends_with("_index.md") {
            continue;
        }
        pages += 1;
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let rest = text.strip_prefix("---\n").expect("front matter");
        let (front, body) = rest.split_once("\n---\n").expect("its end");
        let mut said = BTreeMap::new();
        for line in front.lines() {
            let (key, value) = line.split_once(": ").expect("a name and a value");
            let value: Value = serde_json::from_str(value).expect("JSON");
            assert!(
                said.insert(key, value).is_none(),
                "{name}: {key} stands twice"
            );
        }
        assert!(
            said["title"]
                .as_str()
                .is_some_and(|title| !title.is_empty()),
            "{name}"
        );
        assert!(
            said["slug"].as_str().is_some_and(|slug| !slug.is_empty()),
            "{name}"
        );
        assert_eq!(
            said.get("draft") == Some(&Value::Bool(true)),
            name.starts_with("private/"),
            "{name}"
        );
        for command in ["{{", "{%", "{#"] {
            assert!(!body.contains(command), "{name}: {command}");
        }
        for piece in body
            .split(['"', '(', ')', '<', '>'])
            .filter(|piece| piece.starts_with("/media/"))
        {
            let open = format!("markdown/static{piece}");
            let there = files.contains_key(open.as_str())
                || (name.starts_with("private/")
                    && files.contains_key(format!("private/{open}").as_str()));
            assert!(there, "{name} shows {piece}");
        }
    }
    assert!(pages > 0);
}
