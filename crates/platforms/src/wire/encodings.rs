//! Text whose encoding nobody declared, or declared wrongly.
//!
//! The order of belief: a byte-order mark, valid UTF-8, the declared name, a guess. UTF-8 comes before the declared name
//! because random bytes of another encoding are practically never valid UTF-8, while wrong declarations are common.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::{
    borrow::Cow,
    io::{self, Read},
};

/// The guess is made on so many bytes; more does not make it better.
const GUESS_BYTES: usize = 1 << 20;
/// UTF-16 and line ends show in so many bytes.
const HEAD_BYTES: u64 = 4096;

/// Text, and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// Name of the encoding it was read in.
    pub encoding: &'static str,
    /// How many places could not be read and show U+FFFD now.
    pub replaced: usize,
    /// Whether nobody said which encoding it is.
    pub guessed: bool,
}

/// Reads `bytes` as text. `declared` is what a header, a prolog or a person said.
#[must_use]
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return read(&bytes[mark..], encoding, false);
    }
    let named = declared.and_then(named);
    // UTF-16 and ISO-2022-JP are made of bytes that are valid UTF-8 too: here the declaration comes first.
    if let Some(encoding) = named.filter(|encoding| !encoding.is_ascii_compatible()) {
        return read(bytes, encoding, false);
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return read(bytes, encoding, true);
    }
    if std::str::from_utf8(bytes).is_ok() {
        return read(bytes, UTF_8, false);
    }
    match named.filter(|encoding| *encoding != UTF_8) {
        Some(encoding) => {
            let decoded = read(bytes, encoding, false);
            // A declared multi-byte encoding that does not fit was a wrong word; the guess may do better.
            if decoded.replaced > bytes.len() / 1000 {
                let guess = read(bytes, guess(bytes), true);
                if guess.replaced < decoded.replaced {
                    return guess;
                }
            }
            decoded
        }
        None => read_damaged_utf_8(bytes).unwrap_or_else(|| read(bytes, guess(bytes), true)),
    }
}

/// The encoding a declaration means, common misnomers included. `None` for unknown names.
#[must_use]
pub fn named(name: &str) -> Option<&'static Encoding> {
    let name = name.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    if let Some(encoding) = Encoding::for_label(name.as_bytes()) {
        return (encoding != encoding_rs::X_USER_DEFINED && encoding != encoding_rs::REPLACEMENT)
            .then_some(encoding);
    }
    let alias = match name.as_str() {
        "utf8mb4" | "utf8mb3" | "utf-8-bom" | "utf8n" | "cp65001" => "utf-8",
        "cp936" | "ms936" | "gb_18030" | "gb-18030" | "euc-cn" | "windows-936" => "gb18030",
        "cp950" | "ms950" | "windows-950" | "big-5" => "big5",
        "cp932" | "ms932" | "windows-932" | "s-jis" => "shift_jis",
        "cp949" | "ms949" | "uhc" | "windows-949" => "euc-kr",
        "cp1252" | "win-1252" | "ansi" | "latin-1" | "iso8859_1" => "windows-1252",
        "win-1251" => "windows-1251",
        "koi8_r" | "koi-8" => "koi8-r",
        _ => return None,
    };
    Encoding::for_label(alias.as_bytes())
}

/// The likeliest encoding of bytes that are not UTF-8. `GBK` is answered as GB18030, which holds it whole.
#[must_use]
pub fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let head = &bytes[..bytes.len().min(GUESS_BYTES)];
    detector.feed(head, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    if guessed == encoding_rs::GBK {
        encoding_rs::GB18030
    } else {
        guessed
    }
}

/// Reads the pieces of a big file one by one: the encoding is settled on the first bytes, and a piece that does not fit is
/// judged on its own, because exports join what many editors wrote.
#[derive(Debug, Clone, Copy)]
pub struct Pieces {
    encoding: &'static Encoding,
    declared: bool,
}

impl Pieces {
    /// Settles on an encoding by the first bytes of a file (1 MiB is plenty) and what was declared.
    #[must_use]
    pub fn new(head: &[u8], declared: Option<&str>) -> Self {
        let named = declared.and_then(named);
        let encoding = match named {
            Some(encoding) => encoding,
            None if is_mostly_utf_8(head) => UTF_8,
            None => guess(head),
        };
        Self {
            encoding,
            declared: named.is_some(),
        }
    }

    /// The encoding of the file as a whole.
    #[must_use]
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// Whether nobody declared it and it is not UTF-8, which proves itself.
    #[must_use]
    pub fn guessed(&self) -> bool {
        !self.declared && self.encoding != UTF_8
    }

    /// One piece as text, borrowed where nothing had to change. The second is the encoding where it is not the file's own,
    /// the third the number of places that could not be read.
    #[must_use]
    pub fn read<'a>(&self, piece: &'a [u8]) -> (Cow<'a, str>, Option<&'static str>, usize) {
        if let Ok(text) = std::str::from_utf8(piece) {
            // ASCII is the same everywhere but in UTF-16 and ISO-2022-JP, and those are read before they are cut in pieces.
            return (Cow::Borrowed(text), None, 0);
        }
        let decoded = if self.encoding == UTF_8 {
            decode(piece, None)
        } else {
            read(piece, self.encoding, false)
        };
        let other = (decoded.encoding != self.encoding.name()).then_some(decoded.encoding);
        (Cow::Owned(decoded.text), other, decoded.replaced)
    }
}

/// A file whose lines can be cut at `\n`: one in UTF-16 comes out as UTF-8, one with the line ends of old Macs with new ones,
/// any other as it is.
///
/// # Errors
/// When the first bytes cannot be read.
pub fn in_lines<'a>(mut reader: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    let mut head = Vec::new();
    reader.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    let wide = match Encoding::for_bom(&head) {
        Some((encoding, _)) => Some(encoding).filter(|encoding| *encoding != UTF_8),
        None => utf_16_without_mark(&head),
    };
    let old_mac = wide.is_none() && head.contains(&b'\r') && !head.contains(&b'\n');
    let whole = io::Cursor::new(head).chain(reader);
    Ok(match wide {
        Some(encoding) => Box::new(Recoded::new(whole, encoding)),
        None if old_mac => Box::new(OldMac(whole)),
        None => Box::new(whole),
    })
}

/// A file whose bytes below 128 are ASCII: one in UTF-16 or in an encoding of shifts comes out as UTF-8, any other as it is, without
/// the mark of UTF-8. `declared` is what a person or a header said; the file's own word holds before it.
///
/// # Errors
/// When the first bytes cannot be read.
pub fn as_utf_8<'a>(
    mut reader: Box<dyn Read + 'a>,
    declared: Option<&str>,
) -> io::Result<Box<dyn Read + 'a>> {
    let mut head = Vec::new();
    reader.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    let said = in_prolog(&head);
    let encoding = match Encoding::for_bom(&head) {
        Some((encoding, _)) => Some(encoding),
        None => said
            .as_deref()
            .or(declared)
            .and_then(named)
            .filter(|encoding| !encoding.is_ascii_compatible())
            .filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE)
            .or_else(|| utf_16_without_mark(&head)),
    };
    let mark = usize::from(encoding == Some(UTF_8)) * 3;
    let whole = io::Cursor::new(head.split_off(mark)).chain(reader);
    Ok(match encoding {
        None => Box::new(whole),
        Some(encoding) if encoding == UTF_8 => Box::new(whole),
        Some(encoding) => Box::new(Recoded::new(whole, encoding)),
    })
}

/// A file as UTF-8, in the encoding that its first bytes show; what cannot be read becomes U+FFFD.
pub fn recoded<'a>(reader: Box<dyn Read + 'a>, head: &[u8]) -> Box<dyn Read + 'a> {
    let wide = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    let encoding = wide
        .or_else(|| utf_16_without_mark(head))
        .unwrap_or_else(|| Pieces::new(head, None).encoding);
    Box::new(Recoded::new(reader, encoding))
}

/// The encoding that the first line of an XML file names.
#[must_use]
pub fn in_prolog(head: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(&head[..head.len().min(256)]).into_owned();
    let (prolog, _) = line.strip_prefix("<?xml")?.split_once("?>")?;
    let (_, rest) = prolog.split_once("encoding=")?;
    let quote = rest.chars().next()?;
    Some(rest[quote.len_utf8()..].split(quote).next()?.to_owned())
}

/// Decodes on the way.
struct Recoded<R> {
    reader: R,
    decoder: encoding_rs::Decoder,
    text: String,
    at: usize,
    ended: bool,
}

impl<R: Read> Recoded<R> {
    fn new(reader: R, encoding: &'static Encoding) -> Self {
        Self {
            reader,
            decoder: encoding.new_decoder_with_bom_removal(),
            text: String::new(),
            at: 0,
            ended: false,
        }
    }
}

impl<R: Read> Read for Recoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.ended {
            let mut bytes = [0; 32 * 1024];
            let read = self.reader.read(&mut bytes)?;
            self.ended = read == 0;
            self.text.clear();
            self.at = 0;
            let most = self
                .decoder
                .max_utf8_buffer_length(read)
                .unwrap_or(4 * bytes.len());
            self.text.reserve(most);
            // The string has room for all of it, so one call takes everything.
            let _ = self
                .decoder
                .decode_to_string(&bytes[..read], &mut self.text, self.ended);
        }
        let give = buffer.len().min(self.text.len() - self.at);
        buffer[..give].copy_from_slice(&self.text.as_bytes()[self.at..self.at + give]);
        self.at += give;
        Ok(give)
    }
}

/// Turns `\r` into `\n`.
struct OldMac<R>(R);

impl<R: Read> Read for OldMac<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        for byte in buffer[..read].iter_mut().filter(|byte| **byte == b'\r') {
            *byte = b'\n';
        }
        Ok(read)
    }
}

/// Whether a head of a file is UTF-8, give or take pieces from elsewhere: two in three of its places beyond ASCII are good. In
/// other encodings that happens by chance in one of ten.
fn is_mostly_utf_8(head: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in head.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    bad <= 1 || good > bad * 2
}

/// UTF-8 with a few broken places, e.g. cut in the middle of a character, stays UTF-8.
fn read_damaged_utf_8(bytes: &[u8]) -> Option<Decoded> {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    (good > bad * 9 && good > 0).then(|| read(bytes, UTF_8, false))
}

fn read(bytes: &[u8], encoding: &'static Encoding, guessed: bool) -> Decoded {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let replaced = if had_errors {
        text.matches('\u{FFFD}').count()
    } else {
        0
    };
    Decoded {
        text: text.into_owned(),
        encoding: encoding.name(),
        replaced,
        guessed,
    }
}

/// UTF-16 gives itself away by a zero in every second byte of Western text.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512) & !1];
    if head.len() < 8 {
        return None;
    }
    let zeros = |start: usize| {
        head[start..]
            .iter()
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
    match (even * 10 > pairs * 7, odd * 10 > pairs * 7) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Pieces, decode, named};
    use proptest::prelude::*;

    fn guessed(encoding: &str, text: &str) {
        let encoding = named(encoding).expect("a known name");
        let (bytes, _, _) = encoding.encode(text);
        let decoded = decode(&bytes, None);
        assert_eq!(decoded.text, text, "read as {}", decoded.encoding);
        assert!(decoded.guessed);
    }

    #[test]
    fn undeclared_text_is_recognised_by_its_language() {
        guessed(
            "gb18030",
            "今天天气很好，我们一起去公园散步，看到了很多美丽的花。",
        );
        guessed(
            "big5",
            "今天天氣很好，我們一起去公園散步，看到了很多美麗的花。",
        );
        guessed(
            "shift_jis",
            "今日は天気がいいので、公園へ散歩に行きました。花がきれいです。",
        );
        guessed(
            "euc-jp",
            "今日は天気がいいので、公園へ散歩に行きました。花がきれいです。",
        );
        guessed(
            "koi8-r",
            "Сегодня хорошая погода, и мы пошли гулять в парк.",
        );
        guessed(
            "windows-1251",
            "Сегодня хорошая погода, и мы пошли гулять в парк.",
        );
        guessed(
            "windows-1252",
            "Il était une fois un café à côté de l’église.",
        );
        guessed("euc-kr", "오늘은 날씨가 좋아서 공원에 산책하러 갔습니다.");
    }

    #[test]
    fn a_byte_order_mark_decides() {
        assert_eq!(decode(b"\xEF\xBB\xBFa", Some("gbk")).text, "a");
        assert_eq!(decode(b"\xFF\xFEa\0", None).text, "a");
        assert_eq!(decode(b"\xFE\xFF\0a", None).text, "a");
    }

    #[test]
    fn utf_16_without_a_mark_is_seen() {
        let bytes: Vec<u8> = "AUTHOR: Ana"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(decode(&bytes, None).text, "AUTHOR: Ana");
    }

    #[test]
    fn valid_utf_8_wins_over_a_wrong_declaration() {
        let decoded = decode("naïve 中文".as_bytes(), Some("iso-8859-1"));
        assert_eq!(
            (decoded.text.as_str(), decoded.encoding),
            ("naïve 中文", "UTF-8")
        );
    }

    #[test]
    fn a_declared_name_is_believed_where_utf_8_fails() {
        let decoded = decode(b"caf\xE9", Some("latin-1"));
        assert_eq!((decoded.text.as_str(), decoded.guessed), ("café", false));
        assert_eq!(decode(b"caf\xE9", Some("no-such-thing")).text, "café");
    }

    #[test]
    fn utf_8_with_a_broken_place_stays_utf_8() {
        let mut bytes = "今天天气很好，我们一起去公园散步".as_bytes().to_vec();
        bytes.pop();
        let decoded = decode(&bytes, None);
        assert_eq!((decoded.encoding, decoded.replaced), ("UTF-8", 1));
    }

    #[test]
    fn a_foreign_piece_in_a_utf_8_file_is_read_on_its_own() {
        let pieces = Pieces::new("Grüße, 中文, и так далее, ещё раз".as_bytes(), None);
        let (text, encoding, replaced) = pieces.read(b"Il \xE9tait une fois un caf\xE9");
        assert_eq!(
            (text.as_ref(), encoding, replaced),
            ("Il était une fois un café", Some("windows-1252"), 0)
        );
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, declared in proptest::option::of("[a-z0-9-]{0,12}")) {
            let decoded = decode(&bytes, declared.as_deref());
            prop_assert!(decoded.replaced <= decoded.text.len());
        }

        #[test]
        fn utf_8_reads_back_as_it_was_written(text in "[a-zа-я中-丰é]{0,200}") {
            prop_assert_eq!(decode(text.as_bytes(), None).text, text);
        }
    }
}
