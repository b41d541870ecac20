//! Shell completions and man pages, generated from the command line itself.

use crate::{cli::Cli, status::Status};
use clap::CommandFactory;
use std::{fs, path::Path};

pub(super) fn completions(shell: clap_complete::Shell) -> anyhow::Result<Status> {
    clap_complete::generate(shell, &mut Cli::command(), "rehome", &mut std::io::stdout());
    Ok(Status::Complete)
}

pub(super) fn man(folder: &Path) -> anyhow::Result<Status> {
    fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command(), folder)?;
    Ok(Status::Complete)
}
