//! A host of Live Spaces, as it answered between 2004 and 2011, for a world in which it no longer does.
//!
//! A [`Space`] is plain data: built in code, loaded from `fixtures/spaces/`, made from real posts, or generated. A [`Host`]
//! serves any number of them on one loopback port and tells its many old host names apart by the `Host` header.

mod addresses;
mod ajax;
mod answer;
mod archive;
mod asked;
mod atom;
mod contact_card;
mod control;
pub mod faults;
mod feeds;
mod host;
mod html;
mod load;
pub mod market;
pub mod markup;
mod metaweblog;
mod pages;
mod pictures;
mod real_posts;
mod routes;
mod space;
mod view;
mod visit;

pub use addresses::PictureAddresses;
pub use faults::Faults;
pub use host::{Host, Logged};
pub use load::{fixtures_folder, load_all};
pub use space::{
    Album, Audience, Comment, Download, Entry, Friend, List, ListItem, Note, Photo, Space,
    Trackback,
};
pub use visit::Reply;
