//! Findings of the area `spaces`: reading a Live Space, living or saved.
use crate::{Code, Remedy, Severity};

/// The page of an entry could not be read.
pub const UNREADABLE_ENTRY: Code = Code {
    name: "SP-001",
    severity: Severity::Lost,
    title: "An entry could not be read",
    meaning: "The Space lists this entry, but its page did not answer, or answered with something in which the entry's text was not found. The other entries were read.",
    remedy: Remedy::Retry,
    advice: "Run the command again later; what was read already is not read twice into your new home.",
};

/// Fewer or more comments than the page said.
pub const COMMENTS_DIFFER: Code = Code {
    name: "SP-002",
    severity: Severity::Lost,
    title: "The number of comments differs from what the page said",
    meaning: "The page of the entry announced a number of comments, and another number was found on its pages of comments. Comments that the owner deleted may still be counted there; or a page of comments did not answer.",
    remedy: Remedy::Retry,
    advice: "Look at the entry in your old Space and compare. Run the command again if comments are missing.",
};

/// A category's feed is broken.
pub const CATEGORY_FEED_BROKEN: Code = Code {
    name: "SP-003",
    severity: Severity::Note,
    title: "The feed of a category is broken at the old home",
    meaning: "The feed of this category did not answer or was empty although entries carry the category. Categories were taken from the entries' own pages, so nothing is missing.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// The Space is not open to everyone.
pub const NOT_FOR_EVERYONE: Code = Code {
    name: "SP-004",
    severity: Severity::Changed,
    title: "The Space is not open to everyone",
    meaning: "The Space has no public feed or asks visitors to sign in. What was read from it arrives at the new home as private, because there is no list of friends there yet.",
    remedy: Remedy::AskOwner,
    advice: "Nothing will be public until you say so. Invite your readers at the new home, or publish entries one by one.",
};

/// The Space can no longer be changed.
pub const READ_ONLY: Code = Code {
    name: "SP-005",
    severity: Severity::Note,
    title: "The Space can only be read any more",
    meaning: "The old home says that it is closing and takes no more changes. Everything can still be read.",
    remedy: Remedy::Nothing,
    advice: "Move soon, and keep a copy of your download.",
};

/// An entry without a date.
pub const UNDATED: Code = Code {
    name: "SP-006",
    severity: Severity::Changed,
    title: "An entry has no readable date",
    meaning: "Neither the page nor a feed gives a date that can be read for this entry.",
    remedy: Remedy::AskOwner,
    advice: "Set the date of this entry at the new home, or name the market whose date format the pages use (--set market=en-gb) and run again.",
};

/// Day and month may be swapped.
pub const AMBIGUOUS_DATES: Code = Code {
    name: "SP-007",
    severity: Severity::Changed,
    title: "Day and month may be swapped in some dates",
    meaning: "Pages showed dates such as 4/5/2008, and nothing said whether the day or the month comes first: neither a language nor any date with a number above 12.",
    remedy: Remedy::AskOwner,
    advice: "Compare one date with your memory. If it is wrong, run again with the market you used, for example --set market=en-gb.",
};

/// The dates are not in the format of the market they were said to be in.
pub const OTHER_MARKET: Code = Code {
    name: "SP-008",
    severity: Severity::Note,
    title: "Dates are written differently from what the language suggests",
    meaning: "The blog's language suggests one order of day and month, but the dates on the pages themselves prove another. The dates on the pages were followed.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// An album could not be read, or not all of its photos.
pub const ALBUM_INCOMPLETE: Code = Code {
    name: "SP-009",
    severity: Severity::Lost,
    title: "An album could not be read completely",
    meaning: "The Space lists this album, but neither its feed nor its page gave its photos, or it gave fewer than announced.",
    remedy: Remedy::Retry,
    advice: "Run the command again later, or download the album's photos by hand.",
};

/// Nobody said who may see it.
pub const AUDIENCE_UNKNOWN: Code = Code {
    name: "SP-010",
    severity: Severity::Changed,
    title: "Nothing says who may see the blog",
    meaning: "Saved pages do not say whether the Space was open to everyone. To be safe, everything arrives as private.",
    remedy: Remedy::AskOwner,
    advice: "If your Space was open to everyone, run again with --set audience=everyone, or publish the entries at the new home.",
};

/// One item of a feed is broken.
pub const BAD_FEED_ITEM: Code = Code {
    name: "SP-011",
    severity: Severity::Note,
    title: "One item of a feed is broken",
    meaning: "An item of a feed is not well-formed and was passed over. Entries are read from their own pages, so this costs a cross-check, not an entry.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// A saved page could not be read.
pub const UNREADABLE_PAGE: Code = Code {
    name: "SP-012",
    severity: Severity::Lost,
    title: "A saved page could not be read",
    meaning: "A file of the download or folder could not be opened or is larger than any page of a Space.",
    remedy: Remedy::AskOwner,
    advice: "Open the file in a browser; if it is damaged, download or save it again.",
};

/// Drafts could not be read.
pub const DRAFTS_UNREAD: Code = Code {
    name: "SP-013",
    severity: Severity::Lost,
    title: "Drafts could not be read",
    meaning: "The interface for editors refused, or did not answer. Published entries are not concerned.",
    remedy: Remedy::AskOwner,
    advice: "Check in the options of your Space that e-mail publishing is on, and that the name and secret word are right; then run again.",
};

/// The interface gives only twenty.
pub const DRAFTS_CAPPED: Code = Code {
    name: "SP-014",
    severity: Severity::Note,
    title: "Only the twenty newest posts can be asked for drafts",
    meaning: "The interface for editors lists the twenty newest posts, drafts among them, and offers no way to ask for older ones. A draft older than these cannot be reached.",
    remedy: Remedy::AskOwner,
    advice: "If you keep older drafts, open and save them once in your Space, so that they become the newest, and run again.",
};

/// Dates of comments are only roughly known.
pub const ROUGH_COMMENT_DATES: Code = Code {
    name: "SP-015",
    severity: Severity::Changed,
    title: "Some comments have only a rough date",
    meaning: "Pages showed the age of these comments (\"4 hours ago\", \"Nov. 6\") instead of a date and time. The order of the comments is kept; the clock may be off.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// The time zone was worked out.
pub const TIME_ZONE_FOUND: Code = Code {
    name: "SP-016",
    severity: Severity::Note,
    title: "The time zone was worked out from feeds and pages",
    meaning: "Pages show a clock without saying in which zone, feeds give the same moments in universal time. All that could be compared differ by the same hours, so this offset is used for the rest.",
    remedy: Remedy::Nothing,
    advice: "If your Space was in a zone with summer time, name it: --set time-zone=Europe/Berlin.",
};

/// The interface of 2010 refused the key.
pub const KEY_REFUSED: Code = Code {
    name: "SP-017",
    severity: Severity::Changed,
    title: "The key to the Space was refused",
    meaning: "An authkey was given, but the interface of the Space did not accept it, or did not answer. What can be read without it was read.",
    remedy: Remedy::AskOwner,
    advice: "Ask for a new grant on the migration page of your Space and run again with the new key.",
};

/// A list could not be read.
pub const LIST_UNREADABLE: Code = Code {
    name: "SP-018",
    severity: Severity::Lost,
    title: "A list could not be read",
    meaning: "The Space links to this list, but its page did not answer or holds no entries that could be recognised.",
    remedy: Remedy::Retry,
    advice: "Run the command again later, or copy the list by hand.",
};

/// A part of the Space did not answer.
pub const PART_UNREADABLE: Code = Code {
    name: "SP-019",
    severity: Severity::Lost,
    title: "A part of the Space did not answer",
    meaning: "A page of the Space (a list of entries, the guestbook, a page of comments) did not answer or answered with an error. The rest was read.",
    remedy: Remedy::Retry,
    advice: "Run the command again later.",
};

/// What lies behind the sign-in page.
pub const BEHIND_SIGN_IN: Code = Code {
    name: "SP-020",
    severity: Severity::Lost,
    title: "Some parts lie behind the sign-in page",
    meaning: "The key of a private Space opens its entries and their comments, and at some Spaces its albums. Lists, trackbacks and the guestbook are only on pages that ask to sign in, and cannot be read with it.",
    remedy: Remedy::AskOwner,
    advice: "Sign in with a browser, save the pages of these parts into a folder, and move that folder to the same new home as well.",
};

/// Albums that saved pages name and do not show.
pub const ALBUMS_NOT_SAVED: Code = Code {
    name: "SP-021",
    severity: Severity::Lost,
    title: "Albums are not among the saved pages",
    meaning: "The download of 2010 holds the entries with their pictures; photos of albums lay on SkyDrive and are not in it. The pages link to albums whose own pages are not among the saved files, or (as a note) no album is there at all.",
    remedy: Remedy::AskOwner,
    advice: "While the old home still answers, run the command with its address instead; or save the album's page and its photo pages from a browser into the folder and run again.",
};

/// Lists that saved pages name and do not show.
pub const LISTS_NOT_SAVED: Code = Code {
    name: "SP-022",
    severity: Severity::Lost,
    title: "Lists are not among the saved pages",
    meaning: "The saved pages link to lists whose own pages are not among them, or (as a note) no list is there at all. Nothing says that the download of 2010 ever held lists.",
    remedy: Remedy::AskOwner,
    advice: "While the old home still answers, run the command with its address instead; or save the pages of the lists from a browser into the folder and run again.",
};

/// The guestbook is not among saved pages.
pub const GUESTBOOK_NOT_SAVED: Code = Code {
    name: "SP-023",
    severity: Severity::Lost,
    title: "The guestbook is not among the saved pages",
    meaning: "The saved pages link to the guestbook, but no page of it is among them, or (as a note) nothing of a guestbook is there at all. Nothing says that the download of 2010 ever held it.",
    remedy: Remedy::AskOwner,
    advice: "While the old home still answers, run the command with its address instead; or save every page of the guestbook from a browser into the folder and run again.",
};

/// Drafts are never among saved pages.
pub const DRAFTS_NOT_SAVED: Code = Code {
    name: "SP-024",
    severity: Severity::Note,
    title: "Saved pages hold no drafts",
    meaning: "Drafts have no page, so neither the download of 2010 nor pages saved by hand hold them.",
    remedy: Remedy::AskOwner,
    advice: "While the old home still answers, run the command with its address, the name of the Space and its secret word; that brings the drafts among the twenty newest posts.",
};

/// Entries that saved pages name and do not show.
pub const ENTRIES_NOT_SAVED: Code = Code {
    name: "SP-025",
    severity: Severity::Lost,
    title: "Entries are linked whose pages were not saved",
    meaning: "An index, a list of entries or the links to the next and previous entry name entries of the Space that no saved page shows.",
    remedy: Remedy::AskOwner,
    advice: "Save the pages of these entries into the folder as well, or download the Space again, and run the command once more.",
};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &UNREADABLE_ENTRY,
    &COMMENTS_DIFFER,
    &CATEGORY_FEED_BROKEN,
    &NOT_FOR_EVERYONE,
    &READ_ONLY,
    &UNDATED,
    &AMBIGUOUS_DATES,
    &OTHER_MARKET,
    &ALBUM_INCOMPLETE,
    &AUDIENCE_UNKNOWN,
    &BAD_FEED_ITEM,
    &UNREADABLE_PAGE,
    &DRAFTS_UNREAD,
    &DRAFTS_CAPPED,
    &ROUGH_COMMENT_DATES,
    &TIME_ZONE_FOUND,
    &KEY_REFUSED,
    &LIST_UNREADABLE,
    &PART_UNREADABLE,
    &BEHIND_SIGN_IN,
    &ALBUMS_NOT_SAVED,
    &LISTS_NOT_SAVED,
    &GUESTBOOK_NOT_SAVED,
    &DRAFTS_NOT_SAVED,
    &ENTRIES_NOT_SAVED,
];
