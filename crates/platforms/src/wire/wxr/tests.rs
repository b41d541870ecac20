//! What is written reads back; what is damaged costs no more than itself.

use super::write::{Channel, Writer, is_xml};
use super::{Author, Category, Comment, Item, Meta, Splitter, Term, cut::Cut, record::ItemTerm};
use proptest::prelude::*;

fn pieces(text: &[u8]) -> Vec<(String, String, Option<Cut>)> {
    let mut splitter = Splitter::new(text);
    let mut found = Vec::new();
    while let Some(piece) = splitter.next_piece().expect("bytes in memory") {
        let text = String::from_utf8_lossy(piece.bytes).into_owned();
        found.push((piece.name.to_owned(), text, piece.cut));
    }
    found
}

fn file(channel: &str) -> String {
    format!(
        "<?xml version='1.0'?>\n<!-- an item: <item> -->\n<rss xmlns:wp='x'>\n<channel>{channel}</channel></rss>"
    )
}

#[test]
fn a_file_is_cut_into_the_children_of_its_channel() {
    let text = file(
        "<title>A &amp; B</title>\n<!-- generator -->\n<wp:author><wp:author_login>ana</wp:author_login></wp:author>\
         <item><title><![CDATA[</item>]]></title></item><image/><item ><a>x</a></item >",
    );
    let names: Vec<_> = pieces(text.as_bytes())
        .into_iter()
        .map(|(name, _, cut)| (name, cut))
        .collect();
    let expected = ["title", "wp:author", "item", "image", "item"];
    assert_eq!(names, expected.map(|name| (name.to_owned(), None)));
}

#[test]
fn an_export_that_breaks_off_gives_its_last_item_as_far_as_it_goes() {
    let text = "<rss><channel><item><title>one</title></item><item><title>two</title><content:encoded><![CDATA[half a te";
    let found = pieces(text.as_bytes());
    assert_eq!((found[0].2, found[1].2), (None, Some(Cut::FileEnds)));
    let item = Item::read(&found[1].1);
    assert_eq!(item.title, "two");
    assert_eq!(
        item.content,
        "<![CDATA[half a te".trim_start_matches("<![CDATA[")
    );
}

#[test]
fn a_piece_beyond_the_limit_is_cut_and_what_follows_is_read() {
    let long = "<p>x</p>".repeat(super::cut::PIECE_BYTES / 8 + 1_000_000);
    let text = file(&format!(
        "<item><title>long</title><content:encoded><![CDATA[{long}]]></content:encoded></item><item><title>next</title></item>"
    ));
    let found = pieces(text.as_bytes());
    assert_eq!(
        found.len(),
        2,
        "{:?}",
        found.iter().map(|piece| &piece.0).collect::<Vec<_>>()
    );
    assert_eq!(found[0].2, Some(Cut::TooLong));
    assert_eq!(Item::read(&found[1].1).title, "next");
}

/// The same words again and again.
struct Again {
    words: &'static [u8],
    left: usize,
}

impl std::io::Read for Again {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(self.left) / self.words.len() * self.words.len();
        for piece in buffer[..most].chunks_mut(self.words.len()) {
            piece.copy_from_slice(self.words);
        }
        self.left -= most;
        Ok(most)
    }
}

#[test]
fn what_never_ends_costs_no_stack() {
    for words in ["<!--", "    ", "</a "] {
        let read = move || {
            let again = Again {
                words: words.as_bytes(),
                left: 4 * super::cut::PIECE_BYTES,
            };
            let text = std::io::Read::chain(&b"<rss><channel>"[..], again);
            let end = &b"--><item><title>next</title></item>"[..];
            let mut splitter = Splitter::new(std::io::Read::chain(text, end));
            let piece = splitter.next_piece().expect("bytes in memory");
            let title =
                Item::read(std::str::from_utf8(piece.expect("a piece").bytes).expect("Unicode"));
            assert_eq!(title.title, "next", "behind {words}");
        };
        let small = std::thread::Builder::new().stack_size(32 << 10);
        let thread = small.spawn(read).expect("a thread");
        assert!(thread.join().is_ok());
    }
}

#[test]
fn terms_are_read_in_the_spelling_of_every_version() {
    let item = Item::read(
        "<item><category>News</category><category domain=\"category\" nicename=\"news\"><![CDATA[News]]></category>\
         <category domain=\"tag\" nicename=\"a-b\"><![CDATA[A & B]]></category><category domain='post_tag' nicename='x&amp;y'>X &amp; Y</category></item>",
    );
    let seen: Vec<_> = item
        .terms
        .iter()
        .map(|term| (term.domain.as_str(), term.slug.as_str(), term.name.as_ref()))
        .collect();
    assert_eq!(
        seen,
        [
            ("category", "news", "News"),
            ("post_tag", "a-b", "A & B"),
            ("post_tag", "x&y", "X & Y")
        ]
    );
}

#[test]
fn characters_that_xml_cannot_hold_are_left_out_and_counted() {
    let mut writer = Writer::default();
    writer.item(&Item {
        content: "a\u{1}b\u{FFFF}c".into(),
        ..Item::default()
    });
    assert_eq!(writer.left_out, 2);
    assert_eq!(Item::read(&writer.text).content, "abc");
}

fn words() -> impl Strategy<Value = String> {
    "(\\PC|\\]\\]>|<!\\[CDATA\\[|</item>|&amp;|&|[\r\n\t]|<wp:comment>){0,12}"
        .prop_map(|text| text.chars().filter(|c| is_xml(*c)).collect())
}

/// What stands in elements without `CDATA`: addresses and numbers.
fn plain() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9:/.?&=<>\"' é-]{0,20}"
}

prop_compose! {
    fn item()(text in prop::collection::vec(words(), 14), plain in prop::collection::vec(plain(), 8)) -> Item<'static> {
        let word = |at: usize| text[at].clone().into();
        let plain = |at: usize| plain[at].clone().into();
        Item {
            title: word(0), link: plain(0), creator: word(1), guid: plain(1), content: word(2), excerpt: word(3),
            id: plain(2), date: word(4), date_utc: word(4), modified_utc: word(5), name: word(6), status: word(7),
            parent: plain(3), kind: word(8), password: word(9), sticky: plain(4),
            attachment: word(10),
            terms: vec![ItemTerm { domain: "category".into(), slug: text[11].replace(['\r', '\n', '\t'], " "), name: word(12) }],
            meta: vec![Meta { key: word(0), value: word(13) }],
            comments: vec![Comment { id: plain(5), author: word(1), url: plain(6), content: word(2), kind: word(3), parent: plain(7), ..Comment::default() }],
            ..Item::default()
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(item in item(), slug in words(), name in words()) {
        let mut writer = Writer::default();
        writer.begin(&Channel { title: "A <b> & c".into(), ..Channel::default() });
        writer.author(&Author { login: slug.clone().into(), email: "".into(), display_name: name.clone().into() });
        writer.category(1, &Category { slug: slug.clone().into(), parent: name.clone().into(), ..Category::default() });
        writer.tag(2, &Term { slug: slug.clone().into(), name: name.clone().into(), taxonomy: "post_tag".into(), ..Term::default() });
        writer.item(&item);
        writer.end();
        let found = pieces(writer.text.as_bytes());
        let of = |name: &str| found.iter().find(|piece| piece.0 == name).map(|piece| piece.1.as_str()).unwrap_or_default();
        prop_assert_eq!(&Item::read(of("item")), &item);
        prop_assert_eq!(Author::read(of("wp:author")).display_name, name.clone());
        prop_assert_eq!(Category::read(of("wp:category")).parent, name.clone());
        prop_assert_eq!(Term::read(of("wp:tag")).name, name);
        prop_assert!(found.iter().all(|piece| piece.2.is_none()));
    }

    #[test]
    fn cut_and_changed_bytes_make_nothing_fall(item in item(), at in any::<prop::sample::Index>(), byte in any::<u8>(), end in any::<prop::sample::Index>()) {
        let mut writer = Writer::default();
        writer.begin(&Channel::default());
        writer.item(&item);
        writer.item(&item);
        let mut bytes = writer.text.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(end.index(bytes.len()) + 1);
        for (_, text, _) in pieces(&bytes) {
            let _ = (Item::read(&text), Author::read(&text), Category::read(&text), Term::read(&text));
        }
    }
}
