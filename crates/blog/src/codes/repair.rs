//! Findings of the area `repair`: what the move from Live Spaces in 2010 broke in a WordPress, and what could be put right in its place.
use crate::{Code, Remedy, Severity};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &WAS_A_SPACE,
    &NO_TRACE,
    &PUT_RIGHT,
    &LINK_DEAD,
    &NOTHING_TO_PUT_RIGHT,
];

/// The Space that a blog was.
pub const WAS_A_SPACE: Code = Code {
    name: "REP-001",
    severity: Severity::Note,
    title: "The blog was a Space",
    meaning: "Its posts still tell which entries of which Space they were, so the old entry numbers in links are known.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// No post tells of a Space.
pub const NO_TRACE: Code = Code {
    name: "REP-002",
    severity: Severity::Note,
    title: "No post tells which Space the blog was",
    meaning: "No custom field and no box of the move of 2010 was found, so links to the Space cannot be led to their posts. Keys and dead \
              pictures are looked for all the same.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Put right in its place.
pub const PUT_RIGHT: Code = Code {
    name: "REP-003",
    severity: Severity::Note,
    title: "A text was put right in its place",
    meaning: "Addresses in the post, page, comment or menu entry were changed and nothing else: links to the Space lead to their places in \
              this blog, pictures on hosts that are gone are shown from the media library, keys were struck out. The text before is in the \
              bundle and, where the site keeps revisions, in the newest revision of the post.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Links without a post.
pub const LINK_DEAD: Code = Code {
    name: "REP-004",
    severity: Severity::Changed,
    title: "A link leads to an entry that is no post",
    meaning: "The link leads to an entry of the Space that is no post of this blog: it was deleted, or never moved. It was left as it is.",
    remedy: Remedy::AskOwner,
    advice: "Take the link out, or write the post again and link to it.",
};

/// Nothing could be put right.
pub const NOTHING_TO_PUT_RIGHT: Code = Code {
    name: "REP-005",
    severity: Severity::Lost,
    title: "What is broken in a text could not be put right",
    meaning: "Its pictures could not be had, its links lead to entries that are no posts, or its addresses are written in a way that cannot \
              be changed without changing more. It was left as it is.",
    remedy: Remedy::AskOwner,
    advice: "If the pictures are on a disk, in a space.zip or in a web archive, run the command again with `--pictures`.",
};
