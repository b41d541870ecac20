//! The sieve between a stranger's server and the bundle: passes media on and refuses the rest, while it streams.

use super::probe;
use blog::doors::{Arrival, FetchedMedia, MediaError};
use std::io::{self, Write};

/// The type is judged on so many bytes, before the first is passed on.
const SNIFF_BYTES: usize = 4 * 1024;
/// Headers of pictures are looked for in so many bytes; colour profiles and embedded thumbnails stand before them.
const HEAD_BYTES: usize = 1 << 20;
/// A picture. The largest that cameras of the time made are a tenth of it.
pub(crate) const PICTURE_BYTES: u64 = 100 << 20;
/// A video or any other file.
pub(crate) const FILE_BYTES: u64 = 2 << 30;

/// Watches one file on its way into `to`.
pub(crate) struct Sift<'a> {
    to: &'a mut dyn Arrival,
    head: Vec<u8>,
    sniffed: bool,
    media_type: Option<String>,
    bytes: u64,
    /// The last bytes seen, to find marks that two pieces share.
    tail: Vec<u8>,
    ended: bool,
    /// Where the picture's own data begin, once known.
    data_at: Option<u64>,
    verdict: Option<MediaError>,
    /// Whether files of unknown type are taken (attachments inside the owner's own folder).
    any_type: bool,
}

impl<'a> Sift<'a> {
    pub(crate) fn new(to: &'a mut dyn Arrival, any_type: bool) -> Self {
        Self {
            to,
            head: Vec::new(),
            sniffed: false,
            media_type: None,
            bytes: 0,
            tail: Vec::new(),
            ended: false,
            data_at: None,
            verdict: None,
            any_type,
        }
    }

    /// Lets `download` write here what it waits for: only what is done with pieces that came is work.
    pub(crate) fn while_waiting(
        &mut self,
        download: impl FnOnce(&mut dyn Write) -> Result<(), MediaError>,
    ) -> Result<(), MediaError> {
        let not_noted = |error: io::Error| MediaError::CouldNotKeep(error.to_string());
        self.to.waits().map_err(not_noted)?;
        let downloaded = download(&mut Awaited(self));
        self.to.works().map_err(not_noted)?;
        downloaded
    }

    /// What stopped the stream, if the sieve did.
    pub(crate) fn verdict(&mut self) -> Option<MediaError> {
        self.verdict.take()
    }

    /// Ends the stream: judges what can only be judged whole.
    pub(crate) fn finish(mut self, place: &str) -> Result<FetchedMedia, MediaError> {
        if self.bytes == 0 && self.head.is_empty() {
            return Err(MediaError::NotMedia(format!("{place}: the file is empty")));
        }
        if !self.sniffed
            && let Err(error) = self.sniff()
        {
            let kept = MediaError::CouldNotKeep(format!("{place}: {error}"));
            return Err(self
                .verdict
                .take()
                .map_or(kept, |verdict| at(place, verdict)));
        }
        let media_type = self
            .media_type
            .unwrap_or_else(|| "application/octet-stream".to_owned());
        let size = probe::size(&self.head, &media_type);
        if matches!(size, Some((0..=1, 0..=1))) {
            return Err(MediaError::NotMedia(format!(
                "{place}: a picture of one point, as used for counting visitors"
            )));
        }
        let whole_matters = matches!(media_type.as_str(), "image/jpeg" | "image/png");
        Ok(FetchedMedia {
            is_cut: whole_matters && self.data_at.is_some() && !self.ended,
            media_type,
            width: size.map(|size| size.0),
            height: size.map(|size| size.1),
            bytes: self.bytes,
        })
    }

    fn sniff(&mut self) -> io::Result<()> {
        self.sniffed = true;
        self.media_type = probe::media_type(&self.head);
        if self.media_type.is_none() {
            if probe::is_web_page(&self.head) {
                let title = probe::page_title(&self.head)
                    .map(|title| format!(" titled \"{title}\""))
                    .unwrap_or_default();
                return self.stop(MediaError::NotMedia(format!(
                    "a web page{title} came in place of the file"
                )));
            }
            if !self.any_type {
                return self.stop(MediaError::NotMedia(
                    "what came is no picture and no file of a known kind".to_owned(),
                ));
            }
        }
        self.find_data();
        let head = std::mem::take(&mut self.head);
        let written = self.pass(&head);
        self.head = head;
        written
    }

    fn pass(&mut self, piece: &[u8]) -> io::Result<()> {
        self.watch_for_end(piece);
        self.bytes += piece.len() as u64;
        let is_picture = self
            .media_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("image/"));
        let limit = if is_picture {
            PICTURE_BYTES
        } else {
            FILE_BYTES
        };
        if self.bytes > limit {
            return self.stop(MediaError::NotMedia(format!(
                "larger than the {} MiB that are allowed",
                limit >> 20
            )));
        }
        self.to.write_all(piece)
    }

    /// Learns where the picture's own data begin. Must see a piece in the head before the piece is passed on.
    fn find_data(&mut self) {
        if self.data_at.is_none() {
            self.data_at = match self.media_type.as_deref() {
                Some("image/jpeg") => probe::jpeg(&self.head).data.map(|at| at as u64),
                Some("image/png") => Some(8),
                _ => None,
            };
        }
    }

    fn watch_for_end(&mut self, piece: &[u8]) {
        let mark: &[u8] = match self.media_type.as_deref() {
            Some("image/jpeg") => b"\xFF\xD9",
            Some("image/png") => b"IEND",
            _ => return,
        };
        if self.ended {
            return;
        }
        self.tail.extend_from_slice(piece);
        let begun = self.bytes + piece.len() as u64 - self.tail.len() as u64;
        let from = match self.data_at {
            Some(at) => usize::try_from(at.saturating_sub(begun))
                .unwrap_or(usize::MAX)
                .min(self.tail.len()),
            None => return self.trim_tail(mark.len()),
        };
        self.ended = memchr::memmem::find(&self.tail[from..], mark).is_some();
        self.trim_tail(mark.len());
    }

    fn trim_tail(&mut self, mark_bytes: usize) {
        let keep = self.tail.len().saturating_sub(mark_bytes - 1);
        self.tail.drain(..keep);
    }

    fn stop(&mut self, verdict: MediaError) -> io::Result<()> {
        self.verdict = Some(verdict);
        Err(io::Error::other("not wanted"))
    }
}

/// Puts the place in front of the sieve's word.
pub(crate) fn at(place: &str, verdict: MediaError) -> MediaError {
    match verdict {
        MediaError::NotMedia(what) => MediaError::NotMedia(format!("{place}: {what}")),
        other => other,
    }
}

impl Write for Sift<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.sniffed {
            let room = HEAD_BYTES.saturating_sub(self.head.len()).min(piece.len());
            self.head.extend_from_slice(&piece[..room]);
            self.find_data();
            self.pass(piece)?;
        } else {
            self.head.extend_from_slice(piece);
            if self.head.len() >= SNIFF_BYTES {
                self.sniff()?;
            }
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// A sieve whose pieces are waited for.
struct Awaited<'s, 'a>(&'s mut Sift<'a>);

impl Write for Awaited<'_, '_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0.to.works()?;
        let written = self.0.write(piece)?;
        self.0.to.waits()?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{FILE_BYTES, PICTURE_BYTES, Sift};
    use std::io::{self, Write};

    /// Whether so many bytes pass that begin like this.
    fn passes(head: &[u8], bytes: u64) -> bool {
        let mut to = io::sink();
        let mut sift = Sift::new(&mut to, true);
        let piece = vec![b'x'; 8 << 20];
        let mut left = bytes - head.len() as u64;
        let mut went = sift.write_all(head);
        while went.is_ok() && left > 0 {
            let next = left.min(piece.len() as u64);
            went = sift.write_all(&piece[..next as usize]);
            left -= next;
        }
        went.is_ok()
            && sift
                .finish("here")
                .is_ok_and(|fetched| fetched.bytes == bytes)
    }

    #[test]
    fn pictures_and_other_files_at_their_limits_pass_and_one_byte_more_does_not() {
        for (head, limit) in [
            (b"GIF89a\x08\x00\x08\x00".as_slice(), PICTURE_BYTES),
            (b"no picture at all ", FILE_BYTES),
        ] {
            assert!(passes(head, limit));
            assert!(!passes(head, limit + 1));
        }
    }
}
