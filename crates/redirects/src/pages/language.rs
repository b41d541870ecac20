//! Which language a visitor reads: the `mkt` of an old address (a market such as `zh-tw`), else `Accept-Language`.

use super::words::LANGUAGES;

/// Wishes read from one header; more is nobody's honest list.
const WISHES_MAX: usize = 16;

/// The place in [`LANGUAGES`] of the language for a visitor.
#[must_use]
pub fn choose(market: Option<&str>, accept_language: Option<&str>) -> usize {
    market
        .and_then(find)
        .or_else(|| accept_language.and_then(best))
        .unwrap_or(0)
}

/// The `mkt` of a query string.
#[must_use]
pub fn market(query: Option<&str>) -> Option<&str> {
    query?.split('&').take(WISHES_MAX).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.eq_ignore_ascii_case("mkt").then_some(value)
    })
}

/// The language with the highest weight; the earlier one of equals.
fn best(header: &str) -> Option<usize> {
    let mut best: Option<(u16, usize)> = None;
    for wish in header.split(',').take(WISHES_MAX) {
        let mut parts = wish.split(';');
        let Some(language) = parts.next().map(str::trim).and_then(find) else {
            continue;
        };
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q="))
            .map_or(1000, thousandths);
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// `0.8` as 800; what is no weight weighs nothing.
fn thousandths(weight: &str) -> u16 {
    match weight.trim().parse::<f32>() {
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0) as u16,
        _ => 0,
    }
}

/// The language that a tag such as `pt-BR`, `zh_TW` or `zh-Hant-HK` is closest to.
fn find(tag: &str) -> Option<usize> {
    let tag = tag.trim().replace('_', "-").to_ascii_lowercase();
    let mut subtags = tag.split('-');
    let wanted = match subtags.next()? {
        "zh" if subtags.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo")) => "zh-Hant",
        "zh" => "zh-Hans",
        other => return LANGUAGES.iter().position(|words| words.tag == other),
    };
    LANGUAGES.iter().position(|words| words.tag == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(market: Option<&str>, header: &str) -> &'static str {
        LANGUAGES[choose(market, Some(header))].tag
    }

    #[test]
    fn the_heaviest_language_that_we_speak_is_chosen() {
        assert_eq!(spoken(None, "nl, de;q=0.5, fr;q=0.7"), "fr");
        assert_eq!(spoken(None, "de;q=0, en;q=0.1"), "en");
        assert_eq!(spoken(None, "xx"), "en");
        assert_eq!(spoken(None, "pt-BR"), "pt");
    }

    #[test]
    fn chinese_is_written_as_its_region_writes_it() {
        assert_eq!(spoken(None, "zh"), "zh-Hans");
        assert_eq!(spoken(None, "zh-CN,zh;q=0.9"), "zh-Hans");
        assert_eq!(spoken(None, "zh-TW"), "zh-Hant");
        assert_eq!(spoken(None, "zh-Hant-HK"), "zh-Hant");
    }

    #[test]
    fn a_market_in_the_address_outweighs_the_browser() {
        assert_eq!(spoken(market(Some("a=1&mkt=zh-tw")), "de"), "zh-Hant");
        assert_eq!(spoken(market(Some("MKT=xx-yy")), "de"), "de");
    }
}
