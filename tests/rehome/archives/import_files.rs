//! The files for WordPress's importer: the open part of the blog, whole, with links that lead where its posts will be.

use super::{kept::Kept, run};
use platforms::destinations::archive::NOWHERE;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

/// What follows each `start` in `text`, up to `end`.
fn all<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start)
        .skip(1)
        .filter_map(|rest| rest.split_once(end).map(|(inside, _)| inside))
        .collect()
}

fn survey(input: &Path) -> Value {
    let input = input.to_str().expect("a path");
    let said = run(&["--json", "survey", input], None);
    assert!(said.status <= 1, "{}", said.err);
    serde_json::from_str::<Value>(&said.out).expect("JSON")["items"].clone()
}

/// The import files in the open part of `kept` hold what the open part of `zip` holds.
pub(super) fn assert_same_blog(kept: &Kept, zip: &Path, name: &str) {
    for part in [&kept.open, &kept.private] {
        let texts: Vec<&str> = part
            .iter()
            .filter(|(path, _)| path.contains("wordpress/") && path.ends_with(".xml"))
            .map(|(_, bytes)| std::str::from_utf8(bytes).expect("UTF-8"))
            .collect();
        assert_links_lead_somewhere(kept, &texts.concat(), name);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let files = kept
        .open
        .iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix("wordpress/")?, bytes)))
        .filter(|(path, _)| path.ends_with(".xml"));
    let mut count = 0;
    for (path, bytes) in files {
        fs::write(folder.path().join(path), bytes).expect("written");
        count += 1;
    }
    let before = survey(zip);
    let of = |items: &Value, kind: &str| items[kind].as_u64().unwrap_or(0);
    let is_there = |kind: &str| u64::from(of(&before, kind) > 0);
    let posts = of(&before, "post") + of(&before, "album");
    let gathered = is_there("guestbook") + is_there("link");
    let pages = of(&before, "page") + of(&before, "list") + gathered;
    if posts + pages == 0 {
        assert_eq!(count, 0, "{name}");
        return;
    }
    let after = survey(folder.path());
    assert_eq!(of(&after, "post"), posts, "{name}: {before} {after}");
    assert_eq!(of(&after, "page"), pages, "{name}: {before} {after}");
    let said = of(&before, "comment") + of(&before, "guestbook");
    assert_eq!(of(&after, "comment"), said, "{name}: {before} {after}");
    assert_eq!(of(&after, "trackback"), of(&before, "trackback"), "{name}");
    assert_eq!(of(&after, "draft"), 0, "{name}");
}

fn assert_links_lead_somewhere(kept: &Kept, text: &str, name: &str) {
    assert!(!text.contains("archive:/"), "{name}");
    let mut known: BTreeSet<String> = BTreeSet::new();
    for part in [&kept.open, &kept.private] {
        for (path, bytes) in part {
            let path = path.strip_prefix("private/").unwrap_or(path);
            if let Some(file) = path.strip_prefix("markdown/static/media/") {
                known.insert(format!("{NOWHERE}/wp-content/uploads/rehome/{file}"));
            } else if path.starts_with("wordpress/") && path.ends_with(".xml") {
                let text = std::str::from_utf8(bytes).expect("UTF-8");
                known.extend(
                    all(text, "<link>", "</link>")
                        .into_iter()
                        .map(str::to_owned),
                );
            }
        }
    }
    for picture in all(text, "<wp:attachment_url><![CDATA[", "]]>") {
        assert!(known.contains(picture), "{name}: {picture}");
    }
    for link in all(text, "=\"https://new-home.invalid", "\"") {
        let link = link.split('#').next().unwrap_or(link);
        let is_month = || {
            link.trim_matches('/')
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'/')
        };
        let is_list = ["/category/", "/tag/", "/feed/"]
            .iter()
            .any(|list| link.starts_with(list));
        let is_known = known.contains(&format!("{NOWHERE}{link}"));
        assert!(is_known || is_list || is_month(), "{name}: {link}");
    }
}
