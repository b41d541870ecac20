//! Writing the index, and rules for other servers.

use super::blog;
use crate::{
    cli::{RulesFormat, StandingArgs},
    explain::WrongUse,
    status::Status,
};
use anyhow::Context;
use redirects::{
    Builder, Fate, Index, IndexError, Listener, Name, Record,
    export::{self, Format},
};
use std::{
    collections::HashSet,
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

/// The next generation: what the index knew, and the blogs of the bundles in place of what it knew of them.
pub(super) fn build(
    folder: &Path,
    bundles: &[PathBuf],
    standing: &StandingArgs,
    json: bool,
) -> anyhow::Result<Status> {
    let known = known(folder)?;
    if known.is_none() && bundles.is_empty() {
        return Err(WrongUse {
            what: format!(
                "there is no index in {}, and no bundle was named",
                folder.display()
            ),
            next: "name the folders of bundles that were moved.",
            status: Status::WrongInput,
        }
        .into());
    }
    let mut names: HashSet<Name> = HashSet::new();
    let mut listener = Listener::default();
    for bundle in bundles {
        let record = blog::record(bundle, standing)?;
        listener.hear(&record);
        names.extend(record.names);
    }
    each_kept(known.as_ref(), &names, |record| {
        listener.hear(&record);
        Ok(())
    })?;
    let mut builder = Builder::begin(folder, listener)?;
    // From here on nobody else publishes. What was published while the bundles were read belongs to what is kept.
    let known = match known {
        Some(index) => {
            index.refresh()?;
            Some(index)
        }
        None => self::known(folder)?,
    };
    each_kept(known.as_ref(), &names, |record| Ok(builder.add(&record)?))?;
    for bundle in bundles {
        builder.add(&blog::record(bundle, standing)?)?;
    }
    let manifest = builder.finish()?;
    let bytes: u64 = manifest.files.iter().map(|part| part.bytes).sum();
    if json {
        println!("{}", serde_json::to_string(&manifest)?);
    } else {
        println!(
            "generation {}: {} old addresses of {} blogs, {bytes} bytes",
            manifest.number, manifest.addresses, manifest.blogs
        );
    }
    Ok(Status::Complete)
}

/// The index as it is now; `None` where there is none yet.
fn known(folder: &Path) -> anyhow::Result<Option<Index>> {
    match Index::open_still(folder) {
        Ok(index) => Ok(Some(index)),
        Err(IndexError::None(_)) => Ok(None),
        Err(IndexError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// What the index knows of blogs that none of `names` means.
fn each_kept(
    known: Option<&Index>,
    names: &HashSet<Name>,
    mut work: impl FnMut(Record) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(index) = known else { return Ok(()) };
    index.each_record(|record| {
        if record.names.iter().any(|name| names.contains(name)) {
            return Ok(());
        }
        work(record)
    })
}

pub(super) fn publish(
    folder: &Path,
    bundle: &Path,
    standing: &StandingArgs,
) -> anyhow::Result<Status> {
    let record = blog::record(bundle, standing)?;
    let position = redirects::publish(folder, &record)?;
    match record.fate {
        Fate::Gone => println!("published that the blog was deleted: {position}"),
        _ => println!(
            "published {} old addresses: {position}",
            record.entries.len()
        ),
    }
    Ok(Status::Complete)
}

pub(super) fn export(
    folder: &Path,
    format: RulesFormat,
    to: Option<&Path>,
) -> anyhow::Result<Status> {
    let index = Index::open_still(folder)?;
    let format = match format {
        RulesFormat::Nginx => Format::Nginx,
        RulesFormat::Apache => Format::Apache,
        RulesFormat::Caddy => Format::Caddy,
        RulesFormat::Haproxy => Format::Haproxy,
        RulesFormat::Netlify => Format::Netlify,
        RulesFormat::CloudflareCsv => Format::CloudflareCsv,
        RulesFormat::RedirectionJson => Format::RedirectionJson,
        RulesFormat::Csv => Format::Csv,
    };
    let rules = match to {
        Some(path) => {
            let file = File::create(path)
                .with_context(|| format!("could not write {}", path.display()))?;
            let mut out = BufWriter::new(file);
            let rules = export::write(&index, format, &mut out)?;
            out.flush()?;
            rules
        }
        None => export::write(&index, format, &mut std::io::stdout().lock())?,
    };
    eprintln!("wrote {rules} rules");
    eprintln!("{}", export::LEFT_OUT);
    Ok(Status::Complete)
}
