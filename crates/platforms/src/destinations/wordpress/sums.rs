//! Length and hashes of a file that is about to be sent.

use md5::{Digest, Md5};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Length and hashes of a file.
pub(crate) struct Sums {
    /// How many bytes.
    pub(crate) bytes: u64,
    /// MD5, hex.
    pub(crate) md5: String,
    /// BLAKE3, hex.
    pub(crate) blake3: String,
}

impl Sums {
    /// Reads `file` to its end, and leaves it at its beginning.
    pub(crate) fn of(file: &mut File) -> std::io::Result<Self> {
        let (mut md5, mut blake3, mut bytes) = (Md5::new(), blake3::Hasher::new(), 0_u64);
        let mut piece = vec![0_u8; 64 * 1024];
        loop {
            let length = file.read(&mut piece)?;
            if length == 0 {
                break;
            }
            md5.update(&piece[..length]);
            blake3.update(&piece[..length]);
            bytes += length as u64;
        }
        file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            bytes,
            md5: hex(&md5.finalize()),
            blake3: blake3.finalize().to_hex().to_string(),
        })
    }
}

/// The MD5 of `bytes`, hex.
pub(crate) fn md5_of(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
