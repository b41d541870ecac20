//! Where items go: a destination makes it so, and says why when it does not.

use super::{AmendThing, FindDepth, Observed, Placed, Removed, Standing, StandingOf};
use crate::{Finding, ItemRef, Kind, Remedy, audience::Open};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{io::Write, sync::Arc};

/// A new home that blogs go to.
pub trait Destination: Send {
    /// What this destination says about itself. Capabilities are data.
    fn card(&self) -> DestinationCard;

    /// Opens the new home for the blog named `blog` (see [`crate::Identity::name`]) and takes its writer's lease.
    ///
    /// # Errors
    /// When it is not there, refuses us, or cannot carry blogs.
    fn open(&mut self, blog: &str) -> Result<NewHome, WriteError>;

    /// Makes it so: what is not there is created, what is there and unchanged is left alone, what we placed and nobody touched
    /// since is brought up to date. Safe to repeat. Answers one [`Placed`] for each placement, in order.
    ///
    /// # Errors
    /// When the batch as a whole was not accepted; [`WriteError::Unknown`] when it may or may not have been. After any error a
    /// part of the batch may have been placed.
    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError>;

    /// Shuts out every call that was made so far, by this run or an earlier one: after `true` none of them can act any more.
    /// `false` when this home cannot: then a call whose answer was lost may act until [`NewHome::settle_seconds`] have passed.
    ///
    /// # Errors
    /// When the destination does not answer, or another writer holds the home.
    fn fence(&mut self) -> Result<bool, WriteError> {
        Ok(false)
    }

    /// Looks for what we placed. Answers in the order of `marks`.
    ///
    /// # Errors
    /// When the destination does not answer.
    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError>;

    /// Takes away what we placed and nobody touched since.
    ///
    /// # Errors
    /// When the destination does not answer.
    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError>;

    /// What stood there before us and holds one of `words` in its texts or custom fields, and what was amended before; by rising id,
    /// that behind `after`, as much as fits in one answer. None: there is no more. Needs no lease.
    ///
    /// # Errors
    /// When the destination does not answer, or cannot do that.
    fn standing(
        &mut self,
        of: StandingOf,
        words: &[&str],
        after: u64,
    ) -> Result<Vec<Standing>, WriteError> {
        let _ = (of, words, after);
        Err(cannot_amend())
    }

    /// Puts back what was amended: each [`Thing::Amend`] holds the texts and field values as they were. What somebody changed since is
    /// kept. Safe to repeat.
    ///
    /// # Errors
    /// When the destination does not answer, or cannot do that.
    fn put_back(&mut self, batch: &[Placement]) -> Result<Vec<Removed>, WriteError> {
        let _ = batch;
        Err(cannot_amend())
    }

    /// Takes away the younger ones where more than one thing carries a mark: a create that arrived after its repetition. Answers
    /// how many are gone. Homes where a mark is unique have none.
    ///
    /// # Errors
    /// When the destination does not answer.
    fn remove_twins(&mut self, marks: &[ItemRef]) -> Result<u64, WriteError> {
        let _ = marks;
        Ok(0)
    }

    /// Makes things no more visible than wished and changes nothing else of them, whoever changed them since. Answers for each
    /// wish, in order, whether the thing is now (or was) no wider than that; `false` when the home cannot do it.
    ///
    /// # Errors
    /// When the destination does not answer.
    fn narrow(&mut self, wishes: &[Narrowing]) -> Result<Vec<bool>, WriteError> {
        Ok(vec![false; wishes.len()])
    }

    /// Tells the new home about the blog as a whole: title, tagline, language, time zone, as far as `wishes` name them.
    ///
    /// # Errors
    /// When the destination refuses.
    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError>;

    /// What is wrong with the new home beyond single things, as it showed while it was read back.
    ///
    /// # Errors
    /// When the destination does not answer.
    fn faults(&mut self) -> Result<Vec<Finding>, WriteError> {
        Ok(Vec::new())
    }

    /// Ends the move: counts are made right, caches are told, the lease is given back.
    ///
    /// # Errors
    /// When the destination does not answer.
    fn finish(&mut self) -> Result<(), WriteError>;

    /// Somebody who visits the new home, for verification.
    ///
    /// # Errors
    /// When the new home was not opened.
    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError>;
}

fn cannot_amend() -> WriteError {
    WriteError::NotAHome(
        "posts in their place are only put right through the rehome plugin".to_owned(),
    )
}

/// Visits addresses of a new home. Threads share it, and it lives as long as they do: who wants to stop need not wait for a
/// slow answer.
pub trait Visitor: Send + Sync {
    /// Asks an address as an anonymous visitor (or as the owner), follows redirects, writes the body of the answer to `to` as it
    /// comes, and answers its HTTP status.
    ///
    /// # Errors
    /// When there is no whole answer, or the home asks to come back later.
    fn visit(&self, address: &str, as_owner: bool, to: &mut dyn Write) -> Result<u16, WriteError>;
}

/// What a destination says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DestinationCard {
    /// Short name.
    pub name: &'static str,
    /// Name a person knows.
    pub title: &'static str,
    /// How it is reached and what it needs, as a sentence.
    pub needs: &'static str,
    /// Kinds of items it can hold.
    pub carries: &'static [Kind],
    /// What it cannot do, each as a sentence.
    pub limits: &'static [&'static str],
}

/// A new home, opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewHome {
    /// Public address of the front page.
    pub address: String,
    /// Name and version of what runs there, e.g. `WordPress 6.8.7, rehome plugin 0.1.0, fast mode`.
    pub software: String,
    /// IANA zone or fixed offset of the site.
    pub time_zone: String,
    /// How the address of a public post is made, where that is known before it is placed: an address with `{year}`, `{month}`, `{day}`,
    /// `{hour}`, `{minute}`, `{second}` (by `time_zone`) and `{slug}` in it.
    #[serde(default)]
    pub post_addresses: Option<String>,
    /// Most items in one batch, per kind of batch.
    pub batch_items: usize,
    /// Most bytes in one batch.
    pub batch_bytes: usize,
    /// How the destination writes (`fast`, `compatible`) and why.
    pub mode: String,
    /// Users that items can be given to.
    pub users: Vec<HomeUser>,
    /// Findings of the opening: what this home cannot carry.
    pub findings: Vec<Finding>,
    /// Which custom fields of posts it can be handed.
    #[serde(default)]
    pub custom_fields: CustomFields,
    /// Seconds after which the home cannot be working on a call any more that it got and whose answer was lost.
    #[serde(default = "settle_seconds")]
    pub settle_seconds: u64,
}

/// Which custom fields of posts a home can be handed. They may hold what no reader ever saw, and a theme can show them to everyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CustomFields {
    /// None: it has no place for them.
    #[default]
    None,
    /// Those that the owner named: they stand where everyone may come to see them.
    Named,
    /// All: it is a file that the owner hands on.
    All,
}

/// The [`NewHome::mode`] of a home that is only files so far: what stands in them has not arrived anywhere.
pub const FILES: &str = "files";

impl NewHome {
    /// Whether it is only files so far.
    #[must_use]
    pub fn is_files(&self) -> bool {
        self.mode == FILES
    }
}

/// The settle time of a home that does not say how long its calls may run. Hosts end a request after 30 to 60 s.
fn settle_seconds() -> u64 {
    60
}

/// A user of the new home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeUser {
    /// Login name.
    pub login: String,
    /// Display name.
    pub name: String,
}

/// One thing to be placed, ready made: addresses rewritten, times known, texts tidied.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The item; what it is found by later.
    pub mark: ItemRef,
    /// Fingerprint of `thing`: equal fingerprints need no second write. Hex.
    pub fingerprint: String,
    /// The thing itself.
    pub thing: Thing,
}

/// What can be placed.
#[derive(Debug, Clone, PartialEq)]
pub enum Thing {
    /// A category or tag.
    Term(TermThing),
    /// A picture or file.
    Media(MediaThing),
    /// A post or page; albums, lists, guestbook and blogroll arrive here rendered.
    Post(Box<PostThing>),
    /// A comment, ping or guestbook note.
    Comment(CommentThing),
    /// A post that stood there before us, with other addresses in it.
    Amend(Box<AmendThing>),
}

/// A category or tag. Its name is public at once, whoever carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermThing {
    /// The leave to show its name.
    #[serde(skip)]
    pub open: Open,
    /// Name.
    pub name: String,
    /// Wished slug.
    pub slug: Option<String>,
    /// Mark of the parent category.
    pub parent: Option<ItemRef>,
    /// Description.
    pub description: String,
}

/// A picture or file on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MediaThing {
    /// Where its bytes are. Not part of the fingerprint.
    #[serde(skip)]
    pub file: std::path::PathBuf,
    /// Content hash (blake3, hex).
    pub hash: String,
    /// Type by magic bytes.
    pub media_type: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Wished file name, with extension.
    pub file_name: String,
    /// Title.
    pub title: String,
    /// Caption as simple HTML.
    pub caption: String,
    /// Alternative text.
    pub alt: String,
    /// Instant in UTC that decides the folder.
    pub date_utc: Timestamp,
    /// The leave to list it. Without one the attachment is private and its file has a name that nobody guesses; whoever has the
    /// file's address still gets it.
    pub open: Option<Open>,
}

/// A post or page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PostThing {
    /// Whether it is a page.
    pub page: bool,
    /// Visibility and state at the new home.
    pub status: Status,
    /// Title, plain text.
    pub title: String,
    /// Finished content: classic HTML or blocks.
    pub content: String,
    /// Excerpt.
    pub excerpt: String,
    /// Wished slug; the destination makes it unique.
    pub slug: Option<String>,
    /// Publication instant. `None` for a draft that never had a date.
    pub date_utc: Option<Timestamp>,
    /// Last change.
    pub modified_utc: Option<Timestamp>,
    /// Login of the user it belongs to; `None` means the user we are signed in as.
    pub author_login: Option<String>,
    /// Password of a password-protected post.
    pub password: Option<String>,
    /// Whether it stays on top.
    pub sticky: bool,
    /// Whether comments are open.
    pub comments_open: bool,
    /// Whether pings are open.
    pub pings_open: bool,
    /// Marks of its categories and tags.
    pub terms: Vec<ItemRef>,
    /// How it is shown: one of [`FORMATS`](crate::post::FORMATS); `gallery` for albums.
    pub format: Option<&'static str>,
    /// Mark of the page that this page stands below. It was placed before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<ItemRef>,
    /// Its place among the pages beside it; `None` leaves the place as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<i32>,
    /// Custom fields that this home shall have, addresses in them rewritten.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<crate::Field>,
    /// Mark of the media that represents it.
    pub featured: Option<ItemRef>,
}

/// Visibility at the new home. Whoever wants more than private must show the leave to open it, which only a
/// [`Reach`](crate::audience::Reach) of everyone gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "&'static str")]
pub struct Status(Shown);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Draft,
    Private,
    Future,
    Publish,
}

impl Status {
    /// Nobody but authors; not finished.
    pub const DRAFT: Self = Self(Shown::Draft);
    /// Signed-in editors and the owner.
    pub const PRIVATE: Self = Self(Shown::Private);

    /// Everyone.
    #[must_use]
    pub fn published(_leave: Open) -> Self {
        Self(Shown::Publish)
    }

    /// Everyone, from its date on.
    #[must_use]
    pub fn planned(_leave: Open) -> Self {
        Self(Shown::Future)
    }

    /// Whether everyone sees it at once.
    #[must_use]
    pub fn is_published(self) -> bool {
        self.0 == Shown::Publish
    }

    /// Whether everyone sees it now or will by itself.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self.0, Shown::Publish | Shown::Future)
    }

    /// How visible: 0 draft, 1 private, 2 future, 3 public.
    #[must_use]
    pub fn width(self) -> u8 {
        self.0 as u8
    }

    /// The word on the wire and in reports: `publish`, `private`, `draft`, `future`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self.0 {
            Shown::Draft => "draft",
            Shown::Private => "private",
            Shown::Future => "future",
            Shown::Publish => "publish",
        }
    }
}

impl From<Status> for &'static str {
    fn from(status: Status) -> Self {
        status.as_str()
    }
}

/// A wish that something be no more visible than this. See [`Destination::narrow`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowing {
    /// The item.
    pub mark: ItemRef,
    /// The widest state it may have. For comments and pictures anything that is not published hides them.
    pub status: Status,
}

/// A comment, ping or guestbook note.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommentThing {
    /// Mark of the post.
    pub post: ItemRef,
    /// Mark of the comment it answers.
    pub parent: Option<ItemRef>,
    /// `comment`, `trackback` or `pingback`.
    pub kind: crate::CommentKind,
    /// Display name.
    pub author: String,
    /// Web address, empty if none.
    pub url: String,
    /// When; `None` where nobody knows: the destination uses the post's date.
    pub date_utc: Option<Timestamp>,
    /// Finished HTML.
    pub content: String,
    /// Approved, held, spam.
    pub state: crate::CommentState,
}

/// What the owner wishes for the site as a whole. Nothing named, nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SiteWishes {
    /// New site title.
    pub title: Option<String>,
    /// New tagline.
    pub tagline: Option<String>,
    /// BCP 47 language.
    pub language: Option<String>,
    /// IANA zone or offset.
    pub time_zone: Option<String>,
}

/// Why a destination did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is no WordPress, or not one we can use.
    #[error("{0}")]
    NotAHome(String),
    /// It does not let us in, or not far enough.
    #[error("{0}")]
    Refused(String),
    /// Somebody else is writing this blog there.
    #[error("{0}")]
    Busy(String),
    /// It asks us to come back later.
    #[error("{what}")]
    Later {
        /// Its reason.
        what: String,
        /// Seconds it asks us to wait.
        wait_seconds: Option<u64>,
    },
    /// It certainly did not happen; worth another try.
    #[error("{0}")]
    NotDone(String),
    /// It may or may not have happened: look before repeating.
    #[error("{0}")]
    Unknown(String),
}

impl WriteError {
    /// What the error asks for.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::NotAHome(_) | Self::Refused(_) => Remedy::AskOwner,
            Self::Busy(_) | Self::Later { .. } | Self::NotDone(_) | Self::Unknown(_) => {
                Remedy::Retry
            }
        }
    }
}
