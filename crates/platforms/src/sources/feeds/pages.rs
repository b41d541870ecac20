//! Page after page of a feed on the web, and the comments of its posts.

use super::finding_feeds::{ask, feed_at};
use super::items::{self, Frame, is_beginning};
use super::page::{Page, parsed};
use super::pictures::{absolute, host_of};
use crate::wire::feeds::{BadItem, FeedHead, FeedItem};
use blog::address::without_keys;
use blog::body::plain_text;
use blog::codes::feeds as codes;
use blog::doors::{Halt, Input, InputForm, Intake, Original, ReadError};
use blog::{Audience, Category, Code, Finding, Identity, Item, ItemRef, Kind, Profile, when};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Pages of one feed, and of comments of one post. WordPress pages by ten: fifty thousand posts.
const PAGES_MAX: usize = 5_000;

/// Reads the feed at an address, to its end. Answers the addresses of its posts.
pub(super) fn read_address(
    input: &mut dyn Input,
    label: &str,
    intake: &mut dyn Intake,
) -> Result<BTreeSet<String>, ReadError> {
    let captured = input.form() != InputForm::Address;
    let answer = feed_at(input, label)?;
    let place = answer.address.clone();
    let mut page = parsed(&answer, intake)?
        .ok_or_else(|| unreadable(&place, "its XML or JSON cannot be read"))?;
    // What opens only with a key was not for everyone.
    let is_open = without_keys(label) == label;
    let first_link = page.items.iter().find_map(|item| item.link.as_deref());
    let mut reading = Reading::new(
        &page.head,
        &page.place,
        first_link,
        if is_open {
            Audience::Everyone
        } else {
            Audience::Owner
        },
    );
    intake.profile(reading.profile(&page.head))?;
    let (mut asked, mut number) = (HashSet::from([place.clone()]), 1);
    loop {
        let fresh = reading.take(&page, input, intake)?;
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
            Ok(answer) => match parsed(&answer, intake)? {
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

pub(super) fn unreadable(place: &str, what: &str) -> ReadError {
    ReadError::Unreadable {
        place: place.to_owned(),
        what: what.to_owned(),
    }
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

/// What an item turned out to be.
pub(super) enum Taken {
    /// It was told before, or lies in the bin.
    Known,
    /// A comment.
    Comment,
    /// A post, by its id.
    Post(String),
}

/// What was read so far.
pub(super) struct Reading {
    title: String,
    home: Option<String>,
    host: Option<String>,
    audience: Audience,
    /// Items that were told, by their prints: a long feed has too many to keep more of them.
    seen: HashSet<u128>,
    categories: HashSet<String>,
    /// Posts by their links.
    by_link: BTreeMap<String, String>,
    /// The links that are kept of a long feed; all where nobody said so.
    wanted_links: Option<HashSet<String>>,
    ids: Vec<Box<str>>,
    /// Posts and comments by the prints of their ids, with the place of their post in `ids`.
    under: HashMap<u128, usize>,
    /// How many comments a post is said to have, and how many of them were read. Those that say none are not here.
    comments: BTreeMap<String, (u64, u64)>,
    posts: u64,
    oldest: Option<blog::Moment>,
    /// Whether the feed was read to its end.
    pub(super) whole: bool,
}

impl Reading {
    pub(super) fn new(
        head: &FeedHead,
        place: &str,
        first_link: Option<&str>,
        audience: Audience,
    ) -> Self {
        let at = head
            .link
            .as_deref()
            .and_then(|link| absolute(link, Some(place)));
        let from_items = || root_of(&absolute(first_link?, None)?);
        let home = at
            .filter(|home| home.starts_with("http"))
            .or_else(from_items)
            .or_else(|| root_of(place));
        Self {
            title: plain_text(&head.title).trim().to_owned(),
            host: home.as_deref().and_then(host_of).map(str::to_owned),
            home,
            audience,
            seen: HashSet::new(),
            categories: HashSet::new(),
            by_link: BTreeMap::new(),
            wanted_links: None,
            ids: Vec::new(),
            under: HashMap::new(),
            comments: BTreeMap::new(),
            posts: 0,
            oldest: None,
            whole: false,
        }
    }

    pub(super) fn profile(&self, head: &FeedHead) -> Profile {
        let root = self
            .home
            .as_deref()
            .and_then(|home| home.split_once("://"))
            .map(|(_, rest)| rest.trim_end_matches('/').to_lowercase());
        Profile {
            title: self.title.clone(),
            tagline: plain_text(&head.description).trim().to_owned(),
            language: head.language.clone(),
            time_zone: None,
            home: self.home.clone(),
            owner: None,
            audience: self.audience,
            identity: Identity::Site {
                roots: vec![root.unwrap_or_else(|| self.title.to_lowercase())],
            },
        }
    }

    /// Keeps no other links of posts than these.
    pub(super) fn keep_links(&mut self, links: HashSet<String>) {
        self.wanted_links = Some(links);
    }

    /// The post that stood at an address.
    pub(super) fn post_at(&self, link: &str) -> Option<String> {
        self.by_link.get(link).cloned()
    }

    /// Takes a page in, and answers how many of its items are new.
    fn take(
        &mut self,
        page: &Page,
        input: &mut dyn Input,
        intake: &mut dyn Intake,
    ) -> Result<usize, ReadError> {
        for bad in &page.bad {
            self.tell_bad(bad, &page.place, intake)?;
        }
        let mut fresh = 0;
        for item in &page.items {
            match self.take_item(item, &page.place, intake)? {
                Taken::Known => continue,
                Taken::Comment => {}
                Taken::Post(id) => self.ask_for_comments(item, &id, &page.place, input, intake)?,
            }
            fresh += 1;
        }
        Ok(fresh)
    }

    /// Takes an item in: a post, or a comment of one that was taken before.
    pub(super) fn take_item(
        &mut self,
        item: &FeedItem,
        place: &str,
        intake: &mut dyn Intake,
    ) -> Result<Taken, Halt> {
        let id = items::id_of(item);
        if item.trashed || !self.seen.insert(print(&id)) {
            return Ok(Taken::Known);
        }
        let answered = item.answers.first();
        let answered = answered.and_then(|answer| self.under.get(&print(answer)));
        if let Some(post) = answered.map(|at| self.ids[*at].to_string()) {
            self.comment(item, &post, place, intake)?;
            return Ok(Taken::Comment);
        }
        self.post(item, place, intake)?;
        Ok(Taken::Post(id))
    }

    fn post(&mut self, item: &FeedItem, place: &str, intake: &mut dyn Intake) -> Result<(), Halt> {
        let host = self.host.clone();
        let frame = Frame {
            base: place,
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
        let is_wanted = |link: &&String| {
            let wanted = self.wanted_links.as_ref();
            wanted.is_none_or(|wanted| wanted.contains(*link))
        };
        if let Some(link) = item.link.as_ref().filter(is_wanted) {
            self.by_link.insert(link.clone(), post.id.clone());
        }
        self.under.insert(print(&post.id), self.ids.len());
        self.ids.push(post.id.as_str().into());
        if let Some(told) = item.comment_count.filter(|told| *told > 0) {
            self.comments.entry(post.id.clone()).or_default().0 = told;
        }
        let original = items::original(item);
        for mut media in media {
            media.used_by = Some(about.clone());
            intake.item(Item::Media(media), Original::NONE)?;
        }
        intake.item(Item::Post(post), of(&original, place))?;
        Ok(())
    }

    fn comment(
        &mut self,
        item: &FeedItem,
        post: &str,
        place: &str,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let known =
            |answer: &&String| answer.as_str() != post && self.under.contains_key(&print(answer));
        let parent = item.answers.iter().rev().find(known).cloned();
        let comment = items::comment(item, post, parent);
        if let Some(at) = self.under.get(&print(post)).copied() {
            self.under.insert(print(&comment.id), at);
        }
        if let Some((_, read)) = self.comments.get_mut(post) {
            *read += 1;
        }
        let original = items::original(item);
        intake.item(Item::Comment(comment), of(&original, place))?;
        Ok(())
    }

    /// Takes a feed of the comments of `post` in, and answers how many of them are new.
    pub(super) fn comments_of(
        &mut self,
        items: &[FeedItem],
        post: &str,
        place: &str,
        intake: &mut dyn Intake,
    ) -> Result<u64, Halt> {
        let mut fresh = 0;
        // Feeds begin with the newest: an answer comes after what it answers all the same.
        for item in items.iter().rev() {
            if self.seen.insert(print(&items::id_of(item))) {
                fresh += 1;
                self.comment(item, post, place, intake)?;
            }
        }
        Ok(fresh)
    }

    /// Asks for the comments of a post, as far as its item says where they are.
    fn ask_for_comments(
        &mut self,
        item: &FeedItem,
        post: &str,
        place: &str,
        input: &mut dyn Input,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let told = item.comment_count;
        let address = item
            .comments_feed
            .as_deref()
            .and_then(|feed| absolute(feed, Some(place)));
        let mut read = 0;
        if told != Some(0)
            && let Some(first) = address
        {
            let (mut next, mut number) = (Some(first.clone()), 1);
            while let Some(address) = next.take().filter(|_| number <= PAGES_MAX as u64) {
                let Ok(answer) = ask(input, &address) else {
                    break;
                };
                let Some(found) = parsed(&answer, intake)? else {
                    break;
                };
                for bad in &found.bad {
                    self.tell_bad(bad, &found.place, intake)?;
                }
                let fresh = self.comments_of(&found.items, post, &found.place, intake)?;
                read += fresh;
                let is_short = told.is_none_or(|told| read < told);
                next = next_page(&found, &first, number).filter(|_| fresh > 0 && is_short);
                number += 1;
            }
        }
        Ok(())
    }

    pub(super) fn tell_bad(
        &self,
        bad: &BadItem,
        place: &str,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let sentence = format!(
            "Item {} of the feed could not be read: {}.",
            bad.number, bad.what
        );
        let place = without_keys(place);
        // A file of the input is known to its owner by its name.
        let place = place.strip_prefix("input:/").unwrap_or(&place);
        intake.finding(Finding::new(&codes::BAD_ITEM, sentence).at(place))
    }

    /// Says what a feed can be trusted for.
    pub(super) fn close(&self, pages: u64, intake: &mut dyn Intake) -> Result<(), ReadError> {
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
            return Ok(self.find(intake, &codes::READ_TO_ITS_END, sentence, None)?);
        }
        let since = self.oldest.as_ref().map(when::day);
        let since = since.map_or_else(String::new, |day| format!(", the oldest of {day},"));
        let sentence = format!(
            "The feed carries {}{since} and does not lead further back; what is older is not in it.",
            words(posts, "post")
        );
        Ok(self.find(intake, &codes::ONLY_LATEST, sentence, None)?)
    }

    pub(super) fn find(
        &self,
        intake: &mut dyn Intake,
        code: &Code,
        sentence: String,
        about: Option<&ItemRef>,
    ) -> Result<(), Halt> {
        let finding = Finding::new(code, sentence);
        intake.finding(match about {
            Some(item) => finding.about(item.clone()),
            None => finding,
        })
    }
}

/// What stands for a word that need not be said again.
pub(super) fn print(word: &str) -> u128 {
    let hash = blake3::hash(word.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    u128::from_le_bytes(bytes)
}

fn words(count: u64, one: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {one}{end}")
}

fn of<'a>(original: &'a str, place: &'a str) -> Original<'a> {
    Original {
        bytes: original.as_bytes(),
        media_type: "application/xml",
        place,
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
