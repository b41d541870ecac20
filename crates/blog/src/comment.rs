//! Comments, trackbacks and pingbacks.

use crate::{Moment, Person};
use serde::{Deserialize, Serialize};

/// A comment or ping under a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    /// Stable id at the source, unique in the blog. Readers of formats without ids derive one from the post's id, the
    /// position and the content, so that two honest equal comments stay two.
    pub id: String,
    /// Id of the post it stands under.
    pub post: String,
    /// Id of the comment it answers.
    pub parent: Option<String>,
    /// Comment, trackback or pingback.
    pub kind: CommentKind,
    /// Who wrote it.
    pub author: Person,
    /// When it was written.
    pub written: Option<Moment>,
    /// HTML as the source delivered it.
    pub body: String,
    /// Shown, held, spam.
    pub state: CommentState,
    /// For a ping: the title of the page that linked here.
    pub title: Option<String>,
    /// IP address of the writer, kept in the bundle only.
    pub ip: Option<String>,
}

/// Comment, trackback or pingback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommentKind {
    /// Written by a reader.
    Comment,
    /// Sent by another blog (trackback protocol).
    Trackback,
    /// Sent by another blog (pingback protocol).
    Pingback,
}

/// Whether readers saw the comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommentState {
    /// Shown under the post.
    Approved,
    /// Waiting for the owner.
    Held,
    /// Marked as spam.
    Spam,
}
