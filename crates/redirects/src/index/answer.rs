//! What is known of an address.

use super::{
    Open,
    reading::{Blog, has_mark, with_blog},
};
use crate::{
    IndexError,
    asked::{Asked, HostName, Page, Whose, asked, host_name},
    block::{self, Order},
    build::SPACES,
    known::{Closure, Known, Moved, Standing},
    name::NameKey,
    record::Fate,
    target,
};
use points::{Bug, planted};

/// A root is looked for under this many folders at most.
const MOST_FOLDERS: usize = 4;

pub(super) fn know(open: &Open, host: &str, path_and_query: &str) -> Result<Known, IndexError> {
    let asked = asked(host, path_and_query);
    match &asked.whose {
        Whose::Nobodys => Ok(Known::Foreign),
        Whose::Space { named, owner } => of_space(open, named.as_ref(), owner.as_ref(), &asked),
        Whose::Site {
            place,
            host,
            number,
        } => of_site(open, place, *host, *number, &asked),
    }
}

pub(super) fn serves(open: &Open, host: &str) -> Result<bool, IndexError> {
    match host_name(host) {
        HostName::Nobodys => Ok(false),
        HostName::Space(name) => Ok(with_blog(open, name.as_bytes(), |_| Ok(()))?.is_some()),
        HostName::Spaces => has_host(open, SPACES),
        HostName::Site(mark) => has_mark(open, mark.as_bytes()),
    }
}

fn has_host(open: &Open, host: &str) -> Result<bool, IndexError> {
    match NameKey::of(b'h', host.as_bytes()) {
        Some(mark) => has_mark(open, mark.as_bytes()),
        None => Ok(false),
    }
}

/// The host or the folder says whose page it is, unless an account number in the handle says that it is another's: numbers are
/// counted by account.
fn of_space(
    open: &Open,
    named: Option<&NameKey>,
    owner: Option<&NameKey>,
    asked: &Asked,
) -> Result<Known, IndexError> {
    let in_named = |blog: &Blog<'_>| {
        let anothers = owner.filter(|owner| {
            let owner = owner.as_bytes();
            owner.first() == Some(&b'c') && blog.has_kind_of_name(owner) && !blog.has_name(owner)
        });
        match anothers {
            None => in_blog(open, blog, asked).map(|known| (known, None)),
            Some(owner) => {
                let never = Asked {
                    whose: Whose::Nobodys,
                    page: Page::Never,
                    feed: false,
                };
                Ok((in_blog(open, blog, &never)?, Some(owner)))
            }
        }
    };
    let found = match named {
        Some(named) => with_blog(open, named.as_bytes(), in_named)?,
        None => None,
    };
    let owners =
        |owner: &NameKey| with_blog(open, owner.as_bytes(), |blog| in_blog(open, blog, asked));
    match (found, owner) {
        (Some((known, None)), _) => Ok(known),
        (Some((known, Some(owner))), _) => Ok(owners(owner)?.unwrap_or(known)),
        (None, Some(owner)) => Ok(owners(owner)?.unwrap_or(Known::Closed)),
        (None, None) => Ok(Known::Closed),
    }
}

/// The blog whose root is the longest beginning of the place.
fn of_site(
    open: &Open,
    place: &str,
    host: usize,
    number: Option<u64>,
    asked: &Asked,
) -> Result<Known, IndexError> {
    let ends = place
        .char_indices()
        .filter(|(at, letter)| *at > host && *letter == '/')
        .map(|(at, _)| at)
        .chain([place.len()]);
    let mut roots: Vec<usize> = ends.take(MOST_FOLDERS).collect();
    roots.insert(0, host);
    roots.dedup();
    for end in roots.into_iter().rev() {
        let Some(name) = NameKey::of(b's', &place.as_bytes()[..end]) else {
            continue;
        };
        let home = Asked {
            whose: Whose::Nobodys,
            page: number.map_or(Page::Home, Page::Number),
            feed: asked.feed,
        };
        let asked = if end == place.len() { &home } else { asked };
        if let Some(known) = with_blog(open, name.as_bytes(), |blog| in_blog(open, blog, asked))? {
            return Ok(known);
        }
    }
    Ok(if has_host(open, &place[..host])? {
        Known::Closed
    } else {
        Known::Foreign
    })
}

/// A page of a blog that was found.
fn in_blog(open: &Open, blog: &Blog<'_>, asked: &Asked) -> Result<Known, IndexError> {
    let standing = match blog.head.fate {
        Fate::Waiting => return Ok(Known::Waiting),
        Fate::Gone => {
            return Ok(Known::Gone {
                what: Closure::Blog,
                standing: Standing::Final,
            });
        }
        Fate::UndoableUntil(day) if open.today <= day && !planted(Bug::FinalWhileUndoIsOpen) => {
            Standing::Undoable
        }
        Fate::UndoableUntil(_) | Fate::Final => Standing::Final,
    };
    if !blog.head.has_base() {
        return Ok(Known::Closed);
    }
    let reader = Reader { open, blog };
    let (found, or_else) = match &asked.page {
        Page::Home => (Some(Place::Base), OrElse::Base),
        Page::Never => (None, OrElse::Nothing),
        Page::Number(number) => reader.number(*number)?,
        Page::Photo { photo, album } => match reader.number(*photo)? {
            (Some(found), _) => (Some(found), OrElse::Nothing),
            (None, _) => reader.number(*album)?,
        },
        Page::Text(text) => reader.text(text)?,
        Page::Month { year, month } => (Some(reader.month(*year, *month)?), OrElse::Base),
    };
    let moved = |target: String| -> Result<Known, IndexError> {
        Ok(Known::Moved(Moved {
            target: if asked.feed {
                feed(target, &reader.base()?)
            } else {
                target
            },
            standing,
            feed: asked.feed,
        }))
    };
    Ok(match (found, or_else) {
        (Some(Place::Gone), _) => Known::Gone {
            what: Closure::Item,
            standing,
        },
        (Some(Place::At(target)), _) => moved(target)?,
        (Some(Place::Base), _) | (None, OrElse::Base) => moved(reader.base()?)?,
        (None, OrElse::Nothing) => Known::Unknown {
            nearest: Some(reader.base()?),
        },
        (None, OrElse::Nearest(target)) => Known::Unknown {
            nearest: Some(target),
        },
    })
}

/// Where a page is now.
enum Place {
    At(String),
    Base,
    Gone,
}

/// What is answered where the page is not known.
enum OrElse {
    /// It was a view of the blog, and the blog is a good answer.
    Base,
    /// It is not known.
    Nothing,
    /// It is not known, and this lies nearest.
    Nearest(String),
}

struct Reader<'a> {
    open: &'a Open,
    blog: &'a Blog<'a>,
}

impl Reader<'_> {
    /// The new home.
    fn base(&self) -> Result<String, IndexError> {
        damaged(self.blog.head.base(&self.open.generation.words))
    }

    fn place(&self, page: block::Page<'_>) -> Result<Place, IndexError> {
        if page.is_gone() {
            return Ok(Place::Gone);
        }
        let words = &self.open.generation.words;
        let push_base = |out: &mut Vec<u8>| self.blog.head.push_base(words, out);
        Ok(Place::At(damaged(page.address(push_base, words))?))
    }

    fn number(&self, number: u64) -> Result<(Option<Place>, OrElse), IndexError> {
        let number = number + u64::from(planted(Bug::TakeTheNeighbour));
        // Most pages stand beside the head, which was read already; the rest of a blog costs another search.
        let mut pages = self.blog.head.pages;
        let mut found = damaged(pages.find(number))?;
        if found.is_behind && self.blog.head.more {
            pages = self.blog.pages(Order::Number(number))?;
            found = damaged(pages.find(number))?;
        }
        if let Some(page) = found.page {
            return Ok((Some(self.place(page)?), OrElse::Nothing));
        }
        let nearest = damaged(pages.nearest(number))?;
        let nearest = nearest.map(|page| self.place(page)).transpose()?;
        Ok(match nearest {
            Some(Place::At(target)) => (None, OrElse::Nearest(target)),
            _ => (None, OrElse::Nothing),
        })
    }

    fn text(&self, text: &str) -> Result<(Option<Place>, OrElse), IndexError> {
        let pages = self.blog.pages(Order::of_text(text))?;
        let found = damaged(pages.find_text(text, &self.open.generation.words))?;
        match found {
            Some(page) => Ok((Some(self.place(page)?), OrElse::Nothing)),
            // Every Space had these pages, also where nothing of them moved.
            None if matches!(text, "photos" | "lists" | "guestbook") => Ok((None, OrElse::Base)),
            None => Ok((None, OrElse::Nothing)),
        }
    }

    /// The new home's page of a month, where the blog has entries of it there; else the blog.
    fn month(&self, year: u16, month: u8) -> Result<Place, IndexError> {
        let mut found = false;
        self.blog.each_part(|pages| {
            found = damaged(pages.has_month(year, month))?;
            Ok(!found)
        })?;
        if !found {
            return Ok(Place::Base);
        }
        let mut address = self.base()?.into_bytes();
        let day = target::days_of(i64::from(year), i64::from(month), 1);
        damaged(target::push_date(day, false, &mut address))?;
        Ok(Place::At(damaged(String::from_utf8(address).ok())?))
    }
}

/// The feed of a page: WordPress has one for each. Where the page is no folder, the blog's.
fn feed(target: String, base: &str) -> String {
    let folder = if target.ends_with('/') && !target.contains(['?', '#']) {
        &target
    } else {
        base
    };
    format!("{folder}feed/")
}

fn damaged<T>(read: Option<T>) -> Result<T, IndexError> {
    read.ok_or_else(|| IndexError::Damaged("a blog is not what was written"))
}
