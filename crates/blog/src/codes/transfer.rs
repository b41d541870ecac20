//! Findings of the engine: packing, composing, placing, undoing.

use crate::{Code, Finding, Remedy, Severity};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &PICTURE_MISSING,
    &NOT_THE_BEST_COPY,
    &PICTURE_CUT,
    &MADE_PRIVATE,
    &PRIVATE_PICTURES,
    &WIDENED_ON_REQUEST,
    &DATED_IN_THE_FUTURE,
    &NO_DATE,
    &DEAD_OWN_LINK,
    &BOGUS_LINK,
    &COMMENT_WITHOUT_POST,
    &UNKNOWN_AUTHOR,
    &CHANGED_AT_HOME,
    &REFUSED,
    &KEPT_BY_UNDO,
    &GONE_AT_SOURCE,
    &REMOVED_AT_HOME,
    &PARKED,
    &NARROWED,
    &NOT_NARROWED,
    &DELETION_FOLLOWED,
    &KILLED_A_RUN,
    &TWIN_REMOVED,
    &TERM_KEPT_BACK,
    &NAME_KEPT_BACK,
    &NOT_BELOW_ITS_PAGE,
];

/// Findings that say that their item stays behind as a whole, and why. Other losses are about a part of an item.
pub const STAYS_BEHIND: &[&Code] = &[
    &PICTURE_MISSING,
    &COMMENT_WITHOUT_POST,
    &REMOVED_AT_HOME,
    &TERM_KEPT_BACK,
    &super::repair::NOTHING_TO_PUT_RIGHT,
];

/// Findings that say so only where they tell a loss.
pub const STAYS_BEHIND_LOST: &[&Code] = &[&KILLED_A_RUN];

/// Whether a finding says that its item stays behind as a whole.
#[must_use]
pub fn stays_behind(finding: &Finding) -> bool {
    let is_among = |codes: &[&Code]| codes.iter().any(|code| code.name == finding.code);
    is_among(STAYS_BEHIND) || finding.severity == Severity::Lost && is_among(STAYS_BEHIND_LOST)
}

/// A picture or file could not be had.
pub const PICTURE_MISSING: Code = Code {
    name: "MOV-001",
    severity: Severity::Lost,
    title: "A picture or file could not be had",
    meaning: "Every address under which the old home showed this picture, or linked to this file, was asked, and none gave it: it is gone, a sign-in page answered instead, or the host is. The post is moved without it and keeps the old address; the report names both.",
    remedy: Remedy::AskOwner,
    advice: "If you have it on your disk, put it into the media library and into the post; or run the same command again while the old home is up.",
};

/// A smaller copy of a picture was taken.
pub const NOT_THE_BEST_COPY: Code = Code {
    name: "MOV-002",
    severity: Severity::Changed,
    title: "A smaller copy of a picture was taken",
    meaning: "The old home shows small copies of pictures and links to the large ones. The large one did not answer, so the next best copy moved.",
    remedy: Remedy::AskOwner,
    advice: "If you have the original, replace the picture in the media library.",
};

/// The end of a picture is missing.
pub const PICTURE_CUT: Code = Code {
    name: "MOV-032",
    severity: Severity::Changed,
    title: "The end of a picture is missing",
    meaning: "The file of the picture is cut off where it comes from, and no address has a whole one. It moved as it is: browsers show what there is of it.",
    remedy: Remedy::AskOwner,
    advice: "If you have the whole picture, replace it in the media library.",
};

/// A post became private.
pub const MADE_PRIVATE: Code = Code {
    name: "MOV-003",
    severity: Severity::Changed,
    title: "A post became private",
    meaning: "Not everyone could see this at the old home. WordPress knows everyone, or signed-in editors; nothing becomes more visible by a move, so it is private.",
    remedy: Remedy::AskOwner,
    advice: "Publish it in WordPress if everyone may see it; give friends an account there if only they may.",
};

/// Pictures of a private post can be reached by address.
pub const PRIVATE_PICTURES: Code = Code {
    name: "MOV-004",
    severity: Severity::Note,
    title: "Pictures of a private post can be reached by address",
    meaning: "WordPress hides the page of a private post, but a picture file answers to anyone who knows its address. So the file has a name of 128 random bits: neither its old name nor its bytes tell it, and no page, feed or list of the site shows it. A server that lists its folders would.",
    remedy: Remedy::AskOwner,
    advice: "If the pictures must stay secret, delete them from the media library or ask your host for protected uploads.",
};

/// A post is more visible than it was, as you asked.
pub const WIDENED_ON_REQUEST: Code = Code {
    name: "MOV-005",
    severity: Severity::Changed,
    title: "A post is more visible than it was, as you asked",
    meaning: "You said that what friends could see may be public at the new home.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// A post is dated in the future.
pub const DATED_IN_THE_FUTURE: Code = Code {
    name: "MOV-006",
    severity: Severity::Changed,
    title: "A post is dated in the future",
    meaning: "WordPress shows a post with a date in the future only from that date on.",
    remedy: Remedy::AskOwner,
    advice: "Change its date in WordPress if it should be seen now.",
};

/// A post has no date.
pub const NO_DATE: Code = Code {
    name: "MOV-007",
    severity: Severity::Changed,
    title: "A post has no date",
    meaning: "The source gave no date, or none that exists. It was placed beside the post before it rather than today.",
    remedy: Remedy::AskOwner,
    advice: "Set its date in WordPress if you know it.",
};

/// Links to pages that the old blog no longer has.
pub const DEAD_OWN_LINK: Code = Code {
    name: "MOV-008",
    severity: Severity::Note,
    title: "Links to pages that the old blog no longer has",
    meaning: "The post links to an entry, album or category of its own blog that is not in the source: it was deleted long ago, or never existed. Or it links to the archive of a month of which nothing that everyone may see came along.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Links that never led anywhere.
pub const BOGUS_LINK: Code = Code {
    name: "MOV-009",
    severity: Severity::Note,
    title: "Links that never led anywhere",
    meaning: "Relative links and bare # signs pasted from other pages were turned by the old editor into addresses of its own folder. They never were pages of the blog.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// A comment without its post.
pub const COMMENT_WITHOUT_POST: Code = Code {
    name: "MOV-010",
    severity: Severity::Lost,
    title: "A comment without its post",
    meaning: "The source has a comment for a post that it does not have.",
    remedy: Remedy::Nothing,
    advice: "It is kept in the bundle.",
};

/// An author has no user at the new home.
pub const UNKNOWN_AUTHOR: Code = Code {
    name: "MOV-011",
    severity: Severity::Changed,
    title: "An author has no user at the new home",
    meaning: "Posts belong to a user in WordPress. There is none of that name, so the posts belong to the user who moved them.",
    remedy: Remedy::AskOwner,
    advice: "Make a user with that name, or say --author 'NAME=login', and run the same command again.",
};

/// Changed at the new home: left as it is.
pub const CHANGED_AT_HOME: Code = Code {
    name: "MOV-012",
    severity: Severity::Note,
    title: "Changed at the new home: left as it is",
    meaning: "Somebody changed this at the new home after it was placed. What people write there is never overwritten.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// The new home did not take an item.
pub const REFUSED: Code = Code {
    name: "MOV-013",
    severity: Severity::Blocking,
    title: "The new home did not take an item",
    meaning: "WordPress or one of its plugins refused this item; the reason is its own.",
    remedy: Remedy::AskOwner,
    advice: "Mend the reason, then run the same command again; it goes on with what is missing.",
};

/// Left at the new home by undo.
pub const KEPT_BY_UNDO: Code = Code {
    name: "MOV-014",
    severity: Severity::Note,
    title: "Left at the new home by undo",
    meaning: "Undo takes away what was placed and nobody touched since. This was changed, or others use it.",
    remedy: Remedy::AskOwner,
    advice: "Delete it in WordPress if you do not want it.",
};

/// No longer at the source.
pub const GONE_AT_SOURCE: Code = Code {
    name: "MOV-015",
    severity: Severity::Note,
    title: "No longer at the source",
    meaning: "An earlier reading saw this item, the latest one did not. It was left at the new home.",
    remedy: Remedy::AskOwner,
    advice: "Delete it in WordPress if it should go there too, or run the same command with --follow-deletions.",
};

/// Removed at the new home: not placed again.
pub const REMOVED_AT_HOME: Code = Code {
    name: "MOV-016",
    severity: Severity::Note,
    title: "Removed at the new home: not placed again",
    meaning: "It had arrived and is not at the new home any more: somebody deleted it there. A later run does not bring back what you removed.",
    remedy: Remedy::AskOwner,
    advice: "If it should be there after all, run the same command with --again.",
};

/// Kept failing and was set aside.
pub const PARKED: Code = Code {
    name: "MOV-017",
    severity: Severity::Lost,
    title: "Kept failing and was set aside",
    meaning: "The new home failed eight times when this item was sent by itself, while it took others. It was set aside with the new home's last word, and the rest of the blog went on.",
    remedy: Remedy::Retry,
    advice: "Run the same command again: it tries this item once more. If it fails again, the error log of the WordPress says why (out of memory, a plugin that stumbles over the text).",
};

/// Made as private as at the old home.
pub const NARROWED: Code = Code {
    name: "MOV-018",
    severity: Severity::Changed,
    title: "Made as private as at the old home",
    meaning: "You changed it at the new home, so later runs leave its text alone. But fewer people may see it at the old home now, and that is followed: who may see it is always the narrower of the two.",
    remedy: Remedy::AskOwner,
    advice: "Publish it in WordPress if everyone may see it all the same; the next run leaves that alone.",
};

/// More visible than at the old home, and could not be hidden.
pub const NOT_NARROWED: Code = Code {
    name: "MOV-019",
    severity: Severity::Blocking,
    title: "More visible than at the old home, and could not be hidden",
    meaning: "Fewer people may see it at the old home than before. You changed it at the new home, so it could not be updated, and the new home does not let us change only who may see it.",
    remedy: Remedy::AskOwner,
    advice: "Make it private in WordPress, or bring the rehome plugin there up to date and run the same command again.",
};

/// Gone at the source, and taken away as you asked.
pub const DELETION_FOLLOWED: Code = Code {
    name: "MOV-020",
    severity: Severity::Note,
    title: "Gone at the source, and taken away as you asked",
    meaning: "An earlier reading saw this item, the latest one did not, and you asked that deletions be followed.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// The program died of it twice, and it was handled aside.
pub const KILLED_A_RUN: Code = Code {
    name: "MOV-021",
    severity: Severity::Changed,
    title: "The program died of it twice, and it was handled aside",
    meaning: "What is worked on is noted before the work begins, so that an input which takes the whole program with it is known after the second time. A text that could not be repaired moves as its source reads, as plain text. A part of the input that could not be read (an entry, where the format has entries) is kept aside, a whole file is left out. An item that could not be made ready for its new home stays behind, and its comments with it; one that could not be compared is there. The rest of the blog goes on. It is tried again once its source changed it, once the file is another one (by size or time), and by another version of the program.",
    remedy: Remedy::AskOwner,
    advice: "Look at the item at the new home and put back what is missing; its original is in the bundle, or in what you moved from. The makers of Rehome want to see such an item: report it, if it may be seen.",
};

/// Arrived twice; the second one was taken away.
pub const TWIN_REMOVED: Code = Code {
    name: "MOV-022",
    severity: Severity::Note,
    title: "Arrived twice; the second one was taken away",
    meaning: "An answer of the new home was lost, and a request that had been given up arrived late. The sweep at the end of each run finds such twins and takes the younger one away.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// A category or tag that no public post carries.
pub const TERM_KEPT_BACK: Code = Code {
    name: "MOV-030",
    severity: Severity::Lost,
    title: "A category or tag of no public post stayed behind",
    meaning: "WordPress shows the names of all categories and tags to everyone, with or without posts. Nothing that everyone may see is filed under this one, and the old home did not show its name by itself (a WordPress does, unless something hidden is filed under it), so its name would become public by the move. Its posts, if it has any, are there without it.",
    remedy: Remedy::AskOwner,
    advice: "If everyone may read the name, make the category or tag in WordPress and file the posts under it; once one of them is public at the old home, another run brings it.",
};

/// The title and tagline of a restricted blog were not carried.
pub const NAME_KEPT_BACK: Code = Code {
    name: "MOV-031",
    severity: Severity::Changed,
    title: "The title and tagline of a restricted blog were not carried",
    meaning: "You asked for the old blog's title and tagline (`--carry-site`). WordPress shows both to everyone, and the old blog was not for everyone, so a move would have made them public.",
    remedy: Remedy::AskOwner,
    advice: "If everyone may read them, write them in WordPress under Settings, General.",
};

/// A page lost the page it stood below.
pub const NOT_BELOW_ITS_PAGE: Code = Code {
    name: "MOV-033",
    severity: Severity::Changed,
    title: "A page does not stand below its page any more",
    meaning: "At the old home this page stood below another one. That one is not at the new home, or not everyone may see it there: the address of a page holds the names of the pages above it, so everyone would read its name. The page stands at the top of the tree, or below the nearest page above that everyone may see.",
    remedy: Remedy::AskOwner,
    advice: "Set its parent page in WordPress, if everyone may read the name of that page.",
};
