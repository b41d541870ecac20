//! Which market the pages of a Space are written in, and what their dates mean.

use crate::wire::dates::{
    markets::{self, Market, Order},
    page, relative,
};
use blog::{Finding, Moment, codes};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

/// The market of pages of which nothing is known: what a visitor without preferences got.
const FALLBACK_MARKET: &str = "en-us";

/// How the dates of one Space are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dating {
    market: &'static Market,
    order: Order,
    now: Timestamp,
}

impl Dating {
    /// Decides from what the owner said, what the pages say of their language, and the dates themselves.
    pub(super) fn decide(
        said: Option<&str>,
        language: Option<&str>,
        texts: &[String],
        now: Timestamp,
    ) -> (Self, Vec<Finding>) {
        let mut findings = Vec::new();
        let known = said
            .and_then(markets::named)
            .or_else(|| language.and_then(markets::named));
        let market = known
            .or_else(|| markets::named(FALLBACK_MARKET))
            .unwrap_or(&markets::MARKETS[0]);
        let proven = page::proven_order(texts.iter().map(String::as_str));
        let order = match proven {
            // Dates with the year in front are read rightly in any market.
            Some(Order::YearMonthDay) | None => market.order,
            Some(order) => order,
        };
        if known.is_some() && order != market.order {
            findings.push(Finding::new(
                &codes::spaces::OTHER_MARKET,
                format!(
                    "The blog is in '{}', but its dates prove another order of day and month; the dates were followed.",
                    market.name
                ),
            ));
        }
        let dating = Self { market, order, now };
        if known.is_none() && proven.is_none() {
            let open = texts
                .iter()
                .filter(|text| dating.is_ambiguous(text))
                .count();
            if open > 0 {
                findings.push(Finding::new(
                    &codes::spaces::AMBIGUOUS_DATES,
                    format!(
                        "{open} dates could be read with the day or the month first, and nothing says which; they were read as in '{}'.",
                        market.name
                    ),
                ));
            }
        }
        (dating, findings)
    }

    /// The same for a page that was taken from the web at `then`.
    pub(super) fn seen(self, then: Option<Timestamp>) -> Self {
        Self {
            now: then.unwrap_or(self.now),
            ..self
        }
    }

    /// The date of an entry from its date heading and the time in its footer, each as shown.
    pub(super) fn entry(&self, heading: Option<&str>, time: Option<&str>) -> Option<Moment> {
        let read =
            |text: Option<&str>| text.and_then(|text| page::read(text, self.market, self.order));
        let (heading, time) = (read(heading), read(time));
        match (heading, time) {
            (_, Some(time)) if time.date.is_some() => time.moment(),
            (Some(heading), Some(time)) => {
                let clock = time.time.or(heading.time).unwrap_or_default();
                heading
                    .date
                    .map(|date| Moment::Wall(DateTime::from_parts(date, clock)))
            }
            (Some(heading), None) => heading.moment(),
            (None, _) => None,
        }
    }

    /// The date of a comment as shown, and whether it is only roughly known.
    pub(super) fn comment(&self, text: &str, post: Option<&Moment>) -> Option<(Moment, bool)> {
        let text = text.trim().trim_start_matches(['-', '–', '—']).trim();
        let shown = page::read(text, self.market, self.order).filter(|shown| shown.date.is_some());
        if let Some(shown) = shown {
            return shown.moment().map(|moment| (moment, shown.time.is_none()));
        }
        let post = post.map(day);
        relative::moment(text, post, self.now, self.market).map(|moment| (moment, true))
    }

    fn is_ambiguous(&self, text: &str) -> bool {
        page::read(text, self.market, self.order).is_some_and(|shown| shown.ambiguous)
    }
}

fn day(moment: &Moment) -> Date {
    moment.wall(&TimeZone::UTC).date()
}

/// The offset that all pairs of a wall clock on a page and an instant in a feed agree on, such as `+08:00`. One pair proves
/// little, so there must be two; zones lie on quarters of an hour.
pub(super) fn common_offset(pairs: &[(DateTime, Timestamp)]) -> Option<String> {
    const QUARTER_SECONDS: i64 = 15 * 60;
    let mut common: Option<i64> = None;
    for (wall, instant) in pairs {
        let as_if_utc = TimeZone::UTC.to_timestamp(*wall).ok()?;
        // Pages may leave out the seconds.
        let seconds =
            as_if_utc.as_second() - (instant.as_second() - instant.as_second().rem_euclid(60));
        let seconds = seconds - seconds.rem_euclid(60);
        if seconds.rem_euclid(QUARTER_SECONDS) != 0 || seconds.abs() > 14 * 3600 {
            return None;
        }
        if common.is_some_and(|known| known != seconds) {
            return None;
        }
        common = Some(seconds);
    }
    let seconds = common.filter(|_| pairs.len() >= 2)?;
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    Some(format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn now() -> Timestamp {
        "2010-10-01T12:00:00Z".parse().expect("a time")
    }

    #[test]
    fn heading_and_footer_together_make_a_date() {
        let (dating, findings) = Dating::decide(Some("en-gb"), None, &[], now());
        assert!(findings.is_empty());
        let moment = dating.entry(Some("5 April 2008"), Some("21:03"));
        assert_eq!(moment, Some(Moment::Wall(date(2008, 4, 5).at(21, 3, 0, 0))));
        assert_eq!(dating.entry(None, Some("5/4/2008 21:03")), moment);
        assert_eq!(dating.entry(None, Some("21:03")), None);
    }

    #[test]
    fn dates_that_prove_another_order_win_over_the_language() {
        let texts = ["4/5/2008".to_owned(), "28/5/2008".to_owned()];
        let (dating, findings) = Dating::decide(None, Some("en-us"), &texts, now());
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].code, "SP-008");
        assert_eq!(
            dating.entry(Some("4/5/2008"), None),
            Some(Moment::Wall(date(2008, 5, 4).at(0, 0, 0, 0)))
        );
    }

    #[test]
    fn open_dates_of_an_unknown_market_are_a_finding() {
        let (_, findings) = Dating::decide(None, None, &["4/5/2008".to_owned()], now());
        assert_eq!(findings[0].code, "SP-007");
    }

    #[test]
    fn an_offset_is_found_only_when_all_agree() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let wall = |hour| date(2008, 4, 5).at(hour, 3, 0, 0);
        let pairs = [
            (wall(21), at("2008-04-05T13:03:12Z")),
            (wall(9), at("2008-04-05T01:03:59Z")),
        ];
        assert_eq!(common_offset(&pairs).as_deref(), Some("+08:00"));
        let mixed = [
            (wall(21), at("2008-04-05T13:03:12Z")),
            (wall(9), at("2008-04-05T02:03:59Z")),
        ];
        assert_eq!(common_offset(&mixed), None);
        assert_eq!(common_offset(&pairs[..1]), None);
    }
}
