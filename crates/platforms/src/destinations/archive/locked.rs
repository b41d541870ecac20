//! The private part: a zip inside a zip. The inner one is encrypted as a whole, since a zip shows the names of its entries even
//! where it hides their bytes.
//!
//! AES-256 as WinZip writes it (AE-2): 7-Zip and others open it. Its key is stretched a thousand times only, so the passphrase has
//! to be long.

use blog::Secret;
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};
use zip::{
    AesMode, CompressionMethod, DateTime, ZipArchive, ZipWriter, result::ZipError,
    write::SimpleFileOptions,
};

/// The file of the archive that holds the private part.
pub const LOCKED: &str = "private.zip";

/// The one entry inside.
const INSIDE: &str = "private-part.zip";

/// Shortest passphrase, in characters.
pub const PASSPHRASE_CHARACTERS_MIN: usize = 12;

/// Why a private part was not opened.
#[derive(Debug, thiserror::Error)]
pub enum Locked {
    /// It is another passphrase.
    #[error("the passphrase does not open it")]
    Passphrase,
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// Locks a zip. The salt is drawn anew each time: two locked parts are never equal.
pub(super) fn lock(mut plain: File, passphrase: &Secret) -> io::Result<File> {
    let mut zip = ZipWriter::new(tempfile::tempfile()?);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o600)
        .large_file(true)
        .with_aes_encryption(AesMode::Aes256, passphrase.reveal());
    zip.start_file(INSIDE, options)?;
    plain.seek(SeekFrom::Start(0))?;
    io::copy(&mut plain, &mut zip)?;
    let mut locked = zip.finish()?;
    locked.flush()?;
    locked.seek(SeekFrom::Start(0))?;
    Ok(locked)
}

/// Unlocks what [`ZipArchive`](super::ZipArchive) locked, into `to`.
///
/// # Errors
/// When the passphrase is another one, or the bytes are no such zip.
pub fn unlock(
    locked: impl Read + Seek,
    passphrase: &Secret,
    to: &mut dyn Write,
) -> Result<(), Locked> {
    let unreadable = |error: ZipError| match error {
        ZipError::InvalidPassword => Locked::Passphrase,
        other => Locked::Unreadable(other.to_string()),
    };
    let mut zip = ZipArchive::new(locked).map_err(unreadable)?;
    let mut inside = zip
        .by_name_decrypt(INSIDE, passphrase.reveal().as_bytes())
        .map_err(unreadable)?;
    io::copy(&mut inside, to).map_err(|error| Locked::Unreadable(error.to_string()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"a diary").expect("written");
        file
    }

    #[test]
    fn the_passphrase_opens_it_and_nothing_else_does() {
        let secret = Secret::new("correct horse battery staple");
        let mut locked = lock(plain(), &secret).expect("locked");
        let mut bytes = Vec::new();
        locked.read_to_end(&mut bytes).expect("read");
        assert!(!bytes.windows(7).any(|window| window == b"a diary"));
        let mut out = Vec::new();
        unlock(&locked, &secret, &mut out).expect("unlocked");
        assert_eq!(out, b"a diary");
        for wrong in ["correct horse battery", "x"] {
            let refused = unlock(&locked, &Secret::new(wrong), &mut Vec::new());
            assert!(refused.is_err());
        }
    }

    #[test]
    fn what_is_no_locked_part_is_said_so() {
        let bytes = io::Cursor::new(b"PK nothing".to_vec());
        let refused = unlock(bytes, &Secret::new("any passphrase"), &mut Vec::new());
        assert!(matches!(refused, Err(Locked::Unreadable(_))));
    }
}
