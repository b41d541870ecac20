//! Archives at the limits: made up while they are read, so that a test of 50 GiB needs no disk.
use super::super::{ENTRIES, TOTAL_BYTES};
use super::*;

/// One entry as a test wants it in the list and in the file.
#[derive(Clone)]
struct Wish {
    name: Vec<u8>,
    method: u16,
    flags: u16,
    content: Vec<u8>,
    crc: Option<u32>,
    bytes: Option<u32>,
    described: bool,
}

fn wish(name: &str, content: &[u8]) -> Wish {
    Wish {
        name: name.as_bytes().to_vec(),
        method: 0,
        flags: 0x800,
        content: content.to_vec(),
        crc: None,
        bytes: None,
        described: false,
    }
}

fn common(wish: &Wish, in_front: bool) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(&wish.content);
    let hidden = wish.described && in_front;
    let flags = wish.flags | if wish.described { 8 } else { 0 };
    let packed = wish.content.len() as u32;
    let mut out = [20_u16, flags, wish.method, 0, 0]
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect::<Vec<u8>>();
    for number in [
        wish.crc.unwrap_or(crc.sum()),
        packed,
        wish.bytes.unwrap_or(packed),
    ] {
        out.extend(if hidden { 0 } else { number }.to_le_bytes());
    }
    out
}

/// The zip of `wishes`, with the places of the records moved by `moved` in the list.
fn zip(wishes: &[Wish], moved: impl Fn(usize, u32) -> u32) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (at, wish) in wishes.iter().enumerate() {
        let header = moved(at, out.len() as u32);
        out.extend(record::LOCAL.to_le_bytes());
        out.extend(common(wish, true));
        out.extend((wish.name.len() as u16).to_le_bytes());
        out.extend([0, 0]);
        out.extend(&wish.name);
        out.extend(&wish.content);
        if wish.described {
            out.extend(record::DESCRIPTOR.to_le_bytes());
            out.extend(&common(wish, false)[10..]);
        }
        list.extend(record::CENTRAL.to_le_bytes());
        list.extend([20, 0]);
        list.extend(common(wish, false));
        list.extend((wish.name.len() as u16).to_le_bytes());
        list.extend([0; 12]);
        list.extend(header.to_le_bytes());
        list.extend(&wish.name);
    }
    let (start, count) = (out.len() as u32, wishes.len() as u16);
    out.extend(&list);
    out.extend(record::END.to_le_bytes());
    out.extend([0; 4]);
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend((list.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn plain(wishes: &[Wish]) -> Vec<u8> {
    zip(wishes, |_, header| header)
}

fn list(bytes: Vec<u8>) -> Result<Archive, ReadError> {
    Archive::list("x.zip", Arc::new(InMemory(bytes.into())))
}

fn codes(archive: &Archive) -> Vec<String> {
    archive
        .findings()
        .into_iter()
        .map(|finding| finding.code)
        .collect()
}

fn names(archive: &Archive) -> Vec<String> {
    archive
        .entries_where(&|_| true)
        .into_iter()
        .map(|entry| entry.name)
        .collect()
}

fn content(archive: &Archive, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    archive
        .open(name, Trust::Prefix)
        .expect("readable")
        .expect("there")
        .read_to_end(&mut bytes)
        .expect("read");
    bytes
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::read::DeflateEncoder::new(content, flate2::Compression::best())
        .read_to_end(&mut packed)
        .expect("packed");
    packed
}

#[test]
fn an_archive_cut_anywhere_gives_its_whole_entries_and_names_the_cut_one() {
    let first = vec![b'a'; 300];
    let zip = plain(&[
        wish("a.txt", &first),
        wish("b.txt", &[b'b'; 300]),
        wish("c.txt", b"c"),
    ]);
    for at in 335..zip.len() {
        let archive = list(zip[..at].to_vec()).unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!(content(&archive, "a.txt"), first, "cut at {at}");
        if at < zip.len() - 22 {
            assert!(
                codes(&archive).contains(&"INP-006".to_owned()),
                "cut at {at}"
            );
        }
    }
    let archive = list(zip[..500].to_vec()).expect("salvaged");
    assert_eq!(content(&archive, "b.txt"), vec![b'b'; 500 - 335 - 35]);
    assert!(codes(&archive).contains(&"INP-007".to_owned()));
    assert_eq!(archive.set_aside().len(), 1);
}

#[test]
fn entries_that_are_described_behind_their_bytes_are_salvaged() {
    let words = b"some words, some words, some words".repeat(20);
    let mut packed = wish("a.txt", &deflated(&words));
    (packed.method, packed.described) = (8, true);
    packed.bytes = Some(words.len() as u32);
    let mut crc = flate2::Crc::new();
    crc.update(&words);
    packed.crc = Some(crc.sum());
    let mut stored = wish("b.txt", b"stored words");
    stored.described = true;
    let zip = plain(&[packed, stored, wish("c.txt", b"last")]);
    let end = memchr::memmem::find(&zip, b"PK\x01\x02").expect("a list");
    let archive = list(zip[..end].to_vec()).expect("salvaged");
    assert_eq!(content(&archive, "a.txt"), words);
    assert_eq!(content(&archive, "b.txt"), b"stored words");
    assert_eq!(content(&archive, "c.txt"), b"last");
    assert_eq!(codes(&archive), ["INP-006"]);
}

#[test]
fn a_lost_front_is_named_and_the_rest_is_read() {
    let zip = plain(&[
        wish("a.txt", &[b'a'; 100]),
        wish("b.txt", b"b"),
        wish("c.txt", b"c"),
    ]);
    let archive = list(zip[50..].to_vec()).expect("a list");
    assert_eq!(names(&archive), ["b.txt", "c.txt"]);
    assert_eq!(content(&archive, "c.txt"), b"c");
    assert_eq!(codes(&archive), ["INP-008", "INP-013"]);
    assert_eq!(archive.set_aside().len(), 1);
}

#[test]
fn bytes_missing_in_the_middle_cost_the_entry_they_were_in() {
    let mut zip = plain(&[
        wish("a.txt", &[b'a'; 100]),
        wish("b.txt", b"b"),
        wish("c.txt", b"c"),
    ]);
    zip.drain(60..70);
    let archive = list(zip).expect("a list");
    assert_eq!(content(&archive, "b.txt"), b"b");
    assert_eq!(content(&archive, "c.txt"), b"c");
    assert!(
        codes(&archive).contains(&"INP-006".to_owned())
            || codes(&archive).contains(&"INP-008".to_owned())
    );
}

#[test]
fn overlapping_entries_are_refused_and_touching_ones_are_not() {
    let wishes = [
        wish("a.txt", &[b'a'; 90]),
        wish("b.txt", b"b"),
        wish("c.txt", b"c"),
    ];
    assert!(codes(&list(plain(&wishes)).expect("touching")).is_empty());
    // A record inside the bytes of another entry, as bombs have them.
    let mut inner = plain(&[wish("b.txt", &[b'b'; 60])]);
    inner.truncate(60);
    let zip = zip(
        &[
            wish("a.txt", &inner),
            wish("b.txt", &[b'b'; 60]),
            wish("c.txt", b"c"),
        ],
        |at, header| if at == 1 { 35 } else { header },
    );
    let archive = list(zip).expect("one honest entry");
    assert_eq!(names(&archive), ["c.txt"]);
    // The bytes that the list no longer names are kept as well.
    assert_eq!(codes(&archive), ["INP-013", "INP-011", "INP-011"]);
    assert_eq!(archive.set_aside().len(), 2);
}

#[test]
fn an_archive_of_nothing_but_overlaps_is_refused_with_numbers() {
    let inner = plain(&[wish("b.txt", b"b")]);
    let zip = zip(
        &[wish("a.txt", &inner), wish("b.txt", b"b")],
        |at, header| {
            if at == 1 { 35 } else { header }
        },
    );
    let error = list(zip).expect_err("a bomb").to_string();
    assert!(error.contains("all 2 entries"), "{error}");
}

#[test]
fn names_at_the_limit_are_read_and_one_byte_more_is_not() {
    let long = |bytes: usize| "n".repeat(bytes);
    let deep = |folders: usize| "d/".repeat(folders) + "f";
    for (name, read) in [
        (long(1024), true),
        (long(1025), false),
        (deep(31), true),
        (deep(32), false),
    ] {
        let archive = list(plain(&[wish(&name, b"x"), wish("a", b"a")])).expect("a list");
        assert_eq!(
            archive.entries_where(&|_| true).len(),
            1 + usize::from(read),
            "{}",
            name.len()
        );
        assert_eq!(codes(&archive).len(), usize::from(!read));
    }
}

#[test]
fn half_a_million_entries_are_listed_and_one_more_is_refused() {
    for (count, listed) in [(ENTRIES, true), (ENTRIES + 1, false)] {
        let archive = Archive::list("x.zip", Arc::new(InMemory(many(count).into())));
        match archive {
            Ok(archive) => assert!(listed && archive.entries_where(&|_| true).len() == count),
            Err(error) => {
                assert!(!listed, "{error}");
                assert!(error.to_string().contains("500001"), "{error}");
            }
        }
    }
}

/// An archive of `count` empty entries with the records of large archives.
fn many(count: usize) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for at in 0..count {
        let empty = wish(&format!("{at:07}"), b"");
        let header = out.len() as u32;
        out.extend(record::LOCAL.to_le_bytes());
        out.extend(common(&empty, true));
        out.extend([7, 0, 0, 0]);
        out.extend(&empty.name);
        list.extend(record::CENTRAL.to_le_bytes());
        list.extend([20, 0]);
        list.extend(common(&empty, false));
        list.extend([7, 0]);
        list.extend([0; 12]);
        list.extend(header.to_le_bytes());
        list.extend(&empty.name);
    }
    let (start, size) = (out.len() as u64, list.len() as u64);
    out.extend(&list);
    let end = out.len() as u64;
    out.extend(record::END_64.to_le_bytes());
    out.extend(44_u64.to_le_bytes());
    out.extend([0; 12]);
    for number in [count as u64, count as u64, size, start] {
        out.extend(number.to_le_bytes());
    }
    out.extend(record::LOCATOR_64.to_le_bytes());
    out.extend([0; 4]);
    out.extend(end.to_le_bytes());
    out.extend(1_u32.to_le_bytes());
    out.extend(record::END.to_le_bytes());
    out.extend([0; 4]);
    out.extend([0xFF; 12]);
    out.extend([0; 2]);
    out
}

/// Zeros that are counted as they are read, so that no test unpacks 50 GiB.
fn read_as_if(before: u64, total_before: u64, more: usize) -> io::Result<u64> {
    let unpacked = Arc::new(Unpacked::already(before, total_before));
    let expected = Expected {
        at: 0,
        crc: None,
        bytes: 0,
        packed: 0,
        cut: false,
    };
    let zeros = Box::new(io::repeat(0).take(more as u64));
    let mut checked = Checked::new(zeros, expected, Trust::Whole, unpacked);
    checked.already(before);
    io::copy(&mut checked, &mut io::sink())
}

#[test]
fn four_gibibytes_of_an_entry_are_read_and_one_byte_more_is_not() {
    assert_eq!(read_as_if(ENTRY_BYTES - 8, 0, 8).expect("at the limit"), 8);
    let error = read_as_if(ENTRY_BYTES - 8, 0, 9).expect_err("over the limit");
    assert!(
        error.to_string().contains("more than an honest archive"),
        "{error}"
    );
}

#[test]
fn fifty_gibibytes_of_an_archive_are_read_and_one_byte_more_is_not() {
    assert_eq!(read_as_if(0, TOTAL_BYTES - 8, 8).expect("at the limit"), 8);
    assert!(read_as_if(0, TOTAL_BYTES - 8, 9).is_err());
}

#[test]
fn an_entry_that_states_more_than_four_gibibytes_is_refused() {
    let mut large = wish("a.txt", b"x");
    large.bytes = Some(u32::MAX);
    // 4 GiB less one byte is what the field can say; that much is allowed.
    assert_eq!(names(&list(plain(&[large])).expect("a list")), ["a.txt"]);
}

#[test]
fn only_more_than_two_hundred_to_one_above_sixteen_mebibytes_is_worth_a_word() {
    let tight = |bytes: usize, packed: u64| {
        let unpacked = Arc::new(Unpacked::of(1));
        let expected = Expected {
            at: 0,
            crc: None,
            bytes: bytes as u64,
            packed,
            cut: false,
        };
        let zeros = Box::new(io::repeat(0).take(bytes as u64));
        let mut checked = Checked::new(zeros, expected, Trust::Prefix, Arc::clone(&unpacked));
        io::copy(&mut checked, &mut io::sink()).expect("read");
        !unpacked.noticed().is_empty()
    };
    let limit = 16 << 20;
    assert!(!tight(limit, 1));
    assert!(tight(limit + 1, 1));
    assert!(!tight(limit + 200, (limit as u64 + 200) / 200));
}

#[test]
fn lying_sizes_are_counted_while_reading() {
    let words = b"some words, some words, some words".repeat(20);
    let mut crc = flate2::Crc::new();
    crc.update(&words);
    for stated in [3, 1 << 30] {
        let mut entry = wish("a.txt", &deflated(&words));
        (entry.method, entry.crc) = (8, Some(crc.sum()));
        entry.bytes = Some(stated);
        let archive = list(plain(&[entry])).expect("a list");
        assert_eq!(content(&archive, "a.txt"), words);
        assert_eq!(codes(&archive), ["INP-009"]);
    }
}

#[test]
fn a_broken_stream_gives_its_prefix_and_keeps_the_whole_aside() {
    let words: Vec<u8> = (0..20_000_u32)
        .flat_map(|n| n.to_string().into_bytes())
        .collect();
    let mut packed = deflated(&words);
    let middle = packed.len() / 2;
    packed[middle..middle + 40].fill(0xFF);
    let mut entry = wish("a.txt", &packed);
    (entry.method, entry.bytes) = (8, Some(words.len() as u32));
    let archive = list(plain(&[entry])).expect("a list");
    let read = content(&archive, "a.txt");
    assert!(read.len() > 1000 && words.starts_with(&read[..1000]));
    assert_eq!(codes(&archive), ["INP-007"]);
    let mut aside = Vec::new();
    let mut parts = archive.set_aside();
    parts[0].1.read_to_end(&mut aside).expect("kept");
    assert!(memchr::memmem::find(&aside, &packed).is_some());
    let strict = archive
        .open("a.txt", Trust::Whole)
        .expect("opened")
        .expect("there");
    assert!(
        io::copy(&mut { strict }, &mut io::sink()).is_err(),
        "pictures are not taken in part"
    );
}

#[test]
fn locked_and_strangely_packed_entries_are_set_aside_with_a_way_on() {
    let mut locked = wish("locked.txt", b"x");
    locked.flags |= 1;
    let mut strange = wish("strange.txt", b"y");
    strange.method = 14;
    let archive = list(plain(&[locked, strange, wish("a.txt", b"a")])).expect("a list");
    assert_eq!(names(&archive), ["a.txt"]);
    assert_eq!(archive.set_aside().len(), 2);
    let findings = archive.findings();
    assert!(findings[0].sentence.contains("password"));
    assert!(findings[1].sentence.contains("LZMA"));
}

#[test]
fn a_zip_inside_a_zip_is_read_and_a_third_one_is_not() {
    let space = plain(&[
        wish("a.html", b"<p>"),
        wish("third.zip", &plain(&[wish("x", b"x")])),
    ]);
    let archive = list(plain(&[wish("space.zip", &space)])).expect("a list");
    assert_eq!(
        names(&archive),
        ["space.zip", "space.zip/a.html", "space.zip/third.zip"]
    );
    assert_eq!(content(&archive, "space.zip/a.html"), b"<p>");
    assert_eq!(codes(&archive), ["INP-012", "INP-001"]);
    // Beside something to read a zip is an attachment.
    let archive = list(plain(&[wish("x.txt", b""), wish("space.zip", &space)])).expect("a list");
    assert_eq!(names(&archive), ["space.zip", "x.txt"]);
}

#[test]
fn zips_inside_a_zip_without_its_list_are_all_read() {
    let letters =
        |letter: u8| plain(&[wish(&format!("{}.txt", char::from(letter)), &[letter; 90])]);
    let (a, b) = (letters(b'a'), letters(b'b'));
    let zip = plain(&[wish("a.zip", &a), wish("b.zip", &b), wish("c.jpg", b"c")]);
    let list_start = zip.len() - 22 - 3 * (46 + 5);
    for at in [list_start, list_start + 60, zip.len() - 5] {
        let archive = list(zip[..at].to_vec()).expect("salvaged");
        let all = ["a.zip", "a.zip/a.txt", "b.zip", "b.zip/b.txt", "c.jpg"];
        assert_eq!(names(&archive), all, "cut at {at}");
        assert_eq!(content(&archive, "a.zip/a.txt"), [b'a'; 90]);
        assert_eq!(content(&archive, "b.zip"), b);
        assert_eq!(codes(&archive)[0], "INP-006");
    }
}

#[test]
fn one_part_of_a_split_zip_says_how_to_join_it() {
    let mut first = b"PK\x07\x08".to_vec();
    first.extend(plain(&[wish("a.txt", b"a")]));
    first.truncate(40);
    assert!(
        list(first)
            .expect_err("a part")
            .to_string()
            .contains("join")
    );
    let mut last = plain(&[wish("a.txt", b"a")]);
    let disk = last.len() - 18;
    last[disk] = 2;
    assert!(list(last).expect_err("a part").to_string().contains("join"));
}

#[test]
fn names_in_four_old_alphabets_are_judged_over_all_of_them() {
    for (label, listed) in [
        ("gbk", ["我们的照片", "生日聚会", "北京的春天"]),
        ("shift_jis", ["家族の写真", "花見の日", "運動会のようす"]),
        (
            "koi8-r",
            ["Фотографии нашей семьи", "Весна в Москве", "День рождения"],
        ),
    ] {
        let encoding = crate::wire::encodings::named(label).expect("known");
        let wishes: Vec<Wish> = listed
            .iter()
            .map(|name| Wish {
                name: encoding.encode(name).0.into_owned(),
                flags: 0,
                ..wish("", b"x")
            })
            .collect();
        let mut wanted = listed.map(str::to_owned);
        wanted.sort();
        assert_eq!(names(&list(plain(&wishes)).expect("a list")), wanted);
    }
    let dos = |bytes: &[u8]| {
        let wishes = [Wish {
            name: bytes.to_vec(),
            flags: 0,
            ..wish("", b"x")
        }];
        names(&list(plain(&wishes)).expect("a list")).remove(0)
    };
    assert_eq!(dos(b"\x82t\x82.jpg"), "été.jpg");
    assert_eq!(dos(b"S\xC6o Jo\xC6o.jpg"), "São João.jpg");
    assert_eq!(dos(b"\xE9t\xE9.jpg"), "été.jpg");
}

#[test]
fn four_letters_again_and_again_are_looked_through_in_no_time() {
    let mut bytes = b"PK\x03\x04".repeat(1 << 18);
    assert!(list(bytes.clone()).is_err());
    // Records that claim the longest extra fields, one in the other.
    let record = [
        b"PK\x03\x04".as_slice(),
        &[20, 0, 0, 0, 0, 0],
        &[0; 16],
        &[1, 0, 0xFF, 0xFF, b'n'],
    ]
    .concat();
    bytes = record.repeat(1 << 15);
    let _ = list(bytes);
}
