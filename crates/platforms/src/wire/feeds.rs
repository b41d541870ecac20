//! RSS and Atom, read leniently: of Spaces, of Blogger, of anybody.
//!
//! A feed is cut into its items first and each item is read by itself: one broken item costs one item. No element of the
//! `msn:` or `live:` namespaces is needed (they came and went with releases); elements are known by their local names.
//!
//! * [`FeedReader`]: piece by piece, for feeds of any length
//! * [`read_all`]: a page of a feed, whole

mod stream;

pub use stream::FeedReader;
pub(super) use stream::OUTSIDE_BYTES;

use super::xml::{self, Element};
use super::{dates, json_feed};
use blog::{Moment, doors::Halt};
use memchr::memmem;
use std::io;

/// A single item longer than this is skipped: no entry of a Space came near it.
pub const LONGEST_ITEM_BYTES: usize = 16 << 20;

/// Items beyond this many are not read; feeds carried some 20.
pub const MOST_ITEMS: usize = 100_000;

/// What stands above the items.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedHead {
    /// Title as plain text.
    pub title: String,
    /// Description or subtitle.
    pub description: String,
    /// The page it belongs to.
    pub link: Option<String>,
    /// `en-US`.
    pub language: Option<String>,
    /// `live:type`: `blogcategory`, …
    pub kind: Option<String>,
    /// Account number, signed decimal.
    pub account: Option<String>,
    /// Chosen name of the Space.
    pub alias: Option<String>,
    /// Where the feed goes on (Atom `link rel=next`).
    pub next: Option<String>,
    /// Where older items are kept for good (RFC 5005, `link rel=prev-archive`).
    pub archive: Option<String>,
    /// Whether it says that it holds everything there is (RFC 5005, `fh:complete`).
    pub complete: bool,
    /// What made it.
    pub generator: Option<String>,
}

/// One item or entry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedItem {
    /// Title; plain text or HTML, decoded once.
    pub title: String,
    /// Its page.
    pub link: Option<String>,
    /// `guid` or Atom `id`.
    pub guid: Option<String>,
    /// Every id the item carries, the platform's own among them.
    pub ids: Vec<String>,
    /// The body: HTML.
    pub body: String,
    /// The shorter text beside the body, where there are both.
    pub summary: Option<String>,
    /// The body of a comment, where the feed has it apart.
    pub comment_body: Option<String>,
    /// Name of the author.
    pub author: Option<String>,
    /// Web address of the author.
    pub author_url: Option<String>,
    /// When it was published.
    pub published: Option<Moment>,
    /// When it was changed.
    pub updated: Option<Moment>,
    /// `live:type` or `msn:type`: `photoalbum`, `blogentry`, …
    pub kind: Option<String>,
    /// Category names in order.
    pub categories: Vec<String>,
    /// Terms in order, each with its scheme, which may be empty.
    pub terms: Vec<(String, String)>,
    /// Ids or addresses of what it belongs to or answers (`thr:in-reply-to`, `blogger:parent`), nearest last.
    pub answers: Vec<String>,
    /// Further addresses (Atom `link`) with their `rel`.
    pub links: Vec<(String, String)>,
    /// How far it had come, in the feed's own word (`blogger:status`).
    pub status: Option<String>,
    /// Whether it lies in the bin (`blogger:trashed`).
    pub trashed: bool,
    /// The item as it stood in the feed.
    pub original: String,
    /// Its address without the host, where the feed has it apart (`blogger:filename`).
    pub file_name: Option<String>,
    /// How many comments it says it has.
    pub comment_count: Option<u64>,
    /// Address of the feed of its comments.
    pub comments_feed: Option<String>,
    /// Address of the feed of what is inside (an album's photos).
    pub inner_feed: Option<String>,
    /// Enclosures in order.
    pub enclosures: Vec<String>,
    /// Atom: it is a draft.
    pub draft: bool,
    /// Atom and others: who may see it, in the feed's own word.
    pub access: Option<String>,
}

/// An item that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadItem {
    /// Its place in the feed, counted from 1.
    pub number: usize,
    /// What is wrong with it.
    pub what: String,
}

/// What the reader hands over.
#[derive(Debug, Clone, PartialEq)]
pub enum FeedPiece {
    /// An item.
    Item(Box<FeedItem>),
    /// An item that could not be read.
    Bad(BadItem),
}

/// Who takes the items of a feed as they come.
pub trait Taker {
    /// Whether an item is to be read, by its number and what stands there.
    ///
    /// # Errors
    /// When no more is wanted.
    fn wants(&mut self, number: usize, text: &dyn Fn() -> String) -> Result<bool, Halt>;
    /// An item, read.
    ///
    /// # Errors
    /// When no more is wanted.
    fn take(&mut self, piece: FeedPiece) -> Result<(), Halt>;
}

/// Why a feed was not read to its end.
#[derive(Debug)]
pub enum Broken {
    /// Whoever takes its items wants no more.
    Halt(Halt),
    /// It could not be read.
    Reading(io::Error),
}

/// Whether `bytes` are a feed at all, judged by the first tags.
#[must_use]
pub fn is_feed(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let body = head.trim_start_matches('\u{feff}').trim_start();
    let starts_as_xml = ["<?xml", "<rss", "<feed", "<rdf"].iter().any(|start| {
        body.get(..start.len())
            .is_some_and(|b| b.eq_ignore_ascii_case(start))
    });
    starts_as_xml
        && (["<rss", "<feed", ":feed", "<rdf:RDF", "<channel"]
            .iter()
            .any(|tag| body.contains(tag)))
}

/// Reads a feed: each item in order as `take` is called, then the head. `None` where it is no feed.
pub fn read(text: &str, take: &mut dyn FnMut(FeedPiece)) -> Option<FeedHead> {
    let mut reader = FeedReader::of_text(text)?;
    let mut count = 0;
    // Bytes in memory do not fail to be read.
    while let Ok(Some(piece)) = reader.next(&mut |_, _| Ok(count < MOST_ITEMS)) {
        count += 1;
        take(piece);
    }
    Some(reader.head())
}

/// Reads a feed of any kind, JSON too, item by item. `None` where it is no feed.
///
/// # Errors
/// When it cannot be read, or `taker` wants no more.
pub fn take(text: &str, taker: &mut dyn Taker) -> Result<Option<FeedHead>, Broken> {
    let Some(mut reader) = FeedReader::of_text(text) else {
        return json_feed::stream(Box::new(text.as_bytes()), taker);
    };
    while let Some(piece) =
        reader.next(&mut |number, text| taker.wants(number, &|| text.to_owned()))?
    {
        taker.take(piece).map_err(Broken::Halt)?;
    }
    Ok(Some(reader.head()))
}

/// Reads a whole feed into memory.
#[must_use]
pub fn read_all(text: &str) -> Option<(FeedHead, Vec<FeedItem>, Vec<BadItem>)> {
    let mut items = Vec::new();
    let mut bad = Vec::new();
    let head = read(text, &mut |piece| match piece {
        FeedPiece::Item(item) => items.push(*item),
        FeedPiece::Bad(item) => bad.push(item),
    })?;
    Some((head, items, bad))
}

/// What stands around the items.
fn head(outside: &str) -> FeedHead {
    // A cut feed never closes its channel; the head is still there.
    let tree = xml::read(outside)
        .or_else(|_| xml::read(&format!("{outside}</channel></rss>")))
        .unwrap_or_default();
    let top = tree
        .children
        .iter()
        .find(|e| e.is("rss") || e.is("feed") || e.is("RDF") || e.is("channel"));
    let channel = top.map(|top| top.child("channel").unwrap_or(top));
    let Some(channel) = channel else {
        return FeedHead::default();
    };
    let identity = channel.child("identity");
    FeedHead {
        title: channel.text_of("title").unwrap_or_default(),
        description: channel
            .text_of("description")
            .or_else(|| channel.text_of("subtitle"))
            .unwrap_or_default(),
        link: link(channel, &["alternate", ""]),
        language: channel
            .text_of("language")
            .or_else(|| channel.attribute("lang").map(str::to_owned)),
        kind: channel.text_of("type"),
        account: identity.and_then(|i| i.text_of("id")),
        alias: identity.and_then(|i| i.text_of("alias")),
        next: link(channel, &["next"]),
        archive: link(channel, &["prev-archive"]),
        complete: channel.child("complete").is_some(),
        generator: channel.text_of("generator"),
    }
}

fn item(piece: &str) -> Result<FeedItem, String> {
    if piece.len() > LONGEST_ITEM_BYTES {
        return Err("it is too long".to_owned());
    }
    let tree = xml::read(piece).or_else(|what| {
        // What is wrong may be a lone `<` only.
        xml::read(&xml::literal_less_than(piece)).map_err(|_| what)
    })?;
    let item = tree.children.first().ok_or("it is empty")?;
    let date = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| item.text_of(name))
            .and_then(|text| dates::rfc822(&text).or_else(|| dates::iso(&text)))
    };
    let author = item.child("author");
    Ok(FeedItem {
        title: item.text_of("title").unwrap_or_default(),
        link: link(item, &["alternate", ""]),
        guid: item
            .text_of("guid")
            .or_else(|| item.text_of("id"))
            .or_else(|| item.attribute("about").map(str::to_owned)),
        ids: item
            .all("guid")
            .chain(item.all("id"))
            .map(|id| id.text.trim().to_owned())
            .filter(|id| !id.is_empty())
            .collect(),
        summary: summary(item),
        body: body(item, piece),
        terms: terms(item),
        answers: answers(item),
        links: item
            .all("link")
            .filter_map(|link| {
                let rel = link.attribute("rel").unwrap_or("alternate");
                Some((rel.to_owned(), link.attribute("href")?.trim().to_owned()))
            })
            .collect(),
        status: item.text_of("status"),
        trashed: item.text_of("trashed").is_some(),
        file_name: item.text_of("filename"),
        original: piece.to_owned(),
        comment_body: item.text_of("commentBody"),
        author: item
            .text_of("authorName")
            .or_else(|| author.and_then(|a| a.text_of("name")))
            .or_else(|| {
                author
                    .map(|a| a.text.trim().to_owned())
                    .filter(|t| !t.is_empty())
            })
            .or_else(|| item.text_of("creator")),
        author_url: item
            .text_of("authorURL")
            .or_else(|| item.text_of("authorUrl"))
            .or_else(|| author.and_then(|a| a.text_of("uri"))),
        published: date(&["pubDate", "published", "date", "issued"]),
        updated: date(&["updated", "modified"]),
        kind: item.text_of("type"),
        categories: categories(item),
        comment_count: item
            .all("comments")
            .chain(item.all("commentCount"))
            .find_map(|c| c.text.trim().parse().ok()),
        comments_feed: item
            .text_of("commentRss")
            .or_else(|| link(item, &["replies"])),
        inner_feed: item.text_of("itemRSS"),
        enclosures: item
            .all("enclosure")
            .filter_map(|e| e.attribute("url"))
            .chain(
                item.all("link")
                    .filter(|l| l.attribute("rel") == Some("enclosure"))
                    .filter_map(|l| l.attribute("href")),
            )
            .map(|url| url.trim().to_owned())
            .filter(|url| !url.is_empty())
            .collect(),
        draft: item
            .child("control")
            .and_then(|c| c.text_of("draft"))
            .is_some_and(|word| word.eq_ignore_ascii_case("yes")),
        access: item
            .text_of("audience")
            .or_else(|| item.text_of("access"))
            .or_else(|| item.text_of("sharingLevel"))
            .or_else(|| item.text_of("permission")),
    })
}

/// The fullest text: Atom `content`, RSS `encoded`, then `description` or `summary`.
fn body(item: &Element, piece: &str) -> String {
    for name in ["encoded", "content", "description", "summary"] {
        // `media:content` has the same local name and holds no text.
        let has_text =
            |element: &&Element| !(element.text.trim().is_empty() && element.children.is_empty());
        let Some(element) = item.all(name).find(has_text) else {
            continue;
        };
        match element.attribute("type") {
            Some("xhtml") => return xhtml(piece, &element.name).unwrap_or_default(),
            Some("text" | "text/plain") => return xml::escape(&element.text),
            _ => {}
        }
        if !element.text.trim().is_empty() {
            return element.text.clone();
        }
    }
    String::new()
}

/// The markup inside the element `name` of type `xhtml`, as it stands: text and elements in their order.
fn xhtml(piece: &str, name: &str) -> Option<String> {
    let at = piece.find("\"xhtml\"").or_else(|| piece.find("'xhtml'"))?;
    let start = at + piece[at..].find('>')? + 1;
    let rest = &piece[start..];
    let is_end = |at: &usize| {
        let tag = &rest[at + 2..];
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        tag.trim().rsplit(':').next() == Some(name)
    };
    let mut ends = memmem::find_iter(rest.as_bytes(), b"</").filter(is_end);
    let inner = rest[..ends.next()?].trim();
    // The one `div` that Atom wants around it is not part of the text.
    let within = inner
        .strip_prefix("<div")
        .and_then(|rest| rest.split_once('>'));
    let bare = within.and_then(|(_, rest)| rest.strip_suffix("</div>"));
    Some(bare.unwrap_or(inner).to_owned())
}

/// The shorter text, where a fuller one stands beside it.
fn summary(item: &Element) -> Option<String> {
    let full = item
        .text_of("encoded")
        .or_else(|| item.text_of("content"))?;
    let short = item
        .text_of("description")
        .or_else(|| item.text_of("summary"))?;
    (short != full).then_some(short)
}

fn terms(item: &Element) -> Vec<(String, String)> {
    let term = |element: &Element| {
        let term = element.attribute("term").unwrap_or(&element.text).trim();
        let scheme = element.attribute("scheme").unwrap_or_default();
        (!term.is_empty()).then(|| (scheme.to_owned(), term.to_owned()))
    };
    item.all("category").filter_map(term).collect()
}

/// What it belongs to first, then what it answers there.
fn answers(item: &Element) -> Vec<String> {
    let replies = item.all("in-reply-to").filter_map(|reply| {
        let reference = reply.attribute("ref").or_else(|| reply.attribute("href"));
        reference.map(|reference| reference.trim().to_owned())
    });
    item.text_of("parent")
        .into_iter()
        .chain(replies)
        .chain(item.text_of("inReplyTo"))
        .filter(|answer| !answer.is_empty())
        .collect()
}

fn categories(item: &Element) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for element in item.all("category") {
        let name = element
            .attribute("label")
            .or_else(|| element.attribute("term"))
            .unwrap_or(&element.text)
            .trim()
            .to_owned();
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// RSS writes the address as text, Atom as `href` with a `rel`; no `rel` means `alternate`.
fn link(element: &Element, rels: &[&str]) -> Option<String> {
    element
        .all("link")
        .filter(|link| rels.contains(&link.attribute("rel").unwrap_or("")))
        .find_map(|link| {
            let text = link.attribute("href").unwrap_or(&link.text).trim();
            (!text.is_empty()).then(|| text.to_owned())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FEED: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" xmlns:live=\"x\" xmlns:cf=\"y\"><channel>\
        <title>Ana's garden</title><description /><link>http://ana.spaces.live.com/</link><language>pt-BR</language>\
        <live:type>space</live:type><live:identity><live:id>-5863621987198436459</live:id><live:alias>ana</live:alias></live:identity>\
        <item><title>Rose &amp;amp; thorn</title><link>http://ana.spaces.live.com/Blog/cns!A1!12.entry</link>\
        <description>&lt;p&gt;One &amp;amp; two &amp;#26085;&lt;/p&gt;</description><pubDate>Thu, 07 Aug 2008 02:04:50 GMT</pubDate>\
        <category>Garden</category><category>Garden</category></item>\
        <item><title>Broken</title><description>a <b></description></item>\
        <item><title>Photo Album: Roses</title><guid isPermaLink=\"false\">cns!A1!15</guid><live:type>photoalbum</live:type>\
        <cf:itemRSS>http://ana.spaces.live.com/photos/cns!A1!15/feed.rss</cf:itemRSS></item>\
        </channel></rss>";

    #[test]
    fn an_item_at_the_limit_is_read_and_one_byte_more_is_not() {
        let whole = |bytes: usize| {
            let (front, back) = ("<item><title>", "</title></item>");
            let rest = bytes - front.len() - back.len();
            format!("{front}{}{back}", "t".repeat(rest))
        };
        let read = item(&whole(LONGEST_ITEM_BYTES)).expect("at the limit");
        assert!(read.title.len() > LONGEST_ITEM_BYTES - 64);
        let error = item(&whole(LONGEST_ITEM_BYTES + 1)).err();
        assert_eq!(error.as_deref(), Some("it is too long"));
    }

    #[test]
    fn a_broken_item_costs_one_item_and_references_are_decoded_once() {
        let (head, items, bad) = read_all(FEED).expect("a feed");
        assert_eq!(head.title, "Ana's garden");
        assert_eq!(head.account.as_deref(), Some("-5863621987198436459"));
        assert_eq!(head.alias.as_deref(), Some("ana"));
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].title, "Rose &amp; thorn");
        assert_eq!(items[0].body, "<p>One &amp; two &#26085;</p>");
        assert_eq!(items[0].categories, ["Garden"]);
        assert_eq!(
            items[0].published.map(|m| m.to_string()).as_deref(),
            Some("2008-08-07T02:04:50Z")
        );
        assert_eq!(
            items[1].inner_feed.as_deref(),
            Some("http://ana.spaces.live.com/photos/cns!A1!15/feed.rss")
        );
        assert_eq!(bad.len(), 1);
        assert_eq!(bad[0].number, 2);
    }

    #[test]
    fn atom_entries_are_read_with_content_and_draft_mark() {
        let feed = "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:app=\"a\" xml:lang=\"en\"><title>T</title>\
            <link rel=\"next\" href=\"?page=2\"/><entry><id>urn:1</id><title type=\"text\">One</title>\
            <link rel=\"alternate\" href=\"http://x/1\"/><published>2009-01-02T03:04:05Z</published>\
            <app:control><app:draft>yes</app:draft></app:control><category term=\"C\"/>\
            <author><name>Ana</name></author><content type=\"html\">&lt;p&gt;x&lt;/p&gt;</content></entry></feed>";
        let (head, items, bad) = read_all(feed).expect("a feed");
        assert_eq!(head.next.as_deref(), Some("?page=2"));
        assert!(bad.is_empty());
        assert!(items[0].draft);
        assert_eq!(items[0].body, "<p>x</p>");
        assert_eq!(items[0].author.as_deref(), Some("Ana"));
    }

    #[test]
    fn a_cut_feed_gives_what_came_and_names_the_cut_item() {
        let cut = &FEED[..FEED.find("photoalbum").expect("it is there")];
        let (head, items, bad) = read_all(cut).expect("a feed");
        assert_eq!(head.title, "Ana's garden");
        assert_eq!(items.len(), 1);
        assert_eq!(bad.last().map(|b| b.number), Some(3));
    }

    #[test]
    fn a_sign_in_page_is_no_feed() {
        assert!(read_all("<html><head><title>Sign in</title></head></html>").is_none());
    }

    proptest! {
        #[test]
        fn changed_bytes_never_make_it_fall(at in 0_usize..900, with in "\\PC{0,3}") {
            let at = (0..=at.min(FEED.len())).rev().find(|i| FEED.is_char_boundary(*i)).unwrap_or(0);
            let changed = format!("{}{with}{}", &FEED[..at], &FEED[at..]);
            let _ = read_all(&changed);
            let _ = read_all(&changed[..at]);
        }
    }
}
