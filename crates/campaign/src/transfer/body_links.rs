//! The addresses in one body: each is turned to its new place, or counted.

use super::links::{Links, Way, full, shown};
use crate::Error;
use blog::{
    Finding,
    body::{self, Reference, ReferenceKind},
    codes,
};

/// A text written for the new home, and the links that were met in it.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) html: String,
    pub(super) met: Met,
}

/// Links that were met, as far as they are not done with.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// Own links that have no new address yet.
    pub(super) open_links: u32,
    dead_links: Vec<String>,
    bogus_links: Vec<String>,
}

impl Met {
    /// Counts those of another text of the same post as well. What an excerpt repeats of the body is told once.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.open_links += other.open_links;
        add_new(&mut self.dead_links, other.dead_links);
        add_new(&mut self.bogus_links, other.bogus_links);
        self
    }

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
            Way::Bogus => self.bogus_links.push(address),
            Way::Foreign => {}
        }
        Ok(None)
    }
}

fn add_new(known: &mut Vec<String>, others: Vec<String>) {
    let is_new = |address: &String| !known.contains(address);
    let new: Vec<String> = others.into_iter().filter(is_new).collect();
    known.extend(new);
}

/// Keeps fragments that still mean something at the new home.
pub(super) fn with_fragment(address: String, fragment: &str) -> String {
    match fragment.to_ascii_lowercase().as_str() {
        "comment" | "comments" | "commentbody" | "trackback" => format!("{address}#comments"),
        _ => address,
    }
}

pub(super) fn link_findings(met: &Met) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !met.dead_links.is_empty() {
        findings.push(
            Finding::new(
                &codes::transfer::DEAD_OWN_LINK,
                match met.dead_links.len() {
                    1 => "One of its links leads to a page of the old blog that did not travel; it was left as it is.".to_owned(),
                    count => format!("{count} of its links lead to pages of the old blog that did not travel; they were left as they are."),
                },
            )
            .at(met.dead_links.first().map(|address| address.split('?').next().unwrap_or(address).to_owned()).unwrap_or_default()),
        );
    }
    if !met.bogus_links.is_empty() {
        findings.push(Finding::new(
            &codes::transfer::BOGUS_LINK,
            match met.bogus_links.len() {
                1 => "One of its links only looks like a page of the old blog and never was one; it was left as it is.".to_owned(),
                count => format!("{count} of its links only look like pages of the old blog and never were; they were left as they are."),
            },
        ));
    }
    findings
}
