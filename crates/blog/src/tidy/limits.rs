//! What must hold before a body may be parsed: bounded length, depth, attributes and growth. A linear pre-pass over the
//! scanner. The tree algorithm of browsers is quadratic in depth and re-opens unclosed formatting in every block, so a small
//! hostile body could keep a machine busy for hours.

mod pieces;

use crate::body::scan::{Piece, Scanner, VOID_ELEMENTS};
use std::borrow::Cow;

/// Bodies beyond this are reduced to their text. Real posts end below 200 KB; 32 MiB leaves room for pasted books.
pub const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bodies with more tags and attributes than this, together, are reduced to their text: work is counted, not timed. Real posts end
/// below 10,000.
pub const BODY_WORK_MAX: usize = 150_000;

/// No more bytes of a body than this are parsed at once; a longer one is parsed in pieces.
pub const PIECE_BYTES_MAX: usize = 2 * 1024 * 1024;

/// No more tags and attributes than this are parsed at once.
pub const PIECE_WORK_MAX: usize = 50_000;

/// Elements nested deeper are dissolved; their text stays. What libxml2 and browsers bound as well.
pub const DEPTH_MAX: usize = 256;

/// Attributes of one element beyond this are left out; the parser looks for doubles in a list.
pub const ATTRIBUTES_MAX: usize = 256;

/// Remarks, and other markup that shows nothing, beyond this many bytes are left out; the parser keeps a note of every oddity in them.
pub const REMARK_BYTES_MAX: usize = 64 * 1024;

/// How many elements the parser may add by re-opening formatting that was never closed.
const REOPENED_MAX: usize = 50_000;

/// Formatting that browsers re-open in the next block when it was never closed.
const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements whose end tag is often left out: the same name as a sibling ends them.
const IMPLIED: &[&str] = &[
    "p", "li", "dt", "dd", "td", "th", "tr", "option", "optgroup", "tbody", "thead", "tfoot",
    "colgroup", "rp", "rt", "rb", "rtc",
];

/// Elements that an implied end does not look beyond.
const BOUNDS: &[&str] = &[
    "ul",
    "ol",
    "dl",
    "table",
    "select",
    "div",
    "blockquote",
    "td",
    "th",
    "object",
    "button",
    "ruby",
    "form",
    "center",
    "fieldset",
];

/// A body that may be parsed.
pub(crate) struct Bounded<'a> {
    pub(crate) html: Cow<'a, str>,
    /// How many elements were dissolved because they stood too deep, or lost attributes beyond the bound.
    pub(crate) dissolved: usize,
    /// How many remarks were left out because they were too long.
    pub(crate) remarks: usize,
}

/// Bounds `html` and cuts it where it is too long for one tree, or answers `None` where it cannot be parsed in reasonable time.
pub(crate) fn bound(html: &str) -> Option<Vec<Bounded<'_>>> {
    if html.len() > BODY_BYTES_MAX {
        return None;
    }
    pieces::cut(html)?
        .into_iter()
        .map(|piece| bound_piece(&html[piece]))
        .collect()
}

fn bound_piece(html: &str) -> Option<Bounded<'_>> {
    let mut walk = Walk {
        html,
        open: Vec::new(),
        written: String::new(),
        copied: 0,
        dissolved: 0,
        remarks: 0,
        formatting: 0,
        reopened: 0,
    };
    let mut scanner = Scanner::new(html);
    while let Some(piece) = scanner.next_piece() {
        match piece {
            Piece::Tag(tag) => {
                let name = html[tag.name.clone()].to_ascii_lowercase();
                if tag.closing {
                    walk.close(&name, tag.range);
                } else {
                    walk.start(name, tag.range, &scanner);
                }
            }
            Piece::Other(range) if range.len() > REMARK_BYTES_MAX => {
                walk.leave_out(range);
                walk.remarks += 1;
            }
            _ => {}
        }
        if walk.reopened > REOPENED_MAX {
            return None;
        }
    }
    Some(walk.finish())
}

struct Walk<'a> {
    html: &'a str,
    open: Vec<String>,
    written: String,
    copied: usize,
    dissolved: usize,
    remarks: usize,
    /// Formatting elements that are open, or were left open when their block ended.
    formatting: usize,
    reopened: usize,
}

impl<'a> Walk<'a> {
    fn start(&mut self, name: String, range: std::ops::Range<usize>, scanner: &Scanner) {
        let is_formatting = FORMATTING.contains(&name.as_str());
        if !is_formatting {
            self.reopened += self.formatting;
        }
        if VOID_ELEMENTS.contains(&name.as_str()) {
            self.trim_attributes(&name, range, scanner);
            return;
        }
        self.end_implied(&name);
        if self.open.len() >= DEPTH_MAX {
            self.drop_tag(range);
            return;
        }
        self.trim_attributes(&name, range, scanner);
        self.formatting += usize::from(is_formatting);
        self.open.push(name);
    }

    fn close(&mut self, name: &str, range: std::ops::Range<usize>) {
        let is_formatting = FORMATTING.contains(&name);
        if is_formatting {
            self.formatting = self.formatting.saturating_sub(1);
        } else {
            self.reopened += self.formatting;
        }
        match self.open.iter().rposition(|open| open == name) {
            Some(at) if is_formatting => {
                self.open.remove(at);
            }
            Some(at) => self.open.truncate(at),
            // `</p>` and `</br>` stand for elements of their own; other stray end tags mean nothing.
            None if matches!(name, "p" | "br") => {}
            None if self.dissolved > 0 => self.drop_tag(range),
            None => {}
        }
    }

    fn end_implied(&mut self, name: &str) {
        if !IMPLIED.contains(&name) {
            return;
        }
        let found = self
            .open
            .iter()
            .rposition(|open| open == name || BOUNDS.contains(&open.as_str()));
        if let Some(at) = found
            && self.open[at] == name
        {
            self.open.truncate(at);
        }
    }

    fn drop_tag(&mut self, range: std::ops::Range<usize>) {
        self.leave_out(range);
        self.dissolved += 1;
    }

    fn leave_out(&mut self, range: std::ops::Range<usize>) {
        self.written.push_str(&self.html[self.copied..range.start]);
        self.copied = range.end;
    }

    fn trim_attributes(&mut self, name: &str, range: std::ops::Range<usize>, scanner: &Scanner) {
        if scanner.attributes().len() <= ATTRIBUTES_MAX {
            return;
        }
        let Some(last) = scanner.attributes().get(ATTRIBUTES_MAX - 1) else {
            return;
        };
        let end = last.value.end.max(last.name.end) + usize::from(last.quote.is_some());
        self.written.push_str(&self.html[self.copied..end]);
        self.written.push_str(if VOID_ELEMENTS.contains(&name) {
            " />"
        } else {
            ">"
        });
        self.copied = range.end;
        self.dissolved += 1;
    }

    fn finish(mut self) -> Bounded<'a> {
        if self.dissolved + self.remarks == 0 {
            return Bounded {
                html: Cow::Borrowed(self.html),
                dissolved: 0,
                remarks: 0,
            };
        }
        self.written.push_str(&self.html[self.copied..]);
        Bounded {
            html: Cow::Owned(self.written),
            dissolved: self.dissolved,
            remarks: self.remarks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ATTRIBUTES_MAX, BODY_BYTES_MAX, BODY_WORK_MAX, Bounded, DEPTH_MAX, REMARK_BYTES_MAX,
    };
    use crate::body::plain_text;

    /// The only piece of `html`.
    fn bound(html: &str) -> Option<Bounded<'_>> {
        let mut pieces = super::bound(html)?;
        assert_eq!(pieces.len(), 1);
        pieces.pop()
    }

    #[test]
    fn so_many_attributes_stay_on_an_element_and_not_one_more() {
        for (count, dissolved) in [(ATTRIBUTES_MAX, 0), (ATTRIBUTES_MAX + 1, 1)] {
            let attributes: String = (0..count).map(|at| format!(" a{at}=1")).collect();
            let html = format!("<p{attributes}>x</p>");
            let bounded = bound(&html).expect("a body that can be parsed");
            assert_eq!(bounded.dissolved, dissolved);
            assert_eq!(bounded.html.matches("=1").count(), ATTRIBUTES_MAX);
        }
    }

    #[test]
    fn a_remark_may_have_so_many_bytes_and_not_one_more() {
        for (bytes, left_out) in [(REMARK_BYTES_MAX, 0), (REMARK_BYTES_MAX + 1, 1)] {
            let html = format!("a<!--{}-->b", "x".repeat(bytes - 7));
            let bounded = bound(&html).expect("a body that can be parsed");
            assert_eq!(bounded.remarks, left_out);
            assert_eq!(plain_text(&bounded.html), "ab");
        }
    }

    #[test]
    fn so_deep_and_not_one_deeper() {
        for (depth, dissolved) in [(DEPTH_MAX, 0), (DEPTH_MAX + 1, 2)] {
            let html = format!("{}x{}", "<div>".repeat(depth), "</div>".repeat(depth));
            let bounded = bound(&html).expect("a body that can be parsed");
            assert_eq!(bounded.dissolved, dissolved);
        }
    }

    #[test]
    fn a_body_has_a_length_and_an_amount_of_work() {
        for (bytes, good) in [(BODY_BYTES_MAX, true), (BODY_BYTES_MAX + 1, false)] {
            assert_eq!(super::bound(&"x".repeat(bytes)).is_some(), good);
        }
        for (tags, good) in [(BODY_WORK_MAX, true), (BODY_WORK_MAX + 1, false)] {
            assert_eq!(super::bound(&"<br>".repeat(tags)).is_some(), good);
        }
    }

    #[test]
    fn elements_beyond_the_depth_are_dissolved_and_their_text_stays() {
        let html = format!(
            "{}deep{}after",
            "<div>".repeat(9_000),
            "</div>".repeat(9_000)
        );
        let bounded = bound(&html).expect("a body that can be parsed");
        assert_eq!(bounded.html.matches("<div>").count(), DEPTH_MAX);
        assert_eq!(plain_text(&bounded.html), "deep after");
    }

    #[test]
    fn paragraphs_and_lines_without_end_tags_are_not_deep() {
        let html = "<ul>".to_owned() + &"<li><p>x<table><tr><td>y</table>".repeat(2_000);
        let bounded = bound(&html).expect("a body that can be parsed");
        assert_eq!(bounded.dissolved, 0);
    }

    #[test]
    fn formatting_that_would_be_opened_again_in_every_block_is_refused() {
        let fonts: String = (0..200).map(|size| format!("<font size={size}>")).collect();
        let html = fonts + &"<p>x</p>".repeat(100_000);
        assert!(bound(&html).is_none());
    }
}
