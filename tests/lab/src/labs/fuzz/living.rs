//! A living Space whose every answer is a piece of what the chance made.

use super::targets::pieces_of_pages;
use crate::{reading, samples};
use blog::{
    Secret,
    doors::{Answer, Call, Entry, Input, InputForm, ReadError, Source as _},
};
use platforms::sources::spaces::LiveSpaces;
use std::io::Read;

/// Stands between two answers; no format of them knows it.
const BETWEEN: u8 = 0x1E;
/// Calls that are answered. Some pages lead on for ever.
const CALLS: usize = 10;

/// Answers as a host gives them, two to four in a row.
pub(super) fn corpus() -> Vec<Vec<u8>> {
    let (pieces, feed) = (pieces_of_pages(), samples::rss(2));
    let rows = pieces
        .windows(2)
        .enumerate()
        .map(|(at, pair)| match at % 3 {
            0 => [&pair[0], &feed, &pair[1]]
                .map(Vec::as_slice)
                .join(&BETWEEN),
            1 => [&pair[0], &pair[1]].map(Vec::as_slice).join(&BETWEEN),
            _ => [&pair[1], &pair[0], &feed]
                .map(Vec::as_slice)
                .join(&BETWEEN),
        });
    rows.collect()
}

pub(super) fn read(bytes: &[u8]) {
    let mut host = Made {
        answers: bytes.split(|byte| *byte == BETWEEN).collect(),
        calls: 0,
    };
    let _ = LiveSpaces.read(&mut host, &mut reading::Reading::default());
}

struct Made<'a> {
    answers: Vec<&'a [u8]>,
    calls: usize,
}

impl Input for Made<'_> {
    fn label(&self) -> &str {
        "http://ana-garden.spaces.live.com/"
    }

    fn form(&self) -> InputForm {
        InputForm::Address
    }

    fn now(&self) -> jiff::Timestamp {
        reading::options().now
    }

    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(Vec::new())
    }

    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        Err(ReadError::Unreadable {
            place: name.to_owned(),
            what: "it is no file".to_owned(),
        })
    }

    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        let body = self.answers[self.calls % self.answers.len()].to_vec();
        self.calls += 1;
        let is_there = !body.is_empty() && self.calls <= CALLS;
        Ok(Answer {
            status: if is_there { 200 } else { 404 },
            address: call.address.to_owned(),
            media_type: None,
            body,
        })
    }

    fn option(&self, _name: &str) -> Option<&str> {
        None
    }

    fn secret(&self, _name: &str) -> Option<&Secret> {
        None
    }
}
