//! `rehome plugin --zip FILE`: the WordPress plugin, as it is uploaded.

use crate::{cli::PluginArgs, status::Status};
use anyhow::Context;
use std::fs;

/// Packed by `build.rs` from `wordpress-plugin/rehome`.
static PLUGIN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rehome.zip"));

pub(super) fn run(args: &PluginArgs) -> anyhow::Result<Status> {
    fs::write(&args.zip, PLUGIN)
        .with_context(|| format!("could not write {}", args.zip.display()))?;
    eprintln!("wrote {}", args.zip.display());
    eprintln!("  in WordPress: Plugins, Add New, Upload Plugin, Activate");
    eprintln!("  then Users, Profile, Application Passwords: make one for `rehome move`");
    Ok(Status::Complete)
}
