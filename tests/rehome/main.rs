//! The one integration binary: the house as it must stand, the interfaces as they are documented, and stories of whole moves
//! in the test world.

mod archives;
mod ended;
mod files;
mod helpers;
mod house;
mod interfaces;
mod keys;
mod program;
mod redirects;
#[cfg(target_os = "linux")]
mod redirects_meanwhile;
mod redirects_serve;
mod rest;
mod snapshots;
mod sources;
mod stories;
