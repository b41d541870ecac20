//! Placing categories and tags. One that is there under the same name is adopted: it gets our stamp and stays what it was.

use super::calls::{Answer, Call};
use super::lookup::{Route, all_terms};
use super::seen::Seen;
use super::stamp::{Stamp, stamped, sum};
use super::{Opened, done, refused, remarked, text_only};
use blog::doors::{Outcome, Placed, Placement, TermThing, WriteError};
use blog::{Kind, body::plain_text};
use serde_json::{Value, json};

/// Places the terms of a batch one after the other: a category may be the parent of the next one.
pub(super) fn place(
    home: &mut Opened,
    terms: &[(usize, &Placement, &TermThing)],
    answers: &mut [Option<Placed>],
) -> Result<(), WriteError> {
    let mut known: Vec<(Route, Vec<Value>)> = Vec::new();
    for (at, placement, thing) in terms {
        let route = if placement.mark.kind == Kind::Tag {
            Route::Tags
        } else {
            Route::Categories
        };
        if !known.iter().any(|(other, _)| *other == route) {
            known.push((route, all_terms(&home.calls, route)?));
        }
        let Some((_, there)) = known.iter_mut().find(|(other, _)| *other == route) else {
            continue;
        };
        let term = Term {
            placement,
            thing,
            route,
            mark: home.lookup.name(&placement.mark),
        };
        answers[*at] = Some(term.place(home, there)?);
    }
    Ok(())
}

struct Term<'a> {
    placement: &'a Placement,
    thing: &'a TermThing,
    route: Route,
    mark: String,
}

impl Term<'_> {
    /// Makes it so. `there` are all terms of the taxonomy, and are kept right.
    fn place(&self, home: &mut Opened, there: &mut Vec<Value>) -> Result<Placed, WriteError> {
        let mark = &self.placement.mark;
        let stamped = there
            .iter()
            .find_map(|value| Seen::of(self.route, value, &home.blog_word, &self.mark));
        if let Some(seen) = stamped {
            if seen.stamp.print == self.placement.fingerprint {
                return Ok(done(mark, Outcome::Unchanged, &seen));
            }
            if seen.is_edited() {
                return Ok(done(mark, Outcome::Conflict, &seen));
            }
            return self.update(home, there, &seen);
        }
        let (parent, remark) = match &self.thing.parent {
            Some(parent) => match home.id_of(parent)? {
                Some(id) => (id, None),
                None => (0, remarked(None, "its parent category is not there")),
            },
            None => (0, None),
        };
        let same = there
            .iter()
            .find(|value| self.is_same(value, parent))
            .cloned();
        let placed = match same {
            Some(value) => self.adopt(home, there, &value)?,
            None => self.create(home, there, parent)?,
        };
        Ok(Placed {
            remark: placed.remark.clone().or(remark),
            ..placed
        })
    }

    fn is_same(&self, value: &Value, parent: u64) -> bool {
        let name = value["name"].as_str().unwrap_or_default();
        let folded = |text: &str| plain_text(text).trim().to_lowercase();
        folded(name) == folded(&self.thing.name) && value["parent"].as_u64().unwrap_or(0) == parent
    }

    fn stamp(&self, sum: Option<String>) -> Stamp {
        Stamp {
            mark: self.mark.clone(),
            print: self.placement.fingerprint.clone(),
            sum,
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

    fn create(
        &self,
        home: &mut Opened,
        there: &mut Vec<Value>,
        parent: u64,
    ) -> Result<Placed, WriteError> {
        let mut body = json!({ "name": self.thing.name, "description": self.description(home) });
        if self.route == Route::Categories {
            body["parent"] = parent.into();
        }
        if let Some(slug) = self.thing.slug.as_deref().filter(|slug| !slug.is_empty()) {
            body["slug"] = slug.into();
        }
        let mut answer = home.calls.post(&self.call(None, body.clone()))?;
        // The wished slug belongs to a term of another name: WordPress finds one of its own.
        if answer
            .as_ref()
            .is_err_and(|refusal| refusal.code == "term_exists")
            && body["slug"].is_string()
        {
            body["slug"] = "".into();
            answer = home.calls.post(&self.call(None, body))?;
        }
        if let Err(refusal) = &answer
            && refusal.code == "term_exists"
            && let Some(id) = refusal.data["term_id"].as_u64()
            && let Some(value) = there
                .iter()
                .find(|value| value["id"].as_u64() == Some(id))
                .cloned()
        {
            return self.adopt(home, there, &value);
        }
        self.settle(home, there, answer, Outcome::Created)
    }

    fn update(
        &self,
        home: &mut Opened,
        there: &mut Vec<Value>,
        seen: &Seen,
    ) -> Result<Placed, WriteError> {
        let body = if seen.is_adopted() {
            json!({ "description": seen.restamped(&self.stamp(None)) })
        } else {
            json!({ "name": self.thing.name, "description": self.description(home) })
        };
        let answer = home.calls.post(&self.call(Some(seen.id), body))?;
        self.settle(home, there, answer, Outcome::Updated)
    }

    fn adopt(
        &self,
        home: &mut Opened,
        there: &mut Vec<Value>,
        value: &Value,
    ) -> Result<Placed, WriteError> {
        let text = value["description"].as_str().unwrap_or_default();
        let text = stamped(text, &home.blog_word, &self.stamp(None));
        let answer = home
            .calls
            .post(&self.call(value["id"].as_u64(), json!({ "description": text })))?;
        let placed = self.settle(home, there, answer, Outcome::Created)?;
        Ok(Placed {
            remark: remarked(
                placed.remark.clone(),
                "a category or tag of that name was there already and is used",
            ),
            ..placed
        })
    }

    /// Takes WordPress's answer in; a name or description that it changed on its way gets the stamp of what became of it.
    fn settle(
        &self,
        home: &mut Opened,
        there: &mut Vec<Value>,
        answer: Answer,
        outcome: Outcome,
    ) -> Result<Placed, WriteError> {
        let mark = &self.placement.mark;
        let value = match answer {
            Ok(value) => value,
            Err(refusal) => return Ok(refused(mark, refusal.remark)),
        };
        let seen = |value: &Value| {
            Seen::of(self.route, value, &home.blog_word, &self.mark)
                .ok_or_else(super::stamp_was_lost)
        };
        let mut now = seen(&value)?;
        if now.is_edited() {
            let text = now.restamped(&self.stamp(Some(now.sum())));
            let call = self.call(Some(now.id), json!({ "description": text }));
            if let Ok(value) = home.calls.post(&call)? {
                now = seen(&value)?;
            }
        }
        there.retain(|value| value["id"].as_u64() != Some(now.id));
        there.push(now.value.clone());
        home.ids.insert(mark.clone(), now.id);
        Ok(done(mark, outcome, &now))
    }
}
