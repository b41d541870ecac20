//! What developers run: `cargo xtask docs`, `cargo xtask bench`, `cargo xtask lab`.

mod bench;
mod docs;
mod lab;

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
    /// Look for broken promises, for as long as you let it
    #[command(disable_help_flag = true)]
    Lab {
        /// Name and options of the lab; none lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Docs => docs::write(),
        Command::Bench(wishes) => bench::run(&wishes),
        Command::Lab { words } => lab::run(&words),
    }
}
