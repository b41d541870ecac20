//! A zip whose bytes follow from what is put into it: fixed times, one order, and a list of checksums at its end.

use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io::{self, Read, Seek, SeekFrom, Write},
};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

/// The list of checksums, as `sha256sum -c` reads it.
pub(super) const CHECKSUMS: &str = "SHA256SUMS";

/// Endings of files that do not become smaller.
const PACKED: &[&str] = &["jpg", "png", "gif", "webp", "heic", "mp4", "mp3", "zip"];

/// A zip being written.
pub(super) struct Container<W: Write + Seek> {
    zip: ZipWriter<W>,
    sums: BTreeMap<String, String>,
}

impl<W: Write + Seek> Container<W> {
    pub(super) fn new(to: W) -> Self {
        Self {
            zip: ZipWriter::new(to),
            sums: BTreeMap::new(),
        }
    }

    pub(super) fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.bytes(name, text.as_bytes())
    }

    pub(super) fn bytes(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.copy(name, &mut { bytes })
    }

    /// Puts a file in. A name that is taken is an error: nothing is ever replaced.
    pub(super) fn copy(&mut self, name: &str, from: &mut dyn Read) -> io::Result<()> {
        if self.sums.contains_key(name) {
            return Err(io::Error::other(format!("two files are called {name}")));
        }
        let packed = name
            .rsplit_once('.')
            .is_some_and(|(_, ending)| PACKED.contains(&ending));
        self.zip.start_file(name, options(packed))?;
        let mut sum = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            sum.update(&buffer[..read]);
            self.zip.write_all(&buffer[..read])?;
        }
        self.sums.insert(name.to_owned(), hex(&sum.finalize()));
        Ok(())
    }

    /// Writes the checksums and ends the zip; it is read from its beginning next.
    pub(super) fn finish(mut self) -> io::Result<W> {
        let list: String = self
            .sums
            .iter()
            .map(|(name, sum)| format!("{sum}  {name}\n"))
            .collect();
        self.zip.start_file(CHECKSUMS, options(false))?;
        self.zip.write_all(list.as_bytes())?;
        let mut to = self.zip.finish()?;
        to.flush()?;
        to.seek(SeekFrom::Start(0))?;
        Ok(to)
    }
}

/// The same zip on each machine at each time. Sizes are not known beforehand, so all entries can be large.
fn options(packed: bool) -> SimpleFileOptions {
    let method = if packed {
        CompressionMethod::Stored
    } else {
        CompressionMethod::Deflated
    };
    SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .large_file(true)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
