//! `spaces-host`: serves the sample Spaces on one loopback port until it is stopped.

use anyhow::{Context, Result};
use clap::Parser;
use jiff::Timestamp;
use std::path::PathBuf;
use world::spaces::{Audience, Faults, Host, Space, fixtures_folder, load_all};

/// Serves sample Spaces as Live Spaces did, with the faults it had.
#[derive(Parser)]
struct Options {
    /// A folder of Spaces, each in a folder with a space.toml
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,
    /// A folder of real posts (front matter and div.bvMsg) to serve as the Space realposts
    #[arg(long, value_name = "DIR")]
    real_posts: Option<PathBuf>,
    /// The port; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// A fault to switch on, such as picture-404=3; may be repeated
    #[arg(long, value_name = "NAME[=VALUE]")]
    fault: Vec<String>,
    /// The moment at which ages of comments are told, such as 2010-10-04T18:00:00Z
    #[arg(long, value_name = "ISO")]
    now: Option<Timestamp>,
    /// Only list the Spaces: name, address to read it from, and its key where strangers are not let in
    #[arg(long)]
    list: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let folder = options.fixtures.unwrap_or_else(fixtures_folder);
    let mut spaces = load_all(&folder)?;
    if let Some(folder) = &options.real_posts {
        spaces.push(Space::from_real_posts(folder, "realposts")?);
    }
    if options.list {
        spaces.iter().for_each(list);
        return Ok(());
    }
    let mut faults = Faults::default();
    for written in &options.fault {
        faults.switch_on(written)?;
    }
    let host = Host::start_on(options.port, spaces, faults)
        .with_context(|| format!("could not listen on port {}", options.port))?;
    if let Some(now) = options.now {
        host.set_now(now);
    }
    println!("spaces host listening on {}", host.url());
    for space in host.spaces() {
        println!(
            "  {}/  {} ({} entries)",
            space.home(),
            space.title,
            space.entries.len()
        );
    }
    loop {
        std::thread::park();
    }
}

/// One line for a shell. A Space that lets nobody in is read by its account number, which its key needs.
fn list(space: &Space) {
    let name = space.alias.as_deref().unwrap_or(&space.cid);
    match (space.audience, &space.authkey) {
        (Audience::Everyone, _) | (_, None) => println!("{name} {}/", space.home()),
        (_, Some(key)) => {
            println!(
                "{name} http://cid-{:0>16}.spaces.live.com/ {key}",
                space.cid.to_lowercase()
            );
        }
    }
}
