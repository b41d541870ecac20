//! Reading into a bundle.

use super::{Bundle, DEATHS_MAX, Fact, Hand, items::Kept};
use crate::{Error, Stage, Watch};
use blog::{
    Audience, Finding, Item, Profile, Severity, codes,
    doors::{Depth, Halt, Intake, Original},
};
use rusqlite::Connection;
use std::{cell::RefCell, rc::Rc};

/// How many items are committed together: one durable write costs as much as hundreds of rows.
const ITEMS_A_COMMIT: u32 = 400;

/// An intake that keeps everything in a bundle.
pub struct BundleIntake<'a> {
    bundle: &'a Bundle,
    watch: &'a dyn Watch,
    reading: i64,
    /// What this reading said so far of who may see the blog.
    audience: Option<Audience>,
    uncommitted: u32,
    new: u64,
    changed: u64,
    total: Option<Option<u64>>,
    hand: Rc<RefCell<Hand>>,
}

impl<'a> BundleIntake<'a> {
    /// Starts a new reading.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn start(bundle: &'a Bundle, watch: &'a dyn Watch) -> Result<Self, Error> {
        let reading = bundle.fact::<i64>(Fact::Reading)?.unwrap_or(0) + 1;
        bundle.set_fact(Fact::Reading, &reading)?;
        begin(&bundle.store)?;
        Ok(Self {
            bundle,
            watch,
            reading,
            audience: None,
            uncommitted: 0,
            new: 0,
            changed: 0,
            total: None,
            hand: Rc::new(RefCell::new(bundle.hand("read")?)),
        })
    }

    /// Ends the reading; `whole` when the source came to its end. Answers how many items were new and how many had changed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end(self, whole: bool) -> Result<(u64, u64), Error> {
        if whole {
            self.bundle.set_fact(Fact::WholeReading, &self.reading)?;
            self.bundle.survived_reading()?;
        }
        self.hand.borrow_mut().rest()?;
        self.bundle.store.execute_batch("COMMIT")?;
        if self.total.is_some() {
            self.watch.end();
        }
        Ok((self.new, self.changed))
    }

    /// The hand that reads, for whoever opens what is read.
    pub(crate) fn hand(&self) -> Rc<RefCell<Hand>> {
        Rc::clone(&self.hand)
    }

    /// Writes, without a note of what is read.
    fn written(&mut self, write: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Halt> {
        let hand = self.hand();
        let written = hand.borrow_mut().meanwhile(|| write(self));
        written.and_then(|written| written).map_err(could_not_keep)
    }

    fn note(&mut self, place: &str) -> Result<bool, Error> {
        let mut hand = self.hand.borrow_mut();
        let task = hand.part(place);
        if self.bundle.deaths(&task) < Some(DEATHS_MAX) {
            hand.begin(&task)?;
            return Ok(true);
        }
        hand.passes_over()?;
        let sentence = "The program died twice while it read this part of the input; it was kept aside unread.";
        let mut finding = Finding::new(&codes::transfer::KILLED_A_RUN, sentence).at(place);
        finding.severity = Severity::Lost;
        if self.bundle.keep_finding(Stage::Pack, &finding)? {
            self.watch.finding(&finding);
        }
        Ok(false)
    }

    fn count_one(&mut self) -> Result<(), Error> {
        self.uncommitted += 1;
        if self.uncommitted >= ITEMS_A_COMMIT {
            self.bundle.store.execute_batch("COMMIT")?;
            begin(&self.bundle.store)?;
            self.uncommitted = 0;
        }
        Ok(())
    }

    /// What one reading says of the blog's audience only narrows; the next reading says it anew.
    fn keep_profile(&mut self, mut profile: Profile) -> Result<(), Error> {
        if let Some(said) = self.audience {
            profile.audience = profile.audience.narrower(said);
        }
        self.audience = Some(profile.audience);
        self.bundle.set_fact(Fact::Profile, &profile)
    }

    fn keep(&mut self, item: Item, original: Original<'_>) -> Result<(), Error> {
        let item = item.without_keys();
        let reference = item.reference();
        match self.bundle.keep_item(item, original, self.reading)? {
            Kept::New => self.new += 1,
            Kept::Changed => {
                self.changed += 1;
                self.bundle.forgive(&reference)?;
            }
            Kept::Same | Kept::Grown => {}
        }
        self.count_one()
    }
}

fn begin(store: &Connection) -> Result<(), Error> {
    Ok(store.execute_batch("BEGIN IMMEDIATE")?)
}

fn could_not_keep(error: Error) -> Halt {
    Halt::CouldNotKeep(error.to_string())
}

impl Intake for BundleIntake<'_> {
    fn depth(&self) -> Depth {
        Depth::Full
    }

    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        self.keep_profile(profile).map_err(could_not_keep)
    }

    fn may_read(&mut self, place: &str) -> Result<bool, Halt> {
        self.note(place).map_err(could_not_keep)
    }

    fn item(&mut self, item: Item, original: Original<'_>) -> Result<(), Halt> {
        self.written(|intake| intake.keep(item, original))
    }

    fn finding(&mut self, finding: Finding) -> Result<(), Halt> {
        self.watch.finding(&finding);
        self.written(|intake| {
            intake.bundle.keep_finding(Stage::Pack, &finding)?;
            intake.count_one()
        })
    }

    fn aside(&mut self, original: Original<'_>) -> Result<(), Halt> {
        self.written(|intake| {
            let bytes = &mut { original.bytes };
            intake.bundle.keep_aside(original.place, bytes)?;
            intake.count_one()
        })
    }

    fn progress(&mut self, done: u64, total: Option<u64>) -> Result<(), Halt> {
        if self.total != Some(total) {
            self.total = Some(total);
            self.watch.begin("reading", total);
        }
        self.watch.done(done);
        if self.watch.stop_asked() {
            Err(Halt::Asked)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bundle, BundleIntake};
    use crate::watch::Blind;
    use blog::{
        Audience, Item, ItemRef, Kind, Media,
        doors::{Intake, Original},
    };

    const ORIGINAL: Original<'static> = Original {
        bytes: b"",
        media_type: "text/plain",
        place: "here",
    };

    /// The lab `killpoints` saw pictures of posts that were hidden at the source stay public.
    #[test]
    fn a_picture_is_as_hidden_as_the_latest_reading_says() {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        for (audiences, holds) in [
            (
                [Audience::Owner, Audience::Everyone, Audience::Friends],
                Audience::Everyone,
            ),
            ([Audience::Owner; 3], Audience::Owner),
        ] {
            let mut intake = BundleIntake::start(&bundle, &Blind).expect("a reading");
            for audience in audiences {
                let mut media = Media::at("picture");
                media.audience = audience;
                intake.item(Item::Media(media), ORIGINAL).expect("kept");
            }
            intake.end(true).expect("read");
            let item = bundle
                .row(&ItemRef::new(Kind::Media, "picture"))
                .expect("readable")
                .expect("there")
                .item;
            assert!(matches!(item, Item::Media(media) if media.audience == holds));
        }
    }
}
