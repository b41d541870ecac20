//! `rehome`: carries the blogs of a closing platform to WordPress, with an account of every item.

mod cli;
mod commands;
mod explain;
mod passwords;
mod progress;
mod status;
mod stop;
mod wiring;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match commands::run(cli) {
        Ok(status) => status.into(),
        Err(error) => explain::complain(&error).into(),
    }
}
