//! Findings of the area `wordpress_rest`: what a WordPress without the rehome plugin cannot carry.
use crate::{Code, Remedy, Severity};

/// The codes of this area.
pub const ALL: &[&Code] = &[&WITHOUT_PLUGIN, &FILTERED_HTML];

/// The move goes through WordPress's own interface.
pub const WITHOUT_PLUGIN: Code = Code {
    name: "RST-001",
    severity: Severity::Changed,
    title: "The new home is written without the plugin",
    meaning: "Without the rehome plugin a WordPress takes posts, pages, comments, pictures, categories and tags through its own REST interface. That interface cannot set the date of the last change, has no trackbacks, and files pictures under the month of the upload. The move takes longer, and a comment of HTML that nobody sees on the page marks each text.",
    remedy: Remedy::AskOwner,
    advice: "Install the rehome plugin (`rehome plugin` writes it) before the move if you want these kept; otherwise there is nothing to do.",
};

/// WordPress changes what this user writes.
pub const FILTERED_HTML: Code = Code {
    name: "RST-002",
    severity: Severity::Changed,
    title: "The new home filters what this user writes",
    meaning: "Only users with the right `unfiltered_html` (administrators and editors of a single site) may write every HTML that is harmless. From others WordPress takes elements and styles out that it does not know. What was taken out is named when the blog is read back.",
    remedy: Remedy::AskOwner,
    advice: "Use an administrator's application password, or accept the differences that the account names.",
};
