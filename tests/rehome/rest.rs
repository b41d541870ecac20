//! A whole move without the plugin while answers are lost: the new home ends as if none had been.

use crate::program::repository;
use crate::stories::Site;
use blog::doors::{
    Destination, DestinationCard, FindDepth, Narrowing, NewHome, Observed, Placed, Placement,
    Removed, SiteWishes, Visitor, WriteError,
};
use blog::{ItemRef, Secret};
use campaign::{Bundle, Choices, bundle::State, report, transfer, watch::Blind};
use jiff::Timestamp;
use platforms::destinations::wordpress_rest::{Settings, WordPressRest};
use std::sync::Arc;

/// A destination of which every second answer is lost: of some batches all was done, of others half.
struct Forgetful {
    inner: WordPressRest,
    calls: usize,
}

impl Destination for Forgetful {
    fn card(&self) -> DestinationCard {
        self.inner.card()
    }

    fn open(&mut self, blog: &str) -> Result<NewHome, WriteError> {
        self.inner.open(blog)
    }

    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError> {
        self.calls += 1;
        let done = match self.calls % 4 {
            1 => batch,
            3 => &batch[..batch.len() / 2],
            _ => return self.inner.place(batch),
        };
        self.inner.place(done)?;
        Err(WriteError::Unknown("the answer was lost".to_owned()))
    }

    fn fence(&mut self) -> Result<bool, WriteError> {
        self.inner.fence()
    }

    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        self.inner.find(marks, depth)
    }

    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        self.inner.remove(marks)
    }

    fn remove_twins(&mut self, marks: &[ItemRef]) -> Result<u64, WriteError> {
        self.inner.remove_twins(marks)
    }

    fn narrow(&mut self, wishes: &[Narrowing]) -> Result<Vec<bool>, WriteError> {
        self.inner.narrow(wishes)
    }

    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError> {
        self.inner.settle(wishes)
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        self.inner.finish()
    }

    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError> {
        self.inner.visitor()
    }
}

#[test]
fn lost_answers_double_nothing_and_lose_nothing_without_the_plugin() {
    let Some(site) = Site::take_by("rest") else {
        return;
    };
    let folder = site.bundle("forgetful");
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    let media = repository("fixtures/movable-type/kitchen-notes-media");
    let packed = site.run(&[
        "pack",
        export.to_str().expect("a path"),
        "--media",
        media.to_str().expect("a path"),
        "--bundle",
        folder.to_str().expect("a path"),
    ]);
    assert_eq!(packed.status, 0, "{}", packed.err);
    let bundle = Bundle::open(&folder).expect("the bundle");
    transfer::tidy(&bundle, &Blind).expect("tidied");
    let password = Secret::new(site.password.clone());
    let mut home = Forgetful {
        inner: WordPressRest::new(&site.url, &site.user, password, Settings::default()),
        calls: 0,
    };
    let blog = bundle.profile().expect("a profile").identity.name();
    let opened = home.open(&blog).expect("an open home");
    let now = Timestamp::now();
    transfer::arrive(
        &bundle,
        &mut home,
        &opened,
        &Choices::default(),
        now,
        &Blind,
    )
    .expect("arrived");
    assert!(home.calls > 4, "too few answers were lost to tell");
    let account = report::account(&bundle).expect("an account");
    assert_eq!(account.counts.open.total(), 0, "{}", account.sentence);
    let rows = bundle.ledger_in(&State::ALL).expect("the ledger");
    let marks: Vec<ItemRef> = rows.into_iter().map(|row| row.item).collect();
    let found = home.find(&marks, FindDepth::Mark).expect("found");
    assert!(
        found
            .iter()
            .flatten()
            .all(|observed| observed.twins == 0 && !observed.edited)
    );
    transfer::undo(&bundle, &mut home, &Blind).expect("undone");
    let left = home.find(&marks, FindDepth::Mark).expect("found");
    assert!(left.iter().all(Option::is_none), "{left:?}");
}
