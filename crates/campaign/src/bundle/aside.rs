//! Parts of the input that became no item: kept whole as they stood, named by where they stood.

use super::Bundle;
use crate::Error;
use std::{
    fs,
    io::{Read, Write},
    path::PathBuf,
};

/// The word that stands for a kind among the originals.
const KIND: &str = "aside";

impl Bundle {
    /// Keeps what stood at `place`. Equal bytes are stored once.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn keep_aside(&self, place: &str, bytes: &mut dyn Read) -> Result<(), Error> {
        let folder = self.aside_folder();
        fs::create_dir_all(&folder)?;
        let arriving = folder.join("arriving");
        let mut file = fs::File::create(&arriving)?;
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = bytes.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hasher.update(&buffer[..read]);
            file.write_all(&buffer[..read])?;
        }
        file.sync_all()?;
        let hash = hasher.finalize().to_hex();
        fs::rename(&arriving, folder.join(hash.as_str()))?;
        self.store
            .prepare_cached(
                "INSERT INTO original (kind, id, media_type, place, bytes) VALUES (?1, ?2, 'application/octet-stream', ?2, ?3)
                 ON CONFLICT (kind, id) DO UPDATE SET bytes = excluded.bytes",
            )?
            .execute((KIND, place, hash.as_bytes()))?;
        Ok(())
    }

    /// What was kept aside: where it stood, and the file that holds it now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn kept_aside(&self) -> Result<Vec<(String, PathBuf)>, Error> {
        let mut statement = self
            .store
            .prepare_cached("SELECT place, bytes FROM original WHERE kind = ?1 ORDER BY place")?;
        let rows = statement
            .query_map([KIND], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let folder = self.aside_folder();
        Ok(rows
            .into_iter()
            .map(|(place, hash)| (place, folder.join(String::from_utf8_lossy(&hash).as_ref())))
            .collect())
    }

    fn aside_folder(&self) -> PathBuf {
        self.folder().join("aside")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_is_kept_whole_and_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        for _ in 0..2 {
            bundle
                .keep_aside("x.zip › b", &mut b"bytes".as_slice())
                .expect("kept");
        }
        let kept = bundle.kept_aside().expect("listed");
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].0, "x.zip › b");
        assert_eq!(fs::read(&kept[0].1).expect("read"), b"bytes");
    }
}
