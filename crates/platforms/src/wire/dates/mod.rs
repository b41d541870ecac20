//! Dates as people and programs wrote them.
//!
//! * [`rfc822`], [`iso`], [`movable_type`]: what programs wrote
//! * [`page::date_time`]: what a page showed, in the format of its market
//! * [`relative::moment`]: what a comment showed: `4 hours ago`, `Nov. 6`
//!
//! A date that is not in the calendar is no date: nothing is ever shifted to the nearest day that exists.

pub mod markets;
pub mod page;
pub mod relative;

use blog::Moment;
use jiff::{
    civil::{Date, DateTime, Time},
    tz::Offset,
};

/// Texts longer than this are no dates.
pub const LONGEST_DATE_BYTES: usize = 128;

/// `Thu, 07 Aug 2008 02:04:50 GMT`, with or without day name, seconds, and with two-digit years.
#[must_use]
pub fn rfc822(text: &str) -> Option<Moment> {
    let text = bounded(text)?;
    let text = text.split_once(',').map_or(text, |(_, rest)| rest);
    let mut words = text.split_ascii_whitespace();
    let day: i8 = words.next()?.parse().ok()?;
    let month = english_month(words.next()?)?;
    let year = year(words.next()?)?;
    let mut clock = words.next()?.split(':');
    let hour: i8 = clock.next()?.parse().ok()?;
    let minute: i8 = clock.next()?.parse().ok()?;
    let second: i8 = clock.next().map_or(Some(0), |s| s.parse().ok())?;
    let time = time(hour, minute, second)?;
    let wall = Date::new(year, month, day).ok()?.to_datetime(time);
    match words.next() {
        None => Some(Moment::Wall(wall)),
        Some(zone) => at_offset(wall, zone_seconds(zone)?),
    }
}

/// `2009-01-02T03:04:05Z`, with offset, fraction, blank for `T`, or packed: `20030729T10:59:48`. Without a zone it is a wall clock.
#[must_use]
pub fn iso(text: &str) -> Option<Moment> {
    let text = bounded(text)?;
    let (date_text, rest) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim_start()),
        None => (text, ""),
    };
    let date = iso_date(date_text)?;
    if rest.is_empty() {
        return Some(Moment::Wall(date.to_datetime(Time::midnight())));
    }
    let clock_end = rest
        .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
        .unwrap_or(rest.len());
    let clock = rest[..clock_end].split('.').next().unwrap_or("");
    let digits: String = clock.chars().filter(char::is_ascii_digit).collect();
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|d| d.parse::<i8>().ok());
    let time = time(part(0..2)?, part(2..4)?, part(4..6).unwrap_or(0))?;
    let wall = date.to_datetime(time);
    match rest[clock_end..].trim() {
        "" => Some(Moment::Wall(wall)),
        zone => at_offset(wall, zone_seconds(zone)?),
    }
}

/// Movable Type and Typepad: `05/30/2025 03:51:19 AM`, or the 24-hour clock without the word. Month first, always.
#[must_use]
pub fn movable_type(text: &str) -> Option<Moment> {
    let mut words = bounded(text)?.split_ascii_whitespace();
    let mut date = words.next()?.split('/');
    let month: i8 = date.next()?.parse().ok()?;
    let day: i8 = date.next()?.parse().ok()?;
    let year = year(date.next()?)?;
    if date.next().is_some() {
        return None;
    }
    let date = Date::new(year, month, day).ok()?;
    let mut clock = words.next()?.split(':');
    let hour: i8 = clock.next()?.parse().ok()?;
    let minute: i8 = clock.next()?.parse().ok()?;
    let second: i8 = clock.next().map_or(Some(0), |s| s.parse().ok())?;
    let hour = match words.next() {
        None => hour,
        Some(word) if word.eq_ignore_ascii_case("AM") => half_day(hour, false)?,
        Some(word) if word.eq_ignore_ascii_case("PM") => half_day(hour, true)?,
        Some(_) => return None,
    };
    Some(Moment::Wall(date.to_datetime(time(hour, minute, second)?)))
}

/// The hour of a 12-hour clock. Some programs wrote `14:05 PM`; the word then says nothing new.
fn half_day(hour: i8, afternoon: bool) -> Option<i8> {
    match (hour, afternoon) {
        (12, false) => Some(0),
        (12, true) => Some(12),
        (0..=11, false) => Some(hour),
        (0..=11, true) => Some(hour + 12),
        (13..=23, _) => Some(hour),
        _ => None,
    }
}

fn bounded(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= LONGEST_DATE_BYTES).then_some(text)
}

fn time(hour: i8, minute: i8, second: i8) -> Option<Time> {
    Time::new(hour, minute, second, 0).ok()
}

/// Four digits, or two of the years that blogs lived in.
fn year(text: &str) -> Option<i16> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year: i16 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 => Some(if year < 70 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

fn iso_date(text: &str) -> Option<Date> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let shape_is_right = match text.len() {
        8 => digits.len() == 8,
        10 => digits.len() == 8 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-',
        _ => false,
    };
    if !shape_is_right {
        return None;
    }
    Date::new(
        digits[..4].parse().ok()?,
        digits[4..6].parse().ok()?,
        digits[6..8].parse().ok()?,
    )
    .ok()
}

fn at_offset(wall: DateTime, seconds: i32) -> Option<Moment> {
    let offset = Offset::from_seconds(seconds).ok()?;
    offset.to_timestamp(wall).ok().map(Moment::Instant)
}

/// `GMT`, `Z`, `EST`, `+0800`, `-03:30`.
fn zone_seconds(zone: &str) -> Option<i32> {
    const NAMED: [(&str, i32); 12] = [
        ("GMT", 0),
        ("UT", 0),
        ("UTC", 0),
        ("Z", 0),
        ("EST", -5),
        ("EDT", -4),
        ("CST", -6),
        ("CDT", -5),
        ("MST", -7),
        ("MDT", -6),
        ("PST", -8),
        ("PDT", -7),
    ];
    if let Some((_, hours)) = NAMED
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(zone))
    {
        return Some(hours * 3600);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits[..2].parse().ok()?;
    let minutes: i32 = digits[2..].parse().ok()?;
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn english_month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let word = word.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| word.starts_with(month))?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(moment: Option<Moment>) -> Option<String> {
        moment.map(|m| m.to_string())
    }

    #[test]
    fn a_date_at_the_limit_is_read_and_one_byte_more_is_not() {
        let market = markets::named("en-us").expect("a market");
        let now = jiff::Timestamp::UNIX_EPOCH;
        let padded = |text: &str, end: &str, bytes: usize| {
            let room = " ".repeat(bytes - text.len() - end.len());
            format!("{text}{room}{end}")
        };
        type Reads<'a> = &'a dyn Fn(&str) -> bool;
        let readers: [(&str, &str, Reads<'_>); 4] = [
            ("05/30/2025 03:51:19", "AM", &|text| {
                crate::wire::movable_type::date(text).is_some()
            }),
            ("5/30/2008 3:51", "AM", &|text| {
                page::date_time(text, market).is_some()
            }),
            ("5/30/2008 3:51", "AM", &|text| {
                relative::moment(text, None, now, market).is_some()
            }),
            ("5/30/2008 3:51", "AM", &|text| {
                page::proven_order([text]).is_some()
            }),
        ];
        for (at, (text, end, reads)) in readers.into_iter().enumerate() {
            assert!(reads(&padded(text, end, LONGEST_DATE_BYTES)), "{at}");
            assert!(!reads(&padded(text, end, LONGEST_DATE_BYTES + 1)), "{at}");
        }
        assert!(bounded(&"x".repeat(LONGEST_DATE_BYTES)).is_some());
        assert!(bounded(&"x".repeat(LONGEST_DATE_BYTES + 1)).is_none());
    }

    #[test]
    fn dates_of_programs_are_read() {
        for (text, wanted) in [
            ("Thu, 07 Aug 2008 02:04:50 GMT", "2008-08-07T02:04:50Z"),
            ("7 Aug 08 02:04 +0800", "2008-08-06T18:04:00Z"),
            ("Thu, 7 August 2008 02:04:50 PST", "2008-08-07T10:04:50Z"),
        ] {
            assert_eq!(shown(rfc822(text)).as_deref(), Some(wanted), "{text}");
        }
        for (text, wanted) in [
            ("20030729T10:59:48", "2003-07-29T10:59:48"),
            ("20030729T10:59:48Z", "2003-07-29T10:59:48Z"),
            ("2009-01-02T03:04:05.678+08:00", "2009-01-01T19:04:05Z"),
            ("2009-01-02 03:04", "2009-01-02T03:04:00"),
            ("2009-01-02", "2009-01-02T00:00:00"),
        ] {
            assert_eq!(shown(iso(text)).as_deref(), Some(wanted), "{text}");
        }
        for (text, wanted) in [
            ("05/30/2025 03:51:19 AM", "2025-05-30T03:51:19"),
            ("05/30/2025 12:51:19 AM", "2025-05-30T00:51:19"),
            ("05/30/2025 12:00:00 PM", "2025-05-30T12:00:00"),
            ("05/30/2025 23:51:19", "2025-05-30T23:51:19"),
        ] {
            assert_eq!(shown(movable_type(text)).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn a_day_that_is_not_in_the_calendar_is_no_date() {
        assert_eq!(rfc822("Mon, 30 Feb 2009 02:04:50 GMT"), None);
        assert_eq!(iso("2009-02-30T00:00:00Z"), None);
        assert_eq!(iso("2009-13-01"), None);
        assert_eq!(movable_type("13/01/2025 03:51:19 AM"), None);
        assert_eq!(movable_type("02/29/2025 03:51:19"), None);
        assert_eq!(movable_type("01/02/2025 25:00:00"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_them_fall(text in "\\PC{0,140}") {
            let _ = (rfc822(&text), iso(&text), movable_type(&text));
        }

        #[test]
        fn near_dates_do_not_make_them_fall(text in "[0-9TZ:/ +.,-]{0,30}") {
            let _ = (rfc822(&text), iso(&text), movable_type(&text));
        }
    }
}
