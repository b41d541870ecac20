//! What a blog is looked up by: the bytes that stand for one of its names.

use std::fmt;

/// Longest name in bytes. A longer one is nobody's.
pub(crate) const LONGEST_NAME_BYTES: usize = 127;

/// One name of a blog.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name {
    /// A Space by its chosen name, lower case.
    Alias(String),
    /// A Space by its account number.
    Cid(u64),
    /// A Space by the opaque owner token of 2004-2006, 24 characters.
    Token(String),
    /// A site by its root: host in lower case without `www.` and port, and the folder it stands in, if any (`x.typepad.com/blog`).
    Site(String),
}

impl Name {
    /// The name in the index. A chosen name, a token and a site's root hold no zero byte; an account number has always eight bytes.
    #[must_use]
    pub(crate) fn key(&self) -> NameKey {
        match self {
            Self::Alias(alias) => NameKey::of(b'a', alias.as_bytes()),
            Self::Cid(cid) => NameKey::of(b'c', &cid.to_be_bytes()),
            Self::Token(token) => NameKey::of(b't', token.as_bytes()),
            Self::Site(root) => NameKey::of(b's', root.as_bytes()),
        }
        .unwrap_or_default()
    }

    /// The name that a key stands for; `None` where it stands for none.
    pub(crate) fn of_key(key: &[u8]) -> Option<Self> {
        let (kind, rest) = key.split_first()?;
        let text = || std::str::from_utf8(rest).ok().map(str::to_owned);
        match kind {
            b'a' => text().map(Self::Alias),
            b'c' => Some(Self::Cid(u64::from_be_bytes(rest.try_into().ok()?))),
            b't' => text().map(Self::Token),
            b's' => text().map(Self::Site),
            _ => None,
        }
    }

    /// Whether it can stand in an index.
    pub(crate) fn is_sound(&self) -> bool {
        let sound =
            |text: &str| (1..LONGEST_NAME_BYTES).contains(&text.len()) && !text.contains('\0');
        match self {
            Self::Cid(_) => true,
            Self::Alias(text) | Self::Token(text) | Self::Site(text) => sound(text),
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alias(alias) => f.write_str(alias),
            Self::Cid(cid) => write!(f, "cid-{cid:016x}"),
            Self::Token(token) => f.write_str(token),
            Self::Site(root) => f.write_str(root),
        }
    }
}

/// The key of a name that is looked for, and its checksum, which says where it is and begins that of its value.
#[derive(Clone, Copy)]
pub(crate) struct Sought<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) sum: u32,
}

impl<'a> Sought<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        let sum = crc32fast::hash(bytes);
        Self { bytes, sum }
    }
}

/// The bytes of a name, on the stack: a look-up allocates nothing for them.
#[derive(Clone, Copy)]
pub(crate) struct NameKey {
    bytes: [u8; LONGEST_NAME_BYTES],
    length: u8,
}

impl Default for NameKey {
    fn default() -> Self {
        Self {
            bytes: [0; LONGEST_NAME_BYTES],
            length: 0,
        }
    }
}

impl NameKey {
    /// `None` where it is too long to be anybody's.
    #[inline]
    pub(crate) fn of(kind: u8, text: &[u8]) -> Option<Self> {
        let mut key = Self::default();
        let room = key.bytes.get_mut(1..=text.len())?;
        room.copy_from_slice(text);
        key.bytes[0] = kind;
        key.length = u8::try_from(text.len() + 1).ok()?;
        Some(key)
    }

    /// The key of a chosen name, whatever its case.
    #[inline]
    pub(crate) fn of_alias(alias: &[u8]) -> Option<Self> {
        let mut key = Self::of(b'a', alias)?;
        key.bytes[1..=alias.len()].make_ascii_lowercase();
        Some(key)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}
