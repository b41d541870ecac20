//! Dates as the readers of a blog write them.

use jiff::civil::Date;

/// How a language writes a day.
enum Form {
    /// `4 May 2008`, with what stands between.
    Named([&'static str; 12], &'static str),
    /// `2008年5月4日`.
    Units(&'static str, &'static str, &'static str),
}

const ENGLISH: Form = Form::Named(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    " ",
);

/// Languages whose names of months stand the same beside a day and alone.
static FORMS: &[(&str, Form)] = &[
    ("en", ENGLISH),
    ("zh", Form::Units("年", "月", "日")),
    ("zh-hant", Form::Units("年", "月", "日")),
    ("ja", Form::Units("年", "月", "日")),
    ("ko", Form::Units("년 ", "월 ", "일")),
    (
        "de",
        Form::Named(
            [
                "Januar",
                "Februar",
                "März",
                "April",
                "Mai",
                "Juni",
                "Juli",
                "August",
                "September",
                "Oktober",
                "November",
                "Dezember",
            ],
            " ",
        ),
    ),
    (
        "fr",
        Form::Named(
            [
                "janvier",
                "février",
                "mars",
                "avril",
                "mai",
                "juin",
                "juillet",
                "août",
                "septembre",
                "octobre",
                "novembre",
                "décembre",
            ],
            " ",
        ),
    ),
    (
        "es",
        Form::Named(
            [
                "enero",
                "febrero",
                "marzo",
                "abril",
                "mayo",
                "junio",
                "julio",
                "agosto",
                "septiembre",
                "octubre",
                "noviembre",
                "diciembre",
            ],
            " de ",
        ),
    ),
    (
        "pt",
        Form::Named(
            [
                "janeiro",
                "fevereiro",
                "março",
                "abril",
                "maio",
                "junho",
                "julho",
                "agosto",
                "setembro",
                "outubro",
                "novembro",
                "dezembro",
            ],
            " de ",
        ),
    ),
    (
        "it",
        Form::Named(
            [
                "gennaio",
                "febbraio",
                "marzo",
                "aprile",
                "maggio",
                "giugno",
                "luglio",
                "agosto",
                "settembre",
                "ottobre",
                "novembre",
                "dicembre",
            ],
            " ",
        ),
    ),
    (
        "nl",
        Form::Named(
            [
                "januari",
                "februari",
                "maart",
                "april",
                "mei",
                "juni",
                "juli",
                "augustus",
                "september",
                "oktober",
                "november",
                "december",
            ],
            " ",
        ),
    ),
    (
        "sv",
        Form::Named(
            [
                "januari",
                "februari",
                "mars",
                "april",
                "maj",
                "juni",
                "juli",
                "augusti",
                "september",
                "oktober",
                "november",
                "december",
            ],
            " ",
        ),
    ),
    (
        "tr",
        Form::Named(
            [
                "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül",
                "Ekim", "Kasım", "Aralık",
            ],
            " ",
        ),
    ),
    (
        "ar",
        Form::Named(
            [
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
            ],
            " ",
        ),
    ),
    (
        "he",
        Form::Named(
            [
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
            ],
            " ",
        ),
    ),
];

/// A day, in the language `key` of [`super::words`]; `2008-05-04` where we know no better.
pub(super) fn day(date: Date, key: &str) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match form(key) {
        Some(Form::Named(names, between)) => {
            let name = named(names, month);
            // German counts the day.
            let point = if key == "de" { "." } else { "" };
            format!("{day}{point}{between}{name}{between}{year}")
        }
        Some(Form::Units(of_year, of_month, of_day)) => {
            format!("{year}{of_year}{month}{of_month}{day}{of_day}")
        }
        None => date.to_string(),
    }
}

/// A month by its name alone, or as `2008-05`.
pub(super) fn month(year: i16, month: i8, key: &str) -> String {
    match form(key) {
        Some(Form::Named(names, between)) => format!("{}{between}{year}", named(names, month)),
        Some(Form::Units(of_year, of_month, _)) => {
            format!("{year}{of_year}{month}{}", of_month.trim_end())
        }
        None => format!("{year}-{month:02}"),
    }
}

fn named(names: &'static [&'static str; 12], month: i8) -> &'static str {
    usize::try_from(month - 1)
        .ok()
        .and_then(|at| names.get(at))
        .copied()
        .unwrap_or_default()
}

fn form(key: &str) -> Option<&'static Form> {
    FORMS
        .iter()
        .find(|(language, _)| *language == key)
        .map(|(_, form)| form)
}

#[cfg(test)]
mod tests {
    use super::{day, month};
    use jiff::civil::date;

    #[test]
    fn days_are_written_as_their_readers_do() {
        let born = date(2008, 5, 4);
        for (key, written, of_month) in [
            ("en", "4 May 2008", "May 2008"),
            ("de", "4. Mai 2008", "Mai 2008"),
            ("zh", "2008年5月4日", "2008年5月"),
            ("ko", "2008년 5월 4일", "2008년 5월"),
            ("es", "4 de mayo de 2008", "mayo de 2008"),
            ("ar", "4 مايو 2008", "مايو 2008"),
            ("pl", "2008-05-04", "2008-05"),
        ] {
            assert_eq!(day(born, key), written);
            assert_eq!(month(2008, 5, key), of_month);
        }
    }
}
