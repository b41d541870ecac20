//! Blogs and photos of any size, the same in every run.

use anyhow::{Context, Result};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use jiff::Timestamp;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use world::dice::Dice;

/// A blog to be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Name in the table.
    pub(super) name: &'static str,
    /// Posts.
    pub(super) posts: usize,
    /// Comments in all.
    pub(super) comments: usize,
    /// Pictures, all shown by posts, at `http://pictures.example/`.
    pub(super) pictures: usize,
}

/// The name of a blog to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Blog {
    /// 20 posts
    Small,
    /// 200 posts
    Medium,
    /// 5,000 posts
    Large,
}

/// The three blogs of the issue.
pub(super) const SMALL: Shape = Shape {
    name: "small",
    posts: 20,
    comments: 30,
    pictures: 0,
};
pub(super) const MEDIUM: Shape = Shape {
    name: "medium",
    posts: 200,
    comments: 600,
    pictures: 0,
};
pub(super) const LARGE: Shape = Shape {
    name: "large",
    posts: 5_000,
    comments: 20_000,
    pictures: 0,
};

/// Categories and tags: 52 terms.
const CATEGORIES: usize = 12;
const TAGS: usize = 40;

/// Size of a generated photo of 1024 x 768, near enough; the quality is found by trying.
const PHOTO_BYTES: usize = 175_000;

const WORDS: &str = "the old house stood by the river and we walked there every evening with bread cheese and some wine while \
    children played in the long grass until it was dark and somebody sang about a café in the rain near the harbour where \
    boats from far away brought oranges letters and news";

/// Writes the blog of `shape` as a Movable Type export and answers its file.
pub(super) fn movable_type(folder: &Path, shape: Shape) -> Result<PathBuf> {
    let path = folder.join(format!("{}.txt", shape.name));
    let mut out = BufWriter::new(File::create(&path)?);
    let mut dice = Dice::from_seed(7);
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    for number in 0..shape.posts {
        let comments = share(shape.comments, shape.posts, number);
        let pictures = share(shape.pictures, shape.posts, number);
        let text = entry(&mut dice, &words, number, comments, &pictures);
        out.write_all(text.as_bytes())?;
    }
    out.flush()?;
    Ok(path)
}

/// What the `number`-th of `all` gets of `things`, as evenly as it goes.
fn share(things: usize, all: usize, number: usize) -> std::ops::Range<usize> {
    things * number / all..things * (number + 1) / all
}

fn entry(
    dice: &mut Dice,
    words: &[&str],
    number: usize,
    comments: std::ops::Range<usize>,
    pictures: &std::ops::Range<usize>,
) -> String {
    let date = date(number * 27_011);
    let mut text = String::new();
    let title = prose(dice, words, 6);
    let category = number % CATEGORIES;
    // Writing into memory does not fail.
    let _ = write!(
        text,
        "AUTHOR: Ana\nTITLE: {title}\nSTATUS: Publish\nALLOW COMMENTS: 1\nCONVERT BREAKS: richtext\nALLOW PINGS: 0\nBASENAME: entry-{number}\n\
         CATEGORY: Category {category}\nUNIQUE URL: https://bench.typepad.example/blog/entry-{number}.html\nDATE: {date}\n-----\nBODY:\n"
    );
    for _ in 0..3 {
        let _ = writeln!(text, "<p>{}</p>", prose(dice, words, 120));
    }
    if number % 10 == 9 {
        let _ = writeln!(
            text,
            "<p>As I wrote <a href=\"https://bench.typepad.example/blog/entry-{}.html\">before</a>.</p>",
            number - 7
        );
    }
    for picture in pictures.clone() {
        let _ = writeln!(
            text,
            "<p><img src=\"http://pictures.example/photo-{picture}.jpg\" alt=\"a photo\" /></p>"
        );
    }
    let (one, other) = (number % TAGS, (number * 7 + 1) % TAGS);
    let _ = write!(
        text,
        "\n-----\nEXTENDED BODY:\n\n-----\nEXCERPT:\n\n-----\nKEYWORDS:\ntag {one}, tag {other}\n-----\n"
    );
    for comment in comments {
        let _ = write!(
            text,
            "COMMENT:\nAUTHOR: Guest {comment}\nEMAIL: reader@example.invalid\nIP: 192.0.2.7\nURL: http://guest.example/\nDATE: {date}\n{}\n-----\n",
            prose(dice, words, 40)
        );
    }
    text.push_str("--------\n");
    text
}

fn date(second: usize) -> String {
    let second = 1_104_537_600 + i64::try_from(second).unwrap_or(0);
    Timestamp::from_second(second)
        .unwrap_or_default()
        .strftime("%m/%d/%Y %I:%M:%S %p")
        .to_string()
}

fn prose(dice: &mut Dice, words: &[&str], count: usize) -> String {
    let drawn: Vec<&str> = (0..count).map(|_| dice.pick(words)).collect();
    drawn.join(" ")
}

/// A Movable Type export of about `bytes`, kept for later runs.
pub(super) fn large_file(work: &Path, bytes: u64) -> Result<PathBuf> {
    let path = work.join(format!("export-{}.txt", bytes >> 20));
    let is_there = path.metadata().is_ok_and(|file| file.len() >= bytes);
    if !is_there {
        super::say(&format!("writing an export of {} MB", bytes / 1_000_000));
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        world::generate::movable_type_of_bytes(&mut out, 1, bytes)?;
        out.flush()
            .with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(path)
}

/// Photos `photo-N.jpg` in `folder`, each different: soft shapes with grain, 1024 x 768, about 175 KB.
pub(super) fn photos(folder: &Path, count: usize) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let paths: Vec<PathBuf> = (0..count)
        .map(|number| folder.join(format!("photo-{number}.jpg")))
        .collect();
    let mut quality = None;
    for (number, path) in paths.iter().enumerate() {
        if !path.exists() {
            let quality = match quality {
                Some(quality) => quality,
                None => *quality.insert(photo_quality()?),
            };
            std::fs::write(path, encoded(&photo(number), quality)?)?;
        }
    }
    Ok(paths)
}

/// The best quality at which the first photo is not above [`PHOTO_BYTES`]; the others are like it.
fn photo_quality() -> Result<u8> {
    let first = photo(0);
    let (mut good, mut bad) = (1, 101);
    while bad - good > 1 {
        let middle = u8::midpoint(good, bad);
        if encoded(&first, middle)?.len() <= PHOTO_BYTES {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Ok(good)
}

fn photo(number: usize) -> RgbImage {
    let mut dice = Dice::from_seed(number as u64 + 1);
    let [across, down, turn] = [0; 3].map(|_: u8| 20.0 + dice.below(80) as f32);
    let mut grain = dice.roll() | 1;
    RgbImage::from_fn(1024, 768, |x, y| {
        grain ^= grain << 13;
        grain ^= grain >> 7;
        grain ^= grain << 17;
        let (x, y) = (x as f32, y as f32);
        let soft = |phase: f32| {
            ((x / across + phase).sin() + (y / down + turn + phase).cos()) * 45.0 + 128.0
        };
        let rough = (grain >> 40 & 31) as f32 - 16.0;
        Rgb([0.0_f32, 1.3, 2.6].map(|phase| (soft(phase) + rough).clamp(0.0, 255.0) as u8))
    })
}

fn encoded(photo: &RgbImage, quality: u8) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(photo)?;
    Ok(bytes)
}
