//! Visiting the new home as anyone might: pages show their text, hidden ones do not, pictures are the right bytes, links lead
//! somewhere.

use super::Verifier;
use crate::{
    Error,
    bundle::{MediaState, StoredMedia},
    transfer::place::patiently,
};
use blog::{
    Finding, ItemRef, Kind, body,
    codes::verify as codes,
    doors::{Answer, PictureSize, PlacedPicture},
};

/// Pictures looked up together.
const PICTURES_A_PAGE: usize = 256;

/// Letters of a hidden page that must not turn up at its address. Shorter texts prove nothing.
const TELLING_LETTERS: usize = 24;

impl Verifier<'_> {
    /// Visits the pages of the items that were read back last.
    pub(super) fn visit_pages(&mut self) -> Result<(), Error> {
        for page in std::mem::take(&mut self.pages) {
            let answer = self.visit(&page.address)?;
            let finding = match &page.shown {
                Some(text) => shown(text, &answer, &page.address),
                None => hidden(&page.hidden, &answer, &page.address),
            };
            if let Some(finding) = finding {
                self.keep(finding.about(page.item.clone()))?;
            }
            self.visited.insert(page.address);
            self.check_stop()?;
        }
        Ok(())
    }

    pub(super) fn visit_pictures(&mut self) -> Result<(), Error> {
        self.watch
            .begin("visiting pictures", Some(self.bundle.counts()?.media));
        let (mut after, mut done) = (0, 0);
        loop {
            let page = self.bundle.page(&[Kind::Media], after, PICTURES_A_PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for stored in page {
                self.visit_picture(&stored.item.reference())?;
                done += 1;
                self.watch.done(done);
                self.check_stop()?;
            }
        }
        self.watch.end();
        Ok(())
    }

    fn visit_picture(&mut self, item: &ItemRef) -> Result<(), Error> {
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
            if !self.visited.insert(size.address.clone()) {
                continue;
            }
            let answer = self.visit(&size.address)?;
            if let Some(finding) = picture(&answer, &media, &placed, size) {
                self.keep(finding.at(size.address.clone()).about(item.clone()))?;
            }
        }
        Ok(())
    }

    pub(super) fn follow_links(&mut self) -> Result<(), Error> {
        let links = std::mem::take(&mut self.links);
        self.watch
            .begin("following links", Some(links.len() as u64));
        for (index, (address, item)) in links.iter().enumerate() {
            let page = address.split('#').next().unwrap_or(address).to_owned();
            if self.visited.insert(page.clone()) {
                self.follow(&page, item)?;
            }
            self.watch.done(index as u64 + 1);
            self.check_stop()?;
        }
        self.watch.end();
        Ok(())
    }

    fn follow(&mut self, address: &str, item: &ItemRef) -> Result<(), Error> {
        if self.visit(address)?.status == 200 {
            return Ok(());
        }
        let answer = patiently(self.watch, || self.destination.visit(address, true))?;
        if answer.status == 200 {
            return Ok(());
        }
        let sentence = format!(
            "A link between own posts leads to a page that answers {} at the new home.",
            answer.status
        );
        self.keep(
            Finding::new(&codes::LINK_BROKEN, sentence)
                .about(item.clone())
                .at(address),
        )
    }

    fn visit(&mut self, address: &str) -> Result<Answer, Error> {
        patiently(self.watch, || self.destination.visit(address, false))
    }
}

fn shown(text: &str, answer: &Answer, address: &str) -> Option<Finding> {
    if answer.status != 200 {
        let sentence = format!(
            "A visitor gets the answer {} instead of the page.",
            answer.status
        );
        return Some(Finding::new(&codes::NOT_SHOWN, sentence).at(address));
    }
    let page = letters(&body::plain_text(&String::from_utf8_lossy(&answer.body)));
    let missing = text
        .lines()
        .map(letters)
        .filter(|line| line.chars().count() > 3 && !page.contains(line.as_str()))
        .count();
    (missing > 0).then(|| {
        let lines = text
            .lines()
            .filter(|line| letters(line).chars().count() > 3)
            .count();
        Finding::new(
            &codes::NOT_ALL_SHOWN,
            format!("The page lacks {missing} of the {lines} lines of its text."),
        )
        .at(address)
    })
}

fn hidden(text: &str, answer: &Answer, address: &str) -> Option<Finding> {
    if answer.status != 200 {
        return None;
    }
    let page = letters(&body::plain_text(&String::from_utf8_lossy(&answer.body)));
    let telling = text
        .lines()
        .map(letters)
        .find(|line| line.chars().count() >= TELLING_LETTERS)?;
    page.contains(&telling).then(|| {
        Finding::new(
            &codes::WIDER,
            "A visitor can read it at the new home although not everyone should.",
        )
        .at(address)
    })
}

/// Letters and digits only: WordPress makes quotes curly and dashes long, and that is no loss.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .collect()
}

fn picture(
    answer: &Answer,
    media: &StoredMedia,
    placed: &PlacedPicture,
    size: &PictureSize,
) -> Option<Finding> {
    if answer.status != 200 || answer.body.is_empty() {
        return Some(Finding::new(
            &codes::PICTURE_NOT_SERVED,
            format!("The new home answers {} for a picture file.", answer.status),
        ));
    }
    if size.name != "full" && size.name != "original" {
        return None;
    }
    let hash = blake3::hash(&answer.body).to_hex().to_string();
    if hash == media.hash {
        return None;
    }
    let is_copy = size.name == "full" && placed.sizes.iter().any(|size| size.name == "original");
    if is_copy
        && placed
            .shown_hash
            .as_ref()
            .is_none_or(|shown| *shown == hash)
    {
        return Some(Finding::new(
            &codes::PICTURE_SCALED,
            "The new home shows a copy of this picture that is upright and within its size limit; the original lies beside it.",
        ));
    }
    Some(Finding::new(
        &codes::PICTURE_DIFFERS,
        "The file at the new home is not the one that was sent.",
    ))
}
