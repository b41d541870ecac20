//! Reading back through the destination's own words: is every item there, and is it what was sent?

use super::{
    Verifier,
    errand::{Errand, Look},
};
use crate::{
    Bundle, Error,
    bundle::{Row, State, Task},
    transfer::{
        compose::{Composed, Composer},
        links::{GUESTBOOK_PAGE, LINKS_PAGE},
        patience::patiently,
        place::REMOVED_AT_HOME,
        steps,
    },
};
use blog::{
    CommentState, Field, Finding, Item, ItemRef, Kind,
    body::{self, Difference},
    codes::{transfer, verify as codes},
    doors::{
        AmendThing, CommentThing, FindDepth, Observed, ObservedWhole, PostThing, Status, Thing,
    },
};
use points::Bug;
use std::collections::BTreeSet;

/// Items asked for in one call.
const ITEMS_A_CALL: usize = 250;

impl Verifier<'_> {
    /// Reads everything back, some items at a time, and visits the pages of those items before the next ones.
    pub(super) fn read_back(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        let states = [
            State::Intended,
            State::Sent,
            State::Unknown,
            State::Placed,
            State::Verified,
            State::Missing,
        ];
        self.watch.begin(
            "reading back and visiting pages",
            Some(self.bundle.count_ledger_in(&states)?),
        );
        let (mut after, mut done) = (None, 0);
        loop {
            let rows = self
                .bundle
                .ledger_page(&states, after.as_ref(), ITEMS_A_CALL)?;
            let Some(last) = rows.last() else { break };
            after = Some(last.item.clone());
            self.read_back_some(composer, &rows)?;
            self.visit_pages()?;
            done += rows.len() as u64;
            self.watch.done(done);
            self.check_stop()?;
        }
        self.watch.end();
        Ok(())
    }

    fn read_back_some(&mut self, composer: &Composer<'_>, rows: &[Row]) -> Result<(), Error> {
        let marks = rows
            .iter()
            .map(|row| stand_in(self.bundle, &row.item))
            .collect::<Result<Vec<_>, _>>()?;
        let bundle = self.bundle;
        if points::planted(Bug::TrustTheAnswer) {
            let trust = |row: &Row| self.state(&row.item, State::Verified, "");
            return bundle.together(|| rows.iter().try_for_each(trust));
        }
        let found = patiently(self.watch, || {
            steps::READ_BACK.run(|| self.destination.find(&marks, FindDepth::Whole))
        })?;
        bundle.together(|| {
            for (row, observed) in rows.iter().zip(found) {
                self.judge(composer, row, observed)?;
            }
            Ok(())
        })
    }

    fn judge(
        &mut self,
        composer: &Composer<'_>,
        row: &Row,
        observed: Option<Observed>,
    ) -> Result<(), Error> {
        let Some(observed) = observed else {
            if row.state == State::Verified {
                self.state(&row.item, State::Removed, REMOVED_AT_HOME)?;
                let sentence = "It was removed at the new home since it was read back there.";
                let finding = Finding::new(&transfer::REMOVED_AT_HOME, sentence);
                return self.keep(finding.about(row.item.clone()));
            }
            self.state(&row.item, State::Missing, "not found at the new home")?;
            let sentence = "It is not at the new home, although the new home said that it took it.";
            return self.keep(Finding::new(&codes::NOT_FOUND, sentence).about(row.item.clone()));
        };
        if observed.edited {
            self.state(
                &row.item,
                State::Conflict,
                "changed at the new home since it was placed",
            )?;
            let sentence =
                "It was changed at the new home since it was placed there; it was not compared.";
            return self.keep(Finding::new(&codes::EDITED, sentence).about(row.item.clone()));
        }
        let differences = match (composer.again(&row.item)?, &observed.whole) {
            (Some(sent), Some(seen)) => composer
                .noted(&Task::comparing(&row.item), || {
                    points::met("verify", || seen.content.clone());
                    self.compare(&sent, seen, &observed)
                })?
                .unwrap_or_else(|| not_compared(&sent, seen)),
            _ => Vec::new(),
        };
        for finding in differences {
            self.keep(finding.about(row.item.clone()))?;
        }
        self.state(&row.item, State::Verified, "")
    }

    fn compare(
        &mut self,
        sent: &Composed,
        seen: &ObservedWhole,
        observed: &Observed,
    ) -> Result<Vec<Finding>, Error> {
        match &sent.placement.thing {
            Thing::Post(post) => {
                self.remember_page(&sent.placement.mark, post, observed);
                if let (Some(clocks), Some(date)) = (&mut self.clocks, post.date_utc) {
                    clocks.look(date);
                }
                let mut findings = compare_post(post, seen);
                findings.extend(self.compare_terms(post, seen)?);
                findings.extend(self.compare_parent(post, seen)?);
                findings.extend(self.compare_comment_count(&sent.placement.mark, seen)?);
                Ok(findings)
            }
            Thing::Comment(comment) => Ok(compare_comment(comment, seen)),
            Thing::Amend(amended) => {
                self.remember_links(&sent.placement.mark, &amended.content);
                Ok(compare_amended(amended, seen))
            }
            Thing::Term(_) | Thing::Media(_) => Ok(Vec::new()),
        }
    }

    fn remember_page(&mut self, mark: &ItemRef, post: &PostThing, observed: &Observed) {
        let Some(address) = &observed.address else {
            return;
        };
        let text = body::plain_text(&post.content);
        let open = post.status.is_published() && post.password.is_none();
        self.remember_links(mark, &post.content);
        self.errands.push(Errand {
            item: mark.clone(),
            address: address.clone(),
            look: if open {
                // Line by line, as themes put things between them; of several pages the first one is visited.
                let first = post.content.split("<!--nextpage-->").next();
                Look::Shown(body::plain_lines(first.unwrap_or_default()).join("\n"))
            } else {
                Look::Hidden(text)
            },
        });
    }

    /// Links to the home itself are followed later.
    fn remember_links(&mut self, mark: &ItemRef, content: &str) {
        for reference in body::references(content) {
            if reference.kind == body::ReferenceKind::Link
                && reference
                    .address
                    .starts_with(self.home.address.trim_end_matches('/'))
            {
                self.links
                    .entry(reference.address)
                    .or_insert_with(|| mark.clone());
            }
        }
    }

    fn compare_terms(&self, post: &PostThing, seen: &ObservedWhole) -> Result<Vec<Finding>, Error> {
        let mut missing = Vec::new();
        for term in &post.terms {
            let id = self.bundle.ledger(term)?.and_then(|row| row.new_id);
            if id.is_none_or(|id| !seen.terms.contains(&id)) {
                missing.push(term.id.clone());
            }
        }
        Ok(if missing.is_empty() {
            Vec::new()
        } else {
            vec![Finding::new(
                &codes::TERMS_MISSING,
                format!(
                    "At the new home it is not filed under: {}.",
                    missing.join(", ")
                ),
            )]
        })
    }

    fn compare_parent(
        &self,
        post: &PostThing,
        seen: &ObservedWhole,
    ) -> Result<Option<Finding>, Error> {
        let Some(parent) = &post.parent else {
            return Ok(None);
        };
        let id = self.bundle.ledger(parent)?.and_then(|row| row.new_id);
        let sentence = "At the new home it does not stand below the page that it was placed below.";
        Ok((id != Some(seen.parent)).then(|| Finding::new(&codes::HANGS_ELSEWHERE, sentence)))
    }

    fn compare_comment_count(
        &self,
        mark: &ItemRef,
        seen: &ObservedWhole,
    ) -> Result<Option<Finding>, Error> {
        let mut expected = 0;
        if matches!(mark.kind, Kind::Post | Kind::Page) && mark.id != GUESTBOOK_PAGE {
            for stored in self.bundle.comments_of(&mark.id)? {
                let there = self
                    .bundle
                    .ledger(&stored.item.reference())?
                    .is_some_and(|row| row.state.is_there());
                if there
                    && matches!(&stored.item, Item::Comment(comment) if comment.state == CommentState::Approved)
                {
                    expected += 1;
                }
            }
        }
        Ok((seen.comment_count < expected).then(|| {
            Finding::new(
                &codes::COMMENTS_MISSING,
                format!(
                    "It has {} shown comments at the new home; {expected} were placed.",
                    seen.comment_count
                ),
            )
        }))
    }
}

/// The mark that an item is found by: a picture with the same bytes as an earlier one, and a link of the blogroll, are found by
/// what stands for them.
pub(in crate::transfer) fn stand_in(bundle: &Bundle, item: &ItemRef) -> Result<ItemRef, Error> {
    Ok(match item.kind {
        Kind::Link => ItemRef::new(Kind::Page, LINKS_PAGE),
        Kind::Media => {
            let stored = bundle.stored_media(&item.id)?;
            let first = stored
                .map(|stored| bundle.first_of_content(&stored.hash))
                .transpose()?
                .flatten();
            first.map_or_else(|| item.clone(), |first| ItemRef::new(Kind::Media, first))
        }
        _ => item.clone(),
    })
}

/// Of what kills the program each time it is compared, only who may see it is looked at.
fn not_compared(sent: &Composed, seen: &ObservedWhole) -> Vec<Finding> {
    let sentence = "The program died twice while it compared this with what stands at the new home; it is there and was not compared.";
    let mut findings = vec![Finding::new(&transfer::KILLED_A_RUN, sentence)];
    if let Thing::Post(post) = &sent.placement.thing {
        findings.extend(compare_status(post.status, &seen.status));
    }
    findings
}

fn compare_post(sent: &PostThing, seen: &ObservedWhole) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(finding) = compare_status(sent.status, &seen.status) {
        findings.push(finding);
    }
    if folded(&sent.title) != folded(&seen.title) {
        findings.push(Finding::new(
            &codes::TITLE_CHANGED,
            format!("Its title reads “{}” at the new home.", seen.title),
        ));
    }
    if sent.password.as_deref().unwrap_or("") != seen.password {
        findings.push(Finding::new(
            &codes::WIDER,
            "Its password is not set at the new home.",
        ));
    }
    if let (Some(sent), Some(seen)) = (sent.date_utc, seen.date_utc)
        && sent.as_second() != seen.as_second()
    {
        findings.push(Finding::new(
            &codes::DATE_CHANGED,
            format!("Its date is {seen} at the new home; it was {sent}."),
        ));
    }
    findings.extend(compare_body("text", &sent.content, &seen.content));
    findings.extend(compare_body("excerpt", &sent.excerpt, &seen.excerpt));
    findings.extend(compare_fields(&sent.fields, &seen.fields));
    findings
}

/// One name may have several values; more of them than were sent are somebody else's.
fn compare_fields(sent: &[Field], seen: &[Field]) -> Option<Finding> {
    let mut rest: Vec<&Field> = seen.iter().collect();
    let mut differing = BTreeSet::new();
    for field in sent {
        if let Some(at) = rest.iter().position(|other| *other == field) {
            rest.swap_remove(at);
        } else {
            differing.insert(field.name.as_str());
        }
    }
    let names: Vec<&str> = differing.into_iter().collect();
    (!names.is_empty()).then(|| {
        let sentence = format!(
            "Its custom fields are not as they were sent: {}.",
            names.join(", ")
        );
        Finding::new(&codes::FIELDS_DIFFER, sentence)
    })
}

/// What stood there before us differs in addresses only: it must read exactly as it was sent.
fn compare_amended(sent: &AmendThing, seen: &ObservedWhole) -> Vec<Finding> {
    if sent.content == seen.content && sent.excerpt == seen.excerpt {
        return Vec::new();
    }
    let sentence = "It does not read as it was put right.";
    vec![Finding::new(&codes::CONTENT_LOST, sentence)]
}

fn compare_body(what: &str, sent: &str, seen: &str) -> Option<Finding> {
    match body::compare(sent, seen) {
        Difference::Same | Difference::Cosmetic(_) => None,
        Difference::Loss(losses) => Some(Finding::new(
            &codes::CONTENT_LOST,
            format!("WordPress changed its {what}: {}.", losses.join("; ")),
        )),
    }
}

/// Wider than asked blocks; narrower is a change.
fn compare_status(sent: Status, seen: &str) -> Option<Finding> {
    let width = |word: &str| match word {
        "publish" => 3,
        "future" => 2,
        "private" => 1,
        _ => 0,
    };
    let word = sent.as_str();
    match width(seen).cmp(&width(word)) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater if word == "future" && seen == "publish" => None,
        std::cmp::Ordering::Greater => Some(Finding::new(
            &codes::WIDER,
            format!(
                "It is “{seen}” at the new home and should be “{word}”: more people can see it."
            ),
        )),
        std::cmp::Ordering::Less => Some(Finding::new(
            &codes::NARROWER,
            format!("It is “{seen}” at the new home and was sent as “{word}”."),
        )),
    }
}

fn compare_comment(sent: &CommentThing, seen: &ObservedWhole) -> Vec<Finding> {
    let mut findings = Vec::new();
    let word = match sent.state {
        CommentState::Approved => "approved",
        CommentState::Held => "held",
        CommentState::Spam => "spam",
    };
    if seen.status != word {
        let code = if seen.status == "approved" {
            &codes::WIDER
        } else {
            &codes::NARROWER
        };
        findings.push(Finding::new(
            code,
            format!(
                "The comment has the state “{}” at the new home and was sent as “{word}”.",
                seen.status
            ),
        ));
    }
    if folded(&sent.author) != folded(&seen.title) {
        findings.push(Finding::new(
            &codes::TITLE_CHANGED,
            format!("Its author is called “{}” at the new home.", seen.title),
        ));
    }
    findings.extend(compare_body("text", &sent.content, &seen.content));
    findings
}

fn folded(text: &str) -> String {
    body::plain_text(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
