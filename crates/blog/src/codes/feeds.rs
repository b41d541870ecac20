//! Findings of the area `feeds`: what a feed does not carry.
use crate::{Code, Remedy, Severity};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &ONLY_LATEST,
    &ONLY_BEGINNING,
    &BAD_ITEM,
    &COMMENTS_SHORT,
    &DATE_UNREADABLE,
    &AUDIENCE_UNKNOWN,
    &PAGE_MISSING,
    &READ_TO_ITS_END,
    &ONLY_CAPTURED,
];

/// Older posts are not in the feed.
pub const ONLY_LATEST: Code = Code {
    name: "FD-001",
    severity: Severity::Lost,
    title: "The feed carries only the latest posts",
    meaning: "A feed shows what is new, often ten or twenty posts, and this one names no address where older ones are. What is older was not read.",
    remedy: Remedy::AskOwner,
    advice: "Use the platform's export, or saved pages, if there are older posts.",
};

/// The feed has excerpts.
pub const ONLY_BEGINNING: Code = Code {
    name: "FD-002",
    severity: Severity::Lost,
    title: "The feed carries only the beginning of a post",
    meaning: "The text ends as excerpts do (“…”, “Read more”). The rest stands on the page of the post alone.",
    remedy: Remedy::AskOwner,
    advice: "Switch the feed to full texts at the old home and read it again, or use the platform's export.",
};

/// One item is damaged.
pub const BAD_ITEM: Code = Code {
    name: "FD-003",
    severity: Severity::Lost,
    title: "An item of a feed could not be read",
    meaning: "One item is damaged: its XML or JSON is not well formed. All around it was read.",
    remedy: Remedy::AskOwner,
    advice: "Compare the feed with the pages of the old home.",
};

/// Comments are missing.
pub const COMMENTS_SHORT: Code = Code {
    name: "FD-004",
    severity: Severity::Lost,
    title: "The feed does not carry all comments of a post",
    meaning: "The feed says how many comments a post has, and fewer are in the feeds of comments, or there is none.",
    remedy: Remedy::AskOwner,
    advice: "Use the platform's export if these comments matter.",
};

/// A date that is none.
pub const DATE_UNREADABLE: Code = Code {
    name: "FD-005",
    severity: Severity::Changed,
    title: "A date in a feed could not be read",
    meaning: "An item has no date, or one that nobody can read. It moved without a date.",
    remedy: Remedy::AskOwner,
    advice: "Set the date at the new home.",
};

/// Who could see a saved feed.
pub const AUDIENCE_UNKNOWN: Code = Code {
    name: "FD-006",
    severity: Severity::Changed,
    title: "Nobody says who could see a saved feed",
    meaning: "A feed in a file may have been everyone's or may have been saved with a key. What is not known to be public moves as private.",
    remedy: Remedy::AskOwner,
    advice: "Say `--set audience=everyone` if everyone could see the blog.",
};

/// A page of the feed did not come.
pub const PAGE_MISSING: Code = Code {
    name: "FD-007",
    severity: Severity::Lost,
    title: "A further page of the feed could not be read",
    meaning: "The feed names a page with older posts, and that page did not answer or was no feed. What stands there was not read.",
    remedy: Remedy::Retry,
    advice: "Run the same command again later.",
};

/// How far the feed went.
pub const READ_TO_ITS_END: Code = Code {
    name: "FD-008",
    severity: Severity::Note,
    title: "The feed was read to its end",
    meaning: "The feed goes on page by page, and was followed until it named no further one. Drafts, pages and what never was in the feed are not in it.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Pages of a web archive that no feed says.
pub const ONLY_CAPTURED: Code = Code {
    name: "FD-009",
    severity: Severity::Lost,
    title: "Pages were captured that are not in the feed",
    meaning: "The web archive holds pages of the blog whose words are not in the feed that was captured: older posts, categories, \
              archives by month. Pages of this platform cannot be read, only its feed, so what stands on them was not read.",
    remedy: Remedy::AskOwner,
    advice: "Ask the platform for an export, or crawl the further pages of the feed, too.",
};
