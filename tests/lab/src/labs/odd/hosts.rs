//! Odd hosts: feeds in pages that overlap, or that never end.

use super::{Case, Odd, case};
use crate::reading::{Reading, word};
use blog::Secret;
use blog::doors::{Answer, Call, Entry, Input, InputForm, ReadError};
use jiff::Timestamp;
use platforms::sources;
use std::io::Read;

/// Where the odd blogs live.
const BLOG: &str = "http://garden.example/feed/";

/// What a host answers: the rest of an address behind [`BLOG`], and the page.
pub(super) type Pages = Vec<(&'static str, String)>;

pub(super) fn cases() -> Vec<Case> {
    let page = |items: &[usize], next: &str| {
        let items: String = items
            .iter()
            .map(|number| {
                format!(
                    "<item><title>{}</title><guid>{number}</guid><link>http://garden.example/{number}</link></item>",
                    word(*number)
                )
            })
            .collect();
        let next = match next {
            "" => String::new(),
            next => format!("<atom:link rel=\"next\" href=\"{BLOG}{next}\"/>"),
        };
        format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>\
             <title>Garden</title><link>http://garden.example/</link>{next}{items}</channel></rss>"
        )
    };
    let host = |name, words, pages| case(29, name, words, Odd::Host(pages));
    vec![
        host(
            "feed-whose-pages-overlap",
            5,
            vec![
                ("", page(&[1, 2, 3], "?page=2")),
                ("?page=2", page(&[3, 4, 5], "")),
            ],
        ),
        host(
            "feed-whose-last-page-comes-for-ever",
            4,
            vec![
                ("", page(&[1, 2], "?page=2")),
                ("?page=2", page(&[3, 4], "?page=3")),
                ("?page=3", page(&[3, 4], "?page=4")),
                ("?page=4", page(&[3, 4], "?page=5")),
            ],
        ),
        host(
            "feed-whose-next-page-is-itself",
            2,
            vec![
                ("", page(&[1, 2], "?page=2")),
                ("?page=2", page(&[1, 2], "?page=2")),
            ],
        ),
    ]
}

/// Reads the feed of a host.
pub(super) fn read(pages: &Pages) -> Reading {
    let mut reading = Reading::default();
    let Some(source) = sources::named("feed") else {
        reading.refused = Some("there is no reader of feeds".to_owned());
        return reading;
    };
    reading.source = Some(source.card().name);
    if let Err(error) = source.read(&mut Host(pages), &mut reading) {
        reading.refused = Some(error.to_string());
    }
    reading
}

struct Host<'a>(&'a Pages);

impl Input for Host<'_> {
    fn label(&self) -> &str {
        BLOG
    }
    fn form(&self) -> InputForm {
        InputForm::Address
    }
    fn now(&self) -> Timestamp {
        crate::reading::options().now
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(Vec::new())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        Err(ReadError::Unreadable {
            place: name.to_owned(),
            what: "a host has no files".to_owned(),
        })
    }
    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        let page = call
            .address
            .strip_prefix(BLOG)
            .and_then(|rest| self.0.iter().find(|(at, _)| *at == rest));
        Ok(Answer {
            status: if page.is_some() { 200 } else { 404 },
            address: call.address.to_owned(),
            media_type: None,
            body: page.map_or_else(Vec::new, |(_, body)| body.clone().into_bytes()),
        })
    }
    fn option(&self, _: &str) -> Option<&str> {
        None
    }
    fn secret(&self, _: &str) -> Option<&Secret> {
        None
    }
}
