//! Count without keeping: what is in an input, what is known about it, and nothing written.

use crate::{Error, Watch};
use blog::{
    Finding, Item, Kind, Profile,
    doors::{Depth, Halt, Input, Intake, Original, Source},
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher, RandomState},
};

/// How many findings a survey keeps in full; beyond that they are only counted per code. A broken export of a million
/// entries must not fill the memory.
pub const KEPT_FINDINGS: usize = 10_000;

/// What is in an input. `docs/survey.schema.json` describes its JSON.
#[derive(Debug, Clone, Serialize)]
pub struct Survey {
    /// Version of this shape.
    pub schema: &'static str,
    /// Name of the source that read it.
    pub source: String,
    /// The blog, as far as the source says.
    pub profile: Option<Profile>,
    /// How many of each kind.
    pub items: Counts,
    /// What a person should know, at most [`KEPT_FINDINGS`].
    pub findings: Vec<Finding>,
    /// Findings beyond those, per code.
    pub more_findings: BTreeMap<String, u64>,
    /// How many old addresses the items answered at.
    pub old_addresses: u64,
    /// How many posts and pages not everyone could see.
    pub restricted: u64,
}

/// How many of each kind. Drafts are counted apart from posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[allow(
    missing_docs,
    reason = "the names are the words of the interface and say it all"
)]
pub struct Counts {
    pub post: u64,
    pub page: u64,
    pub draft: u64,
    pub comment: u64,
    pub trackback: u64,
    pub media: u64,
    pub album: u64,
    pub list: u64,
    pub guestbook: u64,
    pub link: u64,
    pub category: u64,
    pub tag: u64,
}

impl Counts {
    /// The counter of a kind.
    pub fn of(&mut self, kind: Kind, draft: bool) -> &mut u64 {
        match kind {
            Kind::Post | Kind::Page if draft => &mut self.draft,
            Kind::Post => &mut self.post,
            Kind::Page => &mut self.page,
            Kind::Comment => &mut self.comment,
            Kind::Trackback => &mut self.trackback,
            Kind::Media => &mut self.media,
            Kind::Album => &mut self.album,
            Kind::List => &mut self.list,
            Kind::Guestbook => &mut self.guestbook,
            Kind::Link => &mut self.link,
            Kind::Category => &mut self.category,
            Kind::Tag => &mut self.tag,
        }
    }

    /// Words and numbers, in the order of reports, without the empty ones.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, u64)> {
        [
            ("posts", self.post),
            ("pages", self.page),
            ("drafts", self.draft),
            ("comments", self.comment),
            ("trackbacks", self.trackback),
            ("pictures and files", self.media),
            ("albums", self.album),
            ("lists", self.list),
            ("guestbook notes", self.guestbook),
            ("links", self.link),
            ("categories", self.category),
            ("tags", self.tag),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .collect()
    }

    /// Each kind as it is said in a sentence or a list: `1 post`, `3 guestbook notes`.
    #[must_use]
    pub fn said(&self) -> Vec<String> {
        let said = |(name, count)| format!("{count} {}", noun(name, count));
        self.named().into_iter().map(said).collect()
    }

    /// Everything together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.named().iter().map(|(_, count)| count).sum()
    }
}

/// The word of [`Counts::named`] for so many.
#[must_use]
pub fn noun(name: &'static str, count: u64) -> &'static str {
    match (count, name) {
        (1, "pictures and files") => "picture or file",
        (1, "categories") => "category",
        (1, name) => name.strip_suffix('s').unwrap_or(name),
        (_, name) => name,
    }
}

/// Surveys `input`.
///
/// # Errors
/// When the input as a whole cannot be read, or the owner asked to stop.
pub fn survey(
    source: &dyn Source,
    input: &mut dyn Input,
    watch: &dyn Watch,
) -> Result<Survey, Error> {
    let mut counting = Counting {
        survey: Survey {
            schema: "rehome-survey/1",
            source: source.card().name.to_owned(),
            profile: None,
            items: Counts::default(),
            findings: Vec::new(),
            more_findings: BTreeMap::new(),
            old_addresses: 0,
            restricted: 0,
        },
        merged: HashSet::new(),
        hasher: RandomState::new(),
        total: None,
        watch,
    };
    watch.stage(crate::Stage::Survey);
    let outcome = source.read(input, &mut counting);
    if counting.total.is_some() {
        watch.end();
    }
    outcome.map_err(|error| Error::from(error).normalised())?;
    Ok(counting.survey)
}

struct Counting<'a> {
    survey: Survey,
    /// Hashes of items that may be named many times (categories, tags, pictures).
    merged: HashSet<u64>,
    hasher: RandomState,
    total: Option<Option<u64>>,
    watch: &'a dyn Watch,
}

impl Intake for Counting<'_> {
    fn depth(&self) -> Depth {
        Depth::Counts
    }

    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        self.survey.profile = Some(profile);
        Ok(())
    }

    fn item(&mut self, item: Item, _original: Original<'_>) -> Result<(), Halt> {
        let kind = item.kind();
        let named_often = matches!(kind, Kind::Category | Kind::Tag | Kind::Media);
        if named_often && !self.merged.insert(self.hasher.hash_one((kind, item.id()))) {
            return Ok(());
        }
        *self.survey.items.of(kind, item.is_draft()) += 1;
        self.survey.old_addresses += item.addresses().len() as u64;
        if matches!(&item, Item::Post(post) if !post.audience.is_public() && !item.is_draft()) {
            self.survey.restricted += 1;
        }
        Ok(())
    }

    fn finding(&mut self, finding: Finding) -> Result<(), Halt> {
        self.watch.finding(&finding);
        if self.survey.findings.len() < KEPT_FINDINGS {
            self.survey.findings.push(finding);
        } else {
            *self.survey.more_findings.entry(finding.code).or_default() += 1;
        }
        Ok(())
    }

    fn progress(&mut self, done: u64, total: Option<u64>) -> Result<(), Halt> {
        if self.total != Some(total) {
            self.total = Some(total);
            self.watch.begin("reading", total);
        }
        self.watch.done(done);
        if self.watch.stop_asked() {
            Err(Halt::Asked)
        } else {
            Ok(())
        }
    }
}
