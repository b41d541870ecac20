//! A WordPress with the `rehome` plugin. The protocol is `docs/plugin-protocol.md`.

use blog::{Kind, doors::DestinationCard};

/// What this destination says about itself.
pub const CARD: DestinationCard = DestinationCard {
    name: "wordpress-plugin",
    title: "WordPress with the rehome plugin",
    needs: "",
    carries: &[Kind::Post],
    limits: &[],
};
