//! Where a long body is cut, so that no tree is larger than memory allows: at the end of a block, the less deep the better. What was
//! open there ends; a later end tag without its beginning means nothing.

use super::{BODY_WORK_MAX, PIECE_BYTES_MAX, PIECE_WORK_MAX};
use crate::body::scan::{Piece, Scanner};
use std::ops::Range;

/// Bodies up to this length cannot hold more tags and attributes than one piece may: each needs two bytes or more
/// (`<b>`, ` a`).
const SHORT_BYTES: usize = PIECE_WORK_MAX * 2;

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

/// Blocks that hold blocks, and whose end tags people do write.
const CONTAINERS: &[&str] = &[
    "article",
    "aside",
    "blockquote",
    "center",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "header",
    "ol",
    "section",
    "table",
    "ul",
];

/// The pieces of `html`, in order and without gaps; one for nearly every body. `None` for more work than a body may be.
pub(super) fn cut(html: &str) -> Option<Vec<Range<usize>>> {
    if html.len() <= SHORT_BYTES {
        return Some(std::iter::once(0..html.len()).collect());
    }
    cut_at(html, PIECE_BYTES_MAX, PIECE_WORK_MAX)
}

fn cut_at(html: &str, bytes_max: usize, work_max: usize) -> Option<Vec<Range<usize>>> {
    let mut scanner = Scanner::new(html);
    let mut pieces = Vec::new();
    let (mut start, mut work, mut whole) = (0, 0, 0);
    let mut depth = 0_usize;
    // The best place so far to end this piece: how deep, where, and the work until there.
    let mut best: Option<(usize, usize, usize)> = None;
    while let Some(piece) = scanner.next_piece() {
        let Piece::Tag(tag) = piece else { continue };
        let name = html[tag.name.clone()].to_ascii_lowercase();
        let own = 1 + scanner.attributes().len();
        whole += own;
        if whole > BODY_WORK_MAX {
            return None;
        }
        if tag.range.start - start > bytes_max || work + own > work_max {
            let (_, end, done) = best.unwrap_or((depth, tag.range.start, work));
            if end > start {
                pieces.push(start..end);
                (start, work) = (end, work - done);
            }
            best = None;
        }
        let is_container = CONTAINERS.contains(&name.as_str());
        if is_container && tag.closing {
            depth = depth.saturating_sub(1);
        }
        let place = if tag.closing {
            tag.range.end
        } else {
            tag.range.start
        };
        let before = if tag.closing { work + own } else { work };
        let is_late = (place - start) * 2 > bytes_max || before * 2 > work_max;
        if is_late
            && BLOCKS.contains(&name.as_str())
            && best.is_none_or(|(least, _, _)| depth <= least)
        {
            best = Some((depth, place, before));
        }
        if is_container && !tag.closing {
            depth += 1;
        }
        work += own;
    }
    pieces.push(start..html.len());
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::cut_at;
    use proptest::prelude::*;

    fn cut(html: &str, work: usize) -> Vec<&str> {
        let pieces = cut_at(html, usize::MAX / 2, work).expect("little work");
        pieces.into_iter().map(|piece| &html[piece]).collect()
    }

    #[test]
    fn a_body_is_cut_between_its_blocks() {
        let html = "<div><p>a</p><p>b</p></div><p>c</p><p>d</p>";
        assert_eq!(
            cut(html, 8),
            ["<div><p>a</p><p>b</p></div><p>c</p>", "<p>d</p>"]
        );
        assert_eq!(
            cut(html, 6),
            ["<div><p>a</p><p>b</p></div>", "<p>c</p><p>d</p>"]
        );
    }

    #[test]
    fn a_block_that_is_too_large_is_cut_inside() {
        let html = format!("<div>{}</div>", "<p>x</p>".repeat(40));
        let pieces = cut(&html, 20);
        assert!(pieces.len() > 3);
        assert!(
            pieces[..pieces.len() - 1]
                .iter()
                .all(|piece| piece.ends_with("</p>"))
        );
    }

    #[test]
    fn a_piece_has_so_much_work_and_not_more() {
        for html in ["<p>x</p>", "<b>x</b>", "<br>", "<p>x", "<i a b c d>"] {
            for piece in cut(&html.repeat(1000), 50) {
                assert!(piece.matches(['<', ' ']).count() <= 50, "{piece}");
            }
        }
    }

    proptest! {
        #[test]
        fn pieces_are_the_whole_body(html in "(<(/?)(p|div|b|table|td|br|a b)>|[a-z中 ]{1,5}){0,60}", work in 1_usize..12) {
            prop_assert_eq!(cut(&html, work).concat(), html);
        }
    }
}
