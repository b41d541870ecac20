//! The names one Space is known by, gathered while it is read, and the addresses that follow from them.

use blog::{
    Identity,
    address::spaces::{Owner, SpaceAddress, SpaceName},
};

/// The names of one Space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// Account number, hex, upper case, no leading zeros.
    pub(super) cid: Option<String>,
    /// Chosen names, lower case, first the one in use.
    pub(super) aliases: Vec<String>,
    /// Owner tokens of 2004-2006.
    pub(super) tokens: Vec<String>,
}

impl Names {
    /// What an address of this Space says of its name.
    pub(super) fn learn(&mut self, address: &SpaceAddress) {
        match &address.space {
            Some(SpaceName::Alias(alias)) => self.alias(alias),
            Some(SpaceName::Cid(cid)) => self.cid = self.cid.take().or_else(|| Some(cid.clone())),
            None => {}
        }
        if let Some(owner) = &address.owner {
            self.owner(owner);
        }
    }

    /// What a handle of this Space says of its owner.
    pub(super) fn owner(&mut self, owner: &Owner) {
        match owner {
            Owner::Cid(cid) => self.cid = self.cid.take().or_else(|| Some(cid.clone())),
            Owner::Token(token) => {
                if !self.tokens.contains(token) {
                    self.tokens.push(token.clone());
                }
            }
        }
    }

    /// Old owner tokens that stand on hosts or under names of this Space.
    pub(super) fn tokens_under_own_names(&mut self, linked: &[(String, Owner)]) {
        for (alias, owner) in linked {
            if self.aliases.contains(alias) {
                self.owner(owner);
            }
        }
    }

    /// A chosen name.
    pub(super) fn alias(&mut self, alias: &str) {
        let alias = alias.trim().to_ascii_lowercase();
        // An alias may be `cid-…` in feeds of Spaces that chose none.
        if !alias.is_empty() && !alias.starts_with("cid-") && !self.aliases.contains(&alias) {
            self.aliases.push(alias);
        }
    }

    /// The blog's identity.
    pub(super) fn identity(&self) -> Identity {
        Identity::Space {
            cid: self.cid.clone(),
            aliases: self.aliases.clone(),
            owner_tokens: self.tokens.clone(),
        }
    }

    /// Every canonical home, the chosen name first.
    pub(super) fn homes(&self) -> Vec<String> {
        let by_alias = self
            .aliases
            .iter()
            .map(|alias| format!("http://{alias}.spaces.live.com"));
        let by_cid = self.cid.iter().map(|cid| {
            format!(
                "http://cid-{:0>16}.spaces.live.com",
                cid.to_ascii_lowercase()
            )
        });
        by_alias.chain(by_cid).collect()
    }

    /// The addresses of an entry, permalink first.
    pub(super) fn entry_addresses(&self, number: u64, owner: &Owner) -> Vec<String> {
        self.addresses(owner, |owner| format!("/blog/cns!{owner}!{number}.entry"))
    }

    /// The addresses of an album.
    pub(super) fn album_addresses(&self, number: u64, owner: &Owner) -> Vec<String> {
        self.addresses(owner, |owner| format!("/photos/cns!{owner}!{number}/"))
    }

    /// The addresses of a list.
    pub(super) fn list_addresses(&self, number: u64, owner: &Owner) -> Vec<String> {
        self.addresses(owner, |owner| format!("/Lists/cns!{owner}!{number}/"))
    }

    fn addresses(&self, owner: &Owner, path: impl Fn(&str) -> String) -> Vec<String> {
        let mut owners: Vec<&str> = self.cid.iter().map(String::as_str).collect();
        let (Owner::Cid(own) | Owner::Token(own)) = owner;
        if !owners.contains(&own.as_str()) {
            owners.push(own);
        }
        owners.extend(
            self.tokens
                .iter()
                .map(String::as_str)
                .filter(|token| *token != own),
        );
        let mut addresses = Vec::new();
        for home in self.homes() {
            // The old token is named once, under the first home; the key of the redirect ignores it.
            let spelled = if addresses.is_empty() {
                owners.as_slice()
            } else {
                &owners[..1]
            };
            addresses.extend(spelled.iter().map(|owner| format!("{home}{}", path(owner))));
        }
        addresses
    }
}
