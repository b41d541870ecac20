//! JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently into the words of [`super::feeds`].

use super::dates;
use super::feeds::{BadItem, FeedHead, FeedItem, MOST_ITEMS};
use serde_json::Value;

/// Whether `bytes` begin a JSON Feed.
#[must_use]
pub fn is_feed(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with('{') && head.contains("jsonfeed.org/version/")
}

/// Reads a whole JSON Feed. `None` where it is none.
#[must_use]
pub fn read_all(text: &str) -> Option<(FeedHead, Vec<FeedItem>, Vec<BadItem>)> {
    let feed: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    if !text_of(&feed, "version")?.contains("jsonfeed.org/version/") {
        return None;
    }
    let head = FeedHead {
        title: text_of(&feed, "title").unwrap_or_default(),
        description: text_of(&feed, "description").unwrap_or_default(),
        link: text_of(&feed, "home_page_url"),
        language: text_of(&feed, "language"),
        next: text_of(&feed, "next_url"),
        ..FeedHead::default()
    };
    let (mut items, mut bad) = (Vec::new(), Vec::new());
    for (at, value) in feed["items"]
        .as_array()?
        .iter()
        .take(MOST_ITEMS)
        .enumerate()
    {
        match item(value) {
            Some(item) => items.push(item),
            None => bad.push(BadItem {
                number: at + 1,
                what: "it is no object with an id or an address".to_owned(),
            }),
        }
    }
    Some((head, items, bad))
}

fn item(value: &Value) -> Option<FeedItem> {
    let id = text_of(value, "id");
    let link = text_of(value, "url").or_else(|| text_of(value, "external_url"));
    if id.is_none() && link.is_none() {
        return None;
    }
    let authors = value["authors"].as_array();
    let author = authors
        .and_then(|authors| authors.first())
        .unwrap_or(&value["author"]);
    let date = |name: &str| {
        text_of(value, name).and_then(|text| dates::iso(&text).or_else(|| dates::rfc822(&text)))
    };
    let body = text_of(value, "content_html")
        .or_else(|| text_of(value, "content_text").map(|text| plain(&text)));
    let summary = text_of(value, "summary").map(|text| plain(&text));
    let texts = |name: &str| {
        let values = value[name].as_array().cloned().unwrap_or_default();
        values
            .into_iter()
            .filter_map(|value| value.as_str().map(|text| text.trim().to_owned()))
    };
    let files = value["attachments"].as_array().cloned().unwrap_or_default();
    Some(FeedItem {
        title: text_of(value, "title")
            .map(|text| escaped(&text))
            .unwrap_or_default(),
        ids: id.iter().cloned().collect(),
        guid: id,
        link,
        summary: body.is_some().then(|| summary.clone()).flatten(),
        body: body.or(summary).unwrap_or_default(),
        author: text_of(author, "name"),
        author_url: text_of(author, "url"),
        published: date("date_published"),
        updated: date("date_modified"),
        categories: texts("tags").filter(|tag| !tag.is_empty()).collect(),
        enclosures: text_of(value, "image")
            .into_iter()
            .chain(files.iter().filter_map(|file| text_of(file, "url")))
            .collect(),
        original: value.to_string(),
        ..FeedItem::default()
    })
}

/// A text that is not empty; a number counts as its digits.
fn text_of(value: &Value, name: &str) -> Option<String> {
    let text = match &value[name] {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Plain text as HTML, paragraph by paragraph.
fn plain(text: &str) -> String {
    let paragraphs = text.split("\n\n").filter(|text| !text.trim().is_empty());
    paragraphs
        .map(|text| format!("<p>{}</p>", escaped(text.trim()).replace('\n', "<br>")))
        .collect()
}

fn escaped(text: &str) -> String {
    super::xml::escape(text)
}

#[cfg(test)]
mod tests {
    use super::read_all;

    #[test]
    fn a_json_feed_reads_like_any_other() {
        let feed = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://a.example/","next_url":"https://a.example/2.json",
            "items":[{"id":1,"url":"https://a.example/1","title":"R & D <3","content_text":"One\n\nTwo & three","date_published":"2009-01-02T03:04:05+02:00",
            "authors":[{"name":"Ana"}],"tags":["x"],"attachments":[{"url":"https://a.example/a.mp3"}]},"broken"]}"#;
        let (head, items, bad) = read_all(feed).expect("a feed");
        assert_eq!(head.next.as_deref(), Some("https://a.example/2.json"));
        assert_eq!(items[0].guid.as_deref(), Some("1"));
        assert_eq!(items[0].title, "R &amp; D &lt;3");
        assert_eq!(items[0].body, "<p>One</p><p>Two &amp; three</p>");
        assert_eq!(
            items[0].published.map(|m| m.to_string()).as_deref(),
            Some("2009-01-02T01:04:05Z")
        );
        assert_eq!(items[0].enclosures, ["https://a.example/a.mp3"]);
        assert_eq!((bad.len(), bad[0].number), (1, 2));
    }

    #[test]
    fn what_is_no_json_feed_is_none() {
        for text in [
            "",
            "{}",
            "[]",
            r#"{"version":"1"}"#,
            r#"{"version":"https://jsonfeed.org/version/1"}"#,
        ] {
            assert!(read_all(text).is_none(), "{text}");
        }
    }
}
