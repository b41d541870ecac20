//! What stands in the ledger, composed once more: the same bundle and ledger give the same.

use super::{Composed, Composer};
use crate::{
    Error,
    transfer::links::{GUESTBOOK_PAGE, LINKS_PAGE},
};
use blog::{Item, ItemRef, Kind, Tag};

impl Composer<'_> {
    /// Composes a post, comment or gathering page that is in the ledger once more. `None` for terms, media and links, which have
    /// no body, for what the bundle does not hold, and for what kills the program.
    pub(in crate::transfer) fn again(&self, item: &ItemRef) -> Result<Option<Composed>, Error> {
        match (item.kind, item.id.as_str()) {
            (Kind::Page, GUESTBOOK_PAGE) => return self.guestbook_page().map(Some),
            (Kind::Page, LINKS_PAGE) => return self.links_page(&self.blogroll()?).map(Some),
            _ => {}
        }
        let Some(stored) = self.bundle.row(item)? else {
            return Ok(None);
        };
        match &stored.item {
            _ if self.repair.is_some() => self.post(&stored),
            Item::Comment(comment) => {
                let post = self.post_of(comment)?;
                self.comment(&stored, comment, post)
            }
            Item::GuestbookEntry(entry) => self.note(&stored, entry),
            _ => self.post(&stored),
        }
    }

    /// The same with terms and media. `None` for what shares the place of another.
    pub(in crate::transfer) fn whatever(&self, item: &ItemRef) -> Result<Option<Composed>, Error> {
        match item.kind {
            Kind::Link => Ok(None),
            Kind::Tag => Ok(self.term(&Item::Tag(Tag::named(&item.id)))),
            Kind::Category | Kind::Media => {
                let stored = self.bundle.row(item)?;
                match stored.map(|stored| stored.item) {
                    Some(Item::Media(media)) => self.media(&media),
                    Some(term) => Ok(self.term(&term)),
                    None => Ok(None),
                }
            }
            _ => self.again(item),
        }
    }
}
