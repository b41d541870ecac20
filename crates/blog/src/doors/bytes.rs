//! Where the bytes of pictures come from while packing, and what can be done with them meanwhile.

use super::Halt;
use std::{
    io::{self, Sink, Write},
    path::Path,
};

/// Where the bytes of pictures come from while packing. Shared by several threads.
pub trait MediaFetch: Sync {
    /// Fetches the bytes at `address` (`http…` or `input:/…`) into `to`, which is told when they are waited for.
    ///
    /// # Errors
    /// When the bytes cannot be had from there; the caller throws away what was written and tries the next candidate.
    fn fetch(&self, address: &str, to: &mut dyn Arrival) -> Result<FetchedMedia, MediaError>;
}

/// Where the bytes of a picture arrive. Fetching is work, and work may kill the run; waiting for a stranger's bytes is none, and who ends
/// the run meanwhile says nothing against the picture.
pub trait Arrival: Write {
    /// Bytes are waited for from now on.
    ///
    /// # Errors
    /// When that cannot be noted.
    fn waits(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Something is worked on from now on.
    ///
    /// # Errors
    /// When that cannot be noted.
    fn works(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Arrival for Vec<u8> {}
impl Arrival for Sink {}

/// Work on pictures that a destination can do ahead, while others are still being fetched. Nothing is lost where it is not done:
/// the destination does it when a picture is placed.
pub trait MediaPrepare: Sync {
    /// Pictures that may be worked on at the same time.
    fn threads(&self) -> usize;

    /// Works on the picture in `file` with the content hash `hash` and the type `media_type`, by magic bytes.
    fn prepare(&self, file: &Path, hash: &str, media_type: &str);
}

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedMedia {
    /// The type by magic bytes, e.g. `image/jpeg`; never the one the server claimed.
    pub media_type: String,
    /// Width in pixels as shown (after EXIF orientation), for pictures.
    pub width: Option<u32>,
    /// Height in pixels as shown.
    pub height: Option<u32>,
    /// How many bytes were written.
    pub bytes: u64,
    /// Whether its end is missing: a picture that shows in part.
    pub is_cut: bool,
}

/// Why bytes could not be had.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// There is no such file (404, 410, no such host, not in the folder).
    #[error("{0}")]
    Gone(String),
    /// Something answered, but it is not a picture or file (a sign-in page, a parking page).
    #[error("{0}")]
    NotMedia(String),
    /// The address may not be asked (private network, odd port, unknown scheme).
    #[error("{0}")]
    Refused(String),
    /// No whole answer; worth another try.
    #[error("{0}")]
    Unreachable(String),
    /// The bytes could not be kept.
    #[error("{0}")]
    CouldNotKeep(String),
    /// Nothing more is fetched in this run.
    #[error(transparent)]
    Halt(#[from] Halt),
}
