//! The smaller copies of a picture that WordPress would make, made here: a hosting's PHP needs four to nine times the work.

use super::decode::{Decoded, PictureError, decode};
use super::dimensions::{Cut, SizeRule, constrain, cut_for};
use super::encode::{copy_type, encode};
use super::probe::{Probe, probe};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{
    FilterType, IntoImageView, IntoImageViewMut, PixelTrait, ResizeAlg, ResizeError, ResizeOptions,
    Resizer,
};
use image::{ColorType, DynamicImage};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Pixels of a picture beyond which no copies are made. Cameras of the time made a tenth.
pub const PIXELS_MAX: u64 = 100_000_000;

/// Pixels on one side beyond which no copies are made.
pub const SIDE_MAX: u32 = 30_000;

/// An already shrunk copy serves as source of a smaller one when it is at least this much larger: below that, resampling
/// twice would be seen.
const REUSE_FACTOR: f64 = 2.0;

/// Larger copies, and larger buffers of the resampler, are not kept: memory is for the picture itself.
const COPY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What the site wants of its pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// JPEG quality, 1 to 100.
    pub jpeg_quality: u8,
    /// Longest side before the shown picture is scaled down; 0 for never.
    pub big_image_threshold: u32,
    /// Most memory for the pixels of one picture.
    pub memory_bytes_max: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            jpeg_quality: 82,
            big_image_threshold: 2560,
            memory_bytes_max: 96 * 1024 * 1024,
        }
    }
}

/// The copies of one picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What the site shows instead of the original, where that is too large or lies on its side. The original is kept beside.
    pub main: Option<ScaledMain>,
    /// The smaller copies, in the order of the rules.
    pub sizes: Vec<SubSize>,
    /// Width of what is shown, upright.
    pub width: u32,
    /// Height of what is shown, upright.
    pub height: u32,
}

/// A picture made to be shown instead of its original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaledMain {
    /// `scaled` or `rotated`, for the file name as WordPress gives it.
    pub suffix: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// One smaller copy. Rules that ask for the same pixels share the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubSize {
    /// Name of the rule.
    pub name: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Type of the copy.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Arc<[u8]>,
}

/// Makes every copy that WordPress would make for `sizes`.
///
/// # Errors
/// When the bytes are no picture of a kind that is made smaller, need too much memory, or are damaged.
pub fn sub_sizes(
    bytes: &[u8],
    sizes: &[SizeRule],
    settings: Settings,
) -> Result<Made, PictureError> {
    // Decoders are fed by strangers. One that panics costs this one picture its copies; the move goes on. The inputs are
    // shared slices and nothing of the outputs survives, so nothing half-made can be seen afterwards.
    std::panic::catch_unwind(|| make(bytes, sizes, settings))
        .unwrap_or_else(|_| Err(PictureError::Broken("the decoder gave up".to_owned())))
}

/// The memory that making copies of `bytes` takes: its pixels, and for progressive JPEG the coefficients besides.
#[must_use]
pub fn decoded_bytes(bytes: &[u8], probe: &Probe) -> u64 {
    let pixels = u64::from(probe.width.unwrap_or(0)) * u64::from(probe.height.unwrap_or(0));
    match probe.media_type.as_str() {
        "image/jpeg" => pixels * jpeg_pixel_bytes(bytes),
        _ => pixels * 4,
    }
}

/// Judges a picture by its header: whether making copies of it is worth a try.
///
/// # Errors
/// [`PictureError::OtherKind`] for what gets no copies, [`PictureError::TooLarge`] for more pixels or memory than are allowed.
pub fn admit(bytes: &[u8], seen: &Probe, settings: Settings) -> Result<(), PictureError> {
    // WordPress makes no copies of bitmaps either.
    if !matches!(
        seen.media_type.as_str(),
        "image/jpeg" | "image/png" | "image/gif" | "image/webp"
    ) {
        return Err(PictureError::OtherKind(seen.media_type.clone()));
    }
    let (width, height) = (seen.width.unwrap_or(0), seen.height.unwrap_or(0));
    let too_large = width.max(height) > SIDE_MAX
        || u64::from(width) * u64::from(height) > PIXELS_MAX
        || decoded_bytes(bytes, seen) > settings.memory_bytes_max;
    if too_large {
        return Err(PictureError::TooLarge { width, height });
    }
    Ok(())
}

fn make(bytes: &[u8], rules: &[SizeRule], settings: Settings) -> Result<Made, PictureError> {
    let seen = probe(bytes);
    admit(bytes, &seen, settings)?;
    let picture = decode(
        bytes,
        &seen.media_type,
        settings.memory_bytes_max,
        side_wanted(rules, settings),
    )?;
    let mut bench = Bench::new(&seen, &picture, settings);
    let sizes = bench.sizes(rules)?;
    let main = bench.main()?;
    let (width, height) = main
        .as_ref()
        .map_or((picture.width, picture.height), |(_, width, height)| {
            (*width, *height)
        });
    Ok(Made {
        main: main.map(|(main, _, _)| main),
        sizes,
        width,
        height,
    })
}

/// The longest side that anything made of a picture may have.
fn side_wanted(rules: &[SizeRule], settings: Settings) -> u32 {
    let unbounded = |rule: &SizeRule| rule.width == 0 || rule.height == 0;
    let sides = rules.iter().map(|rule| {
        // A box that is open one way can be filled far beyond its other side.
        let stretch = if unbounded(rule) { 4 } else { 1 };
        rule.width.max(rule.height).saturating_mul(stretch)
    });
    sides.max().unwrap_or(0).max(settings.big_image_threshold)
}

/// A workbench with one picture on it, its copies so far, and the tools.
struct Bench<'a> {
    seen: &'a Probe,
    picture: &'a Decoded,
    settings: Settings,
    resizer: Resizer,
    /// Uncut copies, from large to small.
    copies: Vec<DynamicImage>,
}

impl<'a> Bench<'a> {
    fn new(seen: &'a Probe, picture: &'a Decoded, settings: Settings) -> Self {
        Self {
            seen,
            picture,
            settings,
            resizer: Resizer::new(),
            copies: Vec::new(),
        }
    }

    fn sizes(&mut self, rules: &[SizeRule]) -> Result<Vec<SubSize>, PictureError> {
        let (width, height) = (self.picture.width, self.picture.height);
        let mut wanted: Vec<(usize, Cut)> = rules
            .iter()
            .enumerate()
            .filter_map(|(at, rule)| Some((at, cut_for(width, height, rule)?)))
            .collect();
        wanted.sort_by_key(|(_, cut)| std::cmp::Reverse((cut.width, cut.height)));
        let mut made: Vec<(usize, Cut, SubSize)> = Vec::with_capacity(wanted.len());
        for (at, cut) in wanted {
            let name = rules[at].name.clone();
            let twin = made.iter().find(|(_, other, _)| *other == cut);
            let size = match twin {
                Some((_, _, twin)) => SubSize {
                    name,
                    ..twin.clone()
                },
                None => self.size(name, cut)?,
            };
            made.push((at, cut, size));
        }
        made.sort_by_key(|(at, _, _)| *at);
        Ok(made.into_iter().map(|(_, _, size)| size).collect())
    }

    fn size(&mut self, name: String, cut: Cut) -> Result<SubSize, PictureError> {
        let pixels = self.resized(cut)?;
        let media_type = copy_type(&self.seen.media_type, pixels.color().has_alpha());
        let bytes = self.encoded(&pixels, media_type)?;
        let is_whole =
            cut.part_width == self.picture.width && cut.part_height == self.picture.height;
        if is_whole && pixels.as_bytes().len() <= COPY_BYTES_MAX {
            self.copies.push(pixels);
        }
        Ok(SubSize {
            name,
            width: cut.width,
            height: cut.height,
            media_type,
            bytes: bytes.into(),
        })
    }

    /// The picture shown instead of the original: scaled above the threshold, turned upright where it lies on its side. An
    /// animation is left alone: WordPress would scale it too, and stop it by that.
    fn main(&mut self) -> Result<Option<(ScaledMain, u32, u32)>, PictureError> {
        let (width, height) = (self.picture.width, self.picture.height);
        if self.seen.animated {
            return Ok(None);
        }
        let threshold = self.settings.big_image_threshold;
        let media_type = copy_type(
            &self.seen.media_type,
            self.picture.pixels.color().has_alpha(),
        );
        if threshold > 0 && (width > threshold || height > threshold) {
            let (new_width, new_height) = constrain(width, height, threshold, threshold);
            let pixels = self.resized(Cut::whole((width, height), (new_width, new_height)))?;
            let bytes = self.encoded(&pixels, media_type)?;
            let main = ScaledMain {
                suffix: "scaled",
                bytes,
            };
            return Ok(Some((main, new_width, new_height)));
        }
        let is_complete = self.picture.pixels.width() == width;
        if self.picture.turned != 1 && is_complete {
            let bytes = self.encoded(&self.picture.pixels, media_type)?;
            let main = ScaledMain {
                suffix: "rotated",
                bytes,
            };
            return Ok(Some((main, width, height)));
        }
        Ok(None)
    }

    fn encoded(&self, pixels: &DynamicImage, media_type: &str) -> Result<Vec<u8>, PictureError> {
        encode(
            pixels,
            media_type,
            self.settings.jpeg_quality,
            self.picture.profile.as_deref(),
        )
    }

    /// Resamples a part of the picture, from the smallest copy that is still much larger.
    fn resized(&mut self, cut: Cut) -> Result<DynamicImage, PictureError> {
        let whole = &self.picture.pixels;
        let scale_of = |copy: &DynamicImage| {
            (
                f64::from(copy.width()) / f64::from(self.picture.width),
                f64::from(copy.height()) / f64::from(self.picture.height),
            )
        };
        let source = self
            .copies
            .iter()
            .rev()
            .find(|copy| {
                let (across, down) = scale_of(copy);
                f64::from(cut.part_width) * across >= f64::from(cut.width) * REUSE_FACTOR
                    && f64::from(cut.part_height) * down >= f64::from(cut.height) * REUSE_FACTOR
            })
            .unwrap_or(whole);
        let (across, down) = scale_of(source);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
            .crop(
                f64::from(cut.left) * across,
                f64::from(cut.top) * down,
                f64::from(cut.part_width) * across,
                f64::from(cut.part_height) * down,
            );
        let mut target = DynamicImage::new(cut.width, cut.height, source.color());
        resample(&mut self.resizer, source, &mut target, &options)
            .map_err(|error| PictureError::Broken(error.to_string()))?;
        if self.resizer.size_of_internal_buffers() > COPY_BYTES_MAX {
            self.resizer.reset_internal_buffers();
        }
        Ok(target)
    }
}

/// Resamples between two pictures of one kind. Decoded pictures have eight bits a channel; the other nine kinds of pixels that the library
/// knows would be compiled here for nothing.
fn resample(
    resizer: &mut Resizer,
    source: &DynamicImage,
    target: &mut DynamicImage,
    options: &ResizeOptions,
) -> Result<(), ResizeError> {
    match source.color() {
        ColorType::L8 => resample_as::<U8>(resizer, source, target, options),
        ColorType::La8 => resample_as::<U8x2>(resizer, source, target, options),
        ColorType::Rgb8 => resample_as::<U8x3>(resizer, source, target, options),
        ColorType::Rgba8 => resample_as::<U8x4>(resizer, source, target, options),
        _ => Err(ResizeError::PixelTypesAreDifferent),
    }
}

fn resample_as<P: PixelTrait>(
    resizer: &mut Resizer,
    source: &DynamicImage,
    target: &mut DynamicImage,
    options: &ResizeOptions,
) -> Result<(), ResizeError> {
    match (source.image_view::<P>(), target.image_view_mut::<P>()) {
        (Some(source), Some(mut target)) => resizer.resize_typed(&source, &mut target, options),
        _ => Err(ResizeError::PixelTypesAreDifferent),
    }
}

/// Bytes that decoding takes for each pixel of a JPEG: three for the pixel, and where it is progressive the coefficients of all
/// its scans, two bytes for each sample. Its frame header says which and how many.
fn jpeg_pixel_bytes(bytes: &[u8]) -> u64 {
    let mut at = 2;
    while let (Some(0xFF), Some(&marker)) = (bytes.get(at), bytes.get(at + 1)) {
        match marker {
            0xC2 | 0xC6 | 0xCA | 0xCE => {
                // Colour at half the width and height, the usual case, has half as many samples again as grey.
                let is_halved = bytes.get(at + 11) == Some(&0x22);
                return if is_halved { 6 } else { 9 };
            }
            0xC0 | 0xC1 | 0xC3 | 0xDA => break,
            0xFF => at += 1,
            _ => {
                let (Some(&high), Some(&low)) = (bytes.get(at + 2), bytes.get(at + 3)) else {
                    break;
                };
                at += 2 + usize::from(u16::from_be_bytes([high, low]));
            }
        }
    }
    3
}
