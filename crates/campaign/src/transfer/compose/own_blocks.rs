//! What names a picture by its number at a WordPress of before: blocks, classes, the picture that represents a post.

use super::Composer;
use crate::{
    Error,
    transfer::{body_links::Met, links::Links},
};
use blog::{
    Field, ItemRef, Kind, Post, Profile,
    address::attachment,
    body::{Reference, ReferenceKind, own_blocks},
    doors::CustomFields,
    field,
};

impl Composer<'_> {
    /// The picture that represents a post which is or is not `open` to all.
    pub(super) fn featured(
        &self,
        address: Option<&str>,
        open: bool,
    ) -> Result<Option<ItemRef>, Error> {
        let Some(id) = address
            .map(|address| self.bundle.media_at(address))
            .transpose()?
            .flatten()
        else {
            return Ok(None);
        };
        let media = ItemRef::new(Kind::Media, &id);
        if open && !self.is_open(&media)? {
            return Ok(None);
        }
        let Some(stored) = self.bundle.stored_media(&id)? else {
            return Ok(None);
        };
        let first = self.bundle.first_of_content(&stored.hash)?;
        Ok(first.map(|first| ItemRef::new(Kind::Media, first)))
    }
}

impl Composer<'_> {
    /// The custom fields of a post that the new home is handed, with its addresses in them, and the links met there.
    pub(super) fn fields(
        &self,
        mark: &ItemRef,
        post: &Post,
        open: bool,
    ) -> Result<(Vec<Field>, Met), Error> {
        let handed = |field: &&Field| match self.home.custom_fields {
            CustomFields::None => false,
            CustomFields::Named => field.is_free() && self.choices.names_field(&field.name),
            CustomFields::All => true,
        };
        let handed: Vec<&Field> = post.fields.iter().filter(handed).collect();
        if handed.is_empty() {
            return Ok((Vec::new(), Met::default()));
        }
        self.with_links(mark, |links| {
            let mut met = Met::default();
            let mut pictures = Renumbering {
                home: self.profile.home.as_deref().unwrap_or_default(),
                links,
                met: &mut met,
                open,
                failure: None,
            };
            let fields = handed.into_iter().map(|field| {
                let field = field.rewritten(&mut |text| {
                    field::is_address(text)
                        .then(|| own_blocks::Pictures::address(&mut pictures, text))
                        .flatten()
                });
                field.without_keys()
            });
            let fields = fields.collect();
            pictures.failure.map_or(Ok((fields, met)), Err)
        })
    }
}

/// Blocks with the numbers and addresses of the new home in them; what is no block is left as it is.
pub(super) fn renumbered(
    html: String,
    profile: &Profile,
    links: &Links<'_>,
    met: &mut Met,
    open: bool,
) -> Result<String, Error> {
    if !own_blocks::is_blocks(&html) {
        return Ok(html);
    }
    let mut pictures = Renumbering {
        home: profile.home.as_deref().unwrap_or_default(),
        links,
        met,
        open,
        failure: None,
    };
    let html = own_blocks::remap(&html, &mut pictures);
    pictures.failure.map_or(Ok(html), Err)
}

struct Renumbering<'a> {
    home: &'a str,
    links: &'a Links<'a>,
    met: &'a mut Met,
    open: bool,
    failure: Option<Error>,
}

impl Renumbering<'_> {
    fn or_fail<T>(&mut self, answer: Result<Option<T>, Error>) -> Option<T> {
        answer.unwrap_or_else(|error| {
            self.failure = Some(error);
            None
        })
    }
}

impl own_blocks::Pictures for Renumbering<'_> {
    fn number(&mut self, number: u64) -> Option<u64> {
        let address = attachment(self.home, number);
        let found = self.links.picture(&[&address], self.open);
        self.or_fail(found).map(|picture| picture.id)
    }

    fn address(&mut self, address: &str) -> Option<String> {
        // A block says the same address as the tag in it: that of the shown size for a picture.
        let mut kinds = [ReferenceKind::Picture, ReferenceKind::Link].into_iter();
        kinds.find_map(|kind| {
            let reference = Reference {
                kind,
                address: address.to_owned(),
                element: String::new(),
                link_around: None,
                rel: None,
                alt: None,
                title: None,
            };
            let turned = self.met.turn(&reference, None, self.links, self.open);
            self.or_fail(turned)
        })
    }
}
