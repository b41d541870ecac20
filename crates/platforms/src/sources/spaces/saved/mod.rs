//! Saved pages: `space.zip`, a folder, or one file. Nothing is asked of names and layout: a page is known by what is on it.
//!
//! Two passes. The first ([`index`]) learns which file shows what best, the names of the Space, its language and its dates; the
//! second emits entries, albums, lists and the guestbook. What the pages link to and do not hold is told ([`missing`]).

mod files;
mod index;
mod links;
mod missing;
mod others;
mod web;

use super::comments::CommentPart;
use super::dating::Dating;
use super::emit::{self, Beside};
use super::options;
use super::page::Page;
use blog::{
    Audience, Finding, ItemRef, Kind, Profile, Severity,
    address::spaces::{self, SpaceName, What},
    codes,
    doors::{Input, Intake, ReadError},
};
use files::Files;
use index::Index;
pub(super) use links::SavedLinks;
use others::Common;
use std::collections::HashSet;

/// Reads saved pages.
pub(super) fn read(input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
    let mut files = Files::of(input)?;
    let index = Index::of(&mut files, intake)?;
    if index.is_empty() {
        return Err(ReadError::NotOurs {
            place: files.input().label().to_owned(),
            what: "no page of a Space was found in it".to_owned(),
        });
    }
    let said = options::audience(files.input());
    let audience = said.unwrap_or_default();
    intake.profile(profile(&index, audience, options::time_zone(files.input())))?;
    if said.is_none() {
        intake.finding(Finding::new(
            &codes::spaces::AUDIENCE_UNKNOWN,
            "The saved pages do not say who could see the Space; everything is kept as private.",
        ))?;
    }
    missing::tell(&index, intake)?;
    let dating = decide_dates(&index, files.input(), intake)?;
    let links = SavedLinks::of(&index, &files);
    let common = Common {
        index: &index,
        dating: &dating,
        audience,
        links: &links,
    };
    emit_entries(&mut files, intake, common)?;
    others::emit_albums(&mut files, intake, common)?;
    others::emit_lists(&mut files, intake, common)?;
    others::emit_guestbook(&mut files, intake, common)
}

fn decide_dates(
    index: &Index,
    input: &dyn Input,
    intake: &mut dyn Intake,
) -> Result<Dating, ReadError> {
    let (dating, findings) = Dating::decide(
        input.option("market"),
        index.language.as_deref(),
        &index.dates,
        input.now(),
    );
    for finding in findings {
        intake.finding(finding)?;
    }
    Ok(dating)
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

fn emit_entries(
    files: &mut Files<'_>,
    intake: &mut dyn Intake,
    common: Common<'_>,
) -> Result<(), ReadError> {
    let wanted: HashSet<usize> = common.index.best.values().map(|best| best.file).collect();
    let mut rough_dates = 0;
    for file in 0..files.len() {
        if !wanted.contains(&file) {
            continue;
        }
        if let Some((_, page)) = files.page(file) {
            let dating = common.dating.seen(files.captured(file));
            let common = Common {
                dating: &dating,
                ..common
            };
            rough_dates += emit_page(files, file, &page, intake, common)?;
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

/// The entries that `file` shows best. Answers how many comments have only a rough date.
fn emit_page(
    files: &mut Files<'_>,
    file: usize,
    page: &Page,
    intake: &mut dyn Intake,
    common: Common<'_>,
) -> Result<usize, ReadError> {
    let (base, place) = (files.base(file), files.name(file).to_owned());
    let mut rough_dates = 0;
    for part in &page.entries {
        let number = part.handle.number;
        let best = common.index.best.get(&number);
        if best.is_none_or(|best| best.file != file) {
            continue;
        }
        let others = common.index.comments.get(&number);
        let comments = all_comments(files, file, page, others.map_or(&[][..], Vec::as_slice));
        check_count(
            intake,
            number,
            &part.title,
            part.announced_comments,
            comments.len(),
            &place,
        )?;
        let emitted = emit::entry(
            part,
            comments,
            &page.trackbacks,
            &Beside::default(),
            common.setting(&base, &place),
            intake,
        )?;
        rough_dates += emitted.rough_dates;
    }
    Ok(rough_dates)
}

/// The comments of an entry from every page that shows it alone: later pages of comments were saved as files of their own.
fn all_comments(
    files: &mut Files<'_>,
    own: usize,
    page: &Page,
    others: &[usize],
) -> Vec<CommentPart> {
    if !others.contains(&own) {
        return Vec::new();
    }
    let mut pages = vec![page.comments.clone()];
    for other in others.iter().filter(|other| **other != own) {
        pages.extend(files.page(*other).map(|(_, page)| page.comments));
    }
    merged(pages)
}

/// The comments of several pages, each once, newest first where their numbers tell.
fn merged(pages: Vec<Vec<CommentPart>>) -> Vec<CommentPart> {
    let several = pages.len() > 1;
    let mut all: Vec<CommentPart> = Vec::new();
    for page in pages {
        // Honest equal comments of one page stay two.
        let before = all.len();
        for comment in page {
            if !all[..before].contains(&comment) {
                all.push(comment);
            }
        }
    }
    if several && all.iter().all(|comment| comment.number.is_some()) {
        all.sort_by_key(|comment| std::cmp::Reverse(comment.number));
    }
    all
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
