//! A date and time as a page showed it, in the format of the viewer's market: `2008/4/5 21:03:12`, `4/5/2008 9:03 PM`,
//! `5 avril 2008`, `2008年4月5日 下午 9:03`, `٥/٤/٢٠٠٨ ٩:٠٣ م`.

use super::markets::{MARKETS, Market, Order};
use super::{LONGEST_DATE_BYTES, half_day};
use blog::Moment;
use jiff::civil::{Date, DateTime, Time};

/// What a text showed: a date, a time of day, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The day.
    pub date: Option<Date>,
    /// The clock.
    pub time: Option<Time>,
    /// Whether day and month could be swapped and give another valid day.
    pub ambiguous: bool,
}

impl Shown {
    /// Date and time as a wall clock; a date without a time is its midnight.
    #[must_use]
    pub fn moment(&self) -> Option<Moment> {
        let date = self.date?;
        let time = self.time.unwrap_or(Time::midnight());
        Some(Moment::Wall(DateTime::from_parts(date, time)))
    }
}

/// Reads a date, a time, or both, with the words of `market` first and the numbers in `order`.
#[must_use]
pub fn read(text: &str, market: &Market, order: Order) -> Option<Shown> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST_DATE_BYTES {
        return None;
    }
    let tokens = tokens(text);
    let (clock, rest) = take_time(&tokens, market)?;
    let day = take_date(&rest, market, order)?;
    if clock.is_none() && day.is_none() {
        return None;
    }
    Some(Shown {
        date: day.map(|(date, _)| date),
        time: clock,
        ambiguous: day.is_some_and(|(_, ambiguous)| ambiguous),
    })
}

/// Reads a date and time in the market's own order.
#[must_use]
pub fn date_time(text: &str, market: &Market) -> Option<Moment> {
    read(text, market, market.order)?.moment()
}

/// The order that the numbers of a set of dates prove: a number above 12 cannot be a month. `None` where they prove nothing
/// or contradict each other.
pub fn proven_order<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Order> {
    let mut proven: Option<Order> = None;
    for text in texts {
        if text.len() > LONGEST_DATE_BYTES {
            continue;
        }
        let Some(order) = order_of(&tokens(text)) else {
            continue;
        };
        match proven {
            None => proven = Some(order),
            Some(known) if known == order => {}
            Some(_) => return None,
        }
    }
    proven
}

fn order_of(tokens: &[Token]) -> Option<Order> {
    let numbers = date_numbers(tokens)?;
    let [a, b, c] = numbers.map(|number| number.value);
    if numbers[0].digits == 4 || a > 31 {
        return Some(Order::YearMonthDay);
    }
    if numbers[2].digits != 4 && c <= 31 {
        return None;
    }
    match (a, b) {
        (13..=31, 1..=12) => Some(Order::DayMonthYear),
        (1..=12, 13..=31) => Some(Order::MonthDayYear),
        _ => None,
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number(Number),
    /// Letters, lower case.
    Word(String),
    /// One sign between them; blanks are dropped.
    Sign(char),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    value: u32,
    digits: usize,
}

/// Numbers of any script, words, and signs. Marks of direction, as right-to-left pages carry them, are dropped.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut in_word = false;
    let mut in_number = false;
    for c in text.chars() {
        let digit = digit(c);
        if let Some(value) = digit {
            match tokens.last_mut() {
                Some(Token::Number(number)) if in_number && number.digits < 9 => {
                    number.value = number.value * 10 + value;
                    number.digits += 1;
                }
                _ => tokens.push(Token::Number(Number { value, digits: 1 })),
            }
        } else if is_word_part(c) {
            let lower = c.to_lowercase();
            match tokens.last_mut() {
                Some(Token::Word(word)) if in_word => word.extend(lower),
                _ => tokens.push(Token::Word(lower.collect())),
            }
        } else if !c.is_whitespace()
            && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
        {
            tokens.push(Token::Sign(c));
        }
        in_number = digit.is_some();
        in_word = digit.is_none() && is_word_part(c);
    }
    tokens
}

fn is_word_part(c: char) -> bool {
    c.is_alphabetic()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}')
}

fn digit(c: char) -> Option<u32> {
    let zero = match c {
        '0'..='9' => '0',
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '०'..='९' => '०',
        '０'..='９' => '０',
        _ => return None,
    };
    Some(u32::from(c) - u32::from(zero))
}

/// Takes the clock and the words of the half day out. The outer `None` is a clock that is none (25:00).
#[allow(clippy::option_option)]
fn take_time(tokens: &[Token], market: &Market) -> Option<(Option<Time>, Vec<Token>)> {
    let half = half_of_day(tokens, market);
    let mut rest: Vec<Token> = tokens
        .iter()
        .filter(|token| !matches!(token, Token::Word(word) if half_word(word, market).is_some()))
        .cloned()
        .collect();
    let Some((start, end)) = clock_span(&rest) else {
        return Some((None, rest));
    };
    let numbers: Vec<u32> = rest[start..end]
        .iter()
        .filter_map(|token| match token {
            Token::Number(number) => Some(number.value),
            _ => None,
        })
        .collect();
    let small = |at: usize| numbers.get(at).and_then(|n| i8::try_from(*n).ok());
    let hour = small(0)?;
    let hour = match half {
        Some(afternoon) => half_day(hour, afternoon)?,
        None => hour,
    };
    let time = Time::new(hour, small(1)?, small(2).unwrap_or(0), 0).ok()?;
    rest.drain(start..end);
    Some((Some(time), rest))
}

/// `9:03`, `9:03:12`, `21時03分`, `21 h 03`. A dot separates clocks only when there is a date before it.
fn clock_span(tokens: &[Token]) -> Option<(usize, usize)> {
    let number = |at: usize| matches!(tokens.get(at), Some(Token::Number(n)) if n.digits <= 2);
    let joins = |at: usize, minutes: bool| match tokens.get(at) {
        Some(Token::Sign(':' | '：')) => true,
        Some(Token::Word(word)) if minutes => matches!(word.as_str(), "分" | "분"),
        Some(Token::Word(word)) => {
            matches!(word.as_str(), "時" | "时" | "點" | "点" | "시" | "h" | "ч")
        }
        _ => false,
    };
    for at in 0..tokens.len() {
        if number(at) && joins(at + 1, false) && number(at + 2) {
            let mut end = at + 3;
            if joins(end, true) && number(end + 1) {
                end += 2;
            }
            while matches!(tokens.get(end), Some(Token::Word(word)) if matches!(word.as_str(), "分" | "秒" | "분" | "초"))
            {
                end += 1;
            }
            return Some((at, end));
        }
    }
    dotted_clock(tokens)
}

/// Italian and Danish pages wrote `05/04/2008 21.03`.
fn dotted_clock(tokens: &[Token]) -> Option<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if matches!(tokens[at], Token::Number(_)) {
            let mut end = at + 1;
            while matches!(tokens.get(end), Some(Token::Sign('.')))
                && matches!(tokens.get(end + 1), Some(Token::Number(n)) if n.digits == 2)
            {
                end += 2;
            }
            if end > at + 1 {
                runs.push((at, end));
            }
            at = end;
        } else {
            at += 1;
        }
    }
    let (start, end) = runs.pop()?;
    let has_date_before = tokens[..start]
        .iter()
        .filter(|token| matches!(token, Token::Number(_)))
        .count()
        >= 2;
    (has_date_before && (end - start) <= 5).then_some((start, end))
}

fn half_of_day(tokens: &[Token], market: &Market) -> Option<bool> {
    // `a.m.` comes as `a`, `.`, `m`.
    for window in tokens.windows(3) {
        if let [Token::Word(first), Token::Sign('.'), Token::Word(second)] = window
            && second == "m"
            && (first == "a" || first == "p")
        {
            return Some(first == "p");
        }
    }
    tokens.iter().find_map(|token| match token {
        Token::Word(word) => half_word(word, market),
        _ => None,
    })
}

/// Whether a word names the second half of the day: the market's own words, then those of every other of two letters or more.
fn half_word(word: &str, market: &Market) -> Option<bool> {
    let of = |market: &Market| {
        if market.morning.contains(&word) {
            Some(false)
        } else if market.afternoon.contains(&word) {
            Some(true)
        } else {
            None
        }
    };
    of(market).or_else(|| match word {
        "am" => Some(false),
        "pm" => Some(true),
        // Short Latin words of one market (`de`, `sa`) mean other things elsewhere; words of other scripts do not.
        _ if word.is_ascii() => None,
        _ => MARKETS.iter().find_map(of),
    })
}

/// The day, and whether it could be another. The outer `None` is a date that is in no calendar.
#[allow(clippy::option_option)]
fn take_date(tokens: &[Token], market: &Market, order: Order) -> Option<Option<(Date, bool)>> {
    if let Some(units) = by_units(tokens) {
        return Some(Some((units?, false)));
    }
    if let Some(month) = month_name(tokens, market) {
        return Some(Some((by_name(tokens, month)?, false)));
    }
    let Some(numbers) = date_numbers(tokens) else {
        let has_numbers = tokens.iter().any(|t| matches!(t, Token::Number(_)));
        return (!has_numbers).then_some(None);
    };
    by_numbers(numbers, order).map(Some)
}

/// `2008年4月5日`, `2008년 4월 5일`.
#[allow(clippy::option_option)]
fn by_units(tokens: &[Token]) -> Option<Option<Date>> {
    let before = |units: &[&str]| {
        tokens.windows(2).find_map(|pair| match pair {
            [Token::Number(number), Token::Word(word)]
                if units.iter().any(|unit| word.starts_with(unit)) =>
            {
                Some(number.value)
            }
            _ => None,
        })
    };
    let (year, month, day) = (
        before(&["年", "년"])?,
        before(&["月", "월"])?,
        before(&["日", "일"])?,
    );
    Some(day_of(year, month, day))
}

fn month_name(tokens: &[Token], market: &Market) -> Option<i8> {
    let own = tokens.iter().find_map(|token| match token {
        Token::Word(word) => month_of(word, market),
        _ => None,
    });
    own.or_else(|| {
        tokens.iter().find_map(|token| match token {
            Token::Word(word) if word.chars().count() >= 3 => {
                MARKETS.iter().find_map(|market| month_of(word, market))
            }
            _ => None,
        })
    })
}

/// The month whose beginning `word` has; the longest beginning counts, so that March is not taken for May.
pub(super) fn month_of(word: &str, market: &Market) -> Option<i8> {
    let best = market
        .months
        .iter()
        .enumerate()
        .filter(|(_, month)| word.starts_with(**month))
        .max_by_key(|(_, month)| month.len())?;
    i8::try_from(best.0 + 1).ok()
}

/// Day and year around a month's name: the one of four digits, or the last, is the year.
fn by_name(tokens: &[Token], month: i8) -> Option<Date> {
    let numbers: Vec<Number> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Number(number) => Some(*number),
            _ => None,
        })
        .collect();
    let [first, second] = numbers.as_slice() else {
        return None;
    };
    let (day, year) = if first.digits == 4 {
        (second, first)
    } else {
        (first, second)
    };
    let month = u32::try_from(month).ok()?;
    day_of(full_year(*year)?, month, day.value)
}

/// Three numbers in a row with the same kind of sign between them.
fn date_numbers(tokens: &[Token]) -> Option<[Number; 3]> {
    let is_sign = |c: char| matches!(c, '/' | '-' | '.' | '．' | '／' | '،');
    for at in 0..tokens.len() {
        let mut found = Vec::with_capacity(3);
        let mut here = at;
        while let Some(Token::Number(number)) = tokens.get(here) {
            found.push(*number);
            if found.len() == 3 {
                return Some([found[0], found[1], found[2]]);
            }
            match tokens.get(here + 1) {
                Some(Token::Sign(sign)) if is_sign(*sign) => here += 2,
                _ => break,
            }
        }
    }
    None
}

fn by_numbers(numbers: [Number; 3], order: Order) -> Option<(Date, bool)> {
    let [a, b, c] = numbers;
    let order = if a.digits == 4 || a.value > 31 {
        Order::YearMonthDay
    } else if c.digits == 4 && order == Order::YearMonthDay {
        // The page was not written in the market it was said to be; an impossible month still tells.
        if b.value > 12 {
            Order::MonthDayYear
        } else {
            Order::DayMonthYear
        }
    } else {
        order
    };
    let (year, month, day) = match order {
        Order::YearMonthDay => (a, b, c),
        Order::MonthDayYear => (c, a, b),
        Order::DayMonthYear => (c, b, a),
    };
    let date = day_of(full_year(year)?, month.value, day.value)?;
    let ambiguous = order != Order::YearMonthDay && day.value <= 12 && day.value != month.value;
    Some((date, ambiguous))
}

/// Two digits are years of this century; a Thai page counts the Buddhist years.
fn full_year(number: Number) -> Option<u32> {
    match number.digits {
        4 if (2400..2700).contains(&number.value) => Some(number.value - 543),
        4 => Some(number.value),
        1 | 2 => Some(2000 + number.value),
        _ => None,
    }
}

fn day_of(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::super::markets::named;
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, market: &str) -> Option<String> {
        date_time(text, named(market).expect("a known market")).map(|m| m.to_string())
    }

    #[test]
    fn one_evening_is_read_in_the_format_of_every_market() {
        for (text, market) in [
            ("2008/4/5 21:03:12", "zh-cn"),
            ("2008年4月5日 下午 9:03:12", "zh-tw"),
            ("5/4/2008 下午 09:03:12", "zh-hk"),
            ("2008/04/05 21:03:12", "ja-jp"),
            ("2008年4月5日 21時03分12秒", "ja-jp"),
            ("2008/4/5 午後 9:03:12", "ja-jp"),
            ("2008-04-05 오후 9:03:12", "ko-kr"),
            ("2008년 4월 5일 오후 9:03:12", "ko-kr"),
            ("4/5/2008 9:03:12 PM", "en-us"),
            ("April 5, 2008 9:03:12 p.m.", "en-us"),
            ("Saturday, 5 April 2008 21:03:12", "en-gb"),
            ("05/04/2008 21:03:12", "en-gb"),
            ("5/04/2008 9:03:12 PM", "en-au"),
            ("05.04.2008 21:03:12", "de-de"),
            ("Samstag, 5. April 2008 21:03:12", "de-de"),
            ("05/04/2008 21:03:12", "fr-fr"),
            ("samedi 5 avril 2008 21:03:12", "fr-fr"),
            ("05/04/2008 21:03:12", "es-es"),
            ("sábado, 5 de abril de 2008 21:03:12", "es-es"),
            ("05/04/2008 09:03:12 p.m.", "es-mx"),
            ("5/4/2008 21:03:12", "pt-br"),
            ("5 de abril de 2008 21:03:12", "pt-br"),
            ("05-04-2008 21:03:12", "pt-pt"),
            ("05/04/2008 21.03.12", "it-it"),
            ("5-4-2008 21:03:12", "nl-nl"),
            ("5.4.2008 21:03:12", "cs-cz"),
            ("5. dubna 2008 21:03:12", "cs-cz"),
            ("2008-04-05 21:03:12", "pl-pl"),
            ("5 kwietnia 2008 21:03:12", "pl-pl"),
            ("05.04.2008 21:03:12", "ru-ru"),
            ("5 апреля 2008 г. 21:03:12", "ru-ru"),
            ("05.04.2008 21:03:12", "tr-tr"),
            ("05 Nisan 2008 21:03:12", "tr-tr"),
            ("05/04/2008 09:03:12 م", "ar-sa"),
            ("٠٥/٠٤/٢٠٠٨ ٠٩:٠٣:١٢ م", "ar-sa"),
            ("05 أبريل 2008 09:03:12 م", "ar-eg"),
            ("05/04/2008 21:03:12", "he-il"),
            ("2008-04-05 21:03:12", "sv-se"),
            ("den 5 april 2008 21:03:12", "sv-se"),
            ("05-04-2008 21:03:12", "da-dk"),
            ("5.4.2008 21:03:12", "fi-fi"),
            ("2008.04.05. 21:03:12", "hu-hu"),
            ("5/4/2008 9:03:12 μμ", "el-gr"),
            ("5/4/2551 21:03:12", "th-th"),
        ] {
            assert_eq!(
                shown(text, market).as_deref(),
                Some("2008-04-05T21:03:12"),
                "{market}: {text}"
            );
        }
    }

    #[test]
    fn seconds_and_times_may_be_missing() {
        assert_eq!(
            shown("4/5/2008 9:03 PM", "en-us").as_deref(),
            Some("2008-04-05T21:03:00")
        );
        assert_eq!(
            shown("4/5/2008", "en-us").as_deref(),
            Some("2008-04-05T00:00:00")
        );
        let market = named("en-us").expect("known");
        let only_time = read("9:03 PM", market, market.order).expect("a time");
        assert_eq!(only_time.date, None);
        assert!(only_time.time.is_some());
    }

    #[test]
    fn what_is_in_no_calendar_is_no_date() {
        for text in [
            "2/30/2008 9:03 PM",
            "13/13/2008",
            "4/31/2008",
            "4/5/2008 25:00",
            "0/0/0",
        ] {
            assert_eq!(shown(text, "en-us"), None, "{text}");
        }
        assert_eq!(shown("12", "en-us"), None);
        assert_eq!(shown("no date here", "en-us"), None);
    }

    #[test]
    fn a_set_of_dates_proves_the_order_that_one_alone_leaves_open() {
        assert_eq!(
            proven_order(["4/5/2008", "28/5/2008"]),
            Some(Order::DayMonthYear)
        );
        assert_eq!(
            proven_order(["4/5/2008 9:00", "4/15/2008 9:00"]),
            Some(Order::MonthDayYear)
        );
        assert_eq!(proven_order(["4/5/2008", "5/6/2008"]), None);
        assert_eq!(proven_order(["28/5/2008", "5/28/2008"]), None);
        assert_eq!(proven_order(["2008/4/5"]), Some(Order::YearMonthDay));
        let market = named("en-us").expect("known");
        assert!(read("4/5/2008", market, market.order).is_some_and(|s| s.ambiguous));
        assert!(!read("4/15/2008", market, market.order).is_some_and(|s| s.ambiguous));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall(text in "\\PC{0,60}") {
            for market in MARKETS {
                let _ = date_time(&text, market);
            }
            let _ = proven_order([text.as_str()]);
        }

        #[test]
        fn a_date_written_in_a_market_reads_back(days in 0_i32..4000, minutes in 0_u32..1440, order in 0..3) {
            let date = jiff::civil::date(2003, 1, 1).checked_add(jiff::Span::new().days(days)).expect("a day");
            let (hour, minute) = (minutes / 60, minutes % 60);
            let (y, m, d) = (date.year(), date.month(), date.day());
            let (text, market) = match order {
                0 => (format!("{y}/{m}/{d} {hour}:{minute:02}"), "zh-cn"),
                1 => (format!("{m}/{d}/{y} {hour}:{minute:02}"), "en-us"),
                _ => (format!("{d:02}.{m:02}.{y} {hour:02}:{minute:02}"), "de-de"),
            };
            let wanted = format!("{date}T{hour:02}:{minute:02}:00");
            prop_assert_eq!(shown(&text, market), Some(wanted));
        }
    }
}
