//! The WordPress that is measured (MariaDB, nginx, php-fpm; `./bench` lays it out) and the loops in plain PHP that it is measured
//! against.

use super::meter::Spent;
use anyhow::{Context, Result, bail};
use blog::Secret;
use platforms::destinations::wordpress_plugin::{Settings, WordPressPlugin};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use world::wordpress::About;

/// What runs there, by the names of the files with their process ids.
const SERVERS: [&str; 3] = ["fpm", "nginx", "mariadb"];

/// The one of them that keeps the rows.
const DATABASE: [&str; 1] = ["mariadb"];

/// Time that the database is left to clean up in: before a measurement after a reset, and after one, inside its processor time.
const PAUSE: Duration = Duration::from_millis(1500);

/// Requests before a measurement, so that every PHP process has its compiled files.
const WARM_REQUESTS: usize = 12;

/// Notes the memory of every request. A file of its own, so that the plugin under measurement is the one that is shipped.
const WITNESS: &str = "<?php
/* Plugin Name: rehome bench: notes the peak memory of every request. */
register_shutdown_function( static function () { file_put_contents( WP_CONTENT_DIR . '/rehome-peaks.log', memory_get_peak_usage() . \"\\n\", FILE_APPEND ); } );
";

/// The site, up and running.
pub(super) struct Site {
    about: About,
}

/// What one way of doing the work cost the server.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    /// Processor seconds of PHP, web server and database.
    pub(super) server: f64,
    /// Those of the database alone.
    pub(super) database: f64,
    /// Processor seconds of our own process; 0 for PHP's loops.
    pub(super) own: f64,
    /// Seconds by the clock.
    pub(super) wall: f64,
}

impl Site {
    /// Reads the line that `site.sh up` printed.
    pub(super) fn open(file: &Path) -> Result<Self> {
        let about = About::read_all(file)
            .context("`./bench` lays out the WordPress that is measured")?
            .swap_remove(0);
        if about.database != "mariadb" {
            bail!(
                "the site in {} has no MariaDB; `./bench` lays out one that has",
                about.home
            );
        }
        let plugins = Path::new(&about.site).join("wp-content/mu-plugins");
        std::fs::create_dir_all(&plugins)?;
        std::fs::write(plugins.join("rehome-bench.php"), WITNESS)?;
        Ok(Self { about })
    }

    /// Versions, for the record.
    pub(super) fn address(&self) -> &str {
        &self.about.url
    }

    /// The user's name and password, for a program of its own.
    pub(super) fn sign_in(&self) -> (&str, &str) {
        (&self.about.user, &self.about.app_password)
    }

    /// Our destination, not opened yet.
    pub(super) fn destination(&self) -> WordPressPlugin {
        let password = Secret::new(self.about.app_password.clone());
        WordPressPlugin::new(
            &self.about.url,
            &self.about.user,
            password,
            Settings::default(),
        )
    }

    /// An empty blog, warm servers, a quiet database.
    pub(super) fn reset(&self) -> Result<()> {
        self.about.reset()?;
        let mut visitor = self.destination();
        for _ in 0..WARM_REQUESTS {
            visitor
                .state()
                .context("the WordPress that is measured does not answer")?;
        }
        sleep(PAUSE);
        let _ = std::fs::remove_file(self.peaks());
        Ok(())
    }

    /// Measures `work` done through the servers.
    pub(super) fn measure<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<(T, Cost)> {
        let (server, database) = (self.spent(&SERVERS), self.spent(&DATABASE));
        let (own, started) = (Spent::by_ourselves(), Instant::now());
        let done = work()?;
        let (wall, own) = (
            started.elapsed().as_secs_f64(),
            Spent::by_ourselves().since(own),
        );
        sleep(PAUSE);
        let cost = Cost {
            server: self.spent(&SERVERS).since(server),
            database: self.spent(&DATABASE).since(database),
            own,
            wall,
        };
        Ok((done, cost))
    }

    /// Measures a loop in plain PHP (`xtask/bench/NAME.php INFO INPUT`), in a process of its own that counts as server. The
    /// script prints the processor seconds it needed and how many of them were WordPress's start.
    pub(super) fn measure_loop(&self, script: &str, input: &Path) -> Result<(Cost, f64)> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("bench")
            .join(script);
        let (said, mut cost) = self.measure(|| {
            let output = Command::new("php")
                .arg("-c")
                .arg(Path::new(&self.about.home).join("conf/php.ini"))
                .args([
                    &script,
                    Path::new(&self.about.site),
                    Path::new(&self.about.url),
                    input,
                ])
                .stdin(Stdio::null())
                .stderr(Stdio::inherit())
                .output()?;
            if !output.status.success() {
                bail!("{} ended with {}", script.display(), output.status);
            }
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        })?;
        let mut words = said.split_whitespace().map(str::parse::<f64>);
        let (Some(Ok(process)), Some(Ok(start))) = (words.next(), words.next()) else {
            bail!(
                "{} printed \"{}\" instead of two numbers",
                script.display(),
                said.trim()
            );
        };
        cost.server += process;
        cost.own = 0.0;
        Ok((cost, start))
    }

    /// The most memory that a request since the last reset took, in MiB, and how many requests there were.
    pub(super) fn peak_memory(&self) -> Result<(f64, usize)> {
        let lines = std::fs::read_to_string(self.peaks())?;
        let peaks: Vec<f64> = lines.lines().filter_map(|line| line.parse().ok()).collect();
        let peak = peaks.iter().copied().fold(0.0, f64::max);
        Ok((peak / 1024.0 / 1024.0, peaks.len()))
    }

    fn peaks(&self) -> PathBuf {
        Path::new(&self.about.site).join("wp-content/rehome-peaks.log")
    }

    fn spent(&self, servers: &[&str]) -> Spent {
        Spent::by_servers(&Path::new(&self.about.home).join("run"), servers)
    }
}
