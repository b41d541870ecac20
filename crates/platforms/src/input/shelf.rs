//! Where the bytes of pictures come from while packing: a folder of saved media, the input itself, the network.

use super::{
    Place, SavedMedia, Trust,
    sift::{FILE_BYTES, Sift, at},
};
use crate::fetch::{FetchSettings, Fetcher, without_query};
use blog::doors::{Arrival, FetchedMedia, MediaError, MediaFetch, ReadError};
use percent_encoding::percent_decode_str;
use std::{
    io::{self, Read, Write as _},
    path::PathBuf,
    sync::Arc,
};

/// One blog's source of pictures. Shared by threads: every fetch opens handles of its own.
#[derive(Debug)]
pub struct MediaShelf {
    fetcher: Arc<Fetcher>,
    place: Place,
    saved: Vec<SavedMedia>,
    offline: bool,
}

impl MediaShelf {
    pub(super) fn new(fetcher: Arc<Fetcher>, place: Place) -> Self {
        // A folder that is the input may hold saved media beside the export.
        let saved = match &place {
            Place::Folder(_) => vec![SavedMedia::index(place.clone(), "the folder".to_owned())],
            Place::Address
            | Place::File(..)
            | Place::Zip(_)
            | Place::WebArchive(_)
            | Place::Unlocked(..) => Vec::new(),
        };
        Self {
            fetcher,
            place,
            saved,
            offline: false,
        }
    }

    /// Only what was saved in folders, zips and web archives, the first of them first. The network is not asked.
    ///
    /// # Errors
    /// When one of them is none of these, or cannot be listed.
    pub fn of_saved(places: &[PathBuf]) -> Result<Self, ReadError> {
        let fetcher = Arc::new(Fetcher::new(FetchSettings::default()));
        let shelf = Self::new(fetcher, Place::Address).offline();
        shelf.with_saved_media(places)
    }

    /// Looks into these folders, zips and web archives before the network is asked, the first of them first.
    ///
    /// # Errors
    /// When one of them is none of these, or cannot be listed.
    pub fn with_saved_media(mut self, places: &[PathBuf]) -> Result<Self, ReadError> {
        let saved = places
            .iter()
            .map(|place| SavedMedia::open(place))
            .collect::<Result<Vec<_>, _>>()?;
        self.saved.splice(0..0, saved);
        Ok(self)
    }

    /// Never asks the network: what is not saved is gone.
    #[must_use]
    pub fn offline(mut self) -> Self {
        self.offline = true;
        self
    }

    fn fetch_inside(&self, name: &str, to: &mut dyn Arrival) -> Result<FetchedMedia, MediaError> {
        let decoded = percent_decode_str(name).decode_utf8_lossy();
        let opened = self
            .place
            .open(&decoded, Trust::Whole)
            .map_err(|error| MediaError::Unreachable(error.to_string()))?;
        // Names that hold a percent sign of their own were not escaped by everybody.
        let opened = match opened {
            None => self
                .place
                .open(name, Trust::Whole)
                .map_err(|error| MediaError::Unreachable(error.to_string()))?,
            some => some,
        };
        match opened {
            Some(mut reader) => copy(&mut reader, to, &decoded, true),
            None => Err(MediaError::Gone(format!(
                "{decoded}: there is no such file in the input"
            ))),
        }
    }

    fn fetch_outside(
        &self,
        address: &str,
        to: &mut dyn Arrival,
    ) -> Result<FetchedMedia, MediaError> {
        let place = without_query(address);
        if self.offline {
            return Err(MediaError::Gone(format!(
                "{place}: not among the saved media, and the network is not asked"
            )));
        }
        // A file of a kind we do not know is taken when its address says that it is a file.
        let mut sift = Sift::new(to, names_a_file(&place));
        let downloaded = sift.while_waiting(|awaited| {
            let downloaded = self.fetcher.download(address, awaited, FILE_BYTES);
            downloaded.map(|_| ())
        });
        if let Some(verdict) = sift.verdict() {
            return Err(at(&place, verdict));
        }
        downloaded?;
        sift.finish(&place)
    }
}

impl MediaFetch for MediaShelf {
    fn fetch(&self, address: &str, to: &mut dyn Arrival) -> Result<FetchedMedia, MediaError> {
        if let Some(name) = address.strip_prefix("input:") {
            return self.fetch_inside(name.trim_start_matches('/'), to);
        }
        if !address
            .get(..4)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
        {
            return Err(MediaError::Refused(format!(
                "{}: only web addresses and files of the input are fetched",
                without_query(address)
            )));
        }
        for saved in &self.saved {
            if let Some(mut file) = saved.find(address)? {
                return copy(&mut file, to, &without_query(address), true);
            }
        }
        if let Place::WebArchive(archive) = &self.place {
            let place = without_query(address);
            let captured = archive
                .open(address)
                .map_err(|error| MediaError::Unreachable(error.to_string()))?;
            if let Some(mut reader) = captured {
                return copy(&mut reader, to, &place, names_a_file(&place));
            }
        }
        self.fetch_outside(address, to)
    }
}

fn copy(
    reader: &mut dyn Read,
    to: &mut dyn Arrival,
    place: &str,
    any_type: bool,
) -> Result<FetchedMedia, MediaError> {
    let mut sift = Sift::new(to, any_type);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => return sift.finish(place),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(MediaError::NotMedia(format!("{place}: {error}"))),
        };
        if let Err(error) = sift.write_all(&buffer[..read]) {
            let kept = MediaError::CouldNotKeep(format!("{place}: {error}"));
            return Err(sift.verdict().map_or(kept, |verdict| at(place, verdict)));
        }
    }
}

/// Whether the last part of a path ends like a file that is no page: `/files/sample.dwg`.
fn names_a_file(place: &str) -> bool {
    const PAGES: [&str; 7] = ["html", "htm", "php", "aspx", "asp", "cgi", "jsp"];
    let last = place.rsplit('/').next().unwrap_or_default();
    last.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty()
            && (1..=8).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !PAGES.contains(&ending.to_ascii_lowercase().as_str())
    })
}
