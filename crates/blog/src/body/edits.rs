//! Two texts that differ in web addresses only, as the list of those differences.

/// One address that becomes another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Where it stands in the text before, in bytes.
    pub at: usize,
    /// What stands there.
    pub old: String,
    /// What shall stand there.
    pub new: String,
}

/// What makes `after` of `before`, in rising order. `None` where they differ in more than addresses: then nobody should touch the
/// text in this way.
#[must_use]
pub fn address_edits(before: &str, after: &str) -> Option<Vec<Edit>> {
    let (old, new) = (addresses(before), addresses(after));
    if old.len() != new.len() {
        return None;
    }
    let (mut edits, mut old_end, mut new_end) = (Vec::new(), 0, 0);
    for (old, new) in old.iter().zip(&new) {
        if before[old_end..old.0] != after[new_end..new.0] {
            return None;
        }
        (old_end, new_end) = (old.1, new.1);
        let (was, is) = (&before[old.0..old.1], &after[new.0..new.1]);
        if was != is {
            edits.push(Edit {
                at: old.0,
                old: was.to_owned(),
                new: is.to_owned(),
            });
        }
    }
    (before[old_end..] == after[new_end..]).then_some(edits)
}

/// What JSON in the attributes of a block may write for a slash, an ampersand and a hyphen of an address.
const ESCAPED: &[&str] = &["\\/", "\\u0026", "\\u002d", "\\u002D"];

/// Where the addresses of a text stand: from `http` to what cannot be in an address inside HTML or inside JSON in it.
pub(crate) fn addresses(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = next_start(text, from) {
        from = end(text, start);
        found.push((start, from));
    }
    found
}

/// Where the address that begins at `start` ends.
fn end(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        at += text[at..].find(ends).unwrap_or(text.len() - at);
        let rest = &text[at..];
        match ESCAPED.iter().find(|escaped| rest.starts_with(**escaped)) {
            Some(escaped) => at += escaped.len(),
            None => return at,
        }
    }
}

fn ends(letter: char) -> bool {
    letter.is_ascii_whitespace()
        || letter.is_ascii_control()
        || letter.is_whitespace()
        || "\"'<>`\\".contains(letter)
}

fn next_start(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', &bytes[from..]).find_map(|colon| {
        let colon = from + colon;
        let rest = &bytes[colon + 1..];
        if !rest.starts_with(b"//") && !rest.starts_with(b"\\/\\/") {
            return None;
        }
        [5, 4].into_iter().find_map(|length| {
            let start = colon.checked_sub(length).filter(|start| *start >= from)?;
            let scheme = &bytes[start..colon];
            (scheme.eq_ignore_ascii_case(b"https") || scheme.eq_ignore_ascii_case(b"http"))
                .then_some(start)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::address_edits;
    use proptest::prelude::*;

    #[test]
    fn addresses_that_changed_are_told_and_nothing_else_may_have() {
        let before = "<a href=\"http://a.example/1?x=1&amp;y\">é http://b.example</a>";
        let after = "<a href=\"https://new.example/1\">é http://b.example</a>";
        let edits = address_edits(before, after).expect("only an address");
        assert_eq!(edits.len(), 1);
        assert_eq!(
            (edits[0].at, edits[0].old.as_str(), edits[0].new.as_str()),
            (9, "http://a.example/1?x=1&amp;y", "https://new.example/1")
        );
        for other in [
            "<a href='https://new.example/1'>é http://b.example</a>",
            "<a href=\"https://new.example/1\">e http://b.example</a>",
            "",
        ] {
            assert_eq!(address_edits(before, other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn edits_lead_there_and_back(
            parts in proptest::collection::vec(("[ <>\"a-zé=]{0,8}", "https?://[a-z./?&=é]{0,12}", "http://[a-z./?&=]{0,12}"), 0..6),
            tail in "[ <>\"a-z]{0,8}",
        ) {
            let text = |pick: usize| {
                let mut text = String::new();
                for (gap, one, other) in &parts {
                    text.push_str(gap);
                    text.push(' ');
                    text.push_str(if pick == 0 { one } else { other });
                    text.push(' ');
                }
                text + &tail
            };
            let (before, after) = (text(0), text(1));
            let edits = address_edits(&before, &after).expect("only addresses differ");
            let mut made = String::new();
            let mut done = 0;
            for edit in &edits {
                made.push_str(&before[done..edit.at]);
                made.push_str(&edit.new);
                done = edit.at + edit.old.len();
            }
            made.push_str(&before[done..]);
            prop_assert_eq!(made, after.clone());
            prop_assert!(address_edits(&after, &before).is_some());
        }
    }
}
