//! Where the addresses in a body lead within an archive. Nothing in the open part leads to, or names, what is private.

use super::{
    pictures,
    plan::{BLOGROLL, GUESTBOOK, Place, Plan},
};
use crate::{Bundle, Error};
use blog::{
    ItemRef, Kind,
    address::{AddressKey, Meaning, meaning, text_without_keys, without_keys},
    body::{self, Reference, ReferenceKind, own_blocks},
    doors::archiving::{Part, SCHEME},
};

/// The open page that says why a link to something private leads nowhere else.
const NOT_PUBLIC: &str = "not-public";

/// A body with its own addresses as names of the archive. Keys in addresses go nowhere.
pub(super) fn body(
    bundle: &Bundle,
    plan: &Plan,
    part: Part,
    html: &str,
    base: Option<&str>,
) -> Result<String, Error> {
    let links = Links { bundle, plan, part };
    let mut failure = None;
    let rewritten = body::rewrite(html, &mut |reference| {
        if failure.is_some() {
            return None;
        }
        links.turn(reference, base).unwrap_or_else(|error| {
            failure = Some(error);
            None
        })
    });
    if let Some(error) = failure {
        return Err(error);
    }
    let rewritten = in_blocks(rewritten, &links, base)?;
    Ok(text_without_keys(&rewritten).into_owned())
}

/// The attributes of blocks say addresses once more, and pictures by numbers that mean nothing in an archive.
fn in_blocks(html: String, links: &Links<'_>, base: Option<&str>) -> Result<String, Error> {
    if !own_blocks::is_blocks(&html) {
        return Ok(html);
    }
    let mut named = InBlocks {
        links,
        base,
        failure: None,
    };
    let html = own_blocks::remap(&html, &mut named);
    named.failure.map_or(Ok(html), Err)
}

struct InBlocks<'a> {
    links: &'a Links<'a>,
    base: Option<&'a str>,
    failure: Option<Error>,
}

impl own_blocks::Pictures for InBlocks<'_> {
    fn number(&mut self, _: u64) -> Option<u64> {
        None
    }

    fn address(&mut self, address: &str) -> Option<String> {
        let reference = Reference {
            kind: ReferenceKind::Link,
            address: address.to_owned(),
            element: String::new(),
            link_around: None,
            rel: None,
            alt: None,
            title: None,
        };
        let turned = self.links.turn(&reference, self.base);
        turned.unwrap_or_else(|error| {
            self.failure = Some(error);
            None
        })
    }
}

struct Links<'a> {
    bundle: &'a Bundle,
    plan: &'a Plan,
    part: Part,
}

impl Links<'_> {
    fn turn(&self, reference: &Reference, base: Option<&str>) -> Result<Option<String>, Error> {
        if let Some(id) = pictures::named(self.bundle, &reference.address, base)? {
            if let Some(file) = self.plan.pictures.file(&id, self.part) {
                return Ok(Some(named(&file.path)));
            }
            if self.plan.pictures.part_of(&id) > Some(self.part) {
                return Ok(Some(named(NOT_PUBLIC)));
            }
        }
        // What an image or a link means without its base, nobody knows in an archive.
        let resolved = body::resolve(&reference.address, base);
        if let (ReferenceKind::Link, Some(address)) = (reference.kind, &resolved)
            && let Some(path) = self.way(address)?
        {
            return Ok(Some(named(&path)));
        }
        let address = resolved
            .filter(|address| address.starts_with("http"))
            .unwrap_or_else(|| reference.address.clone());
        let clean = without_keys(&address);
        Ok((clean != reference.address).then(|| clean.into_owned()))
    }

    /// The path that an own address leads to; `None` for everything that the archive does not hold.
    fn way(&self, address: &str) -> Result<Option<String>, Error> {
        match meaning(address, &self.plan.profile.identity) {
            Meaning::Own(key) => self.own(&key),
            Meaning::Foreign | Meaning::Bogus => Ok(None),
        }
    }

    fn own(&self, key: &AddressKey) -> Result<Option<String>, Error> {
        if let Some(item) = self.bundle.item_at(key)? {
            return Ok(self.plan.place(&item).map(|place| self.allowed(place)));
        }
        let (sort, rest) = key.0.split_once(':').unwrap_or((&key.0, ""));
        Ok(match sort {
            "home" | "blog" => Some(self.site("index")),
            "feed" => match rest.strip_prefix("category:") {
                Some(category) => self.category(category)?,
                None => Some("feed".to_owned()),
            },
            "category" => self.category(rest)?,
            "month" if self.plan.has_month(self.part, rest) => {
                Some(format!("{}months/{rest}", self.part.prefix()))
            }
            "photos" => {
                let holds = |part| self.plan.about(part).albums;
                [self.part, Part::Open]
                    .into_iter()
                    .find(|part| holds(*part))
                    .map(|part| format!("{}albums", part.prefix()))
            }
            "photo" => match self.plan.pictures.file(rest, self.part) {
                Some(file) => Some(file.path),
                None => self
                    .plan
                    .pictures
                    .part_of(rest)
                    .map(|_| NOT_PUBLIC.to_owned()),
            },
            "guestbook" => self.gathered(Kind::Guestbook, GUESTBOOK),
            "links" => self.gathered(Kind::Link, BLOGROLL),
            _ => None,
        })
    }

    fn allowed(&self, place: &Place) -> String {
        if place.part <= self.part {
            place.target.path.clone()
        } else {
            NOT_PUBLIC.to_owned()
        }
    }

    fn gathered(&self, kind: Kind, path: &str) -> Option<String> {
        self.plan
            .place(&ItemRef::new(kind, path))
            .map(|place| self.allowed(place))
    }

    /// A page of the site that both parts have.
    fn site(&self, path: &str) -> String {
        let part = if self.plan.is_open() {
            Part::Open
        } else {
            self.part
        };
        format!("{}{path}", part.prefix())
    }

    fn category(&self, id: &str) -> Result<Option<String>, Error> {
        let term = ItemRef::new(Kind::Category, id);
        let target = [self.part, Part::Open]
            .into_iter()
            .find_map(|part| self.plan.term(part, &term));
        Ok(match target {
            Some(target) => Some(target.path.clone()),
            None if self.plan.term(Part::Private, &term).is_some()
                || self.bundle.row(&term)?.is_some() =>
            {
                Some(NOT_PUBLIC.to_owned())
            }
            None => None,
        })
    }
}

fn named(path: &str) -> String {
    format!("{SCHEME}{path}")
}
