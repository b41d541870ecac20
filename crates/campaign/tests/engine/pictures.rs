//! Fetching pictures from several hosts at a time.

use blog::{
    Audience, Item, ItemRef, Kind, Media,
    doors::{Arrival, FetchedMedia, Halt, MediaError, MediaFetch},
};
use campaign::{
    Bundle, Error,
    transfer::{self, PackSettings},
    watch::Blind,
};
use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};
use world::small::{Given, NoInput, Shelf, profile};

const OF_EACH_HOST: usize = 60;

/// Long enough for sixty pictures, and a test that fails need not hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// A slow host answers nothing before the quick one has delivered everything.
#[derive(Default)]
struct TwoHosts {
    quick: Mutex<usize>,
    all_quick: Condvar,
    /// Whether the slow host gave up waiting.
    held_up: Mutex<bool>,
}

impl MediaFetch for TwoHosts {
    fn fetch(&self, address: &str, to: &mut dyn Arrival) -> Result<FetchedMedia, MediaError> {
        let mut quick = self.quick.lock().unwrap_or_else(PoisonError::into_inner);
        if address.contains("//quick.example/") {
            *quick += 1;
            self.all_quick.notify_all();
        } else {
            let wait = self
                .all_quick
                .wait_timeout_while(quick, PATIENCE, |quick| *quick < OF_EACH_HOST);
            if let Ok((_, over)) = wait
                && over.timed_out()
                && let Ok(mut held_up) = self.held_up.lock()
            {
                *held_up = true;
            }
        }
        Shelf.fetch(address, to)
    }
}

#[test]
fn pictures_of_a_slow_host_never_hold_up_those_of_a_quick_one() {
    let media = |host: &str, number: usize| {
        let mut media = Media::at(format!("http://{host}.example/{host}-{number}.png"));
        media.audience = Audience::Everyone;
        media.used_by = Some(ItemRef::new(Kind::Post, "one"));
        Item::Media(media)
    };
    let of = |host: &'static str| (0..OF_EACH_HOST).map(move |number| media(host, number));
    let source = Given {
        profile: profile(Audience::Everyone),
        items: of("slow").chain(of("quick")).collect(),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let shelf = TwoHosts::default();
    let settings = PackSettings::default();
    transfer::pack(&bundle, &source, &mut NoInput, &shelf, settings, &Blind).expect("packed");
    assert!(bundle.wanted_media().expect("the store").is_empty());
    assert!(!*shelf.held_up.lock().expect("not poisoned"));
}

/// The owner asks to stop while a picture of the slow host is waited for.
struct Stopping;

impl MediaFetch for Stopping {
    fn fetch(&self, address: &str, to: &mut dyn Arrival) -> Result<FetchedMedia, MediaError> {
        match address.contains("//slow.example/") {
            true => Err(MediaError::Halt(Halt::Asked)),
            false => Shelf.fetch(address, to),
        }
    }
}

#[test]
fn a_picture_that_was_not_waited_for_is_no_missing_one_and_comes_with_the_next_run() {
    let media = |host: &str| Item::Media(Media::at(format!("http://{host}.example/1.png")));
    let source = Given {
        profile: profile(Audience::Everyone),
        items: vec![media("slow"), media("quick")],
    };
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let settings = PackSettings::default();
    let pack = |shelf: &dyn MediaFetch| {
        transfer::pack(&bundle, &source, &mut NoInput, shelf, settings, &Blind)
    };
    let stopped = pack(&Stopping);
    assert!(matches!(stopped, Err(Error::Interrupted)), "{stopped:?}");
    let wanted = bundle.wanted_media().expect("the store");
    let is_slow = |wanted: &campaign::bundle::WantedMedia| wanted.id.contains("slow");
    assert!(wanted.iter().any(is_slow), "{wanted:?}");
    assert!(bundle.findings().expect("the store").is_empty());
    pack(&Shelf).expect("packed");
    assert!(bundle.wanted_media().expect("the store").is_empty());
}
