//! What a key opens: the addresses of the interface, and its collections page by page. The key goes into calls and nowhere
//! else.

use super::keys::strike_out;
use super::living::Space;
use super::text;
use crate::wire::feeds::{self, BadItem, FeedHead, FeedItem};
use blog::{
    Audience, Secret,
    address::spaces,
    doors::{Call, ReadError},
};

/// Pages of an Atom collection.
const MOST_PAGES: usize = 10_000;

/// One page of a collection: what stands above, the entries, those that are broken.
pub(super) type Collected = (FeedHead, Vec<FeedItem>, Vec<BadItem>);

/// The Space does not open to what was given; `what` says what is asked for.
pub(super) fn locked(space: &Space<'_>, what: &str) -> ReadError {
    ReadError::Locked {
        place: format!("{}/", space.host.root()),
        what: what.to_owned(),
    }
}

/// What the key opens.
pub(super) struct Grant {
    /// `…/Users(N)`
    pub(super) base: String,
    /// Goes into calls and nowhere else.
    key: Secret,
    /// Nothing is for more people than these.
    pub(super) most: Audience,
}

impl Grant {
    /// What `key` opens of `space`, for no more people than `most`.
    pub(super) fn new(space: &Space<'_>, key: Secret, most: Audience) -> Result<Self, ReadError> {
        Ok(Self {
            base: base(space)?,
            key,
            most,
        })
    }
}

/// The pages of one collection, in order.
pub(super) struct Pages {
    next: Option<String>,
    left: usize,
}

impl Pages {
    /// Starts at its first page.
    pub(super) fn from(first: String) -> Self {
        Self {
            next: Some(first),
            left: MOST_PAGES,
        }
    }

    /// The next page with its address; `None` at the end, and where the interface does not open.
    pub(super) fn page(
        &mut self,
        space: &mut Space<'_>,
        grant: &Grant,
    ) -> Result<Option<(String, Collected)>, ReadError> {
        let Some(here) = self.next.take().filter(|_| self.left > 0) else {
            return Ok(None);
        };
        self.left -= 1;
        let Some(collected) = collection(space, &here, &grant.key)? else {
            return Ok(None);
        };
        self.next = collected
            .0
            .next
            .as_deref()
            .and_then(|next| blog::body::resolve(next, Some(&here)))
            .map(|next| without_key(&next))
            .filter(|next| *next != here);
        Ok(Some((here, collected)))
    }
}

/// One page of a collection. The key goes into the call and nowhere else.
fn collection(
    space: &mut Space<'_>,
    address: &str,
    key: &Secret,
) -> Result<Option<Collected>, ReadError> {
    let joint = if address.contains('?') { '&' } else { '?' };
    // People copy the key as it stands in an address, its last sign escaped.
    let plain = percent_encoding::percent_decode_str(key.reveal()).decode_utf8_lossy();
    let value = percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC);
    let asked = format!("{address}{joint}authkey={value}");
    let answer = space.host.call(&Call {
        method: "GET",
        address: &asked,
        headers: &[("Accept", "application/atom+xml")],
        body: None,
    })?;
    let Ok(answer) = answer else {
        return Ok(None);
    };
    if answer.status != 200 {
        return Ok(None);
    }
    let text = text::decode(&answer.body, answer.media_type.as_deref());
    Ok(feeds::read_all(&text))
}

/// `…/Users(N)`; its address holds the account number.
fn base(space: &Space<'_>) -> Result<String, ReadError> {
    let named = space.names.cid.as_deref();
    let Some((cid, decimal)) = named.and_then(|cid| Some((cid, spaces::cid_to_decimal(cid)?)))
    else {
        return Err(locked(
            space,
            "the key opens an address that holds the account number, and nothing names it; give the address in the form \
             http://cid-….spaces.live.com, with the number that your grant shows",
        ));
    };
    Ok(format!(
        "http://cid-{:0>16}.users.api.live.net/Users({decimal})",
        cid.to_ascii_lowercase()
    ))
}

/// A link to the next page may carry the key; it is put on again by the call.
pub(super) fn without_key(address: &str) -> String {
    let struck = strike_out(address);
    let (path, query) = struck.split_once('?').unwrap_or((&struck, ""));
    let kept: Vec<&str> = query
        .split('&')
        .filter(|parameter| !parameter.is_empty() && !parameter.starts_with("authkey="))
        .collect();
    if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    }
}
