//! `rehome repair`: a WordPress that moved from Live Spaces in 2010 is put right where it stands; safe to repeat, to stop and to resume.

use super::{Show, home};
use crate::{
    cli::{RepairArgs, Way},
    explain::WrongUse,
    status::Status,
    stop, wiring,
};
use blog::{Finding, Severity};
use campaign::{
    Bundle, Choices, Error, Watch,
    bundle::Fact,
    transfer::repair::{self, Broken, Places},
};
use std::io::Write;

pub(super) fn run(args: &RepairArgs, watch: &dyn Watch, show: Show) -> anyhow::Result<Status> {
    if args.sign_in.way == Some(Way::Rest) {
        return Err(WrongUse {
            what: "a blog is only repaired through the rehome plugin".to_owned(),
            next: "`rehome plugin --zip rehome.zip` writes it; upload it under Plugins, Add New.",
            status: Status::DestinationRefused,
        }
        .into());
    }
    if args.dry_run {
        return dry_run(args, watch, show);
    }
    let folder = args
        .bundle
        .clone()
        .unwrap_or_else(|| wiring::repair_bundle(&args.blog));
    let bundle = Bundle::create(&folder)?;
    stop::tells(&bundle)?;
    refuse_other_bundle(&bundle, &args.blog)?;
    if !args.again && bundle.fact::<bool>(Fact::Undone)?.unwrap_or(false) {
        return Err(Error::Undone.into());
    }
    let shelf = wiring::saved_pictures(&args.pictures)?;
    let visitor = wiring::visitor(&bundle, &args.sign_in)?;
    let (mut there, home) = wiring::look(&bundle, &args.blog, &visitor)?;
    let (broken, places) = repair::survey(&bundle, &mut there, &home, &shelf, watch)?;
    drop(there);
    watch.say(&sentence(broken, places));
    let (mut destination, home) =
        wiring::destination(&bundle, &args.blog, Way::Plugin, visitor, args.sign_in.mode)?;
    let choices = Choices {
        again: args.again,
        ..Choices::default()
    };
    home::arrive(&bundle, destination.as_mut(), &home, &choices, watch, show)
}

/// Says what is broken and what of it can be put right. What is read goes into a folder that is gone afterwards.
fn dry_run(args: &RepairArgs, watch: &dyn Watch, show: Show) -> anyhow::Result<Status> {
    let scratch = tempfile::tempdir()?;
    let bundle = Bundle::create(&scratch.path().join("look"))?;
    let shelf = wiring::saved_pictures(&args.pictures)?;
    let visitor = wiring::visitor(&bundle, &args.sign_in)?;
    let (mut there, home) = wiring::look(&bundle, &args.blog, &visitor)?;
    let (broken, places) = repair::survey(&bundle, &mut there, &home, &shelf, watch)?;
    let findings = bundle.findings()?;
    let mut out = std::io::stdout().lock();
    if show.json {
        let word = serde_json::json!({ "event": "survey", "posts": places.posts, "comments": places.comments, "menu_entries": places.menu_entries, "broken": broken, "findings": findings });
        writeln!(out, "{word}")?;
    } else {
        writeln!(out, "{}", sentence(broken, places))?;
        let dead: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.severity > Severity::Note)
            .collect();
        super::report::print_codes(&dead, &mut out)?;
    }
    Ok(Status::Complete)
}

fn sentence(broken: Broken, places: Places) -> String {
    let places = [
        (places.posts, "post", "posts"),
        (places.menu_entries, "menu entry", "menu entries"),
        (places.comments, "comment", "comments"),
    ];
    let places = places.into_iter().filter(|(count, ..)| *count > 0);
    let places: Vec<String> = places
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    if places.is_empty() {
        return "nothing is broken that a repair knows of".to_owned();
    }
    let links = |count| counted(count, "link", "links");
    let pictures = |count| counted(count, "picture", "pictures");
    format!(
        "something is broken in {}. To be put right: {} to own pages, {}, {} with keys. Staying dead: {}, {}.",
        places.join(", "),
        links(broken.links),
        pictures(broken.pictures),
        counted(
            broken.keys,
            "text or custom field",
            "texts and custom fields"
        ),
        links(broken.dead_links),
        pictures(broken.dead_pictures)
    )
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

/// One bundle belongs to one blog and one kind of work: its ledger says what is there.
fn refuse_other_bundle(bundle: &Bundle, blog: &str) -> anyhow::Result<()> {
    let same = |one: &str| one.trim_end_matches('/') == blog.trim_end_matches('/');
    let moved = bundle.fact::<u64>(Fact::Reading)?.is_some() && !repair::is_repair(bundle)?;
    let elsewhere = bundle
        .fact::<String>(Fact::Destination)?
        .is_some_and(|before| !same(&before));
    if moved || elsewhere {
        return Err(WrongUse {
            what: format!(
                "the bundle {} belongs to something else",
                bundle.folder().display()
            ),
            next: "name another folder with --bundle.",
            status: Status::WrongInput,
        }
        .into());
    }
    Ok(())
}
