//! Runs the real `rehome` on a small blog, and kills it.

use crate::{
    blogs::SmallBlog,
    check::{self, Wrongs},
};
use anyhow::{Context, Result, bail};
use campaign::{Bundle, bundle::State};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};
use world::plugin_home::{PASSWORD, PluginHome, USER};

/// Longest time for one run. One that takes longer hangs.
const RUN_TIME_MAX: Duration = Duration::from_secs(600);

/// A folder in memory where there is one: crash labs write much and keep nothing.
pub(crate) fn scratch() -> Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    tempfile::Builder::new()
        .prefix("rehome-lab-")
        .tempdir_in(place)
        .context("no place for the lab's files")
}

/// One blog on its way to one home.
pub(crate) struct Mover<'a> {
    pub(crate) rehome: &'a Path,
    pub(crate) blog: &'a SmallBlog,
    pub(crate) folder: &'a Path,
    pub(crate) address: &'a str,
    pub(crate) user: &'a str,
    pub(crate) password: &'a str,
}

impl<'a> Mover<'a> {
    pub(crate) fn to(
        rehome: &'a Path,
        blog: &'a SmallBlog,
        folder: &'a Path,
        home: &'a PluginHome,
    ) -> Self {
        Self {
            rehome,
            blog,
            folder,
            address: &home.address,
            user: USER,
            password: PASSWORD,
        }
    }

    pub(crate) fn bundle(&self) -> PathBuf {
        self.folder.join("bundle")
    }

    /// Starts `rehome move`, with more of the environment.
    pub(crate) fn start(&self, environment: &[(&str, &str)]) -> Result<Child> {
        let mut words = vec![
            "move".to_owned(),
            self.blog.input.display().to_string(),
            self.address.to_owned(),
        ];
        words.extend([
            "--user".to_owned(),
            self.user.to_owned(),
            "--bundle".to_owned(),
        ]);
        words.push(self.bundle().display().to_string());
        words.extend(self.blog.words.iter().cloned());
        self.command(&words, environment)
    }

    /// Starts `rehome undo`.
    pub(crate) fn start_undo(&self, environment: &[(&str, &str)]) -> Result<Child> {
        self.command(
            &["undo".to_owned(), self.bundle().display().to_string()],
            environment,
        )
    }

    /// Starts the executable with these words.
    pub(crate) fn command(&self, words: &[String], environment: &[(&str, &str)]) -> Result<Child> {
        let said = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("said.txt"))?;
        Command::new(self.rehome)
            .args(words)
            .arg("--quiet")
            .env("REHOME_PASSWORD", self.password)
            .envs(environment.iter().copied())
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .with_context(|| format!("could not start {}", self.rehome.display()))
    }

    /// What the runs said, for a failure's message.
    pub(crate) fn said(&self) -> String {
        let said = fs::read(self.folder.join("said.txt")).unwrap_or_default();
        let said = String::from_utf8_lossy(&said).into_owned();
        let lines: Vec<&str> = said.lines().rev().take(12).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Moves again until a run comes to its end by itself. Answers how long the last run took.
    pub(crate) fn finish(&self) -> Result<Duration> {
        for _ in 0..20 {
            let started = Instant::now();
            let ended = wait(&mut self.start(&[])?)?;
            if matches!(ended.code(), Some(0 | 1)) {
                return Ok(started.elapsed());
            }
        }
        bail!("the move does not come to its end:\n{}", self.said())
    }

    /// Compares source, ledger and home, and looks into the bundle's store.
    pub(crate) fn judge(&self, home: &PluginHome) -> Result<Wrongs> {
        let mut wrongs = self.store_is_whole()?;
        let bundle = Bundle::open(&self.bundle())?;
        let ledger = bundle.ledger_in(&State::ALL)?;
        let site = home.site();
        wrongs.add(check::compare(
            &self.blog.wanted,
            &ledger,
            &check::standing(&site),
        ));
        if let (times, Some(first)) = &site.sightings {
            wrongs
                .wider
                .push(format!("seen by anybody {times} times, first {first}"));
        }
        Ok(wrongs)
    }

    /// Whether the bundle's store holds together.
    pub(crate) fn store_is_whole(&self) -> Result<Wrongs> {
        let store = rusqlite::Connection::open(self.bundle().join("blog.sqlite"))?;
        let said: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        let mut wrongs = Wrongs::default();
        if said != "ok" {
            wrongs.lost.push(format!("the store is damaged: {said}"));
        }
        Ok(wrongs)
    }
}

/// Waits for a run's end. A run that hangs is a finding of its own.
pub(crate) fn wait(child: &mut Child) -> Result<ExitStatus> {
    wait_until(child, Instant::now() + RUN_TIME_MAX)?
        .context("a run hangs")
        .inspect_err(|_| {
            let _ = child.kill();
        })
}

/// Waits for a run's end until a moment, to the millisecond; `None` when it still runs then.
pub(crate) fn wait_until(child: &mut Child, end: Instant) -> Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        std::thread::sleep(left.min(Duration::from_millis(2)));
    }
}

/// Kills a run as SIGKILL does, and waits until it is gone.
pub(crate) fn kill(child: &mut Child) -> Result<()> {
    child.kill()?;
    child.wait()?;
    Ok(())
}
