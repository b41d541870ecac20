//! Findings of the area `tidy`.
use crate::{Code, Remedy, Severity};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &WRAPPER,
    &TAGS,
    &PICTURE_MARKS,
    &SMILEYS,
    &WORD,
    &FONTS,
    &VIDEO,
    &DEAD_VIDEO,
    &TRACKER,
    &ACTIVE,
    &EVENT,
    &ADDRESS,
    &ELEMENT,
    &ATTRIBUTE,
    &STYLE,
    &REMARK,
    &PARAGRAPHS,
    &EMPTY,
    &SHORTCODE,
    &DEPTH,
    &TOO_MUCH,
    &PICTURE,
    &PIECES,
];

/// One code of this area.
const fn code(
    name: &'static str,
    severity: Severity,
    title: &'static str,
    meaning: &'static str,
    advice: &'static str,
) -> Code {
    Code {
        name,
        severity,
        title,
        meaning,
        remedy: if advice.is_empty() {
            Remedy::Nothing
        } else {
            Remedy::AskOwner
        },
        advice,
    }
}

/// The box around every Spaces body.
pub const WRAPPER: Code = code(
    "TID-001",
    Severity::Note,
    "The old home's box around the text was taken off",
    "Live Spaces wrapped every text in a box (`div` of class `bvMsg`). It showed nothing and is not needed any more.",
    "",
);
/// Tag blocks in the text.
pub const TAGS: Code = code(
    "TID-002",
    Severity::Changed,
    "A block of tags in the text became real tags",
    "Live Writer and Spaces wrote tags as a line of links (`Windows Live Tags: …`, `Technorati Tags: …`) below the text. The links led to services that are gone. The names are kept as the post's tags and the line was taken out.",
    "",
);
/// Marks on picture links.
pub const PICTURE_MARKS: Code = code(
    "TID-003",
    Severity::Note,
    "Marks of the old photo service were taken off links",
    "Picture links carried `rel=\"WLPP…\"`, a note of Spaces to itself.",
    "",
);
/// Smiley pictures.
pub const SMILEYS: Code = code(
    "TID-004",
    Severity::Note,
    "Smiley pictures became characters",
    "Smileys were pictures on hosts that are gone. The same smileys as characters show everywhere, also to screen readers.",
    "",
);
/// Residue of word processors.
pub const WORD: Code = code(
    "TID-005",
    Severity::Note,
    "Leftovers of a word processor were taken out",
    "Text pasted from Word carries styles and remarks that no browser shows.",
    "",
);
/// Old `font` elements.
pub const FONTS: Code = code(
    "TID-006",
    Severity::Note,
    "Old font markup was written as styles",
    "The `font` element is outdated; colour, size and typeface look the same as styles.",
    "",
);
/// Videos.
pub const VIDEO: Code = code(
    "TID-007",
    Severity::Changed,
    "A video player was rebuilt from its address",
    "Old players (Flash and frames) do not work any more or are not allowed. WordPress shows the video from its plain address.",
    "",
);
/// Videos and objects that cannot be shown.
pub const DEAD_VIDEO: Code = code(
    "TID-008",
    Severity::Lost,
    "A player that no longer works was replaced by a link",
    "The service is gone, or its player needs a plug-in that browsers dropped. A link to the old address is left in its place.",
    "If you have the video, put it up at the new home and place it in the post.",
);
/// Invisible counters.
pub const TRACKER: Code = code(
    "TID-009",
    Severity::Note,
    "An invisible counter picture was taken out",
    "Pictures of one pixel, or of known counting services, report readers to somebody. They show nothing.",
    "",
);
/// Scripts and other active content.
pub const ACTIVE: Code = code(
    "TID-010",
    Severity::Lost,
    "Active content was taken out",
    "Scripts, frames, forms and plug-in objects could act in the name of readers. The new home does not accept them from an import.",
    "Look at the post. A gadget that matters can be added again with a block of the new home.",
);
/// Event handlers.
pub const EVENT: Code = code(
    "TID-011",
    Severity::Note,
    "Script attributes were taken off",
    "Attributes such as `onclick` run scripts. What they stood on is kept.",
    "",
);
/// Addresses that do not lead anywhere safe.
pub const ADDRESS: Code = code(
    "TID-012",
    Severity::Changed,
    "A link that no reader could follow was unlinked",
    "Its address is a script, a file on the author's own computer, or otherwise of a kind the new home refuses. Its text is kept.",
    "",
);
/// Elements that the new home would strip.
pub const ELEMENT: Code = code(
    "TID-013",
    Severity::Changed,
    "Elements that the new home does not accept were dissolved",
    "WordPress takes these elements out when it saves. They were taken out beforehand so that nothing vanishes unseen; their text is kept.",
    "",
);
/// Attributes that the new home would strip.
pub const ATTRIBUTE: Code = code(
    "TID-014",
    Severity::Note,
    "Attributes that the new home does not accept were taken off",
    "WordPress takes these attributes off when it saves. Nothing readers rely on is among them.",
    "",
);
/// Styles that the new home would strip.
pub const STYLE: Code = code(
    "TID-015",
    Severity::Note,
    "Styles that the new home does not accept were taken off",
    "WordPress keeps a list of safe styles and takes off the rest when it saves.",
    "",
);
/// Remarks.
pub const REMARK: Code = code(
    "TID-016",
    Severity::Note,
    "Hidden remarks were taken out",
    "HTML remarks show nothing to readers; at the new home some of them are commands.",
    "",
);
/// Paragraphs.
pub const PARAGRAPHS: Code = code(
    "TID-017",
    Severity::Note,
    "Lines and boxes were written as paragraphs",
    "Old editors parted lines with boxes and line breaks. As paragraphs they look the same and can be edited at the new home.",
    "",
);
/// Empty elements.
pub const EMPTY: Code = code(
    "TID-018",
    Severity::Note,
    "Empty elements were taken out",
    "They showed nothing, or more than one empty line in a row.",
    "",
);
/// Brackets that would act.
pub const SHORTCODE: Code = code(
    "TID-019",
    Severity::Note,
    "Text in square brackets was protected",
    "The new home, or a plugin it gets one day, would run words such as [gallery] as commands. They are written so that readers see the brackets instead.",
    "",
);
/// Depth and attribute bounds.
pub const DEPTH: Code = code(
    "TID-020",
    Severity::Changed,
    "Boxes nested too deeply were dissolved",
    "More than 256 elements inside each other, or more than 256 attributes on one, are a sign of broken markup. The text is kept.",
    "",
);
/// Bodies that cannot be parsed.
pub const TOO_MUCH: Code = code(
    "TID-021",
    Severity::Lost,
    "The text was reduced to plain paragraphs",
    "The body is larger than 32 MiB, has more than 150,000 tags and attributes, or its markup is broken in a way that would take hours to read. All words are kept; formatting, links and pictures of this one item are not. The original stays in the bundle.",
    "Look at the post; the original is in the bundle.",
);
/// Pictures without a usable address.
pub const PICTURE: Code = code(
    "TID-022",
    Severity::Lost,
    "A picture without a usable address was taken out",
    "Its address is empty, leads to a file on the author's own computer, or holds the picture itself in a form the new home refuses.",
    "If you have the picture, put it into the post again.",
);
/// Very long bodies.
pub const PIECES: Code = code(
    "TID-023",
    Severity::Note,
    "A very long text was repaired in pieces",
    "The text is longer, or has more tags, than is taken in at once, so it was repaired piece by piece, parted between its blocks. Nothing is left out.",
    "",
);
