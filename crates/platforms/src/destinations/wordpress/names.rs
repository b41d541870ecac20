//! File names at the new home: readable, plain ASCII, and different for different contents.

/// Longest readable part of a file name, in bytes.
const STEM_BYTES_MAX: usize = 60;

/// Digits of the content's hash in a name: with the year and month folder, enough to keep apart what has equal names.
const HASH_DIGITS: usize = 8;

/// Extensions by type. WordPress refuses a file whose extension and bytes disagree.
const EXTENSIONS: [(&str, &str); 22] = [
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/avif", "avif"),
    ("image/heic", "heic"),
    ("image/heif", "heif"),
    ("image/bmp", "bmp"),
    ("image/tiff", "tif"),
    ("image/vnd.microsoft.icon", "ico"),
    ("image/x-icon", "ico"),
    ("application/pdf", "pdf"),
    ("application/zip", "zip"),
    ("audio/mpeg", "mp3"),
    ("audio/x-wav", "wav"),
    ("audio/ogg", "ogg"),
    ("audio/m4a", "m4a"),
    ("video/mp4", "mp4"),
    ("video/quicktime", "mov"),
    ("video/webm", "webm"),
    ("video/x-msvideo", "avi"),
    ("video/x-ms-wmv", "wmv"),
];

/// Types that libraries call one way and WordPress another.
const WORDPRESS_TYPES: [(&str, &str); 9] = [
    ("image/vnd.microsoft.icon", "image/x-icon"),
    ("video/x-msvideo", "video/avi"),
    ("audio/x-wav", "audio/wav"),
    ("audio/m4a", "audio/mpeg"),
    ("audio/x-m4a", "audio/mpeg"),
    ("audio/x-flac", "audio/flac"),
    ("application/gzip", "application/x-gzip"),
    ("application/x-rar-compressed", "application/rar"),
    ("video/x-m4v", "video/mp4"),
];

/// Latin letters with marks and the plain ones they are written with where marks are not at hand.
const PLAIN_LETTERS: [(&str, &str); 21] = [
    ("àáâãåāăą", "a"),
    ("äæ", "ae"),
    ("çćčĉ", "c"),
    ("ďđð", "d"),
    ("èéêëēęěė", "e"),
    ("ğĝģ", "g"),
    ("ìíîïīįı", "i"),
    ("ķ", "k"),
    ("łľĺļ", "l"),
    ("ñńňņ", "n"),
    ("òóôõøōő", "o"),
    ("öœ", "oe"),
    ("řŕ", "r"),
    ("śšşș", "s"),
    ("ß", "ss"),
    ("ťţț", "t"),
    ("ùúûūůűų", "u"),
    ("ü", "ue"),
    ("ýÿ", "y"),
    ("źżž", "z"),
    ("þ", "th"),
];

/// The type as WordPress calls it.
pub(crate) fn wordpress_type(media_type: &str) -> &str {
    let known = WORDPRESS_TYPES.iter().find(|(name, _)| *name == media_type);
    known.map_or(media_type, |(_, wordpress)| wordpress)
}

/// The file name for content with `hash` of `media_type`, wished as `wish`. A file that is not public keeps its wish as it is: that
/// tells nothing, and whoever has the same file shall not find it by the hash.
pub(crate) fn file_name(wish: &str, hash: &str, media_type: &str, public: bool) -> String {
    // A path's folders say nothing worth keeping.
    let wish = wish.rsplit(['/', '\\']).next().unwrap_or(wish);
    let (stem, wished_extension) = wish.rsplit_once('.').unwrap_or((wish, ""));
    let stem = plain_stem(stem);
    let hash: String = hash
        .chars()
        .filter(char::is_ascii_hexdigit)
        .take(HASH_DIGITS)
        .collect();
    let extension = extension(media_type, wished_extension);
    if !public && !stem.is_empty() {
        format!("{stem}.{extension}")
    } else if stem.is_empty() {
        format!("file-{hash}.{extension}")
    } else {
        format!("{stem}-{hash}.{extension}")
    }
}

/// The extension for a type; where the type is an unusual one, the wished extension if it is harmless.
pub(crate) fn extension(media_type: &str, wished: &str) -> String {
    let known = EXTENSIONS.iter().find(|(name, _)| *name == media_type);
    if let Some((_, extension)) = known {
        return (*extension).to_owned();
    }
    let wished = wished.to_ascii_lowercase();
    let harmless = (1..=5).contains(&wished.len())
        && wished.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && ![
            "php", "phtml", "phar", "cgi", "pl", "py", "sh", "exe", "js", "htm", "html", "svg",
        ]
        .iter()
        .any(|bad| wished.starts_with(bad));
    if harmless { wished } else { "bin".to_owned() }
}

fn plain_stem(stem: &str) -> String {
    let mut plain = String::new();
    for letter in stem.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => plain.push(letter),
            _ if letter.is_ascii() => {
                if !plain.ends_with('-') {
                    plain.push('-');
                }
            }
            _ => {
                let written = PLAIN_LETTERS
                    .iter()
                    .find(|(marked, _)| marked.contains(letter));
                plain.push_str(written.map_or("", |(_, written)| written));
            }
        }
        if plain.len() >= STEM_BYTES_MAX {
            break;
        }
    }
    plain.trim_matches('-').to_owned()
}
