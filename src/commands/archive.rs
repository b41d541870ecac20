//! `rehome archive`: a blog kept whole in one zip that needs nothing.

use super::Show;
use crate::{cli::ArchiveArgs, explain::WrongUse, passwords, status::Status};
use anyhow::Context;
use blog::Secret;
use campaign::{
    Bundle, Watch,
    archive::{self, Kept},
    survey::Counts,
    transfer,
};
use jiff::Timestamp;
use platforms::destinations::archive::{ZipArchive, locked::PASSPHRASE_CHARACTERS_MIN, unfinished};
use std::{
    fs::{self, File},
    io::Write,
    path::Path,
};

pub(super) fn run(args: &ArchiveArgs, watch: &dyn Watch, show: Show) -> anyhow::Result<Status> {
    let bundle = Bundle::open(&args.bundle)?;
    let passphrase = if args.public_only {
        None
    } else {
        passwords::passphrase(args.passphrase_file.as_deref())?
    };
    refuse_short(passphrase.as_ref())?;
    transfer::tidy(&bundle, watch)?;
    let part = unfinished(&args.to);
    let outcome = write(
        &bundle,
        &part,
        passphrase.clone(),
        args.home.as_deref(),
        watch,
    );
    let outcome = outcome.and_then(|kept| {
        fs::rename(&part, &args.to)
            .with_context(|| format!("could not write {}", args.to.display()))?;
        Ok(kept)
    });
    if outcome.is_err() {
        let _ = fs::remove_file(&part);
    }
    tell(&outcome?, args, passphrase.is_some(), show)
}

fn write(
    bundle: &Bundle,
    part: &Path,
    passphrase: Option<Secret>,
    home: Option<&str>,
    watch: &dyn Watch,
) -> anyhow::Result<Kept> {
    let could_not = || format!("could not write {}", part.display());
    let with_private = passphrase.is_some();
    let file = File::create(part).with_context(could_not)?;
    let mut zip = ZipArchive::create(file, passphrase, home).with_context(could_not)?;
    let kept = archive::archive(bundle, &mut zip, with_private, Timestamp::now(), watch)?;
    let file = zip.finish().with_context(could_not)?;
    file.sync_all().with_context(could_not)?;
    Ok(kept)
}

fn refuse_short(passphrase: Option<&Secret>) -> anyhow::Result<()> {
    let characters = passphrase.map(|passphrase| passphrase.reveal().chars().count());
    match characters {
        Some(0..PASSPHRASE_CHARACTERS_MIN) => Err(WrongUse {
            what: format!("a passphrase needs at least {PASSPHRASE_CHARACTERS_MIN} characters"),
            next: "take four or five words; whoever has the zip can try short ones by the billion.",
            status: Status::WrongInput,
        }
        .into()),
        _ => Ok(()),
    }
}

fn tell(kept: &Kept, args: &ArchiveArgs, locked: bool, show: Show) -> anyhow::Result<Status> {
    let left_out = !locked && kept.private.total() > 0;
    if show.json {
        let line = serde_json::json!({
            "event": "archived", "file": args.to, "open": kept.open, "private": kept.private,
            "private_part": if locked { "locked" } else { "left out" },
        });
        writeln!(std::io::stdout(), "{line}")?;
        return Ok(status(left_out, args));
    }
    eprintln!("wrote {}", args.to.display());
    if !show.quiet {
        eprintln!("  for everyone: {}", listed(&kept.open));
    }
    if locked {
        eprintln!(
            "  in private.zip, locked: {}",
            listed_private(&kept.private)
        );
        eprintln!(
            "  nobody can open that part without the passphrase, not even the makers of Rehome: keep it"
        );
    } else if !args.public_only {
        eprintln!(
            "  left out, as not for everyone: {}",
            listed_private(&kept.private)
        );
        eprintln!(
            "  next: set REHOME_PASSPHRASE or name --passphrase-file FILE to keep them in a locked part; --public-only to hear no more of it"
        );
    }
    Ok(status(left_out, args))
}

fn status(left_out: bool, args: &ArchiveArgs) -> Status {
    if left_out && !args.public_only {
        Status::CompleteWithFindings
    } else {
        Status::Complete
    }
}

fn listed_private(counts: &Counts) -> String {
    let originals = "the untouched originals";
    match counts.total() {
        0 => originals.to_owned(),
        _ => format!("{}, and {originals}", listed(counts)),
    }
}

fn listed(counts: &Counts) -> String {
    let named = counts.said();
    if named.is_empty() {
        "no items".to_owned()
    } else {
        named.join(", ")
    }
}
