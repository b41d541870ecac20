//! Pictures as they come: turned, printed, moving, cut, lying about their size.

mod dimensions;
mod frames;
#[cfg(unix)]
mod helpers;

use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use pictures::{
    Crop, Made, PIXELS_MAX, PictureError, PixelDifference, Probe, SIDE_MAX, Settings, SizeRule,
    admit, compare_pixels, probe, sub_sizes,
};
use proptest::prelude::*;
use std::io::Cursor;

fn rules() -> Vec<SizeRule> {
    let rule = |name: &str, width, height, crop| SizeRule {
        name: name.to_owned(),
        width,
        height,
        crop,
    };
    vec![
        rule("thumbnail", 150, 150, Crop::Fill(0, 0)),
        rule("medium", 300, 300, Crop::Fit),
        rule("medium_large", 768, 0, Crop::Fit),
        rule("large", 1024, 1024, Crop::Fit),
        rule("twin", 768, 0, Crop::Fit),
    ]
}

/// A picture with a gradient and some texture.
fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let wave = ((x * x / 97 + y * y / 61) % 64) as u8;
        image::Rgb([
            (x * 200 / width) as u8 + wave / 2,
            (y * 200 / height) as u8,
            128 + wave,
        ])
    })
}

fn file(pixels: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixels: DynamicImage = pixels.into();
    pixels.write_to(&mut bytes, format).expect("a file");
    bytes.into_inner()
}

/// A JPEG whose EXIF says that it lies on its side.
fn turned_jpeg(pixels: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    encoder.add_exif_metadata(&exif).expect("room for EXIF");
    encoder
        .encode(
            pixels,
            pixels.width() as u16,
            pixels.height() as u16,
            jpeg_encoder::ColorType::Rgb,
        )
        .expect("a JPEG");
    bytes
}

fn made(bytes: &[u8]) -> Made {
    sub_sizes(bytes, &rules(), Settings::default()).expect("smaller copies")
}

#[test]
fn a_photo_gets_the_sizes_of_its_site() {
    let made = made(&file(photo(1024, 768), ImageFormat::Jpeg));
    assert_eq!(made.main, None);
    let sizes: Vec<_> = made
        .sizes
        .iter()
        .map(|size| (size.name.as_str(), size.width, size.height))
        .collect();
    assert_eq!(
        sizes,
        [
            ("thumbnail", 150, 150),
            ("medium", 300, 225),
            ("medium_large", 768, 576),
            ("twin", 768, 576)
        ]
    );
    for size in &made.sizes {
        let seen = probe(&size.bytes);
        assert_eq!(seen.media_type, "image/jpeg");
        assert_eq!(
            (seen.width, seen.height),
            (Some(size.width), Some(size.height))
        );
    }
    assert!(std::sync::Arc::ptr_eq(
        &made.sizes[2].bytes,
        &made.sizes[3].bytes
    ));
}

#[test]
fn a_copy_shows_what_its_original_shows() {
    let photo = photo(1600, 1200);
    let made = made(&file(photo.clone(), ImageFormat::Jpeg));
    let plain =
        DynamicImage::from(photo).resize_exact(300, 225, image::imageops::FilterType::Triangle);
    let plain = file(plain, ImageFormat::Png);
    let medium = made.sizes.iter().find(|size| size.name == "medium");
    let difference = compare_pixels(&plain, &medium.expect("a medium size").bytes);
    let PixelDifference::Pixels { mean, same_size } = difference else {
        panic!("{difference:?}");
    };
    assert!(same_size);
    assert!(mean < 6.0, "mean difference {mean}");
}

#[test]
fn a_picture_above_the_threshold_is_scaled_and_one_on_its_side_is_turned() {
    let large = made(&file(photo(3000, 1500), ImageFormat::Jpeg));
    let main = large.main.expect("a scaled one");
    assert_eq!(
        (main.suffix, large.width, large.height),
        ("scaled", 2560, 1280)
    );
    assert_eq!(probe(&main.bytes).width, Some(2560));

    let turned = turned_jpeg(&photo(640, 400), 6);
    let seen = probe(&turned);
    assert_eq!(
        (seen.width, seen.height, seen.orientation),
        (Some(400), Some(640), 6)
    );
    let turned = made(&turned);
    let main = turned.main.expect("an upright one");
    assert_eq!(
        (main.suffix, turned.width, turned.height),
        ("rotated", 400, 640)
    );
    assert_eq!(probe(&main.bytes).orientation, 1);
    assert_eq!((turned.sizes[1].width, turned.sizes[1].height), (188, 300));
}

#[test]
fn a_picture_too_large_for_its_memory_is_made_smaller_from_half_its_pixels() {
    let bytes = file(photo(900, 600), ImageFormat::Jpeg);
    let roomy = sub_sizes(&bytes, &rules(), Settings::default()).expect("copies");
    let tight = Settings {
        memory_bytes_max: 2_000_000,
        ..Settings::default()
    };
    let tight = sub_sizes(&bytes, &rules(), tight).expect("copies");
    assert_eq!((tight.width, tight.height), (900, 600));
    for (one, other) in roomy.sizes.iter().zip(&tight.sizes).take(2) {
        assert_eq!((one.width, one.height), (other.width, other.height));
        let difference = compare_pixels(&one.bytes, &other.bytes);
        let PixelDifference::Pixels { mean, .. } = difference else {
            panic!("{difference:?}");
        };
        assert!(mean < 8.0, "{}: mean difference {mean}", one.name);
    }
    let none = Settings {
        memory_bytes_max: 1_000_000,
        ..Settings::default()
    };
    let error = sub_sizes(&bytes, &rules(), none).expect_err("no room");
    assert_eq!(
        error,
        PictureError::TooLarge {
            width: 900,
            height: 600
        }
    );
}

#[test]
fn printers_colours_and_sixteen_bits_become_plain_copies() {
    let pixels: Vec<u8> = photo(400, 300)
        .pixels()
        .flat_map(|p| [p[0], p[1], p[2], 0])
        .collect();
    let mut cmyk = Vec::new();
    jpeg_encoder::Encoder::new(&mut cmyk, 90)
        .encode(&pixels, 400, 300, jpeg_encoder::ColorType::Cmyk)
        .expect("a JPEG");
    assert_eq!(made(&cmyk).sizes.len(), 2);

    let deep: DynamicImage = DynamicImage::from(photo(400, 300)).into_rgb16().into();
    let made = made(&file(deep, ImageFormat::Png));
    assert_eq!(made.sizes[0].media_type, "image/png");
}

#[test]
fn moving_and_see_through_pictures_keep_their_kind() {
    let mut moving = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut moving);
        for shade in [10, 200] {
            let frame = RgbaImage::from_pixel(400, 300, image::Rgba([shade, 0, 0, 255]));
            encoder
                .encode_frame(image::Frame::new(frame))
                .expect("a frame");
        }
    }
    assert!(probe(&moving).animated);
    assert_eq!(made(&moving).sizes[0].media_type, "image/gif");
    let still = file(
        RgbaImage::from_pixel(400, 300, image::Rgba([1, 2, 3, 255])),
        ImageFormat::Gif,
    );
    assert!(!probe(&still).animated);

    let glass = RgbaImage::from_pixel(400, 300, image::Rgba([9, 9, 9, 100]));
    assert_eq!(
        made(&file(glass, ImageFormat::WebP)).sizes[0].media_type,
        "image/webp"
    );
    assert_eq!(
        made(&file(photo(400, 300), ImageFormat::WebP)).sizes[0].media_type,
        "image/jpeg"
    );
}

#[test]
fn a_picture_that_claims_to_be_immense_is_not_unpacked() {
    let mut bomb = file(photo(20, 20), ImageFormat::Png);
    bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let error = sub_sizes(&bomb, &rules(), Settings::default()).expect_err("too large");
    assert!(
        matches!(
            error,
            PictureError::TooLarge { .. } | PictureError::Broken(_)
        ),
        "{error:?}"
    );
}

#[test]
fn sides_and_pixels_have_limits() {
    let side = 10_000;
    for (width, height, good) in [
        (SIDE_MAX, 1, true),
        (SIDE_MAX + 1, 1, false),
        (side, side, true),
        (side + 1, side, false),
    ] {
        let seen = Probe {
            media_type: "image/png".to_owned(),
            width: Some(width),
            height: Some(height),
            orientation: 1,
            animated: false,
        };
        let settings = Settings {
            memory_bytes_max: u64::MAX,
            ..Settings::default()
        };
        assert_eq!(u64::from(side) * u64::from(side), PIXELS_MAX);
        assert_eq!(
            admit(b"", &seen, settings).is_ok(),
            good,
            "{width} x {height}"
        );
    }
}

#[test]
fn bitmaps_and_files_get_no_copies() {
    let bitmap = file(photo(400, 300), ImageFormat::Bmp);
    assert_eq!(probe(&bitmap).width, Some(400));
    for other in [bitmap.as_slice(), b"%PDF-1.4 x", b"", b"hello"] {
        let error = sub_sizes(other, &rules(), Settings::default()).expect_err("no copies");
        assert!(matches!(error, PictureError::OtherKind(_)), "{error:?}");
    }
}

#[test]
fn files_are_known_by_their_first_bytes() {
    let known: [(&[u8], &str); 9] = [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", "image/heic"),
        (b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41", "video/mp4"),
        (b"ID3\x03\0\0\0\0\0\0", "audio/mpeg"),
        (b"<?xml version='1.0'?><svg xmlns='x'/>", "image/svg+xml"),
        (b"\xEF\xBB\xBF<svg>", "image/svg+xml"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"<!DOCTYPE html><p>no picture</p>", "text/html"),
        (b"\x01\x02\x03", "application/octet-stream"),
    ];
    for (bytes, media_type) in known {
        assert_eq!(probe(bytes).media_type, media_type);
    }
}

#[test]
fn equal_bytes_are_the_same_and_other_files_are_unknown() {
    assert_eq!(compare_pixels(b"x", b"x"), PixelDifference::SameBytes);
    assert_eq!(compare_pixels(b"x", b"y"), PixelDifference::Unknown);
}

#[test]
fn a_picture_cut_anywhere_ends_in_copies_or_an_error() {
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ] {
        let whole = file(photo(160, 160), format);
        for end in (0..whole.len()).step_by(whole.len() / 40 + 1) {
            let cut = &whole[..end];
            let _ = probe(cut);
            if let Ok(made) = sub_sizes(cut, &rules(), Settings::default()) {
                assert_eq!((made.width, made.height), (160, 160));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn changed_bytes_never_end_the_process(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        which in 0_usize..4,
    ) {
        let formats = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP];
        let mut bytes = file(photo(64, 48), formats[which]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let seen = probe(&bytes);
        let _ = sub_sizes(&bytes, &rules(), Settings::default());
        prop_assert!(!seen.media_type.is_empty());
    }
}
