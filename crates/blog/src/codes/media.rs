//! Findings of the area `media`: pictures and files that could not be fetched.
use crate::doors::{Halt, MediaError};
use crate::{Code, Remedy, Severity};

/// There is no such file any more.
pub const GONE: Code = Code {
    name: "MED-001",
    severity: Severity::Lost,
    title: "A picture or file is gone",
    meaning: "No address of the picture or file has it any more: the old host says that it does not exist, or the host itself is \
              no longer known. Its addresses are kept.",
    remedy: Remedy::AskOwner,
    advice: "If you have the file, put it into a folder and give that folder as saved media; then repeat the move.",
};

/// Something else came in its place.
pub const NOT_MEDIA: Code = Code {
    name: "MED-002",
    severity: Severity::Lost,
    title: "Something else came in place of a picture or file",
    meaning: "The old host answered, but not with the file: with a web page (often one to sign in), an empty file, a picture of \
              one point, a picture whose end is missing, or one that is too large.",
    remedy: Remedy::AskOwner,
    advice: "Open the address in your browser; if you see the picture there, save it and give its folder as saved media.",
};

/// An address that is not asked.
pub const REFUSED: Code = Code {
    name: "MED-003",
    severity: Severity::Lost,
    title: "The address of a picture or file is not asked",
    meaning: "The address leads into a private network, to an unusual port, or is no web address. Addresses in posts come from \
              strangers, so such ones are never asked.",
    remedy: Remedy::AskOwner,
    advice: "If the address is yours, save the file and give its folder as saved media.",
};

/// No answer for now.
pub const UNREACHABLE: Code = Code {
    name: "MED-004",
    severity: Severity::Blocking,
    title: "A picture or file could not be fetched for now",
    meaning: "The old host did not answer, was busy, or broke off, several times in a row. The file may well be there.",
    remedy: Remedy::Retry,
    advice: "Repeat the command later; what is already there is not fetched again.",
};

/// No place to keep it.
pub const NOT_KEPT: Code = Code {
    name: "MED-005",
    severity: Severity::Blocking,
    title: "A picture or file could not be kept",
    meaning: "The file came, but could not be written on this computer.",
    remedy: Remedy::AskOwner,
    advice: "Make room on the disk, or give another folder for the bundle, and repeat the command.",
};

/// The code that tells of `error`.
#[must_use]
pub fn of(error: &MediaError) -> &'static Code {
    match error {
        MediaError::Gone(_) => &GONE,
        MediaError::NotMedia(_) => &NOT_MEDIA,
        MediaError::Refused(_) => &REFUSED,
        MediaError::Unreachable(_) | MediaError::Halt(Halt::Asked) => &UNREACHABLE,
        MediaError::CouldNotKeep(_) | MediaError::Halt(Halt::CouldNotKeep(_)) => &NOT_KEPT,
    }
}

/// The codes of this area.
pub const ALL: &[&Code] = &[&GONE, &NOT_MEDIA, &REFUSED, &UNREACHABLE, &NOT_KEPT];
