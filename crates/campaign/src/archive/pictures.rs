//! Pictures: which part keeps them, and under which name. Each content is kept once; what everyone sees anywhere is kept in the
//! open part for both.

use super::plan::{Plan, each};
use crate::{Bundle, Error, bundle::MediaState, transfer::extension};
use blog::{
    Item, ItemRef, Kind, Media, Reach, body,
    doors::archiving::{KeptPicture, MEDIA_FOLDER, Part},
    slug::slug,
};
use std::collections::{BTreeMap, HashMap};

/// Longest name of a picture before its number and ending.
const NAME_BYTES: usize = 48;

/// A picture of the plan.
#[derive(Debug, Clone)]
struct Picture {
    /// `None` where its bytes could not be had.
    file: Option<Kept>,
    part: Part,
    /// Everyone saw it somewhere, and it is shown behind a password, too: its words may be those.
    words_hidden: bool,
}

#[derive(Debug, Clone)]
struct Kept {
    part: Part,
    name: String,
    width: Option<u32>,
    height: Option<u32>,
}

/// Where a picture's bytes are in the archive.
#[derive(Debug, Clone)]
pub(super) struct File {
    /// Its path as pages name it.
    pub(super) path: String,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
}

/// The pictures of a plan.
#[derive(Default)]
pub(super) struct Pictures {
    by_id: HashMap<String, Picture>,
    files: BTreeMap<Part, BTreeMap<String, Named>>,
}

/// What a file of the archive was made of.
#[derive(Debug, Clone)]
struct Named {
    hash: String,
    /// The picture it is named after.
    id: String,
}

impl Pictures {
    pub(super) fn of(bundle: &Bundle, plan: &Plan) -> Result<Self, Error> {
        let shown = shown(bundle, plan)?;
        let mut pictures = Self::default();
        let mut by_hash: HashMap<String, (Part, Media)> = HashMap::new();
        each(bundle, &[Kind::Media], |stored| {
            let Item::Media(media) = stored.item else {
                return Ok(());
            };
            let part = part(plan, &shown, &media);
            let locked = shown.get(&media.id).is_some_and(|shown| shown.locked);
            pictures.by_id.insert(
                media.id.clone(),
                Picture {
                    file: None,
                    part,
                    words_hidden: part == Part::Open && locked,
                },
            );
            let Some(kept) = bundle
                .stored_media(&media.id)?
                .filter(|kept| kept.state == MediaState::Kept)
            else {
                return Ok(());
            };
            // The first one everyone sees names the file, or the first one at all.
            let named = by_hash
                .entry(kept.hash.clone())
                .or_insert_with(|| (part, media.clone()));
            if part < named.0 {
                *named = (part, media);
            }
            Ok(())
        })?;
        pictures.name_files(bundle, &by_hash)?;
        Ok(pictures)
    }

    fn name_files(
        &mut self,
        bundle: &Bundle,
        by_hash: &HashMap<String, (Part, Media)>,
    ) -> Result<(), Error> {
        let hidden: HashMap<String, bool> = self
            .by_id
            .iter()
            .map(|(id, picture)| (id.clone(), picture.words_hidden))
            .collect();
        for (id, picture) in &mut self.by_id {
            let Some(stored) = bundle.stored_media(id)? else {
                continue;
            };
            let Some((part, media)) = by_hash.get(&stored.hash) else {
                continue;
            };
            let hidden = hidden.get(&media.id).copied().unwrap_or(true);
            let name = format!(
                "{}-{}.{}",
                stem(media, hidden),
                stored.hash.get(..8).unwrap_or(&stored.hash),
                slug(extension(&stored.media_type, &last_part(media)), 8),
            );
            self.files.entry(*part).or_default().insert(
                name.clone(),
                Named {
                    hash: stored.hash,
                    id: media.id.clone(),
                },
            );
            picture.file = Some(Kept {
                part: *part,
                name,
                width: stored.width,
                height: stored.height,
            });
        }
        Ok(())
    }

    /// The names of the files of a part, in their order.
    pub(super) fn files(&self, part: Part) -> impl Iterator<Item = &str> {
        let files = self.files.get(&part).into_iter();
        files.flat_map(|files| files.keys().map(String::as_str))
    }

    /// A file of a part, with what the part may say of it.
    pub(super) fn said(
        &self,
        bundle: &Bundle,
        plan: &Plan,
        part: Part,
        name: &str,
    ) -> Result<KeptPicture, Error> {
        let named = self.files.get(&part).and_then(|files| files.get(name));
        let (hash, id) = named.map_or(("", ""), |named| (&named.hash, &named.id));
        let media = bundle.media(id)?.unwrap_or_else(|| Media::at(id));
        let media = match part {
            Part::Open => self.open_form(media),
            Part::Private => media,
        };
        let open = plan.reach(media.audience).open();
        Ok(KeptPicture {
            name: name.to_owned(),
            file: bundle.media_path(hash),
            title: media.title.unwrap_or_default(),
            caption: media.caption.unwrap_or_default(),
            alt: media.alt.unwrap_or_default(),
            date: plan.zoned(media.taken.as_ref()),
            open: open.filter(|_| part == Part::Open),
        })
    }

    /// The part that tells of a picture; `None` where nobody knows it.
    pub(super) fn part_of(&self, id: &str) -> Option<Part> {
        self.by_id.get(id).map(|picture| picture.part)
    }

    /// Where a picture is, as far as `part` may say it.
    pub(super) fn file(&self, id: &str, part: Part) -> Option<File> {
        let kept = self.by_id.get(id)?.file.as_ref()?;
        (kept.part <= part).then(|| File {
            path: format!("{}media/{}", kept.part.prefix(), kept.name),
            width: kept.width,
            height: kept.height,
        })
    }

    /// The picture as it is read again: its bytes are in the archive.
    pub(super) fn with_file(&self, mut media: Media) -> Media {
        media.candidates.retain(|address| !is_own(address));
        media.stands_for.retain(|address| !is_own(address));
        let kept = self
            .by_id
            .get(&media.id)
            .and_then(|picture| picture.file.as_ref());
        if let Some(kept) = kept {
            let address = format!("input:/{}{MEDIA_FOLDER}{}", kept.part.prefix(), kept.name);
            media.candidates.insert(0, address);
        }
        media
    }

    /// What everyone may know of an open picture.
    pub(super) fn open_form(&self, media: Media) -> Media {
        match self.by_id.get(&media.id) {
            Some(picture) if !picture.words_hidden => media,
            _ => Media {
                used_by: None,
                ..media.without_words()
            },
        }
    }
}

/// Whether an address is one that an archive gave.
fn is_own(address: &str) -> bool {
    address
        .strip_prefix("input:/")
        .map(|path| path.strip_prefix(Part::Private.prefix()).unwrap_or(path))
        .is_some_and(|path| path.starts_with(MEDIA_FOLDER))
}

/// Who shows a picture.
#[derive(Default)]
struct Shown {
    /// Something that everyone saw.
    open: bool,
    /// A post behind a password.
    locked: bool,
}

/// Every picture that something shows or links to, and in which parts.
fn shown(bundle: &Bundle, plan: &Plan) -> Result<HashMap<String, Shown>, Error> {
    let mut shown: HashMap<String, Shown> = HashMap::new();
    let mut show = |id: String, part, locked| {
        let shown = shown.entry(id).or_default();
        shown.open |= part == Part::Open;
        shown.locked |= locked;
    };
    let kinds = [
        Kind::Post,
        Kind::Page,
        Kind::Comment,
        Kind::Trackback,
        Kind::Guestbook,
        Kind::Album,
    ];
    each(bundle, &kinds, |stored| {
        let part = plan.part_of(&stored.item);
        if let Item::Album(album) = &stored.item {
            album
                .photos
                .iter()
                .for_each(|id| show(id.clone(), part, false));
            return Ok(());
        }
        let reference = stored.item.reference();
        let (body, base, excerpt) = match &stored.item {
            Item::Post(post) => (&post.body, post.base.as_deref(), post.excerpt.as_deref()),
            Item::Comment(comment) => (&comment.body, None, None),
            Item::GuestbookEntry(entry) => (&entry.body, None, None),
            _ => return Ok(()),
        };
        let locked = matches!(&stored.item, Item::Post(post) if post.password.is_some());
        let tidied = bundle.tidied(&reference, &stored.hash)?;
        let html = tidied.as_ref().map_or(body, |tidy| &tidy.html);
        for reference in body::references(html)
            .into_iter()
            .chain(body::references(excerpt.unwrap_or_default()))
        {
            if let Some(id) = named(bundle, &reference.address, base)? {
                show(id, part, locked);
            }
        }
        Ok(())
    })?;
    Ok(shown)
}

/// The picture that an address in a body means.
pub(super) fn named(
    bundle: &Bundle,
    address: &str,
    base: Option<&str>,
) -> Result<Option<String>, Error> {
    if let Some(resolved) = body::resolve(address, base)
        && let Some(id) = bundle.media_at(&resolved)?
    {
        return Ok(Some(id));
    }
    bundle.media_at(address)
}

/// A picture is everyone's where the source says so, and something open shows it, or nothing hidden does.
fn part(plan: &Plan, shown: &HashMap<String, Shown>, media: &Media) -> Part {
    let open = |reach: Reach| reach.open().is_some();
    let seen = match shown.get(&media.id) {
        Some(shown) => shown.open,
        None => media.used_by.as_ref().is_none_or(|item: &ItemRef| {
            plan.place(item)
                .is_some_and(|place| place.part == Part::Open)
        }),
    };
    if seen && open(plan.reach(media.audience)) {
        Part::Open
    } else {
        Part::Private
    }
}

/// What a picture was called, in letters that travel.
fn stem(media: &Media, hidden: bool) -> String {
    let own = media
        .file_name
        .clone()
        .filter(|name| !hidden && !name.trim().is_empty());
    let name = own.unwrap_or_else(|| last_part(media));
    let stem = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 => stem,
        _ => &name,
    };
    match slug(stem, NAME_BYTES) {
        empty if empty.is_empty() => "picture".to_owned(),
        slug => slug,
    }
}

/// The last part of a picture's address at the source.
fn last_part(media: &Media) -> String {
    let address = media
        .candidates
        .iter()
        .find(|address| !is_own(address))
        .unwrap_or(&media.id);
    address
        .split(['?', '#'])
        .next()
        .and_then(|address| address.rsplit('/').next())
        .unwrap_or_default()
        .to_owned()
}
