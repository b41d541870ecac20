//! The old addresses of an index, spelled out one by one: what a server that only knows exact addresses can be told, and what a
//! running server can be asked.

use super::{Index, answer, records::each_record_of};
use crate::{
    IndexError,
    known::Known,
    name::Name,
    record::{Fate, Key, Record, Thing},
};

/// An old address and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Host in lower case, without port.
    pub host: String,
    /// Path, escaped as a browser sends it, without a query.
    pub path: String,
    /// What is known of it: moved or gone.
    pub known: Known,
}

impl Index {
    /// Every old address that can be spelled out: the usual form of each page and the front pages and feeds of each blog, at each host
    /// of its own. Forms with a query and on hosts that all Spaces share are left to the server that understands them.
    ///
    /// # Errors
    /// When the index cannot be read or is damaged, and what `work` says.
    pub fn each_rule<E: From<IndexError>>(
        &self,
        mut work: impl FnMut(Rule) -> Result<(), E>,
    ) -> Result<(), E> {
        let open = self.inner.read();
        each_record_of(&open, |record| {
            if record.fate == Fate::Waiting {
                return Ok(());
            }
            for (host, path) in addresses(&record) {
                let known = answer::know(&open, &host, &path)?;
                if matches!(known, Known::Moved(_) | Known::Gone { .. }) {
                    work(Rule { host, path, known })?;
                }
            }
            Ok(())
        })
    }
}

/// Hosts and paths of a blog's pages.
fn addresses(record: &Record) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let owner = owner(record);
    for name in &record.names {
        match name {
            Name::Alias(alias) => of_space(
                record,
                &owner,
                &format!("{alias}.spaces.live.com"),
                &mut all,
            ),
            Name::Cid(cid) => {
                let host = format!("cid-{cid:016x}.spaces.live.com");
                of_space(record, &owner, &host, &mut all);
            }
            Name::Token(_) => {}
            Name::Site(root) => of_site(record, root, &mut all),
        }
    }
    all
}

/// The owner part of handles.
fn owner(record: &Record) -> Option<String> {
    let cid = record.names.iter().find_map(|name| match name {
        Name::Cid(cid) => Some(format!("{cid:X}")),
        _ => None,
    });
    cid.or_else(|| {
        record.names.iter().find_map(|name| match name {
            Name::Token(token) => Some(token.clone()),
            _ => None,
        })
    })
}

fn of_space(record: &Record, owner: &Option<String>, host: &str, all: &mut Vec<(String, String)>) {
    let mut push = |path: String| all.push((host.to_owned(), path));
    for path in [
        "/",
        "/blog/",
        "/feed.rss",
        "/blog/feed.rss",
        "/photos/",
        "/Lists/",
    ] {
        push(path.to_owned());
    }
    let Some(owner) = owner else { return };
    for entry in &record.entries {
        match &entry.key {
            Key::Number(number, Thing::Entry) => push(format!("/blog/cns!{owner}!{number}.entry")),
            Key::Number(number, Thing::Album) => push(format!("/photos/cns!{owner}!{number}/")),
            Key::Number(number, Thing::List) => push(format!("/Lists/cns!{owner}!{number}/")),
            // See `export::LEFT_OUT`: a photo's address names its album too, which the index does not keep; a category's has a query.
            Key::Number(_, Thing::Photo) => {}
            Key::Text(text) if text == "guestbook" => push("/guestbook".to_owned()),
            Key::Text(_) => {}
        }
    }
}

fn of_site(record: &Record, root: &str, all: &mut Vec<(String, String)>) {
    let (host, folder) = match root.split_once('/') {
        Some((host, folder)) => (host, format!("/{folder}")),
        None => (root, String::new()),
    };
    let mut push = |path: String| all.push((host.to_owned(), path));
    for file in ["", "atom.xml", "rss.xml", "index.rdf"] {
        push(format!("{folder}/{file}"));
    }
    for entry in &record.entries {
        if let Key::Text(text) = &entry.key
            && let Some(path) = text.strip_prefix("path:")
            && path
                .strip_prefix(&folder)
                .is_some_and(|rest| rest.starts_with('/'))
        {
            push(path.to_owned());
        }
    }
}
