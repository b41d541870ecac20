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
    advice: "Look at a few accented or non-Latin words in the moved posts; if they are wrong, open the file in an editor in the alphabet it was written in, save it as UTF-8, and start again.",
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

/// A zip without its list.
pub const SALVAGED: Code = Code {
    name: "INP-006",
    severity: Severity::Changed,
    title: "A damaged zip was looked through",
    meaning: "A zip ends with a list of what is in it. Here the list is missing or wrong, mostly because the download broke off. The files were found by looking through the bytes; what stood behind the break is not there.",
    remedy: Remedy::AskOwner,
    advice: "Download the zip again and compare its size with the one the old home announced.",
};

/// A file of a zip that is damaged.
pub const ENTRY_DAMAGED: Code = Code {
    name: "INP-007",
    severity: Severity::Lost,
    title: "A file in the zip is damaged",
    meaning: "The bytes of the file are cut, do not unpack, or are not the ones that were packed. Text was read up to the damage; pictures are not taken. The packed bytes are kept aside in the bundle as they are.",
    remedy: Remedy::AskOwner,
    advice: "Download the zip again, or put an undamaged copy of the file beside the others and start again.",
};

/// A file of a zip that is not there.
pub const ENTRY_MISSING: Code = Code {
    name: "INP-008",
    severity: Severity::Lost,
    title: "A file named in the zip is not in it",
    meaning: "The list of the zip names a file whose bytes stand nowhere in it: a part of the zip was lost on the way.",
    remedy: Remedy::AskOwner,
    advice: "Download the zip again, or put the file beside the others and start again.",
};

/// A wrong size.
pub const SIZE_LIES: Code = Code {
    name: "INP-009",
    severity: Severity::Note,
    title: "A file in the zip has another size than stated",
    meaning: "The file unpacks whole and its checksum is right, but the zip states another size.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Suspiciously well packed.
pub const TIGHTLY_PACKED: Code = Code {
    name: "INP-010",
    severity: Severity::Note,
    title: "A file in the zip is packed unusually tightly",
    meaning: "It unpacks to more than two hundred times its packed size. Honest text seldom does, archives made to fill disks always do. It was read within the limits that hold for every file.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Entries over one another.
pub const OVERLAPPING: Code = Code {
    name: "INP-011",
    severity: Severity::Lost,
    title: "Files in the zip lie over one another",
    meaning: "Two files of the zip are said to be made of the same bytes. No honest program packs so; archives made to fill disks do, and damage to the list can look like it. Neither was read; their bytes are kept aside in the bundle.",
    remedy: Remedy::AskOwner,
    advice: "Download the zip again; if it is the same, unpack it yourself and give the folder.",
};

/// A zip in a zip.
pub const INNER_ZIP: Code = Code {
    name: "INP-012",
    severity: Severity::Note,
    title: "A zip inside the zip was read",
    meaning: "The archive was packed once more. It was read as if it had been unpacked first.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Bytes around a zip.
pub const STRAY_BYTES: Code = Code {
    name: "INP-013",
    severity: Severity::Note,
    title: "There are stray bytes around the zip",
    meaning: "Something stands before or behind the zip, such as zeros that a disk or a careless download added. It was read all the same.",
    remedy: Remedy::Nothing,
    advice: "",
};

/// Places of a web archive that could not be read.
pub const DAMAGED_WEB_ARCHIVE: Code = Code {
    name: "INP-014",
    severity: Severity::Lost,
    title: "A web archive is damaged or cut",
    meaning: "In some places the file holds no record where one should begin, or a record ends too early. Reading went on at the next \
              record; what stood in between is not known.",
    remedy: Remedy::AskOwner,
    advice: "Download the web archive again if you can, and compare its size with the size stated there.",
};

/// Addresses of which nothing worth reading was captured.
pub const ONLY_BOILERPLATE: Code = Code {
    name: "INP-015",
    severity: Severity::Note,
    title: "Some addresses were captured only after their pages were gone",
    meaning: "A crawler that comes after a platform has closed is answered the same page everywhere. Such captures are not read as pages \
              of the blog; an older capture of the same address is read instead where there is one.",
    remedy: Remedy::AskOwner,
    advice: "Look for an older web archive of the blog if pages are missing.",
};

/// The codes of this area.
pub const ALL: &[&Code] = &[
    &LEFT_OUT,
    &EQUAL_NAMES,
    &NAMES_GUESSED,
    &ENCODING_GUESSED,
    &LETTERS_LOST,
    &SALVAGED,
    &ENTRY_DAMAGED,
    &ENTRY_MISSING,
    &SIZE_LIES,
    &TIGHTLY_PACKED,
    &OVERLAPPING,
    &INNER_ZIP,
    &STRAY_BYTES,
    &DAMAGED_WEB_ARCHIVE,
    &ONLY_BOILERPLATE,
];
