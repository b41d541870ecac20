//! What a bundle's ledger says about its old addresses.

use crate::cli::StandingArgs;
use ::blog::{Identity, ItemRef, Kind, doors::NewHome};
use anyhow::Context;
use campaign::{
    Bundle,
    bundle::{Fact, Row, State},
};
use redirects::{Entry, Fate, Key, NO_DAY, Name, Record, Target, Thing};
use std::path::Path;

/// How visible at the new home it must be that strangers may learn its address; see `Status::width`.
const PUBLIC: u8 = 3;

/// The blog of a bundle, as the index takes it in.
pub(super) fn record(folder: &Path, standing: &StandingArgs) -> anyhow::Result<Record> {
    let bundle = Bundle::open(folder)?;
    let name = || format!("could not read {}", folder.display());
    let names = names(&bundle.profile()?.identity);
    if standing.deleted {
        return Ok(nowhere(names, Fate::Gone));
    }
    let has_moved = bundle.fact::<NewHome>(Fact::Home).with_context(name)?;
    let taken_back = bundle.fact::<bool>(Fact::Undone)?.unwrap_or(false);
    let Some(home) = has_moved.filter(|_| !taken_back) else {
        return Ok(nowhere(names, Fate::Waiting));
    };
    let mut entries = entries(&bundle).with_context(name)?;
    entries.extend(sections(&bundle).with_context(name)?);
    Ok(Record {
        names,
        fate: fate(standing),
        base: format!("{}/", home.address.trim_end_matches('/')),
        entries,
    })
}

/// A blog without a new home.
fn nowhere(names: Vec<Name>, fate: Fate) -> Record {
    Record {
        names,
        fate,
        base: String::new(),
        entries: Vec::new(),
    }
}

fn fate(standing: &StandingArgs) -> Fate {
    match standing.undo_until {
        _ if standing.for_good => Fate::Final,
        Some(day) => {
            let since = jiff::civil::date(1970, 1, 1).until((jiff::Unit::Day, day));
            let days = since.map_or(0, |span| span.get_days());
            Fate::UndoableUntil(u32::try_from(days).unwrap_or(0))
        }
        None => Fate::UndoableUntil(NO_DAY),
    }
}

/// The chosen name first: nearly all links have it.
fn names(identity: &Identity) -> Vec<Name> {
    match identity {
        Identity::Space {
            cid,
            aliases,
            owner_tokens,
        } => {
            let cid = cid
                .as_ref()
                .and_then(|hex| u64::from_str_radix(hex, 16).ok());
            let aliases = aliases
                .iter()
                .map(|alias| Name::Alias(alias.to_lowercase()));
            let tokens = owner_tokens.iter().cloned().map(Name::Token);
            aliases.chain(cid.map(Name::Cid)).chain(tokens).collect()
        }
        Identity::Site { roots } => roots.iter().map(|root| Name::Site(bare(root))).collect(),
    }
}

/// A root as the index knows it: host in lower case, without `www.` and port, and the folder as it is.
fn bare(root: &str) -> String {
    let (host, folder) = root.split_once('/').unwrap_or((root, ""));
    let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    match folder.trim_matches('/') {
        "" => host.to_owned(),
        folder => format!("{host}/{folder}"),
    }
}

fn entries(bundle: &Bundle) -> anyhow::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for old in bundle.all_old_addresses()? {
        let Some(key) = key(&old.key) else { continue };
        if let Some(target) = target(bundle, &old.item)? {
            entries.push(Entry { key, target });
        }
    }
    Ok(entries)
}

/// The pages that gather things: categories and the guestbook.
fn sections(bundle: &Bundle) -> anyhow::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for row in bundle.ledger_in(&State::ALL)? {
        let text = match row.item.kind {
            Kind::Category => bundle
                .title(&row.item)?
                .map(|name| format!("category:{}", name.trim().to_lowercase())),
            Kind::Page if row.item.id == campaign::transfer::GUESTBOOK_PAGE => {
                Some("guestbook".to_owned())
            }
            _ => None,
        };
        if let (Some(text), Some(target)) = (text, became(&row)) {
            entries.push(Entry {
                key: Key::Text(text),
                target,
            });
        }
    }
    Ok(entries)
}

/// What an old page is found by. The front page needs no entry, and what is no page of the blog can have none.
fn key(key: &str) -> Option<Key> {
    let (kind, rest) = key.split_once(':')?;
    let thing = match kind {
        "entry" | "number" => Thing::Entry,
        "album" => Thing::Album,
        "list" => Thing::List,
        "photo" => Thing::Photo,
        "path" => return Some(Key::Text(key.to_owned())),
        "category" => {
            return Some(Key::Text(format!(
                "category:{}",
                rest.trim().to_lowercase()
            )));
        }
        _ => return None,
    };
    Some(Key::Number(rest.parse().ok()?, thing))
}

fn target(bundle: &Bundle, item: &ItemRef) -> anyhow::Result<Option<Target>> {
    Ok(bundle.ledger(item)?.as_ref().and_then(became))
}

/// What became of an item. `None` where it is not there (yet): its old address is then not known, which nobody remembers.
fn became(row: &Row) -> Option<Target> {
    match row.state {
        State::Removed => Some(Target::Gone),
        state if state.is_there() => {
            let address = row.new_address.clone()?;
            // An address tells a title. Only what everybody may see has one for everybody.
            Some(if row.width == Some(PUBLIC) {
                Target::At(address)
            } else {
                Target::Home
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(state: State, width: Option<u8>) -> Row {
        Row {
            item: ItemRef::new(Kind::Post, "1"),
            state,
            fingerprint: String::new(),
            new_id: Some(7),
            new_address: Some("https://ana.example/2010/10/31/what-nobody-may-know/".to_owned()),
            picture: None,
            remark: String::new(),
            open_links: 0,
            sent_at: None,
            attempt: 1,
            failures: 0,
            run: 1,
            doubtful: 0,
            width,
        }
    }

    #[test]
    fn only_what_everybody_may_see_has_its_address_told() {
        for state in State::ALL {
            for width in [None, Some(0), Some(1), Some(2), Some(3)] {
                let told = matches!(became(&row(state, width)), Some(Target::At(_)));
                assert_eq!(
                    told,
                    state.is_there() && width == Some(3),
                    "{state:?} {width:?}"
                );
            }
        }
        assert_eq!(became(&row(State::Removed, Some(3))), Some(Target::Gone));
        assert_eq!(became(&row(State::Placed, Some(1))), Some(Target::Home));
        assert_eq!(became(&row(State::Unknown, Some(3))), None);
    }

    #[test]
    fn keys_of_the_bundle_are_those_of_the_index() {
        assert_eq!(key("entry:1073"), Some(Key::Number(1073, Thing::Entry)));
        assert_eq!(
            key("category:WPF"),
            Some(Key::Text("category:wpf".to_owned()))
        );
        assert_eq!(
            key("path:/a:b.html"),
            Some(Key::Text("path:/a:b.html".to_owned()))
        );
        assert_eq!(key("number:12"), Some(Key::Number(12, Thing::Entry)));
        assert_eq!(key("home"), None);
        assert_eq!(key("address:http://x.example/"), None);
        assert_eq!(bare("WWW.Ana.example:80/Blog/"), "ana.example/Blog");
    }
}
