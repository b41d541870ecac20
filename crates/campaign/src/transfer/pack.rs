//! Pack: read everything into the bundle, then fetch every picture, the best copy that can be had, stored once by content.

mod noted;
mod preparing;
mod queue;

use super::Stage;
use crate::{
    Bundle, Error, Watch,
    bundle::{BundleIntake, DEATHS_MAX, Fact, Hand, Task, WantedMedia},
};
use blog::{
    Finding, ItemRef, Kind,
    address::names_other_file,
    codes,
    doors::{
        Arrival, FetchedMedia, Input, MediaError, MediaFetch, MediaPrepare, ReadError, Source,
    },
};
use noted::Noted;
use preparing::Preparers;
use queue::Queue;
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread,
};

/// How packing is done.
#[derive(Clone, Copy)]
pub struct PackSettings<'a> {
    /// Pictures of one host fetched at the same time, at most; from all hosts together four times as many. How many of them the host
    /// is really asked for, the fetcher decides.
    pub parallel_fetches: usize,
    /// Who works on pictures while further ones are fetched; nobody where the new home is not known.
    pub prepare: Option<&'a dyn MediaPrepare>,
}

impl Default for PackSettings<'_> {
    fn default() -> Self {
        Self {
            parallel_fetches: 16,
            prepare: None,
        }
    }
}

/// Reads `input` into `bundle` and fetches its pictures.
///
/// # Errors
/// When the input as a whole cannot be read, the bundle cannot be written, or the owner asked to stop.
pub fn pack(
    bundle: &Bundle,
    source: &dyn Source,
    input: &mut dyn Input,
    shelf: &dyn MediaFetch,
    settings: PackSettings<'_>,
    watch: &dyn Watch,
) -> Result<(), Error> {
    watch.stage(Stage::Pack);
    read(bundle, source, input, watch)?;
    fetch_pictures(bundle, shelf, settings, watch)
}

fn read(
    bundle: &Bundle,
    source: &dyn Source,
    input: &mut dyn Input,
    watch: &dyn Watch,
) -> Result<(), Error> {
    bundle.forget_findings(Stage::Pack)?;
    bundle.set_fact(Fact::Source, &source.card().name)?;
    bundle.set_fact(Fact::Input, &input.label())?;
    if bundle.fact::<jiff::Timestamp>(Fact::Made)?.is_none() {
        bundle.set_fact(Fact::Made, &input.now())?;
    }
    let mut intake = BundleIntake::start(bundle, watch)?;
    let mut input = Noted::new(input, bundle, intake.hand());
    let outcome = source.read(&mut input, &mut intake);
    for finding in input.findings() {
        watch.finding(&finding);
        bundle.keep_finding(Stage::Pack, &finding)?;
    }
    let (new, changed) = intake.end(outcome.is_ok())?;
    outcome.map_err(|error| Error::from(error).normalised())?;
    watch.say(&match (new, changed) {
        (0, 0) => "read it whole; nothing new since the last time".to_owned(),
        (new, 0) => format!("read it whole; {new} new items"),
        (new, changed) => format!("read it whole; {new} new items, {changed} changed"),
    });
    Ok(())
}

/// What a fetching thread reports about one picture.
struct Fetch {
    id: String,
    outcome: Result<Got, Failed>,
}

struct Got {
    address: String,
    hash: String,
    fetched: FetchedMedia,
    /// Better candidates that did not answer, with the reason of the best one.
    passed_over: Option<String>,
}

struct Failed {
    address: String,
    reason: String,
}

pub(super) fn fetch_pictures(
    bundle: &Bundle,
    shelf: &dyn MediaFetch,
    settings: PackSettings<'_>,
    watch: &dyn Watch,
) -> Result<(), Error> {
    let mut wanted = bundle.wanted_media()?;
    if wanted.is_empty() {
        return Ok(());
    }
    let scratch = bundle.folder().join("media").join("arriving");
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(&scratch)?;
    watch.begin("fetching pictures", Some(wanted.len() as u64));
    let outcome = fetch_suspects(bundle, shelf, watch, &mut wanted, &scratch)
        .and_then(|()| fetch_all(bundle, shelf, settings, watch, &wanted, &scratch));
    watch.end();
    let _ = fs::remove_dir_all(&scratch);
    outcome
}

/// Fetches those alone that an earlier run may have died of, so that it is known who was to blame; one that is, is not had.
fn fetch_suspects(
    bundle: &Bundle,
    shelf: &dyn MediaFetch,
    watch: &dyn Watch,
    wanted: &mut Vec<WantedMedia>,
    scratch: &Path,
) -> Result<(), Error> {
    let deaths = |wanted: &WantedMedia| bundle.deaths(&Task::fetching(&wanted.id));
    let suspects: Vec<WantedMedia> = wanted
        .extract_if(.., |wanted| deaths(wanted).is_some())
        .collect();
    let media_path = |hash: &str| bundle.media_path(hash);
    for suspect in suspects {
        let fetch = if deaths(&suspect) < Some(DEATHS_MAX) {
            let mut hand = bundle.hand("fetch")?;
            let fetch = fetch_noted(
                &mut hand,
                shelf,
                &suspect,
                &scratch.join("alone"),
                &media_path,
            )?;
            bundle.survived(&Task::fetching(&suspect.id))?;
            fetch
        } else {
            let address = suspect.candidates.first().unwrap_or(&suspect.id).clone();
            let reason = "the program died twice while it fetched it".to_owned();
            suspect.came(Err(Failed { address, reason }))
        };
        bundle.together(|| keep(bundle, &fetch, watch))?;
        if watch.stop_asked() {
            return Err(Error::Interrupted);
        }
    }
    Ok(())
}

fn fetch_all(
    bundle: &Bundle,
    shelf: &dyn MediaFetch,
    settings: PackSettings<'_>,
    watch: &dyn Watch,
    wanted: &[WantedMedia],
    scratch: &Path,
) -> Result<(), Error> {
    let queue = Queue::new(wanted, settings.parallel_fetches);
    let numbers = AtomicU64::new(0);
    let stopped = AtomicBool::new(false);
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Result<Fetch, Error>>(16);
        for number in 0..queue.threads() {
            let (sender, queue, numbers, stopped) = (sender.clone(), &queue, &numbers, &stopped);
            let media_path = |hash: &str| bundle_path(bundle_folder(scratch), hash);
            let mut hand = bundle.hand(&format!("fetch-{number}"))?;
            scope.spawn(move || {
                loop {
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    let Some(next) = queue.next() else { return };
                    let file = scratch.join(numbers.fetch_add(1, Ordering::Relaxed).to_string());
                    let fetch = fetch_noted(&mut hand, shelf, next.wanted, &file, &media_path);
                    drop(next);
                    let _ = fs::remove_file(&file);
                    if sender.send(fetch).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let preparers = Preparers::start(scope, settings.prepare, bundle, &stopped);
        let (mut count, mut halted) = (0, false);
        while let Ok(first) = receiver.recv() {
            let came: Vec<_> = std::iter::once(first).chain(receiver.try_iter()).collect();
            count += came.len() as u64;
            let kept = keep_all(bundle, came, &preparers, watch);
            watch.done(count);
            // What other hands bring in the meantime is kept.
            halted |= matches!(kept, Err(Error::Interrupted));
            if halted || watch.stop_asked() {
                stopped.store(true, Ordering::Relaxed);
            }
            if let Err(error) = kept
                && !matches!(error, Error::Interrupted)
            {
                stopped.store(true, Ordering::Relaxed);
                return Err(error);
            }
        }
        preparers.finish(watch);
        if halted || watch.stop_asked() {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    })
}

/// The bundle's media folder, from the scratch folder inside it. Threads must not touch the store, so they get paths only.
fn bundle_folder(scratch: &Path) -> PathBuf {
    scratch.parent().unwrap_or(scratch).to_owned()
}

fn bundle_path(media_folder: PathBuf, hash: &str) -> PathBuf {
    media_folder.join(hash.get(..2).unwrap_or("00")).join(hash)
}

fn fetch_noted(
    hand: &mut Hand,
    shelf: &dyn MediaFetch,
    wanted: &WantedMedia,
    file: &Path,
    media_path: &dyn Fn(&str) -> PathBuf,
) -> Result<Fetch, Error> {
    hand.begin(&Task::fetching(&wanted.id))?;
    let fetch = fetch_one(hand, shelf, wanted, file, media_path);
    hand.rest()?;
    fetch
}

/// Tries the candidates of one picture, best first, and moves what was fetched to its place.
fn fetch_one(
    hand: &mut Hand,
    shelf: &dyn MediaFetch,
    wanted: &WantedMedia,
    file: &Path,
    media_path: &dyn Fn(&str) -> PathBuf,
) -> Result<Fetch, Error> {
    let mut first_failure: Option<(String, String)> = None;
    let mut in_part: Option<Got> = None;
    let part = file.with_extension("part");
    for address in &wanted.candidates {
        match fetch_candidate(hand, shelf, address, file) {
            Ok((hash, fetched)) => {
                let got = Got {
                    address: address.clone(),
                    hash,
                    fetched,
                    passed_over: first_failure.as_ref().map(passed_over),
                };
                if !got.fetched.is_cut {
                    settle(file, &media_path(&got.hash))?;
                    return Ok(wanted.came(Ok(got)));
                }
                first_failure
                    .get_or_insert_with(|| (address.clone(), "its end is missing".to_owned()));
                if in_part.is_none() {
                    settle(file, &part)?;
                    in_part = Some(got);
                }
            }
            Err(MediaError::CouldNotKeep(what)) => return Err(std::io::Error::other(what).into()),
            Err(MediaError::Halt(halt)) => {
                return Err(Error::from(ReadError::Halt(halt)).normalised());
            }
            Err(error) => {
                first_failure.get_or_insert_with(|| (address.clone(), error.to_string()));
            }
        }
    }
    if let Some(got) = in_part {
        settle(&part, &media_path(&got.hash))?;
        return Ok(wanted.came(Ok(got)));
    }
    let (address, reason) = first_failure
        .unwrap_or_else(|| (wanted.id.clone(), "no address to fetch it from".to_owned()));
    Ok(wanted.came(Err(Failed { address, reason })))
}

/// A better candidate that was passed over, and why.
fn passed_over((address, reason): &(String, String)) -> String {
    format!(
        "{} ({})",
        without_query(address),
        without_address(reason, address)
    )
}

fn settle(file: &Path, place: &Path) -> Result<(), Error> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::rename(file, place)?)
}

impl WantedMedia {
    fn came(&self, outcome: Result<Got, Failed>) -> Fetch {
        Fetch {
            id: self.id.clone(),
            outcome,
        }
    }
}

/// Fetches from one address. A call may have been cut short: where a picture's end is missing, a second call counts.
fn fetch_candidate(
    hand: &mut Hand,
    shelf: &dyn MediaFetch,
    address: &str,
    file: &Path,
) -> Result<(String, FetchedMedia), MediaError> {
    match fetch_once(hand, shelf, address, file)? {
        (_, fetched) if fetched.is_cut => fetch_once(hand, shelf, address, file),
        whole => Ok(whole),
    }
}

fn fetch_once(
    hand: &mut Hand,
    shelf: &dyn MediaFetch,
    address: &str,
    file: &Path,
) -> Result<(String, FetchedMedia), MediaError> {
    let could_not_keep = |error: std::io::Error| MediaError::CouldNotKeep(error.to_string());
    let mut to = Hashing {
        file: BufWriter::new(File::create(file).map_err(could_not_keep)?),
        hasher: blake3::Hasher::new(),
        hand,
    };
    let fetched = shelf.fetch(address, &mut to)?;
    points::met("fetch", || address.to_owned());
    let Hashing { file, hasher, hand } = to;
    let on_disk = || {
        let file = file.into_inner().map_err(|error| error.into_error())?;
        file.sync_data()
    };
    let written = hand.meanwhile(on_disk).map_err(not_noted);
    written
        .and_then(|written| written)
        .map_err(could_not_keep)?;
    Ok((hasher.finalize().to_hex().to_string(), fetched))
}

fn not_noted(error: Error) -> std::io::Error {
    std::io::Error::other(error.to_string())
}

struct Hashing<'a> {
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    hand: &'a mut Hand,
}

impl Arrival for Hashing<'_> {
    fn waits(&mut self) -> std::io::Result<()> {
        self.hand.waits().map_err(not_noted)
    }

    fn works(&mut self) -> std::io::Result<()> {
        self.hand.works().map_err(not_noted)
    }
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Writes down what came since the last time in one go: each commit waits for the disk.
fn keep_all(
    bundle: &Bundle,
    came: Vec<Result<Fetch, Error>>,
    preparers: &Preparers<'_>,
    watch: &dyn Watch,
) -> Result<(), Error> {
    let (mut fetched, mut failed) = (Vec::new(), Ok(()));
    for fetch in came {
        match fetch {
            Ok(fetch) => fetched.push(fetch),
            Err(Error::Interrupted) if failed.is_err() => {}
            Err(error) => failed = Err(error),
        }
    }
    bundle.together(|| {
        fetched
            .iter()
            .try_for_each(|fetch| keep(bundle, fetch, watch))
    })?;
    for fetch in fetched {
        preparers.hand_over(fetch);
    }
    failed
}

fn keep(bundle: &Bundle, fetch: &Fetch, watch: &dyn Watch) -> Result<(), Error> {
    let finding = match &fetch.outcome {
        Ok(got) => {
            bundle.keep_media(&fetch.id, &got.hash, &got.address, &got.fetched)?;
            if got.fetched.is_cut {
                Some(Finding::new(
                    &codes::transfer::PICTURE_CUT,
                    format!(
                        "The end of a picture is missing at {}; the {} bytes that there are moved.",
                        without_query(&got.address),
                        got.fetched.bytes
                    ),
                ))
            } else {
                got.passed_over.as_ref().map(|passed_over| {
                    Finding::new(
                        &codes::transfer::NOT_THE_BEST_COPY,
                        format!("A larger copy of the picture could not be had from {passed_over}; the next best one was taken."),
                    )
                })
            }
        }
        Err(failed) => {
            bundle.miss_media(&fetch.id, &failed.address, &failed.reason)?;
            Some(missing(bundle, &fetch.id, failed)?)
        }
    };
    if let Some(finding) = finding {
        let finding = finding.about(ItemRef::new(Kind::Media, &fetch.id));
        watch.finding(&finding);
        bundle.keep_finding(Stage::Pack, &finding)?;
    }
    Ok(())
}

fn missing(bundle: &Bundle, id: &str, failed: &Failed) -> Result<Finding, Error> {
    let user = bundle.media(id)?.and_then(|media| media.used_by);
    let title = user
        .as_ref()
        .map(|item| bundle.title(item))
        .transpose()?
        .flatten();
    let (what, stands) = if names_other_file(&failed.address) {
        ("file", "belongs to")
    } else {
        ("picture", "is shown in")
    };
    let shown_in = title
        .map(|title| format!(" It {stands} “{title}”."))
        .unwrap_or_default();
    let sentence = format!(
        "A {what} could not be had from {}: {}.{shown_in} The post keeps the old address.",
        without_query(&failed.address),
        without_address(&failed.reason, &failed.address)
    );
    Ok(
        Finding::new(&codes::transfer::PICTURE_MISSING, sentence)
            .at(without_query(&failed.address)),
    )
}

/// A reason as it reads behind an address: fetchers put the address in front of it.
fn without_address<'a>(reason: &'a str, address: &str) -> &'a str {
    reason
        .strip_prefix(without_query(address).as_str())
        .map_or(reason, |rest| rest.trim_start_matches([':', ' ']))
}

/// An address as a report may show it: query strings can carry keys.
fn without_query(address: &str) -> String {
    address
        .split(['?', '#'])
        .next()
        .unwrap_or(address)
        .to_owned()
}
