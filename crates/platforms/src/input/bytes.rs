//! Where the bytes of a file are: on a disk, in memory, or made up while they are read.

use std::{
    fmt,
    fs::File,
    io::{self, Cursor, Read, Seek, SeekFrom},
    path::PathBuf,
    sync::Arc,
};

/// One way through the bytes of a file.
pub trait Handle: Read + Seek {}

impl<T: Read + Seek> Handle for T {}

/// The bytes of a file. Threads take a handle each, so that they do not wait for each other.
pub trait Bytes: fmt::Debug + Send + Sync {
    /// A new handle, at the beginning.
    ///
    /// # Errors
    /// When the file cannot be opened (any more).
    fn handle(&self) -> io::Result<Box<dyn Handle>>;
}

/// A file.
#[derive(Debug)]
pub struct OnDisk(pub PathBuf);

impl Bytes for OnDisk {
    fn handle(&self) -> io::Result<Box<dyn Handle>> {
        Ok(Box::new(File::open(&self.0)?))
    }
}

/// Bytes held in memory.
#[derive(Clone)]
pub struct InMemory(pub Arc<[u8]>);

impl fmt::Debug for InMemory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} bytes in memory", self.0.len())
    }
}

impl Bytes for InMemory {
    fn handle(&self) -> io::Result<Box<dyn Handle>> {
        Ok(Box::new(Cursor::new(Arc::clone(&self.0))))
    }
}

/// A file that goes away with the last one who reads it.
#[derive(Debug)]
pub(crate) struct Scratch(pub(crate) tempfile::NamedTempFile);

impl Bytes for Scratch {
    fn handle(&self) -> io::Result<Box<dyn Handle>> {
        Ok(Box::new(self.0.reopen()?))
    }
}

/// A part of a file, such as an entry of a zip that is not packed.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) whole: Arc<dyn Bytes>,
    pub(crate) start: u64,
    pub(crate) bytes: u64,
}

impl Bytes for Section {
    fn handle(&self) -> io::Result<Box<dyn Handle>> {
        let mut whole = self.whole.handle()?;
        whole.seek(SeekFrom::Start(self.start))?;
        Ok(Box::new(Within {
            whole,
            start: self.start,
            bytes: self.bytes,
            position: 0,
        }))
    }
}

/// One way through a [`Section`].
struct Within {
    whole: Box<dyn Handle>,
    start: u64,
    bytes: u64,
    position: u64,
}

impl Read for Within {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let left = self.bytes.saturating_sub(self.position);
        let read = self.whole.by_ref().take(left).read(to)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for Within {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let wanted = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        let wanted = wanted.ok_or(io::ErrorKind::InvalidInput)?;
        self.position = wanted.min(self.bytes);
        self.whole
            .seek(SeekFrom::Start(self.start + self.position))?;
        Ok(self.position)
    }
}
