//! Where items come from: a source reads an input into an intake.

use crate::{Finding, Item, Kind, Profile, Remedy, Secret};
use jiff::Timestamp;
use serde::Serialize;
use std::io::Read;

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
    /// When one of [`Input::entries`] was taken from the web, where the input knows it: relative dates on a page start there.
    fn captured(&self, name: &str) -> Option<Timestamp> {
        let _ = name;
        None
    }
    /// The files of [`Input::entries`] whose name is wanted. In an archive of two hundred thousand pictures the names of the rest
    /// take no memory.
    ///
    /// # Errors
    /// When the folder or archive cannot be listed.
    fn entries_where(&mut self, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Entry>, ReadError> {
        let mut entries = self.entries()?;
        entries.retain(|entry| wanted(&entry.name));
        Ok(entries)
    }
    /// What tells this version of one of [`Input::entries`] from another of the same name, such as its size and when it was changed;
    /// `None` where the input does not know it.
    fn version(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }
    /// Opens one of [`Input::entries`] by name.
    ///
    /// # Errors
    /// When it is not there or cannot be read, or earlier runs died of it ([`ReadError::LeftOut`]): who reads several files goes on
    /// with the others, a finding is told already.
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
    /// A part of the input, named by where it stands, is about to be read. `false` when earlier runs died of it: it is to be kept
    /// aside unread; a finding about it is told already. Parts are as small as the reader can tell them apart.
    ///
    /// # Errors
    /// When the intake must stop.
    fn may_read(&mut self, place: &str) -> Result<bool, Halt> {
        // Who keeps nothing knows nothing of earlier runs.
        let _ = place;
        Ok(true)
    }
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
    /// A part of the input that became no item, kept whole as it stood; a finding says why.
    ///
    /// # Errors
    /// When the intake must stop.
    fn aside(&mut self, original: Original<'_>) -> Result<(), Halt> {
        // Who only counts keeps nothing.
        let _ = original;
        Ok(())
    }
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
    /// It killed the program in two runs, and is not read any more.
    #[error("{place}: {what}")]
    LeftOut {
        /// File or address.
        place: String,
        /// What happened.
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
            Self::LeftOut { .. } => Remedy::AskOperator,
            Self::Unreachable { .. } => Remedy::Retry,
            Self::Halt(_) => Remedy::Retry,
        }
    }
}
