//! Builds an index of some number of old addresses and measures it: `measure FOLDER 1000000`.

mod urls;

use redirects::{Builder, Index, Key, Know, Known, Listener, Name, Record, Target};
use std::{error::Error, fs, path::Path, time::Instant};

/// Addresses that are looked up for the time of one.
const LOOK_UPS: u64 = 2_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, addresses] = &arguments[..] else {
        return Err("say: measure FOLDER ADDRESSES".into());
    };
    let (folder, addresses) = (Path::new(folder), addresses.parse::<u64>()?);
    if !folder.exists() {
        build(folder, addresses)?;
    }
    ask(folder)
}

fn build(folder: &Path, addresses: u64) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let mut listener = Listener::default();
    let mut text = 0_u64;
    let mut blogs = 0;
    let mut left = addresses as i64;
    while left > 0 {
        let record = urls::blog(blogs);
        left -= record.entries.len() as i64;
        listener.hear(&record);
        text += record
            .entries
            .iter()
            .map(|entry| target(&entry.target).len() as u64)
            .sum::<u64>();
        blogs += 1;
    }
    let heard = started.elapsed();
    let mut builder = Builder::begin(folder, listener)?;
    for number in 0..blogs {
        builder.add(&urls::blog(number))?;
    }
    let manifest = builder.finish()?;
    let bytes: u64 = manifest.files.iter().map(|part| part.bytes).sum();
    println!(
        "built {} addresses of {} blogs in {:.1} s (heard in {:.1} s), peak memory {} MiB",
        manifest.addresses,
        manifest.blogs,
        started.elapsed().as_secs_f64(),
        heard.as_secs_f64(),
        status("VmHWM") / 1024,
    );
    println!(
        "{:.2} bytes an address on disk ({} files); new addresses alone have {:.1}",
        bytes as f64 / manifest.addresses as f64,
        manifest.files.len(),
        text as f64 / manifest.addresses as f64
    );
    println!("words: {} bytes", manifest.files[0].bytes);
    Ok(())
}

fn ask(folder: &Path) -> Result<(), Box<dyn Error>> {
    let before = status("VmRSS");
    let started = Instant::now();
    let index = Index::open_still(folder)?;
    println!("open in {:.3} s", started.elapsed().as_secs_f64());
    let manifest = index.manifest();
    let started = Instant::now();
    let stats = index.stats()?;
    println!(
        "read whole in {:.2} s: {stats:?}",
        started.elapsed().as_secs_f64()
    );
    println!(
        "resident with every page touched: {:.2} bytes an address",
        status("VmRSS").saturating_sub(before) as f64 * 1024.0 / manifest.addresses as f64
    );
    let mut chance = urls::Chance(7);
    let asked: Vec<(String, String, Record, usize)> = (0..20_000)
        .map(|_| {
            let record = urls::blog(chance.below(manifest.blogs));
            let at = chance.below(record.entries.len() as u64) as usize;
            let (host, path) = old(&record, at);
            (host, path, record, at)
        })
        .collect();
    for (host, path, record, at) in &asked {
        match index.know(host, path)? {
            Known::Moved(moved) if moved.target == target(&record.entries[*at].target) => {}
            other => return Err(format!("{host}{path}: {other:?}").into()),
        }
    }
    let started = on_cpu();
    let mut length = 0;
    for at in 0..LOOK_UPS {
        let (host, path, _, _) = &asked[(at % asked.len() as u64) as usize];
        if let Known::Moved(moved) = index.know(host, path)? {
            length += moved.target.len();
        }
    }
    let nanoseconds = (on_cpu() - started) / LOOK_UPS;
    println!(
        "{nanoseconds} ns of CPU a look-up ({} letters on average)",
        length as u64 / LOOK_UPS
    );
    Ok(())
}

fn old(record: &Record, at: usize) -> (String, String) {
    let cid = record.names.iter().find_map(|name| match name {
        Name::Cid(cid) => Some(*cid),
        _ => None,
    });
    let Key::Number(number, _) = record.entries[at].key else {
        return Default::default();
    };
    (
        format!("{}.spaces.live.com", record.names[0]),
        format!("/blog/cns!{:X}!{number}.entry", cid.unwrap_or(0)),
    )
}

fn target(target: &Target) -> &str {
    match target {
        Target::At(address) => address,
        Target::Home | Target::Gone => "",
    }
}

/// How long this process was on a CPU, in nanoseconds: others may be busy on the same machine.
fn on_cpu() -> u64 {
    let text = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|figure| figure.parse().ok())
        .unwrap_or(0)
}

/// A figure of this process, in KiB.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
