//! A generation: everything that was known when it was built. Numbered, hashed, written once.

use crate::{IndexError, folder, name::Sought, segment, segment::Segment, words::Words};
use serde::{Deserialize, Serialize};
use std::{fs, path::Path, sync::Arc, thread};

/// The version of what is written; another one is not read.
const FORMAT: u32 = 1;

/// The file that says what belongs to a generation.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The file of its words.
pub(crate) const WORDS: &str = "words";

/// What belongs to a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format.
    pub format: u32,
    /// Number of the generation, from 1.
    pub number: u64,
    /// How many blogs it knows.
    pub blogs: u64,
    /// How many old addresses it knows.
    pub addresses: u64,
    /// Its files, the words first, then the segments in the order of the names they hold.
    pub files: Vec<Part>,
}

/// One file of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name in the folder of the generation.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its BLAKE3 hash, in hex.
    pub hash: String,
}

impl Manifest {
    pub(crate) fn new(number: u64) -> Self {
        Self {
            format: FORMAT,
            number,
            blogs: 0,
            addresses: 0,
            files: Vec::new(),
        }
    }

    /// As it stands in its file: one line of JSON, and its hash.
    pub(crate) fn to_text(&self) -> String {
        let line = serde_json::to_string(self).unwrap_or_default();
        let hash = blake3::hash(line.as_bytes()).to_hex();
        format!("{line}\n{hash}\n")
    }

    /// Reads what [`Manifest::to_text`] wrote for the generation `number`; answers its hash too.
    pub(crate) fn of_text(text: &str, number: u64) -> Option<(Self, blake3::Hash)> {
        let (line, hash) = text.strip_suffix('\n')?.split_once('\n')?;
        let real = blake3::hash(line.as_bytes());
        if real.to_hex().as_str() != hash {
            return None;
        }
        let manifest: Self = serde_json::from_str(line).ok()?;
        let sound = manifest.format == FORMAT
            && manifest.number == number
            && manifest.files.len() >= 2
            && manifest.files[0].name == WORDS
            && manifest.files.iter().all(|part| is_plain(&part.name));
        sound.then_some((manifest, real))
    }
}

fn is_plain(name: &str) -> bool {
    let sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.';
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(sound)
}

/// A generation, open for reading.
#[derive(Debug)]
pub(crate) struct Generation {
    pub(crate) manifest: Manifest,
    pub(crate) words: Words,
    segments: Vec<Arc<Segment>>,
}

/// A generation whose files were all found to be what was written; none of them is open.
pub(crate) struct Checked {
    pub(crate) manifest: Manifest,
    /// The hash of the manifest; the changes since begin with it.
    pub(crate) seal: blake3::Hash,
    words: Words,
    segments: Vec<segment::Checked>,
}

impl Checked {
    /// Reads all of a generation and compares it with its hashes.
    ///
    /// # Errors
    /// When it cannot be read, or anything in it is damaged.
    pub(crate) fn of(in_folder: &Path, number: u64) -> Result<Self, IndexError> {
        let folder = folder::generation(in_folder, number);
        let path = folder.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|source| IndexError::read(&path, source))?;
        let (manifest, seal) = Manifest::of_text(&text, number)
            .ok_or(IndexError::Damaged("the manifest of a generation"))?;
        let words = words(&folder, &manifest)?;
        let segments = segments(&folder, &manifest.files[1..])?;
        Ok(Self {
            manifest,
            seal,
            words,
            segments,
        })
    }

    /// Opens it.
    ///
    /// # Errors
    /// When a file cannot be opened.
    pub(crate) fn open(self) -> Result<Generation, IndexError> {
        let opened = self.segments.iter().map(Segment::open);
        Ok(Generation {
            segments: opened.collect::<Result<_, _>>()?,
            manifest: self.manifest,
            words: self.words,
        })
    }
}

impl Generation {
    /// The segment that holds the names with this key.
    ///
    /// # Errors
    /// When the generation is closed.
    pub(crate) fn segment(&self, name: &Sought<'_>) -> Result<&Segment, IndexError> {
        let segment = self.segments.get(place(name, self.segments.len()));
        segment.map(Arc::as_ref).ok_or_else(|| IndexError::Awaited)
    }

    /// Closes its files.
    pub(crate) fn close(&mut self) {
        self.segments.clear();
    }

    /// The first segment whose names were not learned.
    pub(crate) fn unlearned(&self) -> Option<Arc<Segment>> {
        let mut segments = self.segments.iter();
        segments.find(|segment| !segment.is_learned()).cloned()
    }

    /// All of them.
    pub(crate) fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }
}

/// Checks segments, as many at once as there are cores: every byte of them is hashed.
fn segments(folder: &Path, parts: &[Part]) -> Result<Vec<segment::Checked>, IndexError> {
    let check =
        |part: &Part| segment::Checked::of(&folder.join(&part.name), part.bytes, &part.hash);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = parts.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let shares: Vec<_> = parts
            .chunks(share)
            .map(|parts| {
                scope.spawn(move || parts.iter().map(check).collect::<Result<Vec<_>, _>>())
            })
            .collect();
        let mut segments = Vec::with_capacity(parts.len());
        for share in shares {
            let opened = share
                .join()
                .map_err(|_| IndexError::Damaged("a segment could not be opened"))?;
            segments.extend(opened?);
        }
        Ok(segments)
    })
}

fn words(folder: &Path, manifest: &Manifest) -> Result<Words, IndexError> {
    let path = folder.join(WORDS);
    let bytes = fs::read(&path).map_err(|source| IndexError::read(&path, source))?;
    if segment::hash(&path).map_err(|source| IndexError::read(&path, source))?
        != manifest.files[0].hash
    {
        return Err(IndexError::Damaged("the words of a generation"));
    }
    Words::of_bytes(&bytes).ok_or(IndexError::Damaged("the words of a generation"))
}

/// How many buckets names are spread over; a segment holds one or more that follow each other.
pub(crate) const BUCKETS: usize = 256;

/// The bucket of a name.
pub(crate) fn bucket(name: &Sought<'_>) -> usize {
    (name.sum >> 24) as usize
}

/// Which of `segments` segments a name is in.
fn place(name: &Sought<'_>, segments: usize) -> usize {
    bucket(name) * segments / BUCKETS
}
