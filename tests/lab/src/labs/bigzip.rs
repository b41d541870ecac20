//! `bigzip`: an archive of 20 GB that exists only while it is read: an export with a post of 32 MiB, a film of 4 GiB, pages and
//! pictures, 200,000 entries in all. Read as a source reads it, then every entry whole, within 64 MiB of memory. The short form is a
//! tenth of it under the same limit.

use super::Lab;
use crate::reading;
use crate::virtual_zip::{Group, VirtualZip};
use crate::{Goal, Wish};
use anyhow::{Context, Result};
use blog::doors::{Depth, Halt, Input, Intake, Original, Source as _};
use blog::{Finding, Item, Profile};
use platforms::{
    input,
    sources::{self, spaces::LiveSpaces},
};
use std::{fs, io::Read, sync::Arc, time::Instant};

pub(super) const LAB: Lab = Lab {
    name: "bigzip",
    about: "a 20 GB archive of 200,000 entries, made up while it is read, within 64 MiB of memory",
    short: 8,
    long: 300,
    wordpress: false,
    catches: &[points::Bug::HoldAnEntry],
    run,
};

const POST: &str =
    "AUTHOR: Ana\nTITLE: A post\nSTATUS: Publish\nDATE: 05/30/2008 03:51:19 AM\n-----\nBODY:\n";
/// What the processor of a quiet machine manages.
const MIB_A_SECOND: f64 = 150.0;
const MEMORY_MIB: f64 = 64.0;
/// Saved pages among the entries; no Space had more.
const PAGES: u64 = 5_000;
/// How much smaller the short form is. The longest post is as long as ever.
const SHORT_FORM: u64 = 10;

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let smaller = if wish.long { 1 } else { SHORT_FORM };
    let zip = Arc::new(archive(smaller));
    let names = zip.as_ref().clone();
    let (size, entries) = (zip.len(), zip.entries());
    forget_peak();
    let before = memory_mib("VmRSS:")?;
    // Pages of the laboratory's executable, which holds all labs and is hardly optimised. Nobody reads a blog with it.
    let of_the_laboratory = memory_mib("RssFile:")?;
    let begun = Instant::now();
    let mut opened = input::open_bytes("big.zip", zip, reading::fetcher(), reading::options())?;
    let listing = memory_mib("VmHWM:")?;
    let peek = opened.peek()?;
    let source = sources::recognise(&peek.lend()).context("the archive was not recognised")?;
    drop(peek);
    let mut counts = Counts::default();
    source.read(&mut opened, &mut counts)?;
    let listed = begun.elapsed().as_secs_f64();
    eprintln!(
        "bigzip: listed with {listing:.0} MiB at most; the export was read after {listed:.1} s, with {:.0} MiB at most",
        memory_mib("VmHWM:")?
    );
    // The pages are read too, as if they were what it is about.
    let mut pages = Counts::default();
    LiveSpaces.read(&mut opened, &mut pages)?;
    let paged = begun.elapsed().as_secs_f64();

    let reading_all = Instant::now();
    let (mut whole, mut bytes) = (0_u64, 0_u64);
    let mut buffer = vec![0; 256 * 1024];
    for number in 0..entries {
        let name = names.name(number).context("an entry without a name")?;
        bytes += drain(&mut *opened.open(&name)?, &mut buffer)?;
        whole += 1;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let speed = bytes as f64 / f64::from(1 << 20) / reading_all.elapsed().as_secs_f64();
    let damaged = opened.findings().len() as u64;
    let peak = memory_mib("VmHWM:")?;
    eprintln!(
        "bigzip: {:.1} GB, {entries} entries, {paged:.1} s until the pages were read; {whole} entries ({:.1} GB) read whole at {speed:.0} MiB/s; {before:.0} MiB before, {of_the_laboratory:.0} of them its executable, {peak:.0} MiB at most",
        size as f64 / 1e9,
        bytes as f64 / 1e9,
    );
    let smaller = smaller as f64;
    Ok(vec![
        Goal::at_least("archive, GB", size as f64 / 1e9, 20.0 / smaller),
        Goal::at_least("entries", entries as f64, 200_000.0 / smaller),
        Goal::at_least("entries read whole", whole as f64, entries as f64),
        Goal::at_least("posts read", counts.posts as f64, 20_000.0 / smaller),
        Goal::at_least("posts on its pages", pages.posts as f64, 1.0),
        Goal::at_least(
            "longest post, MiB",
            counts.longest_span as f64 / f64::from(1 << 20),
            31.0,
        ),
        Goal::never("findings about honest entries", damaged),
        Goal::at_most("peak memory, MiB", peak - of_the_laboratory, MEMORY_MIB),
        Goal::at_most("seconds", seconds, wish.at_leisure(LAB.long as f64)),
        Goal::at_least("speed, MiB/s", speed, wish.due(MIB_A_SECOND)),
    ])
}

fn archive(smaller: u64) -> VirtualZip {
    let page = page();
    let picture: Vec<u8> = (0..64 * 1024_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let small = format!(
        "{POST}{}\n-----\n--------\n",
        "some words of a post ".repeat(400)
    );
    VirtualZip::new(vec![
        Group::stored(
            "export.mtif",
            1,
            POST.as_bytes().to_vec(),
            b"<p>a line of the longest post there is</p>\n".to_vec(),
            (32 << 20) - (64 << 10),
            b"\n-----\n--------\n".to_vec(),
        ),
        Group::stored(
            "export-2.mtif",
            1,
            Vec::new(),
            small.clone().into_bytes(),
            small.len() as u64 * 20_000 / smaller,
            Vec::new(),
        ),
        Group::stored(
            "film.avi",
            1,
            Vec::new(),
            picture.clone(),
            (4 << 30) / smaller,
            Vec::new(),
        ),
        Group::deflated("page", ".html", PAGES / smaller, &page),
        Group::stored(
            "picture",
            (200_000 - PAGES) / smaller,
            b"\xFF\xD8\xFF\xE0".to_vec(),
            picture,
            88_000 - 4,
            Vec::new(),
        ),
    ])
}

/// A page of a Space with an entry of 16 KiB on it. All pages show the same one.
fn page() -> Vec<u8> {
    let words = "<p>A page of words and <b>more</b> words about a garden.</p>\n".repeat(280);
    let handle = "cns!2DB0770EAE61F13!101";
    format!(
        "<html lang=\"en-us\"><body><h1>A garden</h1><h4 id=\"subj{handle}\">An entry</h4><div id=\"msg{handle}\" class=\"bvMsg\">{words}</div></body></html>"
    )
    .into_bytes()
}

fn drain(reader: &mut dyn Read, buffer: &mut [u8]) -> Result<u64> {
    let mut bytes = 0;
    loop {
        match reader.read(buffer)? {
            0 => return Ok(bytes),
            read => bytes += read as u64,
        }
    }
}

/// Counts, as a survey does.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) posts: u64,
    longest_span: u64,
    last: u64,
}

impl Intake for Counts {
    fn depth(&self) -> Depth {
        Depth::Counts
    }

    fn profile(&mut self, _profile: Profile) -> Result<(), Halt> {
        Ok(())
    }

    fn item(&mut self, item: Item, _original: Original<'_>) -> Result<(), Halt> {
        self.posts += u64::from(matches!(item, Item::Post(_)));
        Ok(())
    }

    fn finding(&mut self, _finding: Finding) -> Result<(), Halt> {
        Ok(())
    }

    fn progress(&mut self, done: u64, _total: Option<u64>) -> Result<(), Halt> {
        self.longest_span = self.longest_span.max(done - self.last);
        self.last = done;
        Ok(())
    }
}

/// Forgets the largest size so far, so that other labs in this process do not count.
pub(super) fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

pub(super) fn memory_mib(field: &str) -> Result<f64> {
    let status =
        fs::read_to_string("/proc/self/status").context("memory is only measured on Linux")?;
    let line = status
        .lines()
        .find(|line| line.starts_with(field))
        .context("the system does not say how much memory is used")?;
    let kib: f64 = line
        .split_ascii_whitespace()
        .nth(1)
        .context("the system does not say how much memory is used")?
        .parse()?;
    Ok(kib / 1024.0)
}
