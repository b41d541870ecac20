//! The words of a generation: slugs and paths are written with them, so that a word costs a byte or two.
//!
//! A word is a run of letters and digits with the sign before it (`-garden`, `/2010`, `.html`), or one or two characters of a script
//! without blanks. The words are learned from the addresses of the generation itself; what is no word is spelled out.

use std::collections::HashMap;

/// Codes below this are a word each.
const SHORT_CODES: usize = 128;
/// Codes from [`SHORT_CODES`] to here begin a word of two bytes.
const LONG_CODES_END: usize = 240;
/// Codes from [`LONG_CODES_END`] to here say how many bytes are spelled out, from 1.
const LITERALS_END: usize = 255;
/// Most words of one generation.
const MOST_WORDS: usize = SHORT_CODES + (LONG_CODES_END - SHORT_CODES) * 256;
/// Longest word, in bytes. One byte holds the length in the file.
const LONGEST_WORD: usize = 32;
/// Most bytes that are spelled out at once.
const LONGEST_LITERAL: usize = LITERALS_END - LONG_CODES_END + 1;
/// Shorter beginnings of unknown words are not looked for.
const SHORTEST_BEGINNING: usize = 4;
/// Most different words counted while learning; bounds memory to some 50 MB.
const MOST_COUNTED: usize = 600_000;

/// Bytes of a place; four fill a line of the cache.
const PLACE_BYTES: usize = 16;

/// The words of one generation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    places: Vec<Place>,
    /// The text of the words that are too long for their place.
    long: Vec<u8>,
}

/// The place of a word: its length, then its text; of a long one, where that begins. So there is nearly always one place to look at.
type Place = [u8; PLACE_BYTES];

impl Words {
    /// Reads what [`Words::to_bytes`] wrote. `None` where it is no such thing.
    pub(crate) fn of_bytes(mut bytes: &[u8]) -> Option<Self> {
        let mut words = Self::default();
        while let Some((length, rest)) = bytes.split_first() {
            let word = rest.get(..usize::from(*length))?;
            words.push(word)?;
            bytes = &rest[word.len()..];
        }
        (words.count() <= MOST_WORDS).then_some(words)
    }

    fn push(&mut self, word: &[u8]) -> Option<()> {
        let mut place = [0; PLACE_BYTES];
        let (length, text) = place.split_first_mut()?;
        *length = u8::try_from(word.len()).ok()?;
        if let Some(text) = text.get_mut(..word.len()) {
            text.copy_from_slice(word);
        } else {
            let begin = u32::try_from(self.long.len()).ok()?;
            *text.first_chunk_mut()? = begin.to_le_bytes();
            self.long.extend_from_slice(word);
        }
        self.places.push(place);
        Some(())
    }

    fn count(&self) -> usize {
        self.places.len()
    }

    /// Each word with its length before it.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for at in 0..self.count() {
            let word = self.word(at).unwrap_or_default();
            bytes.push(word.len() as u8);
            bytes.extend_from_slice(word);
        }
        bytes
    }

    fn word(&self, at: usize) -> Option<&[u8]> {
        let [length, text @ ..] = self.places.get(at)?;
        let length = usize::from(*length);
        match text.get(..length) {
            Some(word) => Some(word),
            None => {
                let begin = u32::from_le_bytes(*text.first_chunk()?) as usize;
                self.long.get(begin..)?.get(..length)
            }
        }
    }

    /// Appends what `code` was written for to `out`. `None` where it is damaged.
    pub(crate) fn read(&self, mut code: &[u8], out: &mut Vec<u8>) -> Option<()> {
        while let Some((first, rest)) = code.split_first() {
            let first = usize::from(*first);
            if first < SHORT_CODES {
                self.read_word(first, out)?;
                code = rest;
            } else if first < LONG_CODES_END {
                let (second, rest) = rest.split_first()?;
                let at = SHORT_CODES + (first - SHORT_CODES) * 256 + usize::from(*second);
                self.read_word(at, out)?;
                code = rest;
            } else {
                let length = first - LONG_CODES_END + 1;
                match rest.first_chunk::<LONGEST_LITERAL>() {
                    Some(more) if length <= LONGEST_LITERAL => push_first(length, more, out),
                    _ => out.extend_from_slice(rest.get(..length)?),
                }
                code = &rest[length..];
            }
        }
        Some(())
    }

    /// Appends a word.
    #[inline]
    fn read_word(&self, at: usize, out: &mut Vec<u8>) -> Option<()> {
        let [length, text @ ..] = self.places.get(at)?;
        let length = usize::from(*length);
        if length <= text.len() {
            push_first(length, text, out);
        } else {
            out.extend_from_slice(self.word(at)?);
        }
        Some(())
    }
}

/// Appends the first `length` bytes of `text`. A copy of always `MOST` bytes, of which the rest is taken back, is quicker than one of
/// some.
#[inline]
fn push_first<const MOST: usize>(length: usize, text: &[u8; MOST], out: &mut Vec<u8>) {
    let end = out.len() + length;
    out.extend_from_slice(text);
    out.truncate(end);
}

/// Writes texts with the words of a generation.
#[derive(Debug)]
pub(crate) struct Writer {
    codes: HashMap<Box<[u8]>, usize>,
}

impl Writer {
    pub(crate) fn new(words: &Words) -> Self {
        let codes = (0..words.count())
            .filter_map(|at| Some((words.word(at)?.into(), at)))
            .collect();
        Self { codes }
    }

    /// Appends the code of `text` to `out`.
    pub(crate) fn write(&self, text: &[u8], out: &mut Vec<u8>) {
        let mut literal = 0..0;
        for piece in Pieces::of(text) {
            let start = piece.as_ptr() as usize - text.as_ptr() as usize;
            let (known, length) = self.longest(piece);
            if let Some(code) = known {
                spell(&text[literal.clone()], out);
                push_code(code, out);
                literal = start + length..start + piece.len();
            } else {
                literal.end = start + piece.len();
            }
        }
        spell(&text[literal], out);
    }

    /// The word that is the piece, or else its longest beginning that is one.
    fn longest(&self, piece: &[u8]) -> (Option<usize>, usize) {
        let shortest = SHORTEST_BEGINNING.min(piece.len());
        (shortest..=piece.len().min(LONGEST_WORD))
            .rev()
            .find_map(|length| Some((Some(*self.codes.get(&piece[..length])?), length)))
            .unwrap_or((None, 0))
    }
}

fn push_code(code: usize, out: &mut Vec<u8>) {
    match code.checked_sub(SHORT_CODES) {
        None => out.push(code as u8),
        Some(rest) => out.extend([(SHORT_CODES + rest / 256) as u8, (rest % 256) as u8]),
    }
}

fn spell(literal: &[u8], out: &mut Vec<u8>) {
    for run in literal.chunks(LITERALS_END - LONG_CODES_END) {
        out.push((LONG_CODES_END + run.len() - 1) as u8);
        out.extend_from_slice(run);
    }
}

/// Counts words and chooses those that save most.
#[derive(Debug, Default)]
pub(crate) struct Learner {
    counts: HashMap<Box<[u8]>, u32>,
}

impl Learner {
    /// Counts the words of one text.
    pub(crate) fn hear(&mut self, text: &[u8]) {
        for piece in Pieces::of(text) {
            if piece.len() > LONGEST_WORD || piece.len() < 2 {
                continue;
            }
            if let Some(count) = self.counts.get_mut(piece) {
                *count = count.saturating_add(1);
            } else if self.counts.len() < MOST_COUNTED {
                self.counts.insert(piece.into(), 1);
            }
        }
    }

    /// The words that pay for their place. The same texts give the same words.
    pub(crate) fn learned(self) -> Words {
        // A word in the table costs its letters, its length and where it ends.
        let mut all: Vec<(u64, Box<[u8]>)> = self
            .counts
            .into_iter()
            .filter(|(word, count)| {
                u64::from(*count) * (word.len() as u64 - 1) > word.len() as u64 + 5
            })
            .map(|(word, count)| (u64::from(count), word))
            .collect();
        let saved = |(count, word): &(u64, Box<[u8]>)| count * (word.len() as u64 - 1);
        all.sort_unstable_by(|a, b| saved(b).cmp(&saved(a)).then_with(|| a.1.cmp(&b.1)));
        all.truncate(MOST_WORDS);
        // The most frequent ones take one byte.
        all.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let mut words = Words::default();
        for (_, word) in all {
            words.push(&word);
        }
        words
    }
}

/// The pieces of a text that may be words; together they are the text.
struct Pieces<'a> {
    rest: &'a [u8],
}

impl<'a> Pieces<'a> {
    fn of(text: &'a [u8]) -> Self {
        Self { rest: text }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let first = *self.rest.first()?;
        let length = if first.is_ascii() {
            let letters = self.rest[1..]
                .iter()
                .take_while(|b| b.is_ascii_alphanumeric())
                .count();
            1 + letters
        } else {
            character_length(self.rest)
        };
        let (piece, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(piece)
    }
}

/// How many bytes the first character has; one where it is cut.
fn character_length(bytes: &[u8]) -> usize {
    let length = match bytes[0] {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
        _ => 1,
    };
    length.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LONG: &str = "-donaudampfschifffahrt";

    fn learned(texts: &[&str]) -> Words {
        let mut learner = Learner::default();
        for _ in 0..9 {
            for text in texts {
                learner.hear(text.as_bytes());
            }
        }
        learner.learned()
    }

    fn written(words: &Words, text: &[u8]) -> Vec<u8> {
        let mut code = Vec::new();
        Writer::new(words).write(text, &mut code);
        code
    }

    #[test]
    fn a_known_word_costs_a_byte_and_a_known_beginning_helps() {
        let words = learned(&["-first-rose-of-summer", "-春天-的花园", "/2010/10/x.html"]);
        assert_eq!(written(&words, b"-first-rose").len(), 2);
        assert_eq!(written(&words, b"-firstly").len(), 1 + 3);
        assert_eq!(written(&words, "春天".as_bytes()).len(), 2);
        assert_eq!(written(&words, b"-zzz").len(), 5);
    }

    #[test]
    fn a_word_that_is_too_long_for_its_place_is_a_word() {
        assert!((PLACE_BYTES..=LONGEST_WORD).contains(&LONG.len()));
        let words = learned(&[LONG]);
        let code = written(&words, LONG.as_bytes());
        let mut out = Vec::new();
        words.read(&code, &mut out).expect("a sound code");
        assert_eq!((code.len(), &out[..]), (1, LONG.as_bytes()));
    }

    #[test]
    fn words_survive_their_file() {
        let words = learned(&["-first-rose-of-summer", LONG]);
        let again = Words::of_bytes(&words.to_bytes()).expect("words");
        assert_eq!(again.to_bytes(), words.to_bytes());
        assert!(Words::of_bytes(&[9, 1]).is_none());
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(text in prop::collection::vec(any::<u8>(), 0..80), slug in "(-[a-z]{1,8}|[春天的花园]|/[0-9]{4}|rose|-donaudampfschifffahrt){0,9}") {
            let words = learned(&["-first-rose-of-summer", "-春天的花园", "/2010/10/x.html", LONG]);
            for text in [&text[..], slug.as_bytes()] {
                let mut out = Vec::new();
                words.read(&written(&words, text), &mut out).expect("a sound code");
                prop_assert_eq!(&out[..], text);
            }
        }

        #[test]
        fn damaged_codes_do_no_harm(code in prop::collection::vec(any::<u8>(), 0..40)) {
            let words = learned(&["-first-rose-of-summer", LONG]);
            let _ = words.read(&code, &mut Vec::new());
        }
    }
}
