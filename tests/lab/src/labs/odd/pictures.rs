//! Odd pictures: cut, disguised, turned, enormous, of kinds that WordPress does not show, under names of all sorts. A post shows them
//! all; the report says what arrives, what copies are made of it, and what is said about it.

use super::{Case, Odd, case};
use crate::labs::privacy::{Log, now, scratch};
use crate::reading;
use anyhow::{Context, Result};
use blog::doors::{Destination, Thing};
use campaign::{
    Bundle, Choices,
    transfer::{self, PackSettings},
};
use image::{ImageFormat, Rgb, RgbImage};
use pictures::{Crop, Settings, SizeRule, sub_sizes};
use platforms::{input, sources};
use std::{fmt::Write as _, fs, io::Cursor, path::Path};
use world::home::MemoryHome;

/// A picture's name on its host, and its bytes.
pub(super) type Shown = Vec<(String, Vec<u8>)>;

pub(super) fn cases() -> Vec<Case> {
    let one = |kind, name, file: &str, bytes| {
        case(kind, name, 0, Odd::Pictures(vec![(file.to_owned(), bytes)]))
    };
    let jpeg = picture(ImageFormat::Jpeg, 640, 480);
    let png = picture(ImageFormat::Png, 640, 480);
    let mut trailing = jpeg.clone();
    trailing.extend(b"and what a camera wrote behind it");
    let mut turned = jpeg[..2].to_vec();
    turned.extend(orientation(6));
    turned.extend(&jpeg[2..]);
    let mut film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
    film.resize(40 << 20, 0);
    vec![
        one(72, "cut-jpeg", "a.jpg", jpeg[..jpeg.len() * 4 / 5].to_vec()),
        one(72, "cut-png", "a.png", png[..png.len() / 2].to_vec()),
        one(72, "jpeg-with-something-behind-it", "a.jpg", trailing),
        one(72, "png-of-sixteen-bits", "a.png", deep()),
        one(72, "gif-of-two-thousand-pictures", "a.gif", film_of(2000)),
        one(73, "png-that-claims-sixty-thousand", "a.png", claims()),
        one(74, "heic", "a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".repeat(20)),
        one(74, "webp", "a.webp", picture(ImageFormat::WebP, 640, 480)),
        one(74, "bmp", "a.bmp", picture(ImageFormat::Bmp, 320, 240)),
        one(74, "tiff", "a.tif", [b"II*\0\x08\0\0\0\0\0".as_slice(), &[0; 200]].concat()),
        one(74, "ico", "favicon.ico", [b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0".as_slice(), &[0; 200]].concat()),
        one(74, "svg-with-a-script", "a.svg", b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec()),
        one(75, "jpeg-on-its-side-with-a-place", "a.jpg", turned),
        one(76, "film-of-forty-mebibytes", "a.mp4", film),
        case(
            77,
            "two-addresses-of-one-picture",
            0,
            Odd::Pictures(vec![("a.png".to_owned(), png.clone()), ("again/b.png".to_owned(), png.clone())]),
        ),
        case(
            78,
            "names-of-all-sorts",
            0,
            Odd::Pictures(
                [
                    "Gärten & Höfe.png",
                    "花园.png",
                    "حديقة.png",
                    &format!("{}.png", "long".repeat(60)),
                    "one/rose.png",
                    "two/rose.png",
                    "..png",
                    "con.png",
                ]
                .iter()
                .enumerate()
                .map(|(at, name)| ((*name).to_owned(), picture(ImageFormat::Png, 40 + at as u32, 30)))
                .collect(),
            ),
        ),
    ]
}

/// What becomes of pictures that a post shows.
pub(super) fn tell(shown: &Shown) -> Result<String> {
    let folder = scratch()?;
    let input = folder.path().join("input");
    write(&input, shown)?;
    let bundle = Bundle::create(&folder.path().join("bundle"))?;
    let log = Log::default();
    let label = input.display().to_string();
    let mut opened = input::open(&label, reading::fetcher(), reading::options())?;
    let shelf = opened.media_shelf().offline();
    let source = sources::named("movable-type").context("the reader of exports")?;
    transfer::pack(
        &bundle,
        source,
        &mut opened,
        &shelf,
        PackSettings::default(),
        &log,
    )?;
    transfer::tidy(&bundle, &log)?;
    let mut home = MemoryHome::default();
    let place = home.open(&bundle.profile()?.identity.name())?;
    transfer::place(&bundle, &mut home, &place, &Choices::default(), now(), &log)?;

    let mut out = String::new();
    for kept in home.kept.values() {
        if let Thing::Media(media) = &kept.placement.thing {
            writeln!(
                out,
                "  arrives as {}, {}, {} bytes; {}",
                media.file_name,
                media.media_type,
                media.bytes,
                copies(&media.file)
            )?;
        }
    }
    for finding in bundle.findings()? {
        if finding.item.is_some() || finding.place.is_some() {
            writeln!(out, "{} · {}", finding.code, finding.sentence)?;
            if !finding.remedy.is_empty() {
                writeln!(out, "    {}", finding.remedy)?;
            }
        }
    }
    Ok(out.replace(&label, "FOLDER"))
}

/// An export with one post that shows them, and the folder that somebody saved them into.
fn write(folder: &Path, shown: &Shown) -> Result<()> {
    let mut body = String::new();
    for (name, bytes) in shown {
        let address = name.replace('&', "&amp;");
        writeln!(
            body,
            "<p><img src=\"http://pictures.example/{address}\" /></p>"
        )?;
        let file = folder.join("pictures.example").join(name);
        fs::create_dir_all(file.parent().context("a file in a folder")?)?;
        fs::write(file, bytes)?;
    }
    let entry = super::exports::entry(&super::exports::head("Pictures"), &body);
    fs::write(folder.join("export.txt"), entry)?;
    Ok(())
}

/// The smaller copies that are made for two common sizes, or why none are.
fn copies(file: &Path) -> String {
    let rule = |name: &str, side, crop| SizeRule {
        name: name.to_owned(),
        width: side,
        height: side,
        crop,
    };
    let rules = [
        rule("thumbnail", 150, Crop::Fill(0, 0)),
        rule("medium", 300, Crop::Fit),
    ];
    let bytes = fs::read(file).unwrap_or_default();
    match sub_sizes(&bytes, &rules, Settings::default()) {
        Ok(made) => {
            let sizes: Vec<String> = made
                .sizes
                .iter()
                .map(|size| format!("{} {} x {}", size.name, size.width, size.height))
                .collect();
            format!(
                "shown {} x {}; copies: {}",
                made.width,
                made.height,
                if sizes.is_empty() {
                    "none".to_owned()
                } else {
                    sizes.join(", ")
                }
            )
        }
        Err(why) => format!("no copies: {why}"),
    }
}

fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let shade = |x: u32, y: u32| Rgb([(x % 251) as u8, (y % 241) as u8, ((x + y) % 239) as u8]);
    encoded(&RgbImage::from_fn(width, height, shade).into(), format)
}

fn deep() -> Vec<u8> {
    let shade = |x: u32, y: u32| Rgb([(x * 97) as u16, (y * 89) as u16, 40_000]);
    let picture: image::ImageBuffer<Rgb<u16>, Vec<u16>> =
        image::ImageBuffer::from_fn(320, 240, shade);
    encoded(&picture.into(), ImageFormat::Png)
}

fn encoded(picture: &image::DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    // A buffer takes everything, and every format here can be written.
    picture.write_to(&mut bytes, format).expect("encoded");
    bytes.into_inner()
}

/// The first frame and many more of the same.
fn film_of(pictures: usize) -> Vec<u8> {
    let mut file = b"GIF89a\x20\0\x20\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    for _ in 0..pictures {
        file.extend(b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0");
    }
    file.push(b';');
    file
}

/// A PNG's head that claims 60,000 x 60,000 pixels.
fn claims() -> Vec<u8> {
    let mut file =
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xea\x60\0\0\xea\x60\x08\x02\0\0\0".to_vec();
    let mut sum = flate2::Crc::new();
    sum.update(&file[12..]);
    file.extend(sum.sum().to_be_bytes());
    file.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    file
}

/// An Exif segment with an orientation and the place where the picture was taken.
fn orientation(value: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0");
    tiff.extend([value, 0, 0]);
    tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0");
    tiff.extend(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0");
    let mut segment = b"\xff\xe1".to_vec();
    segment.extend(((tiff.len() + 8) as u16).to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(tiff);
    segment
}
