//! Where the bytes of a file are: on a disk, in memory, or made up while they are read.

use std::{
    fmt,
    fs::File,
    io::{self, Cursor, Read, Seek},
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
