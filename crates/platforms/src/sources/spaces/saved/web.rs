//! Pages under their addresses, from a web archive: those of one Space. Crawlers follow links, so an archive holds pages of friends'
//! Spaces and of strangers, too.

use blog::{
    address::spaces::{self, Owner, SpaceName, What},
    doors::{Entry, ReadError},
};
use std::collections::{BTreeMap, HashMap};

/// Spaces named in a message.
const NAMED: usize = 8;

/// Whether an entry is named by the address it had.
pub(super) fn is_address(name: &str) -> bool {
    name.starts_with("http://") || name.starts_with("https://")
}

/// The pages of one Space: of the one that `site` names, or of the only one there is.
pub(super) fn of_one_space(
    label: &str,
    entries: Vec<Entry>,
    site: Option<&str>,
) -> Result<Vec<Entry>, ReadError> {
    let addresses: Vec<Option<spaces::SpaceAddress>> = entries
        .iter()
        .map(|entry| spaces::parse(&entry.name).filter(|address| is_read(&address.what)))
        .collect();
    let cids = cids_of_aliases(addresses.iter().flatten());
    let space = |address: &spaces::SpaceAddress| match &address.space {
        Some(SpaceName::Alias(alias)) => Some(
            cids.get(alias)
                .cloned()
                .unwrap_or(SpaceName::Alias(alias.clone())),
        ),
        other => other.clone(),
    };
    let mut pages: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for (entry, address) in entries.into_iter().zip(&addresses) {
        if let Some(space) = address.as_ref().and_then(space) {
            pages.entry(name_of(&space)).or_default().push(entry);
        }
    }
    let wanted = site.map(|site| wanted(site, &cids));
    match (wanted, pages.len()) {
        (Some(name), _) => pages.remove(&name).ok_or_else(|| ReadError::NotOurs {
            place: label.to_owned(),
            what: format!(
                "it holds no page of the Space \"{name}\"; it holds {}",
                listed(&pages)
            ),
        }),
        (None, 0 | 1) => Ok(pages.into_values().next().unwrap_or_default()),
        (None, _) => Err(ReadError::NotOurs {
            place: label.to_owned(),
            what: format!(
                "it holds pages of several Spaces ({}); say which one with --set site=NAME",
                listed(&pages)
            ),
        }),
    }
}

/// Pages that show something of a Space.
fn is_read(what: &What) -> bool {
    !matches!(
        what,
        What::Picture
            | What::Service
            | What::Bogus
            | What::Feed(_)
            | What::Emoticon(_)
            | What::Settings
    )
}

/// The account behind each name: the one that most handles below it belong to.
fn cids_of_aliases<'a>(
    addresses: impl Iterator<Item = &'a spaces::SpaceAddress>,
) -> HashMap<String, SpaceName> {
    let mut votes: HashMap<&str, BTreeMap<&str, u64>> = HashMap::new();
    for address in addresses {
        if let (Some(SpaceName::Alias(alias)), Some(Owner::Cid(cid))) =
            (&address.space, &address.owner)
        {
            *votes.entry(alias).or_default().entry(cid).or_default() += 1;
        }
    }
    votes
        .into_iter()
        .filter_map(|(alias, votes)| {
            let (cid, _) = votes.into_iter().max_by_key(|(_, votes)| *votes)?;
            Some((alias.to_owned(), SpaceName::Cid(cid.to_owned())))
        })
        .collect()
}

/// The name that `site` means: a name, a host, an address, an account number.
fn wanted(site: &str, cids: &HashMap<String, SpaceName>) -> String {
    let named = spaces::parse(site).and_then(|address| address.space);
    let named = named.unwrap_or_else(|| SpaceName::Alias(site.to_lowercase()));
    match &named {
        SpaceName::Alias(alias) => name_of(cids.get(alias).unwrap_or(&named)),
        SpaceName::Cid(_) => name_of(&named),
    }
}

fn name_of(space: &SpaceName) -> String {
    match space {
        SpaceName::Alias(alias) => alias.clone(),
        SpaceName::Cid(cid) => format!("cid-{}", cid.to_lowercase()),
    }
}

fn listed(pages: &BTreeMap<String, Vec<Entry>>) -> String {
    let mut spaces: Vec<(&String, &Vec<Entry>)> = pages.iter().collect();
    spaces.sort_by_key(|(_, pages)| std::cmp::Reverse(pages.len()));
    let mut named: Vec<String> = spaces
        .iter()
        .take(NAMED)
        .map(|(name, pages)| format!("{name}: {} pages", pages.len()))
        .collect();
    if spaces.len() > NAMED {
        named.push(format!("{} more", spaces.len() - NAMED));
    }
    if named.is_empty() {
        named.push("no page of any Space".to_owned());
    }
    named.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(names: &[&str]) -> Vec<Entry> {
        let entry = |name: &&str| Entry {
            name: (*name).to_owned(),
            bytes: 1,
        };
        names.iter().map(entry).collect()
    }

    const BOTH: &[&str] = &[
        "http://garden.spaces.live.com/",
        "http://garden.spaces.live.com/blog/cns!A1!1.entry",
        "http://cid-a1.spaces.live.com/blog/cns!A1!2.entry",
        "http://friend.spaces.live.com/blog/cns!B2!1.entry",
        "http://ads.example/banner.html",
    ];

    fn names(entries: Vec<Entry>) -> Vec<String> {
        entries.into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn a_name_and_its_account_number_are_one_space_and_strangers_are_left_out() {
        let one: Vec<&str> = BOTH
            .iter()
            .copied()
            .filter(|name| !name.contains("friend"))
            .collect();
        let own = of_one_space("crawl", entries(&one), None).expect("one Space");
        assert_eq!(names(own), BOTH[..3]);
    }

    #[test]
    fn of_several_spaces_one_must_be_named() {
        let error = of_one_space("crawl", entries(BOTH), None).expect_err("two Spaces");
        assert!(
            error
                .to_string()
                .contains("cid-a1: 3 pages, cid-b2: 1 pages"),
            "{error}"
        );
        for site in [
            "garden",
            "garden.spaces.live.com",
            "http://garden.spaces.live.com/",
            "cid-a1.spaces.live.com",
        ] {
            let own = of_one_space("crawl", entries(BOTH), Some(site)).expect("its pages");
            assert_eq!(names(own), BOTH[..3], "{site}");
        }
        assert!(of_one_space("crawl", entries(BOTH), Some("nobody")).is_err());
    }
}
