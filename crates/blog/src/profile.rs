//! What a blog says of itself, and the names it is known by.

use crate::{Audience, Person};
use serde::{Deserialize, Serialize};

/// The blog as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Title as plain text.
    pub title: String,
    /// Tagline as plain text.
    pub tagline: String,
    /// BCP 47 language tag, e.g. `zh-CN`.
    pub language: Option<String>,
    /// IANA time zone, or a fixed offset such as `+08:00`, that dates without a zone are in.
    pub time_zone: Option<String>,
    /// The old home's address.
    pub home: Option<String>,
    /// The owner.
    pub owner: Option<Person>,
    /// Who may see the blog; an item's audience is never wider than this.
    pub audience: Audience,
    /// The names this blog is known by; decides which links are its own.
    pub identity: Identity,
}

/// How links are recognised as the blog's own. The one identity a blog has across its sources: a Space read from its zip and
/// from its living pages is the same blog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "platform", rename_all = "kebab-case")]
pub enum Identity {
    /// A Live Space: account number in upper-case hex without leading zeros, and every alias and owner token seen.
    Space {
        /// Account number, hex; absent until the first handle was read.
        cid: Option<String>,
        /// Names such as `spacesplatform`, lower case.
        aliases: Vec<String>,
        /// Opaque owner tokens of 2004-2006 (`1pU-rg…`).
        owner_tokens: Vec<String>,
    },
    /// A blog under exact web addresses: hosts (lower case) with an optional path in front, e.g. `x.typepad.com/blog`.
    Site {
        /// Roots, without scheme and trailing slash.
        roots: Vec<String>,
    },
}

impl Identity {
    /// The stable name of this blog at any destination (`space:2DB0770EAE61F13`, `site:x.typepad.com/blog`).
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Space { cid: Some(cid), .. } => format!("space:{cid}"),
            Self::Space { aliases, .. } => format!(
                "space:{}",
                aliases.first().map_or("unknown", String::as_str)
            ),
            Self::Site { roots } => {
                format!("site:{}", roots.first().map_or("unknown", String::as_str))
            }
        }
    }
}
