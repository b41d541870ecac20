//! Posts, menus and comments that stood at the site before us: reading them, changing addresses in them, putting them back.
//!
//! What travels are edits, one address for another, against the text that stands there at that moment; the plugin looks again
//! whether it still does.

use super::Opened;
use super::reading::{instant, marks_json};
use super::rows::{placed, refused};
use super::session::Session;
use super::words::{AmendAnswer, Mark, StandingAnswer, StandingWord};
use crate::destinations::wordpress::answers::Effect;
use blog::body::{Edit, address_edits};
use blog::doors::{
    AmendThing, Field, Left, Outcome, Placed, Placement, Removal, Removed, Standing, StandingOf,
    Thing, WriteError,
};
use blog::former_space::WORDS;
use blog::{ItemRef, Kind};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Posts or comments asked for and changed in one call.
const POSTS_A_CALL: usize = 50;

/// Reads what stands there, behind the id `after`.
pub(super) fn standing(
    session: &Session,
    of: StandingOf,
    words: &[&str],
    after: u64,
) -> Result<Vec<Standing>, WriteError> {
    let mut after = after;
    loop {
        let body = json!({ "blog": session.blog(), "words": words, "after": after });
        let answer: StandingAnswer = session
            .post(route(of), &body, Effect::Read)
            .map_err(too_old)?;
        match answer.next {
            // What our user may not edit is not told; behind it may be more.
            Some(next) if answer.standing.is_empty() && next > after => after = next,
            _ => return Ok(answer.standing.into_iter().map(Standing::from).collect()),
        }
    }
}

/// Where it is asked for.
fn route(of: StandingOf) -> &'static str {
    match of {
        StandingOf::Posts => "standing",
        StandingOf::Comments => "standing-comments",
    }
}

/// What an item is at the site.
fn sort(mark: &ItemRef) -> StandingOf {
    match mark.kind {
        Kind::Comment | Kind::Trackback => StandingOf::Comments,
        _ => StandingOf::Posts,
    }
}

fn too_old(failure: crate::destinations::wordpress::answers::Failure) -> WriteError {
    if failure.status == 404 {
        return WriteError::NotAHome(
            "the rehome plugin there is too old to repair posts in their place; upload the newer one (`rehome plugin`) under Plugins → Add New Plugin"
                .to_owned(),
        );
    }
    failure.error
}

impl From<StandingWord> for Standing {
    fn from(word: StandingWord) -> Self {
        Self {
            id: word.comment.unwrap_or(word.post),
            page: word.kind == "page",
            menu_entry: word.kind == "nav_menu_item",
            comment_on: word.comment.map(|_| word.post),
            status: word.status,
            locked: word.locked,
            date_utc: instant(&word.date),
            title: word.title,
            address: word.address,
            content: word.content,
            excerpt: word.excerpt,
            hash: word.hash,
            left: match word.left.as_str() {
                "as-left" => Left::AsLeft,
                "edited" => Left::Edited,
                _ => Left::Never,
            },
            fields: word
                .fields
                .into_iter()
                .map(|field| Field {
                    id: field.id,
                    name: field.name,
                    value: field.value,
                })
                .collect(),
        }
    }
}

/// The amendments among `places` of `batch`.
fn amendments<'a>(
    batch: &'a [Placement],
    places: &[usize],
) -> Vec<(&'a Placement, &'a AmendThing)> {
    let amendment = |place: &usize| match &batch[*place].thing {
        Thing::Amend(thing) => Some((&batch[*place], thing.as_ref())),
        _ => None,
    };
    places.iter().filter_map(amendment).collect()
}

/// As many as one call takes; posts and comments are asked for apart.
fn calls<'a, 'b>(
    all: &'b [(&'a Placement, &'a AmendThing)],
) -> impl Iterator<Item = &'b [(&'a Placement, &'a AmendThing)]> {
    all.chunk_by(|(one, _), (next, _)| sort(&one.mark) == sort(&next.mark))
        .flat_map(|same| same.chunks(POSTS_A_CALL))
}

/// Amends the posts at `places` of `batch`, and answers in their order.
pub(super) fn amend(
    opened: &mut Opened,
    batch: &[Placement],
    places: &[usize],
) -> Result<Vec<Placed>, WriteError> {
    let mut answers = Vec::with_capacity(places.len());
    for some in calls(&amendments(batch, places)) {
        let there = there(&opened.session, some)?;
        let (mut done, mut wishes, mut sent) = (Vec::new(), Vec::new(), Vec::new());
        for (placement, thing) in some {
            let mark = &placement.mark;
            match there.get(&thing.id) {
                None => done.push(Some(refused(
                    mark,
                    "it is not there any more, or not yours to edit".to_owned(),
                ))),
                Some(now) if now.left != Left::AsLeft && now.hash != thing.was => {
                    done.push(Some(conflict(mark, now)));
                }
                Some(now) => match wish(placement, thing, now, false) {
                    Some(wish) => {
                        done.push(None);
                        wishes.push(wish);
                        sent.push(mark);
                    }
                    None => done.push(Some(refused(mark, NOT_ADDRESSES.to_owned()))),
                },
            }
        }
        let mut answered = send(&mut opened.session, &wishes, &sent)?.into_iter();
        for placed in done {
            let placed = placed.or_else(|| answered.next());
            answers.extend(placed);
        }
    }
    Ok(answers)
}

/// Why a text is left alone.
const NOT_ADDRESSES: &str =
    "its addresses are written in a way that cannot be changed without changing more";

fn conflict(mark: &ItemRef, now: &Standing) -> Placed {
    Placed {
        mark: mark.clone(),
        outcome: Outcome::Conflict,
        id: Some(now.id),
        address: Some(now.address.clone()),
        picture: None,
        remark: Some("edited".to_owned()),
    }
}

/// Puts posts back.
pub(super) fn put_back(
    opened: &mut Opened,
    batch: &[Placement],
) -> Result<Vec<Removed>, WriteError> {
    let all: Vec<usize> = (0..batch.len()).collect();
    let mut answers = Vec::with_capacity(batch.len());
    for some in calls(&amendments(batch, &all)) {
        let there = there(&opened.session, some)?;
        let (mut done, mut wishes, mut sent) = (Vec::new(), Vec::new(), Vec::new());
        for (placement, thing) in some {
            let removed = |outcome, remark: Option<&str>| Removed {
                mark: placement.mark.clone(),
                outcome,
                remark: remark.map(str::to_owned),
            };
            done.push(match there.get(&thing.id) {
                None => Some(removed(Removal::Absent, None)),
                Some(now) => match now.left {
                    Left::Never => Some(removed(Removal::Absent, None)),
                    Left::Edited => Some(removed(Removal::Kept, Some("edited"))),
                    Left::AsLeft => match wish(placement, thing, now, true) {
                        Some(wish) => {
                            wishes.push(wish);
                            sent.push(&placement.mark);
                            None
                        }
                        None => Some(removed(Removal::Kept, Some(NOT_ADDRESSES))),
                    },
                },
            });
        }
        let mut answered = send(&mut opened.session, &wishes, &sent)?.into_iter();
        for removed in done {
            let removed = removed.or_else(|| answered.next().map(back));
            answers.extend(removed);
        }
    }
    Ok(answers)
}

fn back(placed: Placed) -> Removed {
    Removed {
        mark: placed.mark,
        outcome: match placed.outcome {
            Outcome::Created | Outcome::Updated => Removal::Removed,
            Outcome::Unchanged => Removal::Absent,
            Outcome::Conflict | Outcome::Refused => Removal::Kept,
        },
        remark: placed.remark,
    }
}

/// What stands there now, by id.
fn there(
    session: &Session,
    some: &[(&Placement, &AmendThing)],
) -> Result<HashMap<u64, Standing>, WriteError> {
    let mut there = HashMap::new();
    let Some((first, _)) = some.first() else {
        return Ok(there);
    };
    let of = sort(&first.mark);
    let list = match of {
        StandingOf::Posts => "posts",
        StandingOf::Comments => "comments",
    };
    let mut ids: Vec<u64> = some.iter().map(|(_, thing)| thing.id).collect();
    while !ids.is_empty() {
        let mut body = json!({ "blog": session.blog(), "words": WORDS });
        body[list] = json!(ids);
        let answer: StandingAnswer = session
            .post(route(of), &body, Effect::Read)
            .map_err(too_old)?;
        // One answer has room for so many bytes; whoever stands behind the last one told is asked for again.
        let told = answer
            .next
            .and_then(|next| ids.iter().position(|id| *id == next));
        ids.drain(..told.map_or(ids.len(), |at| at + 1));
        there.extend(answer.standing.into_iter().map(|word| {
            let standing = Standing::from(word);
            (standing.id, standing)
        }));
    }
    Ok(there)
}

/// One wish on the wire. `None` where more than addresses would change.
fn wish(placement: &Placement, thing: &AmendThing, now: &Standing, back: bool) -> Option<Value> {
    let edits = |edits: Vec<Edit>| -> Vec<Value> {
        edits
            .into_iter()
            .map(|edit| json!({ "at": edit.at, "old": edit.old, "new": edit.new }))
            .collect()
    };
    let fields: Vec<Value> = thing
        .fields
        .iter()
        .filter(|change| {
            let is = |field: &&Field| field.id == change.id;
            let now = now.fields.iter().find(is);
            now.is_none_or(|field| field.value != change.value)
        })
        .map(|change| json!({ "id": change.id, "was": change.was, "value": change.value }))
        .collect();
    let marks = marks_json(std::slice::from_ref(&placement.mark));
    let mut wish = json!({
        "mark": marks[0],
        "fingerprint": placement.fingerprint,
        "was": now.hash,
        "content": edits(address_edits(&now.content, &thing.content)?),
        "excerpt": edits(address_edits(&now.excerpt, &thing.excerpt)?),
        "fields": fields,
        "back": back,
    });
    let id = match sort(&placement.mark) {
        StandingOf::Posts => "post",
        StandingOf::Comments => "comment",
    };
    wish[id] = json!(thing.id);
    Some(wish)
}

fn send(
    session: &mut Session,
    wishes: &[Value],
    marks: &[&ItemRef],
) -> Result<Vec<Placed>, WriteError> {
    if wishes.is_empty() {
        return Ok(Vec::new());
    }
    session.keep_lease()?;
    let mut body = session.head();
    body["amendments"] = wishes.into();
    let answer: AmendAnswer =
        session.post_packed("amend", &body.to_string(), "application/json")?;
    let same = answer.amended.len() == marks.len()
        && answer
            .amended
            .iter()
            .zip(marks)
            .all(|(word, mark)| word.mark == Mark::of(mark));
    if !same {
        return Err(WriteError::Unknown(
            "the plugin answered for other items than it was sent".to_owned(),
        ));
    }
    let placed = |(word, mark): (_, &&ItemRef)| placed(mark, word).map(|(placed, _)| placed);
    answer.amended.into_iter().zip(marks).map(placed).collect()
}
