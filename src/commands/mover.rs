//! `rehome move`: the whole way; safe to repeat, to stop and to resume.

use super::{Show, home, pack};
use crate::{
    cli::{Friends, MoveArgs},
    explain::WrongUse,
    status::Status,
    stop, wiring,
};
use blog::doors::{Destination as _, MediaPrepare};
use campaign::{Bundle, Choices, Error, Style, Watch, bundle::Fact, transfer};
use jiff::Timestamp;
use platforms::destinations::wxr::{Settings, Wxr};

pub(super) fn run(args: &MoveArgs, watch: &dyn Watch, show: Show) -> anyhow::Result<Status> {
    let folder = args
        .bundle
        .clone()
        .unwrap_or_else(|| wiring::default_bundle(&args.input.input));
    let bundle = Bundle::create(&folder)?;
    stop::tells(&bundle)?;
    refuse_other_home(&bundle, &args.destination)?;
    if !args.again && bundle.fact::<bool>(Fact::Undone)?.unwrap_or(false) {
        return Err(Error::Undone.into());
    }
    refuse_unknown_zone(args.time_zone.as_deref())?;
    if wiring::is_file(&args.destination) {
        return write_files(&bundle, args, watch, show);
    }
    let visitor = wiring::visitor(&bundle, &args.sign_in)?;
    let logins: Vec<&str> = args
        .authors
        .iter()
        .map(|(_, login)| login.as_str())
        .collect();
    let way = wiring::way(&bundle, &args.destination, args.sign_in.way, watch)?;
    let copies = wiring::knock(&bundle, &args.destination, way, &visitor, &logins)?;
    let prepare = copies.as_ref().map(|copies| copies as &dyn MediaPrepare);
    pack::pack_into(&bundle, &args.input, prepare, watch)?;
    // Its helpers end here; the destination has its own.
    drop(copies);
    let choices = choices(args);
    bundle.set_fact(Fact::Choices, &choices)?;
    transfer::tidy(&bundle, watch)?;
    let mode = args.sign_in.mode;
    let (mut destination, home) =
        wiring::destination(&bundle, &args.destination, way, visitor, mode)?;
    home::arrive(&bundle, destination.as_mut(), &home, &choices, watch, show)
}

/// The way without a plugin: files that the owner imports.
fn write_files(
    bundle: &Bundle,
    args: &MoveArgs,
    watch: &dyn Watch,
    show: Show,
) -> anyhow::Result<Status> {
    // Before anything long is begun.
    wiring::home_of_files(args)?;
    pack::pack_into(bundle, &args.input, None, watch)?;
    let choices = choices(args);
    bundle.set_fact(Fact::Choices, &choices)?;
    transfer::tidy(bundle, watch)?;
    let settings = wiring::files(bundle, args)?;
    let mut files = Wxr::new(settings.clone());
    let home = files.open(&bundle.profile()?.identity.name())?;
    bundle.set_fact(Fact::Destination, &args.destination)?;
    transfer::arrive(bundle, &mut files, &home, &choices, Timestamp::now(), watch)?;
    if !show.quiet {
        how_to_import(&settings)
            .iter()
            .for_each(|line| watch.say(line));
    }
    home::conclude(bundle, show)
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

fn choices(args: &MoveArgs) -> Choices {
    Choices {
        style: if args.classic {
            Style::Classic
        } else {
            Style::Blocks
        },
        friends_become_public: args.friends == Friends::Public,
        authors: args.authors.iter().cloned().collect(),
        time_zone: args.time_zone.clone(),
        custom_fields: args.custom_fields.iter().cloned().collect(),
        carry_site: args.carry_site,
        follow_deletions: args.follow_deletions,
        again: args.again,
    }
}

/// A mistyped zone must not move every date in silence.
fn refuse_unknown_zone(zone: Option<&str>) -> anyhow::Result<()> {
    match zone {
        Some(name) if blog::when::zone(name).is_none() => Err(WrongUse {
            what: format!("there is no time zone “{name}”"),
            next: "name one like Europe/Berlin or Asia/Shanghai, or an offset like +08:00.",
            status: Status::WrongInput,
        }
        .into()),
        _ => Ok(()),
    }
}

/// One bundle belongs to one new home: its ledger says what is there.
fn refuse_other_home(bundle: &Bundle, address: &str) -> anyhow::Result<()> {
    let same = |one: &str, other: &str| one.trim_end_matches('/') == other.trim_end_matches('/');
    match bundle.fact::<String>(Fact::Destination)? {
        Some(before) if !same(&before, address) => Err(WrongUse {
            what: format!(
                "the bundle {} belongs to the move to {before}",
                bundle.folder().display()
            ),
            next: "name another folder with --bundle to move the blog to a second home.",
            status: Status::WrongInput,
        }
        .into()),
        _ => Ok(()),
    }
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
