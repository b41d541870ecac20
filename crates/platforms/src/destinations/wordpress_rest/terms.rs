//! Placing categories and tags. One that is there under the same name is adopted: it gets our stamp and stays what it was.

use super::calls::{Answer, Call};
use super::lookup::{Route, all_terms};
use super::seen::Seen;
use super::stamp::{Stamp, stamped, sum};
use super::{Opened, done, refused, remarked, text_only};
use blog::doors::{Outcome, Placed, Placement, Stand, TermThing, WriteError};
use blog::{Kind, body::plain_text};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// Places the terms of a batch, many in one request: a category that is the parent of the next one, or has its name, goes before.
pub(super) fn place(
    home: &mut Opened,
    terms: &[(usize, &Placement, &TermThing)],
    answers: &mut [Option<Placed>],
) -> Result<(), WriteError> {
    let mut waiting: Vec<Waiting<'_>> = Vec::new();
    for (at, placement, thing) in terms {
        let term = Term {
            placement,
            thing,
            route: if placement.mark.kind == Kind::Tag {
                Route::Tags
            } else {
                Route::Categories
            },
            mark: home.lookup.name(&placement.mark),
            folded: folded(&thing.name),
        };
        if waiting.iter().any(|before| term.hangs_on(&before.term)) {
            send(home, std::mem::take(&mut waiting), answers)?;
        }
        match term.plan(home)? {
            Plan::Done(placed) => answers[*at] = Some(placed),
            Plan::Send(wish) => waiting.push(Waiting {
                at: *at,
                term,
                wish,
            }),
        }
    }
    send(home, waiting, answers)
}

/// The terms of a taxonomy that are there.
#[derive(Debug, Default)]
pub(super) struct There {
    /// By id.
    values: BTreeMap<u64, Value>,
    /// Ids by name and parent; the oldest counts.
    names: HashMap<(String, u64), u64>,
    /// Ids by mark.
    marks: HashMap<String, u64>,
}

impl There {
    /// Takes in how a term is now.
    fn keep(&mut self, route: Route, value: &Value, blog_word: &str) {
        let Some(id) = value["id"].as_u64() else {
            return;
        };
        if self.values.insert(id, value.clone()).is_some() {
            self.names.retain(|_, known| *known != id);
            self.marks.retain(|_, known| *known != id);
        }
        let name = folded(value["name"].as_str().unwrap_or_default());
        let parent = value["parent"].as_u64().unwrap_or(0);
        self.names.entry((name, parent)).or_insert(id);
        for seen in Seen::all(route, value, blog_word) {
            self.marks.insert(seen.stamp.mark, id);
        }
    }
}

/// The terms that are there, read once.
fn there(home: &mut Opened, route: Route) -> Result<&mut There, WriteError> {
    let there = match home.terms.remove(&route) {
        Some(there) => there,
        None => {
            let mut there = There::default();
            for value in all_terms(&home.calls, route)? {
                there.keep(route, &value, &home.blog_word);
            }
            there
        }
    };
    Ok(home.terms.entry(route).or_insert(there))
}

fn folded(name: &str) -> String {
    plain_text(name).trim().to_lowercase()
}

struct Term<'a> {
    placement: &'a Placement,
    thing: &'a TermThing,
    route: Route,
    mark: String,
    folded: String,
}

/// What is to be done with a term.
enum Plan {
    Done(Placed),
    Send(Wish),
}

/// A call, and what it is for.
struct Wish {
    call: Call,
    outcome: Outcome,
    remark: Option<String>,
    /// Its body, where the term is new.
    new: Option<Value>,
}

/// A term whose call waits for others to go with.
struct Waiting<'a> {
    at: usize,
    term: Term<'a>,
    wish: Wish,
}

/// Sends what waits and takes the answers in.
fn send(
    home: &mut Opened,
    waiting: Vec<Waiting<'_>>,
    answers: &mut [Option<Placed>],
) -> Result<(), WriteError> {
    let calls: Vec<Call> = waiting.iter().map(|one| one.wish.call.clone()).collect();
    let made = home.calls.post_all(&calls)?;
    for (one, answer) in waiting.into_iter().zip(made) {
        let remark = one.wish.remark.clone();
        let placed = one.term.answered(home, one.wish, answer)?;
        answers[one.at] = Some(Placed {
            remark: placed.remark.clone().or(remark),
            ..placed
        });
    }
    Ok(())
}

impl Term<'_> {
    /// Whether `before` has to be there first.
    fn hangs_on(&self, before: &Term<'_>) -> bool {
        self.route == before.route
            && (self.folded == before.folded
                || self.thing.parent.as_ref() == Some(&before.placement.mark))
    }

    /// What makes it so.
    fn plan(&self, home: &mut Opened) -> Result<Plan, WriteError> {
        let mark = &self.placement.mark;
        let blog_word = home.blog_word.clone();
        let known = there(home, self.route)?;
        let stamped = known
            .marks
            .get(&self.mark)
            .and_then(|id| known.values.get(id))
            .and_then(|value| Seen::of(self.route, value, &blog_word, &self.mark));
        if let Some(seen) = stamped {
            if seen.stamp.print == self.placement.fingerprint {
                return Ok(Plan::Done(done(mark, Outcome::Unchanged, &seen)));
            }
            if seen.is_edited() {
                return Ok(Plan::Done(done(mark, Outcome::Conflict, &seen)));
            }
            return Ok(Plan::Send(self.update(home, &seen)));
        }
        let (parent, remark) = match &self.thing.parent {
            Some(parent) => match home.id_of(parent)? {
                Some(id) => (id, None),
                None => (0, remarked(None, "its parent category is not there")),
            },
            None => (0, None),
        };
        let known = there(home, self.route)?;
        let same = known.names.get(&(self.folded.clone(), parent));
        let same = same.and_then(|id| known.values.get(id)).cloned();
        let wish = match same {
            Some(value) => self.adopt(home, &value),
            None => self.create(home, parent),
        };
        let remark = wish.remark.clone().or(remark);
        Ok(Plan::Send(Wish { remark, ..wish }))
    }

    fn stamp(&self, sum: Option<String>) -> Stamp {
        Stamp {
            mark: self.mark.clone(),
            print: self.placement.fingerprint.clone(),
            sum,
            left: Stand::default(),
        }
    }

    fn call(&self, id: Option<u64>, body: Value) -> Call {
        let id = id.map(|id| format!("/{id}")).unwrap_or_default();
        (format!("{}{id}?context=edit", self.route.path()), body)
    }

    fn description(&self, home: &Opened) -> String {
        let text = text_only(&self.thing.description, &home.blog_word);
        let sum = sum(&[&self.thing.name, &text]);
        stamped(&text, &home.blog_word, &self.stamp(Some(sum)))
    }

    fn create(&self, home: &Opened, parent: u64) -> Wish {
        let mut body = json!({ "name": self.thing.name, "description": self.description(home) });
        if self.route == Route::Categories {
            body["parent"] = parent.into();
        }
        if let Some(slug) = self.thing.slug.as_deref().filter(|slug| !slug.is_empty()) {
            body["slug"] = slug.into();
        }
        Wish {
            call: self.call(None, body.clone()),
            outcome: Outcome::Created,
            remark: None,
            new: Some(body),
        }
    }

    fn update(&self, home: &Opened, seen: &Seen) -> Wish {
        let body = if seen.is_adopted() {
            json!({ "description": seen.restamped(&self.stamp(None)) })
        } else {
            json!({ "name": self.thing.name, "description": self.description(home) })
        };
        Wish {
            call: self.call(Some(seen.id), body),
            outcome: Outcome::Updated,
            remark: None,
            new: None,
        }
    }

    fn adopt(&self, home: &Opened, value: &Value) -> Wish {
        let text = value["description"].as_str().unwrap_or_default();
        let text = stamped(text, &home.blog_word, &self.stamp(None));
        Wish {
            call: self.call(value["id"].as_u64(), json!({ "description": text })),
            outcome: Outcome::Created,
            remark: remarked(
                None,
                "a category or tag of that name was there already and is used",
            ),
            new: None,
        }
    }

    /// Takes WordPress's answer in, or asks again in another way.
    fn answered(
        &self,
        home: &mut Opened,
        wish: Wish,
        answer: Answer,
    ) -> Result<Placed, WriteError> {
        let mut answer = answer;
        let exists = |answer: &Answer| {
            let refusal = answer.as_ref().err();
            refusal.is_some_and(|refusal| refusal.code == "term_exists")
        };
        // The wished slug belongs to a term of another name: WordPress finds one of its own.
        if let Some(mut body) = wish.new
            && exists(&answer)
            && body["slug"].is_string()
        {
            body["slug"] = "".into();
            answer = home.calls.post(&self.call(None, body))?;
        }
        if let Err(refusal) = &answer
            && exists(&answer)
            && let Some(id) = refusal.data["term_id"].as_u64()
            && let Some(value) = there(home, self.route)?.values.get(&id).cloned()
        {
            let wish = self.adopt(home, &value);
            let answer = home.calls.post(&wish.call)?;
            let placed = self.settle(home, answer, wish.outcome)?;
            return Ok(Placed {
                remark: placed.remark.clone().or(wish.remark),
                ..placed
            });
        }
        self.settle(home, answer, wish.outcome)
    }

    /// Takes WordPress's answer in; a name or description that it changed on its way gets the stamp of what became of it.
    fn settle(
        &self,
        home: &mut Opened,
        answer: Answer,
        outcome: Outcome,
    ) -> Result<Placed, WriteError> {
        let mark = &self.placement.mark;
        let value = match answer {
            Ok(value) => value,
            Err(refusal) => return Ok(refused(mark, refusal.remark)),
        };
        let blog_word = home.blog_word.clone();
        let seen = |value: &Value| {
            Seen::of(self.route, value, &blog_word, &self.mark).ok_or_else(super::stamp_was_lost)
        };
        let mut now = seen(&value)?;
        if now.is_edited() {
            let text = now.restamped(&self.stamp(Some(now.sum())));
            let call = self.call(Some(now.id), json!({ "description": text }));
            if let Ok(value) = home.calls.post(&call)? {
                now = seen(&value)?;
            }
        }
        there(home, self.route)?.keep(self.route, &now.value, &blog_word);
        home.ids.insert(mark.clone(), now.id);
        Ok(done(mark, outcome, &now))
    }
}
