//! A post as it shall read: other addresses in the same text.

use super::{Broken, Repair, judged, links_of, original};
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
    Finding, Identity,
    body::{self, Reference, ReferenceKind, TextOf, rewrite_everywhere},
    codes::repair as codes,
    doors::{AmendThing, FieldChange, Standing, Thing},
    former_space::{
        OwnPage, field_without_keys, means_dead_picture, own_page, text_without_keys, without_keys,
    },
};
use std::{borrow::Cow, collections::BTreeSet};

/// Links of one post that are told.
const LINKS_TOLD: usize = 50;

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
        // What may come before readers names nothing that is not for them.
        let (open, of) = (!standing.is_private(), standing.text_of());
        let thing = AmendThing {
            id: standing.id,
            was: standing.hash.clone(),
            content: self.mended(&standing.content, of, open, repair)?,
            excerpt: self.mended(&standing.excerpt, of, open, repair)?,
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
        let findings = self.told(repair, &standing, stored, true)?;
        Ok(Some(composed(
            item,
            Thing::Amend(Box::new(thing)),
            0,
            findings,
        )))
    }

    /// What is told of a post that nothing can be put right in.
    pub(in crate::transfer) fn nothing_amended(
        &self,
        stored: &Stored,
    ) -> Result<Vec<Finding>, Error> {
        let Some(repair) = &self.repair else {
            return Ok(Vec::new());
        };
        let standing = original(self.bundle, &stored.item.reference())?;
        standing.map_or_else(
            || Ok(Vec::new()),
            |standing| self.told(repair, &standing, stored, false),
        )
    }

    /// What is told of a post that was or was not `amended`.
    fn told(
        &self,
        repair: &Repair,
        standing: &Standing,
        stored: &Stored,
        amended: bool,
    ) -> Result<Vec<Finding>, Error> {
        let broken = judged(self.bundle, repair, standing)?;
        let mut findings = Vec::new();
        let parts = put_right(broken);
        if amended && !parts.is_empty() {
            let sentence = format!("{}: {parts}.", beginning(&called(standing)));
            findings.push(Finding::new(&codes::PUT_RIGHT, sentence));
        }
        if !amended {
            let pictures = match broken.dead_pictures {
                0 => String::new(),
                1 => ": a picture could not be had".to_owned(),
                many => format!(": {many} pictures could not be had"),
            };
            let sentence = format!(
                "Nothing that is broken in {} could be put right{pictures}.",
                called(standing)
            );
            findings.push(Finding::new(&codes::NOTHING_TO_PUT_RIGHT, sentence));
        }
        for link in dead_links(standing, &self.profile.identity, repair) {
            let sentence = format!(
                "A link of {} leads to {link}, an entry that is no post here; it was left as it is.",
                called(standing)
            );
            findings.push(Finding::new(&codes::LINK_DEAD, sentence));
        }
        let item = stored.item.reference();
        Ok(findings
            .into_iter()
            .map(|finding| finding.about(item.clone()).at(&standing.address))
            .collect())
    }

    /// A text with its addresses put right; as it is where more than addresses would change.
    fn mended(&self, html: &str, of: TextOf, open: bool, repair: &Repair) -> Result<String, Error> {
        let is_open = |item: &blog::ItemRef| self.is_open(item);
        let links = self.links(&is_open);
        let mut failure = None;
        let mended = rewrite_everywhere(html, of, &mut |reference| {
            let turned = if means_dead_picture(reference, of) {
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

    /// Where a link to the Space leads.
    fn own_link(&self, reference: &Reference, open: bool, repair: &Repair) -> Option<String> {
        if reference.kind != ReferenceKind::Link {
            return None;
        }
        let home = self.home.address.trim_end_matches('/');
        let address = match own_page(&reference.address, &self.profile.identity)? {
            OwnPage::Front => format!("{home}/"),
            OwnPage::Entry(number) => {
                let target = repair.entries.get(&number)?;
                if open && !target.open {
                    // The address of a private post holds its title; its number says nothing.
                    format!("{home}/?p={}", target.id)
                } else {
                    target.address.clone()
                }
            }
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

/// Links to entries that are no posts here, each once, without keys.
fn dead_links(standing: &Standing, identity: &Identity, repair: &Repair) -> BTreeSet<String> {
    links_of(standing, identity)
        .into_iter()
        .filter(|(_, page)| !repair.leads_to(*page))
        .map(|(address, _)| without_keys(&address).into_owned())
        .take(LINKS_TOLD)
        .collect()
}

/// What stands there, as its owner calls it.
fn called(standing: &Standing) -> String {
    let title = &standing.title;
    match (standing.menu_entry, standing.comment_on) {
        (true, _) => format!("the menu entry “{title}”"),
        (false, Some(_)) => format!("the comment of “{title}”"),
        (false, None) => format!("“{title}”"),
    }
}

/// The words at the beginning of a sentence.
fn beginning(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase());
    first.into_iter().flatten().chain(letters).collect()
}

/// What was put right, in words.
fn put_right(broken: Broken) -> String {
    let parts = [
        (
            broken.links,
            "link leads to its place here",
            "links lead to their places here",
        ),
        (
            broken.pictures,
            "picture is shown again",
            "pictures are shown again",
        ),
        (
            broken.keys,
            "text or custom field lost its key",
            "texts and custom fields lost their keys",
        ),
    ];
    let words: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Composer, Repair, Thing};
    use crate::{
        Bundle, Choices,
        bundle::{BundleIntake, Fact},
        transfer::repair::Target,
        watch::Blind,
    };
    use blog::{
        Audience, Identity, Item, ItemRef, Kind, Post, Profile,
        doors::{CustomFields, Intake as _, Left, NewHome, Original, Standing},
    };
    use jiff::Timestamp;

    const ENTRY: &str =
        "http://cid-6e7b9216726d07b8.spaces.live.com/blog/cns!6E7B9216726D07B8!103.entry";

    fn home() -> NewHome {
        NewHome {
            address: "http://home.example".to_owned(),
            software: String::new(),
            time_zone: "UTC".to_owned(),
            post_addresses: None,
            batch_items: 1,
            batch_bytes: 1,
            mode: String::new(),
            users: Vec::new(),
            findings: Vec::new(),
            custom_fields: CustomFields::None,
            settle_seconds: 0,
        }
    }

    fn standing(status: &str, comment_on: Option<u64>) -> Standing {
        Standing {
            id: 7,
            page: false,
            menu_entry: false,
            comment_on,
            status: status.to_owned(),
            locked: false,
            date_utc: None,
            title: "Text".to_owned(),
            address: "http://home.example/text/".to_owned(),
            content: format!("<a href=\"{ENTRY}\">mine</a>"),
            excerpt: String::new(),
            hash: String::new(),
            fields: Vec::new(),
            left: Left::Never,
        }
    }

    /// What the text of `standing` says, put right, of an entry that is a private post now.
    fn amended(standing: &Standing) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let target = Target {
            id: 12,
            address: "http://home.example/my-secret/".to_owned(),
            open: false,
        };
        let repair = Repair {
            entries: [(103, target)].into(),
        };
        let profile = Profile {
            title: String::new(),
            tagline: String::new(),
            language: None,
            time_zone: None,
            home: None,
            owner: None,
            audience: Audience::Everyone,
            identity: Identity::Space {
                cid: Some("6E7B9216726D07B8".to_owned()),
                aliases: Vec::new(),
                owner_tokens: Vec::new(),
            },
        };
        bundle.set_fact(Fact::Profile, &profile).expect("kept");
        bundle.set_fact(Fact::Repair, &repair).expect("kept");
        let mut intake = BundleIntake::start(&bundle, &Blind).expect("a reading");
        let json = serde_json::to_vec(standing).expect("JSON");
        let original = Original {
            bytes: &json,
            media_type: "application/json",
            place: "there",
        };
        intake
            .item(Item::Post(Post::new("7")), original)
            .expect("kept");
        intake.end(true).expect("read");
        let (choices, home) = (Choices::default(), home());
        let composer =
            Composer::new(&bundle, &choices, &home, Timestamp::UNIX_EPOCH).expect("a composer");
        let stored = bundle.row(&ItemRef::new(Kind::Post, "7")).expect("read");
        let composed = composer.amended(&stored.expect("there"), &repair);
        match composed
            .expect("composed")
            .expect("something")
            .placement
            .thing
        {
            Thing::Amend(amended) => amended.content,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn only_a_private_text_names_a_private_post_by_its_address() {
        for (status, comment_on) in [
            ("publish", None),
            ("future", None),
            ("draft", None),
            ("pending", None),
            ("publish", Some(1)),
            ("pending", Some(1)),
        ] {
            let said = amended(&standing(status, comment_on));
            assert_eq!(
                said, "<a href=\"http://home.example/?p=12\">mine</a>",
                "{status}"
            );
        }
        let said = amended(&standing("private", None));
        assert_eq!(said, "<a href=\"http://home.example/my-secret/\">mine</a>");
    }
}
