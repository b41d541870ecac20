//! The settings that the card names, read and checked.

use blog::{Audience, doors::Input};

/// What the owner says of who could see the Space. A word that nobody knows means the owner alone.
pub(super) fn audience(input: &dyn Input) -> Option<Audience> {
    Some(Audience::of_words([input.option("audience")?]))
}

/// The time zone, when it is one.
pub(super) fn time_zone(input: &dyn Input) -> Option<String> {
    let zone = input.option("time-zone")?.trim().to_owned();
    blog::when::zone(&zone).map(|_| zone)
}

/// `zh-cn` as a language tag: `zh-CN`.
pub(super) fn language_tag(market: &str) -> String {
    match market.trim().split_once(['-', '_']) {
        Some((language, region)) => format!(
            "{}-{}",
            language.to_ascii_lowercase(),
            region.to_ascii_uppercase()
        ),
        None => market.trim().to_ascii_lowercase(),
    }
}
