//! The words of the plugin's protocol as structs, and the few forms in which WordPress hands over a number or a switch.

use blog::{
    Field, ItemRef,
    doors::{PictureSize, Stand},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Longest id on the wire, in bytes.
const MARK_ID_BYTES_MAX: usize = 150;

/// What the plugin says about the site.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Site {
    #[serde(deserialize_with = "number")]
    pub(super) protocol: u64,
    pub(super) plugin: String,
    pub(super) wordpress: String,
    pub(super) php: String,
    pub(super) home: String,
    pub(super) time_zone: String,
    #[serde(deserialize_with = "text")]
    pub(super) permalink_structure: String,
    pub(super) mode: String,
    #[serde(deserialize_with = "list")]
    pub(super) mode_reasons: Vec<String>,
    #[serde(deserialize_with = "list")]
    pub(super) sizes: Vec<SizeWord>,
    #[serde(deserialize_with = "number")]
    pub(super) big_image_threshold: u64,
    #[serde(deserialize_with = "number")]
    pub(super) jpeg_quality: u64,
    #[serde(deserialize_with = "list")]
    pub(super) media_types: Vec<String>,
    pub(super) limits: Limits,
    pub(super) can: Value,
    #[serde(deserialize_with = "list")]
    pub(super) users: Vec<User>,
    /// The answer for logins that were asked about; absent from older plugins.
    pub(super) authors: Option<Vec<AuthorWord>>,
    pub(super) avatars: bool,
    #[serde(deserialize_with = "list")]
    pub(super) remarks: Vec<String>,
}

impl Site {
    /// Whether our user has a capability.
    pub(super) fn can(&self, capability: &str) -> bool {
        match self.can.get(capability) {
            Some(Value::Bool(yes)) => *yes,
            Some(Value::Number(one)) => one.as_u64() == Some(1),
            _ => false,
        }
    }
}

/// Whether posts can be given to somebody.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct AuthorWord {
    pub(super) login: String,
    #[serde(default)]
    pub(super) may_write: bool,
}

/// One registered size of pictures.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::destinations) struct SizeWord {
    pub(in crate::destinations) name: String,
    #[serde(default, deserialize_with = "number")]
    pub(in crate::destinations) width: u64,
    #[serde(default, deserialize_with = "number")]
    pub(in crate::destinations) height: u64,
    #[serde(default)]
    pub(in crate::destinations) crop: Value,
}

/// How much fits into one request.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Limits {
    pub(super) body_bytes: usize,
    /// A request in pieces; 0 from older plugins, which take none.
    pub(super) pieces_bytes: usize,
    pub(super) posts: usize,
    pub(super) comments: usize,
    pub(super) terms: usize,
    pub(super) media: usize,
    pub(super) media_body_bytes: usize,
    pub(super) chunk_bytes: usize,
    pub(super) find: usize,
    pub(super) upload_bytes: u64,
    /// Custom fields of one post; older plugins take none.
    pub(super) fields: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 8 << 20,
            pieces_bytes: 0,
            posts: 200,
            comments: 500,
            terms: 200,
            media: 10,
            media_body_bytes: 4 << 20,
            chunk_bytes: 2 << 20,
            find: 500,
            upload_bytes: u64::MAX,
            fields: 0,
        }
    }
}

/// A user of the site.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct User {
    pub(super) login: String,
    #[serde(deserialize_with = "text")]
    pub(super) name: String,
}

/// A lease taken.
#[derive(Debug, Deserialize)]
pub(super) struct LeaseWord {
    #[serde(deserialize_with = "number")]
    pub(super) fence: u64,
}

/// The mark of an item on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) kind: String,
    #[serde(deserialize_with = "text")]
    pub(super) id: String,
}

impl Mark {
    /// The wire's mark of an item: long ids are shortened to their hash.
    pub(super) fn of(item: &ItemRef) -> Self {
        Self {
            kind: item.kind.as_str().to_owned(),
            id: short_id(&item.id),
        }
    }
}

/// An id that fits the plugin's table: a long one becomes its hash.
pub(super) fn short_id(id: &str) -> String {
    if id.len() > MARK_ID_BYTES_MAX {
        let hash = blake3::hash(id.as_bytes()).to_hex();
        format!("b3:{}", &hash[..32])
    } else {
        id.to_owned()
    }
}

/// What became of one thing.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Became {
    pub(super) mark: Mark,
    pub(super) outcome: String,
    #[serde(default, deserialize_with = "number")]
    pub(super) id: u64,
    #[serde(default, deserialize_with = "text")]
    pub(super) address: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) status: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) remark: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) page: String,
    #[serde(default, deserialize_with = "list")]
    pub(super) sizes: Vec<SizeMade>,
}

/// A size as it lies at the new home.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SizeMade {
    pub(super) name: String,
    pub(super) address: String,
    #[serde(default, deserialize_with = "number")]
    pub(super) width: u64,
    #[serde(default, deserialize_with = "number")]
    pub(super) height: u64,
}

impl From<SizeMade> for PictureSize {
    fn from(size: SizeMade) -> Self {
        Self {
            name: size.name,
            address: size.address,
            width: u32::try_from(size.width).unwrap_or(0),
            height: u32::try_from(size.height).unwrap_or(0),
        }
    }
}

/// The answer to `/place`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PlaceAnswer {
    #[serde(deserialize_with = "list")]
    pub(super) terms: Vec<Became>,
    #[serde(deserialize_with = "list")]
    pub(super) posts: Vec<Became>,
    #[serde(deserialize_with = "list")]
    pub(super) comments: Vec<Became>,
}

/// The answer to `/media`.
#[derive(Debug, Deserialize)]
pub(super) struct MediaAnswer {
    pub(super) media: Vec<Became>,
}

/// The answer to `/chunk`.
#[derive(Debug, Deserialize)]
pub(super) struct ChunkAnswer {
    #[serde(deserialize_with = "number")]
    pub(super) bytes: u64,
}

/// The answer to `/find`.
#[derive(Debug, Deserialize)]
pub(super) struct FindAnswer {
    pub(super) found: Vec<Option<FoundWord>>,
}

/// One thing found.
#[derive(Debug, Deserialize)]
pub(super) struct FoundWord {
    #[serde(deserialize_with = "number")]
    pub(super) id: u64,
    #[serde(default, deserialize_with = "text")]
    pub(super) address: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) fingerprint: String,
    #[serde(default)]
    pub(super) edited: bool,
    #[serde(default, deserialize_with = "text")]
    pub(super) page: String,
    #[serde(default, deserialize_with = "list")]
    pub(super) sizes: Vec<SizeMade>,
    #[serde(default)]
    pub(super) whole: Option<WholeWord>,
}

/// The raw content of a thing found.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WholeWord {
    #[serde(deserialize_with = "text")]
    pub(super) status: String,
    #[serde(deserialize_with = "text")]
    pub(super) title: String,
    #[serde(deserialize_with = "text")]
    pub(super) content: String,
    #[serde(deserialize_with = "text")]
    pub(super) excerpt: String,
    #[serde(deserialize_with = "text")]
    pub(super) slug: String,
    #[serde(deserialize_with = "text")]
    pub(super) date_utc: String,
    #[serde(deserialize_with = "list")]
    pub(super) terms: Vec<Value>,
    #[serde(deserialize_with = "number")]
    pub(super) parent: u64,
    pub(super) order: Option<i32>,
    pub(super) left: Option<Stand>,
    #[serde(deserialize_with = "number")]
    pub(super) post: u64,
    #[serde(deserialize_with = "text")]
    pub(super) password: String,
    #[serde(deserialize_with = "number")]
    pub(super) comment_count: u64,
    #[serde(deserialize_with = "list")]
    pub(super) fields: Vec<Field>,
}

/// The answer to `/remove`.
#[derive(Debug, Deserialize)]
pub(super) struct RemoveAnswer {
    pub(super) removed: Vec<Became>,
}

/// The answer to `/narrow`.
#[derive(Debug, Deserialize)]
pub(super) struct NarrowAnswer {
    pub(super) narrowed: Vec<bool>,
}

/// The answer to `/standing`.
#[derive(Debug, Deserialize)]
pub(super) struct StandingAnswer {
    #[serde(deserialize_with = "list")]
    pub(super) standing: Vec<StandingWord>,
    #[serde(default)]
    pub(super) next: Option<u64>,
}

/// A post or comment that stood there before us.
#[derive(Debug, Deserialize)]
pub(super) struct StandingWord {
    /// The post, or the one that the comment stands under.
    pub(super) post: u64,
    #[serde(default)]
    pub(super) comment: Option<u64>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) status: String,
    pub(super) locked: bool,
    #[serde(default, deserialize_with = "text")]
    pub(super) date: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) title: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) address: String,
    pub(super) content: String,
    pub(super) excerpt: String,
    pub(super) hash: String,
    pub(super) left: String,
    #[serde(default, deserialize_with = "list")]
    pub(super) fields: Vec<FieldWord>,
}

/// One of its custom fields.
#[derive(Debug, Deserialize)]
pub(super) struct FieldWord {
    pub(super) id: u64,
    #[serde(default, deserialize_with = "text")]
    pub(super) name: String,
    pub(super) value: String,
}

/// The answer to `/amend`.
#[derive(Debug, Deserialize)]
pub(super) struct AmendAnswer {
    #[serde(deserialize_with = "list")]
    pub(super) amended: Vec<Became>,
}

/// A number, also as text, as WordPress likes to send ids.
pub(super) fn as_number(value: &Value) -> u64 {
    match value {
        Value::Number(number) => number.as_u64().unwrap_or(0),
        Value::String(text) => text.trim().parse().unwrap_or(0),
        Value::Bool(true) => 1,
        _ => 0,
    }
}

fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    Ok(as_number(&Value::deserialize(from)?))
}

/// Text; nothing and `false` mean empty, a number its digits.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    })
}

/// A list; PHP sends one with gaps as an object, and nothing for an empty one.
fn list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let values: Vec<Value> = match Value::deserialize(from)? {
        Value::Array(values) => values,
        Value::Object(values) => values.into_iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    };
    values
        .into_iter()
        .map(|value| serde_json::from_value(value).map_err(serde::de::Error::custom))
        .collect()
}
