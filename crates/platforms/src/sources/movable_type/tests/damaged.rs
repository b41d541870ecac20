//! Exports in other alphabets, cut, incomplete, or none at all.

use super::*;

#[test]
fn another_alphabet_is_recognised_and_told() {
    let desk = read(&fixture("odd-latin-1.txt"));
    assert_eq!(
        desk.post("Créme brûlée").body,
        "<p>Où est passée la cuillère? Elle était là, près du thé, à côté de la crème.</p>"
    );
    assert_eq!(desk.codes(), BTreeSet::from(["INP-004"]));
    let desk = read(&fixture("odd-mixed-encodings.txt"));
    assert!(desk.post("One").body.contains("味噌汁"));
    assert_eq!(
        desk.post("Two").body,
        "<p>Une crème brûlée, déjà mangée, à côté du thé.</p>"
    );
    assert!(desk.post("Three").body.contains("борщ"));
    assert_eq!(desk.findings.len(), 1);
    assert_eq!(
        desk.findings[0].item.as_ref().map(|item| item.id.as_str()),
        Some("two@2008-03-04")
    );
}

#[test]
fn windows_line_ends_cut_files_and_missing_ends_lose_no_whole_entry() {
    let desk = read(&fixture("odd-crlf.txt"));
    assert_eq!(
        (
            desk.post("One").body.as_str(),
            desk.comments[0].body.as_str()
        ),
        ("<p>first</p>\n\n<p>line</p>", "<p>Good.</p>")
    );
    assert!(desk.findings.is_empty(), "{:?}", desk.findings);
    let desk = read(&fixture("odd-no-last-separator.txt"));
    assert_eq!((desk.posts.len(), desk.comments.len()), (2, 1));
    let desk = read(&fixture("odd-cut.txt"));
    assert_eq!(
        desk.post("Two").body,
        "<p>a longer text that breaks off here"
    );
    assert_eq!(desk.codes(), BTreeSet::from(["MT-003"]));
}

#[test]
fn invisible_signs_are_taken_out_of_the_text_and_stay_in_the_original() {
    let desk = read(&fixture("odd-nul-bytes.txt"));
    assert_eq!(desk.post("One").body, "<p>before and after</p>");
    assert!(desk.originals[0].contains(&0));
    assert_eq!(desk.codes(), BTreeSet::from(["MT-010"]));
}

#[test]
fn what_heads_do_not_say_is_told_and_never_made_public() {
    let desk = read(&fixture("odd-missing-heads.txt"));
    let state = |title: &str| (desk.post(title).state, desk.post(title).audience);
    assert_eq!(state("No status"), (PostState::Draft, Audience::Owner));
    assert_eq!(state("Late future"), (PostState::Draft, Audience::Owner));
    assert_eq!(state("Elsewhere"), (PostState::Draft, Audience::Owner));
    assert_eq!(state("No date"), (PostState::Published, Audience::Everyone));
    assert_eq!(desk.post("Thirtieth of February").published, None);
    assert_eq!(desk.posts.len(), 7);
    assert_eq!(
        desk.comments[1].post,
        desk.post("In Textile").id,
        "comments find the entry that came before"
    );
    assert_eq!(
        desk.codes(),
        BTreeSet::from(["MT-001", "MT-005", "MT-006", "MT-007", "MT-008", "MT-012"])
    );
}

#[test]
fn a_line_of_ten_megabytes_is_only_a_long_line() {
    let line = "soup ".repeat(2 << 20);
    let desk = read_text(format!("AUTHOR: Ana\nTITLE: Long\nSTATUS: Publish\nDATE: 03/04/2008\n-----\nBODY:\n{line}\n-----\n--------\nTITLE: Next\nSTATUS: Publish\nDATE: 03/04/2008\n-----\nBODY:\nx\n-----\n--------\n").as_bytes());
    assert_eq!(desk.posts.len(), 2);
    assert!(desk.post("Long").body.len() >= line.trim().len());
    assert!(desk.findings.is_empty());
}

#[test]
fn utf_16_is_read_like_anything_else() {
    let text = std::fs::read_to_string(fixture("kitchen-notes.txt")).expect("there");
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let posts = read(&fixture("kitchen-notes.txt")).posts;
    assert!(read_text(&bytes).posts == posts);
    assert!(
        read_text(text.replace('\n', "\r").as_bytes()).posts == posts,
        "and so are the line ends of old Macs"
    );
}

#[test]
fn what_is_no_export_is_refused_with_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear Ana,\nTITLE: no\n").expect("written");
    let options = Options {
        values: BTreeMap::new(),
        secrets: BTreeMap::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut input = input::open(
        path.to_str().expect("Unicode"),
        Arc::new(Fetcher::new(FetchSettings::default())),
        options,
    )
    .expect("a file");
    assert_eq!(
        MovableType.recognise(&input.peek().expect("a peek").lend()),
        Likeness::No
    );
    let error = MovableType
        .read(&mut input, &mut Desk::default())
        .expect_err("not ours");
    assert!(matches!(error, ReadError::NotOurs { .. }));
}
