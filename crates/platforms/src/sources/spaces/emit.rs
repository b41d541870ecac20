//! From what pages and feeds say to items: one place for all forms of input, so that a Space is the same blog whichever way it
//! was read.

use super::comments::{CommentPart, TrackbackPart};
use super::dating::Dating;
use super::keys::strike_out;
use super::names::Names;
use super::page::EntryPart;
use super::pictures::{self, Shown};
use super::saved::SavedLinks;
use crate::wire::feeds::FeedItem;
use blog::{
    Audience, Category, Comment, CommentKind, CommentState, Finding, Item, ItemRef, Kind, Moment,
    Person, Post, PostState,
    address::spaces::{handle, handle_within},
    codes,
    doors::{Halt, Intake, Original},
};
use dom_query::Document;
use std::collections::HashMap;

/// What holds for every item of one page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    /// Names of the Space.
    pub(super) names: &'a Names,
    /// How dates are read.
    pub(super) dating: &'a Dating,
    /// Who may see the Space.
    pub(super) audience: Audience,
    /// The page's address, which relative addresses start from.
    pub(super) base: &'a str,
    /// Where it was read, for people.
    pub(super) place: &'a str,
    /// Where links between saved pages lead; none where pages came from a living host.
    pub(super) saved: Option<&'a SavedLinks>,
}

impl Setting<'_> {
    /// The untouched original of an item that was HTML.
    pub(super) fn original<'b>(&'b self, html: &'b str) -> Original<'b> {
        Original {
            bytes: html.as_bytes(),
            media_type: "text/html",
            place: self.place,
        }
    }

    /// A body as it is kept: without keys, its links leading where they led at the old home.
    pub(super) fn body(&self, html: &str) -> String {
        let struck = strike_out(html);
        match self.saved {
            Some(links) => links.lead_home(&struck, self.base),
            None => struck,
        }
    }
}

/// What is known of an entry beside its page.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside {
    /// From a feed or interface, in universal time.
    pub(super) published: Option<Moment>,
    /// When it was changed.
    pub(super) modified: Option<Moment>,
    /// Categories that feeds name.
    pub(super) categories: Vec<String>,
    /// Moments of comments from their feed.
    pub(super) comments: CommentMoments,
    /// The audience of this entry, where it is stated.
    pub(super) audience: Option<Audience>,
    /// Never published.
    pub(super) is_draft: bool,
}

/// Moments of comments as their feed gives them.
#[derive(Debug, Clone, Default)]
pub(super) struct CommentMoments {
    by_number: HashMap<u64, Moment>,
    by_text: HashMap<String, Moment>,
}

impl CommentMoments {
    /// From the items of a comment feed.
    pub(super) fn of(items: &[FeedItem]) -> Self {
        let mut moments = Self::default();
        for item in items {
            let Some(moment) = item.published else {
                continue;
            };
            for handle in item
                .ids
                .iter()
                .filter_map(|id| handle(id).or_else(|| handle_within(id)))
            {
                moments.by_number.insert(handle.number, moment);
            }
            let body = item.comment_body.as_deref().unwrap_or(&item.body);
            moments.by_text.insert(text_key(body), moment);
        }
        moments
    }

    fn find(&self, comment: &CommentPart) -> Option<Moment> {
        comment
            .number
            .and_then(|number| self.by_number.get(&number))
            .or_else(|| self.by_text.get(&text_key(&comment.body)))
            .copied()
    }
}

/// What was emitted for one entry, for counts and cross-checks.
#[derive(Debug, Default)]
pub(super) struct Emitted {
    /// The wall clock of the page beside the instant of the feed.
    pub(super) clocks: Option<(Moment, Moment)>,
    /// Comments whose date is only roughly known.
    pub(super) rough_dates: usize,
}

/// Emits an entry with its pictures, categories, comments and trackbacks. `comments` are as on the page, newest first.
pub(super) fn entry(
    part: &EntryPart,
    comments: Vec<CommentPart>,
    trackbacks: &[TrackbackPart],
    beside: &Beside,
    setting: Setting<'_>,
    intake: &mut dyn Intake,
) -> Result<Emitted, Halt> {
    let number = part.handle.number;
    let shown_date = setting
        .dating
        .entry(part.heading.as_deref(), part.time.as_deref());
    let published = beside.published.or(shown_date);
    let post = post(part, beside, published, setting);
    if published.is_none() {
        intake.finding(undated(&post).at(setting.place))?;
    }
    let shown = Shown {
        base: setting.base,
        by: ItemRef::new(Kind::Post, number.to_string()),
        at: published,
        audience: post.audience,
    };
    for media in pictures::of_body(&post.body, &shown) {
        intake.item(Item::Media(media), Original::NONE)?;
    }
    for name in &post.categories {
        intake.item(Item::Category(Category::named(name)), Original::NONE)?;
    }
    intake.item(Item::Post(post), setting.original(&part.original))?;
    let rough_dates = emit_comments(
        number,
        comments,
        published,
        &beside.comments,
        setting,
        shown.audience,
        intake,
    )?;
    emit_trackbacks(number, trackbacks, published, setting, intake)?;
    Ok(Emitted {
        clocks: shown_date.zip(beside.published),
        rough_dates,
    })
}

fn undated(post: &Post) -> Finding {
    let sentence = format!(
        "The entry '{}' has no date that could be read; it is kept without one.",
        post.label()
    );
    Finding::new(&codes::spaces::UNDATED, sentence).about(ItemRef::new(Kind::Post, &post.id))
}

fn post(
    part: &EntryPart,
    beside: &Beside,
    published: Option<Moment>,
    setting: Setting<'_>,
) -> Post {
    let number = part.handle.number;
    let mut post = Post::new(number.to_string());
    post.title.clone_from(&part.title);
    post.body = setting.body(&part.body);
    post.base = Some(setting.base.to_owned());
    post.addresses = setting.names.entry_addresses(number, &part.handle.owner);
    post.published = published;
    post.modified = beside.modified;
    post.audience = setting
        .audience
        .narrower(beside.audience.unwrap_or(setting.audience));
    post.categories = with_categories(&part.categories, &beside.categories);
    if beside.is_draft {
        post.state = PostState::Draft;
        post.audience = Audience::Owner;
    }
    post
}

/// Who a comment is by.
pub(super) fn person(comment: &CommentPart) -> Person {
    Person {
        name: comment.author.clone(),
        url: comment.author_url.as_deref().map(strike_out),
        email: comment.author_email.clone(),
    }
}

/// Comments oldest first, whatever the page's order: pages show the newest first, unless their dates say otherwise.
pub(super) fn oldest_first(
    mut comments: Vec<CommentPart>,
    moment: impl Fn(&CommentPart) -> Option<Moment>,
) -> Vec<CommentPart> {
    let edge = |comment: Option<&CommentPart>| {
        comment
            .and_then(&moment)
            .map(|m| m.instant(&jiff::tz::TimeZone::UTC))
    };
    let is_ascending = match (edge(comments.first()), edge(comments.last())) {
        (Some(first), Some(last)) => first < last,
        _ => false,
    };
    if !is_ascending {
        comments.reverse();
    }
    comments
}

/// A stable id for a comment: its own number, or where it stands and what it says.
pub(super) fn comment_id(under: &str, position: usize, comment: &CommentPart) -> String {
    match comment.number {
        Some(number) => number.to_string(),
        None => {
            let said = format!("{}\n{}", comment.author, comment.body);
            let hash = blake3::hash(said.as_bytes()).to_hex();
            format!("{under}-{position}-{}", &hash[..8])
        }
    }
}

fn emit_comments(
    entry: u64,
    comments: Vec<CommentPart>,
    published: Option<Moment>,
    known: &CommentMoments,
    setting: Setting<'_>,
    audience: Audience,
    intake: &mut dyn Intake,
) -> Result<usize, Halt> {
    let moment = |comment: &CommentPart| match known.find(comment) {
        Some(moment) => Some((moment, false)),
        None => comment
            .date
            .as_deref()
            .and_then(|text| setting.dating.comment(text, published.as_ref())),
    };
    let mut rough_dates = 0;
    let comments = oldest_first(comments, |comment| moment(comment).map(|(m, _)| m));
    for (position, comment) in comments.iter().enumerate() {
        let written = moment(comment);
        rough_dates += usize::from(written.is_none_or(|(_, rough)| rough));
        let id = comment_id(&entry.to_string(), position + 1, comment);
        let body = setting.body(&comment.body);
        let shown = Shown {
            base: setting.base,
            by: ItemRef::new(Kind::Comment, &id),
            at: written.map(|(m, _)| m),
            audience,
        };
        for media in pictures::of_body(&body, &shown) {
            intake.item(Item::Media(media), Original::NONE)?;
        }
        let item = Comment {
            id,
            post: entry.to_string(),
            parent: None,
            kind: CommentKind::Comment,
            author: person(comment),
            written: written.map(|(m, _)| m),
            body,
            state: CommentState::Approved,
            title: None,
            ip: None,
        };
        intake.item(Item::Comment(item), setting.original(&comment.body))?;
    }
    Ok(rough_dates)
}

fn emit_trackbacks(
    entry: u64,
    trackbacks: &[TrackbackPart],
    published: Option<Moment>,
    setting: Setting<'_>,
    intake: &mut dyn Intake,
) -> Result<(), Halt> {
    for ping in trackbacks {
        let said = format!(
            "{}\n{}\n{}",
            ping.url.as_deref().unwrap_or(""),
            ping.title,
            ping.excerpt
        );
        let hash = blake3::hash(said.as_bytes()).to_hex();
        let item = Comment {
            id: format!("{entry}-trackback-{}", &hash[..12]),
            post: entry.to_string(),
            parent: None,
            kind: CommentKind::Trackback,
            author: Person {
                name: if ping.blog.is_empty() {
                    ping.title.clone()
                } else {
                    ping.blog.clone()
                },
                url: ping.url.as_deref().map(strike_out),
                email: None,
            },
            written: ping
                .date
                .as_deref()
                .and_then(|text| setting.dating.comment(text, published.as_ref()))
                .map(|(moment, _)| moment),
            body: strike_out(&ping.excerpt),
            state: CommentState::Approved,
            title: Some(ping.title.clone()).filter(|title| !title.is_empty()),
            ip: None,
        };
        intake.item(
            Item::Comment(item),
            Original {
                bytes: strike_out(&said).as_bytes(),
                media_type: "text/plain",
                place: setting.place,
            },
        )?;
    }
    Ok(())
}

fn with_categories(own: &[String], more: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in own.iter().chain(more) {
        let name = name.trim();
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// What a comment says, letters and digits alone: feeds and pages differ in white space and markup.
fn text_key(html: &str) -> String {
    Document::fragment(html)
        .text()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}
