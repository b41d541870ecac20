//! Who may see an item, from the narrowest to the widest.
//!
//! The order is the privacy promise: a move may keep an audience or narrow it, never widen it. [`reach`] makes that a matter of
//! types.

pub mod reach;
mod words;

pub use reach::{Open, Reach};

use serde::{Deserialize, Serialize};

/// Who may see an item. The derived order runs from narrow to wide.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The owner alone. Also what an unknown or unreadable audience means.
    #[default]
    Owner,
    /// People the owner named one by one.
    Named,
    /// The owner's friends (Messenger list, friends of friends).
    Friends,
    /// Everyone with an account at the old platform.
    Members,
    /// Everyone who knows the address; not listed anywhere.
    Unlisted,
    /// The whole world.
    Everyone,
}

impl Audience {
    /// What a source's own words for an audience mean. No word, a word nobody knows, and a word cut short mean the owner alone;
    /// of several words the narrowest holds.
    #[must_use]
    pub fn of_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        words
            .into_iter()
            .map(|word| words::meaning(word).unwrap_or_default())
            .reduce(Self::narrower)
            .unwrap_or_default()
    }

    /// The narrower of two audiences: what holds when a source says two things about one item.
    #[must_use]
    pub fn narrower(self, other: Self) -> Self {
        self.min(other)
    }

    /// Whether an anonymous visitor of the old home could see the item in lists, feeds and search.
    #[must_use]
    pub fn is_public(self) -> bool {
        self == Self::Everyone
    }

    /// The word a person reads in a report.
    #[must_use]
    pub fn as_words(self) -> &'static str {
        match self {
            Self::Owner => "the owner only",
            Self::Named => "people named by the owner",
            Self::Friends => "the owner's friends",
            Self::Members => "members of the platform",
            Self::Unlisted => "anyone who has the address",
            Self::Everyone => "everyone",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Audience;

    #[test]
    fn an_audience_that_nobody_stated_is_the_owner_alone() {
        assert_eq!(Audience::default(), Audience::Owner);
    }

    #[test]
    fn of_two_stated_audiences_the_narrower_holds() {
        assert_eq!(
            Audience::Everyone.narrower(Audience::Friends),
            Audience::Friends
        );
        assert_eq!(Audience::Named.narrower(Audience::Members), Audience::Named);
    }
}
