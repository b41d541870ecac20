//! Items as ready-made placements: bodies rewritten for the new home, dates as instants, audiences as states that are never
//! wider. Pure in effect: the same bundle and ledger give the same placement, byte for byte.

use super::{
    Choices, Style,
    body_links::{Written, link_findings},
    file_names::file_name,
    links::{GUESTBOOK_PAGE, LINKS_PAGE, Links},
};
use crate::{
    Bundle, Error,
    bundle::{Fact, MediaState, Stored},
};
use blog::{
    Audience, Category, Comment, CommentKind, CommentState, Finding, GuestbookEntry, Item, ItemRef,
    Kind, Link, Media, Moment, Post, PostKind, PostState, Profile,
    body::{self},
    codes,
    doors::{CommentThing, MediaThing, NewHome, Placement, PostThing, Status, TermThing, Thing},
    render, when,
};
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

/// Makes placements for one blog and one new home.
pub(super) struct Composer<'a> {
    bundle: &'a Bundle,
    profile: Profile,
    zone: TimeZone,
    choices: &'a Choices,
    home: &'a NewHome,
    now: Timestamp,
}

/// A placement with what was noticed while it was made.
#[derive(Debug)]
pub(super) struct Composed {
    pub(super) placement: Placement,
    /// Own links that have no new address yet.
    pub(super) open_links: u32,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Composer<'a> {
    pub(super) fn new(
        bundle: &'a Bundle,
        choices: &'a Choices,
        home: &'a NewHome,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let profile = bundle.profile()?;
        let named = choices
            .time_zone
            .as_deref()
            .or(profile.time_zone.as_deref());
        let zone = named
            .and_then(when::zone)
            .or_else(|| when::zone(&home.time_zone))
            .unwrap_or(TimeZone::UTC);
        Ok(Self {
            bundle,
            profile,
            zone,
            choices,
            home,
            now,
        })
    }

    /// Composes a post, comment or gathering page that is in the ledger once more. `None` for terms, media and links, which have
    /// no body, and for what the bundle does not hold.
    pub(super) fn again(&self, item: &ItemRef) -> Result<Option<Composed>, Error> {
        match (item.kind, item.id.as_str()) {
            (Kind::Page, GUESTBOOK_PAGE) => return self.guestbook_page().map(Some),
            (Kind::Page, LINKS_PAGE) => return self.links_page(&self.blogroll()?).map(Some),
            _ => {}
        }
        let Some(stored) = self.bundle.row(item)? else {
            return Ok(None);
        };
        match &stored.item {
            Item::Comment(comment) => {
                let post = self.post_of(comment)?;
                self.comment(&stored, comment, post).map(Some)
            }
            Item::GuestbookEntry(entry) => self.note(&stored, entry).map(Some),
            _ => self.post(&stored),
        }
    }

    /// The post or page that a comment stands under.
    fn post_of(&self, comment: &Comment) -> Result<ItemRef, Error> {
        let page = ItemRef::new(Kind::Page, &comment.post);
        let is_page = self.bundle.row(&page)?.is_some();
        Ok(if is_page {
            page
        } else {
            ItemRef::new(Kind::Post, &comment.post)
        })
    }

    /// Every link of the blogroll.
    pub(super) fn blogroll(&self) -> Result<Vec<Link>, Error> {
        let all = self.bundle.page(&[Kind::Link], 0, usize::MAX >> 1)?;
        let link = |stored: Stored| match stored.item {
            Item::Link(link) => Some(link),
            _ => None,
        };
        Ok(all.into_iter().filter_map(link).collect())
    }

    /// A category or tag.
    pub(super) fn term(&self, item: &Item) -> Option<Composed> {
        let (mark, thing) = match item {
            Item::Category(Category {
                id,
                name,
                parent,
                slug,
                description,
            }) => (
                ItemRef::new(Kind::Category, id),
                TermThing {
                    name: name.clone(),
                    slug: slug.clone(),
                    parent: parent
                        .as_ref()
                        .map(|parent| ItemRef::new(Kind::Category, parent)),
                    description: description.clone().unwrap_or_default(),
                },
            ),
            Item::Tag(tag) => (
                ItemRef::new(Kind::Tag, &tag.name),
                TermThing {
                    name: tag.name.clone(),
                    slug: None,
                    parent: None,
                    description: String::new(),
                },
            ),
            _ => return None,
        };
        Some(composed(mark, Thing::Term(thing), 0, Vec::new()))
    }

    /// A picture whose file is in the bundle and that no other picture with the same content stands for.
    pub(super) fn media(&self, media: &Media) -> Result<Option<Composed>, Error> {
        let Some(stored) = self.bundle.stored_media(&media.id)? else {
            return Ok(None);
        };
        if stored.state == MediaState::Missing
            || self.bundle.first_of_content(&stored.hash)?.as_deref() != Some(&media.id)
        {
            return Ok(None);
        }
        let thing = MediaThing {
            file: self.bundle.media_path(&stored.hash),
            file_name: file_name(media, &stored),
            title: media.title.clone().unwrap_or_default(),
            caption: media.caption.clone().unwrap_or_default(),
            alt: media.alt.clone().unwrap_or_default(),
            date_utc: self.media_date(media)?,
            public: self.may_be_public(media.audience),
            hash: stored.hash,
            media_type: stored.media_type,
            bytes: stored.bytes,
        };
        Ok(Some(composed(
            ItemRef::new(Kind::Media, &media.id),
            Thing::Media(thing),
            0,
            Vec::new(),
        )))
    }

    fn media_date(&self, media: &Media) -> Result<Timestamp, Error> {
        if let Some(taken) = &media.taken {
            return Ok(taken.instant(&self.zone));
        }
        let user = media
            .used_by
            .as_ref()
            .map(|item| self.bundle.row(item))
            .transpose()?
            .flatten();
        let moment = user.and_then(|stored| match stored.item {
            Item::Post(post) => post.published,
            Item::Album(album) => album.updated,
            _ => None,
        });
        let made = self
            .bundle
            .fact::<Timestamp>(Fact::Made)?
            .unwrap_or(Timestamp::UNIX_EPOCH);
        Ok(moment.map_or(made, |moment| moment.instant(&self.zone)))
    }

    /// A post, page, album or list.
    pub(super) fn post(&self, stored: &Stored) -> Result<Option<Composed>, Error> {
        let reference = stored.item.reference();
        Ok(Some(match &stored.item {
            Item::Post(post) => {
                let tidy = self.bundle.tidied(&reference, &stored.hash)?;
                let (html, tags) = tidy.map_or_else(
                    || (post.body.clone(), Vec::new()),
                    |tidy| (tidy.html, tidy.tags),
                );
                self.written(reference, stored.seq, post, &html, &tags, None)?
            }
            Item::Album(album) => {
                let mut photos = Vec::new();
                for id in &album.photos {
                    photos.extend(self.bundle.media(id)?);
                }
                let post = render::album(album, &photos);
                self.written(
                    reference,
                    stored.seq,
                    &post,
                    &post.body,
                    &[],
                    Some("gallery"),
                )?
            }
            Item::List(list) => {
                let post = render::list(list);
                self.written(reference, stored.seq, &post, &post.body, &[], None)?
            }
            _ => return Ok(None),
        }))
    }

    /// The page that guestbook notes hang under.
    pub(super) fn guestbook_page(&self) -> Result<Composed, Error> {
        let mut page = render::guestbook(self.profile.language.as_deref());
        page.audience = self.profile.audience;
        self.written(
            ItemRef::new(Kind::Page, GUESTBOOK_PAGE),
            i64::MAX,
            &page,
            &page.body,
            &[],
            None,
        )
    }

    /// The blogroll as a page.
    pub(super) fn links_page(&self, links: &[Link]) -> Result<Composed, Error> {
        let mut page = render::links(links, self.profile.language.as_deref());
        page.audience = self.profile.audience;
        self.written(
            ItemRef::new(Kind::Page, LINKS_PAGE),
            i64::MAX,
            &page,
            &page.body,
            &[],
            None,
        )
    }

    fn written(
        &self,
        mark: ItemRef,
        seq: i64,
        post: &Post,
        html: &str,
        tags: &[String],
        format: Option<&'static str>,
    ) -> Result<Composed, Error> {
        let mut findings = Vec::new();
        let body = self.body(html, post.base.as_deref(), true)?;
        let excerpt = match &post.excerpt {
            Some(excerpt) => self.body(excerpt, post.base.as_deref(), false)?.html,
            None => String::new(),
        };
        let date_utc = self.date(post, seq, &mark, &mut findings)?;
        let status = self.status(post, date_utc, &mut findings);
        findings.extend(link_findings(&body));
        if status == Status::Private && self.shows_pictures(html, post.base.as_deref())? {
            findings.push(Finding::new(
                &codes::transfer::PRIVATE_PICTURES,
                format!(
                    "“{}” is private at its new home, but WordPress serves picture files to anyone who has their address.",
                    post.label()
                ),
            ));
        }
        let findings = findings
            .into_iter()
            .map(|finding| finding.about(mark.clone()))
            .collect();
        let categories = post
            .categories
            .iter()
            .map(|id| ItemRef::new(Kind::Category, id));
        let tags = post
            .tags
            .iter()
            .chain(tags)
            .map(|name| ItemRef::new(Kind::Tag, name));
        let mut terms: Vec<ItemRef> = categories.chain(tags).collect();
        terms.sort();
        terms.dedup();
        let thing = PostThing {
            page: post.kind == PostKind::Page,
            status,
            title: post.title.clone(),
            content: body.html,
            excerpt,
            slug: post.slug.clone(),
            date_utc,
            modified_utc: post.modified.map(|moment| moment.instant(&self.zone)),
            author_login: post
                .author
                .as_ref()
                .and_then(|author| self.login(&author.name)),
            password: post.password.clone(),
            sticky: post.sticky,
            comments_open: post.comments_open,
            pings_open: post.pings_open,
            terms,
            format,
            featured: None,
        };
        Ok(composed(
            mark,
            Thing::Post(Box::new(thing)),
            body.open_links,
            findings,
        ))
    }

    fn shows_pictures(&self, html: &str, base: Option<&str>) -> Result<bool, Error> {
        for reference in body::references(html) {
            if let Some(address) = body::resolve(&reference.address, base)
                && self.bundle.media_at(&address)?.is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The date of a post. An undated one is placed beside its neighbour in the source, never at "now".
    fn date(
        &self,
        post: &Post,
        seq: i64,
        mark: &ItemRef,
        findings: &mut Vec<Finding>,
    ) -> Result<Option<Timestamp>, Error> {
        if let Some(moment) = &post.published {
            return Ok(Some(moment.instant(&self.zone)));
        }
        if post.state == PostState::Draft {
            return Ok(None);
        }
        let gathered = mark.id == GUESTBOOK_PAGE || mark.id == LINKS_PAGE;
        if !gathered && !matches!(mark.kind, Kind::Album | Kind::List) {
            findings.push(Finding::new(
                &codes::transfer::NO_DATE,
                format!(
                    "“{}” has no date at the source; it was placed beside its neighbour.",
                    post.label()
                ),
            ));
        }
        match self.bundle.dated_neighbour(seq)? {
            Some(moment) => Ok(Some(moment.instant(&self.zone))),
            None => self.bundle.fact::<Timestamp>(Fact::Made),
        }
    }

    /// The state at the new home. Never wider than the audience of the post and of the whole blog allow.
    fn status(&self, post: &Post, date: Option<Timestamp>, findings: &mut Vec<Finding>) -> Status {
        if post.state == PostState::Draft {
            return Status::Draft;
        }
        let audience = post.audience.narrower(self.profile.audience);
        if !self.may_be_public(audience) {
            if audience == Audience::Owner {
                return Status::Private;
            }
            findings.push(Finding::new(
                &codes::transfer::MADE_PRIVATE,
                format!(
                    "“{}” could be seen by {}; at its new home it is private.",
                    post.label(),
                    audience.as_words()
                ),
            ));
            return Status::Private;
        }
        if audience != Audience::Everyone {
            findings.push(Finding::new(
                &codes::transfer::WIDENED_ON_REQUEST,
                format!(
                    "“{}” could be seen by {}; you asked for it to be public at its new home.",
                    post.label(),
                    audience.as_words()
                ),
            ));
        }
        match date {
            Some(date) if date > self.now => {
                findings.push(Finding::new(
                    &codes::transfer::DATED_IN_THE_FUTURE,
                    format!(
                        "“{}” is dated in the future; WordPress shows it from that date on.",
                        post.label()
                    ),
                ));
                Status::Future
            }
            None if post.state == PostState::Scheduled => Status::Draft,
            _ => Status::Publish,
        }
    }

    fn may_be_public(&self, audience: Audience) -> bool {
        let audience = audience.narrower(self.profile.audience);
        audience.is_public()
            || (audience == Audience::Friends && self.choices.friends_become_public)
    }

    /// The login an author's posts are given to: as the owner said, else the user of that very name.
    fn login(&self, author: &str) -> Option<String> {
        if let Some(login) = self.choices.authors.get(author) {
            return Some(login.clone());
        }
        let same = |name: &str| !name.is_empty() && name.eq_ignore_ascii_case(author);
        self.home
            .users
            .iter()
            .find(|user| same(&user.name) || same(&user.login))
            .map(|user| user.login.clone())
    }

    /// Whether nobody at the new home stands for this author.
    pub(super) fn is_unknown_author(&self, author: &str) -> bool {
        !author.is_empty() && self.login(author).is_none()
    }

    /// A comment or ping under `post`.
    pub(super) fn comment(
        &self,
        stored: &Stored,
        comment: &Comment,
        post: ItemRef,
    ) -> Result<Composed, Error> {
        let mark = stored.item.reference();
        let html = self
            .bundle
            .tidied(&mark, &stored.hash)?
            .map_or_else(|| comment.body.clone(), |tidy| tidy.html);
        let body = self.body(&html, None, false)?;
        let author = match (&comment.title, comment.kind) {
            (Some(title), CommentKind::Trackback | CommentKind::Pingback)
                if comment.author.name.is_empty() =>
            {
                title.clone()
            }
            _ => comment.author.name.clone(),
        };
        let thing = CommentThing {
            post,
            parent: comment
                .parent
                .as_ref()
                .map(|parent| ItemRef::new(Kind::Comment, parent)),
            kind: comment.kind,
            author,
            url: comment.author.url.clone().unwrap_or_default(),
            date_utc: self.instant(comment.written.as_ref()),
            content: body::to_comment(&body.html),
            state: comment.state,
        };
        Ok(composed(
            mark,
            Thing::Comment(thing),
            body.open_links,
            Vec::new(),
        ))
    }

    /// A guestbook note.
    pub(super) fn note(&self, stored: &Stored, entry: &GuestbookEntry) -> Result<Composed, Error> {
        let mark = stored.item.reference();
        let html = self
            .bundle
            .tidied(&mark, &stored.hash)?
            .map_or_else(|| entry.body.clone(), |tidy| tidy.html);
        let body = self.body(&html, None, false)?;
        let thing = CommentThing {
            post: ItemRef::new(Kind::Page, GUESTBOOK_PAGE),
            parent: None,
            kind: CommentKind::Comment,
            author: entry.author.name.clone(),
            url: entry.author.url.clone().unwrap_or_default(),
            date_utc: self.instant(entry.written.as_ref()),
            content: body::to_comment(&body.html),
            state: CommentState::Approved,
        };
        Ok(composed(
            mark,
            Thing::Comment(thing),
            body.open_links,
            Vec::new(),
        ))
    }

    fn instant(&self, moment: Option<&Moment>) -> Option<Timestamp> {
        moment.map(|moment| moment.instant(&self.zone))
    }

    /// Rewrites addresses of own pictures and pages, then writes the body in the owner's style.
    fn body(&self, html: &str, base: Option<&str>, styled: bool) -> Result<Written, Error> {
        let links = Links::new(self.bundle, &self.profile.identity, &self.home.address);
        let mut written = Written::default();
        let mut failure = None;
        let rewritten = body::rewrite(html, &mut |reference| {
            if failure.is_some() {
                return None;
            }
            written
                .turn(reference, base, &links)
                .unwrap_or_else(|error| {
                    failure = Some(error);
                    None
                })
        });
        if let Some(error) = failure {
            return Err(error);
        }
        written.html = if styled {
            self.styled(&rewritten)
        } else {
            rewritten
        };
        Ok(written)
    }

    fn styled(&self, html: &str) -> String {
        let lookup = |address: &str| self.bundle.picture_by_new_address(address).ok().flatten();
        match self.choices.style {
            Style::Blocks => body::to_blocks(html, &lookup),
            Style::Classic => body::to_classic(html, &lookup),
        }
    }
}

fn composed(mark: ItemRef, thing: Thing, open_links: u32, findings: Vec<Finding>) -> Composed {
    let fingerprint = match &thing {
        Thing::Term(thing) => fingerprint(thing),
        Thing::Media(thing) => fingerprint(thing),
        Thing::Post(thing) => fingerprint(thing),
        Thing::Comment(thing) => fingerprint(thing),
    };
    Composed {
        placement: Placement {
            mark,
            fingerprint,
            thing,
        },
        open_links,
        findings,
    }
}

fn fingerprint(thing: &impl Serialize) -> String {
    let json = serde_json::to_vec(thing).unwrap_or_default();
    blake3::hash(&json).to_hex().as_str()[..32].to_owned()
}
