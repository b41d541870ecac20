//! Blogs as they were: about fifty entries each, slugs of several words, some in Chinese, some bare numbers.

use redirects::{Entry, Fate, Key, Name, Record, Target, Thing};

/// Entries of a blog, on average.
const ENTRIES: u64 = 50;
const WORDS: u64 = 40_000;
const CHARACTERS: u64 = 3_000;
const SYLLABLES: [&str; 32] = [
    "an", "be", "con", "de", "er", "for", "ga", "ho", "in", "ja", "ker", "la", "men", "no", "or",
    "pe", "qui", "re", "st", "tion", "un", "ver", "wa", "ex", "ing", "ty", "ment", "al", "ous",
    "li", "ra", "so",
];

/// Numbers by chance, the same for the same seed (splitmix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A rank below `end`, frequent as words of a language are (Zipf).
    fn rank(&mut self, end: u64) -> u64 {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        (((end + 1) as f64).powf(unit) - 1.0) as u64
    }
}

/// The blog with this number.
pub(crate) fn blog(number: u64) -> Record {
    let mut chance = Chance(number.wrapping_mul(0xA5A5_1234_9876_0001));
    let name = name(number, &mut chance);
    let base = format!("https://{name}.example.org/");
    let cid = chance.next() | 1 << 60;
    let mut day = 12_600 + chance.below(1_500) as i64;
    let mut at = 100 + chance.below(100);
    let count = 1 + chance.below(2 * ENTRIES - 1);
    let entries = (0..count)
        .map(|_| {
            at += 1 + chance.below(30);
            day += chance.below(14) as i64;
            let address = format!("{base}{}{}/", date(day), slug(&mut chance));
            Entry {
                key: Key::Number(at, Thing::Entry),
                target: Target::At(address),
            }
        })
        .collect();
    Record {
        names: vec![Name::Alias(name), Name::Cid(cid)],
        fate: Fate::Final,
        base,
        entries,
    }
}

fn name(number: u64, chance: &mut Chance) -> String {
    let word = word(chance.below(WORDS));
    let word = &word[..word.len().min(9)];
    format!(
        "{word}{}{number:x}",
        if number.is_multiple_of(3) { "-" } else { "" }
    )
}

fn date(day: i64) -> String {
    let (year, rest) = (2004 + (day - 12_418) / 365, (day - 12_418) % 365);
    let month = rest / 31 + 1;
    let day = rest % 31 % 28 + 1;
    format!("{year:04}/{month:02}/{day:02}/")
}

fn slug(chance: &mut Chance) -> String {
    match chance.below(20) {
        0 => format!("{}", chance.below(100_000)),
        1..=3 => {
            let length = 3 + chance.below(9);
            (0..length)
                .map(|_| character(chance.rank(CHARACTERS)))
                .collect()
        }
        _ => {
            let length = 3 + chance.below(5);
            let words: Vec<String> = (0..length).map(|_| word(chance.rank(WORDS))).collect();
            words.join("-")
        }
    }
}

/// The word of a rank; frequent ones are short.
fn word(rank: u64) -> String {
    let mut chance = Chance(rank);
    let syllables = match rank {
        0..=60 => 1,
        61..=1_500 => 2,
        _ => 2 + chance.below(2),
    };
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(SYLLABLES[chance.below(32) as usize]);
    }
    if rank > 400 {
        word.push(char::from(b'a' + (rank % 26) as u8));
    }
    word
}

fn character(rank: u64) -> String {
    let code = 0x4E00 + (rank * 7_919) % 20_000;
    let letter = char::from_u32(code as u32).unwrap_or('中');
    let mut bytes = [0; 4];
    let bytes = letter.encode_utf8(&mut bytes).bytes();
    bytes.map(|byte| format!("%{byte:02x}")).collect()
}
