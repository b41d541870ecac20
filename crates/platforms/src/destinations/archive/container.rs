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
    zip: ZipWriter<OnceBroken<W>>,
    sums: BTreeMap<String, String>,
}

impl<W: Write + Seek> Container<W> {
    pub(super) fn new(to: W) -> Self {
        Self {
            zip: ZipWriter::new(OnceBroken { to, broken: false }),
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
        let OnceBroken { mut to, broken } = self.zip.finish()?;
        if broken {
            return Err(io::Error::other("the archive could not be written"));
        }
        to.flush()?;
        to.seek(SeekFrom::Start(0))?;
        Ok(to)
    }
}

/// What cannot be written fails once. A zip that is given up tries to write its end and complains to the screen when that fails too,
/// where nobody asked for it; nothing of it is kept.
struct OnceBroken<W> {
    to: W,
    broken: bool,
}

impl<W: Write> Write for OnceBroken<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.broken {
            return Ok(bytes.len());
        }
        let written = self.to.write(bytes);
        self.broken = written
            .as_ref()
            .is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl<W: Seek> Seek for OnceBroken<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.to.seek(to)
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

#[cfg(test)]
mod tests {
    use super::{Container, OnceBroken};
    use std::io::{self, Cursor, Seek, SeekFrom, Write};

    /// A disk with room for so many bytes.
    struct Full(Cursor<Vec<u8>>, usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.position() as usize + bytes.len() > self.1 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Full {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn a_full_disk_fails_once_and_is_never_called_finished() {
        let mut disk = OnceBroken {
            to: Full(Cursor::default(), 3),
            broken: false,
        };
        assert!(disk.write(b"abcd").is_err());
        assert!(disk.write(b"efgh").is_ok(), "what follows is given up");

        let noise: Vec<u8> = (0..1000_u32).map(|n| (n * n % 251) as u8).collect();
        let mut zip = Container::new(Full(Cursor::default(), 500));
        let first = zip.bytes("one.jpg", &noise);
        let error = first.and_then(|()| zip.finish().map(drop));
        assert_eq!(
            error.map_err(|error| error.kind()),
            Err(io::ErrorKind::StorageFull)
        );

        let mut zip = Container::new(Full(Cursor::default(), 500));
        assert!(zip.bytes("one.jpg", &noise).is_err());
        assert!(zip.finish().is_err());
    }
}
