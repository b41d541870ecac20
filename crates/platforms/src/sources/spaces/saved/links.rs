//! Links between saved pages. A download or a browser may have written them as file names; at the new home those lead
//! nowhere, so each is given the address that its target had at the old home, from which relinking finds the new one.

use super::files::Files;
use super::index::Index;
use blog::{
    address::spaces::Owner,
    body::{self, ReferenceKind},
};
use percent_encoding::percent_decode_str;
use std::{collections::HashMap, sync::Arc};

/// Where links between saved pages lead.
#[derive(Debug, Default)]
pub(in crate::sources::spaces) struct SavedLinks {
    home: Option<String>,
    /// Old addresses of pages, by file name.
    pages: HashMap<String, String>,
    /// Names of the files that are no pages, in order.
    others: Arc<[String]>,
}

impl SavedLinks {
    /// Of what the first pass learned.
    pub(super) fn of(index: &Index, files: &Files<'_>) -> Self {
        let names = &index.names;
        let mut links = Self {
            home: names.homes().into_iter().next(),
            pages: HashMap::new(),
            others: files.others(),
        };
        let own = names.cid.clone().map(Owner::Cid);
        let mut learn = |file: usize, addresses: Vec<String>| {
            if let Some(address) = addresses.into_iter().next() {
                links.pages.insert(files.name(file).to_owned(), address);
            }
        };
        for (number, best) in index.best.iter().filter(|(_, best)| best.alone) {
            let others = index.comments.get(number).into_iter().flatten().copied();
            for file in others.chain([best.file]) {
                let address = own.as_ref().map(|own| names.entry_addresses(*number, own));
                learn(file, address.unwrap_or_default());
            }
        }
        for (number, album) in &index.albums {
            if let (Some(owner), [(file, _)]) = (&album.owner, album.files.as_slice()) {
                learn(*file, names.album_addresses(*number, owner));
            }
        }
        for (number, list) in &index.lists {
            if let (Some(owner), [(file, _)]) = (&list.owner, list.files.as_slice()) {
                learn(*file, names.list_addresses(*number, owner));
            }
        }
        let guestbook = links.home.as_ref().map(|home| format!("{home}/guestbook"));
        for file in &index.guestbook {
            if let Some(address) = &guestbook {
                links
                    .pages
                    .insert(files.name(*file).to_owned(), address.clone());
            }
        }
        links
    }

    /// `html`, which stands at `base`, with every link that names no host leading to where it led at the old home. Links to
    /// files beside the pages (pictures) stay.
    pub(in crate::sources::spaces) fn lead_home(&self, html: &str, base: &str) -> String {
        body::rewrite(html, &mut |reference| {
            if reference.kind != ReferenceKind::Link {
                return None;
            }
            let address = reference.address.trim();
            let resolved = body::resolve(address, Some(base))?;
            let (path, fragment) = resolved.strip_prefix("input:/")?.split_once('#').map_or(
                (resolved.strip_prefix("input:/")?, ""),
                |(path, fragment)| (path, fragment),
            );
            let name = percent_decode_str(path).decode_utf8_lossy();
            if self
                .others
                .binary_search_by(|other| other.as_str().cmp(&name))
                .is_ok()
            {
                return None;
            }
            let place = match self.pages.get(name.as_ref()) {
                Some(address) => address.clone(),
                // Relative links of the old pages started from the home of the Space.
                None => format!("{}/{path}", self.home.as_ref()?),
            };
            Some(match fragment {
                "" => place,
                fragment => format!("{place}#{fragment}"),
            })
        })
    }
}
