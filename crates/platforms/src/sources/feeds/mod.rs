//! Source `feed`: any RSS 2.0, RSS 1.0, Atom or JSON Feed, at an address or in a file: the last resort for a platform without export.
//!
//! * `finding_feeds`: from an address to its feed; `captures`: the same in a web archive
//! * `pages`: page after page of it; `files`: saved ones
//! * `items`: from feed items to posts and comments
//! * `pictures`: what bodies and enclosures show; Blogger reads its bodies with it too

mod captures;
mod files;
mod finding_feeds;
mod items;
mod page;
mod pages;
pub(super) mod pictures;

#[cfg(test)]
pub(super) mod tests;

use crate::wire::json_feed;
use crate::wire::{encodings, feeds};
use blog::Kind;
use blog::doors::{
    Input, InputForm, Intake, Likeness, OptionCard, Peek, ReadError, Source, SourceCard,
};

/// See the card.
pub struct Feeds;

const OPTIONS: &[OptionCard] = &[
    OptionCard {
        name: "audience",
        help: "`everyone` when everyone could see what is in a saved feed; otherwise it moves as private. A feed that is read from its \
               address was seen by everyone.",
        secret: false,
    },
    OptionCard {
        name: "site",
        help: "The host of the blog to read, such as blog.example, where a web archive holds feeds of several.",
        secret: false,
    },
    OptionCard {
        name: "media",
        help: "A folder of media that were already downloaded, used before the network is asked.",
        secret: false,
    },
];

impl Source for Feeds {
    fn card(&self) -> SourceCard {
        SourceCard {
            name: "feed",
            title: "Feed of a blog",
            reads: &[
                "the address of an RSS, Atom or JSON feed, or of a blog that names its feed",
                "a saved feed, or a folder or zip with several of one blog",
                "a web archive (WARC, WACZ) that holds the feed of a blog",
            ],
            delivers: &[Kind::Post, Kind::Comment, Kind::Media, Kind::Category],
            options: OPTIONS,
        }
    }

    fn recognise(&self, peek: &Peek<'_>) -> Likeness {
        match peek.form {
            // Whoever knows the host or the file better says so surely.
            InputForm::Address => Likeness::Perhaps,
            InputForm::File if is_feed(peek.head) => Likeness::Perhaps,
            InputForm::File => Likeness::No,
            InputForm::Folder if captures::have_feeds(peek.names) => Likeness::Perhaps,
            InputForm::Folder | InputForm::Zip if are_feeds(peek.names) => Likeness::Perhaps,
            InputForm::Folder | InputForm::Zip => Likeness::No,
        }
    }

    fn read(&self, input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
        match input.form() {
            InputForm::Address => {
                let label = input.label().to_owned();
                pages::read_address(input, &label, intake).map(drop)
            }
            InputForm::Folder if captures::are_captures(input)? => captures::read(input, intake),
            _ => files::read(input, intake),
        }
    }
}

/// Whether these bytes begin a feed that nobody else reads better.
fn is_feed(head: &[u8]) -> bool {
    let is_wxr = memchr::memmem::find(head, b"wordpress.org/export/").is_some();
    !is_wxr && (feeds::is_feed(&as_utf_8(head)) || json_feed::is_feed(head))
}

/// The same text in UTF-8, where a mark or zeros say that it is in something wider.
fn as_utf_8(head: &[u8]) -> Vec<u8> {
    encodings::decode(head, None).text.into_bytes()
}

/// A folder of feeds holds nothing that looks like pages.
fn are_feeds(names: &[String]) -> bool {
    let mut ends = names
        .iter()
        .filter_map(|name| name.rsplit_once('.'))
        .map(|(_, end)| end.to_ascii_lowercase());
    let is_page = |end: &String| matches!(end.as_str(), "html" | "htm");
    let is_feed = names.iter().any(|name| may_be_feed(name));
    is_feed && !ends.any(|end| is_page(&end))
}

/// Whether a name inside a folder or zip may be that of a feed.
fn may_be_feed(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let last = lower.rsplit('/').next().unwrap_or(&lower);
    !last.starts_with('.')
        && [".rss", ".atom", ".xml", ".rdf", ".json"]
            .iter()
            .any(|end| last.ends_with(end))
}
