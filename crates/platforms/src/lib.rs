//! Every foreign format and service, inward and outward.
//!
//! What is absent here on purpose: databases and campaigns. A source never decides what is worth moving; a destination
//! never reads the bundle.
//!
//! * [`sources`]: one file or folder per platform, one list
//! * [`destinations`]: one folder per kind of new home, one list
//! * [`wire`]: the formats themselves
//! * [`input`]: files, folders, zips and addresses as a source sees them
//! * [`fetch`]: the only HTTP client for foreign addresses

pub mod destinations;
pub mod fetch;
pub mod input;
pub mod sources;
pub mod wire;
