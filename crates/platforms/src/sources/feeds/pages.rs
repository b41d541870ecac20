//! Page after page of a feed, and the comments of its posts.

use super::finding_feeds::{ask, feed_at};
use super::items::{self, Frame, is_beginning};
use super::pictures::{absolute, host_of};
use super::{is_feed, may_be_feed};
use crate::wire::feeds::{BadItem, FeedHead, FeedItem};
use crate::wire::{encodings, feeds, json_feed};
use blog::address::without_keys;
use blog::body::plain_text;
use blog::codes::feeds as codes;
use blog::doors::{Answer, Input, InputForm, Intake, Original, ReadError};
use blog::{Audience, Category, Code, Finding, Identity, Item, ItemRef, Kind, Profile, when};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Read;

/// Pages of one feed, and of comments of one post. WordPress pages by ten: fifty thousand posts.
const PAGES_MAX: usize = 5_000;

/// Bytes of a saved feed: it is held in memory.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// One page of a feed.
struct Page {
    /// Its address, or `input:/…`.
    place: String,
    head: FeedHead,
    items: Vec<FeedItem>,
    bad: Vec<BadItem>,
}

/// Reads the feed at an address, to its end. Answers the addresses of its posts.
pub(super) fn read_address(
    input: &mut dyn Input,
    label: &str,
    intake: &mut dyn Intake,
) -> Result<BTreeSet<String>, ReadError> {
    let captured = input.form() != InputForm::Address;
    let answer = feed_at(input, label)?;
    let place = answer.address.clone();
    let mut page =
        parsed(&answer).ok_or_else(|| unreadable(&place, "its XML or JSON cannot be read"))?;
    // What opens only with a key was not for everyone.
    let is_open = without_keys(label) == label;
    let mut reading = Reading::new(
        &page,
        if is_open {
            Audience::Everyone
        } else {
            Audience::Owner
        },
    );
    intake.profile(reading.profile(&page))?;
    let (mut asked, mut number) = (HashSet::from([place.clone()]), 1);
    loop {
        let fresh = reading.take(&page, Some(input), intake)?;
        intake.progress(number, None)?;
        let Some(next) = next_page(&page, &place, number).filter(|_| fresh > 0 || number == 1)
        else {
            break;
        };
        if !asked.insert(next.clone()) || asked.len() > PAGES_MAX {
            break;
        }
        number += 1;
        match ask(input, &next) {
            Ok(answer) => match parsed(&answer) {
                Some(found) => page = found,
                None => break,
            },
            // WordPress says so when there are no more.
            Err(ReadError::Unreadable { .. }) if next.contains("paged=") => {
                // In a web archive it only says that nobody asked for it.
                reading.whole = !captured;
                number -= 1;
                break;
            }
            Err(ReadError::Halt(halt)) => return Err(halt.into()),
            Err(error) => {
                reading.find(
                    intake,
                    &codes::PAGE_MISSING,
                    format!("A further page of the feed could not be read: {error}."),
                    None,
                )?;
                break;
            }
        }
    }
    reading.whole |= page.head.complete || (number > 1 && !captured);
    reading.close(number, intake)?;
    Ok(reading.by_link.into_keys().collect())
}

/// Reads saved feeds: one file, or all in a folder or zip.
pub(super) fn read_files(input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
    let mut pages = Vec::new();
    let alone = input.form() == InputForm::File;
    for entry in input.entries()? {
        if !alone && !may_be_feed(&entry.name) {
            continue;
        }
        if entry.bytes > FILE_BYTES_MAX {
            return Err(unreadable(
                &entry.name,
                "it is longer than 256 MiB, which no feed is",
            ));
        }
        let mut body = Vec::new();
        let read = input
            .open(&entry.name)?
            .take(FILE_BYTES_MAX)
            .read_to_end(&mut body);
        read.map_err(|error| unreadable(&entry.name, &error.to_string()))?;
        if is_feed(&body) {
            let answer = Answer {
                status: 200,
                address: format!("input:/{}", entry.name),
                media_type: None,
                body,
            };
            pages.extend(parsed(&answer));
        }
    }
    // Feeds of comments name the page of their post: they come after the posts.
    let posts: HashSet<String> = pages
        .iter()
        .flat_map(|page| &page.items)
        .filter_map(|item| item.link.clone())
        .collect();
    let is_of_comments = |page: &Page| {
        page.head
            .link
            .as_ref()
            .is_some_and(|link| posts.contains(link))
    };
    pages.sort_by_key(is_of_comments);
    let Some(first) = pages.first() else {
        return Err(ReadError::NotOurs {
            place: input.label().to_owned(),
            what: "there is no feed in it".to_owned(),
        });
    };
    let is_open = input
        .option("audience")
        .is_some_and(|word| word.eq_ignore_ascii_case("everyone"));
    let mut reading = Reading::new(
        first,
        if is_open {
            Audience::Everyone
        } else {
            Audience::Owner
        },
    );
    intake.profile(reading.profile(first))?;
    if !is_open {
        let sentence = "A saved feed does not say who could see it; everything moves as private.";
        reading.find(intake, &codes::AUDIENCE_UNKNOWN, sentence.to_owned(), None)?;
    }
    let count = pages.len() as u64;
    for page in &pages {
        let under = page
            .head
            .link
            .as_ref()
            .and_then(|link| reading.by_link.get(link).cloned());
        match under.filter(|_| is_of_comments(page)) {
            Some(post) => {
                reading.comments_of(page, &post, intake)?;
            }
            None => {
                reading.take(page, None, intake)?;
            }
        }
        reading.whole |= page.head.complete;
    }
    reading.close(count, intake)
}

fn unreadable(place: &str, what: &str) -> ReadError {
    ReadError::Unreadable {
        place: place.to_owned(),
        what: what.to_owned(),
    }
}

/// The page in an answer; `None` where it is no feed.
fn parsed(answer: &Answer) -> Option<Page> {
    let declared = answer.media_type.as_deref().and_then(charset);
    let prolog = prolog_charset(&answer.body);
    let text = encodings::decode(&answer.body, prolog.as_deref().or(declared)).text;
    let (head, items, bad) = feeds::read_all(&text).or_else(|| json_feed::read_all(&text))?;
    Some(Page {
        place: answer.address.clone(),
        head,
        items,
        bad,
    })
}

fn charset(media_type: &str) -> Option<&str> {
    let (_, rest) = media_type.split_once("charset=")?;
    Some(rest.split(';').next()?.trim().trim_matches(['"', '\'']))
}

fn prolog_charset(body: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&body[..body.len().min(256)]).into_owned();
    let (_, rest) = head
        .strip_prefix("<?xml")?
        .split_once("?>")
        .map(|(prolog, _)| prolog)?
        .split_once("encoding=")?;
    let quote = rest.chars().next()?;
    Some(rest[1..].split(quote).next()?.to_owned())
}

/// Where the feed goes on: as it says (RFC 5005), or as WordPress counts its pages.
fn next_page(page: &Page, first: &str, number: u64) -> Option<String> {
    let named = page.head.next.as_deref().or(page.head.archive.as_deref());
    if let Some(named) = named {
        return absolute(named, Some(&page.place));
    }
    let is_wordpress = page
        .head
        .generator
        .as_deref()
        .is_some_and(|name| name.to_ascii_lowercase().contains("wordpress"));
    let joint = if first.contains('?') { '&' } else { '?' };
    (is_wordpress && !first.contains("paged="))
        .then(|| format!("{first}{joint}paged={}", number + 1))
}

/// What was read so far.
struct Reading {
    title: String,
    home: Option<String>,
    host: Option<String>,
    audience: Audience,
    seen: HashSet<String>,
    categories: HashSet<String>,
    /// Posts by their links.
    by_link: BTreeMap<String, String>,
    /// Posts, and the post of each comment.
    under: BTreeMap<String, String>,
    /// How many comments a post is said to have, and how many of them were read.
    comments: BTreeMap<String, (u64, u64)>,
    posts: u64,
    oldest: Option<blog::Moment>,
    /// Whether the feed was read to its end.
    whole: bool,
}

impl Reading {
    fn new(page: &Page, audience: Audience) -> Self {
        let at = page
            .head
            .link
            .as_deref()
            .and_then(|link| absolute(link, Some(&page.place)));
        let from_items = || {
            page.items
                .iter()
                .find_map(|item| item.link.as_deref())
                .and_then(|link| absolute(link, None))
                .and_then(|link| root_of(&link))
        };
        let home = at
            .filter(|home| home.starts_with("http"))
            .or_else(from_items);
        let home = home.or_else(|| root_of(&page.place));
        Self {
            title: plain_text(&page.head.title).trim().to_owned(),
            host: home.as_deref().and_then(host_of).map(str::to_owned),
            home,
            audience,
            seen: HashSet::new(),
            categories: HashSet::new(),
            by_link: BTreeMap::new(),
            under: BTreeMap::new(),
            comments: BTreeMap::new(),
            posts: 0,
            oldest: None,
            whole: false,
        }
    }

    fn profile(&self, page: &Page) -> Profile {
        let root = self
            .home
            .as_deref()
            .and_then(|home| home.split_once("://"))
            .map(|(_, rest)| rest.trim_end_matches('/').to_lowercase());
        Profile {
            title: self.title.clone(),
            tagline: plain_text(&page.head.description).trim().to_owned(),
            language: page.head.language.clone(),
            time_zone: None,
            home: self.home.clone(),
            owner: None,
            audience: self.audience,
            identity: Identity::Site {
                roots: vec![root.unwrap_or_else(|| self.title.to_lowercase())],
            },
        }
    }

    /// Takes a page in, and answers how many of its items are new.
    fn take(
        &mut self,
        page: &Page,
        mut input: Option<&mut dyn Input>,
        intake: &mut dyn Intake,
    ) -> Result<usize, ReadError> {
        self.tell_bad(page, intake)?;
        let mut fresh = 0;
        for item in &page.items {
            let id = items::id_of(item);
            if item.trashed || !self.seen.insert(id.clone()) {
                continue;
            }
            fresh += 1;
            if let Some(post) = item
                .answers
                .first()
                .and_then(|answer| self.under.get(answer).cloned())
            {
                self.comment(item, &post, page, intake)?;
                continue;
            }
            self.post(item, page, intake)?;
            if let Some(input) = input.as_deref_mut() {
                self.ask_for_comments(item, &id, page, input, intake)?;
            }
        }
        Ok(fresh)
    }

    fn post(
        &mut self,
        item: &FeedItem,
        page: &Page,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let host = self.host.clone();
        let frame = Frame {
            base: &page.place,
            home: host.as_deref(),
            audience: self.audience,
        };
        let (post, media) = items::post(item, &frame);
        let about = ItemRef::new(Kind::Post, &post.id);
        for name in &post.categories {
            if self.categories.insert(name.clone()) {
                intake.item(Item::Category(Category::named(name)), Original::NONE)?;
            }
        }
        if is_beginning(item) {
            let sentence = format!("Of “{}” the feed carries only the beginning.", post.label());
            self.find(intake, &codes::ONLY_BEGINNING, sentence, Some(&about))?;
        }
        if post.published.is_none() {
            let sentence = format!("“{}” has no date that can be read.", post.label());
            self.find(intake, &codes::DATE_UNREADABLE, sentence, Some(&about))?;
        }
        self.posts += 1;
        let day = |moment: &blog::Moment| when::day(moment);
        if let Some(published) = post.published
            && self
                .oldest
                .as_ref()
                .is_none_or(|oldest| day(&published) < day(oldest))
        {
            self.oldest = Some(published);
        }
        if let Some(link) = &item.link {
            self.by_link.insert(link.clone(), post.id.clone());
        }
        self.under.insert(post.id.clone(), post.id.clone());
        self.comments.entry(post.id.clone()).or_default().0 = item.comment_count.unwrap_or(0);
        let original = items::original(item);
        for mut media in media {
            media.used_by = Some(about.clone());
            intake.item(Item::Media(media), Original::NONE)?;
        }
        intake.item(Item::Post(post), of(&original, page))?;
        Ok(())
    }

    fn comment(
        &mut self,
        item: &FeedItem,
        post: &str,
        page: &Page,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let known = |answer: &&String| self.under.contains_key(*answer) && answer.as_str() != post;
        let parent = item.answers.iter().rev().find(known).cloned();
        let comment = items::comment(item, post, parent);
        self.under.insert(comment.id.clone(), post.to_owned());
        self.comments.entry(post.to_owned()).or_default().1 += 1;
        let original = items::original(item);
        intake.item(Item::Comment(comment), of(&original, page))?;
        Ok(())
    }

    /// Takes a feed of the comments of `post` in, and answers how many of them are new.
    fn comments_of(
        &mut self,
        page: &Page,
        post: &str,
        intake: &mut dyn Intake,
    ) -> Result<u64, ReadError> {
        self.tell_bad(page, intake)?;
        let mut fresh = 0;
        // Feeds begin with the newest: an answer comes after what it answers all the same.
        for item in page.items.iter().rev() {
            if self.seen.insert(items::id_of(item)) {
                fresh += 1;
                self.comment(item, post, page, intake)?;
            }
        }
        Ok(fresh)
    }

    /// Asks for the comments of a post, as far as its item says where they are.
    fn ask_for_comments(
        &mut self,
        item: &FeedItem,
        post: &str,
        page: &Page,
        input: &mut dyn Input,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let told = item.comment_count;
        let address = item
            .comments_feed
            .as_deref()
            .and_then(|feed| absolute(feed, Some(&page.place)));
        let mut read = 0;
        if told != Some(0)
            && let Some(first) = address
        {
            let (mut next, mut number) = (Some(first.clone()), 1);
            while let Some(address) = next.take().filter(|_| number <= PAGES_MAX as u64) {
                let Some(found) = ask(input, &address).ok().as_ref().and_then(parsed) else {
                    break;
                };
                let fresh = self.comments_of(&found, post, intake)?;
                read += fresh;
                let is_short = told.is_none_or(|told| read < told);
                next = next_page(&found, &first, number).filter(|_| fresh > 0 && is_short);
                number += 1;
            }
        }
        Ok(())
    }

    fn tell_bad(&self, page: &Page, intake: &mut dyn Intake) -> Result<(), ReadError> {
        for bad in &page.bad {
            let sentence = format!(
                "Item {} of the feed could not be read: {}.",
                bad.number, bad.what
            );
            let place = without_keys(&page.place);
            // A file of the input is known to its owner by its name.
            let place = place.strip_prefix("input:/").unwrap_or(&place);
            intake.finding(Finding::new(&codes::BAD_ITEM, sentence).at(place))?;
        }
        Ok(())
    }

    /// Says what a feed can be trusted for.
    fn close(&self, pages: u64, intake: &mut dyn Intake) -> Result<(), ReadError> {
        for (post, (told, read)) in self.comments.iter().filter(|(_, (told, read))| told > read) {
            let about = ItemRef::new(Kind::Post, post);
            let sentence = format!("Of {told} comments {read} are in the feeds.");
            self.find(intake, &codes::COMMENTS_SHORT, sentence, Some(&about))?;
        }
        let posts = self.posts;
        if self.whole {
            let since = self.oldest.as_ref().map(when::day);
            let since = since.map_or_else(String::new, |day| format!("; the oldest is of {day}"));
            let sentence = format!(
                "The feed was read to its end ({}): {}{since}.",
                words(pages, "page"),
                words(posts, "post")
            );
            return self.find(intake, &codes::READ_TO_ITS_END, sentence, None);
        }
        let since = self.oldest.as_ref().map(when::day);
        let since = since.map_or_else(String::new, |day| format!(", the oldest of {day},"));
        let sentence = format!(
            "The feed carries {}{since} and does not lead further back; what is older is not in it.",
            words(posts, "post")
        );
        self.find(intake, &codes::ONLY_LATEST, sentence, None)
    }

    fn find(
        &self,
        intake: &mut dyn Intake,
        code: &Code,
        sentence: String,
        about: Option<&ItemRef>,
    ) -> Result<(), ReadError> {
        let finding = Finding::new(code, sentence);
        Ok(intake.finding(match about {
            Some(item) => finding.about(item.clone()),
            None => finding,
        })?)
    }
}

fn words(count: u64, one: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {one}{end}")
}

fn of<'a>(original: &'a str, page: &'a Page) -> Original<'a> {
    Original {
        bytes: original.as_bytes(),
        media_type: "application/xml",
        place: &page.place,
    }
}

/// Scheme and host of a web address.
fn root_of(address: &str) -> Option<String> {
    let (scheme, rest) = address
        .split_once("://")
        .filter(|(scheme, _)| scheme.starts_with("http"))?;
    let host = rest.split(['/', '?', '#']).next()?;
    Some(format!("{scheme}://{host}/"))
}
