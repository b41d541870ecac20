//! Terms, posts and comments as the wire has them.

use super::pieces;
use super::words::{Limits, Mark};
use blog::doors::{CommentThing, Placement, PostThing, Status, TermThing, Thing};
use blog::{CommentKind, CommentState, ItemRef, Kind};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Custom fields that are named when they stay behind; the rest of them is counted.
const FIELDS_TOLD: usize = 20;

/// What comes first in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Terms,
    Posts,
    Comments,
}

impl Part {
    /// In the order of the work.
    pub(super) const ALL: [Self; 3] = [Self::Terms, Self::Posts, Self::Comments];

    /// Its name on the wire.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Posts => "posts",
            Self::Comments => "comments",
        }
    }
}

/// One item, ready for the wire.
pub(super) struct Row<'a> {
    /// Where its answer goes.
    pub(super) at: usize,
    pub(super) part: Part,
    pub(super) item: &'a ItemRef,
    /// What a comment hangs under.
    pub(super) post: Option<&'a ItemRef>,
    /// Status asked for, where one is wider than another.
    pub(super) status: Option<Status>,
    /// What is not sent of it.
    pub(super) left_out: Option<String>,
    pub(super) json: String,
}

/// `placement`, whose answer goes to `at`. `None` for what does not go by this way.
pub(super) fn row<'a>(
    at: usize,
    placement: &'a Placement,
    in_pieces: bool,
    limits: &Limits,
) -> Option<Row<'a>> {
    let (part, status, mut json) = match &placement.thing {
        Thing::Term(term) => (Part::Terms, None, term_json(placement, term)),
        Thing::Post(post) => (
            Part::Posts,
            Some(post.status),
            post_json(post, limits.fields),
        ),
        Thing::Comment(comment) if in_pieces => (
            Part::Comments,
            None,
            pieces::comment_list(placement, comment),
        ),
        Thing::Comment(comment) => (Part::Comments, None, comment_json(comment)),
        Thing::Media(_) | Thing::Amend(_) => return None,
    };
    if json.is_object() {
        json["mark"] = mark_json(&placement.mark);
        json["fingerprint"] = placement.fingerprint.as_str().into();
    }
    if part != Part::Terms {
        leave_out_what_goes_without_saying(&mut json);
    }
    Some(Row {
        at,
        part,
        item: &placement.mark,
        post: match &placement.thing {
            Thing::Comment(comment) => Some(&comment.post),
            _ => None,
        },
        status,
        left_out: match &placement.thing {
            Thing::Post(post) => fields_left_out(post, limits.fields),
            _ => None,
        },
        json: json.to_string(),
    })
}

/// The custom fields beyond those that a post may have there, by name.
fn fields_left_out(post: &PostThing, most: usize) -> Option<String> {
    let beyond = post.fields.get(most..).unwrap_or_default();
    let mut names: Vec<&str> = beyond.iter().map(|field| field.name.as_str()).collect();
    names.dedup();
    let told = &names[..names.len().min(FIELDS_TOLD)];
    let more = match names.len() - told.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| {
        format!(
            "placed without the custom fields {}{more}: this WordPress takes {most} of a post",
            told.join(", ")
        )
    })
}

/// What is missing is nothing, empty or no, but for `comments_open`: a tenth of what would be sent otherwise.
fn leave_out_what_goes_without_saying(json: &mut Value) {
    if let Value::Object(fields) = json {
        fields.retain(|name, value| match value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(list) => !list.is_empty(),
            Value::Bool(yes) => *yes || name == "comments_open",
            _ => true,
        });
    }
}

fn mark_json(item: &ItemRef) -> Value {
    let mark = Mark::of(item);
    json!({ "kind": mark.kind, "id": mark.id })
}

fn term_json(placement: &Placement, term: &TermThing) -> Value {
    let taxonomy = match placement.mark.kind {
        Kind::Tag => "post_tag",
        _ => "category",
    };
    json!({
        "taxonomy": taxonomy,
        "name": term.name,
        "slug": term.slug,
        "parent": term.parent.as_ref().map(mark_json),
        "description": term.description,
    })
}

fn post_json(post: &PostThing, fields_max: usize) -> Value {
    json!({
        "type": if post.page { "page" } else { "post" },
        "status": post.status.as_str(),
        "title": post.title,
        "content": post.content,
        "excerpt": post.excerpt,
        "slug": post.slug,
        "date_utc": post.date_utc.map(utc),
        "modified_utc": post.modified_utc.map(utc),
        "author": post.author_login,
        "password": post.password.as_deref().unwrap_or(""),
        "sticky": post.sticky,
        "comments_open": post.comments_open,
        "pings_open": post.pings_open,
        "terms": post.terms.iter().map(mark_json).collect::<Vec<_>>(),
        "format": post.format,
        "featured": post.featured.as_ref().map(mark_json),
        "parent": post.parent.as_ref().map(mark_json),
        "order": post.order,
        "fields": post.fields[..post.fields.len().min(fields_max)],
    })
}

fn comment_json(comment: &CommentThing) -> Value {
    json!({
        "post": mark_json(&comment.post),
        "parent": comment.parent.as_ref().map(mark_json),
        "type": comment_type(comment),
        "author": comment.author,
        "url": comment.url,
        "date_utc": comment.date_utc.map(utc),
        "content": comment.content,
        "status": comment_status(comment),
    })
}

pub(super) fn comment_type(comment: &CommentThing) -> &'static str {
    match comment.kind {
        CommentKind::Comment => "comment",
        CommentKind::Trackback => "trackback",
        CommentKind::Pingback => "pingback",
    }
}

pub(super) fn comment_status(comment: &CommentThing) -> &'static str {
    match comment.state {
        CommentState::Approved => "approved",
        CommentState::Held => "held",
        CommentState::Spam => "spam",
    }
}

/// An instant as the wire writes it.
pub(super) fn utc(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
