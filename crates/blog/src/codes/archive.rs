//! Findings of reading an archive that Rehome wrote.

use crate::{Code, Remedy, Severity};

/// The codes of this area.
pub const ALL: &[&Code] = &[&LOCKED, &RECORD];

/// The private part was not opened.
pub const LOCKED: Code = Code {
    name: "ARC-001",
    severity: Severity::Lost,
    title: "The private part of the archive was not opened",
    meaning: "An archive can have a private part, encrypted with a passphrase of its owner. No passphrase was given, so only what \
              everyone could see was read. What is private there, and the untouched originals, stay in the archive.",
    remedy: Remedy::AskOwner,
    advice: "Set REHOME_PASSPHRASE, or name a file with --secret-file passphrase=FILE, and run the same command again.",
};

/// A record cannot be read.
pub const RECORD: Code = Code {
    name: "ARC-002",
    severity: Severity::Lost,
    title: "A record of the archive cannot be read",
    meaning: "A line of the records in an archive is damaged, or was written by a newer version of Rehome. The other lines are \
              read all the same.",
    remedy: Remedy::AskOwner,
    advice: "Compare the archive with its SHA256SUMS; take another copy of it, or a newer Rehome.",
};
