//! Memory of our own process: the largest blog moved whole, a 2 GB export surveyed.

use super::figures::{Figure, Figures};
use super::meter::watch_program;
use super::site::Site;
use super::{Wishes, empty_folder, exports, say};
use anyhow::Result;
use std::process::Command;

const BENCH: &str = "memory";

/// What our process may take at any size of blog.
pub(super) const GOAL_MIB: f64 = 128.0;

const EXPORT_BYTES: u64 = 2 << 30;

pub(super) fn run(wishes: &Wishes, figures: &mut Figures) -> Result<()> {
    let export = exports::large_file(&wishes.work, EXPORT_BYTES)?;
    say("memory: surveying 2 GB");
    let mut survey = Command::new(&wishes.program);
    survey.args(["--quiet", "--json", "survey"]).arg(&export);
    let needed = watch_program(&mut survey, &[0])?;
    figures.add(Figure::new(BENCH, "survey of 2 GB", needed.peak_mib, "MiB").at_most(GOAL_MIB));
    std::fs::remove_file(&export)?;

    let site = Site::open(&wishes.site)?;
    site.reset()?;
    let work = empty_folder(&wishes.work, "memory")?;
    let shape = exports::LARGE;
    let export = exports::movable_type(&work, shape)?;
    say(&format!(
        "memory: moving {} posts and {} comments",
        shape.posts, shape.comments
    ));
    let (user, password) = site.sign_in();
    let mut whole = Command::new(&wishes.program);
    whole
        .args(["--quiet", "move"])
        .arg(&export)
        .args([site.address(), "--user", user, "--bundle"])
        .arg(work.join("bundle"))
        .env("REHOME_PASSWORD", password);
    // 1: complete, with findings.
    let needed = watch_program(&mut whole, &[0, 1])?;
    figures
        .add(Figure::new(BENCH, "move of 5,000 posts", needed.peak_mib, "MiB").at_most(GOAL_MIB));
    figures.add(Figure::new(
        BENCH,
        "move of 5,000 posts, verified, by the clock",
        needed.wall,
        "s",
    ));
    figures.add(Figure::new(
        BENCH,
        "move of 5,000 posts, our own process",
        needed.cpu,
        "CPU s",
    ));
    Ok(())
}
