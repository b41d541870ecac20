//! Place and relink: terms, media, posts with their comments, in the order in which they hang on each other.
//!
//! * [`batches`]: what has to be sent at all, gathered
//! * [`effects`]: sending it, and what may become of it on the way
//! * [`sweep`]: looking again for what was in doubt
//! * [`changes`]: what somebody changed, took away or narrowed, here or there
//! * [`shared`]: items that share the place of another
//! * [`tree`]: pages below other pages

mod batches;
mod changes;
mod effects;
mod shared;
mod sweep;
mod tree;

use super::{
    Choices, Stage,
    compose::{Composed, Composer},
    order::{comments_in_thread_order, parents_first},
    patience::{Patience, patiently},
    repair,
    settle::shut_out,
    steps,
};
use crate::{
    Bundle, Error, Watch,
    bundle::{Fact, Stored},
};
pub(super) use changes::REMOVED_AT_HOME;

use batches::Batch;
use blog::{
    Finding, Item, ItemRef, Kind, Severity, Tag, codes,
    doors::{Destination, FindDepth, NewHome, Observed},
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
    /// Kept failing and set aside.
    pub parked: u64,
    /// Taken away at the new home and not placed again.
    pub removed: u64,
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
    if !choices.again && bundle.fact::<bool>(Fact::Undone)?.unwrap_or(false) {
        return Err(Error::Undone);
    }
    watch.stage(Stage::Place);
    bundle.forget_findings(Stage::Place)?;
    bundle.set_fact(Fact::Home, home)?;
    for finding in &home.findings {
        watch.finding(finding);
        bundle.keep_finding(Stage::Place, finding)?;
    }
    let composer = Composer::new(bundle, choices, home, now)?;
    let run = steps::BEGUN.run(|| begin(bundle, choices))?;
    shut_out(destination, watch)?;
    let mut placer = Placer {
        bundle,
        destination,
        home,
        watch,
        run,
        stage: Stage::Place,
        done: Done::default(),
        batch: Batch::default(),
        seen: 0,
        patience: Patience::default(),
        parked_in_a_row: 0,
        kept_back: Vec::new(),
    };
    placer.settle_unknown()?;
    placer.site(choices)?;
    placer.terms(&composer)?;
    placer.media(&composer)?;
    composer.foresee(true);
    placer.posts(&composer)?;
    composer.foresee(false);
    placer.keep_back()?;
    placer.links(&composer)?;
    if composer.repair.is_none() {
        placer.orphans()?;
    }
    placer.gone_at_source(choices.follow_deletions)?;
    placer.relink(&composer)?;
    placer.sweep(&composer)?;
    placer.unknown_authors(&composer)?;
    patiently(watch, || steps::FINISH.run(|| placer.destination.finish()))?;
    Ok(placer.done)
}

/// Counts the run. What an earlier one sent and never heard of again is unknown from now on.
fn begin(bundle: &Bundle, choices: &Choices) -> Result<i64, Error> {
    bundle.together(|| {
        bundle.lose_what_was_sent()?;
        bundle.forget_deletions_taken_back(changes::DELETED_AT_SOURCE)?;
        if choices.again {
            bundle.forget_removals()?;
            bundle.set_fact(Fact::Undone, &false)?;
        }
        bundle.begin_run()
    })
}

struct Placer<'a> {
    bundle: &'a Bundle,
    destination: &'a mut dyn Destination,
    home: &'a NewHome,
    watch: &'a dyn Watch,
    /// The number of this run.
    run: i64,
    stage: Stage,
    done: Done,
    batch: Batch,
    seen: u64,
    /// With the new home, for writes.
    patience: Patience,
    /// Items set aside since something was last taken.
    parked_in_a_row: u32,
    /// Terms whose names are not everyone's.
    kept_back: Vec<ItemRef>,
}

impl Placer<'_> {
    fn site(&mut self, choices: &Choices) -> Result<(), Error> {
        let profile = self.bundle.profile()?;
        if let Some(wishes) = choices.site_wishes(&profile) {
            if !choices.names_are_open(&profile) {
                let sentence = "Not everyone could see the old blog, and WordPress shows a site's title and tagline to everyone, so those of the new home stayed as they are.";
                self.keep_finding(Finding::new(&codes::transfer::NAME_KEPT_BACK, sentence))?;
            }
            patiently(self.watch, || {
                steps::SITE.run(|| self.destination.settle(&wishes))
            })?;
        }
        Ok(())
    }

    /// Looks for marks at the new home.
    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, Error> {
        patiently(self.watch, || {
            steps::FIND.run(|| self.destination.find(marks, depth))
        })
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
        terms.extend(found.map(|name| Item::Tag(Tag::named(name))));
        self.begin("terms", terms.len() as u64);
        for item in parents_first(&terms) {
            match composer.term(item) {
                Some(composed) => self.push(composed)?,
                None => self.kept_back.push(item.reference()),
            }
        }
        self.end()
    }

    /// Terms that were kept back. One that stands there from before what carries it became restricted goes, once nothing carries it.
    fn keep_back(&mut self) -> Result<(), Error> {
        let mut there = Vec::new();
        for term in std::mem::take(&mut self.kept_back) {
            let sentence = "Nothing that everyone may see is filed under it, and WordPress shows its name to everyone, so it stayed behind.";
            self.keep_finding(
                Finding::new(&codes::transfer::TERM_KEPT_BACK, sentence).about(term.clone()),
            )?;
            if self.bundle.ledger(&term)?.is_some() {
                there.push(term);
            }
        }
        let bundle = self.bundle;
        for marks in there.chunks(100) {
            patiently(self.watch, || {
                steps::DELETE.run(|| self.destination.remove(marks))
            })?;
            let forget = || marks.iter().try_for_each(|mark| bundle.forget_placed(mark));
            steps::DELETED.run(|| bundle.together(forget))?;
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

    fn posts(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        let counts = self.bundle.counts()?;
        let comments = counts.comment + counts.trackback + counts.guestbook;
        self.begin(
            "posts and comments",
            counts.post + counts.page + counts.draft + counts.album + counts.list + comments,
        );
        let in_tree = self.page_tree(composer)?;
        let kinds = if composer.repair.is_some() {
            repair::STAND
        } else {
            &[Kind::Post, Kind::Page, Kind::Album, Kind::List]
        };
        self.walk(kinds, |placer, stored| {
            if stored.item.kind() == Kind::Page && in_tree.contains(stored.item.id()) {
                return Ok(());
            }
            placer.post(composer, stored)
        })?;
        self.guestbook(composer)?;
        self.end()
    }

    fn post(&mut self, composer: &Composer<'_>, stored: &Stored) -> Result<(), Error> {
        let Some(composed) = composer.post(stored)? else {
            if composer.gave_up(&stored.item.reference()) {
                return self.leave_behind_with_comments(&stored.item);
            }
            for finding in composer.nothing_amended(stored)? {
                self.keep_finding(finding)?;
            }
            return Ok(());
        };
        self.push(composed)?;
        self.seen += 1;
        // What stands there already has its comments, and those that are put right come by themselves.
        if !matches!(stored.item, Item::Post(_)) || composer.repair.is_some() {
            return Ok(());
        }
        let comments = self.bundle.comments_of(stored.item.id())?;
        for stored_comment in comments_in_thread_order(&comments) {
            if let Item::Comment(comment) = &stored_comment.item {
                match composer.comment(stored_comment, comment, stored.item.reference())? {
                    Some(composed) => self.push(composed)?,
                    None => self.leave_behind(&stored_comment.item.reference())?,
                }
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
                match composer.note(stored, entry)? {
                    Some(composed) => placer.push(composed)?,
                    None => placer.leave_behind(&stored.item.reference())?,
                }
            }
            placer.seen += 1;
            Ok(())
        })
    }

    /// What kills the program each time it is made ready stays behind, so that the rest of the blog can go on.
    fn leave_behind(&mut self, item: &ItemRef) -> Result<(), Error> {
        self.done.parked += 1;
        let sentence = "The program died twice while it made this ready for the new home; it was set aside, with what hangs on it.";
        self.keep_finding(left_behind(item, sentence))
    }

    /// The same for what may have comments, which have nowhere to stand then.
    fn leave_behind_with_comments(&mut self, item: &Item) -> Result<(), Error> {
        self.leave_behind(&item.reference())?;
        if !matches!(item, Item::Post(_)) {
            return Ok(());
        }
        for comment in self.bundle.comments_of(item.id())? {
            let comment = comment.item.reference();
            let row = self.bundle.ledger(&comment)?;
            if !row.is_some_and(|row| row.state.is_there()) {
                let sentence = "It stands under a post that was set aside, as the program died twice while it made that ready for the new home.";
                self.keep_finding(left_behind(&comment, sentence))?;
            }
            self.seen += 1;
        }
        Ok(())
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
        let mut as_foreseen = Vec::new();
        for item in open {
            if let Some(composed) = composer.again(&item)? {
                if self.stands_so(&composed)? {
                    as_foreseen.push((item, composed.open_links));
                } else {
                    self.push(composed)?;
                }
            }
            self.seen += 1;
        }
        let bundle = self.bundle;
        let found = || {
            as_foreseen
                .iter()
                .try_for_each(|(item, open)| bundle.set_open_links(item, *open))
        };
        steps::FORESEEN.run(|| bundle.together(found))?;
        self.end()
    }

    /// Whether this is what was placed, to the letter.
    fn stands_so(&self, composed: &Composed) -> Result<bool, Error> {
        let row = self.bundle.ledger(&composed.placement.mark)?;
        Ok(row.is_some_and(|row| {
            row.state.is_there() && row.fingerprint == composed.placement.fingerprint
        }))
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

fn left_behind(item: &ItemRef, sentence: &str) -> Finding {
    let mut finding = Finding::new(&codes::transfer::KILLED_A_RUN, sentence);
    finding.severity = Severity::Lost;
    finding.about(item.clone())
}
