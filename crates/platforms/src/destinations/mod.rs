//! Where blogs go: the one list.

pub mod archive;
pub mod wordpress;
pub mod wordpress_plugin;
pub mod wordpress_rest;
pub mod wxr;

use blog::doors::DestinationCard;

/// The cards of every destination.
#[must_use]
pub fn cards() -> Vec<DestinationCard> {
    vec![wordpress_plugin::CARD, wordpress_rest::CARD, wxr::CARD]
}

/// The card of the destination with this name; `rest` and `plugin` are the ways to a WordPress.
#[must_use]
pub fn named(name: &str) -> Option<DestinationCard> {
    let same = |card: &DestinationCard| {
        card.name == name || card.name.strip_prefix("wordpress-") == Some(name)
    };
    cards().into_iter().find(same)
}
