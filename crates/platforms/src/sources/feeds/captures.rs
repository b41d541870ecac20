//! Feeds in a web archive: whatever platform a blog was on, what its feed said can be read, and what else was captured of it is named.

use super::pages;
use blog::Finding;
use blog::codes::feeds as codes;
use blog::doors::{Input, Intake, ReadError};
use std::collections::{BTreeMap, BTreeSet};

/// Pages that a finding names.
const NAMED: usize = 5;

/// Whether the files of an input are named by the addresses they were captured at.
pub(super) fn are_captures(input: &mut dyn Input) -> Result<bool, ReadError> {
    let entries = input.entries()?;
    Ok(entries.first().is_some_and(|entry| is_address(&entry.name)))
}

/// Whether addresses that were captured name a feed.
pub(super) fn have_feeds(names: &[String]) -> bool {
    names
        .iter()
        .any(|name| is_address(name) && is_named_like_a_feed(name))
}

fn is_address(name: &str) -> bool {
    name.starts_with("http://") || name.starts_with("https://")
}

/// Whether an address ends as those of feeds do: `/feed/`, `/rss.xml`, `/feeds/posts/default`, `?feed=rss2`.
fn is_named_like_a_feed(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    let (path, query) = lower.split_once('?').unwrap_or((&lower, ""));
    let last = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let ends = [".rss", ".atom", ".rdf", ".xml"];
    matches!(last, "feed" | "feeds" | "rss" | "rss2" | "atom" | "rdf")
        || ends.iter().any(|end| last.ends_with(end))
        || path.ends_with("/feeds/posts/default")
        || query.split('&').any(|word| word.starts_with("feed="))
}

/// Whether it is the feed of a part of a blog: of comments, of a category, of one post.
fn is_of_a_part(address: &str) -> bool {
    [
        "/comments/",
        "/category/",
        "/tag/",
        "/author/",
        "/label/",
        "comment",
    ]
    .iter()
    .any(|part| address.contains(part))
}

fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', ':']).next().unwrap_or(rest);
    host.strip_prefix("www.").unwrap_or(host)
}

/// Reads the blog whose feed was captured; of several the one that the owner names, else the one with the most pages.
pub(super) fn read(input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
    let names: Vec<String> = input
        .entries()?
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    let wished = input
        .option("site")
        .map(|site| host(site.trim()).to_lowercase());
    let mut pages: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for name in &names {
        pages
            .entry(host(name).to_lowercase())
            .or_default()
            .push(name);
    }
    let mut blogs: Vec<(&String, &Vec<&String>)> = pages
        .iter()
        .filter(|(host, names)| match &wished {
            Some(wished) => *host == wished,
            None => names.iter().any(|name| is_named_like_a_feed(name)),
        })
        .collect();
    blogs.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    let mut left_out = None;
    for (_, names) in &blogs {
        let mut feeds: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        feeds.retain(|name| is_named_like_a_feed(name));
        // The feed of the whole blog has the shortest address of those that are not of a part.
        feeds.sort_by_key(|name| (is_of_a_part(name), name.len()));
        for feed in feeds {
            match pages::read_address(input, feed, intake) {
                Err(ReadError::NotOurs { .. }) => {}
                // Another of its feeds may tell the same; with none left, that is why.
                Err(error @ ReadError::LeftOut { .. }) => {
                    left_out.get_or_insert(error);
                }
                read => return tell_rest(&read?, names, intake),
            }
        }
    }
    if let Some(error) = left_out {
        return Err(error);
    }
    Err(ReadError::NotOurs {
        place: input.label().to_owned(),
        what: match wished {
            Some(site) => format!("the web archive holds no feed of {site}"),
            None => "the web archive holds no feed of a blog".to_owned(),
        },
    })
}

/// Names the pages that nobody can read without their platform's own forms.
fn tell_rest(
    read: &BTreeSet<String>,
    names: &[&String],
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let plain = |address: &str| {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let rest = rest.strip_prefix("www.").unwrap_or(rest);
        rest.split('#')
            .next()
            .unwrap_or(rest)
            .trim_end_matches('/')
            .to_owned()
    };
    let read: BTreeSet<String> = read.iter().map(|address| plain(address)).collect();
    let rest: Vec<&str> = names
        .iter()
        .map(|name| name.as_str())
        .filter(|name| !is_named_like_a_feed(name) && plain(name).contains('/'))
        .filter(|name| !read.contains(&plain(name)))
        .collect();
    if rest.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = rest
        .iter()
        .take(NAMED)
        .map(|name| format!("\"{}\"", without_query(name)))
        .collect();
    let more = if rest.len() > NAMED {
        " and others"
    } else {
        ""
    };
    let sentence = format!(
        "{} further pages of the blog were captured that are not in its feed: {}{more}.",
        rest.len(),
        named.join(", ")
    );
    Ok(intake.finding(Finding::new(&codes::ONLY_CAPTURED, sentence))?)
}

/// The address without what may hold a key.
fn without_query(address: &str) -> &str {
    address.split('?').next().unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::{have_feeds, is_of_a_part};

    #[test]
    fn feeds_are_known_by_their_addresses() {
        for (name, is_feed) in [
            ("http://blog.example/feed/", true),
            ("http://blog.example/rss.xml", true),
            ("http://blog.example/feeds/posts/default?alt=rss", true),
            ("http://blog.example/?feed=rss2", true),
            ("http://blog.example/2010/feeding-birds/", false),
            ("blog/feed/", false),
        ] {
            assert_eq!(have_feeds(&[name.to_owned()]), is_feed, "{name}");
        }
        assert!(is_of_a_part("http://blog.example/comments/feed/"));
        assert!(!is_of_a_part("http://blog.example/feed/"));
    }
}
