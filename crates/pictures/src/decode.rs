//! Foreign pictures as pixels, within a bound on memory.

use super::probe::format_of;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use serde::{Deserialize, Serialize};
use std::io::Cursor;

/// Why there are no smaller copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PictureError {
    /// It is not a kind of picture that can be made smaller here.
    #[error("{0} is not made smaller here")]
    OtherKind(String),
    /// Its pixels need more memory than is allowed.
    #[error("{width} x {height} pixels are more than can be made smaller here")]
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Its bytes are damaged.
    #[error("the picture is damaged ({0})")]
    Broken(String),
    /// The making was stopped.
    #[error("{0}")]
    Stopped(String),
}

/// A decoded picture, upright.
pub(super) struct Decoded {
    /// Its pixels; of a very large picture every second one (see [`halved`]).
    pub(super) pixels: DynamicImage,
    /// Width in pixels of the whole picture, upright.
    pub(super) width: u32,
    /// Height in pixels of the whole picture, upright.
    pub(super) height: u32,
    /// EXIF orientation that it had, 1 for upright.
    pub(super) turned: u8,
    /// Colour profile, where it is not the usual one.
    pub(super) profile: Option<Vec<u8>>,
}

/// Decodes `bytes` as `media_type`, at most `memory_bytes_max` of pixels. Nothing wider or higher than `side_wanted` pixels
/// will be made of it.
pub(super) fn decode(
    bytes: &[u8],
    media_type: &str,
    memory_bytes_max: u64,
    side_wanted: u32,
) -> Result<Decoded, PictureError> {
    let format =
        format_of(media_type).ok_or_else(|| PictureError::OtherKind(media_type.to_owned()))?;
    let broken = |error: image::ImageError| PictureError::Broken(error.to_string());
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if decoder.total_bytes() > memory_bytes_max {
        return Err(PictureError::TooLarge { width, height });
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(memory_bytes_max);
    decoder.set_limits(limits).map_err(broken)?;
    let profile = decoder
        .icc_profile()
        .ok()
        .flatten()
        .filter(|profile| is_unusual(profile));
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut pixels = eight_bit(DynamicImage::from_decoder(decoder).map_err(broken)?);
    // Turning and resampling need as much again: where there is no room for that, half the pixels must do.
    let is_tight = pixels.as_bytes().len() as u64 * 2 > memory_bytes_max;
    if is_tight || width.max(height) / 2 >= side_wanted {
        pixels = halved(pixels);
    }
    pixels.apply_orientation(orientation);
    let turned = orientation.to_exif() >= 5;
    Ok(Decoded {
        pixels,
        width: if turned { height } else { width },
        height: if turned { width } else { height },
        turned: orientation.to_exif(),
        profile,
    })
}

/// The picture at half its width and height, each pixel the mean of four, made in its own memory.
fn halved(pixels: DynamicImage) -> DynamicImage {
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    let channels = usize::from(pixels.color().channel_count());
    if width < 2 || height < 2 || pixels.as_bytes().len() != width * height * channels {
        return pixels;
    }
    let (new_width, new_height) = (width / 2, height / 2);
    let mut raw = pixels.into_bytes();
    let row = width * channels;
    let mut to = 0;
    for y in 0..new_height {
        for x in 0..new_width {
            for channel in 0..channels {
                // Always at or behind the place that is written, so nothing is overwritten that is still needed.
                let from = 2 * y * row + 2 * x * channels + channel;
                let sum = u16::from(raw[from])
                    + u16::from(raw[from + channels])
                    + u16::from(raw[from + row])
                    + u16::from(raw[from + row + channels]);
                raw[to] = ((sum + 2) / 4) as u8;
                to += 1;
            }
        }
    }
    raw.truncate(to);
    raw.shrink_to_fit();
    let (width, height) = (new_width as u32, new_height as u32);
    match channels {
        1 => image::GrayImage::from_raw(width, height, raw).map(Into::into),
        2 => image::GrayAlphaImage::from_raw(width, height, raw).map(Into::into),
        3 => image::RgbImage::from_raw(width, height, raw).map(Into::into),
        _ => image::RgbaImage::from_raw(width, height, raw).map(Into::into),
    }
    .unwrap_or_default()
}

/// Every smaller copy has eight bits a channel, as WordPress's have.
fn eight_bit(pixels: DynamicImage) -> DynamicImage {
    match pixels {
        DynamicImage::ImageLuma16(_) => pixels.to_luma8().into(),
        DynamicImage::ImageLumaA16(_) => pixels.to_luma_alpha8().into(),
        DynamicImage::ImageRgb16(_) | DynamicImage::ImageRgb32F(_) => pixels.to_rgb8().into(),
        DynamicImage::ImageRgba16(_) | DynamicImage::ImageRgba32F(_) => pixels.to_rgba8().into(),
        other => other,
    }
}

/// Whether a colour profile says more than every browser assumes. A plain sRGB one would only make thumbnails heavier.
fn is_unusual(profile: &[u8]) -> bool {
    let is_rgb = profile.get(16..20) == Some(b"RGB ");
    is_rgb
        && memchr::memmem::find(profile, b"sRGB").is_none()
        && memchr::memmem::find(profile, b"s\0R\0G\0B").is_none()
}
