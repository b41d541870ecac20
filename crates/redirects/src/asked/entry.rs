//! `/blog/cns!OWNER!NUMBER.entry`: the one form that nearly all requests have, read without allocating.

use super::hosts::cid;
use crate::name::NameKey;

/// The owner and the number; `None` for every other form, which says nothing of whether it is a good one.
pub(super) fn read(path_and_query: &str) -> Option<(NameKey, u64)> {
    let rest = strip_no_case(path_and_query.as_bytes(), b"/blog/cns")?;
    let rest = sign(rest)?;
    let owner_end = rest.iter().position(|b| matches!(b, b'!' | b'%'))?;
    let (owner, rest) = rest.split_at(owner_end);
    let rest = sign(rest)?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (number, ending) = rest.split_at(digits);
    let behind = strip_no_case(ending, b".entry")?;
    let whole = matches!(behind.first(), None | Some(b'?' | b'#'));
    if !whole || !(1..=18).contains(&digits) {
        return None;
    }
    let number = number
        .iter()
        .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    Some((owner_name(owner)?, number))
}

/// `!`, as it is or escaped.
fn sign(bytes: &[u8]) -> Option<&[u8]> {
    bytes
        .strip_prefix(b"!")
        .or_else(|| bytes.strip_prefix(b"%21"))
}

fn owner_name(owner: &[u8]) -> Option<NameKey> {
    if owner.len() == 24 && owner.starts_with(b"1p") {
        let sound = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        return owner
            .iter()
            .all(sound)
            .then(|| NameKey::of(b't', owner))
            .flatten();
    }
    NameKey::of(b'c', &cid(owner)?.to_be_bytes())
}

/// Nearly all are spelled as `prefix` is.
#[inline]
fn strip_no_case<'a>(bytes: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(prefix.len())?;
    (head == prefix || head.eq_ignore_ascii_case(prefix)).then_some(rest)
}
