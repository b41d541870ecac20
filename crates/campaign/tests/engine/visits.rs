//! Reading back as several visitors, placing again what was lost, and work on pictures while more of them come.

use super::{choices, go};
use blog::{
    Audience, Item, ItemRef, Kind, Media,
    doors::{
        Destination, DestinationCard, FindDepth, MediaPrepare, NewHome, Observed, Placed,
        Placement, Removed, SiteWishes, Visitor, WriteError,
    },
};
use campaign::{
    Bundle, Error, Watch,
    report::{Report, Verdict},
    transfer::{self, PackSettings},
    watch::Blind,
};
use std::{
    io::Write,
    path::Path,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use world::{
    home::MemoryHome,
    small::{Given, NoInput, Shelf, now, post, profile, small_blog},
};

/// A home with visitors of another kind, or one that loses what it took.
#[derive(Default)]
struct OddHome {
    home: MemoryHome,
    /// Is gone when the first placing has ended.
    loses: Option<ItemRef>,
    visitor: Option<Arc<dyn Visitor>>,
}

impl Destination for OddHome {
    fn card(&self) -> DestinationCard {
        self.home.card()
    }
    fn open(&mut self, blog: &str) -> Result<NewHome, WriteError> {
        self.home.open(blog)
    }
    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError> {
        self.home.place(batch)
    }
    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        self.home.find(marks, depth)
    }
    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        self.home.remove(marks)
    }
    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError> {
        self.home.settle(wishes)
    }
    fn finish(&mut self) -> Result<(), WriteError> {
        if let Some(lost) = self.loses.take() {
            self.home.kept.remove(&lost).expect("it was placed");
        }
        self.home.finish()
    }
    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError> {
        match &self.visitor {
            Some(visitor) => Ok(Arc::clone(visitor)),
            None => self.home.visitor(),
        }
    }
}

/// Answers whoever asked last first, as soon as so many have asked; fails for some pages, and asks for patience at others.
struct LastFirst {
    home: MemoryHome,
    at_once: usize,
    state: Mutex<Asked>,
    changed: Condvar,
}

#[derive(Default)]
struct Asked {
    asked: Vec<String>,
    waiting: Vec<usize>,
    answered: Vec<usize>,
}

impl LastFirst {
    fn new(home: &MemoryHome, at_once: usize) -> Arc<Self> {
        Arc::new(Self {
            home: home.clone(),
            at_once,
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }
}

impl Visitor for LastFirst {
    fn visit(&self, address: &str, as_owner: bool, to: &mut dyn Write) -> Result<u16, WriteError> {
        let mut state = self.state.lock().expect("no panic while held");
        let me = state.asked.len();
        let is_first = !state.asked.iter().any(|asked| asked == address);
        state.asked.push(address.to_owned());
        state.waiting.push(me);
        self.changed.notify_all();
        // The last few never fill the room: after a while they are answered all the same.
        let not_yet = |state: &mut Asked| {
            state.waiting.last() != Some(&me) || state.waiting.len() < self.at_once
        };
        let patience = Duration::from_millis(50);
        let (mut state, _) = self
            .changed
            .wait_timeout_while(state, patience, not_yet)
            .expect("no panic while held");
        state.waiting.retain(|other| *other != me);
        state.answered.push(me);
        self.changed.notify_all();
        drop(state);
        let number: u32 = address
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .and_then(|number| number.parse().ok())
            .unwrap_or(1);
        match number % 5 {
            0 if is_first => Err(WriteError::Later {
                what: "busy".to_owned(),
                wait_seconds: Some(1),
            }),
            2 | 3 => Ok(500),
            _ => self.home.visit(address, as_owner, to),
        }
    }
}

/// Thirty posts, each linking to the one before it.
fn thirty_posts() -> Given {
    let posts = (0..30).map(|number: u32| {
        let body = format!(
            r#"<p>This is post number {number}, after <a href="http://old.example/blog/p{}.html">the one before</a>.</p>"#,
            number.saturating_sub(1)
        );
        Item::Post(post(&format!("p{number}"), &body))
    });
    Given {
        profile: profile(Audience::Everyone),
        items: posts.collect(),
    }
}

#[test]
fn four_visitors_find_what_one_finds_in_the_same_order_whoever_comes_back_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = OddHome::default();
    go(&bundle, &thirty_posts(), &mut home.home, &Blind).expect("the move");
    let opened = home.open("small").expect("a home");
    let mut findings_of = |visitors: usize| {
        let visitor = LastFirst::new(&home.home, visitors);
        home.visitor = Some(visitor.clone());
        transfer::verify::verify_with(
            &bundle,
            &mut home,
            &opened,
            &choices(),
            now(),
            visitors,
            &Blind,
        )
        .expect("verified");
        let answered = visitor
            .state
            .lock()
            .expect("no panic while held")
            .answered
            .clone();
        let report = Report::of(&bundle).expect("a report");
        (report.account.findings, answered.is_sorted())
    };
    let (of_one, in_order) = findings_of(1);
    assert!(in_order);
    assert_eq!(of_one.len(), 12, "{of_one:?}");
    let (of_four, in_order) = findings_of(4);
    assert!(!in_order, "the answers came in order: nothing is proven");
    assert_eq!(of_four, of_one);
}

/// Never answers, and has the owner lose patience.
struct Deaf(Arc<Impatient>);

impl Visitor for Deaf {
    fn visit(&self, _: &str, _: bool, _: &mut dyn Write) -> Result<u16, WriteError> {
        self.0.0.store(true, Ordering::SeqCst);
        loop {
            std::thread::park();
        }
    }
}

struct Impatient(AtomicBool);

impl Watch for Impatient {
    fn stage(&self, _: campaign::Stage) {}
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn done(&self, _: u64) {}
    fn end(&self) {}
    fn finding(&self, _: &blog::Finding) {}
    fn say(&self, _: &str) {}
    fn stop_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
    fn wait(&self, _: Duration) {}
}

#[test]
fn who_wants_to_stop_need_not_wait_for_a_page_that_never_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = OddHome::default();
    go(&bundle, &small_blog(), &mut home.home, &Blind).expect("the move");
    let opened = home.open("small").expect("a home");
    let watch = Arc::new(Impatient(AtomicBool::new(false)));
    home.visitor = Some(Arc::new(Deaf(Arc::clone(&watch))));
    let stopped = transfer::verify(
        &bundle,
        &mut home,
        &opened,
        &choices(),
        now(),
        watch.as_ref(),
    );
    assert!(matches!(stopped, Err(Error::Interrupted)), "{stopped:?}");
}

#[test]
fn what_a_home_lost_is_placed_once_more_and_the_account_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let lost = ItemRef::new(Kind::Post, "two");
    let mut home = OddHome {
        loses: Some(lost.clone()),
        ..OddHome::default()
    };
    let source = small_blog();
    let settings = PackSettings::default();
    transfer::pack(&bundle, &source, &mut NoInput, &Shelf, settings, &Blind).expect("packed");
    transfer::tidy(&bundle, &Blind).expect("tidied");
    let opened = home.open("small").expect("a home");
    transfer::arrive(&bundle, &mut home, &opened, &choices(), now(), &Blind).expect("arrived");
    assert!(home.home.kept.contains_key(&lost));
    let account = Report::of(&bundle).expect("a report").account;
    assert_eq!(account.counts.open.total(), 0);
    assert_eq!(account.verdict, Verdict::CompleteWithFindings);
    assert!(
        account
            .findings
            .iter()
            .any(|finding| finding.code == "VER-016"),
        "{:?}",
        account.findings
    );
}

/// Counts the pages that it is sent to.
struct Counting(MemoryHome, AtomicUsize);

impl Visitor for Counting {
    fn visit(&self, address: &str, as_owner: bool, to: &mut dyn Write) -> Result<u16, WriteError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.visit(address, as_owner, to)
    }
}

#[test]
fn a_run_with_nothing_new_visits_no_page_unless_the_owner_changed_something() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = OddHome::default();
    let source = small_blog();
    let settings = PackSettings::default();
    transfer::pack(&bundle, &source, &mut NoInput, &Shelf, settings, &Blind).expect("packed");
    transfer::tidy(&bundle, &Blind).expect("tidied");
    let opened = home.open("small").expect("a home");
    transfer::arrive(&bundle, &mut home, &opened, &choices(), now(), &Blind).expect("arrived");
    let before = Report::of(&bundle).expect("a report").account;
    let mut pages_of_a_run = || {
        let counting = Arc::new(Counting(home.home.clone(), AtomicUsize::new(0)));
        home.visitor = Some(Arc::clone(&counting) as Arc<dyn Visitor>);
        transfer::arrive(&bundle, &mut home, &opened, &choices(), now(), &Blind).expect("arrived");
        let two = ItemRef::new(Kind::Post, "two");
        home.home.kept.get_mut(&two).expect("it stands").edited = true;
        counting.1.load(Ordering::SeqCst)
    };
    assert_eq!(pages_of_a_run(), 0, "everything is there as it was sent");
    let after = Report::of(&bundle).expect("a report").account;
    assert_eq!(after.counts, before.counts);
    assert_eq!(after.findings.len(), before.findings.len());
    assert!(pages_of_a_run() > 0, "a change is looked at closely");
    let changed = Report::of(&bundle).expect("a report").account;
    assert!(
        changed
            .findings
            .iter()
            .any(|finding| finding.code == "VER-002"),
        "{:?}",
        changed.findings
    );
}

// ------------------------------------------------------------ work ahead

/// Notes what it was given, and whether its bytes were there.
struct Diary(Mutex<Vec<(String, String)>>);

impl MediaPrepare for Diary {
    fn threads(&self) -> usize {
        2
    }
    fn prepare(&self, file: &Path, hash: &str, media_type: &str) {
        let bytes = std::fs::read(file).expect("the file is in the bundle");
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), hash);
        let mut seen = self.0.lock().expect("no panic while held");
        seen.push((
            String::from_utf8_lossy(&bytes).into_owned(),
            media_type.to_owned(),
        ));
    }
}

#[test]
fn every_picture_that_was_fetched_is_worked_on_before_packing_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut source = small_blog();
    let pictures = (0..20)
        .map(|number| Item::Media(Media::at(format!("http://old.example/more-{number}.png"))));
    source.items.extend(pictures);
    let diary = Diary(Mutex::default());
    let settings = PackSettings {
        prepare: Some(&diary),
        ..PackSettings::default()
    };
    transfer::pack(&bundle, &source, &mut NoInput, &Shelf, settings, &Blind).expect("packed");
    let mut seen = diary.0.into_inner().expect("no panic while held");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 21, "twenty and a.png, not the one that is gone");
    assert!(seen.iter().all(|(_, media_type)| media_type == "image/png"));
}

/// Takes a while for each.
struct Slow(AtomicUsize);

impl MediaPrepare for Slow {
    fn threads(&self) -> usize {
        1
    }
    fn prepare(&self, _: &Path, _: &str, _: &str) {
        std::thread::sleep(Duration::from_millis(30));
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Wants to stop, but only after the last picture has come.
struct StopsAtTheEnd {
    pictures: u64,
    all_came: AtomicUsize,
}

impl campaign::Watch for StopsAtTheEnd {
    fn stage(&self, _: campaign::Stage) {}
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn done(&self, count: u64) {
        if count == self.pictures {
            self.all_came.store(1, Ordering::SeqCst);
        }
    }
    fn end(&self) {}
    fn finding(&self, _: &blog::Finding) {}
    fn say(&self, _: &str) {}
    fn stop_asked(&self) -> bool {
        // The first question after it is the loop's own.
        self.all_came.load(Ordering::SeqCst) > 0 && self.all_came.fetch_add(1, Ordering::SeqCst) > 1
    }
    fn wait(&self, _: Duration) {}
}

#[test]
fn who_wants_to_stop_does_not_wait_for_all_the_work_on_pictures_that_came() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut source = small_blog();
    let pictures = (0..60)
        .map(|number| Item::Media(Media::at(format!("http://old.example/more-{number}.png"))));
    source.items.extend(pictures);
    let slow = Slow(AtomicUsize::default());
    let settings = PackSettings {
        prepare: Some(&slow),
        ..PackSettings::default()
    };
    let watch = StopsAtTheEnd {
        pictures: 62,
        all_came: AtomicUsize::default(),
    };
    let outcome = transfer::pack(&bundle, &source, &mut NoInput, &Shelf, settings, &watch);
    assert!(matches!(outcome, Err(campaign::Error::Interrupted)));
    let worked_on = slow.0.load(Ordering::SeqCst);
    assert!(worked_on < 61, "all {worked_on} were waited for");
}
