//! The doors to the outside: signatures and the plain data that passes through them. Nothing here acts.
//!
//! Open sets get a small object-safe trait. What a platform can do is data on its card, not another trait.

use crate::{Finding, Item, ItemRef, Kind, Profile, Remedy, Secret};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};

// ---------------------------------------------------------------- where items come from

/// A platform that blogs come from.
pub trait Source: Sync {
    /// What this source says about itself.
    fn card(&self) -> SourceCard;

    /// How likely it is that `peek` is this source's.
    fn recognise(&self, peek: &Peek<'_>) -> Likeness;

    /// Reads everything in `input` into `intake`: one [`Intake::profile`] first, then items in any order, findings as they
    /// arise. One bad entry becomes a finding; an error is for when nothing more can be read at all.
    ///
    /// # Errors
    /// When the input as a whole cannot be read, or the intake asked to stop.
    fn read(&self, input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError>;
}

/// What a source says about itself. Help, pickers and reference pages come from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceCard {
    /// Short name for `--from`.
    pub name: &'static str,
    /// Name a person knows.
    pub title: &'static str,
    /// The forms it reads, each as a phrase.
    pub reads: &'static [&'static str],
    /// Kinds of items it can deliver.
    pub delivers: &'static [Kind],
    /// Settings it understands (`--set name=value`).
    pub options: &'static [OptionCard],
}

/// One setting of a source or destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OptionCard {
    /// Name for `--set`.
    pub name: &'static str,
    /// What it does, as a sentence.
    pub help: &'static str,
    /// Whether its value must not be shown or given on the command line.
    pub secret: bool,
}

/// What is known of an input before it is read.
#[derive(Debug)]
pub struct Peek<'a> {
    /// The input as the owner typed it.
    pub label: &'a str,
    /// Address, file or folder.
    pub form: InputForm,
    /// The first bytes of a file (at most 64 KiB); empty for addresses and folders.
    pub head: &'a [u8],
    /// Names inside a folder or zip, with `/`; empty otherwise.
    pub names: &'a [String],
}

/// How sure a source is that an input is its own. The derived order runs from no to yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Not ours.
    No,
    /// Could be ours; somebody else may know better.
    Perhaps,
    /// Ours.
    Surely,
}

/// The form of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputForm {
    /// A web address.
    Address,
    /// One file that is not a zip.
    File,
    /// A folder.
    Folder,
    /// A zip archive.
    Zip,
}

/// What a source reads from. Wiring makes it; the source neither opens files nor connects.
pub trait Input {
    /// The input as the owner typed it.
    fn label(&self) -> &str;
    /// Address, file, folder or zip.
    fn form(&self) -> InputForm;
    /// The time of the run, for relative dates.
    fn now(&self) -> Timestamp;
    /// Every file inside, with its size in bytes, in name order. For [`InputForm::File`] the one file's name.
    ///
    /// # Errors
    /// When the folder or archive cannot be listed.
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError>;
    /// Opens one of [`Input::entries`] by name.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError>;
    /// Asks a web address. Any status is an answer; an error is only a call without one.
    ///
    /// # Errors
    /// When there is no answer, or the address is not allowed.
    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError>;
    /// The value of a setting that the card names.
    fn option(&self, name: &str) -> Option<&str>;
    /// The value of a secret setting that the card names.
    fn secret(&self, name: &str) -> Option<&Secret>;
}

/// One file inside an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name with `/`, relative to the input.
    pub name: String,
    /// Size in bytes, as far as it is known.
    pub bytes: u64,
}

/// One call to a web address.
#[derive(Debug)]
pub struct Call<'a> {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The whole address. May carry a key; it is never logged or kept.
    pub address: &'a str,
    /// Headers beside those the fetcher sets itself.
    pub headers: &'a [(&'a str, &'a str)],
    /// Body of a `POST`.
    pub body: Option<&'a [u8]>,
}

impl<'a> Call<'a> {
    /// A plain `GET`.
    #[must_use]
    pub fn get(address: &'a str) -> Self {
        Self {
            method: "GET",
            address,
            headers: &[],
            body: None,
        }
    }
}

/// What a web address answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The address that answered after redirects.
    pub address: String,
    /// `Content-Type`, as sent.
    pub media_type: Option<String>,
    /// The body, whole, within the fetcher's limits.
    pub body: Vec<u8>,
}

/// What items are read into.
pub trait Intake {
    /// How much the reader is asked for.
    fn depth(&self) -> Depth;
    /// The blog itself. May be called again when more is known; the last word holds, except that an audience only narrows.
    ///
    /// # Errors
    /// When the intake must stop.
    fn profile(&mut self, profile: Profile) -> Result<(), Halt>;
    /// One item with its untouched original. The same category, tag or picture may come many times; they are merged.
    ///
    /// # Errors
    /// When the intake must stop.
    fn item(&mut self, item: Item, original: Original<'_>) -> Result<(), Halt>;
    /// One finding.
    ///
    /// # Errors
    /// When the intake must stop.
    fn finding(&mut self, finding: Finding) -> Result<(), Halt>;
    /// How far the reader is, in bytes or pages; `total` may be unknown.
    ///
    /// # Errors
    /// When the intake must stop.
    fn progress(&mut self, done: u64, total: Option<u64>) -> Result<(), Halt>;
}

/// How much a reader is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Counts, names, addresses and findings: bodies may be left empty, originals need not be given.
    Counts,
    /// Everything.
    Full,
}

/// The untouched original of an item, as kept in the bundle.
#[derive(Debug, Clone, Copy)]
pub struct Original<'a> {
    /// The bytes as read (keys already struck out).
    pub bytes: &'a [u8],
    /// What they are, e.g. `text/html`.
    pub media_type: &'static str,
    /// Where they stood: file and line, or address.
    pub place: &'a str,
}

impl Original<'static> {
    /// For items that have no original of their own (a category that only posts name).
    pub const NONE: Self = Self {
        bytes: b"",
        media_type: "",
        place: "",
    };
}

/// Why an intake wants no more.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// The owner pressed Ctrl-C.
    #[error("stopped on request")]
    Asked,
    /// What was read could not be kept.
    #[error("{0}")]
    CouldNotKeep(String),
}

/// Why an input as a whole cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not what this source reads.
    #[error("{place}: {what}")]
    NotOurs {
        /// File or address.
        place: String,
        /// What it seems to be instead.
        what: String,
    },
    /// It is there but cannot be read.
    #[error("{place}: {what}")]
    Unreadable {
        /// File, entry, line or address.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// The owner must sign in or hand over a key.
    #[error("{place}: {what}")]
    Locked {
        /// Address.
        place: String,
        /// What is asked for.
        what: String,
    },
    /// No answer; worth another try.
    #[error("{place}: {what}")]
    Unreachable {
        /// Address, without keys.
        place: String,
        /// What happened.
        what: String,
    },
    /// The intake wants no more.
    #[error(transparent)]
    Halt(#[from] Halt),
}

impl ReadError {
    /// What the error asks for.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::NotOurs { .. } | Self::Locked { .. } => Remedy::AskOwner,
            Self::Unreadable { .. } => Remedy::Stop,
            Self::Unreachable { .. } => Remedy::Retry,
            Self::Halt(_) => Remedy::Retry,
        }
    }
}

/// Where the bytes of pictures come from while packing. Shared by several threads.
pub trait MediaFetch: Sync {
    /// Fetches the bytes at `address` (`http…` or `input:/…`) into `to`.
    ///
    /// # Errors
    /// When the bytes cannot be had from there; the caller throws away what was written and tries the next candidate.
    fn fetch(&self, address: &str, to: &mut dyn Write) -> Result<FetchedMedia, MediaError>;
}

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedMedia {
    /// The type by magic bytes, e.g. `image/jpeg`; never the one the server claimed.
    pub media_type: String,
    /// Width in pixels as shown (after EXIF orientation), for pictures.
    pub width: Option<u32>,
    /// Height in pixels as shown.
    pub height: Option<u32>,
    /// How many bytes were written.
    pub bytes: u64,
}

/// Why bytes could not be had.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// There is no such file (404, 410, no such host, not in the folder).
    #[error("{0}")]
    Gone(String),
    /// Something answered, but it is not a picture or file (a sign-in page, a parking page).
    #[error("{0}")]
    NotMedia(String),
    /// The address may not be asked (private network, odd port, unknown scheme).
    #[error("{0}")]
    Refused(String),
    /// No whole answer; worth another try.
    #[error("{0}")]
    Unreachable(String),
    /// The bytes could not be kept.
    #[error("{0}")]
    CouldNotKeep(String),
}

// ---------------------------------------------------------------- where items go

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
    /// When the batch as a whole was not accepted; [`WriteError::Unknown`] when it may or may not have been.
    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError>;

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

    /// Tells the new home about the blog as a whole: title, tagline, language, time zone, as far as `wishes` name them.
    ///
    /// # Errors
    /// When the destination refuses.
    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError>;

    /// Ends the move: counts are made right, caches are told, the lease is given back.
    ///
    /// # Errors
    /// When the destination does not answer.
    fn finish(&mut self) -> Result<(), WriteError>;

    /// Asks a public address of the new home as an anonymous visitor (or as the owner), for verification.
    ///
    /// # Errors
    /// When there is no answer.
    fn visit(&mut self, address: &str, as_owner: bool) -> Result<Answer, WriteError>;
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
}

/// A category or tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermThing {
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
    /// Whether anybody but the owner may know of it: false makes the attachment private (its file stays reachable).
    pub public: bool,
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
    /// `gallery` for albums, else absent.
    pub format: Option<&'static str>,
    /// Mark of the media that represents it.
    pub featured: Option<ItemRef>,
}

/// Visibility at the new home, never wider than the audience allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Everyone.
    Publish,
    /// Signed-in editors and the owner.
    Private,
    /// Nobody but authors; not finished.
    Draft,
    /// Published at its date.
    Future,
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

/// What became of one placement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// The item.
    pub mark: ItemRef,
    /// Created, unchanged, ...
    pub outcome: Outcome,
    /// Id at the new home; absent when refused.
    pub id: Option<u64>,
    /// Address at the new home.
    pub address: Option<String>,
    /// For pictures: what pages need to show them.
    pub picture: Option<PlacedPicture>,
    /// The destination's own word on a refusal or a change it made.
    pub remark: Option<String>,
}

/// What became of one placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// New.
    Created,
    /// Was there with the same fingerprint: nothing was written.
    Unchanged,
    /// Was there as we left it, and was brought up to date.
    Updated,
    /// Somebody changed it since we placed it: left as it is.
    Conflict,
    /// The destination will not have it.
    Refused,
}

/// A picture at its new home.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlacedPicture {
    /// Attachment id.
    pub id: u64,
    /// Address of the attachment's page.
    pub page: String,
    /// Hash (blake3, hex) of the file that was sent to be shown, where it was made from the original: upright, or scaled.
    #[serde(default)]
    pub shown_hash: Option<String>,
    /// The sizes that exist there, the full one among them as `full`.
    pub sizes: Vec<PictureSize>,
}

/// One size of a picture at its new home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureSize {
    /// Registered name (`thumbnail`, `medium`, `large`, `full`, …).
    pub name: String,
    /// Address of the file.
    pub address: String,
    /// Width in pixels; 0 for files that are no pictures.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// How much [`Destination::find`] shall tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindDepth {
    /// Whether it is there, its id, address and fingerprint.
    Mark,
    /// Also content, terms, dates, status.
    Whole,
}

/// What a destination holds for a mark.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Observed {
    /// Id.
    pub id: u64,
    /// Public address, where it has one.
    pub address: Option<String>,
    /// The fingerprint we sent with the last write.
    pub fingerprint: String,
    /// Whether somebody changed it since.
    pub edited: bool,
    /// For pictures: sizes and addresses.
    pub picture: Option<PlacedPicture>,
    /// The whole thing, with [`FindDepth::Whole`].
    pub whole: Option<ObservedWhole>,
}

/// The raw content of something at its new home.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ObservedWhole {
    /// `publish`, `private`, `draft`, `future`, `inherit`; for comments `approved`, `held`, `spam`; empty for terms.
    pub status: String,
    /// Title, or the comment author's name, or the term's name.
    pub title: String,
    /// Raw content.
    pub content: String,
    /// Excerpt, caption or description.
    pub excerpt: String,
    /// Slug.
    pub slug: String,
    /// Instant in UTC, where there is one.
    pub date_utc: Option<Timestamp>,
    /// Ids of terms (for posts) at the new home.
    pub terms: Vec<u64>,
    /// Id of the post or parent comment, 0 if none.
    pub parent: u64,
    /// Id of the post a comment stands under, 0 if none.
    pub post: u64,
    /// The post's password, empty if none.
    pub password: String,
    /// How many comments the new home counts for a post.
    pub comment_count: u64,
}

/// What became of one removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The item.
    pub mark: ItemRef,
    /// What happened.
    pub outcome: Removal,
    /// The destination's own word.
    pub remark: Option<String>,
}

/// What became of one removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Removal {
    /// Gone.
    Removed,
    /// Was not there.
    Absent,
    /// Somebody changed it or uses it: left.
    Kept,
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
