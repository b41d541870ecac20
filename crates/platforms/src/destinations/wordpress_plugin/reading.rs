//! Finding and taking away what was placed.

use super::session::Session;
use super::words::{FindAnswer, FoundWord, Mark, NarrowAnswer, RemoveAnswer, WholeWord, as_number};
use crate::destinations::wordpress::answers::{Effect, Failure};
use blog::doors::{
    FindDepth, Narrowing, Observed, ObservedWhole, PlacedPicture, Removal, Removed, WriteError,
};
use blog::{ItemRef, Kind};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::json;

/// Whole things asked for at once: posts can be long, and an answer has a limit.
const WHOLE_WEIGHT_MAX: usize = 250;

/// What a post weighs beside a comment or a term.
const POST_WEIGHT: usize = 5;

/// Looks for `marks`, in requests of at most `find_max`.
pub(super) fn find(
    session: &Session,
    find_max: usize,
    marks: &[ItemRef],
    depth: FindDepth,
) -> Result<Vec<Option<Observed>>, Failure> {
    let whole = depth == FindDepth::Whole;
    let mut found = Vec::with_capacity(marks.len());
    let mut rest = marks;
    while !rest.is_empty() {
        let (piece, more) = rest.split_at(piece_length(rest, find_max.max(1), whole));
        find_piece(session, piece, whole, &mut found)?;
        rest = more;
    }
    Ok(found)
}

/// How many of `marks` are asked for together; at least one.
fn piece_length(marks: &[ItemRef], find_max: usize, whole: bool) -> usize {
    let mut weight = 0;
    let fitting = marks.iter().take(find_max).take_while(|mark| {
        weight += match mark.kind {
            Kind::Comment | Kind::Trackback | Kind::Category | Kind::Tag => 1,
            _ => POST_WEIGHT,
        };
        !whole || weight <= WHOLE_WEIGHT_MAX
    });
    fitting.count().max(1)
}

fn find_piece(
    session: &Session,
    marks: &[ItemRef],
    whole: bool,
    found: &mut Vec<Option<Observed>>,
) -> Result<(), Failure> {
    let body = json!({ "blog": session.blog(), "marks": marks_json(marks), "whole": whole });
    let answer: Result<FindAnswer, Failure> = session.post("find", &body, Effect::Read);
    match answer {
        Ok(answer) if answer.found.len() == marks.len() => {
            found.extend(answer.found.into_iter().map(|word| word.map(observed)));
            Ok(())
        }
        Ok(_) => Err(Failure::misfit(
            "the plugin answered for other items than it was asked for",
        )),
        // Too much for one answer, or for PHP's memory: ask for half.
        Err(failure) if marks.len() > 1 && matches!(failure.status, 0 | 413 | 500) && whole => {
            let (one, other) = marks.split_at(marks.len() / 2);
            find_piece(session, one, whole, found)?;
            find_piece(session, other, whole, found)
        }
        Err(failure) => Err(failure),
    }
}

/// Takes `marks` away, in requests of at most `piece`.
pub(super) fn remove(
    session: &mut Session,
    piece: usize,
    marks: &[ItemRef],
) -> Result<Vec<Removed>, WriteError> {
    let mut removed = Vec::with_capacity(marks.len());
    for marks in marks.chunks(piece.max(1)) {
        session.keep_lease()?;
        let mut body = session.head();
        body["marks"] = marks_json(marks);
        let answer: RemoveAnswer = session.post("remove", &body, Effect::Write)?;
        if answer.removed.len() != marks.len() {
            return Err(WriteError::Unknown(
                "the plugin answered for other items than it was asked for".to_owned(),
            ));
        }
        for (mark, word) in marks.iter().zip(answer.removed) {
            removed.push(Removed {
                mark: mark.clone(),
                outcome: match word.outcome.as_str() {
                    "removed" => Removal::Removed,
                    "absent" => Removal::Absent,
                    _ => Removal::Kept,
                },
                remark: (!word.remark.is_empty()).then_some(word.remark),
            });
        }
    }
    Ok(removed)
}

/// Makes things no more visible than wished, in requests of at most `piece`. A plugin that does not know how has narrowed nothing.
pub(super) fn narrow(
    session: &mut Session,
    piece: usize,
    wishes: &[Narrowing],
) -> Result<Vec<bool>, WriteError> {
    let mut done = Vec::with_capacity(wishes.len());
    for wishes in wishes.chunks(piece.max(1)) {
        session.keep_lease()?;
        let mut body = session.head();
        body["wishes"] = wishes.iter().map(wish_json).collect();
        match session.post::<NarrowAnswer>("narrow", &body, Effect::Write) {
            Ok(answer) if answer.narrowed.len() == wishes.len() => done.extend(answer.narrowed),
            Ok(_) => {
                return Err(WriteError::Unknown(
                    "the plugin answered for other items than it was asked for".to_owned(),
                ));
            }
            Err(failure) if failure.status == 404 => done.extend(wishes.iter().map(|_| false)),
            Err(failure) => return Err(failure.error),
        }
    }
    Ok(done)
}

fn wish_json(wish: &Narrowing) -> serde_json::Value {
    let mark = Mark::of(&wish.mark);
    json!({ "mark": { "kind": mark.kind, "id": mark.id }, "status": wish.status.as_str() })
}

/// Marks as the wire wants them.
pub(super) fn marks_json(marks: &[ItemRef]) -> serde_json::Value {
    marks
        .iter()
        .map(|item| {
            let mark = Mark::of(item);
            json!({ "kind": mark.kind, "id": mark.id })
        })
        .collect()
}

fn observed(word: FoundWord) -> Observed {
    let sizes: Vec<_> = word.sizes.into_iter().map(Into::into).collect();
    Observed {
        id: word.id,
        address: (!word.address.is_empty()).then_some(word.address),
        fingerprint: word.fingerprint,
        edited: word.edited,
        twins: 0,
        picture: (!sizes.is_empty()).then_some(PlacedPicture {
            id: word.id,
            page: word.page,
            shown_hash: None,
            sizes,
        }),
        whole: word.whole.map(observed_whole),
    }
}

fn observed_whole(word: WholeWord) -> ObservedWhole {
    ObservedWhole {
        status: word.status,
        title: word.title,
        content: word.content,
        excerpt: word.excerpt,
        slug: word.slug,
        date_utc: instant(&word.date_utc),
        terms: word.terms.iter().map(as_number).collect(),
        parent: word.parent,
        order: word.order,
        left: word.left,
        post: word.post,
        password: word.password,
        comment_count: word.comment_count,
        fields: word.fields,
    }
}

/// Reads `2008-04-05 13:03:12` as UTC; WordPress's zero date is none.
pub(super) fn instant(text: &str) -> Option<jiff::Timestamp> {
    if text.starts_with("0000") {
        return None;
    }
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
