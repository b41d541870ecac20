//! Moments whose time zone may be unknown.
//!
//! Old pages show a clock on a wall: `2008/4/5 21:03:12`, and nobody says whose wall. A [`Moment`] keeps what is known and
//! leaves the rest to the blog's time zone.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// A date and time as a source gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A point in time: the source said UTC or an offset.
    Instant(Timestamp),
    /// A clock on a wall in a zone nobody stated.
    Wall(DateTime),
}

impl Moment {
    /// The point in time, reading wall clocks in `zone`. A time that a daylight-saving change skipped moves forward, one that
    /// it repeated is the first of the two.
    #[must_use]
    pub fn instant(&self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Instant(instant) => *instant,
            Self::Wall(wall) => zone
                .to_ambiguous_timestamp(*wall)
                .compatible()
                .unwrap_or(Timestamp::UNIX_EPOCH),
        }
    }

    /// The clock on the wall in `zone`.
    #[must_use]
    pub fn wall(&self, zone: &TimeZone) -> DateTime {
        match self {
            Self::Instant(instant) => zone.to_datetime(*instant),
            Self::Wall(wall) => *wall,
        }
    }
}

/// The day a moment shows, for labels: `2008-04-05`.
#[must_use]
pub fn day(moment: &Moment) -> String {
    moment.wall(&TimeZone::UTC).date().to_string()
}

/// Reads a blog's time zone: an IANA name or a fixed offset such as `+08:00`. `None` where it is neither.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    if let Ok(zone) = TimeZone::get(name) {
        return Some(zone);
    }
    let (sign, rest) = match name.as_bytes().first()? {
        b'+' => (1, &name[1..]),
        b'-' => (-1, &name[1..]),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let seconds = sign * (hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60);
    jiff::tz::Offset::from_seconds(seconds)
        .ok()
        .map(TimeZone::fixed)
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(instant) => instant.fmt(f),
            Self::Wall(wall) => wall.fmt(f),
        }
    }
}

impl FromStr for Moment {
    type Err = jiff::Error;

    /// Reads what `Display` writes: `2008-04-05T21:03:12Z` is an instant, without `Z` or offset it is a wall clock.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse::<Timestamp>() {
            Ok(instant) => Ok(Self::Instant(instant)),
            Err(_) => text.parse::<DateTime>().map(Self::Wall),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, zone};
    use jiff::civil::date;

    #[test]
    fn a_moment_reads_back_as_it_was_written() {
        for text in ["2008-04-05T21:03:12Z", "2008-04-05T21:03:12"] {
            let moment: Moment = text.parse().expect("a valid moment");
            assert_eq!(moment.to_string(), text);
        }
    }

    #[test]
    fn a_wall_clock_becomes_an_instant_only_with_a_zone() {
        let moment = Moment::Wall(date(2008, 4, 5).at(21, 3, 12, 0));
        let shanghai = zone("Asia/Shanghai").expect("a known zone");
        assert_eq!(
            moment.instant(&shanghai).to_string(),
            "2008-04-05T13:03:12Z"
        );
        let fixed = zone("-03:30").expect("a fixed offset");
        assert_eq!(moment.instant(&fixed).to_string(), "2008-04-06T00:33:12Z");
    }

    #[test]
    fn a_word_that_is_no_zone_is_no_zone() {
        assert!(zone("Middle-earth/Shire").is_none());
    }
}
