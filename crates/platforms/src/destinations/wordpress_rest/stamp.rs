//! The stamp by which a thing is known again: a comment of HTML inside its own text, seen by nobody on the page.
//!
//! WordPress takes no field of ours without a plugin, but it keeps comments in texts for every user, and its search looks into
//! texts. So the stamp is written with the thing in one act, travels with it, and can be looked up from any machine. See
//! `docs/decisions/0013`.

use blog::{ItemRef, doors::Stand};

/// Hex digits that name a blog.
const BLOG_DIGITS: usize = 16;

/// Hex digits that name an item of a blog.
const MARK_DIGITS: usize = 24;

/// Hex digits of a sum.
const SUM_DIGITS: usize = 16;

const OPEN: &str = "<!-- rehome:";
const CLOSE: &str = " -->";
const BLOCK_OPEN: &str = "\n\n<!-- wp:html -->\n";
const BLOCK_CLOSE: &str = "\n<!-- /wp:html -->";

/// The word for the sum of a thing that was there before us.
const ADOPTED: &str = "adopted";

/// What a stamp says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The item, as [`mark_of`] names it.
    pub(super) mark: String,
    /// The fingerprint that we were sent with.
    pub(super) print: String,
    /// What the rest of the thing was when we left it, as [`sum`] says; `None` for a thing that was there before us.
    pub(super) sum: Option<String>,
    /// Where we left a page. It is no part of the sum, as a page that somebody moved may have its text brought up to date.
    pub(super) left: Stand,
}

/// The word that all stamps of a blog begin with, and that a search finds them by.
pub(super) fn blog_word(blog: &str) -> String {
    let hash = blake3::hash(blog.as_bytes()).to_hex();
    format!("rehome:{}", &hash.as_str()[..BLOG_DIGITS])
}

/// The name of `item` in the blog with `blog_word`.
pub(super) fn mark_of(blog_word: &str, item: &ItemRef) -> String {
    sum_of(&[blog_word, item.kind.as_str(), &item.id], MARK_DIGITS)
}

/// What the parts of a thing are, in short.
pub(super) fn sum(parts: &[&str]) -> String {
    sum_of(parts, SUM_DIGITS)
}

fn sum_of(parts: &[&str], digits: usize) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().as_str()[..digits].to_owned()
}

/// The text with a stamp in it. In blocks the stamp is a block of its own, so that the editor knows what it is; in classic HTML it
/// stands inside the last element, so that WordPress makes no empty paragraph of it.
pub(super) fn stamped(text: &str, blog_word: &str, stamp: &Stamp) -> String {
    let sum = stamp.sum.as_deref().unwrap_or(ADOPTED);
    let left = match stamp.left {
        // As everything but pages, and as stamps were before they said it.
        left if left == Stand::default() => String::new(),
        Stand { parent, order } => format!(":{parent}.{order}"),
    };
    let word = format!(
        "<!-- {blog_word}:{}:{}:{sum}{left}{CLOSE}",
        stamp.mark, stamp.print
    );
    if text.contains("<!-- wp:") {
        return format!("{text}{BLOCK_OPEN}{word}{BLOCK_CLOSE}");
    }
    match text.rfind("</").filter(|at| is_only_a_tag(&text[*at..])) {
        Some(at) => format!("{}{word}{}", &text[..at], &text[at..]),
        None => format!("{text}{word}"),
    }
}

/// Whether a text that begins with `</` is nothing but that tag.
fn is_only_a_tag(text: &str) -> bool {
    text.find('>') == Some(text.len() - 1)
}

/// The text without any stamp, and the stamps of the blog with `blog_word`.
pub(super) fn read(text: &str, blog_word: &str) -> (String, Vec<Stamp>) {
    let (mut rest, mut stamps) = (String::with_capacity(text.len()), Vec::new());
    let mut left = text;
    while let Some(at) = left.find(OPEN) {
        let after = &left[at + OPEN.len()..];
        let Some(end) = after.find(CLOSE) else { break };
        let (before, tail) = unwrapped(&left[..at], &after[end + CLOSE.len()..]);
        rest.push_str(before);
        stamps.extend(stamp_of(&after[..end], blog_word));
        left = tail;
    }
    rest.push_str(left);
    (rest, stamps)
}

/// Takes the block around a stamp away with it.
fn unwrapped<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str) {
    let inside = before.strip_suffix(BLOCK_OPEN);
    let outside = after.strip_prefix(BLOCK_CLOSE);
    match (inside, outside) {
        (Some(before), Some(after)) => (before, after),
        _ => (before, after),
    }
}

fn stamp_of(words: &str, blog_word: &str) -> Option<Stamp> {
    let mut words = words.split(':');
    let (blog, mark, print, sum) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let left = match words.next() {
        Some(word) => stand_of(word)?,
        None => Stand::default(),
    };
    let ours = blog_word.strip_prefix("rehome:") == Some(blog) && words.next().is_none();
    ours.then(|| Stamp {
        mark: mark.to_owned(),
        print: print.to_owned(),
        sum: (sum != ADOPTED).then(|| sum.to_owned()),
        left,
    })
}

fn stand_of(word: &str) -> Option<Stand> {
    let (parent, order) = word.split_once('.')?;
    Some(Stand {
        parent: parent.parse().ok()?,
        order: order.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Stamp, blog_word, mark_of, read, stamped, sum};
    use blog::{ItemRef, Kind, doors::Stand};
    use proptest::prelude::*;

    fn stamp(sum: Option<&str>) -> Stamp {
        Stamp {
            mark: mark_of(&blog_word("old.example"), &ItemRef::new(Kind::Post, "1")),
            print: "5e".repeat(32),
            sum: sum.map(str::to_owned),
            left: Stand::default(),
        }
    }

    #[test]
    fn a_classic_text_keeps_its_last_paragraph_and_a_block_text_gets_a_block() {
        let blog = blog_word("old.example");
        let classic = stamped("<p>a</p>\n<p>b</p>", &blog, &stamp(Some("1f")));
        assert!(
            classic.starts_with("<p>a</p>\n<p>b<!-- rehome:"),
            "{classic}"
        );
        assert!(classic.ends_with(":1f --></p>"), "{classic}");
        let blocks = stamped(
            "<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->",
            &blog,
            &stamp(None),
        );
        assert!(
            blocks.ends_with(":adopted -->\n<!-- /wp:html -->"),
            "{blocks}"
        );
    }

    #[test]
    fn a_stamp_says_where_a_page_was_left() {
        let blog = blog_word("old.example");
        let at_the_top = stamp(Some("1f"));
        for (parent, order, word) in [(7, 0, ":1f:7.0 -->"), (0, -3, ":1f:0.-3 -->")] {
            let left = Stand { parent, order };
            let stamp = Stamp {
                left,
                ..at_the_top.clone()
            };
            let text = stamped("x", &blog, &stamp);
            assert!(text.ends_with(word), "{text}");
            assert_eq!(read(&text, &blog), ("x".to_owned(), vec![stamp]));
        }
        let text = stamped("x", &blog, &at_the_top);
        assert!(text.ends_with(":1f -->"), "{text}");
    }

    #[test]
    fn a_stamp_of_another_blog_is_taken_off_and_not_believed() {
        let text = stamped("x", &blog_word("one.example"), &stamp(Some("1f")));
        let text = stamped(&text, &blog_word("two.example"), &stamp(Some("2f")));
        let (rest, stamps) = read(&text, &blog_word("two.example"));
        assert_eq!((rest.as_str(), stamps), ("x", vec![stamp(Some("2f"))]));
    }

    #[test]
    fn a_sum_tells_where_one_part_ends() {
        assert_ne!(sum(&["ab", "c"]), sum(&["a", "bc"]));
    }

    proptest! {
        #[test]
        fn what_was_stamped_reads_back_without_its_stamp(text in "(<p>|</p>|<!-- wp:x -->|<!-- |-->|\n|[a-z é<&:]{0,8}){0,20}") {
            let blog = blog_word("old.example");
            let clean = read(&text, &blog).0;
            let (rest, stamps) = read(&stamped(&clean, &blog, &stamp(Some("1f"))), &blog);
            prop_assert_eq!(rest, clean);
            prop_assert_eq!(stamps, vec![stamp(Some("1f"))]);
        }
    }
}
