//! Pictures from a host that answers after 100 ms: many at a time against one at a time, and with their smaller copies made while
//! further ones are on their way against made afterwards.

use super::exports::{self, Shape};
use super::figures::{Figure, Figures};
use super::meter::{Machine, Spent};
use super::{Wishes, empty_folder, say};
use anyhow::Result;
use campaign::transfer::{self, PackSettings};
use campaign::{Bundle, watch::Blind};
use jiff::Timestamp;
use pictures::{Crop, InProcess, SizeRule};
use platforms::destinations::wordpress_plugin::CopyMaker;
use platforms::fetch::{FetchSettings, Fetcher};
use platforms::input::{self, Options};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const BENCH: &str = "download";

/// How late the host answers.
const DELAY: Duration = Duration::from_millis(100);

/// The part of the cores that counts as all of them.
const BUSY: f64 = 0.95;

const PICTURES: usize = 480;

/// One at a time, each takes longer than the host's delay.
const PICTURES_ALONE: usize = 60;

/// Memory for the pixels of pictures, as in a move.
const MEMORY_BYTES: u64 = 96 * 1024 * 1024;

pub(super) fn run(wishes: &Wishes, figures: &mut Figures) -> Result<()> {
    let photos = std::path::absolute(wishes.work.join("photos"))?;
    let photos = exports::photos(&photos, PICTURES)?;
    let crowd = Arc::new(Crowd::default());
    let host = serve(photos, Arc::clone(&crowd))?;
    let work = empty_folder(&wishes.work, "download")?;
    let export_of = |name, pictures| {
        let shape = Shape {
            name,
            posts: pictures / 2,
            comments: 0,
            pictures,
        };
        exports::movable_type(&work, shape)
    };
    let (few, export) = (
        export_of("few", PICTURES_ALONE)?,
        export_of("pictures", PICTURES)?,
    );
    let one = PackSettings {
        parallel_fetches: 1,
        prepare: None,
    };
    say("download: one at a time");
    let alone = fetch(&work.join("one"), &few, &host, one)?;
    say("download: as the program does it");
    let many = fetch(&work.join("many"), &export, &host, PackSettings::default())?;
    say("download: with smaller copies meanwhile");
    let folder = work.join("ahead");
    let copies = copies(&folder.join("media/copies"));
    let ahead = PackSettings {
        prepare: Some(&copies),
        ..PackSettings::default()
    };
    let busy = fetch(&folder, &export, &host, ahead)?;
    let count = PICTURES as f64;
    figures.add(
        Figure::new(
            BENCH,
            "pictures, smaller copies made meanwhile",
            count / busy.wall,
            "pictures/s",
        )
        .faster_than("without copies", count / many.wall),
    );
    // The host and whatever else runs here share the cores with us: the goal is that none of them waits.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    figures.add(
        Figure::new(
            BENCH,
            format!("cores busy of {cores}, smaller copies made meanwhile"),
            busy.cores,
            "cores",
        )
        .at_least(cores as f64 * BUSY),
    );
    figures.add(Figure::new(
        BENCH,
        "the same: our own process and the host in it",
        busy.own / busy.wall,
        "cores",
    ));
    figures.add(
        Figure::new(BENCH, "pictures", count / many.wall, "pictures/s")
            .faster_than("one at a time", PICTURES_ALONE as f64 / alone.wall),
    );
    figures.add(Figure::new(
        BENCH,
        "calls to the host at the same time, at most",
        crowd.most.load(Ordering::Relaxed) as f64,
        "calls",
    ));
    figures.add(Figure::new(
        BENCH,
        "our own process, per picture",
        many.own * 1000.0 / count,
        "CPU ms",
    ));
    figures.add(Figure::new(
        BENCH,
        "cores busy",
        many.own / many.wall,
        "cores",
    ));
    Ok(())
}

/// Who makes copies as a new WordPress wants them.
fn copies(folder: &Path) -> CopyMaker {
    let rule = |name: &str, side, crop| SizeRule {
        name: name.to_owned(),
        width: side,
        height: side,
        crop,
    };
    let rules = vec![
        rule("thumbnail", 150, Crop::Fill(0, 0)),
        rule("medium", 300, Crop::Fit),
        SizeRule {
            height: 0,
            ..rule("medium_large", 768, Crop::Fit)
        },
        rule("large", 1024, Crop::Fit),
    ];
    CopyMaker::new(
        rules,
        pictures::Settings::default(),
        MEMORY_BYTES,
        Arc::new(InProcess),
        Some(folder.to_owned()),
    )
}

struct Fetched {
    wall: f64,
    own: f64,
    /// Cores of the machine that worked for anybody.
    cores: f64,
}

fn fetch(folder: &Path, export: &Path, host: &str, settings: PackSettings<'_>) -> Result<Fetched> {
    let bundle = Bundle::create(folder)?;
    let fetcher = Arc::new(Fetcher::new(FetchSettings {
        connect_to: Some(host.to_owned()),
        ..FetchSettings::default()
    }));
    let options = Options {
        values: BTreeMap::new(),
        secrets: BTreeMap::new(),
        now: Timestamp::now(),
    };
    let mut input = input::open(&export.to_string_lossy(), fetcher, options)?;
    let source = platforms::sources::named("movable-type")
        .ok_or_else(|| anyhow::anyhow!("there is no source named movable-type"))?;
    let shelf = input.media_shelf();
    let (started, own) = (Instant::now(), Spent::by_ourselves());
    let machine = Machine::now();
    transfer::pack(&bundle, source, &mut input, &shelf, settings, &Blind)?;
    let needed = Fetched {
        wall: started.elapsed().as_secs_f64(),
        own: Spent::by_ourselves().since(own),
        cores: Machine::now().cores_busy_since(machine),
    };
    let missing = bundle.wanted_media()?.len();
    anyhow::ensure!(missing == 0, "{missing} pictures were not fetched");
    Ok(needed)
}

/// Calls that the host works on.
#[derive(Default)]
struct Crowd {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// A host of pictures that takes its time, each connection in a thread of its own; answers its address. It ends with this process.
fn serve(photos: Vec<PathBuf>, crowd: Arc<Crowd>) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let photos = photos
        .into_iter()
        .map(std::fs::read)
        .collect::<std::io::Result<Vec<Vec<u8>>>>()?;
    let photos = Arc::new(photos);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (photos, crowd) = (Arc::clone(&photos), Arc::clone(&crowd));
            // A client that goes away ends its own connection only.
            std::thread::spawn(move || answer_all(stream, &photos, &crowd));
        }
    });
    Ok(address)
}

fn answer_all(stream: TcpStream, photos: &[Vec<u8>], crowd: &Crowd) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut line = String::new();
        while reader.read_line(&mut line)? > 2 {
            line.clear();
        }
        let here = crowd.now.fetch_add(1, Ordering::Relaxed) + 1;
        crowd.most.fetch_max(here, Ordering::Relaxed);
        std::thread::sleep(DELAY);
        crowd.now.fetch_sub(1, Ordering::Relaxed);
        match photo_of(&first).and_then(|number| photos.get(number)) {
            Some(photo) => {
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n",
                    photo.len()
                );
                stream.write_all(head.as_bytes())?;
                stream.write_all(photo)?;
            }
            None => stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?,
        }
    }
}

/// The number in `GET /photo-12.jpg HTTP/1.1`.
fn photo_of(request: &str) -> Option<usize> {
    let path = request.split(' ').nth(1)?;
    path.strip_prefix("/photo-")?
        .strip_suffix(".jpg")?
        .parse()
        .ok()
}
