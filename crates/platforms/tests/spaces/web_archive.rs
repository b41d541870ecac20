//! A crawl of the sample host, kept as a web archive: what the living Space gives, the archive gives too, years later.

use crate::inputs::Wire;
use crate::taken::{Taken, compare, read, sample};
use blog::{
    Item, Kind,
    doors::{Call, Input, MediaFetch},
};
use flate2::{Compression, write::GzEncoder};
use platforms::{
    fetch::{FetchSettings, Fetcher},
    input::{self, InMemory, Opened, Options},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    sync::Arc,
};
use world::spaces::{Faults, Host};

/// The time of the crawl: that of the sample host's clock.
const CRAWLED: &str = crate::NOW;

/// One answer as a packed record.
fn record(address: &str, date: &str, media_type: &str, body: &[u8]) -> Vec<u8> {
    let message = [
        format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n").as_bytes(),
        body,
    ]
    .concat();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: {date}\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        message.len()
    );
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for part in [head.as_bytes(), &message, b"\r\n\r\n"] {
        encoder.write_all(part).expect("written");
    }
    encoder.finish().expect("packed")
}

/// What the living Space gave, and a crawl of every page that was asked for with the pictures on it. The host gives pictures new
/// addresses with each page, so they are taken from the very pages that are kept.
fn crawl(host: &Host) -> (Taken, Vec<u8>) {
    let mut wire = Wire::to(host, host.spaces()[0].home());
    let living = read(&mut wire);
    let pages: BTreeSet<String> = wire.asked.iter().cloned().collect();
    let (mut archive, mut pictures) = (Vec::new(), BTreeSet::new());
    for address in pages {
        let body = capture(&mut wire, &address, &mut archive);
        let text = String::from_utf8_lossy(&body).replace("&amp;", "&");
        let words = text.split(['"', '\'', '<', '>']);
        let on_storage = |word: &&str| {
            word.starts_with("http")
                && (word.contains("livefilestore") || word.contains("storage."))
        };
        pictures.extend(words.filter(on_storage).map(str::to_owned));
    }
    for address in pictures {
        capture(&mut wire, &address, &mut archive);
    }
    (living, archive)
}

/// Asks an address and keeps what it answers. Answers the body.
fn capture(wire: &mut Wire, address: &str, archive: &mut Vec<u8>) -> Vec<u8> {
    let answer = wire.ask(&Call::get(address)).expect("an answer");
    if answer.status == 200 {
        let media_type = answer.media_type.unwrap_or_default();
        archive.extend(record(address, CRAWLED, &media_type, &answer.body));
    }
    answer.body
}

fn open(archive: Vec<u8>) -> Opened {
    let options = Options {
        values: BTreeMap::from([("audience".to_owned(), "everyone".to_owned())]),
        secrets: BTreeMap::new(),
        // Long after the crawl, as it will be.
        now: "2026-11-21T00:00:00Z".parse().expect("a time"),
    };
    let fetcher = Arc::new(Fetcher::new(FetchSettings::default()));
    input::open_bytes(
        "crawl.warc.gz",
        Arc::new(InMemory(archive.into())),
        fetcher,
        options,
    )
    .expect("an archive")
}

fn ids(taken: &Taken, kind: Kind) -> BTreeSet<String> {
    let of_kind = taken.items.iter().filter(|item| item.kind() == kind);
    of_kind.map(|item| item.id().to_owned()).collect()
}

#[test]
fn a_crawl_of_a_space_gives_the_same_blog_as_the_living_host_pictures_included() {
    let host = Host::start(vec![sample("garden")], Faults::default());
    let (living, archive) = crawl(&host);
    let mut opened = open(archive);
    let peek = opened.peek().expect("a peek");
    let source = platforms::sources::recognise(&peek.lend()).expect("a source");
    assert_eq!(source.card().name, "spaces");
    let saved = read(&mut opened);
    compare(&host.spaces()[0], &saved, "crawl of the garden");
    for kind in [
        Kind::Post,
        Kind::Album,
        Kind::List,
        Kind::Guestbook,
        Kind::Category,
    ] {
        assert_eq!(ids(&saved, kind), ids(&living, kind), "{kind}");
    }
    let shelf = opened.media_shelf().offline();
    let mut found = 0;
    for item in &saved.items {
        if let Item::Media(media) = item {
            let answers: Vec<_> = media
                .candidates
                .iter()
                .map(|candidate| shelf.fetch(candidate, &mut Vec::new()))
                .collect();
            assert!(answers.iter().any(Result::is_ok), "{answers:?}");
            found += 1;
        }
    }
    assert!(found >= 20, "{found} pictures");
}

#[test]
fn captures_made_after_the_end_do_not_replace_the_pages() {
    let host = Host::start(vec![sample("cairo")], Faults::default());
    let space = &host.spaces()[0];
    let (living, mut archive) = crawl(&host);
    let posts = ids(&living, Kind::Post);
    assert!(posts.len() >= 5, "enough addresses with one answer");
    let closed = b"<html>Windows Live Spaces has closed</html>";
    for post in &posts {
        let address = format!("{}/blog/cns!{}!{post}.entry", space.home(), space.cid);
        archive.extend(record(
            &address,
            "2011-06-01T00:00:00Z",
            "text/html",
            closed,
        ));
    }
    let mut opened = open(archive);
    let saved = read(&mut opened);
    compare(space, &saved, "crawl of Cairo");
    assert_eq!(ids(&saved, Kind::Post), posts);
}
