//! What the entries of a zip are called: in which alphabet, and which of two of one name.

use super::record::{Member, Names};
use crate::wire::encodings;
use blog::Finding;
use blog::codes::input as codes;

/// The upper half of the alphabets of DOS: the American one and the Western European one.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// How names without a flag are written.
enum Alphabet {
    Utf8,
    Dos(&'static str, &'static str),
    Known(&'static encoding_rs::Encoding),
}

impl Alphabet {
    fn name(&self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Dos(name, _) => name,
            Self::Known(encoding) => encoding.name(),
        }
    }

    fn read(&self, name: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(name).into_owned(),
            Self::Dos(_, upper) => name.iter().map(|byte| dos(*byte, upper)).collect(),
            Self::Known(encoding) => encoding.decode_without_bom_handling(name).0.into_owned(),
        }
    }
}

/// Turns every name into UTF-8 with `/`. Names without a flag are in the alphabet of the machine that packed them; one machine
/// packed them all, so they are judged together.
pub(super) fn settle(names: &mut Names, members: &mut [Member], findings: &mut Vec<Finding>) {
    let undeclared: Vec<&[u8]> = members
        .iter()
        .map(|member| (member.utf_8, names.of(member)))
        .filter(|(utf_8, name)| !utf_8 && !name.is_ascii())
        .map(|(_, name)| name)
        .collect();
    let count = undeclared.len();
    let alphabet = judge(&undeclared.join(&b'\n'));
    let mut repaired = 0;
    for member in members.iter_mut() {
        let name = names.of(member);
        let honest = member.utf_8 && std::str::from_utf8(name).is_ok();
        if (honest || name.is_ascii()) && !name.contains(&b'\\') {
            continue;
        }
        repaired += usize::from(member.utf_8 && !honest);
        let text = if member.utf_8 {
            String::from_utf8_lossy(name).into_owned()
        } else {
            alphabet.read(name)
        };
        names.rename(member, text.replace('\\', "/").as_bytes());
    }
    if count > 0 && alphabet.name() != "UTF-8" {
        let sentence = format!(
            "Names of files in the zip ({count}) do not say how they are written; they were read as {}.",
            alphabet.name()
        );
        findings.push(Finding::new(&codes::NAMES_GUESSED, sentence));
    }
    if repaired > 0 {
        let sentence = format!(
            "{repaired} file names in the zip say they are UTF-8 and are not; the broken letters show as \u{FFFD}."
        );
        findings.push(Finding::new(&codes::NAMES_GUESSED, sentence));
    }
}

fn judge(together: &[u8]) -> Alphabet {
    if std::str::from_utf8(together).is_ok() {
        return Alphabet::Utf8;
    }
    let guess = encodings::guess(together);
    let western = guess.name().starts_with("windows-125") || guess.name().starts_with("ISO-8859");
    if !western || guess == encoding_rs::WINDOWS_1251 {
        return Alphabet::Known(guess);
    }
    // Accented letters stand at the end of the alphabet of Windows, and at the beginning of the upper half of that of DOS.
    let high = || together.iter().filter(|byte| **byte >= 0x80);
    if high().all(|byte| *byte >= 0xC0) && high().any(|byte| *byte >= 0xE0) {
        return Alphabet::Known(guess);
    }
    // Nobody draws boxes in names: where one alphabet has boxes and the other letters, it is the other.
    let boxes = |upper: &'static str| {
        high()
            .filter(|byte| matches!(dos(**byte, upper), '░'..='▓' | '│'..='╬' | '█' | '▄' | '▌' | '▐' | '▀' | '₧' | '¢' | '¥'))
            .count()
    };
    if boxes(CP437) > boxes(CP850) {
        Alphabet::Dos("CP850", CP850)
    } else {
        Alphabet::Dos("CP437", CP437)
    }
}

fn dos(byte: u8, upper: &str) -> char {
    match byte.checked_sub(128) {
        None => char::from(byte),
        Some(at) => upper.chars().nth(usize::from(at)).unwrap_or('\u{FFFD}'),
    }
}

/// Sorts by name and names the second of two equal ones with its position, so that both can be read.
pub(super) fn tell_apart(
    names: &mut Names,
    members: &mut Vec<Member>,
    findings: &mut Vec<Finding>,
) {
    members.sort_unstable_by(|one, other| {
        (names.of(one), one.position).cmp(&(names.of(other), other.position))
    });
    let again: Vec<usize> = (1..members.len())
        .filter(|at| names.of(&members[at - 1]) == names.of(&members[*at]))
        .collect();
    if again.is_empty() {
        return;
    }
    let mut renamed: Vec<(usize, String)> = Vec::new();
    for at in again.iter().copied() {
        let (name, position) = (names.text(&members[at]), members[at].position);
        let mut second = second_name(&name, position);
        while is_taken(names, members, &second) {
            second = second_name(&second, position);
        }
        findings.push(Finding::new(&codes::EQUAL_NAMES, format!("The zip holds \"{name}\" more than once; entry {position} of it was read as \"{second}\".")));
        renamed.push((at, second));
    }
    for (at, name) in renamed {
        names.rename(&mut members[at], name.as_bytes());
    }
    if points::planted(points::Bug::DropDuplicateName) {
        let mut at = 0;
        members.retain(|_| {
            at += 1;
            !again.contains(&(at - 1))
        });
    }
    members.sort_by(|one, other| names.of(one).cmp(names.of(other)));
}

fn is_taken(names: &Names, members: &[Member], name: &str) -> bool {
    members
        .binary_search_by(|member| names.of(member).cmp(name.as_bytes()))
        .is_ok()
}

fn second_name(name: &str, position: u32) -> String {
    let folder = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[folder..].rfind('.') {
        Some(dot) if dot > 0 => format!(
            "{}~{position}{}",
            &name[..folder + dot],
            &name[folder + dot..]
        ),
        _ => format!("{name}~{position}"),
    }
}
