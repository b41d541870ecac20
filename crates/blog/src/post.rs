//! Posts and pages, published or not.

use crate::{Audience, Field, Moment, when};
use serde::{Deserialize, Serialize};

/// The formats of posts that every WordPress knows.
pub const FORMATS: &[&str] = &[
    "aside", "audio", "chat", "gallery", "image", "link", "quote", "status", "video",
];

/// A post or a page as the old home had it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Stable id at the source: the entry number of a Space, the address or base name of a Movable Type entry.
    pub id: String,
    /// Post or page.
    pub kind: PostKind,
    /// Title as plain text, decoded exactly once. Empty where the source had none.
    pub title: String,
    /// HTML as the source delivered it. A "more" break is `<!--more-->`.
    pub body: String,
    /// Address that relative references in `body` are resolved against (`http…`, or `input:/…` for files beside it).
    pub base: Option<String>,
    /// Excerpt as HTML, when the author wrote one.
    pub excerpt: Option<String>,
    /// Last part of the old permalink, without extension.
    pub slug: Option<String>,
    /// Every address the old home answered for this post, permalink first, without session residue or keys.
    pub addresses: Vec<String>,
    /// Who wrote it.
    pub author: Option<Person>,
    /// When it was published (or last saved, for a draft).
    pub published: Option<Moment>,
    /// When it was last changed.
    pub modified: Option<Moment>,
    /// Published, draft, ...
    pub state: PostState,
    /// Who may see it.
    pub audience: Audience,
    /// The password of a password-protected post.
    pub password: Option<String>,
    /// Whether it stays on top.
    pub sticky: bool,
    /// Ids of categories.
    pub categories: Vec<String>,
    /// Names of tags.
    pub tags: Vec<String>,
    /// An address that means the picture which represents the post (one that [`crate::Media::stands_for`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub featured: Option<String>,
    /// How a WordPress shows it: one of [`FORMATS`]; `None` is as any post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Custom fields: what plugins and themes keep beside it. No reader sees them as such.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Id of the page that this page stands below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Its place among the pages beside it, where the source said one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<i32>,
    /// Whether readers may comment.
    pub comments_open: bool,
    /// Whether other blogs may ping.
    pub pings_open: bool,
}

impl Post {
    /// An empty published post for `id`; the reader fills in what it finds. The audience starts at the owner alone.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            kind: PostKind::Post,
            title: String::new(),
            body: String::new(),
            base: None,
            excerpt: None,
            slug: None,
            addresses: Vec::new(),
            author: None,
            published: None,
            modified: None,
            state: PostState::Published,
            audience: Audience::default(),
            password: None,
            sticky: false,
            categories: Vec::new(),
            tags: Vec::new(),
            featured: None,
            format: None,
            fields: Vec::new(),
            parent: None,
            order: None,
            comments_open: true,
            pings_open: false,
        }
    }

    /// How a report names the post: its title, or its date, or its id.
    #[must_use]
    pub fn label(&self) -> String {
        match (self.title.trim(), &self.published) {
            ("", Some(moment)) => format!("untitled post of {}", when::day(moment)),
            ("", None) => format!("untitled post {}", self.id),
            (title, _) => title.to_owned(),
        }
    }
}

/// Post or page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostKind {
    /// Part of the stream.
    Post,
    /// Stands alone.
    Page,
}

/// How far a post had come at the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostState {
    /// Visible to its audience.
    Published,
    /// Not published; only its author saw it.
    Draft,
    /// To be published at its date.
    Scheduled,
}

/// A person as a blog names one. Address and IP of commenters are not part of the neutral form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// Display name as plain text.
    pub name: String,
    /// Web address, only when it was public at the source.
    pub url: Option<String>,
    /// E-mail address, kept for author mapping and for owners' own archive; never written to public places.
    pub email: Option<String>,
}

impl Person {
    /// A person of whom only the name is known.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}
