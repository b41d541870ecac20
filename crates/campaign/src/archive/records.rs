//! What a blog is read again from: every item, as it stands in the bundle. The open part says what everyone could know of it; the
//! private part says the rest, and where in the order it stands.

use super::{Kept, Writing, account, aside_file, plan::Plan};
use crate::{Error, bundle::Stored, transfer::public_url};
use blog::{
    Finding, Item, ItemRef, Kind, Person, codes,
    doors::archiving::{FORMAT, Kept as KeptBytes, Line, Part, Record},
};

/// Findings that arise again when the pictures of the archive are fetched.
const SAID_AGAIN: &[&blog::Code] = &[&codes::transfer::PICTURE_MISSING];

/// Writes the records of a part. Answers what is kept in which part, whichever is written.
pub(super) fn write(writing: &mut Writing<'_>, part: Part) -> Result<Kept, Error> {
    let mut records = Records {
        part,
        open: 0,
        kept: Kept::default(),
    };
    let (open, whole) = (writing.plan.open_profile(), writing.plan.profile.clone());
    let blog = |profile| Record::Blog {
        format: FORMAT,
        profile,
    };
    records.say(writing, Some(blog(open)), Some(blog(whole)))?;
    super::plan::each(writing.bundle, &Kind::ALL, |stored| {
        records.item(writing, &stored)?;
        writing.count(1)
    })?;
    records.findings(writing)?;
    records.asides(writing)?;
    Ok(records.kept)
}

struct Records {
    part: Part,
    /// Open records so far.
    open: u64,
    kept: Kept,
}

impl Records {
    /// One thing: what everyone may know of it, if anything, and all of it.
    fn say(
        &mut self,
        writing: &mut Writing<'_>,
        open: Option<Record>,
        whole: Option<Record>,
    ) -> Result<(), Error> {
        let is_open = open.is_some();
        let more = whole.filter(|whole| open.as_ref() != Some(whole));
        if let Some(record) = open {
            self.open += 1;
            if self.part == Part::Open {
                writing.archive.record(&Line {
                    after: None,
                    whole: false,
                    record,
                })?;
            }
        }
        if let Some(record) = more {
            self.kept.in_part += u64::from(is_open);
            self.privately(writing, record, is_open)?;
        }
        Ok(())
    }

    fn privately(
        &self,
        writing: &mut Writing<'_>,
        record: Record,
        whole: bool,
    ) -> Result<(), Error> {
        if self.part == Part::Private {
            writing.archive.record(&Line {
                after: Some(self.open),
                whole,
                record,
            })?;
        }
        Ok(())
    }

    fn item(&mut self, writing: &mut Writing<'_>, stored: &Stored) -> Result<(), Error> {
        let item = match &stored.item {
            Item::Media(media) => Item::Media(writing.plan.pictures.with_file(media.clone())),
            item => item.clone(),
        };
        let open = open_form(writing.plan, &item);
        let counts = match open {
            Some(_) => &mut self.kept.open,
            None => &mut self.kept.private,
        };
        *counts.of(item.kind(), item.is_draft()) += 1;
        self.say(writing, open.map(Record::Item), Some(Record::Item(item)))?;
        self.original(writing, &stored.item.reference())
    }

    /// An original may hold what nobody was shown: addresses of those who commented, pages as their owner saw them.
    fn original(&mut self, writing: &mut Writing<'_>, item: &ItemRef) -> Result<(), Error> {
        if self.part == Part::Open {
            return Ok(());
        }
        let (Some(bytes), Some((media_type, place))) = (
            writing.bundle.original(item)?,
            writing.bundle.about_original(item)?,
        ) else {
            return Ok(());
        };
        let original = Record::Original {
            kind: item.kind,
            id: item.id.clone(),
            media_type,
            place,
            bytes: KeptBytes::of(bytes),
        };
        self.privately(writing, original, false)
    }

    fn findings(&mut self, writing: &mut Writing<'_>) -> Result<(), Error> {
        for finding in writing.bundle.findings_of(crate::Stage::Pack)? {
            if SAID_AGAIN.iter().any(|code| code.name == finding.code) {
                continue;
            }
            let open = open_finding(writing, &finding)?.then(|| Record::Finding(finding.clone()));
            self.say(writing, open, Some(Record::Finding(finding)))?;
        }
        Ok(())
    }

    fn asides(&mut self, writing: &mut Writing<'_>) -> Result<(), Error> {
        if self.part == Part::Open {
            return Ok(());
        }
        for (number, (place, _)) in writing.bundle.kept_aside()?.into_iter().enumerate() {
            let file = format!("{}{}", self.part.prefix(), aside_file(number));
            self.privately(writing, Record::Aside { place, file }, false)?;
        }
        Ok(())
    }
}

/// Findings about open items are everyone's.
fn open_finding(writing: &Writing<'_>, finding: &Finding) -> Result<bool, Error> {
    account::is_open(writing.bundle, writing.plan, finding)
}

/// What everyone may know of an item; `None` where that is nothing.
pub(super) fn open_form(plan: &Plan, item: &Item) -> Option<Item> {
    if plan.part_of(item) != Part::Open {
        return None;
    }
    let mut item = item.clone();
    match &mut item {
        Item::Post(post) => {
            if let Some(author) = &mut post.author {
                strip(author);
            }
            // Plugins keep there what no reader ever saw.
            post.fields.clear();
            let parent = post.parent.take();
            post.parent = parent.filter(|parent| {
                let parent = ItemRef::new(Kind::Page, parent);
                plan.place(&parent).is_some_and(|at| at.part == Part::Open)
            });
        }
        Item::Comment(comment) => {
            comment.ip = None;
            strip(&mut comment.author);
        }
        Item::GuestbookEntry(entry) => strip(&mut entry.author),
        Item::Album(album) => album
            .photos
            .retain(|id| plan.pictures.part_of(id) == Some(Part::Open)),
        Item::Media(media) => {
            *media = plan.pictures.open_form(media.clone());
            let is_open = |item: &ItemRef| plan.place(item).is_some_and(|at| at.part == Part::Open);
            media.used_by = media.used_by.take().filter(is_open);
        }
        Item::Category(category) => {
            let parent = category.parent.take();
            category.parent = parent.filter(|parent| {
                let parent = ItemRef::new(Kind::Category, parent);
                plan.term(Part::Open, &parent).is_some()
            });
        }
        Item::List(_) | Item::Link(_) | Item::Tag(_) => {}
    }
    // Whoever takes the archive out of a web server's folder reads these.
    Some(item.for_everyone())
}

/// Mail addresses are nobody's business.
fn strip(person: &mut Person) {
    person.email = None;
    if public_url(person.url.as_deref()).is_empty() {
        person.url = None;
    }
}
