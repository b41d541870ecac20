//! The two passes over the files, and the findings.
//!
//! * [`items`]: posts, pages and attachments
//! * [`terms`]: categories and tags

mod items;
mod terms;

use super::former_space::without_move_keys;
use super::index::Index;
use super::leftovers::Leftovers;
use super::media::{Gathered, own_hosts};
use super::text::{without_controls, words_of};
use super::unreadable;
use crate::sources::telling::{TOLD, Telling};
use crate::wire::encodings::Pieces;
use crate::wire::wxr::{Category as CategoryRecord, Item as Record, Piece, Splitter, Term};
use blog::codes::{input as input_codes, wordpress_export as codes};
use blog::doors::{Depth, Halt, Input, Intake, Original, ReadError};
use blog::{Code, Finding, Identity, ItemRef};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::Read;

/// How often progress is told, in bytes.
const PROGRESS_BYTES: u64 = 4 << 20;

/// What is known while exports are read.
pub(super) struct Reading {
    pub(super) depth: Depth,
    label: String,
    time_zone: Option<String>,
    pub(super) index: Index,
    pub(super) hosts: HashSet<String>,
    pub(super) left: Leftovers,
    /// Numbers of items that were delivered: a large blog has too many to keep more of them.
    items: HashMap<u64, u64>,
    pub(super) comment_ids: HashSet<u64>,
    /// Pictures by the hash of their name, with the attachment they are.
    pub(super) attached: HashMap<u64, u64>,
    categories: HashSet<String>,
    tags: HashSet<String>,
    hasher: RandomState,
    telling: Telling,
    gathered: Gathered,
    total: u64,
    done: u64,
    told: u64,
    left_out: Vec<(String, String)>,
}

/// Where a piece stands.
pub(super) struct Place<'a> {
    export: &'a str,
    offset: u64,
}

impl Place<'_> {
    pub(super) fn words(&self) -> String {
        format!("{} › byte {}", self.export, self.offset)
    }
}

/// What somebody wrote, short enough for a sentence.
pub(super) fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

impl Reading {
    pub(super) fn new(input: &dyn Input, depth: Depth) -> Self {
        let zone = input.option("time-zone").map(str::trim);
        Self {
            depth,
            label: input.label().to_owned(),
            time_zone: zone.filter(|zone| !zone.is_empty()).map(str::to_owned),
            index: Index::default(),
            hosts: HashSet::new(),
            left: Leftovers::default(),
            items: HashMap::new(),
            comment_ids: HashSet::new(),
            attached: HashMap::new(),
            categories: HashSet::new(),
            tags: HashSet::new(),
            hasher: RandomState::new(),
            telling: Telling::default(),
            gathered: Gathered::default(),
            total: 0,
            done: 0,
            told: 0,
            left_out: Vec::new(),
        }
    }

    pub(super) fn hash(&self, word: &str) -> u64 {
        self.hasher.hash_one(word)
    }

    /// Says how many bytes there are; each is read twice.
    pub(super) fn announce(&mut self, bytes: u64) {
        self.total = 2 * bytes;
    }

    /// Takes note of a file that cannot be read.
    pub(super) fn leave_out(&mut self, place: &str, what: &str) {
        let known = (place.to_owned(), what.to_owned());
        if !self.left_out.contains(&known) {
            self.left_out.push(known);
        }
    }

    /// The first pass over a file.
    pub(super) fn look_over(
        &mut self,
        export: &str,
        reader: &mut dyn Read,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let mut splitter = Splitter::new(reader);
        let pieces = pieces_of(&mut splitter).map_err(|error| unreadable(export, &error))?;
        loop {
            let before = splitter.done();
            let piece = match splitter.next_piece() {
                Ok(Some(piece)) => piece,
                Ok(None) => return Ok(()),
                // The second pass tells it.
                Err(error) => {
                    self.index.miss_items();
                    self.leave_out(export, &error.to_string());
                    return Ok(());
                }
            };
            let place = Place {
                export,
                offset: piece.offset,
            };
            let (text, _, _) = pieces.read(piece.bytes);
            if piece.name == "item" && !intake.may_read(&place.words())? {
                // The second pass keeps it aside.
                self.index.miss_items();
            } else if piece.name == "item" {
                points::met("read", || text.clone().into_owned());
                // Its terms stand behind its text.
                if piece.cut.is_some() {
                    self.index.miss_items();
                }
                self.index.item(&Record::read(&text));
            } else {
                self.index.channel(piece.name, &words_of(&text), &text);
            }
            let passed = splitter.done() - before;
            self.progress(passed, intake)?;
        }
    }

    /// Between the passes: the blog itself, and its authors.
    pub(super) fn begin(&mut self, intake: &mut dyn Intake) -> Result<(), ReadError> {
        self.index.seal();
        self.index.space.seal();
        let profile = self.index.profile(self.time_zone.as_deref(), &self.label);
        if let Identity::Site { roots } = &profile.identity {
            self.hosts = own_hosts(roots);
        }
        intake.profile(profile)?;
        if self.index.authors.len() > 1 {
            let authors: Vec<String> = self
                .index
                .authors
                .iter()
                .take(TOLD)
                .map(|(login, person)| format!("\"{login}\" is {}", short(&person.name)))
                .collect();
            let sentence = format!(
                "{} authors: {}.",
                self.index.authors.len(),
                authors.join(", ")
            );
            intake.finding(Finding::new(&codes::AUTHORS, sentence).at(self.label.clone()))?;
        }
        Ok(())
    }

    /// The second pass over a file.
    pub(super) fn read(
        &mut self,
        export: &str,
        reader: &mut dyn Read,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let mut splitter = Splitter::new(reader);
        let pieces = pieces_of(&mut splitter).map_err(|error| unreadable(export, &error))?;
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
        loop {
            let before = splitter.done();
            let piece = splitter
                .next_piece()
                .map_err(|error| unreadable(export, &error))?;
            let Some(piece) = piece else { return Ok(()) };
            self.piece(export, &piece, &pieces, intake)?;
            let passed = splitter.done() - before;
            self.progress(passed, intake)?;
        }
    }

    fn progress(&mut self, passed: u64, intake: &mut dyn Intake) -> Result<(), Halt> {
        self.done += passed;
        if self.done - self.told >= PROGRESS_BYTES {
            self.told = self.done;
            intake.progress(self.done.min(self.total), Some(self.total))?;
        }
        Ok(())
    }

    fn piece(
        &mut self,
        export: &str,
        piece: &Piece<'_>,
        pieces: &Pieces,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let place = Place {
            export,
            offset: piece.offset,
        };
        let (text, _, replaced) = pieces.read(piece.bytes);
        match piece.name {
            "item" if !intake.may_read(&place.words())? => self.keep_aside(piece, &place, intake),
            "item" => {
                let text = without_controls(&text);
                self.item(&Record::read(&text), piece, replaced, &place, intake)
            }
            "wp:category" => self.category(&CategoryRecord::read(&text), intake),
            "wp:tag" => self.term(&Term::read(&text), intake),
            "wp:term" => {
                let term = Term::read(&text);
                match term.taxonomy.as_ref() {
                    "post_tag" => self.term(&term, intake),
                    "category" => {
                        let category = CategoryRecord {
                            id: term.id,
                            slug: term.slug,
                            parent: term.parent,
                            name: term.name,
                            description: term.description,
                        };
                        self.category(&category, intake)
                    }
                    // Named with the items that carry them.
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Keeps what became no item.
    fn keep_aside(
        &mut self,
        piece: &Piece<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        if self.depth == Depth::Counts {
            return Ok(());
        }
        intake.aside(Original {
            bytes: &without_move_keys(piece.bytes),
            media_type: "application/rss+xml",
            place: &place.words(),
        })
    }

    /// Says what is only known at the end.
    pub(super) fn finish(&mut self, intake: &mut dyn Intake) -> Result<(), ReadError> {
        for (place, what) in &self.left_out {
            let sentence = format!("\"{place}\" could not be read to its end: {what}.");
            intake.finding(Finding::new(&input_codes::LEFT_OUT, sentence).at(place.clone()))?;
        }
        for finding in self
            .left
            .findings()
            .into_iter()
            .chain(self.index.menus.findings())
            .chain(self.index.space.findings())
        {
            intake.finding(finding.at(self.label.clone()))?;
        }
        for finding in self.telling.rest(&codes::AND_MORE, &self.label) {
            intake.finding(finding)?;
        }
        intake.progress(self.total, Some(self.total))?;
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

/// How the letters of a file are written: what its first line declares, or what its first bytes show.
fn pieces_of<R: Read>(splitter: &mut Splitter<R>) -> std::io::Result<Pieces> {
    let head = splitter.head()?;
    let line = String::from_utf8_lossy(&head[..head.len().min(200)]).into_owned();
    let declared = line
        .split_once("encoding=")
        .and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next().map(str::to_owned));
    Ok(Pieces::new(head, declared.as_deref()))
}
