//! What a helper and its owner say to each other: frames of a length (4 bytes), a head (JSON), and files as the head says.

use crate::{Made, PictureError, ScaledMain, Settings, SizeRule, SubSize};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};
use std::sync::Arc;

/// Bytes of a head at most; a site with a thousand sizes needs a tenth of it.
pub const HEAD_BYTES: usize = 1024 * 1024;
/// Bytes of the file that a job brings at most. Larger ones are not looked into at all.
pub const FILE_BYTES: u64 = 256 * 1024 * 1024;
/// Bytes of all copies of one picture at most.
pub const COPIES_BYTES: u64 = 128 * 1024 * 1024;

/// A picture to be made smaller.
#[derive(Debug)]
pub struct Job<'a> {
    /// Its file.
    pub bytes: &'a [u8],
    /// The copies that are wished for.
    pub sizes: &'a [SizeRule],
    /// How they are made.
    pub settings: Settings,
}

/// The same, as it arrives.
#[derive(Debug)]
pub struct ReceivedJob {
    /// Its file.
    pub bytes: Vec<u8>,
    /// The copies that are wished for.
    pub sizes: Vec<SizeRule>,
    /// How they are made.
    pub settings: Settings,
}

#[derive(Serialize, Deserialize)]
struct JobHead {
    sizes: Vec<SizeRule>,
    settings: Settings,
    bytes: u64,
}

#[derive(Serialize, Deserialize)]
enum AnswerHead {
    Made {
        /// Suffix of what is shown instead of the original; its file comes first.
        main: Option<String>,
        sizes: Vec<SizeHead>,
        width: u32,
        height: u32,
        /// Lengths of the files behind this head.
        files: Vec<u64>,
    },
    Failed(PictureError),
}

#[derive(Serialize, Deserialize)]
struct SizeHead {
    name: String,
    width: u32,
    height: u32,
    media_type: String,
    /// Which of the files it is; equal copies share one.
    file: usize,
}

impl Job<'_> {
    /// Sends it.
    ///
    /// # Errors
    /// Those of the other side.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let head = JobHead {
            sizes: self.sizes.to_vec(),
            settings: self.settings,
            bytes: self.bytes.len() as u64,
        };
        write_head(to, &head)?;
        to.write_all(self.bytes)
    }
}

/// The next job; `None` when there are no more.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for what is no job or larger than one may be, and those of the other side.
pub fn read_job(from: &mut impl Read) -> io::Result<Option<ReceivedJob>> {
    let Some(head) = read_head::<JobHead>(from)? else {
        return Ok(None);
    };
    Ok(Some(ReceivedJob {
        bytes: read_file(from, head.bytes, FILE_BYTES)?,
        sizes: head.sizes,
        settings: head.settings,
    }))
}

/// Sends what came of a job.
///
/// # Errors
/// Those of the other side.
pub fn write_answer(to: &mut impl Write, made: &Result<Made, PictureError>) -> io::Result<()> {
    let made = match made {
        Ok(made) => made,
        Err(error) => return write_head(to, &AnswerHead::Failed(error.clone())),
    };
    let mut files: Vec<&[u8]> = made.main.iter().map(|main| main.bytes.as_slice()).collect();
    let mut sizes = Vec::with_capacity(made.sizes.len());
    for size in &made.sizes {
        let twin = files
            .iter()
            .position(|file| std::ptr::eq(*file, &*size.bytes));
        let file = twin.unwrap_or(files.len());
        if twin.is_none() {
            files.push(&size.bytes);
        }
        sizes.push(SizeHead {
            name: size.name.clone(),
            width: size.width,
            height: size.height,
            media_type: size.media_type.to_owned(),
            file,
        });
    }
    let head = AnswerHead::Made {
        main: made.main.as_ref().map(|main| main.suffix.to_owned()),
        sizes,
        width: made.width,
        height: made.height,
        files: files.iter().map(|file| file.len() as u64).collect(),
    };
    write_head(to, &head)?;
    files.iter().try_for_each(|file| to.write_all(file))
}

/// What came of a job.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for what is no answer or larger than one may be, and those of the other side.
pub fn read_answer(from: &mut impl Read) -> io::Result<Result<Made, PictureError>> {
    let head = read_head::<AnswerHead>(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let (main, sizes, width, height, lengths) = match head {
        AnswerHead::Failed(error) => return Ok(Err(error)),
        AnswerHead::Made {
            main,
            sizes,
            width,
            height,
            files,
        } => (main, sizes, width, height, files),
    };
    let mut room = COPIES_BYTES;
    let mut files: Vec<Arc<[u8]>> = Vec::new();
    let mut main_bytes = Vec::new();
    for (at, length) in lengths.iter().enumerate() {
        let file = read_file(from, *length, room)?;
        room -= length;
        if at == 0 && main.is_some() {
            main_bytes = file;
            files.push(Arc::default());
        } else {
            files.push(file.into());
        }
    }
    let main = match main {
        Some(suffix) => Some(ScaledMain {
            suffix: known(&suffix, &["scaled", "rotated"])?,
            bytes: main_bytes,
        }),
        None => None,
    };
    let sizes = sizes.into_iter().map(|size| {
        Ok(SubSize {
            name: size.name,
            width: size.width,
            height: size.height,
            media_type: known(&size.media_type, crate::COPY_TYPES)?,
            bytes: Arc::clone(files.get(size.file).ok_or_else(nonsense)?),
        })
    });
    Ok(Ok(Made {
        main,
        sizes: sizes.collect::<io::Result<_>>()?,
        width,
        height,
    }))
}

fn known(word: &str, words: &[&'static str]) -> io::Result<&'static str> {
    let found = words.iter().find(|known| **known == word);
    found.copied().ok_or_else(nonsense)
}

fn nonsense() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not a frame of a helper")
}

fn write_head(to: &mut impl Write, head: &impl Serialize) -> io::Result<()> {
    let head = serde_json::to_vec(head)?;
    let length = u32::try_from(head.len()).map_err(|_| nonsense())?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(&head)
}

/// The next head; `None` where the stream ends instead.
fn read_head<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0_u8; 4];
    if from.take(1).read(&mut length)? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut length[1..])?;
    let length = u32::from_be_bytes(length) as usize;
    if length > HEAD_BYTES {
        return Err(nonsense());
    }
    let mut head = vec![0; length];
    from.read_exact(&mut head)?;
    Ok(Some(serde_json::from_slice(&head)?))
}

fn read_file(from: &mut impl Read, length: u64, most: u64) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(nonsense());
    }
    let mut file = Vec::with_capacity(usize::try_from(length).map_err(|_| nonsense())?);
    if from.take(length).read_to_end(&mut file)? as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(file)
}
