//! Where blogs go: the one list.

pub mod wordpress;
pub mod wordpress_plugin;
pub mod wordpress_rest;

use blog::doors::DestinationCard;

/// The cards of every destination.
#[must_use]
pub fn cards() -> Vec<DestinationCard> {
    vec![wordpress_plugin::CARD, wordpress_rest::CARD]
}
