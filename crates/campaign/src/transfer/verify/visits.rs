//! Which pages, pictures and links of the new home are visited.

use super::{
    Verifier,
    errand::{Errand, Look},
};
use crate::{
    Error,
    bundle::{MediaState, StoredMedia},
};
use blog::{
    ItemRef,
    doors::{PictureSize, PlacedPicture},
};
use std::collections::BTreeMap;

/// Pictures looked up together, and links followed together.
const VISITS_A_PAGE: usize = 256;

impl Verifier<'_> {
    /// Visits the pages of the items that were read back last.
    pub(super) fn visit_pages(&mut self) -> Result<(), Error> {
        let errands = std::mem::take(&mut self.errands);
        for errand in &errands {
            self.visited.insert(errand.address.clone());
        }
        self.send(errands, |_| {})
    }

    pub(super) fn visit_pictures(&mut self) -> Result<(), Error> {
        self.watch
            .begin("visiting pictures", Some(self.bundle.counts()?.media));
        let (mut after, mut done) = (0, 0);
        loop {
            let page = self
                .bundle
                .page(&[blog::Kind::Media], after, VISITS_A_PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            let mut errands = Vec::new();
            for stored in &page {
                self.picture_errands(&stored.item.reference(), &mut errands)?;
            }
            // A picture is done when its last size was seen; one without any at once.
            let mut sizes: BTreeMap<ItemRef, usize> = BTreeMap::new();
            for errand in &errands {
                *sizes.entry(errand.item.clone()).or_default() += 1;
            }
            done += (page.len() - sizes.len()) as u64;
            let watch = self.watch;
            self.send(errands, |errand| {
                if let Some(left) = sizes.get_mut(&errand.item) {
                    *left -= 1;
                    done += u64::from(*left == 0);
                    watch.done(done);
                }
            })?;
            watch.done(done);
            self.check_stop()?;
        }
        self.watch.end();
        Ok(())
    }

    fn picture_errands(&mut self, item: &ItemRef, errands: &mut Vec<Errand>) -> Result<(), Error> {
        let (Some(media), Some(row)) = (
            self.bundle.stored_media(&item.id)?,
            self.bundle.ledger(item)?,
        ) else {
            return Ok(());
        };
        let Some(placed) = row.picture.filter(|_| media.state == MediaState::Kept) else {
            return Ok(());
        };
        for size in &placed.sizes {
            if self.visited.insert(size.address.clone()) {
                errands.push(Errand {
                    item: item.clone(),
                    address: size.address.clone(),
                    look: look(&media, &placed, size),
                });
            }
        }
        Ok(())
    }

    pub(super) fn follow_links(&mut self) -> Result<(), Error> {
        let links: Vec<(String, ItemRef)> = std::mem::take(&mut self.links).into_iter().collect();
        self.watch
            .begin("following links", Some(links.len() as u64));
        let mut done = 0;
        for links in links.chunks(VISITS_A_PAGE) {
            let mut errands = Vec::new();
            for (address, item) in links {
                let page = address.split('#').next().unwrap_or(address);
                if self.visited.insert(page.to_owned()) {
                    errands.push(Errand {
                        item: item.clone(),
                        address: page.to_owned(),
                        look: Look::Link,
                    });
                }
            }
            done += (links.len() - errands.len()) as u64;
            let watch = self.watch;
            self.send(errands, |_| {
                done += 1;
                watch.done(done);
            })?;
            watch.done(done);
            self.check_stop()?;
        }
        self.watch.end();
        Ok(())
    }

    /// Sends visitors out, keeps what they find, and tells `seen` of each errand that is over.
    fn send(&mut self, errands: Vec<Errand>, mut seen: impl FnMut(&Errand)) -> Result<(), Error> {
        let (bundle, watch) = (self.bundle, self.watch);
        let of_files = self.home.is_files() && !self.has_imported;
        self.visitors.send(errands, |errand, finding| {
            if let Some(finding) = finding {
                super::keep(bundle, of_files, watch, finding)?;
            }
            seen(errand);
            Ok(())
        })
    }
}

/// What a file of a picture must be: the full one and its original are compared by bytes.
fn look(media: &StoredMedia, placed: &PlacedPicture, size: &PictureSize) -> Look {
    let has_original = || placed.sizes.iter().any(|size| size.name == "original");
    match size.name.as_str() {
        "full" => Look::Bytes {
            hash: media.hash.clone(),
            or_copy: has_original().then(|| placed.shown_hash.clone()),
        },
        "original" => Look::Bytes {
            hash: media.hash.clone(),
            or_copy: None,
        },
        _ => Look::Served,
    }
}
