//! Placing pictures and files: what is there already is left alone, the rest is made ready by threads while earlier ones
//! are on their way.

use super::parcel::{Parcel, Workshop};
use super::rows::{outcome_of, placed, refused};
use super::session::{BYTES_TYPE, Session, random_word};
use super::words::{ChunkAnswer, Limits, Mark, MediaAnswer};
use super::{Opened, Settings, reading};
use crate::destinations::wordpress::answers::{Effect, Failure};
use blog::doors::{
    FindDepth, MediaThing, Observed, Outcome, Placed, PlacedPicture, Placement, Thing, WriteError,
};
use serde_json::Value;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// How often the lease is looked at while pictures are being made.
const LEASE_LOOK: Duration = Duration::from_secs(5);

/// Tries for one piece of a large file whose place the other side disagrees about.
const PIECE_TRIES: usize = 3;

/// Places the media at `places` of `batch`, and answers in their order.
pub(super) fn place(
    opened: &mut Opened,
    settings: &Settings,
    batch: &[Placement],
    places: &[usize],
) -> Result<Vec<Placed>, WriteError> {
    let marks: Vec<_> = places.iter().map(|at| batch[*at].mark.clone()).collect();
    let limits = opened.site.limits.clone();
    let there = reading::find(&opened.session, limits.find, &marks, FindDepth::Mark)?;
    let mut answers: Vec<Option<Placed>> = places
        .iter()
        .zip(there)
        .map(|(at, there)| unchanged(&batch[*at], there?))
        .collect();
    let missing: Vec<(usize, &Placement, &MediaThing)> = places
        .iter()
        .enumerate()
        .filter(|(at, _)| answers[*at].is_none())
        .filter_map(|(at, place)| match &batch[*place].thing {
            Thing::Media(thing) => Some((at, &batch[*place], thing)),
            _ => None,
        })
        .collect();
    let workshop = Workshop::new(&opened.site, settings);
    send_all(
        &mut opened.session,
        &workshop,
        settings.threads,
        &limits,
        &missing,
        &mut answers,
    )?;
    let answers: Option<Vec<Placed>> = answers.into_iter().collect();
    answers.ok_or_else(|| {
        WriteError::Unknown("the new home did not answer for every picture".to_owned())
    })
}

/// The answer for something that is there as it should be, or that somebody edited: neither needs its bytes sent.
fn unchanged(placement: &Placement, there: Observed) -> Option<Placed> {
    let outcome = match (there.fingerprint == placement.fingerprint, there.edited) {
        (true, _) => Outcome::Unchanged,
        (false, true) => Outcome::Conflict,
        (false, false) => return None,
    };
    Some(Placed {
        mark: placement.mark.clone(),
        outcome,
        id: Some(there.id),
        address: there.address,
        picture: there.picture,
        remark: None,
    })
}

type Missing<'a> = (usize, &'a Placement, &'a MediaThing);
type Ready = (usize, Result<Parcel, String>);

/// Threads make parcels; this one sends them.
fn send_all(
    session: &mut Session,
    workshop: &Workshop,
    threads: usize,
    limits: &Limits,
    missing: &[Missing<'_>],
    answers: &mut [Option<Placed>],
) -> Result<(), WriteError> {
    let threads = threads.clamp(1, missing.len().max(1));
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    // A parcel holds a whole picture: as many wait as there are threads, no more.
    let (give, ready) = sync_channel::<Ready>(threads);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (give, next, stop) = (give.clone(), &next, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some((place, placement, thing)) = missing.get(at) else {
                        return;
                    };
                    let parcel = workshop.parcel(*place, placement, thing);
                    if give.send((*place, parcel)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(give);
        let sent = Sender {
            session,
            limits,
            missing,
            answers,
            waiting: Vec::new(),
        }
        .send_as_they_come(ready);
        stop.store(true, Ordering::Relaxed);
        sent
    })
}

/// Collects parcels into requests.
struct Sender<'a> {
    session: &'a mut Session,
    limits: &'a Limits,
    missing: &'a [Missing<'a>],
    answers: &'a mut [Option<Placed>],
    waiting: Vec<Parcel>,
}

impl Sender<'_> {
    fn send_as_they_come(mut self, ready: Receiver<Ready>) -> Result<(), WriteError> {
        loop {
            match ready.recv_timeout(LEASE_LOOK) {
                Ok((_, Ok(parcel))) => self.add(parcel)?,
                Ok((at, Err(why))) => {
                    if let Some((placement, _)) = self.source(at) {
                        self.answers[at] = Some(refused(&placement.mark, why));
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.session.keep_lease()?,
                Err(RecvTimeoutError::Disconnected) => return self.flush(),
            }
        }
    }

    fn source(&self, at: usize) -> Option<(&Placement, &MediaThing)> {
        let found = self.missing.iter().find(|(place, _, _)| *place == at);
        found.map(|(_, placement, thing)| (*placement, *thing))
    }

    fn add(&mut self, parcel: Parcel) -> Result<(), WriteError> {
        let bytes: usize = self.waiting.iter().map(Parcel::bytes).sum();
        let full = self.waiting.len() >= self.limits.media.max(1)
            || bytes + parcel.bytes() + 1024 > self.limits.media_body_bytes;
        if full {
            self.flush()?;
        }
        self.waiting.push(parcel);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        let mut parcels = std::mem::take(&mut self.waiting);
        for parcel in &mut parcels {
            if parcel.in_pieces && parcel.head["upload"].is_null() {
                self.upload(parcel)?;
            }
        }
        self.send(&parcels)
    }

    /// Sends the main file in pieces.
    fn upload(&mut self, parcel: &mut Parcel) -> Result<(), WriteError> {
        let Some((_, thing)) = self.source(parcel.at) else {
            return Ok(());
        };
        let (path, total) = (thing.file.clone(), thing.bytes);
        let unreadable = |error: std::io::Error| {
            WriteError::NotDone(format!("a file in the bundle cannot be read ({error})"))
        };
        let mut file = File::open(path).map_err(unreadable)?;
        let upload = format!("{}{}", random_word(), random_word());
        let (mut offset, mut tries) = (0_u64, 0);
        let mut piece = vec![0_u8; self.limits.chunk_bytes.max(1)];
        while offset < total {
            self.session.keep_lease()?;
            file.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
            let length = fill(&mut file, &mut piece).map_err(unreadable)?;
            let body = (&piece[..length], BYTES_TYPE);
            let query = format!("upload={upload}&offset={offset}");
            let answer: Result<ChunkAnswer, Failure> =
                self.session
                    .send("chunk", &query, body, false, Effect::Write);
            match answer {
                Ok(answer) if answer.bytes > offset => offset = answer.bytes,
                Ok(_) => {
                    return Err(WriteError::NotDone(
                        "the new home does not keep the pieces of a large file".to_owned(),
                    ));
                }
                Err(failure) if failure.status == 409 && tries < PIECE_TRIES => {
                    tries += 1;
                    offset = super::words::as_number(&failure.data["bytes"]);
                }
                // Half a piece is better than none where a server in front has its own limit.
                Err(failure) if failure.status == 413 && piece.len() > 64 * 1024 => {
                    piece.truncate(piece.len() / 2);
                }
                Err(failure) => return Err(failure.error),
            }
        }
        parcel.head["upload"] = upload.into();
        parcel.in_pieces = false;
        Ok(())
    }

    /// Sends one request; halves it while it is too large or one file makes the whole fail.
    fn send(&mut self, parcels: &[Parcel]) -> Result<(), WriteError> {
        if parcels.is_empty() {
            return Ok(());
        }
        self.session.keep_lease()?;
        let body = body(self.session.head(), parcels);
        let answer: Result<MediaAnswer, Failure> = self.session.post_media(&body);
        drop(body);
        let failure = match answer {
            Ok(answer) => return self.take(parcels, answer),
            Err(failure) => failure,
        };
        match (failure.status, parcels) {
            (400 | 413 | 422 | 500, [_, _, ..]) if failure.code != "rehome_schema" => {
                let (one, other) = parcels.split_at(parcels.len() / 2);
                self.send(one)?;
                self.send(other)
            }
            (400 | 413 | 422 | 500, [parcel]) if failure.code != "rehome_schema" => {
                // A site that can still write its lease is well: the fault is this file's.
                if failure.status == 500 && self.session.take_lease().is_err() {
                    return Err(failure.error);
                }
                if let Some((placement, _)) = self.source(parcel.at) {
                    let why = if failure.message.is_empty() {
                        failure.error.to_string()
                    } else {
                        failure.message
                    };
                    self.answers[parcel.at] = Some(refused(&placement.mark, why));
                }
                Ok(())
            }
            _ => Err(failure.error),
        }
    }

    fn take(&mut self, parcels: &[Parcel], answer: MediaAnswer) -> Result<(), WriteError> {
        let misfit = || {
            WriteError::Unknown(
                "the plugin answered for other pictures than it was sent".to_owned(),
            )
        };
        if answer.media.len() != parcels.len() {
            return Err(misfit());
        }
        for (parcel, mut word) in parcels.iter().zip(answer.media) {
            let Some((placement, _)) = self.source(parcel.at) else {
                continue;
            };
            if word.mark != Mark::of(&placement.mark) || outcome_of(&word.outcome).is_none() {
                return Err(misfit());
            }
            let sizes: Vec<_> = word.sizes.drain(..).map(Into::into).collect();
            let picture = (word.id > 0 && !sizes.is_empty()).then(|| PlacedPicture {
                id: word.id,
                page: std::mem::take(&mut word.page),
                shown_hash: parcel.shown_hash.clone(),
                sizes,
            });
            let (mut placed, _) = placed(&placement.mark, word)?;
            placed.picture = picture;
            if let Some(remark) = &parcel.remark {
                let word = placed.remark.take();
                placed.remark =
                    Some(word.map_or(remark.clone(), |word| format!("{word}; {remark}")));
            }
            self.answers[parcel.at] = Some(placed);
        }
        Ok(())
    }
}

/// Head and files as one body: 4 bytes of length, the head, the files.
fn body(mut head: Value, parcels: &[Parcel]) -> Vec<u8> {
    head["media"] = parcels.iter().map(|parcel| parcel.head.clone()).collect();
    let head = head.to_string().into_bytes();
    let bytes: usize = parcels.iter().map(Parcel::bytes).sum();
    let mut body = Vec::with_capacity(4 + head.len() + bytes);
    body.extend_from_slice(&u32::try_from(head.len()).unwrap_or(u32::MAX).to_be_bytes());
    body.extend_from_slice(&head);
    for file in parcels.iter().flat_map(|parcel| &parcel.files) {
        body.extend_from_slice(file);
    }
    body
}

/// Reads until `piece` is full or the file ends.
fn fill(file: &mut File, piece: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while length < piece.len() {
        match file.read(&mut piece[length..])? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}
