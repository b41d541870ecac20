//! Albums, lists and the guestbook from saved pages.

use super::files::Files;
use super::index::{Index, Shown};
use super::{SavedLinks, merged};
use crate::sources::spaces::album_pages::Photo;
use crate::sources::spaces::dating::Dating;
use crate::sources::spaces::emit::Setting;
use crate::sources::spaces::{albums, guestbook, lists};
use blog::{
    Audience,
    address::spaces::Owner,
    doors::{Intake, ReadError},
};

/// What holds for all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common<'a> {
    pub(super) index: &'a Index,
    pub(super) dating: &'a Dating,
    pub(super) audience: Audience,
    pub(super) links: &'a SavedLinks,
}

impl<'a> Common<'a> {
    /// For one page.
    pub(super) fn setting(&self, base: &'a str, place: &'a str) -> Setting<'a> {
        Setting {
            names: &self.index.names,
            dating: self.dating,
            audience: self.audience,
            base,
            place,
            saved: Some(self.links),
        }
    }

    fn owner(&self, shown: &Shown) -> Option<Owner> {
        let own = || self.index.names.cid.clone().map(Owner::Cid);
        shown.owner.clone().or_else(own)
    }
}

/// Emits every album of which a page shows photos.
pub(super) fn emit_albums(
    files: &mut Files<'_>,
    intake: &mut dyn Intake,
    common: Common<'_>,
) -> Result<(), ReadError> {
    for (number, shown) in &common.index.albums {
        let Some(owner) = common.owner(shown).filter(|_| !shown.files.is_empty()) else {
            continue;
        };
        let mut fullest = shown.files.clone();
        fullest.sort_by_key(|(file, photos)| (std::cmp::Reverse(*photos), *file));
        let mut album = albums::Ready {
            number: *number,
            owner,
            title: shown.title.clone(),
            updated: None,
            photos: Vec::new(),
            audience: common.audience,
            place: files.name(fullest[0].0).to_owned(),
        };
        for (file, _) in fullest {
            add_photos(&mut album, file, files, common);
        }
        for photo in &mut album.photos {
            learn_own_page(photo, files, common);
        }
        albums::emit(album, &common.index.names, intake)?;
    }
    Ok(())
}

fn add_photos(album: &mut albums::Ready, file: usize, files: &mut Files<'_>, common: Common<'_>) {
    let base = files.base(file);
    let Some((_, page)) = files.page(file) else {
        return;
    };
    for part in page.albums {
        if part.number != album.number {
            continue;
        }
        let shown = part.date.as_deref();
        album.updated = album
            .updated
            .or_else(|| common.dating.entry(None, shown))
            .or_else(|| common.dating.entry(shown, None));
        for mut photo in part.photos {
            if album
                .photos
                .iter()
                .all(|known| known.number != photo.number)
            {
                photo.resolve(&base);
                // The page's address stands for the photo in bodies, not the file it was saved as.
                photo.page = photo.page.filter(|page| !page.starts_with("input:"));
                album.photos.push(photo);
            }
        }
    }
}

/// The photo's own page, when it was saved too, leads to the original.
fn learn_own_page(photo: &mut Photo, files: &mut Files<'_>, common: Common<'_>) {
    let file = photo
        .number
        .and_then(|number| common.index.photos.get(&number).copied());
    if let Some(file) = file
        && let Some((html, _)) = files.page(file)
    {
        photo.learn(&html, &files.base(file));
    }
    let shown = photo.date.as_deref();
    photo.taken = photo
        .taken
        .or_else(|| common.dating.entry(None, shown))
        .or_else(|| common.dating.entry(shown, None));
}

/// Emits every list whose page is there.
pub(super) fn emit_lists(
    files: &mut Files<'_>,
    intake: &mut dyn Intake,
    common: Common<'_>,
) -> Result<(), ReadError> {
    for (number, shown) in &common.index.lists {
        let (Some(owner), Some((file, _))) = (common.owner(shown), shown.files.first()) else {
            continue;
        };
        let Some((html, _)) = files.page(*file) else {
            continue;
        };
        let mut list = lists::on_page(&html, *number);
        if let Some(title) = &shown.title
            && list.title.is_empty()
        {
            list.title.clone_from(title);
        }
        list.addresses = common.index.names.list_addresses(*number, &owner);
        list.audience = common.audience;
        lists::emit(list, &html, files.name(*file), intake)?;
    }
    Ok(())
}

/// Emits the guestbook's notes from all its pages.
pub(super) fn emit_guestbook(
    files: &mut Files<'_>,
    intake: &mut dyn Intake,
    common: Common<'_>,
) -> Result<(), ReadError> {
    let Some(first) = common.index.guestbook.first().copied() else {
        return Ok(());
    };
    let pages = common
        .index
        .guestbook
        .iter()
        .filter_map(|file| files.page(*file))
        .map(|(_, page)| page.comments)
        .collect();
    let notes = merged(pages);
    let (base, place) = (files.base(first), files.name(first).to_owned());
    guestbook::emit(&notes, common.setting(&base, &place), intake)?;
    Ok(())
}
