//! Web archives of every dress: packed and not, cut, lying, crawled after the end.

use super::*;
use crate::input::InMemory;
use flate2::{Compression, write::GzEncoder};
use std::{fmt::Write as _, io::Write as _};

const GARDEN: &str = "http://garden.spaces.live.com/blog/cns!A1!1.entry";

/// One record as it stands in a file.
fn record(kind: &str, address: &str, date: &str, more: &str, block: &[u8]) -> Vec<u8> {
    let mut head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: {date}\r\n"
    );
    if kind == "response" {
        head.push_str("Content-Type: application/http; msgtype=response\r\n");
    }
    write!(head, "{more}Content-Length: {}\r\n\r\n", block.len()).expect("written");
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn page(address: &str, date: &str, words: &str) -> Vec<u8> {
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>{words}</html>");
    record("response", address, date, "", answer.as_bytes())
}

fn packed(records: &[Vec<u8>]) -> Vec<u8> {
    let mut all = Vec::new();
    for record in records {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(record).expect("written");
        all.extend(encoder.finish().expect("packed"));
    }
    all
}

fn packed_as_one(records: &[Vec<u8>]) -> Vec<u8> {
    packed(&[records.concat()])
}

fn learn(bytes: Vec<u8>) -> WebArchive {
    learn_all(vec![bytes], ADDRESSES)
}

fn learn_all(files: Vec<Vec<u8>>, addresses: usize) -> WebArchive {
    let files = files
        .into_iter()
        .enumerate()
        .map(|(at, bytes)| {
            let bytes: Arc<dyn Bytes> = Arc::new(InMemory(bytes.into()));
            (format!("{at}.warc"), bytes)
        })
        .collect();
    WebArchive::learn_at_most("crawl", files, addresses).expect("an archive")
}

fn words(archive: &WebArchive, address: &str) -> String {
    let mut text = String::new();
    archive
        .open(address)
        .expect("read")
        .unwrap_or_else(|| panic!("{address} was not captured"))
        .read_to_string(&mut text)
        .expect("read");
    text
}

fn names(archive: &WebArchive) -> Vec<String> {
    archive
        .entries()
        .into_iter()
        .map(|entry| entry.name)
        .collect()
}

fn codes_of(archive: &WebArchive) -> Vec<String> {
    let findings = archive.findings().into_iter();
    findings.map(|finding| finding.code.clone()).collect()
}

#[test]
fn pages_are_found_by_their_addresses_in_every_packing() {
    let records = [
        record(
            "warcinfo",
            "",
            "2010-01-01T00:00:00Z",
            "",
            b"software: a crawler",
        ),
        page(GARDEN, "2010-09-12T10:00:00Z", "roses"),
        record("request", GARDEN, "2010-09-12T10:00:00Z", "", b"GET /"),
        page(
            "http://garden.spaces.live.com/",
            "2010-09-12T10:00:00Z",
            "home",
        ),
    ];
    for bytes in [records.concat(), packed(&records), packed_as_one(&records)] {
        let archive = learn(bytes);
        assert_eq!(names(&archive), ["http://garden.spaces.live.com/", GARDEN]);
        assert_eq!(words(&archive, GARDEN), "<html>roses</html>");
        assert_eq!(
            words(
                &archive,
                "HTTP://Garden.Spaces.live.com:80/blog/cns%21A1%211.entry#top"
            ),
            "<html>roses</html>"
        );
        assert!(codes_of(&archive).is_empty());
    }
}

#[test]
fn the_newest_good_capture_counts_whatever_the_order() {
    let gone = record(
        "response",
        GARDEN,
        "2011-05-01T00:00:00Z",
        "",
        b"HTTP/1.1 404 Gone\r\n\r\nno",
    );
    let moved = record(
        "response",
        GARDEN,
        "2011-04-01T00:00:00Z",
        "",
        b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n",
    );
    let empty = record(
        "response",
        GARDEN,
        "2011-03-01T00:00:00Z",
        "",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    );
    let short = page(GARDEN, "2011-02-01T00:00:00Z", "cut by the crawler");
    let short = String::from_utf8(short)
        .expect("text")
        .replace("Content-Length", "WARC-Truncated: length\r\nContent-Length");
    let newest = page(GARDEN, "2010-09-12T10:00:00Z", "newest");
    let oldest = page(GARDEN, "2008-09-12T10:00:00Z", "oldest");
    let archive = learn_all(
        vec![
            [newest, oldest].concat(),
            packed(&[gone, moved, empty, short.into_bytes()]),
        ],
        ADDRESSES,
    );
    assert_eq!(words(&archive, GARDEN), "<html>newest</html>");
}

#[test]
fn what_the_platform_answered_everywhere_after_its_end_is_no_page() {
    let mut records = vec![page(GARDEN, "2010-01-01T00:00:00Z", "roses")];
    for number in 1..=6 {
        let address = format!("http://garden.spaces.live.com/blog/cns!A1!{number}.entry");
        records.push(page(
            &address,
            "2011-06-01T00:00:00Z",
            "this platform has closed",
        ));
    }
    let archive = learn(packed(&records));
    assert_eq!(names(&archive), [GARDEN]);
    assert_eq!(words(&archive, GARDEN), "<html>roses</html>");
    assert_eq!(codes_of(&archive), ["INP-015"]);
}

#[test]
fn one_page_under_many_queries_stays_a_page() {
    let address = |number: u32| format!("{GARDEN}?_c={number}");
    let records: Vec<Vec<u8>> = (1..=9)
        .map(|number| page(&address(number), "2010-01-01T00:00:00Z", "roses"))
        .collect();
    assert_eq!(names(&learn(packed(&records))).len(), 9);
}

#[test]
fn a_revisit_means_the_answer_that_is_kept() {
    let digest = "WARC-Payload-Digest: sha1:ROSES\r\n";
    let answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nroses";
    let records = [
        record(
            "revisit",
            "http://garden.spaces.live.com/?other",
            "2010-03-01T00:00:00Z",
            digest,
            b"HTTP/1.1 200 OK\r\n\r\n",
        ),
        record("response", GARDEN, "2010-01-01T00:00:00Z", digest, answer),
        record(
            "revisit",
            "http://garden.spaces.live.com/?lost",
            "2010-03-01T00:00:00Z",
            "WARC-Payload-Digest: sha1:NO\r\n",
            b"",
        ),
    ];
    let archive = learn(packed(&records));
    assert_eq!(
        words(&archive, "http://garden.spaces.live.com/?other"),
        "roses"
    );
    assert!(
        archive
            .open("http://garden.spaces.live.com/?lost")
            .expect("read")
            .is_none()
    );
}

#[test]
fn pictures_are_answered_and_are_no_pages() {
    let picture = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff\xe0picture";
    let plain = record(
        "resource",
        "http://b.example/a.png",
        "2010-01-01T00:00:00Z",
        "Content-Type: image/png\r\n",
        b"\x89PNG",
    );
    let archive = learn(packed(&[
        record(
            "response",
            "http://b.example/a.jpg",
            "2010-01-01T00:00:00Z",
            "",
            picture,
        ),
        plain,
    ]));
    assert!(names(&archive).is_empty());
    let answer = archive
        .ask("http://b.example/a.jpg", 100)
        .expect("an answer");
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (200, &b"\xff\xd8\xff\xe0picture"[..])
    );
    assert_eq!(
        archive
            .ask("http://b.example/a.png", 100)
            .expect("an answer")
            .body,
        b"\x89PNG"
    );
    assert_eq!(
        archive
            .ask("http://b.example/b.jpg", 100)
            .expect("an answer")
            .status,
        404
    );
}

#[test]
fn damage_costs_the_records_it_hits_and_is_told() {
    let records: Vec<Vec<u8>> = (1..=5)
        .map(|number| {
            page(
                &format!("http://garden.spaces.live.com/{number}"),
                "2010-01-01T00:00:00Z",
                &"words ".repeat(200 + number),
            )
        })
        .collect();
    for dress in [packed as fn(&[Vec<u8>]) -> Vec<u8>, <[Vec<u8>]>::concat] {
        let mut bytes = dress(&records[..2]);
        let hurt = bytes.len() + 4;
        bytes.extend(dress(&records[2..]));
        bytes[hurt..hurt + 12].fill(0);
        let archive = learn(bytes);
        assert_eq!(names(&archive).len(), 4, "{:?}", names(&archive));
        assert_eq!(codes_of(&archive), ["INP-014"]);
    }
}

#[test]
fn a_cut_at_any_byte_keeps_every_record_before_it() {
    let records: Vec<Vec<u8>> = (1..=3)
        .map(|number| {
            page(
                &format!("http://garden.spaces.live.com/{number}"),
                "2010-01-01T00:00:00Z",
                "words",
            )
        })
        .collect();
    for dress in [packed as fn(&[Vec<u8>]) -> Vec<u8>, <[Vec<u8>]>::concat] {
        let whole = dress(&records);
        let ends: Vec<usize> = (1..=3)
            .map(|count| dress(&records[..count]).len())
            .collect();
        for length in 10..whole.len() {
            let archive = learn(whole[..length].to_vec());
            let kept = ends.iter().filter(|end| **end <= length).count();
            let found = names(&archive).len();
            // The line ends behind a record's block may be missing.
            assert!(
                found == kept || found == kept + 1,
                "{length}: {found} of {kept}"
            );
        }
    }
}

#[test]
fn addresses_at_the_limit_are_kept_and_further_ones_are_told() {
    let records: Vec<Vec<u8>> = (1..=4)
        .map(|number| {
            page(
                &format!("http://a.example/{number}"),
                "2010-01-01T00:00:00Z",
                &number.to_string(),
            )
        })
        .collect();
    for (limit, told) in [(4, false), (3, true)] {
        let archive = learn_all(vec![packed(&records)], limit);
        assert_eq!(names(&archive).len(), limit);
        assert_eq!(codes_of(&archive).contains(&"INP-001".to_owned()), told);
    }
}
