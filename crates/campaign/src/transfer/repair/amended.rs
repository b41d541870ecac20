//! A post as it shall read: other addresses in the same text.

use super::{Broken, Repair, judged, original};
use crate::{
    Error,
    bundle::Stored,
    transfer::{
        body_links::with_fragment,
        compose::{Composed, Composer, composed},
        links::{Links, full, shown},
    },
};
use blog::{
    Finding,
    body::{self, Reference, ReferenceKind},
    codes::repair as codes,
    doors::{AmendThing, FieldChange, Thing},
    former_space::{
        entry_number, field_without_keys, is_dead_picture, text_without_keys, without_keys,
    },
};
use std::borrow::Cow;

impl Composer<'_> {
    /// A post that stands at the home, put right; `None` where nothing can be.
    pub(in crate::transfer) fn amended(
        &self,
        stored: &Stored,
        repair: &Repair,
    ) -> Result<Option<Composed>, Error> {
        let item = stored.item.reference();
        let Some(standing) = original(self.bundle, &item)? else {
            return Ok(None);
        };
        let open = standing.is_open();
        let thing = AmendThing {
            id: standing.id,
            was: standing.hash.clone(),
            content: self.mended(&standing.content, open, repair)?,
            excerpt: self.mended(&standing.excerpt, open, repair)?,
            fields: standing
                .fields
                .iter()
                .filter_map(|field| match field_without_keys(&field.value) {
                    Cow::Borrowed(_) => None,
                    Cow::Owned(value) => Some(FieldChange {
                        id: field.id,
                        was: field.value.clone(),
                        value,
                    }),
                })
                .collect(),
        };
        let same = thing.content == standing.content && thing.excerpt == standing.excerpt;
        if same && thing.fields.is_empty() {
            return Ok(None);
        }
        let findings = findings(judged(self.bundle, repair, &standing)?, stored)
            .into_iter()
            .map(|finding| finding.about(item.clone()))
            .collect();
        Ok(Some(composed(
            item,
            Thing::Amend(Box::new(thing)),
            0,
            findings,
        )))
    }

    /// A text with its addresses put right; as it is where more than addresses would change.
    fn mended(&self, html: &str, open: bool, repair: &Repair) -> Result<String, Error> {
        let is_open = |item: &blog::ItemRef| self.is_open(item);
        let links = Links::new(
            self.bundle,
            &self.profile.identity,
            &self.home.address,
            &is_open,
        );
        let mut failure = None;
        let mended = body::rewrite(html, &mut |reference| {
            let turned = if is_dead_picture(&reference.address) {
                picture(reference, open, &links).unwrap_or_else(|error| {
                    failure = Some(error);
                    None
                })
            } else {
                self.own_link(reference, open, repair)
            };
            turned.or_else(|| match without_keys(&reference.address) {
                Cow::Borrowed(_) => None,
                Cow::Owned(clean) => Some(clean),
            })
        });
        if let Some(error) = failure {
            return Err(error);
        }
        let mended = text_without_keys(&mended).into_owned();
        if body::address_edits(html, &mended).is_some() {
            return Ok(mended);
        }
        // Some address stands where it cannot be changed alone; the keys at least.
        let keyless = text_without_keys(html).into_owned();
        Ok(body::address_edits(html, &keyless).map_or_else(|| html.to_owned(), |_| keyless))
    }

    /// Where a link to an entry of the Space leads.
    fn own_link(&self, reference: &Reference, open: bool, repair: &Repair) -> Option<String> {
        if reference.kind != ReferenceKind::Link {
            return None;
        }
        let number = entry_number(&reference.address, &self.profile.identity)?;
        let target = repair.entries.get(&number)?;
        let address = if open && !target.open {
            // The address of a private post holds its title; its number says nothing.
            let home = self.home.address.trim_end_matches('/');
            format!("{home}/?p={}", target.id)
        } else {
            target.address.clone()
        };
        let fragment = reference.address.split_once('#');
        Some(with_fragment(
            address,
            fragment.map_or("", |(_, fragment)| fragment),
        ))
    }
}

/// Where a picture that was found is now.
fn picture(reference: &Reference, open: bool, links: &Links<'_>) -> Result<Option<String>, Error> {
    let clean = without_keys(&reference.address);
    let Some(picture) = links.picture(&[&reference.address, &clean], open)? else {
        return Ok(None);
    };
    Ok(match reference.kind {
        ReferenceKind::Link | ReferenceKind::Embed => full(&picture),
        _ => shown(&picture),
    })
}

fn findings(broken: Broken, stored: &Stored) -> Vec<Finding> {
    let title = match &stored.item {
        blog::Item::Post(post) => post.label(),
        _ => String::new(),
    };
    let count = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let parts: Vec<String> = [
        count(
            broken.links,
            "link leads to its post",
            "links lead to their posts",
        ),
        count(
            broken.pictures,
            "picture is shown again",
            "pictures are shown again",
        ),
        count(
            broken.keys,
            "text or custom field lost its key",
            "texts and custom fields lost their keys",
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut findings = Vec::new();
    if !parts.is_empty() {
        let sentence = format!("“{title}”: {}.", parts.join(", "));
        findings.push(Finding::new(&codes::PUT_RIGHT, sentence));
    }
    let dead = count(
        broken.dead_links,
        "link of “{}” leads to an entry that is no post here; it was left as it is.",
        "links of “{}” lead to entries that are no posts here; they were left as they are.",
    );
    if let Some(sentence) = dead {
        let sentence = sentence.replace("{}", &title);
        findings.push(Finding::new(&codes::LINK_DEAD, sentence));
    }
    findings
}
