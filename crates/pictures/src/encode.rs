//! Pixels as files again: JPEG for JPEG, PNG for PNG, GIF for GIF; WebP as JPEG, or lossless WebP where it is see-through.

use super::decode::PictureError;
use image::codecs::gif::GifEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder};

/// How much work the GIF encoder puts into its palette: 1 is all, 30 the least. 10 is the usual middle.
const GIF_SPEED: i32 = 10;

/// Largest colour profile that is copied into smaller copies. Larger ones belong to printing.
const PROFILE_BYTES_MAX: usize = 64 * 1024;

/// Every type that a smaller copy may have.
pub(super) const COPY_TYPES: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp"];

/// The type a smaller copy of `media_type` gets. A lossy WebP encoder is not at hand, and lossless copies of photographs would
/// be larger than the original, so photographs become JPEG.
pub(super) fn copy_type(media_type: &str, see_through: bool) -> &'static str {
    match (media_type, see_through) {
        ("image/png", _) => "image/png",
        ("image/gif", _) => "image/gif",
        ("image/webp", true) => "image/webp",
        _ => "image/jpeg",
    }
}

/// Writes `pixels` as `media_type`.
pub(super) fn encode(
    pixels: &DynamicImage,
    media_type: &str,
    jpeg_quality: u8,
    profile: Option<&[u8]>,
) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    let broken = |error: image::ImageError| PictureError::Broken(error.to_string());
    let (width, height) = (pixels.width(), pixels.height());
    let color = ExtendedColorType::from(pixels.color());
    match media_type {
        "image/png" => {
            PngEncoder::new_with_quality(
                &mut bytes,
                CompressionType::Default,
                FilterType::Adaptive,
            )
            .write_image(pixels.as_bytes(), width, height, color)
            .map_err(broken)?;
        }
        "image/gif" => {
            let pixels = pixels.to_rgba8();
            GifEncoder::new_with_speed(&mut bytes, GIF_SPEED)
                .encode(&pixels, width, height, ExtendedColorType::Rgba8)
                .map_err(broken)?;
        }
        "image/webp" => {
            let pixels = pixels.to_rgba8();
            WebPEncoder::new_lossless(&mut bytes)
                .write_image(&pixels, width, height, ExtendedColorType::Rgba8)
                .map_err(broken)?;
        }
        _ => encode_jpeg(&mut bytes, pixels, jpeg_quality, profile)?,
    }
    Ok(bytes)
}

fn encode_jpeg(
    bytes: &mut Vec<u8>,
    pixels: &DynamicImage,
    quality: u8,
    profile: Option<&[u8]>,
) -> Result<(), PictureError> {
    let broken = |error: jpeg_encoder::EncodingError| PictureError::Broken(error.to_string());
    let side = |side: u32| {
        u16::try_from(side).map_err(|_| PictureError::Broken(format!("{side} pixels on one side")))
    };
    let (width, height) = (side(pixels.width())?, side(pixels.height())?);
    let mut encoder = jpeg_encoder::Encoder::new(bytes, quality);
    if let Some(profile) = profile.filter(|profile| profile.len() <= PROFILE_BYTES_MAX) {
        encoder.add_icc_profile(profile).map_err(broken)?;
    }
    match pixels {
        DynamicImage::ImageLuma8(gray) => {
            encoder.encode(gray, width, height, jpeg_encoder::ColorType::Luma)
        }
        DynamicImage::ImageRgb8(rgb) => {
            encoder.encode(rgb, width, height, jpeg_encoder::ColorType::Rgb)
        }
        other => encoder.encode(
            &other.to_rgb8(),
            width,
            height,
            jpeg_encoder::ColorType::Rgb,
        ),
    }
    .map_err(broken)
}
