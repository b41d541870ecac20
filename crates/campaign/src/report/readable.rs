//! Addresses as people read them: `/2010/10/%d8%a8%d9%8a%d8%aa/` is a word in Arabic.

use std::borrow::Cow;

/// `address` with its letters beyond ASCII written as letters. Escapes that mean something in an address (`%2F`, `%20`) stay, and
/// so does the whole address where its escapes are no UTF-8 or would hide or turn around what is read.
pub(super) fn readable(address: &str) -> Cow<'_, str> {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        match escaped(rest) {
            Some(letter) => {
                bytes.push(letter);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    match String::from_utf8(bytes) {
        Ok(text) if text.len() < address.len() && !text.chars().any(misleads) => Cow::Owned(text),
        _ => Cow::Borrowed(address),
    }
}

/// The byte beyond ASCII that an escape at the beginning of `rest` stands for.
fn escaped(rest: &[u8]) -> Option<u8> {
    let digits = rest.strip_prefix(b"%")?.get(..2)?;
    let byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (!byte.is_ascii()).then_some(byte)
}

fn misleads(letter: char) -> bool {
    letter.is_control()
        || letter.is_whitespace()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn letters_are_read_as_letters_and_the_rest_stays_as_it_is() {
        for (address, read) in [
            (
                "http://a.example/%d8%a8%d9%8a%d8%aa/?p=1",
                "http://a.example/بيت/?p=1",
            ),
            (
                "http://a.example/a%20b%2Fc/%C3%A9",
                "http://a.example/a%20b%2Fc/é",
            ),
            ("http://a.example/%ff%fe/", "http://a.example/%ff%fe/"),
            (
                "http://a.example/%e2%80%ae/cod",
                "http://a.example/%e2%80%ae/cod",
            ),
            ("http://a.example/100%/%d", "http://a.example/100%/%d"),
            ("http://a.example/é%+1", "http://a.example/é%+1"),
        ] {
            assert_eq!(readable(address), read);
        }
    }
}
