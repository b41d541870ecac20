//! The children of a channel as plain records. Everything is borrowed from the piece where nothing had to be decoded.

use super::cut::{Child, children, elements};
use blog::Moment;
use jiff::{civil::DateTime, tz::TimeZone};
use std::borrow::Cow;

/// Text of a piece.
pub type Words<'a> = Cow<'a, str>;

/// A post, page, attachment, menu item or anything else that WordPress keeps as a post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item<'a> {
    /// Title: HTML as the editor saved it.
    pub title: Words<'a>,
    /// Permalink.
    pub link: Words<'a>,
    /// Login of its author.
    pub creator: Words<'a>,
    /// The globally unique id, often `http://…/?p=12`.
    pub guid: Words<'a>,
    /// Body as saved.
    pub content: Words<'a>,
    /// Excerpt as saved.
    pub excerpt: Words<'a>,
    /// `wp:post_id`.
    pub id: Words<'a>,
    /// Date on the wall of the blog: `2010-07-25 19:40:01`.
    pub date: Words<'a>,
    /// Date in UTC; zeros where the post has none yet.
    pub date_utc: Words<'a>,
    /// Last change in UTC (newer exports only).
    pub modified_utc: Words<'a>,
    /// `open` or `closed`.
    pub comment_status: Words<'a>,
    /// `open` or `closed`.
    pub ping_status: Words<'a>,
    /// Slug.
    pub name: Words<'a>,
    /// `publish`, `draft`, `private`, `inherit`, …
    pub status: Words<'a>,
    /// Number of the parent, 0 if none.
    pub parent: Words<'a>,
    /// Place among its siblings.
    pub menu_order: Words<'a>,
    /// `post`, `page`, `attachment`, …
    pub kind: Words<'a>,
    /// Password, where it has one.
    pub password: Words<'a>,
    /// `1` when it stays on top.
    pub sticky: Words<'a>,
    /// Where an attachment's file is.
    pub attachment: Words<'a>,
    /// Its categories, tags and other terms.
    pub terms: Vec<ItemTerm<'a>>,
    /// Its custom fields.
    pub meta: Vec<Meta<'a>>,
    /// Its comments.
    pub comments: Vec<Comment<'a>>,
}

/// A term as an item names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemTerm<'a> {
    /// Taxonomy: `category`, `post_tag`, `post_format`, …
    pub domain: String,
    /// Slug.
    pub slug: String,
    /// Name.
    pub name: Words<'a>,
}

/// A custom field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta<'a> {
    /// Key.
    pub key: Words<'a>,
    /// Value: text, or serialised PHP.
    pub value: Words<'a>,
}

/// A comment or ping.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comment<'a> {
    /// Number.
    pub id: Words<'a>,
    /// Name of the writer.
    pub author: Words<'a>,
    /// E-mail address of the writer.
    pub email: Words<'a>,
    /// Web address of the writer.
    pub url: Words<'a>,
    /// IP address of the writer.
    pub ip: Words<'a>,
    /// Date on the wall of the blog.
    pub date: Words<'a>,
    /// Date in UTC.
    pub date_utc: Words<'a>,
    /// Text as saved.
    pub content: Words<'a>,
    /// `1`, `0`, `spam`, `trash`.
    pub approved: Words<'a>,
    /// Empty or `comment`, `pingback`, `trackback`, or a plugin's own word.
    pub kind: Words<'a>,
    /// Number of the comment it answers, 0 if none.
    pub parent: Words<'a>,
}

/// An author of the blog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author<'a> {
    /// Login; items name it.
    pub login: Words<'a>,
    /// E-mail address.
    pub email: Words<'a>,
    /// Name that readers see.
    pub display_name: Words<'a>,
}

/// A category of the channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Category<'a> {
    /// `wp:term_id`, where the export says it.
    pub id: Words<'a>,
    /// Slug.
    pub slug: Words<'a>,
    /// Slug of the parent, empty if none.
    pub parent: Words<'a>,
    /// Name.
    pub name: Words<'a>,
    /// Description.
    pub description: Words<'a>,
}

/// A tag, or a term of any taxonomy, of the channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term<'a> {
    /// `wp:term_id`, where the export says it.
    pub id: Words<'a>,
    /// Taxonomy; `post_tag` for tags.
    pub taxonomy: Words<'a>,
    /// Slug.
    pub slug: Words<'a>,
    /// Slug of the parent, empty if none.
    pub parent: Words<'a>,
    /// Name.
    pub name: Words<'a>,
    /// Description.
    pub description: Words<'a>,
}

/// A number of the export; zero is none.
#[must_use]
pub fn number(word: &str) -> Option<u64> {
    word.trim().parse().ok().filter(|number| *number > 0)
}

/// A date: the one in UTC, or where there is none the one on the wall.
#[must_use]
pub fn moment(utc: &str, wall: &str) -> Option<Moment> {
    let read = |word: &str| {
        let word = word.trim();
        // Zeros mean none.
        (word.len() >= 19 && !word.starts_with("0000"))
            .then(|| word.get(..19)?.replace(' ', "T").parse::<DateTime>().ok())
            .flatten()
    };
    match read(utc) {
        Some(utc) => utc
            .to_zoned(TimeZone::UTC)
            .ok()
            .map(|zoned| Moment::Instant(zoned.timestamp())),
        None => read(wall).map(Moment::Wall),
    }
}

/// The part of a name behind its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

impl<'a> Item<'a> {
    /// Reads an `item` element. What it does not know it passes over.
    #[must_use]
    pub fn read(piece: &'a str) -> Self {
        let mut item = Self::default();
        for child in children(piece) {
            let slot = match child.name {
                "title" => &mut item.title,
                "link" => &mut item.link,
                "dc:creator" => &mut item.creator,
                "guid" => &mut item.guid,
                "content:encoded" => &mut item.content,
                "excerpt:encoded" => &mut item.excerpt,
                "category" => {
                    item.term(&child);
                    continue;
                }
                "wp:postmeta" => {
                    item.meta.push(Meta::read(child));
                    continue;
                }
                "wp:comment" => {
                    item.comments.push(Comment::read(child));
                    continue;
                }
                other if other.starts_with("wp:") => match item.own(&other[3..]) {
                    Some(slot) => slot,
                    None => continue,
                },
                _ => continue,
            };
            *slot = child.text();
        }
        item
    }

    fn own(&mut self, name: &str) -> Option<&mut Words<'a>> {
        Some(match name {
            "post_id" => &mut self.id,
            "post_date" => &mut self.date,
            "post_date_gmt" => &mut self.date_utc,
            "post_modified_gmt" => &mut self.modified_utc,
            "comment_status" => &mut self.comment_status,
            "ping_status" => &mut self.ping_status,
            "post_name" => &mut self.name,
            "status" => &mut self.status,
            "post_parent" => &mut self.parent,
            "menu_order" => &mut self.menu_order,
            "post_type" => &mut self.kind,
            "post_password" => &mut self.password,
            "is_sticky" => &mut self.sticky,
            "attachment_url" => &mut self.attachment,
            _ => return None,
        })
    }

    /// Exports of 1.0 name each term twice, once without its taxonomy; those are passed over.
    fn term(&mut self, child: &Child<'a>) {
        let Some(domain) = child.attribute("domain") else {
            return;
        };
        // WXR 1.0 called tags so.
        let domain = if domain == "tag" {
            "post_tag".to_owned()
        } else {
            domain
        };
        let term = ItemTerm {
            domain,
            slug: child.attribute("nicename").unwrap_or_default(),
            name: child.text(),
        };
        let twice = |known: &ItemTerm<'_>| known.domain == term.domain && known.name == term.name;
        if !self.terms.iter().any(twice) {
            self.terms.push(term);
        }
    }

    /// The value of the first custom field called `key`.
    #[must_use]
    pub fn meta(&self, key: &str) -> Option<&str> {
        let meta = self.meta.iter().find(|meta| meta.key == key)?;
        Some(meta.value.as_ref())
    }
}

/// Fills the slots of a record from the children of its element.
macro_rules! filled {
    ($children:expr, { $($name:literal => $slot:ident),* $(,)? }) => {{
        let mut record = Self::default();
        for child in $children {
            match local(child.name) {
                $($name => record.$slot = child.text(),)*
                _ => {}
            }
        }
        record
    }};
}

impl<'a> Meta<'a> {
    fn read(element: Child<'a>) -> Self {
        filled!(elements(element.inner), { "meta_key" => key, "meta_value" => value })
    }
}

impl<'a> Comment<'a> {
    fn read(element: Child<'a>) -> Self {
        filled!(elements(element.inner), {
            "comment_id" => id,
            "comment_author" => author,
            "comment_author_email" => email,
            "comment_author_url" => url,
            "comment_author_IP" => ip,
            "comment_date" => date,
            "comment_date_gmt" => date_utc,
            "comment_content" => content,
            "comment_approved" => approved,
            "comment_type" => kind,
            "comment_parent" => parent,
        })
    }
}

impl<'a> Author<'a> {
    /// Reads a `wp:author` element.
    #[must_use]
    pub fn read(piece: &'a str) -> Self {
        filled!(children(piece), {
            "author_login" => login,
            "author_email" => email,
            "author_display_name" => display_name,
        })
    }
}

impl<'a> Category<'a> {
    /// Reads a `wp:category` element.
    #[must_use]
    pub fn read(piece: &'a str) -> Self {
        filled!(children(piece), {
            "term_id" => id,
            "category_nicename" => slug,
            "category_parent" => parent,
            "cat_name" => name,
            "category_description" => description,
        })
    }
}

impl<'a> Term<'a> {
    /// Reads a `wp:tag` or `wp:term` element.
    #[must_use]
    pub fn read(piece: &'a str) -> Self {
        let mut term: Self = filled!(children(piece), {
            "term_id" => id,
            "term_taxonomy" => taxonomy,
            "term_slug" => slug,
            "tag_slug" => slug,
            "term_parent" => parent,
            "term_name" => name,
            "tag_name" => name,
            "term_description" => description,
            "tag_description" => description,
        });
        if piece.starts_with("<wp:tag") {
            term.taxonomy = "post_tag".into();
        }
        term
    }
}
