//! Old addresses: what they meant and how one is normalised.
//!
//! A platform with structure (Live Spaces) has its addresses parsed into meanings; a platform with exact paths (Typepad) has
//! them normalised as text. Either way the result is an [`AddressKey`]: equal keys mean the same thing at the old home.

mod endings;
mod keys;
pub mod site;
pub mod spaces;

pub use endings::{names_file, names_other_file, names_picture};
pub use keys::{text_without_keys, without_keys};

use crate::Identity;
use serde::{Deserialize, Serialize};

/// The normal form of an old address within one blog: `entry:1073`, `album:186`, `category:WPF`, `month:2007-02`, `feed`,
/// `home`, or `path:/blog/2012/10/x.html`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AddressKey(pub String);

/// What a link in a body turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// An address of this very blog.
    Own(AddressKey),
    /// An address that looks like this blog's but never was a page of it (pasted relative links, editor folders).
    Bogus,
    /// Somebody else's address.
    Foreign,
}

/// The address at which every WordPress shows the attachment `number`, whatever its permalinks look like.
#[must_use]
pub fn attachment(home: &str, number: u64) -> String {
    format!("{}/?attachment_id={number}", home.trim_end_matches('/'))
}

/// What `address` means for the blog known as `identity`.
#[must_use]
pub fn meaning(address: &str, identity: &Identity) -> Meaning {
    match identity {
        Identity::Space { .. } => spaces::meaning(address, identity),
        Identity::Site { roots } => site::meaning(address, roots),
    }
}
