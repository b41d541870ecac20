//! What developers run: `cargo xtask docs`, `cargo xtask bench`.

mod bench;
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
    /// Measure speed and memory; `./bench` lays out the WordPress that it needs
    Bench(bench::Wishes),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Docs => docs::write(),
        Command::Bench(wishes) => bench::run(&wishes),
    }
}
