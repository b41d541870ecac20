//! The addresses in one body: each is turned to its new place, or counted.

use super::links::{Links, Way, full, shown};
use crate::Error;
use blog::{
    Finding,
    body::{self, Reference, ReferenceKind},
    codes,
};

/// A body written for the new home.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) html: String,
    pub(super) open_links: u32,
    dead_links: Vec<String>,
    bogus_links: u32,
}

impl Written {
    /// Decides one address in a body that is or is not `open` to all: the new one, or `None` to leave it.
    pub(super) fn turn(
        &mut self,
        reference: &Reference,
        base: Option<&str>,
        links: &Links<'_>,
        open: bool,
    ) -> Result<Option<String>, Error> {
        let Some(address) = body::resolve(&reference.address, base) else {
            return Ok(None);
        };
        if let Some(picture) = links.picture(&[&address, &reference.address], open)? {
            let is_link = matches!(reference.kind, ReferenceKind::Link | ReferenceKind::Embed);
            return Ok(if is_link {
                full(&picture)
            } else {
                shown(&picture)
            });
        }
        if reference.kind != ReferenceKind::Link {
            return Ok(None);
        }
        let fragment = address.split_once('#').map_or("", |(_, fragment)| fragment);
        match links.way(&address, open)? {
            Way::New(new) => return Ok(Some(with_fragment(new, fragment))),
            Way::Open => self.open_links += 1,
            Way::Foreseen(new) => {
                self.open_links += 1;
                return Ok(Some(with_fragment(new, fragment)));
            }
            Way::Dead => self.dead_links.push(address),
            Way::Bogus => self.bogus_links += 1,
            Way::Foreign => {}
        }
        Ok(None)
    }
}

/// Keeps fragments that still mean something at the new home.
pub(super) fn with_fragment(address: String, fragment: &str) -> String {
    match fragment.to_ascii_lowercase().as_str() {
        "comment" | "comments" | "commentbody" | "trackback" => format!("{address}#comments"),
        _ => address,
    }
}

pub(super) fn link_findings(body: &Written) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !body.dead_links.is_empty() {
        findings.push(
            Finding::new(
                &codes::transfer::DEAD_OWN_LINK,
                match body.dead_links.len() {
                    1 => "One of its links leads to a page of the old blog that did not travel; it was left as it is.".to_owned(),
                    count => format!("{count} of its links lead to pages of the old blog that did not travel; they were left as they are."),
                },
            )
            .at(body.dead_links.first().map(|address| address.split('?').next().unwrap_or(address).to_owned()).unwrap_or_default()),
        );
    }
    if body.bogus_links > 0 {
        findings.push(Finding::new(
            &codes::transfer::BOGUS_LINK,
            match body.bogus_links {
                1 => "One of its links only looks like a page of the old blog and never was one; it was left as it is.".to_owned(),
                count => format!("{count} of its links only look like pages of the old blog and never were; they were left as they are."),
            },
        ));
    }
    findings
}
