//! Effects at a new home whose answers get lost, come late, come cut, or never: nothing is doubled, nothing is missing.

use super::{choices, go};
use blog::{
    ItemRef, Kind,
    doors::{Destination, Thing, WriteError},
};
use campaign::{
    Bundle, Error, Watch,
    bundle::{State, Task},
    report::Report,
    transfer,
};
use jiff::Timestamp;
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use world::{
    home::{Clock, HomeFaults, MemoryHome, SETTLE_SECONDS},
    small::{comment, now, post, small_blog},
};

/// Lets simulated time pass while it waits, and asks to stop at the n-th opportunity.
struct Simulated {
    clock: Clock,
    stop_at: AtomicU32,
    waited: AtomicU32,
    said: Mutex<String>,
}

impl Simulated {
    fn of(home: &MemoryHome) -> Self {
        Self::stopping_at(home, u32::MAX)
    }

    fn stopping_at(home: &MemoryHome, opportunity: u32) -> Self {
        Self {
            clock: home.clock.clone(),
            stop_at: AtomicU32::new(opportunity),
            waited: AtomicU32::new(0),
            said: Mutex::default(),
        }
    }

    /// Seconds waited, in all.
    fn waited(&self) -> u32 {
        self.waited.load(Ordering::SeqCst) / 1000
    }
}

impl Watch for Simulated {
    fn stage(&self, _: campaign::Stage) {}
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn done(&self, _: u64) {}
    fn end(&self) {}
    fn finding(&self, _: &blog::Finding) {}
    fn say(&self, sentence: &str) {
        self.said.lock().expect("unbroken").push_str(sentence);
    }
    fn stop_asked(&self) -> bool {
        let left = |left: u32| left.checked_sub(1);
        self.stop_at
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, left)
            .is_err()
    }
    fn wait(&self, pause: Duration) {
        self.clock.pass(pause);
        let millis = u32::try_from(pause.as_millis()).expect("no endless wait");
        self.waited.fetch_add(millis, Ordering::SeqCst);
    }
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// What a home holds, ids aside: each mark with what a reader sees.
fn holds(home: &MemoryHome) -> Vec<(ItemRef, String)> {
    let seen = |thing: &Thing| match thing {
        Thing::Post(post) => format!("{:?} {}", post.status, links_without_ids(&post.content)),
        Thing::Comment(comment) => comment.content.clone(),
        Thing::Term(term) => term.name.clone(),
        Thing::Media(media) => media.hash.clone(),
        Thing::Amend(amended) => amended.content.clone(),
    };
    let kept = home.kept.iter();
    kept.map(|(mark, kept)| (mark.clone(), seen(&kept.placement.thing)))
        .collect()
}

/// Ids fall in the order of arrival, which faults change.
fn links_without_ids(content: &str) -> String {
    content
        .chars()
        .filter(|character| !character.is_ascii_digit())
        .collect()
}

fn whole() -> MemoryHome {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut home = MemoryHome::default();
    let watch = Simulated::of(&home);
    go(&bundle, &small_blog(), &mut home, &watch).expect("the move");
    home
}

fn open_items(bundle: &Bundle) -> u64 {
    let report = Report::of(bundle).expect("a report");
    report.account.counts.open.total()
}

fn faults() -> Vec<(&'static str, HomeFaults)> {
    let none = HomeFaults::default;
    vec![
        (
            "lost",
            HomeFaults {
                lose_answer_every: 2,
                ..none()
            },
        ),
        (
            "all lost",
            HomeFaults {
                lose_answer_every: 1,
                ..none()
            },
        ),
        (
            "cut",
            HomeFaults {
                cut_answer_every: 2,
                ..none()
            },
        ),
        (
            "late",
            HomeFaults {
                late_every: 2,
                late_seconds: 30,
                ..none()
            },
        ),
        (
            "just in time",
            HomeFaults {
                late_every: 3,
                late_seconds: 58,
                ..none()
            },
        ),
        (
            "refused",
            HomeFaults {
                refuse_every: 2,
                ..none()
            },
        ),
        (
            "busy",
            HomeFaults {
                busy_every: 2,
                busy_seconds: Some(30),
                ..none()
            },
        ),
        (
            "everything at once",
            HomeFaults {
                lose_answer_every: 5,
                cut_answer_every: 3,
                late_every: 4,
                late_seconds: 45,
                refuse_every: 7,
                busy_every: 11,
                ..none()
            },
        ),
    ]
}

/// The kinds of homes there are: with unique marks and a fence, with unique marks only, with neither.
fn homes(faults: &HomeFaults) -> [MemoryHome; 3] {
    [(true, false), (false, false), (false, true)].map(|(fenced, twins_possible)| {
        let mut home = MemoryHome::default();
        home.faults = faults.clone();
        (home.fenced, home.twins_possible) = (fenced, twins_possible);
        home
    })
}

#[test]
fn whatever_happens_to_answers_everything_is_there_once() {
    let whole = holds(&whole());
    for (name, faults) in faults() {
        for mut home in homes(&faults) {
            let folder = tempfile::tempdir().expect("a folder");
            let bundle = Bundle::create(folder.path()).expect("a bundle");
            let watch = Simulated::of(&home);
            go(&bundle, &small_blog(), &mut home, &watch).expect(name);
            home.clock.pass(Duration::from_secs(3600));
            home.call();
            assert_eq!(holds(&home), whole, "{name}");
            let said = watch.said.lock().expect("unbroken");
            assert!(!said.contains("Post "), "a title was said: {said}");
            assert!(home.twins.is_empty(), "{name}: {:?}", home.twins);
            assert!(home.is_quiet());
            assert_eq!(open_items(&bundle), 0, "{name}");
        }
    }
}

#[test]
fn a_move_stopped_at_every_opportunity_under_faults_ends_the_same() {
    let whole = holds(&whole());
    let telling = |(name, _): &(&str, _)| matches!(*name, "late" | "everything at once");
    for (name, faults) in faults().into_iter().filter(telling) {
        let mut stopped = 0;
        for opportunity in 0.. {
            let mut interrupted = false;
            let [fenced, _, doubling] = homes(&faults);
            for mut home in [fenced, doubling] {
                let folder = tempfile::tempdir().expect("a folder");
                let bundle = Bundle::create(folder.path()).expect("a bundle");
                let watch = Simulated::stopping_at(&home, opportunity);
                match go(&bundle, &small_blog(), &mut home, &watch) {
                    Err(Error::Interrupted) => interrupted = true,
                    other => {
                        other.expect(name);
                    }
                }
                let watch = Simulated::of(&home);
                go(&bundle, &small_blog(), &mut home, &watch).expect(name);
                home.clock.pass(Duration::from_secs(3600));
                home.call();
                let at = format!("{name}, stopped at {opportunity}");
                assert_eq!(holds(&home), whole, "{at}");
                assert!(home.twins.is_empty(), "{at}");
                assert_eq!(open_items(&bundle), 0, "{at}");
            }
            if !interrupted {
                break;
            }
            stopped += 1;
        }
        assert!(stopped > 10, "{name}: stopped at {stopped} places only");
    }
}

#[test]
fn an_unknown_effect_is_waited_for_where_nothing_shuts_it_out_and_not_a_second_where_something_does()
 {
    let faults = HomeFaults {
        late_every: 4,
        late_seconds: 50,
        ..HomeFaults::default()
    };
    let [mut fenced, mut open, _] = homes(&faults);
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let watch = Simulated::of(&fenced);
    go(&bundle, &small_blog(), &mut fenced, &watch).expect("the move");
    assert!(watch.waited() < 10, "waited {} s", watch.waited());
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let watch = Simulated::of(&open);
    go(&bundle, &small_blog(), &mut open, &watch).expect("the move");
    assert!(u64::from(watch.waited()) >= SETTLE_SECONDS - 2);
}

#[test]
fn a_request_later_than_any_settle_time_is_found_by_the_sweep_of_the_next_run() {
    let faults = HomeFaults {
        late_every: 4,
        late_seconds: 300,
        ..HomeFaults::default()
    };
    let [_, _, mut home] = homes(&faults);
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let watch = Simulated::of(&home);
    go(&bundle, &small_blog(), &mut home, &watch).expect("the move");
    home.faults = HomeFaults::default();
    home.clock.pass(Duration::from_secs(300));
    home.call();
    assert!(!home.twins.is_empty(), "no settle time covers this");
    go(&bundle, &small_blog(), &mut home, &watch).expect("the next run");
    assert!(home.twins.is_empty(), "{:?}", home.twins);
}

#[test]
fn an_item_that_keeps_failing_is_set_aside_with_its_reason_and_tried_again_by_the_next_run() {
    let poison = ItemRef::new(Kind::Post, "two");
    let mut home = MemoryHome::default();
    home.faults.poison = BTreeSet::from([poison.clone()]);
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let watch = Simulated::of(&home);
    let done = go(&bundle, &small_blog(), &mut home, &watch).expect("the blog goes on");
    assert_eq!(done.parked, 1);
    assert_eq!(home.kept.len(), 6, "everything else is there");
    let row = bundle.ledger(&poison).expect("read").expect("a row");
    assert_eq!((row.state, row.failures), (State::Parked, 8));
    let report = Report::of(&bundle).expect("a report").account;
    assert_eq!(report.counts.open.total(), 1);
    let said = |finding: &&blog::Finding| finding.code == "MOV-017";
    let finding = report.findings.iter().find(said).expect("it is named");
    assert!(finding.sentence.contains("answered 500"), "{finding:?}");
    let batches = home.batches;
    go(&bundle, &small_blog(), &mut home, &watch).expect("the second run");
    assert_eq!(home.batches, batches + 1, "one more try, by itself");
    home.faults.poison.clear();
    go(&bundle, &small_blog(), &mut home, &watch).expect("the third run");
    assert_eq!(open_items(&bundle), 0);
}

#[test]
fn a_home_that_takes_nothing_at_all_ends_the_run_before_a_whole_blog_is_set_aside() {
    let mut home = MemoryHome::default();
    home.faults.refuse_every = 1;
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let watch = Simulated::of(&home);
    let mut many = small_blog();
    let ids: Vec<String> = (0..40).map(|number| format!("more-{number}")).collect();
    many.items.extend(
        ids.iter()
            .map(|id| blog::Item::Post(post(id, "<p>More.</p>"))),
    );
    let outcome = go(&bundle, &many, &mut home, &watch);
    assert!(matches!(outcome, Err(Error::Write(WriteError::NotDone(_)))));
    let parked = bundle.count_ledger_in(&[State::Parked]).expect("read");
    assert!(parked <= 3, "{parked} were set aside");
    home.faults.refuse_every = 0;
    go(&bundle, &many, &mut home, &watch).expect("the next run");
    assert_eq!(open_items(&bundle), 0);
}

#[test]
fn a_closed_home_burns_no_tries_and_above_the_patience_the_run_ends_with_the_time_to_come_back() {
    let mut home = MemoryHome::default();
    home.faults.busy_every = 1;
    home.faults.busy_seconds = Some(7200);
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let watch = Simulated::of(&home);
    let error = go(&bundle, &small_blog(), &mut home, &watch).expect_err("two hours are too long");
    assert!(
        error.to_string().contains("come back in 120 min"),
        "{error}"
    );
    for row in bundle.ledger_in(&State::ALL).expect("read") {
        assert_eq!(row.failures, 0, "{row:?}");
    }
    home.faults.busy_every = 0;
    go(&bundle, &small_blog(), &mut home, &watch).expect("the next run");
    assert_eq!(open_items(&bundle), 0);
}

#[test]
fn a_run_that_found_nothing_new_asks_for_the_fence_and_nothing_else_of_the_ledger() {
    let mut home = MemoryHome::default();
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let watch = Simulated::of(&home);
    let mut source = small_blog();
    source.items.push(comment("c3", "two", None));
    go(&bundle, &source, &mut home, &watch).expect("the move");
    let opened = home.open("small").expect("opened");
    let calls = home.calls;
    transfer::place(&bundle, &mut home, &opened, &choices(), now(), &watch).expect("again");
    assert_eq!(
        home.calls - calls,
        2,
        "the fence, and the picture that is missing"
    );
}

#[test]
fn a_text_that_killed_two_runs_by_itself_moves_as_it_is_written() {
    let mut home = MemoryHome::default();
    let folder = tempfile::tempdir().expect("a folder");
    let watch = Simulated::of(&home);
    let killer = ItemRef::new(Kind::Post, "three");
    let bundle = killed_twice(folder.path(), &Task::tidying(&killer));
    go(&bundle, &small_blog(), &mut home, &watch).expect("the move");
    let Thing::Post(post) = &home.kept[&killer].placement.thing else {
        panic!("a post was placed");
    };
    assert!(
        post.content.contains("&lt;p&gt;The third"),
        "{}",
        post.content
    );
    let report = Report::of(&bundle).expect("a report").account;
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.code == "MOV-021")
    );
    assert_eq!(report.counts.open.total(), 0);
}

/// A bundle of which two runs died.
pub(super) fn killed_twice(folder: &Path, task: &Task) -> Bundle {
    for _ in 0..2 {
        let bundle = Bundle::create(folder).expect("a bundle");
        let mut hand = bundle.hand("one").expect("a hand");
        hand.begin(task).expect("noted");
    }
    Bundle::create(folder).expect("a bundle")
}

#[test]
fn what_killed_two_runs_while_it_was_made_ready_stays_behind_and_the_rest_arrives() {
    let mut home = MemoryHome::default();
    let folder = tempfile::tempdir().expect("a folder");
    let watch = Simulated::of(&home);
    let killer = ItemRef::new(Kind::Post, "three");
    let bundle = killed_twice(folder.path(), &Task::composing(&killer));
    go(&bundle, &small_blog(), &mut home, &watch).expect("the move");
    assert!(!home.kept.contains_key(&killer));
    assert!(home.kept.contains_key(&ItemRef::new(Kind::Post, "two")));
    let report = Report::of(&bundle).expect("a report").account;
    let told = |finding: &&blog::Finding| finding.item.as_ref() == Some(&killer);
    let told = report.findings.iter().find(told).expect("a finding");
    assert_eq!(
        (told.code.as_str(), told.severity),
        ("MOV-021", blog::Severity::Lost)
    );
    assert_eq!((report.counts.open.post, report.counts.left.post), (0, 1));
}

#[test]
fn a_picture_that_killed_two_runs_is_not_asked_for_again() {
    let mut home = MemoryHome::default();
    let folder = tempfile::tempdir().expect("a folder");
    let watch = Simulated::of(&home);
    let source = small_blog();
    let picture = source.items.iter().find(|item| item.kind() == Kind::Media);
    let picture = picture.expect("a picture").reference();
    let bundle = killed_twice(folder.path(), &Task::fetching(&picture.id));
    go(&bundle, &source, &mut home, &watch).expect("the move");
    assert!(!home.kept.contains_key(&picture));
    let stored = bundle.stored_media(&picture.id).expect("readable");
    assert_eq!(
        stored.expect("told").reason,
        "the program died twice while it fetched it"
    );
}
