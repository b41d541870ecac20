//! A real WordPress for tests: a thin hand on `tests/world/wordpress/site.sh`, which does the work.
//!
//! Each site lives in its own folder under `.rehome/` of the workspace (or of `REHOME_WP_HOME`, where that is set) and stops
//! when its [`WordPress`] is dropped. A test that finds `REHOME_TEST_WORDPRESS` set to an address may use that site instead of
//! starting one; starting one needs nothing but this module.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A WordPress that runs until it is dropped.
#[derive(Debug)]
pub struct WordPress {
    /// What its script said about it.
    pub about: About,
    name: String,
    settings: Vec<(String, String)>,
}

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

impl WordPress {
    /// Starts the site `name` on `port`: laid out when it is new, emptied when it was there before.
    ///
    /// # Errors
    ///
    /// When the script is not there, fails, or prints something else than its one line.
    pub fn start(name: &str, port: u16) -> Result<Self> {
        Self::start_with(name, port, &[])
    }

    /// As [`WordPress::start`], with more settings of the script, such as `("REHOME_WP_DB", "mariadb")`.
    ///
    /// # Errors
    ///
    /// As [`WordPress::start`].
    pub fn start_with(name: &str, port: u16, more: &[(&str, &str)]) -> Result<Self> {
        let mut settings = settings(name, port);
        settings.extend(
            more.iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned())),
        );
        let said = run(&["up"], &settings)?;
        let about = read_about(&said)?;
        let site = Self {
            about,
            name: name.to_owned(),
            settings,
        };
        site.reset()?;
        Ok(site)
    }

    /// The name it was started under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Empties the blog; the servers keep running.
    ///
    /// # Errors
    ///
    /// When the script fails.
    pub fn reset(&self) -> Result<()> {
        run(&["reset"], &self.settings).map(|_| ())
    }
}

impl Drop for WordPress {
    fn drop(&mut self) {
        // A server that is gone already is what we want.
        let _ = run(&["down"], &self.settings);
    }
}

/// The site that `REHOME_TEST_WORDPRESS` points at, for tests that may share one: its value is the line of `site.sh up`.
#[must_use]
pub fn shared() -> Option<About> {
    std::env::var("REHOME_TEST_WORDPRESS")
        .ok()
        .and_then(|line| serde_json::from_str(&line).ok())
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Each site has its own folder; fetched packages are shared between all.
fn settings(name: &str, port: u16) -> Vec<(String, String)> {
    let base = std::env::var_os("REHOME_WP_HOME")
        .map_or_else(|| workspace().join(".rehome/wordpress"), PathBuf::from);
    let home = base.join(name).to_string_lossy().into_owned();
    let mut settings = vec![
        ("REHOME_WP_HOME".to_owned(), home),
        ("REHOME_WP_PORT".to_owned(), port.to_string()),
    ];
    if std::env::var_os("REHOME_WP_CACHE").is_none() {
        let cache = workspace()
            .join(".rehome/cache")
            .to_string_lossy()
            .into_owned();
        settings.push(("REHOME_WP_CACHE".to_owned(), cache));
    }
    settings
}

/// Runs the script and gives back what it printed; what it says on the way goes to our own standard error.
fn run(words: &[&str], settings: &[(String, String)]) -> Result<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("wordpress/site.sh");
    let output = Command::new("bash")
        .arg(&script)
        .args(words)
        .envs(settings.iter().map(|(key, value)| (key, value)))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not run {}", script.display()))?;
    if !output.status.success() {
        bail!(
            "'site.sh {}' ended with {}; its reason stands above",
            words.join(" "),
            output.status
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn read_about(said: &str) -> Result<About> {
    let line = said
        .lines()
        .rev()
        .find(|line| line.starts_with('{'))
        .context("'site.sh up' printed no JSON line")?;
    serde_json::from_str(line).context("the line of 'site.sh up' is not what was agreed")
}

#[cfg(test)]
mod tests {
    use super::read_about;

    #[test]
    fn the_scripts_line_is_read_and_its_passwords_are_not_shown() {
        let said = "some words\n{\"url\":\"http://127.0.0.1:8090\",\"user\":\"owner\",\"app_password\":\"abcd efgh\",\
            \"login_password\":\"xyz\",\"home\":\"h\",\"site\":\"s\",\"wordpress\":\"6.8\",\"php\":\"8.2\",\"database\":\"sqlite\"}\n";
        let about = read_about(said).expect("the agreed line");
        assert_eq!(about.url, "http://127.0.0.1:8090");
        assert_eq!(
            format!("{about:?}"),
            "WordPress 6.8 at http://127.0.0.1:8090 (PHP 8.2, sqlite)"
        );
        assert!(read_about("nothing").is_err());
    }
}
