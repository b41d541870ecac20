//! Placing comments, one call after the other: WordPress takes no batches of them, and an answer needs its parent's id.
//!
//! Most WordPresses take no comment without an e-mail address, and a move carries none. There a comment begins held, with an
//! address that reaches nobody, and a second call takes the address away and gives it its state. What is not to be seen, and what
//! belongs to a post that takes no new comments, begins in the waiting room (`room`).

use super::calls::Answer;
use super::lookup::Route;
use super::posts::wire_date;
use super::seen::{Seen, UNFINISHED_EMAIL};
use super::stamp::{Stamp, stamped, sum};
use super::{Opened, done, refused, remarked, room, text_only};
use blog::doors::{CommentThing, Outcome, Placed, Placement, Stand, WriteError};
use blog::{CommentKind, CommentState};
use serde_json::{Value, json};

/// WordPress notes an address for each comment, ours where none is given. It notes this one itself where it knows none.
const NO_ADDRESS: &str = "127.0.0.1";

/// What WordPress shows for a comment without a name, and what it wants to have for one.
const NO_NAME: &str = "Anonymous";

/// Places the comments of a batch, answers after what they answer.
pub(super) fn place(
    home: &mut Opened,
    comments: &[(usize, &Placement, &CommentThing)],
    answers: &mut [Option<Placed>],
) -> Result<(), WriteError> {
    let comments = parents_first(comments);
    let marks: Vec<_> = comments
        .iter()
        .map(|(_, placement, _)| placement.mark.clone())
        .collect();
    let there = home.lookup.look(&home.calls, &marks)?;
    for ((at, placement, thing), there) in comments.iter().zip(there) {
        let note = Note {
            placement,
            thing,
            mark: home.lookup.name(&placement.mark),
        };
        answers[*at] = Some(match there.into_iter().next() {
            Some(seen) if seen.is_finished() && seen.stamp.print == placement.fingerprint => {
                done(&placement.mark, Outcome::Unchanged, &seen)
            }
            Some(seen) if seen.is_edited() => done(&placement.mark, Outcome::Conflict, &seen),
            Some(seen) => {
                let outcome = if seen.is_finished() {
                    Outcome::Updated
                } else {
                    Outcome::Created
                };
                note.finish(home, &seen, outcome, None)?
            }
            None => note.create(home)?,
        });
    }
    Ok(())
}

/// The same comments, each after the one it answers where that is among them.
fn parents_first<'a, 'b>(
    comments: &'a [(usize, &'b Placement, &'b CommentThing)],
) -> Vec<&'a (usize, &'b Placement, &'b CommentThing)> {
    let (mut ordered, mut left): (Vec<_>, Vec<_>) = (Vec::new(), comments.iter().collect());
    while !left.is_empty() {
        let waits = |thing: &CommentThing| {
            let parent = thing.parent.as_ref();
            parent.is_some_and(|parent| left.iter().any(|(_, other, _)| other.mark == *parent))
        };
        let (later, now): (Vec<_>, Vec<_>) = left.iter().partition(|(_, _, thing)| waits(thing));
        // A ring of answers has no first one: it is taken as it comes.
        let stuck = now.is_empty();
        ordered.extend(if stuck { &later } else { &now });
        left = if stuck { Vec::new() } else { later };
    }
    ordered
}

struct Note<'a> {
    placement: &'a Placement,
    thing: &'a CommentThing,
    mark: String,
}

impl Note<'_> {
    fn create(&self, home: &mut Opened) -> Result<Placed, WriteError> {
        let mark = &self.placement.mark;
        let Some((post, post_date)) = home.post_of(&self.thing.post)? else {
            return Ok(refused(
                mark,
                "the post it belongs to is not there".to_owned(),
            ));
        };
        let mut remark = None;
        let mut body = self.whole(home);
        body["post"] = post.into();
        body["author_ip"] = NO_ADDRESS.into();
        if let Some(parent) = &self.thing.parent {
            match home.id_of(parent)? {
                Some(parent) => body["parent"] = parent.into(),
                None => remark = remarked(remark, "the comment it answers is not there"),
            }
        }
        if self.thing.kind != CommentKind::Comment {
            remark = remarked(
                remark,
                "it became an ordinary comment, as WordPress takes no trackbacks this way",
            );
        }
        // Nobody knows when: the post's own date, not the day of the move.
        if let Some(date) = self.thing.date_utc.or(post_date) {
            body["date_gmt"] = wire_date(date).into();
        }
        if home.wants_email {
            self.hold(&mut body);
        }
        if self.thing.state != CommentState::Approved {
            body["post"] = room::open(home)?.into();
            self.hold(&mut body);
        }
        let value = match self.create_somewhere(home, &mut body)? {
            Ok(value) => value,
            // An earlier call of ours arrived meanwhile: the words are the same to the letter, stamp and all.
            Err(refusal) if refusal.code == "comment_duplicate" => {
                return Err(WriteError::Unknown(
                    "WordPress has this comment already".to_owned(),
                ));
            }
            Err(refusal) => return Ok(refused(mark, refusal.remark)),
        };
        let seen = self.seen(home, &value)?;
        home.lookup.made(&seen);
        home.ids.insert(mark.clone(), seen.id);
        if seen.is_finished() && !seen.is_edited() && value["post"].as_u64() == Some(post) {
            return Ok(Placed {
                remark,
                ..done(mark, Outcome::Created, &seen)
            });
        }
        self.finish(home, &seen, Outcome::Created, remark)
    }

    /// Creates the comment at its post, or in the waiting room where its post takes no new ones; with what this WordPress insists on.
    fn create_somewhere(&self, home: &mut Opened, body: &mut Value) -> Result<Answer, WriteError> {
        loop {
            let answer = home.calls.post(&(self.place(None), body.clone()))?;
            let code = answer.as_ref().err().map(|refusal| refusal.code.as_str());
            match code {
                Some("rest_comment_author_data_required") if !home.wants_email => {
                    home.wants_email = true;
                    self.hold(body);
                }
                Some("rest_comment_closed" | "rest_comment_draft_post")
                    if body["post"].as_u64() != home.waiting_room =>
                {
                    body["post"] = room::open(home)?.into();
                    self.hold(body);
                }
                _ => return Ok(answer),
            }
        }
    }

    fn hold(&self, body: &mut Value) {
        body["author_email"] = UNFINISHED_EMAIL.into();
        body["status"] = "hold".into();
        if self.thing.author.trim().is_empty() {
            body["author_name"] = NO_NAME.into();
        }
    }

    /// The second call: makes it what it shall be.
    fn finish(
        &self,
        home: &mut Opened,
        seen: &Seen,
        outcome: Outcome,
        remark: Option<String>,
    ) -> Result<Placed, WriteError> {
        let mark = &self.placement.mark;
        let mut body = self.whole(home);
        body["author_email"] = "".into();
        if let Some((post, _)) = home.post_of(&self.thing.post)? {
            body["post"] = post.into();
        }
        if let Some(parent) = &self.thing.parent {
            body["parent"] = home.id_of(parent)?.unwrap_or(0).into();
        }
        if let Some(date) = self.thing.date_utc {
            body["date_gmt"] = wire_date(date).into();
        }
        let mut now = match home.calls.post(&(self.place(Some(seen.id)), body))? {
            Ok(value) => self.seen(home, &value)?,
            Err(refusal) => return Ok(refused(mark, refusal.remark)),
        };
        if now.is_edited() {
            let text = now.restamped(&self.stamp(now.sum()));
            let body = json!({ "content": text, "author_user_agent": "" });
            if let Ok(value) = home.calls.post(&(self.place(Some(now.id)), body))? {
                now = self.seen(home, &value)?;
            }
        }
        Ok(Placed {
            remark,
            ..done(mark, outcome, &now)
        })
    }

    fn place(&self, id: Option<u64>) -> String {
        let id = id.map(|id| format!("/{id}")).unwrap_or_default();
        format!(
            "{}{id}?context=edit{}",
            Route::Comments.path(),
            Route::Comments.fields()
        )
    }

    fn stamp(&self, sum: String) -> Stamp {
        Stamp {
            mark: self.mark.clone(),
            print: self.placement.fingerprint.clone(),
            sum: Some(sum),
            left: Stand::default(),
        }
    }

    fn seen(&self, home: &Opened, value: &Value) -> Result<Seen, WriteError> {
        Seen::of(Route::Comments, value, &home.blog_word, &self.mark)
            .ok_or_else(super::stamp_was_lost)
    }

    fn whole(&self, home: &Opened) -> Value {
        let content = text_only(&self.thing.content, &home.blog_word);
        let status = match self.thing.state {
            CommentState::Approved => "approved",
            CommentState::Held => "hold",
            CommentState::Spam => "spam",
        };
        let sum = sum(&[&self.thing.author, &self.thing.url, &content, status]);
        json!({
            "author_name": self.thing.author,
            "author_url": self.thing.url,
            "content": stamped(&content, &home.blog_word, &self.stamp(sum)),
            "status": status,
        })
    }
}
