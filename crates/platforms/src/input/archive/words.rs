//! What is said about an archive and its entries.

use super::record::{Member, Names};
use super::unpack::Noticed;
use blog::doors::ReadError;
use blog::{Code, Finding, codes::input as codes};

/// Names that are told of many.
const TOLD: usize = 5;

fn of_entry(code: &Code, label: &str, name: &str, sentence: String) -> Finding {
    Finding::new(code, sentence).at(format!("{label} › {}", short(name)))
}

fn short(name: &str) -> String {
    name.chars().take(60).collect()
}

pub(super) fn refused(label: &str, name: &str, why: &str) -> Finding {
    let sentence = format!("\"{}\" in the zip was not read: {why}.", short(name));
    of_entry(&codes::LEFT_OUT, label, name, sentence)
}

pub(super) fn overlapping(label: &str, name: &str, at: u64) -> Finding {
    let sentence = format!(
        "\"{}\" in the zip, at byte {at}, lies over another entry; neither was read.",
        short(name)
    );
    of_entry(&codes::OVERLAPPING, label, name, sentence)
}

pub(super) fn missing(label: &str, name: &str) -> Finding {
    let sentence = format!(
        "\"{}\" stands in the list of the zip, but its bytes are not there.",
        short(name)
    );
    of_entry(&codes::ENTRY_MISSING, label, name, sentence)
}

pub(super) fn moved(count: usize) -> Finding {
    let sentence = match count {
        1 => "One entry of the zip does not stand where its list says; it was found by looking through it.".to_owned(),
        _ => format!("{count} entries of the zip do not stand where its list says; they were found by looking through it."),
    };
    Finding::new(&codes::SALVAGED, sentence)
}

pub(super) fn salvaged(why: &str, members: &[Member], names: &Names) -> Finding {
    let cut: Vec<String> = members
        .iter()
        .filter(|member| member.cut)
        .map(|member| format!("\"{}\"", short(&names.text(member))))
        .collect();
    let whole = members.len() - cut.len();
    let mut sentence = format!(
        "The zip is damaged or was not downloaded whole ({why}); looking through it found {whole} whole {}",
        if whole == 1 { "file" } else { "files" }
    );
    match cut.len() {
        0 => {}
        1..=TOLD => sentence.push_str(&format!(" and {} in part", cut.join(", "))),
        many => sentence.push_str(&format!(" and {many} in part")),
    }
    sentence.push('.');
    Finding::new(&codes::SALVAGED, sentence)
}

pub(super) fn strays(bytes: u64, at: u64) -> Finding {
    let sentence = format!(
        "{bytes} bytes of the zip, the first at byte {at}, belong to none of its files; they were kept aside."
    );
    Finding::new(&codes::STRAY_BYTES, sentence)
}

pub(super) fn inner(label: &str, name: &str) -> Finding {
    let sentence = format!(
        "The zip holds another one, \"{}\"; it was read.",
        short(name)
    );
    of_entry(&codes::INNER_ZIP, label, name, sentence)
}

pub(super) fn inner_unreadable(label: &str, error: &ReadError) -> Finding {
    Finding::new(
        &codes::LEFT_OUT,
        format!("A zip inside the zip was not read: {error}."),
    )
    .at(label)
}

pub(super) fn too_deep(place: &str) -> Finding {
    let sentence = "A zip inside a zip inside a zip is not opened; unpack the outer one and give what is in it.";
    Finding::new(&codes::LEFT_OUT, sentence).at(place)
}

pub(super) fn noticed(label: &str, name: &str, noticed: &Noticed) -> Finding {
    let shown = short(name);
    let (code, sentence) = match noticed {
        Noticed::Broken { at, what } => (
            &codes::ENTRY_DAMAGED,
            format!(
                "\"{shown}\" could be read up to its byte {at}: {what}. What came before was read."
            ),
        ),
        Noticed::OtherChecksum { bytes } => (
            &codes::ENTRY_DAMAGED,
            format!(
                "The checksum of \"{shown}\" is wrong; all of its {bytes} bytes were read, but some of them are not what they were."
            ),
        ),
        Noticed::OtherSize { bytes, stated } => (
            &codes::SIZE_LIES,
            format!("\"{shown}\" has {bytes} bytes; the zip says {stated}. All of them were read."),
        ),
        Noticed::Tight { bytes, packed } => (
            &codes::TIGHTLY_PACKED,
            format!(
                "\"{shown}\" unpacks from {packed} bytes to {bytes}, more than text does; it was read within the limits."
            ),
        ),
    };
    of_entry(code, label, name, sentence)
}
