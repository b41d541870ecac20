//! Where generations are handed on: a folder, or a bucket of an S3-compatible store.
//!
//! The bucket is asked through this program's one HTTP client; only the signatures come from a library.

use crate::IndexError;
use blog::Secret;
use rusty_s3::{Bucket, Credentials, S3Action as _, UrlStyle};
use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::Duration,
};
use ureq::Agent;

/// How long a signature holds.
const SIGNED_FOR: Duration = Duration::from_secs(600);
/// Longest wait for one file.
const FILE_TIME: Duration = Duration::from_secs(300);
/// Longest thing that is taken, in bytes. Segments have a quarter of it.
const LONGEST_BYTES: u64 = 512 << 20;

/// Where generations are handed on.
#[derive(Debug)]
pub enum Place {
    /// A folder, such as one that several machines mount or that is copied to them.
    Folder(PathBuf),
    /// A bucket.
    Bucket(Box<BucketPlace>),
}

/// A bucket of an S3-compatible store.
pub struct BucketPlace {
    bucket: Bucket,
    credentials: Credentials,
    prefix: String,
    agent: Agent,
}

/// How a bucket is reached.
#[derive(Debug, Clone)]
pub struct BucketSettings {
    /// Address of the store, e.g. `https://s3.eu-west-1.amazonaws.com`.
    pub endpoint: String,
    /// Region, e.g. `eu-west-1`; `us-east-1` where the store has none.
    pub region: String,
    /// Name of the bucket.
    pub bucket: String,
    /// What the names of all things begin with; may be empty.
    pub prefix: String,
    /// Name of the key.
    pub key: String,
    /// The key.
    pub secret: Secret,
}

impl std::fmt::Debug for BucketPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BucketPlace({}/{})", self.bucket.name(), self.prefix)
    }
}

impl BucketPlace {
    /// A bucket that is asked by path, as every S3-compatible store understands.
    ///
    /// # Errors
    /// When the endpoint is no web address.
    pub fn new(settings: &BucketSettings) -> Result<Self, IndexError> {
        let wrong = |what: String| IndexError::Place { what };
        let endpoint = settings
            .endpoint
            .parse()
            .map_err(|_| wrong(format!("{} is no web address", settings.endpoint)))?;
        let bucket = Bucket::new(
            endpoint,
            UrlStyle::Path,
            settings.bucket.clone(),
            settings.region.clone(),
        )
        .map_err(|error| wrong(error.to_string()))?;
        let agent = Agent::config_builder()
            .timeout_global(Some(FILE_TIME))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        Ok(Self {
            bucket,
            credentials: Credentials::new(&settings.key, settings.secret.reveal()),
            prefix: settings.prefix.clone(),
            agent,
        })
    }

    fn name(&self, name: &str) -> String {
        match self.prefix.trim_matches('/') {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        }
    }

    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, IndexError> {
        let object = self.name(name);
        let action = self.bucket.get_object(Some(&self.credentials), &object);
        let mut response = self
            .agent
            .get(action.sign(SIGNED_FOR).as_str())
            .call()
            .map_err(|error| failed(name, &error))?;
        match response.status().as_u16() {
            200 => response
                .body_mut()
                .with_config()
                .limit(LONGEST_BYTES)
                .read_to_vec()
                .map(Some)
                .map_err(|error| failed(name, &error)),
            404 => Ok(None),
            status => Err(refused(name, status)),
        }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), IndexError> {
        let object = self.name(name);
        let action = self.bucket.put_object(Some(&self.credentials), &object);
        let response = self
            .agent
            .put(action.sign(SIGNED_FOR).as_str())
            .send(bytes)
            .map_err(|error| failed(name, &error))?;
        match response.status().as_u16() {
            200..=204 => Ok(()),
            status => Err(refused(name, status)),
        }
    }
}

/// Without the address that was asked: it carries a signature.
fn failed(name: &str, error: &ureq::Error) -> IndexError {
    let what = match error {
        ureq::Error::Timeout(_) => "it took too long".to_owned(),
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::HostNotFound => "the store was not found".to_owned(),
        _ => "the connection failed".to_owned(),
    };
    IndexError::Place {
        what: format!("{name}: {what}"),
    }
}

fn refused(name: &str, status: u16) -> IndexError {
    IndexError::Place {
        what: format!("{name}: the store answered {status}"),
    }
}

impl Place {
    /// The content of `name`; `None` where there is no such thing.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Vec<u8>>, IndexError> {
        match self {
            Self::Bucket(bucket) => bucket.get(name),
            Self::Folder(folder) => {
                let path = folder.join(name);
                let mut bytes = Vec::new();
                let read = fs::File::open(&path)
                    .and_then(|file| file.take(LONGEST_BYTES).read_to_end(&mut bytes));
                match read {
                    Ok(_) => Ok(Some(bytes)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(error) => Err(IndexError::read(&path, error)),
                }
            }
        }
    }

    /// Puts `bytes` under `name`, whole or not at all.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> Result<(), IndexError> {
        match self {
            Self::Bucket(bucket) => bucket.put(name, bytes),
            Self::Folder(folder) => {
                let path = folder.join(name);
                let above = path.parent().unwrap_or(Path::new("."));
                fs::create_dir_all(above).map_err(|source| IndexError::read(above, source))?;
                crate::folder::replace(&path, bytes)
            }
        }
    }
}
