//! Findings of the area `wordpress_export`: what was noticed in a WXR file, read or written, and in a blog that was moved in 2010.
use crate::{Code, Remedy, Severity};

const NOTHING: &str = "";

/// The file ends too early.
pub const CUT: Code = Code {
    name: "WXR-001",
    severity: Severity::Changed,
    title: "The export ends in the middle of an item",
    meaning: "The file stops before the end of an item: the download broke off, or the old home ran out of time while it wrote. \
              Every whole item before it was read; the last one was read as far as it goes and moves as a draft.",
    remedy: Remedy::AskOwner,
    advice: "Export once more, in parts if the old home offers it, and run the same command again.",
};

/// An item beyond the limit.
pub const TOO_LONG: Code = Code {
    name: "WXR-002",
    severity: Severity::Lost,
    title: "An item is too long",
    meaning: "One item with its comments is longer than 32 MiB. Its beginning was read and moves as a draft.",
    remedy: Remedy::AskOwner,
    advice: "Look at the named item; such lengths come from pictures pasted as text.",
};

/// Posts in the bin.
pub const IN_THE_BIN: Code = Code {
    name: "WXR-003",
    severity: Severity::Note,
    title: "Items in the bin stay behind",
    meaning: "Posts and pages that were thrown away, and unfinished automatic drafts, are in the export but were not read as posts. \
              They are kept aside in the bundle.",
    remedy: Remedy::Nothing,
    advice: NOTHING,
};

/// Kinds of posts that are not carried.
pub const KIND_LEFT: Code = Code {
    name: "WXR-004",
    severity: Severity::Lost,
    title: "A kind of content stays behind",
    meaning: "Plugins and themes keep products, forms, templates and much else as posts of a kind of their own. What they mean is known \
              to the plugin alone, so they were not read as posts; they are kept aside in the bundle, whole.",
    remedy: Remedy::AskOwner,
    advice: "Move them with the export of the plugin they belong to.",
};

/// Menus.
pub const MENU_LEFT: Code = Code {
    name: "WXR-005",
    severity: Severity::Lost,
    title: "Menus stay behind",
    meaning: "The entries of navigation menus are in the export, but belong to the theme that showed them. They are kept aside in \
              the bundle, and named here in their order, an entry below another one behind it.",
    remedy: Remedy::AskOwner,
    advice: "Build the menu at the new home; its pages and categories are there.",
};

/// Taxonomies.
pub const TAXONOMY_LEFT: Code = Code {
    name: "WXR-006",
    severity: Severity::Changed,
    title: "A taxonomy stays behind",
    meaning: "Posts were sorted by something other than categories and tags. The words are kept in the bundle with the originals of the \
              posts; the posts come along without them.",
    remedy: Remedy::AskOwner,
    advice: "Where readers used these words to find posts, give the posts tags of the same names at the new home.",
};

/// Custom fields.
pub const FIELDS_LEFT: Code = Code {
    name: "WXR-007",
    severity: Severity::Note,
    title: "Custom fields",
    meaning: "Plugins and themes keep words of their own beside a post, some for readers, some that no reader ever saw, and a theme of the new \
              home may show any of them to everyone. Import files carry those of posts and pages, as WordPress's own export does. The plugin \
              writes those that you name; names that begin with _ belong to the programs of a site and are never written. Addresses \
              in them are rewritten, in serialised values too, with the right lengths; values that hold objects of a program are \
              never handed on. The REST interface has no place for them. All are kept byte for byte in the bundle.",
    remedy: Remedy::AskOwner,
    advice: "If everyone may read a field, say --custom-field NAME, as often as needed, or --custom-field all.",
};

/// A status nobody knows.
pub const STATUS_UNKNOWN: Code = Code {
    name: "WXR-008",
    severity: Severity::Changed,
    title: "An unknown state of a post",
    meaning: "The export gives a post a state that WordPress itself does not know. It moves as a draft, so that nothing becomes public \
              that was not.",
    remedy: Remedy::AskOwner,
    advice: "Look at the named post and publish it if it was public.",
};

/// Comments that do not come along.
pub const COMMENT_LEFT: Code = Code {
    name: "WXR-009",
    severity: Severity::Lost,
    title: "Comments stay behind",
    meaning: "Comments in the bin, those under something that stays behind or under a picture's own page, and notes that plugins keep as \
              comments (of orders, of editors) were not read as comments. They are kept aside in the bundle or with the original of what \
              they stood under.",
    remedy: Remedy::Skip,
    advice: NOTHING,
};

/// A date that is none.
pub const DATE_UNREADABLE: Code = Code {
    name: "WXR-010",
    severity: Severity::Changed,
    title: "A date could not be read",
    meaning: "An item or comment has no date, or one that does not exist. It moved without a date; a published post is placed beside \
              its neighbour, never at today's date.",
    remedy: Remedy::AskOwner,
    advice: "Set the date at the new home.",
};

/// The same number twice.
pub const NUMBER_TWICE: Code = Code {
    name: "WXR-011",
    severity: Severity::Changed,
    title: "Two items have the same number",
    meaning: "Two different items of the export have the same number, as if exports of two blogs were put together. Both come along; \
              what names the number means the first.",
    remedy: Remedy::AskOwner,
    advice: "Move the exports of different blogs one by one.",
};

/// Pages whose parent is missing, descriptions.
pub const ARRANGEMENT_LEFT: Code = Code {
    name: "WXR-012",
    severity: Severity::Changed,
    title: "An arrangement of posts stays behind",
    meaning: "A page stood below a page that is not in the export, or is in the bin: it stands at the top. Descriptions of tags and pictures are \
              not carried. The pages, tags and pictures themselves are.",
    remedy: Remedy::AskOwner,
    advice: "Arrange the named pages at the new home.",
};

/// A gallery without pictures.
pub const GALLERY_EMPTY: Code = Code {
    name: "WXR-013",
    severity: Severity::Changed,
    title: "A gallery shows nothing that is in the export",
    meaning: "A post shows a gallery of pictures that are not in the export, so nothing could be put in its place.",
    remedy: Remedy::AskOwner,
    advice: "Export with media, or in all parts, and run the same command again.",
};

/// Who wrote the blog.
pub const AUTHORS: Code = Code {
    name: "WXR-014",
    severity: Severity::Note,
    title: "The authors of the export",
    meaning: "The logins of the old home and the names that readers saw. Posts are given to users of the new home by those names.",
    remedy: Remedy::Nothing,
    advice: "Give posts to somebody else with --author NAME=LOGIN.",
};

/// Counted, not told.
pub const AND_MORE: Code = Code {
    name: "WXR-015",
    severity: Severity::Note,
    title: "More of the same",
    meaning: "A finding occurs very often. The first twenty are told one by one, the rest is counted.",
    remedy: Remedy::Nothing,
    advice: NOTHING,
};

/// The blog was a Space.
pub const WAS_A_SPACE: Code = Code {
    name: "WXR-030",
    severity: Severity::Note,
    title: "Posts that came from Windows Live Spaces",
    meaning: "Posts carry the traces of the move of 2010: the number they had in the Space, and in some the key that the move was made \
              with. Numbers were taken as old addresses; keys are not kept anywhere.",
    remedy: Remedy::Nothing,
    advice: NOTHING,
};

/// Self-links that work again.
pub const SELF_LINKS_REPAIRED: Code = Code {
    name: "WXR-031",
    severity: Severity::Note,
    title: "Links between posts of the former Space lead somewhere again",
    meaning: "Since 2011 links from one post to another led to the closed service. They lead to the posts themselves now.",
    remedy: Remedy::Nothing,
    advice: NOTHING,
};

/// Self-links without a post.
pub const SELF_LINK_DEAD: Code = Code {
    name: "WXR-032",
    severity: Severity::Changed,
    title: "A link leads to a post of the former Space that is not here",
    meaning: "A link names an entry of the Space by its number, and no post of the export had that number: it was lost in the move of \
              2010, or deleted since. The link was left as it is.",
    remedy: Remedy::AskOwner,
    advice: "If the post is elsewhere, change the link at the new home.",
};

/// Pictures that died with the service.
pub const DEAD_PICTURE: Code = Code {
    name: "WXR-033",
    severity: Severity::Changed,
    title: "A picture was left on a host that is gone",
    meaning: "The move of 2010 left pictures on hosts of Microsoft that were switched off. They can be had only from copies.",
    remedy: Remedy::AskOwner,
    advice: "Name a folder with saved pictures with --media FOLDER, for instance the unpacked space.zip of 2010.",
};

/// Every code of the area, in number order.
pub const ALL: &[&Code] = &[
    &CUT,
    &TOO_LONG,
    &IN_THE_BIN,
    &KIND_LEFT,
    &MENU_LEFT,
    &TAXONOMY_LEFT,
    &FIELDS_LEFT,
    &STATUS_UNKNOWN,
    &COMMENT_LEFT,
    &DATE_UNREADABLE,
    &NUMBER_TWICE,
    &ARRANGEMENT_LEFT,
    &GALLERY_EMPTY,
    &AUTHORS,
    &AND_MORE,
    &WAS_A_SPACE,
    &SELF_LINKS_REPAIRED,
    &SELF_LINK_DEAD,
    &DEAD_PICTURE,
];
