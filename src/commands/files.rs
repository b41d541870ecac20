//! Import files: written by `rehome move`, read back by `rehome verify`, taken away by `rehome undo`.

use super::{Show, home, mover, pack};
use crate::{cli::MoveArgs, explain::WrongUse, status::Status, wiring};
use blog::doors::{Destination as _, NewHome};
use campaign::{Bundle, Choices, Watch, bundle::Fact, transfer};
use jiff::Timestamp;
use platforms::destinations::{
    wordpress::stranger,
    wxr::{self, Settings, Wxr},
};
use std::path::{Path, PathBuf};

/// The way without a plugin: files that the owner imports.
pub(super) fn write(
    bundle: &Bundle,
    args: &MoveArgs,
    watch: &dyn Watch,
    show: Show,
) -> anyhow::Result<Status> {
    // Before anything long is begun.
    let place = wiring::place_of_files(args)?;
    refuse_to_overwrite(bundle, &place.file)?;
    pack::pack_into(bundle, &args.input, None, watch)?;
    let choices = mover::choices(args);
    bundle.set_fact(Fact::Choices, &choices)?;
    transfer::tidy(bundle, watch)?;
    bundle.set_fact(Fact::Files, &place)?;
    let (mut files, home, settings) = open(bundle)?;
    bundle.set_fact(Fact::Destination, &args.destination)?;
    let done = transfer::arrive(bundle, &mut files, &home, &choices, Timestamp::now(), watch)?;
    watch.say(&format!(
        "{} created, {} updated, {} unchanged",
        done.created, done.updated, done.unchanged
    ));
    if !show.quiet {
        how_to_import(&settings)
            .iter()
            .for_each(|line| watch.say(line));
    }
    home::conclude(bundle, show)
}

/// Reads the files back and compares. Whether they were imported is their owner's word; then the pages there are visited, too.
pub(super) fn verify(
    bundle: &Bundle,
    imported: bool,
    watch: &dyn Watch,
    show: Show,
) -> anyhow::Result<Status> {
    let (mut files, home, settings) = open(bundle)?;
    let choices: Choices = bundle.fact(Fact::Choices)?.unwrap_or_default();
    let now = Timestamp::now();
    let looked = if imported {
        let visitor = stranger(&settings.home)?;
        transfer::verify_imported(bundle, &mut files, &home, &choices, now, visitor, watch)?;
        "its public pages were visited; what is hidden there, and its pictures, were not"
    } else {
        transfer::verify(bundle, &mut files, &home, &choices, now, watch)?;
        "whether it has imported them was not looked at (--imported does, once it has)"
    };
    watch.say(&format!(
        "the files for {} were read back as an importer reads them; {looked}",
        settings.home
    ));
    home::conclude(bundle, show)
}

/// Takes away what is as it was written, and names the files that are not.
pub(super) fn undo(bundle: &Bundle, watch: &dyn Watch, show: Show) -> anyhow::Result<Status> {
    let (mut files, _, settings) = open(bundle)?;
    let undone = transfer::undo(bundle, &mut files, watch)?;
    for file in changed(&settings.file, bundle)? {
        watch.say(&format!(
            "{} was changed since it was written; it was left",
            file.display()
        ));
    }
    home::tell_undone(undone, "move", show)
}

fn open(bundle: &Bundle) -> anyhow::Result<(Wxr, NewHome, Settings)> {
    let settings = wiring::files(bundle)?;
    let mut files = Wxr::new(settings.clone());
    let home = files.open(&bundle.profile()?.identity.name())?;
    Ok((files, home, settings))
}

fn changed(file: &Path, bundle: &Bundle) -> anyhow::Result<Vec<PathBuf>> {
    let journal = wiring::journal_of_files(bundle);
    let changed = wxr::not_as_written(file, &journal);
    Ok(changed?)
}

/// A file that lies where one is to be written, and is not as this move wrote it, is somebody's.
fn refuse_to_overwrite(bundle: &Bundle, file: &Path) -> anyhow::Result<()> {
    let Some(other) = changed(file, bundle)?.into_iter().next() else {
        return Ok(());
    };
    let is_known = bundle.fact::<String>(Fact::Destination)?.is_some();
    let why = if is_known {
        "was changed since this move wrote it"
    } else {
        "is there already, and this move did not write it"
    };
    Err(WrongUse {
        what: format!("{} {why}; it was left as it is", other.display()),
        next: "move that file away, and run the same command again; or name another file.",
        status: Status::WrongInput,
    }
    .into())
}

/// What was written, and what its owner does with it, in this order.
fn how_to_import(settings: &Settings) -> Vec<String> {
    let pieces = (1..).take_while(|number| settings.piece(*number).exists());
    let first = settings.file.display();
    let (written, each) = match pieces.last() {
        Some(last) if last > 1 => (
            format!("{first} to {}", settings.piece(last).display()),
            ", one file after the other",
        ),
        _ => (first.to_string(), ""),
    };
    let pictures = settings.pictures_folder();
    let mut lines = vec![format!("wrote {written}")];
    if pictures.exists() {
        lines.push(format!(
            "first: put what is in {} on the web, so that it answers at {}/",
            pictures.display(),
            settings.pictures_address()
        ));
    }
    lines.push(format!(
        "then: in WordPress at {}, Tools, Import, WordPress{each}; tick “Download and import file attachments”",
        settings.home
    ));
    lines
}

#[cfg(test)]
mod tests {
    use super::how_to_import;
    use platforms::destinations::wxr::Settings;
    use std::fs;

    #[test]
    fn who_has_files_is_told_which_and_where_the_pictures_go_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("out.xml");
        let settings = Settings {
            file: file.clone(),
            home: "https://new.example/".to_owned(),
            title: String::new(),
            users: Vec::new(),
            pictures: None,
            copies: true,
            time_zone: "UTC".to_owned(),
            journal: folder.path().join("journal"),
            piece_bytes: 1,
        };
        fs::write(&file, "").expect("written");
        let lines = how_to_import(&settings);
        assert_eq!(lines[0], format!("wrote {}", file.display()));
        assert_eq!(lines.len(), 2, "there are no pictures: {lines:?}");

        fs::write(folder.path().join("out-2.xml"), "").expect("written");
        fs::create_dir(settings.pictures_folder()).expect("a folder");
        let lines = how_to_import(&settings);
        assert!(lines[0].ends_with("out-2.xml"), "{lines:?}");
        assert!(
            lines[1].ends_with(" at https://new.example/wp-content/uploads/rehome/"),
            "{lines:?}"
        );
        assert!(lines[2].contains("one file after the other"), "{lines:?}");
    }
}
