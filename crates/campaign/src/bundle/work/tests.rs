//! What runs died of, and what they did not.

use super::{Bundle, DEATHS_MAX, Task};
use crate::{bundle::BundleIntake, watch::Blind};
use blog::{ItemRef, Kind, doors::Intake};

fn post(id: &str) -> Task {
    Task::composing(&ItemRef::new(Kind::Post, id))
}

#[test]
fn what_kills_run_after_run_is_known_after_the_second_time_and_its_neighbours_are_not_blamed() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || Bundle::create(folder.path()).expect("a bundle");
    let run = |tasks: &[&Task]| {
        let bundle = open();
        let known: Vec<_> = tasks.iter().map(|task| bundle.deaths(task)).collect();
        // The run dies: nobody takes the notes away.
        for (number, task) in tasks.iter().enumerate() {
            let mut hand = bundle.hand(&format!("hand-{number}")).expect("a hand");
            hand.begin(task).expect("noted");
        }
        known
    };
    let (good, killer) = (post("good"), post("killer"));
    assert_eq!(run(&[&good, &killer]), [None, None]);
    // The next one takes each by itself.
    let bundle = open();
    assert_eq!(bundle.deaths(&good), Some(0));
    let mut hand = bundle.hand("one").expect("a hand");
    hand.begin(&good).expect("noted");
    hand.rest().expect("noted");
    bundle.survived(&good).expect("written");
    assert_eq!(bundle.deaths(&good), None);
    drop((hand, bundle));
    // It dies of the killer alone, twice.
    assert_eq!(run(&[&killer]), [Some(0)]);
    assert_eq!(run(&[&killer]), [Some(1)]);
    let bundle = open();
    assert_eq!(bundle.deaths(&killer), Some(DEATHS_MAX));
    assert_eq!(bundle.deaths(&good), None);
    // Another version of the program may live through it.
    let other = "UPDATE work SET id = '0.0.0' WHERE kind = 'program'";
    bundle.store.execute(other, []).expect("written");
    drop(bundle);
    assert_eq!(open().deaths(&killer), None);
}

#[test]
fn a_part_is_not_to_blame_for_two_kills_with_a_whole_reading_between_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (read, open) = (Task::reading("page", ""), || {
        Bundle::create(folder.path()).expect("a bundle")
    });
    for _ in 0..3 {
        let bundle = open();
        let mut intake = BundleIntake::start(&bundle, &Blind).expect("a reading");
        assert!(intake.may_read("page").expect("noted"));
        // It is killed.
        drop(intake);
        drop(bundle);
        let bundle = open();
        assert_eq!(bundle.deaths(&read), Some(1));
        let mut intake = BundleIntake::start(&bundle, &Blind).expect("a reading");
        assert!(intake.may_read("page").expect("noted"));
        intake.end(true).expect("read");
        assert_eq!(bundle.deaths(&read), None);
    }
}

#[test]
fn what_is_written_meanwhile_is_no_work_on_the_task() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut hand = bundle.hand("one").expect("a hand");
    hand.begin(&post("1")).expect("noted");
    let note = folder.path().join("at-work/one");
    let told = || std::fs::read_to_string(&note).expect("a note");
    assert!(told().starts_with("[\"compose"), "{}", told());
    let meanwhile = hand.meanwhile(told).expect("done");
    assert!(meanwhile.starts_with('\n'), "{meanwhile}");
    assert!(told().starts_with("[\"compose"), "{}", told());
}

#[test]
fn what_was_at_work_when_somebody_ended_the_run_is_not_suspected() {
    let folder = tempfile::tempdir().expect("a folder");
    for _ in 0..3 {
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        assert_eq!(bundle.deaths(&post("1")), None);
        let mut hand = bundle.hand("one").expect("a hand");
        hand.begin(&post("1")).expect("noted");
        bundle.ending().expect("room").from_outside();
    }
    // The word holds for one run.
    drop(Bundle::create(folder.path()).expect("a bundle"));
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut hand = bundle.hand("one").expect("a hand");
    hand.begin(&post("1")).expect("noted");
    drop(bundle);
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    assert_eq!(bundle.deaths(&post("1")), Some(1));
}

#[test]
fn the_same_place_in_a_mended_input_is_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let read = |version: &str| {
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut intake = BundleIntake::start(&bundle, &Blind).expect("a reading");
        intake
            .hand()
            .borrow_mut()
            .opens("file", Some(version.to_owned()));
        intake.may_read("page").expect("noted")
    };
    assert_eq!([read("1"), read("1"), read("1")], [true, true, false]);
    assert!(read("2"));
}

#[test]
fn what_its_source_changed_is_tried_again() {
    for task in [Task::composing, Task::comparing, Task::tidying] {
        changed(task);
    }
}

fn changed(task: fn(&ItemRef) -> Task) {
    let folder = tempfile::tempdir().expect("a folder");
    let item = ItemRef::new(Kind::Post, "1");
    for _ in 0..2 {
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut hand = bundle.hand("one").expect("a hand");
        hand.begin(&task(&item)).expect("noted");
    }
    let read = |body: &str| {
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let mut intake = BundleIntake::start(&bundle, &Blind).expect("a reading");
        let mut post = blog::Post::new("1");
        post.body = body.to_owned();
        let original = blog::doors::Original::NONE;
        intake.item(blog::Item::Post(post), original).expect("kept");
        intake.end(true).expect("read");
        bundle.deaths(&task(&item))
    };
    assert_eq!(read("one"), Some(DEATHS_MAX));
    assert_eq!(read("one"), Some(DEATHS_MAX));
    assert_eq!(read("two"), None);
}

#[test]
fn a_text_that_was_set_aside_is_repaired_by_another_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let item = ItemRef::new(Kind::Post, "1");
    let open = || Bundle::create(folder.path()).expect("a bundle");
    let tidied = |bundle: &Bundle| {
        crate::transfer::tidy(bundle, &Blind).expect("tidied");
        let hash = bundle.row(&item).expect("readable").expect("a post").hash;
        let tidy = bundle.tidied(&item, &hash).expect("readable");
        tidy.expect("a text").html
    };
    let bundle = open();
    let mut intake = BundleIntake::start(&bundle, &Blind).expect("a reading");
    let mut post = blog::Post::new("1");
    post.body = "<p>Words</p>".to_owned();
    let original = blog::doors::Original::NONE;
    intake.item(blog::Item::Post(post), original).expect("kept");
    intake.end(true).expect("read");
    drop(bundle);
    for _ in 0..2 {
        let bundle = open();
        let mut hand = bundle.hand("one").expect("a hand");
        hand.begin(&Task::tidying(&item)).expect("noted");
    }
    for _ in 0..2 {
        assert_eq!(tidied(&open()), "<pre>&lt;p&gt;Words&lt;/p&gt;</pre>");
    }
    let bundle = open();
    let other = "UPDATE work SET id = '0.0.0' WHERE kind = 'program'";
    bundle.store.execute(other, []).expect("written");
    drop(bundle);
    assert_eq!(tidied(&open()), "<p>Words</p>");
}

#[test]
fn a_run_that_ends_leaves_nothing_to_count_and_kinds_of_work_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let item = ItemRef::new(Kind::Comment, "7\n\"x\"");
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let mut hand = bundle.hand("one").expect("a hand");
    for task in [
        Task::reading(&"a long place ".repeat(9), ""),
        Task::tidying(&item),
    ] {
        hand.begin(&task).expect("noted");
    }
    drop(bundle);
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    assert_eq!(bundle.deaths(&Task::tidying(&item)), Some(1));
    assert_eq!(bundle.deaths(&Task::composing(&item)), None);
    let mut hand = bundle.hand("one").expect("a hand");
    hand.begin(&Task::fetching("x")).expect("noted");
    hand.rest().expect("noted");
    drop((hand, bundle));
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    assert_eq!(bundle.deaths(&Task::fetching("x")), None);
    assert_eq!(bundle.deaths(&Task::tidying(&item)), Some(1));
}
