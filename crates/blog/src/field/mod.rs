//! Custom fields: what the plugins and themes of a WordPress keep beside a post, as text or as PHP's `serialize` writes it.

pub mod php_serialized;

use crate::address;
use php_serialized::{Keys, Value};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What it is called.
    pub name: String,
    /// What it says, byte for byte.
    pub value: String,
}

impl Field {
    /// Whether a WordPress may be handed it: its importer makes values of what is serialised, and a foreign object among them could
    /// do what it likes there.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        match php_serialized::read(self.value.trim()) {
            Some(value) => is_data(&value),
            None => !looks_serialized(self.value.trim()),
        }
    }

    /// Whether its name is not one that programs of a site keep for themselves: WordPress hides those that begin with `_`.
    #[must_use]
    pub fn is_free(&self) -> bool {
        !self.name.is_empty() && !self.name.starts_with('_')
    }

    /// The same with `change` asked for every text in it, whole ones and those inside a serialised value, whose lengths are made
    /// right. What `change` leaves, stays byte for byte.
    #[must_use]
    pub fn rewritten(&self, change: &mut dyn FnMut(&str) -> Option<String>) -> Self {
        self.changed(Keys::Stay, change)
    }

    /// The same without keys in its addresses, those that are keys of an array included.
    #[must_use]
    pub fn without_keys(&self) -> Self {
        self.changed(Keys::Change, &mut |text| match keyless(text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(clean) => Some(clean),
        })
    }

    fn changed(&self, keys: Keys, change: &mut dyn FnMut(&str) -> Option<String>) -> Self {
        let value = match php_serialized::rewrite(&self.value, keys, change) {
            Some(value) => value,
            None => change(&self.value).unwrap_or_else(|| self.value.clone()),
        };
        Self {
            name: self.name.clone(),
            value,
        }
    }
}

/// Whether a text of a field is a web address and nothing else.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.starts_with("http") && !text.contains(char::is_whitespace)
}

fn keyless(text: &str) -> Cow<'_, str> {
    if is_address(text) {
        address::without_keys(text)
    } else {
        address::text_without_keys(text)
    }
}

fn is_data(value: &Value) -> bool {
    match value {
        Value::Object(..) | Value::Custom(..) => false,
        Value::Plain(written) => !written.starts_with('E'),
        Value::Text(text) => match php_serialized::read(text) {
            Some(inside) => is_data(&inside),
            None => true,
        },
        Value::Array(entries) => entries.iter().all(|(_, value)| is_data(value)),
    }
}

/// Whether PHP might take it for a serialised value, broken or not.
fn looks_serialized(text: &str) -> bool {
    let mut letters = text.chars();
    let sort = letters
        .next()
        .is_some_and(|sort| "aOosbidCErR".contains(sort));
    let counts = |letter: char| letter.is_ascii_digit() || "+-.".contains(letter);
    sort && letters.next() == Some(':')
        && letters.next().is_some_and(counts)
        && text.ends_with([';', '}'])
}

#[cfg(test)]
mod tests {
    use super::Field;

    fn field(value: &str) -> Field {
        Field {
            name: "mood".to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn texts_change_whole_and_inside_serialised_values_with_their_lengths() {
        let mut longer = |text: &str| text.starts_with("http").then(|| format!("{text}/é"));
        for (before, after) in [
            ("http://a.example", "http://a.example/é"),
            ("happy", "happy"),
            (
                "a:1:{s:3:\"url\";s:16:\"http://a.example\";}",
                "a:1:{s:3:\"url\";s:19:\"http://a.example/é\";}",
            ),
            (
                "a:1:{s:3:\"url\";s:5:\"happy\";}",
                "a:1:{s:3:\"url\";s:5:\"happy\";}",
            ),
        ] {
            assert_eq!(field(before).rewritten(&mut longer).value, after);
        }
    }

    #[test]
    fn keys_leave_addresses_wherever_they_stand_in_a_field() {
        let key = "http://blufiles.storage.msn.com/y1p?authkey=K";
        let listed = format!("a:1:{{s:{}:\"{key}\";s:{0}:\"{key}\";}}", key.len());
        for (before, after) in [
            (key, "http://blufiles.storage.msn.com/y1p"),
            ("https://ana:pw@x.example/?sid=1", "https://x.example/"),
            (
                "https://x.example/a?token=1\n1234\naudio/mpeg",
                "https://x.example/a\n1234\naudio/mpeg",
            ),
            (
                &listed,
                "a:1:{s:35:\"http://blufiles.storage.msn.com/y1p\";s:35:\"http://blufiles.storage.msn.com/y1p\";}",
            ),
            ("a:1:{i:0;s:5:\"happy\";}", "a:1:{i:0;s:5:\"happy\";}"),
        ] {
            assert_eq!(field(before).without_keys().value, after);
        }
    }

    #[test]
    fn objects_and_what_cannot_be_read_are_not_handed_on() {
        for (value, harmless) in [
            ("happy", true),
            ("", true),
            ("a: b;", true),
            ("a:1:{i:0;s:5:\"happy\";}", true),
            ("O:8:\"stdClass\":0:{}", false),
            ("a:1:{i:0;O:8:\"stdClass\":0:{}}", false),
            ("s:19:\"O:8:\"stdClass\":0:{}\";", false),
            ("a:1:{i:0;s:99:\"happy\";}", false),
            (" O:8:\"stdClass\":00:{} ", false),
        ] {
            assert_eq!(field(value).is_harmless(), harmless, "{value}");
        }
    }
}
