//! Posts, pages, albums and lists as pages of one part, in the order they are written.

use super::{
    links, pictures,
    plan::{Plan, each, terms_of},
    talk,
};
use crate::{Bundle, Error, bundle::Stored};
use blog::{
    Album, Item, ItemRef, Kind, Link, Media, Post, PostState,
    body::plain_text,
    doors::archiving::{Page, Part, Photo, Target},
    render,
};

/// Walks over the pages of a part.
pub(super) struct Pages<'a> {
    bundle: &'a Bundle,
    plan: &'a Plan,
    part: Part,
    next: usize,
}

impl<'a> Pages<'a> {
    pub(super) fn new(bundle: &'a Bundle, plan: &'a Plan, part: Part) -> Self {
        Self {
            bundle,
            plan,
            part,
            next: 0,
        }
    }

    /// The next page; `None` after the last one.
    pub(super) fn next(&mut self) -> Result<Option<Page>, Error> {
        let stream = self.plan.stream(self.part);
        while let Some(item) = stream.get(self.next) {
            let at = self.next;
            self.next += 1;
            if let Some(mut page) = self.page(item)? {
                if matches!(item.kind, Kind::Post | Kind::Album) {
                    let neighbour = |at: Option<usize>| {
                        let other = stream.get(at?).filter(|other| other.kind == item.kind)?;
                        Some(self.plan.place(other)?.target.clone())
                    };
                    page.newer = neighbour(at.checked_sub(1));
                    page.older = neighbour(Some(at + 1));
                }
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    fn page(&self, item: &ItemRef) -> Result<Option<Page>, Error> {
        match item.kind {
            Kind::Guestbook | Kind::Link | Kind::Comment => return self.gathering(item).map(Some),
            _ => {}
        }
        let Some(stored) = self.bundle.row(item)? else {
            return Ok(None);
        };
        let language = self.plan.profile.language.as_deref();
        Ok(match &stored.item {
            Item::Post(post) => Some(self.post(&stored, post)?),
            Item::Album(album) => {
                let bare = Album {
                    photos: Vec::new(),
                    ..album.clone()
                };
                let post = render::album_in(&bare, &[], language);
                let mut page = self.written(item, &post, &post.body)?;
                page.photos = self.photos(album)?;
                Some(page)
            }
            Item::List(list) => {
                let post = render::list_in(list, language);
                Some(self.written(item, &post, &post.body)?)
            }
            _ => None,
        })
    }

    fn post(&self, stored: &Stored, post: &Post) -> Result<Page, Error> {
        let reference = stored.item.reference();
        let tidied = self.bundle.tidied(&reference, &stored.hash)?;
        let html = tidied.as_ref().map_or(&post.body, |tidy| &tidy.html);
        let mut page = self.written(&reference, post, html)?;
        let terms = terms_of(self.bundle, stored, post)?;
        let of = |kind| {
            let of_kind = terms.iter().filter(move |term| term.kind == kind);
            of_kind.filter_map(|term| self.plan.term(self.part, term).cloned())
        };
        page.categories = of(Kind::Category).collect();
        page.tags = of(Kind::Tag).collect();
        page.comments = talk::under(self.bundle, self.plan, self.part, &post.id)?;
        Ok(page)
    }

    fn written(&self, item: &ItemRef, post: &Post, html: &str) -> Result<Page, Error> {
        let body = |html: &str| {
            links::body(
                self.bundle,
                self.plan,
                self.part,
                html,
                post.base.as_deref(),
            )
        };
        let target = self.target(item);
        Ok(Page {
            kind: item.kind,
            path: target.path,
            name: format!("{item}"),
            slug: post.slug.clone(),
            title: target.title,
            html: body(html)?,
            excerpt: body(post.excerpt.as_deref().unwrap_or_default())?,
            date: self.plan.zoned(post.published.as_ref()),
            modified: self.plan.zoned(post.modified.as_ref()),
            author: post.author.as_ref().map(|author| author.name.clone()),
            categories: Vec::new(),
            tags: Vec::new(),
            old_addresses: post.addresses.clone(),
            sticky: post.sticky,
            private: (self.part == Part::Private).then(|| self.plan.why_private(post)),
            open: (self.part == Part::Open)
                .then(|| self.plan.reach(post.audience).open())
                .flatten(),
            draft: post.state != PostState::Published || self.plan.waits(post),
            featured: self.featured(post)?,
            parent: self.parent(post),
            order: post.order,
            photos: Vec::new(),
            comments: Vec::new(),
            newer: None,
            older: None,
        })
    }

    /// A page of the other part is not named.
    fn parent(&self, post: &Post) -> Option<String> {
        let parent = ItemRef::new(Kind::Page, post.parent.as_ref()?);
        let place = self.plan.place(&parent)?;
        (place.part == self.part).then(|| place.target.path.clone())
    }

    fn featured(&self, post: &Post) -> Result<Option<String>, Error> {
        let Some(address) = &post.featured else {
            return Ok(None);
        };
        let id = pictures::named(self.bundle, address, post.base.as_deref())?;
        let file = id.and_then(|id| self.plan.pictures.file(&id, self.part));
        Ok(file.map(|file| file.path))
    }

    fn gathering(&self, item: &ItemRef) -> Result<Page, Error> {
        let (html, comments) = match item.kind {
            Kind::Guestbook => (
                String::new(),
                talk::notes(self.bundle, self.plan, self.part)?,
            ),
            Kind::Link => (self.blogroll()?, Vec::new()),
            _ => (String::new(), talk::unseen(self.bundle, self.plan)?),
        };
        let post = Post {
            audience: self.plan.profile.audience,
            ..Post::new(&item.id)
        };
        Ok(Page {
            comments,
            private: None,
            ..self.written(item, &post, &html)?
        })
    }

    fn blogroll(&self) -> Result<String, Error> {
        let mut links: Vec<Link> = Vec::new();
        each(self.bundle, &[Kind::Link], |stored| {
            if let Item::Link(link) = stored.item {
                links.push(link);
            }
            Ok(())
        })?;
        Ok(render::links(&links, self.plan.profile.language.as_deref()).body)
    }

    fn photos(&self, album: &Album) -> Result<Vec<Photo>, Error> {
        let mut photos = Vec::new();
        for id in &album.photos {
            let Some(media) = self.bundle.media(id)? else {
                continue;
            };
            if self.plan.pictures.part_of(id) > Some(self.part) {
                continue;
            }
            let media = match self.part {
                Part::Open => self.plan.pictures.open_form(media),
                Part::Private => media,
            };
            photos.push(self.photo(&media)?);
        }
        Ok(photos)
    }

    fn photo(&self, media: &Media) -> Result<Photo, Error> {
        let caption = [&media.caption, &media.title]
            .into_iter()
            .flatten()
            .map(|text| blog::tidy::caption(text))
            .find(|text| !text.is_empty())
            .unwrap_or_default();
        let caption = links::body(self.bundle, self.plan, self.part, &caption, None)?;
        let said = plain_text(&caption);
        let file = self.plan.pictures.file(&media.id, self.part);
        Ok(Photo {
            alt: media
                .alt
                .as_deref()
                .map_or(said, |alt| alt.trim().to_owned()),
            caption,
            width: file.as_ref().and_then(|file| file.width),
            height: file.as_ref().and_then(|file| file.height),
            path: file.map(|file| file.path),
        })
    }

    fn target(&self, item: &ItemRef) -> Target {
        self.plan.place(item).map_or_else(
            || Target {
                title: String::new(),
                path: format!("{}untitled", self.part.prefix()),
            },
            |place| place.target.clone(),
        )
    }
}
