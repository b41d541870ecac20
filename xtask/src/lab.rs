//! `cargo xtask lab`: builds the laboratory and an executable of Rehome with kill points armed, and runs it.

use anyhow::{Context, Result, bail};
use std::{path::PathBuf, process::Command};

pub(crate) fn run(words: &[String]) -> Result<()> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let built = Command::new(cargo)
        .current_dir(&root)
        .args([
            "build",
            "--quiet",
            "--profile",
            "lab",
            "-p",
            "lab",
            "-p",
            "rehome",
        ])
        .args(["--features", "rehome/armed"])
        .status()
        .context("cargo could not be started")?;
    if !built.success() {
        bail!("the laboratory could not be built");
    }
    let target = root.join("target/lab");
    let done = Command::new(target.join("lab"))
        .args(words)
        .env("REHOME_ARMED", target.join("rehome"))
        .status()
        .context("the laboratory could not be started")?;
    if !done.success() {
        std::process::exit(done.code().unwrap_or(1));
    }
    Ok(())
}
