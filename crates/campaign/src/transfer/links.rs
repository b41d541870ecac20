//! Where a link of a body leads at the new home.

use crate::{Bundle, Error};
use blog::{
    Identity, ItemRef, Kind,
    address::{AddressKey, Meaning, meaning},
    doors::PlacedPicture,
};
use std::collections::BTreeSet;

/// Ids of the pages that gather items WordPress has no kind for.
pub const GUESTBOOK_PAGE: &str = "rehome:guestbook";
/// See [`GUESTBOOK_PAGE`].
pub(super) const LINKS_PAGE: &str = "rehome:links";

/// Answers for addresses in bodies.
pub(super) struct Links<'a> {
    bundle: &'a Bundle,
    identity: &'a Identity,
    home: &'a str,
    is_open: IsOpen<'a>,
    months: Option<&'a BTreeSet<String>>,
    foreseen: Option<Foreseen<'a>>,
}

/// The address that an item will have, where it is not placed yet.
pub(super) type Foreseen<'a> = &'a dyn Fn(&ItemRef) -> Result<Option<String>, Error>;

/// Whether an anonymous visitor of the new home may see an item.
pub(super) type IsOpen<'a> = &'a dyn Fn(&ItemRef) -> Result<bool, Error>;

/// What is to be done with a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// It leads to this address now.
    New(String),
    /// The item travels but has no new address yet.
    Open,
    /// The same, and this is the address it will have.
    Foreseen(String),
    /// It was the blog's own, but nothing in the blog answers to it any more.
    Dead,
    /// It only looks like the blog's own.
    Bogus,
    /// Somebody else's.
    Foreign,
}

impl<'a> Links<'a> {
    /// `months`: those that the new home has an archive of, as `2008-05`, where that is known.
    pub(super) fn new(
        bundle: &'a Bundle,
        identity: &'a Identity,
        home: &'a str,
        is_open: IsOpen<'a>,
        months: Option<&'a BTreeSet<String>>,
    ) -> Self {
        Self {
            bundle,
            identity,
            home: home.trim_end_matches('/'),
            is_open,
            months,
            foreseen: None,
        }
    }

    /// The same, with somebody who knows addresses beforehand.
    pub(super) fn foreseeing(self, foreseen: Foreseen<'a>) -> Self {
        Self {
            foreseen: Some(foreseen),
            ..self
        }
    }

    /// The placed picture that bodies mean by one of these spellings of an address. The address of a restricted picture's file is
    /// all that keeps it from readers, so a body that is `open` to all names none.
    pub(super) fn picture(
        &self,
        spellings: &[&str],
        open: bool,
    ) -> Result<Option<PlacedPicture>, Error> {
        for spelling in spellings {
            if let Some(id) = self.bundle.media_at(spelling)? {
                return self.picture_for(&id, open);
            }
        }
        Ok(None)
    }

    fn picture_for(&self, id: &str, open: bool) -> Result<Option<PlacedPicture>, Error> {
        let hidden = open && !(self.is_open)(&ItemRef::new(Kind::Media, id))?;
        if hidden {
            Ok(None)
        } else {
            self.picture_of(id)
        }
    }

    /// The placed picture of a media item. Of several items with the same content, one stands for all.
    pub(super) fn picture_of(&self, id: &str) -> Result<Option<PlacedPicture>, Error> {
        if let Some(row) = self.bundle.ledger(&ItemRef::new(Kind::Media, id))? {
            return Ok(row.picture);
        }
        let Some(stored) = self.bundle.stored_media(id)? else {
            return Ok(None);
        };
        let Some(first) = self.bundle.first_of_content(&stored.hash)? else {
            return Ok(None);
        };
        Ok(self
            .bundle
            .ledger(&ItemRef::new(Kind::Media, first))?
            .and_then(|row| row.picture))
    }

    /// Where `address` leads.
    pub(super) fn way(&self, address: &str, open: bool) -> Result<Way, Error> {
        match meaning(address, self.identity) {
            Meaning::Foreign => Ok(Way::Foreign),
            Meaning::Bogus => Ok(Way::Bogus),
            Meaning::Own(key) => self.own(&key, open),
        }
    }

    fn own(&self, key: &AddressKey, open: bool) -> Result<Way, Error> {
        if let Some(item) = self.bundle.item_at(key)? {
            return self.placed(&item);
        }
        let (sort, rest) = key.0.split_once(':').unwrap_or((&key.0, ""));
        match sort {
            "home" | "blog" => Ok(Way::New(format!("{}/", self.home))),
            "feed" => self.feed(rest),
            "category" => self.placed_or_dead(Kind::Category, rest),
            // WordPress answers 404 for a month without posts.
            "month" if self.months.is_some_and(|known| !known.contains(rest)) => Ok(Way::Dead),
            "month" => Ok(Way::New(format!(
                "{}/?m={}",
                self.home,
                rest.replace('-', "")
            ))),
            // Without an album the new home has no such page.
            "photos" if self.bundle.counts()?.album == 0 => Ok(Way::Dead),
            "photos" => Ok(Way::New(format!("{}/?post_format=gallery", self.home))),
            "photo" => Ok(self
                .picture_for(rest, open)?
                .and_then(|picture| full(&picture))
                .map_or(Way::Dead, Way::New)),
            "guestbook" => self.guestbook(),
            _ => Ok(Way::Dead),
        }
    }

    /// The guestbook's page is placed after the posts that link to it.
    fn guestbook(&self) -> Result<Way, Error> {
        if self.bundle.counts()?.guestbook == 0 {
            return Ok(Way::Dead);
        }
        self.placed(&ItemRef::new(Kind::Page, GUESTBOOK_PAGE))
    }

    fn feed(&self, rest: &str) -> Result<Way, Error> {
        let Some(category) = rest.strip_prefix("category:") else {
            return Ok(Way::New(format!("{}/?feed=rss2", self.home)));
        };
        Ok(match self.placed_or_dead(Kind::Category, category)? {
            Way::New(address) => Way::New(format!(
                "{address}{}feed=rss2",
                if address.contains('?') { '&' } else { '?' }
            )),
            other => other,
        })
    }

    /// Terms are placed before everything that links to them: one that is not there was kept back, or never was.
    fn placed_or_dead(&self, kind: Kind, id: &str) -> Result<Way, Error> {
        let item = ItemRef::new(kind, id);
        if self.bundle.ledger(&item)?.is_some() {
            self.placed(&item)
        } else {
            Ok(Way::Dead)
        }
    }

    fn placed(&self, item: &ItemRef) -> Result<Way, Error> {
        let Some(row) = self.bundle.ledger(item)?.filter(|row| row.state.is_there()) else {
            let foreseen = self.foreseen.map(|foreseen| foreseen(item)).transpose()?;
            return Ok(foreseen.flatten().map_or(Way::Open, Way::Foreseen));
        };
        match (row.new_id, row.new_address) {
            // The address of a private post holds its title; its number says nothing.
            (Some(id), Some(_)) if !(self.is_open)(item)? => {
                Ok(Way::New(format!("{}/?p={id}", self.home)))
            }
            (_, address) => Ok(address.map_or(Way::Open, Way::New)),
        }
    }
}

/// The address of the full-size file.
pub(super) fn full(picture: &PlacedPicture) -> Option<String> {
    picture
        .sizes
        .iter()
        .find(|size| size.name == "full")
        .map(|size| size.address.clone())
}

/// The address a page shows: the large size where there is one.
pub(super) fn shown(picture: &PlacedPicture) -> Option<String> {
    picture
        .sizes
        .iter()
        .find(|size| size.name == "large")
        .map(|size| size.address.clone())
        .or_else(|| full(picture))
}
