//! Findings of the area `movable_type`: what was noticed in a Movable Type or Typepad export.
use crate::{Code, Remedy, Severity};

const NOTHING: &str = "";

/// A date that is none.
pub const DATE_UNREADABLE: Code = Code {
    name: "MT-001",
    severity: Severity::Changed,
    title: "A date could not be read",
    meaning: "An entry or comment has no date, or one that does not exist, such as 30 February. It moved without a date; the \
              line is kept in the bundle. A published post is placed beside its neighbour, never at today's date.",
    remedy: Remedy::AskOwner,
    advice: "Set the date at the new home.",
};

/// Not an entry.
pub const NO_ENTRY_HERE: Code = Code {
    name: "MT-002",
    severity: Severity::Lost,
    title: "A part of the export is no entry",
    meaning: "Between two rows of dashes stands something that has neither a head nor a body, so no post could be made of it. \
              All around it was read; the part is kept aside in the bundle.",
    remedy: Remedy::AskOwner,
    advice: "Look at the named line of the export; if a post of yours stands there, its first lines are damaged.",
};

/// The file ends too early.
pub const CUT: Code = Code {
    name: "MT-003",
    severity: Severity::Changed,
    title: "The export ends in the middle of an entry",
    meaning: "The file stops before the row of dashes that ends an entry: the download broke off. Every whole entry before it \
              was read; the last one was read as far as it goes and moves as a draft.",
    remedy: Remedy::AskOwner,
    advice: "Compare the size of your file with the one the old home announced, and the last post with the old page.",
};

/// An entry beyond the limit.
pub const TOO_LONG: Code = Code {
    name: "MT-004",
    severity: Severity::Lost,
    title: "An entry is too long",
    meaning: "One entry is longer than 32 MiB. Its first 32 MiB were read; the rest is kept aside in the bundle.",
    remedy: Remedy::AskOwner,
    advice: "Look at the named entry; such lengths come from pictures pasted as text.",
};

/// A way of line breaks nobody knows.
pub const BREAKS_UNKNOWN: Code = Code {
    name: "MT-005",
    severity: Severity::Changed,
    title: "An unknown way of writing text",
    meaning: "The entry says it is written in a notation this program does not render, such as Textile. Paragraphs and line \
              breaks were kept, other signs show as they were typed.",
    remedy: Remedy::AskOwner,
    advice: "Look at the named post and change the signs that show.",
};

/// A status that says nothing.
pub const STATUS_UNKNOWN: Code = Code {
    name: "MT-006",
    severity: Severity::Changed,
    title: "Nobody said whether the entry is published",
    meaning: "The entry has no status, or one this program does not know. What is not known to be public moves as a draft.",
    remedy: Remedy::AskOwner,
    advice: "Publish the draft at the new home if it was public.",
};

/// A planned date that has passed.
pub const PLANNED_IN_THE_PAST: Code = Code {
    name: "MT-007",
    severity: Severity::Changed,
    title: "A planned date has passed",
    meaning: "The entry waited to be published at a date that is over now. So that nothing is published by accident it moved as \
              a draft.",
    remedy: Remedy::AskOwner,
    advice: "Publish the draft at the new home if you still want to.",
};

/// Two entries under one address.
pub const EQUAL_ADDRESSES: Code = Code {
    name: "MT-008",
    severity: Severity::Note,
    title: "Two entries have the same address",
    meaning: "Both were moved; the second is known by its address and its position. The old address leads to the first.",
    remedy: Remedy::Nothing,
    advice: NOTHING,
};

/// A page.
pub const PAGE: Code = Code {
    name: "MT-009",
    severity: Severity::Note,
    title: "An entry was read as a page",
    meaning: "Typepad exports pages like posts. One whose address has no year and month, in a blog whose posts have, was a page \
              and moves as one.",
    remedy: Remedy::Nothing,
    advice: NOTHING,
};

/// Control characters.
pub const CONTROL_CHARACTERS: Code = Code {
    name: "MT-010",
    severity: Severity::Note,
    title: "Invisible signs were taken out",
    meaning: "The text held signs that no reader sees and no new home accepts, such as zero bytes.",
    remedy: Remedy::Nothing,
    advice: NOTHING,
};

/// A picture that was never on the web.
pub const PICTURE_NOWHERE: Code = Code {
    name: "MT-011",
    severity: Severity::Lost,
    title: "A picture was never on the web",
    meaning: "The post shows a picture by an address on somebody's own computer, or by none at all. Readers of the old blog did \
              not see it either.",
    remedy: Remedy::AskOwner,
    advice: "Put the picture into the post at the new home if you still have it.",
};

/// Comments of an entry that is elsewhere.
pub const COMMENTS_WITHOUT_ENTRY: Code = Code {
    name: "MT-012",
    severity: Severity::Changed,
    title: "Comments without their entry",
    meaning: "This part of the export says it holds only comments of an entry that stands elsewhere, and that entry was not \
              found before it. The comments moved under a draft of their own.",
    remedy: Remedy::AskOwner,
    advice: "Give the export with the entry as well, or move the comments at the new home.",
};

/// Many findings of one kind.
pub const AND_MORE: Code = Code {
    name: "MT-013",
    severity: Severity::Note,
    title: "More of the same",
    meaning: "The same was noticed so often that only the first twenty are told one by one.",
    remedy: Remedy::Nothing,
    advice: NOTHING,
};

/// A published entry dated in the future.
pub const PUBLISHED_TO_COME: Code = Code {
    name: "MT-014",
    severity: Severity::Changed,
    title: "A published entry is dated in the future",
    meaning: "The entry was public, but its date is still to come: a clock was wrong, or the date was used to keep it on top. \
              WordPress would hide it until then, so it moved as a draft.",
    remedy: Remedy::AskOwner,
    advice: "Set the date you want at the new home and publish the draft.",
};

/// Lines that belong nowhere.
pub const UNCLAIMED: Code = Code {
    name: "MT-015",
    severity: Severity::Changed,
    title: "Lines of an entry belong to no part of it",
    meaning: "The entry holds lines that are neither a known key nor inside a section, such as a title of two lines or a body whose \
              name is missing. They did not move; the untouched entry is kept in the bundle.",
    remedy: Remedy::AskOwner,
    advice: "Look at the named line of the export and add what is missing at the new home.",
};

/// Two entries that nothing parts.
pub const ANOTHER_INSIDE: Code = Code {
    name: "MT-016",
    severity: Severity::Lost,
    title: "An entry seems to hold another one",
    meaning: "The entry has a second body: the row of eight dashes that parts entries is missing or damaged. The first moved as a \
              draft, because the head of the second stands in it; the second is kept in the bundle with the untouched entry.",
    remedy: Remedy::AskOwner,
    advice: "Put a row of eight dashes between the two entries in the export and start again, or part the draft at the new home.",
};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &DATE_UNREADABLE,
    &NO_ENTRY_HERE,
    &CUT,
    &TOO_LONG,
    &BREAKS_UNKNOWN,
    &STATUS_UNKNOWN,
    &PLANNED_IN_THE_PAST,
    &EQUAL_ADDRESSES,
    &PAGE,
    &CONTROL_CHARACTERS,
    &PICTURE_NOWHERE,
    &COMMENTS_WITHOUT_ENTRY,
    &AND_MORE,
    &PUBLISHED_TO_COME,
    &UNCLAIMED,
    &ANOTHER_INSIDE,
];
