//! Reading back through the destination's own words: is every item there, and is it what was sent?

use super::{
    Verifier,
    arranged::compare_stand,
    compare::{
        compare_amended, compare_comment, compare_media, compare_post, compare_term, not_compared,
    },
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
    CommentState, Finding, Item, ItemRef, Kind, body,
    codes::{transfer, verify as codes},
    doors::{CommentThing, FindDepth, Observed, ObservedWhole, PictureSize, PostThing, Thing},
};
use points::Bug;

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
            // Files that are gone are written anew; nobody takes one post out of them to be rid of it.
            if row.state == State::Verified && !self.home.is_files() {
                self.state(&row.item, State::Removed, REMOVED_AT_HOME)?;
                let sentence = "It was removed at the new home since it was read back there.";
                let finding = Finding::new(&transfer::REMOVED_AT_HOME, sentence);
                return self.keep(finding.about(row.item.clone()));
            }
            self.state(&row.item, State::Missing, "not found at the new home")?;
            let sentence = if self.home.is_files() {
                "It stands in none of the import files."
            } else {
                "It is not at the new home, although the new home said that it took it."
            };
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
        let stands_itself = || Ok::<_, Error>(stand_in(self.bundle, &row.item)? == row.item);
        // A living home may adopt a term under its own name, and serves its pictures to visitors; of files both are looked at here.
        let sent = if self.home.is_files() && stands_itself()? {
            composer.whatever(&row.item)?
        } else {
            composer.again(&row.item)?
        };
        let differences = match (sent, &observed.whole) {
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
                findings.extend(self.compare_stand(post, seen)?);
                findings.extend(self.compare_comment_count(&sent.placement.mark, seen)?);
                Ok(findings)
            }
            Thing::Comment(comment) => {
                let mut findings = compare_comment(comment, seen);
                findings.extend(self.compare_thread(comment, seen)?);
                Ok(findings)
            }
            Thing::Amend(amended) => {
                self.remember_links(&sent.placement.mark, &amended.content);
                Ok(compare_amended(amended, seen))
            }
            Thing::Term(term) => Ok(compare_term(term, seen).into_iter().collect()),
            Thing::Media(media) => {
                let mut findings = compare_media(media, seen);
                findings.extend(self.compare_picture(&sent.placement.mark, observed)?);
                Ok(findings)
            }
        }
    }

    fn remember_page(&mut self, mark: &ItemRef, post: &PostThing, observed: &Observed) {
        let Some(address) = &observed.address else {
            return;
        };
        let text = body::plain_text(&post.content);
        let open = post.status.is_published() && post.password.is_none();
        self.remember_links(mark, &post.content);
        if self.has_imported && !open {
            return;
        }
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

    fn compare_stand(&self, post: &PostThing, seen: &ObservedWhole) -> Result<Vec<Finding>, Error> {
        let row = post.parent.as_ref().map(|page| self.bundle.ledger(page));
        let above = row.transpose()?.flatten().and_then(|row| row.new_id);
        Ok(compare_stand(post, above, seen))
    }

    /// A comment stands under its post, below what it answers as far as that is there.
    fn compare_thread(
        &self,
        comment: &CommentThing,
        seen: &ObservedWhole,
    ) -> Result<Option<Finding>, Error> {
        let id = |mark: &ItemRef| {
            let row = self.bundle.ledger(mark)?.filter(|row| row.state.is_there());
            Ok::<_, Error>(row.and_then(|row| row.new_id))
        };
        let parent = comment.parent.as_ref().map(id).transpose()?.flatten();
        let is_elsewhere = id(&comment.post)?.is_some_and(|post| post != seen.post)
            || parent.is_some_and(|parent| parent != seen.parent);
        let sentence = "At the new home it does not stand under its post, or not below the comment that it answers.";
        Ok(is_elsewhere.then(|| Finding::new(&codes::HANGS_ELSEWHERE, sentence)))
    }

    /// Texts show a picture at the address that was told when it was placed.
    fn compare_picture(
        &self,
        mark: &ItemRef,
        observed: &Observed,
    ) -> Result<Option<Finding>, Error> {
        let row = self.bundle.ledger(mark)?;
        let placed = row.and_then(|row| row.picture);
        let (Some(placed), Some(seen)) = (placed, &observed.picture) else {
            return Ok(None);
        };
        let is_there =
            |size: &PictureSize| seen.sizes.iter().any(|other| other.address == size.address);
        let sentence =
            "At the new home it has another address than the one at which texts show it.";
        Ok((!placed.sizes.iter().all(is_there))
            .then(|| Finding::new(&codes::PICTURE_NOT_SERVED, sentence)))
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
