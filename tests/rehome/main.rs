//! The one integration binary: the house as it must stand, the interfaces as they are documented, and stories of whole moves
//! in the test world.

mod archives;
mod files;
mod helpers;
mod house;
mod interfaces;
mod keys;
mod program;
mod redirects;
mod redirects_serve;
mod rest;
mod snapshots;
mod sources;
mod stories;
