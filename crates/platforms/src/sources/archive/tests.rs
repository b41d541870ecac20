//! Records of which one cannot be read, or is not to be.

use super::{FORMAT, Line, OwnArchive, Part, Record, records_file};
use crate::sources::feeds::tests::{Desk, Made};
use blog::{Audience, Identity, Item, Post, Profile, doors::Source};

fn profile() -> Profile {
    Profile {
        title: "Small".to_owned(),
        tagline: String::new(),
        language: None,
        time_zone: None,
        home: None,
        owner: None,
        audience: Audience::Everyone,
        identity: Identity::Site { roots: Vec::new() },
    }
}

fn line(after: Option<u64>, whole: bool, record: Record) -> String {
    let line = Line {
        after,
        whole,
        record,
    };
    serde_json::to_string(&line).expect("JSON") + "\n"
}

fn post(id: &str, title: &str) -> Record {
    let mut post = Post::new(id);
    post.title = title.to_owned();
    Record::Item(Item::Post(post))
}

/// Three open posts, of which the private part says the second and the third whole, and a private one behind the second.
fn archive() -> Made {
    let blog = Record::Blog {
        format: FORMAT,
        profile: profile(),
    };
    let open = [blog, post("1", "one"), post("2", "two"), post("3", "three")];
    let private = [
        (3, true, post("2", "two, whole")),
        (3, false, post("p", "private")),
        (4, true, post("3", "three, whole")),
    ];
    let open: String = open
        .into_iter()
        .map(|record| line(None, false, record))
        .collect();
    let private = private.into_iter();
    let private: String = private
        .map(|(after, whole, record)| line(Some(after), whole, record))
        .collect();
    Made {
        label: "archive".to_owned(),
        files: [
            (records_file(Part::Open, 1), open.into_bytes()),
            (records_file(Part::Private, 1), private.into_bytes()),
        ]
        .into(),
        ..Made::default()
    }
}

fn titles(desk: &Desk) -> Vec<&str> {
    desk.posts.iter().map(|post| post.title.as_str()).collect()
}

const ALL: [&str; 4] = ["one", "two, whole", "private", "three, whole"];

#[test]
fn a_record_that_killed_the_program_costs_itself_and_shifts_nothing() {
    let read = |deadly| {
        let mut desk = Desk {
            deadly,
            ..Desk::default()
        };
        OwnArchive
            .read(&mut archive(), &mut desk)
            .expect("the rest");
        desk
    };
    assert_eq!(titles(&read(&[])), ALL);
    let desk = read(&["rehome/blog-00001.jsonl › entry 2"]);
    assert_eq!(titles(&desk), ALL[1..], "{:?}", desk.findings);
    assert!(desk.aside[0].1.contains("one"), "{:?}", desk.aside);
    // Of what cannot be read in the open part, the private one says all.
    let desk = read(&["rehome/blog-00001.jsonl › entry 3"]);
    assert_eq!(titles(&desk), ALL);
}

#[test]
fn a_damaged_record_shifts_nothing() {
    let mut input = archive();
    let open = input.files.get_mut(&records_file(Part::Open, 1));
    let open = open.expect("the open records");
    let text = String::from_utf8(std::mem::take(open)).expect("text");
    let damaged = text.lines().enumerate().map(|(number, line)| match number {
        1 => "damaged\n".to_owned(),
        _ => format!("{line}\n"),
    });
    *open = damaged.collect::<String>().into_bytes();
    let mut desk = Desk::default();
    OwnArchive.read(&mut input, &mut desk).expect("the rest");
    assert_eq!(titles(&desk), ALL[1..]);
}
