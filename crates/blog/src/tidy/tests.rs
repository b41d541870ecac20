//! Promises that hold for every body: repeatable, no word lost, quick on hostile input. Real bodies where they are at hand.

use super::{For, limits, tidy};
use crate::body::text::fold;
use crate::body::{plain_text, references};
use crate::codes::tidy as codes;
use proptest::prelude::*;
use std::path::PathBuf;

/// The letters and figures of a body, without white space: what must survive.
fn letters(html: &str) -> String {
    plain_text(html)
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect()
}

fn samples() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let folder = std::env::var_os("REHOME_SAMPLES").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: samples are not here");
    None
}

/// Every body in the samples, with the name of its file.
fn real_bodies() -> Vec<(String, String)> {
    let Some(folder) = samples() else {
        return Vec::new();
    };
    let mut bodies = Vec::new();
    for (part, divide) in [
        ("live-spaces-posts", "---\n"),
        ("typepad", "\n-----\n"),
        ("wxr", "<item>"),
    ] {
        let Ok(entries) = std::fs::read_dir(folder.join(part)) else {
            continue;
        };
        for entry in entries.flatten() {
            let Ok(bytes) = std::fs::read(entry.path()) else {
                continue;
            };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let name = entry.file_name().to_string_lossy().into_owned();
            for (index, body) in text.split(divide).enumerate() {
                let body = body.trim_start_matches("BODY:\n");
                bodies.push((format!("{name}#{index}"), body.to_owned()));
            }
        }
    }
    bodies
}

#[test]
fn real_bodies_are_tidied_once_and_for_all() {
    let bodies = real_bodies();
    for (name, body) in &bodies {
        for purpose in [For::Post, For::Comment] {
            let once = tidy(body, purpose);
            assert!(
                !once
                    .findings
                    .iter()
                    .any(|finding| finding.code == codes::TOO_MUCH.name),
                "{name} was reduced"
            );
            assert_eq!(tidy(&once.html, purpose).html, once.html, "{name}");
        }
    }
    println!("{} bodies", bodies.len());
}

#[test]
fn real_bodies_keep_their_words() {
    // Findings whose repairs take words out or put words in; bodies without them must keep every letter.
    let wordy = [
        codes::TAGS.name,
        codes::SMILEYS.name,
        codes::ACTIVE.name,
        codes::VIDEO.name,
        codes::DEAD_VIDEO.name,
        codes::PICTURE.name,
        codes::WORD.name,
        codes::STYLE.name,
    ];
    let bodies = real_bodies();
    let mut compared = 0;
    for (name, body) in &bodies {
        let tidied = tidy(body, For::Post);
        if tidied
            .findings
            .iter()
            .any(|finding| wordy.contains(&finding.code.as_str()))
        {
            continue;
        }
        compared += 1;
        assert_eq!(letters(&tidied.html), letters(body), "{name}");
    }
    assert!(
        bodies.is_empty() || compared * 2 > bodies.len(),
        "{compared} of {} compared",
        bodies.len()
    );
    println!("{compared} of {} bodies compared", bodies.len());
}

#[test]
fn real_bodies_keep_their_pictures() {
    for (name, body) in real_bodies() {
        let tidied = tidy(&body, For::Post);
        let silent = tidied.findings.iter().all(|finding| {
            ![
                codes::TRACKER.name,
                codes::SMILEYS.name,
                codes::PICTURE.name,
                codes::ACTIVE.name,
            ]
            .contains(&finding.code.as_str())
        });
        let pictures = |html: &str| -> Vec<String> {
            references(html)
                .into_iter()
                .filter(|reference| {
                    reference.element == "img"
                        && reference.kind == crate::body::ReferenceKind::Picture
                })
                .map(|reference| fold(&reference.address))
                .collect()
        };
        if silent {
            assert_eq!(pictures(&tidied.html), pictures(&body), "{name}");
        }
    }
}

#[test]
fn hostile_bodies_end_and_settle() {
    let count = 1 << 17;
    let bodies = [
        "<div>".repeat(count / 5),
        "<b>".repeat(count / 3),
        "<a href=x><p>".repeat(count / 13),
        "<table><tr><td>".repeat(count / 15),
        "<table>x".repeat(count / 8),
        format!(
            "<p {}>x",
            (0..count / 12)
                .map(|n| format!("a{n}=1 "))
                .collect::<String>()
        ),
        (0..200)
            .map(|n| format!("<span id={n}>"))
            .collect::<String>()
            + &"<p>x</p>".repeat(count / 8),
        (0..20)
            .map(|n| format!("<font size={n}>"))
            .collect::<String>()
            + &"<p>x</p>".repeat(count / 8),
        "<li>".repeat(count / 4),
        "<br>".repeat(count / 4),
        "[".repeat(count),
        "<p>".repeat(count / 3),
        "<select><option>".repeat(count / 16),
        "<style>".repeat(count / 7),
        format!("<p style='{}'>", "rgb".repeat(count / 3)),
        format!("<p style='{}'>x", "a:b;".repeat(count / 4)),
    ];
    for body in bodies {
        let tidied = tidy(&body, For::Post);
        assert_eq!(
            tidy(&tidied.html, For::Post).html,
            tidied.html,
            "{:.30}",
            body
        );
    }
}

#[test]
fn a_body_that_cannot_be_parsed_keeps_its_words() {
    let body = format!(
        "<p>first [gallery]</p><div>{}</div>",
        "word<br>".repeat(limits::BODY_WORK_MAX)
    );
    let tidied = tidy(&body, For::Post);
    assert!(
        tidied
            .html
            .starts_with("<p>first &#91;gallery]</p>\n<p>word</p>")
    );
    assert_eq!(tidied.findings[0].code, codes::TOO_MUCH.name);
    assert_eq!(tidied.findings.len(), 1);
}

#[test]
fn a_long_body_is_tidied_in_pieces_and_keeps_everything() {
    for block in [
        "<p>x [a]</p>",
        "<div>a<b>b</b><br></div>",
        "<ul><li>x</ul>",
        "<table><tr><td>1</table>",
    ] {
        let tags = block.matches('<').count();
        let body = block.repeat(limits::PIECE_WORK_MAX / tags + 9);
        let tidied = tidy(&body, For::Post);
        assert_eq!(letters(&tidied.html), letters(&body), "{block}");
        assert_eq!(tidy(&tidied.html, For::Post).html, tidied.html, "{block}");
        let pieces = codes::PIECES.name;
        assert!(tidied.findings.iter().any(|finding| finding.code == pieces));
    }
}

const SOUP: &str = "(<(/?)(p|div|b|i|a|span|font|ul|li|table|tr|td|h2|blockquote|pre|br|center|img|o:p|object|code|figure|dl|dd|em|section|option|nobr)( (style|class|href|src|align|dir|onclick|id|rel|color)=('[a-z:;#.(){}/ &\\[\\]-]{0,10}'|[a-z0-9/:]{0,6}))*>|<!--[a-z ]{0,4}-->|&(nbsp|amp|lt|#91|#123|x);?|[a-zA-Z\\[\\]{}<> \\n中é]{1,5}){0,25}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn tidying_twice_is_tidying_once(html in SOUP) {
        for purpose in [For::Post, For::Comment] {
            let once = tidy(&html, purpose);
            prop_assert_eq!(&tidy(&once.html, purpose).html, &once.html);
        }
    }

    #[test]
    fn soup_settles_without_being_reduced(html in SOUP) {
        let tidied = tidy(&html, For::Post);
        prop_assert!(!tidied.findings.iter().any(|finding| finding.code == codes::TOO_MUCH.name));
    }

    #[test]
    fn no_word_is_lost(html in "(<(/?)(p|div|b|i|span|font|ul|li|h2|blockquote|pre|br|center|o:p|em)( (style|class)='[a-z:; ]{0,8}')*>|[a-z\\[\\]{} \\n中é]{1,5}){0,25}") {
        prop_assert_eq!(letters(&tidy(&html, For::Post).html), letters(&html));
    }

    #[test]
    fn nothing_active_survives(html in SOUP) {
        let tidied = tidy(&html, For::Post).html;
        prop_assert!(!tidied.contains("<script") && !tidied.contains("<object") && !tidied.contains("<iframe"));
        prop_assert!(!tidied.contains(" onclick="));
    }
}
