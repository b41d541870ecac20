//! Every kind of finding there is, one file per area. `docs/errors/` is generated from this list.

pub mod archive;
pub mod blogger;
pub mod feeds;
pub mod input;
pub mod media;
pub mod movable_type;
pub mod place;
pub mod repair;
pub mod spaces;
pub mod tidy;
pub mod transfer;
pub mod verify;
pub mod wordpress_export;
pub mod wordpress_rest;

use crate::Code;

/// All codes, in the order of the reference pages.
#[must_use]
pub fn all() -> Vec<&'static Code> {
    [
        input::ALL,
        archive::ALL,
        spaces::ALL,
        movable_type::ALL,
        wordpress_export::ALL,
        blogger::ALL,
        feeds::ALL,
        media::ALL,
        tidy::ALL,
        place::ALL,
        transfer::ALL,
        verify::ALL,
        repair::ALL,
        wordpress_rest::ALL,
    ]
    .concat()
}
