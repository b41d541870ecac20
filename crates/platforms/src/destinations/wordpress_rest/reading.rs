//! Finding and narrowing what was placed.

use super::lookup::Route;
use super::seen::Seen;
use super::{Opened, WriteError};
use blog::ItemRef;
use blog::doors::{FindDepth, Narrowing, Observed};
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
