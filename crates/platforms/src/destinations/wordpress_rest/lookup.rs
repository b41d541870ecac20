//! Which thing at the new home carries which mark.
//!
//! Ids only grow, and a stamp is there from a thing's first moment on. So what was seen once is not searched again: a look asks
//! for things that are younger than the youngest one seen, and then for the things themselves by their ids.

use super::super::wordpress::answers::Failure;
use super::calls::Calls;
use super::seen::{Seen, text_of};
use super::stamp;
use blog::{ItemRef, Kind, doors::WriteError};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Things asked for at once; WordPress allows no more than 100.
const PAGE: usize = 100;

/// Posts asked for at once: each brings its text.
const PAGE_OF_POSTS: usize = 40;

/// Where WordPress keeps a kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Route {
    Posts,
    Pages,
    Media,
    Comments,
    Categories,
    Tags,
}

impl Route {
    /// Where things of `kind` may be: albums, lists and guestbooks are posts or pages.
    pub(super) fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Media => &[Self::Media],
            Kind::Comment | Kind::Trackback => &[Self::Comments],
            // A note of a guestbook is a comment on the guestbook's page; the page itself is a page.
            Kind::Guestbook => &[Self::Comments, Self::Pages, Self::Posts],
            Kind::Category => &[Self::Categories],
            Kind::Tag => &[Self::Tags],
            Kind::Page | Kind::List | Kind::Link => &[Self::Pages, Self::Posts],
            Kind::Post | Kind::Album => &[Self::Posts, Self::Pages],
        }
    }

    /// The route.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Posts => "wp/v2/posts",
            Self::Pages => "wp/v2/pages",
            Self::Media => "wp/v2/media",
            Self::Comments => "wp/v2/comments",
            Self::Categories => "wp/v2/categories",
            Self::Tags => "wp/v2/tags",
        }
    }

    pub(super) fn is_term(self) -> bool {
        matches!(self, Self::Categories | Self::Tags)
    }

    pub(super) fn page(self) -> usize {
        match self {
            Self::Posts | Self::Pages => PAGE_OF_POSTS,
            _ => PAGE,
        }
    }

    /// Everything, the trash left out.
    pub(super) fn states(self) -> &'static str {
        match self {
            Self::Posts | Self::Pages => "&status=publish,future,draft,pending,private",
            Self::Media => "&status=inherit,private",
            Self::Comments => "&status=any",
            Self::Categories | Self::Tags => "",
        }
    }

    /// What is read of a thing, so that nothing is made ready for nobody.
    pub(super) fn fields(self) -> &'static str {
        match self {
            Self::Posts => {
                "&_fields=id,slug,status,link,date_gmt,title.raw,content.raw,excerpt.raw,password,categories,tags,parent"
            }
            Self::Pages => {
                "&_fields=id,slug,status,link,date_gmt,title.raw,content.raw,excerpt.raw,password,parent,menu_order"
            }
            Self::Media => {
                "&_fields=id,slug,status,link,date_gmt,title.raw,caption,description,alt_text,media_type,mime_type,media_details,source_url"
            }
            Self::Comments => {
                "&_fields=id,status,link,date_gmt,author_name,author_url,author_email,content,parent,post"
            }
            Self::Categories | Self::Tags => "&_fields=id,slug,link,name,description,parent,count",
        }
    }
}

/// What is known of the things of one route.
#[derive(Debug, Default)]
struct Shelf {
    /// Ids by mark.
    ids: BTreeMap<String, BTreeSet<u64>>,
    /// The youngest thing seen.
    youngest: u64,
}

/// Which thing carries which mark, as far as it was looked for.
#[derive(Debug)]
pub(super) struct Lookup {
    blog_word: String,
    shelves: BTreeMap<Route, Shelf>,
}

impl Lookup {
    pub(super) fn new(blog_word: &str) -> Self {
        Self {
            blog_word: blog_word.to_owned(),
            shelves: BTreeMap::new(),
        }
    }

    /// Everything that carries one of `marks` now, per mark; the one that counts first.
    pub(super) fn look(
        &mut self,
        calls: &Calls,
        marks: &[ItemRef],
    ) -> Result<Vec<Vec<Seen>>, WriteError> {
        let names: Vec<String> = marks.iter().map(|mark| self.name(mark)).collect();
        let mut found: BTreeMap<&str, Vec<Seen>> = BTreeMap::new();
        let routes: BTreeSet<Route> = marks
            .iter()
            .flat_map(|mark| Route::of(mark.kind))
            .copied()
            .collect();
        for route in routes {
            let wanted: BTreeSet<&str> = marks
                .iter()
                .zip(&names)
                .filter(|(mark, _)| Route::of(mark.kind).contains(&route))
                .map(|(_, name)| name.as_str())
                .collect();
            for thing in self.things(calls, route, &wanted)? {
                if let Some(name) = wanted.get(thing.stamp.mark.as_str()) {
                    found.entry(name).or_default().push(thing);
                }
            }
        }
        Ok(names
            .iter()
            .map(|name| {
                let mut things = found.get(name.as_str()).cloned().unwrap_or_default();
                things.sort_by_key(|thing| (!thing.is_finished(), thing.id));
                things
            })
            .collect())
    }

    /// The name of `mark` in stamps.
    pub(super) fn name(&self, mark: &ItemRef) -> String {
        stamp::mark_of(&self.blog_word, mark)
    }

    /// A thing that we made, so that it need not be searched.
    pub(super) fn made(&mut self, thing: &Seen) {
        let shelf = self.shelves.entry(thing.route).or_default();
        shelf
            .ids
            .entry(thing.stamp.mark.clone())
            .or_default()
            .insert(thing.id);
    }

    fn things(
        &mut self,
        calls: &Calls,
        route: Route,
        wanted: &BTreeSet<&str>,
    ) -> Result<Vec<Seen>, WriteError> {
        if route.is_term() {
            return self.terms(calls, route);
        }
        let blog_word = self.blog_word.clone();
        let shelf = self.shelves.entry(route).or_default();
        read_younger(calls, route, &blog_word, shelf)?;
        let ids: Vec<u64> = wanted
            .iter()
            .filter_map(|name| shelf.ids.get(*name))
            .flatten()
            .copied()
            .collect();
        let mut things = Vec::new();
        for piece in ids.chunks(route.page()) {
            let piece: Vec<String> = piece.iter().map(u64::to_string).collect();
            let query = format!(
                "include={}{}{}",
                piece.join(","),
                route.states(),
                route.fields()
            );
            for value in list(calls, route, &query, route.page(), &mut |_| true)? {
                things.extend(Seen::all(route, &value, &blog_word));
            }
        }
        Ok(things)
    }

    /// All terms with our stamps: there are few, and one that was adopted got its stamp late in its life.
    fn terms(&self, calls: &Calls, route: Route) -> Result<Vec<Seen>, WriteError> {
        let all = all_terms(calls, route)?;
        Ok(all
            .iter()
            .flat_map(|value| Seen::all(route, value, &self.blog_word))
            .collect())
    }
}

/// Every term of a taxonomy.
pub(super) fn all_terms(calls: &Calls, route: Route) -> Result<Vec<Value>, WriteError> {
    let query = format!("orderby=id&order=asc{}", route.fields());
    Ok(list(calls, route, &query, route.page(), &mut |_| true)?)
}

/// Asks for things with our stamps that are younger than those seen.
fn read_younger(
    calls: &Calls,
    route: Route,
    blog_word: &str,
    shelf: &mut Shelf,
) -> Result<(), WriteError> {
    let search = format!("search={}", blog_word.replace(':', "%3A"));
    let columns = match route {
        Route::Posts | Route::Pages => "&search_columns=post_content",
        _ => "",
    };
    let order = "&orderby=id&order=desc";
    let query = format!(
        "{search}{columns}{order}{}{}",
        route.states(),
        route.fields()
    );
    let known = shelf.youngest;
    let younger = |value: &Value| value["id"].as_u64().unwrap_or(0) > known;
    let found = list(calls, route, &query, route.page(), &mut |page| {
        page.last().is_some_and(younger)
    })?;
    for value in found {
        let id = value["id"].as_u64().unwrap_or(0);
        shelf.youngest = shelf.youngest.max(id);
        for stamp in stamp::read(&text_of(route, &value), blog_word).1 {
            shelf.ids.entry(stamp.mark).or_default().insert(id);
        }
    }
    Ok(())
}

/// Reads a list piece by piece, while `more` wants the next one. A piece that is too much for one answer is halved.
pub(super) fn list(
    calls: &Calls,
    route: Route,
    query: &str,
    page: usize,
    more: &mut dyn FnMut(&[Value]) -> bool,
) -> Result<Vec<Value>, Failure> {
    let (mut all, mut length) = (Vec::new(), page);
    loop {
        let query = format!(
            "context=edit&per_page={length}&offset={}&{query}",
            all.len()
        );
        match calls.get(route.path(), &query) {
            Ok(Value::Array(values)) => {
                let is_last = values.len() < length || !more(&values);
                all.extend(values);
                if is_last {
                    return Ok(all);
                }
            }
            Ok(_) => {
                return Err(Failure::misfit(
                    "WordPress answered a list with something else",
                ));
            }
            Err(failure)
                if length > 1 && matches!(failure.status, 0 | 500) && is_too_much(&failure) =>
            {
                length /= 2;
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// Whether an answer did not come because it would have been too long, or took more memory than PHP has.
fn is_too_much(failure: &Failure) -> bool {
    failure.status == 500 || failure.error.to_string().contains("16 MiB")
}
