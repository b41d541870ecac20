//! Certificates on disk: one folder for each host with `chain.pem` and `key.pem`. A new one is written beside the old and then takes its
//! place, key and chain together, so that a crash leaves a whole pair.

use super::{TlsError, validity};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A certificate in memory.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) key: Arc<CertifiedKey>,
    /// Its beginning and its end, in seconds since 1970.
    pub(super) begins: i64,
    pub(super) ends: i64,
    /// Whether it is a wildcard's, which is never ours to renew.
    pub(super) wild: bool,
}

/// The folder of all certificates.
#[derive(Debug)]
pub(super) struct Store {
    folder: PathBuf,
}

const CHAIN: &str = "chain.pem";
const KEY: &str = "key.pem";
/// How a folder ends that is about to be replaced.
const OLD: &str = "old";
/// After so long nobody is still writing a certificate.
const ABANDONED: Duration = Duration::from_secs(3600);
/// The key of our account with the authority.
const ACCOUNT: &str = "account.json";

impl Store {
    pub(super) fn in_folder(folder: &Path) -> Result<Self, TlsError> {
        fs::create_dir_all(folder).map_err(|source| file(folder, source))?;
        forget_abandoned(folder);
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The certificate in the folder `name`; `None` when there is none.
    pub(super) fn load(&self, name: &str) -> Result<Option<Held>, TlsError> {
        if !is_name(name) {
            return Ok(None);
        }
        let own = self.folder.join(name);
        // Who replaced it came no further than to put the old one aside.
        let places = [own, self.beside(name, OLD)];
        let Some(folder) = places.into_iter().find(|folder| folder.exists()) else {
            return Ok(None);
        };
        let Some(chain) = read(&folder.join(CHAIN))? else {
            return Ok(None);
        };
        let Some(key) = read(&folder.join(KEY))? else {
            return Ok(None);
        };
        let wrong = |why: String| TlsError::Certificate {
            path: folder.clone(),
            why,
        };
        let chain = CertificateDer::pem_slice_iter(&chain)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| wrong(error.to_string()))?;
        let (begins, ends) = chain
            .first()
            .and_then(|leaf| validity::span(leaf))
            .ok_or_else(|| wrong("it has no end".to_owned()))?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|error| wrong(error.to_string()))?;
        let key = CertifiedKey::from_der(chain, key, &ring::default_provider())
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Some(Held {
            key: Arc::new(key),
            begins,
            ends,
            wild: name.starts_with("_."),
        }))
    }

    /// Writes a certificate for `name`.
    pub(super) fn save(&self, name: &str, chain: &str, key: &str) -> Result<(), TlsError> {
        if !is_name(name) {
            let source = io::Error::new(io::ErrorKind::InvalidInput, "no host name");
            return Err(file(&self.folder, source));
        }
        // Nodes that share the folder may write at the same time.
        let by = RandomState::new().build_hasher().finish();
        let (new, old) = (
            self.beside(name, &format!("new-{by:016x}")),
            self.beside(name, OLD),
        );
        let folder = self.folder.join(name);
        let swap = || {
            fs::create_dir_all(&new)?;
            write(&new.join(CHAIN), chain)?;
            write(&new.join(KEY), key)?;
            if folder.exists() {
                let _ = fs::remove_dir_all(&old);
                fs::rename(&folder, &old)?;
            }
            fs::rename(&new, &folder)?;
            let _ = fs::remove_dir_all(&old);
            Ok(())
        };
        swap().map_err(|source| {
            let _ = fs::remove_dir_all(&new);
            file(&folder, source)
        })
    }

    fn beside(&self, name: &str, word: &str) -> PathBuf {
        self.folder.join(format!(".{name}.{word}"))
    }

    /// Our account with the authority, as JSON.
    pub(super) fn account(&self) -> Result<Option<Vec<u8>>, TlsError> {
        read(&self.folder.join(ACCOUNT))
    }

    pub(super) fn save_account(&self, json: &str) -> Result<(), TlsError> {
        let (new, path) = (self.folder.join(".account.new"), self.folder.join(ACCOUNT));
        write(&new, json)
            .and_then(|()| fs::rename(&new, &path))
            .map_err(|source| file(&path, source))
    }
}

/// Takes away what writers left that fell: there are keys in it.
fn forget_abandoned(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_new = |name: &str| name.starts_with('.') && name.contains(".new-");
    for entry in entries.filter(|entry| entry.file_name().to_str().is_some_and(is_new)) {
        let changed = entry.metadata().and_then(|entry| entry.modified()).ok();
        if changed
            .and_then(|at| at.elapsed().ok())
            .is_some_and(|age| age > ABANDONED)
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether `name` is a host's, `_.` for `*.` allowed, and nothing that leads out of the folder.
fn is_name(name: &str) -> bool {
    let labels = |name: &str| {
        name.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
    };
    name.len() <= 253 && labels(name)
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, TlsError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(file(path, source)),
    }
}

/// Writes a file that only we may read, down to the disk.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(path)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()
}

fn file(path: &Path, source: io::Error) -> TlsError {
    TlsError::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(host: &str) -> (String, String) {
        let made =
            rcgen::generate_simple_self_signed(vec![host.to_owned()]).expect("a certificate");
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn what_is_saved_is_found_again_and_replaced_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::in_folder(folder.path()).expect("a store");
        assert!(store.load("a.example").expect("readable").is_none());
        for _ in 0..2 {
            let (chain, key) = made("a.example");
            store.save("a.example", &chain, &key).expect("saved");
            let held = store.load("a.example").expect("readable").expect("there");
            assert!(!held.wild && held.ends > 1_700_000_000);
        }
        let names: Vec<_> = fs::read_dir(folder.path())
            .expect("a folder")
            .flatten()
            .collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }

    /// A crash between putting the old one aside and putting the new one in its place.
    #[test]
    fn what_was_put_aside_is_found_until_the_new_one_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::in_folder(folder.path()).expect("a store");
        let (chain, key) = made("a.example");
        store.save("a.example", &chain, &key).expect("saved");
        let [own, aside, anothers] =
            ["a.example", ".a.example.old", ".a.example.new"].map(|name| folder.path().join(name));
        fs::rename(&own, &aside).expect("put aside");
        assert!(store.load("a.example").expect("readable").is_some());
        // Another node is writing.
        fs::create_dir(&anothers).expect("a folder");
        store.save("a.example", &chain, &key).expect("saved");
        assert!(own.exists() && !aside.exists() && anothers.exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_a_writer_left_that_fell_is_taken_away_and_what_is_being_written_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let [left, written] =
            [".a.example.new-0", ".a.example.new-1"].map(|name| folder.path().join(name));
        for new in [&left, &written] {
            fs::create_dir(new).expect("a folder");
            fs::write(new.join(KEY), "a key").expect("written");
        }
        let before = std::time::SystemTime::now() - ABANDONED * 2;
        let open = fs::File::open(&left).expect("a folder");
        open.set_modified(before).expect("its time");
        Store::in_folder(folder.path()).expect("a store");
        assert!(!left.exists() && written.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_a_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::in_folder(folder.path()).expect("a store");
        let (chain, key) = made("a.example");
        store.save("a.example", &chain, &key).expect("saved");
        let mode = fs::metadata(folder.path().join("a.example/key.pem"))
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_does_not_fit_and_a_name_that_leads_out_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::in_folder(&folder.path().join("in")).expect("a store");
        let ((chain, _), (_, key)) = (made("a.example"), made("a.example"));
        store.save("a.example", &chain, &key).expect("saved");
        assert!(store.load("a.example").is_err());
        for name in ["..", "../out", "a/b", "", ".", "a..b", ".a.example.new"] {
            assert!(store.save(name, &chain, &key).is_err(), "{name}");
            assert!(store.load(name).expect("no file").is_none(), "{name}");
        }
    }
}
