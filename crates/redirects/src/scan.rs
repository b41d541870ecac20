//! Looking at all bytes of a text, many at once.

/// Bytes that are looked at together.
const TOGETHER: usize = 16;

/// Whether a byte is none of these. Said so that many bytes can be looked at together, which they are not where one of several is
/// matched.
#[inline]
pub(crate) fn is_none_of(byte: u8, signs: &[u8]) -> bool {
    signs
        .iter()
        .fold(true, |is_none, sign| is_none & (byte != *sign))
}

/// Whether all bytes are as they shall be. The last ones are looked at with some before them once more: one by one they would cost as
/// much as all the others.
#[inline]
pub(crate) fn all(bytes: &[u8], is_sound: impl Fn(u8) -> bool) -> bool {
    let Some(last) = bytes.last_chunk::<TOGETHER>() else {
        return bytes.iter().all(|byte| is_sound(*byte));
    };
    let (chunks, _) = bytes.as_chunks::<TOGETHER>();
    let mut bad = [false; TOGETHER];
    for chunk in chunks.iter().chain([last]) {
        for (bad, byte) in bad.iter_mut().zip(chunk) {
            *bad |= !is_sound(*byte);
        }
    }
    bad == [false; TOGETHER]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_byte_is_seen_wherever_it_stands() {
        for length in 0..70 {
            let mut bytes = vec![b'a'; length];
            assert!(all(&bytes, |byte| byte == b'a'));
            for at in 0..length {
                bytes[at] = b'b';
                assert!(!all(&bytes, |byte| byte == b'a'), "{at} of {length}");
                bytes[at] = b'a';
            }
        }
    }
}
