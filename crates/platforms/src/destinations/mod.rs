//! Where blogs go: the one list.

pub mod archive;
pub mod wordpress_plugin;
pub mod wxr;

use blog::doors::DestinationCard;

/// The cards of every destination.
#[must_use]
pub fn cards() -> Vec<DestinationCard> {
    vec![wordpress_plugin::CARD, wxr::CARD]
}
