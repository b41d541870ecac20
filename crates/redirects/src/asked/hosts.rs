//! Whose host it is, without allocating.

use crate::name::NameKey;

/// What follows the name of a Space in its host.
const ROOTS: [&str; 4] = ["live.com", "msn.com", "live-int.com", "msn-int.com"];

/// Labels that look like a chosen name and are the service's own.
const RESERVED: [&str; 6] = ["www", "mobile", "home", "shared", "services", "login"];

/// Longest name of a host, by the domain name system.
const LONGEST_HOST_BYTES: usize = 253;

/// Whose host it is.
pub(super) enum Host<'a> {
    /// One Space's.
    Space(NameKey),
    /// A host that all Spaces share.
    Spaces,
    /// Any other, without `www.` and port.
    Site(&'a str),
    /// It cannot be anybody's.
    Nobodys,
}

/// Reads the host of a request; a port is allowed.
pub(super) fn read(host: &str) -> Host<'_> {
    // As nearly all are spelled; everything else is looked at more closely.
    if let Some(label) = host.strip_suffix(".spaces.live.com")
        && let space @ Host::Space(_) = space(label)
    {
        return space;
    }
    let host = host.split(':').next().unwrap_or("").trim_end_matches('.');
    let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    if host.is_empty() || host.len() > LONGEST_HOST_BYTES || !host.bytes().all(sound) {
        return Host::Nobodys;
    }
    match spaces_label(host) {
        Some("") => Host::Spaces,
        Some(label) => space(label),
        None => Host::Site(strip_www(host)),
    }
}

/// What stands before `spaces.live.com` and its sisters, without the dot.
fn spaces_label(host: &str) -> Option<&str> {
    let front = ROOTS
        .iter()
        .find_map(|root| strip_suffix_no_case(host, root))?;
    let front = strip_suffix_no_case(front, "spaces.")
        .or_else(|| strip_suffix_no_case(front, "spaces-f1."))?;
    if front.is_empty() {
        return Some("");
    }
    front.strip_suffix('.')
}

#[inline]
fn space(label: &str) -> Host<'static> {
    let label = strip_www(label);
    let key = match label.as_bytes() {
        [b'c' | b'C', b'i' | b'I', b'd' | b'D', b'-', hex @ ..] if cid(hex).is_some() => {
            cid(hex).and_then(|number| NameKey::of(b'c', &number.to_be_bytes()))
        }
        bytes if is_alias(bytes) && !is_reserved(label) => NameKey::of_alias(bytes),
        _ => None,
    };
    key.map_or(Host::Spaces, Host::Space)
}

fn is_reserved(label: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(label))
}

fn is_alias(bytes: &[u8]) -> bool {
    let sound = |b: &u8| IN_ALIAS[usize::from(*b)];
    (1..=64).contains(&bytes.len()) && bytes.iter().all(sound)
}

/// Which bytes a chosen name is made of.
const IN_ALIAS: [bool; 256] = {
    let mut sound = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        sound[byte] = b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        byte += 1;
    }
    sound
};

/// An account number in hex, as a host or a handle spells it; zero is nobody's.
pub(super) fn cid(hex: &[u8]) -> Option<u64> {
    if hex.is_empty() || hex.len() > 16 {
        return None;
    }
    let (mut number, mut all) = (0, 0);
    for digit in hex {
        let value = HEX_VALUES[usize::from(*digit)];
        all |= value;
        number = number << 4 | u64::from(value);
    }
    (all < NO_HEX && number != 0).then_some(number)
}

/// More than any digit is worth.
const NO_HEX: u8 = 0x80;

/// What each byte is worth as a digit in hex.
const HEX_VALUES: [u8; 256] = {
    let mut values = [NO_HEX; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789ABCDEF"[value as usize];
        values[digit as usize] = value;
        values[digit.to_ascii_lowercase() as usize] = value;
        value += 1;
    }
    values
};

fn strip_www(host: &str) -> &str {
    match host.get(..4) {
        Some(www) if www.eq_ignore_ascii_case("www.") && host.len() > 4 => &host[4..],
        _ => host,
    }
}

fn strip_suffix_no_case<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    let tail = text.get(at..)?;
    tail.eq_ignore_ascii_case(suffix).then(|| &text[..at])
}
