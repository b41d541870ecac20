//! What a whole blog is written into to be kept: pages for people, text for other programs, and records that a source reads again.
//!
//! An archive has an open part, for everyone, and a private one. The parts are written one after the other, and nothing that is
//! said to one goes into the other. Within a page, own things are named by the scheme `archive:` and the path of a [`Target`];
//! the writer turns these names into addresses that lead there from where they stand.

use crate::{CommentKind, Finding, Item, Kind, Profile, audience::Open};
use jiff::Zoned;
use serde::{Deserialize, Serialize};
use std::{
    io::{self, Read},
    path::PathBuf,
};

/// What own things are named by in pages: `archive:/posts/2008-05-04-roses#comments`.
pub const SCHEME: &str = "archive:/";

/// The paths of the private part begin with this.
pub const PRIVATE: &str = "private/";

/// The file with the records of a part, behind the part's prefix.
pub const RECORDS: &str = "rehome/blog.jsonl";

/// Version of the records.
pub const FORMAT: u32 = 1;

/// Where pictures are kept, once each, behind the part's prefix: in the folder that static site generators copy as it is.
pub const MEDIA_FOLDER: &str = "markdown/static/media/";

/// A part of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// For everyone.
    Open,
    /// For the owner, who must unlock it on purpose.
    Private,
}

impl Part {
    /// What the paths of the part begin with.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Private => PRIVATE,
        }
    }
}

/// A writer of archives. The calls come in this order: for each part `begin`, its pictures, its files, its pages, its records,
/// `end`.
pub trait Archive {
    /// Begins a part.
    ///
    /// # Errors
    /// When it cannot be written.
    fn begin(&mut self, part: Part, about: &About) -> io::Result<()>;
    /// Keeps a picture.
    ///
    /// # Errors
    /// When it cannot be read or written.
    fn picture(&mut self, picture: &KeptPicture) -> io::Result<()>;
    /// Writes a page. Posts and albums come newest first.
    ///
    /// # Errors
    /// When it cannot be written.
    fn page(&mut self, page: &Page) -> io::Result<()>;
    /// Keeps a file as it is, at `path` behind the part's prefix.
    ///
    /// # Errors
    /// When it cannot be read or written.
    fn file(&mut self, path: &str, bytes: &mut dyn Read) -> io::Result<()>;
    /// Writes one record.
    ///
    /// # Errors
    /// When it cannot be written.
    fn record(&mut self, line: &Line) -> io::Result<()>;
    /// Ends the part: what gathers its pages is written.
    ///
    /// # Errors
    /// When it cannot be written.
    fn end(&mut self) -> io::Result<()>;
}

/// What a part says of itself on each page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct About {
    /// Title of the blog, plain text; empty where it has none or it is nobody's business.
    pub title: String,
    /// Tagline, plain text.
    pub tagline: String,
    /// BCP 47 language.
    pub language: Option<String>,
    /// Front page of the old home.
    pub home: Option<String>,
    /// Name of the owner.
    pub owner: Option<String>,
    /// Names the blog for programs; the same in each archive of it. Empty in the open part of a blog that was not everyone's.
    pub name: String,
    /// Whether there are albums.
    pub albums: bool,
    /// Whether there are posts.
    pub posts: bool,
    /// The pages that stand alone, in the order of a menu.
    pub pages: Vec<Target>,
    /// Its categories.
    pub categories: Vec<Chapter>,
    /// The clock of the blog: an IANA zone or a fixed offset.
    pub time_zone: Option<String>,
}

/// A category of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its name, and the path of its page.
    pub target: Target,
    /// The path of the category above it.
    pub parent: Option<String>,
    /// A sentence about it.
    pub description: String,
}

/// Something that can be linked to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// What it is called, plain text; may be empty.
    pub title: String,
    /// Its path, without ending: `posts/2008-05-04-roses`, `private/media/rose-1f2e3d4c.jpg`.
    pub path: String,
}

/// A picture or file on its way into the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPicture {
    /// Its file name there; unique in the part.
    pub name: String,
    /// Where its bytes are now.
    pub file: PathBuf,
    /// Title; may be empty.
    pub title: String,
    /// Caption as plain text or simple HTML; may be empty.
    pub caption: String,
    /// Text for those who cannot see it; may be empty.
    pub alt: String,
    /// When it was taken or put up.
    pub date: Option<Zoned>,
    /// The leave to show it to all.
    pub open: Option<Open>,
}

/// A post, a page that stands alone, an album, a list, the guestbook or the blogroll.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What it is; [`Kind::Guestbook`] and [`Kind::Link`] are the pages that gather notes and links.
    pub kind: Kind,
    /// Its path, without ending.
    pub path: String,
    /// Names it for programs; the same in each archive of the blog.
    pub name: String,
    /// Last part of its address at the old home.
    pub slug: Option<String>,
    /// Title, plain text; may be empty.
    pub title: String,
    /// Body as tidied HTML.
    pub html: String,
    /// Excerpt as tidied HTML; empty where the author wrote none.
    pub excerpt: String,
    /// When it was published, on the clock of the blog.
    pub date: Option<Zoned>,
    /// When it was last changed.
    pub modified: Option<Zoned>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Its categories.
    pub categories: Vec<Target>,
    /// Its tags.
    pub tags: Vec<Target>,
    /// Its addresses at the old home, permalink first.
    pub old_addresses: Vec<String>,
    /// Whether it stays on top.
    pub sticky: bool,
    /// Why it is in the private part, as a phrase.
    pub private: Option<&'static str>,
    /// The leave to show it to all.
    pub open: Option<Open>,
    /// Whether it was not published yet.
    pub draft: bool,
    /// Path of the picture that represents it.
    pub featured: Option<String>,
    /// Path of the page of this part that it stands below.
    pub parent: Option<String>,
    /// Its place among the pages beside it.
    pub order: Option<i32>,
    /// The pictures of an album, in its order.
    pub photos: Vec<Photo>,
    /// What readers said, in the order of reading; an answer stands behind what it answers.
    pub comments: Vec<Said>,
    /// Its neighbours in time.
    pub newer: Option<Target>,
    /// See `newer`.
    pub older: Option<Target>,
}

/// One picture of an album.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Where it is; `None` where it could not be had.
    pub path: Option<String>,
    /// Caption as simple HTML.
    pub caption: String,
    /// Text for those who cannot see it.
    pub alt: String,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
}

/// A comment, ping or guestbook note.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Its anchor on the page.
    pub anchor: String,
    /// How deep it stands in the thread, from 0.
    pub depth: usize,
    /// Comment or ping.
    pub kind: CommentKind,
    /// Who said it, plain text; may be empty.
    pub author: String,
    /// Their web address; may be empty.
    pub url: String,
    /// When.
    pub date: Option<Zoned>,
    /// What, as tidied HTML.
    pub html: String,
}

/// A record, and where it stands among the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// In the private part: how many records of the open part stand before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// In the private part: whether it says whole what the open record behind `after` says in part.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// What it says.
    pub record: Record,
}

/// What a blog is read again from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(
    clippy::large_enum_variant,
    reason = "one at a time is written or read"
)]
pub enum Record {
    /// The blog itself. The first record of each part.
    Blog {
        /// [`FORMAT`].
        format: u32,
        /// The profile.
        profile: Profile,
    },
    /// An item.
    Item(Item),
    /// The untouched original of an item.
    Original {
        /// The kind of the item.
        kind: Kind,
        /// Its id.
        id: String,
        /// What the bytes are, e.g. `text/html`.
        media_type: String,
        /// Where they stood.
        place: String,
        /// The bytes.
        bytes: Kept,
    },
    /// A finding of the reading that this blog came from.
    Finding(Finding),
    /// A part of the input that became no item.
    Aside {
        /// Where it stood.
        place: String,
        /// The file of the archive that holds it.
        file: String,
    },
}

/// Bytes in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// As they are: they are UTF-8.
    Text(String),
    /// In hex.
    Hex(String),
}

impl Kept {
    /// Keeps bytes.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Hex(
                error
                    .as_bytes()
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect(),
            ),
        }
    }

    /// The bytes again; `None` where the hex is none.
    #[must_use]
    pub fn bytes(self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.into_bytes()),
            Self::Hex(hex) => hex
                .as_bytes()
                .chunks(2)
                .map(|pair| {
                    let pair = std::str::from_utf8(pair)
                        .ok()
                        .filter(|pair| pair.len() == 2)?;
                    u8::from_str_radix(pair, 16).ok()
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn bytes_are_kept_whatever_they_are() {
        for bytes in [&b""[..], b"plain", b"\xff\x00a", "春".as_bytes()] {
            assert_eq!(Kept::of(bytes.to_vec()).bytes().as_deref(), Some(bytes));
        }
        assert_eq!(Kept::Hex("0".into()).bytes(), None);
        assert_eq!(Kept::Hex("zz".into()).bytes(), None);
    }
}
