//! Character references (`&amp;`, `&#8217;`, `&#x4e2d;`): decoded once, by the rules browsers follow; and the way back for what
//! we write ourselves.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use std::borrow::Cow;

/// The longest name in the table of named references has 32 characters; looking further is pointless.
const NAME_CHARACTERS_MAX: usize = 33;

/// Where the text stands decides what a reference without semicolon means (`?a=1&copy=2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within {
    Text,
    Attribute,
}

/// Decodes every character reference once. Unknown names stay as they are.
pub(crate) fn decode(text: &str, within: Within) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else {
        return Cow::Borrowed(text);
    };
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        match one(rest, within) {
            Some((length, first, second)) => {
                decoded.push(first);
                decoded.extend(second);
                rest = &rest[length..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// Writes `text` so that it reads back as it is, between tags.
///
/// Text that shows a character reference (`&#20013;` in a post about encodings) needs care: WordPress turns `&amp;#20013;` back
/// into the reference when it saves (`wp_kses_normalize_entities`), and the reader would see the character. `&#038;` is left alone.
pub(crate) fn escape_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '&' if shows_reference(&text[at + 1..]) => escaped.push_str("&#038;"),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Whether what follows an ampersand would make it a numeric character reference: `#20013;`, `#x4e2d;`.
fn shows_reference(rest: &str) -> bool {
    let Some(end) = rest.bytes().take(16).position(|byte| byte == b';') else {
        return false;
    };
    let digits = rest[..end].strip_prefix('#').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Writes `value` so that it reads back as it is, between the quotes `quote`.
pub(crate) fn escape_value(value: &str, quote: char) -> String {
    let mut escaped = String::with_capacity(value.len());
    for (at, character) in value.char_indices() {
        match character {
            '&' if shows_reference(&value[at + 1..]) => escaped.push_str("&#038;"),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' if quote == '"' => escaped.push_str("&quot;"),
            '\'' if quote == '\'' => escaped.push_str("&#039;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The reference that `text` starts with: its length in bytes and what it stands for.
fn one(text: &str, within: Within) -> Option<(usize, char, Option<char>)> {
    match text.as_bytes().get(1)? {
        b'#' => numeric(text).map(|(length, character)| (length, character, None)),
        byte if byte.is_ascii_alphabetic() => named(text, within),
        _ => None,
    }
}

fn numeric(text: &str) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    let hex = matches!(bytes.get(2), Some(b'x' | b'X'));
    let start = if hex { 3 } else { 2 };
    let radix: u32 = if hex { 16 } else { 10 };
    let mut number: u32 = 0;
    let mut end = start;
    while let Some(digit) = bytes
        .get(end)
        .and_then(|byte| char::from(*byte).to_digit(radix))
    {
        number = number.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return None;
    }
    if bytes.get(end) == Some(&b';') {
        end += 1;
    }
    let character = match number {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9f => C1_REPLACEMENTS
            .get(number as usize - 0x80)
            .copied()
            .flatten()
            .or(char::from_u32(number))
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        other => char::from_u32(other).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    Some((end, character))
}

fn named(text: &str, within: Within) -> Option<(usize, char, Option<char>)> {
    let bytes = text.as_bytes();
    let mut best = None;
    for end in 2..=bytes.len().min(NAME_CHARACTERS_MAX + 1) {
        let Some(&(first, second)) = text.get(1..end).and_then(|name| NAMED_ENTITIES.get(name))
        else {
            break;
        };
        if let (Some(first), true) = (char::from_u32(first), first != 0) {
            let second = char::from_u32(second).filter(|_| second != 0);
            best = Some((end, first, second));
        }
    }
    let (end, first, second) = best?;
    let closed = bytes[end - 1] == b';';
    let runs_on = bytes
        .get(end)
        .is_some_and(|byte| *byte == b'=' || byte.is_ascii_alphanumeric());
    if within == Within::Attribute && !closed && runs_on {
        return None;
    }
    Some((end, first, second))
}

#[cfg(test)]
mod tests {
    use super::{Within, decode, escape_value};

    #[test]
    fn references_are_decoded_once_and_no_more() {
        assert_eq!(decode("&amp;lt;p&gt;", Within::Text), "&lt;p>");
        assert_eq!(decode("&#123;&#x4e2d;&#150;", Within::Text), "{中–");
        assert_eq!(decode("cns&#033;A&#033;7", Within::Attribute), "cns!A!7");
    }

    #[test]
    fn an_ampersand_in_an_address_is_no_reference() {
        assert_eq!(
            decode("?a=1&copy=2&b=3", Within::Attribute),
            "?a=1&copy=2&b=3"
        );
        assert_eq!(decode("&copy 2008", Within::Text), "© 2008");
        assert_eq!(
            decode("&unknown; & &;&#;&#x;", Within::Text),
            "&unknown; & &;&#;&#x;"
        );
    }

    #[test]
    fn an_escaped_value_reads_back() {
        let value = r#"a"b'c&amp;<d>"#;
        for quote in ['"', '\''] {
            assert_eq!(
                decode(&escape_value(value, quote), Within::Attribute),
                value
            );
        }
    }
}
