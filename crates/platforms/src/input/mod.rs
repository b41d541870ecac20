//! Files, folders, zips and web addresses as a source sees them: the implementations of `blog::doors::Input` and of
//! `blog::doors::MediaFetch`.
//!
//! A source asks for names and bytes and never learns where they lie. Names from an archive or an address are labels, never
//! paths: a folder is walked once, and what is opened later is what the walk found.

pub mod bytes;
pub mod saved;
pub mod shelf;

mod archive;
mod folder;
mod named;
pub(crate) mod probe;
mod sift;
mod unlocked;
mod web_archive;

#[cfg(test)]
mod tests;

use crate::fetch::Fetcher;
use blog::doors::{Answer, Call, Entry, Input, InputForm, Peek, ReadError};
use blog::{Finding, Secret};
use jiff::Timestamp;
use std::{
    cell::RefCell,
    collections::BTreeMap,
    io::{BufReader, Read, Seek, SeekFrom},
    path::Path,
    sync::Arc,
};

use archive::{Archive, Trust};
pub use bytes::{Bytes, Handle, InMemory, OnDisk};
use folder::Folder;
pub use saved::SavedMedia;
pub use shelf::MediaShelf;
use web_archive::WebArchive;

/// Files in one input. The largest real archives hold a tenth of it; a million empty files are an attack.
pub const ENTRIES: usize = 500_000;
/// Folders inside folders.
pub const DEPTH: usize = 32;
/// Bytes of one name with its folders.
pub const NAME_BYTES: usize = 1024;
/// Bytes of one entry of an archive, unpacked.
pub const ENTRY_BYTES: u64 = 4 << 30;
/// Bytes of an archive, unpacked.
pub const TOTAL_BYTES: u64 = 50 << 30;
/// Names that a source sees before it is chosen: the shallowest ones.
const PEEK_NAMES: usize = 20_000;
/// How the names of files end that some source reads.
const READABLE: &[&str] = &[
    ".html", ".htm", ".xml", ".txt", ".mtif", ".mt", ".rss", ".atom",
];
/// What a source sees of a file before it is chosen.
const PEEK_BYTES: u64 = 64 * 1024;
/// A page, feed or API answer. Spaces' largest real answers are below 4 MiB.
const ANSWER_BYTES: u64 = 64 << 20;

/// What the owner said beside the input itself.
#[derive(Debug, Clone)]
pub struct Options {
    /// Settings by name.
    pub values: BTreeMap<String, String>,
    /// Secret settings by name.
    pub secrets: BTreeMap<String, Secret>,
    /// The time of the run.
    pub now: Timestamp,
}

/// An input, opened.
pub struct Opened {
    label: String,
    fetcher: Arc<Fetcher>,
    options: Options,
    place: Place,
}

/// Where the bytes lie.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    Address,
    File(Arc<dyn Bytes>, String),
    Folder(Arc<Folder>),
    Zip(Arc<Archive>),
    WebArchive(Arc<WebArchive>),
    /// An archive of our own, and its private part.
    Unlocked(Box<Place>, Arc<Archive>),
}

/// What is known of an input before it is read; lends a [`Peek`].
#[derive(Debug, Clone)]
pub struct PeekOwned {
    label: String,
    form: InputForm,
    head: Vec<u8>,
    names: Vec<String>,
}

impl PeekOwned {
    /// The peek, for `sources::recognise`.
    #[must_use]
    pub fn lend(&self) -> Peek<'_> {
        Peek {
            label: &self.label,
            form: self.form,
            head: &self.head,
            names: &self.names,
        }
    }
}

/// Opens what the owner typed: an address (with or without `http://`), a file, a folder or a zip.
///
/// # Errors
/// When there is no such thing, or it cannot be listed.
pub fn open(label: &str, fetcher: Arc<Fetcher>, options: Options) -> Result<Opened, ReadError> {
    let place = match address(label) {
        Some(_) => Place::Address,
        None => on_disk(label)?,
    };
    let place = unlocked::unlocked(place, label, &options)?;
    let label = address(label).unwrap_or_else(|| label.to_owned());
    Ok(Opened {
        label,
        fetcher,
        options,
        place,
    })
}

/// The address a label means: as typed, or a bare host name of Spaces that is no file here.
fn address(label: &str) -> Option<String> {
    let label = label.trim();
    let lower = label.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return Some(label.to_owned());
    }
    let host = lower.split('/').next().unwrap_or_default();
    let spaces =
        host.ends_with(".spaces.live.com") || host == "spaces.live.com" || host == "spaces.msn.com";
    (spaces && !Path::new(label).exists()).then(|| format!("http://{label}"))
}

fn on_disk(label: &str) -> Result<Place, ReadError> {
    let path = Path::new(label);
    let unreadable = |error: std::io::Error| ReadError::Unreadable {
        place: label.to_owned(),
        what: match error.kind() {
            std::io::ErrorKind::NotFound => {
                "there is no such file or folder here; for a web address type it with http://"
                    .to_owned()
            }
            std::io::ErrorKind::PermissionDenied => "this program may not read it".to_owned(),
            _ => error.to_string(),
        },
    };
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return folder_or_web_archive(label, Folder::walk(path)?);
    }
    if !about.is_file() {
        return Err(ReadError::NotOurs {
            place: label.to_owned(),
            what: "neither a file nor a folder".to_owned(),
        });
    }
    let name = path.file_name().map_or_else(
        || label.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    file_or_zip(label, name, Arc::new(OnDisk(path.to_owned()))).map_err(|error| match error {
        Failed::Io(error) => unreadable(error),
        Failed::Read(error) => error,
    })
}

enum Failed {
    Io(std::io::Error),
    Read(ReadError),
}

fn is_readable(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    READABLE.iter().any(|end| name.ends_with(end))
}

/// The names of the web archives among `entries`, where nothing else in them is read.
fn web_archives(entries: Vec<Entry>) -> Vec<String> {
    let mut archives = Vec::new();
    for entry in entries {
        if is_readable(&entry.name) {
            return Vec::new();
        }
        if web_archive::is_named_like_one(&entry.name) {
            archives.push(entry.name);
        }
    }
    archives
}

fn folder_or_web_archive(label: &str, folder: Folder) -> Result<Place, ReadError> {
    let files: Vec<(String, Arc<dyn Bytes>)> = web_archives(folder.entries())
        .into_iter()
        .filter_map(|name| {
            let path = folder.path(&name)?.to_owned();
            Some((name, Arc::new(OnDisk(path)) as Arc<dyn Bytes>))
        })
        .collect();
    if files.is_empty() {
        return Ok(Place::Folder(Arc::new(folder)));
    }
    WebArchive::learn(label, files).map(|archive| Place::WebArchive(Arc::new(archive)))
}

fn zip_or_web_archive(label: &str, archive: Archive) -> Result<Place, ReadError> {
    let told = |name: &str| web_archive::is_named_like_one(name) || is_readable(name);
    let files = web_archives(archive.entries_where(&told))
        .into_iter()
        .map(|name| archive.bytes_of(&name).map(|bytes| (name, bytes)))
        .collect::<Result<Vec<_>, ReadError>>()?;
    if files.is_empty() {
        return Ok(Place::Zip(Arc::new(archive)));
    }
    WebArchive::learn(label, files).map(|archive| Place::WebArchive(Arc::new(archive)))
}

/// What one file is: a zip, a file, or nothing that anybody reads.
fn file_or_zip(label: &str, name: String, bytes: Arc<dyn Bytes>) -> Result<Place, Failed> {
    let head = head(&*bytes).map_err(Failed::Io)?;
    if archive::is_zip(&head) {
        let archive = Archive::list(label, bytes).map_err(Failed::Read)?;
        return zip_or_web_archive(label, archive).map_err(Failed::Read);
    }
    if web_archive::is_web_archive(&head) {
        let archive = WebArchive::learn(label, vec![(name, bytes)]).map_err(Failed::Read)?;
        return Ok(Place::WebArchive(Arc::new(archive)));
    }
    // A zip with rubbish before it does not begin like one.
    let mut refusal = named::refusal(&name, &head);
    if name.to_ascii_lowercase().ends_with(".zip") && !head.is_empty() {
        match Archive::list(label, Arc::clone(&bytes)) {
            Ok(archive) => return Ok(Place::Zip(Arc::new(archive))),
            Err(error) => refusal = refusal.or(Some(named::no_zip(&head, &error))),
        }
    }
    match refusal {
        Some(what) => Err(Failed::Read(ReadError::NotOurs {
            place: label.to_owned(),
            what,
        })),
        None => Ok(Place::File(bytes, name)),
    }
}

fn head(bytes: &dyn Bytes) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    bytes.handle()?.take(PEEK_BYTES).read_to_end(&mut head)?;
    Ok(head)
}

/// Opens bytes that lie in no file of their own: an upload, a test's. `name` is what the file is called.
///
/// # Errors
/// When the bytes cannot be read or listed.
pub fn open_bytes(
    name: &str,
    bytes: Arc<dyn Bytes>,
    fetcher: Arc<Fetcher>,
    options: Options,
) -> Result<Opened, ReadError> {
    let place = file_or_zip(name, name.to_owned(), bytes).map_err(|failed| match failed {
        Failed::Io(error) => unreadable(name, &error),
        Failed::Read(error) => error,
    })?;
    Ok(Opened {
        label: name.to_owned(),
        fetcher,
        options,
        place,
    })
}

impl Opened {
    /// What a source needs to see to know its own.
    ///
    /// # Errors
    /// When the first bytes cannot be read.
    pub fn peek(&mut self) -> Result<PeekOwned, ReadError> {
        let mut head = Vec::new();
        if let Place::File(bytes, _) = &self.place {
            head = self::head(&**bytes).map_err(|error| unreadable(&self.label, &error))?;
        }
        let names = match self.form() {
            InputForm::Folder | InputForm::Zip => shallowest(self)?,
            InputForm::File | InputForm::Address => Vec::new(),
        };
        Ok(PeekOwned {
            label: self.label.clone(),
            form: self.form(),
            head,
            names,
        })
    }

    /// What was noticed while listing and reading: entries that cannot be read, equal names, damage. Wiring hands them to the
    /// intake beside the source's own, once all is read.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.place.findings()
    }

    /// The parts of the input that could not be read and are worth keeping as they are: the place of each and its bytes. Asked
    /// for once all is read.
    #[must_use]
    pub fn set_aside(&self) -> Vec<(String, Box<dyn Read>)> {
        self.place.set_aside()
    }

    /// Why no source knows this input, where its bytes or names say what it is.
    #[must_use]
    pub fn stranger(&self, peek: &PeekOwned) -> Option<String> {
        if let Place::WebArchive(archive) = &self.place {
            return Some(archive.stranger());
        }
        match peek.form {
            InputForm::Address => None,
            _ if !peek.names.is_empty() || !peek.head.is_empty() => {
                named::stranger(&peek.head, &peek.names)
            }
            InputForm::Zip => {
                Some("it is an empty zip, or none of its files can be read".to_owned())
            }
            InputForm::File | InputForm::Folder => Some("it is empty".to_owned()),
        }
    }

    /// Where pictures of this input come from: the network through the same fetcher, and `input:/…` from inside.
    #[must_use]
    pub fn media_shelf(&self) -> MediaShelf {
        MediaShelf::new(Arc::clone(&self.fetcher), self.place.clone())
    }
}

impl Input for Opened {
    fn label(&self) -> &str {
        &self.label
    }

    fn form(&self) -> InputForm {
        self.place.form()
    }

    fn now(&self) -> Timestamp {
        self.options.now
    }

    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        match &self.place {
            Place::Address => Ok(Vec::new()),
            Place::File(bytes, name) => {
                let length = bytes
                    .handle()
                    .and_then(|mut file| file.seek(SeekFrom::End(0)))
                    .map_err(|error| unreadable(&self.label, &error))?;
                Ok(vec![Entry {
                    name: name.clone(),
                    bytes: length,
                }])
            }
            Place::Folder(_) | Place::Zip(_) | Place::WebArchive(_) | Place::Unlocked(..) => {
                Ok(unlocked::entries(&self.place))
            }
        }
    }

    fn captured(&self, name: &str) -> Option<Timestamp> {
        match &self.place {
            Place::WebArchive(archive) => archive.captured(name),
            _ => None,
        }
    }

    fn entries_where(&mut self, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Entry>, ReadError> {
        if let Place::Zip(archive) = &self.place {
            return Ok(archive.entries_where(wanted));
        }
        let mut entries = self.entries()?;
        entries.retain(|entry| wanted(&entry.name));
        Ok(entries)
    }

    /// Of the file itself in a folder; else of what holds it.
    fn version(&self, name: &str) -> Option<String> {
        let path = match &self.place {
            Place::Address => return None,
            Place::Folder(folder) => folder.path(name)?,
            _ => Path::new(&self.label),
        };
        let about = std::fs::metadata(path).ok()?;
        let changed = about.modified().ok()?;
        let changed = changed.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(format!("{} bytes, {}", about.len(), changed.as_millis()))
    }

    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        let reader = self.place.open(name, Trust::Prefix)?;
        reader
            .map(|reader| -> Box<dyn Read + '_> { reader })
            .ok_or_else(|| not_there(&self.label, name))
    }

    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        match &self.place {
            Place::WebArchive(archive) => archive.ask(call.address, ANSWER_BYTES),
            _ => self.fetcher.ask(call, ANSWER_BYTES),
        }
    }

    fn option(&self, name: &str) -> Option<&str> {
        self.options.values.get(name).map(String::as_str)
    }

    fn secret(&self, name: &str) -> Option<&Secret> {
        self.options.secrets.get(name)
    }
}

impl Place {
    /// Opens an entry with a handle of its own, so that threads do not wait for each other. `None` when it is not there.
    pub(crate) fn open(
        &self,
        name: &str,
        trust: Trust,
    ) -> Result<Option<Box<dyn Read>>, ReadError> {
        match self {
            Self::Address => Ok(None),
            Self::File(bytes, own) => {
                if name != own {
                    return Ok(None);
                }
                let file = bytes.handle().map_err(|error| unreadable(own, &error))?;
                Ok(Some(Box::new(BufReader::with_capacity(256 * 1024, file))))
            }
            Self::Folder(folder) => folder.open(name),
            Self::Zip(archive) => archive.open(name, trust),
            Self::WebArchive(archive) => archive.open(name),
            Self::Unlocked(outer, inner) => match outer.open(name, trust)? {
                Some(reader) => Ok(Some(reader)),
                None => inner.open(name, trust),
            },
        }
    }

    fn form(&self) -> InputForm {
        match self {
            Self::Address => InputForm::Address,
            Self::File(..) => InputForm::File,
            // Pages under their addresses: what a folder of saved pages is.
            Self::Folder(_) | Self::WebArchive(_) => InputForm::Folder,
            Self::Zip(_) => InputForm::Zip,
            Self::Unlocked(outer, _) => outer.form(),
        }
    }

    fn findings(&self) -> Vec<Finding> {
        match self {
            Self::Folder(folder) => folder.findings(),
            Self::Zip(archive) => archive.findings(),
            Self::WebArchive(archive) => archive.findings(),
            Self::Unlocked(outer, inner) => [outer.findings(), inner.findings()].concat(),
            Self::Address | Self::File(..) => Vec::new(),
        }
    }

    fn set_aside(&self) -> Vec<(String, Box<dyn Read>)> {
        match self {
            Self::Zip(archive) => archive.set_aside(),
            Self::Unlocked(outer, _) => outer.set_aside(),
            Self::Folder(_) | Self::Address | Self::File(..) | Self::WebArchive(_) => Vec::new(),
        }
    }
}

/// Names for a source to judge by. An archive of half a million pictures is judged by the first of them.
fn shallowest(input: &mut Opened) -> Result<Vec<String>, ReadError> {
    let depth = |name: &str| {
        let folders = memchr::memchr_iter(b'/', name.as_bytes()).count();
        folders.min(DEPTH)
    };
    let counts = RefCell::new([0_usize; DEPTH + 1]);
    input.entries_where(&|name| {
        counts.borrow_mut()[depth(name)] += 1;
        false
    })?;
    let mut room = PEEK_NAMES;
    for count in counts.borrow_mut().iter_mut() {
        *count = room.min(*count);
        room -= *count;
    }
    let chosen = input.entries_where(&|name| {
        let left = &mut counts.borrow_mut()[depth(name)];
        let chosen = *left > 0;
        *left -= usize::from(chosen);
        chosen
    })?;
    let mut names: Vec<String> = chosen.into_iter().map(|entry| entry.name).collect();
    if room == 0 {
        names.sort_by_key(|name| depth(name));
    }
    Ok(names)
}

pub(crate) fn unreadable(place: &str, error: &std::io::Error) -> ReadError {
    ReadError::Unreadable {
        place: place.to_owned(),
        what: error.to_string(),
    }
}

fn not_there(label: &str, name: &str) -> ReadError {
    ReadError::Unreadable {
        place: format!("{label}/{name}"),
        what: "there is no such file in it".to_owned(),
    }
}
