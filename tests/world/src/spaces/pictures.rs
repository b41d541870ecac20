//! The bytes of pictures: made up from the photo's number, real JPEG and PNG of a realistic size, the same every time.

use super::addresses::{VARIANTS, Variant, token};
use super::answer::Answer;
use super::faults::{Faults, strikes};
use super::space::{Photo, Space};
use crate::dice::Dice;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage, imageops};
use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

/// Every token the host answers, and the bytes made so far.
pub(super) struct Gallery {
    tokens: HashMap<String, Key>,
    photos: Vec<Photo>,
    made: Mutex<Made>,
}

/// Bytes by photo and size.
type Made = HashMap<(usize, Size), Arc<Vec<u8>>>;

#[derive(Clone, Copy)]
struct Key {
    photo: usize,
    variant: Variant,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Size {
    Original,
    Web,
    Thumbnail,
}

const WEB_WIDTH_PIXELS: u32 = 600;
const THUMBNAIL_WIDTH_PIXELS: u32 = 160;

impl Gallery {
    pub(super) fn new(spaces: &[Space]) -> Self {
        let mut gallery = Self {
            tokens: HashMap::new(),
            photos: Vec::new(),
            made: Mutex::default(),
        };
        for space in spaces {
            for (_, photo) in space.photos() {
                let index = gallery.photos.len();
                gallery.photos.push(photo.clone());
                for variant in VARIANTS {
                    gallery.tokens.insert(
                        token(space, photo, variant),
                        Key {
                            photo: index,
                            variant,
                        },
                    );
                }
            }
        }
        gallery
    }

    /// What stands at a path of a picture host.
    pub(super) fn answer(&self, path: &str, faults: &Faults) -> Answer {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or("");
        let (token, suffix) = first.split_once(':').unwrap_or((first, ""));
        let Some(key) = self.tokens.get(token) else {
            return Answer::not_found();
        };
        let count = key.photo as u64 + 1;
        if strikes(faults.picture_404, count) {
            return Answer::not_found();
        }
        if strikes(faults.picture_html, count) {
            return Answer::page("<html><head><title>SkyDrive</title></head><body>This item might not exist.</body></html>".to_owned());
        }
        let small =
            suffix.eq_ignore_ascii_case("thumbnail") || strikes(faults.picture_thumbnail, count);
        let size = match key.variant {
            _ if small => Size::Thumbnail,
            Variant::Original | Variant::Twin => Size::Original,
            Variant::Web => Size::Web,
            Variant::Thumbnail => Size::Thumbnail,
        };
        let photo = &self.photos[key.photo];
        let kind = if photo.is_png() {
            "image/png"
        } else {
            "image/jpeg"
        };
        Answer::new(200, kind, self.bytes(key.photo, size).as_ref().clone())
    }

    /// The original bytes behind an address, for the download archive; none when the address is not one of ours.
    pub(super) fn original_behind(&self, address: &str) -> Option<(&Photo, Arc<Vec<u8>>)> {
        let start = address.find("/x1p").or_else(|| address.find("/y1"))? + 1;
        let token = address[start..].split(['/', '?', ':', '"']).next()?;
        let key = self.tokens.get(token)?;
        Some((
            &self.photos[key.photo],
            self.bytes(key.photo, Size::Original),
        ))
    }

    fn bytes(&self, photo: usize, size: Size) -> Arc<Vec<u8>> {
        let known = self
            .made
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&(photo, size))
            .cloned();
        known.unwrap_or_else(|| {
            let bytes = Arc::new(make(&self.photos[photo], size));
            self.made
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert((photo, size), Arc::clone(&bytes));
            bytes
        })
    }
}

/// The bytes of one size of a photo. Reduced sizes carry no EXIF, as those of the real host did not, and stand upright.
fn make(photo: &Photo, size: Size) -> Vec<u8> {
    let (width, height) = photo.size();
    let upright = paint(photo, width, height);
    let limit = match size {
        Size::Original => width,
        Size::Web => WEB_WIDTH_PIXELS,
        Size::Thumbnail => THUMBNAIL_WIDTH_PIXELS,
    };
    let picture = if limit < width {
        imageops::thumbnail(&upright, limit, (height * limit / width).max(1))
    } else {
        upright
    };
    match photo.orientation {
        Some(orientation) if size == Size::Original && !photo.is_png() => with_orientation(
            encode(photo, &stored_for(&picture, orientation)),
            orientation,
        ),
        _ => encode(photo, &picture),
    }
}

/// A gradient with discs of other colours and the photo's number on it.
fn paint(photo: &Photo, width: u32, height: u32) -> RgbImage {
    let mut dice = Dice::from_words(&[&photo.name, &photo.number.to_string()]);
    let mut colour = || {
        [
            dice.below(256) as u8,
            dice.below(256) as u8,
            dice.below(256) as u8,
        ]
    };
    let (top, bottom) = (colour(), colour());
    let colours: Vec<[u8; 3]> = (0..5).map(|_| colour()).collect();
    let mut picture = RgbImage::new(width, height);
    for (y, row) in picture.rows_mut().enumerate() {
        let share = y as u32 * 256 / height.max(1);
        let mixed = [0, 1, 2].map(|at| {
            ((u32::from(top[at]) * (256 - share) + u32::from(bottom[at]) * share) >> 8) as u8
        });
        for pixel in row {
            *pixel = Rgb(mixed);
        }
    }
    for colour in colours {
        let centre = (
            dice.below(u64::from(width)) as i64,
            dice.below(u64::from(height)) as i64,
        );
        disc(
            &mut picture,
            centre,
            (height / 12 + dice.below(u64::from(height / 6 + 1)) as u32) as i64,
            colour,
        );
    }
    number(&mut picture, photo.number);
    picture
}

fn disc(picture: &mut RgbImage, (x, y): (i64, i64), radius: i64, colour: [u8; 3]) {
    let (width, height) = (i64::from(picture.width()), i64::from(picture.height()));
    for row in (y - radius).max(0)..(y + radius).min(height) {
        let half = (((radius * radius - (row - y) * (row - y)) as f64).sqrt()) as i64;
        for column in (x - half).max(0)..(x + half).min(width) {
            picture.put_pixel(column as u32, row as u32, Rgb(colour));
        }
    }
}

/// Figures of three by five squares, one row a number of three bits.
const FIGURES: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 7, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 1, 1],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];

fn number(picture: &mut RgbImage, number: u64) {
    let square = (picture.height() / 30).max(1);
    for (place, figure) in number
        .to_string()
        .bytes()
        .map(|byte| usize::from(byte - b'0'))
        .enumerate()
    {
        for (row, bits) in FIGURES[figure].iter().enumerate() {
            for column in (0..3u32).filter(|column| bits & (4 >> column) != 0) {
                let left = square * (2 + place as u32 * 4 + column);
                let top = square * (2 + row as u32);
                for (x, y) in (0..square * square).map(|at| (left + at % square, top + at / square))
                {
                    if x < picture.width() && y < picture.height() {
                        picture.put_pixel(x, y, Rgb([255, 255, 255]));
                    }
                }
            }
        }
    }
}

fn encode(photo: &Photo, picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let written = if photo.is_png() {
        picture.write_to(&mut bytes, ImageFormat::Png)
    } else {
        JpegEncoder::new_with_quality(&mut bytes, 88).encode_image(picture)
    };
    // Writing into memory fails only for sizes that no fixture has; an empty picture then shows itself in the test.
    written.map(|()| bytes.into_inner()).unwrap_or_default()
}

/// The pixels as a camera stores them that was held so that `orientation` turns them upright again.
fn stored_for(upright: &RgbImage, orientation: u16) -> RgbImage {
    match orientation {
        2 => imageops::flip_horizontal(upright),
        3 => imageops::rotate180(upright),
        4 => imageops::flip_vertical(upright),
        5 => imageops::rotate90(&imageops::flip_vertical(upright)),
        6 => imageops::rotate270(upright),
        7 => imageops::rotate90(&imageops::flip_horizontal(upright)),
        8 => imageops::rotate90(upright),
        _ => upright.clone(),
    }
}

/// Puts an EXIF block with nothing but the orientation behind the start marker of a JPEG.
fn with_orientation(jpeg: Vec<u8>, orientation: u16) -> Vec<u8> {
    if jpeg.len() < 2 {
        return jpeg;
    }
    let mut block = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    block.extend(orientation.to_be_bytes());
    block.extend([0; 6]);
    let length = (block.len() + 2) as u16;
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(block);
    bytes.extend(&jpeg[2..]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::{Size, make};
    use crate::spaces::space::Photo;

    #[test]
    fn a_photo_is_the_same_bytes_every_time_and_its_sizes_differ() {
        let photo = Photo {
            number: 231,
            name: "pond.jpg".to_owned(),
            ..Photo::default()
        };
        let original = make(&photo, Size::Original);
        assert_eq!(original, make(&photo, Size::Original));
        let size = |bytes: &[u8]| {
            let picture = image::load_from_memory(bytes).expect("a real JPEG");
            (picture.width(), picture.height())
        };
        assert_eq!(size(&original), (1024, 768));
        assert_eq!(size(&make(&photo, Size::Web)), (600, 450));
        assert_eq!(size(&make(&photo, Size::Thumbnail)), (160, 120));
    }

    #[test]
    fn a_turned_photo_keeps_its_pixels_lying_and_says_so_in_exif() {
        let photo = Photo {
            number: 7,
            name: "tall.jpg".to_owned(),
            orientation: Some(6),
            width: 300,
            height: 400,
            ..Photo::default()
        };
        let bytes = make(&photo, Size::Original);
        assert_eq!(&bytes[6..10], b"Exif");
        let picture = image::load_from_memory(&bytes).expect("a real JPEG");
        assert_eq!((picture.width(), picture.height()), (400, 300));
    }
}
