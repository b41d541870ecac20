//! Repairs of foreign HTML. One file per repair; each is pure, repeatable and leaves a finding when it changed something.
//!
//! A body is bounded ([`limits`]), parsed once, walked by every repair of [`REPAIRS`] in their order, and written. This is done
//! until nothing changes any more, so tidying a tidied body changes nothing, whatever came in. The tidied form is plain HTML with
//! every line in a block; [`crate::body::to_blocks`] or [`crate::body::to_classic`] finish it after addresses are rewritten.

mod accepted;
mod addresses;
mod captions;
mod empties;
pub mod limits;
mod notes;
mod old_markup;
pub(crate) mod paragraphs;
mod picture_marks;
mod smileys;
mod styles;
mod tags;
mod trackers;
pub(crate) mod videos;
mod word;
mod wrapper;

use crate::body::characters::escape_text;
use crate::body::tree::{self, Node};
use crate::body::{own_blocks, plain_lines};
use crate::codes::tidy as codes;
use crate::{Code, Finding};
pub(crate) use accepted::{REMOVED, is_accepted, is_break};
pub use captions::caption;
pub(crate) use notes::Notes;
pub(crate) use styles::{declarations, set as set_style};
pub use videos::EMBED_CLASS;

/// What a body is tidied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// A post or page.
    Post,
    /// A comment or guestbook note: a narrower set of elements.
    Comment,
}

/// A tidied body.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tidied {
    /// The HTML, ready for media and link rewriting.
    pub html: String,
    /// Tags found inside the body (`clubhouseTag` blocks).
    pub tags: Vec<String>,
    /// What was changed. The caller names the item.
    pub findings: Vec<Finding>,
}

/// One repair.
pub struct Repair {
    /// Its name, as the reference pages show it.
    pub name: &'static str,
    /// The finding it leaves first of all.
    pub code: &'static Code,
    run: fn(&mut Vec<Node>, For, &mut Notes),
}

/// Every repair, in the order they run.
pub static REPAIRS: &[Repair] = &[
    Repair {
        name: "word-processor",
        code: &codes::WORD,
        run: word::run,
    },
    Repair {
        name: "spaces-wrapper",
        code: &codes::WRAPPER,
        run: wrapper::run,
    },
    Repair {
        name: "tag-blocks",
        code: &codes::TAGS,
        run: tags::run,
    },
    Repair {
        name: "picture-marks",
        code: &codes::PICTURE_MARKS,
        run: |nodes, _, notes| picture_marks::run(nodes, notes),
    },
    Repair {
        name: "smileys",
        code: &codes::SMILEYS,
        run: smileys::run,
    },
    Repair {
        name: "trackers",
        code: &codes::TRACKER,
        run: trackers::run,
    },
    Repair {
        name: "videos",
        code: &codes::VIDEO,
        run: videos::run,
    },
    Repair {
        name: "old-markup",
        code: &codes::FONTS,
        run: old_markup::run,
    },
    Repair {
        name: "addresses",
        code: &codes::ADDRESS,
        run: addresses::run,
    },
    Repair {
        name: "accepted",
        code: &codes::ELEMENT,
        run: accepted::run,
    },
    Repair {
        name: "styles",
        code: &codes::STYLE,
        run: |nodes, _, notes| styles::run(nodes, notes),
    },
    Repair {
        name: "empties",
        code: &codes::EMPTY,
        run: empties::run,
    },
    Repair {
        name: "paragraphs",
        code: &codes::PARAGRAPHS,
        run: paragraphs::run,
    },
];

/// Bodies settle after two rounds; stranger markup may need more. Beyond this a body is reduced to its text.
const ROUNDS_MAX: usize = 8;

/// Runs every repair over `html`, in the order of the list. `tidy(tidy(x)) == tidy(x)`.
#[must_use]
pub fn tidy(html: &str, purpose: For) -> Tidied {
    let mut notes = Notes::default();
    if purpose == For::Post && own_blocks::is_blocks(html) {
        return Tidied {
            html: own_blocks::clean(html, &mut notes),
            tags: Vec::new(),
            findings: notes.findings(),
        };
    }
    let Some(mut written) = round(html, purpose, &mut notes) else {
        return reduced(html);
    };
    for _ in 0..ROUNDS_MAX {
        let mut quiet = Notes::default();
        match round(&written, purpose, &mut quiet) {
            Some(again) if again == written => {
                count_shortcodes(html, &written, &mut notes);
                return Tidied {
                    html: written,
                    tags: std::mem::take(&mut notes.tags),
                    findings: notes.findings(),
                };
            }
            Some(again) => {
                quiet.tags.drain(..).for_each(|tag| notes.tag(tag));
                written = again;
            }
            None => break,
        }
    }
    reduced(html)
}

/// Bound, parse, repair, write.
fn round(html: &str, purpose: For, notes: &mut Notes) -> Option<String> {
    let pieces = limits::bound(html)?;
    if pieces.iter().any(|piece| piece.dissolved > 0) {
        notes.count(&codes::DEPTH);
    }
    for _ in 0..pieces.iter().map(|piece| piece.remarks).sum() {
        notes.count(&codes::REMARK);
    }
    if pieces.len() > 1 {
        notes.count(&codes::PIECES);
    }
    let mut written = String::with_capacity(html.len());
    for piece in pieces {
        let mut nodes = tree::parse(&piece.html);
        drop(piece);
        for repair in REPAIRS {
            (repair.run)(&mut nodes, purpose, notes);
        }
        for node in &nodes {
            if !written.is_empty() {
                written.push('\n');
            }
            tree::write_into(std::slice::from_ref(node), &mut written);
        }
    }
    Some(written)
}

/// The words of a body that cannot be parsed, as plain paragraphs.
fn reduced(html: &str) -> Tidied {
    let paragraphs: Vec<String> = plain_lines(html)
        .iter()
        .map(|line| format!("<p>{}</p>", tree::guarded(&escape_text(line))))
        .collect();
    Tidied {
        html: paragraphs.join("\n"),
        tags: Vec::new(),
        findings: vec![Finding::new(
            &codes::TOO_MUCH,
            format!("{}.", codes::TOO_MUCH.title),
        )],
    }
}

/// Brackets are protected while writing; the finding compares before and after.
fn count_shortcodes(before: &str, after: &str, notes: &mut Notes) {
    let protected = |html: &str| html.matches("&#91;").count();
    for _ in protected(before)..protected(after) {
        notes.count(&codes::SHORTCODE);
    }
}

#[cfg(test)]
mod tests;
