//! The feeds of categories, which a release of the host broke.

use super::host::Host;
use blog::{
    Finding, ItemRef, Kind, codes,
    doors::{Intake, ReadError},
};
use std::collections::BTreeSet;

/// Asks for the feed of each category, only to tell which are broken: categories come from the entries' own pages.
pub(super) fn check(
    host: &mut Host<'_>,
    names: &BTreeSet<String>,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    for name in names {
        let address = host.at(&format!("/category/{}/feed.rss", in_path(name)));
        let feed = host.feed(&address, intake)?;
        if feed.is_none_or(|(_, items)| items.is_empty()) {
            let finding = Finding::new(
                &codes::spaces::CATEGORY_FEED_BROKEN,
                format!(
                    "The feed of the category '{name}' is empty or did not answer; its entries were read from their pages."
                ),
            );
            let about = ItemRef::new(Kind::Category, name);
            intake.finding(finding.about(about).at(&address))?;
        }
    }
    Ok(())
}

/// A category's name in the path of its feed: a plus sign stands for a blank, quotes stay.
fn in_path(name: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'+')
        .add(b'/')
        .add(b'<')
        .add(b'>')
        .add(b'?');
    percent_encoding::utf8_percent_encode(name, KEPT)
        .to_string()
        .replace(' ', "+")
}
