//! The words by which sources say who may see something. The list is short on purpose: what does not stand here is the owner's.

use super::Audience;

/// Words and what they mean, as they stand once white space around them is gone and capitals are small.
const WORDS: [(&str, Audience); 17] = [
    ("owner", Audience::Owner),
    ("private", Audience::Owner),
    ("me", Audience::Owner),
    ("named", Audience::Named),
    ("people", Audience::Named),
    ("somepeople", Audience::Named),
    ("friends", Audience::Friends),
    ("messenger", Audience::Friends),
    ("friendsoffriends", Audience::Friends),
    ("friends-of-friends", Audience::Friends),
    ("shared", Audience::Friends),
    ("members", Audience::Members),
    ("registered", Audience::Members),
    ("unlisted", Audience::Unlisted),
    ("everyone", Audience::Everyone),
    ("public", Audience::Everyone),
    ("anyone", Audience::Everyone),
];

/// The audience that `word` names, if it is a known one.
pub(super) fn meaning(word: &str) -> Option<Audience> {
    let word = word.trim().to_ascii_lowercase();
    WORDS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, audience)| *audience)
}

#[cfg(test)]
mod tests {
    use super::{WORDS, meaning};
    use crate::Audience;

    #[test]
    fn a_known_word_is_known_however_it_is_spelt_and_spaced() {
        assert_eq!(meaning(" Everyone\n"), Some(Audience::Everyone));
        assert_eq!(meaning("SomePeople"), Some(Audience::Named));
    }

    #[test]
    fn no_word_or_a_strange_one_or_two_that_disagree_are_never_wider_than_the_narrowest() {
        assert_eq!(Audience::of_words([]), Audience::Owner);
        assert_eq!(Audience::of_words([""]), Audience::Owner);
        assert_eq!(Audience::of_words(["every one"]), Audience::Owner);
        assert_eq!(
            Audience::of_words(["everyone", "friends"]),
            Audience::Friends
        );
        assert_eq!(
            Audience::of_words(["everyone", "todo el mundo"]),
            Audience::Owner
        );
    }

    /// Letters that a damaged word may hold: those of the words themselves, and one of each other kind.
    fn letters() -> Vec<char> {
        let mut letters: Vec<char> = WORDS.iter().flat_map(|(word, _)| word.chars()).collect();
        letters.extend(['x', 'é', '0', ' ', '\0']);
        letters.sort_unstable();
        letters.dedup();
        letters
    }

    /// Every word at most four edits away is either a known word itself or the owner's. All words one edit away are tried; those
    /// two to four away are walked into at random, as there are some 10^9 of them.
    #[test]
    fn a_damaged_word_is_the_owner_alone_or_another_known_word() {
        let letters = letters();
        let mut seed = 0x5eed_u64;
        for (word, _) in WORDS {
            for at in 0..=word.len() {
                for letter in &letters {
                    check(&edited(word, at, Some(*letter), true));
                    check(&edited(word, at, Some(*letter), false));
                }
                check(&edited(word, at, None, false));
            }
            for _ in 0..2_000 {
                let mut damaged = word.to_owned();
                for _ in 0..=below(&mut seed, 3) {
                    let at = below(&mut seed, damaged.chars().count() + 1);
                    let letter =
                        (below(&mut seed, 4) > 0).then(|| letters[below(&mut seed, letters.len())]);
                    damaged = edited(&damaged, at, letter, below(&mut seed, 2) == 0);
                }
                check(&damaged);
            }
        }
    }

    fn check(word: &str) {
        let is_known = WORDS.iter().any(|(known, _)| *known == word.trim());
        let said = Audience::of_words([word]);
        assert!(is_known || said == Audience::Owner, "“{word}” is {said:?}");
    }

    /// `word` with the letter at `at` put in before, put in the place of what stands there, or taken out.
    fn edited(word: &str, at: usize, letter: Option<char>, keep: bool) -> String {
        let letters: Vec<char> = word.chars().collect();
        let after = if keep {
            at
        } else {
            (at + 1).min(letters.len())
        };
        letters[..at]
            .iter()
            .chain(letter.iter())
            .chain(&letters[after..])
            .collect()
    }

    fn below(seed: &mut u64, bound: usize) -> usize {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((*seed >> 33) as usize) % bound
    }
}
