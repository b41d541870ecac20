//! Saved pages: `space.zip`, a folder, or one file. Nothing is asked of names and layout: a page is known by what is on it.
//!
//! Two passes. The first learns which entry stands where best, the names of the Space, its language and its dates; the second
//! emits. Only numbers and names are kept in between, so the memory does not grow with the texts.

use super::comments::CommentPart;
use super::dating::Dating;
use super::emit::{self, Beside, CommentMoments, Setting};
use super::names::Names;
use super::page::{self, Page};
use super::{guestbook, options, text};
use blog::{
    Audience, Finding, ItemRef, Kind, Profile, Severity,
    address::spaces::{self, SpaceName, What},
    codes,
    doors::{Entry, Input, Intake, ReadError},
};
use std::collections::BTreeMap;
use std::io::Read;

/// A page larger than this is no page of a Space: with 3,000 comments one reached some 5 MB.
const LARGEST_PAGE_BYTES: u64 = 32 << 20;

/// Endings of files that may be pages. Files without an ending are looked into as well.
const PAGE_ENDINGS: [&str; 7] = ["html", "htm", "xhtml", "aspx", "entry", "mht", "php"];

/// Reads saved pages.
pub(super) fn read(input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
    let entries = input.entries()?;
    let files: Vec<Entry> = entries.into_iter().filter(is_page).collect();
    let index = index(input, intake, &files)?;
    if index.best.is_empty() {
        return Err(ReadError::NotOurs {
            place: input.label().to_owned(),
            what: "no page of a Space was found in it".to_owned(),
        });
    }
    let said = options::audience(input);
    let audience = said.unwrap_or_default();
    intake.profile(profile(&index, audience, options::time_zone(input)))?;
    if said.is_none() {
        intake.finding(Finding::new(
            &codes::spaces::AUDIENCE_UNKNOWN,
            "The saved pages do not say who could see the Space; everything is kept as private.",
        ))?;
    }
    intake.finding(Finding::new(
        &codes::spaces::NOT_IN_SAVED_PAGES,
        "Entries, comments, trackbacks and the guestbook are read from saved pages; albums, lists and drafts are not in them.",
    ))?;
    let market = input.option("market").map(str::to_owned);
    let (dating, findings) = Dating::decide(
        market.as_deref(),
        index.language.as_deref(),
        &index.dates,
        input.now(),
    );
    for finding in findings {
        intake.finding(finding)?;
    }
    emit_all(input, intake, &index, &files, &dating, audience)
}

/// What the first pass learned.
#[derive(Debug, Default)]
struct Index {
    names: Names,
    title: String,
    tagline: String,
    language: Option<String>,
    dates: Vec<String>,
    /// For each entry the file that shows it best.
    best: BTreeMap<u64, Best>,
    /// Files that show comments of one entry.
    comments: BTreeMap<u64, Vec<usize>>,
    /// Files that are pages of the guestbook.
    guestbook: Vec<usize>,
}

/// How well a file shows an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Best {
    /// A page of its own beats a list; then the richest page wins.
    alone: bool,
    richness: usize,
    file: usize,
}

fn is_page(entry: &Entry) -> bool {
    let name = entry.name.rsplit('/').next().unwrap_or(&entry.name);
    if name.starts_with('.') || entry.name.starts_with("__MACOSX/") {
        return false;
    }
    match name.rsplit_once('.') {
        Some((_, ending)) => PAGE_ENDINGS.contains(&ending.to_ascii_lowercase().as_str()),
        None => true,
    }
}

fn index(
    input: &mut dyn Input,
    intake: &mut dyn Intake,
    files: &[Entry],
) -> Result<Index, ReadError> {
    let mut index = Index::default();
    for (file, entry) in files.iter().enumerate() {
        let Some(html) = open(input, entry).unwrap_or_default() else {
            intake.finding(
                Finding::new(
                    &codes::spaces::UNREADABLE_PAGE,
                    format!(
                        "The file '{}' could not be read; it was passed over.",
                        entry.name
                    ),
                )
                .at(&entry.name),
            )?;
            continue;
        };
        learn(&mut index, file, &html, &page::read(&html));
        intake.progress(file as u64, Some(2 * files.len() as u64))?;
    }
    Ok(index)
}

fn learn(index: &mut Index, file: usize, html: &str, page: &Page) {
    let alone = page.entries.len() == 1;
    for part in &page.entries {
        index.names.owner(&part.handle.owner);
        index
            .dates
            .extend(part.heading.iter().chain(&part.time).cloned());
        let best = Best {
            alone,
            richness: part.body.len() + page.comments.len() * usize::from(alone),
            file,
        };
        let number = part.handle.number;
        let known = index.best.entry(number).or_insert(best);
        if (best.alone, best.richness) > (known.alone, known.richness) {
            *known = best;
        }
        if alone {
            index.comments.entry(number).or_default().push(file);
            index
                .dates
                .extend(page.comments.iter().filter_map(|c| c.date.clone()));
        }
    }
    if page.entries.is_empty() && !page.comments.is_empty() && guestbook::is_guestbook(html) {
        index.guestbook.push(file);
    }
    let named = |slot: &mut String, text: &str| {
        if slot.is_empty() {
            text.clone_into(slot);
        }
    };
    if !page.entries.is_empty() {
        named(&mut index.title, &page.title);
        named(&mut index.tagline, &page.tagline);
        index.language = index.language.take().or_else(|| page.language.clone());
        learn_names(&mut index.names, page);
    }
}

/// Aliases are learned from links to the blog's own entries: the owner of the handle tells whose page it is.
fn learn_names(names: &mut Names, page: &Page) {
    let own = |handle: &spaces::Handle| {
        page.entries
            .iter()
            .any(|part| part.handle.number == handle.number)
    };
    if page.linked_entries.iter().any(own) {
        for alias in &page.aliases {
            names.alias(alias);
        }
    }
    names.tokens_under_own_names(&page.linked_tokens);
}

fn profile(index: &Index, audience: Audience, time_zone: Option<String>) -> Profile {
    Profile {
        title: index.title.clone(),
        tagline: index.tagline.clone(),
        language: index.language.as_deref().map(options::language_tag),
        time_zone,
        home: index.names.homes().first().map(|home| format!("{home}/")),
        owner: None,
        audience,
        identity: index.names.identity(),
    }
}

fn emit_all(
    input: &mut dyn Input,
    intake: &mut dyn Intake,
    index: &Index,
    files: &[Entry],
    dating: &Dating,
    audience: Audience,
) -> Result<(), ReadError> {
    let mut rough_dates = 0;
    for (file, entry) in files.iter().enumerate() {
        let wanted = index.best.values().any(|best| best.file == file);
        let is_guestbook = index.guestbook.contains(&file);
        if !wanted && !is_guestbook {
            continue;
        }
        let Some(html) = open(input, entry).unwrap_or_default() else {
            continue;
        };
        let page = page::read(&html);
        let base = format!("input:/{}", entry.name);
        let setting = Setting {
            names: &index.names,
            dating,
            audience,
            base: &base,
            place: &entry.name,
        };
        if is_guestbook {
            guestbook::emit(&page.comments, 0, setting, intake)?;
        }
        for part in &page.entries {
            let number = part.handle.number;
            if index.best.get(&number).is_none_or(|best| best.file != file) {
                continue;
            }
            let others = index.comments.get(&number).map_or(&[][..], Vec::as_slice);
            let comments = all_comments(input, files, file, &page, others);
            check_count(
                intake,
                number,
                &part.title,
                part.announced_comments,
                comments.len(),
                &entry.name,
            )?;
            let emitted = emit::entry(
                part,
                comments,
                &page.trackbacks,
                &Beside {
                    comments: CommentMoments::default(),
                    ..Beside::default()
                },
                setting,
                intake,
            )?;
            rough_dates += emitted.rough_dates;
        }
        intake.progress((files.len() + file) as u64, Some(2 * files.len() as u64))?;
    }
    if rough_dates > 0 {
        intake.finding(Finding::new(
            &codes::spaces::ROUGH_COMMENT_DATES,
            format!(
                "{rough_dates} comments have only a rough date on the pages; their order was kept."
            ),
        ))?;
    }
    Ok(())
}

/// The comments of an entry from every page that shows it alone: later pages of comments were saved as files of their own.
fn all_comments(
    input: &mut dyn Input,
    files: &[Entry],
    own: usize,
    page: &Page,
    others: &[usize],
) -> Vec<CommentPart> {
    if !others.contains(&own) {
        return Vec::new();
    }
    let mut comments = page.comments.clone();
    for other in others.iter().filter(|other| **other != own) {
        let Some(html) = files
            .get(*other)
            .and_then(|entry| open(input, entry).ok().flatten())
        else {
            continue;
        };
        for comment in page::read(&html).comments {
            if !comments.contains(&comment) {
                comments.push(comment);
            }
        }
    }
    comments
}

/// Tells when a page announced another number of comments than there were.
pub(super) fn check_count(
    intake: &mut dyn Intake,
    entry: u64,
    title: &str,
    announced: Option<u64>,
    found: usize,
    place: &str,
) -> Result<(), ReadError> {
    let Some(announced) = announced.filter(|announced| *announced != found as u64) else {
        return Ok(());
    };
    let mut finding = Finding::new(
        &codes::spaces::COMMENTS_DIFFER,
        format!("The entry '{title}' announces {announced} comments; {found} were found and kept."),
    );
    if found as u64 > announced {
        // Several saved pages of one entry, or comments written since: nothing is missing.
        finding.severity = Severity::Note;
        finding.remedy.clear();
    }
    intake.finding(
        finding
            .about(ItemRef::new(Kind::Post, entry.to_string()))
            .at(place),
    )?;
    Ok(())
}

/// The text of a file, an archive's wrapping taken off. `Ok(None)` for a file that is too large or nested beyond measure.
fn open(input: &mut dyn Input, entry: &Entry) -> Result<Option<String>, ReadError> {
    let mut bytes = Vec::new();
    let unreadable = |error: std::io::Error| ReadError::Unreadable {
        place: entry.name.clone(),
        what: error.to_string(),
    };
    input
        .open(&entry.name)?
        .take(LARGEST_PAGE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_PAGE_BYTES {
        return Ok(None);
    }
    let html = text::unarchived(&text::decode(&bytes, None));
    Ok((!text::is_too_deep(&html)).then_some(html))
}

/// Whether a few bytes of a file look like a page of a Space.
pub(super) fn looks_like_a_space(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let marks = [
        "bvMsg",
        "msgcns!",
        "spaces.live.com",
        "spaces.msn.com",
        "LastMDatecns",
    ];
    let is_markup = head.contains('<') && marks.iter().any(|mark| head.contains(mark));
    let names_a_space = || {
        head.split(['"', '\'', ' '])
            .filter_map(spaces::parse)
            .any(|address| {
                matches!(address.space, Some(SpaceName::Alias(_) | SpaceName::Cid(_)))
                    && address.what != What::Bogus
            })
    };
    is_markup && (head.contains("msgcns!") || head.contains("bvMsg") || names_a_space())
}
