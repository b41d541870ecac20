//! Placing posts and pages.
//!
//! What everyone will see begins as a draft that nobody sees, with a slug that says so, and is finished in a second call. A create
//! that arrives twice makes a second draft, never a second post; the second call names an id and may be repeated. What not everyone
//! sees gets its status with its first call.

use super::calls::{Answer, Call};
use super::lookup::Route;
use super::seen::{Seen, UNFINISHED_SLUG};
use super::stamp::{Stamp, stamped, sum};
use super::tree::Standing;
use super::{Opened, done, refused, remarked, text_only};
use blog::doors::{Outcome, Placed, Placement, PostThing, Stand, WriteError};
use serde_json::{Map, Value, json};

/// A post on its way.
struct Draft<'a> {
    /// Where its answer goes.
    at: usize,
    placement: &'a Placement,
    thing: &'a PostThing,
    route: Route,
    mark: String,
    standing: Standing,
    remark: Option<String>,
    outcome: Outcome,
}

/// Places the posts of a batch, and gives their answers to `answers`.
pub(super) fn place(
    home: &mut Opened,
    posts: &[(usize, &Placement, &PostThing)],
    answers: &mut [Option<Placed>],
) -> Result<(), WriteError> {
    let marks: Vec<_> = posts
        .iter()
        .map(|(_, placement, _)| placement.mark.clone())
        .collect();
    let there = home.lookup.look(&home.calls, &marks)?;
    let mut fresh = Vec::new();
    let mut finish = Vec::new();
    for ((at, placement, thing), there) in posts.iter().zip(there) {
        let mut draft = Draft {
            at: *at,
            placement,
            thing,
            route: if thing.page {
                Route::Pages
            } else {
                Route::Posts
            },
            mark: home.lookup.name(&placement.mark),
            standing: Standing::default(),
            remark: None,
            outcome: Outcome::Created,
        };
        match there.into_iter().next() {
            Some(seen) if seen.is_finished() && seen.stamp.print == placement.fingerprint => {
                answers[*at] = Some(done(&placement.mark, Outcome::Unchanged, &seen));
            }
            Some(seen) if seen.is_edited() => {
                answers[*at] = Some(done(&placement.mark, Outcome::Conflict, &seen));
            }
            Some(seen) if seen.route != draft.route => {
                // What became a page is no post any more, and WordPress turns none into the other.
                home.delete(&seen)?;
                fresh.push(draft);
            }
            Some(seen) => {
                if seen.is_finished() {
                    draft.outcome = Outcome::Updated;
                }
                finish.push((draft, seen));
            }
            None => fresh.push(draft),
        }
    }
    create(home, fresh, &mut finish, answers)?;
    bring_up_to_date(home, finish, answers)
}

/// Creates what is not there yet; what needs a second call goes to `finish`.
fn create<'a>(
    home: &mut Opened,
    fresh: Vec<Draft<'a>>,
    finish: &mut Vec<(Draft<'a>, Seen)>,
    answers: &mut [Option<Placed>],
) -> Result<(), WriteError> {
    let mut calls = Vec::with_capacity(fresh.len());
    let mut drafts = Vec::with_capacity(fresh.len());
    for mut draft in fresh {
        let call = draft.call_to_create(home)?;
        calls.push(call);
        drafts.push(draft);
    }
    let made = home.calls.post_all(&calls)?;
    for (draft, answer) in drafts.into_iter().zip(made) {
        match draft.seen(home, answer)? {
            Err(remark) => answers[draft.at] = Some(refused(&draft.placement.mark, remark)),
            Ok(seen) => {
                home.try_search(&draft.placement.mark)?;
                home.lookup.made(&seen);
                if draft.is_open() || draft.is_otherwise(&seen) {
                    finish.push((draft, seen));
                } else {
                    draft.answer(home, &seen, answers)?;
                }
            }
        }
    }
    Ok(())
}

/// Makes what is there what it shall be. Texts that WordPress changes on their way get the stamp of what became of them.
fn bring_up_to_date(
    home: &mut Opened,
    finish: Vec<(Draft<'_>, Seen)>,
    answers: &mut [Option<Placed>],
) -> Result<(), WriteError> {
    let mut calls = Vec::with_capacity(finish.len());
    let mut drafts = Vec::with_capacity(finish.len());
    for (mut draft, seen) in finish {
        calls.push(draft.call_to_finish(home, &seen)?);
        drafts.push(draft);
    }
    let made = home.calls.post_all(&calls)?;
    let mut changed = Vec::new();
    for (draft, answer) in drafts.into_iter().zip(made) {
        match draft.seen(home, answer)? {
            Err(remark) => answers[draft.at] = Some(refused(&draft.placement.mark, remark)),
            Ok(seen) if draft.is_otherwise(&seen) => changed.push((draft, seen)),
            Ok(seen) => draft.answer(home, &seen, answers)?,
        }
    }
    let calls: Vec<Call> = changed
        .iter()
        .map(|(draft, seen)| draft.call_to_stamp(seen))
        .collect();
    let made = home.calls.post_all(&calls)?;
    for ((draft, _), answer) in changed.into_iter().zip(made) {
        match draft.seen(home, answer)? {
            Err(remark) => answers[draft.at] = Some(refused(&draft.placement.mark, remark)),
            Ok(seen) => draft.answer(home, &seen, answers)?,
        }
    }
    Ok(())
}

impl Draft<'_> {
    fn is_open(&self) -> bool {
        self.thing.status.is_open()
    }

    fn place(&self, id: Option<u64>) -> String {
        let id = id.map(|id| format!("/{id}")).unwrap_or_default();
        format!(
            "{}{id}?context=edit{}",
            self.route.path(),
            self.route.fields()
        )
    }

    /// Whether it became something else than its stamp says.
    fn is_otherwise(&self, seen: &Seen) -> bool {
        seen.is_edited() || seen.stamp.left != self.standing.left(seen.stand())
    }

    /// The whole thing, as it shall be in the end; `now` is what is there of it.
    fn whole(
        &mut self,
        home: &mut Opened,
        now: Option<&Seen>,
    ) -> Result<Map<String, Value>, WriteError> {
        let thing = self.thing;
        if self.route == Route::Pages {
            let (standing, remark) = Standing::of(home, thing, now)?;
            self.standing = standing;
            if let Some(remark) = remark {
                self.remark = remarked(self.remark.take(), remark);
            }
        }
        let content = text_only(&thing.content, &home.blog_word);
        let sum = sum(&[
            thing.title.trim(),
            &content,
            &thing.excerpt,
            if self.is_open() {
                "open"
            } else {
                thing.status.as_str()
            },
            thing.password.as_deref().unwrap_or(""),
        ]);
        let stamp = self.stamp(sum, self.standing.wished());
        let text = stamped(&content, &home.blog_word, &stamp);
        let mut body = json!({
            "title": thing.title,
            "content": text,
            "excerpt": thing.excerpt,
            "status": thing.status.as_str(),
            "password": thing.password.as_deref().unwrap_or(""),
            "comment_status": if thing.comments_open { "open" } else { "closed" },
            "ping_status": if thing.pings_open { "open" } else { "closed" },
            "featured_media": 0,
        });
        if let Some(date) = thing.date_utc {
            body["date_gmt"] = wire_date(date).into();
        }
        if let Some(author) = self.author(home) {
            body["author"] = author.into();
        }
        if let Some(featured) = &thing.featured {
            body["featured_media"] = home.id_of(featured)?.unwrap_or(0).into();
        }
        match self.route {
            Route::Posts => self.add_what_posts_have(home, &mut body)?,
            _ => self.standing.say(&mut body),
        }
        Ok(match body {
            Value::Object(body) => body,
            _ => Map::new(),
        })
    }

    fn add_what_posts_have(
        &mut self,
        home: &mut Opened,
        body: &mut Value,
    ) -> Result<(), WriteError> {
        let mut terms: [Vec<u64>; 2] = Default::default();
        for term in &self.thing.terms {
            let side = usize::from(term.kind == blog::Kind::Tag);
            match home.id_of(term)? {
                Some(id) => terms[side].push(id),
                None => {
                    self.remark = remarked(
                        self.remark.take(),
                        "one of its categories or tags is not there",
                    )
                }
            }
        }
        let [categories, tags] = terms;
        // Without any, WordPress files it under its own default category, as it does with every post.
        if !categories.is_empty() {
            body["categories"] = categories.into();
        }
        body["tags"] = tags.into();
        // A post with a password may not stay on top.
        body["sticky"] = (self.thing.sticky && self.thing.password.is_none()).into();
        if let Some(format) = self.thing.format {
            body["format"] = format.into();
        }
        Ok(())
    }

    fn author(&mut self, home: &Opened) -> Option<u64> {
        let login = self.thing.author_login.as_deref()?;
        let id = home.site.user_id(login);
        if id.is_none() {
            let what =
                format!("there is no user “{login}”, so it belongs to the user who signed in");
            self.remark = remarked(self.remark.take(), &what);
        }
        id
    }

    fn stamp(&self, sum: String, left: Stand) -> Stamp {
        Stamp {
            mark: self.mark.clone(),
            print: self.placement.fingerprint.clone(),
            sum: Some(sum),
            left,
        }
    }

    fn call_to_create(&mut self, home: &mut Opened) -> Result<Call, WriteError> {
        let mut body = self.whole(home, None)?;
        if self.is_open() {
            body.insert("status".to_owned(), "draft".into());
            body.insert(
                "slug".to_owned(),
                format!("{UNFINISHED_SLUG}{}", self.mark).into(),
            );
            // Who opens comments on a draft invites nobody, but a second call may tell those who listen.
            body.remove("sticky");
        } else if let Some(slug) = &self.thing.slug {
            body.insert("slug".to_owned(), slug.as_str().into());
        }
        Ok((self.place(None), Value::Object(body)))
    }

    fn call_to_finish(&mut self, home: &mut Opened, seen: &Seen) -> Result<Call, WriteError> {
        let mut body = self.whole(home, Some(seen))?;
        if !seen.is_finished() {
            body.insert(
                "slug".to_owned(),
                self.thing.slug.as_deref().unwrap_or("").into(),
            );
            if seen.stamp.print == self.placement.fingerprint && self.is_open() {
                self.only_what_is_new(home, seen, &mut body);
            }
        }
        Ok((self.place(Some(seen.id)), Value::Object(body)))
    }

    /// Of a draft that this fingerprint already made, only what a draft lacks is sent.
    fn only_what_is_new(&self, home: &Opened, seen: &Seen, body: &mut Map<String, Value>) {
        let new = [
            "status",
            "slug",
            "date_gmt",
            "sticky",
            "parent",
            "menu_order",
        ];
        body.retain(|name, _| new.contains(&name.as_str()));
        let sum = seen.sum_with(self.thing.status.as_str());
        let left = self.standing.wished();
        if seen.stamp.sum.as_ref() != Some(&sum) || seen.stamp.left != left {
            let text = stamped(&seen.text, &home.blog_word, &self.stamp(sum, left));
            body.insert("content".to_owned(), text.into());
        }
    }

    fn call_to_stamp(&self, seen: &Seen) -> Call {
        let left = self.standing.left(seen.stand());
        let text = seen.restamped(&self.stamp(seen.sum(), left));
        (self.place(Some(seen.id)), json!({ "content": text }))
    }

    /// What WordPress made of it, or why it did not.
    fn seen(&self, home: &Opened, answer: Answer) -> Result<Result<Seen, String>, WriteError> {
        let value = match answer {
            Ok(value) => value,
            Err(refusal) => return Ok(Err(refusal.remark)),
        };
        let seen = Seen::of(self.route, &value, &home.blog_word, &self.mark);
        seen.map(Ok).ok_or_else(super::stamp_was_lost)
    }

    /// The answer for a thing that is what it shall be. Nothing private may become public, not even by a mistake of the other side:
    /// such a thing is taken away at once.
    fn answer(
        &self,
        home: &mut Opened,
        seen: &Seen,
        answers: &mut [Option<Placed>],
    ) -> Result<(), WriteError> {
        let mark = &self.placement.mark;
        let is_wider = matches!(seen.text_at("status"), "publish" | "future") && !self.is_open();
        answers[self.at] = Some(if is_wider {
            home.delete(seen)?;
            refused(
                mark,
                "the new home made it public although it is not; it was taken away again"
                    .to_owned(),
            )
        } else {
            Placed {
                remark: self.remark.clone(),
                ..done(mark, self.outcome, seen)
            }
        });
        Ok(())
    }
}

/// An instant as WordPress's REST interface reads it.
pub(super) fn wire_date(instant: jiff::Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}
