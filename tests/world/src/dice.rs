//! Chance that falls the same way every time: the source of opaque tokens, generated pictures and generated blogs.

/// A small deterministic generator (splitmix64). Not for secrets.
#[derive(Debug, Clone)]
pub struct Dice(u64);

const TOKEN_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

impl Dice {
    /// Dice that always fall the same way for `seed`.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice that always fall the same way for these words (FNV-1a over the words and the gaps between them).
    #[must_use]
    pub fn from_words(words: &[&str]) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in words.iter().flat_map(|word| word.bytes().chain([0xff])) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(hash)
    }

    /// The next 64 bits.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound - 1`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.roll().checked_rem(bound).unwrap_or(0)
    }

    /// One of `choices`, which must not be empty.
    pub fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len() as u64) as usize]
    }

    /// `length` characters as they stand in the tokens of the picture hosts.
    pub fn token(&mut self, length: usize) -> String {
        (0..length)
            .map(|_| TOKEN_ALPHABET[self.below(TOKEN_ALPHABET.len() as u64) as usize] as char)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_words_give_the_same_token_and_other_words_another() {
        let token = |words: &[&str]| Dice::from_words(words).token(40);
        assert_eq!(token(&["garden", "231"]), token(&["garden", "231"]));
        assert_ne!(token(&["garden", "231"]), token(&["garden2", "31"]));
    }
}
