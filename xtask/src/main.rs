//! What developers run: `cargo xtask docs`, `cargo xtask bench`.

mod docs;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "What developers run")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the generated pages of docs/
    Docs,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Docs => docs::write(),
    }
}
