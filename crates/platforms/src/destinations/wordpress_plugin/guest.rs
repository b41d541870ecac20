//! Visiting the new home as anyone might (or as the owner), for verification. Bodies pass through: a film is not held in memory.

use super::answers::wait_seconds;
use super::discovery::Root;
use super::http::{Silence, Wire};
use blog::doors::{Visitor, WriteError};
use jiff::Timestamp;
use std::io::Write;
use url::Url;

/// Looks at one site, with the owner's key in the pocket.
pub(super) struct Guest {
    wire: Wire,
    root: Root,
}

impl Guest {
    pub(super) fn new(wire: Wire, root: Root) -> Self {
        Self { wire, root }
    }
}

impl Visitor for Guest {
    fn visit(&self, address: &str, as_owner: bool, to: &mut dyn Write) -> Result<u16, WriteError> {
        let sign_in = |url: &Url| as_owner && self.root.is_home_of(url);
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
        let later = reply.header("retry-after");
        // A 503 without a time is a page that fails; with one, the site as a whole asks for patience.
        if reply.status == 429 || (reply.status == 503 && later.is_some()) {
            return Err(WriteError::Later {
                what: format!("{address} asks to come back later ({})", reply.status),
                wait_seconds: wait_seconds(later, Timestamp::now()),
            });
        }
        Ok(reply.status)
    }
}
