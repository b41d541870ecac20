//! Requests in pieces: who writes on the first line, then a line for each piece. The plugin holds one piece at a time, so a request may
//! be several times as large as one that comes as a whole, and comments come as lists, which cost it half as much to read.

use super::Mode;
use super::items::{Part, Row, comment_status, comment_type, utc};
use super::rows::fit;
use super::words::{Became, Limits, Mark, PlaceAnswer};
use blog::doors::{CommentThing, Placement};
use serde::Deserialize;
use serde_json::{Value, json};

/// Media type of such a request.
pub(super) const TYPE: &str = "application/x-rehome-pieces";

/// Bytes of one request: some hundred posts with their comments, which a modest host writes in seconds.
pub(super) const REQUEST_BYTES: usize = 4 * 1024 * 1024;

/// Rows of one batch.
pub(super) const BATCH_ITEMS: usize = 8000;

/// Bytes of one piece.
const PIECE_BYTES: usize = 1024 * 1024;

/// The rows of one request, piece by piece; the same rows are always cut in the same way.
fn cut<'r, 'a>(mut rows: &'r [Row<'a>], limits: &Limits) -> Vec<&'r [Row<'a>]> {
    let mut pieces = Vec::new();
    while !rows.is_empty() {
        let (piece, rest) = rows.split_at(fit(rows, limits, PIECE_BYTES));
        pieces.push(piece);
        rows = rest;
    }
    pieces
}

/// The body of one request.
pub(super) fn request(head: &Value, mode: Mode, rows: &[Row<'_>], limits: &Limits) -> String {
    let mut head = head.clone();
    head["mode"] = mode.as_str().into();
    let mut body = head.to_string();
    for piece in cut(rows, limits) {
        body.push('\n');
        let mut separator = '{';
        for part in Part::ALL {
            let items: Vec<&str> = of(piece, part).map(|row| row.json.as_str()).collect();
            if !items.is_empty() {
                body.push(separator);
                body.push_str(&format!("\"{}\":[{}]", part.as_str(), items.join(",")));
                separator = ',';
            }
        }
        body.push('}');
    }
    body
}

/// A comment as the list that the plugin takes it for.
pub(super) fn comment_list(placement: &Placement, comment: &CommentThing) -> Value {
    let mark = Mark::of(&placement.mark);
    let post = Mark::of(&comment.post);
    let parent = comment.parent.as_ref().map(Mark::of);
    let (parent_kind, parent_id) =
        parent.map_or((None, None), |mark| (Some(mark.kind), Some(mark.id)));
    json!([
        mark.kind,
        mark.id,
        placement.fingerprint,
        post.kind,
        post.id,
        parent_kind,
        parent_id,
        comment_type(comment),
        comment.author,
        comment.url,
        comment.date_utc.map(utc),
        comment.content,
        comment_status(comment),
    ])
}

/// The answer to such a request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PiecesAnswer {
    pieces: Vec<PieceAnswer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PieceAnswer {
    terms: Vec<Brief>,
    posts: Vec<Brief>,
    comments: Vec<Brief>,
}

/// Outcome, number, address, status, remark.
type Brief = (
    String,
    Option<u64>,
    Option<String>,
    Option<String>,
    Option<String>,
);

impl PiecesAnswer {
    /// As the answer to a request that came as a whole; `None` where it answers for more or fewer things than it was sent.
    pub(super) fn whole(self, rows: &[Row<'_>], limits: &Limits) -> Option<PlaceAnswer> {
        let pieces = cut(rows, limits);
        if pieces.len() != self.pieces.len() {
            return None;
        }
        let mut whole = PlaceAnswer::default();
        for (piece, answer) in pieces.into_iter().zip(self.pieces) {
            for (part, briefs, to) in [
                (Part::Terms, answer.terms, &mut whole.terms),
                (Part::Posts, answer.posts, &mut whole.posts),
                (Part::Comments, answer.comments, &mut whole.comments),
            ] {
                if of(piece, part).count() != briefs.len() {
                    return None;
                }
                to.extend(
                    of(piece, part)
                        .zip(briefs)
                        .map(|(row, brief)| became(row, brief)),
                );
            }
        }
        Some(whole)
    }
}

fn of<'r, 'a>(piece: &'r [Row<'a>], part: Part) -> impl Iterator<Item = &'r Row<'a>> {
    piece.iter().filter(move |row| row.part == part)
}

fn became(row: &Row<'_>, (outcome, id, address, status, remark): Brief) -> Became {
    Became {
        mark: Mark::of(row.item),
        outcome,
        id: id.unwrap_or_default(),
        address: address.unwrap_or_default(),
        status: status.unwrap_or_default(),
        remark: remark.unwrap_or_default(),
        page: String::new(),
        sizes: Vec::new(),
    }
}
