//! New addresses: which are sound, and how they are taken apart and put together again.

use percent_encoding::percent_decode_str;

/// Longest new address that is kept, in bytes.
const LONGEST_TARGET_BYTES: usize = 2048;

/// Whether a visitor may be sent to it: absolute, http or https, with a host, without anything that could end a header line.
pub(crate) fn is_sound(address: &str) -> bool {
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    let sound = |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\');
    address.len() <= LONGEST_TARGET_BYTES
        && !host.is_empty()
        && !host.contains('@')
        && address.bytes().all(sound)
}

/// Whether it can be a blog's base.
pub(crate) fn is_base(address: &str) -> bool {
    is_sound(address) && address.ends_with('/') && !address.contains(['?', '#'])
}

/// `2010/10/31/slug/` or `2010/10/slug/`: whether it has a day, the day (since 1970-01-01) and the slug.
pub(crate) fn dated(rest: &str) -> Option<(bool, i64, &str)> {
    let slug = rest.strip_suffix('/')?;
    let year = digits(slug.get(..4)?)?;
    let month = digits(slug.get(4..7)?.strip_prefix('/')?)?;
    let slug = slug.get(7..)?.strip_prefix('/')?;
    let day_and_slug = slug.get(..3).and_then(|day| {
        let day = digits(day.strip_suffix('/')?)?;
        Some((day, &slug[3..]))
    });
    let (has_day, day, slug) = match day_and_slug {
        Some((day, rest)) => (true, day, rest),
        None => (false, 1, slug),
    };
    let number = days_of(year, month, day);
    // Only what is put together the same way again.
    (date_of(number) == Some((year, month, day)) && !slug.is_empty())
        .then_some((has_day, number, slug))
}

fn digits(text: &str) -> Option<i64> {
    let all = text.bytes().all(|b| b.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

/// The slug as words see it: a sign before it, escapes decoded. `None` where it would not come back the same.
pub(crate) fn slug_bytes(slug: &str) -> Option<Vec<u8>> {
    if slug.contains(['/', '?', '#']) {
        return None;
    }
    let mut bytes = vec![b'-'];
    bytes.extend(percent_decode_str(slug));
    let mut again = Vec::new();
    push_slug(&bytes, &mut again)?;
    (again == slug.as_bytes()).then_some(bytes)
}

/// Makes of what stands in `out` from `at` on, a slug as words see it, one as WordPress writes it.
pub(crate) fn end_slug(at: usize, out: &mut Vec<u8>) -> Option<()> {
    if out.get(at..)?.is_ascii() {
        return (out.get(at) == Some(&b'-')).then(|| {
            out.remove(at);
        });
    }
    let slug = out.split_off(at);
    push_slug(&slug, out)
}

/// Writes a slug as WordPress does: what is not ASCII escaped in lower case.
pub(crate) fn push_slug(bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let slug = bytes.strip_prefix(b"-")?;
    if slug.is_ascii() {
        out.extend_from_slice(slug);
        return Some(());
    }
    for byte in slug {
        if byte.is_ascii() {
            out.push(*byte);
        } else {
            let [high, low] = [byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)]);
            out.extend_from_slice(&[b'%', high, low]);
        }
    }
    Some(())
}

/// Writes `2010/10/31/`, or `2010/10/` without the day. `None` where it is no day of four-digit years.
pub(crate) fn push_date(day: i64, with_day: bool, out: &mut Vec<u8>) -> Option<()> {
    let (year, month, day) = date_of(day)?;
    let two = |number: i64| [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8];
    let ([y, e], [a, r]) = (two(year / 100), two(year));
    let ([m, o], [d, t]) = (two(month), two(day));
    let bytes = [y, e, a, r, b'/', m, o, b'/', d, t, b'/'];
    let length = if with_day { 11 } else { 8 };
    out.extend_from_slice(&bytes[..length]);
    Some(())
}

/// The days of the years 0 to 9999, since 1970-01-01.
const DAYS: std::ops::Range<i64> = -719_528..2_932_897;

/// Year, month and day of a day since 1970-01-01, by the calendar of today at all times (Howard Hinnant's `civil_from_days`); the date
/// library has no door to days since then. `None` outside of the years 0 to 9999.
pub(crate) fn date_of(day: i64) -> Option<(i64, i64, i64)> {
    if !DAYS.contains(&day) {
        return None;
    }
    // Four centuries more, so that nothing is below zero.
    let shifted = (day + 719_468 + 146_097) as u32;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = i64::from(year_of_era + era * 400) - 400 + i64::from(month <= 2);
    let (month, day) = (i64::from(month), i64::from(day));
    Some((year, month, day))
}

/// The day since 1970-01-01 of a year, month and day.
pub(crate) fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (day, date) in [
            (0, (1970, 1, 1)),
            (14_913, (2010, 10, 31)),
            (11_016, (2000, 2, 29)),
            (-1, (1969, 12, 31)),
        ] {
            assert_eq!(date_of(day), Some(date));
            assert_eq!(days_of(date.0, date.1, date.2), day);
        }
        let same = |day: i64| {
            date_of(day).is_some_and(|(year, month, date)| days_of(year, month, date) == day)
        };
        assert!(DAYS.step_by(7).all(same));
        assert_eq!(date_of(DAYS.start), Some((0, 1, 1)));
        assert_eq!(date_of(DAYS.end - 1), Some((9999, 12, 31)));
        assert_eq!(date_of(DAYS.end), None);
    }

    #[test]
    fn what_could_mislead_is_no_target() {
        for address in [
            "javascript:alert(1)",
            "//evil.example/",
            "https://",
            "https:///x",
            "https://good.example@evil.example/",
            "https://x.example/\r\nSet-Cookie: a=b",
            "https://x.example/ü",
            "https://x.example/a b",
            "https://x.example\\@evil.example/",
        ] {
            assert!(!is_sound(address), "{address}");
        }
        assert!(is_sound("https://x.example/%e4%bd%a0/?p=1#c"));
    }

    proptest! {
        #[test]
        fn taken_apart_and_put_together(day in 0..40_000_i64, with_day: bool, slug in "([a-z0-9]{1,9}|-|%e4%bd%a0|%E4|~|\\+){1,8}") {
            let mut rest = Vec::new();
            push_date(day, with_day, &mut rest).expect("a day");
            rest.extend_from_slice(slug.as_bytes());
            rest.push(b'/');
            let rest = String::from_utf8(rest).expect("ASCII");
            if let Some((has_day, number, part)) = dated(&rest) {
                let mut again = Vec::new();
                push_date(number, has_day, &mut again).expect("a day");
                prop_assert_eq!(&[&again[..], part.as_bytes(), b"/"].concat(), rest.as_bytes());
                if let Some(bytes) = slug_bytes(part) {
                    let mut again = Vec::new();
                    push_slug(&bytes, &mut again).expect("a slug");
                    prop_assert_eq!(again, part.as_bytes());
                }
            } else {
                prop_assert!(false, "{} was not taken apart", rest);
            }
        }
    }
}
