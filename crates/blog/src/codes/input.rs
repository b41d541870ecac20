//! Findings of the area `input`: what was noticed while a file, folder or zip was opened.
use crate::{Code, Remedy, Severity};

/// Something inside the input was not read.
pub const LEFT_OUT: Code = Code {
    name: "INP-001",
    severity: Severity::Lost,
    title: "A file inside the input was not read",
    meaning: "A folder or zip held something that is no ordinary file: a link, a locked or strangely packed entry, a file that \
              may not be read, or one beyond the limits. It was left where it is; everything else was read.",
    remedy: Remedy::AskOwner,
    advice: "If the file belongs to the blog, put a plain copy of it beside the others and start again.",
};

/// Two entries of one name.
pub const EQUAL_NAMES: Code = Code {
    name: "INP-002",
    severity: Severity::Note,
    title: "Two files in the zip have the same name",
    meaning: "Some programs add a file to a zip without taking the older one out. Both were read; the second is shown with its \
              position behind its name.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Names without a stated encoding.
pub const NAMES_GUESSED: Code = Code {
    name: "INP-003",
    severity: Severity::Note,
    title: "File names in the zip were guessed",
    meaning: "Older programs write file names in the alphabet of their own computer and do not say which. All names were \
              looked at together and read in the likeliest one. The content of the files is not touched by this.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Text that nobody said the encoding of.
pub const ENCODING_GUESSED: Code = Code {
    name: "INP-004",
    severity: Severity::Note,
    title: "The alphabet of a text was guessed",
    meaning: "The file does not say how its letters are written and it is not Unicode. It was read in the likeliest way.",
    remedy: Remedy::AskOwner,
    advice: "Look at a few accented or non-Latin words in the moved posts; if they are wrong, tell us which language the blog is in.",
};

/// Places that could not be read.
pub const LETTERS_LOST: Code = Code {
    name: "INP-005",
    severity: Severity::Changed,
    title: "Some letters could not be read",
    meaning: "In some places the bytes of the text make no letters in any alphabet, usually because the file was damaged before \
              it came to us. They show as \u{FFFD}. The untouched bytes are kept in the bundle.",
    remedy: Remedy::AskOwner,
    advice: "Compare the named text with your own copy.",
};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &LEFT_OUT,
    &EQUAL_NAMES,
    &NAMES_GUESSED,
    &ENCODING_GUESSED,
    &LETTERS_LOST,
];
