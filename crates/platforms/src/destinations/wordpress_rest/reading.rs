//! Finding, narrowing and taking away what was placed.

use super::lookup::Route;
use super::seen::Seen;
use super::{Opened, WriteError};
use blog::doors::{FindDepth, Narrowing, Observed, Removal, Removed};
use blog::{ItemRef, Kind};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Posts whose comments are counted together.
const POSTS_COUNTED: usize = 50;

/// Looks for `marks`.
pub(super) fn find(
    home: &mut Opened,
    marks: &[ItemRef],
    depth: FindDepth,
) -> Result<Vec<Option<Observed>>, WriteError> {
    let found = home.lookup.look(&home.calls, marks)?;
    let mut observed: Vec<Option<Observed>> = found
        .iter()
        .map(|things| {
            let twins = things.len().saturating_sub(1);
            things.first().map(|thing| thing.observed(depth, twins))
        })
        .collect();
    if depth == FindDepth::Whole {
        let is_post = |things: &&Vec<Seen>| {
            things
                .first()
                .is_some_and(|thing| matches!(thing.route, Route::Posts | Route::Pages))
        };
        let ids: Vec<u64> = found
            .iter()
            .filter(is_post)
            .map(|things| things[0].id)
            .collect();
        let counts = comment_counts(home, &ids)?;
        for (observed, things) in observed
            .iter_mut()
            .zip(&found)
            .filter(|(_, things)| is_post(things))
        {
            if let Some(whole) = observed
                .as_mut()
                .and_then(|observed| observed.whole.as_mut())
            {
                whole.comment_count = counts.get(&things[0].id).copied().unwrap_or(0);
            }
        }
    }
    Ok(observed)
}

/// How many comments everyone sees at each post.
fn comment_counts(home: &Opened, posts: &[u64]) -> Result<BTreeMap<u64, u64>, WriteError> {
    let mut counts = BTreeMap::new();
    for posts in posts.chunks(POSTS_COUNTED) {
        let ids: Vec<String> = posts.iter().map(u64::to_string).collect();
        let mut offset = 0;
        loop {
            let query = format!(
                "post={}&status=approve&orderby=id&order=asc&per_page=100&offset={offset}&_fields=post",
                ids.join(",")
            );
            let page = home.calls.get(Route::Comments.path(), &query)?;
            let page = page.as_array().cloned().unwrap_or_default();
            for post in page.iter().filter_map(|comment| comment["post"].as_u64()) {
                *counts.entry(post).or_default() += 1;
            }
            if page.len() < 100 {
                break;
            }
            offset += page.len();
        }
    }
    Ok(counts)
}

/// Takes away what nobody touched since, all that carries a mark. Terms come last: what used them may be among the others.
pub(super) fn remove(home: &mut Opened, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
    let mut removed: Vec<Option<Removed>> = vec![None; marks.len()];
    let is_term = |at: &usize| matches!(marks[*at].kind, Kind::Category | Kind::Tag);
    let (terms, others): (Vec<usize>, Vec<usize>) = (0..marks.len()).partition(is_term);
    for places in [others, terms] {
        let some: Vec<ItemRef> = places.iter().map(|at| marks[*at].clone()).collect();
        let found = home.lookup.look(&home.calls, &some)?;
        let mut gone = Vec::new();
        for ((at, mark), things) in places.into_iter().zip(some).zip(found) {
            let fate = fate(home, &things)?;
            home.ids.remove(&mark);
            match fate {
                Fate::Stays(outcome, remark) => removed[at] = Some(line(mark, outcome, remark)),
                Fate::Goes => gone.push((at, mark, things)),
            }
        }
        let all: Vec<&Seen> = gone.iter().flat_map(|(_, _, things)| things).collect();
        let mut done = home.delete_all(&all)?.into_iter();
        for (at, mark, things) in gone {
            let went = done
                .by_ref()
                .take(things.len())
                .filter(|gone| *gone)
                .count();
            removed[at] = Some(match went == things.len() {
                true => line(mark, Removal::Removed, None),
                false => line(mark, Removal::Kept, Some("WordPress refused")),
            });
        }
    }
    Ok(removed.into_iter().flatten().collect())
}

fn line(mark: ItemRef, outcome: Removal, remark: Option<&str>) -> Removed {
    Removed {
        mark,
        outcome,
        remark: remark.map(str::to_owned),
    }
}

/// What becomes of things that carry one mark.
enum Fate {
    Goes,
    Stays(Removal, Option<&'static str>),
}

fn fate(home: &mut Opened, things: &[Seen]) -> Result<Fate, WriteError> {
    if things.iter().any(Seen::is_edited) {
        return Ok(Fate::Stays(Removal::Kept, Some("edited")));
    }
    if things.is_empty() {
        return Ok(Fate::Stays(Removal::Absent, None));
    }
    let mut all = Fate::Goes;
    for term in things.iter().filter(|thing| thing.route.is_term()) {
        if let stays @ Fate::Stays(..) = fate_of_term(home, term)? {
            all = stays;
        }
    }
    Ok(all)
}

/// A term that was there before us, or that others use, only loses our stamp.
fn fate_of_term(home: &mut Opened, thing: &Seen) -> Result<Fate, WriteError> {
    let rest = thing.unstamped();
    let is_used = thing.value["count"].as_u64().unwrap_or(0) > 0;
    let is_shared = rest != thing.text;
    if !(thing.is_adopted() || is_used || is_shared) {
        return Ok(Fate::Goes);
    }
    let call = (
        format!("{}/{}", thing.route.path(), thing.id),
        json!({ "description": rest }),
    );
    let remark = match home.calls.post(&call)? {
        Err(_) => "WordPress refused",
        Ok(_) if thing.is_adopted() => "adopted",
        Ok(_) => "it has posts that were not placed by this move",
    };
    Ok(Fate::Stays(Removal::Kept, Some(remark)))
}

/// Takes the younger ones away where several things carry a mark.
pub(super) fn remove_twins(home: &mut Opened, marks: &[ItemRef]) -> Result<u64, WriteError> {
    let mut gone = 0;
    for things in home.lookup.look(&home.calls, marks)? {
        for twin in things.iter().skip(1).filter(|twin| !twin.route.is_term()) {
            gone += u64::from(home.delete(twin)?);
        }
    }
    Ok(gone)
}

/// Makes things no more visible than wished, and changes nothing else of them.
pub(super) fn narrow(home: &mut Opened, wishes: &[Narrowing]) -> Result<Vec<bool>, WriteError> {
    let marks: Vec<ItemRef> = wishes.iter().map(|wish| wish.mark.clone()).collect();
    let found = home.lookup.look(&home.calls, &marks)?;
    let mut done = Vec::with_capacity(wishes.len());
    for (wish, things) in wishes.iter().zip(found) {
        let mut all = true;
        for thing in things {
            all &= narrow_one(home, wish, &thing)?;
        }
        done.push(all);
    }
    Ok(done)
}

fn narrow_one(home: &Opened, wish: &Narrowing, thing: &Seen) -> Result<bool, WriteError> {
    let width = |status: &str| match status {
        "publish" | "inherit" | "approved" => 3,
        "future" => 2,
        "private" => 1,
        _ => 0,
    };
    let now = thing.text_at("status");
    let status = match thing.route {
        Route::Posts | Route::Pages => wish.status.as_str(),
        Route::Media if !wish.status.is_open() => "private",
        Route::Comments if !wish.status.is_open() => "hold",
        // The name of a term is public or the term is gone.
        Route::Categories | Route::Tags => return Ok(false),
        _ => return Ok(true),
    };
    if width(now) <= width(status) {
        return Ok(true);
    }
    let mut body = json!({ "status": status });
    // What a person edited stays known as edited; what nobody touched stays known as ours.
    if !thing.is_edited() && thing.is_finished() {
        let stamp = super::stamp::Stamp {
            sum: Some(thing.sum_with(status)),
            ..thing.stamp.clone()
        };
        let field = if thing.route == Route::Media {
            "description"
        } else {
            "content"
        };
        body[field] = thing.restamped(&stamp).into();
    }
    let call = (
        format!("{}/{}?context=edit", thing.route.path(), thing.id),
        body,
    );
    let answer = home.calls.post(&call)?;
    Ok(answer.is_ok_and(|value: Value| {
        width(value["status"].as_str().unwrap_or("publish")) <= width(status)
    }))
}
