//! What every way to a WordPress has in common, with the plugin or without.
//!
//! * `http`: one connection, deadlines, limits
//! * `answers`: what an answer means
//! * `discovery`: where the REST interface is, and why somebody is not let in
//! * `guest`: visits, for verification
//! * `names`: file names; `sums`: their bytes, measured

pub(crate) mod answers;
pub(crate) mod discovery;
pub(crate) mod guest;
pub(crate) mod http;
pub(crate) mod names;
pub(crate) mod sums;

use blog::{
    Secret,
    doors::{Visitor, WriteError},
};
use std::{sync::Arc, time::Duration};

/// How a WordPress is talked to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    /// Longest time for one call, answer included.
    pub(crate) timeout: Duration,
    /// Whether the password may travel unencrypted to another machine.
    pub(crate) allow_insecure: bool,
}

/// Longest wait for a site to say what it is.
const LOOK_TIME_MAX: Duration = Duration::from_secs(60);

/// Whether the rehome plugin answers at the WordPress at `address` (scheme may be left out). Nobody is signed in for that.
///
/// # Errors
/// When there is no WordPress, or it does not answer.
pub fn has_plugin(address: &str) -> Result<bool, WriteError> {
    let (_, index) = look(address)?;
    Ok(discovery::has_plugin(&index))
}

/// Somebody who visits the WordPress at `address` without any key.
///
/// # Errors
/// When there is no WordPress, or it does not answer.
pub fn stranger(address: &str) -> Result<Arc<dyn Visitor>, WriteError> {
    let (wire, _) = look(address)?;
    Ok(Arc::new(guest::Guest::stranger(wire)))
}

/// What a site says of itself to everyone.
fn look(address: &str) -> Result<(http::Wire, serde_json::Value), WriteError> {
    let line = Line {
        timeout: LOOK_TIME_MAX,
        allow_insecure: true,
    };
    let address = discovery::address_of(address)?;
    let wire = http::Wire::new(address.as_str(), "", &Secret::new(String::new()), &line);
    let (_, index) = discovery::find_site(&wire, &address, &line)?;
    Ok((wire, index))
}
