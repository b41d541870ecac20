//! Items as ready-made placements: bodies rewritten for the new home, dates as instants ([`dates`]), audiences as states that are
//! never wider ([`status`]). Pure in effect: the same bundle and ledger give the same placement, byte for byte.

mod again;
mod comments;
mod dates;
mod foresight;
mod own_blocks;
mod status;
mod texts;
mod tree;

pub(crate) use comments::public_url;

use super::{
    Choices,
    body_links::{Written, link_findings},
    file_names::{file_name, secret_file_name},
    guestbook,
    links::{GUESTBOOK_PAGE, IsOpen, LINKS_PAGE, Links},
    repair::Repair,
};
use crate::{
    Bundle, Error,
    bundle::{DEATHS_MAX, Fact, Hand, MediaState, Stored, Task},
};
use blog::{
    Album, Audience, Category, Finding, Item, ItemRef, Kind, Link, Media, Post, PostKind, Profile,
    codes,
    doors::{MediaThing, NewHome, Placement, PostThing, Status, TermThing, Thing},
    post::FORMATS,
    render, when,
};
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use status::OpenLists;
use std::cell::{Cell, RefCell};

/// Makes placements for one blog and one new home.
pub(super) struct Composer<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) profile: Profile,
    zone: TimeZone,
    choices: &'a Choices,
    pub(super) home: &'a NewHome,
    now: Timestamp,
    /// Where posts stand there already and are put right.
    pub(super) repair: Option<Repair>,
    /// Whether the page of the guestbook has to show its notes itself.
    notes_unseen: bool,
    open: OpenLists,
    /// Notes what is worked on, in case it kills.
    hand: RefCell<Hand>,
    /// Whether addresses are foreseen.
    foresees: Cell<bool>,
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
        let mut composer = Self {
            bundle,
            profile,
            zone,
            choices,
            home,
            now,
            repair: bundle.fact(Fact::Repair)?,
            notes_unseen: bundle.fact(Fact::NotesUnseen)?.unwrap_or(false),
            open: OpenLists::default(),
            hand: RefCell::new(bundle.hand("compose")?),
            foresees: Cell::new(false),
        };
        composer.open = composer.find_open_lists()?;
        Ok(composer)
    }

    /// Does work that may kill the process; `None`, and no work, where two runs died of it.
    pub(super) fn noted<T>(
        &self,
        task: &Task,
        work: impl FnOnce() -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        if self.bundle.deaths(task) >= Some(DEATHS_MAX) {
            return Ok(None);
        }
        self.hand.borrow_mut().begin(task)?;
        let outcome = work();
        self.hand.borrow_mut().rest()?;
        self.bundle.survived(task)?;
        outcome.map(Some)
    }

    /// Whether two runs died while they made this item ready.
    pub(super) fn gave_up(&self, item: &ItemRef) -> bool {
        self.bundle.deaths(&Task::composing(item)) >= Some(DEATHS_MAX)
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

    /// A category or tag; `None` where its name is not everyone's, as WordPress shows names of terms to all.
    pub(super) fn term(&self, item: &Item) -> Option<Composed> {
        let mark = item.reference();
        let is_open = |term: &ItemRef| self.open.terms.contains(term);
        let open = self
            .reach(Audience::Everyone)
            .open()
            .filter(|_| is_open(&mark))?;
        let thing = match item {
            Item::Category(Category {
                name,
                parent,
                slug,
                description,
                ..
            }) => TermThing {
                open,
                name: name.clone(),
                slug: slug.clone(),
                parent: parent
                    .as_ref()
                    .map(|parent| ItemRef::new(Kind::Category, parent))
                    .filter(is_open),
                description: description.clone().unwrap_or_default(),
            },
            Item::Tag(tag) => TermThing {
                open,
                name: tag.name.clone(),
                slug: None,
                parent: None,
                description: String::new(),
            },
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
        let open = self.reach(media.audience).open();
        let thing = MediaThing {
            file: self.bundle.media_path(&stored.hash),
            file_name: match open {
                Some(_) => file_name(media, &stored),
                None => secret_file_name(&self.bundle.secret()?, &stored),
            },
            title: media.title.clone().unwrap_or_default(),
            caption: media.caption.clone().unwrap_or_default(),
            alt: media.alt.clone().unwrap_or_default(),
            date_utc: self.media_date(media)?,
            open,
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

    /// A post, page, album or list.
    pub(super) fn post(&self, stored: &Stored) -> Result<Option<Composed>, Error> {
        let task = Task::composing(&stored.item.reference());
        Ok(self.noted(&task, || self.whole_post(stored))?.flatten())
    }

    fn whole_post(&self, stored: &Stored) -> Result<Option<Composed>, Error> {
        if let Some(repair) = &self.repair {
            return self.amended(stored, repair);
        }
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
                let post = render::album(album, &self.photos_of(album)?);
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

    /// The photos of an album. One that is shown in a restricted post as well, and to more people there, has that post's words: an
    /// album that everyone sees goes without them.
    fn photos_of(&self, album: &Album) -> Result<Vec<Media>, Error> {
        let is_open = self.reach(album.audience).open().is_some();
        let mut photos = Vec::new();
        for id in &album.photos {
            photos.extend(self.bundle.media(id)?.map(|photo| {
                if is_open && self.reach(photo.audience).open().is_none() {
                    photo.without_words()
                } else {
                    photo
                }
            }));
        }
        Ok(photos)
    }

    /// The page that guestbook notes hang under.
    pub(super) fn guestbook_page(&self) -> Result<Composed, Error> {
        let mut page = render::guestbook(self.profile.language.as_deref());
        page.audience = self.profile.audience;
        let page = self.written(
            ItemRef::new(Kind::Page, GUESTBOOK_PAGE),
            i64::MAX,
            &page,
            &page.body,
            &[],
            None,
        )?;
        Ok(if self.notes_unseen {
            guestbook::with_comments(page)
        } else {
            page
        })
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
        let date_utc = self.date(post, seq, &mark, &mut findings)?;
        let status = self.status(post, date_utc, &mut findings);
        // What stands behind a password may name what everyone else must not see.
        let open = status.is_open() && post.password.is_none();
        let body = self.body(&mark, html, post.base.as_deref(), true, open)?;
        let excerpt = match &post.excerpt {
            Some(excerpt) => {
                let base = post.base.as_deref();
                self.body(&mark, excerpt, base, false, open)?
            }
            None => Written::default(),
        };
        let (fields, in_fields) = self.fields(&mark, post, open)?;
        let met = body.met.with(excerpt.met).with(in_fields);
        findings.extend(link_findings(&met));
        if status == Status::PRIVATE && self.shows_pictures(html, post.base.as_deref())? {
            findings.push(Finding::new(
                &codes::transfer::PRIVATE_PICTURES,
                format!(
                    "“{}” is private at its new home, but WordPress serves picture files to anyone who has their address.",
                    post.label()
                ),
            ));
        }
        let categories = post
            .categories
            .iter()
            .map(|id| ItemRef::new(Kind::Category, id));
        let tags = post
            .tags
            .iter()
            .chain(tags)
            .map(|name| ItemRef::new(Kind::Tag, name));
        let mut terms: Vec<ItemRef> = categories
            .chain(tags)
            .filter(|term| self.open.terms.contains(term))
            .collect();
        terms.sort();
        terms.dedup();
        let above = self.page_above(post, status.is_open(), &mut findings)?;
        let findings = findings
            .into_iter()
            .map(|finding| finding.about(mark.clone()))
            .collect();
        let thing = PostThing {
            page: post.kind == PostKind::Page,
            status,
            title: post.title.clone(),
            content: body.html,
            excerpt: excerpt.html,
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
            format: format.or_else(|| known_format(post)),
            parent: above.page,
            order: post.order.filter(|_| post.kind == PostKind::Page),
            fields,
            featured: self.featured(post.featured.as_deref(), status.is_open())?,
        };
        Ok(composed(
            mark,
            Thing::Post(Box::new(thing)),
            met.open_links + u32::from(above.awaited),
            findings,
        ))
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

    /// Where links of the blog lead at the new home. A blog that is repaired has more months than its broken posts tell.
    pub(super) fn links<'b>(&'b self, is_open: IsOpen<'b>) -> Links<'b> {
        Links::new(
            self.bundle,
            &self.profile.identity,
            &self.home.address,
            is_open,
            self.repair.is_none().then_some(&self.open.months),
        )
    }
}

/// The format of a post, as far as every WordPress knows it.
fn known_format(post: &Post) -> Option<&'static str> {
    let format = post.format.as_deref()?;
    FORMATS.iter().copied().find(|known| *known == format)
}

pub(super) fn composed(
    mark: ItemRef,
    thing: Thing,
    open_links: u32,
    findings: Vec<Finding>,
) -> Composed {
    let fingerprint = match &thing {
        Thing::Term(thing) => fingerprint(thing),
        Thing::Media(thing) => fingerprint(thing),
        Thing::Post(thing) => fingerprint(thing),
        Thing::Comment(thing) => fingerprint(thing),
        Thing::Amend(thing) => fingerprint(thing),
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
