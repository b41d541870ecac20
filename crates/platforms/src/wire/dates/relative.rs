//! Dates as comments showed them from late 2008 on: `5 seconds ago`, `1 day ago`, `Nov. 6`, ` - Nov. 6, 2009`.
//!
//! A day without a year is a day of the post's year, or of the next one when it would lie before the post: readers comment
//! after the post. The clock is unknown then.

use super::markets::Market;
use super::{LONGEST_DATE_BYTES, page};
use blog::Moment;
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
};

/// Reads a relative or shortened date. `post` is the day of the post it stands under.
#[must_use]
pub fn moment(text: &str, post: Option<Date>, now: Timestamp, market: &Market) -> Option<Moment> {
    let text = text.trim().trim_start_matches(['-', '–', '—']).trim();
    if text.is_empty() || text.len() > LONGEST_DATE_BYTES {
        return None;
    }
    ago(text, now)
        .or_else(|| day_and_month(text, post, market))
        .or_else(|| page::date_time(text, market))
}

/// How many seconds a unit has, by the beginnings of its names. Longer beginnings stand first.
const UNITS: &[(&str, i64)] = &[
    ("sec", 1),
    ("seg", 1),
    ("sek", 1),
    ("秒", 1),
    ("초", 1),
    ("сек", 1),
    ("ثاني", 1),
    ("ثوان", 1),
    ("שני", 1),
    ("min", 60),
    ("分", 60),
    ("분", 60),
    ("мин", 60),
    ("dakika", 60),
    ("دقيق", 60),
    ("دقائق", 60),
    ("דק", 60),
    ("hour", 3600),
    ("hora", 3600),
    ("heure", 3600),
    ("stunde", 3600),
    ("uur", 3600),
    ("ora", 3600),
    ("ore", 3600),
    ("hod", 3600),
    ("godz", 3600),
    ("час", 3600),
    ("saat", 3600),
    ("小时", 3600),
    ("小時", 3600),
    ("時間", 3600),
    ("시간", 3600),
    ("ساع", 3600),
    ("שע", 3600),
    ("tim", 3600),
    ("day", 86400),
    ("día", 86400),
    ("dia", 86400),
    ("jour", 86400),
    ("tag", 86400),
    ("dag", 86400),
    ("giorn", 86400),
    ("den", 86400),
    ("dn", 86400),
    ("dzie", 86400),
    ("дн", 86400),
    ("ден", 86400),
    ("gün", 86400),
    ("天", 86400),
    ("日", 86400),
    ("일", 86400),
    ("يوم", 86400),
    ("أيام", 86400),
    ("יום", 86400),
    ("ימים", 86400),
];

/// Words that say "before now".
const BEFORE_NOW: &[&str] = &[
    "ago",
    "hace",
    "vor",
    "il y a",
    " fa",
    "atrás",
    "há ",
    "geleden",
    "för",
    "před",
    "temu",
    "назад",
    "önce",
    "前",
    "전",
    "قبل",
    "منذ",
    "לפני",
];

fn ago(text: &str, now: Timestamp) -> Option<Moment> {
    let lower = text.to_lowercase();
    if !BEFORE_NOW.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let at = lower.find(|c: char| c.is_ascii_digit())?;
    let tail = &lower[at..];
    let end = tail
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(tail.len());
    let count: i64 = tail[..end].parse().ok().filter(|n| *n <= 100_000)?;
    let unit = tail[end..]
        .trim_start()
        .trim_start_matches("个")
        .trim_start_matches("個");
    let (_, seconds) = UNITS.iter().find(|(name, _)| unit.starts_with(name))?;
    let then = now
        .checked_sub(SignedDuration::from_secs(count * seconds))
        .ok()?;
    // What was said in hours is not known to the second.
    let whole = then.as_second() - then.as_second().rem_euclid((*seconds).min(3600));
    Timestamp::from_second(whole).ok().map(Moment::Instant)
}

/// `Nov. 6`, `6 Nov.`, `11月6日`; a year, where there is one, stands behind: `11月6日, 2009`.
fn day_and_month(text: &str, post: Option<Date>, market: &Market) -> Option<Moment> {
    if text.contains(':') {
        return None;
    }
    let numbers: Vec<(usize, i16)> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty() && part.len() <= 4)
        .filter_map(|part| part.parse().ok().map(|number| (part.len(), number)))
        .collect();
    let (numbers, year) = match numbers.as_slice() {
        [rest @ .., (4, year)] => (rest, Some(*year)),
        all => (all, None),
    };
    let (month, day) = match numbers {
        [(1 | 2, day)] => {
            let month = text
                .split(|c: char| !c.is_alphabetic())
                .filter(|word| word.chars().count() >= 2)
                .find_map(|word| page::month_of(&word.to_lowercase(), market))
                .or_else(|| english(text))?;
            (month, i8::try_from(*day).ok()?)
        }
        [(1 | 2, month), (1 | 2, day)] if text.contains(['月', '월']) => {
            (i8::try_from(*month).ok()?, i8::try_from(*day).ok()?)
        }
        _ => return None,
    };
    let of_year = |year: i16| Date::new(year, month, day).ok();
    let date = match (year, post) {
        (Some(year), _) => of_year(year)?,
        (None, Some(post)) => of_year(post.year())
            .filter(|date| *date >= post)
            .or_else(|| of_year(post.year() + 1))?,
        (None, None) => return None,
    };
    Some(Moment::Wall(DateTime::from_parts(date, Time::midnight())))
}

fn english(text: &str) -> Option<i8> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| word.len() >= 3)
        .find_map(super::english_month)
}

#[cfg(test)]
mod tests {
    use super::super::markets::named;
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn shown(text: &str, post: Date) -> Option<String> {
        let now: Timestamp = "2010-07-24T12:34:56Z".parse().expect("a time");
        moment(text, Some(post), now, named("en-us").expect("known")).map(|m| m.to_string())
    }

    #[test]
    fn words_of_the_comment_box_become_moments() {
        let post = date(2009, 10, 1);
        for (text, wanted) in [
            ("5 seconds ago", "2010-07-24T12:34:51Z"),
            ("1 minute ago", "2010-07-24T12:33:00Z"),
            ("4 hours ago", "2010-07-24T08:00:00Z"),
            (" - 1 day ago", "2010-07-23T12:00:00Z"),
            ("hace 3 horas", "2010-07-24T09:00:00Z"),
            ("3 小时前", "2010-07-24T09:00:00Z"),
            ("vor 2 Tagen", "2010-07-22T12:00:00Z"),
            ("Nov. 6", "2009-11-06T00:00:00"),
            (" - Nov. 6", "2009-11-06T00:00:00"),
            ("11月6日", "2009-11-06T00:00:00"),
            (" - Nov. 6, 2009", "2009-11-06T00:00:00"),
            (" - 11月6日, 2009", "2009-11-06T00:00:00"),
            ("11/6/2009 9:03 PM", "2009-11-06T21:03:00"),
        ] {
            assert_eq!(shown(text, post).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn a_day_without_a_year_lies_in_the_year_of_the_post_or_the_next() {
        assert_eq!(
            shown("Sept. 27", date(2008, 9, 1)).as_deref(),
            Some("2008-09-27T00:00:00")
        );
        assert_eq!(
            shown("Jan. 3", date(2008, 12, 30)).as_deref(),
            Some("2009-01-03T00:00:00")
        );
        assert_eq!(shown("Feb. 30", date(2008, 1, 1)), None);
        // A leap day that the post's year does not have.
        assert_eq!(
            shown("Feb. 29", date(2007, 12, 1)).as_deref(),
            Some("2008-02-29T00:00:00")
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall(text in "\\PC{0,60}", number in 0_u64..) {
            let _ = shown(&text, date(2008, 2, 29));
            let _ = shown(&format!("{number} hours ago {text}"), date(2008, 2, 29));
        }
    }
}
