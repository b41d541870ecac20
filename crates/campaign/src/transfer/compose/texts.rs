//! Texts for the new home: the addresses in them, then the owner's style.

use super::{Composer, own_blocks};
use crate::{
    Error,
    transfer::{
        Style,
        body_links::{Met, Written},
        links::Links,
    },
};
use blog::{
    ItemRef,
    address::{text_without_keys, without_keys},
    body,
};
use std::borrow::Cow;

impl Composer<'_> {
    /// Rewrites addresses of own pictures and pages, then writes the body in the owner's style. Where everyone will read it
    /// (`open`), it names nothing that not everyone may see. Keys in addresses go nowhere.
    pub(super) fn body(
        &self,
        mark: &ItemRef,
        html: &str,
        base: Option<&str>,
        styled: bool,
        open: bool,
    ) -> Result<Written, Error> {
        points::met("compose", || html.to_owned());
        self.with_links(mark, |links| {
            let mut met = Met::default();
            let mut failure = None;
            let rewritten = body::rewrite(html, &mut |reference| {
                if failure.is_some() {
                    return None;
                }
                let turned = met.turn(reference, base, links, open);
                let turned = turned.unwrap_or_else(|error| {
                    failure = Some(error);
                    None
                });
                turned.or_else(|| keyless(&reference.address))
            });
            if let Some(error) = failure {
                return Err(error);
            }
            let rewritten =
                own_blocks::renumbered(rewritten, &self.profile, links, &mut met, open)?;
            let rewritten = text_without_keys(&rewritten);
            let html = match styled {
                true => self.styled(&rewritten),
                false => rewritten.into_owned(),
            };
            Ok(Written { html, met })
        })
    }

    /// Does work on a text of an item that needs to know where links lead, foreseen ones too where that may be.
    pub(super) fn with_links<T>(
        &self,
        mark: &ItemRef,
        work: impl FnOnce(&Links<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let is_open = |item: &ItemRef| self.is_open(item);
        let foresees = self.foresees_in(mark)?;
        let foreseen = |item: &ItemRef| match foresees {
            true => self.foreseen(item),
            false => Ok(None),
        };
        work(&self.links(&is_open).foreseeing(&foreseen))
    }

    fn styled(&self, html: &str) -> String {
        let lookup = |address: &str| self.bundle.picture_by_new_address(address).ok().flatten();
        match self.choices.style {
            Style::Blocks => body::to_blocks(html, &lookup),
            Style::Classic => body::to_classic(html, &lookup),
        }
    }

    pub(super) fn shows_pictures(&self, html: &str, base: Option<&str>) -> Result<bool, Error> {
        for reference in body::references(html) {
            if let Some(address) = body::resolve(&reference.address, base)
                && self.bundle.media_at(&address)?.is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The address without its keys, where it had any.
fn keyless(address: &str) -> Option<String> {
    match without_keys(address) {
        Cow::Borrowed(_) => None,
        Cow::Owned(clean) => Some(clean),
    }
}
