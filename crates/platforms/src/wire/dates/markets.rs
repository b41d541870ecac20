//! Markets: how a page of one language and country wrote dates. All of it is data.

/// In which order day, month and year stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// 2008/4/5.
    YearMonthDay,
    /// 4/5/2008 for April.
    MonthDayYear,
    /// 5/4/2008 for April.
    DayMonthYear,
}

/// How one market writes dates.
#[derive(Debug, PartialEq, Eq)]
pub struct Market {
    /// `zh-cn`, as in `mkt=`.
    pub name: &'static str,
    /// The order of numbers.
    pub order: Order,
    /// Names of the twelve months, long then short where they differ, lower case, without dots. Compared by their beginning.
    pub months: &'static [&'static str; 12],
    /// Words for the first half of the day, lower case.
    pub morning: &'static [&'static str],
    /// Words for the second half.
    pub afternoon: &'static [&'static str],
}

/// The market called `name`, or the one that the language alone suggests; the case and `_` do not matter.
#[must_use]
pub fn named(name: &str) -> Option<&'static Market> {
    let name = name.trim().to_ascii_lowercase().replace('_', "-");
    let exact = MARKETS.iter().find(|market| market.name == name);
    let language = name.split('-').next().unwrap_or("");
    exact.or_else(|| {
        MARKETS
            .iter()
            .find(|market| market.name.split('-').next() == Some(language) && !language.is_empty())
    })
}

const ENGLISH: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const GERMAN: [&str; 12] = [
    "jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez",
];
const FRENCH: [&str; 12] = [
    "janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc",
];
const SPANISH: [&str; 12] = [
    "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic",
];
const PORTUGUESE: [&str; 12] = [
    "jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez",
];
const ITALIAN: [&str; 12] = [
    "gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic",
];
const DUTCH: [&str; 12] = [
    "jan", "feb", "maa", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
];
const CZECH: [&str; 12] = [
    "led", "úno", "bře", "dub", "kvě", "červn", "červe", "srp", "zář", "říj", "list", "pros",
];
const POLISH: [&str; 12] = [
    "sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru",
];
const RUSSIAN: [&str; 12] = [
    "янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
];
const TURKISH: [&str; 12] = [
    "oca", "şub", "mar", "nis", "may", "haz", "tem", "ağu", "eyl", "eki", "kas", "ara",
];
const SWEDISH: [&str; 12] = [
    "jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
];
const DANISH: [&str; 12] = SWEDISH;
const NORWEGIAN: [&str; 12] = [
    "jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des",
];
const FINNISH: [&str; 12] = [
    "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras",
    "joulu",
];
const HUNGARIAN: [&str; 12] = [
    "jan", "feb", "már", "ápr", "máj", "jún", "júl", "aug", "szep", "okt", "nov", "dec",
];
const GREEK: [&str; 12] = [
    "ιαν", "φεβ", "μαρ", "απρ", "μα", "ιουν", "ιουλ", "αυγ", "σεπ", "οκτ", "νοε", "δεκ",
];
const ARABIC: [&str; 12] = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
];
const HEBREW: [&str; 12] = [
    "ינואר",
    "פברואר",
    "מרץ",
    "אפריל",
    "מאי",
    "יוני",
    "יולי",
    "אוגוסט",
    "ספטמבר",
    "אוקטובר",
    "נובמבר",
    "דצמבר",
];
const THAI: [&str; 12] = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
];
const VIETNAMESE: [&str; 12] = [
    "tháng giêng",
    "tháng hai",
    "tháng ba",
    "tháng tư",
    "tháng năm",
    "tháng sáu",
    "tháng bảy",
    "tháng tám",
    "tháng chín",
    "tháng mười",
    "tháng mười một",
    "tháng mười hai",
];

use Order::{DayMonthYear as Dmy, MonthDayYear as Mdy, YearMonthDay as Ymd};

const fn market(
    name: &'static str,
    order: Order,
    months: &'static [&'static str; 12],
    morning: &'static [&'static str],
    afternoon: &'static [&'static str],
) -> Market {
    Market {
        name,
        order,
        months,
        morning,
        afternoon,
    }
}

const AM: &[&str] = &["am", "a"];
const PM: &[&str] = &["pm", "p"];
const CHINESE_AM: &[&str] = &["上午", "凌晨", "早上"];
const CHINESE_PM: &[&str] = &["下午", "晚上", "中午"];

/// The markets, those of one language with the commonest first: it stands for the language.
pub static MARKETS: &[Market] = &[
    market("en-us", Mdy, &ENGLISH, AM, PM),
    market("en-gb", Dmy, &ENGLISH, AM, PM),
    market("en-au", Dmy, &ENGLISH, AM, PM),
    market("en-nz", Dmy, &ENGLISH, AM, PM),
    market("en-ie", Dmy, &ENGLISH, AM, PM),
    market("en-in", Dmy, &ENGLISH, AM, PM),
    market("en-sg", Dmy, &ENGLISH, AM, PM),
    market("en-ca", Dmy, &ENGLISH, AM, PM),
    market("en-za", Ymd, &ENGLISH, AM, PM),
    market("zh-cn", Ymd, &ENGLISH, CHINESE_AM, CHINESE_PM),
    market("zh-tw", Ymd, &ENGLISH, CHINESE_AM, CHINESE_PM),
    market("zh-hk", Dmy, &ENGLISH, CHINESE_AM, CHINESE_PM),
    market("zh-sg", Dmy, &ENGLISH, CHINESE_AM, CHINESE_PM),
    market("ja-jp", Ymd, &ENGLISH, &["午前"], &["午後"]),
    market("ko-kr", Ymd, &ENGLISH, &["오전"], &["오후"]),
    market("de-de", Dmy, &GERMAN, &[], &[]),
    market("de-at", Dmy, &GERMAN, &[], &[]),
    market("de-ch", Dmy, &GERMAN, &[], &[]),
    market("fr-fr", Dmy, &FRENCH, &[], &[]),
    market("fr-ca", Ymd, &FRENCH, &[], &[]),
    market("fr-be", Dmy, &FRENCH, &[], &[]),
    market("fr-ch", Dmy, &FRENCH, &[], &[]),
    market("es-es", Dmy, &SPANISH, &["am"], &["pm"]),
    market("es-mx", Dmy, &SPANISH, &["am"], &["pm"]),
    market("es-ar", Dmy, &SPANISH, &["am"], &["pm"]),
    market("es-us", Mdy, &SPANISH, &["am"], &["pm"]),
    market("pt-br", Dmy, &PORTUGUESE, &[], &[]),
    market("pt-pt", Dmy, &PORTUGUESE, &[], &[]),
    market("it-it", Dmy, &ITALIAN, &[], &[]),
    market("nl-nl", Dmy, &DUTCH, &[], &[]),
    market("nl-be", Dmy, &DUTCH, &[], &[]),
    market("cs-cz", Dmy, &CZECH, &["dop"], &["odp"]),
    market("pl-pl", Dmy, &POLISH, &[], &[]),
    market("ru-ru", Dmy, &RUSSIAN, &[], &[]),
    market("tr-tr", Dmy, &TURKISH, &["öö"], &["ös"]),
    market("ar-sa", Dmy, &ARABIC, &["ص"], &["م"]),
    market("ar-eg", Dmy, &ARABIC, &["ص"], &["م"]),
    market("he-il", Dmy, &HEBREW, &["לפנה\"צ"], &["אחה\"צ"]),
    market("sv-se", Ymd, &SWEDISH, &["fm"], &["em"]),
    market("da-dk", Dmy, &DANISH, &[], &[]),
    market("nb-no", Dmy, &NORWEGIAN, &[], &[]),
    market("fi-fi", Dmy, &FINNISH, &["ap"], &["ip"]),
    market("hu-hu", Ymd, &HUNGARIAN, &["de"], &["du"]),
    market("el-gr", Dmy, &GREEK, &["πμ"], &["μμ"]),
    market("th-th", Dmy, &THAI, &[], &[]),
    market("vi-vn", Dmy, &VIETNAMESE, &["sa"], &["ch"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_market_is_found_by_name_and_by_its_language() {
        assert_eq!(named("zh_CN").map(|m| m.name), Some("zh-cn"));
        assert_eq!(named("pt").map(|m| m.name), Some("pt-br"));
        assert_eq!(named("en-xx").map(|m| m.name), Some("en-us"));
        assert_eq!(named("tlh"), None);
        assert_eq!(named(""), None);
    }

    #[test]
    fn no_month_of_a_market_begins_another_of_the_same_market_in_front_of_it() {
        for market in MARKETS.iter().filter(|m| m.name != "vi-vn") {
            for (at, month) in market.months.iter().enumerate() {
                let first = market.months.iter().position(|m| month.starts_with(m));
                // Russian and Greek May is told apart by trying longer beginnings first.
                assert!(
                    first == Some(at) || matches!(market.name, "ru-ru" | "el-gr"),
                    "{} {month}",
                    market.name
                );
            }
        }
    }
}
