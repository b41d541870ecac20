//! `rehome verify` and `rehome undo`: what is done with a new home that a bundle already knows.

use super::{Show, files};
use crate::{
    cli::{HomeArgs, SignIn, VerifyArgs},
    explain::WrongUse,
    status::Status,
    stop, wiring,
};
use blog::doors::{Destination, NewHome};
use campaign::{
    Bundle, Choices, Watch,
    bundle::Fact,
    report::{self, Account},
    transfer::{self, Undone, repair::is_repair},
};
use jiff::Timestamp;
use std::io::Write;

pub(super) fn verify(args: &VerifyArgs, watch: &dyn Watch, show: Show) -> anyhow::Result<Status> {
    let (args, imported) = (&args.home, args.imported);
    let bundle = Bundle::open(&args.bundle)?;
    stop::tells(&bundle)?;
    let address = destination_of(&bundle)?;
    if wiring::is_file(&address) {
        return files::verify(&bundle, imported, watch, show);
    }
    if imported {
        return Err(WrongUse {
            what: format!("the blog was moved to {address} itself, not into import files"),
            next: "leave --imported out; everything there is read back.",
            status: Status::WrongInput,
        }
        .into());
    }
    let (mut destination, home) = open(&bundle, &address, &args.sign_in, watch)?;
    let choices: Choices = bundle.fact(Fact::Choices)?.unwrap_or_default();
    transfer::verify(
        &bundle,
        destination.as_mut(),
        &home,
        &choices,
        Timestamp::now(),
        watch,
    )?;
    conclude(&bundle, show)
}

pub(super) fn undo(args: &HomeArgs, watch: &dyn Watch, show: Show) -> anyhow::Result<Status> {
    let bundle = Bundle::open(&args.bundle)?;
    stop::tells(&bundle)?;
    let address = destination_of(&bundle)?;
    if wiring::is_file(&address) {
        return files::undo(&bundle, watch, show);
    }
    let (mut destination, _home) = open(&bundle, &address, &args.sign_in, watch)?;
    let undone = transfer::undo(&bundle, destination.as_mut(), watch)?;
    let command = if is_repair(&bundle)? {
        "repair"
    } else {
        "move"
    };
    tell_undone(undone, command, show)
}

/// Says what an undo of `command` did, and answers its status.
pub(super) fn tell_undone(undone: Undone, command: &str, show: Show) -> anyhow::Result<Status> {
    if show.json {
        let line = serde_json::json!({ "event": "undone", "removed": undone.removed, "kept": undone.kept, "absent": undone.absent });
        writeln!(std::io::stdout(), "{line}")?;
    } else {
        eprintln!("{}", taken_back(&undone, command == "repair"));
        if !show.quiet {
            eprintln!(
                "  the bundle keeps everything: the same `rehome {command}` with --again places it again"
            );
        }
    }
    Ok(if undone.kept > 0 {
        Status::CompleteWithFindings
    } else {
        Status::Complete
    })
}

/// What an undo did, in a sentence for each thing that there is to say.
fn taken_back(undone: &Undone, is_repair: bool) -> String {
    let mut sentences = Vec::new();
    let things = |count: u64| match (count, is_repair) {
        (1, false) => "1 item".to_owned(),
        (1, true) => "1 post or picture".to_owned(),
        (count, false) => format!("{count} items"),
        (count, true) => format!("{count} posts and pictures"),
    };
    match (undone.removed, is_repair) {
        (0, _) => sentences.push("Nothing was taken back.".to_owned()),
        (count, false) => sentences.push(format!("Took away {}.", things(count))),
        (count, true) => sentences.push(format!("Put back or took away {}.", things(count))),
    }
    match undone.kept {
        0 => {}
        1 => sentences.push("1 was left, as it is in use or was changed.".to_owned()),
        kept => sentences.push(format!(
            "{kept} were left, as they are in use or were changed."
        )),
    }
    match undone.absent {
        0 => {}
        1 => sentences.push("1 was not there any more.".to_owned()),
        absent => sentences.push(format!("{absent} were not there any more.")),
    }
    sentences.join(" ")
}

fn open(
    bundle: &Bundle,
    address: &str,
    sign_in: &SignIn,
    watch: &dyn Watch,
) -> anyhow::Result<(Box<dyn Destination>, NewHome)> {
    let way = wiring::way(bundle, address, sign_in.way, watch)?;
    let visitor = wiring::visitor(bundle, sign_in)?;
    wiring::destination(bundle, address, way, visitor, sign_in.mode)
}

fn destination_of(bundle: &Bundle) -> anyhow::Result<String> {
    let home = bundle.home()?;
    Ok(bundle
        .fact::<String>(Fact::Destination)?
        .unwrap_or(home.address))
}

/// Places and verifies what the bundle holds, says what was written, and ends with the account.
pub(super) fn arrive(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    choices: &Choices,
    watch: &dyn Watch,
    show: Show,
) -> anyhow::Result<Status> {
    let done = transfer::arrive(bundle, destination, home, choices, Timestamp::now(), watch)?;
    wiring::forget_copies(bundle);
    watch.say(&format!(
        "{} created, {} updated, {} unchanged",
        done.created, done.updated, done.unchanged
    ));
    conclude(bundle, show)
}

/// Prints how a move stands and answers its status.
pub(super) fn conclude(bundle: &Bundle, show: Show) -> anyhow::Result<Status> {
    let account = report::account(bundle)?;
    if show.json {
        let line = serde_json::json!({ "event": "account", "verdict": account.verdict, "sentence": account.sentence, "counts": account.counts });
        writeln!(std::io::stdout(), "{line}")?;
    } else if show.quiet {
        super::report::print_to_be_settled(&account.findings, &mut std::io::stderr())?;
        eprintln!("{}", account.sentence);
    } else {
        print(&account, bundle);
    }
    Ok(account.verdict.into())
}

fn print(account: &Account, bundle: &Bundle) {
    eprintln!();
    eprintln!("{}", account.sentence);
    let folder = bundle.folder().display();
    eprintln!("  the account: rehome report {folder} --html account.html");
    if account.verdict == report::Verdict::Incomplete {
        eprintln!("  to go on: run the same command again");
    }
}

#[cfg(test)]
mod tests {
    use super::taken_back;
    use campaign::transfer::Undone;

    #[test]
    fn an_undo_says_what_there_is_to_say() {
        let undone = |removed, kept, absent| Undone {
            removed,
            kept,
            absent,
        };
        assert_eq!(taken_back(&undone(41, 0, 0), false), "Took away 41 items.");
        assert_eq!(
            taken_back(&undone(0, 0, 0), false),
            "Nothing was taken back."
        );
        assert_eq!(
            taken_back(&undone(1, 1, 2), false),
            "Took away 1 item. 1 was left, as it is in use or was changed. 2 were not there any more."
        );
        assert_eq!(
            taken_back(&undone(5, 0, 0), true),
            "Put back or took away 5 posts and pictures."
        );
    }
}
