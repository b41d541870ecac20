//! When a certificate begins and ends: just enough DER (X.690) to reach the validity of X.509 (RFC 5280, 4.1).

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The beginning and the end of a certificate, in seconds since 1970; `None` when it is no certificate.
pub(super) fn span(certificate: &[u8]) -> Option<(i64, i64)> {
    let (tag, certificate, _) = element(certificate)?;
    let (inner, signed, _) = element(certificate)?;
    if (tag, inner) != (SEQUENCE, SEQUENCE) {
        return None;
    }
    let mut rest = signed;
    if *rest.first()? == VERSION {
        rest = element(rest)?.2;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (_, validity, _) = element(rest)?;
    let (begin, rest) = time(validity)?;
    let (end, _) = time(rest)?;
    Some((begin, end))
}

/// The first time in `bytes`, and what follows.
fn time(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (kind, text, rest) = element(bytes)?;
    Some((seconds(kind, std::str::from_utf8(text).ok()?)?, rest))
}

/// Tag, content and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let (digits, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.len() > 4 {
            return None;
        }
        length = digits
            .iter()
            .fold(0, |length, digit| length << 8 | usize::from(*digit));
        rest = after;
    }
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`.
fn seconds(kind: u8, text: &str) -> Option<i64> {
    let digits = text
        .strip_suffix('Z')
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (year, rest) = match kind {
        UTC_TIME => {
            let (year, rest) = digits.split_at_checked(2)?;
            let year: i64 = year.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = digits.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let part = |at: usize| rest.get(at..at + 2)?.parse::<i64>().ok();
    let (month, day) = (part(0)?, part(2)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let time = part(4)? * 3600 + part(6)? * 60 + part(8)?;
    Some(days(year, month, day) * 86_400 + time)
}

/// Days from 1970-01-01, by the usual sum over 400-year eras.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ends(certificate: &[u8]) -> Option<i64> {
        span(certificate).map(|(_, end)| end)
    }

    #[test]
    fn a_life_has_a_beginning() {
        let mut wish = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).expect("a name");
        wish.not_before = rcgen::date_time_ymd(2027, 2, 28);
        wish.not_after = rcgen::date_time_ymd(2027, 3, 6);
        let key = rcgen::KeyPair::generate().expect("a key");
        let made = wish.self_signed(&key).expect("a certificate");
        assert_eq!(span(made.der()), Some((1_803_772_800, 1_804_291_200)));
    }

    fn certificate(year: i32, month: u8, day: u8) -> Vec<u8> {
        let mut wish = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).expect("a name");
        wish.not_after = rcgen::date_time_ymd(year, month, day);
        let key = rcgen::KeyPair::generate().expect("a key");
        wish.self_signed(&key)
            .expect("a certificate")
            .der()
            .to_vec()
    }

    #[test]
    fn the_end_is_read_in_both_forms_of_time() {
        assert_eq!(ends(&certificate(2027, 2, 28)), Some(1_803_772_800));
        assert_eq!(ends(&certificate(2048, 2, 29)), Some(2_466_547_200));
        assert_eq!(ends(&certificate(2051, 1, 1)), Some(2_556_144_000));
    }

    proptest! {
        #[test]
        fn cut_and_changed_certificates_end_in_nothing(at in 0usize..400, byte: u8, cut in 0usize..400) {
            let mut bytes = certificate(2027, 2, 28);
            let length = bytes.len();
            bytes[at % length] = byte;
            let _ = ends(&bytes);
            prop_assert!(ends(&bytes[..cut.min(40)]).is_none());
        }
    }
}
