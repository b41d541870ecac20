//! The file name a picture is placed under: its own, or one that tells nothing.

use crate::bundle::StoredMedia;
use blog::Media;

/// The file name a picture is placed under: its own, else the last part of its address; the extension follows the bytes.
pub(super) fn file_name(media: &Media, stored: &StoredMedia) -> String {
    let own = media
        .file_name
        .as_deref()
        .filter(|name| !name.trim().is_empty());
    let last = stored
        .address
        .split(['?', '#'])
        .next()
        .and_then(|address| address.rsplit('/').next())
        .unwrap_or("picture");
    let name = own.unwrap_or(last);
    let stem = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 5 => stem,
        _ => name,
    };
    // A name of nothing but dots would lose them, and its ending with them.
    let stem = match stem.trim_matches('.') {
        "" => "picture",
        stem => stem,
    };
    format!("{stem}.{}", extension(&stored.media_type, name))
}

/// The file name of a picture that not everyone may see: 128 bits that follow from its bytes and the bundle's secret. It is the
/// same with each run, and nobody can guess it who does not have both.
pub(super) fn secret_file_name(secret: &[u8; 32], stored: &StoredMedia) -> String {
    let hash = blake3::keyed_hash(secret, stored.hash.as_bytes()).to_hex();
    format!(
        "{}.{}",
        &hash.as_str()[..32],
        extension(&stored.media_type, "")
    )
}

/// The ending for a type by magic bytes; that of `name` where the type says nothing.
pub(crate) fn extension<'a>(media_type: &'a str, name: &'a str) -> &'a str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/bmp" => "bmp",
        "image/heif" | "image/heic" => "heic",
        "application/pdf" => "pdf",
        "video/mp4" => "mp4",
        "audio/mpeg" => "mp3",
        "application/zip" => "zip",
        _ => name
            .rsplit_once('.')
            .map(|(_, extension)| extension)
            .filter(|extension| extension.len() <= 5)
            .unwrap_or("bin"),
    }
}
