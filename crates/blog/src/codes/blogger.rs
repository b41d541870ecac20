//! Findings of the area `blogger`: what was noticed in an export of Blogger.
use crate::{Code, Remedy, Severity};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &BAD_ENTRY,
    &COMMENT_WITHOUT_POST,
    &STATUS_UNKNOWN,
    &TRASHED,
    &HOME_UNKNOWN,
    &AUDIENCE_UNKNOWN,
];

/// One entry is damaged.
pub const BAD_ENTRY: Code = Code {
    name: "BLG-001",
    severity: Severity::Lost,
    title: "An entry of the export could not be read",
    meaning: "One entry of the Atom file is damaged: its XML is not well formed, or the file was cut. All around it was read.",
    remedy: Remedy::AskOwner,
    advice: "Make the export again, and compare its size.",
};

/// Its post is missing.
pub const COMMENT_WITHOUT_POST: Code = Code {
    name: "BLG-002",
    severity: Severity::Lost,
    title: "A comment belongs to a post that is not in the export",
    meaning: "Blogger keeps comments of posts that were deleted. There is no post to put this one under; it is kept aside in the bundle.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// A word that nobody knows.
pub const STATUS_UNKNOWN: Code = Code {
    name: "BLG-003",
    severity: Severity::Changed,
    title: "Nobody said whether a post is published",
    meaning: "The export gives the post a status that is not known. What is not known to be published moves as a draft.",
    remedy: Remedy::AskOwner,
    advice: "Publish the draft at the new home if it was public.",
};

/// The owner threw it away.
pub const TRASHED: Code = Code {
    name: "BLG-004",
    severity: Severity::Lost,
    title: "What lies in the bin stayed behind",
    meaning: "A Takeout also holds posts and comments that were put into the bin of Blogger. They are not moved.",
    remedy: Remedy::AskOwner,
    advice: "Take out of the bin what you want to keep, and make the Takeout again.",
};

/// No address.
pub const HOME_UNKNOWN: Code = Code {
    name: "BLG-005",
    severity: Severity::Changed,
    title: "The export does not say the old address of the blog",
    meaning: "A Takeout without its settings names only the ends of addresses. Links between own posts are not recognised, and old addresses are not known.",
    remedy: Remedy::AskOwner,
    advice: "Say it with `--set home=http://name.blogspot.com`.",
};

/// Nobody said who reads.
pub const AUDIENCE_UNKNOWN: Code = Code {
    name: "BLG-006",
    severity: Severity::Changed,
    title: "The export does not say who could read the blog",
    meaning: "What is not known to be public moves as private.",
    remedy: Remedy::AskOwner,
    advice: "Say `--set audience=everyone` if everyone could read the blog.",
};
