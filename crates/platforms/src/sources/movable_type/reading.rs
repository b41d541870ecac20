//! From the entries of exports to the items of one blog.

use super::media::Gathered;
use super::posts::about;
use super::site::{Site, Wishes};
use crate::sources::telling::Telling;
use crate::wire::encodings::Pieces;
use crate::wire::movable_type::{ENTRY_BYTES, Entry, Raw, Splitter};
use blog::codes::{input as input_codes, movable_type as codes};
use blog::doors::{Depth, Halt, Input, Intake, Original, ReadError};
use blog::{Audience, Code, Finding, ItemRef, PostState, Profile};
use jiff::Timestamp;
use std::{
    collections::{HashMap, HashSet},
    hash::RandomState,
    io::Read,
};

/// How often progress is told, in bytes.
const PROGRESS_BYTES: u64 = 4 << 20;

/// What is known while exports are read.
pub(super) struct Reading {
    pub(super) depth: Depth,
    pub(super) now: Timestamp,
    label: String,
    pub(super) wishes: Wishes,
    pub(super) site: Site,
    profile: Option<Profile>,
    /// How often an id was used, by its hash: a large blog has too many to keep them whole.
    pub(super) ids: HashMap<u64, u32>,
    pub(super) hasher: RandomState,
    pub(super) categories: HashSet<String>,
    pub(super) tags: HashSet<String>,
    telling: Telling,
    pub(super) gathered: Gathered,
    done: u64,
    told: u64,
    /// Files that could not be read, with the reason.
    left_out: Vec<(String, String)>,
}

/// Where an entry stands.
pub(super) struct Place<'a> {
    pub(super) export: &'a str,
    pub(super) line: u64,
    pub(super) bytes: &'a [u8],
}

/// What is doubtful about the bytes of one entry.
struct Doubts {
    name: String,
    /// The encoding, where it is not that of the file.
    other: Option<&'static str>,
    replaced: usize,
    stripped: usize,
    too_long: bool,
    cut: bool,
    another: bool,
    /// Lines of the head and bytes behind it that belong to no part.
    unclaimed: usize,
}

impl Reading {
    pub(super) fn new(input: &dyn Input, depth: Depth) -> Self {
        let option = |name| {
            input
                .option(name)
                .map(str::trim)
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
        };
        Self {
            depth,
            now: input.now(),
            label: input.label().to_owned(),
            wishes: Wishes {
                title: option("title"),
                time_zone: option("time-zone"),
                language: option("language"),
                home: option("home"),
            },
            site: Site::default(),
            profile: None,
            ids: HashMap::new(),
            hasher: RandomState::new(),
            categories: HashSet::new(),
            tags: HashSet::new(),
            telling: Telling::default(),
            gathered: Gathered::default(),
            done: 0,
            told: 0,
            left_out: Vec::new(),
        }
    }

    /// Looks over the head of an export before anything is read.
    pub(super) fn learn(&mut self, head: &[u8]) {
        self.site.learn(head);
    }

    /// Takes note of a file that cannot be read.
    pub(super) fn leave_out(&mut self, place: &str, what: &str) {
        self.left_out.push((place.to_owned(), what.to_owned()));
    }

    /// The profile as far as it is known.
    pub(super) fn profile(&mut self) -> Profile {
        let profile = self.site.profile(&self.wishes, &self.label);
        self.profile = Some(profile.clone());
        profile
    }

    /// Reads one export.
    pub(super) fn read(
        &mut self,
        export: &str,
        reader: Box<dyn Read + '_>,
        total: u64,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let unreadable = |error: std::io::Error| ReadError::Unreadable {
            place: export.to_owned(),
            what: error.to_string(),
        };
        let mut splitter = Splitter::new(reader);
        let pieces = Pieces::new(splitter.head().map_err(unreadable)?, None);
        if pieces.guessed() {
            let sentence = format!(
                "\"{export}\" does not say how its letters are written; it was read as {}.",
                pieces.encoding()
            );
            self.find(
                intake,
                &input_codes::ENCODING_GUESSED,
                sentence,
                None,
                export,
            )?;
        }
        while let Some(raw) = splitter.next_entry().map_err(unreadable)? {
            self.entry(export, &raw, &pieces, intake)?;
            self.done += raw.span;
            if self.done - self.told >= PROGRESS_BYTES {
                self.told = self.done;
                intake.progress(self.done.min(total), Some(total))?;
            }
        }
        intake.progress(self.done.min(total), Some(total))?;
        Ok(())
    }

    /// Says what is only known at the end.
    pub(super) fn finish(&mut self, intake: &mut dyn Intake) -> Result<(), ReadError> {
        let profile = self.site.profile(&self.wishes, &self.label);
        if self.profile.as_ref() != Some(&profile) {
            intake.profile(profile)?;
        }
        for (place, what) in &self.left_out {
            let sentence = format!("\"{place}\" could not be read to its end: {what}.");
            intake.finding(Finding::new(&input_codes::LEFT_OUT, sentence).at(place.clone()))?;
        }
        for finding in self.telling.rest(&codes::AND_MORE, &self.label) {
            intake.finding(finding)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        export: &str,
        raw: &Raw<'_>,
        pieces: &Pieces,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let place = Place {
            export,
            line: raw.line,
            bytes: raw.bytes,
        };
        if raw.continues {
            let sentence = format!(
                "An entry is longer than 32 MiB; {} bytes of its rest, from line {} on, were kept aside.",
                raw.span, raw.line
            );
            self.keep_aside(&place, intake)?;
            return self.find(intake, &codes::TOO_LONG, sentence, None, &place.words());
        }
        if !intake.may_read(&place.words())? {
            return self.keep_aside(&place, intake);
        }
        points::met("read", || String::from_utf8_lossy(raw.bytes).into_owned());
        let (text, other, replaced) = pieces.read(raw.bytes);
        let (text, stripped) = without_controls(&text);
        let entry = Entry::parse(&text);
        if entry.fields.is_empty() && entry.sections.is_empty() {
            if !text.trim().is_empty() {
                let sentence = format!(
                    "At line {} of \"{export}\" stands a part of {} bytes that is no entry (\"{}\"); it was kept aside.",
                    raw.line,
                    raw.bytes.len(),
                    short(text.trim())
                );
                self.keep_aside(&place, intake)?;
                self.find(
                    intake,
                    &codes::NO_ENTRY_HERE,
                    sentence,
                    None,
                    &place.words(),
                )?;
            }
            return Ok(());
        }
        if let Some(post) = self.known_post(&entry) {
            // Only comments, of an entry that came before.
            return self.comments(&post, Audience::Owner, &entry, &place, intake);
        }
        let mut post = self.post(&entry, &place, intake)?;
        let about = about(&post);
        let closed = entry.sections.last().is_some_and(|section| section.closed);
        let cut = raw.open && !closed;
        let another = entry.holds_another();
        if (cut || another) && post.state == PostState::Published {
            // Half a post is not published, nor one that may hold somebody's draft; its owner decides.
            post.state = PostState::Draft;
            post.audience = Audience::Owner;
        }
        let doubts = Doubts {
            name: post.label(),
            other,
            replaced,
            stripped,
            too_long: raw.open && raw.bytes.len() >= ENTRY_BYTES,
            cut,
            another,
            unclaimed: entry.odd_lines + entry.unclaimed,
        };
        self.tell_doubts(&doubts, &about, &place, intake)?;
        self.deliver(post, &about, &entry, &place, intake)
    }

    /// Keeps what became no item.
    fn keep_aside(&self, place: &Place<'_>, intake: &mut dyn Intake) -> Result<(), Halt> {
        if self.depth == Depth::Counts {
            return Ok(());
        }
        intake.aside(Original {
            bytes: place.bytes,
            media_type: "text/plain",
            place: &place.words(),
        })
    }

    /// Tells what was doubtful about an entry's bytes.
    fn tell_doubts(
        &mut self,
        doubts: &Doubts,
        about: &ItemRef,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let name = &doubts.name;
        let mut told = Vec::new();
        if let Some(other) = doubts.other {
            told.push((&input_codes::ENCODING_GUESSED, format!("\"{name}\" is written in another alphabet than the rest of the export; it was read as {other}.")));
        }
        if doubts.replaced > 0 {
            told.push((
                &input_codes::LETTERS_LOST,
                format!(
                    "In \"{name}\" {} places could not be read and show as \u{FFFD}.",
                    doubts.replaced
                ),
            ));
        }
        if doubts.stripped > 0 {
            told.push((
                &codes::CONTROL_CHARACTERS,
                format!(
                    "{} invisible signs were taken out of \"{name}\".",
                    doubts.stripped
                ),
            ));
        }
        if doubts.too_long {
            told.push((
                &codes::TOO_LONG,
                format!("\"{name}\" is longer than 32 MiB; its first 32 MiB were read."),
            ));
        } else if doubts.cut {
            told.push((&codes::CUT, format!("The export \"{}\" ends before the end of \"{name}\", which was read as far as it goes and moves as a draft.", place.export)));
        }
        if doubts.another {
            told.push((
                &codes::ANOTHER_INSIDE,
                format!(
                    "\"{name}\" has a second body, as if another entry stood in it; the first moved as a draft, the second is kept in the bundle only."
                ),
            ));
        }
        if doubts.unclaimed > 0 {
            told.push((
                &codes::UNCLAIMED,
                format!("\"{name}\" has lines that belong to no part of an entry; they are kept in the bundle only."),
            ));
        }
        for (code, sentence) in told {
            self.find(intake, code, sentence, Some(about), &place.words())?;
        }
        Ok(())
    }

    /// Tells a finding, or counts it ([`Telling`]).
    pub(super) fn find(
        &mut self,
        intake: &mut dyn Intake,
        code: &Code,
        sentence: String,
        about: Option<&ItemRef>,
        place: &str,
    ) -> Result<(), Halt> {
        match self.telling.one(code, sentence, about, place) {
            Some(finding) => intake.finding(finding),
            None => Ok(()),
        }
    }
}

impl Place<'_> {
    pub(super) fn words(&self) -> String {
        format!("{} › line {}", self.export, self.line)
    }
}

/// What somebody wrote, short enough for a sentence.
pub(super) fn short(text: &str) -> String {
    if points::planted(points::Bug::CutALetter) {
        return text[..text.len().min(60)].to_owned();
    }
    text.chars().take(60).collect()
}

/// The text without signs that nobody sees and no database takes, and how many those were; line ends are `\n`.
fn without_controls(text: &str) -> (std::borrow::Cow<'_, str>, usize) {
    let bad = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let nowhere = memchr::memmem::find_iter(text.as_bytes(), "\u{FFFE}").count()
        + memchr::memmem::find_iter(text.as_bytes(), "\u{FFFF}").count();
    let count = nowhere
        + text
            .as_bytes()
            .iter()
            .map(|byte| usize::from(bad(*byte)))
            .sum::<usize>();
    let windows = memchr::memchr(b'\r', text.as_bytes()).is_some();
    if count == 0 && !windows {
        return (text.into(), 0);
    }
    let mut clean = if windows {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    };
    clean.retain(|character| match character {
        '\u{FFFE}' | '\u{FFFF}' => false,
        _ => !u8::try_from(character).is_ok_and(|byte| byte.is_ascii() && bad(byte)),
    });
    (clean.into(), count)
}
