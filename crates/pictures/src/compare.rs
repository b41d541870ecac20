//! Whether two pictures show the same, for verification.

use super::decode::decode;
use super::probe::probe;
use image::imageops::FilterType;

/// Pixels of a picture that is compared need at most this much memory.
const MEMORY_BYTES_MAX: u64 = 96 * 1024 * 1024;

/// How different two pictures are.
#[derive(Debug, Clone, PartialEq)]
pub enum PixelDifference {
    /// Every byte is the same.
    SameBytes,
    /// Both were decoded: the mean difference of a channel, 0 (the same) to 255; sizes as shown. Pictures of different size
    /// are compared at the smaller one's.
    Pixels {
        /// Mean difference.
        mean: f64,
        /// Whether width and height are the same.
        same_size: bool,
    },
    /// At least one cannot be decoded, and the bytes differ.
    Unknown,
}

/// Compares two files.
#[must_use]
pub fn compare_pixels(a: &[u8], b: &[u8]) -> PixelDifference {
    if a == b {
        return PixelDifference::SameBytes;
    }
    // Foreign bytes in foreign decoders: a panic there is one picture's answer, not the end of the run.
    std::panic::catch_unwind(|| decoded_difference(a, b))
        .ok()
        .flatten()
        .unwrap_or(PixelDifference::Unknown)
}

fn decoded_difference(a: &[u8], b: &[u8]) -> Option<PixelDifference> {
    let pixels = |bytes: &[u8]| {
        let media_type = probe(bytes).media_type;
        Some(
            decode(bytes, &media_type, MEMORY_BYTES_MAX, u32::MAX)
                .ok()?
                .pixels,
        )
    };
    let (mut one, mut other) = (pixels(a)?, pixels(b)?);
    let same_size = one.width() == other.width() && one.height() == other.height();
    if !same_size {
        let width = one.width().min(other.width());
        let height = one.height().min(other.height());
        one = one.resize_exact(width, height, FilterType::Triangle);
        other = other.resize_exact(width, height, FilterType::Triangle);
    }
    let (one, other) = (one.into_rgb8(), other.into_rgb8());
    let sum: u64 = one
        .iter()
        .zip(other.iter())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    let count = one.len().max(1);
    Some(PixelDifference::Pixels {
        mean: sum as f64 / count as f64,
        same_size,
    })
}
