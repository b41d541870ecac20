//! Photos: placed by our destination with smaller copies made here, and by PHP with GD in one process, in turn on the same site.

use super::exports;
use super::figures::{Figure, Figures};
use super::site::{Cost, Site};
use super::{Wishes, median, say};
use anyhow::{Result, bail};
use blog::doors::{Destination, MediaThing, Outcome, Placement, Thing};
use blog::{Audience, ItemRef, Kind, Reach};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

const BENCH: &str = "media";

/// Unique photos of 1024 x 768.
const PHOTOS: usize = 150;

/// Photos handed over together, as the engine does: 24 MiB.
const BATCH: usize = 128;

/// What our destination may cost of PHP's own way with GD.
const GOAL: f64 = 6.0;

/// Measurements of one kind; each takes some seconds.
const ROUNDS_MAX: usize = 3;

pub(super) fn run(wishes: &Wishes, figures: &mut Figures) -> Result<()> {
    let site = Site::open(&wishes.site)?;
    let folder = std::path::absolute(wishes.work.join("photos"))?;
    let photos = exports::photos(&folder, PHOTOS)?;
    let placements = photos
        .iter()
        .enumerate()
        .map(|(number, path)| placement(number, path))
        .collect::<Result<Vec<_>>>()?;
    let (mut ours, mut loops, mut memory) = (Vec::new(), Vec::new(), 0.0_f64);
    for round in 1..=wishes.rounds.clamp(1, ROUNDS_MAX) {
        say(&format!("media: our destination, round {round}"));
        site.reset()?;
        let ((), cost) = site.measure(|| place(&site, &placements))?;
        ours.push(cost);
        memory = memory.max(site.peak_memory()?.0);
        say(&format!("media: PHP with GD, round {round}"));
        site.reset()?;
        let (cost, _) = site.measure_loop("media.php", &folder)?;
        loops.push(cost);
    }
    report(figures, &photos, &ours, &loops, memory)
}

fn report(
    figures: &mut Figures,
    photos: &[PathBuf],
    ours: &[Cost],
    loops: &[Cost],
    memory: f64,
) -> Result<()> {
    let count = photos.len() as f64;
    let middle =
        |costs: &[Cost], of: fn(&Cost) -> f64| median(&costs.iter().map(of).collect::<Vec<_>>());
    let mut bytes = 0;
    for photo in photos {
        bytes += photo.metadata()?.len();
    }
    let (server, own) = (
        middle(ours, |cost| cost.server),
        middle(ours, |cost| cost.own),
    );
    let gd = middle(loops, |cost| cost.server);
    let millis = |seconds: f64| seconds * 1000.0 / count;
    for figure in [
        Figure::new(BENCH, "server, per photo", millis(server), "CPU ms")
            .against("PHP with GD", millis(gd))
            .at_most_one(GOAL),
        Figure::new(
            BENCH,
            "server and our own process, per photo",
            millis(server + own),
            "CPU ms",
        )
        .against("PHP with GD", millis(gd)),
        Figure::new(BENCH, "our own process, per photo", millis(own), "CPU ms"),
        Figure::new(
            BENCH,
            "photos by the clock",
            count / middle(ours, |cost| cost.wall),
            "photos/s",
        )
        .faster_than("PHP with GD", count / middle(loops, |cost| cost.wall)),
        Figure::new(
            BENCH,
            "size of a photo",
            bytes as f64 / count / 1000.0,
            "KB",
        ),
        Figure::new(BENCH, "PHP memory at most", memory, "MiB").at_most(32.0),
    ] {
        figures.add(figure);
    }
    Ok(())
}

fn placement(number: usize, path: &Path) -> Result<Placement> {
    let bytes = std::fs::read(path)?;
    let hash = blake3::hash(&bytes).to_hex().to_string();
    let thing = MediaThing {
        file: path.to_owned(),
        hash: hash.clone(),
        media_type: "image/jpeg".to_owned(),
        bytes: bytes.len() as u64,
        file_name: format!("photo-{number}.jpg"),
        title: format!("Photo {number}"),
        caption: String::new(),
        alt: String::new(),
        date_utc: Timestamp::from_second(1_207_400_000)?,
        open: Reach::of(Audience::Everyone, Audience::Everyone).open(),
    };
    Ok(Placement {
        mark: ItemRef::new(
            Kind::Media,
            format!("http://pictures.example/photo-{number}.jpg"),
        ),
        fingerprint: hash,
        thing: Thing::Media(thing),
    })
}

fn place(site: &Site, placements: &[Placement]) -> Result<()> {
    let mut destination = site.destination();
    destination.open("bench:photos")?;
    for batch in placements.chunks(BATCH) {
        for placed in destination.place(batch)? {
            if placed.outcome != Outcome::Created {
                bail!(
                    "{} became {:?}: {}",
                    placed.mark,
                    placed.outcome,
                    placed.remark.unwrap_or_default()
                );
            }
        }
    }
    Ok(destination.finish()?)
}
