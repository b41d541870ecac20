//! Saved feeds: one file, or all in a folder or zip. Each is read twice, item by item, so that none is too long: first for what it
//! is the feed of, then for its items.

use super::pages::{Reading, print, unreadable};
use super::{is_feed, may_be_feed};
use crate::sources::parts::may_read;
use crate::wire::feeds::{Broken, FeedHead, FeedItem, FeedPiece, FeedReader, Taker};
use crate::wire::json_feed;
use blog::Audience;
use blog::codes::feeds as codes;
use blog::doors::{Halt, Input, InputForm, Intake, ReadError};
use std::collections::HashSet;
use std::io::Read;

/// What is looked at of a file to tell whether it is a feed.
const HEAD_BYTES: u64 = 64 * 1024;

/// Bytes of comments that are turned round: feeds begin with the newest, and an answer comes after what it answers. Longer feeds of one
/// post are turned round in pieces.
const TURNED_BYTES: usize = 8 << 20;

/// A feed, after the first reading.
struct Saved {
    name: String,
    place: String,
    head: FeedHead,
    first_link: Option<String>,
}

type Take<'a> = &'a mut dyn FnMut(FeedPiece, &mut dyn Intake) -> Result<(), Halt>;

/// The items of one file on their way to an intake.
struct Items<'a> {
    file: &'a str,
    intake: &'a mut dyn Intake,
    /// Whether this reading keeps what may not be read.
    keeps: bool,
    take: Take<'a>,
}

impl Taker for Items<'_> {
    fn wants(&mut self, number: usize, text: &dyn Fn() -> String) -> Result<bool, Halt> {
        may_read(self.intake, self.file, number, text, self.keeps)
    }

    fn take(&mut self, piece: FeedPiece) -> Result<(), Halt> {
        (self.take)(piece, self.intake)
    }
}

/// Reads saved feeds.
pub(super) fn read(input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
    let (mut feeds, links) = look_over(input, intake)?;
    // Feeds of comments name the page of their post: they come after the posts.
    let is_of_comments = |feed: &Saved| {
        let page = feed.head.link.as_ref();
        page.is_some_and(|page| links.contains(&print(page)))
    };
    feeds.sort_by_key(is_of_comments);
    let Some(first) = feeds.first() else {
        return Err(ReadError::NotOurs {
            place: input.label().to_owned(),
            what: "there is no feed in it".to_owned(),
        });
    };
    let is_open = input
        .option("audience")
        .is_some_and(|word| word.eq_ignore_ascii_case("everyone"));
    let audience = if is_open {
        Audience::Everyone
    } else {
        Audience::Owner
    };
    let mut reading = Reading::new(
        &first.head,
        &first.place,
        first.first_link.as_deref(),
        audience,
    );
    let of_comments = feeds.iter().filter(|feed| is_of_comments(feed));
    reading.keep_links(
        of_comments
            .filter_map(|feed| feed.head.link.clone())
            .collect(),
    );
    intake.profile(reading.profile(&first.head))?;
    if !is_open {
        let sentence = "A saved feed does not say who could see it; everything moves as private.";
        reading.find(intake, &codes::AUDIENCE_UNKNOWN, sentence.to_owned(), None)?;
    }
    for (number, feed) in feeds.iter().enumerate() {
        let post = feed.head.link.as_ref().filter(|_| is_of_comments(feed));
        match post.and_then(|link| reading.post_at(link)) {
            Some(post) => comments(input, feed, &post, &mut reading, intake)?,
            None => posts(input, feed, &mut reading, intake)?,
        }
        reading.whole |= feed.head.complete;
        intake.progress(number as u64 + 1, Some(feeds.len() as u64))?;
    }
    reading.close(feeds.len() as u64, intake)
}

/// The first reading: what is a feed, and the prints of the links of all items.
fn look_over(
    input: &mut dyn Input,
    intake: &mut dyn Intake,
) -> Result<(Vec<Saved>, HashSet<u128>), ReadError> {
    let alone = input.form() == InputForm::File;
    let (mut feeds, mut links, mut left_out) = (Vec::new(), HashSet::new(), None);
    for entry in input.entries()? {
        if !alone && !may_be_feed(&entry.name) {
            continue;
        }
        let mut first_link = None;
        let mut look = |piece, _: &mut dyn Intake| {
            if let FeedPiece::Item(item) = piece
                && let Some(link) = item.link
            {
                first_link.get_or_insert_with(|| link.clone());
                links.insert(print(&link));
            }
            Ok(())
        };
        let items = Items {
            file: &entry.name,
            intake,
            keeps: false,
            take: &mut look,
        };
        let head = match stream(input, items) {
            // The others are read; with none left, that is why.
            Err(error @ ReadError::LeftOut { .. }) => {
                left_out.get_or_insert(error);
                continue;
            }
            head => head?,
        };
        intake.progress(0, None)?;
        feeds.extend(head.map(|head| Saved {
            place: format!("input:/{}", entry.name),
            name: entry.name,
            head,
            first_link,
        }));
    }
    match left_out {
        Some(error) if feeds.is_empty() => Err(error),
        _ => Ok((feeds, links)),
    }
}

fn posts(
    input: &mut dyn Input,
    feed: &Saved,
    reading: &mut Reading,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let mut take = |piece, intake: &mut dyn Intake| match piece {
        FeedPiece::Item(item) => reading.take_item(&item, &feed.place, intake).map(drop),
        FeedPiece::Bad(bad) => reading.tell_bad(&bad, &feed.place, intake),
    };
    stream(input, feed.items(intake, &mut take)).map(drop)
}

fn comments(
    input: &mut dyn Input,
    feed: &Saved,
    post: &str,
    reading: &mut Reading,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let mut waiting: Vec<FeedItem> = Vec::new();
    let mut bytes = 0;
    let mut take = |piece, intake: &mut dyn Intake| {
        match piece {
            FeedPiece::Bad(bad) => reading.tell_bad(&bad, &feed.place, intake)?,
            FeedPiece::Item(item) => {
                bytes += item.original.len();
                waiting.push(*item);
            }
        }
        if bytes > TURNED_BYTES {
            bytes = 0;
            reading.comments_of(&std::mem::take(&mut waiting), post, &feed.place, intake)?;
        }
        Ok(())
    };
    stream(input, feed.items(intake, &mut take))?;
    Ok(reading
        .comments_of(&waiting, post, &feed.place, intake)
        .map(drop)?)
}

impl Saved {
    /// Its items, in the reading that keeps them.
    fn items<'a>(&'a self, intake: &'a mut dyn Intake, take: Take<'a>) -> Items<'a> {
        Items {
            file: &self.name,
            intake,
            keeps: true,
            take,
        }
    }
}

/// Reads a file item by item; `None` where it is no feed.
fn stream(input: &mut dyn Input, mut items: Items<'_>) -> Result<Option<FeedHead>, ReadError> {
    let name = items.file;
    let failed = |error: std::io::Error| unreadable(name, &error.to_string());
    let broken = |broken| match broken {
        Broken::Halt(halt) => halt.into(),
        Broken::Reading(error) => failed(error),
    };
    let mut first = Vec::new();
    let mut reader = input.open(name)?;
    reader
        .by_ref()
        .take(HEAD_BYTES)
        .read_to_end(&mut first)
        .map_err(failed)?;
    if !is_feed(&first) {
        return Ok(None);
    }
    let is_json = json_feed::is_feed(&super::as_utf_8(&first));
    let whole = Box::new(std::io::Cursor::new(first).chain(reader));
    if is_json {
        return json_feed::stream(whole, &mut items).map_err(broken);
    }
    let Some(mut feed) = FeedReader::open(whole, None).map_err(failed)? else {
        return Ok(None);
    };
    while let Some(piece) = feed
        .next(&mut |number, text| items.wants(number, &|| text.to_owned()))
        .map_err(broken)?
    {
        items.take(piece)?;
    }
    Ok(Some(feed.head()))
}
