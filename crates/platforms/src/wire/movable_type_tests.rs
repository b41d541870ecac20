//! The format at its edges.
use super::*;
use jiff::civil;
use proptest::prelude::*;

const TWO: &str = "AUTHOR: Ana\nTITLE: One\nDATE: 05/30/2025 03:51:19 AM\n-----\nBODY:\nfirst\n-----\n--------\nAUTHOR: Ana\nTITLE: Two\n-----\nBODY:\nsecond\n-----\nCOMMENT:\nAUTHOR: Ben\nDATE: 06/01/2025 12:00:00 PM\nhello\n-----\n--------\n";

fn entries(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut splitter = Splitter::new(bytes);
    let mut found = Vec::new();
    let mut accounted = 0;
    while let Some(raw) = splitter.next_entry().expect("memory can be read") {
        assert_eq!(raw.offset, accounted);
        accounted += raw.span;
        found.push(raw.bytes.to_vec());
    }
    assert_eq!(accounted, bytes.len() as u64, "every byte is accounted for");
    found
}

fn titles(text: &str) -> Vec<String> {
    let entries = entries(text.as_bytes());
    entries
        .iter()
        .filter_map(|entry| {
            let entry = std::str::from_utf8(entry).expect("what was text stays text");
            Entry::parse(entry).field("TITLE").map(str::to_owned)
        })
        .collect()
}

#[test]
fn entries_sections_and_comments_are_told_apart() {
    let found = entries(TWO.as_bytes());
    assert_eq!(found.len(), 2);
    let second = String::from_utf8(found[1].clone()).expect("text");
    let entry = Entry::parse(&second);
    assert_eq!(entry.section("BODY"), "second");
    let comment = Comment::parse(entry.section("COMMENT"));
    assert_eq!(
        (comment.field("AUTHOR"), comment.text),
        (Some("Ben"), "hello")
    );
}

#[test]
fn eight_dashes_inside_a_body_do_not_end_the_entry() {
    for inside in [
        "--------\nmore",
        "--------",
        "--------\n\n-----\nmore",
        "--------\nTITLE: a quoted title\nmore",
        "-----\nmore",
        "----------------\nAUTHOR: x",
        "-----\nCOMMENT:\nno comment",
        "-----\n--------\nNOTE: this is text",
    ] {
        let text = TWO.replace("first", &format!("first\n{inside}\nlast"));
        assert_eq!(titles(&text), ["One", "Two"], "{inside}");
        let found = entries(text.as_bytes());
        let first = String::from_utf8(found[0].clone()).expect("text");
        assert_eq!(
            Entry::parse(&first).section("BODY"),
            format!("first\n{inside}\nlast")
        );
    }
}

#[test]
fn a_blank_line_in_the_head_does_not_end_it() {
    let text = "TITLE: One\nSTATUS: Publish\n\nUNIQUE URL: https://x.example/1.html \nDATE: 05/30/2025 03:51:19 AM\n-----\nBODY:\n\n-----\n";
    let entry = Entry::parse(text);
    assert_eq!(entry.field("UNIQUE URL"), Some("https://x.example/1.html"));
    assert!(entry.field("DATE").is_some());
    assert_eq!(entry.section("BODY"), "");
}

#[test]
fn windows_line_ends_and_missing_ends_are_read() {
    let crlf = TWO.replace('\n', "\r\n");
    assert_eq!(titles(&crlf), ["One", "Two"]);
    let found = entries(crlf.as_bytes());
    assert_eq!(
        Entry::parse(std::str::from_utf8(&found[0]).expect("text")).section("BODY"),
        "first"
    );
    let open = TWO.strip_suffix("-----\n--------\n").expect("ends so");
    assert_eq!(titles(open), ["One", "Two"]);
}

#[test]
fn an_empty_section_is_empty() {
    let entry =
        Entry::parse("TITLE: x\n-----\nBODY:\n-----\nEXCERPT:\n\n-----\nKEYWORDS: a, b\n-----\n");
    assert_eq!(
        (
            entry.section("BODY"),
            entry.section("EXCERPT"),
            entry.section("KEYWORDS")
        ),
        ("", "", "a, b")
    );
    assert_eq!(entry.sections.len(), 3);
}

#[test]
fn a_comment_that_begins_like_a_key_keeps_its_words() {
    let comment =
        Comment::parse("AUTHOR: Ben\nURL: \nDATE: 06/01/2025 12:00:00 PM\nURL: is not working\n");
    assert_eq!(comment.text, "URL: is not working\n");
}

#[test]
fn dates_are_read_in_every_form_that_exports_have() {
    let at = |hour, minute, second| Some(civil::date(2025, 5, 30).at(hour, minute, second, 0));
    assert_eq!(date("05/30/2025 03:51:19 AM"), at(3, 51, 19));
    assert_eq!(date("05/30/2025 12:00:01 AM"), at(0, 0, 1));
    assert_eq!(date("05/30/2025 12:00:01 PM"), at(12, 0, 1));
    assert_eq!(date("5/30/2025 15:51"), at(15, 51, 0));
    assert_eq!(date("05/30/2025"), at(0, 0, 0));
    for wrong in [
        "",
        "30/05/2025 10:00:00 AM",
        "02/30/2025 10:00",
        "05/30/2025 25:00:00",
        "yesterday",
        "05/30/2025 10:00:00 XM",
    ] {
        assert_eq!(date(wrong), None, "{wrong}");
    }
}

#[test]
fn an_entry_beyond_the_limit_comes_in_pieces_and_the_next_is_whole() {
    let text = TWO.replace("first", &"long ".repeat(ENTRY_BYTES / 5 + 100_000));
    let mut splitter = Splitter::new(text.as_bytes());
    let mut seen = Vec::new();
    while let Some(raw) = splitter.next_entry().expect("readable") {
        seen.push((raw.continues, raw.open, raw.bytes.starts_with(b"AUTHOR")));
    }
    assert_eq!(
        seen,
        [
            (false, true, true),
            (true, false, false),
            (false, false, true)
        ]
    );
}

#[test]
fn a_file_cut_at_any_byte_keeps_every_whole_entry_before_the_cut() {
    let first_end = TWO.find("--------\n").expect("there") + 9;
    for at in 0..TWO.len() {
        let found = entries(&TWO.as_bytes()[..at]);
        if at >= first_end {
            let first = std::str::from_utf8(&found[0]).expect("text");
            assert_eq!(Entry::parse(first).section("BODY"), "first", "cut at {at}");
        }
        for entry in &found {
            let entry = Entry::parse(std::str::from_utf8(entry).expect("text"));
            assert!(entry.sections.len() <= 2);
        }
    }
}

/// Hands out a few bytes at a time, as slow disks and pipes do.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let give = self.1.min(self.0.len()).min(buffer.len());
        buffer[..give].copy_from_slice(&self.0[..give]);
        self.0 = &self.0[give..];
        Ok(give)
    }
}

#[test]
fn it_does_not_matter_in_which_pieces_the_file_arrives() {
    for step in [1, 7, 9, 64] {
        let mut splitter = Splitter::new(Drip(TWO.as_bytes(), step));
        let mut found = Vec::new();
        while let Some(raw) = splitter.next_entry().expect("readable") {
            found.push(raw.bytes.to_vec());
        }
        assert_eq!(found, entries(TWO.as_bytes()));
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        for entry in entries(&bytes) {
            let text = String::from_utf8_lossy(&entry).into_owned();
            for section in Entry::parse(&text).sections {
                prop_assert!(Comment::parse(section.text).text.len() <= section.text.len());
            }
        }
    }

    #[test]
    fn arrangements_of_the_format_s_own_lines_never_panic(lines in proptest::collection::vec(
        prop_oneof!["-----", "--------", "BODY:", "COMMENT:", "PING:", "AUTHOR: x", "TITLE: y", "DATE: z", "", "text", "\r", "KEYWORDS:"], 0..40
    )) {
        let text = lines.join("\n");
        for entry in entries(text.as_bytes()) {
            let parsed = Entry::parse(std::str::from_utf8(&entry).expect("text"));
            prop_assert!(parsed.sections.iter().map(|section| section.text.len()).sum::<usize>() <= entry.len());
        }
    }

    #[test]
    fn what_is_written_reads_back(written in proptest::collection::vec(("[A-Za-z é]{1,20}", "[a-z<>\n -]{0,60}", 0_usize..3), 1..6)) {
        let text: String = written.iter().map(|(title, body, comments)| {
            let comments = "COMMENT:\nAUTHOR: Ben\nDATE: 06/01/2025 12:00:00 PM\nhi\n-----\n".repeat(*comments);
            format!("AUTHOR: Ana\nTITLE: {title}\nDATE: 05/30/2025 03:51:19 AM\n-----\nBODY:\n{body}\n-----\n{comments}--------\n")
        }).collect();
        let found = entries(text.as_bytes());
        prop_assert_eq!(found.len(), written.len());
        for (entry, (title, body, comments)) in found.iter().zip(&written) {
            let entry = Entry::parse(std::str::from_utf8(entry).expect("text"));
            prop_assert_eq!(entry.field("TITLE").unwrap_or_default(), title.trim());
            prop_assert_eq!(entry.section("BODY"), body.as_str());
            prop_assert_eq!(entry.sections.iter().filter(|section| section.name == "COMMENT").count(), *comments);
        }
    }
}

#[test]
fn rows_of_seven_or_nine_dashes_part_perfect_entries_only() {
    const THREE: &str = "AUTHOR: Ana\nTITLE: One\nSTATUS: Publish\nDATE: 05/30/2025 03:51:19 AM\n-----\nBODY:\nfirst\n-----\n";
    for row in ["-------\n", "---------\n", "------------\n"] {
        let text = format!("{THREE}{row}{}", THREE.replace("One", "Two"));
        assert_eq!(titles(&text), ["One", "Two"], "{row}");
        let inside = TWO.replace("first", &format!("first\n{row}last"));
        assert_eq!(titles(&inside), ["One", "Two"], "{row}");
    }
    let joined = THREE.to_owned() + &THREE.replace("One", "Two");
    assert!(Entry::parse(&joined).holds_another());
    assert!(!Entry::parse(THREE).holds_another());
}

#[test]
fn years_of_two_digits_only_are_of_a_century() {
    assert_eq!(
        date("01/01/08 10:00:00 AM").map(|date| date.year()),
        Some(2008)
    );
    assert_eq!(
        date("01/01/99 10:00:00 AM").map(|date| date.year()),
        Some(1999)
    );
    assert_eq!(
        date("01/01/0001 10:00:00 AM").map(|date| date.year()),
        Some(1)
    );
    let at_limit = format!("05/30/2008{}", " ".repeat(118));
    assert!(date(&at_limit).is_some());
    assert!(date(&format!("{at_limit} ")).is_none());
}
