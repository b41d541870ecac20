//! From the entries of exports to the items of one blog.

use super::media::Gathered;
use super::mentions::{Mention, collect};
use super::site::{Site, Wishes};
use super::text::{Breaks, join, unescape};
use crate::wire::encodings::Pieces;
use crate::wire::movable_type::{Comment as WireComment, Entry, Raw, Section, Splitter, date};
use blog::codes::{input as input_codes, movable_type as codes};
use blog::doors::{Depth, Halt, Input, Intake, Original, ReadError};
use blog::{
    Audience, Category, Code, Comment, CommentKind, CommentState, Finding, Item, ItemRef, Kind,
    Moment, Person, Post, PostKind, PostState, Profile, Tag, when,
};
use jiff::{Timestamp, tz::TimeZone};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Read,
};

/// Findings of one code that are told one by one; the rest is one line.
const TOLD: usize = 20;
/// How often progress is told, in bytes.
const PROGRESS_BYTES: u64 = 4 << 20;

/// What is known while exports are read.
pub(super) struct Reading {
    depth: Depth,
    now: Timestamp,
    label: String,
    wishes: Wishes,
    site: Site,
    profile: Option<Profile>,
    /// How often an id was used.
    ids: HashMap<String, u32>,
    categories: HashSet<String>,
    tags: HashSet<String>,
    counts: BTreeMap<&'static str, usize>,
    gathered: Gathered,
    done: u64,
    told: u64,
}

/// Where an entry stands.
struct Place<'a> {
    export: &'a str,
    line: u64,
    bytes: &'a [u8],
}

impl Reading {
    pub(super) fn new(input: &dyn Input, depth: Depth) -> Self {
        let option = |name| {
            input
                .option(name)
                .map(str::trim)
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
        };
        Self {
            depth,
            now: input.now(),
            label: input.label().to_owned(),
            wishes: Wishes {
                title: option("title"),
                time_zone: option("time-zone"),
                language: option("language"),
                home: option("home"),
            },
            site: Site::default(),
            profile: None,
            ids: HashMap::new(),
            categories: HashSet::new(),
            tags: HashSet::new(),
            counts: BTreeMap::new(),
            gathered: Gathered::default(),
            done: 0,
            told: 0,
        }
    }

    /// Looks over the head of an export before anything is read.
    pub(super) fn learn(&mut self, head: &[u8]) {
        self.site.learn(head);
    }

    /// The profile as far as it is known.
    pub(super) fn profile(&mut self) -> Profile {
        let profile = self.site.profile(&self.wishes, &self.label);
        self.profile = Some(profile.clone());
        profile
    }

    /// Reads one export.
    pub(super) fn read(
        &mut self,
        export: &str,
        reader: Box<dyn Read + '_>,
        total: u64,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let unreadable = |error: std::io::Error| ReadError::Unreadable {
            place: export.to_owned(),
            what: error.to_string(),
        };
        let mut splitter = Splitter::new(reader);
        let pieces = Pieces::new(splitter.head().map_err(unreadable)?, None);
        if pieces.guessed() {
            let sentence = format!(
                "\"{export}\" does not say how its letters are written; it was read as {}.",
                pieces.encoding()
            );
            self.find(
                intake,
                &input_codes::ENCODING_GUESSED,
                sentence,
                None,
                export,
            )?;
        }
        while let Some(raw) = splitter.next_entry().map_err(unreadable)? {
            self.entry(export, &raw, &pieces, intake)?;
            self.done += raw.span;
            if self.done - self.told >= PROGRESS_BYTES {
                self.told = self.done;
                intake.progress(self.done, Some(total))?;
            }
        }
        intake.progress(self.done, Some(total))?;
        Ok(())
    }

    /// Says what is only known at the end.
    pub(super) fn finish(&mut self, intake: &mut dyn Intake) -> Result<(), ReadError> {
        let profile = self.site.profile(&self.wishes, &self.label);
        if self.profile.as_ref() != Some(&profile) {
            intake.profile(profile)?;
        }
        for (code, count) in &self.counts {
            if *count > TOLD {
                let sentence = format!(
                    "{} more findings {code} like the {TOLD} that are told.",
                    count - TOLD
                );
                intake.finding(Finding::new(&codes::AND_MORE, sentence).at(self.label.clone()))?;
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        export: &str,
        raw: &Raw<'_>,
        pieces: &Pieces,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let place = Place {
            export,
            line: raw.line,
            bytes: raw.bytes,
        };
        if raw.continues {
            let sentence = format!(
                "An entry is longer than 16 MiB; {} bytes of its rest, from line {} on, were left in the export.",
                raw.span, raw.line
            );
            return self.find(intake, &codes::TOO_LONG, sentence, None, &place.words());
        }
        let (text, other, replaced) = pieces.read(raw.bytes);
        let (text, stripped) = without_controls(&text);
        let entry = Entry::parse(&text);
        if entry.fields.is_empty() && entry.sections.is_empty() {
            if !text.trim().is_empty() {
                let sentence = format!(
                    "At line {} of \"{export}\" stands a part of {} bytes that is no entry; it was left out.",
                    raw.line,
                    raw.bytes.len()
                );
                self.find(
                    intake,
                    &codes::NO_ENTRY_HERE,
                    sentence,
                    None,
                    &place.words(),
                )?;
            }
            return Ok(());
        }
        let post = self.post(&entry, &place, intake)?;
        let about = ItemRef::new(
            if post.kind == PostKind::Page {
                Kind::Page
            } else {
                Kind::Post
            },
            &post.id,
        );
        let name = post.label();
        if let Some(other) = other {
            let sentence = format!(
                "\"{name}\" is written in another alphabet than the rest of the export; it was read as {other}."
            );
            self.find(
                intake,
                &input_codes::ENCODING_GUESSED,
                sentence,
                Some(&about),
                &place.words(),
            )?;
        }
        if replaced > 0 {
            let sentence =
                format!("In \"{name}\" {replaced} places could not be read and show as \u{FFFD}.");
            self.find(
                intake,
                &input_codes::LETTERS_LOST,
                sentence,
                Some(&about),
                &place.words(),
            )?;
        }
        if stripped > 0 {
            let sentence = format!("{stripped} invisible signs were taken out of \"{name}\".");
            self.find(
                intake,
                &codes::CONTROL_CHARACTERS,
                sentence,
                Some(&about),
                &place.words(),
            )?;
        }
        if raw.open {
            let sentence = format!(
                "The export \"{export}\" ends before the end of \"{name}\", which was read as far as it goes."
            );
            let closed = entry.sections.last().is_some_and(|section| section.closed);
            if raw.bytes.len() >= crate::wire::movable_type::ENTRY_BYTES {
                self.find(
                    intake,
                    &codes::TOO_LONG,
                    format!("\"{name}\" is longer than 16 MiB; its first 16 MiB were read."),
                    Some(&about),
                    &place.words(),
                )?;
            } else if !closed {
                self.find(intake, &codes::CUT, sentence, Some(&about), &place.words())?;
            }
        }
        self.deliver(post, &about, &entry, &place, intake)
    }

    /// The post of an entry, with an id of its own and without a body.
    fn post(
        &mut self,
        entry: &Entry<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<Post, Halt> {
        let address = entry.field("UNIQUE URL").map(str::to_owned);
        let written = entry.field("DATE").and_then(date).map(Moment::Wall);
        let mut post = Post::new(self.id(entry, address.as_deref(), written.as_ref()));
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
        post.published = written;
        post.comments_open = entry
            .field("ALLOW COMMENTS")
            .is_none_or(|value| value == "1");
        post.pings_open = entry.field("ALLOW PINGS") == Some("1");
        self.terms(entry, &mut post, intake)?;
        self.state(entry, &mut post, place, intake)?;
        Ok(post)
    }

    /// The stable id of an entry: the path of its address, or its base name and day; the second of two equal ones is counted.
    fn id(&mut self, entry: &Entry<'_>, address: Option<&str>, written: Option<&Moment>) -> String {
        let plain = match address.filter(|address| address.contains("://")) {
            Some(address) => super::media::host_and_path(address).1.to_owned(),
            None => {
                let name = entry
                    .field("BASENAME")
                    .or(entry.field("TITLE"))
                    .unwrap_or("untitled");
                written.map_or_else(
                    || name.to_owned(),
                    |written| format!("{name}@{}", when::day(written)),
                )
            }
        };
        let mut id = plain.clone();
        loop {
            let times = self.ids.entry(id.clone()).or_insert(0);
            *times += 1;
            if *times == 1 {
                return id;
            }
            id = format!("{plain}~{times}");
        }
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
                intake.item(Item::Tag(Tag { name: name.clone() }), Original::NONE)?;
            }
            post.tags.push(name);
        }
        Ok(())
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
        let about = ItemRef::new(
            if post.kind == PostKind::Page {
                Kind::Page
            } else {
                Kind::Post
            },
            &post.id,
        );
        let name = post.label();
        post.state = PostState::Draft;
        post.audience = Audience::Owner;
        match status.to_ascii_lowercase().as_str() {
            "publish" | "published" | "release" | "2" => {
                post.state = PostState::Published;
                post.audience = Audience::Everyone;
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

    /// Body, media and comments of an entry.
    fn deliver(
        &mut self,
        mut post: Post,
        about: &ItemRef,
        entry: &Entry<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let (body, extended) = (entry.section("BODY"), entry.section("EXTENDED BODY"));
        let breaks = Breaks::from_value(entry.field("CONVERT BREAKS"), body);
        if breaks == Breaks::Unknown {
            let way = short(entry.field("CONVERT BREAKS").unwrap_or_default());
            let sentence = format!(
                "\"{}\" is written as \"{way}\", which is not rendered here; its lines were kept.",
                post.label()
            );
            self.find(
                intake,
                &codes::BREAKS_UNKNOWN,
                sentence,
                Some(about),
                &place.words(),
            )?;
        }
        if post.id.contains('~') && self.ids.contains_key(&post.id) {
            self.tell_of_equal_addresses(&post, about, place, intake)?;
        }
        let markdown = matches!(breaks, Breaks::Markdown { .. });
        // Pictures of Markdown are seen only once it is rendered; all else is looked at as it stands.
        let full = self.depth == Depth::Full || markdown;
        let html = if full {
            join(breaks.to_html(body), &breaks.to_html(extended))
        } else {
            String::new()
        };
        let excerpt = entry.section("EXCERPT").trim();
        post.excerpt = (!excerpt.is_empty()).then(|| excerpt.to_owned());
        let seen: &[&str] = if full {
            &[&html, excerpt]
        } else {
            &[body, extended, excerpt]
        };
        self.media(seen, &post, about, place, intake)?;
        let (id, audience) = (post.id.clone(), post.audience);
        if self.depth == Depth::Full {
            post.body = html;
            let words = place.words();
            intake.item(
                Item::Post(post),
                Original {
                    bytes: place.bytes,
                    media_type: "text/plain",
                    place: &words,
                },
            )?;
        } else {
            intake.item(Item::Post(post), Original::NONE)?;
        }
        self.comments(&id, audience, entry, place, intake)
    }

    fn tell_of_equal_addresses(
        &mut self,
        post: &Post,
        about: &ItemRef,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let known = post.id.rsplit_once('~').is_some_and(|(plain, times)| {
            times.parse::<u32>().is_ok() && self.ids.contains_key(plain)
        });
        if !known {
            return Ok(());
        }
        let sentence = format!(
            "\"{}\" has the same address as an entry before it; both were read.",
            post.label()
        );
        self.find(
            intake,
            &codes::EQUAL_ADDRESSES,
            sentence,
            Some(about),
            &place.words(),
        )
    }

    fn media(
        &mut self,
        texts: &[&str],
        post: &Post,
        about: &ItemRef,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let mut mentions: Vec<Mention<'_>> = Vec::new();
        for text in texts {
            collect(text, &mut mentions);
        }
        let mut gathered = std::mem::take(&mut self.gathered);
        gathered.clear();
        for mention in &mentions {
            gathered.add(mention, post.base.as_deref(), &|host| self.site.owns(host));
        }
        for mut media in gathered.media.drain(..) {
            media.taken = post.published;
            media.used_by = Some(about.clone());
            media.audience = post.audience;
            intake.item(Item::Media(media), Original::NONE)?;
        }
        for address in &gathered.nowhere {
            let sentence = format!(
                "\"{}\" shows a picture that was never on the web (\"{}\").",
                post.label(),
                short(&crate::fetch::without_query(address))
            );
            self.find(
                intake,
                &codes::PICTURE_NOWHERE,
                sentence,
                Some(about),
                &place.words(),
            )?;
        }
        self.gathered = gathered;
        Ok(())
    }

    fn comments(
        &mut self,
        post: &str,
        audience: Audience,
        entry: &Entry<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let said = entry
            .sections
            .iter()
            .filter(|section| matches!(section.name, "COMMENT" | "PING"));
        for (at, section) in said.enumerate() {
            let comment = self.comment(post, at + 1, section, place, intake)?;
            let mut mentions = Vec::new();
            if audience == Audience::Everyone && section.text.contains("<img") {
                collect(section.text, &mut mentions);
            }
            let about = ItemRef::new(
                if comment.kind == CommentKind::Comment {
                    Kind::Comment
                } else {
                    Kind::Trackback
                },
                &comment.id,
            );
            for mention in mentions
                .iter()
                .filter(|mention| mention.use_as == super::mentions::Use::Picture)
            {
                let mut gathered = Gathered::default();
                gathered.add(mention, entry.field("UNIQUE URL"), &|host| {
                    self.site.owns(host)
                });
                for mut media in gathered.media {
                    media.used_by = Some(about.clone());
                    media.audience = audience;
                    intake.item(Item::Media(media), Original::NONE)?;
                }
            }
            let words = place.words();
            let original = if self.depth == Depth::Full {
                Original {
                    bytes: section.text.as_bytes(),
                    media_type: "text/plain",
                    place: &words,
                }
            } else {
                Original::NONE
            };
            intake.item(Item::Comment(comment), original)?;
        }
        Ok(())
    }

    fn comment(
        &mut self,
        post: &str,
        position: usize,
        section: &Section<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<Comment, Halt> {
        let wire = WireComment::parse(section.text);
        let written = wire.field("DATE").and_then(date).map(Moment::Wall);
        let hash = blake3::hash(section.text.as_bytes()).to_hex();
        let id = format!("{post}#{position}-{}", &hash[..8]);
        let is_ping = section.name == "PING";
        let kind = if is_ping {
            CommentKind::Trackback
        } else {
            CommentKind::Comment
        };
        if written.is_none() {
            let about = ItemRef::new(
                if is_ping {
                    Kind::Trackback
                } else {
                    Kind::Comment
                },
                &id,
            );
            let sentence =
                format!("Comment {position} under \"{post}\" has no date that can be read.");
            self.find(
                intake,
                &codes::DATE_UNREADABLE,
                sentence,
                Some(&about),
                &place.words(),
            )?;
        }
        let name = if is_ping {
            wire.field("BLOG NAME").or(wire.field("TITLE"))
        } else {
            wire.field("AUTHOR")
        };
        let body = if self.depth == Depth::Full {
            wire.text.trim().replace("\r\n", "\n")
        } else {
            String::new()
        };
        Ok(Comment {
            id,
            post: post.to_owned(),
            parent: None,
            kind,
            author: Person {
                name: unescape(name.unwrap_or_default()).into_owned(),
                url: wire.field("URL").map(str::to_owned),
                email: wire.field("EMAIL").map(str::to_owned),
            },
            written,
            body,
            state: CommentState::Approved,
            title: wire
                .field("TITLE")
                .filter(|_| is_ping)
                .map(|title| unescape(title).into_owned()),
            ip: wire.field("IP").map(str::to_owned),
        })
    }

    /// Tells a finding; the twenty-first of its kind and those after it are counted.
    fn find(
        &mut self,
        intake: &mut dyn Intake,
        code: &Code,
        sentence: String,
        about: Option<&ItemRef>,
        place: &str,
    ) -> Result<(), Halt> {
        let count = self.counts.entry(code.name).or_default();
        *count += 1;
        if *count > TOLD {
            return Ok(());
        }
        let mut finding = Finding::new(code, sentence).at(place);
        finding.item = about.cloned();
        intake.finding(finding)
    }
}

impl Place<'_> {
    fn words(&self) -> String {
        format!("{} › line {}", self.export, self.line)
    }
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

/// What somebody wrote, short enough for a sentence.
fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The text without signs that nobody sees and no database takes, and how many those were.
fn without_controls(text: &str) -> (std::borrow::Cow<'_, str>, usize) {
    let bad = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let count = text
        .as_bytes()
        .iter()
        .map(|byte| usize::from(bad(*byte)))
        .sum();
    if count == 0 {
        return (text.into(), 0);
    }
    (
        text.chars()
            .filter(|character| !(character.is_ascii() && bad(*character as u8)))
            .collect::<String>()
            .into(),
        count,
    )
}
