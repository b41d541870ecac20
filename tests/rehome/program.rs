//! Runs the real executable and keeps what it said.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// What the executable answered.
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The executable with arguments, without the environment's secrets.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rehome"));
    command
        .args(arguments)
        .env_remove("REHOME_PASSWORD")
        .env_remove("REHOME_AUTHKEY")
        .env_remove("REHOME_SECRET_WORD")
        .env_remove("REHOME_PASSPHRASE");
    command
}

/// Runs it to its end.
pub(crate) fn rehome(arguments: &[&str]) -> Said {
    command(arguments)
        .output()
        .expect("the executable runs")
        .into()
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A folder of the samples, or `None` with a plain word that they are not here.
pub(crate) fn samples(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("REHOME_SAMPLES")
        .map_or_else(|| repository("../shared/samples"), PathBuf::from);
    let folder = root.join(path);
    if !folder.exists() {
        println!("skipped: samples are not here ({path})");
        return None;
    }
    Some(folder)
}
