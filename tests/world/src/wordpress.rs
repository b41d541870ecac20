//! The real WordPresses that `./test` started with `tests/world/wordpress/site.sh`: what the script said about each, and turns at
//! them. A WordPress has one writer, so a test holds one alone; more sites let more tests run at the same time.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

/// The environment variable that names a file with one line of JSON for each site, as `site.sh up` prints it.
pub const SITES: &str = "REHOME_TEST_SITE";

/// The line that `site.sh up` prints. Its `Debug` form leaves the passwords out.
#[derive(Clone, Deserialize)]
pub struct About {
    /// Its address, `http://127.0.0.1:PORT`.
    pub url: String,
    /// The administrator's name.
    pub user: String,
    /// The administrator's application password.
    pub app_password: String,
    /// The administrator's password at the login page.
    #[serde(default)]
    pub login_password: String,
    /// The folder with everything that belongs to it.
    #[serde(default)]
    pub home: String,
    /// The folder of WordPress itself.
    #[serde(default)]
    pub site: String,
    /// The version of WordPress.
    #[serde(default)]
    pub wordpress: String,
    /// The version of PHP.
    #[serde(default)]
    pub php: String,
    /// `sqlite` or `mariadb`.
    #[serde(default)]
    pub database: String,
    /// `no` or `subdir`.
    #[serde(default)]
    pub network: String,
}

impl About {
    /// The sites that a file tells of, one a line.
    ///
    /// # Errors
    ///
    /// When the file can't be read, or tells of none, or a line is not what `site.sh up` prints.
    pub fn read_all(file: &Path) -> Result<Vec<Self>> {
        let text = fs::read_to_string(file)
            .with_context(|| format!("{} can't be read", file.display()))?;
        let sites: Vec<Self> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()
            .with_context(|| format!("{} is not what 'site.sh up' printed", file.display()))?;
        anyhow::ensure!(!sites.is_empty(), "{} tells of no site", file.display());
        Ok(sites)
    }

    /// Whether it is one of a network's sites.
    #[must_use]
    pub fn is_on_network(&self) -> bool {
        self.network == "subdir"
    }

    /// Empties it, as `site.sh reset` does: the servers keep running, the plugin stays installed.
    ///
    /// # Errors
    ///
    /// When the script can't be run, or says that it could not.
    pub fn reset(&self) -> Result<()> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/wordpress/site.sh");
        let port = self.url.rsplit(':').next().unwrap_or_default();
        let done = Command::new("bash")
            .args([script, "reset"])
            .env("REHOME_WP_HOME", &self.home)
            .env("REHOME_WP_PORT", port.trim_end_matches('/'))
            .env("REHOME_WP_DB", &self.database)
            .env("REHOME_WP_NETWORK", &self.network)
            .stdin(Stdio::null())
            .output()
            .context("site.sh could not be run")?;
        let said = String::from_utf8_lossy(&done.stderr);
        anyhow::ensure!(done.status.success(), "site.sh reset: {said}");
        Ok(())
    }
}

impl std::fmt::Debug for About {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "WordPress {} at {} (PHP {}, {})",
            self.wordpress, self.url, self.php, self.database
        )
    }
}

/// A WordPress that nobody else writes to while this is held, whichever process they are of.
#[derive(Debug)]
pub struct Turn {
    /// The site.
    pub about: About,
    _lock: File,
}

impl Turn {
    /// A site that is free, waiting for one if need be; `None`, with a plain word of it, where [`SITES`] is not set.
    ///
    /// # Panics
    ///
    /// When [`SITES`] is set and its file is not what it should be: then a test must not pass by having been skipped.
    #[must_use]
    pub fn take() -> Option<Self> {
        let Some(file) = std::env::var_os(SITES) else {
            println!("skipped: no WordPress ({SITES} is not set; ./test sets it)");
            return None;
        };
        let mut sites: Vec<(About, File)> = About::read_all(Path::new(&file))
            .expect("sites")
            .into_iter()
            .map(|about| {
                let lock = lock_of(&about);
                (about, lock)
            })
            .collect();
        let free = sites.iter().position(|(_, lock)| lock.try_lock().is_ok());
        // All are taken: in different processes, different ones are waited for.
        let chosen = free.unwrap_or(std::process::id() as usize % sites.len());
        let (about, lock) = sites.swap_remove(chosen);
        if free.is_none() {
            lock.lock().expect("its turn");
        }
        Some(Self { about, _lock: lock })
    }
}

fn lock_of(about: &About) -> File {
    let name: String = about
        .url
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let path = std::env::temp_dir().join(format!("rehome-test-site-{name}.lock"));
    File::create(path).expect("a lock file")
}

#[cfg(test)]
mod tests {
    use super::About;

    #[test]
    fn lines_of_the_script_are_read_and_passwords_are_not_shown() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let line = |port: u16| {
            format!(
                "{{\"url\":\"http://127.0.0.1:{port}\",\"user\":\"owner\",\"app_password\":\"abcd efgh\",\"login_password\":\"xyz\",\
                 \"home\":\"h\",\"site\":\"s\",\"wordpress\":\"6.8\",\"php\":\"8.2\",\"database\":\"sqlite\"}}\n"
            )
        };
        std::fs::write(file.path(), line(8090) + "\n" + &line(8091)).expect("written");
        let sites = About::read_all(file.path()).expect("the agreed lines");
        assert_eq!(sites.len(), 2);
        assert_eq!(sites[1].url, "http://127.0.0.1:8091");
        assert_eq!(
            format!("{:?}", sites[0]),
            "WordPress 6.8 at http://127.0.0.1:8090 (PHP 8.2, sqlite)"
        );
        for bad in ["", "nothing\n"] {
            std::fs::write(file.path(), bad).expect("written");
            assert!(About::read_all(file.path()).is_err(), "{bad:?}");
        }
    }
}
