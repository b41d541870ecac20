//! The post of an entry: what its head says, and an id that stays the same.

use super::reading::{Place, Reading, short};
use super::text::unescape;
use crate::wire::movable_type::{Entry, date};
use blog::codes::movable_type as codes;
use blog::doors::{Halt, Intake, Original};
use blog::{
    Audience, Category, Item, ItemRef, Kind, Moment, Person, Post, PostKind, PostState, Tag, when,
};
use jiff::tz::TimeZone;
use std::hash::BuildHasher;

impl Reading {
    /// The post of an entry, with an id of its own and without a body.
    pub(super) fn post(
        &mut self,
        entry: &Entry<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<Post, Halt> {
        let address = entry.field("UNIQUE URL").map(str::to_owned);
        let written = entry.field("DATE").and_then(date).map(Moment::Wall);
        let (id, again) = self.unique(plain_id(entry, address.as_deref(), written.as_ref()));
        let mut post = Post::new(id);
        if let Some(address) = &address {
            self.site.note_address(address);
            if self.site.is_page(address) {
                post.kind = PostKind::Page;
            }
        }
        post.title = unescape(entry.field("TITLE").unwrap_or_default()).into_owned();
        post.slug = slug(entry.field("BASENAME"), address.as_deref());
        post.base = address.clone();
        post.addresses.extend(address);
        post.author = author(entry);
        post.published = written.filter(is_believable);
        post.comments_open = entry
            .field("ALLOW COMMENTS")
            .is_none_or(|value| value == "1");
        post.pings_open = entry.field("ALLOW PINGS") == Some("1");
        self.terms(entry, &mut post, intake)?;
        self.state(entry, &mut post, place, intake)?;
        if is_without_entry(entry) {
            post.state = PostState::Draft;
            post.audience = Audience::Owner;
            let sentence = format!(
                "Comments of \"{}\" came without the entry itself; they moved under a draft.",
                post.label()
            );
            self.find(
                intake,
                &codes::COMMENTS_WITHOUT_ENTRY,
                sentence,
                Some(&about(&post)),
                &place.words(),
            )?;
        }
        if again {
            let sentence = format!(
                "\"{}\" has the same address as an entry before it; both were read.",
                post.label()
            );
            self.find(
                intake,
                &codes::EQUAL_ADDRESSES,
                sentence,
                Some(&about(&post)),
                &place.words(),
            )?;
        }
        Ok(post)
    }

    /// The id, counted where another entry has it already, and whether that was so.
    pub(super) fn unique(&mut self, plain: String) -> (String, bool) {
        let mut id = plain.clone();
        loop {
            let times = self.ids.entry(self.hasher.hash_one(&id)).or_insert(0);
            *times += 1;
            if *times == 1 {
                let again = id != plain;
                return (id, again);
            }
            id = format!("{plain}~{times}");
        }
    }

    /// The id of the entry that a part with nothing but comments (`NO ENTRY: 1`) belongs to, where it came before.
    pub(super) fn known_post(&self, entry: &Entry<'_>) -> Option<String> {
        if !is_without_entry(entry) {
            return None;
        }
        let written = entry.field("DATE").and_then(date).map(Moment::Wall);
        let id = plain_id(entry, entry.field("UNIQUE URL"), written.as_ref());
        self.ids
            .contains_key(&self.hasher.hash_one(&id))
            .then_some(id)
    }

    fn terms(
        &mut self,
        entry: &Entry<'_>,
        post: &mut Post,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        for name in entry
            .fields_of("PRIMARY CATEGORY")
            .chain(entry.fields_of("CATEGORY"))
        {
            let name = unescape(name).trim().to_owned();
            if name.is_empty() || post.categories.contains(&name) {
                continue;
            }
            if self.categories.insert(name.clone()) {
                intake.item(Item::Category(Category::named(&name)), Original::NONE)?;
            }
            post.categories.push(name);
        }
        let keywords = [
            entry.section("KEYWORDS"),
            entry.section("TAGS"),
            entry.field("KEYWORDS").unwrap_or_default(),
            entry.field("TAGS").unwrap_or_default(),
        ];
        for name in keywords
            .iter()
            .flat_map(|words| words.split([',', '\n', ';']))
        {
            let name = unescape(name.trim().trim_matches('"')).trim().to_owned();
            if name.is_empty() || post.tags.contains(&name) {
                continue;
            }
            if self.tags.insert(name.clone()) {
                intake.item(Item::Tag(Tag::named(&name)), Original::NONE)?;
            }
            post.tags.push(name);
        }
        Ok(())
    }

    /// Whether the date is more than a day ahead: a clock on a wall may be that much ahead of ours.
    fn is_to_come(&self, post: &Post) -> bool {
        post.published.is_some_and(|moment| {
            moment.instant(&TimeZone::UTC).as_second() > self.now.as_second() + 24 * 3600
        })
    }

    /// State and audience. What is not known to be public is the owner's alone.
    fn state(
        &mut self,
        entry: &Entry<'_>,
        post: &mut Post,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let status = entry.field("STATUS").unwrap_or_default();
        let about = about(post);
        let name = post.label();
        post.state = PostState::Draft;
        post.audience = Audience::Owner;
        match status.to_ascii_lowercase().as_str() {
            "publish" | "published" | "release" | "2" => {
                if self.is_to_come(post) {
                    // WordPress would hide it until then and publish it by itself; its owner decides.
                    let sentence = format!(
                        "\"{name}\" is published and dated in the future ({}); it moves as a draft.",
                        short(entry.field("DATE").unwrap_or_default())
                    );
                    self.find(
                        intake,
                        &codes::PUBLISHED_TO_COME,
                        sentence,
                        Some(&about),
                        &place.words(),
                    )?;
                } else {
                    post.state = PostState::Published;
                    post.audience = Audience::Everyone;
                }
            }
            "draft" | "hold" | "1" => {}
            "future" | "scheduled" | "4" => {
                let zone = self
                    .wishes
                    .time_zone
                    .as_deref()
                    .and_then(when::zone)
                    .unwrap_or(TimeZone::UTC);
                if post
                    .published
                    .is_some_and(|moment| moment.instant(&zone) > self.now)
                {
                    post.state = PostState::Scheduled;
                    post.audience = Audience::Everyone;
                } else {
                    let sentence = format!(
                        "\"{name}\" waited for a date that has passed; it moves as a draft."
                    );
                    self.find(
                        intake,
                        &codes::PLANNED_IN_THE_PAST,
                        sentence,
                        Some(&about),
                        &place.words(),
                    )?;
                }
            }
            _ => {
                let sentence = format!(
                    "Nobody said whether \"{name}\" is published (status \"{}\"); it moves as a draft.",
                    short(status)
                );
                self.find(
                    intake,
                    &codes::STATUS_UNKNOWN,
                    sentence,
                    Some(&about),
                    &place.words(),
                )?;
            }
        }
        if post.published.is_none() {
            let sentence = format!(
                "\"{name}\" has no date that can be read (\"{}\").",
                short(entry.field("DATE").unwrap_or_default())
            );
            self.find(
                intake,
                &codes::DATE_UNREADABLE,
                sentence,
                Some(&about),
                &place.words(),
            )?;
        }
        if post.kind == PostKind::Page {
            let sentence = format!(
                "\"{name}\" stands at an address without year and month and was read as a page."
            );
            self.find(intake, &codes::PAGE, sentence, Some(&about), &place.words())?;
        }
        Ok(())
    }
}

/// Whether a date is one that somebody meant: clocks that were never set say 1970, and databases without a date say the year 1.
fn is_believable(moment: &Moment) -> bool {
    let day = moment.wall(&TimeZone::UTC).date();
    (1901..=2100).contains(&day.year()) && day != jiff::civil::date(1970, 1, 1)
}

/// The stable id of an entry: the path of its address, or its base name and day.
fn plain_id(entry: &Entry<'_>, address: Option<&str>, written: Option<&Moment>) -> String {
    if let Some(address) = address.filter(|address| address.contains("://")) {
        return super::media::host_and_path(address).1.to_owned();
    }
    let name = entry
        .field("BASENAME")
        .or(entry.field("TITLE"))
        .unwrap_or("untitled");
    written.map_or_else(
        || name.to_owned(),
        |written| format!("{name}@{}", when::day(written)),
    )
}

pub(super) fn about(post: &Post) -> ItemRef {
    let kind = match post.kind {
        PostKind::Page => Kind::Page,
        PostKind::Post => Kind::Post,
    };
    ItemRef::new(kind, &post.id)
}

fn author(entry: &Entry<'_>) -> Option<Person> {
    let name = unescape(entry.field("AUTHOR")?).into_owned();
    Some(Person {
        email: entry.field("AUTHOR EMAIL").map(str::to_owned),
        url: entry.field("AUTHOR URL").map(str::to_owned),
        name,
    })
}

fn slug(base_name: Option<&str>, address: Option<&str>) -> Option<String> {
    let from_address = || {
        let last = address?
            .split(['?', '#'])
            .next()?
            .rsplit('/')
            .find(|part| !part.is_empty())?;
        Some(last.rsplit_once('.').map_or(last, |(stem, _)| stem))
    };
    base_name.or_else(from_address).map(str::to_owned)
}

fn is_without_entry(entry: &Entry<'_>) -> bool {
    entry.field("NO ENTRY").is_some_and(|value| value != "0")
}
