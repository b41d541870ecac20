//! What a file is by its bytes: type, size in pixels as shown, orientation, whether it moves. Nothing is decoded.

use image::{ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Memory for what stands in a header: colour profiles and texts, some of them packed. Printers' profiles have 2 MiB.
const HEADER_MEMORY_BYTES: u64 = 16 * 1024 * 1024;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Type by magic bytes; `application/octet-stream` when nothing is known.
    pub media_type: String,
    /// Width in pixels as shown, for pictures whose header says so.
    pub width: Option<u32>,
    /// Height in pixels as shown.
    pub height: Option<u32>,
    /// EXIF orientation, 1 to 8; 1 is upright.
    pub orientation: u8,
    /// Whether it has more than one frame (GIF, PNG, WebP).
    pub animated: bool,
}

/// Looks at the bytes of a file. Its first 64 KiB are mostly enough; size and orientation may stand further on.
#[must_use]
pub fn probe(bytes: &[u8]) -> Probe {
    let media_type = media_type_of(bytes);
    let mut probe = Probe {
        media_type: media_type.to_owned(),
        width: None,
        height: None,
        orientation: 1,
        animated: is_animated(media_type, bytes),
    };
    if let Some(format) = format_of(media_type) {
        // A picture's header is foreign bytes; a decoder that panics on it must not end the whole move.
        let seen = std::panic::catch_unwind(|| look(bytes, format));
        if let Ok(Some((width, height, orientation))) = seen {
            let turned = orientation >= 5;
            probe.width = Some(if turned { height } else { width });
            probe.height = Some(if turned { width } else { height });
            probe.orientation = orientation;
        }
    }
    probe
}

/// The decoder for a type, where there is one.
pub(super) fn format_of(media_type: &str) -> Option<ImageFormat> {
    Some(match media_type {
        "image/jpeg" => ImageFormat::Jpeg,
        "image/png" => ImageFormat::Png,
        "image/gif" => ImageFormat::Gif,
        "image/webp" => ImageFormat::WebP,
        "image/bmp" => ImageFormat::Bmp,
        _ => return None,
    })
}

fn look(bytes: &[u8], format: ImageFormat) -> Option<(u32, u32, u8)> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(HEADER_MEMORY_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().map_or(1, |turn| turn.to_exif());
    Some((width, height, orientation))
}

/// Type by magic bytes, with the few that the library does not know.
fn media_type_of(bytes: &[u8]) -> &'static str {
    if is_svg(bytes) {
        return "image/svg+xml";
    }
    match infer::get(bytes).map(|kind| kind.mime_type()) {
        Some("image/heif") => "image/heic",
        Some(media_type) => media_type,
        None => "application/octet-stream",
    }
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with("<svg")
        || ((head.starts_with("<?xml") || head.starts_with("<!")) && head.contains("<svg"))
}

fn is_animated(media_type: &str, bytes: &[u8]) -> bool {
    match media_type {
        "image/gif" => gif_frames_up_to_two(bytes) > 1,
        "image/png" => {
            // The animation chunk stands before the first data chunk.
            let data = memchr::memmem::find(bytes, b"IDAT").unwrap_or(bytes.len());
            memchr::memmem::find(&bytes[..data], b"acTL").is_some()
        }
        "image/webp" => bytes.len() > 20 && &bytes[12..16] == b"VP8X" && bytes[20] & 2 != 0,
        _ => false,
    }
}

/// Counts the frames of a GIF by walking its blocks, at most to two.
fn gif_frames_up_to_two(bytes: &[u8]) -> usize {
    let table_bytes = |flags: u8| {
        if flags & 0x80 == 0 {
            0
        } else {
            3 << ((flags & 7) + 1)
        }
    };
    let mut at = 13 + bytes.get(10).copied().map_or(0, table_bytes);
    let mut frames = 0;
    while let Some(&block) = bytes.get(at) {
        match block {
            0x21 => at = after_sub_blocks(bytes, at + 2),
            0x2C => {
                frames += 1;
                let table = bytes.get(at + 9).copied().map_or(0, table_bytes);
                at = after_sub_blocks(bytes, at + 11 + table);
            }
            _ => break,
        }
        if frames > 1 {
            break;
        }
    }
    frames
}

fn after_sub_blocks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&length) = bytes.get(at) {
        at += 1 + usize::from(length);
        if length == 0 {
            break;
        }
    }
    at
}
