//! Odd containers: zips that are cut, padded, lying, locked; and what is no zip at all.

use super::exports::{entry, head};
use super::{Case, Odd, case};
use crate::{reading::word, samples};

fn post(number: usize) -> Vec<u8> {
    entry(&head(&format!("post {}", word(number))), "<p>words</p>").into_bytes()
}

/// Three exports, as they are.
fn three() -> Vec<u8> {
    samples::zip(
        &[("a.txt", post(1)), ("b.txt", post(2)), ("c.txt", post(3))],
        false,
    )
    .0
}

fn zip(kind: u8, name: &'static str, words: usize, bytes: Vec<u8>) -> Case {
    case(kind, name, words, Odd::File("export.zip", bytes))
}

fn file(kind: u8, name: &'static str, file: &'static str, bytes: &[u8]) -> Case {
    case(kind, name, 0, Odd::File(file, bytes.to_vec()))
}

/// Where the record before entry `number` stands, and where its record in the list does.
fn records(bytes: &[u8], number: usize) -> (usize, usize) {
    let nth = |mark: &[u8]| {
        memchr::memmem::find_iter(bytes, mark)
            .nth(number)
            .unwrap_or(0)
    };
    (nth(b"PK\x03\x04"), nth(b"PK\x01\x02"))
}

/// Writes `value` into both records of entry `number`; `at` is its place in the record before the entry.
fn both(mut bytes: Vec<u8>, number: usize, at: usize, value: &[u8]) -> Vec<u8> {
    let (local, central) = records(&bytes, number);
    bytes[local + at..local + at + value.len()].copy_from_slice(value);
    bytes[central + at + 2..central + at + 2 + value.len()].copy_from_slice(value);
    bytes
}

/// Overwrites a name of the same length.
fn renamed(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let found: Vec<usize> = memchr::memmem::find_iter(&bytes, from).collect();
    for at in found {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = cut();
    cases.extend(named());
    cases.extend(lying());
    cases.extend(strangers());
    cases
}

fn cut() -> Vec<Case> {
    let whole = three();
    let list = records(&whole, 0).1;
    let third = records(&whole, 2).0;
    let keep = |bytes: usize| whole[..bytes].to_vec();
    let mut hole = whole.clone();
    hole.drain(90..105);
    let mut wrong_list = whole.clone();
    wrong_list[list + 1] = b'!';
    let around = [b"rubbish in front".as_slice(), &whole, &vec![0; 100_000]].concat();
    vec![
        zip(1, "zip-without-its-list", 3, keep(list)),
        zip(1, "zip-cut-in-its-list", 3, keep(list + 60)),
        zip(1, "zip-cut-in-its-last-entry", 3, keep(list - 20)),
        zip(1, "zip-cut-between-entries", 2, keep(third)),
        zip(1, "zip-whose-front-is-missing", 2, whole[30..].to_vec()),
        zip(1, "zip-with-a-hole", 3, hole),
        zip(1, "zip-with-a-broken-list", 3, wrong_list),
        zip(2, "zip-with-rubbish-around-it", 3, around),
        zip(
            2,
            "zip-with-two-mebibytes-of-zeros-behind-it",
            3,
            [whole.as_slice(), &vec![0; 2 << 20]].concat(),
        ),
        zip(15, "upload-cut-in-the-first-entry", 0, keep(40)),
    ]
}

fn named() -> Vec<Case> {
    let twins = samples::zip(
        &[("a.txt", post(1)), ("b.txt", post(2)), ("a.txt", post(3))],
        false,
    )
    .0;
    let placed = |name: &'static str| samples::zip(&[(name, post(1)), ("b.txt", post(2))], false).0;
    let in_bytes = |name: &[u8]| {
        let zip = samples::zip(
            &[("0123456789abcdef.txt", post(1)), ("b.txt", post(2))],
            false,
        )
        .0;
        let mut to = name.to_vec();
        to.resize(16, b'_');
        renamed(zip, b"0123456789abcdef", &to)
    };
    let encoded = |label: &str, name: &str| {
        platforms::wire::encodings::named(label)
            .map(|encoding| encoding.encode(name).0.into_owned())
            .unwrap_or_default()
    };
    vec![
        zip(3, "two-entries-of-one-name", 3, twins),
        zip(
            4,
            "names-in-gbk",
            2,
            in_bytes(&encoded("gbk", "北京的春天照片")),
        ),
        zip(
            4,
            "names-in-shift-jis",
            2,
            in_bytes(&encoded("shift_jis", "花見の日のうた")),
        ),
        zip(
            4,
            "names-in-koi8",
            2,
            in_bytes(&encoded("koi8-r", "Весна в Москве")),
        ),
        zip(4, "names-in-cp850", 2, in_bytes(b"S\xC6o Jo\xC6o")),
        zip(5, "name-that-climbs-out", 2, placed("../../etc/passwd.txt")),
        zip(5, "absolute-name", 2, placed("/etc/passwd.txt")),
        zip(
            5,
            "name-with-drive-and-backslashes",
            2,
            placed("C:\\posts\\a.txt"),
        ),
        zip(5, "name-with-a-zero", 2, in_bytes(b"a\0b")),
        zip(5, "name-of-a-device", 2, placed("NUL.txt")),
        zip(5, "name-with-trailing-dot", 2, placed("export.txt.")),
        zip(
            6,
            "names-equal-but-for-case",
            3,
            samples::zip(
                &[
                    ("A.txt", post(1)),
                    ("a.txt", post(2)),
                    ("a\u{301}.txt", post(3)),
                ],
                false,
            )
            .0,
        ),
        zip(
            11,
            "zip-in-a-zip",
            3,
            samples::zip(&[("space.zip", three())], false).0,
        ),
        zip(
            11,
            "zip-in-a-zip-in-a-zip",
            3,
            samples::zip(
                &[(
                    "outer.zip",
                    samples::zip(&[("inner.zip", three())], false).0,
                )],
                false,
            )
            .0,
        ),
    ]
}

fn lying() -> Vec<Case> {
    let whole = three();
    let (_, second) = records(&whole, 1);
    let mut wrong_sum = whole.clone();
    wrong_sum[second + 16] ^= 1;
    let mut longer = whole.clone();
    longer[second + 24..second + 28].copy_from_slice(&1_000_000_u32.to_le_bytes());
    let mut overlapping = whole.clone();
    let first_offset = overlapping[records(&whole, 0).1 + 42..][..4].to_vec();
    overlapping[second + 42..second + 46].copy_from_slice(&first_offset);
    let mut link = whole.clone();
    link[second + 5] = 3;
    link[second + 38..second + 42].copy_from_slice(&0xA1FF_0000_u32.to_le_bytes());
    let mut part = whole.clone();
    let disk = part.len() - 18;
    part[disk] = 1;
    let deflated = samples::zip(
        &[
            ("a.txt", post(1)),
            ("b.txt", [post(2), post(3).repeat(50)].concat()),
        ],
        true,
    )
    .0;
    let mut broken = deflated.clone();
    let middle = records(&deflated, 0).1 - 30;
    broken[middle..middle + 8].fill(0xFF);
    let mut many = whole.clone();
    let count = many.len() - 12;
    many[count..count + 2].copy_from_slice(&60_000_u16.to_le_bytes());
    vec![
        zip(7, "wrong-checksum", 3, wrong_sum),
        zip(7, "broken-stream", 2, broken),
        zip(8, "size-that-lies", 3, longer),
        zip(8, "count-that-lies", 3, many),
        zip(9, "locked-entry", 3, both(whole.clone(), 1, 6, &[9, 8])),
        zip(
            10,
            "entry-packed-with-lzma",
            3,
            both(whole.clone(), 1, 8, &[14, 0]),
        ),
        zip(
            10,
            "entry-packed-in-an-unknown-way",
            3,
            both(whole.clone(), 1, 8, &[77, 0]),
        ),
        zip(10, "part-of-a-split-zip", 3, part),
        zip(12, "overlapping-entries", 3, overlapping),
        zip(
            12,
            "tightly-packed",
            1,
            samples::zip(&[("a.txt", post(1)), ("b.bin", vec![0; 17 << 20])], true).0,
        ),
        zip(17, "link", 3, link),
    ]
}

fn strangers() -> Vec<Case> {
    let page = b"<!DOCTYPE html><html><head><title>Sign in to your account</title></head><body>x</body></html>";
    let docx = samples::zip(
        &[
            ("[Content_Types].xml", b"<Types/>".to_vec()),
            ("word/document.xml", b"<w/>".to_vec()),
        ],
        true,
    )
    .0;
    let mut tar = vec![b'a'; 512];
    tar[257..262].copy_from_slice(b"ustar");
    vec![
        file(13, "empty-file", "export.txt", b""),
        file(13, "empty-zip-file", "export.zip", b""),
        file(
            13,
            "zip-without-entries",
            "export.zip",
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        ),
        file(13, "login-page-named-zip", "space.zip", page),
        file(13, "login-page-named-xml", "export.xml", page),
        file(
            13,
            "error-page-named-txt",
            "export.txt",
            b"<html><title>503 Service Unavailable</title>",
        ),
        file(13, "nothing-but-zeros", "export.txt", &[0; 5000]),
        file(13, "text-named-zip", "export.zip", b"not a zip at all"),
        file(14, "tar-gz", "export.tar.gz", b"\x1f\x8b\x08\0\0\0\0\0"),
        file(14, "tar", "export.tar", &tar),
        file(14, "rar", "export.rar", b"Rar!\x1a\x07\x01\0"),
        file(14, "rar-named-zip", "export.zip", b"Rar!\x1a\x07\x01\0"),
        file(14, "seven-zip", "export.7z", b"7z\xbc\xaf\x27\x1c\0"),
        file(
            14,
            "mailbox",
            "mail.mbox",
            b"From ana@example.org Thu May 1 2008\nFrom: Ana\nSubject: hello\n\nx\n",
        ),
        file(14, "outlook-mailbox", "mail.pst", b"!BDN\0\0\0\0"),
        file(14, "pdf", "blog.pdf", b"%PDF-1.4 x"),
        file(14, "picture", "photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
        case(14, "docx", 0, Odd::File("blog.docx", docx)),
        case(14, "empty-folder", 0, Odd::Folder(Vec::new())),
        case(
            16,
            "the-same-archive-twice-in-one",
            1,
            Odd::File(
                "export.zip",
                samples::zip(&[("a.txt", post(1)), ("copy/a.txt", post(1))], false).0,
            ),
        ),
    ]
}
