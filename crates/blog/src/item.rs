//! One thing that travels.

use crate::{
    Album, Category, Comment, CommentKind, GuestbookEntry, Link, List, Media, Post, PostKind,
    PostState, Tag,
    address::{text_without_keys, without_keys},
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

/// One thing that travels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "item", rename_all = "kebab-case")]
#[expect(
    clippy::large_enum_variant,
    reason = "items pass one at a time; a box for each post would cost more than the bytes it saves"
)]
pub enum Item {
    /// A post or page.
    Post(Post),
    /// A comment or ping.
    Comment(Comment),
    /// A picture or file.
    Media(Media),
    /// A photo album.
    Album(Album),
    /// A list.
    List(List),
    /// A guestbook note.
    GuestbookEntry(GuestbookEntry),
    /// A blogroll link.
    Link(Link),
    /// A category.
    Category(Category),
    /// A tag.
    Tag(Tag),
}

/// What kind of thing an item is. The words are those of ledgers, reports and the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A post, drafts included.
    Post,
    /// A page.
    Page,
    /// A comment.
    Comment,
    /// A trackback or pingback.
    Trackback,
    /// A picture or file.
    Media,
    /// A photo album.
    Album,
    /// A list.
    List,
    /// A guestbook note.
    Guestbook,
    /// A blogroll link.
    Link,
    /// A category.
    Category,
    /// A tag.
    Tag,
}

impl Kind {
    /// Every kind, in the order a report shows them.
    pub const ALL: [Self; 11] = [
        Self::Post,
        Self::Page,
        Self::Comment,
        Self::Trackback,
        Self::Media,
        Self::Album,
        Self::List,
        Self::Guestbook,
        Self::Link,
        Self::Category,
        Self::Tag,
    ];

    /// The word on the wire and in the bundle.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Page => "page",
            Self::Comment => "comment",
            Self::Trackback => "trackback",
            Self::Media => "media",
            Self::Album => "album",
            Self::List => "list",
            Self::Guestbook => "guestbook",
            Self::Link => "link",
            Self::Category => "category",
            Self::Tag => "tag",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Names one item of one blog: the part of a mark that the blog's identity does not already say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemRef {
    /// What kind of thing.
    pub kind: Kind,
    /// Its id at the source.
    pub id: String,
}

impl ItemRef {
    /// Names the item `id` of `kind`.
    #[must_use]
    pub fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }
}

impl fmt::Display for ItemRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

impl Item {
    /// The kind, with pages and pings told apart from posts and comments.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Post(post) if post.kind == PostKind::Page => Kind::Page,
            Self::Post(_) => Kind::Post,
            Self::Comment(comment) if comment.kind != CommentKind::Comment => Kind::Trackback,
            Self::Comment(_) => Kind::Comment,
            Self::Media(_) => Kind::Media,
            Self::Album(_) => Kind::Album,
            Self::List(_) => Kind::List,
            Self::GuestbookEntry(_) => Kind::Guestbook,
            Self::Link(_) => Kind::Link,
            Self::Category(_) => Kind::Category,
            Self::Tag(_) => Kind::Tag,
        }
    }

    /// The id at the source.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Post(post) => &post.id,
            Self::Comment(comment) => &comment.id,
            Self::Media(media) => &media.id,
            Self::Album(album) => &album.id,
            Self::List(list) => &list.id,
            Self::GuestbookEntry(entry) => &entry.id,
            Self::Link(link) => &link.id,
            Self::Category(category) => &category.id,
            Self::Tag(tag) => &tag.name,
        }
    }

    /// Names this item.
    #[must_use]
    pub fn reference(&self) -> ItemRef {
        ItemRef::new(self.kind(), self.id())
    }

    /// The addresses the old home answered for this item.
    #[must_use]
    pub fn addresses(&self) -> &[String] {
        match self {
            Self::Post(post) => &post.addresses,
            Self::Album(album) => &album.addresses,
            Self::List(list) => &list.addresses,
            _ => &[],
        }
    }

    /// The item without keys and session residue in the addresses that name it, and in its custom fields. Those where its bytes may be had keep theirs: they
    /// are asked once and told to nobody.
    #[must_use]
    pub fn without_keys(mut self) -> Self {
        match &mut self {
            Self::Post(post) => {
                post.addresses.iter_mut().for_each(strip);
                post.fields
                    .iter_mut()
                    .for_each(|field| *field = field.without_keys());
            }
            Self::Album(album) => {
                album
                    .addresses
                    .iter_mut()
                    .chain(&mut album.photos)
                    .for_each(strip);
            }
            Self::List(list) => {
                let entries = list
                    .entries
                    .iter_mut()
                    .filter_map(|entry| entry.address.as_mut());
                list.addresses.iter_mut().chain(entries).for_each(strip);
            }
            Self::Media(media) => strip(&mut media.id),
            Self::Link(link) => {
                strip(&mut link.id);
                strip(&mut link.address);
            }
            Self::Comment(_) | Self::GuestbookEntry(_) | Self::Category(_) | Self::Tag(_) => {}
        }
        self
    }

    /// The item without keys in any address that it holds, in its texts too: as it may stand where everyone can read it.
    #[must_use]
    pub fn for_everyone(self) -> Self {
        let mut item = self.without_keys();
        match &mut item {
            Self::Post(post) => {
                strip_text(&mut post.body);
                post.excerpt.iter_mut().for_each(strip_text);
            }
            Self::Comment(comment) => strip_text(&mut comment.body),
            Self::GuestbookEntry(entry) => strip_text(&mut entry.body),
            Self::Album(album) => album.description.iter_mut().for_each(strip_text),
            Self::List(list) => {
                let notes = list.entries.iter_mut();
                notes
                    .filter_map(|entry| entry.note.as_mut())
                    .for_each(strip_text);
            }
            Self::Link(link) => link.note.iter_mut().for_each(strip_text),
            Self::Category(category) => category.description.iter_mut().for_each(strip_text),
            Self::Media(media) => {
                let addresses = media.candidates.iter_mut().chain(&mut media.stands_for);
                addresses.for_each(strip);
                media.caption.iter_mut().for_each(strip_text);
            }
            Self::Tag(_) => {}
        }
        item
    }

    /// Whether this is a post that was never published.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        matches!(self, Self::Post(post) if post.state == PostState::Draft)
    }
}

fn strip_text(text: &mut String) {
    if let Cow::Owned(clean) = text_without_keys(text) {
        *text = clean;
    }
}

fn strip(address: &mut String) {
    if let Cow::Owned(clean) = without_keys(address) {
        *address = clean;
    }
}
