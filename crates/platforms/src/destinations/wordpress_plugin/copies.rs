//! The smaller copies of pictures as one site wants them: made when a picture is sent, or ahead while further ones are still
//! being fetched. Those made ahead wait in a folder, are taken once, and are the same bytes.

use super::Settings;
use super::memory::Memory;
use super::words::{Site, SizeWord};
use blog::doors::MediaPrepare;
use pictures::{Crop, Made, PictureError, ScaledMain, Shrink, SizeRule, SubSize};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files larger than this are not looked into: no sensible picture is.
pub(super) const PICTURE_BYTES_MAX: u64 = 40 * 1024 * 1024;

/// Pictures worked on at the same time ahead. Each holds its file in memory besides its pixels.
const THREADS_MAX: usize = 4;

/// Written into the name of what is made ahead, so that another version of this program does not take it.
const MADE_BY: &str = concat!("copies 1, rehome ", env!("CARGO_PKG_VERSION"));

/// Types of copies, and words in the names of what is shown instead of an original.
const TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const SUFFIXES: [&str; 2] = ["scaled", "rotated"];

/// Makes smaller copies for one site, within its share of memory.
pub struct CopyMaker {
    rules: Vec<SizeRule>,
    settings: pictures::Settings,
    media_types: Vec<String>,
    memory: Memory,
    memory_bytes: u64,
    shrink: Arc<dyn Shrink>,
    ahead: Option<Ahead>,
}

/// Where copies made ahead wait, and what they were made for.
struct Ahead {
    folder: PathBuf,
    wishes: String,
}

impl CopyMaker {
    /// Copies after `rules`, made by `shrink` within `memory_bytes`; those made ahead wait in `ahead`.
    #[must_use]
    pub fn new(
        rules: Vec<SizeRule>,
        settings: pictures::Settings,
        memory_bytes: u64,
        shrink: Arc<dyn Shrink>,
        ahead: Option<PathBuf>,
    ) -> Self {
        let settings = pictures::Settings {
            memory_bytes_max: shrink.picture_bytes_max(memory_bytes),
            ..settings
        };
        let wishes = blake3::hash(format!("{MADE_BY} {rules:?} {settings:?}").as_bytes());
        let ahead = ahead.map(|folder| Ahead {
            folder,
            wishes: wishes.to_hex()[..16].to_owned(),
        });
        Self {
            rules,
            settings,
            media_types: Vec::new(),
            memory: Memory::new(memory_bytes),
            memory_bytes,
            shrink,
            ahead,
        }
    }

    pub(super) fn of(site: &Site, how: &Settings) -> Self {
        let rules = site.sizes.iter().filter_map(rule).collect();
        let settings = pictures::Settings {
            jpeg_quality: u8::try_from(site.jpeg_quality)
                .ok()
                .filter(|quality| (1..=100).contains(quality))
                .unwrap_or(82),
            big_image_threshold: u32::try_from(site.big_image_threshold).unwrap_or(0),
            ..pictures::Settings::default()
        };
        let (shrink, ahead) = (Arc::clone(&how.shrink), how.copies_ahead.clone());
        Self {
            media_types: site.media_types.clone(),
            ..Self::new(rules, settings, how.picture_memory_bytes, shrink, ahead)
        }
    }

    /// Whether the site takes files of this type.
    pub(super) fn accepts(&self, media_type: &str) -> bool {
        self.media_types.is_empty() || self.media_types.iter().any(|known| known == media_type)
    }

    /// The copies of the picture `bytes` with the content hash `hash`, and what the owner should know about them.
    pub(in crate::destinations) fn copies(
        &self,
        bytes: &[u8],
        hash: &str,
    ) -> (Option<Made>, Option<String>) {
        if let Some(made) = self.take(hash) {
            return (Some(made), None);
        }
        match self.make(bytes) {
            Ok(made) => (Some(made), None),
            Err(PictureError::OtherKind(_)) => (uncopied(bytes), None),
            Err(error) => (
                uncopied(bytes),
                Some(format!("placed without smaller copies: {error}")),
            ),
        }
    }

    /// Makes the copies, once there is memory for them.
    fn make(&self, bytes: &[u8]) -> Result<Made, PictureError> {
        let seen = pictures::probe(bytes);
        // Resampling and turning need about as much again. Whatever needs more than there is works alone.
        let need = pictures::decoded_bytes(bytes, &seen)
            .saturating_mul(2)
            .min(self.memory_bytes);
        let _share = self.memory.take(need);
        self.shrink.sub_sizes(bytes, &self.rules, self.settings)
    }

    fn waiting(&self, hash: &str) -> Option<PathBuf> {
        let ahead = self.ahead.as_ref()?;
        let is_hash = !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_hash.then(|| ahead.folder.join(format!("{hash}-{}", ahead.wishes)))
    }

    /// What waits for a picture, whole; it is taken away, for it is needed once.
    fn take(&self, hash: &str) -> Option<Made> {
        let path = self.waiting(hash)?;
        let bytes = fs::read(&path).ok()?;
        let _ = fs::remove_file(&path);
        unpack(&bytes)
    }

    fn put(&self, path: &Path, made: Made) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let half = path.with_extension("half");
        fs::write(&half, pack(made)?)?;
        fs::rename(half, path)
    }
}

impl MediaPrepare for CopyMaker {
    fn threads(&self) -> usize {
        std::thread::available_parallelism().map_or(1, |cores| THREADS_MAX.min(cores.into()))
    }

    fn prepare(&self, file: &Path, hash: &str, media_type: &str) {
        let Some(path) = self.waiting(hash) else {
            return;
        };
        let is_picture = TYPES.contains(&media_type) && self.accepts(media_type);
        let fits = || fs::metadata(file).is_ok_and(|file| file.len() <= PICTURE_BYTES_MAX);
        if !is_picture || path.exists() || !fits() {
            return;
        }
        // What cannot be made ahead is tried again when the picture is sent, and explained there.
        if let Ok(bytes) = fs::read(file)
            && let Ok(made) = self.make(&bytes)
        {
            let _ = self.put(&path, made);
        }
    }
}

/// A picture without copies, where its size is known.
fn uncopied(bytes: &[u8]) -> Option<Made> {
    let seen = pictures::probe(bytes);
    let (width, height) = seen.width.zip(seen.height)?;
    Some(Made {
        main: None,
        sizes: Vec::new(),
        width,
        height,
    })
}

/// What stands before the bytes of copies made ahead. Types and suffixes by their places in [`TYPES`] and [`SUFFIXES`].
#[derive(Serialize, Deserialize)]
struct Head {
    width: u32,
    height: u32,
    main: Option<(usize, usize)>,
    sizes: Vec<(String, u32, u32, usize, usize)>,
}

/// A hash of the rest, the length of the head, the head, the files: a half-written file must not pass for a picture.
fn pack(made: Made) -> io::Result<Vec<u8>> {
    let place = |list: &[&str], word: &str| {
        let at = list.iter().position(|known| *known == word);
        at.ok_or_else(|| io::Error::other("an unknown kind of copy"))
    };
    let main = made.main.as_ref();
    let head = Head {
        width: made.width,
        height: made.height,
        main: main
            .map(|main| Ok::<_, io::Error>((place(&SUFFIXES, main.suffix)?, main.bytes.len())))
            .transpose()?,
        sizes: made
            .sizes
            .iter()
            .map(|size| {
                let kind = place(&TYPES, size.media_type)?;
                let name = size.name.clone();
                Ok((name, size.width, size.height, kind, size.bytes.len()))
            })
            .collect::<io::Result<_>>()?,
    };
    let head = serde_json::to_vec(&head)?;
    let mut rest = u32::try_from(head.len())
        .map_err(io::Error::other)?
        .to_be_bytes()
        .to_vec();
    rest.extend_from_slice(&head);
    rest.extend(main.into_iter().flat_map(|main| &main.bytes));
    for size in &made.sizes {
        rest.extend_from_slice(&size.bytes);
    }
    let mut whole = blake3::hash(&rest).as_bytes().to_vec();
    whole.append(&mut rest);
    Ok(whole)
}

fn unpack(bytes: &[u8]) -> Option<Made> {
    let (sum, rest) = bytes.split_at_checked(blake3::OUT_LEN)?;
    if blake3::hash(rest).as_bytes() != sum {
        return None;
    }
    let (length, rest) = rest.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?);
    let (head, mut files) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let head: Head = serde_json::from_slice(head).ok()?;
    let mut next = |length: usize| {
        let (file, others) = files.split_at_checked(length)?;
        files = others;
        Some(file)
    };
    let main = match head.main {
        Some((suffix, length)) => Some(ScaledMain {
            suffix: SUFFIXES.get(suffix)?,
            bytes: next(length)?.to_vec(),
        }),
        None => None,
    };
    let sizes = head
        .sizes
        .into_iter()
        .map(|(name, width, height, kind, length)| {
            Some(SubSize {
                name,
                width,
                height,
                media_type: TYPES.get(kind)?,
                bytes: next(length)?.into(),
            })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Made {
        main,
        sizes,
        width: head.width,
        height: head.height,
    })
}

pub(in crate::destinations) fn rule(word: &SizeWord) -> Option<SizeRule> {
    let side = |side: u64| u32::try_from(side).ok();
    let keep = |at: usize| match word.crop.get(at).and_then(Value::as_str) {
        Some("left" | "top") => -1,
        Some("right" | "bottom") => 1,
        _ => 0,
    };
    let crop = match &word.crop {
        Value::Bool(true) => Crop::Fill(0, 0),
        Value::Array(places) if places.len() == 2 => Crop::Fill(keep(0), keep(1)),
        Value::Number(one) if one.as_u64() == Some(1) => Crop::Fill(0, 0),
        _ => Crop::Fit,
    };
    Some(SizeRule {
        name: word.name.clone(),
        width: side(word.width)?,
        height: side(word.height)?,
        crop,
    })
}

#[cfg(test)]
mod tests {
    use super::{CopyMaker, pack, unpack};
    use blog::doors::MediaPrepare;
    use pictures::{Crop, InProcess, Settings, SizeRule};
    use std::path::Path;
    use std::sync::Arc;

    const MEMORY: u64 = 1 << 24;

    fn rules() -> Vec<SizeRule> {
        let rule = |name: &str, width, height, crop| SizeRule {
            name: name.to_owned(),
            width,
            height,
            crop,
        };
        vec![
            rule("thumbnail", 15, 15, Crop::Fill(0, 0)),
            rule("medium", 30, 30, Crop::Fit),
            rule("twin", 30, 30, Crop::Fit),
        ]
    }

    fn maker(ahead: Option<&Path>) -> CopyMaker {
        let settings = Settings {
            big_image_threshold: 60,
            ..Settings::default()
        };
        CopyMaker::new(
            rules(),
            settings,
            MEMORY,
            Arc::new(InProcess),
            ahead.map(Path::to_owned),
        )
    }

    fn photo() -> Vec<u8> {
        let pixels = image::ImageBuffer::from_fn(90, 70, |x, y| {
            image::Rgb([(x * 2) as u8, (y * 3) as u8, (x * y % 251) as u8])
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        pixels
            .write_to(&mut bytes, image::ImageFormat::Jpeg)
            .expect("a photo");
        bytes.into_inner()
    }

    #[test]
    fn copies_made_ahead_are_the_bytes_that_would_be_made_later_and_are_taken_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, bytes) = (folder.path().join("photo"), photo());
        std::fs::write(&file, &bytes).expect("a file");
        let ahead = folder.path().join("ahead");
        let maker_ahead = maker(Some(&ahead));
        maker_ahead.prepare(&file, "abc", "image/jpeg");
        let waiting = || std::fs::read_dir(&ahead).expect("a folder").count();
        assert_eq!(waiting(), 1);
        let later = maker(None).copies(&bytes, "abc");
        assert!(
            later
                .0
                .as_ref()
                .is_some_and(|made| made.main.is_some() && made.sizes.len() == 3)
        );
        // Bytes that are no picture prove that what waits is what is taken.
        assert_eq!(maker_ahead.copies(b"no picture", "abc"), later);
        assert_eq!(waiting(), 0);
        assert_eq!(maker_ahead.copies(&bytes, "abc"), later);
    }

    #[test]
    fn copies_for_another_site_or_half_written_ones_are_not_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, bytes) = (folder.path().join("photo"), photo());
        std::fs::write(&file, &bytes).expect("a file");
        let maker_ahead = maker(Some(folder.path()));
        maker_ahead.prepare(&file, "abc", "image/jpeg");
        let other = CopyMaker::new(
            Vec::new(),
            Settings::default(),
            MEMORY,
            Arc::new(InProcess),
            Some(folder.path().to_owned()),
        );
        assert!(other.take("abc").is_none());
        let whole = pack(maker_ahead.make(&bytes).expect("copies")).expect("packed");
        assert!(unpack(&whole).is_some());
        for cut in [0, 31, 40, whole.len() / 2, whole.len() - 1] {
            assert!(unpack(&whole[..cut]).is_none(), "cut at {cut}");
        }
    }
}
