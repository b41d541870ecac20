//! Addresses of Live Spaces.
use super::Meaning;
use crate::Identity;

/// What `address` means for the Space known as `identity`.
#[must_use]
pub fn meaning(_address: &str, _identity: &Identity) -> Meaning {
    Meaning::Foreign
}
