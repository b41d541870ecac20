//! Keys are never kept: they are struck out of every item, original and finding before it leaves the reader. [`Keyless`] stands
//! between the reader and the intake, so that no piece of the reader can forget it.

use blog::{
    Finding, Item, Profile, Secret,
    doors::{Depth, Halt, Intake, Original},
};
use encoding_rs::{Encoding, UTF_8};
use serde::{Serialize, de::DeserializeOwned};

/// The parameter of a key, `authkey`, but for its first letter: bytes before it that are taken for half of a letter may have it.
const NAME: &str = "uthkey";

/// What is struck out: the value of each of these parameters.
const KEYS: [&str; 5] = [
    "uthkey=",
    "uthkey%3d",
    "uthkey%253d",
    "uthkey&#61;",
    "uthkey&#x3d;",
];

/// A word shorter than this is no key; striking it out would hit ordinary text.
const SHORTEST_KEY_BYTES: usize = 6;

/// What stands in its place.
const STRUCK_OUT: &str = "struck-out";

/// An intake that sees no keys.
pub(super) struct Keyless<'a> {
    intake: &'a mut dyn Intake,
    /// The key that the owner gave, in its spellings.
    given: Vec<String>,
}

impl<'a> Keyless<'a> {
    /// In front of `intake`; `given` is the owner's key.
    pub(super) fn new(intake: &'a mut dyn Intake, given: Option<&Secret>) -> Self {
        let mut spellings = Vec::new();
        if let Some(key) = given {
            let plain = percent_encoding::percent_decode_str(key.reveal()).decode_utf8_lossy();
            let escaped =
                percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC);
            spellings = vec![
                escaped.to_string(),
                key.reveal().to_owned(),
                plain.into_owned(),
            ];
            spellings.retain(|spelling| spelling.len() >= SHORTEST_KEY_BYTES);
        }
        Self {
            intake,
            given: spellings,
        }
    }

    /// `text` without keys; `None` where there are none.
    fn clean(&self, text: &str) -> Option<String> {
        let holds_given = self.given.iter().any(|key| text.contains(key.as_str()));
        if !holds_given && !holds_word(text) {
            return None;
        }
        let struck = strike_out(text);
        Some(
            self.given
                .iter()
                .fold(struck, |text, key| text.replace(key.as_str(), STRUCK_OUT)),
        )
    }

    /// `bytes` without keys, whatever their encoding; `None` where there are none. A key is plain ASCII, so a text in an encoding
    /// of bytes is cleaned byte by byte; one in UTF-16 that holds a key is kept in UTF-8.
    fn clean_bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return self.clean(text).map(String::into_bytes);
        }
        if let Some((encoding, _)) = Encoding::for_bom(bytes).filter(|(found, _)| *found != UTF_8) {
            let (text, _) = encoding.decode_with_bom_removal(bytes);
            return self.clean(&text).map(String::into_bytes);
        }
        let as_letters: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let clean = self.clean(&as_letters)?;
        Some(clean.chars().map(|letter| letter as u8).collect())
    }

    /// Any of the plain things that pass through, every text in it cleaned.
    fn cleaned<T: Serialize + DeserializeOwned>(&self, thing: T) -> Result<T, Halt> {
        let could_not = |error: serde_json::Error| Halt::CouldNotKeep(error.to_string());
        let written = serde_json::to_string(&thing).map_err(could_not)?;
        match self.clean(&written) {
            Some(clean) => serde_json::from_str(&clean).map_err(could_not),
            None => Ok(thing),
        }
    }
}

impl Intake for Keyless<'_> {
    fn depth(&self) -> Depth {
        self.intake.depth()
    }

    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        let profile = self.cleaned(profile)?;
        self.intake.profile(profile)
    }

    fn may_read(&mut self, place: &str) -> Result<bool, Halt> {
        let clean = self.clean(place);
        self.intake.may_read(clean.as_deref().unwrap_or(place))
    }

    fn item(&mut self, item: Item, original: Original<'_>) -> Result<(), Halt> {
        let item = self.cleaned(item)?;
        let (bytes, place) = (self.clean_bytes(original.bytes), self.clean(original.place));
        self.intake
            .item(item, without_keys(&original, &bytes, &place))
    }

    fn aside(&mut self, original: Original<'_>) -> Result<(), Halt> {
        let (bytes, place) = (self.clean_bytes(original.bytes), self.clean(original.place));
        self.intake.aside(without_keys(&original, &bytes, &place))
    }

    fn finding(&mut self, finding: Finding) -> Result<(), Halt> {
        let finding = self.cleaned(finding)?;
        self.intake.finding(finding)
    }

    fn progress(&mut self, done: u64, total: Option<u64>) -> Result<(), Halt> {
        self.intake.progress(done, total)
    }
}

fn without_keys<'a>(
    original: &Original<'a>,
    bytes: &'a Option<Vec<u8>>,
    place: &'a Option<String>,
) -> Original<'a> {
    Original {
        bytes: bytes.as_deref().unwrap_or(original.bytes),
        media_type: original.media_type,
        place: place.as_deref().unwrap_or(original.place),
    }
}

/// Whether the name of a key's parameter stands anywhere.
fn holds_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'u', b'U', bytes).any(|at| {
        bytes
            .get(at..at + NAME.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(NAME.as_bytes()))
    })
}

/// `text` without the values of keys. A value ends at the first sign that no key has.
pub(super) fn strike_out(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    loop {
        let found = KEYS
            .iter()
            .filter_map(|key| lower[at..].find(key).map(|start| at + start + key.len()))
            .min();
        let Some(start) = found else {
            break;
        };
        let start = start + quotes_length(&lower[start..]);
        out.push_str(&text[at..start]);
        out.push_str(STRUCK_OUT);
        at = start + value_length(&lower[start..]);
    }
    out.push_str(&text[at..]);
    out
}

/// An attribute of a broken tag has its value in quotes, whatever its name; JSON and HTML escape them.
fn quotes_length(lower: &str) -> usize {
    let value = lower
        .trim_start_matches(['\\', '"', '\''])
        .trim_start_matches("&quot;");
    lower.len() - value.len()
}

/// A value ends where the next key begins, too.
fn value_length(lower: &str) -> usize {
    let end = lower
        .find(|c: char| {
            !(c.is_ascii_alphanumeric()
                || matches!(c, '!' | '*' | '$' | '%' | '-' | '_' | '.' | '~' | '='))
        })
        .unwrap_or(lower.len());
    match lower[..end].find(NAME) {
        Some(next) if lower[..next].ends_with('a') => next - 1,
        Some(next) => next,
        None => end,
    }
}

#[cfg(test)]
mod tests {
    use super::{Keyless, strike_out};
    use blog::{
        Finding, Item, Profile,
        doors::{Depth, Halt, Intake, Original},
    };
    use proptest::prelude::*;

    /// Keeps the bytes that come through.
    #[derive(Default)]
    struct Kept(Vec<Vec<u8>>);

    impl Intake for Kept {
        fn depth(&self) -> Depth {
            Depth::Full
        }
        fn profile(&mut self, _: Profile) -> Result<(), Halt> {
            Ok(())
        }
        fn item(&mut self, _: Item, original: Original<'_>) -> Result<(), Halt> {
            self.0.push(original.bytes.to_vec());
            Ok(())
        }
        fn finding(&mut self, _: Finding) -> Result<(), Halt> {
            Ok(())
        }
        fn aside(&mut self, original: Original<'_>) -> Result<(), Halt> {
            self.0.push(original.bytes.to_vec());
            Ok(())
        }
        fn progress(&mut self, _: u64, _: Option<u64>) -> Result<(), Halt> {
            Ok(())
        }
    }

    #[test]
    fn originals_in_any_encoding_lose_their_keys_and_nothing_else() {
        let text = "日本 <a href=\"?authkey=Qx!7Zw9*\">x</a>";
        let (chinese, _, _) = encoding_rs::GB18030.encode(text);
        let mut wide = vec![0xff, 0xfe];
        wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let mut kept = Kept::default();
        let mut keyless = Keyless::new(&mut kept, None);
        for bytes in [&chinese[..], &wide[..], b"\xff plain \xfe"] {
            let original = Original {
                bytes,
                media_type: "text/html",
                place: "a page",
            };
            keyless.aside(original).expect("it is kept");
        }
        let (chinese, _, _) = encoding_rs::GB18030.decode(&kept.0[0]);
        assert_eq!(chinese, text.replace("Qx!7Zw9*", "struck-out"));
        assert_eq!(
            String::from_utf8_lossy(&kept.0[1]),
            text.replace("Qx!7Zw9*", "struck-out")
        );
        assert_eq!(kept.0[2], b"\xff plain \xfe");
    }

    #[test]
    fn keys_disappear_and_everything_else_stays() {
        assert_eq!(
            strike_out(
                "<a href=\"http://x/Entries('A!1')?authkey=aB3!x*Zk9Q%24&amp;y=1\">AuthKey=Zz$</a>"
            ),
            "<a href=\"http://x/Entries('A!1')?authkey=struck-out&amp;y=1\">AuthKey=struck-out</a>"
        );
        assert_eq!(strike_out("no key here 日本"), "no key here 日本");
        assert_eq!(
            strike_out("authkey=Qx!7%24authkey=Qx!7%24"),
            "authkey=struck-outauthkey=struck-out"
        );
        assert_eq!(
            strike_out(
                r#"<a authkey="Qx!7%24<div"> {\"b\":\"<a authkey=\\\"Qx!7\\\">\"} authkey=&quot;Qx!7&quot;"#
            ),
            r#"<a authkey="struck-out<div"> {\"b\":\"<a authkey=\\\"struck-out\\\">\"} authkey=&quot;struck-out&quot;"#
        );
    }

    proptest! {
        #[test]
        fn no_key_survives_in_any_text(before in "\\PC{0,20}", key in "[A-Za-z0-9!*]{10}", after in "[ \"'<&]\\PC{0,20}") {
            let struck = strike_out(&format!("{before}authkey={key}%24{after}"));
            let kept = format!("{before}{after}");
            prop_assert!(!struck.contains(&key) || kept.contains(&key));
        }
    }
}
