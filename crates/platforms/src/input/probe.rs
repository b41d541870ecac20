//! What a file is, by its first bytes: type, and for pictures the size as shown. Reads headers only; nothing is decoded.

/// Judges a head. `None` for what is no known media.
pub(crate) fn media_type(head: &[u8]) -> Option<String> {
    if let Some(kind) = infer::get(head) {
        let known = kind.mime_type();
        // What infer calls text is a web page or a script, and those are not media.
        return (kind.matcher_type() != infer::MatcherType::Text).then(|| known.to_owned());
    }
    looks_like_svg(head).then(|| "image/svg+xml".to_owned())
}

/// Whether a head is a web page: what hosts send in place of pictures that are gone.
pub(crate) fn is_web_page(head: &[u8]) -> bool {
    let text = head
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(head)
        .trim_ascii_start();
    let start: Vec<u8> = text.iter().take(512).map(u8::to_ascii_lowercase).collect();
    start.starts_with(b"<!doctype html")
        || start.starts_with(b"<html")
        || memchr::memmem::find(&start, b"<html").is_some()
        || start.starts_with(b"<head")
        || start.starts_with(b"<body")
        || start.starts_with(b"<script")
}

/// The title of a web page, for the message.
pub(crate) fn page_title(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title: String = text[start..end]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    (!title.is_empty()).then(|| title.chars().take(60).collect())
}

/// Width and height as shown, after EXIF orientation.
pub(crate) fn size(head: &[u8], media_type: &str) -> Option<(u32, u32)> {
    match media_type {
        "image/png" => Some((be32(head, 16)?, be32(head, 20)?)),
        "image/gif" => Some((le16(head, 6)?, le16(head, 8)?)),
        "image/bmp" => Some((
            le32(head, 18)?,
            (le32(head, 22)?.cast_signed()).unsigned_abs(),
        )),
        "image/webp" => webp(head),
        "image/jpeg" => {
            let jpeg = jpeg(head);
            let (width, height) = jpeg.size?;
            Some(if jpeg.turned {
                (height, width)
            } else {
                (width, height)
            })
        }
        _ => None,
    }
}

/// What the segments of a JPEG say.
#[derive(Debug, Default)]
pub(crate) struct Jpeg {
    pub(crate) size: Option<(u32, u32)>,
    /// Whether the EXIF orientation swaps width and height.
    pub(crate) turned: bool,
    /// Where the picture's own data begin; an end mark before it belongs to a thumbnail.
    pub(crate) data: Option<usize>,
}

/// Walks the segments of a JPEG up to its data.
pub(crate) fn jpeg(head: &[u8]) -> Jpeg {
    let mut jpeg = Jpeg::default();
    let mut at = 2;
    while let Some(&[mark, kind]) = head.get(at..at + 2) {
        if mark != 0xFF {
            at += 1;
            continue;
        }
        match kind {
            // Fill bytes and marks without a length.
            0xFF => {
                at += 1;
                continue;
            }
            0x01 | 0xD0..=0xD9 => {
                at += 2;
                continue;
            }
            0xDA => {
                jpeg.data = Some(at);
                return jpeg;
            }
            _ => {}
        }
        let Some(length) = be16(head, at + 2).map(|length| length as usize) else {
            return jpeg;
        };
        let segment = head.get(at + 4..at + 2 + length.max(2)).unwrap_or_default();
        match kind {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                jpeg.size = be16(segment, 3).zip(be16(segment, 1));
            }
            0xE1 if segment.starts_with(b"Exif\0\0") => jpeg.turned = is_turned(&segment[6..]),
            _ => {}
        }
        at += 2 + length.max(2);
    }
    jpeg
}

fn is_turned(tiff: &[u8]) -> bool {
    exif::Reader::new()
        .read_raw(tiff.to_vec())
        .is_ok_and(|exif| {
            exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)
                .and_then(|field| field.value.get_uint(0))
                .is_some_and(|orientation| (5..=8).contains(&orientation))
        })
}

fn webp(head: &[u8]) -> Option<(u32, u32)> {
    match head.get(12..16)? {
        b"VP8 " => Some((le16(head, 26)? & 0x3FFF, le16(head, 28)? & 0x3FFF)),
        b"VP8L" => {
            let bits = le32(head, 21)?;
            Some(((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1))
        }
        b"VP8X" => Some((
            (le32(head, 24)? & 0xFF_FFFF) + 1,
            (le32(head, 27)? & 0xFF_FFFF) + 1,
        )),
        _ => None,
    }
}

fn looks_like_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&head[..head.len().min(1024)]);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    (text.starts_with("<svg") || text.starts_with("<?xml") || text.starts_with("<!--"))
        && text.contains("<svg")
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    let two = bytes.get(at..at + 2)?;
    Some(u32::from(two[0]) << 8 | u32::from(two[1]))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(be16(bytes, at)? << 16 | be16(bytes, at + 2)?)
}

fn le16(bytes: &[u8], at: usize) -> Option<u32> {
    let two = bytes.get(at..at + 2)?;
    Some(u32::from(two[1]) << 8 | u32::from(two[0]))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(le16(bytes, at + 2)? << 16 | le16(bytes, at)?)
}
