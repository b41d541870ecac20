//! Reading bytes as the program does, and the law of conservation: whatever was seen was moved, kept aside or refused with a
//! reason. Inputs of the labs carry words ([`word`]) that can be looked for afterwards.

use blog::doors::{Depth, Halt, Input, Intake, Original, ReadError};
use blog::{Finding, Item, Profile};
use platforms::{
    fetch::{FetchSettings, Fetcher},
    input::{self, InMemory, Opened, Options},
    sources,
};
use std::{
    collections::BTreeMap,
    io::Read as _,
    path::Path,
    sync::{Arc, OnceLock},
};

/// What came of one reading.
#[derive(Default)]
pub(crate) struct Reading {
    /// The source that read it.
    pub(crate) source: Option<&'static str>,
    /// Why nothing, or no more, could be read.
    pub(crate) refused: Option<String>,
    pub(crate) profile: Option<Profile>,
    pub(crate) items: Vec<Item>,
    pub(crate) originals: Vec<Vec<u8>>,
    pub(crate) aside: Vec<(String, Vec<u8>)>,
    pub(crate) findings: Vec<Finding>,
}

/// What became of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Moved,
    Aside,
    Refused,
    Lost,
}

/// The word number `number`.
pub(crate) fn word(number: usize) -> String {
    format!("zq{number:04}z")
}

pub(crate) fn options() -> Options {
    Options {
        values: BTreeMap::new(),
        secrets: BTreeMap::new(),
        now: jiff::Timestamp::from_second(1_767_225_600).unwrap_or_default(),
    }
}

/// One for all readings, because a new one reads all certificates first.
pub(crate) fn fetcher() -> Arc<Fetcher> {
    static FETCHER: OnceLock<Arc<Fetcher>> = OnceLock::new();
    Arc::clone(FETCHER.get_or_init(|| Arc::new(Fetcher::new(FetchSettings::default()))))
}

/// Opens bytes under a name.
pub(crate) fn open(name: &str, bytes: &[u8]) -> Result<Opened, ReadError> {
    input::open_bytes(name, Arc::new(InMemory(bytes.into())), fetcher(), options())
}

/// Reads bytes whole.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Reading {
    read_opened(open(name, bytes))
}

/// Reads a folder whole.
pub(crate) fn read_folder(folder: &Path) -> Reading {
    let label = folder.display().to_string();
    read_opened(input::open(&label, fetcher(), options()))
}

fn read_opened(opened: Result<Opened, ReadError>) -> Reading {
    let mut reading = Reading::default();
    if let Err(error) = opened.and_then(|opened| reading.take(opened)) {
        reading.refused = Some(error.to_string());
    }
    reading
}

impl Reading {
    fn take(&mut self, mut opened: Opened) -> Result<(), ReadError> {
        let peek = opened.peek()?;
        let outcome = match sources::recognise(&peek.lend()) {
            Some(source) => {
                self.source = Some(source.card().name);
                source.read(&mut opened, self)
            }
            None => Err(ReadError::NotOurs {
                place: opened.label().to_owned(),
                what: opened
                    .stranger(&peek)
                    .unwrap_or_else(|| "no blog of any platform that can be read".to_owned()),
            }),
        };
        self.findings.extend(opened.findings());
        for (place, mut bytes) in opened.set_aside() {
            let mut kept = Vec::new();
            bytes
                .read_to_end(&mut kept)
                .map_err(|error| ReadError::Unreadable {
                    place: place.clone(),
                    what: error.to_string(),
                })?;
            self.aside.push((place, kept));
        }
        outcome
    }

    /// Everything that moved, as one text to look in.
    pub(crate) fn moved_text(&self) -> String {
        let mut text = String::new();
        for item in &self.items {
            text.push_str(&serde_json::to_string(item).unwrap_or_default());
            text.push('\n');
        }
        text
    }

    /// What became of `word`; `moved` is [`Reading::moved_text`].
    pub(crate) fn fate(&self, word: &str, moved: &str) -> Fate {
        let inside = |bytes: &[u8]| memchr::memmem::find(bytes, word.as_bytes()).is_some();
        let named = |finding: &Finding| {
            inside(finding.sentence.as_bytes())
                || finding
                    .place
                    .as_ref()
                    .is_some_and(|place| inside(place.as_bytes()))
        };
        if inside(moved.as_bytes()) || self.originals.iter().any(|bytes| inside(bytes)) {
            Fate::Moved
        } else if self.aside.iter().any(|(_, bytes)| inside(bytes)) {
            Fate::Aside
        } else if self.refused.is_some() || self.findings.iter().any(named) {
            Fate::Refused
        } else {
            Fate::Lost
        }
    }
}

impl Intake for Reading {
    fn depth(&self) -> Depth {
        Depth::Full
    }

    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        self.profile = Some(profile);
        Ok(())
    }

    fn item(&mut self, item: Item, original: Original<'_>) -> Result<(), Halt> {
        self.items.push(item);
        self.originals.push(original.bytes.to_vec());
        Ok(())
    }

    fn finding(&mut self, finding: Finding) -> Result<(), Halt> {
        self.findings.push(finding);
        Ok(())
    }

    fn aside(&mut self, original: Original<'_>) -> Result<(), Halt> {
        self.aside
            .push((original.place.to_owned(), original.bytes.to_vec()));
        Ok(())
    }

    fn progress(&mut self, _done: u64, _total: Option<u64>) -> Result<(), Halt> {
        Ok(())
    }
}
