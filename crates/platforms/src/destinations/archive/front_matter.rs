//! What stands above the Markdown of a page. Every value is JSON, which YAML takes: so four generators read it, and no text of a
//! blog can end it.

use super::{address, body, words::Words};
use blog::doors::archiving::{Page, Part, Said, Target};
use jiff::Zoned;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Longest old path that is given to a generator: each becomes a folder.
const ALIAS_BYTES: usize = 200;

/// The front matter of a page, between its lines.
pub(super) fn of(page: &Page, aliases: &mut HashSet<String>, words: &Words) -> String {
    let private = page.private.is_some() || page.path.starts_with(Part::Private.prefix());
    let mut lines = vec![("title", json!(titled(&page.title, words)))];
    let mut say = |name, value: Option<Value>| lines.extend(value.map(|value| (name, value)));
    say("date", page.date.as_ref().map(|date| json!(rfc3339(date))));
    say(
        "updated",
        page.modified.as_ref().map(|date| json!(rfc3339(date))),
    );
    say(
        "lastmod",
        page.modified.as_ref().map(|date| json!(rfc3339(date))),
    );
    let name = page.path.rsplit('/').next().unwrap_or(&page.path);
    say("slug", Some(json!(address::slug(name, private))));
    // Generators leave out drafts unless they are asked for them.
    say("draft", private.then(|| json!(true)));
    let (categories, tags) = (names(&page.categories), names(&page.tags));
    say("categories", Some(json!(categories)));
    say("tags", Some(json!(tags)));
    say(
        "taxonomies",
        Some(json!({ "categories": categories, "tags": tags })),
    );
    say(
        "authors",
        page.author.as_ref().map(|author| json!([author])),
    );
    let old = old_paths(page, aliases);
    say("aliases", (!old.is_empty()).then(|| json!(old)));
    say("extra", Some(Value::Object(extra(page, words))));
    let lines: Vec<String> = lines
        .into_iter()
        .map(|(name, value)| format!("{name}: {}", yaml(&value)))
        .collect();
    format!("---\n{}\n---\n", lines.join("\n"))
}

/// JSON that is YAML as well: characters that YAML does not take are written as escapes.
fn yaml(value: &Value) -> String {
    let mut out = String::new();
    for character in value.to_string().chars() {
        let odd = matches!(
            character,
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        );
        if odd {
            out.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            out.push(character);
        }
    }
    out
}

fn titled(title: &str, words: &Words) -> String {
    match title.trim() {
        "" => words.untitled.to_owned(),
        title => title.to_owned(),
    }
}

fn rfc3339(date: &Zoned) -> String {
    date.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Names of terms from which a generator can make an address.
fn names(terms: &[Target]) -> Vec<&str> {
    let named = |name: &&str| name.chars().any(char::is_alphanumeric);
    terms
        .iter()
        .map(|term| term.title.as_str())
        .filter(named)
        .collect()
}

/// The paths of old addresses that a generated site can answer at: whole paths, each of one page, none of the site's own.
fn old_paths(page: &Page, taken: &mut HashSet<String>) -> Vec<String> {
    const OWN: &[&str] = &[
        "posts",
        "albums",
        "pages",
        "lists",
        "categories",
        "tags",
        "media",
        "page",
    ];
    let mut paths = Vec::new();
    for address in &page.old_addresses {
        let Some((_, rest)) = address.split_once("://") else {
            continue;
        };
        let Some((_, path)) = rest.split_once('/') else {
            continue;
        };
        let path = path.trim_end_matches('/');
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.!~".contains(&byte);
        let first = path.split('/').next().unwrap_or_default();
        let whole = !path.is_empty()
            && path.len() <= ALIAS_BYTES
            && path.bytes().all(good)
            && !path
                .split('/')
                .any(|part| part.is_empty() || part.starts_with('.'))
            && !OWN.contains(&first);
        // On a disk that does not tell capitals apart, two spellings are one.
        if whole && taken.insert(path.to_ascii_lowercase()) {
            paths.push(format!("/{path}"));
        }
    }
    paths
}

fn extra(page: &Page, words: &Words) -> Map<String, Value> {
    let mut extra = Map::new();
    extra.insert("kind".to_owned(), json!(page.kind.as_str()));
    if !page.old_addresses.is_empty() {
        extra.insert("old_addresses".to_owned(), json!(page.old_addresses));
    }
    if page.sticky {
        extra.insert("sticky".to_owned(), json!(true));
    }
    if let Some(why) = page.private {
        extra.insert("not_for_everyone".to_owned(), json!(why));
    }
    if !page.comments.is_empty() {
        let comments: Vec<Value> = page
            .comments
            .iter()
            .map(|said| comment(said, words))
            .collect();
        extra.insert("comments".to_owned(), json!(comments));
    }
    extra
}

fn comment(said: &Said, words: &Words) -> Value {
    json!({
        "id": said.anchor,
        "depth": said.depth,
        "author": said.author,
        "url": said.url,
        "date": said.date.as_ref().map(rfc3339).unwrap_or_default(),
        "html": body::in_markdown(&said.html, words),
    })
}
