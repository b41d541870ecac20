//! Blogs of any size, the same for the same seed: Movable Type exports for benchmarks, Spaces for load.

mod feeds;

pub use feeds::{Feed, feed_of_bytes};

use crate::dice::Dice;
use crate::spaces::{Comment, Entry, Photo, Space};
use jiff::Timestamp;
use std::io::{self, Write};

/// How big a generated blog shall be.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Entries.
    pub entries: u64,
    /// Comments on each entry.
    pub comments_per_entry: u64,
    /// Paragraphs in each body.
    pub paragraphs: u64,
}

const WORDS: &[&str] = &[
    "garden",
    "morning",
    "the",
    "and",
    "with",
    "letter",
    "river",
    "a",
    "small",
    "window",
    "coffee",
    "of",
    "rain",
    "train",
    "was",
    "never",
    "again",
    "street",
    "under",
    "music",
    "paper",
    "old",
    "house",
    "we",
    "found",
    "blue",
    "winter",
    "for",
    "her",
    "bicycle",
    "in",
    "market",
    "quiet",
    "bread",
    "light",
    "to",
    "sea",
    "caf\u{e9}",
    "na\u{ef}ve",
];
const AUTHORS: &[&str] = &[
    "Ana",
    "Tom B.",
    "Marit",
    "Ren\u{e9}e",
    "Walter",
    "Sally",
    "Theo",
];
const CATEGORIES: &[&str] = &["Travel", "Books", "Music", "Food and drink", "Hobbies"];
/// 1 January 2005, the first day of every generated blog.
const FIRST_SECOND: i64 = 1_104_537_600;
const SECONDS_BETWEEN_ENTRIES: i64 = 27_011;

/// Writes a Movable Type export and gives back its length in bytes. Words are drawn from one block of prose made at the start,
/// so that a gigabyte takes seconds.
///
/// # Errors
///
/// When `out` cannot be written.
pub fn movable_type(out: &mut impl Write, seed: u64, size: Size) -> io::Result<u64> {
    let mut dice = Dice::from_seed(seed);
    let prose = Prose::new(&mut dice);
    let mut length = 0;
    let mut text = String::new();
    for number in 0..size.entries {
        text.clear();
        movable_type_entry(&mut text, &mut dice, &prose, number, size);
        out.write_all(text.as_bytes())?;
        length += text.len() as u64;
    }
    Ok(length)
}

/// Writes entries until at least `bytes` are written and gives back how many entries and bytes that were.
///
/// # Errors
///
/// When `out` cannot be written.
pub fn movable_type_of_bytes(
    out: &mut impl Write,
    seed: u64,
    bytes: u64,
) -> io::Result<(u64, u64)> {
    let mut dice = Dice::from_seed(seed);
    let prose = Prose::new(&mut dice);
    let size = Size {
        entries: 0,
        comments_per_entry: 4,
        paragraphs: 12,
    };
    let (mut length, mut number) = (0, 0);
    let mut text = String::new();
    while length < bytes {
        text.clear();
        movable_type_entry(&mut text, &mut dice, &prose, number, size);
        out.write_all(text.as_bytes())?;
        length += text.len() as u64;
        number += 1;
    }
    Ok((number, length))
}

/// Writes a WXR export until at least `bytes` are written: posts of blocks with four comments, each followed by the attachment it
/// shows. Gives back how many posts and bytes that were.
///
/// # Errors
///
/// When `out` cannot be written.
pub fn wxr_of_bytes(out: &mut impl Write, seed: u64, bytes: u64) -> io::Result<(u64, u64)> {
    let mut dice = Dice::from_seed(seed);
    let prose = Prose::new(&mut dice);
    out.write_all(WXR_HEAD.as_bytes())?;
    let (mut length, mut number) = (WXR_HEAD.len() as u64, 0);
    while length < bytes {
        number += 1;
        let text = wxr_post(&mut dice, &prose, number);
        out.write_all(text.as_bytes())?;
        length += text.len() as u64;
    }
    out.write_all(b"</channel></rss>\n")?;
    Ok((number, length + 17))
}

const WXR_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<rss version=\"2.0\" xmlns:wp=\"http://wordpress.org/export/1.2/\">\n\
    <channel>\n<title>Generated</title>\n<link>https://generated.example</link>\n<wp:wxr_version>1.2</wp:wxr_version>\n\
    <wp:base_blog_url>https://generated.example</wp:base_blog_url>\n";

fn wxr_post(dice: &mut Dice, prose: &Prose, number: u64) -> String {
    let (post, picture) = (2 * number - 1, 2 * number);
    let date = moment(number).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let file = format!("https://generated.example/wp-content/uploads/2012/05/photo-{number}.jpg");
    let blocks: String = (0..8)
        .map(|_| {
            format!(
                "<!-- wp:paragraph -->\n<p>{}</p>\n<!-- /wp:paragraph -->\n\n",
                prose.piece(dice, 400)
            )
        })
        .collect();
    let comments: String = (0..4)
        .map(|at| {
            format!(
                "<wp:comment><wp:comment_id>{}</wp:comment_id><wp:comment_author><![CDATA[{}]]></wp:comment_author><wp:comment_author_url></wp:comment_author_url>\
                 <wp:comment_date_gmt>{date}</wp:comment_date_gmt><wp:comment_content><![CDATA[{}]]></wp:comment_content><wp:comment_approved>1</wp:comment_approved>\
                 <wp:comment_type></wp:comment_type><wp:comment_parent>0</wp:comment_parent></wp:comment>\n",
                4 * number + at,
                dice.pick(AUTHORS),
                prose.piece(dice, 160)
            )
        })
        .collect();
    let item = |id: u64, kind: &str, status: &str, body: &str, more: &str| {
        format!(
            "<item>\n<title><![CDATA[{} {id}]]></title>\n<link>https://generated.example/2012/05/{kind}-{id}/</link>\n<dc:creator><![CDATA[ana]]></dc:creator>\n\
             <guid isPermaLink=\"false\">https://generated.example/?p={id}</guid>\n<content:encoded><![CDATA[{body}]]></content:encoded>\n<excerpt:encoded><![CDATA[]]></excerpt:encoded>\n\
             <wp:post_id>{id}</wp:post_id>\n<wp:post_date>{date}</wp:post_date>\n<wp:post_date_gmt>{date}</wp:post_date_gmt>\n<wp:comment_status>open</wp:comment_status>\n\
             <wp:post_name>{kind}-{id}</wp:post_name>\n<wp:status>{status}</wp:status>\n<wp:post_type>{kind}</wp:post_type>\n{more}</item>\n",
            if kind == "post" { "Title" } else { "Photo" }
        )
    };
    let shown = format!(
        "{blocks}<!-- wp:image {{\"id\":{picture}}} -->\n<figure class=\"wp-block-image\"><img src=\"{file}\" alt=\"\" class=\"wp-image-{picture}\"/></figure>\n<!-- /wp:image -->"
    );
    let thumbnail = format!(
        "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>{picture}</wp:meta_value></wp:postmeta>\n<category domain=\"category\" nicename=\"travel\"><![CDATA[Travel]]></category>\n{comments}"
    );
    let attached = format!(
        "<wp:post_parent>{post}</wp:post_parent>\n<wp:attachment_url>{file}</wp:attachment_url>\n"
    );
    item(post, "post", "publish", &shown, &thumbnail)
        + &item(picture, "attachment", "inherit", "", &attached)
}

/// A Space with `size.entries` entries, as many pictures as tens of them, numbers with gaps.
#[must_use]
pub fn space(alias: &str, seed: u64, size: Size) -> Space {
    let mut dice = Dice::from_words(&[alias, &seed.to_string()]);
    let prose = Prose::new(&mut dice);
    let mut space = Space {
        alias: Some(alias.to_owned()),
        cid: format!("{:X}", dice.roll() | 1 << 60),
        title: format!("The generated blog {alias}"),
        owner_name: "Nobody".to_owned(),
        authkey: Some("gEnErAtEd1$".to_owned()),
        ..Space::default()
    };
    let mut number = 103;
    for position in 0..size.entries {
        let date = moment(position);
        let mut body = paragraphs(&mut dice, &prose, size.paragraphs);
        if position.is_multiple_of(10) {
            number += 1;
            space.pictures.push(Photo {
                number,
                name: format!("picture{number}.jpg"),
                date,
                width: 320,
                height: 240,
                ..Photo::default()
            });
            body.push_str(&format!(
                "<p><img src=\"{{{{original {number}}}}}\" alt=\"\"></p>"
            ));
        }
        number += 1 + dice.below(4);
        let comments = (0..size.comments_per_entry).map(|_| Comment {
            author: dice.pick(AUTHORS).to_owned(),
            date,
            body: prose.piece(&mut dice, 120),
            ..Comment::default()
        });
        let comments = comments.collect();
        let categories = vec![dice.pick(CATEGORIES).to_owned()];
        space.entries.push(Entry {
            number,
            title: title(&mut dice),
            date,
            categories,
            body,
            comments,
            ..Entry::default()
        });
    }
    space.fill_in_everywhere();
    space.number_the_rest();
    space
}

/// A block of words from which pieces are cut; cutting is much faster than drawing every word.
struct Prose(String);

impl Prose {
    const LENGTH_BYTES: usize = 256 * 1024;

    fn new(dice: &mut Dice) -> Self {
        let mut text = String::with_capacity(Self::LENGTH_BYTES + 16);
        while text.len() < Self::LENGTH_BYTES {
            text.push_str(dice.pick(WORDS));
            text.push(' ');
        }
        Self(text)
    }

    /// A piece of about `length` bytes, cut between words.
    fn piece(&self, dice: &mut Dice, length: usize) -> String {
        let start = dice.below((self.0.len() - length) as u64) as usize;
        let bytes = self.0.as_bytes();
        let space_from = |from: usize| {
            (from..bytes.len())
                .find(|at| bytes[*at] == b' ')
                .unwrap_or(bytes.len())
        };
        let start = space_from(start);
        let end = space_from((start + length).min(bytes.len()));
        self.0.get(start..end).unwrap_or("").trim().to_owned()
    }
}

fn moment(position: u64) -> Timestamp {
    let second = i64::try_from(position)
        .unwrap_or(0)
        .saturating_mul(SECONDS_BETWEEN_ENTRIES);
    Timestamp::from_second(FIRST_SECOND.saturating_add(second)).unwrap_or_default()
}

fn title(dice: &mut Dice) -> String {
    (0..3 + dice.below(4))
        .map(|_| dice.pick(WORDS))
        .collect::<Vec<_>>()
        .join(" ")
}

fn paragraphs(dice: &mut Dice, prose: &Prose, count: u64) -> String {
    (0..count)
        .map(|_| format!("<p>{}</p>\n", prose.piece(dice, 380)))
        .collect()
}

fn movable_type_entry(text: &mut String, dice: &mut Dice, prose: &Prose, number: u64, size: Size) {
    let date = moment(number).strftime("%m/%d/%Y %I:%M:%S %p").to_string();
    let title = title(dice);
    text.push_str(&format!(
        "AUTHOR: Ana Whitlock\nAUTHOR EMAIL: ana@example.invalid\nTITLE: {title}\nSTATUS: Publish\nALLOW COMMENTS: 1\n\
         CONVERT BREAKS: richtext\nALLOW PINGS: 0\nBASENAME: entry-{number}\nCATEGORY: {}\n\
         UNIQUE URL: https://generated.typepad.example/blog/entry-{number}.html\nDATE: {date}\n-----\nBODY:\n{}\n-----\n",
        dice.pick(CATEGORIES),
        paragraphs(dice, prose, size.paragraphs)
    ));
    text.push_str("EXTENDED BODY:\n\n-----\nEXCERPT:\n\n-----\nKEYWORDS:\n\n-----\n");
    for _ in 0..size.comments_per_entry {
        text.push_str(&format!(
            "COMMENT:\nAUTHOR: {}\nEMAIL: reader@example.invalid\nIP: 192.0.2.7\nURL: \nDATE: {date}\n{}\n-----\n",
            dice.pick(AUTHORS),
            prose.piece(dice, 160)
        ));
    }
    text.push_str("--------\n");
}

#[cfg(test)]
mod tests {
    use super::{Size, movable_type, movable_type_of_bytes, space};

    const SMALL: Size = Size {
        entries: 30,
        comments_per_entry: 2,
        paragraphs: 3,
    };

    #[test]
    fn the_same_seed_writes_the_same_export_and_counts_are_as_ordered() {
        let export = |seed: u64| {
            let mut bytes = Vec::new();
            let length = movable_type(&mut bytes, seed, SMALL).expect("memory takes everything");
            assert_eq!(length, bytes.len() as u64);
            String::from_utf8(bytes).expect("UTF-8")
        };
        let text = export(7);
        assert_eq!(text, export(7));
        assert_ne!(text, export(8));
        assert_eq!(text.matches("\n--------\n").count(), 30);
        assert_eq!(text.matches("\nCOMMENT:\n").count(), 60);
    }

    #[test]
    fn an_export_grows_until_it_has_the_bytes_that_were_ordered() {
        let mut bytes = Vec::new();
        let (entries, length) =
            movable_type_of_bytes(&mut bytes, 1, 100_000).expect("memory takes everything");
        assert_eq!(length, bytes.len() as u64);
        assert!((100_000..120_000).contains(&length), "{length}");
        assert!(entries > 10);
    }

    #[test]
    fn a_generated_space_has_no_number_twice_and_no_mark_left() {
        let space = space("big", 3, SMALL);
        let mut numbers: Vec<u64> = space.entries.iter().map(|entry| entry.number).collect();
        numbers.extend(space.pictures.iter().map(|photo| photo.number));
        numbers.extend(
            space
                .entries
                .iter()
                .flat_map(|entry| &entry.comments)
                .map(|comment| comment.number),
        );
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), count);
        assert!(space.entries.iter().all(|entry| !entry.body.contains("{{")));
        assert!(space.entries[0].body.contains("storage.msn.com/y1p"));
    }
}
