//! Fetching pictures from several hosts at a time.

use blog::{
    Audience, Item, ItemRef, Kind, Media,
    doors::{FetchedMedia, MediaError, MediaFetch},
};
use campaign::{
    Bundle,
    transfer::{self, PackSettings},
    watch::Blind,
};
use std::{
    io::Write,
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
    fn fetch(&self, address: &str, to: &mut dyn Write) -> Result<FetchedMedia, MediaError> {
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
