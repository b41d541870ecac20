//! Values as PHP's `serialize` writes them, as WordPress keeps them in custom fields and options.
//!
//! Strings carry their length in bytes, so an address inside one cannot be changed by looking for it in the text. Here a value is
//! read, its strings changed, and written again with lengths that are right. Objects are kept as they are and never made: only
//! their strings change, and not those of classes with a notation of their own.

/// Nested deeper than this is an attack, not a setting.
const DEEPEST: usize = 64;
/// More values than this in one text are no custom field.
const MOST_VALUES: usize = 1_000_000;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `N;`, `b:1;`, `i:7;`, `d:0.5;`, references, enumerations: as written, to behind the `;`.
    Plain(String),
    /// A string; a byte string in PHP, text here.
    Text(String),
    /// An array: keys and values in order.
    Array(Vec<(Value, Value)>),
    /// An object: its class and properties in order.
    Object(String, Vec<(Value, Value)>),
    /// An object with a notation of its own: its class and what it wrote.
    Custom(String, String),
}

/// Reads a whole text. `None` where it is no serialised value, or not only one.
#[must_use]
pub fn read(text: &str) -> Option<Value> {
    let mut reader = Reader {
        text,
        at: 0,
        left: MOST_VALUES,
    };
    let value = reader.value(0)?;
    (reader.at == text.len()).then_some(value)
}

/// Whether the keys of arrays, which name things, change with the strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// They stay what they are.
    Stay,
    /// They change as well.
    Change,
}

/// The text with every string changed by `change`, lengths made right; `None` where it is no serialised value. A string that is
/// itself a serialised value is changed inside.
#[must_use]
pub fn rewrite(
    text: &str,
    keys: Keys,
    change: &mut dyn FnMut(&str) -> Option<String>,
) -> Option<String> {
    let mut value = read(text)?;
    value.map_texts(keys, change, 0);
    Some(value.write())
}

impl Value {
    /// Changes every string, class names and names of properties excepted.
    fn map_texts(
        &mut self,
        keys: Keys,
        change: &mut dyn FnMut(&str) -> Option<String>,
        depth: usize,
    ) {
        match self {
            Self::Text(text) => {
                let inside = (depth < DEEPEST && text.len() > 3 && text.as_bytes()[1] == b':')
                    .then(|| read(text))
                    .flatten();
                if let Some(mut inside) = inside {
                    inside.map_texts(keys, change, depth + 1);
                    *text = inside.write();
                } else if let Some(new) = change(text) {
                    *text = new;
                }
            }
            Self::Array(entries) => {
                for (key, value) in entries {
                    if keys == Keys::Change {
                        key.map_texts(keys, change, depth + 1);
                    }
                    value.map_texts(keys, change, depth + 1);
                }
            }
            Self::Object(_, entries) => {
                for (_, value) in entries {
                    value.map_texts(keys, change, depth + 1);
                }
            }
            Self::Plain(_) | Self::Custom(..) => {}
        }
    }

    /// As PHP would write it.
    #[must_use]
    pub fn write(&self) -> String {
        let mut out = String::new();
        self.write_into(&mut out);
        out
    }

    fn write_into(&self, out: &mut String) {
        match self {
            Self::Plain(written) => out.push_str(written),
            Self::Text(text) => out.push_str(&format!("s:{}:\"{text}\";", text.len())),
            Self::Custom(class, text) => out.push_str(&format!(
                "C:{}:\"{class}\":{}:{{{text}}}",
                class.len(),
                text.len()
            )),
            Self::Array(entries) => write_entries(&format!("a:{}", entries.len()), entries, out),
            Self::Object(class, entries) => write_entries(
                &format!("O:{}:\"{class}\":{}", class.len(), entries.len()),
                entries,
                out,
            ),
        }
    }

    /// The entry of an array or object under a string key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries()
            .iter()
            .find(|(known, _)| matches!(known, Self::Text(text) if text == key))
            .map(|(_, value)| value)
    }

    /// Keys and values of an array or object.
    #[must_use]
    pub fn entries(&self) -> &[(Value, Value)] {
        match self {
            Self::Array(entries) | Self::Object(_, entries) => entries,
            _ => &[],
        }
    }

    /// The string, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

fn write_entries(head: &str, entries: &[(Value, Value)], out: &mut String) {
    out.push_str(head);
    out.push_str(":{");
    for (key, value) in entries {
        key.write_into(out);
        value.write_into(out);
    }
    out.push('}');
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    left: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEEPEST {
            return None;
        }
        let start = self.at;
        match self.byte()? {
            b'N' => self.eat(";")?,
            b'b' | b'i' | b'd' | b'r' | b'R' => {
                self.eat(":")?;
                let end = self.text[self.at..].find(';')?;
                let number = &self.text[self.at..self.at + end];
                let is_number = !number.is_empty()
                    && number
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
                is_number.then_some(())?;
                self.at += end + 1;
            }
            b'E' => {
                self.eat(":")?;
                self.quoted()?;
                self.eat(";")?;
            }
            b's' => {
                self.eat(":")?;
                let text = self.quoted()?;
                self.eat(";")?;
                return Some(Value::Text(text));
            }
            b'a' => {
                self.eat(":")?;
                return self.entries(depth).map(Value::Array);
            }
            b'O' => {
                self.eat(":")?;
                let class = self.quoted()?;
                self.eat(":")?;
                return Some(Value::Object(class, self.entries(depth)?));
            }
            b'C' => {
                self.eat(":")?;
                let class = self.quoted()?;
                self.eat(":")?;
                let length = self.number()?;
                self.eat(":{")?;
                let text = self.slice(length)?;
                self.eat("}")?;
                return Some(Value::Custom(class, text));
            }
            _ => return None,
        }
        Some(Value::Plain(self.text[start..self.at].to_owned()))
    }

    fn entries(&mut self, depth: usize) -> Option<Vec<(Value, Value)>> {
        let count = self.number()?;
        self.eat(":{")?;
        // An entry takes at least eight bytes; nobody gets room for more on his word.
        let mut entries = Vec::with_capacity(count.min((self.text.len() - self.at) / 8 + 1));
        for _ in 0..count {
            let key = self.value(depth + 1)?;
            let is_key = match &key {
                Value::Text(_) => true,
                Value::Plain(written) => written.starts_with("i:"),
                _ => false,
            };
            is_key.then_some(())?;
            entries.push((key, self.value(depth + 1)?));
        }
        self.eat("}")?;
        Some(entries)
    }

    /// `5:"abcde"`.
    fn quoted(&mut self) -> Option<String> {
        let length = self.number()?;
        self.eat(":\"")?;
        let text = self.slice(length)?;
        self.eat("\"")?;
        Some(text)
    }

    fn number(&mut self) -> Option<usize> {
        let digits = self.text[self.at..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let number = &self.text[self.at..self.at + digits];
        // Lengths are written without zeros in front; what is written otherwise would not come back the same.
        if number.len() > 1 && number.starts_with('0') {
            return None;
        }
        let number = number.parse().ok()?;
        self.at += digits;
        Some(number)
    }

    fn slice(&mut self, length: usize) -> Option<String> {
        let end = self.at.checked_add(length)?;
        let text = self.text.get(self.at..end)?.to_owned();
        self.at = end;
        Some(text)
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.text.as_bytes().get(self.at)?;
        self.at += 1;
        self.text.is_char_boundary(self.at).then_some(byte)
    }

    fn eat(&mut self, wanted: &str) -> Option<()> {
        self.text[self.at..]
            .starts_with(wanted)
            .then(|| self.at += wanted.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{Keys, Value, read, rewrite};
    use proptest::prelude::*;

    #[test]
    fn an_address_inside_changes_with_the_lengths_around_it() {
        let with = |address: &str| {
            let inner = format!("s:{}:\"{address}\";", address.len());
            let nested = format!("s:{}:\"{inner}\";", inner.len());
            format!("a:3:{{s:3:\"url\";{inner}i:0;{nested}s:1:\"n\";i:7;}}")
        };
        let new = rewrite(&with("http://old.example/é.jpg"), Keys::Stay, &mut |text| {
            Some(text.replace("old.example", "new.home.example"))
        });
        assert_eq!(new, Some(with("http://new.home.example/é.jpg")));
    }

    #[test]
    fn what_is_not_one_whole_value_is_none() {
        for text in [
            "",
            "s:3:\"ab\";",
            "s:2:\"ab\"",
            "a:2:{i:0;i:1;}",
            "i:1;i:2;",
            "x:1;",
            "s:99999999999999999999:\"a\";",
            "a:1:{a:0:{}i:1;}",
            "s:1:\"é\";",
            "s:03:\"abc\";",
            "a:999999999:{",
            "Oé",
            "hello",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let deep = format!("{}N;{}", "a:1:{i:0;".repeat(100), "}".repeat(100));
        assert_eq!(read(&deep), None);
    }

    #[test]
    fn objects_come_back_as_they_were() {
        for text in [
            "O:8:\"stdClass\":1:{s:1:\"a\";b:1;}",
            "C:3:\"Foo\":4:{x:{}}",
            "E:11:\"Suit:Hearts\";",
            "a:2:{i:0;d:0.5;i:-1;R:2;}",
        ] {
            assert_eq!(read(text).expect("a value").write(), text);
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            "\\PC{0,12}|[\";:{}]{0,6}|s:1:\"x\";".prop_map(Value::Text),
            any::<i32>().prop_map(|number| Value::Plain(format!("i:{number};"))),
            Just(Value::Plain("N;".to_owned())),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            let key = prop_oneof![
                "\\PC{0,8}".prop_map(Value::Text),
                any::<u8>().prop_map(|number| Value::Plain(format!("i:{number};")))
            ];
            let entries = prop::collection::vec((key, inner), 0..6);
            prop_oneof![
                entries.clone().prop_map(Value::Array),
                ("[A-Z]\\PC{0,5}", entries)
                    .prop_map(|(class, entries)| Value::Object(class, entries)),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(value in value()) {
            prop_assert_eq!(read(&value.write()), Some(value));
        }

        #[test]
        fn nothing_changed_changes_no_byte(value in value()) {
            let text = value.write();
            prop_assert_eq!(rewrite(&text, Keys::Change, &mut |_| None), Some(text));
        }

        #[test]
        fn no_text_makes_it_fall(text in "([aOCsbidNRE]:|[0-9]{1,20}|[:;{}\"é]|\\PC){0,40}") {
            if let Some(value) = read(&text) {
                prop_assert_eq!(value.write(), text);
            }
        }
    }
}
