//! `plugin-home`: answers as a WordPress with the plugin does, on one loopback port, until it is stopped.

use anyhow::{Context, Result};
use clap::Parser;
use world::plugin_home::{Faults, PASSWORD, PluginHome, USER};

/// A new home without a WordPress, with the faults of one.
#[derive(Parser)]
struct Options {
    /// The port; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Each request takes up to so many milliseconds
    #[arg(long, default_value_t = 0)]
    delay_ms: u64,
    /// How late a late request may act, in milliseconds
    #[arg(long, default_value_t = 0)]
    late_ms: u64,
    /// Of a thousand writing requests, how many meet each kind of fault
    #[arg(long, default_value_t = 0)]
    each: u32,
    /// Where the chance of faults begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let faults = Faults::all(options.delay_ms, options.late_ms, options.each);
    let home = PluginHome::start(options.port, options.seed, faults)
        .with_context(|| format!("could not listen on port {}", options.port))?;
    println!(
        "{}",
        serde_json::json!({ "url": home.address, "user": USER, "app_password": PASSWORD })
    );
    loop {
        std::thread::park();
    }
}
