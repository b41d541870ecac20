//! A living Space that answers as it did once, but for one answer, which chance has changed.
//!
//! What it answers is recorded from the sample host, of a Space open to everyone and of a private one with its key. An input says of
//! which of them, which answer is another one, and what it is. The reader comes to it as deep as it was when it was recorded.

use crate::reading;
use blog::{
    Secret,
    doors::{Answer, Call, Entry, Input, InputForm, ReadError, Source as _},
};
use jiff::Timestamp;
use platforms::{
    fetch::{FetchSettings, Fetcher},
    input::{self, Opened},
    sources::spaces::LiveSpaces,
};
use std::{io::Read, sync::Arc, sync::LazyLock};
use world::spaces::{
    Album, Audience, Comment, Faults, Host, List, ListItem, Note, Photo, Space, Trackback,
};

/// The first answers (the home page, the feeds, the list of entries) lead to everything, and are always given.
const FIRST: usize = 4;
/// Answers before the one that is another, which may lead to it, and after it, to which it may lead. The host is silent on all else:
/// what is far away was read often enough.
const BEFORE: usize = 3;
const AFTER: usize = 2;
const KEY: &str = "aKeyThatNobodyHas";
const WORD: &str = "a secret word";

/// What a Space answered, in the order in which it was asked.
struct Recorded {
    label: String,
    answers: Vec<(String, Answer)>,
}

static RECORDED: LazyLock<Vec<Recorded>> = LazyLock::new(|| {
    [Audience::Everyone, Audience::Friends]
        .map(|audience| record(small_space(audience)))
        .into()
});

/// Every answer, led by where it was given.
pub(super) fn corpus() -> Vec<Vec<u8>> {
    let all = RECORDED.iter().enumerate().flat_map(|(space, recorded)| {
        let numbered = recorded.answers.iter().enumerate();
        numbered.map(move |(at, (_, answer))| {
            [&[space as u8, at as u8][..], answer.body.as_slice()].concat()
        })
    });
    all.collect()
}

pub(super) fn read(bytes: &[u8]) {
    let [space, at, body @ ..] = bytes else {
        return;
    };
    let recorded = &RECORDED[usize::from(*space) % RECORDED.len()];
    let mut host = Played {
        recorded,
        other: Some(usize::from(*at) % recorded.answers.len().max(1)),
        body,
    };
    let _ = LiveSpaces.read(&mut host, &mut reading::Reading::default());
}

struct Played<'a> {
    recorded: &'a Recorded,
    /// Which answer is another one.
    other: Option<usize>,
    body: &'a [u8],
}

impl Played<'_> {
    fn answer(&self, call: &Call<'_>) -> Option<Answer> {
        let mut known = self.recorded.answers.iter();
        let at = known.position(|(address, _)| address == call.address)?;
        let mut answer = self.recorded.answers[at].1.clone();
        let Some(other) = self.other else {
            return Some(answer);
        };
        if at == other {
            answer.body = self.body.to_vec();
        }
        let near = other.saturating_sub(BEFORE)..=other + AFTER;
        (at < FIRST || near.contains(&at)).then_some(answer)
    }
}

impl Input for Played<'_> {
    fn label(&self) -> &str {
        &self.recorded.label
    }

    fn form(&self) -> InputForm {
        InputForm::Address
    }

    fn now(&self) -> Timestamp {
        reading::options().now
    }

    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(Vec::new())
    }

    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        Err(no_file(name))
    }

    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        Ok(self.answer(call).unwrap_or_else(|| Answer {
            status: 404,
            address: call.address.to_owned(),
            media_type: None,
            body: Vec::new(),
        }))
    }

    fn option(&self, _name: &str) -> Option<&str> {
        None
    }

    fn secret(&self, name: &str) -> Option<&Secret> {
        secret(name)
    }
}

fn no_file(name: &str) -> ReadError {
    ReadError::Unreadable {
        place: name.to_owned(),
        what: "it is no file".to_owned(),
    }
}

fn secret(name: &str) -> Option<&'static Secret> {
    static SECRETS: LazyLock<[(&str, Secret); 2]> = LazyLock::new(|| {
        [
            ("authkey", Secret::new(KEY)),
            ("secret-word", Secret::new(WORD)),
        ]
    });
    let known = SECRETS.iter().find(|(known, _)| *known == name);
    known.map(|(_, secret)| secret)
}

/// Asks the sample host, and writes down what it answers.
struct Recorder {
    opened: Opened,
    answers: Vec<(String, Answer)>,
}

impl Input for Recorder {
    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        let answer = self.opened.ask(call)?;
        self.answers.push((call.address.to_owned(), answer.clone()));
        Ok(answer)
    }

    fn label(&self) -> &str {
        self.opened.label()
    }

    fn form(&self) -> InputForm {
        self.opened.form()
    }

    fn now(&self) -> Timestamp {
        reading::options().now
    }

    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        self.opened.entries()
    }

    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        Err(no_file(name))
    }

    fn option(&self, _name: &str) -> Option<&str> {
        None
    }

    fn secret(&self, name: &str) -> Option<&Secret> {
        secret(name)
    }
}

fn record(space: Space) -> Recorded {
    // A Space that asks to sign in does not say its number; who has a key knows it.
    let label = format!("http://{}/", space.cid_host());
    let host = Host::start(vec![space], Faults::default());
    let fetcher = Fetcher::new(FetchSettings {
        connect_to: Some(host.url().trim_start_matches("http://").to_owned()),
        ..FetchSettings::default()
    });
    let opened = input::open(&label, Arc::new(fetcher), reading::options());
    let opened = opened.unwrap_or_else(|error| panic!("no sample host: {error}"));
    let mut recorder = Recorder {
        opened,
        answers: Vec::new(),
    };
    let mut read = reading::Reading::default();
    let outcome = LiveSpaces.read(&mut recorder, &mut read);
    assert!(outcome.is_ok(), "{outcome:?}");
    let mut answers = Vec::new();
    for (address, answer) in recorder.answers {
        let known = |(known, _): &(String, Answer)| *known == address;
        if !answers.iter().any(known) {
            answers.push((address, answer));
        }
    }
    assert!(answers.len() < 256, "{} answers", answers.len());
    Recorded { label, answers }
}

/// One of everything.
fn small_space(audience: Audience) -> Space {
    let date = |day: i64| Timestamp::from_second(1_200_000_000 + day * 86_400).unwrap_or_default();
    let entry = |number: u64, draft: bool| world::spaces::Entry {
        number,
        title: format!("Entry {number}"),
        date: date(number as i64),
        categories: vec!["Letters".to_owned()],
        body: "<p>Words <b>and</b> more words</p>".to_owned(),
        draft,
        comments: vec![Comment {
            author: "Bo".to_owned(),
            date: date(number as i64 + 1),
            body: "I say so".to_owned(),
            ..Comment::default()
        }],
        trackbacks: vec![Trackback {
            title: "Seen".to_owned(),
            url: "http://other.example/1".to_owned(),
            blog: "Other".to_owned(),
            excerpt: "Some words".to_owned(),
            date: date(9),
        }],
        ..world::spaces::Entry::default()
    };
    let mut space = Space {
        alias: Some("lab".to_owned()),
        cid: "2DB0770EAE61F13".to_owned(),
        title: "Letters".to_owned(),
        audience,
        secret_word: Some(WORD.to_owned()),
        authkey: Some(KEY.to_owned()),
        entries: vec![entry(103, false), entry(105, true)],
        albums: vec![Album {
            number: 120,
            title: "Roses".to_owned(),
            date: date(2),
            photos: vec![Photo {
                number: 121,
                name: "rose.jpg".to_owned(),
                caption: "A rose".to_owned(),
                date: date(2),
                width: 24,
                height: 16,
                ..Photo::default()
            }],
        }],
        lists: vec![List {
            number: 130,
            kind: "book".to_owned(),
            title: "Books".to_owned(),
            items: vec![ListItem {
                title: "A book".to_owned(),
                note: "good".to_owned(),
                ..ListItem::default()
            }],
        }],
        guestbook: vec![Note {
            author: "Cy".to_owned(),
            date: date(3),
            body: "Hello".to_owned(),
            ..Note::default()
        }],
        ..Space::default()
    };
    space.fill_in_everywhere();
    space.number_the_rest();
    space
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_played_back_reads_as_the_living_host_did() {
        for recorded in RECORDED.iter() {
            let mut host = Played {
                recorded,
                other: None,
                body: b"",
            };
            let mut read = reading::Reading::default();
            LiveSpaces.read(&mut host, &mut read).expect("it reads");
            assert!(read.items.len() >= 3, "{:?}", read.items);
        }
    }
}
