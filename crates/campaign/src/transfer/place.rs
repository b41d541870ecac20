//! Place and relink: terms, media, posts with their comments, in batches. An intention is written before each batch and the
//! result after it; what is placed and unchanged is not even asked about.

mod batches;

use super::{
    Choices, Stage,
    compose::Composer,
    links::LINKS_PAGE,
    order::{comments_in_thread_order, parents_first},
    patience::patiently,
};
use crate::{
    Bundle, Error, Watch,
    bundle::{Fact, MediaState, State, Stored},
};
use batches::Batch;
use blog::{
    Finding, Item, ItemRef, Kind, Tag, codes,
    doors::{Destination, FindDepth, NewHome, Outcome, Placed},
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What a run of placing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Done {
    /// New at the new home.
    pub created: u64,
    /// Brought up to date.
    pub updated: u64,
    /// Were there already.
    pub unchanged: u64,
    /// Left as somebody changed them.
    pub conflicts: u64,
    /// Not taken by the destination.
    pub refused: u64,
}

impl Done {
    /// Writes that changed the new home.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.created + self.updated
    }
}

/// Puts everything in `bundle` into the new home, then rewrites links that could only be known afterwards.
///
/// # Errors
/// When the destination refuses or does not answer for long, the bundle cannot be written, or the owner asked to stop.
pub fn place(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    choices: &Choices,
    now: Timestamp,
    watch: &dyn Watch,
) -> Result<Done, Error> {
    watch.stage(Stage::Place);
    bundle.forget_findings(Stage::Place)?;
    bundle.set_fact(Fact::Home, home)?;
    for finding in &home.findings {
        watch.finding(finding);
        bundle.keep_finding(Stage::Place, finding)?;
    }
    let composer = Composer::new(bundle, choices, home, now)?;
    let mut placer = Placer {
        bundle,
        destination,
        home,
        watch,
        stage: Stage::Place,
        done: Done::default(),
        batch: Batch::default(),
        seen: 0,
    };
    placer.settle_intended()?;
    placer.site(choices)?;
    placer.terms(&composer)?;
    placer.media(&composer)?;
    placer.posts(&composer)?;
    placer.links(&composer)?;
    placer.orphans()?;
    placer.gone_at_source()?;
    placer.relink(&composer)?;
    placer.unknown_authors(&composer)?;
    placer.destination.finish()?;
    Ok(placer.done)
}

struct Placer<'a> {
    bundle: &'a Bundle,
    destination: &'a mut dyn Destination,
    home: &'a NewHome,
    watch: &'a dyn Watch,
    stage: Stage,
    done: Done,
    batch: Batch,
    seen: u64,
}

impl Placer<'_> {
    /// Looks for what an earlier run may or may not have placed, before anything is sent again.
    fn settle_intended(&mut self) -> Result<(), Error> {
        let intended = self.bundle.ledger_in(&[State::Intended])?;
        for rows in intended.chunks(200) {
            let marks: Vec<ItemRef> = rows.iter().map(|row| row.item.clone()).collect();
            let found = patiently(self.watch, || {
                self.destination.find(&marks, FindDepth::Mark)
            })?;
            self.bundle.together(|| {
                for (row, observed) in rows.iter().zip(found) {
                    if let Some(observed) =
                        observed.filter(|observed| observed.fingerprint == row.fingerprint)
                    {
                        self.bundle.adopt(&row.item, &observed)?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn site(&mut self, choices: &Choices) -> Result<(), Error> {
        if let Some(wishes) = choices.site_wishes(&self.bundle.profile()?) {
            patiently(self.watch, || self.destination.settle(&wishes))?;
        }
        Ok(())
    }

    fn terms(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        let mut terms: Vec<Item> = self
            .all(&[Kind::Category, Kind::Tag])?
            .into_iter()
            .map(|stored| stored.item)
            .collect();
        let known: BTreeSet<String> = terms
            .iter()
            .filter(|item| item.kind() == Kind::Tag)
            .map(|item| item.id().to_owned())
            .collect();
        let found = self
            .bundle
            .found_tags()?
            .into_iter()
            .filter(|name| !known.contains(name));
        terms.extend(found.map(|name| Item::Tag(Tag { name })));
        self.begin("terms", terms.len() as u64);
        let mut kept_back = Vec::new();
        for item in parents_first(&terms) {
            match composer.term(item) {
                Some(composed) => self.push(composed)?,
                None => kept_back.push(item.reference()),
            }
        }
        self.end()?;
        self.keep_back(&kept_back)
    }

    /// Terms whose names are not everyone's. One that stands at the new home from before what carries it became restricted goes.
    fn keep_back(&mut self, terms: &[ItemRef]) -> Result<(), Error> {
        let mut there = Vec::new();
        for term in terms {
            let sentence = "Nothing that everyone may see is filed under it, and WordPress shows its name to everyone, so it stayed behind.";
            self.keep_finding(
                Finding::new(&codes::transfer::TERM_KEPT_BACK, sentence).about(term.clone()),
            )?;
            if self.bundle.ledger(term)?.is_some() {
                there.push(term.clone());
            }
        }
        for marks in there.chunks(200) {
            patiently(self.watch, || self.destination.remove(marks))?;
            self.bundle
                .together(|| marks.iter().try_for_each(|mark| self.bundle.forget(mark)))?;
        }
        Ok(())
    }

    fn media(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        self.begin("pictures and files", self.bundle.counts()?.media);
        self.walk(&[Kind::Media], |placer, stored| {
            if let Item::Media(media) = &stored.item
                && let Some(composed) = composer.media(media)?
            {
                placer.push(composed)?;
            }
            placer.seen += 1;
            Ok(())
        })?;
        self.end()?;
        self.walk(&[Kind::Media], |placer, stored| {
            placer.same_bytes(stored.item.id())
        })?;
        self.placed_before()
    }

    /// A picture that this source cannot give may stand at the new home from an earlier move out of a better one. Bodies go on
    /// showing it there; a poorer second source must not turn them back to the old host.
    fn placed_before(&mut self) -> Result<(), Error> {
        let mut missing = Vec::new();
        self.walk(&[Kind::Media], |placer, stored| {
            let item = stored.item.reference();
            let kept = placer
                .bundle
                .stored_media(&item.id)?
                .is_some_and(|media| media.state == MediaState::Kept);
            if !kept && placer.bundle.ledger(&item)?.is_none() {
                missing.push(item);
            }
            Ok(())
        })?;
        for marks in missing.chunks(200) {
            let found = patiently(self.watch, || self.destination.find(marks, FindDepth::Mark))?;
            self.bundle.together(|| {
                for (mark, observed) in marks.iter().zip(found) {
                    if let Some(observed) = observed {
                        self.bundle.intend(mark, &observed.fingerprint, 0)?;
                        self.bundle.adopt(mark, &observed)?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// A picture with the same bytes as an earlier one shares its place.
    fn same_bytes(&mut self, id: &str) -> Result<(), Error> {
        let Some(stored) = self
            .bundle
            .stored_media(id)?
            .filter(|stored| !stored.hash.is_empty())
        else {
            return Ok(());
        };
        let Some(first) = self
            .bundle
            .first_of_content(&stored.hash)?
            .filter(|first| first != id)
        else {
            return Ok(());
        };
        let mark = ItemRef::new(Kind::Media, id);
        let Some(row) = self.bundle.ledger(&ItemRef::new(Kind::Media, first))? else {
            return Ok(());
        };
        if self
            .bundle
            .ledger(&mark)?
            .is_some_and(|mine| mine.state.is_there() && mine.new_id == row.new_id)
        {
            return Ok(());
        }
        self.bundle.intend(&mark, &row.fingerprint, 0)?;
        let outcome = if row.state.is_there() {
            Outcome::Created
        } else {
            Outcome::Refused
        };
        let remark = Some("same bytes as another picture".to_owned());
        let address = row.new_address.clone();
        self.bundle.settle(&Placed {
            mark,
            outcome,
            id: row.new_id,
            address,
            picture: row.picture,
            remark,
        })
    }

    /// What an earlier reading saw and the latest did not stays at the new home, and is named.
    fn gone_at_source(&mut self) -> Result<(), Error> {
        for item in self.bundle.gone()? {
            let title = self.bundle.title(&item)?.unwrap_or_default();
            let sentence =
                format!("“{title}” is no longer at the source; it was left at the new home.");
            self.keep_finding(
                Finding::new(&codes::transfer::GONE_AT_SOURCE, sentence).about(item),
            )?;
        }
        Ok(())
    }

    fn posts(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        let counts = self.bundle.counts()?;
        let comments = counts.comment + counts.trackback + counts.guestbook;
        self.begin(
            "posts and comments",
            counts.post + counts.page + counts.draft + counts.album + counts.list + comments,
        );
        self.walk(
            &[Kind::Post, Kind::Page, Kind::Album, Kind::List],
            |placer, stored| placer.post(composer, stored),
        )?;
        self.guestbook(composer)?;
        self.end()
    }

    fn post(&mut self, composer: &Composer<'_>, stored: &Stored) -> Result<(), Error> {
        let Some(composed) = composer.post(stored)? else {
            return Ok(());
        };
        self.push(composed)?;
        self.seen += 1;
        if !matches!(stored.item, Item::Post(_)) {
            return Ok(());
        }
        let comments = self.bundle.comments_of(stored.item.id())?;
        for stored_comment in comments_in_thread_order(&comments) {
            if let Item::Comment(comment) = &stored_comment.item {
                self.push(composer.comment(stored_comment, comment, stored.item.reference())?)?;
                self.seen += 1;
            }
        }
        Ok(())
    }

    fn guestbook(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        if self.bundle.counts()?.guestbook == 0 {
            return Ok(());
        }
        self.push(composer.guestbook_page()?)?;
        self.walk(&[Kind::Guestbook], |placer, stored| {
            if let Item::GuestbookEntry(entry) = &stored.item {
                placer.push(composer.note(stored, entry)?)?;
            }
            placer.seen += 1;
            Ok(())
        })
    }

    /// The blogroll becomes one page; each link shares its fate.
    fn links(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        let links = composer.blogroll()?;
        if links.is_empty() {
            return Ok(());
        }
        self.push(composer.links_page(&links)?)?;
        self.flush()?;
        let page = self.bundle.ledger(&ItemRef::new(Kind::Page, LINKS_PAGE))?;
        self.bundle.together(|| {
            for link in &links {
                let mark = ItemRef::new(Kind::Link, &link.id);
                self.bundle.intend(&mark, "", 0)?;
                if let Some(page) = &page {
                    let outcome = if page.state.is_there() {
                        Outcome::Created
                    } else {
                        Outcome::Refused
                    };
                    let remark = Some("on the links page".to_owned());
                    self.bundle.settle(&Placed {
                        mark,
                        outcome,
                        id: page.new_id,
                        address: page.new_address.clone(),
                        picture: None,
                        remark,
                    })?;
                }
            }
            Ok(())
        })
    }

    /// Comments whose post nobody has cannot be placed anywhere; they stay in the bundle and are named.
    fn orphans(&mut self) -> Result<(), Error> {
        for stored in self.bundle.orphans()? {
            let finding = Finding::new(
                &codes::transfer::COMMENT_WITHOUT_POST,
                "A comment stands under a post that the source does not have; it stays in the bundle.",
            );
            self.keep_finding(finding.about(stored.item.reference()))?;
        }
        Ok(())
    }

    /// Posts that linked to posts placed after them are composed again, now that every address is known.
    fn relink(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        let open = self.bundle.with_open_links()?;
        if open.is_empty() {
            return Ok(());
        }
        self.stage = Stage::Relink;
        self.watch.stage(Stage::Relink);
        self.begin("links between own posts", open.len() as u64);
        for item in open {
            if let Some(composed) = composer.again(&item)? {
                self.push(composed)?;
            }
            self.seen += 1;
        }
        self.end()
    }

    fn unknown_authors(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        let mut authors = BTreeSet::new();
        self.walk(&[Kind::Post, Kind::Page], |_, stored| {
            if let Item::Post(post) = &stored.item
                && let Some(author) = &post.author
                && composer.is_unknown_author(&author.name)
            {
                authors.insert(author.name.clone());
            }
            Ok(())
        })?;
        for author in authors {
            let sentence = format!(
                "Posts by “{author}” belong to the user you signed in as: the new home has no user of that name."
            );
            self.keep_finding(Finding::new(&codes::transfer::UNKNOWN_AUTHOR, sentence))?;
        }
        Ok(())
    }

    fn walk(
        &mut self,
        kinds: &[Kind],
        mut visit: impl FnMut(&mut Self, &Stored) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut after = 0;
        loop {
            let page = self.bundle.page(kinds, after, 64)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.seq;
            for stored in &page {
                visit(self, stored)?;
            }
            if self.watch.stop_asked() {
                return Err(Error::Interrupted);
            }
        }
    }

    fn all(&mut self, kinds: &[Kind]) -> Result<Vec<Stored>, Error> {
        let mut all = Vec::new();
        self.walk(kinds, |_, stored| {
            all.push(stored.clone());
            Ok(())
        })?;
        Ok(all)
    }
}
