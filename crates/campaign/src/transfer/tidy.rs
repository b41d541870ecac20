//! Tidy: the repairs of `blog::tidy` over every body, kept beside the originals.

use super::{Stage, steps};
use crate::{
    Bundle, Error, Watch,
    bundle::{DEATHS_MAX, Hand, Stored, Task, Tidy},
};
use blog::{
    Finding, Item, Kind, Severity, codes,
    tidy::{For, Tidied},
};
use std::thread;

/// Bodies tidied and committed together.
const BODIES_A_COMMIT: usize = 128;

/// Tidies every body that is new or changed since the last time.
///
/// # Errors
/// When the bundle cannot be used, or the owner asked to stop.
pub fn tidy(bundle: &Bundle, watch: &dyn Watch) -> Result<(), Error> {
    watch.stage(Stage::Tidy);
    let kinds = [
        Kind::Post,
        Kind::Page,
        Kind::Comment,
        Kind::Trackback,
        Kind::Guestbook,
    ];
    let counts = bundle.counts()?;
    let total = counts.post
        + counts.page
        + counts.draft
        + counts.comment
        + counts.trackback
        + counts.guestbook;
    watch.begin("tidying", Some(total));
    let (mut after, mut done) = (0, 0);
    loop {
        let page = bundle.page(&kinds, after, BODIES_A_COMMIT)?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        done += page.len() as u64;
        tidy_page(bundle, page, watch)?;
        watch.done(done);
        if watch.stop_asked() {
            return Err(Error::Interrupted);
        }
    }
    watch.end();
    Ok(())
}

fn tidy_page(bundle: &Bundle, page: Vec<Stored>, watch: &dyn Watch) -> Result<(), Error> {
    let mut stale = Vec::new();
    for stored in page {
        if bundle
            .tidied(&stored.item.reference(), &stored.hash)?
            .is_none()
        {
            stale.push(stored);
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    let is_suspect = |stored: &Stored| bundle.deaths(&Task::tidying(&stored.item.reference()));
    let (suspects, stale): (Vec<Stored>, Vec<Stored>) = stale
        .into_iter()
        .partition(|stored| is_suspect(stored).is_some());
    let tidied = in_parallel(bundle, &stale)?;
    keep(bundle, &stale, tidied, true, watch)?;
    for stored in suspects {
        // Alone, so that it is known who was to blame.
        let dies_of_it = is_suspect(&stored) >= Some(DEATHS_MAX);
        let tidied = if dies_of_it {
            aside(&stored)
        } else {
            let mut hand = bundle.hand("tidy")?;
            tidy_noted(&mut hand, &stored)?
        };
        keep(bundle, &[stored], vec![tidied], !dies_of_it, watch)?;
    }
    Ok(())
}

/// Writes down what came of it; `survived` where the repairs ran. Another version of the program tries again where they did not.
fn keep(
    bundle: &Bundle,
    stale: &[Stored],
    tidied: Vec<Tidied>,
    survived: bool,
    watch: &dyn Watch,
) -> Result<(), Error> {
    let write = || {
        for (stored, tidied) in stale.iter().zip(tidied) {
            let reference = stored.item.reference();
            bundle.forget_findings_about(Stage::Tidy, &reference)?;
            for finding in tidied.findings {
                let finding = finding.about(reference.clone());
                if finding.severity > Severity::Note {
                    watch.finding(&finding);
                }
                bundle.keep_finding(Stage::Tidy, &finding)?;
            }
            bundle.keep_tidied(
                &reference,
                &stored.hash,
                &Tidy {
                    html: tidied.html,
                    tags: tidied.tags,
                },
            )?;
            if survived {
                bundle.survived(&Task::tidying(&reference))?;
            }
        }
        Ok(())
    };
    steps::TIDIED.run(|| bundle.together(write))
}

/// Repairs are pure, so they spread over the cores.
fn in_parallel(bundle: &Bundle, stale: &[Stored]) -> Result<Vec<Tidied>, Error> {
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let share = stale.len().div_ceil(threads).max(1);
    let shares = (0..).zip(stale.chunks(share));
    let shares = shares.map(|(number, share)| Ok((bundle.hand(&format!("tidy-{number}"))?, share)));
    let shares: Vec<(Hand, &[Stored])> = shares.collect::<Result<_, Error>>()?;
    thread::scope(|scope| {
        let shares: Vec<_> = shares
            .into_iter()
            .map(|(mut hand, share)| {
                scope.spawn(move || {
                    let tidied = share.iter().map(|stored| tidy_noted(&mut hand, stored));
                    tidied.collect::<Result<Vec<_>, Error>>()
                })
            })
            .collect();
        let mut all = Vec::new();
        for share in shares {
            let tidied = share.join();
            all.extend(tidied.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}

fn tidy_noted(hand: &mut Hand, stored: &Stored) -> Result<Tidied, Error> {
    hand.begin(&Task::tidying(&stored.item.reference()))?;
    let tidied = tidy_one(stored);
    hand.rest()?;
    Ok(tidied)
}

/// A body that killed the process each time it was worked on moves as it is written, unread.
fn aside(stored: &Stored) -> Tidied {
    let source = match &stored.item {
        Item::Post(post) => &post.body,
        Item::Comment(comment) => &comment.body,
        Item::GuestbookEntry(entry) => &entry.body,
        _ => return Tidied::default(),
    };
    let escaped = source
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let sentence =
        "The program died twice while it repaired this text; it is moved as its source reads.";
    Tidied {
        html: format!("<pre>{escaped}</pre>"),
        findings: vec![Finding::new(&codes::transfer::KILLED_A_RUN, sentence)],
        ..Tidied::default()
    }
}

fn tidy_one(stored: &Stored) -> Tidied {
    points::met("tidy", || format!("{:?}", stored.item));
    match &stored.item {
        Item::Post(post) => blog::tidy::tidy(&post.body, For::Post),
        Item::Comment(comment) => blog::tidy::tidy(&comment.body, For::Comment),
        Item::GuestbookEntry(entry) => blog::tidy::tidy(&entry.body, For::Comment),
        _ => Tidied::default(),
    }
}
