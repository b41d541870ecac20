//! Findings of reading the new home back.

use crate::{Code, Remedy, Severity};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &NOT_FOUND,
    &EDITED,
    &WIDER,
    &NARROWER,
    &TITLE_CHANGED,
    &DATE_CHANGED,
    &CONTENT_LOST,
    &TERMS_MISSING,
    &COMMENTS_MISSING,
    &NOT_SHOWN,
    &NOT_ALL_SHOWN,
    &PICTURE_NOT_SERVED,
    &PICTURE_SCALED,
    &PICTURE_DIFFERS,
    &LINK_BROKEN,
    &PLACED_TWICE,
    &CLOCK_DIFFERS,
    &HANGS_ELSEWHERE,
    &FIELDS_DIFFER,
    &NOTES_UNSEEN,
    &FILE_DAMAGED,
    &FILE_CHANGED,
];

/// Not at the new home.
pub const NOT_FOUND: Code = Code {
    name: "VER-001",
    severity: Severity::Blocking,
    title: "Not at the new home",
    meaning: "The new home said that it took this item, but it is not there now.",
    remedy: Remedy::Retry,
    advice: "Run the same command again; it places what is missing.",
};

/// Changed at the new home since the move.
pub const EDITED: Code = Code {
    name: "VER-002",
    severity: Severity::Note,
    title: "Changed at the new home since the move",
    meaning: "Somebody changed it there, so it no longer equals what was sent. That is their right; what they changed was not compared. The same is said of a page that they moved to another place among the pages.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// More visible than it may be.
pub const WIDER: Code = Code {
    name: "VER-003",
    severity: Severity::Blocking,
    title: "More visible than it may be",
    meaning: "More people can see this at the new home than at the old one.",
    remedy: Remedy::AskOwner,
    advice: "Make it private in WordPress now. Then look for a plugin that publishes posts; if there is none, this is a fault of Rehome that must not happen: please report it.",
};

/// Less visible than it was sent.
pub const NARROWER: Code = Code {
    name: "VER-004",
    severity: Severity::Changed,
    title: "Less visible than it was sent",
    meaning: "WordPress or one of its plugins shows this to fewer people.",
    remedy: Remedy::AskOwner,
    advice: "Publish it in WordPress if it should be seen.",
};

/// A title reads differently.
pub const TITLE_CHANGED: Code = Code {
    name: "VER-005",
    severity: Severity::Changed,
    title: "A title reads differently",
    meaning: "WordPress or one of its plugins changed the title or name.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// A date differs.
pub const DATE_CHANGED: Code = Code {
    name: "VER-006",
    severity: Severity::Changed,
    title: "A date differs",
    meaning: "WordPress stored another date than was sent.",
    remedy: Remedy::AskOwner,
    advice: "Check the time zone of the site.",
};

/// Something of the text is missing.
pub const CONTENT_LOST: Code = Code {
    name: "VER-007",
    severity: Severity::Lost,
    title: "Something of the text is missing",
    meaning: "Reading the text back showed that something is missing that was sent. At a WordPress the user may not post it, or a plugin takes it out; import files were changed after they were written.",
    remedy: Remedy::AskOwner,
    advice: "Move as an administrator, or switch off the plugin that changes texts, and run the same command again. Import files: move the changed one away, and run the same command again.",
};

/// Categories or tags are missing.
pub const TERMS_MISSING: Code = Code {
    name: "VER-008",
    severity: Severity::Lost,
    title: "Categories or tags are missing",
    meaning: "The post is not filed under all of its categories and tags.",
    remedy: Remedy::Retry,
    advice: "Run the same command again.",
};

/// Fewer comments than were placed.
pub const COMMENTS_MISSING: Code = Code {
    name: "VER-009",
    severity: Severity::Lost,
    title: "Fewer comments than were placed",
    meaning: "The new home counts fewer shown comments under this post than were placed.",
    remedy: Remedy::Retry,
    advice: "Run the same command again.",
};

/// A page does not open.
pub const NOT_SHOWN: Code = Code {
    name: "VER-010",
    severity: Severity::Lost,
    title: "A page does not open",
    meaning: "A visitor does not get the page of this post.",
    remedy: Remedy::AskOwner,
    advice: "Open the address; if WordPress shows it to you, a plugin or the permalink settings hide it from others.",
};

/// A page does not show all of its text.
pub const NOT_ALL_SHOWN: Code = Code {
    name: "VER-011",
    severity: Severity::Note,
    title: "A page does not show all of its text",
    meaning: "The text is stored whole, but the page a visitor gets lacks some of its lines: the theme shortens it, or a plugin changes it.",
    remedy: Remedy::AskOwner,
    advice: "Open the address and look whether anything is missing that matters.",
};

/// A picture file does not open.
pub const PICTURE_NOT_SERVED: Code = Code {
    name: "VER-012",
    severity: Severity::Lost,
    title: "A picture file does not open",
    meaning: "The new home does not serve this picture file.",
    remedy: Remedy::AskOwner,
    advice: "Check the permissions of the uploads folder, then run the same command again.",
};

/// A large picture is shown scaled.
pub const PICTURE_SCALED: Code = Code {
    name: "VER-013",
    severity: Severity::Note,
    title: "A picture is shown as a copy",
    meaning: "WordPress shows pictures above its size limit scaled, and pictures of a turned camera upright, and keeps the original beside them. The copy was made before sending and is the one that is served.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// A picture file differs.
pub const PICTURE_DIFFERS: Code = Code {
    name: "VER-014",
    severity: Severity::Changed,
    title: "A picture file differs",
    meaning: "The bytes that the new home serves are not those that were sent: an image plugin may have changed them.",
    remedy: Remedy::AskOwner,
    advice: "Look at the picture.",
};

/// A link between own posts does not open.
pub const LINK_BROKEN: Code = Code {
    name: "VER-015",
    severity: Severity::Lost,
    title: "A link between own posts does not open",
    meaning: "A link was rewritten to the new home, and the page there does not open.",
    remedy: Remedy::AskOwner,
    advice: "Open the post and mend the link.",
};

/// Gone at first, and placed once more.
pub const PLACED_TWICE: Code = Code {
    name: "VER-016",
    severity: Severity::Note,
    title: "Placed once more",
    meaning: "The new home had said that it took these items, but they were not there when the move looked for them. They were placed a second time and looked for again; one that is still missing has a finding of its own.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Another time of day is read than before.
pub const CLOCK_DIFFERS: Code = Code {
    name: "VER-017",
    severity: Severity::Note,
    title: "Another time of day is read than before",
    meaning: "Posts keep the moment at which they were written. WordPress shows it on the clock of its own time zone, which is not that of the old home, so readers see another time of day, and sometimes another date.",
    remedy: Remedy::AskOwner,
    advice: "If the old times shall be read: `rehome undo`, then the same move with --carry-site, or with the time zone set before under Settings → General.",
};

/// A page stands below another page, or below none.
pub const HANGS_ELSEWHERE: Code = Code {
    name: "VER-018",
    severity: Severity::Changed,
    title: "A page stands elsewhere in the tree of pages",
    meaning: "At the old home the page stood below another page, or at another place among the pages beside it, and it is not its owner who moved it (that is VER-002): WordPress or a plugin put it there. The same is said of a comment that does not stand under its post, or below what it answers.",
    remedy: Remedy::AskOwner,
    advice: "Set its parent page and its order in WordPress, or leave it where it is.",
};

/// Custom fields are not what was sent.
pub const FIELDS_DIFFER: Code = Code {
    name: "VER-019",
    severity: Severity::Changed,
    title: "Custom fields are not as they were sent",
    meaning: "You asked for custom fields of this post, and some are missing at the new home or say something else there: the site did not take them, or a plugin or a person changed them.",
    remedy: Remedy::AskOwner,
    advice: "Look at the custom fields of the post in WordPress.",
};

/// The page of the guestbook does not show its notes.
pub const NOTES_UNSEEN: Code = Code {
    name: "VER-020",
    severity: Severity::Changed,
    title: "The guestbook does not show its notes",
    meaning: "The notes hang under the page of the guestbook as its comments. Some themes show no comments on pages; the page then has a block that shows them itself, but this theme, or a plugin, does not show that either.",
    remedy: Remedy::AskOwner,
    advice: "Add comments to the template of pages (Appearance, Editor, Templates, Pages), or take a theme that shows them.",
};

/// An import file cannot be read.
pub const FILE_DAMAGED: Code = Code {
    name: "VER-021",
    severity: Severity::Blocking,
    title: "An import file cannot be read",
    meaning: "One of the import files is not where it was written, or an importer could not read it. What stood in it counts as missing.",
    remedy: Remedy::Retry,
    advice: "Move the damaged file away and run the same `rehome move` again: it is written anew.",
};

/// An import file was changed.
pub const FILE_CHANGED: Code = Code {
    name: "VER-022",
    severity: Severity::Note,
    title: "An import file was changed since it was written",
    meaning: "Somebody or something changed the file. What it says now was compared, and whatever is lost has a finding of its own. A later move does not overwrite it, and an undo leaves it.",
    remedy: Remedy::AskOwner,
    advice: "If the change was not meant: move the file away and run the same `rehome move` again; it is written anew.",
};
