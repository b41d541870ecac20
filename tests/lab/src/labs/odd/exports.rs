//! Odd exports: dates, states, people, separators, sizes.

use super::{Case, Odd, case};
use crate::reading::word;

/// One entry with these lines in its head.
pub(super) fn entry(head: &str, body: &str) -> String {
    format!("{head}\n-----\nBODY:\n{body}\n-----\n--------\n")
}

/// A head that nothing is wrong with.
pub(super) fn head(title: &str) -> String {
    format!("AUTHOR: Ana\nTITLE: {title}\nSTATUS: Publish\nDATE: 05/30/2008 03:51:19 AM")
}

fn export(kind: u8, name: &'static str, words: usize, text: String) -> Case {
    case(
        kind,
        name,
        words,
        Odd::File("export.txt", text.into_bytes()),
    )
}

/// A good entry, one with `line` in place of the line of its head that begins alike, and another good one.
fn with(kind: u8, name: &'static str, line: &str) -> Case {
    let key = line.split(':').next().unwrap_or_default();
    let odd: Vec<String> = format!("{}\nBASENAME: {}", head("odd"), word(2))
        .lines()
        .filter(|known| !known.starts_with(&format!("{key}:")))
        .map(str::to_owned)
        .chain((!line.ends_with("GONE")).then(|| line.to_owned()))
        .collect();
    let text = entry(&head("before"), &word(1))
        + &entry(&odd.join("\n"), &word(3))
        + &entry(&head("after"), &word(4));
    export(kind, name, 4, text)
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = dates();
    cases.extend(states());
    cases.extend(structure());
    cases.extend(sizes());
    cases
}

fn dates() -> Vec<Case> {
    vec![
        with(46, "no-date", "DATE: GONE"),
        with(46, "empty-date", "DATE: "),
        with(47, "thirtieth-of-february", "DATE: 02/30/2008 03:51:19 AM"),
        with(
            47,
            "a-quarter-past-twenty-five",
            "DATE: 05/30/2008 25:61:00",
        ),
        with(47, "month-thirteen", "DATE: 13/13/2008 03:51:19 AM"),
        with(47, "year-one", "DATE: 01/01/0001 12:00:00 AM"),
        with(47, "year-1900", "DATE: 01/01/1900 12:00:00 AM"),
        with(47, "the-epoch", "DATE: 01/01/1970 12:00:00 AM"),
        with(47, "year-9999", "DATE: 12/31/9999 11:59:59 PM"),
        with(48, "day-first", "DATE: 30/05/2008 03:51:19 AM"),
        with(48, "either-way", "DATE: 03/04/2008 03:51:19 AM"),
        with(49, "other-words", "DATE: 30. Mai 2008 03:51"),
        with(49, "chinese-date", "DATE: 2008年5月30日 上午 3:51"),
        with(49, "two-digit-year", "DATE: 05/30/08 03:51:19 AM"),
        with(49, "twenty-four-hours", "DATE: 05/30/2008 15:51:19"),
        with(49, "no-clock", "DATE: 05/30/2008"),
        with(49, "thai-year", "DATE: 05/30/2551 03:51:19 AM"),
        with(
            50,
            "published-in-the-future",
            "DATE: 05/30/2031 03:51:19 AM",
        ),
        with(
            0,
            "endless-date",
            &format!("DATE: {}", "05/30/2008 ".repeat(200)),
        ),
        export(
            51,
            "comment-older-than-its-post",
            2,
            format!(
                "{}\n-----\nBODY:\n{}\n-----\nCOMMENT:\nAUTHOR: Ben\nDATE: 01/01/2001 10:00:00 AM\n{}\n-----\n--------\n",
                head("post"),
                word(1),
                word(2)
            ),
        ),
        export(
            46,
            "comment-without-date",
            2,
            format!(
                "{}\n-----\nBODY:\n{}\n-----\nCOMMENT:\nAUTHOR: Ben\n{}\n-----\n--------\n",
                head("post"),
                word(1),
                word(2)
            ),
        ),
    ]
}

fn states() -> Vec<Case> {
    vec![
        with(55, "no-status", "STATUS: GONE"),
        with(55, "unknown-status", "STATUS: Friends"),
        with(56, "draft", "STATUS: Draft"),
        with(56, "scheduled-and-past", "STATUS: Future"),
        export(
            56,
            "scheduled-and-to-come",
            1,
            entry(
                &head("later")
                    .replace("Publish", "Future")
                    .replace("2008", "2031"),
                &word(1),
            ),
        ),
        with(52, "no-title", "TITLE: GONE"),
        with(52, "empty-title", "TITLE: "),
        export(
            52,
            "wholly-empty",
            1,
            entry(&head("before"), &word(1))
                + &entry(
                    "AUTHOR: Ana\nTITLE: \nSTATUS: Publish\nDATE: 05/30/2008 03:51:19 AM",
                    "",
                ),
        ),
        export(52, "title-only", 1, entry(&head(&word(1)), "")),
        export(
            52,
            "only-a-picture",
            1,
            entry(&head(&word(1)), "<img src=\"http://x.example/a.jpg\">"),
        ),
        export(
            53,
            "equal-titles",
            3,
            entry(&head("same"), &word(1))
                + &entry(&head("same"), &word(2))
                + &entry(&head("same"), &word(3)),
        ),
        with(54, "no-author", "AUTHOR: GONE"),
        with(54, "e-mail-as-name", "AUTHOR: ana@example.org"),
        with(57, "category-of-nothing", "CATEGORY: ,"),
        with(
            57,
            "category-of-400-letters",
            &format!("CATEGORY: {}", "c".repeat(400)),
        ),
        export(
            57,
            "category-in-two-cases",
            2,
            entry(&(head("one") + "\nCATEGORY: Garden"), &word(1))
                + &entry(&(head("two") + "\nCATEGORY: garden"), &word(2)),
        ),
        export(
            57,
            "five-thousand-tags",
            1,
            format!(
                "{}\n-----\nBODY:\n{}\n-----\nKEYWORDS:\n{}\n-----\n--------\n",
                head("tags"),
                word(1),
                (0..5000)
                    .map(|n| format!("tag{n}"))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
        ),
        with(58, "relative-permalink", "UNIQUE URL: /2008/05/odd.html"),
        with(
            58,
            "permalink-with-session",
            "UNIQUE URL: https://x.example/2008/05/odd.html?PHPSESSID=abc",
        ),
        with(58, "no-permalink", "UNIQUE URL: "),
        with(36, "notation-nobody-knows", "CONVERT BREAKS: textile_2"),
        with(36, "markdown", "CONVERT BREAKS: markdown"),
        with(0, "breaks-odd-value", "CONVERT BREAKS: -7"),
        export(
            80,
            "comment-with-script",
            2,
            format!(
                "{}\n-----\nBODY:\n{}\n-----\nCOMMENT:\nAUTHOR: Ben\nURL: javascript:alert(1)\nDATE: 06/01/2008 10:00:00 AM\n<script>x</script>{}\n-----\n--------\n",
                head("post"),
                word(1),
                word(2)
            ),
        ),
    ]
}

fn structure() -> Vec<Case> {
    let two = entry(&head("one"), &word(1)) + &entry(&head("two"), &word(2));
    let cut = |keep: usize| {
        let text = entry(&head("one"), &word(1))
            + &entry(
                &head("two"),
                &format!("<p>{} a long text that breaks off", word(2)),
            );
        text[..text.len() - keep].to_owned()
    };
    let mut cases = vec![
        export(19, "cut-in-a-body", 2, cut(24)),
        export(19, "cut-in-the-last-dashes", 2, cut(4)),
        export(
            19,
            "cut-in-a-head",
            1,
            format!("{}AUTHOR: Ana\nTIT", entry(&head("one"), &word(1))),
        ),
        export(
            27,
            "one-entry-without-a-body",
            1,
            format!("{}\n-----\n--------\n", head(&word(1))),
        ),
        export(
            32,
            "equal-addresses",
            2,
            entry(
                &(head("one") + "\nUNIQUE URL: https://x.example/2008/05/a.html"),
                &word(1),
            ) + &entry(
                &(head("two") + "\nUNIQUE URL: https://x.example/2008/05/a.html"),
                &word(2),
            ),
        ),
        export(
            16,
            "the-same-entry-twice",
            1,
            entry(&head("one"), &word(1)).repeat(2),
        ),
        export(
            25,
            "text-between-entries",
            3,
            format!(
                "{}{} stands between\n--------\n{}",
                entry(&head("one"), &word(1)),
                word(3),
                entry(&head("two"), &word(2))
            ),
        ),
        export(
            25,
            "text-after-the-end",
            3,
            format!("{two}and {} after the end\n", word(3)),
        ),
        export(
            25,
            "two-exports-joined-with-a-mark",
            2,
            two.replacen("--------\nAUTHOR", "--------\n\u{FEFF}AUTHOR", 1),
        ),
        export(
            18,
            "dashes-of-people",
            3,
            entry(
                &head("one"),
                &format!("{}\n--------\n-----\nBODY text {}", word(1), word(3)),
            ) + &entry(&head("two"), &word(2)),
        ),
        export(
            18,
            "no-dashes-between-entries",
            2,
            two.replacen("--------\n", "", 1),
        ),
        export(
            18,
            "seven-dashes",
            2,
            two.replace("--------\n", "-------\n"),
        ),
        export(
            18,
            "nine-dashes",
            2,
            two.replace("--------\n", "---------\n"),
        ),
        export(
            18,
            "section-nobody-knows",
            3,
            two.replacen(
                "-----\n--------\n",
                &format!("-----\nMOOD:\n{}\n-----\n--------\n", word(3)),
                1,
            ),
        ),
        export(18, "no-body-name", 2, two.replacen("BODY:\n", "", 1)),
        export(
            33,
            "comments-without-their-entry",
            1,
            format!(
                "NO ENTRY: 1\nBASENAME: gone\nTITLE: Gone\nDATE: 05/30/2008 03:51:19 AM\n-----\nCOMMENT:\nAUTHOR: Ben\nDATE: 06/01/2008 10:00:00 AM\n{}\n-----\n--------\n",
                word(1)
            ),
        ),
        export(
            0,
            "head-of-two-lines-of-title",
            2,
            entry(&head(&format!("one\n{} goes on", word(2))), &word(1)),
        ),
        export(
            0,
            "lower-case-keys",
            1,
            entry(&head(&word(1)).replace("TITLE", "Title"), "x"),
        ),
        export(0, "blank-lines-everywhere", 2, two.replace('\n', "\n\n")),
    ];
    cases.push(case(
        30,
        "several-exports-in-a-folder",
        2,
        Odd::Folder(vec![
            ("b.txt", entry(&head("two"), &word(2)).into_bytes()),
            ("a.txt", entry(&head("one"), &word(1)).into_bytes()),
            ("notes.txt", b"no export".to_vec()),
        ]),
    ));
    cases
}

fn sizes() -> Vec<Case> {
    let long = |bytes: usize| "<p>a line of a long post</p>\n".repeat(bytes / 29 + 1);
    vec![
        export(
            34,
            "title-of-a-million-letters",
            2,
            entry(
                &head(&format!("{}{}", word(1), "t".repeat(1_000_000))),
                &word(2),
            ),
        ),
        export(
            34,
            "post-of-31-mebibytes",
            2,
            entry(
                &head("long"),
                &format!("{}{}{}", word(1), long(31 << 20), word(2)),
            ),
        ),
        export(
            34,
            "post-of-40-mebibytes",
            3,
            entry(
                &head("long"),
                &format!("{}{}{}", word(1), long(40 << 20), word(2)),
            ) + &entry(&head("after"), &word(3)),
        ),
        export(79, "two-thousand-comments", 2, {
            let comment =
                "COMMENT:\nAUTHOR: spam\nDATE: 06/01/2008 10:00:00 AM\nbuy\n-----\n".repeat(2000);
            format!(
                "{}\n-----\nBODY:\n{}\n-----\n{comment}COMMENT:\nAUTHOR: Ben\nDATE: 06/01/2008 10:00:00 AM\n{}\n-----\n--------\n",
                head("post"),
                word(1),
                word(2)
            )
        }),
        export(
            61,
            "tags-a-thousand-deep",
            1,
            entry(
                &head("deep"),
                &format!("{}{}", "<div>".repeat(1000), word(1)),
            ),
        ),
    ]
}
