//! What hangs on posts and pages that are to be taken away: comments go with their post, and WordPress would move the pages below a
//! page one level up, to another address.

use super::Opened;
use super::calls::Calls;
use super::lookup::{Route, list};
use super::seen::Seen;
use blog::doors::WriteError;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Posts whose comments, or pages whose pages below, are asked for together.
const ASKED_TOGETHER: usize = 50;

/// Pages above one page. Deeper trees are an attack, not a blog.
const DEEPEST: usize = 100;

/// What hangs on the posts and pages of a request.
#[derive(Debug, Default)]
pub(super) struct Hanging {
    /// Posts with comments that stay, and why these do.
    commented: BTreeMap<u64, &'static str>,
    /// Pages below a page.
    below: BTreeMap<u64, Vec<Below>>,
}

/// A page below another.
#[derive(Debug)]
struct Below {
    id: u64,
    is_ours: bool,
    is_edited: bool,
}

impl Hanging {
    /// Looks at what hangs on the posts and pages among `found`, and on the pages of ours below them.
    pub(super) fn on(home: &Opened, found: &[Vec<Seen>]) -> Result<Self, WriteError> {
        let mut hangs = Self::default();
        let on = |route: Route| {
            let things = found
                .iter()
                .flatten()
                .filter(move |thing| thing.route == route);
            things.map(|thing| thing.id).collect::<BTreeSet<u64>>()
        };
        let (mut posts, mut pages) = (on(Route::Posts), on(Route::Pages));
        posts.extend(&pages);
        for _ in 0..DEEPEST {
            let mut deeper = BTreeSet::new();
            for value in things_of(&home.calls, Route::Pages, "parent", &pages)? {
                let seen = Seen::all(Route::Pages, &value, &home.blog_word);
                let (id, parent) = (value["id"].as_u64(), value["parent"].as_u64());
                let (Some(id), Some(parent)) = (id, parent) else {
                    continue;
                };
                let is_ours = !seen.is_empty();
                if is_ours && posts.insert(id) {
                    deeper.insert(id);
                }
                hangs.below.entry(parent).or_default().push(Below {
                    id,
                    is_ours,
                    is_edited: seen.iter().any(Seen::is_edited),
                });
            }
            pages = deeper;
            if pages.is_empty() {
                break;
            }
        }
        for value in things_of(&home.calls, Route::Comments, "post", &posts)? {
            let seen = Seen::all(Route::Comments, &value, &home.blog_word);
            let why = if seen.is_empty() {
                "it has comments that were not placed by this move"
            } else if seen.iter().any(Seen::is_edited) {
                "it has a comment that was edited since"
            } else {
                continue;
            };
            if let Some(post) = value["post"].as_u64() {
                hangs.commented.entry(post).or_insert(why);
            }
        }
        Ok(hangs)
    }

    /// Why a post or page is not taken away, if so.
    pub(super) fn why_kept(&self, id: u64) -> Option<&'static str> {
        self.why_kept_below(id, &mut BTreeSet::new())
    }

    fn why_kept_below(&self, id: u64, asked: &mut BTreeSet<u64>) -> Option<&'static str> {
        if let Some(why) = self.commented.get(&id) {
            return Some(why);
        }
        let below = self.below.get(&id).map(Vec::as_slice).unwrap_or_default();
        if below.iter().any(|page| !page.is_ours) {
            return Some("it has pages below it that were not placed by this move");
        }
        asked.insert(id);
        let stays = |page: &Below| {
            page.is_edited
                || (!asked.contains(&page.id) && self.why_kept_below(page.id, asked).is_some())
        };
        below.iter().any(stays).then_some("a page below it is kept")
    }
}

/// All things of a route whose `field` is one of `ids`.
fn things_of(
    calls: &Calls,
    route: Route,
    field: &str,
    ids: &BTreeSet<u64>,
) -> Result<Vec<Value>, WriteError> {
    let mut things = Vec::new();
    let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
    // Trackbacks too, and what WordPress may yet call a comment.
    let kinds = if route == Route::Comments {
        "&type=all"
    } else {
        ""
    };
    for some in ids.chunks(ASKED_TOGETHER) {
        let query = format!(
            "{field}={}&orderby=id&order=asc{kinds}{}{}",
            some.join(","),
            route.states(),
            route.fields()
        );
        things.extend(list(calls, route, &query, route.page(), &mut |_| true)?);
    }
    Ok(things)
}
