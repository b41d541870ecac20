//! From an address to its feed: the feed itself, or the page that names it.

use super::is_feed;
use blog::body::resolve;
use blog::doors::{Answer, Call, Input, ReadError};

/// Bytes of a page in which its feed is looked for.
const HEAD_BYTES: usize = 512 * 1024;

/// Asks for the feed at `address`, or for the one that the page there names.
pub(super) fn feed_at(input: &mut dyn Input, address: &str) -> Result<Answer, ReadError> {
    let answer = ask(input, address)?;
    if is_feed(&answer.body) {
        return Ok(answer);
    }
    let head = &answer.body[..answer.body.len().min(HEAD_BYTES)];
    let page = String::from_utf8_lossy(head);
    for candidate in named_feeds(&page, &answer.address) {
        let feed = ask(input, &candidate);
        if let Ok(feed) = feed
            && is_feed(&feed.body)
        {
            return Ok(feed);
        }
    }
    Err(ReadError::NotOurs {
        place: address.to_owned(),
        what: "neither a feed nor a page that names one; give the address of the blog's RSS or Atom feed".to_owned(),
    })
}

/// Asks an address, and takes only an answer that brings something.
pub(super) fn ask(input: &mut dyn Input, address: &str) -> Result<Answer, ReadError> {
    let answer = input.ask(&Call::get(address))?;
    match answer.status {
        200 => Ok(answer),
        401 | 403 => Err(ReadError::Locked {
            place: address.to_owned(),
            what: format!("it answers {}: it is not for everyone", answer.status),
        }),
        status @ (429 | 500..) => Err(ReadError::Unreachable {
            place: address.to_owned(),
            what: format!("it answers {status}"),
        }),
        status => Err(ReadError::Unreadable {
            place: address.to_owned(),
            what: format!("it answers {status}"),
        }),
    }
}

/// The feeds that a page names, posts before comments.
fn named_feeds(page: &str, base: &str) -> Vec<String> {
    let document = dom_query::Document::from(page);
    let mut found: Vec<(bool, String)> = Vec::new();
    for link in document.select("link[rel][href][type]").iter() {
        let word = |name: &str| {
            link.attr(name)
                .map(|word| word.to_lowercase())
                .unwrap_or_default()
        };
        let is_alternate = word("rel")
            .split_ascii_whitespace()
            .any(|rel| rel == "alternate");
        let is_feed = ["rss+xml", "atom+xml", "feed+json", "rdf+xml"]
            .iter()
            .any(|end| word("type").trim().ends_with(end));
        let Some(address) = link
            .attr("href")
            .and_then(|href| resolve(&href, Some(base)))
        else {
            continue;
        };
        if is_alternate && is_feed && address.starts_with("http") {
            let of_comments = word("title").contains("comment") || address.contains("/comments/");
            found.push((of_comments, address));
        }
    }
    found.sort_by_key(|(of_comments, _)| *of_comments);
    found.dedup();
    found.into_iter().map(|(_, address)| address).collect()
}

#[cfg(test)]
mod tests {
    use super::named_feeds;

    #[test]
    fn a_page_names_its_feeds_and_that_of_comments_comes_last() {
        let page = "<html><head><link rel=alternate type='application/rss+xml' title='Comments' href='/comments/feed/'>\
            <LINK REL='Alternate' TYPE='application/atom+xml' href='feed.atom'><link rel=stylesheet type='text/css' href='x.css'></head>";
        assert_eq!(
            named_feeds(page, "http://a.example/blog/"),
            [
                "http://a.example/blog/feed.atom",
                "http://a.example/comments/feed/"
            ]
        );
    }
}
