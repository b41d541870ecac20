//! Visiting the new home as anyone might (or as the owner), for verification. Bodies pass through: a film is not held in memory.

use super::answers::{is_for_later, later};
use super::discovery::Root;
use super::http::{Silence, Wire};
use blog::doors::{Visitor, WriteError};
use std::io::Write;
use url::Url;

/// Looks at one site, with the owner's key in the pocket or without.
pub(crate) struct Guest {
    wire: Wire,
    /// Where the owner's key is shown.
    root: Option<Root>,
}

impl Guest {
    pub(crate) fn new(wire: Wire, root: Root) -> Self {
        let root = Some(root);
        Self { wire, root }
    }

    /// Who has no key, and is everybody's guest.
    pub(crate) fn stranger(wire: Wire) -> Self {
        Self { wire, root: None }
    }
}

impl Visitor for Guest {
    fn visit(&self, address: &str, as_owner: bool, to: &mut dyn Write) -> Result<u16, WriteError> {
        let is_home = |url: &Url| self.root.as_ref().is_some_and(|root| root.is_home_of(url));
        let sign_in = |url: &Url| as_owner && is_home(url);
        let reply =
            self.wire
                .read_into(address, &sign_in, to)
                .map_err(|silence| match silence {
                    Silence::NotSent(what) | Silence::Broken(what) => {
                        WriteError::NotDone(format!("{address} could not be read: {what}"))
                    }
                    Silence::TooLarge => {
                        WriteError::Refused(format!("{address} is too long and was not read"))
                    }
                })?;
        // A 503 without a time is a page that fails; with one, the site as a whole asks for patience.
        let has_time = reply.header("retry-after").is_some();
        if is_for_later(reply.status) && (reply.status != 503 || has_time) {
            let what = format!("{address} asks to come back later ({})", reply.status);
            return Err(later(&reply, what));
        }
        Ok(reply.status)
    }
}
