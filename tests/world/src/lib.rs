//! The test world: what Rehome's tests and its demo move between, and nothing that is ever shipped.
//!
//! [`spaces`] is a host of Live Spaces as it was between 2004 and 2011, [`wordpress`] starts a real WordPress, [`plugin_home`]
//! answers as the plugin in one does, [`generate`] writes blogs of any size. Everything is deterministic: the same seed or fixture gives the same bytes on every machine.

pub mod dice;
pub mod generate;
pub mod home;
pub mod plugin_home;
pub mod small;
pub mod spaces;
pub mod wordpress;
