//! Repairs of foreign HTML. One file per repair; each is pure, repeatable and leaves a finding when it changed something.

use crate::Finding;

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

/// Runs every repair over `html`, in the order of the list. `tidy(tidy(x)) == tidy(x)`.
#[must_use]
pub fn tidy(html: &str, _purpose: For) -> Tidied {
    Tidied {
        html: html.to_owned(),
        ..Tidied::default()
    }
}
