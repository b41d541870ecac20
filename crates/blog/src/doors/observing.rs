//! What a new home answers to a placement, and what it holds.

use crate::ItemRef;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What became of one placement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// The item.
    pub mark: ItemRef,
    /// Created, unchanged, ...
    pub outcome: Outcome,
    /// Id at the new home; absent when refused.
    pub id: Option<u64>,
    /// Address at the new home.
    pub address: Option<String>,
    /// For pictures: what pages need to show them.
    pub picture: Option<PlacedPicture>,
    /// The destination's own word on a refusal or a change it made.
    pub remark: Option<String>,
}

/// What became of one placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// New.
    Created,
    /// Was there with the same fingerprint: nothing was written.
    Unchanged,
    /// Was there as we left it, and was brought up to date.
    Updated,
    /// Somebody changed it since we placed it: left as it is.
    Conflict,
    /// The destination will not have it.
    Refused,
}

/// A picture at its new home.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlacedPicture {
    /// Attachment id.
    pub id: u64,
    /// Address of the attachment's page.
    pub page: String,
    /// Hash (blake3, hex) of the file that was sent to be shown, where it was made from the original: upright, or scaled.
    #[serde(default)]
    pub shown_hash: Option<String>,
    /// The sizes that exist there, the full one among them as `full`.
    pub sizes: Vec<PictureSize>,
}

/// One size of a picture at its new home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureSize {
    /// Registered name (`thumbnail`, `medium`, `large`, `full`, …).
    pub name: String,
    /// Address of the file.
    pub address: String,
    /// Width in pixels; 0 for files that are no pictures.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// How much [`Destination::find`] shall tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindDepth {
    /// Whether it is there, its id, address and fingerprint.
    Mark,
    /// Also content, terms, dates, status.
    Whole,
}

/// What a destination holds for a mark.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Observed {
    /// Id.
    pub id: u64,
    /// Public address, where it has one.
    pub address: Option<String>,
    /// The fingerprint we sent with the last write.
    pub fingerprint: String,
    /// Whether somebody changed it since.
    pub edited: bool,
    /// How many more things carry the same mark: late twins of this one. Homes where a mark is unique have none.
    #[serde(default)]
    pub twins: u64,
    /// For pictures: sizes and addresses.
    pub picture: Option<PlacedPicture>,
    /// The whole thing, with [`FindDepth::Whole`].
    pub whole: Option<ObservedWhole>,
}

/// The raw content of something at its new home.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ObservedWhole {
    /// `publish`, `private`, `draft`, `future`, `inherit`; for comments `approved`, `held`, `spam`; empty for terms.
    pub status: String,
    /// Title, or the comment author's name, or the term's name.
    pub title: String,
    /// Raw content.
    pub content: String,
    /// Excerpt, caption or description.
    pub excerpt: String,
    /// Slug.
    pub slug: String,
    /// Instant in UTC, where there is one.
    pub date_utc: Option<Timestamp>,
    /// Ids of terms (for posts) at the new home.
    pub terms: Vec<u64>,
    /// Id of the post or parent comment, 0 if none.
    pub parent: u64,
    /// Id of the post a comment stands under, 0 if none.
    pub post: u64,
    /// Its place among the pages beside it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<i32>,
    /// Where we left a page, where the home remembers that: what stands elsewhere was moved there by somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Stand>,
    /// The post's password, empty if none.
    pub password: String,
    /// How many comments the new home counts for a post.
    pub comment_count: u64,
    /// The custom fields of a post that we placed, with the values they have now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<crate::Field>,
}

/// Where a page stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stand {
    /// Id of the page above it, 0 at the top.
    pub parent: u64,
    /// Its place among the pages beside it.
    pub order: i32,
}

/// What became of one removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The item.
    pub mark: ItemRef,
    /// What happened.
    pub outcome: Removal,
    /// The destination's own word.
    pub remark: Option<String>,
}

/// What became of one removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Removal {
    /// Gone.
    Removed,
    /// Was not there.
    Absent,
    /// Somebody changed it or uses it: left.
    Kept,
}
