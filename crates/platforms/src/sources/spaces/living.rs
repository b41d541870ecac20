//! A living Space: its home, feeds, lists of entries, entry pages, comments, albums, lists and guestbook, each page asked once.
//!
//! The order is the order of certainty: the feed says for whom the Space is open and gives universal times; lists of twenty give
//! the entries; each entry's page gives the whole text. What a page does not answer becomes a finding, and the rest goes on.

use super::comment_pages;
use super::dating::{self, Dating};
use super::emit::{self, Beside, CommentMoments, Setting};
use super::host::Host;
use super::names::Names;
use super::page::{self, EntryPart, Page, handle_text};
use super::{albums, category_feeds, drafts, guestbook, keyed, lists, options, saved};
use crate::wire::feeds::{FeedHead, FeedItem};
use blog::{
    Audience, Finding, ItemRef, Kind, Moment, Profile,
    address::spaces::{self, Handle},
    codes,
    doors::{Input, Intake, ReadError},
};
use jiff::{Timestamp, civil::DateTime};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Pages of twenty entries; a Space of 100,000 entries was never seen.
const MOST_LIST_PAGES: usize = 5_000;

/// Reads a living Space.
pub(super) fn read(input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
    let mut space = Space::enter(input)?;
    if space.home.is_sign_in {
        return keyed::read_private(&mut space, intake);
    }
    space.read_feeds(intake)?;
    intake.profile(space.profile())?;
    if space.home.is_read_only {
        intake.finding(Finding::new(
            &codes::spaces::READ_ONLY,
            "The Space says that it is closing and can only be read any more.",
        ))?;
    }
    if space.audience != Audience::Everyone {
        intake.finding(Finding::new(
            &codes::spaces::NOT_FOR_EVERYONE,
            "The Space has no public feed, so it was not open to everyone; what is read from it is kept as private.",
        ))?;
    }
    let handles = space.list_entries(intake)?;
    space.decide_dates(intake)?;
    space.read_entries(&handles, intake)?;
    albums::read(&mut space, intake)?;
    lists::read(&mut space, intake)?;
    space.read_guestbook(intake)?;
    drafts::read(&mut space, intake)?;
    keyed::read_rest(&mut space, &handles, intake)?;
    space.check_category_feeds(intake)?;
    space.finish(intake)
}

/// A Space while it is read.
pub(super) struct Space<'a> {
    /// Who asks.
    pub(super) host: Host<'a>,
    /// Names learned so far.
    pub(super) names: Names,
    /// The home page.
    pub(super) home: Page,
    /// Who may see the Space.
    pub(super) audience: Audience,
    /// How dates are read.
    pub(super) dating: Dating,
    /// Items of the Space's feeds by entry number.
    pub(super) beside: HashMap<u64, Beside>,
    /// Albums that feeds and pages name, in order, with titles where known.
    pub(super) albums: BTreeMap<u64, albums::Known>,
    /// Lists that feeds and pages name.
    pub(super) lists: BTreeMap<u64, lists::Known>,
    language: Option<String>,
    feed: Option<FeedHead>,
    dates: Vec<String>,
    categories: BTreeSet<String>,
    clocks: Vec<(DateTime, Timestamp)>,
    rough_dates: usize,
    time_zone: Option<String>,
}

impl<'a> Space<'a> {
    /// Opens the home page and learns what it says.
    fn enter(input: &'a mut dyn Input) -> Result<Self, ReadError> {
        let (dating, _) = Dating::decide(None, None, &[], input.now());
        let time_zone = options::time_zone(input);
        let (mut host, names) = Host::of(input)?;
        let address = host.at("/");
        let fetched = host.must(&address)?;
        let home = page::read(&fetched);
        Ok(Self {
            language: home.language.clone(),
            host,
            names,
            home,
            audience: Audience::default(),
            dating,
            beside: HashMap::new(),
            albums: BTreeMap::new(),
            lists: BTreeMap::new(),
            feed: None,
            dates: Vec::new(),
            categories: BTreeSet::new(),
            clocks: Vec::new(),
            rough_dates: 0,
            time_zone,
        })
    }

    /// What holds for the items of one page.
    pub(super) fn setting<'b>(&'b self, base: &'b str, place: &'b str) -> Setting<'b> {
        Setting {
            names: &self.names,
            dating: &self.dating,
            audience: self.audience,
            base,
            place,
            saved: None,
        }
    }

    /// The blog as a whole, as far as it is known.
    pub(super) fn profile(&self) -> Profile {
        let feed_title = self
            .feed
            .as_ref()
            .map(|feed| feed.title.clone())
            .unwrap_or_default();
        let title = Some(self.home.title.clone())
            .filter(|title| !title.is_empty())
            .unwrap_or(feed_title);
        Profile {
            title,
            tagline: self.home.tagline.clone(),
            language: self.language.as_deref().map(options::language_tag),
            time_zone: self.time_zone.clone(),
            home: Some(format!("{}/", self.host.root())),
            owner: None,
            audience: self.audience,
            identity: self.names.identity(),
        }
    }

    /// The feeds of the whole Space and of the blog. That they exist is what says "open to everyone".
    fn read_feeds(&mut self, intake: &mut dyn Intake) -> Result<(), ReadError> {
        for path in ["/feed.rss", "/blog/feed.rss"] {
            let address = self.host.at(path);
            let Some((head, items)) = self.host.feed(&address, intake)? else {
                continue;
            };
            self.audience = Audience::Everyone;
            if let Some(cid) = head.account.as_deref().and_then(spaces::cid_from_decimal) {
                self.names.cid = self.names.cid.take().or(Some(cid));
            }
            if let Some(alias) = &head.alias {
                self.names.alias(alias);
            }
            self.language = head.language.clone().or(self.language.take());
            for item in items {
                self.learn_item(item);
            }
            self.feed = self.feed.take().or(Some(head));
        }
        if let Some(said) = options::audience(self.host.input()) {
            // Who asked without signing in saw what is public; a word of the owner can only narrow that.
            self.audience = match self.audience {
                Audience::Everyone => said,
                _ => said.narrower(Audience::Unlisted),
            };
        }
        Ok(())
    }

    fn learn_item(&mut self, item: FeedItem) {
        let link = item.link.as_deref().and_then(spaces::parse);
        let guid = item.guid.as_deref().and_then(spaces::handle_within);
        match link.map(|address| (address.what, address.owner)) {
            Some((spaces::What::Entry(number), owner)) => {
                if let Some(owner) = owner {
                    self.names.owner(&owner);
                }
                let beside = self.beside.entry(number).or_default();
                beside.published = beside.published.or(item.published);
                beside.modified = beside.modified.or(item.updated);
                beside.categories = item.categories;
            }
            Some((spaces::What::Album(number), _)) => {
                let owner = guid.map(|handle| handle.owner);
                self.albums.entry(number).or_default().learn(&item, owner);
            }
            Some((spaces::What::List(number), _)) => {
                let owner = guid.map(|handle| handle.owner);
                self.lists.entry(number).or_default().learn(&item, owner);
            }
            _ => {}
        }
    }

    /// Handles of all entries, newest first: pages of twenty until the first that names no new one.
    fn list_entries(&mut self, intake: &mut dyn Intake) -> Result<Vec<Handle>, ReadError> {
        let mut handles: Vec<Handle> = Vec::new();
        let mut seen: HashSet<u64> = HashSet::new();
        let mut address = self
            .host
            .at("/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart");
        for _ in 0..MOST_LIST_PAGES {
            let Some(html) = self.host.page(&address, intake)? else {
                break;
            };
            let page = page::read(&html);
            self.learn_page(&page);
            let before = handles.len();
            let shown = page.entries.iter().map(|part| part.handle.clone());
            for handle in shown.chain(page.linked_entries.iter().cloned()) {
                if self.is_own(&handle) && seen.insert(handle.number) {
                    handles.push(handle);
                }
            }
            let Some(last) = page
                .entries
                .last()
                .map(|part| part.handle.clone())
                .or_else(|| handles.last().cloned())
            else {
                break;
            };
            if handles.len() == before {
                break;
            }
            intake.progress(0, Some(handles.len() as u64))?;
            address = self.host.at(&format!(
                "/?_c11_BlogPart_pagedir=Next&_c11_BlogPart_handle={}&_c11_BlogPart_BlogPart=blogview&_c=BlogPart",
                handle_text(&last)
            ));
        }
        Ok(handles)
    }

    /// Links to entries of other Spaces stand on list pages too. The owner of a handle tells, once the account is known.
    fn is_own(&self, handle: &Handle) -> bool {
        match &handle.owner {
            spaces::Owner::Cid(cid) => self.names.cid.as_ref().is_none_or(|own| own == cid),
            spaces::Owner::Token(token) => {
                self.names.tokens.is_empty() || self.names.tokens.contains(token)
            }
        }
    }

    fn learn_page(&mut self, page: &Page) {
        for part in &page.entries {
            self.names.owner(&part.handle.owner);
            self.dates
                .extend(part.heading.iter().chain(&part.time).cloned());
            self.categories.extend(part.categories.iter().cloned());
        }
        self.names.tokens_under_own_names(&page.linked_tokens);
        for link in &page.linked_albums {
            self.albums
                .entry(link.handle.number)
                .or_default()
                .link(link);
        }
        for link in &page.linked_lists {
            self.lists.entry(link.handle.number).or_default().link(link);
        }
    }

    fn decide_dates(&mut self, intake: &mut dyn Intake) -> Result<(), ReadError> {
        let market = self.host.input().option("market").map(str::to_owned);
        let now = self.host.input().now();
        let dates = std::mem::take(&mut self.dates);
        let (dating, findings) =
            Dating::decide(market.as_deref(), self.language.as_deref(), &dates, now);
        self.dating = dating;
        for finding in findings {
            intake.finding(finding)?;
        }
        Ok(())
    }

    fn read_entries(
        &mut self,
        handles: &[Handle],
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        for (at, handle) in handles.iter().enumerate() {
            intake.progress(at as u64, Some(handles.len() as u64))?;
            let text = handle_text(handle);
            let address = self.host.at(&format!("/blog/{text}.entry"));
            let page = self
                .host
                .page(&address, intake)?
                .map(|html| page::read(&html));
            let part = page.as_ref().and_then(|page| {
                page.entries
                    .iter()
                    .find(|part| part.handle.number == handle.number)
            });
            let (Some(page), Some(part)) = (&page, part) else {
                let finding = Finding::new(
                    &codes::spaces::UNREADABLE_ENTRY,
                    format!(
                        "The page of entry {} did not show its text; the entry stays behind.",
                        handle.number
                    ),
                );
                let reference = ItemRef::new(Kind::Post, handle.number.to_string());
                intake.finding(finding.about(reference).at(&address))?;
                continue;
            };
            self.read_entry(part, page, &address, intake)?;
        }
        Ok(())
    }

    fn read_entry(
        &mut self,
        part: &EntryPart,
        page: &Page,
        address: &str,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let number = part.handle.number;
        let comments = comment_pages::all(&mut self.host, address, number, page, intake)?;
        saved::check_count(
            intake,
            number,
            &part.title,
            part.announced_comments,
            comments.len(),
            address,
        )?;
        let mut beside = self.beside.remove(&number).unwrap_or_default();
        if !comments.is_empty() && self.audience == Audience::Everyone {
            let feed = self.host.at(&format!(
                "/blog/{}/comments/feed.rss",
                handle_text(&part.handle)
            ));
            if let Some((_, items)) = self.host.feed(&feed, intake)? {
                beside.comments = CommentMoments::of(&items);
            }
        }
        self.categories.extend(part.categories.iter().cloned());
        let place = self.host.place(address);
        let emitted = emit::entry(
            part,
            comments,
            &page.trackbacks,
            &beside,
            self.setting(&place, &place),
            intake,
        )?;
        if let Some((Moment::Wall(wall), Moment::Instant(instant))) = emitted.clocks {
            self.clocks.push((wall, instant));
        }
        self.rough_dates += emitted.rough_dates;
        Ok(())
    }

    fn read_guestbook(&mut self, intake: &mut dyn Intake) -> Result<(), ReadError> {
        let first = self.host.at("/guestbook");
        let Some(html) = self.host.optional_page(&first, intake)? else {
            return Ok(());
        };
        let page = page::read(&html);
        let notes = comment_pages::all(&mut self.host, &first, 0, &page, intake)?;
        let place = self.host.place(&first);
        guestbook::emit(&notes, self.setting(&place, &place), intake)?;
        Ok(())
    }

    /// Every category's feed, where the Space has feeds.
    fn check_category_feeds(&mut self, intake: &mut dyn Intake) -> Result<(), ReadError> {
        if self.audience != Audience::Everyone || intake.depth() == blog::doors::Depth::Counts {
            return Ok(());
        }
        category_feeds::check(&mut self.host, &self.categories, intake)
    }

    fn finish(mut self, intake: &mut dyn Intake) -> Result<(), ReadError> {
        if self.rough_dates > 0 {
            intake.finding(Finding::new(
                &codes::spaces::ROUGH_COMMENT_DATES,
                format!(
                    "{} comments have only a rough date on the pages; their order was kept.",
                    self.rough_dates
                ),
            ))?;
        }
        if self.time_zone.is_none()
            && let Some(offset) = dating::common_offset(&self.clocks)
        {
            intake.finding(Finding::new(
                &codes::spaces::TIME_ZONE_FOUND,
                format!("{} entries show a clock that is {offset} from universal time; the same was used for the others.", self.clocks.len()),
            ))?;
            self.time_zone = Some(offset);
        }
        intake.profile(self.profile())?;
        Ok(())
    }
}
