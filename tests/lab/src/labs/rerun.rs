//! A blog of ten thousand posts is moved, and moved again: the second run writes nothing, asks little and is quick (goal G16 of the
//! plan).

use super::Lab;
use crate::{
    Goal, Wish,
    blogs::SmallBlog,
    mover::{Mover, scratch},
};
use anyhow::Result;
use points::Bug;
use std::{fs, io::BufWriter};
use world::{
    generate::{Size, movable_type},
    plugin_home::{Faults, PluginHome},
};

pub(super) const LAB: Lab = Lab {
    name: "rerun",
    about: "the second run of a blog of ten thousand posts writes nothing and asks little",
    short: 12,
    long: 120,
    wordpress: false,
    catches: &[Bug::ForgetThePlaced],
    run,
};

const POSTS_OF_A_LONG_RUN: u64 = 10_000;
const POSTS_OF_A_SHORT_RUN: u64 = 1000;

/// Requests that any run needs, however small its blog: finding the home, the lease, the fence, the end.
const REQUESTS_OF_ANY_RUN: u64 = 20;

/// A second run of ten thousand posts takes no longer.
const SECONDS: f64 = 20.0;

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let posts = if wish.long {
        POSTS_OF_A_LONG_RUN
    } else {
        POSTS_OF_A_SHORT_RUN
    };
    let folder = scratch()?;
    let input = folder.path().join("export.txt");
    let size = Size {
        entries: posts,
        comments_per_entry: 1,
        paragraphs: 2,
    };
    movable_type(
        &mut BufWriter::new(fs::File::create(&input)?),
        wish.seed,
        size,
    )?;
    let blog = SmallBlog {
        input,
        words: Vec::new(),
        wanted: Vec::new(),
    };
    let home = PluginHome::start(0, wish.seed, Faults::default())?;
    let mover = Mover::to(&wish.rehome, &blog, folder.path(), &home);
    let first = mover.finish()?;
    let before = so_far(&home);
    let second = mover.finish()?;
    let after = so_far(&home);
    let (writes, requests) = (after.0 - before.0, after.1 - before.1);
    println!(
        "  {posts} posts: {} writes and {} requests in {:.1} s, then {requests} requests in {:.1} s",
        before.0,
        before.1,
        first.as_secs_f64(),
        second.as_secs_f64()
    );
    Ok(vec![
        Goal::never("writes of the second run", writes),
        Goal::at_most(
            "requests of the second run",
            requests as f64,
            (posts / 100 + REQUESTS_OF_ANY_RUN) as f64,
        ),
        Goal::at_most(
            "seconds of the second run",
            second.as_secs_f64(),
            wish.at_leisure(SECONDS),
        ),
    ])
}

/// Writes and requests until now.
fn so_far(home: &PluginHome) -> (u64, u64) {
    let site = home.site();
    (site.writes, site.requests)
}
