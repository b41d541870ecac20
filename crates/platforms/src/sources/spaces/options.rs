//! The settings that the card names, read and checked.

use blog::{Audience, doors::Input};

/// What the owner says of who could see the Space.
pub(super) fn audience(input: &dyn Input) -> Option<Audience> {
    match input
        .option("audience")?
        .trim()
        .to_ascii_lowercase()
        .as_str()
    {
        "everyone" => Some(Audience::Everyone),
        "members" => Some(Audience::Members),
        "friends" => Some(Audience::Friends),
        "named" => Some(Audience::Named),
        "owner" => Some(Audience::Owner),
        _ => None,
    }
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
