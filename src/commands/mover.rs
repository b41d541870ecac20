//! `rehome move`: the whole way; safe to repeat, to stop and to resume.

use super::{Show, files, home, pack};
use crate::{
    cli::{Friends, MoveArgs},
    explain::WrongUse,
    status::Status,
    stop, wiring,
};
use blog::doors::MediaPrepare;
use campaign::{Bundle, Choices, Error, Style, Watch, bundle::Fact, transfer};

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
        return files::write(&bundle, args, watch, show);
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

pub(super) fn choices(args: &MoveArgs) -> Choices {
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
