//! Dates and words as each market wrote them: the same moment looks different to every visitor.

use jiff::civil::DateTime;

/// One market: how it writes dates, and the few words a reader of pages must know.
#[derive(Debug)]
pub struct Market {
    /// Its code, as in `mkt=`.
    pub code: &'static str,
    date: &'static str,
    time: &'static str,
    halves: [&'static str; 2],
    /// Text of the link to the entry's own address.
    pub permalink: &'static str,
    /// Text of the link to the older entry.
    pub previous: &'static str,
    /// Text of the link to the newer entry.
    pub next: &'static str,
    ago: Option<&'static Ago>,
}

/// How a market says "4 hours ago" and "Nov. 6".
#[derive(Debug)]
struct Ago {
    /// Second, minute, hour, day, each as one and as many; `#` is the number.
    units: [[&'static str; 2]; 4],
    months: [&'static str; 12],
    /// Month and day; `M` is the month, `D` the day.
    day: &'static str,
    /// What is put behind it when the year is shown; `Y` is the year.
    year: &'static str,
}

const ENGLISH: Ago = Ago {
    units: [
        ["# second ago", "# seconds ago"],
        ["# minute ago", "# minutes ago"],
        ["# hour ago", "# hours ago"],
        ["# day ago", "# days ago"],
    ],
    months: [
        "Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.",
        "Dec.",
    ],
    day: "M D",
    year: ", Y",
};

const CHINESE: Ago = Ago {
    units: [
        ["# 秒前", "# 秒前"],
        ["# 分钟前", "# 分钟前"],
        ["# 小时前", "# 小时前"],
        ["# 天前", "# 天前"],
    ],
    months: [
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
    ],
    day: "M月D日",
    year: ", Y",
};

const fn market(code: &'static str, date: &'static str, time: &'static str) -> Market {
    Market {
        code,
        date,
        time,
        halves: ["AM", "PM"],
        permalink: "Permalink",
        previous: "Previous",
        next: "Next",
        ago: None,
    }
}

/// Every market the host knows; the first is what an unknown one falls back to.
pub const MARKETS: &[Market] = &[
    Market {
        ago: Some(&ENGLISH),
        ..market("en-us", "M/d/yyyy", "h:mm:ss tt")
    },
    Market {
        ago: Some(&ENGLISH),
        ..market("en-gb", "dd/MM/yyyy", "HH:mm:ss")
    },
    Market {
        ago: Some(&ENGLISH),
        ..market("en-au", "d/MM/yyyy", "h:mm:ss tt")
    },
    Market {
        permalink: "固定链接",
        previous: "上一篇",
        next: "下一篇",
        ago: Some(&CHINESE),
        ..market("zh-cn", "yyyy/M/d", "H:mm:ss")
    },
    Market {
        halves: ["上午", "下午"],
        permalink: "固定連結",
        ..market("zh-tw", "yyyy/M/d", "tt hh:mm:ss")
    },
    market("ja-jp", "yyyy/MM/dd", "H:mm:ss"),
    Market {
        halves: ["오전", "오후"],
        ..market("ko-kr", "yyyy-MM-dd", "tt h:mm:ss")
    },
    Market {
        permalink: "Permanenter Link",
        ..market("de-de", "dd.MM.yyyy", "HH:mm:ss")
    },
    Market {
        permalink: "Lien permanent",
        ..market("fr-fr", "dd/MM/yyyy", "HH:mm:ss")
    },
    Market {
        permalink: "Vínculo permanente",
        ..market("es-es", "dd/MM/yyyy", "H:mm:ss")
    },
    market("it-it", "dd/MM/yyyy", "H.mm.ss"),
    Market {
        permalink: "Link permanente",
        ..market("pt-br", "d/M/yyyy", "HH:mm:ss")
    },
    Market {
        permalink: "Trvalý odkaz",
        ..market("cs-cz", "d.M.yyyy", "H:mm:ss")
    },
    market("ru-ru", "dd.MM.yyyy", "H:mm:ss"),
    market("pl-pl", "yyyy-MM-dd", "HH:mm:ss"),
    market("nl-nl", "d-M-yyyy", "H:mm:ss"),
    market("sv-se", "yyyy-MM-dd", "HH:mm:ss"),
    market("tr-tr", "dd.MM.yyyy", "HH:mm:ss"),
    Market {
        halves: ["ص", "م"],
        permalink: "ارتباط ثابت",
        ..market("ar", "dd/MM/yyyy", "hh:mm:ss tt")
    },
];

/// The market called `code`, whatever its case; the first of [`MARKETS`] when there is none.
#[must_use]
pub fn find(code: &str) -> &'static Market {
    known(code).unwrap_or(&MARKETS[0])
}

/// The market called `code`, or the one of its language (`ar-eg` is served as `ar`).
#[must_use]
pub fn known(code: &str) -> Option<&'static Market> {
    let language = code.split('-').next().unwrap_or(code);
    MARKETS
        .iter()
        .find(|market| market.code.eq_ignore_ascii_case(code))
        .or_else(|| {
            MARKETS
                .iter()
                .find(|market| market.code.eq_ignore_ascii_case(language))
        })
}

/// Whether footers under `theme` show seconds. Movers of 2007 found both and guessed that it was the theme.
#[must_use]
pub fn theme_shows_seconds(theme: &str) -> bool {
    !matches!(theme, "Journey" | "Simple" | "Pearl")
}

impl Market {
    /// The day in figures: `4/5/2008`, `2008/4/5`.
    #[must_use]
    pub fn date(&self, at: DateTime) -> String {
        self.write(self.date, at)
    }

    /// The time of day: `9:03 PM`, `21:03:12`.
    #[must_use]
    pub fn time(&self, at: DateTime, seconds: bool) -> String {
        if seconds {
            return self.write(self.time, at);
        }
        self.write(&self.time.replace(":ss", "").replace(".ss", ""), at)
    }

    /// Day and time, as absolute dates of comments are written.
    #[must_use]
    pub fn date_and_time(&self, at: DateTime, seconds: bool) -> String {
        format!("{} {}", self.date(at), self.time(at, seconds))
    }

    /// A moment `age_seconds` before now: `4 hours ago`, or the day it was, with the year only where `with_year`.
    #[must_use]
    pub fn ago(&self, age_seconds: i64, at: DateTime, with_year: bool) -> String {
        let words = self.ago.unwrap_or(&ENGLISH);
        let (unit, count) = match age_seconds.max(0) {
            age @ 0..60 => (0, age),
            age @ 60..3_600 => (1, age / 60),
            age @ 3_600..86_400 => (2, age / 3_600),
            age @ 86_400..172_800 => (3, age / 86_400),
            _ => return words.day(at, with_year),
        };
        words.units[unit][usize::from(count != 1)].replace('#', &count.to_string())
    }

    fn write(&self, pattern: &str, at: DateTime) -> String {
        let half_day = match at.hour() % 12 {
            0 => 12,
            hour => hour,
        };
        let mut text = String::new();
        let letters: Vec<char> = pattern.chars().collect();
        for run in letters.chunk_by(|left, right| left == right) {
            let word: String = run.iter().collect();
            match word.as_str() {
                "yyyy" => text.push_str(&format!("{:04}", at.year())),
                "MM" => text.push_str(&format!("{:02}", at.month())),
                "M" => text.push_str(&at.month().to_string()),
                "dd" => text.push_str(&format!("{:02}", at.day())),
                "d" => text.push_str(&at.day().to_string()),
                "HH" => text.push_str(&format!("{:02}", at.hour())),
                "H" => text.push_str(&at.hour().to_string()),
                "hh" => text.push_str(&format!("{half_day:02}")),
                "h" => text.push_str(&half_day.to_string()),
                "mm" => text.push_str(&format!("{:02}", at.minute())),
                "ss" => text.push_str(&format!("{:02}", at.second())),
                "tt" => text.push_str(self.halves[usize::from(at.hour() >= 12)]),
                other => text.push_str(other),
            }
        }
        text
    }
}

impl Ago {
    fn day(&self, at: DateTime, with_year: bool) -> String {
        let month = self.months[at.month() as usize - 1];
        let mut text = self
            .day
            .replace('D', &at.day().to_string())
            .replacen('M', month, 1);
        if with_year {
            text.push_str(&self.year.replace('Y', &at.year().to_string()));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use jiff::civil::date;

    #[test]
    fn each_market_writes_the_same_moment_its_own_way() {
        let evening = date(2008, 4, 5).at(21, 3, 12, 0);
        let written = |code: &str| find(code).date_and_time(evening, true);
        assert_eq!(written("zh-cn"), "2008/4/5 21:03:12");
        assert_eq!(written("en-us"), "4/5/2008 9:03:12 PM");
        assert_eq!(written("en-gb"), "05/04/2008 21:03:12");
        assert_eq!(written("de-de"), "05.04.2008 21:03:12");
        assert_eq!(written("pt-br"), "5/4/2008 21:03:12");
        assert_eq!(written("ar-eg"), "05/04/2008 09:03:12 م");
        assert_eq!(
            find("en-us").date_and_time(evening, false),
            "4/5/2008 9:03 PM"
        );
    }

    #[test]
    fn ages_are_told_as_the_movers_of_2008_met_them() {
        let day = date(2008, 11, 6).at(1, 0, 0, 0);
        let market = find("en-us");
        let told = |age: i64| market.ago(age, day, false);
        assert_eq!(told(5), "5 seconds ago");
        assert_eq!(told(60), "1 minute ago");
        assert_eq!(told(4 * 3_600), "4 hours ago");
        assert_eq!(told(86_400), "1 day ago");
        assert_eq!(told(400_000), "Nov. 6");
        assert_eq!(market.ago(400_000, day, true), "Nov. 6, 2008");
    }
}
