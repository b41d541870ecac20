//! JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently into the words of [`super::feeds`].

use super::feeds::{
    BadItem, Broken, FeedHead, FeedItem, FeedPiece, LONGEST_ITEM_BYTES, MOST_ITEMS, OUTSIDE_BYTES,
    Taker,
};
use super::{dates, encodings};
use blog::doors::Halt;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};

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
    let head = head(&feed)?;
    let (mut items, mut bad) = (Vec::new(), Vec::new());
    let listed = feed["items"].as_array()?.iter().take(MOST_ITEMS);
    for (at, value) in listed.enumerate() {
        match piece(value, at + 1) {
            FeedPiece::Item(item) => items.push(*item),
            FeedPiece::Bad(broken) => bad.push(broken),
        }
    }
    Some((head, items, bad))
}

/// Reads a JSON Feed item by item, of any length. `None` where it is none.
///
/// # Errors
/// When it cannot be read, or `taker` wants no more.
pub fn stream<'a>(
    mut reader: Box<dyn Read + 'a>,
    taker: &mut dyn Taker,
) -> Result<Option<FeedHead>, Broken> {
    let left = Cell::new(MEMBER_BYTES);
    let mut first = Vec::new();
    let read = reader.by_ref().take(GUESS_BYTES).read_to_end(&mut first);
    read.map_err(Broken::Reading)?;
    let whole = Box::new(io::Cursor::new(first.clone()).chain(reader));
    let rationed = Rationed {
        reader: encodings::recoded(whole, &first),
        left: &left,
    };
    let mut feed = Feed {
        taker,
        left: &left,
        outside: OUTSIDE_BYTES,
        words: Map::new(),
        has_items: false,
        halted: None,
    };
    let mut json = serde_json::Deserializer::from_reader(io::BufReader::new(rationed));
    let read = (&mut feed).deserialize(&mut json).and_then(|()| json.end());
    if let Some(halt) = feed.halted {
        return Err(Broken::Halt(halt));
    }
    match read {
        Err(error) if error.is_io() => return Err(Broken::Reading(error.into())),
        Err(_) => return Ok(None),
        Ok(()) => {}
    }
    let head = head(&Value::Object(feed.words));
    Ok(head.filter(|_| feed.has_items))
}

/// What is read ahead of a member.
const AHEAD_BYTES: usize = 64 << 10;

/// The longest item or member that means nothing to us, with what is read ahead of it.
const MEMBER_BYTES: usize = LONGEST_ITEM_BYTES + AHEAD_BYTES;

/// The members that a head is made of.
const HEAD: [&str; 6] = [
    "version",
    "title",
    "description",
    "home_page_url",
    "language",
    "next_url",
];

const TOO_LONG: &str =
    "an item of it is longer than 16 MiB, or what stands around its items longer than 4 MiB";

/// The encoding shows in so many bytes.
const GUESS_BYTES: u64 = 256 << 10;

/// Gives so many bytes and no more: the parser would take an item of any length.
struct Rationed<'a, R> {
    reader: R,
    left: &'a Cell<usize>,
}

impl<R: Read> Read for Rationed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        match self.left.get().checked_sub(read) {
            Some(rest) => self.left.set(rest),
            None => return Err(io::Error::other(TOO_LONG)),
        }
        Ok(read)
    }
}

/// The feed as an object whose `items` go on as they come.
struct Feed<'a> {
    taker: &'a mut dyn Taker,
    left: &'a Cell<usize>,
    /// Bytes that the members of the head may still have, all together.
    outside: usize,
    words: Map<String, Value>,
    has_items: bool,
    halted: Option<Halt>,
}

impl Feed<'_> {
    fn offer(&mut self, value: &Value, number: usize) -> Result<(), Halt> {
        if !self.taker.wants(number, &|| value.to_string())? {
            return Ok(());
        }
        self.taker.take(piece(value, number))
    }
}

impl<'de> DeserializeSeed<'de> for &mut Feed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Feed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON Feed")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            self.left.set(MEMBER_BYTES);
            if name == "items" {
                self.has_items = true;
                map.next_value_seed(Items(&mut *self))?;
            } else if HEAD.contains(&name.as_str()) {
                let ration = self.outside + AHEAD_BYTES;
                self.left.set(ration);
                self.words.insert(name, map.next_value()?);
                self.outside = self.outside.saturating_sub(ration - self.left.get());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            self.left.set(MEMBER_BYTES);
        }
        Ok(())
    }
}

struct Items<'a, 'b>(&'a mut Feed<'b>);

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let feed = self.0;
        let mut number = 0;
        while let Some(value) = list.next_element::<Value>()? {
            number += 1;
            feed.left.set(MEMBER_BYTES);
            if let Err(halt) = feed.offer(&value, number) {
                feed.halted = Some(halt);
                return Err(A::Error::custom("no more is wanted"));
            }
        }
        Ok(())
    }
}

/// What stands beside the items; `None` where it is no JSON Feed.
fn head(feed: &Value) -> Option<FeedHead> {
    let is_feed = text_of(feed, "version")?.contains("jsonfeed.org/version/");
    is_feed.then(|| FeedHead {
        title: text_of(feed, "title").unwrap_or_default(),
        description: text_of(feed, "description").unwrap_or_default(),
        link: text_of(feed, "home_page_url"),
        language: text_of(feed, "language"),
        next: text_of(feed, "next_url"),
        ..FeedHead::default()
    })
}

fn piece(value: &Value, number: usize) -> FeedPiece {
    item(value).map_or_else(
        || {
            FeedPiece::Bad(BadItem {
                number,
                what: "it is no object with an id or an address".to_owned(),
            })
        },
        |item| FeedPiece::Item(Box::new(item)),
    )
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
    use super::{Broken, MEMBER_BYTES, OUTSIDE_BYTES, read_all, stream};
    use crate::wire::feeds::{FeedPiece, Taker};
    use blog::doors::Halt;

    fn streamed(feed: &str) -> Option<(crate::wire::feeds::FeedHead, Vec<FeedPiece>)> {
        let mut pieces = Vec::new();
        let head = stream(
            Box::new(feed.as_bytes()),
            &mut All(|piece| {
                pieces.push(piece);
                Ok(())
            }),
        );
        Some((head.expect("readable")?, pieces))
    }

    /// Takes every item.
    struct All<F>(F);

    impl<F: FnMut(FeedPiece) -> Result<(), Halt>> Taker for All<F> {
        fn wants(&mut self, _: usize, _: &dyn Fn() -> String) -> Result<bool, Halt> {
            Ok(true)
        }
        fn take(&mut self, piece: FeedPiece) -> Result<(), Halt> {
            (self.0)(piece)
        }
    }

    #[test]
    fn item_by_item_it_reads_the_same() {
        let feed = r#"{"items":[{"id":"a","content_text":"Ünï"},7,{"url":"https://a.example/b"}],"title":"T","version":"https://jsonfeed.org/version/1"}"#;
        let (head, items, bad) = read_all(feed).expect("a feed");
        let (streamed_head, pieces) = streamed(feed).expect("a feed");
        assert_eq!(streamed_head, head);
        let (a, b) = (items[0].clone(), items[1].clone());
        let expected = [
            FeedPiece::Item(Box::new(a)),
            FeedPiece::Bad(bad[0].clone()),
            FeedPiece::Item(Box::new(b)),
        ];
        assert_eq!(pieces, expected);
        assert!(streamed(r#"{"version":"https://jsonfeed.org/version/1"}"#).is_none());
        assert!(streamed("{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{").is_none());
    }

    #[test]
    fn an_item_without_end_is_refused_and_whoever_wants_no_more_gets_none() {
        let long = "x".repeat(MEMBER_BYTES + (1 << 20));
        let feed = format!(
            r#"{{"version":"https://jsonfeed.org/version/1","items":[{{"id":"{long}"}}]}}"#
        );
        let refused = stream(Box::new(feed.as_bytes()), &mut All(|_| Ok(())));
        assert!(matches!(refused, Err(Broken::Reading(_))), "{refused:?}");
        let feed =
            r#"{"version":"https://jsonfeed.org/version/1","items":[{"id":"a"},{"id":"b"}]}"#;
        let mut taken = 0;
        let halted = stream(
            Box::new(feed.as_bytes()),
            &mut All(|_| {
                taken += 1;
                Err(Halt::Asked)
            }),
        );
        assert!(matches!(halted, Err(Broken::Halt(_))) && taken == 1);
    }

    #[test]
    fn what_stands_beside_the_items_is_kept_as_far_as_a_head_needs_it() {
        let version = r#""version":"https://jsonfeed.org/version/1","items":[{"id":"a"}]"#;
        let long = "x".repeat(OUTSIDE_BYTES / 2 + (64 << 10));
        // Members that mean nothing to us are passed over, however many they are.
        let odd: String = (0..12)
            .map(|number| format!(r#","a{number}":{{"b":["{long}"]}}"#))
            .collect();
        let feed = format!(r#"{{{version},"title":"T"{odd}}}"#);
        let (head, pieces) = streamed(&feed).expect("a feed");
        assert_eq!((head.title.as_str(), pieces.len()), ("T", 1));
        // Those that do have one ration together.
        let feed = format!(r#"{{{version},"title":"{long}","title":"{long}","title":"T"}}"#);
        let refused = stream(Box::new(feed.as_bytes()), &mut All(|_| Ok(())));
        assert!(matches!(refused, Err(Broken::Reading(_))), "{refused:?}");
    }

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
